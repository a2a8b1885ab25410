import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';

import type { State } from '../src/shared/api.ts';
import { Client, type Connection, EngineError, type Port } from '../src/shared/client.ts';

const STATE: State = { vault: { status: 'empty' }, accounts: [], pendingApprovals: 0, working: [] };

/** The other end of a port. */
class Worker {
  readonly heard: { id: number; method: string }[] = [];
  #messages: ((message: unknown) => void)[] = [];
  #ends: (() => void)[] = [];

  readonly port: Port = {
    postMessage: (message) => this.heard.push(message as { id: number; method: string }),
    disconnect: () => {},
    onMessage: { addListener: (listener) => this.#messages.push(listener) },
    onDisconnect: { addListener: (listener) => this.#ends.push(listener) },
  };

  say(message: unknown) {
    for (const listener of this.#messages) listener(message);
  }

  hello() {
    this.say({ id: 0, result: STATE });
  }

  die() {
    for (const listener of this.#ends) listener();
  }

  methods() {
    return this.heard.map(({ method }) => method);
  }
}

beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
afterEach(() => mock.timers.reset());

function start() {
  const workers: Worker[] = [];
  const client = new Client(() => {
    const worker = new Worker();
    workers.push(worker);
    return worker.port;
  });
  const last = () => workers.at(-1) as Worker;
  return { client, workers, last };
}

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'answered',
    (error: EngineError) => error.code,
  );

test('what is asked before the engine is up is asked when it is', async () => {
  const { client, last } = start();
  const answer = client.call('contacts', {});
  assert.deepEqual(last().methods(), ['state']);
  last().hello();
  assert.deepEqual(last().methods(), ['state', 'contacts']);
  last().say({ id: last().heard[1]?.id, result: [] });
  assert.deepEqual(await answer, []);
  assert.deepEqual(client.state, STATE);
});

test('an error has a code, and when it may be tried again', async () => {
  const { client, last } = start();
  last().hello();
  const answer = client.call('unlock', { password: 'x' });
  const error = { code: 'throttled', message: 'wait', details: { retryAt: 12 } };
  last().say({ id: last().heard[1]?.id, error });
  await assert.rejects(answer, (error) => error instanceof EngineError && error.code === 'throttled' && error.retryAt === 12);
});

test('after a loss questions are asked again and commands are given up', async () => {
  const { client, workers, last } = start();
  last().hello();
  const question = client.call('balances', { account: '0x01' });
  const command = code(client.call('approve', { id: 1, hash: '' }));
  last().die();
  assert.equal(client.connection, 'reconnecting');
  assert.equal(await command, 'interrupted');
  const later = client.call('lock', {});
  mock.timers.tick(0);
  assert.equal(workers.length, 2);
  last().hello();
  assert.deepEqual(last().methods(), ['state', 'balances', 'lock']);
  for (const { id } of last().heard.slice(1)) last().say({ id, result: null });
  assert.deepEqual([await question, await later], [null, null]);
  assert.equal(client.connection, 'connected');
});

test('a worker that stays dead is tried less and less often', () => {
  const { client, workers, last } = start();
  const connections: Connection[] = [];
  client.onConnection((connection) => connections.push(connection));
  last().hello();
  last().die();
  for (let attempt = 0; attempt < 50; attempt += 1) {
    mock.timers.tick(200);
    last().die();
  }
  assert(workers.length > 5 && workers.length < 14, `${workers.length} attempts in 10 s`);
  mock.timers.tick(2000);
  last().hello();
  assert.deepEqual(connections, ['connected', 'reconnecting', 'connected']);
});

test('a worker that does not say hello is given up', () => {
  const { workers } = start();
  mock.timers.tick(10_000);
  mock.timers.tick(0);
  assert.equal(workers.length, 2);
});

test('what a dead worker says is not heard', async () => {
  const { client, workers, last } = start();
  const first = last();
  first.hello();
  const answer = client.call('tokens', {});
  first.die();
  mock.timers.tick(0);
  last().hello();
  first.say({ id: first.heard[1]?.id, result: ['stale'] });
  last().say({ id: last().heard[1]?.id, result: ['fresh'] });
  assert.deepEqual(await answer, ['fresh']);
  assert.equal(workers.length, 2);
});

test('connecting that fails is tried again', () => {
  let attempts = 0;
  const worker = new Worker();
  const client = new Client(() => {
    attempts += 1;
    if (attempts < 3) throw new Error('Could not establish connection.');
    return worker.port;
  });
  mock.timers.tick(0);
  mock.timers.tick(100);
  assert.equal(attempts, 3);
  worker.hello();
  assert.equal(client.connection, 'connected');
});

test('events reach those who listen, until they stop', () => {
  const { client, last } = start();
  const kinds: string[] = [];
  const stop = client.onEvent(({ kind }) => kinds.push(kind));
  last().hello();
  last().say({ event: { kind: 'approval', id: 3 } });
  stop();
  last().say({ event: { kind: 'approval', id: 4 } });
  assert.deepEqual(kinds, ['state', 'approval']);
});
