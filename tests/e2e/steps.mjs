// What several scenarios are made of.
import assert from 'node:assert/strict';

import { asked, KIND } from './pages/approval.mjs';
import { MINED, Wallet } from './pages/wallet.mjs';

const noPicture = async () => {};

/** A wallet on the network with two accounts, of which the first can send. */
export async function settledWallet(browser, network) {
  const wallet = await Wallet.open(browser);
  await wallet.create();
  const alice = await wallet.nameAccount('Alice');
  await wallet.use(network);
  await wallet.deploy();
  const bob = await wallet.addAccount('Bob');
  await wallet.select('Alice');
  return { wallet, alice, bob };
}

/** Opens a channel through the wallet SDK; gives what the dapp shows for comparison. */
export async function openChannel(browser, dapp) {
  await dapp.press('discover');
  await (await asked(browser, KIND.discover)).approve();
  await dapp.result('discover');
  await dapp.call('channel');
  const emojis = await dapp.emojis();
  assert.equal(emojis.length, 9);
  await dapp.call('confirm');
  return emojis;
}

/** The dapp asks for permissions; the user shares these accounts and grants everything else. */
export async function connect(browser, dapp, { share, emojis, picture = noPicture }) {
  await dapp.press('capabilities');
  const request = await asked(browser, KIND.connect);
  if (emojis) assert.deepEqual(await request.emojis(), emojis);
  await request.share(...share);
  await picture('connect', request.page);
  await request.approve();
  return dapp.result('capabilities');
}

/** Connects the dapp through the wallet SDK; the symbols are compared. */
export async function connectBySdk(browser, dapp, options) {
  const emojis = await openChannel(browser, dapp);
  const { granted } = await connect(browser, dapp, { ...options, emojis });
  return { granted, accounts: await dapp.call('accounts') };
}

/** Presses a button of the dapp and approves what the wallet then shows. */
export async function approved(browser, dapp, name, { kind = KIND.transaction, picture = noPicture } = {}) {
  await dapp.press(name);
  const request = await asked(browser, kind, MINED);
  const seen = { origin: await request.origin(), text: await request.text() };
  await picture(`approve-${name}`, request.page);
  await request.approve();
  const result = await dapp.result(name, MINED);
  return { ...seen, result, ms: (await dapp.outcome(name)).ms };
}
