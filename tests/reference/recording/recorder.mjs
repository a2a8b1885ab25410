// Hooks that observe one PXE from outside: the node it talks to, the random
// bytes it draws and the circuits it executes. All of them share one clock
// (`seq`) and know in which oracle call of which circuit they happen.
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { createAztecNodeClient } from '@aztec/aztec.js/node';
import { jsonStringify } from '@aztec/foundation/json-rpc';
import { WASMSimulator } from '@aztec/simulator/client';
import { BBBundlePrivateKernelProver } from '@aztec/bb-prover/client/bundle';
import { ChonkProof } from '@aztec/stdlib/proofs';
import { artifactOf, fieldCount } from './artifacts.mjs';
// Not among the package's exports, but the one source of its random bytes.
import { RandomnessSingleton } from '../node_modules/@aztec/foundation/dest/crypto/random/randomness_singleton.js';

const FIELD_MODULUS = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001n;

const place = new AsyncLocalStorage();

/** Shortest form of a field: `0x` and hex digits without leading zeros. */
export const short = hex => '0x' + (hex.replace(/^0x0*/, '') || '0');

const shorten = value => (typeof value === 'string' ? short(value) : Array.isArray(value) ? value.map(shorten) : value);

/** Witness map as lines `index=0x…`, ascending; the form whose sha256 the vectors give. */
export function witnessDigest(witness) {
  const hash = createHash('sha256');
  for (const [index, value] of [...witness.entries()].sort((a, b) => a[0] - b[0])) hash.update(`${index}=${value}\n`);
  return hash.digest('hex');
}

/**
 * The recorder that is installed at the moment, if any. Random bytes come from
 * a process-wide source, so there is at most one.
 */
let active;

const originalSource = RandomnessSingleton.getInstance.bind(RandomnessSingleton);
RandomnessSingleton.getInstance = bindings =>
  active ? { isDeterministic: () => true, getBytes: length => active.drawBytes(length) } : originalSource(bindings);

export class Recorder {
  constructor(url, seed) {
    this.url = url;
    this.seed = seed;
    this.drawn = 0;
    this.begin();
  }

  /** Starts a new section: whatever happens from now on is in its lists. */
  begin() {
    this.section = { nodeCalls: [], random: [], circuits: [], resets: [] };
    this.seq = 0;
    return this.section;
  }

  async during(action) {
    active = this;
    try {
      return await action();
    } finally {
      active = undefined;
    }
  }

  stamp() {
    const at = place.getStore();
    return { seq: this.seq++, ...(at ? { circuit: at.circuit, oracle: at.oracle } : {}) };
  }

  // ---- random values ----

  drawBytes(length) {
    const chunks = [];
    for (let block = 0; block * 32 < length; block++)
      chunks.push(createHash('sha256').update(`${this.seed}/${this.drawn}/${block}`).digest());
    this.drawn++;
    const bytes = Buffer.concat(chunks).subarray(0, length);
    const stack = new Error().stack.split('\n').slice(2).join('\n');
    const purpose = /JobCoordinator/.test(stack) ? 'job id' : /ChonkProof/.test(stack) ? 'fake proof' : 'field';
    const entry = { ...this.stamp(), purpose, length };
    if (purpose === 'field') {
      entry.bytes = bytes.toString('hex');
      entry.value = '0x' + (BigInt('0x' + entry.bytes) % FIELD_MODULUS).toString(16);
    }
    this.section.random.push(entry);
    return bytes;
  }

  // ---- node ----

  /** A node client whose every request and raw answer is recorded. */
  node() {
    const pending = new Map();
    const fetchRecorded = async (host, body, extraHeaders) => {
      const response = await fetch(host, {
        method: 'POST',
        body: jsonStringify(body),
        headers: { 'content-type': 'application/json', ...extraHeaders },
      });
      const answers = await response.json();
      for (const answer of [answers].flat()) {
        const call = pending.get(answer.id);
        if (!call) throw new Error(`answer to an unknown request ${answer.id}`);
        if (answer.error) call.error = answer.error;
        else call.result = answer.result ?? null;
      }
      return { response: answers, headers: response.headers };
    };
    let batch = 0;
    const client = createAztecNodeClient(this.url, {}, (host, body, extraHeaders) => {
      for (const request of body) {
        const call = pending.get(request.id);
        // The encoded form, as it goes over the wire.
        call.params = JSON.parse(jsonStringify(request.params ?? []));
        call.batch = batch;
      }
      batch++;
      return fetchRecorded(host, body, extraHeaders);
    });
    let id = 0;
    return new Proxy(client, {
      get: (target, name) => {
        const method = target[name];
        if (typeof method !== 'function') return method;
        return (...args) => {
          // The client numbers its requests from 0 in the order of the calls.
          const call = { ...this.stamp(), method: `node_${String(name)}`, params: [] };
          pending.set(id++, call);
          this.section.nodeCalls.push(call);
          return method.apply(target, args);
        };
      },
    });
  }

  // ---- circuits ----

  /** A circuit simulator that records every execution. */
  simulator() {
    const inner = new WASMSimulator();
    return {
      executeUserCircuit: async (input, artifact, callback) => {
        const entry = this.#start('contract', artifact.contractName, artifact.name, artifact.bytecode, input);
        const observed = {};
        for (const name of Object.keys(callback)) {
          observed[name] = (...inputs) => this.#oracle(entry, name, inputs, () => callback[name](...inputs));
        }
        const result = await inner.executeUserCircuit(input, artifact, observed);
        this.#finish(entry, input, result.partialWitness);
        return result;
      },
      executeProtocolCircuit: async (input, artifact, callback) => {
        const entry = this.#start('protocol', artifact.name, 'main', Buffer.from(artifact.bytecode, 'base64'), input);
        const result = await inner.executeProtocolCircuit(input, artifact, (name, inputs) =>
          this.#oracle(entry, name, inputs, () => callback(name, inputs)),
        );
        this.#finish(entry, input, result.witness);
        return result;
      },
    };
  }

  #start(kind, circuitName, functionName, bytecode, input) {
    const section = this.section;
    const parent = place.getStore();
    const { artifact, abi, name } = artifactOf(kind, circuitName, functionName, bytecode);
    const entry = {
      seq: this.seq++,
      ...(parent ? { parent: parent.circuit, parentOracle: parent.oracle } : {}),
      kind,
      name,
      function: functionName,
      artifact,
      inputs: [],
      oracleCalls: [],
    };
    entry.inputs = [...input.entries()].sort((a, b) => a[0] - b[0]).map(([index, value], position) => {
      if (index !== position) throw new Error(`inputs of ${name}.${functionName} are not contiguous`);
      return short(value);
    });
    Object.defineProperty(entry, 'private', {
      enumerable: false,
      value: { id: section.circuits.length, abi, bytecode, raw: { inputs: new Map(input), oracleCalls: [] } },
    });
    section.circuits.push(entry);
    return entry;
  }

  async #oracle(entry, name, inputs, call) {
    const oracle = entry.oracleCalls.length;
    const record = { name, inputs: shorten(inputs), outputs: null };
    entry.oracleCalls.push(record);
    const outputs = await place.run({ circuit: entry.private.id, oracle }, call);
    record.outputs = shorten(outputs);
    entry.private.raw.oracleCalls.push({ name, inputs, outputs });
    return outputs;
  }

  #finish(entry, input, witness) {
    const { abi } = entry.private;
    // A Noir circuit's return values follow its inputs in the witness.
    const count = abi.return_type ? fieldCount(abi.return_type.abi_type) : 0;
    entry.outputs = Array.from({ length: count }, (_, i) => short(witness.get(input.size + i)));
    entry.witnesses = witness.size;
    entry.witnessSha256 = witnessDigest(witness);
  }

  /** The prover of kernels: generates all witnesses and leaves the proof empty. */
  prover(simulator) {
    const section = () => this.section;
    return new (class extends BBBundlePrivateKernelProver {
      generateResetOutput(inputs) {
        section().resets.push(dimensionsOf(inputs.dimensions));
        return super.generateResetOutput(inputs);
      }
      simulateReset(inputs) {
        section().resets.push(dimensionsOf(inputs.dimensions));
        return super.simulateReset(inputs);
      }
      async generateTailOutput(inputs) {
        const output = await super.generateTailOutput(inputs);
        this.tailPublicInputs = output.publicInputs;
        return output;
      }
      createChonkProof() {
        const fields = this.tailPublicInputs.publicInputs().toFields();
        return Promise.resolve(ChonkProof.empty().attachPublicInputs(fields));
      }
    })(simulator);
  }
}

const dimensionsOf = dimensions => dimensions.toValues();

/** One circuit execution in the form of the circuit recordings. */
export function circuitRecording(entry) {
  const { bytecode, raw } = entry.private;
  return {
    circuitName: entry.name,
    functionName: entry.function,
    bytecodeSHA512Hash: createHash('sha512').update(bytecode).digest('hex'),
    inputs: Object.fromEntries(raw.inputs),
    oracleCalls: raw.oracleCalls,
  };
}
