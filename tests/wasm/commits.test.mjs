// A browser that is killed in the middle of its commits, again and again; one that is full; one whose
// site data are cleared.
// usage: PIXIE_COMMITS_WASM=FOLDER node --test commits.test.mjs, with the folder of
// `xtask wasm store-indexeddb --example commits`
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';

import { launch, serve } from '../../scripts/lib/chromium.mjs';

const LIVES = 8;

let server;
let profile;
let chromium;

before(async () => {
  const folder = process.env.PIXIE_COMMITS_WASM;
  assert(folder, 'PIXIE_COMMITS_WASM names the folder of the page that commits');
  server = await serve({ '/commits/': folder });
  profile = mkdtempSync(join(tmpdir(), 'pixie-commits-'));
});

// Whatever became of a test: the next one cannot open a profile that is in use.
afterEach(() => chromium?.close());

after(() => {
  server?.close();
  rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

/** A page with `db` open; `run` evaluates an expression, or fails with what panicked. */
async function open(name, { sealed, seed = 1 }) {
  const page = await chromium.open(server.url);
  const run = (expression) =>
    page.evaluate(`Promise.race([globalThis.panic, (async () => (${expression}))()])`);
  await page.evaluate(`(async () => {
    globalThis.panic = new Promise((_, reject) => (globalThis.panicked = reject));
    globalThis.commits = await import('/commits/commits.js');
    await commits.default({ module_or_path: '/commits/commits_bg.wasm' });
  })()`);
  await run(`commits.Commits.open('${name}', ${seed}n, ${sealed}).then((db) => { globalThis.db = db })`);
  const check = async () => Number(await run(`String(db.check())`));
  return { ...page, run, check };
}

async function restart() {
  await chromium?.close();
  chromium = await launch({ profile });
}

for (const sealed of [true, false]) {
  test(`a killed browser leaves whole commits, ${sealed ? 'sealed' : 'plain'}`, { timeout: 300_000 }, async (t) => {
    let last = 0;
    let commits = 0;
    let unseen = 0;
    let discarded = 0;
    /** What the page has told as done must be there; more may be. */
    const settle = (found) => {
      // Now and then Chromium takes a database for damaged after such an end, and throws all of it
      // away: nothing of ours prevents that, and there must be nothing in between.
      if (found === 0 && last > 0) {
        discarded += 1;
        last = 0;
      }
      assert(found >= last, `told ${last}, found ${found}`);
      unseen += found - last;
      commits += found - last;
      last = found;
    };
    for (let life = 1; life <= LIVES; life++) {
      await restart();
      const page = await open('killed', { sealed, seed: life });
      settle(await page.check());
      let tellFirst;
      const first = new Promise((resolve) => {
        tellFirst = resolve;
      });
      await page.bind('tell', (text) => {
        commits += Number(text) - last;
        last = Number(text);
        tellFirst();
      });
      const broken = page.run(`db.commit_forever((text) => tell(text))`);
      // It ends with the browser, or with what went wrong.
      const failure = broken.then(() => 'ended', (error) => error.message);
      const outcome = await Promise.race([first, failure]);
      assert.equal(outcome, undefined, outcome);
      await new Promise((done) => setTimeout(done, (life * 37) % 150));
      await chromium.kill();
      assert.match(await failure, /Chromium ended/);
    }
    await restart();
    const page = await open('killed', { sealed, seed: LIVES + 1 });
    settle(await page.check());
    assert.equal(await page.run(`db.commit(10)`), 'done');
    assert.equal(await page.check(), last + 1);
    const told = [`${commits} commits in ${LIVES} lives`, `${unseen} not told before the end`];
    t.diagnostic([...told, `discarded by the browser: ${discarded}`].join(', '));
    // Each life has one at the least; more than now and then is not the browser's doing.
    assert(discarded <= 2 && commits >= LIVES, `${discarded} discarded, ${commits} commits`);
    await chromium.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });
}

/** Ways in which the browser says that there is no room: at a write, and at the commit. */
const FULL = {
  'at a write': `IDBObjectStore.prototype.put = () => {
    throw new DOMException('no room', 'QuotaExceededError');
  }`,
  'at the commit': `IDBTransaction.prototype.commit = function () {
    const error = new DOMException('no room', 'QuotaExceededError');
    Object.defineProperty(this, 'error', { get: () => error });
    this.abort();
  }`,
};

for (const [when, patch] of Object.entries(FULL)) {
  test(`a full storage is told ${when}, and nothing is lost`, { timeout: 60_000 }, async () => {
    await restart();
    const page = await open('full', { sealed: true });
    const before = await page.check();
    assert.equal(await page.run(`db.commit(1000)`), 'done');
    await page.evaluate(`globalThis.kept = [IDBObjectStore.prototype.put, IDBTransaction.prototype.commit]; 0`);
    await page.evaluate(`${patch}; 0`);
    assert.equal(await page.run(`db.commit(1000)`), 'quota');
    assert.equal(await page.check(), before + 1);
    await page.evaluate(`[IDBObjectStore.prototype.put, IDBTransaction.prototype.commit] = kept; 0`);
    assert.equal(await page.run(`db.commit(1000)`), 'done');
    await page.close();
    const again = await open('full', { sealed: true, seed: 2 });
    assert.equal(await again.check(), before + 2);
  });
}

test('site data that are cleared do not break the page', { timeout: 60_000 }, async () => {
  await restart();
  const page = await open('cleared', { sealed: true });
  assert.equal(await page.run(`db.commit(1000)`), 'done');
  await page.command('Storage.clearDataForOrigin', { origin: server.url, storageTypes: 'all' });
  // What was in memory is not written over nothing.
  assert.notEqual(await page.run(`db.commit(1000)`), 'done');
  await page.close();
  const again = await open('cleared', { sealed: true, seed: 2 });
  assert.equal(await again.check(), 0);
  assert.equal(await again.run(`db.commit(1000)`), 'done');
  await chromium.close();
});
