// The reference's side of the benchmark of the private execution environment.
//
// usage: node bench-pxe.mjs --prepare --facts FILE [--url URL] [--sizes 1000,10000] [--also ADDRESS]
//        node bench-pxe.mjs --measure --facts FILE [--rows NAME,…] [--runs N] [--warm-ups N] [--sync-runs N] [--limit S]
//
// --prepare makes the state of the chain on a running local network, and writes
// to FILE all that a wallet needs to measure the same: accounts, contracts,
// senders, expected results. --also gives an account of another wallet the notes
// of the transfer as well. --measure prints a JSON object: of each row the
// first run, the median of the warm ones (ms; the same of the processor's time),
// and the peak memory of a process that does nothing else (bytes). A row that
// takes longer than the limit is given up: {"overLimit": seconds, "peakMemory": …}.
// Progress goes to stderr.
// Needs glibc 2.39, or the Node of node_modules/.native that scripts/network uses.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    prepare: { type: 'boolean', default: false },
    measure: { type: 'boolean', default: false },
    facts: { type: 'string' },
    url: { type: 'string', default: process.env.AZTEC_NODE_URL ?? 'http://localhost:8080' },
    sizes: { type: 'string', default: '1000,10000' },
    also: { type: 'string' },
    rows: { type: 'string' },
    runs: { type: 'string', default: '5' },
    'warm-ups': { type: 'string', default: '2' },
    'sync-runs': { type: 'string', default: '1' },
    limit: { type: 'string', default: '1800' },
    // Internal: one row in this process.
    row: { type: 'string' },
  },
});
const log = text => process.stderr.write(`${text}\n`);

async function prepare() {
  const { prepare } = await import('./bench/chain.mjs');
  const sizes = options.sizes.split(',').filter(Boolean).map(Number);
  const facts = await prepare({ url: options.url, sizes, also: options.also, log });
  writeFileSync(options.facts, `${JSON.stringify(facts, null, 1)}\n`);
}

/** Every row in a process of its own, so that its memory is its own. */
async function measure(facts) {
  const names = ['simulate', 'simulateInWallet', 'simulateKernels', 'witness', 'balance', ...facts.sync.map(({ notes }) => `sync${notes}`)];
  const rows = {};
  for (const name of options.rows?.split(',') ?? names) {
    const args = ['--facts', options.facts, '--runs', options.runs, '--warm-ups', options['warm-ups'], '--sync-runs', options['sync-runs'], '--row', name];
    rows[name] = await rowProcess(args);
    log(`${name}: ${JSON.stringify(rows[name])}`);
  }
  const machine = { cpu: cpus()[0].model, cores: cpus().length, load: loadavg() };
  process.stdout.write(`${JSON.stringify({ reference: '4.1.2', node: process.version, machine, rows }, null, 1)}\n`);
}

/** Runs one row; its memory is looked at while it runs, for it may not end. */
async function rowProcess(args) {
  const limit = Number(options.limit);
  const child = spawn(process.execPath, [import.meta.filename, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { LOG_LEVEL: 'silent', ...process.env },
  });
  let peakMemory = 0;
  const watch = setInterval(() => (peakMemory = peakOf(child.pid) ?? peakMemory), 1000);
  let overLimit = false;
  const timer = setTimeout(() => (overLimit = child.kill('SIGKILL')), limit * 1000);
  let output = '';
  child.stdout.on('data', data => (output += data));
  const status = await new Promise(done => child.once('close', done));
  clearInterval(watch);
  clearTimeout(timer);
  if (overLimit) return { overLimit: limit, peakMemory };
  // What the row itself says, or else that it broke off: out of memory, for one.
  return status === 0 ? JSON.parse(output.trim().split('\n').at(-1)) : { failed: status ?? child.signalCode, peakMemory };
}

/** The peak of a process's resident memory in bytes. */
function peakOf(pid) {
  try {
    return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024 || undefined;
  } catch {
    return undefined;
  }
}

async function measureOne(facts) {
  const { measureRow } = await import('./bench/rows.mjs');
  const counts = { runs: Number(options.runs), warmUps: Number(options['warm-ups']), syncRuns: Number(options['sync-runs']) };
  const row = await measureRow(facts, options.row, counts);
  row.peakMemory = process.resourceUsage().maxRSS * 1024;
  process.stdout.write(`${JSON.stringify(row)}\n`);
}

if (!options.facts || [options.prepare, options.measure, options.row].filter(Boolean).length === 0) {
  log('usage: node bench-pxe.mjs [--prepare] [--measure] --facts FILE […]');
  process.exit(2);
}
if (options.prepare) await prepare();
const facts = JSON.parse(readFileSync(options.facts, 'utf8'));
if (options.row) await measureOne(facts);
else if (options.measure) await measure(facts);
process.exit(0);
