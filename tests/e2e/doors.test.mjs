// Both doors for web pages, in the real browser: the page sees the wallet, the wallet hears the page.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { EXTENSION, ID, launch, site, watched } from './browser.mjs';

let browser;
let server;
const it = (name, body) => test(name, { timeout: 120_000 }, watched(() => browser, body));

before(async () => {
  server = await site();
  browser = await launch();
  await browser.worker();
});

after(async () => {
  await browser?.close();
  server?.close();
});

const visit = async (url = server.url) => {
  const page = await browser.context.newPage();
  await page.goto(url);
  return page;
};

/** The same pages at another origin: rates are of an origin, and a flood slows it for a while. */
const elsewhere = () => server.url.replace('127.0.0.1', 'localhost');

/** What a request to `window.pixie` comes to. */
const request = (page, wanted) =>
  page.evaluate(
    (wanted) =>
      window.pixie.request(wanted).then(
        (result) => ({ result }),
        ({ name, code, message, data }) => ({ name, code, message, data }),
      ),
    wanted,
  );

test('what is put into every page is less than 10 kB', () => {
  const size = (file) => statSync(join(EXTENSION, file)).size;
  const [relay, inpage] = [size('relay.js'), size('inpage.js')];
  console.log(`# relay.js ${relay} bytes, inpage.js ${inpage} bytes`);
  assert(relay + inpage < 10_000, `${relay} + ${inpage}`);
});

it('the worker answers a page of the extension', async () => {
  const page = await browser.open('popup.html');
  const answer = await browser.ask(page, 'state');
  assert.deepEqual(answer.result?.vault, { status: 'empty' }, JSON.stringify(answer));
  const unknown = await browser.ask(page, 'noSuchMethod');
  assert.equal(typeof unknown.error?.code, 'string', JSON.stringify(unknown));
  await page.close();
});

it('a page sees window.pixie, frozen and announced', async () => {
  const page = await visit();
  const seen = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const given = window.pixie;
        window.addEventListener('pixie:announce', ({ detail }) => {
          window.pixie = undefined;
          resolve({
            same: detail === given && window.pixie === given,
            frozen: Object.isFrozen(given),
            protocol: given.protocol,
          });
        });
        window.dispatchEvent(new Event('pixie:wanted'));
      }),
  );
  assert.deepEqual(seen, { same: true, frozen: true, protocol: 1 });
  await page.close();
});

it('a request through window.pixie is answered, sealed, by the engine', async () => {
  const page = await visit();
  const unknown = await request(page, { method: 'noSuchMethod' });
  assert.equal(unknown.name, 'PixieError', JSON.stringify(unknown));
  assert.equal(unknown.code, 'unknown-method');
  const malformed = await request(page, { method: 'registerSender', params: [7] });
  assert.equal(malformed.code, 'invalid-params', JSON.stringify(malformed));
  await page.close();
});

it('a channel goes on after the worker was killed', async () => {
  const page = await visit();
  assert.equal((await request(page, { method: 'noSuchMethod' })).code, 'unknown-method');
  for (let round = 0; round < 3; round++) {
    await browser.killWorker();
    assert.equal((await request(page, { method: 'noSuchMethod' })).code, 'unknown-method');
  }
  await page.close();
});

it('frames inside a page get nothing', async () => {
  const page = await visit();
  const inside = await page.evaluate(async (url) => {
    const frame = document.createElement('iframe');
    frame.src = url;
    const loaded = new Promise((done) => frame.addEventListener('load', done));
    document.body.append(frame);
    await loaded;
    return typeof frame.contentWindow.pixie;
  }, `${server.url}/?inside`);
  assert.equal(inside, 'undefined');
  await page.close();
});

it('malformed messages by the thousand change nothing', async () => {
  const page = await visit();
  await page.evaluate(() => {
    const channel = 'AAAAAAAAAAAAAAAAAAAAAA';
    const post = (data) => window.postMessage(data, '*');
    for (let n = 0; n < 1000; n++) {
      post({ pixie: 1, type: 'frame', channel, n, box: '%%%' });
      post({ pixie: n, type: 'hello', channel });
      post({ pixie: 1, type: 'welcome', channel, key: n });
      post({ pixie: 1, type: ['frame'], channel: { length: 22 } });
      post(`{"type":"aztec-wallet-discovery",${n}`);
      post(JSON.stringify({ type: 'aztec-wallet-discovery', requestId: n }));
      post(null);
    }
  });
  const other = await visit(elsewhere());
  assert.equal((await request(other, { method: 'noSuchMethod' })).code, 'unknown-method');
  await other.close();
  await page.close();
});

it('a message that is too large ends its channel with a word on why; the next one works', async () => {
  const page = await visit(elsewhere());
  const reason = await page.evaluate(async () => {
    const opened = new Promise((done) => {
      addEventListener('message', ({ data }) => data?.pixie === 1 && data.type === 'hello' && done(data.channel));
    });
    await window.pixie.request({ method: 'noSuchMethod' }).catch(() => {});
    const closed = new Promise((done) => window.pixie.on('disconnect', ({ reason }) => done(reason)));
    window.postMessage({ pixie: 1, type: 'frame', channel: await opened, n: 2, box: 'A'.repeat(61 << 20) }, '*');
    return closed;
  });
  assert.equal(reason, 'oversized');
  assert.equal((await request(page, { method: 'noSuchMethod' })).code, 'unknown-method');
  await page.close();
});

it('scripts in pages of the web are no pages of the wallet, by whatever port', async () => {
  const page = await visit();
  // Where the content script runs: more than a page can ever have.
  const session = await browser.context.newCDPSession(page);
  const world = new Promise((done) => {
    session.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.origin === `chrome-extension://${ID}`) done(context.id);
    });
  });
  await session.send('Runtime.enable');
  const { result } = await session.send('Runtime.evaluate', {
    contextId: await world,
    awaitPromise: true,
    returnByValue: true,
    expression: `Promise.all(['pixie-ui', '', 'another'].map((name) => new Promise((done) => {
      const heard = [];
      const port = chrome.runtime.connect({ name });
      port.onMessage.addListener((message) => heard.push(message));
      port.onDisconnect.addListener(() => done(heard));
      port.postMessage({ id: 1, method: 'state', params: {} });
    })))`,
  });
  assert.deepEqual(result.value, [[], [], []]);
  // The page itself has no way to connect at all.
  assert.equal(await page.evaluate(() => typeof globalThis.chrome?.runtime?.connect), 'undefined');
  await page.close();
});

it('a discovery of the wallet SDK asks the user in a window; closing it is a no', async () => {
  const own = await browser.open('popup.html');
  const pending = async () => (await browser.ask(own, 'state')).result.pendingApprovals;
  assert.equal(await pending(), 0);
  const page = await visit(elsewhere());
  await page.evaluate(() => {
    const chainInfo = { chainId: `0x${'0'.repeat(63)}1`, version: `0x${'0'.repeat(63)}2` };
    const discovery = { type: 'aztec-wallet-discovery', requestId: crypto.randomUUID(), appId: 'app', chainInfo };
    window.postMessage(JSON.stringify(discovery), '*');
  });
  const asking = await browser.nextWindow('approval.html');
  assert.equal(await pending(), 1);
  await asking.close();
  for (let round = 0; round < 50 && (await pending()) > 0; round++) {
    await new Promise((done) => setTimeout(done, 100));
  }
  assert.equal(await pending(), 0);
  await page.close();
  await own.close();
});
