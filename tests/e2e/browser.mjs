// A Chromium with the extension, a profile of its own, and pages of ours to open in it.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { program, serve } from '../../scripts/lib/chromium.mjs';

const top = fileURLToPath(new URL('../..', import.meta.url));
const { chromium } = createRequire(join(top, 'extension/package.json'))('playwright-core');

/** The folder of the extension, as `cargo xtask extension` makes it. */
export const EXTENSION = process.env.PIXIE_EXTENSION ?? join(top, 'dist/extension');
/** What follows from the key in the manifest. */
export const ID = 'dollbedcaepmjcbbhekkidckpihmfaog';
/** Where failures leave what was on the screen and in the log. */
const LEFTOVERS = join(top, 'target/e2e');

/** What is looked for comes in moments, but the machine may be busy with other tests. */
const PATIENCE_MS = 60_000;

/** Starts a browser; the folder of a profile can be given, to start with what it holds. */
export async function launch({
  profile = mkdtempSync(join(tmpdir(), 'pixie-e2e-')),
  extension = EXTENSION,
} = {}) {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: program(),
    headless: true,
    chromiumSandbox: false,
    viewport: null,
    args: [
      `--disable-extensions-except=${extension}`,
      `--load-extension=${extension}`,
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--window-size=900,760',
    ],
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const log = [];
  const listen = (worker) =>
    worker.on('console', (message) => log.push(`worker ${message.type()}: ${message.text()}`));
  context.serviceWorkers().forEach(listen);
  context.on('serviceworker', listen);
  const watch = (page) => {
    page.on('console', (message) => log.push(`${page.url()} ${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => log.push(`${page.url()} error: ${error.message}`));
  };
  context.pages().forEach(watch);
  context.on('page', watch);

  const browser = {
    context,
    profile,
    log,
    /** The service worker. */
    async worker() {
      const [running] = context.serviceWorkers();
      const worker = running ?? (await context.waitForEvent('serviceworker'));
      assert.equal(new URL(worker.url()).host, ID);
      return worker;
    },
    /** Opens a page of the extension. */
    async open(path) {
      const page = await context.newPage();
      await page.goto(`chrome-extension://${ID}/${path}`);
      return page;
    },
    /** Calls the engine as a page of the extension does. */
    async ask(page, method, params = {}) {
      return page.evaluate(
        ([method, params]) =>
          new Promise((resolve, reject) => {
            const port = chrome.runtime.connect({ name: 'pixie-ui' });
            port.onDisconnect.addListener(() => reject(new Error('the port was closed')));
            port.onMessage.addListener((message) => {
              if (message.id !== 1) return;
              resolve(message);
              port.disconnect();
            });
            port.postMessage({ id: 1, method, params });
          }),
        [method, params],
      );
    },
    /** Ends the service worker, as the browser does when it is idle. */
    async killWorker() {
      const page = await context.newPage();
      const session = await context.newCDPSession(page);
      await session.send('ServiceWorker.enable');
      await session.send('ServiceWorker.stopAllWorkers');
      await session.detach();
      await page.close();
    },
    /** Lets the alarm ring that the wallet has set for now and then. */
    async ring(page) {
      await page.evaluate(() => chrome.alarms.create('tick', { when: Date.now(), periodInMinutes: 0.5 }));
    },
    /** The page that opens next, by its file. */
    async nextWindow(file) {
      const found = () => context.pages().find((page) => page.url().endsWith(`/${file}`));
      return found() ?? context.waitForEvent('page', { predicate: (page) => page.url().includes(file) });
    },
    /** Leaves what a failure may be explained by. */
    async leave(name) {
      const folder = join(LEFTOVERS, name.replaceAll(/[^a-zA-Z0-9]+/g, '-'));
      mkdirSync(folder, { recursive: true });
      for (const [number, page] of context.pages().entries()) {
        await page.screenshot({ path: join(folder, `${number}.png`) }).catch(() => {});
      }
      writeFileSync(join(folder, 'log.txt'), log.join('\n'));
      const own = context.pages().find((page) => page.url().startsWith(`chrome-extension://${ID}/`));
      if (own) writeFileSync(join(folder, 'state.json'), JSON.stringify(await dump(browser, own), null, 2));
      return folder;
    },
    async close({ keep = false } = {}) {
      await context.close();
      if (!keep) rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
  return browser;
}

/** What the engine tells of itself. */
async function dump(browser, page) {
  const asked = { state: {}, approvals: {}, activity: { limit: 20 }, sites: {} };
  const told = {};
  for (const [method, params] of Object.entries(asked)) {
    const late = new Promise((done) => setTimeout(done, 5000, 'no answer'));
    told[method] = await Promise.race([browser.ask(page, method, params).catch(String), late]);
  }
  return told;
}

/** Serves pages for tests: an empty one at `/`, and what is in the folders given. */
export const site = (mounts = {}) => serve(mounts);

/** A test whose failure leaves screenshots and the log of the browser. */
export function watched(browser, body) {
  return async (t) => {
    try {
      await body(t);
    } catch (error) {
      t.diagnostic(`left in ${await browser().leave(t.name)}`);
      throw error;
    }
  };
}
