// A request that waits for an answer, in its window or in the wallet.
import { setTimeout as sleep } from 'node:timers/promises';

/** The kinds of requests, by what is written above them. */
export const KIND = {
  discover: 'Answer a site',
  connect: 'Connect',
  transaction: 'Transaction',
  authWit: 'Authorisation',
  sender: 'Look for a sender',
  contract: 'Register a contract',
  addressBook: 'Share the address book',
  disclosure: 'Share results',
};

class Approval {
  constructor(page) {
    this.page = page;
  }

  button = (name) => this.page.getByRole('button', { name, exact: true });

  /** The kind of request, once one is shown. */
  async kind() {
    await this.button('Reject').waitFor();
    return this.page.getByRole('heading', { level: 1 }).innerText();
  }

  /** Who asks, as the browser reports it. */
  origin() {
    return this.page.locator('.asker-origin').innerText();
  }

  /** The line that says what will happen. */
  statement() {
    return this.page.locator('.statement').innerText();
  }

  text() {
    return this.page.locator('.screen-body').innerText();
  }

  /** What is to be compared with the site, if there is something. */
  async emojis() {
    const shown = this.page.locator('.emojis span');
    await shown.first().waitFor();
    return shown.allInnerTexts();
  }

  /** For a request to connect: exactly these accounts. */
  async share(...aliases) {
    const section = this.page.locator('section', { hasText: 'With which accounts?' });
    for (const box of await section.getByRole('checkbox').all()) {
      const alias = await box.evaluate(({ labels }) => labels[0].querySelector('strong').textContent);
      await box.setChecked(aliases.includes(alias));
    }
  }

  /** For a request to connect: these permissions, or not these, by what is written beside them. */
  async permit(wanted) {
    for (const [text, on] of Object.entries(wanted)) {
      await this.page.getByRole('checkbox', { name: text }).setChecked(on);
    }
  }

  /** Waits until nothing is asked here any more. */
  async gone() {
    if (this.page.isClosed()) return;
    await this.button('Reject').waitFor({ state: 'detached' }).catch((error) => {
      if (!this.page.isClosed()) throw error;
    });
  }

  /** Says yes. A page that has just come up does not take it; nor would a person be so fast. */
  async approve() {
    const yes = this.page.getByRole('button', { name: /^(Approve|Connect)$/ });
    await this.#answer(yes.and(this.page.locator(':not([aria-disabled="true"])')));
  }

  async reject() {
    await this.#answer(this.button('Reject'));
  }

  /** Closes the window without an answer. */
  async close() {
    await this.page.close();
  }

  /** Presses a button and waits until the request is not shown any more, for another may follow. */
  async #answer(button) {
    const pressed = await button.elementHandle();
    await pressed.click();
    try {
      await pressed.waitForElementState('hidden', { timeout: TAKEN });
    } catch (cause) {
      // The window closes when nothing else waits.
      if (this.page.isClosed()) return;
      const problem = this.page.getByRole('alert');
      const text = (await problem.isVisible()) ? await problem.innerText() : 'the request is still shown';
      throw new Error(`the answer was not taken: ${text}`, { cause });
    }
  }
}

/** How long the wallet may take to take an answer. */
const TAKEN = 30_000;

/** The request that a page shows. */
export const approval = (page) => new Approval(page);

/** The windows in which requests are shown. */
export const windows = ({ context }) => context.pages().filter((page) => page.url().includes('/approval.html'));

/** The request of this kind in the window that opens. */
export async function asked(browser, kind, timeout = 30_000) {
  const seen = new Set();
  for (const end = Date.now() + timeout; Date.now() < end; await sleep(50)) {
    for (const page of windows(browser)) {
      const heading = page.getByRole('heading', { level: 1, name: kind, exact: true });
      const shown = approval(page);
      try {
        if ((await heading.isVisible()) && (await shown.button('Reject').isVisible())) return shown;
        const [other] = await page.getByRole('heading', { level: 1 }).allInnerTexts();
        if (other !== undefined) seen.add(other);
      } catch {
        // It has closed meanwhile.
      }
    }
  }
  throw new Error(`the wallet has not asked: ${kind}; it has shown: ${[...seen].join(', ') || 'nothing'}`);
}
