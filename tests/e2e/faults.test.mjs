// What goes wrong around the wallet: it is locked, its worker dies, its node fails. Every request gets
// one answer, every transaction is sent once, and nothing has to be started anew.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';

import { network } from './network.mjs';
import { asked, KIND, windows } from './pages/approval.mjs';
import { Dapp, serveDapp } from './pages/dapp.mjs';
import { MINED, PASSWORD } from './pages/wallet.mjs';
import { misbehaving } from './proxy.mjs';
import { connectBySdk } from './steps.mjs';
import { story } from './story.mjs';
import { UNIT, usedWallet } from './world.mjs';

let chain;
let node;
let server;
let browser;
let wallet;
let alice;
let dapp;
let token;
let minted = 0n;

const { chapter } = story('What goes wrong is made good', () => browser);

before(async () => {
  [chain, server] = await Promise.all([network(), serveDapp()]);
  node = await misbehaving(chain);
  let bob;
  ({ browser, wallet, alice, bob, token } = await usedWallet(chain));
  await wallet.use(node);
  const query = { account: alice.address, recipient: bob.address, token, amount: String(UNIT) };
  dapp = await Dapp.open(browser.context, server, { node: chain.url, ...query });
  await connectBySdk(browser, dapp, { share: ['Alice'] });
  minted = BigInt((await dapp.call('balances', MINED)).private);
});
after(async () => {
  await browser?.close();
  server?.close();
  await node?.close();
  await chain?.end();
});

/** Ends the worker, as the browser does when it pleases; what asks next starts it again. */
const die = () => browser.killWorker();

/** What the account has by now: what was minted, each time once. */
async function hasMinted(more) {
  minted += more;
  assert.equal(BigInt((await dapp.call('balances', MINED)).private), minted);
}

chapter('the wallet is locked while it asks: the request ends, and the dapp is told', async () => {
  await dapp.press('authwit');
  const request = await asked(browser, KIND.authWit);
  await wallet.lock();
  assert.match(await dapp.failure('authwit'), /^(interrupted|locked)/);
  await request.gone();
  await dapp.press('accounts');
  assert.match(await dapp.failure('accounts'), /^locked/);
  await wallet.unlock();
  assert.equal((await wallet.ask('state', {})).pendingApprovals, 0);
  // The same session goes on.
  assert.equal((await dapp.call('accounts')).length, 1);
  for (const page of windows(browser)) await page.close();
});

chapter('the worker dies at every step of a transaction, which is sent once', async () => {
  await dapp.press('mint');
  await asked(browser, KIND.transaction, MINED);
  await die();
  // The request is known still, and asked again.
  const [first] = windows(browser);
  await first.getByText('This request is gone').waitFor();
  const request = await asked(browser, KIND.transaction, MINED);
  assert.equal(await request.origin(), server.origin);
  // The next step asks for the prices only, and would be over before anybody has looked.
  await node.become('stalling');
  await request.approve();
  const { entry } = await wallet.latest();
  await wallet.stage(entry, 'approved');
  await die();
  await node.become('well');
  await wallet.stage(entry, 'simulated');
  await die();
  await node.catchTransaction({ reaches: false });
  await wallet.stage(entry, 'proved');
  // It arrives, and nobody hears that it has.
  const arrived = node.catchTransaction({ reaches: true });
  await die();
  await arrived;
  await die();
  const { blockNumber } = await dapp.result('mint', MINED);
  assert.equal((await wallet.stage(entry, 'mined')).block, blockNumber);
  await hasMinted(UNIT);
  assert.equal((await wallet.latest()).entry, entry);
});

chapter('a node that is away: the pages say so, what was approved goes on when it is back', async () => {
  await dapp.press('mint');
  const request = await asked(browser, KIND.transaction, MINED);
  await node.become('down');
  await request.approve();
  assert.match(await dapp.failure('mint', MINED), /^interrupted/);
  await browser.ring(wallet.page);
  const bar = wallet.networkBar('Fickle node cannot be reached');
  await bar.waitFor();
  await dapp.press('balances');
  assert.match(await dapp.failure('balances', MINED), /^(failed|interrupted)/);
  const { entry } = await wallet.latest();
  await wallet.stage(entry, 'approved');

  await node.become('well');
  await browser.ring(wallet.page);
  await bar.waitFor({ state: 'detached' });
  await wallet.stage(entry, 'sent');
  await die();
  await wallet.stage(entry, 'mined');
  await hasMinted(UNIT);
});

chapter('a node that turns out to be of another chain is not used, and is again when it is the right one', async () => {
  await node.become('elsewhere');
  await browser.ring(wallet.page);
  const bar = wallet.networkBar('The node is on another chain');
  await bar.waitFor();
  await dapp.press('balances');
  assert.match(await dapp.failure('balances', MINED), /^failed/);
  await node.become('well');
  await browser.ring(wallet.page);
  await bar.waitFor({ state: 'detached' });
  await hasMinted(0n);
});

chapter('a node that hears and does not answer: the pages say so, and wait', async () => {
  await node.become('stalling');
  await browser.ring(wallet.page);
  const lost = wallet.networkBar('Fickle node cannot be reached');
  await lost.waitFor();
  await wallet.lock();
  await wallet.unlock();
  const late = wallet.networkBar('Fickle node does not answer yet');
  await late.waitFor();
  await node.become('well');
  await late.waitFor({ state: 'detached' });
  await wallet.connected();
  await hasMinted(0n);
});

chapter('wrong passwords are slowed down, also when the worker dies and the page is loaded anew', async () => {
  await wallet.lock();
  for (const wrong of ['one', 'two', 'three']) {
    assert.match(await wallet.failToUnlock(`wrong ${wrong}`), /This password is wrong/);
  }
  const notice = wallet.page.getByText('Too many wrong passwords');
  assert.match(await wallet.failToUnlock('wrong four'), /Too many wrong passwords/);
  await notice.waitFor({ state: 'detached' });
  // Now it takes longer.
  assert.match(await wallet.failToUnlock('wrong five'), /Too many wrong passwords/);
  await die();
  await wallet.page.reload();
  await notice.waitFor();
  const early = await browser.ask(wallet.page, 'unlock', { password: PASSWORD });
  assert.equal(early.error?.code, 'throttled');
  await notice.waitFor({ state: 'detached' });
  await wallet.unlock();
  await wallet.connected();
});
