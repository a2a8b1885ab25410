// Every screen, and how to get to it.
import type { Page } from 'playwright-core';

import { ALICE, DAPP, MAIN, SAVINGS } from './fake/data.ts';
import type { Scenario } from './fake/engine.ts';
import { REQUEST_NAMES } from './fake/requests.ts';

export interface ScreenCase {
  name: string;
  path: string;
  scenario?: Scenario;
  prepare?(page: Page): Promise<void>;
}

const fresh: Scenario = { accounts: 1, isFresh: true };
const click = (name: string) => (page: Page) => page.getByRole('button', { name, exact: true }).click();

async function fillPassword(page: Page) {
  await page.getByLabel('Password', { exact: true }).fill('nine lives of a cat');
  await page.getByLabel('Repeat it').fill('nine lives of a cat');
}

async function toPhrase(page: Page) {
  await fillPassword(page);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Show the words' }).click();
}

async function unlockFor(page: Page, button: string) {
  await page.getByLabel('Your password').fill('correct horse battery');
  await page.getByRole('button', { name: button, exact: true }).click();
}

export const SCREENS: ScreenCase[] = [
  { name: 'welcome', path: 'popup.html', scenario: { vault: 'empty' } },
  { name: 'create-password', path: 'popup.html#/create', scenario: { vault: 'empty' }, prepare: fillPassword },
  {
    name: 'create-phrase-hidden',
    path: 'popup.html#/create',
    scenario: { vault: 'empty' },
    async prepare(page) {
      await fillPassword(page);
      await page.getByRole('button', { name: 'Continue' }).click();
    },
  },
  { name: 'create-phrase', path: 'popup.html#/create', scenario: { vault: 'empty' }, prepare: toPhrase },
  {
    name: 'create-confirm',
    path: 'popup.html#/create',
    scenario: { vault: 'empty' },
    async prepare(page) {
      await toPhrase(page);
      await page.getByRole('button', { name: 'I have written it down' }).click();
      await page.getByLabel(/^Word/).first().fill('wrong');
      await page.getByRole('button', { name: 'Create wallet' }).click();
    },
  },
  {
    name: 'import-phrase',
    path: 'popup.html#/import',
    scenario: { vault: 'empty' },
    async prepare(page) {
      await page.getByLabel('Recovery phrase').fill('abandon ability able');
      await page.getByRole('button', { name: 'Continue' }).click();
    },
  },
  {
    name: 'restore',
    path: 'popup.html#/restore',
    scenario: { vault: 'empty' },
    async prepare(page) {
      const file = { name: 'pixie-2026-11-20.backup', mimeType: '', buffer: Buffer.from('sealed') };
      await page.locator('input[type=file]').setInputFiles(file);
      await page.getByLabel('Password of the backup').waitFor();
    },
  },
  { name: 'first-account', path: 'popup.html', scenario: { accounts: 0 } },
  { name: 'unlock', path: 'popup.html', scenario: { vault: 'locked' } },
  {
    name: 'unlock-wrong',
    path: 'popup.html',
    scenario: { vault: 'locked' },
    async prepare(page) {
      await page.getByLabel('Password', { exact: true }).fill('wrong');
      await page.getByRole('button', { name: 'Unlock' }).click();
      await page.getByText('This password is wrong.').waitFor();
    },
  },
  { name: 'unlock-throttled', path: 'popup.html', scenario: { vault: 'locked', retryIn: 65_000 } },
  { name: 'unlock-damaged', path: 'popup.html', scenario: { vault: 'damaged' } },
  { name: 'home', path: 'popup.html' },
  { name: 'home-fresh', path: 'popup.html', scenario: fresh },
  { name: 'home-undeployed', path: 'popup.html', prepare: selectSavings },
  { name: 'home-request', path: 'popup.html#/', scenario: { requests: ['connect', 'transaction'] }, prepare: goHome },
  { name: 'home-node-down', path: 'popup.html', scenario: { network: 'unreachable' } },
  { name: 'home-wrong-chain', path: 'popup.html', scenario: { network: 'wrongChain' } },
  {
    name: 'home-working',
    path: 'popup.html',
    scenario: { progress: { entry: 6, kind: 'kernel', step: 3, of: 7 } },
  },
  {
    name: 'home-failing',
    path: 'popup.html',
    scenario: { failing: { balances: { code: 'internal', message: 'the store could not be read' } } },
  },
  { name: 'accounts-sheet', path: 'popup.html', prepare: (page) => page.getByRole('button', { name: /^Account/ }).click() },
  { name: 'send', path: 'popup.html#/send' },
  {
    name: 'send-wrong',
    path: 'popup.html#/send',
    async prepare(page) {
      await page.getByLabel('To', { exact: true }).fill('0x1234');
      await page.getByLabel('Amount').fill('99999999');
      await page.getByRole('button', { name: 'Review' }).click();
    },
  },
  {
    name: 'send-filled',
    path: 'popup.html#/send',
    async prepare(page) {
      await page.getByRole('radio', { name: 'Publicly' }).check();
      await page.getByLabel('To', { exact: true }).fill(ALICE);
      await page.getByRole('button', { name: 'Max' }).click();
    },
  },
  { name: 'send-book', path: 'popup.html#/send', prepare: click('Address book') },
  { name: 'send-fresh', path: 'popup.html#/send', scenario: fresh },
  { name: 'receive', path: 'popup.html#/receive' },
  { name: 'tokens', path: 'popup.html#/tokens' },
  { name: 'activity', path: 'popup.html#/activity', scenario: { progress: { entry: 6, kind: 'kernel', step: 3, of: 7 } } },
  { name: 'activity-fresh', path: 'popup.html#/activity', scenario: fresh },
  { name: 'activity-live', path: 'popup.html#/activity/6', scenario: { progress: { entry: 6, kind: 'kernel', step: 3, of: 7 } } },
  { name: 'activity-mined', path: 'popup.html#/activity/5' },
  { name: 'activity-failed', path: 'popup.html#/activity/4' },
  { name: 'activity-reverted', path: 'popup.html#/activity/2' },
  { name: 'sites', path: 'popup.html#/sites' },
  { name: 'sites-fresh', path: 'popup.html#/sites', scenario: fresh },
  { name: 'site', path: `popup.html#/sites/${encodeURIComponent(DAPP)}` },
  { name: 'accounts', path: 'popup.html#/accounts' },
  { name: 'account', path: `popup.html#/accounts/${MAIN}` },
  { name: 'account-undeployed', path: `popup.html#/accounts/${SAVINGS}` },
  {
    name: 'account-export',
    path: `popup.html#/accounts/${MAIN}`,
    async prepare(page) {
      await page.getByRole('button', { name: 'Export to view only' }).click();
      await unlockFor(page, 'Export');
      await page.getByRole('button', { name: 'Save' }).waitFor();
    },
  },
  { name: 'account-new', path: 'popup.html#/accounts/new' },
  { name: 'account-import', path: 'popup.html#/accounts/import' },
  { name: 'contacts', path: 'popup.html#/contacts' },
  { name: 'contacts-fresh', path: 'popup.html#/contacts', scenario: fresh },
  { name: 'contact', path: `popup.html#/contacts/${ALICE}` },
  { name: 'networks', path: 'popup.html#/networks' },
  { name: 'networks-wrong-chain', path: 'popup.html#/networks', scenario: { network: 'wrongChain' } },
  { name: 'network-new', path: 'popup.html#/networks/new' },
  { name: 'settings', path: 'popup.html#/settings' },
  { name: 'password', path: 'popup.html#/password' },
  { name: 'phrase', path: 'popup.html#/phrase' },
  {
    name: 'phrase-shown',
    path: 'popup.html#/phrase',
    async prepare(page) {
      await unlockFor(page, 'Show the phrase');
      await page.getByRole('button', { name: 'Show the words' }).click();
    },
  },
  { name: 'backup', path: 'popup.html#/backup' },
  { name: 'erase', path: 'popup.html#/erase' },
  { name: 'requests', path: 'popup.html#/requests', scenario: { requests: ['connect', 'transaction', 'sender'] } },
  { name: 'requests-none', path: 'popup.html#/requests' },
  ...REQUEST_NAMES.map((name) => ({
    name: `approve-${name}`,
    path: 'approval.html?id=1',
    scenario: { requests: [name] },
  })),
  ...['', 'send', 'activity', 'activity/5', `sites/${encodeURIComponent(DAPP)}`, 'accounts', `accounts/${MAIN}`].map(
    (path) => ({ name: `odd-${path.split('/')[0] || 'home'}-${path.length}`, path: `popup.html#/${path}`, scenario: { isOdd: true } }),
  ),
  ...['contacts', 'networks', 'tokens', 'receive'].map((path) => ({
    name: `odd-${path}`,
    path: `popup.html#/${path}`,
    scenario: { isOdd: true, network: 'unreachable' as const },
  })),
  { name: 'approve-gone', path: 'approval.html?id=9' },
  { name: 'approve-locked', path: 'approval.html?id=1', scenario: { vault: 'locked', requests: ['connect'] } },
];

async function selectSavings(page: Page) {
  await page.getByRole('button', { name: /^Account/ }).click();
  await page.getByRole('button', { name: /^Savings/ }).click();
  await page.getByText('not deployed yet').waitFor();
}

async function goHome(page: Page) {
  await page.getByRole('link', { name: 'Back' }).click();
  await page.getByText('requests wait for you').waitFor();
}
