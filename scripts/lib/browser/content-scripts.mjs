// What the content scripts cost a page that is no dapp.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const SCRIPTS = ['relay.js', 'inpage.js'];
/** A process that has just begun takes a while until it notes what it does. */
const SETTLED_MS = 1000;

/** What Chromium notes of loads of a page, each in a tab of its own. */
async function trace(browser, url, loads) {
  const events = [];
  let ended = () => {};
  const complete = new Promise((done) => (ended = done));
  const stop = [
    browser.on('Tracing.dataCollected', ({ value }) => events.push(...value)),
    browser.on('Tracing.tracingComplete', () => ended()),
  ];
  const traceConfig = { includedCategories: ['devtools.timeline'], excludedCategories: ['*'] };
  await browser.command('Tracing.start', { transferMode: 'ReportEvents', traceConfig });
  const pages = [];
  for (let load = 0; load < loads; load++) {
    const page = await browser.open('about:blank');
    await sleep(SETTLED_MS);
    await page.navigate(url);
    pages.push(page);
  }
  await sleep(SETTLED_MS);
  await browser.command('Tracing.end');
  await complete;
  stop.forEach((listening) => listening());
  for (const page of pages) await page.close();
  return events;
}

/**
 * The bytes of our scripts, and the milliseconds that each of some pages spends on compiling and running
 * them. The processor's time counts: others at work on the machine would not be a page's burden.
 */
export async function contentScripts(browser, url, extension, loads) {
  const byPage = new Map();
  for (const { name, args, tdur } of await trace(browser, url, loads)) {
    const { frame, url: script = '' } = args?.data ?? {};
    if (name !== 'EvaluateScript' || !script.startsWith('chrome-extension://')) continue;
    const found = byPage.get(frame) ?? { scripts: new Set(), ms: 0 };
    found.scripts.add(script.split('/').at(-1));
    found.ms += tdur / 1000;
    byPage.set(frame, found);
  }
  const whole = [...byPage.values()].filter(({ scripts }) => SCRIPTS.every((script) => scripts.has(script)));
  if (whole.length < loads / 2) throw new Error(`only ${whole.length} of ${loads} pages have told of both scripts`);
  const bytes = SCRIPTS.map((name) => statSync(join(extension, name)).size).reduce((sum, size) => sum + size);
  return { times: whole.map(({ ms }) => ms), bytes };
}
