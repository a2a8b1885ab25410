// An object in another context, over a port. The engine and its host are objects whose methods take and
// give texts, numbers and plain objects; so the engine can run in the offscreen document, where the
// browser gives little else than ports, while its host and all that hears the browser stay in the
// service worker.
import type { ErrorShape } from '../shared/api.ts';
import { EngineError } from '../shared/client.ts';
import { shape } from './pages.ts';

/** What of a port of the browser is used here. */
export interface Port {
  postMessage(message: unknown): void;
  onMessage: { addListener(listener: (message: never) => void): void };
  onDisconnect: { addListener(listener: () => void): void };
}

type Call = { to: string; call: number; method: string; args: unknown[] };
type Answer = { of: string; call: number } & ({ result: unknown } | { error: ErrorShape });

const CUT_OFF: ErrorShape = {
  code: 'interrupted',
  message: 'the other side ended before it answered',
};

/** Answers calls of an object's methods by the other side of a port, where the object has this name. */
export function offer(port: Port, name: string, object: object): void {
  const methods = object as Record<string, ((...args: unknown[]) => unknown) | undefined>;
  const perform = async ({ method, args }: Call): Promise<unknown> => {
    const known = methods[method];
    if (typeof known !== 'function') throw new EngineError({ code: 'invalidRequest', message: `there is no ${method}` });
    return known.apply(object, args);
  };
  port.onMessage.addListener((call: Call) => {
    if (call.to !== name) return;
    const head = { of: name, call: call.call };
    perform(call).then(
      (result) => port.postMessage({ ...head, result: result ?? null }),
      (error: unknown) => port.postMessage({ ...head, error: shape(error) }),
    );
  });
}

/** The object of this name at the other side of a port. When that is gone, its calls fail. */
export function reach<T extends object>(port: Port, name: string): T {
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  let last = 0;
  let isOver = false;
  port.onMessage.addListener((answer: Answer) => {
    if (answer.of !== name) return;
    const asked = waiting.get(answer.call);
    waiting.delete(answer.call);
    if ('error' in answer) asked?.reject(new EngineError(answer.error));
    else asked?.resolve(answer.result);
  });
  port.onDisconnect.addListener(() => {
    isOver = true;
    for (const { reject } of waiting.values()) reject(new EngineError(CUT_OFF));
    waiting.clear();
  });
  const call = (method: string, args: unknown[]) =>
    new Promise((resolve, reject) => {
      if (isOver) {
        reject(new EngineError(CUT_OFF));
        return;
      }
      last += 1;
      waiting.set(last, { resolve, reject });
      port.postMessage({ to: name, call: last, method, args } satisfies Call);
    });
  return new Proxy({} as T, {
    // What is awaited is asked for `then`: this is no promise.
    get: (_, method) => (typeof method !== 'string' || method === 'then' ? undefined : (...args: unknown[]) => call(method, args)),
  });
}
