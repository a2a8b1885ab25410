// A wallet that has been used, for tests that do not care how it came about: two accounts of which the
// first is deployed and has some of a token. Where PIXIE_WORLD names a folder it is made once and kept
// there; each browser starts with a copy of the profile.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { launch } from './browser.mjs';
import { Dapp, serveDapp } from './pages/dapp.mjs';
import { PASSWORD, Wallet } from './pages/wallet.mjs';
import { approved, connectBySdk, settledWallet } from './steps.mjs';

export const UNIT = 10n ** 18n;

const { accounts } = JSON.parse(readFileSync(new URL('../vectors/derive.json', import.meta.url), 'utf8'));
/** Somebody who has nothing to do with the wallet. */
export const FRIEND = { address: accounts[0].address, alias: 'Wilhelmina Quux' };

/** What the browser can do without, such as what it keeps to be faster. */
const DISPENSABLE = /^(Cache|Code Cache|GPUCache|.*ShaderCache|Dawn.*Cache|Singleton.*|component_crx_cache|Safe Browsing)$/;

const copy = (from, to) => cpSync(from, to, { recursive: true, filter: (path) => !DISPENSABLE.test(basename(path)) });

const kept = () => process.env.PIXIE_WORLD;

/** Leaves a profile for other tests, if they want one; its browser must be closed. */
export function leaveWorld({ profile, ...facts }) {
  const folder = kept();
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  copy(profile, join(folder, 'profile'));
  writeFileSync(join(folder, 'world.json'), JSON.stringify(facts));
}

/** Makes the wallet; gives what others need to know of it. */
async function make(chain) {
  const [server, browser] = await Promise.all([serveDapp(), launch()]);
  try {
    const { wallet, alice, bob } = await settledWallet(browser, chain);
    const query = { node: chain.url, name: 'Pear', account: alice.address, amount: String(25n * UNIT) };
    const dapp = await Dapp.open(browser.context, server, query);
    await connectBySdk(browser, dapp, { share: ['Alice'] });
    const { address: token } = (await approved(browser, dapp, 'deploy')).result;
    await wallet.addToken(token);
    await approved(browser, dapp, 'mint');
    await browser.close({ keep: true });
    return { profile: browser.profile, url: chain.url, alice, bob, token };
  } catch (error) {
    await browser.leave('a used wallet');
    await browser.close();
    throw error;
  } finally {
    server.close();
  }
}

/** A browser with such a wallet, unlocked and on the network. */
export async function usedWallet(chain) {
  const file = kept() && join(kept(), 'world.json');
  let world = file && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  let profile;
  if (world?.url === chain.url) {
    profile = mkdtempSync(join(tmpdir(), 'pixie-e2e-'));
    copy(join(kept(), 'profile'), profile);
  } else {
    ({ profile, ...world } = await make(chain));
    leaveWorld({ profile, ...world });
  }
  const browser = await launch({ profile });
  try {
    const wallet = await Wallet.open(browser);
    await wallet.unlock(PASSWORD);
    await wallet.connected();
    return { browser, wallet, ...world };
  } catch (error) {
    await browser.leave('a used wallet, started anew');
    await browser.close();
    throw error;
  }
}
