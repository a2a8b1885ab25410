// The wallet's own pages, as a person uses them.
import assert from 'node:assert/strict';

import { approval } from './approval.mjs';

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

  /** Goes to a screen, by the names in the page's address. */
  async go(...parts) {
    await this.page.evaluate((hash) => (location.hash = hash), `#/${parts.map(encodeURIComponent).join('/')}`);
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
    await this.button('Lock the wallet').click();
    await this.heading('Unlock Pixie').waitFor();
  }

  async unlock(password = PASSWORD) {
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    await this.button('Unlock').click();
    await this.heading('Unlock Pixie').waitFor({ state: 'detached', timeout: SLOW });
  }

  // ---- networks ----

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
    await approval(this.page).approve();
    await this.mined();
  }

  /** Waits until the transaction that is shown is mined. */
  async mined() {
    const { page } = this;
    const failed = page.locator('.notice.danger');
    await page.locator('.facts', { hasText: 'Block' }).or(failed).waitFor({ timeout: MINED });
    if (await failed.isVisible()) assert.fail(await failed.innerText());
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
