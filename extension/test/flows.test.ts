// What people do, some of it by keyboard alone, and what happens around them meanwhile.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';

import type { Method } from '../src/shared/api.ts';
import { ALICE, DAPP, EXCHANGE, MAIN, PASSWORD, USDC } from './fake/data.ts';
import type { Scenario } from './fake/engine.ts';
import { Pages, settled } from './harness.ts';

let pages: Pages;

before(async () => {
  pages = await Pages.start();
});
after(() => pages?.close());

/** Opens a page, does something there, and sees that it did not complain. */
async function on(path: string, scenario: Scenario, flow: (page: Page) => Promise<void>) {
  const { page, complaints } = await pages.open(path, scenario);
  try {
    await flow(page);
    assert.deepEqual(complaints, []);
  } finally {
    await page.close();
  }
}

/** What the page asked the engine for by one method. */
const asked = (page: Page, method: Method): Promise<unknown[]> =>
  page.evaluate((method) => window.fake.engine.calls.filter((call) => call.method === method).map(({ params }) => params), method);

const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    return `${element?.tagName} ${element?.textContent?.trim()}`;
  });

/** Presses Tab until something is focused that says `text`. */
async function tabTo(page: Page, text: string) {
  const seen = [];
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab');
    const now = await focused(page);
    if (now.endsWith(text)) return;
    seen.push(now);
  }
  assert.fail(`Tab does not lead to "${text}", but to ${seen.join(' | ')}`);
}

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();

describe('flows', { concurrency: 2 }, () => {
  test('onboarding by keyboard alone', () =>
    on('popup.html', { vault: 'empty', isFresh: true }, async (page) => {
      const { keyboard } = page;
      await heading(page, 'Private money');
      await tabTo(page, 'Create a new wallet');
      await keyboard.press('Enter');
      await heading(page, 'Choose a password');
      await keyboard.type('short');
      await keyboard.press('Enter');
      await page.getByText('Use at least 8 characters.').waitFor();
      await page.getByLabel('Password', { exact: true }).focus();
      await keyboard.press('Control+A');
      await keyboard.type('nine lives of a cat');
      await keyboard.press('Tab');
      await keyboard.press('Tab');
      await keyboard.type('nine lives of a cat');
      await keyboard.press('Enter');

      await heading(page, 'Your recovery phrase');
      assert.equal(await focused(page), 'H1 Your recovery phrase');
      assert(await page.getByRole('button', { name: 'I have written it down' }).isDisabled());
      await tabTo(page, 'Show the words');
      await keyboard.press('Enter');
      const words = await page.locator('.phrase li b').allTextContents();
      assert.equal(words.length, 24);
      await tabTo(page, 'I have written it down');
      await keyboard.press('Enter');

      await heading(page, 'Confirm the phrase');
      const labels = await page.getByText(/^Word \d+$/).allTextContents();
      assert.equal(labels.length, 3);
      for (const label of labels) {
        await keyboard.type(words[Number(label.slice(5)) - 1] as string);
        await keyboard.press('Tab');
      }
      await keyboard.press('Space');
      await tabTo(page, 'Create wallet');
      await keyboard.press('Enter');

      await heading(page, 'Your first account');
      assert.deepEqual(await asked(page, 'create'), [
        { password: 'nine lives of a cat', phrase: words.join(' '), imported: false },
      ]);
      await tabTo(page, 'Create account');
      await keyboard.press('Enter');
      await page.getByText('No tokens yet').waitFor();
      assert.deepEqual(await asked(page, 'createAccount'), [{ type: 'schnorr', alias: 'Main account' }]);
    }));

  test('a wrong word of the phrase is not let through', () =>
    on('popup.html#/create', { vault: 'empty' }, async (page) => {
      await page.getByLabel('Password', { exact: true }).fill('nine lives of a cat');
      await page.getByLabel('Repeat it').fill('nine lives of a cat');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Show the words' }).click();
      await page.getByRole('button', { name: 'I have written it down' }).click();
      for (const field of await page.getByLabel(/^Word/).all()) await field.fill('zoo');
      await page.getByRole('checkbox').check();
      await page.getByRole('button', { name: 'Create wallet' }).click();
      await page.getByText('This is not the word at this place.').first().waitFor();
      assert.deepEqual(await asked(page, 'create'), []);
    }));

  test('a transaction is approved by keyboard alone, but not at once', () =>
    on('approval.html?id=1', { requests: ['transaction'] }, async (page) => {
      await heading(page, 'Transaction');
      // Out of sight it cannot be approved, and in sight only after a moment.
      const look = (state: string) =>
        page.evaluate((value) => {
          Object.defineProperty(document, 'visibilityState', { value, configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
        }, state);
      await look('hidden');
      await page.waitForSelector('.button.primary[aria-disabled]');
      await page.getByRole('button', { name: 'Approve' }).dispatchEvent('click');
      assert.deepEqual(await asked(page, 'approve'), []);
      await look('visible');
      await settled(page);
      await tabTo(page, 'Approve');
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => window.fake.isClosed);
      assert.deepEqual(await asked(page, 'approve'), [{ id: 1, hash: 'hash-1' }]);
      assert.deepEqual(await asked(page, 'opened'), [{ id: 1 }]);
    }));

  test('a connection is narrowed item by item', () =>
    on('approval.html?id=1', { requests: ['connect', 'sender'] }, async (page) => {
      await heading(page, 'Connect');
      await page.getByRole('img', { name: /Verification symbols: 🦊 🌲/ }).waitFor();
      await page.getByLabel(/Any class/).uncheck();
      await page.getByLabel('Ask them to authorise actions').uncheck();
      await page.getByLabel(/^Read balance_of_public/).uncheck();
      await page.getByLabel(/^Call any function/).uncheck();
      const connect = page.getByRole('button', { name: 'Connect' });
      await settled(page);
      await connect.click();
      // The next one that waits is shown in the same window.
      await heading(page, 'Look for a sender');
      assert.deepEqual(await asked(page, 'approve'), [
        {
          id: 1,
          hash: 'hash-1',
          granted: [
            {
              type: 'accounts',
              canGet: true,
              canCreateAuthWit: false,
              accounts: [{ alias: 'Main account', item: MAIN }],
            },
            { type: 'contracts', contracts: [USDC, EXCHANGE], canRegister: true, canGetMetadata: true },
            {
              type: 'simulation',
              transactions: { scope: [{ contract: EXCHANGE, function: '*' }] },
              utilities: { scope: [{ contract: USDC, function: 'balance_of_private' }] },
            },
            { type: 'data', addressBook: false, privateEvents: { contracts: [USDC] } },
          ],
        },
      ]);
      await page.getByRole('button', { name: 'Reject' }).click();
      await page.waitForFunction(() => window.fake.isClosed);
      assert.deepEqual(await asked(page, 'deny'), [{ id: 2 }]);
    }));

  test('nothing chosen cannot be granted', () =>
    on('approval.html?id=1', { requests: ['connect'] }, async (page) => {
      await heading(page, 'Connect');
      for (const box of await page.getByRole('checkbox').all()) await box.uncheck();
      await page.locator('.button.primary:disabled').waitFor();
    }));

  test('the window shows what sites ask, one after the other, also what comes later', () =>
    on('approval.html', { requests: ['ownTransfer', 'discover'] }, async (page) => {
      await heading(page, 'Answer a site');
      await page.evaluate(() => window.fake.engine.change({ ask: 'sender' }));
      await page.getByText('1 more after this').waitFor();
      await settled(page);
      await page.getByRole('button', { name: 'Approve' }).click();
      await heading(page, 'Look for a sender');
      assert.equal(await page.evaluate(() => window.fake.isClosed), false);
      await page.getByRole('button', { name: 'Reject' }).click();
      // What the user has asked for waits where that was done.
      await page.waitForFunction(() => window.fake.isClosed);
      assert.deepEqual(await asked(page, 'opened'), [{ id: 2 }, { id: 101 }]);
    }));

  test('what the page does not understand can only be rejected', () =>
    on('approval.html', { requests: ['future'] }, async (page) => {
      await page.getByText('This page cannot show the request').waitFor();
      await settled(page);
      assert(await page.getByRole('button', { name: 'Approve' }).isDisabled());
      await page.getByRole('button', { name: 'Reject' }).click();
      await page.waitForFunction(() => window.fake.isClosed);
    }));

  test('a request that is gone says so', () =>
    on('approval.html?id=1', { requests: ['sender'] }, async (page) => {
      await heading(page, 'Look for a sender');
      await page.evaluate(() => window.fake.engine.answers.deny({ id: 1 }));
      await page.getByText('This request is gone').waitFor();
      assert.equal(await page.getByRole('button', { name: 'Approve' }).count(), 0);
    }));

  test('an approval is unlocked first', () =>
    on('approval.html?id=1', { vault: 'locked', requests: ['authWit'] }, async (page) => {
      await page.getByText('Unlock it to see what is asked of you.').waitFor();
      await page.keyboard.type(PASSWORD);
      await page.keyboard.press('Enter');
      await heading(page, 'Authorisation');
    }));

  test('sending asks the engine for what was written', () =>
    on('popup.html#/send', {}, async (page) => {
      await settled(page);
      await page.getByRole('button', { name: 'Address book' }).click();
      await page.getByRole('button', { name: /^Alice/ }).click();
      await page.getByLabel('Amount').fill('1 000.5');
      await page.getByRole('radio', { name: 'Publicly' }).check();
      await page.getByText('Everyone will see the amount and the recipient').waitFor();
      await page.getByRole('button', { name: 'Review' }).click();
      await page.getByText('Send 25 USDC privately').waitFor();
      assert.deepEqual(await asked(page, 'send'), [
        { from: MAIN, token: USDC, source: 'private', to: ALICE, target: 'public', amount: '1000500000' },
      ]);
      // Leaving the small window is no answer.
      assert.deepEqual(await asked(page, 'opened'), []);
      await settled(page);
      await page.getByRole('button', { name: 'Approve' }).click();
      await page.getByRole('list', { name: 'Steps' }).waitFor();
    }));

  test('who waits for a simulation sees what is going on', () =>
    on('popup.html#/send', { delay: 1200 }, async (page) => {
      await settled(page);
      await page.getByLabel('To', { exact: true }).fill(ALICE);
      await page.getByLabel('Amount').fill('1');
      await page.getByRole('button', { name: 'Review' }).click();
      const since = Date.now();
      await page.evaluate(
        (since) => window.fake.engine.progress({ entry: 7, kind: 'simulate', since }),
        since,
      );
      await page.getByText('Simulating').waitFor();
      await page.getByRole('button', { name: 'Review' }).dispatchEvent('click');
      await heading(page, 'Transaction');
      assert.equal((await asked(page, 'send')).length, 1);
    }));

  test('in a large window the wallet stays small and in the middle', () =>
    on('popup.html', {}, async (page) => {
      await page.setViewportSize({ width: 1200, height: 1000 });
      await settled(page);
      const box = await page.locator('.app').boundingBox();
      assert.deepEqual(box, { x: 360, y: 120, width: 480, height: 760 });
    }));

  test('what is more than there is, or goes nowhere, is not sent', () =>
    on('popup.html#/send', {}, async (page) => {
      await settled(page);
      await page.getByLabel('To', { exact: true }).fill(USDC);
      await page.getByLabel('Amount').fill('12345.678902');
      await page.getByRole('button', { name: 'Review' }).click();
      await page.getByText('This is the contract of the token itself.').waitFor();
      await page.getByText(/^You have 12.345\.678901 USDC in private\.$/).waitFor();
      await page.getByLabel('To', { exact: true }).fill(MAIN);
      await page.getByText('This is the account that you send from.').waitFor();
      assert.deepEqual(await asked(page, 'send'), []);
    }));

  test('live progress arrives without being asked for', () =>
    on('popup.html#/activity/6', {}, async (page) => {
      await settled(page);
      const tell = (progress: object) =>
        page.evaluate((progress) => window.fake.engine.progress(progress as never), progress);
      const since = Date.now();
      await tell({ entry: 6, kind: 'execute', since });
      await page.getByText('Executing privately').waitFor();
      await tell({ entry: 6, kind: 'kernel', step: 4, of: 9, since: since + 1500 });
      await page.getByText('Kernel circuits 4 of 9').waitFor();
      await page.getByRole('listitem').filter({ hasText: 'Executed' }).getByText('1.5 s').waitFor();
      await tell({ entry: 6, kind: 'prove', since: since + 3000 });
      await page.getByRole('listitem').filter({ hasText: 'Proving' }).waitFor();
    }));

  test('nothing moves while balances load', () =>
    on('popup.html', { delay: 1500 }, async (page) => {
      await page.waitForSelector('[aria-busy="true"]');
      await page.evaluate(() => {
        const shifts: unknown[] = [];
        Object.assign(window, { shifts });
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) {
            const { value, sources = [] } = entry as unknown as { value: number; sources?: { node?: Element }[] };
            shifts.push({ value, what: sources.map(({ node }) => (node as Element | undefined)?.outerHTML?.slice(0, 80)) });
          }
        }).observe({ type: 'layout-shift', buffered: true });
      });
      const before = await page.locator('.hero, .places, .buttons, .working').evaluateAll(rectangles);
      await settled(page);
      await page.waitForTimeout(200);
      const after = await page.locator('.hero, .places, .buttons, .working').evaluateAll(rectangles);
      assert.deepEqual(after, before);
      assert.deepEqual(await page.evaluate(() => (window as unknown as { shifts: unknown[] }).shifts), []);
    }));

  test('the worker dies: the page goes on, and says so only if it takes long', () =>
    on('popup.html', {}, async (page) => {
      await settled(page);
      const bar = page.getByText('Reconnecting…');
      await page.evaluate(() => window.fake.kill(150));
      await page.getByRole('link', { name: 'Sites' }).click();
      await page.getByRole('link', { name: 'swap.example' }).waitFor();
      assert.equal(await bar.count(), 0);
      await page.evaluate(() => window.fake.kill(2500));
      await bar.waitFor();
      await bar.waitFor({ state: 'detached' });
      await page.getByRole('link', { name: 'Settings' }).click();
      await page.getByLabel('Lock when I am away for').waitFor();
    }));

  test('a command whose answer is lost is reported and not repeated', () =>
    on('popup.html#/password', { delay: 1500 }, async (page) => {
      await page.getByLabel('Password now').fill(PASSWORD);
      await page.getByLabel('New password').fill('nine lives of a cat');
      await page.getByLabel('Repeat it').fill('nine lives of a cat');
      await page.getByRole('button', { name: 'Change password' }).click();
      await page.waitForTimeout(200);
      await page.evaluate(() => window.fake.kill(100));
      await page.getByText('The wallet restarted before it answered.').waitFor();
      await page.waitForTimeout(500);
      assert.equal((await asked(page, 'changePassword')).length, 1);
    }));

  test('an engine that never answers is waited for', () =>
    on('popup.html', { isDead: true }, async (page) => {
      await page.getByText('Starting Pixie…').waitFor();
    }));

  test('the node goes and comes back', () =>
    on('popup.html', {}, async (page) => {
      await settled(page);
      await page.evaluate(() => window.fake.engine.change({ network: 'unreachable' }));
      await page.getByText('cannot be reached').waitFor();
      await page.getByText('unknown').first().waitFor();
      await page.getByRole('button', { name: 'Retry' }).click();
      assert.equal((await asked(page, 'sync')).length, 1);
      await page.evaluate(() => window.fake.engine.change({ network: 'ready' }));
      await page.getByText('cannot be reached').waitFor({ state: 'detached' });
      await page.getByText('250', { exact: true }).waitFor();
    }));

  test('the wallet locks under the page, and nothing private stays on it', () =>
    on(`popup.html#/sites/${encodeURIComponent(DAPP)}`, {}, async (page) => {
      await heading(page, 'swap.example');
      await page.evaluate(() => window.fake.engine.change({ lock: true }));
      await heading(page, 'Unlock Pixie');
      assert(!(await page.content()).includes('swap.example'));
      await page.keyboard.type(PASSWORD);
      await page.keyboard.press('Enter');
      await heading(page, 'swap.example');
    }));

  test('wrong passwords are counted down', () =>
    on('popup.html', { vault: 'locked' }, async (page) => {
      await heading(page, 'Unlock Pixie');
      for (let attempt = 1; attempt <= 3; attempt += 1) {
        await page.getByLabel('Password', { exact: true }).fill(`wrong ${attempt}`);
        await page.keyboard.press('Enter');
        await page.getByText('This password is wrong.').waitFor();
      }
      await page.getByText(/Try again in 0:0[1-5]/).waitFor();
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      assert(await page.getByRole('button', { name: 'Unlock' }).isDisabled());
      await page.waitForFunction(() => !document.querySelector('.button.primary[disabled]'), undefined, { timeout: 8000 });
      await page.keyboard.press('Enter');
      await page.getByText('USD Coin, total').waitFor();
    }));

  test('a permission is taken back, then all of them', () =>
    on(`popup.html#/sites/${encodeURIComponent(DAPP)}`, {}, async (page) => {
      await page.getByRole('button', { name: 'Revoke: See accounts' }).click();
      await page.getByRole('button', { name: 'Revoke: See accounts' }).waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Disconnect' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click();
      await page.getByText('localhost:5173').waitFor();
      assert.deepEqual(await asked(page, 'revoke'), [{ origin: DAPP, grant: 'accounts' }, { origin: DAPP }]);
    }));

  test('what sites were refused is told, and deleted on demand', () =>
    on('popup.html#/sites', {}, async (page) => {
      await page.getByText('Asked for something it has no permission for').waitFor();
      await page.getByText('strange.example').waitFor();
      await page.getByText('3 times').waitFor();
      await page.getByRole('button', { name: 'Delete this list' }).click();
      await page.getByText('strange.example').waitFor({ state: 'detached' });
      assert.equal((await asked(page, 'forgetIncidents')).length, 1);
    }));

  test('a sheet gives the focus back when it closes', () =>
    on('popup.html', {}, async (page) => {
      await settled(page);
      await page.getByRole('button', { name: /^Account/ }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      assert.match(await focused(page), /^BUTTON Account Main account/);
    }));

  test('the theme of the settings wins over the system’s', () =>
    on('popup.html', { theme: 'dark' }, async (page) => {
      await settled(page);
      await page.waitForFunction(() => document.documentElement.dataset['theme'] === 'dark');
      const canvas = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      const dark = await canvas();
      await page.getByRole('link', { name: 'Settings' }).click();
      await page.getByRole('radio', { name: 'Light' }).check();
      await page.waitForFunction(() => document.documentElement.dataset['theme'] === 'light');
      assert.notEqual(await canvas(), dark);
    }));

  test('erasing takes the word', () =>
    on('popup.html#/erase', {}, async (page) => {
      const erase = page.getByRole('button', { name: 'Erase' });
      assert(await erase.isDisabled());
      await page.getByLabel('Type ERASE to go on').fill('ERASE');
      await erase.click();
      await heading(page, 'Private money');
    }));
});

function rectangles(elements: Element[]): string[] {
  return elements.map((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return `${element.className} ${x} ${y} ${width} ${height}`;
  });
}
