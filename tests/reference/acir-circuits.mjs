// Runs small circuits on the reference's ACVM and records what it answers, to
// tests/vectors/acir/circuits.json.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';

const require = createRequire(import.meta.url);

// A panic of the reference leaves its module unusable and its promise pending.
let abandon = () => {};
process.on('uncaughtException', () => abandon(new Error('the reference panicked')));
console.error = () => {};
async function execute(bytecode, inputs, handler) {
  const { executeProgram } = require('@aztec/noir-acvm_js');
  const panic = new Promise((_, reject) => (abandon = reject));
  try {
    return await Promise.race([executeProgram(bytecode, inputs, handler), panic]);
  } catch (error) {
    if (error.message === 'the reference panicked' || error instanceof WebAssembly.RuntimeError) {
      delete require.cache[require.resolve('@aztec/noir-acvm_js')];
      throw new Error('the reference panicked');
    }
    throw error;
  }
}

const P = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001n;
const ORDER = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47n;

// MessagePack, as serde writes it: structs are arrays, variants are names or maps of one entry.
function pack(value, out) {
  if (typeof value === 'bigint') {
    const hex = (((value % P) + P) % P).toString(16).padStart(64, '0');
    out.push(Buffer.from([0xc4, 32]), Buffer.from(hex, 'hex'));
  } else if (typeof value === 'number') {
    if (value < 128) out.push(Buffer.from([value]));
    else {
      const bytes = Buffer.alloc(5);
      bytes[0] = 0xce;
      bytes.writeUInt32BE(value, 1);
      out.push(bytes);
    }
  } else if (typeof value === 'string') {
    const bytes = Buffer.from(value);
    out.push(Buffer.from(bytes.length < 32 ? [0xa0 | bytes.length] : [0xd9, bytes.length]), bytes);
  } else if (Array.isArray(value)) {
    if (value.length < 16) out.push(Buffer.from([0x90 | value.length]));
    else out.push(Buffer.from([0xdc, value.length >> 8, value.length & 255]));
    for (const item of value) pack(item, out);
  } else if (value.u64 !== undefined) {
    const bytes = Buffer.alloc(9);
    bytes[0] = 0xcf;
    bytes.writeBigUInt64BE(value.u64, 1);
    out.push(bytes);
  } else {
    const [[name, contents]] = Object.entries(value);
    out.push(Buffer.from([0x81]));
    pack(name, out);
    pack(contents, out);
  }
}

const witness = index => ({ Witness: index });
const constant = value => ({ Constant: BigInt(value) });
const linear = (terms, q = 0n, products = []) => [
  products.map(([c, a, b]) => [BigInt(c), a, b]),
  terms.map(([c, w]) => [BigInt(c), w]),
  BigInt(q),
];
const one = linear([], 1n);
const w = index => linear([[1n, index]]);
const range = (from, count) => Array.from({ length: count }, (_, i) => from + i);
const assert = (...args) => ({ AssertZero: linear(...args) });
const box = (name, ...args) => ({ BlackBoxFuncCall: { [name]: args } });

function circuit(opcodes, inputs, { returns = [], messages = [], last = 5000 } = {}) {
  return ['main', last, opcodes, range(0, inputs), [], returns, messages];
}

let seed = 1n;
function random(bits) {
  let value = 0n;
  for (let i = 0; i < 5; i++) {
    seed = (seed * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    value = (value << 64n) | (seed ^ (seed >> 29n));
  }
  return value & ((1n << BigInt(bits)) - 1n);
}

const cases = [];
async function add(name, circuits, brillig, inputs, oracles = []) {
  const out = [Buffer.from([3])];
  pack([circuits, brillig.map(code => ['f', code])], out);
  const bytecode = gzipSync(Buffer.concat(out), { level: 9 });
  const hex = value => '0x' + (((BigInt(value) % P) + P) % P).toString(16).padStart(64, '0');
  const entry = {
    name,
    bytecode: bytecode.toString('base64'),
    inputs: inputs.map(hex),
    oracles: oracles.map(o => ({ name: o.name, inputs: [], outputs: o.outputs.map(v => (Array.isArray(v) ? v.map(hex) : hex(v))) })),
  };
  let asked = 0;
  const handler = async (called, args) => {
    const oracle = entry.oracles[asked++];
    oracle.inputs = args;
    if (called !== oracle.name) throw new Error('unexpected oracle');
    return oracle.outputs;
  };
  try {
    const stack = await execute(bytecode, new Map(entry.inputs.map((v, i) => [i, v])), handler);
    const main = stack[stack.length - 1].witness;
    entry.witness = Object.fromEntries([...main].sort((a, b) => a[0] - b[0]).slice(inputs.length));
  } catch (error) {
    entry.error = String(error.message ?? error).split('\n')[0];
    if (error.callStack) entry.callStack = error.callStack;
    if (error.rawAssertionPayload) {
      entry.payload = { selector: String(error.rawAssertionPayload.selector), data: error.rawAssertionPayload.data };
    }
  }
  cases.push(entry);
}

// Black box functions of circuits. Inputs are witnesses 0.., outputs witnesses 1000...
const call = (name, inputs, build, outputs) =>
  add(name, [circuit([box(...build(range(0, inputs.length).map(witness), range(1000, outputs)))], inputs.length)], [], inputs);

const bytes = count => Array.from({ length: count }, () => random(8));
for (const length of [0, 16, 48]) {
  await call(`aes128 ${length}`, [...bytes(length), ...bytes(32)],
    (i, o) => ['AES128Encrypt', i.slice(0, length), i.slice(length, length + 16), i.slice(length + 16), o], length);
}
await call('aes128 of a wide value', [256n, ...bytes(47)],
  (i, o) => ['AES128Encrypt', i.slice(0, 16), i.slice(16, 32), i.slice(32), o], 16);
for (const [bits, a, b] of [[8, 0xacn, 0x5fn], [32, random(32), random(32)], [64, random(64), random(64)], [128, random(128), random(128)], [200, random(200), random(200)], [8, 256n, 1n], [0, 0n, 0n]]) {
  await call(`and ${bits} ${a}`, [a, b], (i, o) => ['AND', i[0], i[1], bits, o[0]], 1);
  await call(`xor ${bits} ${a}`, [a, b], (i, o) => ['XOR', i[0], i[1], bits, o[0]], 1);
}
for (const [bits, value] of [[0, 0n], [0, 1n], [1, 1n], [1, 2n], [8, 255n], [8, 256n], [64, (1n << 64n) - 1n], [64, 1n << 64n], [128, 1n << 127n], [254, -1n], [253, -1n]]) {
  await call(`range ${bits} ${value}`, [value], i => ['RANGE', i[0], bits], 0);
}
await add('range of a constant', [circuit([box('RANGE', constant(300), 8)], 0)], [], []);
for (const length of [0, 1, 32, 65]) {
  await call(`blake2s ${length}`, bytes(length), (i, o) => ['Blake2s', i, o], 32);
  await call(`blake3 ${length}`, bytes(length), (i, o) => ['Blake3', i, o], 32);
}
await call('blake2s of wide values', [random(250), random(250)], (i, o) => ['Blake2s', i, o], 32);
await call('keccakf1600', Array.from({ length: 25 }, () => random(64)), (i, o) => ['Keccakf1600', i, o], 25);
await call('keccakf1600 of a wide value', Array.from({ length: 25 }, () => random(65) | (1n << 64n)), (i, o) => ['Keccakf1600', i, o], 25);
for (const state of [[0n, 0n, 0n, 0n], [1n, 2n, 3n, 4n], [-1n, -2n, -3n, random(253)]]) {
  await call(`poseidon2 ${state[1]}`, state, (i, o) => ['Poseidon2Permutation', i, o], 4);
}
await call('sha256 compression', Array.from({ length: 24 }, () => random(32)), (i, o) => ['Sha256Compression', i.slice(0, 16), i.slice(16), o], 8);
await call('sha256 compression of a wide value', Array.from({ length: 24 }, () => 1n << 32n), (i, o) => ['Sha256Compression', i.slice(0, 16), i.slice(16), o], 8);

// The embedded curve.
const G = [1n, 17631683881184975370165255887551781615748388533673675138860n, 0n];
const sqr = x => (x * x) % P;
const power = (x, e) => { let r = 1n; for (; e; e >>= 1n, x = sqr(x)) if (e & 1n) r = (r * x) % P; return r; };
const inverse = x => power(((x % P) + P) % P, P - 2n);
function plus(a, b) {
  if (a[2]) return b;
  if (b[2]) return a;
  const same = a[0] === b[0];
  if (same && (a[1] + b[1]) % P === 0n) return [0n, 0n, 1n];
  const slope = same ? (3n * sqr(a[0]) * inverse(2n * a[1])) % P : ((b[1] - a[1] + P) * inverse(b[0] - a[0])) % P;
  const x = (((sqr(slope) - a[0] - b[0]) % P) + P) % P;
  return [x, ((((slope * (a[0] - x)) % P) - a[1]) % P + P) % P, 0n];
}
function times(point, scalar) {
  let sum = [0n, 0n, 1n];
  for (; scalar; scalar >>= 1n, point = plus(point, point)) if (scalar & 1n) sum = plus(sum, point);
  return sum;
}
const split = scalar => [scalar & ((1n << 128n) - 1n), scalar >> 128n];
const negative = point => [point[0], (P - point[1]) % P, point[2]];
const Q = times(G, random(250));
const R = times(G, random(250));
const INFINITY = [0n, 0n, 1n];
const msm = (name, points, scalars, predicate = 1n) =>
  call(`msm ${name}`, [...points.flat(), ...scalars.flat(), predicate], (i, o) => [
    'MultiScalarMul', i.slice(0, 3 * points.length), i.slice(3 * points.length, -1), i[i.length - 1], o], 3);
await msm('generator', [G], [split(random(253))]);
await msm('generator by one', [G], [split(1n)]);
await msm('generator by the largest scalar', [G], [split(ORDER - 1n)]);
await msm('another point', [Q], [split(random(253))]);
await msm('another point by the largest scalar', [Q], [split(ORDER - 1n)]);
await msm('generator and another point', [G, Q], [split(random(253)), split(random(250))]);
await msm('three points', [Q, R, negative(Q)], [split(random(250)), split(random(120)), split(random(4))]);
await msm('a point and its negative', [Q, negative(Q)], [split(77n), split(77n)]);
await msm('the same point twice', [Q, Q], [split(5n), split(5n)]);
await msm('by zero', [Q], [split(0n)]);
await msm('infinity', [INFINITY], [split(5n)]);
await msm('infinity with coordinates', [[1n, 2n, 1n]], [split(5n)]);
await msm('infinity and another point', [INFINITY, Q], [split(5n), split(random(250))]);
await msm('of nothing', [], []);
await msm('off the curve', [[1n, 1n, 0n]], [split(5n)]);
await msm('off the curve by zero', [[1n, 1n, 0n]], [split(0n)]);
await msm('zero coordinates', [[0n, 0n, 0n]], [split(5n)]);
await msm('flag of two', [[Q[0], Q[1], 2n]], [split(5n)]);
await msm('scalar of the order', [Q], [split(ORDER)]);
await msm('wide limb', [Q], [[1n << 128n, 0n]]);
await msm('wide high limb', [Q], [[0n, 1n << 128n]]);
await msm('disabled', [Q], [split(5n)], 0n);
await msm('disabled, off the curve', [[1n, 1n, 0n]], [split(ORDER)], 0n);
await msm('predicate of two', [Q], [split(5n)], 2n);
const sum = (name, a, b, predicate = 1n) =>
  call(`add ${name}`, [...a, ...b, predicate], (i, o) => ['EmbeddedCurveAdd', i.slice(0, 3), i.slice(3, 6), i[6], o], 3);
await sum('two points', Q, R);
await sum('a point to itself', Q, Q);
await sum('a point to its negative', Q, negative(Q));
await sum('infinity', Q, INFINITY);
await sum('to infinity', INFINITY, Q);
await sum('infinity to itself', INFINITY, INFINITY);
await sum('off the curve', Q, [1n, 1n, 0n]);
await sum('flag of two', Q, [R[0], R[1], 2n]);
await sum('disabled', Q, R, 0n);
await sum('disabled, off the curve', Q, [1n, 1n, 0n], 0n);

// ECDSA.
for (const [curve, name, order] of [
  ['secp256k1', 'EcdsaSecp256k1', 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n],
  ['prime256v1', 'EcdsaSecp256r1', 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n],
]) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
  const jwk = publicKey.export({ format: 'jwk' });
  const list = buffer => [...buffer].map(BigInt);
  const x = list(Buffer.from(jwk.x, 'base64url')), y = list(Buffer.from(jwk.y, 'base64url'));
  const message = Buffer.from('a message');
  const hash = list(createHash('sha256').update(message).digest());
  const signature = sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  const number = buffer => BigInt('0x' + buffer.toString('hex'));
  const to32 = value => list(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'));
  const r = number(signature.subarray(0, 32)), s = number(signature.subarray(32));
  const low = s > order / 2n ? order - s : s;
  const verify = (what, px, py, rs, h, predicate = 1n) =>
    call(`${name} ${what}`, [...px, ...py, ...rs, ...h, predicate], (i, o) => [
      name, i.slice(0, 32), i.slice(32, 64), i.slice(64, 128), i.slice(128, 160), i[160], o[0]], 1);
  await verify('valid', x, y, [...to32(r), ...to32(low)], hash);
  await verify('high s', x, y, [...to32(r), ...to32(order - low)], hash);
  await verify('other message', x, y, [...to32(r), ...to32(low)], [...hash.slice(1), 0n]);
  await verify('zero r', x, y, [...to32(0n), ...to32(low)], hash);
  await verify('zero s', x, y, [...to32(r), ...to32(0n)], hash);
  await verify('large r', x, y, [...to32(order), ...to32(low)], hash);
  await verify('key off the curve', x, x, [...to32(r), ...to32(low)], hash);
  await verify('disabled', x, y, [...to32(r), ...to32(low)], [...hash.slice(1), 0n], 0n);
  await verify('wide value', [256n, ...x.slice(1)], y, [...to32(r), ...to32(low)], hash);
}

// Constraints.
const solve = (name, opcodes, inputs, options) => add(`constraint ${name}`, [circuit(opcodes, inputs.length, options)], [], inputs);
await solve('sum', [assert([[1, 0], [1, 1], [-1, 10]], 5)], [3n, 4n]);
await solve('scaled unknown', [assert([[3, 0], [7, 10]], 5)], [3n]);
await solve('product', [assert([[-1, 10]], 0, [[1, 0, 1]])], [3n, 4n]);
await solve('unknown in a product', [assert([[1, 1]], 5, [[1, 0, 10]])], [3n, 4n]);
await solve('unknown in a product with zero', [assert([[1, 1]], -4, [[1, 0, 10]])], [0n, 4n]);
await solve('unknown in a product with zero, then set', [assert([[1, 1]], -4, [[1, 0, 10]]), assert([[1, 10], [-1, 1]]), assert([[1, 10], [-1, 11]])], [0n, 4n]);
await solve('unknown in a product with zero, unsatisfied', [assert([[1, 1]], 5, [[1, 0, 10]])], [0n, 4n]);
await solve('unknown twice', [assert([[1, 10], [1, 10]], -8)], []);
await solve('unknown cancelled', [assert([[1, 10], [-1, 10], [1, 0]], -3)], [3n]);
await solve('unknown in product and alone', [assert([[2, 10], [1, 1]], 0, [[1, 0, 10]])], [3n, 4n]);
await solve('unknown in product and alone, cancelled', [assert([[-3, 10]], 0, [[1, 0, 10]])], [3n]);
await solve('products cancelled', [assert([[1, 11]], -2, [[1, 10, 12], [-1, 12, 10]])], []);
await solve('square of an unknown', [assert([], -4, [[1, 10, 10]])], []);
await solve('two unknowns', [assert([[1, 10], [1, 11]], -4)], []);
await solve('two unknowns, one cancelled by a value', [assert([[1, 11]], -4, [[1, 0, 10]]), assert([[1, 10], [-1, 11]])], [0n]);
await solve('satisfied', [assert([[1, 0], [-1, 1]])], [3n, 3n]);
await solve('unsatisfied', [assert([[1, 0], [-1, 1]])], [3n, 4n]);
await solve('unsatisfied with a message', [assert([[1, 0], [-1, 1]])], [3n, 4n], { messages: [[{ Acir: 0 }, [{ u64: 14990209321349310352n }, []]]] });
await solve('unsatisfied with a payload', [
  { MemoryInit: [0, [0, 1], 'Memory'] }, assert([[1, 0], [-1, 1]])], [3n, 4n],
  { messages: [[{ Acir: 1 }, [{ u64: 77n }, [{ Expression: linear([[2, 0]], 1) }, { Memory: 0 }]]]] });
await solve('empty', [], [3n]);
await solve('zero coefficient', [assert([[0, 10], [1, 0]], -3)], [3n]);

// Memory.
const init = (block, witnesses) => ({ MemoryInit: [block, witnesses, 'Memory'] });
const read = (block, index, target) => ({ MemoryOp: [block, [linear([]), index, target]] });
const write = (block, index, value) => ({ MemoryOp: [block, [one, index, value]] });
const memory = (name, opcodes, inputs) => add(`memory ${name}`, [circuit(opcodes, inputs.length)], [], inputs);
await memory('read', [init(0, [0, 1, 2]), read(0, w(3), w(10))], [5n, 6n, 7n, 2n]);
await memory('write and read', [init(0, [0, 1, 2]), write(0, linear([[1, 3]], -1), linear([[2, 0]], 1)), read(0, linear([], 1), w(10)), read(0, linear([], 2), w(11))], [5n, 6n, 7n, 2n]);
await memory('read beyond', [init(0, [0, 1, 2]), read(0, w(3), w(10))], [5n, 6n, 7n, 3n]);
await memory('read far beyond', [init(0, [0, 1, 2]), read(0, w(3), w(10))], [5n, 6n, 7n, -1n]);
await memory('write beyond', [init(0, [0, 1, 2]), write(0, w(3), w(0))], [5n, 6n, 7n, 3n]);
await memory('read what is known', [init(0, [0, 1]), read(0, w(2), w(1))], [5n, 6n, 1n]);
await memory('read what is known otherwise', [init(0, [0, 1]), read(0, w(2), w(0))], [5n, 6n, 1n]);
await memory('initialised twice', [init(0, [0]), init(0, [0])], [5n]);
await memory('of unknown witnesses', [init(0, [9])], [5n]);

// Calls.
const fn = (opcodes, parameters, returns) => ['callee', 100, opcodes, parameters, [], returns, []];
const mul = fn([assert([[-1, 5]], 0, [[1, 0, 1]])], [0, 1], [5]);
const calls = (name, opcodes, inputs, functions = [mul]) => add(`call ${name}`, [circuit(opcodes, inputs.length), ...functions], [], inputs);
await calls('twice', [{ Call: [1, [0, 1], [10], one] }, { Call: [1, [10, 1], [11], one] }], [3n, 4n]);
await calls('disabled', [{ Call: [1, [0, 1], [10], w(2)] }], [3n, 4n, 0n]);
await calls('enabled', [{ Call: [1, [0, 1], [10], w(2)] }], [3n, 4n, 1n]);
await calls('nested', [{ Call: [2, [0, 1], [10], one] }], [3n, 4n], [mul, fn([{ Call: [1, [0, 1], [7], one] }, assert([[1, 7], [1, 0], [-1, 8]])], [0, 1], [8])]);
await calls('to main', [{ Call: [0, [0, 1], [10], one] }], [3n, 4n]);
await calls('too many results', [{ Call: [1, [0, 1], [10, 11], one] }], [3n, 4n]);

// Unconstrained functions.
const D = slot => ({ Direct: slot });
const U = size => ({ Integer: size });
const set = (slot, value, size = U('U32')) => ({ Const: [D(slot), size, BigInt(value)] });
const stop = (pointer, count) => [set(3, pointer), set(4, count), { Stop: [[D(3), D(4)]] }];
// Arguments lie from slot 100 on, results from slot 1000 on; slot 2 and 5 hold those addresses.
const prologue = (types, slot = 100) => [
  set(3, types.length), set(4, 0), { CalldataCopy: [D(slot), D(3), D(4)] },
  ...types.flatMap((type, i) => (type === 'Field' ? [] : [{ Cast: [D(slot + i), D(slot + i), U(type)] }])),
  set(2, slot), set(5, 1000),
];
const outputs = count => (count ? [{ Array: range(1000, count) }] : []);
const brillig = (name, types, inputs, code, count, oracles, predicate = one) =>
  add(`brillig ${name}`, [circuit([{ BrilligCall: [0, [{ Array: inputs.map((_, i) => w(i)) }], outputs(count), predicate] }], inputs.length)],
    [[...prologue(types), ...code, ...stop(1000, count)]], inputs, oracles);
const SIZES = { U1: 1, U8: 8, U16: 16, U32: 32, U64: 64, U128: 128 };
for (const op of ['Add', 'Sub', 'Mul', 'Div', 'Equals', 'LessThan', 'LessThanEquals', 'And', 'Or', 'Xor', 'Shl', 'Shr']) {
  for (const [size, bits] of Object.entries(SIZES)) {
    const shift = op.startsWith('Sh');
    if (shift) {
      const beyond = bits === 1 ? 1n : BigInt(bits);
      await brillig(`${size} ${op} beyond`, [size, size], [random(bits), beyond], [{ BinaryIntOp: [D(1000), op, size, D(100), D(101)] }], 1);
    }
    const pairs = shift ? [[random(bits), 0n], [random(bits), bits > 4 ? 3n : 0n], [(1n << BigInt(bits)) - 1n, BigInt(bits - 1)]] : [[random(bits), random(bits)], [(1n << BigInt(bits)) - 1n, (1n << BigInt(bits)) - 1n], [random(bits), 0n], [random(bits), bits > 4 ? BigInt(bits) : 1n], [random(bits), bits > 4 ? 3n : 1n]];
    const values = pairs.flat();
    const code = pairs.flatMap((pair, i) => (op === 'Div' && pair[1] === 0n ? [set(1000 + i, 0)] : [{ BinaryIntOp: [D(1000 + i), op, size, D(100 + 2 * i), D(101 + 2 * i)] }]));
    await brillig(`${size} ${op}`, values.map(() => size), values, code, pairs.length);
  }
}
await brillig('division by zero', ['U8', 'U8'], [1n, 0n], [{ BinaryIntOp: [D(1000), 'Div', 'U8', D(100), D(101)] }], 1);
await brillig('field division by zero', ['Field', 'Field'], [1n, 0n], [{ BinaryFieldOp: [D(1000), 'Div', D(100), D(101)] }], 1);
await brillig('wrong type', ['U8', 'U16'], [1n, 1n], [{ BinaryIntOp: [D(1000), 'Add', 'U8', D(100), D(101)] }], 1);
await brillig('wrong type of a field', ['U8', 'Field'], [1n, 1n], [{ BinaryFieldOp: [D(1000), 'Add', D(100), D(101)] }], 1);
for (const op of ['Add', 'Sub', 'Mul', 'Div', 'IntegerDiv', 'Equals', 'LessThan', 'LessThanEquals']) {
  const pairs = [[random(253), random(253)], [random(253), random(100)], [random(100), random(253)], [5n, 5n], [-1n, 1n], [random(253), -1n], [random(250), random(190)], [random(128), random(64)]];
  await brillig(`field ${op}`, pairs.flat().map(() => 'Field'), pairs.flat(), pairs.map((_, i) => ({ BinaryFieldOp: [D(1000 + i), op, D(100 + 2 * i), D(101 + 2 * i)] })), pairs.length);
}
for (const [size, bits] of Object.entries(SIZES)) {
  await brillig(`not ${size}`, [size], [random(bits)], [{ Not: [D(1000), D(100), size] }], 1);
  for (const target of [...Object.keys(SIZES).map(U), 'Field']) {
    await brillig(`cast ${size} to ${JSON.stringify(target)}`, [size], [random(bits)], [{ Cast: [D(1000), D(100), target] }], 1);
  }
  await brillig(`cast field to ${size}`, ['Field'], [random(253)], [{ Cast: [D(1000), D(100), U(size)] }], 1);
}
// Arrays of a black box function: pointers in slots 20.., items where the arguments lie.
let next = 20;
const array = (offset, size) => ({ slot: next++, offset, size });
const blackBox = async (name, op, types, inputs, parts, resultSize) => {
  next = 20;
  const arrays = parts.map(([offset, size]) => array(offset, size));
  const result = array(900, resultSize);
  const pointers = [...arrays, result].map(a => set(a.slot, 100 + a.offset));
  const fields = [...arrays, result].map(a => [D(a.slot), a.size]);
  await brillig(name, types, inputs, [...pointers, { BlackBox: { [op]: fields } }], resultSize);
};
const u8 = count => Array(count).fill('U8');
await blackBox('aes128', 'AES128Encrypt', u8(64), bytes(64), [[0, 32], [32, 16], [48, 16]], 32);
await blackBox('blake2s', 'Blake2s', u8(40), bytes(40), [[0, 40]], 32);
await blackBox('blake3', 'Blake3', u8(40), bytes(40), [[0, 40]], 32);
await blackBox('keccakf1600', 'Keccakf1600', Array(25).fill('U64'), Array.from({ length: 25 }, () => random(64)), [[0, 25]], 25);
await blackBox('poseidon2', 'Poseidon2Permutation', Array(4).fill('Field'), [1n, 2n, 3n, random(253)], [[0, 4]], 4);
await blackBox('sha256 compression', 'Sha256Compression', Array(24).fill('U32'), Array.from({ length: 24 }, () => random(32)), [[0, 16], [16, 8]], 8);
const point = ['Field', 'Field', 'U1'];
await blackBox('msm', 'MultiScalarMul', [...point, ...point, ...Array(4).fill('Field')], [...G, ...Q, ...split(random(250)), ...split(random(250))], [[0, 6], [6, 4]], 3);
await blackBox('msm to infinity', 'MultiScalarMul', [...point, 'Field', 'Field'], [...Q, ...split(0n)], [[0, 3], [3, 2]], 3);
await blackBox('msm with a flag of a field', 'MultiScalarMul', ['Field', 'Field', 'Field', 'Field', 'Field'], [...Q, ...split(5n)], [[0, 3], [3, 2]], 3);
for (const [name, a, b] of [['two points', Q, R], ['a point to itself', Q, Q], ['a point to its negative', Q, negative(Q)], ['infinity', Q, INFINITY]]) {
  await brillig(`add ${name}`, [...point, ...point], [...a, ...b], [
    set(20, 1000), { BlackBox: { EmbeddedCurveAdd: [...range(100, 6).map(D), [D(20), 3]] } }], 3);
}
for (const [name, input, radix, limbs, bits] of [['bytes', random(253), 256, 32, 0], ['bits', random(20), 2, 32, 1], ['small digits of two', random(20), 2, 20, 0], ['decimals', 123456789n, 10, 9, 0], ['base 255', random(253), 255, 33, 0], ['too few', 256n, 256, 1, 0], ['too few decimals', 1000n, 10, 3, 0], ['none of zero', 0n, 256, 0, 0], ['none of one', 1n, 256, 0, 0], ['base 16', random(253), 16, 64, 0], ['base 8', random(253), 8, 85, 0]]) {
  await brillig(`radix ${name}`, ['Field'], [input], [
    set(20, radix), set(21, 1000), set(22, limbs), set(23, bits, U('U1')),
    { BlackBox: { ToRadix: [D(100), D(20), D(21), D(22), D(23)] } }], limbs);
}
await brillig('indirect', ['Field'], [9n], [
  set(30, 1001), { Store: [D(30), D(100)] }, { Load: [D(1000), D(30)] }, set(31, 1002),
  { IndirectConst: [D(31), U('U64'), 77n] }, { Mov: [D(1003), D(100)] }], 4);
await brillig('relative', ['U32', 'U32'], [500n, 7n], [
  { Mov: [D(0), D(100)] }, { Mov: [{ Relative: 4 }, D(101)] }, { Mov: [D(1000), D(504)] }], 1);
await brillig('conditional', ['U1', 'Field', 'Field'], [1n, 8n, 9n], [
  { ConditionalMov: [D(1000), D(101), D(102), D(100)] }, { Not: [D(40), D(100), 'U1'] }, { ConditionalMov: [D(1001), D(101), D(102), D(40)] }], 2);
await brillig('arguments beyond', ['Field'], [1n], [set(30, 3), set(31, 0), { CalldataCopy: [D(1000), D(30), D(31)] }], 1);
await brillig('disabled', ['Field'], [1n], [{ Mov: [D(1000), D(100)] }], 1, [], linear([]));
await brillig('predicate of two', ['Field'], [1n], [{ Mov: [D(1000), D(100)] }], 1, [], linear([], 2));
await brillig('uninitialised results', ['Field'], [1n], [set(1002, 1)], 2);
await brillig('return without call', ['Field'], [1n], ['Return'], 0);
// A loop with a call: the sum of 1 to n.
{
  const start = prologue(['U32']).length;
  await brillig('loop', ['U32'], [10n], [
    set(40, 0), set(41, 0), set(42, 1),
    { Call: [start + 7] }, { BinaryIntOp: [D(43), 'LessThan', 'U32', D(41), D(100)] }, { JumpIf: [D(43), start + 3] }, { Jump: [start + 10] },
    { BinaryIntOp: [D(41), 'Add', 'U32', D(41), D(42)] }, { BinaryIntOp: [D(40), 'Add', 'U32', D(40), D(41)] }, 'Return',
    { Mov: [D(1000), D(40)] }], 1);
}
await brillig('trap', ['Field'], [33n], [
  set(50, 60), set(51, 2), set(60, 14990209321349310352n, U('U64')), { Mov: [D(61), D(100)] }, { Trap: [[D(50), D(51)]] }], 0);
await brillig('trap without data', ['Field'], [33n], [set(50, 0), set(51, 0), { Trap: [[D(50), D(51)]] }], 0);
await brillig('free memory pointer overflow', ['U32'], [0xffffffffn], [
  { Mov: [D(1), D(100)] }, { BinaryIntOp: [D(1), 'Add', 'U32', D(1), D(100)] }], 0);
// Oracles.
const simple = type => ({ Simple: type });
await brillig('oracle', ['Field', 'U8', 'U8'], [33n, 1n, 2n], [
  set(50, 101), set(51, 1001),
  { ForeignCall: ['ask', [{ MemoryAddress: D(1000) }, { HeapArray: [D(51), 2] }], [simple('Field'), { Array: [[simple(U('U8'))], 2] }],
    [{ MemoryAddress: D(100) }, { HeapArray: [D(50), 2] }], [simple('Field'), { Array: [[simple(U('U8'))], 2] }]] }], 3,
  [{ name: 'ask', outputs: [44n, [5n, 6n]] }]);
for (const [name, answer] of [['too wide', [44n, [5n, 256n]]], ['too long', [44n, [5n, 6n, 7n]]], ['too few values', [44n]], ['an array for a value', [[44n], [5n, 6n]]]]) {
  await brillig(`oracle answers ${name}`, ['Field'], [33n], [
    set(51, 1001),
    { ForeignCall: ['ask', [{ MemoryAddress: D(1000) }, { HeapArray: [D(51), 2] }], [simple('Field'), { Array: [[simple(U('U8'))], 2] }], [], []] }], 3,
    [{ name: 'ask', outputs: answer }]);
}
// A vector of pairs with more room than elements, and a vector as the answer.
await brillig('oracle with vectors', ['U32', 'Field', 'Field', 'Field', 'Field', 'U32'], [1n, 7n, 8n, 9n, 10n, 4n], [
  set(50, 101), set(51, 1001),
  { ForeignCall: ['ask', [{ MemoryAddress: D(60) }, { HeapVector: [D(51), D(1000)] }], [simple(U('U32')), { Vector: [[simple('Field')]] }],
    [{ MemoryAddress: D(100) }, { HeapVector: [D(50), D(105)] }], [simple(U('U32')), { Vector: [[simple('Field'), simple('Field')]] }]] }], 4,
  [{ name: 'ask', outputs: [3n, [21n, 22n, 23n]] }]);
// Nested arrays: two elements of a field and a pointer to an array of two (after its reference count).
await brillig('oracle with nested arrays', ['Field', 'Field', 'Field', 'Field', 'Field', 'Field'], [1n, 2n, 3n, 4n, 5n, 6n], [
  set(50, 200), { Mov: [D(200), D(100)] }, set(201, 210), { Mov: [D(202), D(103)] }, set(203, 220),
  { Mov: [D(211), D(101)] }, { Mov: [D(212), D(102)] }, { Mov: [D(221), D(104)] }, { Mov: [D(222), D(105)] },
  set(51, 300), set(301, 1000), set(303, 1010), set(300, 0), set(302, 0),
  { ForeignCall: ['ask', [{ HeapArray: [D(51), 4] }], [{ Array: [[simple('Field'), { Array: [[simple('Field')], 2] }], 2] }],
    [{ HeapArray: [D(50), 4] }], [{ Array: [[simple('Field'), { Array: [[simple('Field')], 2] }], 2] }]] },
  { Mov: [D(1000), D(300)] }, { Mov: [D(1003), D(302)] }], 13,
  [{ name: 'ask', outputs: [[61n, 62n, 63n, 64n, 65n, 66n]] }]);

const target = new URL('../vectors/acir/circuits.json', import.meta.url);
writeFileSync(target, '[\n' + cases.map(entry => JSON.stringify(entry)).join(',\n') + '\n]\n');
const failed = cases.filter(entry => entry.error);
console.log(`${cases.length} circuits, ${failed.length} of them fail`);
if (process.argv.includes('-v')) for (const entry of failed) console.log(`${entry.name}: ${entry.error} ${entry.callStack ?? ''}`);
