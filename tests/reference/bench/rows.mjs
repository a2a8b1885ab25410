// The measurements of the reference. Each makes its own PXE, as
// `EmbeddedWallet` configures it, with a prover that makes no proof.
import { Fr } from '@aztec/aztec.js/fields';
import { AztecAddress } from '@aztec/aztec.js/addresses';
import { Contract } from '@aztec/aztec.js/contracts';
import { createAztecNodeClient } from '@aztec/aztec.js/node';
import { GrumpkinScalar } from '@aztec/foundation/curves/grumpkin';
import { WASMSimulator } from '@aztec/simulator/client';
import { loadContractArtifact } from '@aztec/stdlib/abi';
import { ContractInstanceWithAddressSchema } from '@aztec/stdlib/contract';
import { NoteStatus } from '@aztec/stdlib/note';
import { EmbeddedWallet } from '@aztec/wallets/embedded';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProoflessProver } from '../lib/prover.mjs';

const MODULES = join(import.meta.dirname, '..', 'node_modules');

/** A row by its name: {first, warm, runs: [ms, …], …}. */
export function measureRow(facts, name, options) {
  const sync = facts.sync.find(({ notes }) => name === `sync${notes}`);
  if (sync) return measureSync(facts, sync, options);
  if (!Object.hasOwn(ROWS, name)) throw new Error(`no row '${name}'`);
  return measureTransfer(facts, ROWS[name], options);
}

async function createWallet(facts) {
  const node = createAztecNodeClient(facts.url);
  const proverOrOptions = new ProoflessProver(new WASMSimulator());
  return EmbeddedWallet.create(node, { ephemeral: true, pxeConfig: { proverEnabled: true }, pxeOptions: { proverOrOptions } });
}

/** What a wallet must know of a scenario; the account's address and the contract. */
async function register(wallet, { account, contract, senders }) {
  const { secret, salt, signingKey } = account;
  const manager = await wallet.createSchnorrAccount(Fr.fromString(secret), Fr.fromString(salt), GrumpkinScalar.fromString(signingKey));
  const artifact = loadContractArtifact(JSON.parse(readFileSync(join(MODULES, contract.artifact), 'utf8')));
  const instance = ContractInstanceWithAddressSchema.parse(contract.instance);
  await wallet.registerContract(instance, artifact);
  for (const sender of senders) await wallet.pxe.registerSender(AztecAddress.fromString(sender));
  return { owner: manager.address, contract: Contract.at(instance.address, artifact, wallet) };
}

/** Time of the clock, and of the processor: the second says more on a busy machine. */
async function timed(action) {
  const cpu = process.cpuUsage();
  const started = performance.now();
  const value = await action();
  const ms = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpu: (user + system) / 1000, value };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

const round = ms => Math.round(ms * 10) / 10;

/** The first run of all, and the median of what remains when the warm-ups (the first is one) are left out. */
function summary(times, warmUps) {
  const of = values => {
    const warm = values.slice(warmUps);
    return { first: round(values[0]), warm: warm.length ? round(median(warm)) : null, runs: values.map(round) };
  };
  return { ...of(times.map(({ ms }) => ms)), cpu: of(times.map(({ cpu }) => cpu)) };
}

// ---- the transfer ----

async function measureTransfer(facts, row, { runs, warmUps }) {
  const wallet = await createWallet(facts);
  const { transfer } = facts;
  const world = { wallet, ...(await register(wallet, transfer)) };
  world.call = world.contract.methods[transfer.method](...transfer.args);
  // Neither the blocks nor the notes are waited for in any run.
  if (!row.findsNotes) await wallet.pxe.debug.getNotes({ contractAddress: world.contract.address, owner: world.owner, scopes: [world.owner] });

  const prepared = await row.prepare?.(world);
  const times = [];
  let value;
  for (let run = 0; run < warmUps + runs; run++) {
    const { value: result, ...time } = await timed(() => row.run(world, prepared));
    times.push(time);
    value = result;
  }
  const measured = { ...summary(times, warmUps), ...row.describe(value) };
  row.check?.(facts, measured);
  await wallet.stop();
  return measured;
}

async function payloadAndFee({ wallet, call, owner }) {
  const payload = await call.request();
  return { payload, fee: await wallet.completeFeeOptions(owner, payload.feePayer) };
}

/** The request as the wallet signs it. */
async function signedRequest(world) {
  const { payload, fee } = await payloadAndFee(world);
  return world.wallet.createTxExecutionRequestFromPayloadAndFee(payload, world.owner, fee);
}

/** The request, and the stub that stands for the account, as the wallet simulates without kernels. */
async function stubRequest(world) {
  const { wallet, owner } = world;
  const { payload, fee } = await payloadAndFee(world);
  const { account, instance, artifact } = await wallet.getFakeAccountDataFor(owner);
  const request = await account.createTxExecutionRequest(payload, fee.gasSettings, await wallet.getChainInfo(), {
    txNonce: Fr.random(),
    cancellable: false,
    feePaymentMethodOptions: fee.accountFeePaymentMethodOptions,
  });
  return { request, overrides: { contracts: { [owner.toString()]: { instance, artifact } } } };
}

const SIMULATION = { simulatePublic: true, skipTxValidation: true, skipFeeEnforcement: true };
const describeSimulation = result => ({ notes: result.privateExecutionResult.entrypoint.nestedExecutionResults[0].newNotes.length });

const BALANCE = {
  run: ({ contract, owner }) => contract.methods.balance_of_private(owner).simulate({ from: owner }),
  describe: ({ result }) => ({ balance: result.toString() }),
  check: (facts, { balance }) => {
    if (balance !== facts.transfer.balance) throw new Error(`the balance is ${balance}, not ${facts.transfer.balance}`);
  },
};

const ROWS = {
  // The PXE alone, without kernels and signature.
  simulate: {
    prepare: stubRequest,
    run: ({ wallet, owner }, { request, overrides }) => wallet.pxe.simulateTx(request, { ...SIMULATION, overrides, scopes: [owner] }),
    describe: describeSimulation,
  },
  // The same through the wallet, as an application asks for it.
  simulateInWallet: {
    run: ({ call, owner }) => call.simulate({ from: owner }),
    describe: () => ({}),
  },
  // The PXE alone, with the signature and the kernels' simulated versions.
  simulateKernels: {
    prepare: signedRequest,
    run: ({ wallet, owner }, request) => wallet.pxe.simulateTx(request, { ...SIMULATION, scopes: [owner] }),
    describe: describeSimulation,
  },
  // The PXE alone: every witness of the app circuits and of the kernels, up to the transaction; no proof.
  witness: {
    prepare: signedRequest,
    run: async ({ wallet, owner }, request) => {
      const proven = await wallet.pxe.proveTx(request, [owner]);
      return { tx: await proven.toTx(), steps: proven.stats?.timings?.perFunction };
    },
    describe: ({ tx, steps }) => ({ txBytes: tx.toBuffer().length, circuits: steps?.map(({ functionName }) => functionName) }),
  },
  balance: BALANCE,
  // The first run finds the notes.
  firstBalance: { ...BALANCE, findsNotes: true },
};

// ---- the sync ----

/** From a PXE that knows accounts, contract and senders and has seen no block, to its notes. */
async function measureSync(facts, sync, { syncRuns }) {
  const times = [];
  const blocks = [];
  for (let run = 0; run < syncRuns; run++) {
    const wallet = await createWallet(facts);
    const { owner, contract } = await register(wallet, sync);
    const { pxe } = wallet;
    const filter = { contractAddress: contract.address, owner, scopes: [owner], status: NoteStatus.ACTIVE };
    const { value, ...time } = await timed(async () => {
      const { ms } = await timed(() => pxe.debug.sync());
      return { blockSync: ms, notes: await pxe.debug.getNotes(filter) };
    });
    const sum = value.notes.reduce((sum, note) => sum + note.note.items[0].toBigInt(), 0n);
    if (value.notes.length !== sync.notes || sum !== BigInt(sync.sum))
      throw new Error(`${value.notes.length} notes were found, not ${sync.notes}`);
    times.push(time);
    blocks.push(round(value.blockSync));
    await wallet.stop();
  }
  return { ...summary(times, 1), blockSync: blocks, notes: sync.notes, senders: sync.senders.length };
}
