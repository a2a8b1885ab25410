// The main job: a person installs the wallet, a dapp on the official packages asks, the person approves,
// the transaction is mined.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';

import { launch } from './browser.mjs';
import { network } from './network.mjs';
import { KIND } from './pages/approval.mjs';
import { Dapp, serveDapp } from './pages/dapp.mjs';
import { Wallet } from './pages/wallet.mjs';
import { approved, connect, connectBySdk } from './steps.mjs';
import { story } from './story.mjs';
import { leaveWorld, UNIT } from './world.mjs';

const NAME = 'Pear';

let chain;
let server;
let otherServer;
let browser;
let wallet;
let alice;
let bob;
let dapp;
let token;

const { chapter, picture, note } = story('A private transfer, asked for by a dapp and approved by its user', () => browser);

before(async () => {
  [chain, server, otherServer] = await Promise.all([network(), serveDapp(), serveDapp()]);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server?.close();
  otherServer?.close();
  await chain?.end();
});

chapter('a wallet is made, and written down', async () => {
  wallet = await Wallet.open(browser);
  await picture('welcome', wallet.page);
  await wallet.create();
  await picture('first-account', wallet.page);
  alice = await wallet.nameAccount('Alice');
});

chapter('it uses a network of its owner’s choice', async () => {
  await wallet.use(chain);
  await picture('home', wallet.page);
});

chapter('an account is deployed, and somebody else pays the fee', async () => {
  await wallet.deploy();
  await picture('account-deployed', wallet.page);
  assert.equal((await wallet.selected()).deployment, 'done');
});

chapter('there is a second account', async () => {
  bob = await wallet.addAccount('Bob');
  await wallet.select('Alice');
  assert.notEqual(alice.address, bob.address);
});

chapter('the dapp finds the wallet; both show the same symbols; the user connects', async () => {
  dapp = await Dapp.open(browser.context, server, { node: chain.url, name: NAME });
  const { granted, accounts } = await connectBySdk(browser, dapp, { share: ['Alice', 'Bob'], picture });
  const shared = Object.fromEntries(accounts.map(({ alias, item }) => [alias, item]));
  assert.deepEqual(shared, { Alice: alice.address, Bob: bob.address });
  assert.deepEqual(granted.map(({ type }) => type).sort(), [
    'accounts',
    'contractClasses',
    'contracts',
    'data',
    'simulation',
    'transaction',
  ]);
  await picture('dapp-connected', dapp.page);
  assert.deepEqual(await wallet.sites(), [server.origin]);
});

chapter('the dapp deploys a token', async () => {
  await dapp.field('account').fill(alice.address);
  const { origin, text, result, ms } = await approved(browser, dapp, 'deploy', { picture });
  assert.equal(origin, server.origin);
  assert.match(text, /constructor/);
  token = result.address;
  note('from the request to the block', ms);
});

chapter('the token is shown in the wallet', async () => {
  await wallet.addToken(token);
  await wallet.shows(NAME, { private: '0', public: '0' });
});

chapter('the dapp mints', async () => {
  await dapp.field('amount').fill(String(25n * UNIT));
  const { text, ms } = await approved(browser, dapp, 'mint', { picture });
  assert.match(text, /Mint\s+25 DEMO/);
  note('from the request to the block', ms);
  await wallet.shows(NAME, { private: '25' });
});

chapter('the dapp transfers privately to another account', async () => {
  await dapp.field('amount').fill(String(10n * UNIT));
  await dapp.field('recipient').fill(bob.address);
  const { text, result, ms } = await approved(browser, dapp, 'transfer', { picture });
  assert.match(text, /Send\s+10 DEMO\s+privately/);
  assert(result.blockNumber > 0);
  note('from the request to the block', ms);
});

chapter('the dapp sees the balances of the accounts that were shared', async () => {
  assert.deepEqual(await dapp.call('balances'), { private: String(15n * UNIT), public: '0' });
  await dapp.field('account').fill(bob.address);
  assert.deepEqual(await dapp.call('balances'), { private: String(10n * UNIT), public: '0' });
  await picture('dapp-balances', dapp.page);
});

chapter('and the private event of the transfer', async () => {
  const events = await dapp.call('events');
  assert.deepEqual(
    events.map(({ from, to, amount }) => ({ from, to, amount })),
    [{ from: alice.address, to: bob.address, amount: String(10n * UNIT) }],
  );
});

chapter('the wallet shows the same', async () => {
  await wallet.shows(NAME, { private: '15' });
  await wallet.select('Bob');
  await wallet.shows(NAME, { private: '10' });
  await picture('recipient', wallet.page);
  await wallet.select('Alice');
});

chapter('the dapp asks three things at once', async () => {
  await dapp.field('account').fill(alice.address);
  const { accounts, balance } = await dapp.call('batch');
  assert.deepEqual({ accounts, balance }, { accounts: 2, balance: String(15n * UNIT) });
});

chapter('the dapp is authorised to act for the account, once', async () => {
  const { text, result } = await approved(browser, dapp, 'authwit', { kind: KIND.authWit, picture });
  assert.match(text, /on your behalf/);
  assert.match(result.requestHash, /^0x[0-9a-f]{64}$/);
});

chapter('two calls are one transaction', async () => {
  await dapp.field('amount').fill(String(UNIT));
  const { text } = await approved(browser, dapp, 'both', { picture });
  assert.match(text, /2 calls in one transaction/);
  await wallet.shows(NAME, { private: '14', public: '1' });
});

chapter('the history says who asked', async () => {
  await wallet.go('activity');
  const { host } = new URL(server.origin);
  const rows = wallet.page.locator('.rows a.row');
  await rows.filter({ hasText: host }).nth(3).waitFor();
  // The first one is the user's own, the deployment of the account.
  assert.equal(await rows.count(), 5);
  await picture('activity', wallet.page);
});

chapter('the other door: the same through window.pixie', async () => {
  const other = await Dapp.open(browser.context, otherServer, { page: 'provider.html', node: chain.url, token });
  await other.call('find');
  await connect(browser, other, { share: ['Bob'] });
  const accounts = await other.call('accounts');
  assert.deepEqual(accounts.map(({ item }) => item), [bob.address]);
  assert.equal((await other.call('balances')).private, String(11n * UNIT));
  await picture('dapp-on-window-pixie', other.page);
  // Dapps that keep to the rules are not reported to the user.
  assert.deepEqual(await wallet.ask('incidents', {}), []);
});

chapter('the browser is started anew: the wallet is locked, and all is there when it is not', async () => {
  const { profile } = browser;
  await browser.close({ keep: true });
  leaveWorld({ profile, url: chain.url, alice, bob, token });
  browser = await launch({ profile });
  wallet = await Wallet.open(browser);
  await wallet.heading('Unlock Pixie').waitFor();
  await wallet.unlock();
  await wallet.connected();
  assert.equal((await wallet.selected()).address, alice.address);
  assert.deepEqual((await wallet.sites()).sort(), [server.origin, otherServer.origin].sort());
  await wallet.shows(NAME, { private: '14', public: '1' });
});
