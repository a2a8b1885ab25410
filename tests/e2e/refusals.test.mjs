// What the user refuses does not happen, and pages get only what they were granted.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { network } from './network.mjs';
import { asked, KIND, windows } from './pages/approval.mjs';
import { Dapp, serveDapp } from './pages/dapp.mjs';
import { MINED } from './pages/wallet.mjs';
import { approved, connect, connectBySdk, openChannel } from './steps.mjs';
import { story } from './story.mjs';
import { FRIEND, usedWallet } from './world.mjs';

const REJECTED = /user-rejected/;
const UNAUTHORIZED = /unauthorized/;

let chain;
let servers;
let browser;
let wallet;
let alice;
let bob;
let dapp;
let token;

const { chapter } = story('What is refused does not happen', () => browser);

before(async () => {
  [chain, ...servers] = await Promise.all([network(), serveDapp(), serveDapp(), serveDapp()]);
  ({ browser, wallet, alice, bob, token } = await usedWallet(chain));
});
after(async () => {
  await browser?.close();
  for (const server of servers ?? []) server.close();
  await chain?.end();
});

const open = (server, query) => Dapp.open(browser.context, server, { node: chain.url, recipient: bob.address, ...query });

/** The user answers a request with no, in one way or the other. */
async function refused(name, kind, answer, outcome = REJECTED) {
  await dapp.press(name);
  const request = await asked(browser, kind, MINED);
  await request[answer]();
  assert.match(await dapp.failure(name), outcome);
  assert.equal((await wallet.ask('state', {})).pendingApprovals, 0);
}

chapter('a dapp that the user does not connect gets nothing', async () => {
  const sites = await wallet.sites();
  dapp = await open(servers[0], { account: alice.address, token });
  await dapp.field('patience').fill('3');
  await refused('discover', KIND.discover, 'reject', /No wallet has answered/);
  await refused('discover', KIND.discover, 'close', /No wallet has answered/);
  await dapp.field('patience').fill('60');
  await openChannel(browser, dapp);
  await refused('capabilities', KIND.connect, 'reject');
  await refused('capabilities', KIND.connect, 'close');
  for (const name of ['accounts', 'address-book', 'sender', 'register', 'balances', 'mint', 'authwit']) {
    await dapp.press(name);
    assert.match(await dapp.failure(name), UNAUTHORIZED, name);
  }
  assert.deepEqual(await wallet.sites(), sites);
  assert.deepEqual(windows(browser), []);
});

chapter('a transaction that is refused is not sent', async () => {
  await connect(browser, dapp, { share: ['Alice'] });
  const before = await dapp.call('balances', MINED);
  await refused('mint', KIND.transaction, 'reject');
  await refused('mint', KIND.transaction, 'close');
  assert.deepEqual(await dapp.call('balances', MINED), before);
  const entries = await wallet.ask('activity', { limit: 2 });
  assert.deepEqual(entries.map(({ stage }) => stage.kind), ['rejected', 'rejected']);
});

chapter('nothing else that is refused is done', async () => {
  await dapp.field('recipient').fill(FRIEND.address);
  for (const answer of ['reject', 'close']) {
    await refused('authwit', KIND.authWit, answer);
    await refused('sender', KIND.sender, answer);
  }
  assert.deepEqual(await wallet.ask('contacts', {}), []);
});

chapter('what is approved is done', async () => {
  const { text } = await approved(browser, dapp, 'authwit', { kind: KIND.authWit });
  assert.match(text, /on your behalf/);
  await approved(browser, dapp, 'sender', { kind: KIND.sender });
  const [contact] = await wallet.ask('contacts', {});
  assert.deepEqual([contact.address, contact.isSender], [FRIEND.address, true]);
});

chapter('the address book stays closed unless it is granted, and is asked for each time', async () => {
  await dapp.press('address-book');
  assert.match(await dapp.failure('address-book'), UNAUTHORIZED);
  await dapp.press('capabilities');
  const request = await asked(browser, KIND.connect);
  await request.permit({ 'Read your address book': true });
  await request.approve();
  await dapp.result('capabilities');
  await refused('address-book', KIND.addressBook, 'reject');
  await refused('address-book', KIND.addressBook, 'close');
  const { result } = await approved(browser, dapp, 'address-book', { kind: KIND.addressBook });
  assert.deepEqual(result.map(({ item }) => item), [FRIEND.address]);
});

chapter('a contract is registered only if the user says so, unless that was granted', async () => {
  const { page } = await open(servers[2], { page: 'provider.html' });
  const ask = (method, ...params) =>
    page.evaluate(
      (request) => window.pixie.request(request).then((result) => ({ result }), ({ code }) => ({ code })),
      { method, params },
    );
  const capabilities = [{ type: 'contracts', contracts: '*', canRegister: true, canGetMetadata: true }];
  const metadata = { name: 'Provider', version: '1' };
  const connected = ask('requestCapabilities', { version: '1.0', metadata, capabilities, behavior: { mode: 'permissive' } });
  const connecting = await asked(browser, KIND.connect);
  await connecting.permit({ 'Have contracts registered': false });
  await connecting.approve();
  assert((await connected).result);

  const instance = (await ask('getContractMetadata', token)).result.instance;
  assert.equal(instance.address, token);
  for (const [answer, outcome] of [['reject', 'user-rejected'], ['close', 'user-rejected'], ['approve', undefined]]) {
    const registered = ask('registerContract', instance);
    const request = await asked(browser, KIND.contract);
    assert.match(await request.text(), /Take a contract into this wallet/);
    await request[answer]();
    assert.equal((await registered).code, outcome, answer);
  }
  await page.close();
});

chapter('two tabs of one dapp: each gets its own answers, and takes back its own requests', async () => {
  const tabs = [await open(servers[0], { token, account: alice.address }), await open(servers[0], { token, account: alice.address })];
  const pending = async () => (await wallet.ask('state', {})).pendingApprovals;
  const untilPending = async (wanted) => {
    for (const end = Date.now() + 15_000; (await pending()) !== wanted; await sleep(50)) {
      assert(Date.now() < end, `not ${wanted} requests wait, but ${await pending()}`);
    }
  };
  for (const [before, tab] of tabs.entries()) {
    // The origin is connected, so that nobody is asked.
    await tab.call('discover');
    await tab.call('channel');
    await tab.call('confirm');
    await tab.press('authwit');
    await untilPending(before + 1);
  }
  // What a tab that is gone has asked is not asked any more.
  await tabs[0].page.close();
  await untilPending(1);
  await (await asked(browser, KIND.authWit)).approve();
  assert.match((await tabs[1].result('authwit')).requestHash, /^0x/);
  await tabs[1].page.close();
  // The session of the first page goes on.
  assert.equal((await dapp.call('accounts')).length, 1);
});

chapter('two dapps: each sees what it was granted, and their requests are told apart', async () => {
  const other = await open(servers[1], { token });
  const { accounts } = await connectBySdk(browser, other, { share: ['Bob'] });
  assert.deepEqual(accounts.map(({ item }) => item), [bob.address]);

  // Not the account of the other.
  await other.field('account').fill(alice.address);
  for (const name of ['balances', 'events', 'mint', 'authwit']) {
    await other.press(name);
    assert.match(await other.failure(name, MINED), UNAUTHORIZED, name);
  }

  // Both ask; one window shows one after the other.
  await other.field('account').fill(bob.address);
  await dapp.press('authwit');
  await asked(browser, KIND.authWit);
  await other.press('authwit');
  await sleep(1000);
  assert.equal(windows(browser).length, 1);
  const origins = [];
  for (let left = 2; left > 0; left--) {
    const request = await asked(browser, KIND.authWit);
    const origin = await request.origin();
    origins.push(origin);
    if (origin === servers[0].origin) await request.approve();
    else await request.reject();
  }
  assert.deepEqual(origins.sort(), [servers[0].origin, servers[1].origin].sort());
  await dapp.result('authwit');
  assert.match(await other.failure('authwit'), REJECTED);
  await other.page.close();
});

chapter('a frame in a connected dapp’s page gets nothing, from the same origin or another', async () => {
  for (const server of servers.slice(0, 2)) {
    const found = await dapp.page.evaluate(
      async (src) => {
        const frame = Object.assign(document.createElement('iframe'), { src, allow: '*' });
        const loaded = new Promise((done) => frame.addEventListener('load', done));
        document.body.append(frame);
        await loaded;
        return frame.src;
      },
      server.url('index.html', { node: chain.url, patience: 2 }),
    );
    const frame = dapp.page.frames().find((frame) => frame.url() === found);
    assert.equal(await frame.evaluate(() => typeof window.pixie), 'undefined');
    await frame.getByTestId('network-result').and(frame.locator('[data-state="done"]')).waitFor();
    await frame.getByTestId('discover').click();
    const output = frame.getByTestId('discover-result');
    await output.and(frame.locator('[data-state="failed"]')).waitFor();
    assert.match(await output.innerText(), /No wallet has answered/);
  }
  // A frame that speaks to the page around it instead.
  const heard = await dapp.page.evaluate(async () => {
    const answers = [];
    const frame = document.querySelector('iframe');
    addEventListener('message', ({ data, source }) => {
      if (source === window && typeof data === 'string' && data.includes('discovery-response')) answers.push(data);
    });
    const inside = frame.contentWindow.document.createElement('script');
    inside.textContent = `parent.postMessage(JSON.stringify({ type: 'aztec-wallet-discovery', requestId: crypto.randomUUID(),
      appId: 'x', chainInfo: { chainId: '0x7a69', version: '0x1' } }), '*')`;
    frame.contentWindow.document.body.append(inside);
    await new Promise((done) => setTimeout(done, 1500));
    return answers;
  });
  assert.deepEqual(heard, []);
  assert.deepEqual(windows(browser), []);
});

chapter('a hostile page gets nothing, and asks the user at most for a connection', async () => {
  const page = await browser.context.newPage();
  await page.goto(servers[1].origin.replace('127.0.0.1', 'localhost'));
  const codes = await page.evaluate(
    async ({ alice, token }) => {
      const field = `0x${'0'.repeat(63)}1`;
      const call = { name: 'balance_of_private', to: token, selector: '0x00000001', type: 'utility', isStatic: true, hideMsgSender: false, args: [alice], returnTypes: [] };
      const payload = { calls: [call], authWitnesses: [], capsules: [], extraHashedArgs: [] };
      const attempts = {
        getAccounts: [],
        getAddressBook: [],
        registerSender: [alice, 'me'],
        getContractMetadata: [token],
        getContractClassMetadata: [field],
        simulateTx: [payload, { from: alice }],
        executeUtility: [call, { scope: alice }],
        profileTx: [payload, { from: alice, profileMode: 'full' }],
        sendTx: [payload, { from: alice }],
        createAuthWit: [alice, { consumer: token, innerHash: field }],
        batch: [[{ name: 'getAccounts', args: [] }]],
      };
      const codes = {};
      for (const [method, params] of Object.entries(attempts)) {
        codes[method] = await window.pixie.request({ method, params }).then(
          (result) => `result: ${JSON.stringify(result)}`,
          ({ code }) => code,
        );
      }
      return codes;
    },
    { alice: alice.address, token },
  );
  for (const [method, code] of Object.entries(codes)) assert.match(code, /^(unauthorized|invalid-params)$/, method);
  assert.equal(codes.getAccounts, 'unauthorized');
  assert.deepEqual(windows(browser), []);

  // Many requests to connect are one window, and leave when the page does.
  await page.evaluate(() => {
    const manifest = { version: '1.0', metadata: { name: 'Flood', version: '1' }, capabilities: [{ type: 'accounts', canGet: true }] };
    for (let n = 0; n < 50; n++) window.pixie.request({ method: 'requestCapabilities', params: [manifest] }).catch(() => {});
  });
  await asked(browser, KIND.connect);
  assert.equal(windows(browser).length, 1);
  await page.close();
  for (const end = Date.now() + 15_000; (await wallet.ask('state', {})).pendingApprovals > 0; await sleep(100)) {
    assert(Date.now() < end, 'the requests of a page that is gone still wait');
  }
});
