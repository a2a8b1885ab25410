// Every screen, light and dark: it is drawn, nothing complains, nothing is too wide, axe finds nothing
// that matters. Pictures of all are in target/pages/pictures.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';

import { overflowing, Pages, PICTURES, settled } from './harness.ts';
import { SCREENS } from './screens.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let pages: Pages;

before(async () => {
  pages = await Pages.start();
});
after(() => pages?.close());

/** What axe finds that is serious or critical. */
async function violations(page: Page, options: object): Promise<string[]> {
  return page.evaluate(async (options) => {
    const { violations } = await window.axe.run(document, options);
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n  ${failureSummary}`));
  }, options);
}

declare global {
  interface Window {
    axe: {
      run(
        root: Document,
        options: object,
      ): Promise<{
        violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
      }>;
    };
  }
}

describe('screens', { concurrency: 2 }, () => {
  for (const { name, path, scenario, prepare } of SCREENS) {
    test(name, async () => {
      const { page, complaints } = await pages.open(path, scenario);
      try {
        await settled(page);
        await prepare?.(page);
        await settled(page);
        await page.screenshot({ path: join(PICTURES, `${name}-light.png`) });
        assert.deepEqual(await overflowing(page), []);
      assert.doesNotMatch(await page.innerText('body'), /[\u202a-\u202e\u2066-\u2069]/);
        await page.evaluate(axe);
        assert.deepEqual(await violations(page, {}), []);
        await page.emulateMedia({ colorScheme: 'dark' });
        await page.screenshot({ path: join(PICTURES, `${name}-dark.png`) });
        assert.deepEqual(await violations(page, { runOnly: ['color-contrast'] }), []);
        assert.deepEqual(complaints, []);
      } finally {
        await page.close();
      }
    });
  }
});
