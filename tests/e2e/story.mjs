// Tests that follow one another, as the chapters of a story: when one has failed, the rest is not tried.
// With PIXIE_DEMO, the path of a folder, pictures and times of the chapters are left there.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { watched } from './browser.mjs';

/**
 * @param {string} title what the whole is called in the summary
 * @param {() => object | undefined} browser the browser, once there is one
 */
export function story(title, browser) {
  const folder = process.env.PIXIE_DEMO;
  const chapters = [];
  let broken;
  let pictures = 0;

  if (folder) mkdirSync(folder, { recursive: true });
  after(() => {
    if (folder) summarize(folder, title, chapters);
  });

  return {
    chapter(name, body) {
      test(name, async (t) => {
        if (broken !== undefined) assert.fail(`not tried, for this has failed: ${broken}`);
        const begun = performance.now();
        let passed = false;
        try {
          await watched(browser, body)(t);
          passed = true;
        } finally {
          if (!passed) broken = name;
          chapters.push({ name, passed, ms: Math.round(performance.now() - begun) });
        }
      });
    },
    /** Takes a picture of a page, if pictures are wanted. */
    async picture(name, page) {
      if (!folder) return;
      pictures += 1;
      const file = `${String(pictures).padStart(2, '0')}-${name}.png`;
      await page.screenshot({ path: join(folder, file) });
    },
    /** Notes a time that is worth telling, in milliseconds. */
    note(name, ms) {
      chapters.push({ name: `  ${name}`, passed: true, ms });
    },
  };
}

function summarize(folder, title, chapters) {
  const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`.padStart(9);
  const lines = chapters.map(({ name, passed, ms }) => `${seconds(ms)}  ${passed ? '' : 'FAILED: '}${name}`);
  const passed = chapters.length > 0 && chapters.every(({ passed }) => passed);
  writeFileSync(join(folder, 'summary.json'), `${JSON.stringify({ title, passed, chapters }, null, 2)}\n`);
  writeFileSync(join(folder, 'summary.txt'), `${[title, ...lines, passed ? 'passed' : 'failed'].join('\n')}\n`);
}
