// Which published artifact a circuit that is being executed comes from.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MODULES = join(dirname(fileURLToPath(import.meta.url)), '..', 'node_modules');
const KERNELS = '@aztec/noir-protocol-circuits-types/artifacts';
const CONTRACTS = ['accounts', 'protocol-contracts', 'noir-contracts.js', 'noir-test-contracts.js'].map(p => `@aztec/${p}/artifacts`);

const sha = bytes => createHash('sha512').update(bytes).digest('hex');
const load = path => JSON.parse(readFileSync(join(MODULES, path), 'utf8'));
const contracts = new Map();
const kernels = new Map();

/** Path inside node_modules of the artifact of a contract, by the contract's name. */
export function contractArtifactPath(name) {
  for (const folder of CONTRACTS) {
    const file = readdirSync(join(MODULES, folder)).find(f => f === `${name}.json` || f.endsWith(`_contract-${name}.json`));
    if (file) return `${folder}/${file}`;
  }
  throw new Error(`no artifact of a contract named ${name}`);
}

/** Makes the functions of an artifact known to `artifactOf`. */
export function useContractArtifact(name) {
  const path = contractArtifactPath(name);
  for (const fn of load(path).functions) {
    const key = `${fn.name}/${sha(Buffer.from(fn.bytecode, 'base64'))}`;
    if (!contracts.has(key)) contracts.set(key, { artifact: path, name, abi: fn.abi });
  }
  return path;
}

/** Artifact path, circuit name and ABI of a circuit, found by its bytecode. */
export function artifactOf(kind, circuitName, functionName, bytecode) {
  const digest = sha(bytecode);
  if (kind === 'contract') {
    const found = contracts.get(`${functionName}/${digest}`);
    if (!found) throw new Error(`no artifact holds ${circuitName}.${functionName}`);
    return found;
  }
  if (!kernels.has(digest)) {
    const snake = circuitName.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
    for (const file of kernelFiles(snake)) {
      const path = `${KERNELS}/${file}.json`;
      if (!existsSync(join(MODULES, path))) continue;
      const { bytecode: encoded, abi } = load(path);
      kernels.set(sha(Buffer.from(encoded, 'base64')), { artifact: path, abi });
    }
  }
  const found = kernels.get(digest);
  if (!found) throw new Error(`no artifact holds the protocol circuit ${circuitName}`);
  return { ...found, name: circuitName };
}

// The largest reset goes by the name without sizes.
const kernelFiles = snake => {
  const sizes = /^private_kernel_reset_(.*)$/.exec(snake)?.[1];
  if (!sizes) return [snake, `${snake}_simulated`];
  return [snake, `private_kernel_reset_simulated_${sizes}`, 'private_kernel_reset', 'private_kernel_reset_simulated'];
};

/** Number of fields that a Noir ABI type takes. */
export function fieldCount(type) {
  switch (type.kind) {
    case 'array': return type.length * fieldCount(type.type);
    case 'string': return type.length;
    case 'struct': return type.fields.reduce((sum, field) => sum + fieldCount(field.type), 0);
    case 'tuple': return type.fields.reduce((sum, field) => sum + fieldCount(field), 0);
    default: return 1;
  }
}
