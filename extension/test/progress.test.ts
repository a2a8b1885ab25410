import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Activity, Progress, Stage, StageKind, Work } from '../src/shared/api.ts';
import { heard, share, STEPS, type Step, stepsOf, type Timeline, worked } from '../src/shared/progress.ts';
import { random } from './random.ts';

const ORDER: Work[] = ['sync', 'simulate', 'execute', 'kernel', 'prove'];

function activity(stage: Stage, ...stages: [StageKind, number][]): Activity {
  return {
    entry: 1,
    requestedAt: 0,
    asker: { kind: 'user' },
    from: '0x01',
    title: 'A transaction',
    calls: [],
    stage,
    stages: stages.map(([kind, at]) => ({ kind, at })),
  };
}

const told = (...progress: Progress[]): Timeline => progress.reduce(heard, new Map());
const status = (steps: Step[]) => Object.fromEntries(steps.map(({ kind, status }) => [kind, status]));
const find = (steps: Step[], kind: string) => steps.find((step) => step.kind === kind);

test('what waits for the user says so', () => {
  const steps = stepsOf(activity({ kind: 'requested' }, ['requested', 0]), undefined);
  assert.equal(find(steps, 'approve')?.status, 'active');
  assert.equal(find(steps, 'execute')?.status, 'waiting');
});

test('kernel steps are counted, and what was before is done with its time', () => {
  const timeline = told(
    { entry: 1, kind: 'execute', since: 1000 },
    { entry: 1, kind: 'kernel', step: 1, of: 7, since: 1800 },
    { entry: 1, kind: 'kernel', step: 3, of: 7, since: 1800 },
  );
  const steps = stepsOf(activity({ kind: 'simulated' }, ['requested', 0], ['approved', 600]), timeline.get(1));
  assert.deepEqual(find(steps, 'kernel'), { kind: 'kernel', status: 'active', since: 1800, step: 3, of: 7 });
  assert.equal(find(steps, 'execute')?.took, 800);
  assert.equal(find(steps, 'approve')?.took, 600);
  assert.equal(find(steps, 'prove')?.status, 'waiting');
});

test('a simulation after the approval does not undo the approval', () => {
  const timeline = told({ entry: 1, kind: 'simulate', since: 700 });
  const steps = stepsOf(activity({ kind: 'approved' }, ['requested', 0], ['approved', 600]), timeline.get(1));
  assert.equal(find(steps, 'approve')?.status, 'done');
  assert.equal(steps.filter((step) => step.status === 'active').length, 1);
  assert.equal(find(steps, 'execute')?.detail, 'Simulating');
});

test('a mined transaction has times from the journal alone', () => {
  const stages: [StageKind, number][] = [
    ['requested', 0],
    ['approved', 3000],
    ['simulated', 4000],
    ['proved', 9000],
    ['sent', 9500],
    ['mined', 16_000],
  ];
  const mined: Stage = { kind: 'mined', block: 5, final: false, reverted: false };
  const steps = stepsOf(activity(mined, ...stages), undefined);
  assert(steps.every((step) => step.status === 'done'));
  assert.equal(find(steps, 'prove')?.took, 5000);
  assert.equal(find(steps, 'send')?.took, 500);
  assert.equal(find(steps, 'mine')?.took, 6500);
  assert.equal(share(steps), 1);
});

test('what ended early stops at its step, whatever was heard of it', () => {
  const timeline = told({ entry: 1, kind: 'prove', since: 5 });
  const failed = stepsOf(
    activity({ kind: 'failed', reason: 'no' }, ['requested', 0], ['approved', 1], ['failed', 9]),
    timeline.get(1),
  );
  assert.equal(find(failed, 'execute')?.status, 'failed');
  assert(!failed.some((step) => step.status === 'active'));
  const rejected = stepsOf(activity({ kind: 'rejected', reason: 'no' }, ['requested', 0]), undefined);
  assert.equal(find(rejected, 'approve')?.status, 'failed');
});

test('progress of nothing in particular, and of another transaction, changes nothing here', () => {
  const timeline = told({ kind: 'sync', since: 1 }, { entry: 2, kind: 'prove', since: 1 });
  assert.equal(timeline.get(1), undefined);
  assert.equal(timeline.size, 1);
});

test('of each transaction the last is under way', () => {
  const first: Progress = { entry: 1, kind: 'execute', since: 1 };
  const other: Progress = { kind: 'sync', since: 2 };
  const later: Progress = { entry: 1, kind: 'kernel', since: 3 };
  assert.deepEqual([first, other, later].reduce(worked, []), [other, later]);
});

test('any order of messages gives steps in order with one at work at most', () => {
  const next = random(5);
  const stages: Stage[] = [
    { kind: 'requested' },
    { kind: 'approved' },
    { kind: 'simulated' },
    { kind: 'proved' },
    { kind: 'sent' },
    { kind: 'mined', block: 1, final: true, reverted: false },
    { kind: 'failed', reason: '' },
    { kind: 'dropped', reason: '' },
  ];
  for (let round = 0; round < 2000; round += 1) {
    let timeline: Timeline = new Map();
    for (let since = 0; since < next(12); since += 1) {
      const of = 1 + next(9);
      timeline = heard(timeline, { entry: 1, kind: ORDER[next(ORDER.length)] as Work, step: next(12), of, since });
    }
    const steps = stepsOf(activity(stages[next(stages.length)] as Stage, ['requested', 0]), timeline.get(1));
    const kinds = steps.map((step) => step.status);
    assert.deepEqual(steps.map(({ kind }) => kind), [...STEPS]);
    assert.match(kinds.join(' '), /^(done ?)*((active|failed) ?)?(waiting ?)*$/);
    assert(share(steps) >= 0 && share(steps) <= 1);
    assert(steps.every(({ took }) => took === undefined || took >= 0), JSON.stringify(status(steps)));
  }
});
