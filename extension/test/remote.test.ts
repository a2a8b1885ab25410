// The engine in one context and its host in another, with a port between them.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Engine, Host } from '../src/background/engine.ts';
import { offer, type Port, reach } from '../src/background/remote.ts';
import { EngineError } from '../src/shared/client.ts';

/** The two ends of a port, as the browser has them: messages are copies, and arrive later. */
function ports(): [Port, Port, () => void] {
  const ends = [0, 1].map(() => ({ messages: [] as ((message: never) => void)[], ends: [] as (() => void)[] }));
  const end = (own: number): Port => ({
    postMessage(message) {
      const copy = JSON.parse(JSON.stringify(message)) as never;
      queueMicrotask(() => ends[1 - own]!.messages.forEach((listener) => listener(copy)));
    },
    onMessage: { addListener: (listener) => ends[own]!.messages.push(listener) },
    onDisconnect: { addListener: (listener) => ends[own]!.ends.push(listener) },
  });
  return [end(0), end(1), () => ends.forEach((each) => each.ends.forEach((listener) => listener()))];
}

/** An engine that keeps a text with its host, tells of it, and fails as the engine does. */
const engineOn = (host: Host): Pick<Engine, 'ask' | 'relayed' | 'tick'> => ({
  async ask(request) {
    if (request === 'wrong') throw Object.assign(new Error('wait'), { code: 'throttled', details: { retryAt: 12 } });
    await host.write('session', { [request]: 'kept', other: null });
    host.emit(`asked ${request}`);
    return (await host.read('session', request)) ?? 'nothing';
  },
  async relayed(sender, text) {
    if (!(await host.deliver(JSON.parse(sender), text))) throw new Error('nobody is there');
  },
  tick: () => new Promise(() => {}),
});

function across() {
  const kept = new Map<string, string>();
  const events: string[] = [];
  const delivered: unknown[] = [];
  const host: Host = {
    deliver: async (place, text) => delivered.push([place, text]) > 0,
    emit: (event) => void events.push(event),
    read: async (_, key) => kept.get(key),
    readAll: async () => Object.fromEntries(kept),
    async write(_, changes) {
      for (const [key, value] of Object.entries(changes)) value === null ? kept.delete(key) : kept.set(key, value);
    },
  };
  const [worker, document, cut] = ports();
  offer(worker, 'host', host);
  offer(document, 'engine', engineOn(reach<Host>(document, 'host')));
  return { engine: reach<Engine>(worker, 'engine'), events, delivered, cut };
}

test('the engine answers, and uses its host, from another context', async () => {
  const { engine, events, delivered } = across();
  assert.deepEqual(await Promise.all([engine.ask('a'), engine.ask('b')]), ['kept', 'kept']);
  assert.deepEqual(events, ['asked a', 'asked b']);
  const place = { tabId: 1, frameId: 0, documentId: 'D' };
  await engine.relayed(JSON.stringify(place), 'text');
  assert.deepEqual(delivered, [[place, 'text']]);
});

test('errors keep their code and details on the way', async () => {
  const { engine } = across();
  await assert.rejects(
    engine.ask('wrong'),
    (error) => error instanceof EngineError && error.code === 'throttled' && error.retryAt === 12 && error.message === 'wait',
  );
  await assert.rejects(engine.forgetTab(1), { code: 'invalidRequest' });
});

test('what has no answer when the other side ends fails, and so does what is asked later', async () => {
  const { engine, cut } = across();
  const waiting = engine.tick();
  cut();
  await assert.rejects(waiting, { code: 'interrupted' });
  await assert.rejects(engine.ask('a'), { code: 'interrupted' });
});
