// Writes tests/vectors/structures.json: transactions, kernel inputs and outputs, logs, headers and
// what they are made of, with the binary, field and JSON forms and the hashes that the reference
// gives them.
//
//   node generate-structure-vectors.mjs [--check]
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

import * as constants from '@aztec/constants';
import { BlockNumber, SlotNumber } from '@aztec/foundation/branded-types';
import { Fq, Fr } from '@aztec/foundation/curves/bn254';
import { Grumpkin } from '@aztec/foundation/crypto/grumpkin';
import { EthAddress } from '@aztec/foundation/eth-address';
import { jsonStringify } from '@aztec/foundation/json-rpc';
import { MembershipWitness } from '@aztec/foundation/trees';
import { FunctionCall, FunctionSelector, FunctionType, NoteSelector } from '@aztec/stdlib/abi';
import { AuthWitness } from '@aztec/stdlib/auth-witness';
import { AztecAddress } from '@aztec/stdlib/aztec-address';
import { BlockHash } from '@aztec/stdlib/block';
import {
  DelayedPublicMutableValues,
  ScheduledDelayChange,
  ScheduledValueChange,
} from '@aztec/stdlib/delayed-public-mutable';
import { computeEffectiveGasFees, computeTransactionFee } from '@aztec/stdlib/fees';
import { Gas, GasFees, GasSettings } from '@aztec/stdlib/gas';
import * as kernel from '@aztec/stdlib/kernel';
import * as logs from '@aztec/stdlib/logs';
import * as messaging from '@aztec/stdlib/messaging';
import { Note } from '@aztec/stdlib/note';
import { ChonkProof } from '@aztec/stdlib/proofs';
import {
  AppendOnlyTreeSnapshot,
  NullifierLeaf,
  NullifierLeafPreimage,
  PublicDataTreeLeaf,
  PublicDataTreeLeafPreimage,
} from '@aztec/stdlib/trees';
import * as tx from '@aztec/stdlib/tx';
import { VerificationKeyAsFields } from '@aztec/stdlib/vks';

import { fromRoot, main } from './lib/generated.mjs';

export const path = fromRoot('tests/vectors/structures.json');

// Values that look random but are the same each time.
let drawn = 0;
const bytes = () => createHash('sha256').update(`structure vectors ${drawn++}`).digest();
const fr = () => Fr.fromBufferReduce(bytes());
const number = bits => Number(BigInt(`0x${bytes().toString('hex')}`) & ((1n << BigInt(bits)) - 1n));
const big = bits => BigInt(`0x${bytes().toString('hex')}`) & ((1n << BigInt(bits)) - 1n);
const u32 = () => number(32);
const flag = () => number(1) === 1;
const many = (count, make) => Array.from({ length: count }, () => make());
const point = () => Grumpkin.mul(Grumpkin.generator, Fq.fromBufferReduce(bytes()));
const address = () => AztecAddress.fromField(fr());
const ethAddress = () => EthAddress.fromField(new Fr(big(160)));
const selector = () => new FunctionSelector(u32());

const padded = (items, empty, size) => [...items, ...many(size - items.length, empty)];
const claimed = (items, type, size) =>
  new kernel.ClaimedLengthArray(padded(items, () => type.empty(), size), items.length);
const per = (name, scope) => constants[`MAX_${name}_PER_${scope}`];

const gas = () => new Gas(u32(), u32());
const gasFees = () => new GasFees(big(128), big(128));
const gasSettings = () => new GasSettings(gas(), gas(), gasFees(), gasFees());
const snapshot = () => new AppendOnlyTreeSnapshot(fr(), u32());
const partialState = () => new tx.PartialStateReference(snapshot(), snapshot(), snapshot());
const state = () => new tx.StateReference(snapshot(), partialState());
const globals = () =>
  new tx.GlobalVariables(
    fr(),
    fr(),
    BlockNumber(u32()),
    SlotNumber(u32()),
    big(64),
    ethAddress(),
    address(),
    gasFees(),
  );
const header = () => new tx.BlockHeader(snapshot(), state(), fr(), globals(), fr(), fr());
const txContext = () => new tx.TxContext(fr(), fr(), gasSettings());
const callContext = () => new tx.CallContext(address(), address(), selector(), flag());
const functionData = () => new tx.FunctionData(selector(), flag());
const txRequest = () => new tx.TxRequest(address(), fr(), txContext(), functionData(), fr());
const protocolContracts = () =>
  new tx.ProtocolContracts(many(constants.MAX_PROTOCOL_CONTRACTS, address));
const txConstants = () => new tx.TxConstantData(header(), txContext(), fr(), fr());
const privateTxConstants = () =>
  new tx.PrivateTxConstantData(header(), txContext(), fr(), protocolContracts());

const privateLog = (length = 1 + number(3)) =>
  new logs.PrivateLog(
    padded(many(length, fr), () => Fr.ZERO, constants.PRIVATE_LOG_SIZE_IN_FIELDS),
    length,
  );
const classLogFields = length => logs.ContractClassLogFields.fromEmittedFields(many(length, fr));
const logId = () =>
  new logs.LogId(
    BlockNumber(1 + number(20)),
    new BlockHash(fr()),
    new tx.TxHash(fr()),
    number(10),
    number(10),
  );
const noteHash = () => new kernel.NoteHash(fr(), u32());
const scopedNoteHash = () => noteHash().scope(address());
const nullifier = () => new kernel.Nullifier(fr(), fr(), u32());
const scopedNullifier = () => nullifier().scope(address());
const privateLogData = () => new kernel.PrivateLogData(privateLog(), u32(), u32());
const scopedPrivateLogData = () => new kernel.ScopedPrivateLogData(privateLogData(), address());
const logHash = () => new kernel.LogHash(fr(), u32());
const countedLogHash = () => new kernel.CountedLogHash(logHash(), u32());
const scopedLogHash = () => logHash().scope(address());
const scopedCountedLogHash = () => new kernel.ScopedCountedLogHash(countedLogHash(), address());
const readRequest = () => new kernel.ReadRequest(fr(), u32());
const scopedReadRequest = () => readRequest().scope(address());
const message = () => new messaging.L2ToL1Message(ethAddress(), fr());
const countedMessage = () => new messaging.CountedL2ToL1Message(message(), u32());
const scopedMessage = () => new messaging.ScopedL2ToL1Message(message(), address());
const scopedCountedMessage = () =>
  new messaging.ScopedCountedL2ToL1Message(countedMessage(), address());
const privateCallRequest = () =>
  new kernel.PrivateCallRequest(callContext(), fr(), fr(), u32(), u32());
const publicCallRequest = () =>
  new kernel.PublicCallRequest(address(), address(), flag(), fr());
const countedPublicCallRequest = () =>
  new kernel.CountedPublicCallRequest(publicCallRequest(), u32());

async function keyValidationRequest() {
  return new kernel.KeyValidationRequest(await point(), fr());
}
async function keyValidationRequestAndSeparator() {
  return new kernel.KeyValidationRequestAndSeparator(await keyValidationRequest(), fr());
}
async function scopedKeyValidationRequest() {
  return new kernel.ScopedKeyValidationRequestAndSeparator(
    await keyValidationRequestAndSeparator(),
    address(),
  );
}

async function circuitPublicInputs() {
  const keys = [await keyValidationRequestAndSeparator(), await keyValidationRequestAndSeparator()];
  const list = (items, type, name) => claimed(items, type, per(name, 'CALL'));
  return new kernel.PrivateCircuitPublicInputs(
    callContext(),
    fr(),
    fr(),
    header(),
    txContext(),
    new Fr(u32()),
    flag(),
    big(64),
    new Fr(u32()),
    new Fr(u32()),
    new Fr(u32()),
    new Fr(u32()),
    list(many(3, scopedReadRequest), kernel.ScopedReadRequest, 'NOTE_HASH_READ_REQUESTS'),
    list(many(2, scopedReadRequest), kernel.ScopedReadRequest, 'NULLIFIER_READ_REQUESTS'),
    list(keys, kernel.KeyValidationRequestAndSeparator, 'KEY_VALIDATION_REQUESTS'),
    list(many(2, privateCallRequest), kernel.PrivateCallRequest, 'PRIVATE_CALL_STACK_LENGTH'),
    list(many(2, countedPublicCallRequest), kernel.CountedPublicCallRequest, 'ENQUEUED_CALLS'),
    publicCallRequest(),
    list(many(16, noteHash), kernel.NoteHash, 'NOTE_HASHES'),
    list(many(4, nullifier), kernel.Nullifier, 'NULLIFIERS'),
    list(many(1, countedMessage), messaging.CountedL2ToL1Message, 'L2_TO_L1_MSGS'),
    list(many(3, privateLogData), kernel.PrivateLogData, 'PRIVATE_LOGS'),
    list(many(1, countedLogHash), kernel.CountedLogHash, 'CONTRACT_CLASS_LOGS'),
  );
}

const onTx = (items, type, name) => claimed(items, type, per(name, 'TX'));

async function validationRequests() {
  const keys = [await scopedKeyValidationRequest(), await scopedKeyValidationRequest()];
  return new kernel.PrivateValidationRequests(
    onTx(many(5, scopedReadRequest), kernel.ScopedReadRequest, 'NOTE_HASH_READ_REQUESTS'),
    onTx(many(1, scopedReadRequest), kernel.ScopedReadRequest, 'NULLIFIER_READ_REQUESTS'),
    onTx(keys, kernel.ScopedKeyValidationRequestAndSeparator, 'KEY_VALIDATION_REQUESTS'),
  );
}

const accumulated = () =>
  new kernel.PrivateAccumulatedData(
    onTx(many(6, scopedNoteHash), kernel.ScopedNoteHash, 'NOTE_HASHES'),
    onTx(many(7, scopedNullifier), kernel.ScopedNullifier, 'NULLIFIERS'),
    onTx(many(2, scopedCountedMessage), messaging.ScopedCountedL2ToL1Message, 'L2_TO_L1_MSGS'),
    onTx(many(3, scopedPrivateLogData), kernel.ScopedPrivateLogData, 'PRIVATE_LOGS'),
    onTx(many(1, scopedCountedLogHash), kernel.ScopedCountedLogHash, 'CONTRACT_CLASS_LOGS'),
    onTx(many(4, countedPublicCallRequest), kernel.CountedPublicCallRequest, 'ENQUEUED_CALLS'),
    onTx(many(2, privateCallRequest), kernel.PrivateCallRequest, 'PRIVATE_CALL_STACK_LENGTH'),
  );

async function kernelPublicInputs() {
  const requests = await validationRequests();
  return new kernel.PrivateKernelCircuitPublicInputs(
    privateTxConstants(),
    new Fr(u32()),
    requests,
    accumulated(),
    publicCallRequest(),
    address(),
    big(64),
    flag(),
    fr(),
    u32(),
  );
}

const filled = (items, empty, name) => padded(items, empty, per(name, 'TX'));
const common = () => [
  filled(many(5, fr), () => Fr.ZERO, 'NOTE_HASHES'),
  filled(many(6, fr), () => Fr.ZERO, 'NULLIFIERS'),
  filled(many(2, scopedMessage), () => messaging.ScopedL2ToL1Message.empty(), 'L2_TO_L1_MSGS'),
  filled(many(3, privateLog), () => logs.PrivateLog.empty(), 'PRIVATE_LOGS'),
  filled(many(1, scopedLogHash), () => kernel.ScopedLogHash.empty(), 'CONTRACT_CLASS_LOGS'),
];
const toRollup = () => new kernel.PrivateToRollupAccumulatedData(...common());
const toPublic = (calls = many(3, publicCallRequest)) =>
  new kernel.PrivateToPublicAccumulatedData(
    ...common(),
    filled(calls, () => kernel.PublicCallRequest.empty(), 'ENQUEUED_CALLS'),
  );

const tailForRollup = () =>
  new kernel.PrivateKernelTailCircuitPublicInputs(
    txConstants(),
    gas(),
    address(),
    big(64),
    undefined,
    new kernel.PartialPrivateTailPublicInputsForRollup(toRollup()),
  );
const tailForPublic = (...parts) =>
  new kernel.PrivateKernelTailCircuitPublicInputs(
    txConstants(),
    gas(),
    address(),
    big(64),
    new kernel.PartialPrivateTailPublicInputsForPublic(...parts),
    undefined,
  );

const proof = () => new ChonkProof(many(constants.CHONK_PROOF_LENGTH, fr));

async function txWithPublicCalls() {
  const calldata = [];
  for (let i = 0; i < 3; i++) calldata.push(await tx.HashedValues.fromCalldata(many(1 + i, fr)));
  const [setup, appLogic, teardown] = calldata.map(
    ({ hash }) => new kernel.PublicCallRequest(address(), address(), flag(), hash),
  );
  return tx.Tx.create({
    data: tailForPublic(toPublic([setup]), toPublic([appLogic]), teardown),
    chonkProof: ChonkProof.empty(),
    contractClassLogFields: [classLogFields(4), classLogFields(2)],
    publicFunctionCalldata: calldata,
  });
}

const txWithoutPublicCalls = () =>
  tx.Tx.create({
    data: tailForRollup(),
    chonkProof: proof(),
    contractClassLogFields: [classLogFields(3)],
    publicFunctionCalldata: [],
  });

const call = (type, returnTypes) =>
  FunctionCall.from({
    name: 'transfer',
    to: address(),
    selector: selector(),
    type,
    hideMsgSender: flag(),
    isStatic: flag(),
    args: many(3, fr),
    returnTypes,
  });
const authWitness = () => new AuthWitness(fr(), many(2, fr));
const capsule = () => new tx.Capsule(address(), fr(), many(2, fr));
const hashedValues = async () => [
  await tx.HashedValues.fromArgs(many(3, fr)),
  await tx.HashedValues.fromArgs([]),
  await tx.HashedValues.fromCalldata(many(2, fr)),
];
const returnTypes = [
  { kind: 'integer', sign: 'unsigned', width: 128 },
  { kind: 'array', length: 2, type: { kind: 'field' } },
];
const payload = async feePayer =>
  new tx.ExecutionPayload(
    [call(FunctionType.PRIVATE, returnTypes), call(FunctionType.PUBLIC, [])],
    [authWitness()],
    [capsule()],
    await hashedValues(),
    feePayer,
  );
const executionRequest = async () =>
  tx.TxExecutionRequest.from({
    origin: address(),
    functionSelector: selector(),
    firstCallArgsHash: fr(),
    txContext: txContext(),
    argsOfCalls: await hashedValues(),
    authWitnesses: [authWitness(), authWitness()],
    capsules: [capsule()],
    salt: fr(),
  });

async function callResult(nested) {
  const publicInputs = await circuitPublicInputs();
  return tx.PrivateCallExecutionResult.from({
    acir: bytes(),
    vk: bytes(),
    partialWitness: new Map(many(3, fr).map((value, index) => [index, value.toString()])),
    publicInputs,
    newNotes: [
      tx.NoteAndSlot.from({
        note: new Note(many(3, fr)),
        storageSlot: fr(),
        randomness: fr(),
        noteTypeId: new NoteSelector(number(7)),
      }),
    ],
    noteHashNullifierCounterMap: new Map([[3, 9]]),
    returnValues: many(2, fr),
    offchainEffects: [{ data: many(2, fr) }],
    preTags: [],
    nestedExecutionResults: nested,
    contractClassLogs: [
      new tx.CountedContractClassLog(
        new logs.ContractClassLog(address(), classLogFields(2), 2),
        number(16),
      ),
    ],
  });
}

const executionResult = async () =>
  new tx.PrivateExecutionResult(
    await callResult([await callResult([])]),
    fr(),
    await hashedValues(),
  );
const simulationStats = {
  timings: {
    sync: 1.5,
    publicSimulation: 2,
    perFunction: [
      { functionName: 'Token:transfer', time: 3, oracles: { getRandomField: { times: [0.25, 1] } } },
    ],
    unaccounted: 0.5,
    total: 7,
  },
  nodeRPCCalls: {
    perMethod: { getBlockHeader: { times: [1, 2] } },
    roundTrips: {
      roundTrips: 1,
      totalBlockingTime: 2,
      roundTripDurations: [2],
      roundTripMethods: [['getBlockHeader', 'getBlockHeader']],
    },
  },
};
const profileResult = () =>
  new tx.TxProfileResult(
    [
      {
        functionName: 'Token:transfer',
        gateCount: 12345,
        bytecode: bytes(),
        witness: new Map(many(2, fr).map((value, index) => [index, value.toString()])),
        vk: bytes(),
        timings: { witgen: 1.25, gateCount: 3 },
      },
    ],
    { timings: { proving: 4, perFunction: [], unaccounted: 1, total: 5 } },
  );

const delayed = (before, after) =>
  new DelayedPublicMutableValues(
    new ScheduledValueChange([fr()], [fr()], big(32)),
    new ScheduledDelayChange(before, after, big(32)),
  );

/** What each kind of structure is made by, how often, and with which hash. */
const kinds = {
  Gas: [gas, 2],
  GasFees: [gasFees, 2],
  GasSettings: [gasSettings, 1],
  DefaultGasSettings: [() => GasSettings.default({ maxFeesPerGas: gasFees() }), 1],
  AppendOnlyTreeSnapshot: [snapshot, 1],
  PartialStateReference: [partialState, 1],
  StateReference: [state, 1],
  GlobalVariables: [globals, 2],
  BlockHeader: [header, 2, header => header.hash()],
  PrivateLog: [privateLog, 2],
  PublicLog: [() => new logs.PublicLog(address(), many(number(3), fr)), 2],
  ContractClassLogFields: [() => classLogFields(5), 1, fields => fields.hash()],
  ContractClassLog: [() => new logs.ContractClassLog(address(), classLogFields(4), 4), 1],
  LogId: [logId, 1],
  MessageContext: [() => new logs.MessageContext(new tx.TxHash(fr()), many(3, fr), fr(), address()), 1],
  PendingTaggedLog: [
    () => new logs.PendingTaggedLog(many(5, fr), new tx.TxHash(fr()), many(2, fr), fr(), address()),
    1,
  ],
  L2ToL1Message: [message, 1],
  CountedL2ToL1Message: [countedMessage, 1],
  ScopedL2ToL1Message: [scopedMessage, 1],
  ScopedCountedL2ToL1Message: [scopedCountedMessage, 1],
  CountedNoteHash: [noteHash, 1],
  ScopedNoteHash: [scopedNoteHash, 1],
  CountedNullifier: [nullifier, 1],
  ScopedNullifier: [scopedNullifier, 1],
  PrivateLogData: [privateLogData, 1],
  ScopedPrivateLogData: [scopedPrivateLogData, 1],
  LogHash: [logHash, 1],
  CountedLogHash: [countedLogHash, 1],
  ScopedLogHash: [scopedLogHash, 1],
  ScopedCountedLogHash: [scopedCountedLogHash, 1],
  ReadRequest: [readRequest, 1],
  ScopedReadRequest: [scopedReadRequest, 1],
  KeyValidationRequest: [keyValidationRequest, 1],
  KeyValidationRequestAndSeparator: [keyValidationRequestAndSeparator, 1],
  ScopedKeyValidationRequestAndSeparator: [scopedKeyValidationRequest, 1],
  PrivateCallRequest: [privateCallRequest, 1],
  PublicCallRequest: [publicCallRequest, 2],
  CountedPublicCallRequest: [countedPublicCallRequest, 1],
  PrivateCircuitPublicInputs: [circuitPublicInputs, 2],
  PrivateValidationRequests: [validationRequests, 1],
  PrivateAccumulatedData: [accumulated, 1],
  PrivateKernelCircuitPublicInputs: [kernelPublicInputs, 2],
  PrivateToRollupAccumulatedData: [toRollup, 1],
  PrivateToPublicAccumulatedData: [toPublic, 1],
  PrivateToRollupKernelCircuitPublicInputs: [
    () => tailForRollup().toPrivateToRollupKernelCircuitPublicInputs(),
    1,
    inputs => inputs.hash(),
  ],
  PrivateToPublicKernelCircuitPublicInputs: [
    () =>
      tailForPublic(
        toPublic(),
        toPublic(),
        publicCallRequest(),
      ).toPrivateToPublicKernelCircuitPublicInputs(),
    1,
    inputs => inputs.hash(),
  ],
  PrivateKernelTailCircuitPublicInputs: [
    () => (drawn % 2 ? tailForRollup() : tailForPublic(toPublic(), toPublic(), publicCallRequest())),
    2,
  ],
  VerificationKey: [
    () => VerificationKeyAsFields.fromKey(many(constants.MEGA_VK_LENGTH_IN_FIELDS, fr)),
    1,
  ],
  TxContext: [txContext, 1],
  CallContext: [callContext, 2],
  FunctionData: [functionData, 1],
  TxRequest: [txRequest, 2, request => request.hash()],
  ProtocolContracts: [protocolContracts, 1, contracts => contracts.hash()],
  TxConstantData: [txConstants, 1],
  PrivateTxConstantData: [privateTxConstants, 1],
  HashedArgs: [() => tx.HashedValues.fromArgs(many(number(3), fr)), 2],
  HashedCalldata: [() => tx.HashedValues.fromCalldata(many(3, fr)), 1],
  FunctionCall: [() => call(FunctionType.UTILITY, returnTypes), 1],
  ExecutionPayload: [async () => payload(drawn % 2 ? address() : undefined), 2],
  TxExecutionRequest: [executionRequest, 1],
  ChonkProof: [proof, 1],
  Tx: [() => (drawn % 2 ? txWithPublicCalls() : txWithoutPublicCalls()), 2, tx => tx.getTxHash()],
  PrivateExecutionResult: [executionResult, 1],
  TxSimulationResult: [
    async () =>
      new tx.TxSimulationResult(await executionResult(), tailForRollup(), undefined, simulationStats),
    1,
  ],
  TxProvingResult: [
    async () => new tx.TxProvingResult(await executionResult(), tailForRollup(), ChonkProof.empty()),
    1,
  ],
  TxProfileResult: [profileResult, 1],
  UtilityExecutionResult: [() => new tx.UtilityExecutionResult(many(2, fr), simulationStats), 1],
  NestedReturnValues: [
    () =>
      new tx.NestedProcessReturnValues(many(2, fr), [new tx.NestedProcessReturnValues(undefined)]),
    1,
  ],
  DelayedClassId: [() => delayed(drawn % 2 ? 86400 : undefined, 3600), 2, values => values.hash()],
  NullifierLeafPreimage: [
    () => new NullifierLeafPreimage(new NullifierLeaf(fr()), fr(), big(42)),
    1,
  ],
  PublicDataTreeLeafPreimage: [
    () => new PublicDataTreeLeafPreimage(new PublicDataTreeLeaf(fr(), fr()), fr(), big(40)),
    1,
    preimage => preimage.hash(),
  ],
  MembershipWitness: [() => new MembershipWitness(7, big(7), many(7, fr)), 1],
  Note: [() => new Note(many(4, fr)), 1],
};

/** Long texts are mostly padding. */
const compact = text =>
  text.length > 2000 ? { gzip: gzipSync(text, { level: 9 }).toString('base64') } : text;

async function describe(kind, value, hash) {
  const vector = { kind };
  if (value.toBuffer) vector.buffer = compact(value.toBuffer().toString('hex'));
  // The reference's `PrivateTxConstantData.toFields` checks for the length of another structure.
  if (value.toFields && kind !== 'PrivateTxConstantData') {
    const fields = value.toFields().map(field => new Fr(field).toBuffer().toString('hex'));
    vector.fields = compact(fields.join(''));
  }
  // Structures without a schema have no JSON form that anybody reads; of messages to L1 nobody sends
  // the counted and scoped ones.
  const unread = kind.endsWith('L2ToL1Message') && kind !== 'L2ToL1Message';
  if ((value.constructor.schema && !unread) || kind === 'ExecutionPayload' || kind === 'MembershipWitness') {
    vector.json = compact(jsonStringify(value));
  }
  if (hash) vector.hash = (await hash(value)).toString();
  return vector;
}

async function fees() {
  const out = [];
  for (const [max, premium, block] of [
    [100n, 5n, 90n],
    [100n, 50n, 90n],
    [7n, 0n, 7n],
    [(1n << 128n) - 1n, 1n << 100n, 1n << 127n],
  ]) {
    const settings = new GasSettings(gas(), gas(), new GasFees(max, max), new GasFees(premium, 0n));
    const price = new GasFees(block, block);
    const used = gas();
    out.push({
      settings: settings.toBuffer().toString('hex'),
      block: price.toBuffer().toString('hex'),
      used: used.toBuffer().toString('hex'),
      effective: computeEffectiveGasFees(price, settings).toBuffer().toString('hex'),
      fee: computeTransactionFee(price, settings, used).toString(),
      limit: settings.getFeeLimit().toString(),
    });
  }
  return out;
}

export async function render() {
  drawn = 0;
  const structures = [];
  for (const [kind, [make, count, hash]] of Object.entries(kinds)) {
    for (let i = 0; i < count; i++) {
      // Some makers alternate with the number of draws.
      if (i > 0) while (drawn % 2 === 0) drawn++;
      else while (drawn % 2 === 1) drawn++;
      structures.push(await describe(kind, await make(), hash));
    }
  }
  return `${JSON.stringify({ structures, fees: await fees() }, null, 1)}\n`;
}

await main(import.meta, path, render);
