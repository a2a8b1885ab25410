// The bridge in Rust with dapps on the unmodified @aztec/wallet-sdk: what the
// SDK sends is understood, what the bridge answers is accepted.
import assert from 'node:assert/strict';
import { createCipheriv, createDecipheriv, createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync, randomBytes } from 'node:crypto';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';

import { AztecAddress } from '@aztec/aztec.js/addresses';
import { Fr } from '@aztec/aztec.js/fields';
import { AppCapabilitiesSchema, WalletCapabilitiesSchema, WalletSchema } from '@aztec/aztec.js/wallet';
import { jsonStringify } from '@aztec/foundation/json-rpc';
import { TokenContractArtifact } from '@aztec/noir-contracts.js/Token';
import { EventSelector, FunctionCall, FunctionSelector, FunctionType } from '@aztec/stdlib/abi';
import { AuthWitness } from '@aztec/stdlib/auth-witness';
import { Gas, GasFees } from '@aztec/stdlib/gas';
import { LogId } from '@aztec/stdlib/logs';
import { Capsule, ExecutionPayload, HashedValues, TxHash } from '@aztec/stdlib/tx';
import { PublicKeys } from '@aztec/stdlib/keys';
import { BlockHash } from '@aztec/stdlib/block';
import { decrypt, deriveSessionKeys, encrypt, exportPublicKey, generateKeyPair, hashToEmoji, importPublicKey } from '@aztec/wallet-sdk/crypto';
import { WalletManager } from '@aztec/wallet-sdk/manager';

import { BridgeProcess, Browser } from './lib/bridge.mjs';

const address = number => AztecAddress.fromBigInt(BigInt(number));
const chainInfo = { chainId: new Fr(31337), version: new Fr(1) };
const plain = value => JSON.parse(jsonStringify(value));

let bridge, browser;
before(() => (bridge = new BridgeProcess()));
after(() => bridge.stop());
let documents = 0;
beforeEach(() => {
  browser = new Browser(bridge);
  browser.from = { ...browser.from, documentId: `document-${++documents}` };
});
afterEach(() => browser.close());

/** Finds the wallet as a dapp does; the user agrees. */
async function discover() {
  browser.onEffect = effect => {
    if (effect.discovered) void browser.order({ do: 'approve', session: effect.discovered });
  };
  const manager = WalletManager.configure({ extensions: { enabled: true } });
  const search = manager.getAvailableWallets({ chainInfo, appId: 'demo', timeout: 20_000 });
  for await (const provider of search.wallets) {
    search.cancel();
    return provider;
  }
  throw new Error('no wallet was found');
}

/** Waits for the first effect of a kind. */
async function until(kind) {
  const end = Date.now() + 60_000;
  while (!browser.last(kind)) {
    if (Date.now() > end) throw new Error(`nothing was ${kind}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

/** Connects, and answers each request by what `answers` has for it. */
async function connect(answers = {}) {
  const provider = await discover();
  const pending = await provider.establishSecureChannel('demo');
  const wallet = await pending.confirm();
  browser.onEffect = effect => {
    if (effect.request === undefined || !(effect.method in answers)) return;
    const answer = answers[effect.method](...effect.arguments);
    void browser.order({ do: 'answer', request: effect.request, ...plain(answer) });
  };
  return { provider, wallet };
}

describe('discovery and key exchange', () => {
  test('the SDK finds the wallet and both show the same symbols', async () => {
    const provider = await discover();
    assert.deepEqual([provider.id, provider.name, provider.metadata.version], ['pixie', 'Pixie', '0.1.0']);
    const discovered = browser.last('discovered');
    assert.equal(discovered.origin, 'https://dapp.example');
    assert.equal(discovered.appId, 'demo');
    assert.deepEqual(discovered.chain, plain(chainInfo));
    const { verificationHash } = await provider.establishSecureChannel('demo');
    const opened = browser.last('opened');
    assert.equal(opened.verification, verificationHash);
    assert.equal(opened.symbols, hashToEmoji(verificationHash));
  });

  test('a rejected discovery is silence', async () => {
    browser.onEffect = effect => {
      if (effect.discovered) void browser.order({ do: 'reject', session: effect.discovered });
    };
    const search = WalletManager.configure({}).getAvailableWallets({ chainInfo, appId: 'demo', timeout: 300 });
    for await (const provider of search.wallets) assert.fail(`found ${provider.name}`);
    assert.ok(browser.last('discovered'));
  });

  test('the dapp cancels because the symbols differ, and the session is over', async () => {
    const provider = await discover();
    const first = await provider.establishSecureChannel('demo');
    first.cancel();
    await until('closed');
    assert.equal(browser.last('closed').closed, 'by-dapp');
    // Over the same port, as the SDK promises.
    const second = await provider.establishSecureChannel('demo');
    assert.notEqual(second.verificationHash, first.verificationHash);
    assert.equal(browser.last('opened').verification, second.verificationHash);
  });

  test('keys and symbols agree for every shape of key', async () => {
    for (let round = 0; round < 20; round++) {
      const own = await generateKeyPair();
      const sessionId = `session-${documents}-${round}`;
      const content = { type: 'aztec-wallet-discovery', requestId: sessionId, appId: 'demo', chainInfo: plain(chainInfo) };
      browser.from = { ...browser.from, documentId: `document-${++documents}` };
      const [{ discovered }] = await bridge.ask({
        do: 'receive', from: browser.from, message: { origin: 'content-script', type: 'discovery-request', content },
      }).then(effects => effects.filter(effect => effect.discovered));
      await bridge.ask({ do: 'approve', session: discovered });
      const effects = await bridge.ask({
        do: 'receive',
        from: browser.from,
        message: {
          origin: 'content-script',
          type: 'key-exchange-request',
          sessionId,
          content: { type: 'aztec-wallet-key-exchange-request', requestId: sessionId, publicKey: await exportPublicKey(own.publicKey) },
        },
      });
      const response = effects.find(effect => effect.deliver).deliver.content;
      const keys = await deriveSessionKeys(own, await importPublicKey(response.publicKey), true);
      assert.equal(effects.find(effect => effect.opened).verification, keys.verificationHash);
      assert.equal(effects.find(effect => effect.opened).symbols, hashToEmoji(keys.verificationHash));
      const message = { messageId: 'ä→🪆', type: 'getAccounts', args: [], chainInfo, appId: 'demo', walletId: 'pixie' };
      const refused = await bridge.ask({
        do: 'receive',
        from: browser.from,
        message: { origin: 'content-script', type: 'secure-message', sessionId, content: await encrypt(keys.encryptionKey, jsonStringify(message)) },
      });
      assert.match(refused[0].refused, /not a message/, 'ids are visible ASCII');
      message.messageId = 'one';
      const taken = await bridge.ask({
        do: 'receive',
        from: browser.from,
        message: { origin: 'content-script', type: 'secure-message', sessionId, content: await encrypt(keys.encryptionKey, jsonStringify(message)) },
      });
      const answered = await bridge.ask({ do: 'answer', request: taken[0].request, result: ['ä→🪆'] });
      const answer = await decrypt(keys.encryptionKey, answered[0].deliver.content);
      assert.deepEqual(answer, { messageId: 'one', result: ['ä→🪆'], walletId: 'pixie' });
    }
  });
});

const call = () =>
  FunctionCall.from({
    name: 'transfer',
    to: address(7),
    selector: FunctionSelector.fromField(new Fr(0x12345678)),
    type: FunctionType.PRIVATE,
    hideMsgSender: false,
    isStatic: false,
    args: [Fr.random(), Fr.ZERO],
    returnTypes: [
      { kind: 'array', length: 2, type: { kind: 'integer', sign: 'unsigned', width: 128 } },
      { kind: 'struct', path: 'a::B', fields: [{ name: 'inner', type: { kind: 'field' } }] },
      { kind: 'tuple', fields: [{ kind: 'boolean' }, { kind: 'string', length: 3 }] },
    ],
  });
const payload = () =>
  new ExecutionPayload(
    [call(), call()],
    [new AuthWitness(Fr.random(), [1, 2, 3])],
    [new Capsule(address(7), new Fr(3), [Fr.random()])],
    [new HashedValues([Fr.random()], Fr.random())],
    address(9),
  );
const gasSettings = {
  gasLimits: Gas.from({ daGas: 5, l2Gas: 6 }),
  maxFeePerGas: new GasFees(7n, (1n << 100n) + 1n),
};
const instance = () => ({
  version: 1,
  salt: Fr.random(),
  deployer: AztecAddress.ZERO,
  currentContractClassId: Fr.random(),
  originalContractClassId: Fr.random(),
  initializationHash: Fr.random(),
  publicKeys: PublicKeys.default(),
  address: address(77),
});
const manifest = () => ({
  version: '1.0',
  metadata: { name: 'demo', version: '1', description: 'a demo', icon: 'data:,' },
  capabilities: [
    { type: 'accounts', canGet: true },
    { type: 'contracts', contracts: [address(7)], canRegister: true, canGetMetadata: false },
    { type: 'contractClasses', classes: '*', canGetMetadata: true },
    { type: 'simulation', transactions: { scope: '*' }, utilities: { scope: [{ contract: '*', function: 'balance_of_private' }] } },
    { type: 'transaction', scope: [{ contract: address(7), function: '*', additionalScopes: [address(9)] }] },
    { type: 'data', addressBook: true, privateEvents: { contracts: '*' } },
  ],
  behavior: { mode: 'permissive', expiration: 86_400_000 },
});

/** One or more calls of every method, with the objects that a dapp has. */
const requests = {
  getChainInfo: [[]],
  getAccounts: [[]],
  getAddressBook: [[]],
  registerSender: [[address(3)], [address(3), 'Bob 🪆'], [address(3), undefined]],
  getContractMetadata: [[address(7)]],
  getContractClassMetadata: [[new Fr(5)]],
  registerContract: [[instance()], [instance(), undefined, Fr.random()]],
  simulateTx: [
    [ExecutionPayload.empty(), { from: address(1) }],
    [payload(), { from: AztecAddress.ZERO, fee: { gasSettings, estimateGas: true, estimatedGasPadding: 0.1 }, skipTxValidation: true, skipFeeEnforcement: false, includeMetadata: true, additionalScopes: [address(9)], authWitnesses: [new AuthWitness(Fr.ONE, [])], capsules: [] }],
  ],
  executeUtility: [[call(), { scope: address(1) }], [call(), { scope: address(1), authWitnesses: [new AuthWitness(Fr.ONE, [7])] }]],
  profileTx: [[payload(), { from: address(1), profileMode: 'execution-steps', skipProofGeneration: true }]],
  sendTx: [
    [payload(), { from: address(1) }],
    [payload(), { from: address(1), wait: 'NO_WAIT', fee: { gasSettings } }],
    [payload(), { from: address(1), wait: { timeout: 1.5, dontThrowOnRevert: true }, additionalScopes: [] }],
  ],
  createAuthWit: [
    [address(1), { consumer: address(7), innerHash: Fr.random() }],
    [address(1), { caller: address(2), call: call() }],
  ],
  getPrivateEvents: [
    [
      { eventSelector: EventSelector.fromField(new Fr(7)), abiType: { kind: 'field' }, fieldNames: ['amount'] },
      { contractAddress: address(7), scopes: [address(1)], fromBlock: 1, toBlock: 9, txHash: TxHash.random(), afterLog: new LogId(3, BlockHash.random(), TxHash.random(), 1, 2) },
    ],
  ],
  requestCapabilities: [[manifest()]],
  batch: [[[{ name: 'getAccounts', args: [] }, { name: 'registerSender', args: [address(3), 'x'] }, { name: 'sendTx', args: [payload(), { from: address(1) }] }]]],
};

/** What the reference makes of arguments, as JSON. */
async function understood(method, args) {
  const parameters = WalletSchema[method].parameters();
  const missing = Array(parameters.items.length - args.length).fill(undefined);
  return plain(await parameters.parseAsync([...args, ...missing]));
}

describe('methods', () => {
  test('there are examples of all methods of the reference', () => {
    assert.deepEqual(Object.keys(requests).sort(), Object.keys(WalletSchema).sort());
  });

  for (const [method, examples] of Object.entries(requests)) {
    test(`${method} is understood as the reference understands it`, async () => {
      const failed = { error: { code: 'failed', message: 'not in this test' } };
      const { wallet } = await connect({ [method]: () => failed });
      for (const args of examples) {
        await assert.rejects(wallet[method](...args), error => {
          assert.deepEqual(JSON.parse(error.message), failed.error);
          return true;
        });
        const request = browser.last('request');
        assert.equal(request.method, method);
        assert.deepEqual(await understood(method, request.arguments), await understood(method, plain(args)));
      }
    });
  }

  test('registerContract takes a whole artifact', async () => {
    const { wallet } = await connect({ registerContract: given => ({ result: given }) });
    const registered = await wallet.registerContract(instance(), TokenContractArtifact, Fr.ONE);
    assert.equal(registered.address.toString(), address(77).toString());
    const request = browser.last('request');
    assert.equal(request.ownApproval, true);
    const [, artifact] = request.arguments;
    assert.equal(artifact.name, TokenContractArtifact.name);
    assert.deepEqual(
      artifact.functions.map(({ name, bytecode }) => [name, bytecode]),
      TokenContractArtifact.functions.map(({ name, bytecode }) => [name, bytecode.toString('base64')]),
    );
  });

  test('answers reach the dapp', async () => {
    const accounts = [{ alias: 'main', item: address(1) }];
    const { wallet } = await connect({
      getChainInfo: () => ({ result: chainInfo }),
      getAccounts: () => ({ result: accounts }),
      registerSender: sender => ({ result: sender }),
      requestCapabilities: asked => ({ result: { version: '1.0', granted: [{ ...asked.capabilities[0], accounts }], wallet: { name: 'Pixie', version: '0.1.0' }, expiresAt: 5 } }),
      batch: calls => ({ result: calls.map(({ name }) => ({ name, result: accounts })) }),
    });
    assert.deepEqual(plain(await wallet.getChainInfo()), plain(chainInfo));
    assert.deepEqual(plain(await wallet.getAccounts()), plain(accounts));
    assert.equal((await wallet.registerSender(address(3), 'x')).toString(), address(3).toString());
    const granted = await wallet.requestCapabilities(manifest());
    assert.deepEqual(plain(granted.granted), plain([{ type: 'accounts', canGet: true, accounts }]));
    const batched = await wallet.batch([{ name: 'getAccounts', args: [] }, { name: 'getAddressBook', args: [] }]);
    assert.deepEqual(plain(batched.map(({ result }) => result)), plain([accounts, accounts]));
    // Many at once, answered in whatever order.
    const many = await Promise.all(Array.from({ length: 30 }, (_, index) => wallet.registerSender(address(index))));
    assert.deepEqual(many.map(String), Array.from({ length: 30 }, (_, index) => address(index).toString()));
  });

  test('what does not fit is answered with a typed error', async () => {
    const { wallet } = await connect();
    const code = async promise => JSON.parse((await promise.then(assert.fail, error => error)).message).code;
    assert.equal(await code(wallet.registerSender(7)), 'invalid-params');
    assert.equal(await code(wallet.getAccounts('too', 'many')), 'invalid-params');
    assert.equal(await code(wallet.sendTx(payload())), 'invalid-params');
    assert.equal(await code(wallet.batch([{ name: 'exportKeys', args: [] }])), 'unknown-method');
    assert.equal(browser.last('request'), undefined);
  });
});

describe('the end of a session', () => {
  test('the wallet closes it: all that waits fails, and the dapp knows', async () => {
    const { provider, wallet } = await connect();
    let told = false;
    provider.onDisconnect(() => (told = true));
    const waiting = wallet.getAccounts();
    await until('request');
    await Promise.all([
      assert.rejects(waiting, /disconnected/),
      browser.order({ do: 'close', session: browser.last('opened').opened }),
    ]);
    assert.ok(told && provider.isDisconnected());
    await assert.rejects(wallet.getAccounts(), /disconnected/);
  });

  test('the dapp closes it', async () => {
    const { provider } = await connect();
    await provider.disconnect();
    await until('closed');
    assert.equal(browser.last('closed').closed, 'by-dapp');
  });

  test('the wallet restarts: what waited is interrupted, and the session goes on', async () => {
    const { wallet } = await connect({ getAccounts: () => ({ result: [] }) });
    const waiting = wallet.getAddressBook();
    await until('request');
    await Promise.all([assert.rejects(waiting, /"interrupted"/), browser.order({ do: 'restart' })]);
    assert.deepEqual(await wallet.getAccounts(), []);
  });
});

describe('capabilities', () => {
  const zod = (schema, json) => {
    const parsed = schema.safeParse(json);
    return parsed.success ? plain(parsed.data) : null;
  };
  const ours = (kind, json) => bridge.ask({ do: kind, json }).catch(() => null);
  const granted = () => ({
    version: '1.0',
    granted: [
      { type: 'accounts', canGet: true, accounts: [{ alias: 'main', item: address(1) }] },
      ...manifest().capabilities.slice(1),
    ],
    wallet: { name: 'Pixie', version: '0.1.0' },
    expiresAt: 1_800_000_000_000,
  });

  /** Values with every member replaced, one at a time, by values of other kinds. */
  function* damaged(json) {
    const others = [null, true, 7, -0.5, '', '*', 'x', [], {}, [7], '1.0'];
    const places = function* (value, path) {
      if (path.length > 0) yield path;
      if (value && typeof value === 'object') for (const key of Object.keys(value)) yield* places(value[key], [...path, key]);
    };
    for (const path of places(json, [])) {
      for (const other of [...others, undefined]) {
        const copy = structuredClone(json);
        const owner = path.slice(0, -1).reduce((value, key) => value[key], copy);
        if (other === undefined) {
          if (Array.isArray(owner)) owner.splice(path.at(-1), 1);
          else delete owner[path.at(-1)];
        } else owner[path.at(-1)] = other;
        yield copy;
      }
    }
  }

  for (const [kind, schema, example] of [
    ['manifest', AppCapabilitiesSchema, manifest()],
    ['granted', WalletCapabilitiesSchema, granted()],
  ]) {
    test(`what the reference takes for a ${kind} is taken, and nothing else`, async () => {
      let [taken, refused] = [0, 0];
      for (const json of [plain(example), ...damaged(plain(example))]) {
        const [expected, actual] = [zod(schema, json), await ours(kind, json)];
        assert.deepEqual(actual, expected, JSON.stringify(json));
        if (expected) taken++;
        else refused++;
      }
      assert.ok(taken > 50 && refused > 300, `${taken} taken, ${refused} refused`);
    });
  }

  test('what is granted is taken by the reference', async () => {
    const narrowed = await bridge.ask({ do: 'narrow', asked: plain(manifest()), offered: plain(granted()) });
    assert.deepEqual(zod(WalletCapabilitiesSchema, narrowed), narrowed);
    assert.equal(narrowed.granted.length, 6);
  });
});

// A page's side written from the description in crates/bridge/src/window/mod.rs alone.
class Page {
  sent = 0;

  constructor(browser) {
    this.browser = browser;
  }

  async open() {
    const name = randomBytes(16);
    this.channel = name.toString('base64url');
    const { publicKey, privateKey } = generateKeyPairSync('x25519');
    const own = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    await this.browser.relay({ pixie: 1, type: 'hello', channel: this.channel, key: own.toString('base64') });
    const welcome = this.browser.toPage.shift();
    assert.deepEqual([welcome.type, welcome.channel, welcome.n], ['welcome', this.channel, 0]);
    const peer = Buffer.from(welcome.key, 'base64');
    const prefix = publicKey.export({ format: 'der', type: 'spki' }).subarray(0, -32);
    const secret = diffieHellman({ privateKey, publicKey: createPublicKey({ key: Buffer.concat([prefix, peer]), format: 'der', type: 'spki' }) });
    const info = Buffer.concat([Buffer.from('pixie window 1\0'), name, Buffer.from(this.browser.from.origin)]);
    const keys = Buffer.from(hkdfSync('sha256', secret, Buffer.concat([own, peer]), info, 64));
    [this.name, this.toWallet, this.toPage] = [name, keys.subarray(0, 32), keys.subarray(32)];
    return this.unseal(welcome);
  }

  nonce(n) {
    const nonce = Buffer.alloc(12);
    nonce.writeBigUInt64BE(BigInt(n), 4);
    return nonce;
  }

  unseal({ n, box }) {
    const bytes = Buffer.from(box, 'base64');
    const cipher = createDecipheriv('chacha20-poly1305', this.toPage, this.nonce(n), { authTagLength: 16 });
    cipher.setAAD(this.name, { plaintextLength: bytes.length - 16 });
    cipher.setAuthTag(bytes.subarray(-16));
    return JSON.parse(Buffer.concat([cipher.update(bytes.subarray(0, -16)), cipher.final()]));
  }

  seal(json) {
    const cipher = createCipheriv('chacha20-poly1305', this.toWallet, this.nonce(++this.sent), { authTagLength: 16 });
    const text = Buffer.from(jsonStringify(json));
    cipher.setAAD(this.name, { plaintextLength: text.length });
    const box = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]).toString('base64');
    return { pixie: 1, type: 'frame', channel: this.channel, n: this.sent, box };
  }
}

describe('window.pixie', () => {
  test('a page that follows the description is understood', async () => {
    const page = new Page(browser);
    const told = await page.open();
    assert.deepEqual(told.wallet, { id: 'pixie', name: 'Pixie', version: '0.1.0' });
    assert.ok(told.maxMessageBytes > 1e6);
    await browser.relay(page.seal({ method: 'registerSender', params: [address(3), 'Bob'] }));
    const { request, arguments: args } = browser.last('request');
    assert.deepEqual(args, plain([address(3), 'Bob']));
    await browser.order({ do: 'answer', request, result: 'fine' });
    assert.deepEqual(page.unseal(browser.toPage.shift()), { to: 1, result: 'fine' });
    await browser.relay(page.seal({ method: 'nothing' }));
    const refused = page.unseal(browser.toPage.shift());
    assert.deepEqual([refused.to, refused.error.code], [2, 'unknown-method']);
    await browser.order({ do: 'restart' });
    const frame = page.seal({ method: 'getAccounts', params: [] });
    await browser.relay(frame);
    assert.equal(browser.last('request').method, 'getAccounts');
    await browser.relay(frame);
    assert.match(browser.last('refused').refused, /seen before/);
    await browser.relay({ pixie: 1, type: 'close', channel: page.channel });
    assert.deepEqual(browser.last('closed'), { closed: 'by-dapp', unanswered: 1 });
    await browser.relay(page.seal({ method: 'getAccounts' }));
    assert.deepEqual(browser.toPage.shift(), { pixie: 1, type: 'closed', channel: page.channel, reason: 'unknown' });
  });
});
