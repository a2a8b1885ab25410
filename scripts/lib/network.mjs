// Brings a local Aztec network (an L1 in anvil and an Aztec node) up and down.
// Run through scripts/network, which sees to the setup first.
//
// Everything a network writes stays in target/network/PORT: its state file, its
// log, and a private HOME, TMPDIR and DATA_DIRECTORY for its processes.
import { spawn } from 'node:child_process';
import { closeSync, createReadStream, existsSync, mkdirSync, openSync, readFileSync, readdirSync } from 'node:fs';
import { realpathSync, renameSync, rmSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const STATES = join(ROOT, 'target', 'network');
const REFERENCE = join(ROOT, 'tests', 'reference');
const DEFAULT_PORT = 8080;
const DEFAULT_L1_PORT = 8545;
// Set in the environment of every process of a network; tells them from others.
const MARK = 'PIXIE_NETWORK';

const USAGE = `usage: scripts/network COMMAND [OPTION...]

  up      start the network unless it answers already; prints its URL
  down    stop it and remove everything that it wrote
  status  versions, block number, contract addresses, processes (exit status 1 if it does not answer)
  logs    print its log (-f follows)

  --port N        port of the node's JSON-RPC (default ${DEFAULT_PORT}); names the network
  --l1-port N     port of the L1 (default ${DEFAULT_L1_PORT})
  --auto-port     up: take free ports
  --json          up, status: print JSON
  --tries N       up: attempts, each with a fresh L1 and fresh data (default 5)
  --try-timeout S up: seconds that one attempt may take (default 240)
  --keep-data     down: keep the folder with log and data
  --all           down: every network started from this clone
`;

class Failure extends Error {}

const say = text => process.stderr.write(`${text}\n`);

// ---- arguments ----

function parse(argv) {
  const options = { port: DEFAULT_PORT, l1Port: DEFAULT_L1_PORT, tries: 5, tryTimeout: 240 };
  const [command, ...rest] = argv;
  const number = (name, low, high) => {
    const text = rest.shift();
    const value = Number(text);
    if (!/^\d+$/.test(text ?? '') || value < low || value > high)
      throw new Failure(`${name} takes a number from ${low} to ${high}, not '${text ?? ''}'`);
    return value;
  };
  while (rest.length > 0) {
    const name = rest.shift();
    switch (name) {
      case '--port': options.port = number(name, 1, 65535); break;
      case '--l1-port': options.l1Port = number(name, 1, 65535); break;
      case '--tries': options.tries = number(name, 1, 100); break;
      case '--try-timeout': options.tryTimeout = number(name, 1, 3600); break;
      case '--auto-port': options.autoPort = true; break;
      case '--json': options.json = true; break;
      case '--keep-data': options.keepData = true; break;
      case '--all': options.all = true; break;
      case '-f': case '--follow': options.follow = true; break;
      default: throw new Failure(`unknown option '${name}'\n\n${USAGE}`);
    }
  }
  return { command, options };
}

// ---- state ----

const folderOf = port => join(STATES, String(port));
const logOf = port => join(folderOf(port), 'network.log');

function readState(port) {
  try {
    return JSON.parse(readFileSync(join(folderOf(port), 'state.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

function writeState(port, state) {
  const path = join(folderOf(port), 'state.json');
  writeFileSync(`${path}.new`, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(`${path}.new`, path);
}

function removeFolder(port) {
  rmSync(folderOf(port), { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  // The parents go as well when nothing else is in them.
  for (const folder of [STATES, dirname(STATES)]) {
    try {
      rmdirSync(folder);
    } catch {
      return;
    }
  }
}

// One `up` or `down` at a time for a port, on the whole machine. The lock is an
// abstract socket: it leaves no file and goes when its process does.
async function lock(port) {
  for (let told = false; ; told = true) {
    const server = createServer();
    const taken = await new Promise((done, fail) => {
      server.once('error', error => (error.code === 'EADDRINUSE' ? done(false) : fail(error)));
      server.listen({ path: `\0pixie-network-${port}` }, () => done(true));
    });
    if (taken) return () => server.close();
    if (!told) say(`another 'scripts/network' is at work on port ${port}; waiting for it`);
    await sleep(500);
  }
}

// ---- processes ----

// The processes whose environment carries the mark of this network.
function marked(port) {
  const wanted = `${MARK}=${folderOf(port)}`;
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(wanted);
      } catch {
        return false;
      }
    })
    .map(pid => ({ pid: Number(pid), name: nameOf(pid) }))
    // A zombie has an empty command line and is already gone.
    .filter(({ name }) => name !== '');
}

function nameOf(pid) {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
    return words.slice(0, 3).map(word => word.split('/').pop()).join(' ').trim();
  } catch {
    return '';
  }
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

async function stopProcesses(port) {
  for (const [name, patience] of [['SIGTERM', 5000], ['SIGKILL', 5000]]) {
    const end = Date.now() + patience;
    for (const { pid } of marked(port)) signal(pid, name);
    while (Date.now() < end) {
      if (marked(port).length === 0) return;
      await sleep(100);
    }
  }
  const left = marked(port);
  if (left.length > 0) throw new Failure(`these processes do not end: ${left.map(({ pid }) => pid).join(', ')}`);
}

function start(port, log, program, args, env) {
  const folder = folderOf(port);
  const child = spawn(program, args, {
    cwd: join(folder, 'work'),
    detached: true,
    stdio: ['ignore', log, log],
    env: {
      PATH: process.env.PATH,
      LANG: process.env.LANG ?? 'C.UTF-8',
      HOME: join(folder, 'home'),
      TMPDIR: join(folder, 'tmp'),
      [MARK]: folder,
      ...env,
    },
  });
  child.unref();
  const state = { pid: child.pid, ended: undefined };
  child.on('error', error => (state.ended = error.message));
  child.on('exit', (code, signalName) => (state.ended = signalName ?? `status ${code}`));
  return state;
}

// ---- ports and JSON-RPC ----

const listens = port =>
  new Promise(done => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen({ port, host: '0.0.0.0' }, () => server.close(() => done(true)));
  });

async function freePorts(count) {
  const servers = [];
  for (let n = 0; n < count; n++) {
    const server = createServer();
    await new Promise((done, fail) => server.once('error', fail).listen({ port: 0, host: '0.0.0.0' }, done));
    servers.push(server);
  }
  const ports = servers.map(server => server.address().port);
  await Promise.all(servers.map(server => new Promise(done => server.close(done))));
  return ports;
}

const urlOf = port => `http://localhost:${port}`;

async function rpc(port, method, params = [], timeout = 5000) {
  const reply = await fetch(`http://127.0.0.1:${port}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    signal: AbortSignal.timeout(timeout),
  });
  const { result, error } = await reply.json();
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
}

// What the node says of itself, or undefined if it does not answer as a ready Aztec node.
async function ask(port) {
  try {
    if ((await rpc(port, 'node_isReady')) !== true) return undefined;
    const [info, blockNumber] = await Promise.all([rpc(port, 'node_getNodeInfo'), rpc(port, 'node_getBlockNumber')]);
    return typeof info?.nodeVersion === 'string' ? { info, blockNumber } : undefined;
  } catch {
    return undefined;
  }
}

// ---- commands ----

async function up(options) {
  if (options.autoPort) [options.port, options.l1Port] = await freePorts(2);
  const { port } = options;
  const unlock = await lock(port);
  try {
    const here = await ask(port);
    if (here) {
      const wanted = JSON.parse(readFileSync(join(REFERENCE, 'package.json'), 'utf8')).dependencies['@aztec/aztec'];
      if (here.info.nodeVersion !== wanted)
        throw new Failure(`the Aztec node on port ${port} is version ${here.info.nodeVersion}, not ${wanted}`);
      say(`the network is already up${readState(port) ? '' : ' (started elsewhere)'}`);
      return report(options);
    }
    await stopProcesses(port);
    removeFolder(port);
    for (const taken of [port, options.l1Port])
      if (!(await listens(taken)))
        throw new Failure(`port ${taken} is taken by another program; choose others with --port and --l1-port, or --auto-port`);

    const failures = [];
    const interrupted = async () => {
      await stopProcesses(port);
      removeFolder(port);
      process.exit(130);
    };
    process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
    for (let attempt = 1; attempt <= options.tries; attempt++) {
      const begun = Date.now();
      const failure = await attemptUp(options, attempt, failures);
      const seconds = ((Date.now() - begun) / 1000).toFixed(0);
      if (!failure) {
        say(`the network is up after ${seconds} s; tries: ${attempt}`);
        return report(options);
      }
      failures.push(failure);
      say(`try ${attempt} of ${options.tries} failed after ${seconds} s: ${failure}`);
      await stopProcesses(port);
    }
    throw new Failure(`the network did not come up in ${options.tries} tries; the log is ${logOf(port)}`);
  } finally {
    unlock();
  }
}

// One attempt on a fresh L1 and fresh data. Returns what went wrong, if anything.
async function attemptUp(options, attempt, failures) {
  const { port, l1Port } = options;
  const folder = folderOf(port);
  for (const name of ['data', 'work', 'tmp', 'home']) rmSync(join(folder, name), { recursive: true, force: true });
  for (const name of ['data', 'work', 'tmp', 'home']) mkdirSync(join(folder, name), { recursive: true });
  placeCompilerStandIn(join(folder, 'home'));
  const modules = realpathSync(join(REFERENCE, 'node_modules'));
  const node = join(modules, '.native', 'bin', 'node');
  const foundry = name => join(modules, '@foundry-rs', `${name}-linux-amd64`, 'bin');
  const log = openSync(logOf(port), 'a');
  writeFileSync(log, `--- try ${attempt}: node on port ${port}, L1 on port ${l1Port}\n`);
  const deadline = Date.now() + options.tryTimeout * 1000;
  const common = {
    PATH: [join(modules, '.native', 'bin'), foundry('anvil'), foundry('forge'), process.env.PATH].join(':'),
    FOUNDRY_OFFLINE: 'true',
    FOUNDRY_DISABLE_NIGHTLY_WARNING: '1',
  };
  say(`starting the network on port ${port} (L1 on port ${l1Port}), try ${attempt} of ${options.tries}`);
  try {
    const l1 = start(port, log, join(foundry('anvil'), 'anvil'),
      ['--silent', '--host', '127.0.0.1', '--port', String(l1Port)], common);
    const l1Answers = () => rpc(l1Port, 'eth_chainId').then(() => true, () => false);
    while (!(await l1Answers())) {
      if (l1.ended) return `anvil ended with ${l1.ended}`;
      if (Date.now() > deadline) return 'anvil did not answer in time';
      await sleep(100);
    }

    const aztec = start(port, log, node,
      ['--no-warnings', join(modules, '@aztec/aztec/dest/bin/index.js'), 'start', '--local-network', '--port', String(port)], {
      ...common,
      AZTEC_SHELL_WRAPPER: '1',
      DATA_DIRECTORY: join(folder, 'data'),
      ETHEREUM_HOSTS: `http://127.0.0.1:${l1Port}`,
      L1_CHAIN_ID: '31337',
      LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn',
      NO_COLOR: '1',
      NODE_ENV: 'production',
      TEST_ACCOUNTS: 'true',
      // A block is made as soon as there is a transaction.
      ARCHIVER_POLLING_INTERVAL_MS: '500',
      ARCHIVER_VIEM_POLLING_INTERVAL_MS: '500',
      P2P_BLOCK_CHECK_INTERVAL_MS: '500',
      SEQ_TX_POLLING_INTERVAL_MS: '500',
      WS_BLOCK_CHECK_INTERVAL_MS: '500',
      // A deployment that hangs cannot be mended on the same L1, so it is not tried again there.
      FORGE_BROADCAST_TIMEOUT: '60',
      FORGE_BROADCAST_MAX_RETRIES: '0',
      // Nothing leaves the machine.
      ENABLE_VERSION_CHECK: 'false',
      ENABLE_AUTO_SHUTDOWN: 'false',
      P2P_ENABLED: 'false',
      OTEL_SDK_DISABLED: 'true',
    });
    writeState(port, { port, l1Port, l1: l1.pid, node: aztec.pid, attempt, failures, started: new Date().toISOString() });
    while (!(await ask(port))) {
      if (aztec.ended) return `the node ended with ${aztec.ended}${lastWords(port)}`;
      if (l1.ended) return `anvil ended with ${l1.ended}`;
      if (Date.now() > deadline) return `not ready within ${options.tryTimeout} s`;
      await sleep(500);
    }
    return undefined;
  } finally {
    closeSync(log);
  }
}

// The L1 contracts come compiled, with forge's cache; yet forge refuses to go on
// offline unless its compiler is installed. This stands in for it, and says so
// if forge should ever really want to compile.
const SOLC = '0.8.30';
function placeCompilerStandIn(home) {
  const folder = join(home, '.svm', SOLC);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `solc-${SOLC}`), `#!/bin/sh
case "$*" in
*--version*) printf 'solc, the solidity compiler commandline interface\nVersion: ${SOLC}+commit.73712a01.Linux.g++\n' ;;
*) echo 'the L1 contracts were to be compiled anew, but only their compiled form is at hand' >&2; exit 1 ;;
esac
`, { mode: 0o755 });
}

// The line of the log that most likely names the cause.
function lastWords(port) {
  const lines = readFileSync(logOf(port), 'utf8').split('\n');
  const attempt = lines.slice(lines.findLastIndex(line => line.startsWith('--- try')) + 1);
  const cause = attempt.find(line => /error/i.test(line));
  return cause ? `: ${cause.trim().slice(0, 200)}` : '';
}

async function down(options) {
  if (options.all) {
    const ports = existsSync(STATES) ? readdirSync(STATES).filter(name => /^\d+$/.test(name)) : [];
    if (ports.length === 0) say('no network of this clone is up');
    for (const port of ports) await down({ ...options, all: false, port: Number(port) });
    return 0;
  }
  const { port } = options;
  const unlock = await lock(port);
  try {
    const had = readState(port) !== undefined || marked(port).length > 0;
    await stopProcesses(port);
    if (!options.keepData) removeFolder(port);
    if (had) say(`the network on port ${port} is down`);
    else if (await ask(port)) throw new Failure(`the network on port ${port} was started elsewhere; bring it down there`);
    else say(`no network is up on port ${port}`);
    return 0;
  } finally {
    unlock();
  }
}

async function report({ port, json }) {
  if (json) return status({ port, json });
  console.log(urlOf(port));
  return 0;
}

async function status({ port, json }) {
  const answer = await ask(port);
  const state = readState(port);
  const processes = marked(port);
  if (!answer) {
    if (json) console.log(JSON.stringify({ up: false, url: urlOf(port), processes }, null, 2));
    else console.log(`down: nothing answers as an Aztec node at ${urlOf(port)}` +
      (processes.length > 0 ? ` (processes: ${processes.map(({ pid }) => pid).join(', ')}; see 'scripts/network logs')` : ''));
    return 1;
  }
  const { info, blockNumber } = answer;
  const facts = {
    up: true,
    url: urlOf(port),
    l1Url: state ? urlOf(state.l1Port) : undefined,
    nodeVersion: info.nodeVersion,
    l1ChainId: info.l1ChainId,
    rollupVersion: info.rollupVersion,
    blockNumber,
    realProofs: info.realProofs,
    l1ContractAddresses: info.l1ContractAddresses,
    protocolContractAddresses: info.protocolContractAddresses,
    tries: state?.attempt,
    failures: state?.failures,
    started: state?.started,
    processes,
  };
  if (json) {
    console.log(JSON.stringify(facts, null, 2));
    return 0;
  }
  const line = (name, value) => value === undefined || console.log(`${name.padEnd(16)}${value}`);
  line('url', facts.url);
  line('l1 url', facts.l1Url);
  line('version', facts.nodeVersion);
  line('chain id', facts.l1ChainId);
  line('rollup version', facts.rollupVersion);
  line('block number', facts.blockNumber);
  line('started', facts.started);
  line('tries', facts.tries);
  const table = (title, entries) => {
    console.log(title);
    for (const [name, value] of entries) console.log(`  ${name.padEnd(28)}${value}`);
  };
  table('L1 contracts', Object.entries(facts.l1ContractAddresses ?? {}));
  table('protocol contracts', Object.entries(facts.protocolContractAddresses ?? {}));
  if (state) table('processes', processes.map(({ pid, name }) => [pid.toString(), name]));
  else console.log('started elsewhere; its processes are not known here');
  return 0;
}

async function logs({ port, follow }) {
  const path = logOf(port);
  if (!existsSync(path)) throw new Failure(`no log: no network of this clone is on port ${port}`);
  for (let from = 0; ; await sleep(500)) {
    if (!existsSync(path)) return 0;
    const { size } = statSync(path);
    if (size > from) {
      for await (const chunk of createReadStream(path, { start: from, end: size - 1 })) process.stdout.write(chunk);
      from = size;
    }
    if (!follow) return 0;
  }
}

const COMMANDS = { up, down, status, logs };

try {
  const { command, options } = parse(process.argv.slice(2));
  if (command === 'help' || command === '--help' || command === '-h') {
    console.log(USAGE);
    process.exit(0);
  }
  if (!Object.hasOwn(COMMANDS, command ?? '')) throw new Failure(`unknown command '${command ?? ''}'\n\n${USAGE}`);
  process.stdout.on('error', error => process.exit(error.code === 'EPIPE' ? 0 : 1));
  process.exit(await COMMANDS[command](options));
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  say(`error: ${error.message}`);
  process.exit(1);
}
