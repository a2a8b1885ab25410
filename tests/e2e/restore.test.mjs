// A wallet goes to another device; there every kind of account is used. What the device keeps of all
// that says nothing to whoever copies it.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

import { launch } from './browser.mjs';
import { network } from './network.mjs';
import { Wallet } from './pages/wallet.mjs';
import { story } from './story.mjs';
import { contentsOf, leaveControls, traces } from './traces.mjs';
import { FRIEND, UNIT, usedWallet } from './world.mjs';

let chain;
let browser;
let wallet;
let world;

const { chapter, note } = story('From one device to another', () => browser);

before(async () => {
  chain = await network();
  world = await usedWallet(chain);
  ({ browser, wallet } = world);
});
after(async () => {
  await browser?.close();
  await chain?.end();
});

chapter('a backup is saved, and restored on another device', async () => {
  await wallet.ask('putContact', { ...FRIEND, isSender: true });
  const before = await wallet.balance('Pear');
  const file = await wallet.backup();
  const other = await launch();
  const there = await Wallet.open(other);
  await there.restore(file);
  await browser.close();
  [browser, wallet] = [other, there];
  await wallet.connected();
  const { accounts } = await wallet.ask('state', {});
  assert.deepEqual(accounts.map(({ address, alias }) => [address, alias]), [
    [world.alice.address, 'Alice'],
    [world.bob.address, 'Bob'],
  ]);
  assert.deepEqual(await wallet.ask('contacts', {}), [{ ...FRIEND, isSender: true }]);
  // The notes are found again on the chain.
  await wallet.shows('Pear', before);
});

/** Names that are nowhere in the code, of which the browser keeps a compiled form. */
const OTHERS = { Kassandra: 'ECDSA secp256k1', Rosalinde: 'ECDSA secp256r1' };

chapter('accounts of the other kinds are made and deployed, at once', async () => {
  const entries = {};
  for (const [alias, type] of Object.entries(OTHERS)) {
    const { address } = await wallet.addAccount(alias, type);
    await wallet.button('Deploy').click();
    await wallet.approveOwn();
    entries[address] = (await wallet.latest()).entry;
    await wallet.go();
  }
  for (const entry of Object.values(entries)) {
    const begun = Date.now();
    await wallet.stage(entry, 'mined');
    note('until it is deployed', Date.now() - begun);
  }
  const kinds = {
    schnorr: 'done',
    ecdsaSecp256k1: 'done',
    ecdsaSecp256r1: 'done',
  };
  for (const end = Date.now() + 60_000; ; await sleep(100)) {
    const { accounts } = await wallet.ask('state', {});
    const found = Object.fromEntries(accounts.filter(({ alias }) => alias !== 'Bob').map(({ type, deployment }) => [type, deployment]));
    if (isDeepStrictEqual(found, kinds)) break;
    if (Date.now() > end) assert.deepEqual(found, kinds);
  }
});

chapter('every kind of account sends', async () => {
  const { accounts } = await wallet.ask('state', {});
  const [, , k1, r1] = accounts;
  await wallet.select('Alice');
  await wallet.stage(await wallet.send({ to: k1.address, amount: '3' }), 'mined');
  await wallet.select(k1.alias);
  await wallet.shows('Pear', { private: '3', public: '0' });
  await wallet.stage(await wallet.send({ to: r1.address, amount: '2', privately: false }), 'mined');
  await wallet.shows('Pear', { private: '1', public: '0' });
  await wallet.select(r1.alias);
  await wallet.shows('Pear', { private: '0', public: '2' });
  await wallet.stage(await wallet.send({ from: 'Public', to: FRIEND.address, amount: '1.125' }), 'mined');
  await wallet.shows('Pear', { private: '0', public: '0.875' });
});

chapter('the folder of the profile says nothing of it', async () => {
  // Every page that shows something of it has been looked at.
  const { accounts } = await wallet.ask('state', {});
  const activity = await wallet.ask('activity', { limit: 20 });
  for (const { alias } of accounts) await wallet.look('accounts', alias);
  await wallet.look('contacts', FRIEND.alias);
  await wallet.visit('activity', String(activity[0].entry));
  await wallet.visit('receive');
  await wallet.visit('tokens');
  await wallet.visit();
  const sent = activity.filter(({ txHash }) => txHash !== undefined);
  assert(sent.length >= 5);
  const secrets = {
    ...Object.fromEntries(accounts.map(({ alias, address }) => [`address of ${alias}`, address])),
    ...Object.fromEntries(sent.map(({ entry, txHash }) => [`hash of transaction ${entry}`, txHash])),
    'address of the token': world.token,
    'address of the friend': FRIEND.address,
    'name of the friend': FRIEND.alias,
    'name of an account': accounts[2].alias,
    'name of the token': 'Pear',
    'value of a note': 3n * UNIT,
  };
  const controls = await leaveControls(wallet.page);
  const stored = await contentsOf(wallet.page);
  const { profile } = browser;
  await browser.close({ keep: true });
  try {
    assert.deepEqual(traces(profile, controls).map(({ what }) => what), Object.keys(controls));
    assert.deepEqual(traces(profile, secrets, stored), []);
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
});
