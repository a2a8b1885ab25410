// Makes the state of the chain that the measurements of `bench-pxe.mjs` need,
// and says all that another wallet must know to measure the same.
//
// The transfer: Token notes of 100, 60 and 40 for the first test account. The
// syncs: Spam notes (a value of 1 each; its every call makes 16 of them) for the
// second and the third, under the tags of many senders: one may use no more than
// 20 tagging indexes before the blocks of the first ones are final.
import { getInitialTestAccountsData } from '@aztec/accounts/testing';
import { AztecAddress } from '@aztec/aztec.js/addresses';
import { BatchCall, Contract } from '@aztec/aztec.js/contracts';
import { Fr } from '@aztec/aztec.js/fields';
import { createAztecNodeClient, waitForTx } from '@aztec/aztec.js/node';
import { jsonStringify } from '@aztec/foundation/json-rpc';
import { TokenContract } from '@aztec/noir-contracts.js/Token';
import { SpamContract } from '@aztec/noir-test-contracts.js/Spam';
import { getContractInstanceFromInstantiationParams } from '@aztec/stdlib/contract';
import { EmbeddedWallet } from '@aztec/wallets/embedded';
import { contractArtifactPath } from '../recording/artifacts.mjs';
// Not among the package's exports.
import { PrivateExecutionOracle } from '../node_modules/@aztec/pxe/dest/contract_function_simulator/oracle/private_execution_oracle.js';

const NOTES_PER_CALL = 16;
const CALLS_PER_TX = 4;
const TXS_AT_ONCE = 12;
const PAYER_NOTES = [100n, 60n, 40n];
const TRANSFER_AMOUNT = 130n;
// Seconds; below the longest that the protocol allows.
const TX_LIFETIME = 20n * 3600n;

const plain = value => JSON.parse(jsonStringify(value));

export async function prepare({ url, sizes, also, log }) {
  const node = createAztecNodeClient(url);
  const wallet = await EmbeddedWallet.create(node, { ephemeral: true });
  const accounts = [];
  for (const { secret, salt, signingKey } of await getInitialTestAccountsData())
    accounts.push(await adopt(wallet, { type: 'schnorr', secret, salt, signingKey }));
  const [payer, ...owners] = accounts;
  if (sizes.length > owners.length) throw new Error(`there are accounts for ${owners.length} sizes`);

  const others = also === undefined ? [] : [AztecAddress.fromString(also)];
  const token = await prepareToken(wallet, payer, others, log);
  const notes = new Notes(wallet, node, log);
  if (sizes.length > 0) await notes.setUp(Math.max(...sizes));
  const sync = [];
  for (const [index, size] of sizes.entries()) sync.push(await notes.make(owners[index], size));
  await wallet.stop();
  return {
    format: 1,
    reference: '4.1.2',
    url,
    block: Number(await node.getBlockNumber()),
    transfer: {
      account: payer.described,
      contract: token,
      method: 'transfer',
      args: [owners[0].address.toString(), TRANSFER_AMOUNT.toString()],
      senders: [],
      notes: PAYER_NOTES.length,
      balance: PAYER_NOTES.reduce((sum, value) => sum + value).toString(),
    },
    sync,
  };
}

async function adopt(wallet, { type, secret, salt, signingKey }) {
  const manager = await wallet.createSchnorrAccount(secret, salt, signingKey);
  const described = {
    type,
    secret: secret.toString(),
    salt: salt.toString(),
    signingKey: `0x${signingKey.toBuffer().toString('hex')}`,
    address: manager.address.toString(),
    instance: plain(manager.getInstance()),
  };
  return { address: manager.address, described };
}

async function prepareToken(wallet, payer, others, log) {
  log('deploy the token');
  const { receipt } = await TokenContract.deploy(wallet, payer.address, 'Bench', 'BENCH', 18).send({
    from: payer.address,
    contractAddressSalt: Fr.random(),
    wait: { returnReceipt: true },
  });
  log('mint');
  const mint = receipt.contract.methods.mint_to_private;
  for (const owner of [payer.address, ...others])
    await new BatchCall(wallet, PAYER_NOTES.map(amount => mint(owner, amount))).send({ from: payer.address });
  return { artifact: contractArtifactPath('Token'), instance: plain(receipt.instance) };
}

class Notes {
  constructor(wallet, node, log) {
    Object.assign(this, { wallet, node, log, senders: [], delivered: 0, plan: [] });
  }

  async setUp(most) {
    // Nobody but wallets need know it: it has no public code that is called.
    const { artifact } = SpamContract;
    this.instance = await getContractInstanceFromInstantiationParams(artifact, { salt: Fr.random() });
    await this.wallet.registerContract(this.instance, artifact);
    this.contract = await Contract.at(this.instance.address, artifact, this.wallet);
    const { pxe } = this.wallet;
    for (let i = 0; i * NOTES_PER_CALL < most; i++) this.senders.push((await pxe.registerAccount(Fr.random(), Fr.random())).address);

    // Tags name the planned senders rather than the account that sends.
    PrivateExecutionOracle.prototype.privateGetSenderForTags = () =>
      Promise.resolve(this.senders[this.plan[Math.floor(this.delivered++ / NOTES_PER_CALL)]]);
    // The notes need not be discovered while they are made.
    const service = pxe.contractSyncService;
    const ensure = service.ensureContractSynced.bind(service);
    service.ensureContractSynced = (address, ...rest) =>
      address.equals(this.instance.address) ? Promise.resolve() : ensure(address, ...rest);
  }

  /** At least `wanted` notes for the account, which pays for them. */
  async make(owner, wanted) {
    const calls = Math.ceil(wanted / NOTES_PER_CALL);
    const started = Date.now();
    const pending = [];
    for (let made = 0; made < calls; made += CALLS_PER_TX) {
      if (pending.length === TXS_AT_ONCE) await this.#mined(pending.shift());
      pending.push(await this.#send(owner, made, Math.min(CALLS_PER_TX, calls - made)));
      const notes = (made + CALLS_PER_TX) * NOTES_PER_CALL;
      if (notes % 640 === 0) this.log(`${notes} of ${calls * NOTES_PER_CALL} notes after ${Math.round((Date.now() - started) / 1000)} s`);
    }
    for (const txHash of pending) await this.#mined(txHash);
    return {
      account: owner.described,
      contract: { artifact: contractArtifactPath('Spam'), instance: plain(this.instance) },
      senders: this.senders.slice(0, calls).map(String),
      notes: calls * NOTES_PER_CALL,
      sum: (calls * NOTES_PER_CALL).toString(),
    };
  }

  #mined(txHash) {
    return waitForTx(this.node, txHash, { timeout: 300, interval: 0.5 });
  }

  async #send(owner, first, count) {
    this.delivered = 0;
    this.plan = Array.from({ length: count }, (_, i) => first + i);
    const calls = this.plan.map(() => this.contract.methods.spam(0n, 0, false));
    // Without kernels, which a network without proofs does not miss; they would
    // have said who pays, and until when.
    const payload = await new BatchCall(this.wallet, calls).request();
    const fee = await this.wallet.completeFeeOptions(owner.address, payload.feePayer);
    const simulated = await this.wallet.simulateViaEntrypoint(payload, owner.address, fee, [owner.address]);
    const { publicInputs } = simulated;
    publicInputs.feePayer = owner.address;
    publicInputs.expirationTimestamp = publicInputs.constants.anchorBlockHeader.globalVariables.timestamp + TX_LIFETIME;
    const tx = await simulated.toSimulatedTx();
    await this.node.sendTx(tx);
    return tx.getTxHash();
  }
}
