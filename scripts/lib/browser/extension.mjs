// The extension in a Chromium that nobody looks into: a debugger in the service worker would change what
// is measured. What a person does in the wallet's pages is asked of the engine as those pages do.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { launch } from '../chromium.mjs';

/** What follows from the key in the manifest. */
const ID = 'dollbedcaepmjcbbhekkidckpihmfaog';
export const PASSWORD = 'nine lives of a cat';

/** Calls the engine as a page of the extension does. Runs in a page. */
const ask = (method, params) =>
  new Promise((resolve, reject) => {
    const port = chrome.runtime.connect({ name: 'pixie-ui' });
    port.onDisconnect.addListener(() => reject(new Error(`${method}: the worker has ended`)));
    port.onMessage.addListener(({ id, result, error }) => {
      if (id !== 1) return;
      port.disconnect();
      if (error) reject(new Error(`${method}: ${JSON.stringify(error)}`));
      else resolve(result);
    });
    port.postMessage({ id: 1, method, params });
  });

/** From the first message to a worker that does not run until it answers, and until its network is ready. Runs in a page. */
const coldStart = () =>
  new Promise((resolve, reject) => {
    const begun = performance.now();
    const now = () => performance.now() - begun;
    const port = chrome.runtime.connect({ name: 'pixie-ui' });
    let answered;
    const look = (state) => {
      // A locked wallet is as ready as it can be.
      const isReady = state?.vault.status !== 'unlocked' || state.network?.status === 'ready';
      if (answered === undefined || !isReady) return;
      const ready = now();
      port.disconnect();
      resolve({ answered, ready, status: state.vault.status });
    };
    port.onDisconnect.addListener(() => reject(new Error('the worker has ended')));
    port.onMessage.addListener(({ id, result, error, event }) => {
      if (error) reject(new Error(JSON.stringify(error)));
      if (id === 1) {
        answered = now();
        look(result);
      } else if (event?.kind === 'state') {
        look(event.state);
      }
    });
    port.postMessage({ id: 1, method: 'state', params: {} });
  });

/** Closes the page that opens when the extension is installed: it would wake the worker. Runs in a page. */
const closeWelcome = async () => {
  for (const end = Date.now() + 10_000; Date.now() < end; ) {
    const tabs = await chrome.runtime.getContexts({ contextTypes: ['TAB'] });
    const welcome = tabs.find(({ documentUrl }) => documentUrl.includes('/popup.html'));
    if (welcome) return chrome.tabs.remove(welcome.tabId);
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error('no page has opened after the installation');
};

/** Closes all pages of the extension but this one: what is asked stays on the screen until somebody closes
 * it, and whatever is open wakes the worker whenever it ends. Runs in a page. */
const closeOthers = async () => {
  const tabs = await chrome.runtime.getContexts({ contextTypes: ['TAB'] });
  const others = tabs.filter(({ documentUrl }) => documentUrl !== location.href);
  await Promise.all(others.map(({ tabId }) => chrome.tabs.remove(tabId)));
};

/** A copy of the extension with a page of ours, and what fills a wallet. */
function prepared(extension, filler) {
  const folder = mkdtempSync(join(tmpdir(), 'pixie-bench-'));
  cpSync(extension, folder, { recursive: true });
  cpSync(filler, join(folder, 'fill'), { recursive: true });
  writeFileSync(join(folder, 'bench.html'), '<!doctype html><title>bench</title>');
  return folder;
}

/**
 * @param {{ extension: string, filler: string }} folders the extension, and `fill` of crate `background`
 *   as WebAssembly
 */
export async function start({ extension, filler }) {
  const folder = prepared(extension, filler);
  const browser = await launch({
    args: [
      `--disable-extensions-except=${folder}`,
      `--load-extension=${folder}`,
      '--window-size=900,760',
      // Nobody is there to bring pages to the front.
      '--disable-background-timer-throttling',
      '--disable-backgrounding-occluded-windows',
      '--disable-renderer-backgrounding',
    ],
  });
  const page = await browser.open(`chrome-extension://${ID}/bench.html`);
  await page.command('ServiceWorker.enable');
  await page.call(closeWelcome);

  const wallet = {
    browser,
    ask: (method, params = {}) => page.call(ask, method, params),

    /** How long a method takes, in the page that asks. */
    async time(method, params = {}) {
      const { ms, result } = await page.evaluate(
        `(async () => {
          const begun = performance.now();
          const result = await (${ask})(${JSON.stringify(method)}, ${JSON.stringify(params)});
          return { ms: performance.now() - begun, result };
        })()`,
      );
      return { ms, result };
    },

    /** Ends the service worker, as the browser does when it is idle. */
    async kill() {
      await page.call(closeOthers);
      const running = () =>
        page.evaluate(`chrome.runtime.getContexts({ contextTypes: ['BACKGROUND'] }).then(({ length }) => length)`);
      for (const end = Date.now() + 10_000; (await running()) > 0; await sleep(200)) {
        if (Date.now() > end) throw new Error('the service worker does not end');
        await page.command('ServiceWorker.stopAllWorkers');
      }
      // What it has left behind is cleared away.
      await sleep(300);
    },

    /** `{ answered, ready }` of each of some cold starts, in milliseconds. */
    async coldStarts(runs, status) {
      const starts = [];
      for (let run = 0; run < runs; run++) {
        await wallet.kill();
        const start = await page.call(coldStart);
        if (start.status !== status) throw new Error(`the wallet is ${start.status}, not ${status}`);
        starts.push(start);
        // It is still at work when it has answered.
        await sleep(500);
      }
      return starts;
    },

    async state(isWanted, what) {
      for (const end = Date.now() + 120_000; ; await sleep(200)) {
        const state = await wallet.ask('state');
        if (isWanted(state)) return state;
        if (Date.now() > end) throw new Error(`${what}: not within two minutes: ${JSON.stringify(state)}`);
      }
    },

    /** A wallet with an account on a network. */
    async settle(url) {
      const { words } = await wallet.ask('generatePhrase');
      await wallet.ask('create', { password: PASSWORD, phrase: words.join(' '), imported: false });
      const account = await wallet.ask('createAccount', { type: 'schnorr', alias: 'Alice' });
      const { id } = await wallet.ask('addNetwork', { name: 'Bench', url });
      await wallet.ask('selectNetwork', { id });
      await wallet.state(({ network }) => network?.status === 'ready' && network.id === id, 'the network');
      return account.address;
    },

    /** The request of a kind, once there is one. */
    async request(kind) {
      for (const end = Date.now() + 120_000; ; await sleep(20)) {
        const approvals = await wallet.ask('approvals');
        const found = approvals.find(({ shown }) => shown.request.kind === kind);
        if (found) return found;
        if (Date.now() > end) throw new Error(`nobody is asked about: ${kind}`);
      }
    },

    /** Approves a transaction, and waits until it is mined. */
    async approve({ id, hash }) {
      const { entry } = await wallet.ask('approve', { id, hash });
      for (const end = Date.now() + 300_000; ; await sleep(200)) {
        const activity = await wallet.ask('activityEntry', { entry });
        const { kind, reason } = activity.stage;
        if (kind === 'mined') return activity;
        if (['failed', 'rejected', 'dropped'].includes(kind)) throw new Error(`${kind}: ${reason}`);
        if (Date.now() > end) throw new Error(`it is ${kind} after five minutes`);
        // The node is asked now and then by itself; here it is to be quick.
        if (kind === 'sent') await wallet.ask('sync');
      }
    },

    /** Grants a dapp all that it asks for. */
    async grant() {
      const { id, hash, shown } = await wallet.request('connect');
      const { manifest, accounts } = shown.request;
      const granted = manifest.capabilities.map((asked) => (asked.type === 'accounts' ? { ...asked, accounts } : asked));
      await wallet.ask('approve', { id, hash, granted });
    },

    /** Gives the account this many notes of a token; what they add up to. */
    async fill({ chainId, rollupVersion }, token, account, notes) {
      await wallet.kill();
      const args = [PASSWORD, token, account, notes].map((value) => JSON.stringify(value));
      return page.evaluate(
        `(async () => {
          const { default: init, fill } = await import('/fill/fill.js');
          await init({ module_or_path: '/fill/fill_bg.wasm' });
          return fill(${args[0]}, ${chainId}n, ${rollupVersion}n, ${args.slice(1).join(', ')});
        })()`,
      );
    },

    async close() {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return wallet;
}
