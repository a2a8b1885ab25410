// Replays every circuit of the recorded transactions and of the extra circuit
// recordings with the reference's engine, from the recorded inputs and oracle
// answers alone, and compares witnesses and outputs: the recordings are complete.
//
// usage: node check-transactions.mjs [FILE...]
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { executeCircuit } from '@aztec/noir-acvm_js';
import { gunzipSync } from 'node:zlib';
import { short, witnessDigest } from './recording/recorder.mjs';

const VECTORS = join(import.meta.dirname, '..', 'vectors');
const MODULES = join(import.meta.dirname, 'node_modules');
const unpack = path => JSON.parse(gunzipSync(readFileSync(path)));
const pad = value => (Array.isArray(value) ? value.map(pad) : '0x' + value.slice(2).padStart(64, '0'));

const artifacts = new Map();
function bytecodeOf(path, functionName) {
  if (!artifacts.has(path)) {
    const artifact = JSON.parse(readFileSync(join(MODULES, path), 'utf8'));
    const all = artifact.functions?.map(f => [f.name, f.bytecode]) ?? [['main', artifact.bytecode]];
    artifacts.set(path, new Map(all.map(([name, code]) => [name, Buffer.from(code, 'base64')])));
  }
  return artifacts.get(path).get(functionName);
}

async function replay(bytecode, inputs, oracleCalls) {
  let next = 0;
  const witness = await executeCircuit(bytecode, new Map(inputs), (name, args) => {
    const call = oracleCalls[next++];
    const asked = JSON.stringify([name, pad(args)]);
    const recorded = call && JSON.stringify([call.name, pad(call.inputs)]);
    if (asked !== recorded) throw new Error(`oracle call ${next - 1} differs: ${asked.slice(0, 200)}, recorded ${recorded?.slice(0, 200)}`);
    return Promise.resolve(pad(call.outputs ?? []));
  });
  if (next !== oracleCalls.length) throw new Error(`${oracleCalls.length - next} recorded oracle calls were not made`);
  return witness;
}

let checked = 0;
const failures = [];
async function check(what, work) {
  try {
    await work();
    checked++;
  } catch (error) {
    failures.push(`${what}: ${error.message ?? error}`);
  }
}

const expectEqual = (what, actual, expected) => {
  if (actual !== expected) throw new Error(`${what}: ${actual}, recorded ${expected}`);
};

async function checkTransactions(file) {
  const { operations } = unpack(file);
  for (const { circuits } of operations) {
    for (const [number, circuit] of circuits.entries()) {
      await check(`${file} circuit ${number} ${circuit.name}.${circuit.function}`, async () => {
        const inputs = circuit.inputs.map((value, index) => [index, pad(value)]);
        const witness = await replay(bytecodeOf(circuit.artifact, circuit.function), inputs, circuit.oracleCalls);
        expectEqual('witnesses', witness.size, circuit.witnesses);
        expectEqual('digest', witnessDigest(witness), circuit.witnessSha256);
        circuit.outputs.forEach((value, i) => expectEqual(`output ${i}`, short(witness.get(inputs.length + i)), value));
      });
    }
  }
}

async function checkExtra(folder) {
  for (const { recording, artifact, function: name, witnesses, sha256 } of JSON.parse(readFileSync(join(folder, 'index.json')))) {
    await check(recording, async () => {
      const { inputs, oracleCalls, bytecodeSHA512Hash } = unpack(join(folder, recording));
      const bytecode = bytecodeOf(artifact, name);
      expectEqual('bytecode', createHash('sha512').update(bytecode).digest('hex'), bytecodeSHA512Hash);
      const witness = await replay(bytecode, Object.entries(inputs).map(([k, v]) => [Number(k), v]), oracleCalls);
      expectEqual('witnesses', witness.size, witnesses);
      expectEqual('digest', witnessDigest(witness), sha256);
    });
  }
}

const files = process.argv.slice(2);
const folder = join(VECTORS, 'transactions');
for (const file of files.length > 0 ? files : readdirSync(folder).filter(f => f.endsWith('.json.gz')).sort().map(f => join(folder, f)))
  await checkTransactions(resolve(file));
if (files.length === 0) await checkExtra(join(VECTORS, 'recordings-extra'));
for (const failure of failures) console.log(`FAILED ${failure}`);
console.log(`${checked} circuit executions replayed, ${failures.length} failed`);
process.exit(failures.length > 0 || checked === 0 ? 1 : 0);
