// Records whole transactions of the TypeScript PXE against a local network:
// the node's answers, the random values, the inputs and outputs of every
// circuit and the resulting transaction. The format: tests/vectors/transactions.
//
// usage: node record-transactions.mjs [--url URL] [--seed N] [--only NAME,...]
//
// The seed fixes every secret, salt and random value. Contracts are deployed
// under salts from the seed: on a network that has seen a seed take another.
// Needs glibc 2.39, or the Node of node_modules/.native that scripts/network uses.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { ExtraRecordings } from './recording/extra.mjs';
import { record } from './recording/record.mjs';
import { OTHERS, TRANSACTIONS } from './recording/scenarios.mjs';
import { World } from './recording/world.mjs';

const VECTORS = join(import.meta.dirname, '..', 'vectors');
const OUT = join(VECTORS, 'transactions');
const FORMAT = 1;

const { values: options } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://localhost:8080' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    'no-extra': { type: 'boolean', default: false },
  },
});

const log = text => process.stderr.write(`${text}\n`);

/** The wanted scenarios, each preceded by those that must have been mined before. */
function plan(all, only) {
  const ordered = [];
  const add = name => {
    if (!all[name]) throw new Error(`no scenario named ${name}`);
    if (ordered.includes(name)) return;
    for (const earlier of all[name].after ?? []) add(earlier);
    ordered.push(name);
  };
  (only ?? Object.keys(all)).forEach(add);
  return ordered;
}

const indexPath = join(OUT, 'index.json');
const readIndex = () => (existsSync(indexPath) ? JSON.parse(readFileSync(indexPath, 'utf8')) : []);

function write(name, about, recording) {
  const file = `${name}.json.gz`;
  const text = JSON.stringify({ format: FORMAT, name, about, reference: '4.1.2', ...recording });
  const packed = gzipSync(text, { level: 9 });
  writeFileSync(join(OUT, file), packed);
  const operations = recording.operations.map(({ kind, nodeCalls, random, circuits, resetDimensions, result }) => ({
    kind,
    ...(result.txHash && { txHash: result.txHash }),
    ...(result.block && { block: result.block }),
    nodeCalls: nodeCalls.length,
    randomFields: random.filter(r => r.purpose === 'field').length,
    circuits: circuits.map(c => `${c.name}.${c.function}`),
    ...(resetDimensions.length && { resetDimensions: resetDimensions.map(d => d.join('_')) }),
  }));
  const index = readIndex().filter(entry => entry.file !== file);
  index.push({ file, about, bytes: packed.length, operations });
  index.sort((a, b) => (a.file < b.file ? -1 : 1));
  writeFileSync(indexPath, JSON.stringify(index, null, 1) + '\n');
  log(`  ${file}: ${packed.length} bytes`);
}

async function main() {
  mkdirSync(OUT, { recursive: true });
  const world = await World.create(options.url, options.seed, log);
  const extra = options['no-extra'] ? undefined : new ExtraRecordings(join(VECTORS, 'recordings-extra'));
  const all = { ...TRANSACTIONS, ...OTHERS };
  const failed = [];
  for (const name of plan(all, options.only?.split(','))) {
    log(`${name}: ${all[name].about}`);
    try {
      await recordScenario(world, name, all[name], extra);
    } catch (error) {
      log(`  failed: ${error.stack}`);
      failed.push(name);
    }
    extra?.finish();
  }
  return failed;
}

async function recordScenario(world, name, scenario, extra) {
  const prepared = await scenario.prepare(world);
  const { accounts, contracts, senders } = prepared;
  const run = async (suffix, operations) => {
    const recording = await record(options.url, `${options.seed}/${name}`, { accounts, contracts, senders, operations });
    for (const operation of recording.operations) extra?.offer(operation.circuits);
    write(name + suffix, scenario.about, recording);
  };
  if (prepared.operations) return run('', prepared.operations);

  const { payload, from, gasSettings } = prepared;
  const scopes = prepared.scopes ?? [from.address];
  const request = await world.request(payload, from.address, { gasSettings });
  await run('.simulated', [{ kind: 'simulate', request, scopes, skipFeeEnforcement: true }]);
  const after = async ({ tx, proven }) => {
    const receipt = await world.mine(tx);
    scenario.mined?.(world, proven);
    return receipt;
  };
  await run('', [{ kind: 'prove', request, scopes, after }]);
}

const failed = await main();
if (failed.length > 0) log(`failed: ${failed.join(', ')}`);
process.exit(failed.length > 0 ? 1 : 0);
