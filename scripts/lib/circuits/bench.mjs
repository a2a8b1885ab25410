// The benchmark of circuits; see scripts/bench.d/circuits.
import { execFileSync } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { recordings } from '../../../tests/wasm/recordings.mjs';
import { launch, serve } from '../chromium.mjs';
import { ENGINE, MODULES, MOUNTS, fileOf } from './files.mjs';

/** The circuits of a private transfer: account, kernels, token. */
const TRANSFER = [
  'SchnorrAccount_entrypoint_0',
  'PrivateKernelInit_main_2',
  'Token_transfer_0',
  'PrivateKernelInner_main_2',
  'PrivateKernelReset_4_4_4_4_4_4_4_4_4_main_2',
  'PrivateKernelTail_main_0',
  'HidingKernelToRollup_main_0',
];
const MEMORY_BOUND = 256e6;

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, filter: { type: 'string' }, json: { type: 'string' } },
});
const wanted = (part) => !options.only || options.only === part;

const all = await recordings((path) => readFile(fileOf(path)));
const entries = all.filter(({ name }) => name.includes(options.filter ?? ''));
const transfer = TRANSFER.map((name) => all.find((entry) => entry.name === name));

function native() {
  const run = (...parameters) =>
    JSON.parse(execFileSync(process.env.PIXIE_REPLAY_TIMES, ['--json', ...parameters]).toString());
  const { recordings: results } = run(options.filter ?? '');
  const times = entries.map(({ name }) => results.find((result) => result.name === name));
  const memory = run('--keep', ...TRANSFER).peakBytes;
  return { times, memory };
}

function node() {
  const script = fileURLToPath(new URL('in-node.mjs', import.meta.url));
  const run = (what, input) =>
    JSON.parse(
      execFileSync(process.execPath, ['--no-warnings', script, what], {
        input: JSON.stringify(input),
        maxBuffer: 1 << 26,
      }).toString(),
    );
  return {
    name: `Node ${process.versions.node}`,
    times: run('times', entries),
    ourMemory: run('ours', transfer),
    theirMemory: run('theirs', transfer),
  };
}

const ENGINES = `
  const { fetchFile } = await import('/tests/recordings.mjs');
  const { ourMemory, theirMemory, times } = await import('/code/measure.mjs');
  const ours = async () => {
    const engine = await import('/engine/pixie_acir_wasm.js');
    const { memory } = await engine.default({
      module_or_path: '/engine/pixie_acir_wasm_bg.wasm',
    });
    return { Replay: engine.Replay, memory: () => memory };
  };
  const theirs = async () => {
    const acvm = await import('/modules/@aztec/noir-acvm_js/web/acvm_js.js');
    const { memory } = await acvm.default();
    return { acvm, memory: () => memory };
  };
`;

async function chromium() {
  const server = await serve(MOUNTS);
  const browser = await launch();
  // Every measurement of memory has a page, and so an engine, of its own.
  const inPage = async (code) => {
    const page = await browser.open(server.url);
    try {
      return await page.evaluate(`(async () => { ${ENGINES} ${code} })()`);
    } finally {
      await page.close();
    }
  };
  try {
    const list = JSON.stringify(entries);
    const seven = JSON.stringify(transfer);
    return {
      name: await browser.version(),
      times: await inPage(`
        const both = { ...(await ours()), ...(await theirs()) };
        const results = [];
        for (const entry of ${list}) results.push(await times(both, fetchFile, entry));
        return results;`),
      ourMemory: await inPage(`return ourMemory(await ours(), fetchFile, ${seven})`),
      theirMemory: await inPage(`return theirMemory(await theirs(), fetchFile, ${seven})`),
    };
  } finally {
    await browser.close();
    server.close();
  }
}

const result = {
  native: wanted('native') ? native() : undefined,
  node: wanted('node') ? node() : undefined,
  chromium: wanted('chromium') ? await chromium() : undefined,
};
if (options.json) writeFileSync(options.json, `${JSON.stringify({ entries, ...result }, null, 1)}\n`);

const broken = [];
const ms = (time) => time.toFixed(time < 10 ? 2 : 1);
const mb = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
const row = (cells) => console.log(`| ${cells.join(' | ')} |`);
const head = (cells) => {
  row(cells);
  row(cells.map((_, index) => (index === 0 ? '---' : '---:')));
};
const isTransfer = ({ name }) => TRANSFER.includes(name);
const sum = (times, key, filter) =>
  entries.reduce((total, entry, i) => (filter(entry) ? total + times[i][key] : total), 0);
const SUMS = [
  ['**private transfer, its seven circuits (*)**', isTransfer],
  [`**all ${entries.length}**`, () => true],
];

console.log(`\n${cpus()[0].model}, ${cpus().length} cores; times in ms, best of several runs\n`);
if (result.native) {
  console.log('Natively:\n');
  head(['circuit', 'decode', 'execute']);
  const { times, memory } = result.native;
  entries.forEach((entry, i) =>
    row([entry.name + (isTransfer(entry) ? ' *' : ''), ms(times[i].decode), ms(times[i].ours)]),
  );
  for (const [title, filter] of SUMS) {
    row([title, ms(sum(times, 'decode', filter)), ms(sum(times, 'ours', filter))]);
  }
  console.log(`\npeak memory of the process for the transfer: ${mb(memory)}\n`);
  if (memory >= MEMORY_BOUND) broken.push(`natively the transfer needs ${mb(memory)}`);
}
for (const place of [result.node, result.chromium].filter(Boolean)) {
  const { name, times, ourMemory, theirMemory } = place;
  console.log(`WebAssembly in ${name}:\n`);
  head(['circuit', 'acvm_js', 'ours', 'ratio', 'ours: decode', 'ours: first run']);
  const line = (title, at) =>
    row([
      title,
      ms(at('theirs')),
      ms(at('ours')),
      `${(at('theirs') / at('ours')).toFixed(1)}×`,
      ms(at('decode')),
      ms(at('first')),
    ]);
  entries.forEach((entry, i) => {
    line(entry.name + (isTransfer(entry) ? ' *' : ''), (key) => times[i][key]);
    if (times[i].ours > times[i].theirs) broken.push(`${name}: ${entry.name} is slower`);
  });
  for (const [title, filter] of SUMS) line(title, (key) => sum(times, key, filter));
  const ratio = sum(times, 'theirs', isTransfer) / sum(times, 'ours', isTransfer);
  if (ratio < 4) broken.push(`${name}: the transfer is only ${ratio.toFixed(1)}× as fast`);
  if (ourMemory >= MEMORY_BOUND) broken.push(`${name}: the transfer needs ${mb(ourMemory)}`);
  console.log(
    `\npeak linear memory for the transfer: ours ${mb(ourMemory)} (all seven circuits kept decoded), acvm_js ${mb(theirMemory)}\n`,
  );
}
if (result.node || result.chromium) {
  const size = (path) => statSync(path).size;
  const ours = size(join(ENGINE, 'pixie_acir_wasm_bg.wasm'));
  const theirs = size(join(MODULES, '@aztec/noir-acvm_js/web/acvm_js_bg.wasm'));
  console.log(`wasm: ours ${mb(ours)}, acvm_js ${mb(theirs)}`);
  console.log(
    'acvm_js decodes in every call; our second execution takes the decoded circuit from the cache.',
  );
}
console.log(broken.length === 0 ? 'all bounds are kept' : `BROKEN: ${broken.join('; ')}`);
process.exitCode = broken.length === 0 ? 0 : 1;
