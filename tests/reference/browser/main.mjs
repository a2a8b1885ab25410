// The page of `scripts/bench browser`: the same calls on two wallets. One is the
// reference's, here in the page, with its state in IndexedDB; the other is
// Pixie, behind `window.pixie`, as the demo dapp uses it.
//
// `window.bench` is what the benchmark calls; times are in milliseconds.
import { AztecAddress } from '@aztec/aztec.js/addresses';
import { Contract, NO_WAIT } from '@aztec/aztec.js/contracts';
import { SponsoredFeePaymentMethod } from '@aztec/aztec.js/fee';
import { Fr } from '@aztec/aztec.js/fields';
import { createAztecNodeClient, waitForTx } from '@aztec/aztec.js/node';
import { TxHash } from '@aztec/aztec.js/tx';
import { BBLazyPrivateKernelProver } from '@aztec/bb-prover/client/lazy';
import { GrumpkinScalar } from '@aztec/foundation/curves/grumpkin';
import { SponsoredFPCContract } from '@aztec/noir-contracts.js/SponsoredFPC';
import { WASMSimulator } from '@aztec/simulator/client';
import { loadContractArtifact } from '@aztec/stdlib/abi';
import { ContractInstanceWithAddressSchema, getContractInstanceFromInstantiationParams } from '@aztec/stdlib/contract';
import { EmbeddedWallet } from '@aztec/wallets/embedded';

import { networkAt } from '../../dapp/src/network.ts';
import { MANIFEST } from '../../dapp/src/manifest.ts';
import { find, walletOf } from '../../dapp/src/wallet/pixie.ts';
import { proofless } from '../lib/proofless.mjs';

/** What the calls are made with, once a wallet is open. */
let world;

const readJson = async path => (await fetch(path)).json();

async function timed(action) {
  const begun = performance.now();
  const value = await action();
  return { ms: performance.now() - begun, value };
}

async function token({ contract }, wallet) {
  const artifact = loadContractArtifact(await readJson(`/modules/${contract.artifact}`));
  const instance = ContractInstanceWithAddressSchema.parse(contract.instance);
  return { artifact, instance, contract: Contract.at(instance.address, artifact, wallet) };
}

async function openReference(url) {
  const proverOrOptions = new (proofless(BBLazyPrivateKernelProver))(new WASMSimulator());
  return EmbeddedWallet.create(url, { pxeConfig: { proverEnabled: true }, pxeOptions: { proverOrOptions } });
}

/** The sponsor that pays where an account has nothing, as Pixie takes it by itself. */
async function sponsor(wallet) {
  const { artifact } = SponsoredFPCContract;
  const instance = await getContractInstanceFromInstantiationParams(artifact, { salt: new Fr(0) });
  await wallet.registerContract(instance, artifact);
  return { paymentMethod: new SponsoredFeePaymentMethod(instance.address) };
}

/** What the wallet is called with is made beforehand: that is the dapp's work, and the same with every wallet. */
const OPERATIONS = {
  balance: async ({ wallet, contract, owner }) => {
    const call = await contract.methods.balance_of_private(owner).getFunctionCall();
    return async () => {
      const { result } = await wallet.executeUtility(call, { scope: owner, authWitnesses: [] });
      return result[0].toBigInt().toString();
    };
  },
  simulate: async ({ wallet, contract, owner, args }) => {
    const payload = await contract.methods.transfer(...args).request();
    return async () => {
      const { publicInputs } = await wallet.simulateTx(payload, { from: owner, fee: {} });
      if (!publicInputs) throw new Error('the simulation came to nothing');
    };
  },
};

globalThis.bench = {
  /** Opens the reference's wallet and gives it what it has to know; nothing of that is new the second time. */
  async useReference({ url, transfer }) {
    const wallet = await openReference(url);
    const { secret, salt, signingKey } = transfer.account;
    const manager = await wallet.createSchnorrAccount(Fr.fromString(secret), Fr.fromString(salt), GrumpkinScalar.fromString(signingKey));
    const { contract, artifact, instance } = await token(transfer, wallet);
    await wallet.registerContract(instance, artifact);
    world = { node: createAztecNodeClient(url), wallet, contract, owner: manager.address, args: transfer.args, fee: await sponsor(wallet) };
  },

  /** From the beginning of the page until the reference's wallet answers. */
  async openReference(url) {
    const wallet = await openReference(url);
    const accounts = await wallet.getAccounts();
    return { ms: performance.now(), accounts: accounts.length };
  },

  /** Asks Pixie for permissions; the user is asked. */
  async usePixie({ url, transfer }, owner) {
    const { chainInfo, node } = await networkAt(url);
    const wallet = walletOf(await find(), chainInfo);
    await wallet.requestCapabilities(MANIFEST);
    const { contract } = await token(transfer, wallet);
    world = { node, wallet, contract, owner: AztecAddress.fromString(owner), args: transfer.args, fee: undefined };
  },

  /** Repeats an operation; every run has to come to the same. */
  async time(name, runs) {
    const times = [];
    let result;
    const operation = await OPERATIONS[name](world);
    for (let run = 0; run < runs; run++) {
      const { ms, value } = await timed(operation);
      if (run > 0 && value !== result) throw new Error(`${name}: first ${result}, then ${value}`);
      result = value;
      times.push(ms);
    }
    return { times, result: result ?? null };
  },

  /** A private transfer, until it is with the node. */
  async send(amount) {
    const { contract, owner, args, fee } = world;
    const transfer = contract.methods.transfer(args[0], BigInt(amount));
    const { ms, value } = await timed(() => transfer.send({ from: owner, fee, wait: NO_WAIT }));
    return { ms, txHash: (value.txHash ?? value).toString() };
  },

  async mined(txHash) {
    const { blockNumber } = await waitForTx(world.node, TxHash.fromString(txHash), { timeout: 300, interval: 0.5 });
    return blockNumber;
  },
};
