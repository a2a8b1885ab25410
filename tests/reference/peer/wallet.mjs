// The wallet that the peer holds, and what it knows.
import { getInitialTestAccountsData } from '@aztec/accounts/testing';
import { AztecAddress } from '@aztec/aztec.js/addresses';
import { Contract } from '@aztec/aztec.js/contracts';
import { SponsoredFeePaymentMethod } from '@aztec/aztec.js/fee';
import { Fr } from '@aztec/aztec.js/fields';
import { createAztecNodeClient } from '@aztec/aztec.js/node';
import { SponsoredFPCContractArtifact } from '@aztec/noir-contracts.js/SponsoredFPC';
import { loadContractArtifact } from '@aztec/stdlib/abi';
import { getContractInstanceFromInstantiationParams } from '@aztec/stdlib/contract';
import { EmbeddedWallet } from '@aztec/wallets/embedded';
import { readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { contractArtifactPath } from '../recording/artifacts.mjs';

const MODULES = join(import.meta.dirname, '..', 'node_modules');

export class Peer {
  /** A wallet in memory with the funded test accounts of the local network. */
  static async create(url) {
    const peer = new Peer();
    Object.assign(peer, { url, accounts: [], artifacts: new Map() });
    peer.node = createAztecNodeClient(url);
    peer.wallet = await EmbeddedWallet.create(peer.node, { ephemeral: true });
    for (const [index, { secret, salt, signingKey }] of (await getInitialTestAccountsData()).entries())
      await peer.adopt({ alias: `test${index}`, type: 'schnorr', secret, salt, signingKey: signingKey.toBuffer(), funded: true });
    const sponsor = await getContractInstanceFromInstantiationParams(SponsoredFPCContractArtifact, { salt: Fr.ZERO });
    await peer.wallet.registerContract(sponsor, SponsoredFPCContractArtifact);
    peer.sponsor = sponsor.address;
    return peer;
  }

  async adopt({ alias, type, secret, salt, signingKey, funded = false }) {
    const manager = await this.wallet.createAndStoreAccount(alias, type, secret, salt, signingKey);
    const known = this.accounts.find(account => account.manager.address.equals(manager.address));
    if (known) return known;
    const account = { alias, type, secret, salt, signingKey, funded, manager };
    this.accounts.push(account);
    return account;
  }

  holds(address) {
    return this.accounts.some(account => account.manager.address.equals(address));
  }

  account(address) {
    if (!this.holds(address)) throw new Error(`the peer holds no account ${address}`);
    return address;
  }

  /** An artifact by its path inside node_modules or by the contract's name. */
  artifact(name) {
    if (typeof name !== 'string' || name === '') throw new Error(`artifact must be a path inside node_modules or a contract's name`);
    if (!this.artifacts.has(name)) {
      const path = resolve(MODULES, name.endsWith('.json') ? name : contractArtifactPath(name));
      if (!path.startsWith(MODULES + sep)) throw new Error(`${name} is outside of node_modules`);
      this.artifacts.set(name, loadContractArtifact(JSON.parse(readFileSync(path, 'utf8'))));
    }
    return this.artifacts.get(name);
  }

  /** A contract and the ABI of one of its functions. */
  method({ contract, artifact: name, method }) {
    const artifact = this.artifact(name);
    const abi = [...artifact.functions, ...artifact.nonDispatchPublicFunctions].find(fn => fn.name === method);
    if (!abi) throw new Error(`${artifact.name} has no function '${method}'`);
    return { abi, interaction: Contract.at(AztecAddress.fromString(contract), artifact, this.wallet).methods[method] };
  }

  /** How a fee is paid: from the sender's own fee juice unless asked otherwise. */
  fee(kind = 'feeJuice') {
    if (kind === 'feeJuice') return undefined;
    if (kind === 'sponsored') return { paymentMethod: new SponsoredFeePaymentMethod(this.sponsor) };
    throw new Error(`fee must be "sponsored" or "feeJuice"`);
  }

  stop() {
    return this.wallet.stop();
  }
}
