// A wallet of the reference, held by a process that other programs talk to: the
// other party of integration tests on a real network.
//
// usage: node peer.mjs [--url URL]     (default: AZTEC_NODE_URL, or localhost:8080)
//
// Reads one JSON object a line, {"id": 1, "do": "info", …}, and answers each
// with a line {"id": 1, "ok": …} or {"id": 1, "error": "…"}, in order, one at a
// time. Everything else goes to stderr. Ends when its input ends. The commands
// and their fields: peer/commands.mjs.
// Needs glibc 2.39, or the Node of node_modules/.native that scripts/network uses.
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

// Nothing but answers may get into stdout, whatever the libraries print.
const answer = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);

const { values: options } = parseArgs({
  options: { url: { type: 'string', default: process.env.AZTEC_NODE_URL ?? 'http://localhost:8080' } },
});

const { COMMANDS } = await import('./peer/commands.mjs');
const { Peer } = await import('./peer/wallet.mjs');

const peer = await Peer.create(options.url);

async function handle(line) {
  let id = null;
  try {
    const request = JSON.parse(line);
    id = request.id ?? null;
    const command = Object.hasOwn(COMMANDS, request.do) ? COMMANDS[request.do] : undefined;
    if (!command) throw new Error(`no command '${request.do}'; there are: ${Object.keys(COMMANDS).join(' ')}`);
    return { id, ok: (await command(peer, request)) ?? null };
  } catch (error) {
    process.stderr.write(`${error?.stack ?? error}\n`);
    return { id, error: String(error?.message ?? error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === '') continue;
  const text = JSON.stringify(await handle(line));
  await new Promise(done => answer(`${text}\n`, done));
}
await peer.stop();
process.exit(0);
