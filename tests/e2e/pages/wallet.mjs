// The wallet's own pages, as a person uses them.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { approval } from './approval.mjs';

/** How a transaction goes its way; others end it. */
const STAGES = ['requested', 'approved', 'simulated', 'proved', 'sent', 'mined'];

/** Deriving a key from a password is made to be slow. */
const SLOW = 60_000;
/** A transaction with all its kernels, until it is in a block. */
export const MINED = 300_000;

export const PASSWORD = 'nine lives of a cat';

export class Wallet {
  #browser;

  constructor(browser, page) {
    this.#browser = browser;
    this.page = page;
  }

  static async open(browser) {
    return new Wallet(browser, await browser.open('popup.html'));
  }

  button = (name) => this.page.getByRole('button', { name, exact: true });
  link = (name) => this.page.getByRole('link', { name, exact: true });
  heading = (name) => this.page.getByRole('heading', { name, exact: true });

  /** Goes to a screen, by the names and numbers in the page's address. */
  async go(...parts) {
    await this.page.evaluate((hash) => (location.hash = hash), `#/${parts.join('/')}`);
  }

  /** Goes to a screen and looks at it. */
  async visit(...parts) {
    await this.go(...parts);
    await this.page.getByRole('heading', { level: 1 }).first().waitFor();
    await this.page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
  }

  /** Opens something of a list. */
  async look(list, name) {
    await this.go(list);
    await this.page.getByRole('link', { name }).click();
    await this.heading(name).waitFor();
  }

  /** Approves what the user has asked for in this page. */
  approveOwn() {
    return approval(this.page).approve();
  }

  /** Asks the engine what no screen shows at once. */
  async ask(method, params) {
    const answer = await this.#browser.ask(this.page, method, params);
    assert(!answer.error, `${method}: ${JSON.stringify(answer.error)}`);
    return answer.result;
  }

  // ---- onboarding and locking ----

  /** Makes a wallet, and gives its phrase. */
  async create(password = PASSWORD) {
    await this.link('Create a new wallet').click();
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    await this.page.getByLabel('Repeat it').fill(password);
    await this.button('Continue').click();
    await this.button('Show the words').click();
    const words = await this.page.locator('.phrase b').allTextContents();
    assert.equal(words.length, 24);
    await this.button('I have written it down').click();
    const asked = this.page.getByLabel(/^Word \d+$/);
    for (const field of await asked.all()) {
      const label = await field.evaluate((element) => element.labels[0].textContent);
      await field.fill(words[Number(/\d+/.exec(label)[0]) - 1]);
    }
    await this.page.getByLabel('I understand that nobody').check();
    await this.button('Create wallet').click();
    await this.heading('Your first account').waitFor({ timeout: SLOW });
    return words;
  }

  async lock() {
    await this.go();
    await this.button('Lock the wallet').click();
    await this.heading('Unlock Pixie').waitFor();
  }

  async unlock(password = PASSWORD) {
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    await this.button('Unlock').click();
    await this.heading('Unlock Pixie').waitFor({ state: 'detached', timeout: SLOW });
  }

  /** Tries a password that is wrong; gives what is said about it. */
  async failToUnlock(password) {
    const field = this.page.getByLabel('Password', { exact: true });
    await field.fill(password);
    await this.button('Unlock').click();
    await this.page.waitForFunction((input) => input.value === '', await field.elementHandle(), { timeout: SLOW });
    return this.page.locator('form').innerText();
  }

  /** Saves a backup; gives the path of the file. */
  async backup(password = PASSWORD) {
    await this.go('backup');
    await this.page.getByLabel('Your password').fill(password);
    const download = this.page.waitForEvent('download');
    await this.button('Save the backup').click();
    const path = await (await download).path();
    await this.heading('Backup').waitFor();
    return path;
  }

  /** Makes the wallet from a backup. */
  async restore(path, password = PASSWORD) {
    await this.link('Restore a backup').click();
    await this.page.getByLabel('Choose the backup file').setInputFiles(path);
    await this.page.getByLabel('Password of the backup').fill(password);
    await this.button('Restore').click();
    await this.button('Lock the wallet').waitFor({ timeout: SLOW });
  }

  // ---- networks ----

  /** The line across the page that says what is wrong with the network. */
  networkBar = (text) => this.page.getByRole('status').filter({ hasText: text });

  /** Waits until the network is there, and nothing is said to be wrong with it. */
  async connected() {
    await this.go('networks');
    await this.page.locator('.facts', { hasText: 'Connected' }).waitFor({ timeout: SLOW });
    await this.go();
  }

  /** Adds the network at an address, and uses it. */
  async use({ name, url }) {
    await this.go('networks', 'new');
    await this.page.getByLabel('Name').fill(name);
    await this.page.getByLabel('Address of the node').fill(url);
    await this.button('Add').click();
    await this.heading('Networks').waitFor({ timeout: SLOW });
    await this.page.getByRole('button', { name }).and(this.page.locator('.row')).click();
    await this.page.locator('.facts', { hasText: 'Connected' }).waitFor({ timeout: SLOW });
    await this.go();
  }

  // ---- accounts ----

  /** Fills the form of a new account, wherever it is shown. */
  async nameAccount(alias, type = 'Schnorr') {
    await this.page.getByLabel('Name', { exact: true }).fill(alias);
    await this.page.getByRole('radio', { name: type }).check();
    await this.button('Create account').click();
    await this.page.getByRole('button', { name: `Account ${alias}` }).waitFor({ timeout: SLOW });
    return this.selected();
  }

  async addAccount(alias, type) {
    await this.go('accounts', 'new');
    await this.heading('New account').waitFor();
    return this.nameAccount(alias, type);
  }

  /** The account that is shown. */
  async selected() {
    const { accounts, selected } = await this.ask('state');
    return accounts.find(({ address }) => address === selected);
  }

  async select(alias) {
    await this.go();
    await this.page.getByRole('button', { name: /^Account / }).click();
    await this.page.getByRole('dialog').getByRole('button', { name: alias }).click();
    await this.page.getByRole('button', { name: `Account ${alias}` }).waitFor();
  }

  /** Deploys the account that is shown. */
  async deploy() {
    await this.go();
    await this.button('Deploy').click();
    await this.approveOwn();
    await this.mined();
  }

  /** Waits until the transaction that is shown is mined. */
  async mined() {
    const { page } = this;
    const failed = page.locator('.notice.danger');
    await page.locator('.facts', { hasText: 'Block' }).or(failed).waitFor({ timeout: MINED });
    if (await failed.isVisible()) assert.fail(await failed.innerText());
  }

  // ---- transactions ----

  /** Sends an amount; gives the number of its entry in the journal once it is approved. */
  async send({ to, amount, from = 'Private', privately = true }) {
    await this.go('send');
    await this.page.getByLabel('Amount', { exact: true }).fill(amount);
    await this.page.getByLabel('To', { exact: true }).fill(to);
    const source = this.page.getByRole('group', { name: 'From your balance' });
    await source.getByRole('radio', { name: from }).check();
    await this.page.getByRole('radio', { name: privately ? 'Privately' : 'Publicly' }).check();
    await this.button('Review').click();
    await this.approveOwn();
    return (await this.latest()).entry;
  }

  /** The latest entry of the journal. */
  async latest() {
    const [entry] = await this.ask('activity', { limit: 1 });
    return entry;
  }

  /** Waits until a transaction is at a stage, which it must not have passed by. */
  async stage(entry, wanted, timeout = MINED) {
    for (const end = Date.now() + timeout; ; await sleep(20)) {
      const { result, error } = await this.#browser.ask(this.page, 'activityEntry', { entry });
      if (error) {
        // The worker has been started anew, and does not have its network yet.
        assert.equal(error.code, 'unreachable');
        assert(Date.now() < end, error.message);
        continue;
      }
      const { stage } = result;
      if (stage.kind === wanted) return stage;
      const [is, wants] = [stage.kind, wanted].map((kind) => STAGES.indexOf(kind));
      assert(is >= 0 && is < wants, `not ${wanted}, but ${JSON.stringify(stage)}`);
      assert(Date.now() < end, `still ${stage.kind}, not ${wanted}`);
    }
  }

  // ---- tokens ----

  async addToken(address) {
    await this.go('tokens');
    await this.page.getByLabel('Contract address').fill(address);
    await this.button('Add token').click();
    await this.heading('Tokens').first().waitFor();
    await this.page.getByLabel('Contract address').waitFor({ state: 'detached', timeout: SLOW });
  }

  /** What the first screen shows of a token: `{ private, public }`, as it is written there. */
  async balance(token) {
    await this.go();
    await this.page.getByRole('button', { name: token }).and(this.page.locator('.row')).click();
    const shown = {};
    for (const place of ['private', 'public']) {
      const amount = this.page.locator('.places > div', { has: this.page.locator(`.place.${place}`) }).locator('.amount');
      shown[place] = (await amount.innerText()).trim();
    }
    return shown;
  }

  /** Waits until the first screen shows this. */
  async shows(token, wanted) {
    const end = Date.now() + SLOW;
    for (;;) {
      const shown = await this.balance(token);
      if (Object.entries(wanted).every(([place, amount]) => shown[place] === amount)) return;
      if (Date.now() > end) assert.deepEqual(shown, { ...shown, ...wanted });
      await this.page.waitForTimeout(250);
    }
  }

  // ---- sites ----

  async sites() {
    return (await this.ask('sites')).map(({ origin }) => origin);
  }

  async disconnect(host) {
    await this.go('sites');
    await this.page.getByRole('link', { name: host }).click();
    await this.button('Disconnect').click();
    await this.page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click();
    await this.heading('Connected sites').waitFor();
  }
}
