import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Questions } from '../src/shared/questions.ts';

/** Questions whose answers the test gives. */
function desk() {
  const open: { resolve(answer: number): void; reject(error: Error): void }[] = [];
  const put = () => new Promise<number>((resolve, reject) => open.push({ resolve, reject }));
  return { open, put };
}

test('whoever asks while a question is on its way shares the one that follows', async () => {
  const { open, put } = desk();
  const questions = new Questions();
  const first = questions.ask('a', put);
  const later = Array.from({ length: 50 }, () => questions.ask('a', put));
  const other = questions.ask('b', put);
  assert.equal(open.length, 2);
  open[0]?.resolve(1);
  open[1]?.resolve(2);
  assert.deepEqual([await first, await other], [1, 2]);
  await new Promise(setImmediate);
  assert.equal(open.length, 3);
  open[2]?.resolve(3);
  assert.deepEqual(new Set(await Promise.all(later)), new Set([3]));
  questions.ask('a', put);
  assert.equal(open.length, 4);
});

test('a question that fails is followed all the same', async () => {
  const { open, put } = desk();
  const questions = new Questions();
  const first = questions.ask('a', put);
  const second = questions.ask('a', put);
  open[0]?.reject(new Error('not now'));
  await assert.rejects(first, /not now/);
  await new Promise(setImmediate);
  open[1]?.resolve(2);
  assert.equal(await second, 2);
});
