// What the peer can be told to do. Fields are 0x… unless said otherwise;
// `artifact` is a path inside node_modules or the name of a contract; `args` are
// JSON as in values.mjs; `fee` is "feeJuice" (default) or "sponsored".
import { AuthWitness } from '@aztec/stdlib/auth-witness';
import { AztecAddress } from '@aztec/aztec.js/addresses';
import { Contract } from '@aztec/aztec.js/contracts';
import { L1FeeJuicePortalManager } from '@aztec/aztec.js/ethereum';
import { Fr } from '@aztec/aztec.js/fields';
import { isL1ToL2MessageReady } from '@aztec/aztec.js/messaging';
import { createExtendedL1Client } from '@aztec/ethereum/client';
import { createLogger } from '@aztec/foundation/log';
import { jsonStringify } from '@aztec/foundation/json-rpc';
import { getInitializer } from '@aztec/stdlib/abi';
import { ContractInstanceWithAddressSchema } from '@aztec/stdlib/contract';
import { deriveSigningKey } from '@aztec/stdlib/keys';
import { NoteStatus } from '@aztec/stdlib/note';
import { hexField, parseArguments, printResult } from './values.mjs';

/** The funds of layer 1 on a local network; the node itself uses the first of them. */
const L1_MNEMONIC = 'test test test test test test test test test test test junk';
const L1_ACCOUNT = 7;

const plain = value => JSON.parse(jsonStringify(value));
const hex = buffer => `0x${buffer.toString('hex')}`;
const bytes = text => Buffer.from(String(text).replace(/^0x/, ''), 'hex');
const address = text => AztecAddress.fromString(text);
const addresses = (texts = []) => texts.map(address);
const witnesses = ({ authwits = [] }) => authwits.map(text => AuthWitness.fromString(text));

const describeAccount = ({ alias, type, secret, salt, signingKey, funded, manager }) => ({
  alias,
  type,
  secret: secret.toString(),
  salt: salt.toString(),
  signingKey: hex(signingKey),
  address: manager.address.toString(),
  funded,
  instance: plain(manager.getInstance()),
});

const describeReceipt = receipt => ({
  txHash: receipt.txHash.toString(),
  block: Number(receipt.blockNumber),
  status: receipt.status,
  executionResult: receipt.executionResult ?? null,
  fee: receipt.transactionFee?.toString() ?? null,
});

/** The wanted call, ready to be sent or simulated. */
function interactionOf(peer, request) {
  const { abi, interaction } = peer.method(request);
  const call = interaction(...parseArguments(abi, request.args));
  return { abi, call: call.with({ authWitnesses: witnesses(request) }) };
}

async function balance(peer, contract, artifact, method, owner, from) {
  const { abi, call } = interactionOf(peer, { contract, artifact, method, args: [owner.toString()] });
  return printResult(abi.returnTypes, (await call.simulate({ from })).result);
}

export const COMMANDS = {
  /** {} → the network, and how far the wallet is. */
  async info(peer) {
    const { nodeVersion, l1ChainId, rollupVersion, realProofs } = await peer.node.getNodeInfo();
    return {
      url: peer.url,
      nodeVersion,
      l1ChainId,
      rollupVersion: Number(rollupVersion),
      realProofs,
      block: Number(await peer.node.getBlockNumber()),
      sponsoredFpc: peer.sponsor.toString(),
    };
  },

  /** {} → [{alias, type, secret, salt, signingKey, address, funded, instance}] */
  accounts(peer) {
    return peer.accounts.map(describeAccount);
  },

  /**
   * {secret, salt?, signingKey?, type?: "schnorr"|"ecdsasecp256k1"|"ecdsasecp256r1", alias?,
   *  deploy?: bool, fee?} → as in `accounts`; the salt is 0 and a Schnorr signing key
   * is derived unless given; deployed on demand, by itself.
   */
  async createAccount(peer, { secret, salt = '0x0', signingKey, type = 'schnorr', alias = '', deploy = false, fee = 'sponsored' }) {
    const key = Fr.fromString(secret);
    if (!signingKey && type !== 'schnorr') throw new Error(`an account of type ${type} needs a signingKey`);
    const account = await peer.adopt({
      alias,
      type,
      secret: key,
      salt: Fr.fromString(salt),
      signingKey: signingKey ? bytes(signingKey) : deriveSigningKey(key).toBuffer(),
    });
    if (!deploy) return describeAccount(account);
    const method = await account.manager.getDeployMethod();
    const { receipt } = await method.send({ from: AztecAddress.ZERO, fee: peer.fee(fee) });
    return { ...describeAccount(account), ...describeReceipt(receipt) };
  },

  /** {address} */
  async registerSender(peer, request) {
    await peer.wallet.registerSender(address(request.address), request.alias ?? '');
  },

  /** {artifact, instance} or, for a published contract, {artifact, address} → instance */
  async registerContract(peer, request) {
    const artifact = peer.artifact(request.artifact);
    const instance = request.instance
      ? ContractInstanceWithAddressSchema.parse(request.instance)
      : await peer.node.getContract(address(request.address));
    if (!instance) throw new Error(`no contract is published at ${request.address}`);
    await peer.wallet.registerContract(instance, artifact);
    return { instance: plain(instance) };
  },

  /** {artifact, constructor?, args?, from, salt?, fee?} → {instance, txHash, block, …} */
  async deploy(peer, request) {
    const artifact = peer.artifact(request.artifact);
    // Absent, `constructor` is the one that every object inherits.
    const name = Object.hasOwn(request, 'constructor') ? request.constructor : undefined;
    const initializer = getInitializer(artifact, name);
    const args = initializer ? parseArguments(initializer, request.args) : [];
    const method = Contract.deploy(peer.wallet, artifact, args, initializer?.name);
    const { receipt } = await method.send({
      from: peer.account(address(request.from)),
      contractAddressSalt: request.salt ? Fr.fromString(request.salt) : Fr.random(),
      fee: peer.fee(request.fee),
      wait: { returnReceipt: true },
    });
    return { instance: plain(receipt.instance), ...describeReceipt(receipt) };
  },

  /**
   * {contract, artifact, method, args, from, authwits?, scopes?, fee?} → {txHash, block, …}, when mined.
   * `scopes`: further accounts of the peer whose notes may be used.
   */
  async send(peer, request) {
    const { call } = interactionOf(peer, request);
    const { receipt } = await call.send({
      from: peer.account(address(request.from)),
      additionalScopes: addresses(request.scopes),
      fee: peer.fee(request.fee),
    });
    return describeReceipt(receipt);
  },

  /** {contract, artifact, method, args, from, authwits?, scopes?} → {result}, of a utility, private or public function */
  async call(peer, request) {
    const { abi, call } = interactionOf(peer, request);
    const { result } = await call.simulate({
      from: peer.account(address(request.from)),
      additionalScopes: addresses(request.scopes),
      // A utility function takes them from here.
      authWitnesses: witnesses(request),
    });
    return { result: printResult(abi.returnTypes, result) };
  },

  /** {from, caller, contract, artifact, method, args} → {authwit, requestHash}: `from` lets `caller` make the call */
  async createAuthWit(peer, request) {
    const { call } = interactionOf(peer, request);
    const from = peer.account(address(request.from));
    const witness = await peer.wallet.createAuthWit(from, { caller: address(request.caller), call: await call.getFunctionCall() });
    return { authwit: witness.toString(), requestHash: witness.requestHash.toString() };
  },

  /**
   * {token, artifact?, owners} → [{owner, private, public}], decimal strings.
   * The private balance of an account that the peer does not hold is null.
   */
  async balances(peer, { token, artifact = 'Token', owners }) {
    const any = peer.accounts[0].manager.address;
    const found = [];
    for (const owner of addresses(owners)) {
      found.push({
        owner: owner.toString(),
        private: peer.holds(owner) ? await balance(peer, token, artifact, 'balance_of_private', owner, owner) : null,
        public: await balance(peer, token, artifact, 'balance_of_public', owner, any),
      });
    }
    return found;
  },

  /** {contract, owner, slot?, nullified?: bool} → [{items, slot, randomness, nonce, noteHash, nullifier, txHash, block}] */
  async notes(peer, { contract, owner, slot, nullified = false }) {
    const holder = peer.account(address(owner));
    const notes = await peer.wallet.pxe.debug.getNotes({
      contractAddress: address(contract),
      owner: holder,
      scopes: [holder],
      status: nullified ? NoteStatus.ACTIVE_OR_NULLIFIED : NoteStatus.ACTIVE,
      ...(slot && { storageSlot: Fr.fromString(slot) }),
    });
    return notes.map(note => ({
      items: note.note.items.map(item => hexField(item.toBigInt())),
      slot: note.storageSlot.toString(),
      randomness: note.randomness.toString(),
      nonce: note.noteNonce.toString(),
      noteHash: note.noteHash.toString(),
      nullifier: note.siloedNullifier.toString(),
      txHash: note.txHash.toString(),
      block: Number(note.l2BlockNumber),
    }));
  },

  /**
   * {l1Url, to} → {claimAmount, claimSecret, messageHash, messageLeafIndex}: fee juice is minted on
   * layer 1 and sent to an account, which can claim it once `messageReady` says so
   */
  async bridgeFeeJuice(peer, { l1Url, to }) {
    const client = createExtendedL1Client([l1Url], L1_MNEMONIC, undefined, undefined, L1_ACCOUNT);
    const portal = await L1FeeJuicePortalManager.new(peer.node, client, createLogger('peer'));
    return plain(await portal.bridgeTokensPublic(address(to), undefined, true));
  },

  /** {messageHash} → {ready}: whether a message of layer 1 can be consumed */
  async messageReady(peer, { messageHash }) {
    return { ready: await isL1ToL2MessageReady(peer.node, Fr.fromString(messageHash)) };
  },

  /** {} → {block}: the block that the wallet has got to */
  async sync(peer) {
    await peer.wallet.pxe.debug.sync();
    return { block: Number((await peer.wallet.pxe.getSyncedBlockHeader()).getBlockNumber()) };
  },
};
