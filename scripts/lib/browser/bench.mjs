// Measures the extension and the reference's wallet in one Chromium, on one network, and prints the table.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { answerPoints } from '../../../tests/e2e/pages/dapp.mjs';
import { serve } from '../chromium.mjs';
import { contentScripts } from './content-scripts.mjs';
import { PASSWORD, start } from './extension.mjs';
import { watchMemory } from './memory.mjs';
import { median, report } from './report.mjs';

const ROOT = join(import.meta.dirname, '../../..');
const MODULES = join(ROOT, 'tests/reference/node_modules');
const { values: options } = parseArgs({
  options: {
    url: { type: 'string' },
    extension: { type: 'string', default: join(ROOT, 'dist/extension') },
    packed: { type: 'string', default: join(ROOT, 'dist/pixie.zip') },
    filler: { type: 'string', default: join(ROOT, 'target/bench/fill') },
    page: { type: 'string', default: join(ROOT, 'target/bench/page') },
    work: { type: 'string' },
    runs: { type: 'string', default: '5' },
    notes: { type: 'string', default: '10000' },
    'without-reference': { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const runs = Number(options.runs);
const notes = Number(options.notes);
const SENDS = 2;
const WARM_UPS = 2;
/** What the notes of the transfer's token add up to, and what of it is sent each time. */
const AMOUNTS = [130, 30];

const log = (text) => process.stderr.write(`${text}\n`);
const referenceScript = (...args) =>
  execFileSync(process.execPath, ['--no-warnings', join(ROOT, 'tests/reference/bench-pxe.mjs'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { LOG_LEVEL: 'silent', ...process.env },
    maxBuffer: 1 << 26,
  });

/** The first run and the median of those after the warm-ups. */
const summary = (times) => ({ first: times[0], warm: times.length > WARM_UPS ? median(times.slice(WARM_UPS)) : undefined, times });

/** Opens the page with both wallets. */
async function openPage(browser, server) {
  const page = await browser.open('about:blank');
  await page.command('Page.addScriptToEvaluateOnNewDocument', { source: `(${answerPoints})()` });
  await page.navigate(`${server.url}/page/index.html`);
  // Its modules wait for files of their own.
  await page.evaluate(`new Promise((done) => {
    const look = () => (globalThis.bench ? done() : setTimeout(look, 10));
    look();
  })`);
  return page;
}

/** Balance and simulation, each the first time and then warm. */
async function operations(page) {
  const rows = {};
  for (const name of ['balance', 'simulate']) {
    const { times, result } = await page.evaluate(`bench.time('${name}', ${runs + WARM_UPS})`);
    rows[name] = { ...summary(times), result };
    log(`  ${name}: ${times.map(Math.round).join(', ')} ms`);
  }
  return rows;
}

async function measureOurs(wallet, server, facts, owner) {
  log('Pixie, from a page');
  const page = await openPage(wallet.browser, server);
  await page.evaluate(`bench.connecting = bench.usePixie(${JSON.stringify(facts)}, '${owner}'); undefined`);
  await wallet.grant();
  await page.evaluate('bench.connecting');
  const rows = await operations(page);
  if (rows.balance.result !== facts.transfer.balance) throw new Error(`the balance is ${rows.balance.result}`);

  const sends = [];
  for (const amount of AMOUNTS.slice(0, SENDS)) {
    await page.evaluate(`bench.sending = bench.send(${amount}); undefined`);
    const { stages } = await wallet.approve(await wallet.request('transaction'));
    await page.evaluate('bench.sending');
    const at = (kind) => stages.find((stage) => stage.kind === kind).at;
    sends.push(at('sent') - at('approved'));
    log(`  approved to sent: ${sends.at(-1)} ms (${stages.map(({ kind, at }) => `${kind} ${at - stages[0].at}`).join(', ')})`);
  }
  rows.send = { first: sends[0], warm: sends.at(-1), times: sends };
  await page.close();
  return rows;
}

async function measureReference(wallet, server, facts) {
  log('the reference, in a page');
  const page = await openPage(wallet.browser, server);
  const begun = performance.now();
  await page.evaluate(`bench.useReference(${JSON.stringify(facts)})`);
  log(`  prepared after ${Math.round(performance.now() - begun)} ms`);
  const rows = await operations(page);
  const sends = [];
  for (const amount of AMOUNTS.slice(0, SENDS)) {
    const { ms, txHash } = await page.evaluate(`bench.send(${amount})`);
    sends.push(ms);
    log(`  sent after ${Math.round(ms)} ms`);
    await page.evaluate(`bench.mined('${txHash}')`);
  }
  rows.send = { first: sends[0], warm: sends.at(-1), times: sends };
  await page.close();

  // Its state is in IndexedDB by now.
  const opened = [];
  for (let run = 0; run < Math.min(runs, 3); run++) {
    const page = await openPage(wallet.browser, server);
    const { ms, accounts } = await page.evaluate(`bench.openReference('${facts.url}')`);
    if (accounts < 1) throw new Error('the reference has forgotten its account');
    opened.push(ms);
    await page.close();
  }
  log(`  opened: ${opened.map(Math.round).join(', ')} ms`);
  rows.open = { first: opened[0], warm: median(opened), times: opened };
  return rows;
}

function measureInNode(factsFile) {
  log('the reference, in Node');
  const names = { balance: 'balance', simulate: 'simulateInWallet', send: 'witness' };
  // In a browser the first balance finds the notes as well.
  const firsts = { ...names, balance: 'firstBalance' };
  const wanted = [...new Set([...Object.values(names), ...Object.values(firsts)])];
  const args = ['--measure', '--facts', factsFile, '--rows', wanted.join(), '--runs', String(runs), '--warm-ups', String(WARM_UPS)];
  const { rows } = JSON.parse(referenceScript(...args));
  return Object.fromEntries(Object.keys(names).map((name) => [name, { first: rows[firsts[name]].first, warm: rows[names[name]].warm }]));
}

async function measure(wallet, server) {
  const { browser } = wallet;
  const result = { browser: await browser.version(), machine: { cpu: cpus()[0].model, cores: cpus().length } };

  log('cold starts');
  const starts = (rows) => {
    log(`  answered, ready: ${rows.map(({ answered, ready }) => `${Math.round(answered)}, ${Math.round(ready)}`).join('; ')} ms`);
    return { answered: summaryOf(rows, 'answered'), ready: summaryOf(rows, 'ready') };
  };
  const summaryOf = (rows, name) => ({ warm: median(rows.map((row) => row[name])), times: rows.map((row) => row[name]) });
  result.coldNew = starts(await wallet.coldStarts(runs, 'empty'));

  log('a wallet');
  const owner = await wallet.settle(options.url);
  result.coldFirst = starts(await wallet.coldStarts(runs, 'unlocked'));
  const { approval } = await wallet.ask('deployAccount', { address: owner });
  const deployment = (await wallet.ask('approvals')).find(({ id }) => id === approval);
  await wallet.approve(deployment);

  log('unlock');
  const unlocks = [];
  for (let run = 0; run < runs; run++) {
    await wallet.ask('lock');
    unlocks.push((await wallet.time('unlock', { password: PASSWORD })).ms);
    await wallet.state(({ network }) => network?.status === 'ready', 'the network');
  }
  result.unlock = { first: unlocks[0], warm: median(unlocks), times: unlocks };

  // It has no notes yet, but has been used: the browser keeps the code that it has compiled.
  log('cold starts of the wallet in use');
  result.coldEmpty = starts(await wallet.coldStarts(runs, 'unlocked'));

  log('a token, and notes of it for both wallets');
  const factsFile = join(options.work, 'facts.json');
  referenceScript('--prepare', '--facts', factsFile, '--url', options.url, '--sizes', '', '--also', owner);
  const facts = JSON.parse(readFileSync(factsFile, 'utf8'));
  const token = facts.transfer.contract.instance.address;
  await wallet.ask('putContact', { address: facts.transfer.account.address, alias: 'Minter', isSender: true });
  await wallet.ask('addToken', { address: token });

  result.ours = await measureOurs(wallet, server, facts, owner);
  if (!options['without-reference']) {
    // First, for the other spends the notes.
    result.inNode = measureInNode(factsFile);
    result.reference = await measureReference(wallet, server, facts);
  }

  log(`a wallet with ${notes} notes`);
  const { network } = await wallet.ask('state');
  const sum = await wallet.fill(network, token, owner, notes);
  result.coldFull = starts(await wallet.coldStarts(runs, 'unlocked'));
  // They are there, and counted.
  const { ms, result: balances } = await wallet.time('balances', { account: owner });
  const shown = balances.find((balance) => balance.token.address === token);
  if (shown?.private !== undefined && shown.private !== sum) throw new Error(`the balance is ${shown.private}, not ${sum}`);
  result.fullBalance = { first: shown?.private === sum ? ms : undefined, problem: shown?.problem };
  if (shown?.problem) log(`  balance: ${shown.problem}`);

  log('a page that is no dapp');
  result.contentScripts = await contentScripts(browser, `${server.url}/`, options.extension, runs + WARM_UPS);
  return result;
}

const server = await serve({ '/page/': options.page, '/modules/': MODULES });
const wallet = await start({ extension: options.extension, filler: options.filler });
const memory = watchMemory(wallet.browser.pid);
let result;
try {
  result = await measure(wallet, server);
} finally {
  memory.end();
  await wallet.close();
  server.close();
}
result.memory = memory.peaks;
result.notes = notes;
result.runs = runs;
result.load = loadavg()[0];
result.packed = existsSync(options.packed) ? statSync(options.packed).size : undefined;
if (options.json) writeFileSync(options.json, `${JSON.stringify(result, null, 1)}\n`);
const { text, broken } = report(result);
console.log(text);
process.exit(broken.length > 0 ? 1 : 0);
