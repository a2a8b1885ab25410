// The network that the tests run on: the one of AZTEC_NODE_URL, or one of their own.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const script = fileURLToPath(new URL('../../scripts/network', import.meta.url));
const run = promisify(execFile);

export async function network() {
  const given = process.env.AZTEC_NODE_URL;
  if (given) return { name: 'Test network', url: given, end: async () => {} };
  const { stdout } = await run(script, ['up', '--auto-port', '--json'], { maxBuffer: 1 << 24 });
  const { url } = JSON.parse(stdout);
  return { name: 'Test network', url, end: () => run(script, ['down', '--port', new URL(url).port]) };
}
