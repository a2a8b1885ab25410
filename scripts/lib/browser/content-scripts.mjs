// What the content scripts cost a page that is no dapp.
import { statSync } from 'node:fs';
import { join } from 'node:path';

const SCRIPTS = ['relay.js', 'inpage.js'];
const CATEGORIES = ['devtools.timeline', 'v8', 'disabled-by-default-v8.compile'];

/** The milliseconds that Chromium spent on our scripts in one load of a page: compiling and running. */
async function load(page, url) {
  const events = [];
  const complete = new Promise((done) => page.on('Tracing.tracingComplete', done));
  page.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  const traceConfig = { includedCategories: CATEGORIES, excludedCategories: ['*'] };
  await page.command('Tracing.start', { transferMode: 'ReportEvents', traceConfig });
  await page.navigate(url);
  await page.command('Tracing.end');
  await complete;
  const ours = ({ args }) => {
    const from = args?.data?.url ?? args?.fileName ?? '';
    return from.startsWith('chrome-extension://') && SCRIPTS.some((name) => from.endsWith(`/${name}`));
  };
  const spans = events.filter((event) => event.ph === 'X' && ours(event)).map(({ ts, dur, tid }) => ({ tid, from: ts, to: ts + dur }));
  const seen = new Set(events.filter(ours).map(({ args }) => (args.data?.url ?? args.fileName).split('/').at(-1)));
  return { ms: union(spans) / 1000, seen };
}

/** The time that is covered by spans, of which some lie within others. */
function union(spans) {
  let [covered, end] = [0, -Infinity];
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    covered += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return covered;
}

export async function contentScripts(browser, url, extension, runs) {
  const times = [];
  for (let run = 0; run < runs; run++) {
    const page = await browser.open('about:blank');
    const { ms, seen } = await load(page, url);
    if (seen.size < SCRIPTS.length) throw new Error(`the trace tells of ${[...seen].join(', ') || 'no script'} alone`);
    times.push(ms);
    await page.close();
  }
  const bytes = SCRIPTS.map((name) => statSync(join(extension, name)).size).reduce((sum, size) => sum + size);
  return { times, bytes };
}
