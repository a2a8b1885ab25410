// Writes tests/vectors/abi.json: selectors, ABI encodings and decodings, contract classes, function
// membership and instance addresses, as the reference computes them.
//
//   node generate-abi-vectors.mjs [--check]
import { readFileSync, readdirSync } from 'node:fs';

import { Fr } from '@aztec/foundation/curves/bn254';
import { jsonStringify } from '@aztec/foundation/json-rpc';
import {
  AuthorizationSelector,
  ContractArtifactSchema,
  EventSelector,
  FunctionSelector,
  NoteSelector,
  decodeFromAbi,
  decodeFunctionSignature,
  decodeFunctionSignatureWithParameterNames,
  encodeArguments,
  getAllFunctionAbis,
  loadContractArtifact,
} from '@aztec/stdlib/abi';
import { AztecAddress } from '@aztec/stdlib/aztec-address';
import {
  SerializableContractInstance,
  computeArtifactHashPreimage,
  computePublicBytecodeCommitment,
  createPrivateFunctionMembershipProof,
  createUtilityFunctionMembershipProof,
  getContractClassFromArtifact,
  getContractInstanceFromInstantiationParams,
} from '@aztec/stdlib/contract';
import { deriveKeys } from '@aztec/stdlib/keys';

import { smallArtifact } from './generate-small-artifact.mjs';
import { fromRoot, main } from './lib/generated.mjs';

export const path = fromRoot('tests/vectors/abi.json');

const packages = ['noir-contracts.js', 'accounts', 'protocol-contracts', 'noir-test-contracts.js'];
const packagePath = name => fromRoot(`tests/reference/node_modules/@aztec/${name}/artifacts`);
const read = file => JSON.parse(readFileSync(file, 'utf8'));
const artifact = (pkg, file) => read(`${packagePath(pkg)}/${file}`);
const json = value => JSON.parse(jsonStringify(value));

const field = { kind: 'field' };
const bool = { kind: 'boolean' };
const u = width => ({ kind: 'integer', sign: 'unsigned', width });
const i = width => ({ kind: 'integer', sign: 'signed', width });
const array = (length, type) => ({ kind: 'array', length, type });
const string = length => ({ kind: 'string', length });
const tuple = (...fields) => ({ kind: 'tuple', fields });
const struct = (path, members) => ({
  kind: 'struct',
  path,
  fields: Object.entries(members).map(([name, type]) => ({ name, type })),
});
const option = type => struct('std::option::Option', { _is_some: bool, _value: type });
const boundedVec = (length, type) =>
  struct('std::collections::bounded_vec::BoundedVec', { storage: array(length, type), len: u(32) });
const aztecAddress = struct('aztec::protocol_types::address::aztec_address::AztecAddress', { inner: field });
const ethAddress = struct('aztec::protocol_types::address::eth_address::EthAddress', { inner: field });
const selector = struct('aztec::protocol_types::abis::function_selector::FunctionSelector', { inner: u(32) });
const wrapped = struct('aztec::protocol_types::contract_class_id::ContractClassId', { inner: field });
const note = struct('token::Note', { owner: aztecAddress, amount: u(128), flags: array(3, bool) });
const order = struct('Orderbook::Order', { id: field, legs: array(2, note), memo: string(6), delta: i(64) });

const parameter = (name, type) => ({ name, type, visibility: 'private' });
const hex = n => new Fr(n).toString();
const max = hex(Fr.MODULUS - 1n);
const address = '0x2b4a60f799ce416389ee7957b4f132c0bde60f954f60659dd021d0716748785a';
const eth = '0x5fbdb2315678afecb367f032d93f642f64180aa3';

const signatures = [
  'transfer(Field,Field)',
  'transfer((Field),u128)',
  'constructor()',
  'public_dispatch(Field)',
  'sync_state()',
  'a_function_name_of_more_than_thirty_one_bytes(Field,u64,[Field;12],(bool,str<31>))',
  'f()',
  'entrypoint(([((Field),(u32),(Field),bool,bool,bool);5],Field),u8,bool)',
];

const parameterLists = [
  ['transfer', [parameter('to', aztecAddress), parameter('amount', u(128))]],
  ['set', [parameter('value', field), parameter('flag', bool), parameter('small', i(8))]],
  ['submit', [parameter('order', order), parameter('fee', option(u(64)))]],
  ['log', [parameter('text', string(31)), parameter('items', boundedVec(4, field))]],
  ['nested', [parameter('m', array(2, array(3, u(32)))), parameter('s', selector)]],
  ['empty', []],
];

// Type, value as JSON. The reference gets the same value, with texts of numbers as bigints.
const encodings = [
  [field, 0],
  [field, 12345],
  [field, '12345'],
  [field, max],
  [field, '0xff'],
  [field, true],
  [field, { value: hex(77n) }],
  [bool, true],
  [bool, false],
  [u(8), 255],
  [u(32), '4294967295'],
  [u(64), '18446744073709551615'],
  [u(128), '340282366920938463463374607431768211455'],
  [u(128), '0x0f'],
  [u(1), 1],
  [i(8), -1],
  [i(8), -128],
  [i(8), 127],
  [i(16), '-2'],
  [i(32), -2147483648],
  [i(64), '-9223372036854775808'],
  [i(64), '9223372036854775807'],
  [array(3, u(8)), [1, 2, 3]],
  [array(0, field), []],
  [array(2, array(2, i(8))), [[-1, 2], [3, -4]]],
  [string(5), 'hello'],
  [string(8), 'short'],
  [string(3), ''],
  [string(4), 'é!ÿ'],
  [struct('my::Empty', {}), {}],
  [struct('my::Pair', { a: u(8), b: field }), { a: 1, b: '0x2' }],
  [note, { owner: address, amount: '1000000000000000000000', flags: [true, false, true] }],
  [
    order,
    {
      id: 9,
      legs: [
        { owner: address, amount: 1, flags: [true, true, true] },
        { owner: { inner: '0x05' }, amount: 2, flags: [false, false, true] },
      ],
      memo: 'memo',
      delta: -5,
    },
  ],
  [aztecAddress, address],
  [aztecAddress, { address }],
  [aztecAddress, { inner: address }],
  [ethAddress, eth],
  [ethAddress, { address: eth }],
  [selector, '0x12345678'],
  [selector, { value: 305419896 }],
  [wrapped, max],
  [wrapped, { inner: max }],
  [boundedVec(4, u(8)), [1, 2]],
  [boundedVec(2, note), []],
  [boundedVec(2, note), [{ owner: address, amount: 3, flags: [false, true, false] }]],
  [boundedVec(1, field), [8]],
  [option(u(32)), null],
  [option(u(32)), 5],
  [option(u(32)), { _is_some: true, _value: 6 }],
  [option(u(32)), { _is_some: false, _value: 0 }],
  [option(note), { owner: address, amount: 3, flags: [false, true, false] }],
  [option(note), null],
  [struct('my::Opt', { a: option(i(8)), b: field }), { b: 1 }],
  [array(2, option(field)), [null, 4]],
  [option(option(field)), { _is_some: true, _value: 4 }],
];

const decodings = [
  [[field], [12n]],
  [[u(64)], [2n ** 64n - 1n]],
  [[u(128)], [2n ** 128n - 1n]],
  [[i(8)], [255n]],
  [[i(8)], [128n]],
  [[i(8)], [127n]],
  [[i(16)], [65535n]],
  [[i(32)], [2n ** 31n]],
  [[i(64)], [2n ** 63n]],
  [[i(64)], [2n ** 64n - 2n]],
  [[bool], [1n]],
  [[string(5)], [...'abc'].map(c => BigInt(c.charCodeAt(0))).concat([0n, 0n])],
  [[array(3, bool)], [0n, 1n, 1n]],
  [[tuple(u(8), i(8), aztecAddress)], [9n, 254n, 77n]],
  [[note], [5n, 6n, 1n, 0n, 1n]],
  [[ethAddress], [BigInt(eth)]],
  [[selector], [305419896n]],
  [[option(u(8))], [1n, 7n]],
  [[option(u(8))], [0n, 0n]],
  [[option(array(2, field))], [0n, 0n, 0n]],
  [[boundedVec(3, u(8))], [1n, 2n, 0n, 2n]],
  [[field, bool, string(2)], [1n, 0n, 104n, 105n]],
  [[], []],
];

async function selectors() {
  const functions = [];
  for (const signature of signatures) {
    const value = await FunctionSelector.fromSignature(signature);
    functions.push({
      signature,
      selector: value.toString(),
      field: value.toField().toString(),
      bytes: value.toBuffer().toString('hex'),
    });
  }
  const named = [];
  for (const [name, parameters] of parameterLists) {
    named.push({
      name,
      parameters,
      signature: decodeFunctionSignature(name, parameters),
      withNames: decodeFunctionSignatureWithParameterNames(name, parameters),
      selector: (await FunctionSelector.fromNameAndParameters(name, parameters)).toString(),
    });
  }
  const event = 'Transfer((Field),(Field),u128)';
  const authorization = 'CallAuthorization((Field),(u32),Field)';
  return {
    functions,
    named,
    event: { signature: event, selector: (await EventSelector.fromSignature(event)).toString() },
    authorization: {
      signature: authorization,
      selector: (await AuthorizationSelector.fromSignature(authorization)).toString(),
    },
    note: { value: 42, selector: NoteSelector.fromField(new Fr(42)).toString() },
  };
}

const encode = ([type, value]) => ({
  type,
  value,
  fields: encodeArguments({ name: 'f', parameters: [parameter('x', type)] }, [value]).map(String),
});

const decode = ([types, fields]) => {
  const elements = fields.map(n => new Fr(n));
  const value = decodeFromAbi(types, elements);
  return { types, fields: elements.map(String), value: json({ value }).value ?? null };
};

async function describeClass(raw) {
  const loaded = loadContractArtifact(raw);
  const contractClass = await getContractClassFromArtifact(loaded);
  const preimage = await computeArtifactHashPreimage(loaded);
  const functions = [];
  for (const abi of getAllFunctionAbis(loaded)) {
    functions.push({
      name: abi.name,
      type: abi.functionType,
      selector: (await FunctionSelector.fromNameAndParameters(abi)).toString(),
    });
  }
  for (const f of functions) {
    if (f.type !== 'private') continue;
    f.vkHash = contractClass.privateFunctions.find(p => p.selector.toString() === f.selector).vkHash.toString();
  }
  return {
    id: contractClass.id.toString(),
    artifactHash: contractClass.artifactHash.toString(),
    privateFunctionsRoot: contractClass.privateFunctionsRoot.toString(),
    publicBytecodeCommitment: contractClass.publicBytecodeCommitment.toString(),
    artifactHashPreimage: json(preimage),
    storage: Object.fromEntries(Object.entries(loaded.storageLayout).map(([k, v]) => [k, v.slot.toString()])),
    functions,
  };
}

async function classes() {
  const out = [];
  for (const pkg of packages) {
    for (const file of readdirSync(packagePath(pkg)).filter(name => name.endsWith('.json')).sort()) {
      const { functions, artifactHashPreimage, storage, ...ids } = await describeClass(artifact(pkg, file));
      out.push({ package: pkg, file, functions: functions.length, ...ids });
    }
  }
  return out;
}

async function membership(raw) {
  const loaded = loadContractArtifact(raw);
  const out = { private: [], utility: [] };
  for (const fn of loaded.functions) {
    const selector = await FunctionSelector.fromNameAndParameters(fn);
    if (fn.functionType === 'private') {
      out.private.push({ selector: selector.toString(), ...json(await createPrivateFunctionMembershipProof(selector, loaded)) });
    } else if (fn.functionType === 'utility') {
      out.utility.push({ selector: selector.toString(), ...json(await createUtilityFunctionMembershipProof(selector, loaded)) });
    }
  }
  return out;
}

async function instances(small) {
  const { publicKeys } = await deriveKeys(new Fr(1234n));
  const deployer = AztecAddress.fromBigInt(99n);
  const out = [];
  const loaded = loadContractArtifact(small);
  const initializer = getAllFunctionAbis(loaded).find(f => f.isInitializer);
  const args = initializer.parameters.map((p, n) => (p.type.kind === 'struct' ? AztecAddress.fromBigInt(BigInt(n + 5)) : BigInt(n + 1)));
  const variants = [
    { salt: new Fr(1n) },
    { salt: new Fr(2n), deployer },
    { salt: Fr.fromString(max), publicKeys },
    { salt: new Fr(4n), publicKeys, deployer, constructorArtifact: initializer.name },
  ];
  for (const params of variants) {
    const instance = await getContractInstanceFromInstantiationParams(loaded, { constructorArgs: args, ...params });
    const { address: _, ...plain } = instance;
    out.push({
      constructor: params.constructorArtifact ?? null,
      args: json(args),
      encodedArgs: encodeArguments(initializer, args).map(String),
      instance: json(instance),
      bytes: new SerializableContractInstance(plain).toBuffer().toString('hex'),
    });
  }
  return out;
}

async function commitments() {
  const out = [];
  for (const length of [0, 1, 30, 31, 32, 62, 100, 1000, 2999 * 31]) {
    const bytes = Buffer.from(Array.from({ length }, (_, n) => (n * 7 + 3) % 256));
    out.push({ length, commitment: (await computePublicBytecodeCommitment(bytes)).toString() });
  }
  return out;
}

export async function render() {
  const small = smallArtifact();
  const vectors = {
    selectors: await selectors(),
    encodings: encodings.map(encode),
    decodings: decodings.map(decode),
    bytecodeCommitments: await commitments(),
    small: {
      class: await describeClass(small),
      membership: await membership(small),
      instances: await instances(small),
      wire: json(ContractArtifactSchema.parse(json(loadContractArtifact(small)))),
    },
    classes: await classes(),
  };
  return `${JSON.stringify(vectors, null, 1)}\n`;
}

await main(import.meta, path, render);
