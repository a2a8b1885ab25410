// Measures each row with ours and with the reference, one after the other, and prints the table.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const ROOT = join(import.meta.dirname, '../../..');
const { values: options } = parseArgs({
  options: {
    facts: { type: 'string' },
    ours: { type: 'string' },
    rows: { type: 'string' },
    runs: { type: 'string', default: '5' },
    limit: { type: 'string', default: '1800' },
    json: { type: 'string' },
  },
});
const facts = JSON.parse(readFileSync(options.facts, 'utf8'));

const TITLES = {
  simulate: 'simulate a private transfer, without kernels',
  simulateKernels: 'simulate it with simulated kernels',
  witness: 'execute it with full kernel witnesses',
  balance: 'balance query',
};
const title = row => TITLES[row] ?? `sync of an account with ${Number(row.slice('sync'.length)).toLocaleString('en')} notes`;
/** How many times faster than the reference ours has to be. */
const BOUNDS = { witness: 5 };

const stdio = ['ignore', 'pipe', 'inherit'];
function ours(row) {
  const modules = join(ROOT, 'tests/reference/node_modules');
  const resources = join(ROOT, 'dist/resources');
  const args = ['--facts', options.facts, '--modules', modules, '--resources', resources, '--row', row, '--runs', options.runs];
  return JSON.parse(execFileSync(options.ours, args, { stdio }));
}
function reference(row) {
  const script = join(ROOT, 'tests/reference/bench-pxe.mjs');
  const args = ['--no-warnings', script, '--measure', '--facts', options.facts, '--rows', row, '--runs', options.runs, '--limit', options.limit];
  return JSON.parse(execFileSync(process.execPath, args, { stdio, maxBuffer: 1 << 26 })).rows[row];
}

const names = options.rows?.split(',') ?? [...Object.keys(TITLES), ...facts.sync.map(({ notes }) => `sync${notes}`)];
const rows = {};
for (const name of names) rows[name] = { ours: ours(name), reference: reference(name) };

const ms = value => (value == null ? '–' : value >= 100 ? value.toFixed(0) : value.toFixed(1));
const mb = bytes => `${(bytes / 1e6).toFixed(0)} MB`;
/** The time that counts: of warm runs, or of the only one. */
const time = row => row.warm ?? row.first;

console.log(`\n${cpus()[0].model}, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)}; times in ms: median of ${options.runs} warm runs, a sync is a single run\n`);
console.log('| | reference | ours | ratio | reference, processor | ours, processor | reference, first | ours, first | reference, peak | ours, peak |');
console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
const broken = [];
for (const [name, { ours, reference }] of Object.entries(rows)) {
  const gaveUp = reference.overLimit ? `over ${reference.overLimit * 1000}` : reference.failed ? `failed (${reference.failed})` : undefined;
  const ratio = gaveUp && !reference.overLimit ? NaN : (reference.overLimit ? reference.overLimit * 1000 : time(reference)) / time(ours);
  const cells = [
    title(name),
    gaveUp ?? ms(time(reference)),
    ms(time(ours)),
    Number.isNaN(ratio) ? '–' : `${reference.overLimit ? '> ' : ''}${ratio.toFixed(1)}×`,
    gaveUp ? '–' : ms(time(reference.cpu)),
    ms(time(ours.cpu)),
    gaveUp ? '–' : ms(reference.first),
    ms(ours.first),
    mb(reference.peakMemory),
    mb(ours.peakMemory),
  ];
  console.log(`| ${cells.join(' | ')} |`);
  if (ratio < (BOUNDS[name] ?? 1)) broken.push(`${title(name)}: ${ratio.toFixed(2)}×, at least ${BOUNDS[name] ?? 1}× is asked for`);
}
if (options.json) writeFileSync(options.json, `${JSON.stringify({ block: facts.block, rows }, null, 1)}\n`);
console.log(broken.length ? `\nbroken bounds:\n${broken.join('\n')}` : '\nall bounds are kept');
process.exit(broken.length ? 1 : 0);
