// What is around the engine: the content script, the provider in the page, the service worker's ports
// and windows. The engine is another one, which remembers what it is told.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { launch, site, watched } from './browser.mjs';
import { standIn } from './stand-in.mjs';

let extension;
let browser;
let server;
const it = (name, body) => test(name, { timeout: 60_000 }, watched(() => browser, body));

before(async () => {
  extension = standIn();
  server = await site();
  browser = await launch({ extension: extension.folder });
  await browser.worker();
});

after(async () => {
  await browser?.close();
  server?.close();
  extension?.remove();
});

const CHANNEL = 'AAAAAAAAAAAAAAAAAAAAAA';
const frame = (n) => ({ pixie: 1, type: 'frame', channel: CHANNEL, n, box: 'AAAA' });

async function visit(url = server.url) {
  const page = await browser.context.newPage();
  await page.goto(url);
  return page;
}

const post = (page, messages) =>
  page.evaluate((messages) => messages.forEach((message) => window.postMessage(message, '*')), messages);

/** What the engine has heard, once a condition holds. */
async function heard(condition) {
  const worker = await browser.worker();
  for (let round = 0; round < 100; round++) {
    const all = await worker.evaluate(() => globalThis.heard ?? []);
    if (condition(all)) return all;
    await new Promise((done) => setTimeout(done, 100));
  }
  assert.fail('the engine has not heard what it should');
}

/** Forgets what was heard; the engine is up then. */
async function begin() {
  const page = await browser.open('popup.html');
  await browser.ask(page, 'state');
  await page.close();
  const worker = await browser.worker();
  await worker.evaluate(() => {
    heard.length = 0;
    asked.length = 0;
    globalThis.answer = async () => {};
  });
  return worker;
}

test('what is put into every page is less than 10 kB', () => {
  const size = (file) => statSync(join(extension.folder, file)).size;
  const [relay, inpage] = [size('relay.js'), size('inpage.js')];
  console.log(`# relay.js ${relay} bytes, inpage.js ${inpage} bytes`);
  assert(relay + inpage < 10_000, `${relay} + ${inpage}`);
});

it('answers pages of the extension, with typed errors', async () => {
  const page = await browser.open('popup.html');
  const { result } = await browser.ask(page, 'state');
  assert.deepEqual(result.vault, { status: 'empty' });
  const { error } = await browser.ask(page, 'nothing');
  assert.deepEqual(error, { code: 'unknownMethod', message: 'there is no such method', details: { method: 'nothing' } });
  await page.close();
});

it('shows a page window.pixie, frozen and announced', async () => {
  const page = await visit();
  const seen = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const given = window.pixie;
        window.addEventListener('pixie:announce', ({ detail }) => {
          window.pixie = undefined;
          resolve([detail === given, window.pixie === given, Object.isFrozen(given), given.protocol]);
        });
        window.dispatchEvent(new Event('pixie:wanted'));
      }),
  );
  assert.deepEqual(seen, [true, true, true, 1]);
  await page.close();
});

it('brings a discovery of the wallet SDK to the engine, with what the browser says of the sender', async () => {
  await begin();
  const page = await visit();
  const content = { type: 'aztec-wallet-discovery', requestId: 'r-1', appId: 'a', chainInfo: { chainId: '0x1', version: '0x1' } };
  await post(page, [JSON.stringify(content)]);
  const [{ sender, message }] = await heard((all) => all.length > 0);
  assert.deepEqual(message, { origin: 'content-script', type: 'discovery-request', content });
  assert.equal(sender.origin, server.url);
  assert.equal(sender.frameId, 0);
  assert.match(sender.documentId, /^[0-9A-F]{32}$/);
  assert.equal(typeof sender.tabId, 'number');
  await page.close();
});

it('opens one port for a discovery that is approved twice, and relays over it both ways', async () => {
  const worker = await begin();
  const page = await visit();
  await page.evaluate(() => {
    globalThis.responses = [];
    window.addEventListener('message', ({ data, ports }) => {
      if (typeof data !== 'string' || !data.includes('discovery-response')) return;
      responses.push(JSON.parse(data));
      globalThis.port = ports[0];
      globalThis.told = [];
      port.onmessage = ({ data }) => told.push(data);
    });
  });
  await post(page, [JSON.stringify({ type: 'aztec-wallet-discovery', requestId: 'r-2', appId: 'a' })]);
  const [{ sender }] = await heard((all) => all.length > 0);
  const tell = (message) =>
    worker.evaluate(([place, message]) => host.deliver(place, JSON.stringify(message)), [
      { tabId: sender.tabId, frameId: sender.frameId, documentId: sender.documentId },
      { origin: 'background', sessionId: 'r-2', ...message },
    ]);
  for (let round = 0; round < 2; round++) {
    assert.equal(await tell({ type: 'discovery-approved', content: { id: 'pixie', name: 'Pixie', version: '1' } }), true);
  }
  await tell({ type: 'secure-response', content: { iv: 'a', ciphertext: 'b' } });
  await page.waitForFunction(() => globalThis.told?.length === 1);
  const wallet = { id: 'pixie', name: 'Pixie', version: '1' };
  const response = { type: 'aztec-wallet-discovery-response', requestId: 'r-2', walletInfo: wallet };
  assert.deepEqual(await page.evaluate(() => responses), [response]);
  await page.evaluate(() => {
    port.postMessage({ type: 'aztec-wallet-key-exchange-request', requestId: 'r-2' });
    port.postMessage({ iv: 'c', ciphertext: 'd' });
    port.postMessage({ type: 'aztec-wallet-disconnect' });
  });
  const all = await heard((all) => all.length >= 4);
  const types = ['key-exchange-request', 'secure-message', 'disconnect-request'];
  assert.deepEqual(all.slice(1).map(({ message }) => message.type), types);
  await tell({ type: 'session-disconnected' });
  await page.waitForFunction(() => told.some(({ type }) => type === 'aztec-wallet-disconnect'));
  // Another document is not told anything.
  const { documentId } = sender;
  const other = `${documentId.slice(0, -1)}${documentId.endsWith('0') ? '1' : '0'}`;
  assert.equal(
    await worker.evaluate((place) => host.deliver(place, '{"pixie":1}'), { tabId: sender.tabId, frameId: 0, documentId: other }),
    false,
  );
  await page.close();
});

it('sends each message until it is acknowledged, in order', async () => {
  const worker = await begin();
  await worker.evaluate(() => {
    const failed = new Set();
    globalThis.answer = async (text) => {
      if (failed.has(text)) return;
      failed.add(text);
      throw new Error('not now');
    };
  });
  const page = await visit();
  await post(page, Array.from({ length: 10 }, (_, n) => frame(n)));
  const all = await heard((all) => all.length >= 10);
  assert.deepEqual(all.map(({ message }) => message.n), Array.from({ length: 10 }, (_, n) => n));
  await page.close();
});

it('window.pixie greets again where nobody answers', async () => {
  await begin();
  const page = await visit();
  await page.evaluate(() => void window.pixie.request({ method: 'getChainInfo' }).catch(() => {}));
  const [first, second] = await heard((all) => all.length > 1);
  assert.equal(first.message.type, 'hello');
  assert.deepEqual(second.message, first.message);
  await page.close();
});

it('takes what it told the page for no message of the page', async () => {
  const worker = await begin();
  const page = await visit();
  await page.evaluate(() => {
    globalThis.frames = [];
    window.addEventListener('message', ({ data }) => data?.box === 'BBBB' && frames.push(data));
  });
  await post(page, [frame(1)]);
  const [{ sender }] = await heard((all) => all.length > 0);
  const told = { ...frame(2), box: 'BBBB' };
  const tell = () => worker.evaluate(([place, message]) => host.deliver(place, JSON.stringify(message)), [sender, told]);
  assert.equal(await tell(), true);
  await page.waitForFunction(() => frames.length === 1);
  assert.deepEqual(await page.evaluate(() => frames), [{ ...told, relayed: true }]);
  // A worker that was started anew has no port to the page yet.
  await browser.killWorker();
  const again = await begin();
  assert.equal(await again.evaluate(([place, message]) => host.deliver(place, JSON.stringify(message)), [sender, told]), true);
  await page.waitForFunction(() => frames.length === 2);
  await post(page, [frame(3)]);
  const all = await heard((all) => all.some(({ message }) => message?.n === 3));
  assert.deepEqual(all.map(({ message }) => message), [frame(3)]);
  await page.close();
});

it('brings messages to a worker that was ended', async () => {
  await begin();
  const page = await visit();
  await browser.killWorker();
  await post(page, [frame(7)]);
  const all = await heard((all) => all.some(({ message }) => message));
  assert.equal(all.find(({ message }) => message).message.n, 7);
  await page.close();
});

it('passes on what is a message and nothing else', async () => {
  await begin();
  const page = await visit();
  await post(page, [
    null,
    7,
    '{"type":"aztec-wallet-discovery",',
    JSON.stringify({ type: 'aztec-wallet-discovery-response' }),
    'x'.repeat(20_000),
    { pixie: 1, type: 'welcome', channel: CHANNEL },
    { pixie: 1, type: 'frame', channel: 'short', n: 1 },
    { pixie: 2, type: 'frame', channel: CHANNEL, n: 1 },
    { pixie: 1, type: ['frame'], channel: CHANNEL, n: 1 },
    { ...frame(1), extra: 'x' },
  ]);
  const all = await heard((all) => all.length > 0);
  await new Promise((done) => setTimeout(done, 300));
  assert.deepEqual(all.map(({ message }) => message), [frame(1)]);
  await page.close();
});

it('tells a page that floods it that its channel is closed', async () => {
  const worker = await begin();
  await worker.evaluate(() => {
    globalThis.answer = () => new Promise((done) => setTimeout(done, 200));
  });
  const page = await visit();
  await page.evaluate(() => {
    globalThis.goodbyes = [];
    window.addEventListener('message', ({ data }) => data?.type === 'closed' && goodbyes.push(data));
  });
  await post(page, Array.from({ length: 1000 }, (_, n) => frame(n)));
  await page.waitForFunction(() => goodbyes.length > 0);
  const [told] = await page.evaluate(() => goodbyes);
  assert.deepEqual(told, { pixie: 1, type: 'closed', channel: CHANNEL, reason: 'flooded', relayed: true });
  await page.close();
});

it('gives frames inside a page nothing, and does not listen to them', async () => {
  await begin();
  const page = await visit();
  const inside = await page.evaluate(async (url) => {
    const frame = document.createElement('iframe');
    frame.src = url;
    const loaded = new Promise((done) => frame.addEventListener('load', done));
    document.body.append(frame);
    await loaded;
    const script = frame.contentDocument.createElement('script');
    script.textContent = `parent.postMessage({ pixie: 1, type: 'frame', channel: '${'A'.repeat(22)}', n: 66, box: '' }, '*')`;
    frame.contentDocument.body.append(script);
    return typeof frame.contentWindow.pixie;
  }, `${server.url}/?inside`);
  assert.equal(inside, 'undefined');
  await post(page, [frame(67)]);
  const all = await heard((all) => all.length > 0);
  assert.deepEqual(all.map(({ message }) => message.n), [67]);
  await page.close();
});

it('tells the engine that a page with a channel is gone', async () => {
  await begin();
  const page = await visit();
  await post(page, [{ pixie: 1, type: 'hello', channel: CHANNEL, key: '' }]);
  const [{ sender }] = await heard((all) => all.length > 0);
  await page.close();
  const all = await heard((all) => all.some(({ gone }) => gone));
  assert.equal(all.find(({ gone }) => gone).gone.documentId, sender.documentId);
});

it('opens one window for requests of dapps; closing it refuses them', async () => {
  const worker = await begin();
  const approval = { id: 5, hash: '0x', askedAt: 0, origin: 'https://dapp.example', shown: {} };
  await worker.evaluate((approval) => {
    approvals.push(approval, { ...approval, id: 6 });
    host.emit(JSON.stringify({ kind: 'approval', id: 5 }));
    host.emit(JSON.stringify({ kind: 'approval', id: 6 }));
    const state = { vault: { status: 'empty' }, accounts: [], pendingApprovals: 2, working: [] };
    host.emit(JSON.stringify({ kind: 'state', state }));
  }, approval);
  const window = await browser.nextWindow('approval.html');
  await window.waitForLoadState();
  await new Promise((done) => setTimeout(done, 500));
  const windows = browser.context.pages().filter((page) => page.url().endsWith('/approval.html'));
  assert.equal(windows.length, 1);
  assert.equal(await worker.evaluate(() => chrome.action.getBadgeText({})), '2');
  await window.close();
  const denied = async () => {
    const calls = await worker.evaluate(() => asked);
    return calls.filter(({ method }) => method === 'deny').map(({ params }) => params.id);
  };
  for (let round = 0; round < 50 && (await denied()).length < 2; round++) {
    await new Promise((done) => setTimeout(done, 100));
  }
  assert.deepEqual((await denied()).sort(), [5, 6]);
});

test('open pages are attached to again when the extension is updated', { timeout: 60_000 }, async () => {
  const profile = mkdtempSync(join(tmpdir(), 'pixie-e2e-'));
  // Without it an extension from a folder is not loaded again.
  mkdirSync(join(profile, 'Default'));
  writeFileSync(join(profile, 'Default/Preferences'), '{"extensions":{"ui":{"developer_mode":true}}}');
  const updated = await launch({ profile, extension: extension.folder });
  try {
    const worker = await updated.worker();
    const page = await updated.context.newPage();
    await page.goto(server.url);
    await page.evaluate(() => {
      globalThis.goodbyes = [];
      globalThis.given = window.pixie;
      window.addEventListener('message', ({ data }) => data?.type === 'closed' && goodbyes.push(data));
    });
    const hello = { pixie: 1, type: 'hello', channel: CHANNEL, key: '' };
    await post(page, [hello]);
    await eventually(() => worker.evaluate(() => heard.length > 0));
    // It is acknowledged in a while.
    await new Promise((done) => setTimeout(done, 500));
    const restarted = updated.context.waitForEvent('serviceworker');
    await worker.evaluate(() => chrome.runtime.reload()).catch(() => {});
    const next = await restarted;
    // The earlier content script says goodbye for its channels and leaves.
    await page.waitForFunction(() => goodbyes.length > 0);
    const goodbye = { pixie: 1, type: 'closed', channel: CHANNEL, reason: 'unreachable', relayed: true };
    assert.deepEqual(await page.evaluate(() => goodbyes), [goodbye]);
    await post(page, [hello]);
    await eventually(() => next.evaluate(() => globalThis.heard?.length > 0));
    await new Promise((done) => setTimeout(done, 300));
    const all = await next.evaluate(() => heard);
    assert.deepEqual(all.map(({ message }) => message?.type), ['hello']);
    assert.equal(await page.evaluate(() => window.pixie === given && goodbyes.length), 1);
  } finally {
    await updated.close();
  }
});

async function eventually(condition) {
  for (let round = 0; round < 100; round++) {
    if (await condition()) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  assert.fail('it has not come to pass');
}
