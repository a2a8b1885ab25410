// The set-up side: one wallet that deploys, mints and mines, and whose traffic
// is not recorded; and the accounts and contracts that the scenarios use.
import { createHash } from 'node:crypto';
import { getInitialTestAccountsData } from '@aztec/accounts/testing';
import { AztecAddress } from '@aztec/aztec.js/addresses';
import { BatchCall } from '@aztec/aztec.js/contracts';
import { SponsoredFeePaymentMethod } from '@aztec/aztec.js/fee';
import { Fr } from '@aztec/aztec.js/fields';
import { createAztecNodeClient, waitForTx } from '@aztec/aztec.js/node';
import { FPCContract } from '@aztec/noir-contracts.js/FPC';
import { SponsoredFPCContract } from '@aztec/noir-contracts.js/SponsoredFPC';
import { TokenContract } from '@aztec/noir-contracts.js/Token';
import { getContractInstanceFromInstantiationParams } from '@aztec/stdlib/contract';
import { deriveSigningKey } from '@aztec/stdlib/keys';
import { EmbeddedWallet } from '@aztec/wallets/embedded';

export class World {
  static async create(url, seed, log) {
    const world = new World();
    Object.assign(world, { url, seed, log, made: new Map() });
    world.node = createAztecNodeClient(url);
    world.wallet = await EmbeddedWallet.create(world.node, { ephemeral: true });
    for (const [index, name] of ['alice', 'bob', 'carol'].entries()) {
      const { secret, salt, signingKey } = (await getInitialTestAccountsData())[index];
      world[name] = await world.#adopt(name, 'schnorr', secret, salt, signingKey.toBuffer());
    }
    world.sponsor = await world.#register('SponsoredFPC', SponsoredFPCContract, [], Fr.ZERO);
    return world;
  }

  /** A field that depends on the seed and the label alone. */
  secret(label) {
    return Fr.fromBufferReduce(createHash('sha512').update(`pixie/${this.seed}/${label}`).digest());
  }

  get sponsored() {
    return new SponsoredFeePaymentMethod(this.sponsor.address);
  }

  /** Does the work once, however many scenarios ask for it. */
  once(key, make) {
    if (!this.made.has(key)) this.made.set(key, make());
    return this.made.get(key);
  }

  // ---- accounts ----

  async #adopt(name, type, secret, salt, signingKey) {
    const manager = await this.wallet.createAndStoreAccount(name, type, secret, salt, signingKey);
    const artifact = { schnorr: 'SchnorrAccount', ecdsasecp256k1: 'EcdsaKAccount', ecdsasecp256r1: 'EcdsaRAccount' }[type];
    return { name, type, artifact, secret, salt, signingKey, manager, address: manager.address, instance: manager.getInstance() };
  }

  /** A new account of the given type; deployed unless asked otherwise. */
  account(name, type, { deployed = true } = {}) {
    return this.once(`account ${name}`, async () => {
      const secret = this.secret(`${name}/secret`);
      const signingKey = type === 'schnorr' ? deriveSigningKey(secret).toBuffer() : this.secret(`${name}/signing`).toBuffer();
      const account = await this.#adopt(name, type, secret, this.secret(`${name}/salt`), signingKey);
      if (deployed) {
        this.log(`  set-up: deploy account ${name}`);
        await (await account.manager.getDeployMethod()).send({ from: AztecAddress.ZERO, fee: { paymentMethod: this.sponsored } });
      }
      return account;
    });
  }

  // ---- contracts ----

  async #register(artifact, type, args, salt) {
    const instance = await getContractInstanceFromInstantiationParams(type.artifact, { constructorArgs: args, salt });
    await this.wallet.registerContract(instance, type.artifact);
    return { artifact, instance, address: instance.address, contract: type.at(instance.address, this.wallet) };
  }

  /** A contract without initialiser or public code: nobody but the PXEs need know it. */
  privateContract(key, artifact, type) {
    return this.once(`contract ${key}`, () => this.#register(artifact, type, [], this.secret(`contract/${key}`)));
  }

  /** A contract deployed by alice under a fixed salt. */
  deploy(key, artifact, type, ...args) {
    return this.deployWith({}, key, artifact, type, ...args);
  }

  deployWith(options, key, artifact, type, ...args) {
    return this.once(`contract ${key}`, async () => {
      this.log(`  set-up: deploy ${key}`);
      const { receipt } = await type.deploy(this.wallet, ...args).send({
        from: this.alice.address,
        contractAddressSalt: this.secret(`contract/${key}`),
        wait: { returnReceipt: true },
        ...options,
      });
      const { contract, instance } = receipt;
      return { artifact, instance, address: contract.address, contract };
    });
  }

  token(key, admin = this.alice) {
    return this.deploy(key, 'Token', TokenContract, admin.address, key, 'TOK', 18);
  }

  /** The fee-paying contract and its token, which every local network has. */
  bananas() {
    return this.once('bananas', async () => {
      const admin = this.alice.address;
      const coin = await this.#register('Token', TokenContract, [admin, 'BC', 'BC', 18n], Fr.ZERO);
      const fpc = await this.#register('FPC', FPCContract, [coin.address, admin], Fr.ZERO);
      return { coin, fpc };
    });
  }

  // ---- transactions ----

  /** Sends calls in as few transactions as fit; waits until they are mined. */
  async send(what, from, interactions, perTx = 4) {
    for (let i = 0; i < interactions.length; i += perTx) {
      this.log(`  set-up: ${what}${interactions.length > perTx ? ` (${i}…)` : ''}`);
      const some = interactions.slice(i, i + perTx);
      await (some.length === 1 ? some[0] : new BatchCall(this.wallet, some)).send({ from: from.address ?? from });
    }
  }

  /** Notes of the given amounts for an owner, minted by alice. */
  mint(key, token, owner, amounts) {
    return this.once(`mint ${key}`, () =>
      this.send(`mint ${key}`, this.alice, amounts.map(amount => token.contract.methods.mint_to_private(owner.address, amount))),
    );
  }

  /** Sends a transaction and waits until it is mined; where it went. */
  async mine(tx) {
    await this.node.sendTx(tx);
    const receipt = await waitForTx(this.node, tx.getTxHash(), { timeout: 120, interval: 1 });
    return { block: Number(receipt.blockNumber) };
  }

  /** The request for a payload as the wallet makes it, without touching a PXE. */
  async request(payload, from, { gasSettings } = {}) {
    const fee = await this.wallet.completeFeeOptions(from, payload.feePayer, gasSettings);
    return this.wallet.createTxExecutionRequestFromPayloadAndFee(payload, from, fee);
  }

  async gasSettings() {
    const { gasSettings } = await this.wallet.completeFeeOptions(this.alice.address);
    return gasSettings;
  }
}
