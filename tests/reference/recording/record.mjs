// Records one operation of a fresh PXE.
import { openTmpStore } from '@aztec/kv-store/lmdb-v2';
import { PXE } from '@aztec/pxe/server';
import { BundledProtocolContractsProvider } from '@aztec/protocol-contracts/providers/bundle';
import { loadContractArtifact } from '@aztec/stdlib/abi';
import { computePartialAddress } from '@aztec/stdlib/contract';
import { jsonStringify } from '@aztec/foundation/json-rpc';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contractArtifactPath, useContractArtifact } from './artifacts.mjs';
import { Recorder, short } from './recorder.mjs';

const MODULES = join(import.meta.dirname, '..', 'node_modules');

const plain = value => JSON.parse(jsonStringify(value));
const hex = buffer => buffer.toString('hex');
const fields = values => values.map(value => short(value.toString()));

const artifacts = new Map();
export function contractArtifact(name) {
  if (!artifacts.has(name))
    artifacts.set(name, loadContractArtifact(JSON.parse(readFileSync(join(MODULES, contractArtifactPath(name)), 'utf8'))));
  return artifacts.get(name);
}

/**
 * Makes a fresh PXE, registers what the scenario names, runs its operations one
 * after the other and returns the recording of all of it. An operation's
 * `before` and `after` run unobserved.
 */
export async function record(url, seed, { accounts = [], contracts = [], senders = [], operations }) {
  const recorder = new Recorder(url, seed);
  PROTOCOL_CONTRACTS.forEach(useContractArtifact);
  const node = recorder.node();
  const simulator = recorder.simulator();
  const store = await openTmpStore('pixie-recording', true);

  const create = recorder.section;
  const { pxe, chain } = await recorder.during(async () => {
    const { l1ChainId, l1ContractAddresses: l1Contracts, rollupVersion } = await node.getNodeInfo();
    const config = { l1ChainId, l1Contracts, rollupVersion, l2BlockBatchSize: 50, proverEnabled: true };
    const proofCreator = recorder.prover(simulator);
    const protocolContractsProvider = new BundledProtocolContractsProvider();
    const pxe = await PXE.create({ node, store, simulator, proofCreator, protocolContractsProvider, config });
    return { pxe, chain: { l1ChainId, rollupVersion } };
  });

  const register = recorder.begin();
  const registered = { contracts: [], accounts: [], senders: senders.map(String), nodeCalls: register.nodeCalls };
  await recorder.during(async () => {
    for (const { artifact: name, instance } of [...contracts, ...accounts]) {
      const artifact = useContractArtifact(name);
      await pxe.registerContract({ instance, artifact: contractArtifact(name) });
      registered.contracts.push({ name, artifact, instance: plain(instance) });
    }
    for (const account of accounts) {
      const partialAddress = await computePartialAddress(account.instance);
      const complete = await pxe.registerAccount(account.secret, partialAddress);
      registered.accounts.push(describeAccount(account, complete));
    }
    for (const sender of senders) await pxe.registerSender(sender);
  });

  const done = [];
  for (const operation of operations) {
    await operation.before?.();
    const section = recorder.begin();
    const { describe, result, outcome } = await recorder.during(() => OPERATIONS[operation.kind](pxe, operation));
    recorder.begin();
    const after = await operation.after?.(outcome);
    done.push({
      kind: operation.kind,
      ...describe,
      nodeCalls: section.nodeCalls,
      random: section.random,
      circuits: section.circuits,
      resetDimensions: section.resets,
      result: { ...result, ...after },
    });
  }
  await pxe.stop();
  return { chain, create: { nodeCalls: create.nodeCalls }, register: registered, operations: done };
}

const PROTOCOL_CONTRACTS = [
  'AuthRegistry',
  'ContractClassRegistry',
  'ContractInstanceRegistry',
  'FeeJuice',
  'MultiCallEntrypoint',
  'PublicChecks',
];

function describeAccount(account, complete) {
  return {
    name: account.name,
    type: account.type,
    secretKey: account.secret.toString(),
    signingKey: '0x' + hex(account.signingKey),
    salt: account.salt.toString(),
    partialAddress: complete.partialAddress.toString(),
    address: complete.address.toString(),
    publicKeys: complete.publicKeys.toString(),
  };
}

const OPERATIONS = {
  async prove(pxe, operation) {
    const { request, scopes } = operation;
    const describe = { request: describeRequest(request), scopes: scopes.map(String) };
    const proven = await pxe.proveTx(request, scopes);
    const tx = await proven.toTx();
    return {
      describe,
      outcome: { tx, proven },
      result: {
        ...describeTx(tx),
        privateExecution: describeExecution(proven.privateExecutionResult),
        offchainEffects: plain(proven.getOffchainEffects()),
      },
    };
  },

  async simulate(pxe, operation) {
    const { request, scopes, overrides, skipTxValidation = false, skipFeeEnforcement = false } = operation;
    const describe = {
      request: describeRequest(request),
      scopes: scopes.map(String),
      options: { simulatePublic: true, skipTxValidation, skipFeeEnforcement },
    };
    if (overrides) {
      describe.overrides = overrides.map(({ address, artifact, instance }) => ({
        address: address.toString(),
        artifact: useContractArtifact(artifact),
        instance: plain(instance),
      }));
    }
    const simulated = await pxe.simulateTx(request, {
      simulatePublic: true,
      skipTxValidation,
      skipFeeEnforcement,
      scopes,
      ...(overrides && {
        overrides: {
          contracts: Object.fromEntries(
            overrides.map(o => [o.address.toString(), { instance: o.instance, artifact: contractArtifact(o.artifact) }]),
          ),
        },
      }),
    });
    const tx = await simulated.toSimulatedTx();
    const { publicOutput } = simulated;
    return {
      describe,
      outcome: simulated,
      result: {
        ...describeTx(tx),
        privateExecution: describeExecution(simulated.privateExecutionResult),
        offchainEffects: plain(simulated.offchainEffects),
        gasUsed: plain(simulated.gasUsed),
        ...(publicOutput && {
          public: { gasUsed: plain(publicOutput.gasUsed), revertCode: publicOutput.txEffect.revertCode.getCode() },
        }),
      },
    };
  },

  async utility(pxe, operation) {
    const { call, scopes, authWitnesses } = operation;
    const describe = {
      call: { to: call.to.toString(), name: call.name, selector: call.selector.toString(), args: fields(call.args) },
      scopes: scopes.map(String),
    };
    const { result } = await pxe.executeUtility(call, { scopes, authwits: authWitnesses });
    return { describe, outcome: result, result: { returnValues: fields(result) } };
  },

  async events(pxe, operation) {
    const { eventSelector, filter } = operation;
    const describe = { eventSelector: eventSelector.toString(), filter: plain(filter) };
    const events = await pxe.getPrivateEvents(eventSelector, filter);
    return { describe, outcome: events, result: { events: plain(events) } };
  },
};

function describeRequest(request) {
  return { ...plain(request), buffer: hex(request.toBuffer()) };
}

function describeTx(tx) {
  return {
    txHash: tx.getTxHash().toString(),
    tx: hex(tx.toBuffer()),
    publicInputs: hex(tx.data.toBuffer()),
  };
}

function describeExecution({ entrypoint, firstNullifier, publicFunctionCalldata }) {
  return {
    firstNullifier: firstNullifier.toString(),
    publicFunctionCalldata: publicFunctionCalldata.map(({ hash, values }) => ({ hash: hash.toString(), values: fields(values) })),
    entrypoint: describeCall(entrypoint),
  };
}

function describeCall(call) {
  const { contractAddress, functionSelector } = call.publicInputs.callContext;
  return {
    contractAddress: contractAddress.toString(),
    functionSelector: functionSelector.toString(),
    publicInputs: fields(call.publicInputs.toFields()),
    newNotes: plain(call.newNotes),
    noteHashNullifierCounters: [...call.noteHashNullifierCounterMap.entries()],
    returnValues: fields(call.returnValues),
    offchainEffects: call.offchainEffects.map(({ data }) => fields(data)),
    preTags: plain(call.preTags),
    contractClassLogs: call.contractClassLogs.map(({ log, counter }) => ({ counter, log: hex(log.toBuffer()) })),
    nested: call.nestedExecutionResults.map(describeCall),
  };
}
