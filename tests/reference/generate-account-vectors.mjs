// Writes tests/vectors/accounts.json: what the reference's accounts, entrypoints, deployments,
// authorisations and fee payments make of fixed keys, calls and random values.
//
//   node generate-account-vectors.mjs [--check]
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { EcdsaKAccountContract, EcdsaRAccountContract } from '@aztec/accounts/ecdsa';
import { SchnorrAccountContract } from '@aztec/accounts/schnorr';
import { createStubAccount } from '@aztec/accounts/stub';
import { SignerlessAccount } from '@aztec/aztec.js/account';
import { CallAuthorizationRequest, SetPublicAuthwitContractInteraction, computeAuthWitMessageHash, lookupValidity } from '@aztec/aztec.js/authorization';
import { DeployMethod, getGasLimits } from '@aztec/aztec.js/contracts';
import { FeeJuicePaymentMethodWithClaim, PrivateFeePaymentMethod, PublicFeePaymentMethod, SponsoredFeePaymentMethod } from '@aztec/aztec.js/fee';
import { AccountManager } from '@aztec/aztec.js/wallet';
import { AccountFeePaymentMethodOptions } from '@aztec/entrypoints/account';
import { EncodedAppEntrypointCalls } from '@aztec/entrypoints/encoding';
import { Schnorr, SchnorrSignature } from '@aztec/foundation/crypto/schnorr';
import { Fq, Fr } from '@aztec/foundation/curves/bn254';
import { jsonStringify } from '@aztec/foundation/json-rpc';
import { FunctionCall, FunctionSelector, FunctionType, loadContractArtifact } from '@aztec/stdlib/abi';
import { AuthWitness } from '@aztec/stdlib/auth-witness';
import { AztecAddress } from '@aztec/stdlib/aztec-address';
import { Gas, GasFees, GasSettings } from '@aztec/stdlib/gas';
import { computeVarArgsHash } from '@aztec/stdlib/hash';
import { PublicKeys } from '@aztec/stdlib/keys';
import { Capsule, ExecutionPayload, HashedValues } from '@aztec/stdlib/tx';

import { fromRoot, main } from './lib/generated.mjs';

export const path = fromRoot('tests/vectors/accounts.json');

const smallArtifact = () => loadContractArtifact(JSON.parse(readFileSync(fromRoot('tests/vectors/artifact-small.json'), 'utf8')));

// Values that look random but are the same each time.
let drawn = 0;
const bytes = () => createHash('sha256').update(`account vectors ${drawn++}`).digest();
const fr = () => Fr.fromBufferReduce(bytes());
const address = () => AztecAddress.fromField(fr());
const selector = () => new FunctionSelector(bytes().readUInt32BE(0));
const fields = count => Array.from({ length: count }, fr);
const json = value => JSON.parse(jsonStringify(value));
const hex = buffer => `0x${Buffer.from(buffer).toString('hex')}`;

const chain = { chainId: new Fr(31337), version: new Fr(344372055) };
const fees = new GasFees(3, 15_300_000);
const gasSettings = GasSettings.default({ maxFeesPerGas: fees });

/** Runs a function with random field elements that are the same each time; tells which it drew. */
async function drawing(run) {
  const random = Fr.random;
  const draws = [];
  Fr.random = () => {
    draws.push(fr());
    return draws.at(-1);
  };
  try {
    return { result: await run(), draws: json(draws) };
  } finally {
    Fr.random = random;
  }
}

// The reference's Schnorr signatures differ each time; the vectors hold zeros instead.
Schnorr.prototype.constructSignature = () => Promise.resolve(new SchnorrSignature(Buffer.alloc(64)));

function call(type, argCount, { hideMsgSender = false, isStatic = false } = {}) {
  return FunctionCall.from({
    name: `function_${drawn}`,
    to: address(),
    selector: selector(),
    type,
    hideMsgSender,
    isStatic,
    args: fields(argCount),
    returnTypes: [],
  });
}

const privateCall = (args, options) => call(FunctionType.PRIVATE, args, options);
const publicCall = (args, options) => call(FunctionType.PUBLIC, args, options);

const callLists = () => [
  [],
  [privateCall(0)],
  [publicCall(0), publicCall(3, { hideMsgSender: true }), privateCall(2, { isStatic: true })],
  [publicCall(1, { isStatic: true }), privateCall(1), privateCall(40), publicCall(17), privateCall(0)],
];

async function payloads() {
  return Promise.all(
    callLists().map(async calls => {
      const nonce = fr();
      const encoded = await EncodedAppEntrypointCalls.create(calls, nonce);
      return json({ calls, nonce, fields: encoded.toFields(), hash: await encoded.hash(), hashedArguments: encoded.hashedArguments });
    }),
  );
}

const types = [
  ['schnorr', key => new SchnorrAccountContract(Fq.fromBuffer(key))],
  ['ecdsa-k', key => new EcdsaKAccountContract(key)],
  ['ecdsa-r', key => new EcdsaRAccountContract(key)],
];

/** What account managers, deployments and authorisations need of a wallet. */
class Wallet {
  classes = new Set();
  utilities = [];
  getChainInfo() {
    return Promise.resolve(chain);
  }
  registerContract(instance) {
    return Promise.resolve(instance);
  }
  getContractClassMetadata(id) {
    return Promise.resolve({ isContractClassPubliclyRegistered: this.classes.has(id.toString()) });
  }
  async createAuthWit(from, intent) {
    return (await this.account).createAuthWit(intent, chain);
  }
  executeUtility(call) {
    this.utilities.push(call);
    return Promise.resolve({ result: [Fr.ONE] });
  }
}

async function makeAccount([type, contract]) {
  const key = bytes();
  key[0] = 0x11; // below the order of every group
  const [secret, salt] = [fr(), fr()];
  const wallet = new Wallet();
  const manager = await AccountManager.create(wallet, secret, contract(key), salt);
  wallet.account = manager.getAccount();
  const facts = { type, secret, salt, signingKey: hex(key), address: manager.address, instance: manager.getInstance() };
  return { wallet, manager, account: await manager.getAccount(), facts: json(facts) };
}

const fullPayload = feePayer =>
  new ExecutionPayload(
    [privateCall(2), publicCall(1)],
    [new AuthWitness(fr(), fields(3))],
    [new Capsule(address(), fr(), fields(2))],
    [new HashedValues(fields(2), fr())],
    feePayer,
  );

async function requests({ account }) {
  const self = account.getAddress();
  const cases = [
    ['PREEXISTING_FEE_JUICE', undefined, false],
    ['FEE_JUICE_WITH_CLAIM', self, true],
    ['EXTERNAL', address(), false],
  ];
  const made = [];
  for (const [option, feePayer, cancellable] of cases) {
    const payload = fullPayload(feePayer);
    const options = { feePaymentMethodOptions: AccountFeePaymentMethodOptions[option], cancellable, txNonce: fr() };
    const request = await drawing(() => account.createTxExecutionRequest(payload, gasSettings, chain, options));
    const wrapped = await account.wrapExecutionPayload(payload, options);
    made.push({
      ...json({ payload, option, cancellable, nonce: options.txNonce, salt: request.result.salt, wrapped }),
      request: hex(request.result.toBuffer()),
    });
  }
  return made;
}

async function stubRequest({ manager }) {
  const stub = createStubAccount(await manager.getCompleteAddress());
  const payload = fullPayload();
  const options = { feePaymentMethodOptions: AccountFeePaymentMethodOptions.EXTERNAL, txNonce: fr() };
  const { result } = await drawing(() => stub.createTxExecutionRequest(payload, gasSettings, chain, options));
  return { ...json({ payload, nonce: options.txNonce, salt: result.salt }), request: hex(result.toBuffer()) };
}

const claim = () => ({ claimAmount: 10n ** 21n + BigInt(drawn), claimSecret: fr(), messageLeafIndex: 1025n });

function feeMethods({ wallet, account }) {
  const self = account.getAddress();
  const [sponsor, fpc, asset, juice] = [address(), address(), address(), claim()];
  const withAsset = method => Object.assign(method, { assetPromise: Promise.resolve(asset) });
  return [
    ['feeJuice', {}, undefined],
    ['sponsored', { fpc: sponsor }, new SponsoredFeePaymentMethod(sponsor)],
    ['feeJuiceWithClaim', juice, new FeeJuicePaymentMethodWithClaim(self, juice)],
    ['privateFpc', { fpc, asset }, withAsset(new PrivateFeePaymentMethod(fpc, self, wallet, gasSettings))],
    ['publicFpc', { fpc, asset }, withAsset(new PublicFeePaymentMethod(fpc, self, wallet, gasSettings))],
  ];
}

async function feePayments(world) {
  const made = [];
  for (const [kind, parameters, method] of feeMethods(world)) {
    const { result, draws } = await drawing(async () => (await method?.getExecutionPayload()) ?? ExecutionPayload.empty());
    made.push({ kind, ...json({ parameters, payload: result }), draws });
  }
  return made;
}

async function deployments(world) {
  const made = [];
  for (const [kind, parameters, paymentMethod] of feeMethods(world)) {
    const method = await world.manager.getDeployMethod();
    const options = method.convertDeployOptionsToRequestOptions({ from: AztecAddress.ZERO, fee: { paymentMethod } });
    const { result, draws } = await drawing(async () => {
      const payload = await method.request(options);
      const request = await new SignerlessAccount().createTxExecutionRequest(payload, gasSettings, chain);
      return { payload, request };
    });
    made.push({
      kind,
      ...json({ parameters, payload: result.payload }),
      request: hex(result.request.toBuffer()),
      draws,
    });
  }
  const method = await world.manager.getDeployMethod();
  const sponsor = address();
  const byAnother = await method.request({ fee: { paymentMethod: new SponsoredFeePaymentMethod(sponsor) }, skipInstancePublication: false });
  return { self: made, byAnother: json({ sponsor, payload: byAnother }) };
}

/** A payload whose capsules, which are large, are replaced by a digest. */
function digested(payload) {
  const { capsules, ...rest } = json(payload);
  return { ...rest, capsules: capsules.map(capsule => createHash('sha256').update(capsule).digest('hex')) };
}

async function contractDeployments() {
  const artifact = smallArtifact();
  const wallet = new Wallet();
  const cases = [
    ['everything', {}, address()],
    ['universal', {}, undefined],
    ['constructor only', { skipClassPublication: true, skipInstancePublication: true }, address()],
    ['publication only', { skipInitialization: true }, address()],
  ];
  const args = [address(), address(), 300n].slice(0, artifact.nonDispatchPublicFunctions.find(abi => abi.isInitializer).parameters.length);
  return Promise.all(
    cases.map(async ([name, skips, deployer]) => {
      const method = new DeployMethod(PublicKeys.default(), wallet, artifact, () => undefined, args);
      const salt = fr();
      const payload = await method.request({ contractAddressSalt: salt, deployer, ...skips });
      return { name, ...json({ salt, deployer: deployer ?? AztecAddress.ZERO, arguments: args }), payload: digested(payload), instance: json(await method.getInstance()) };
    }),
  );
}

async function authorisations({ wallet, account }) {
  const self = account.getAddress();
  const intents = [
    { caller: address(), call: privateCall(4) },
    { caller: address(), call: publicCall(0) },
    { consumer: address(), innerHash: fr() },
  ];
  const made = [];
  for (const intent of intents) {
    const witness = await account.createAuthWit(intent, chain);
    const [grant, revoke] = await Promise.all(
      [true, false].map(async authorized => (await SetPublicAuthwitContractInteraction.create(wallet, self, intent, authorized)).getFunctionCall()),
    );
    wallet.utilities = [];
    await lookupValidity(wallet, self, intent, witness);
    const messageHash = await computeAuthWitMessageHash(intent, chain);
    made.push(json({ intent, messageHash, witness, grant, revoke, lookups: wallet.utilities }));
  }
  return made;
}

async function authorizationRequest() {
  const [innerHash, caller, args] = [fr(), address(), fields(3)];
  const select = selector();
  const authorization = (await CallAuthorizationRequest.getSelector()).toField();
  const message = [authorization, innerHash, caller.toField(), select.toField(), await computeVarArgsHash(args), ...args];
  return json({ fields: message, request: await CallAuthorizationRequest.fromFields(message) });
}

function gas() {
  const estimate = (total, teardown, pad) => {
    const gasUsed = { totalGas: new Gas(...total), teardownGas: new Gas(...teardown) };
    return json({ gasUsed, pad, limits: getGasLimits({ gasUsed }, pad) });
  };
  return {
    defaults: json(gasSettings),
    estimates: [
      estimate([100, 30], [0, 0], 0.1),
      estimate([1408, 551_123], [256, 90_001], 0.1),
      estimate([1, 6_000_000], [3, 7], 0.05),
      estimate([786_432, 6_540_000], [1, 1], 0),
    ],
  };
}

export async function render() {
  drawn = 0;
  const payloadVectors = await payloads();
  const accounts = [];
  for (const type of types) {
    const world = await makeAccount(type);
    accounts.push({
      account: world.facts,
      requests: await requests(world),
      stub: await stubRequest(world),
      feePayments: await feePayments(world),
      deployments: await deployments(world),
      authorisations: await authorisations(world),
    });
  }
  const multiCall = await (async () => {
    const payload = fullPayload(address());
    const { result, draws } = await drawing(() => new SignerlessAccount().createTxExecutionRequest(payload, gasSettings, chain));
    return { payload: json(payload), request: hex(result.toBuffer()), draws };
  })();
  const vectors = {
    chain: json(chain),
    gasSettings: json(gasSettings),
    payloads: payloadVectors,
    accounts,
    multiCall,
    contractDeployments: await contractDeployments(),
    authorizationRequest: await authorizationRequest(),
    gas: gas(),
  };
  return `${JSON.stringify(vectors, null, 1)}\n`;
}

await main(import.meta, path, render);
