// A person makes a wallet, locks it, unlocks it, and finds it again after the worker died and after the
// browser was started anew. No network is needed for that.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { launch, watched } from './browser.mjs';

const PASSWORD = 'nine lives of a cat';

let browser;
const it = (name, body) => test(name, { timeout: 120_000 }, watched(() => browser, body));

before(async () => {
  browser = await launch();
  await browser.worker();
});

after(async () => {
  await browser?.close({ keep: true });
  if (browser) rmSync(browser.profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const vault = async (page) => (await browser.ask(page, 'state')).result.vault.status;

async function unlock(page, password = PASSWORD) {
  await page.getByLabel('Password', { exact: true }).fill(password);
  await press(page, 'Unlock');
}

it('makes a wallet', async () => {
  const page = await browser.open('popup.html');
  await page.getByText('Create a new wallet').click();
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Repeat it').fill(PASSWORD);
  await press(page, 'Continue');
  await press(page, 'Show the words');
  const words = await page.locator('.phrase li b').allTextContents();
  assert.equal(words.length, 24);
  await press(page, 'I have written it down');
  for (const label of await page.getByText(/^Word \d+$/).allTextContents()) {
    await page.getByLabel(label, { exact: true }).fill(words[Number(label.slice(5)) - 1]);
  }
  await page.getByRole('checkbox').check();
  await press(page, 'Create wallet');
  await page.waitForFunction(() => !document.querySelector('h1')?.textContent?.includes('Confirm'));
  assert.equal(await vault(page), 'unlocked');
  await page.close();
});

it('makes the first account', async () => {
  const page = await browser.open('popup.html');
  const made = await browser.ask(page, 'createAccount', { type: 'schnorr', alias: 'Main' });
  assert.match(made.result?.address ?? '', /^0x[0-9a-f]{64}$/, JSON.stringify(made));
  await page.getByText('Main').first().waitFor();
  await page.close();
});

it('is unlocked still after the worker died', async () => {
  const page = await browser.open('popup.html');
  await browser.killWorker();
  assert.equal(await vault(page), 'unlocked');
  await page.close();
});

it('refuses a wrong password, and takes the right one', async () => {
  const page = await browser.open('popup.html');
  assert.deepEqual((await browser.ask(page, 'lock')).error, undefined);
  assert.equal(await vault(page), 'locked');
  await unlock(page, 'wrong password');
  await page.getByText('This password is wrong.').waitFor();
  await unlock(page);
  await page.getByText('Main').first().waitFor();
  assert.equal(await vault(page), 'unlocked');
  await page.close();
});

it('is there, locked, after the browser was started anew', async () => {
  const { profile } = browser;
  await browser.close({ keep: true });
  browser = await launch({ profile });
  await browser.worker();
  const page = await browser.open('popup.html');
  assert.equal(await vault(page), 'locked');
  await unlock(page);
  await page.getByText('Main').first().waitFor();
  await page.close();
});
