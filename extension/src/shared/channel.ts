// The messages between a page and the service worker. A page connects a port of this name; it sends
// requests, and gets one answer to each, and events.
import type { EngineEvent, ErrorShape, Method, Params, Result } from './api.ts';

export const CHANNEL = 'pixie-ui';

export type Request = { [M in Method]: { id: number; method: M; params: Params<M> } }[Method];

export type Answer = { id: number; result: unknown } | { id: number; error: ErrorShape };

export type FromEngine = Answer | { event: EngineEvent };

/** What answers requests: the engine itself, or what stands for it in tests. */
export type Engine = {
  [M in Method]: (params: Params<M>) => Promise<Result<M>> | Result<M>;
};

/** The methods that change nothing, and can be asked again if the answer was lost. */
const READS: ReadonlySet<Method> = new Set<Method>([
  'state',
  'generatePhrase',
  'inspectBackup',
  'tokens',
  'balances',
  'activity',
  'activityEntry',
  'approvals',
  'opened',
  'sites',
  'incidents',
  'verification',
  'contacts',
  'networks',
  'settings',
  'touch',
  'sync',
]);

export const isRead = (method: Method): boolean => READS.has(method);
