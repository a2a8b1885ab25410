// The demo dapp.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';

import { serve } from '../../../scripts/lib/chromium.mjs';

/** Where `npm run build` in tests/dapp puts it. */
export const BUILT = fileURLToPath(new URL('../../../target/dapp', import.meta.url));

/** Serves the dapp; each server is an origin of its own. */
export async function serveDapp() {
  const server = await serve({ '/dapp/': BUILT });
  return {
    origin: server.url,
    url: (page, query) => `${server.url}/dapp/${page}?${new URLSearchParams(query)}`,
    close: server.close,
  };
}

/**
 * The reference's cryptography fetches points for proofs (68 MB, from the internet) before it hashes
 * anything. Nothing is proved here, so only the first ones are what they should be: the generators.
 */
export function answerPoints() {
  const { fetch } = window;
  const FIRST = {
    '/g1.dat': [1n, 2n],
    '/grumpkin_g1.dat': [1n, 0x2cf135e7506a45d632d270d45f1181294833fc48d823f272cn],
  };
  window.fetch = async (url, options) => {
    if (!/^https:\/\/crs\./.test(url)) return fetch(url, options);
    const [, last = 127] = /^bytes=0-(\d+)$/.exec(options?.headers?.Range) ?? [];
    const bytes = new Uint8Array(Number(last) + 1);
    for (const [place, coordinate] of (FIRST[new URL(url).pathname] ?? []).entries()) {
      for (let [at, rest] = [place * 32 + 31, coordinate]; rest > 0n; at--, rest >>= 8n) bytes[at] = Number(rest & 255n);
    }
    return new Response(bytes);
  };
}

export class Dapp {
  constructor(page) {
    this.page = page;
  }

  /** Opens one of its pages: `index.html` for the wallet SDK, `provider.html` for `window.pixie`. */
  static async open(context, server, { page: file = 'index.html', ...query }) {
    const page = await context.newPage();
    await page.addInitScript(answerPoints);
    await page.goto(server.url(file, query));
    const dapp = new Dapp(page);
    await dapp.result('network');
    return dapp;
  }

  field = (name) => this.page.getByTestId(name);

  /** Presses a button and goes on; the outcome is for {@link result}. */
  async press(name) {
    await this.page.getByTestId(name).click();
  }

  /** What a button has come to; fails if it has failed. */
  async result(name, timeout = 60_000) {
    const { state, text, value } = await this.outcome(name, timeout);
    assert.equal(state, 'done', `${name}: ${text}`);
    return JSON.parse(value);
  }

  /** The error that a button has come to. */
  async failure(name, timeout = 60_000) {
    const { state, text } = await this.outcome(name, timeout);
    assert.equal(state, 'failed', `${name}: ${text}`);
    return text;
  }

  /** `{ state, text, value, ms }`, once there is something. */
  async outcome(name, timeout = 60_000) {
    const output = this.page.getByTestId(`${name}-result`);
    try {
      await output.and(this.page.locator('[data-state="done"], [data-state="failed"]')).waitFor({ timeout });
    } catch (error) {
      throw new Error(`${name} has not ended within ${timeout} ms: ${await output.innerText()}`, { cause: error });
    }
    const [text, { state, value, ms }] = [await output.innerText(), await output.evaluate(({ dataset }) => ({ ...dataset }))];
    return { state, text, value, ms: Number(ms) };
  }

  async call(name, timeout) {
    await this.press(name);
    return this.result(name, timeout);
  }

  emojis() {
    return this.page.getByTestId('emojis').locator('span').allInnerTexts();
  }
}
