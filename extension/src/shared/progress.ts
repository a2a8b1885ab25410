// How far a transaction has come, put together from what the journal keeps and what the engine tells
// while it works.
import type { Activity, Progress, StageKind, Work } from './api.ts';

/** The steps of a transaction in order. */
export const STEPS = ['sync', 'simulate', 'approve', 'execute', 'kernel', 'prove', 'send', 'mine'] as const;
export type StepKind = (typeof STEPS)[number];

export interface Step {
  kind: StepKind;
  status: 'done' | 'active' | 'waiting' | 'failed';
  /** How long it took, or since when it runs. */
  took?: number;
  since?: number;
  step?: number;
  of?: number;
  detail?: string;
}

/** What one page has heard of one transaction: when each kind of work began and ended. */
export interface Heard {
  began: Partial<Record<Work, number>>;
  ended: Partial<Record<Work, number>>;
  now?: Progress;
}

export type Timeline = ReadonlyMap<number, Heard>;

/** Takes in one message. Work of another kind ends what ran before. */
export function heard(timeline: Timeline, progress: Progress): Timeline {
  const { entry, kind, since } = progress;
  if (entry === undefined) return timeline;
  const before = timeline.get(entry) ?? { began: {}, ended: {} };
  const began = { ...before.began };
  const ended = { ...before.ended };
  if (before.now && before.now.kind !== kind) ended[before.now.kind] ??= since;
  began[kind] = Math.min(began[kind] ?? since, since);
  delete ended[kind];
  return new Map(timeline).set(entry, { began, ended, now: progress });
}

/** What is under way, with what was heard last of the same transaction. */
export function worked(working: Progress[], progress: Progress): Progress[] {
  const others = working.filter(({ entry }) => entry !== progress.entry);
  return [...others, progress];
}

/** Which steps are behind once the journal has a stage. */
const BEHIND: Record<StageKind, number> = {
  requested: 0,
  approved: STEPS.indexOf('execute'),
  simulated: STEPS.indexOf('execute'),
  proved: STEPS.indexOf('send'),
  sent: STEPS.indexOf('mine'),
  mined: STEPS.length,
  failed: 0,
  rejected: 0,
  dropped: 0,
};

/** The steps of a transaction, for a page to draw. */
export function stepsOf(activity: Activity, known: Heard | undefined): Step[] {
  const { stage } = activity;
  const over = stage.kind === 'failed' || stage.kind === 'rejected' || stage.kind === 'dropped';
  const live = over || stage.kind === 'mined' ? undefined : known?.now;
  const reached = over ? lastStageBefore(activity) : BEHIND[stage.kind];
  const waitsForUser = stage.kind === 'requested' && !live;
  const current = waitsForUser
    ? STEPS.indexOf('approve')
    : Math.max(reached, live ? STEPS.indexOf(live.kind) : 0);
  return STEPS.map((kind, index) => {
    const step: Step = { kind, status: index < current ? 'done' : 'waiting' };
    const took = tookOf(kind, activity, known);
    if (step.status === 'done' && took !== undefined) step.took = took;
    if (index !== current) return step;
    if (over) return { ...step, status: 'failed' };
    step.status = 'active';
    if (live?.kind === kind) {
      step.since = known?.began[live.kind] ?? live.since;
      if (live.step !== undefined) step.step = live.step;
      if (live.of !== undefined) step.of = live.of;
      if (live.detail !== undefined) step.detail = live.detail;
    } else if (live) {
      // After the approval it is simulated once more, for its gas.
      step.since = known?.began[live.kind] ?? live.since;
      step.detail = stepName(live.kind, true);
    } else {
      const last = activity.stages.at(-1);
      if (last) step.since = last.at;
    }
    return step;
  });
}

/** Where a transaction stood when it came to an end. */
function lastStageBefore(activity: Activity): number {
  const reached = activity.stages.map(({ kind }) => BEHIND[kind]);
  const behind = Math.max(0, ...reached);
  // What was never approved failed at the question itself.
  if (behind === 0) return STEPS.indexOf('approve');
  return Math.min(behind, STEPS.length - 1);
}

function tookOf(kind: StepKind, activity: Activity, known: Heard | undefined): number | undefined {
  const at = (stage: StageKind) => activity.stages.find((entry) => entry.kind === stage)?.at;
  if (kind === 'approve') return between(at('requested'), at('approved'));
  if (kind === 'send') return between(at('proved'), at('sent'));
  if (kind === 'mine') return between(at('sent') ?? at('proved'), at('mined'));
  const live = between(known?.began[kind], known?.ended[kind]);
  if (live !== undefined) return live;
  return kind === 'prove' ? between(at('simulated'), at('proved')) : undefined;
}

function between(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined || to < from ? undefined : to - from;
}

/** How much of the whole is behind, from 0 to 1: for a bar. */
export function share(steps: Step[]): number {
  // What usually takes long weighs more.
  const weights: Record<StepKind, number> = {
    sync: 1,
    simulate: 2,
    approve: 0,
    execute: 2,
    kernel: 4,
    prove: 6,
    send: 1,
    mine: 4,
  };
  let all = 0;
  let done = 0;
  for (const { kind, status, step, of } of steps) {
    all += weights[kind];
    if (status === 'done') done += weights[kind];
    else if (status === 'active' && step !== undefined && of) {
      done += weights[kind] * Math.min(1, step / of);
    }
  }
  return done / all;
}

export function stepName(kind: StepKind, running: boolean): string {
  const names: Record<StepKind, [string, string]> = {
    sync: ['Synchronised', 'Synchronising'],
    simulate: ['Simulated', 'Simulating'],
    approve: ['Approved', 'Waiting for approval'],
    execute: ['Executed', 'Executing privately'],
    kernel: ['Kernel circuits', 'Kernel circuits'],
    prove: ['Proved', 'Proving'],
    send: ['Sent', 'Sending'],
    mine: ['Mined', 'Waiting for a block'],
  };
  return names[kind][running ? 1 : 0];
}
