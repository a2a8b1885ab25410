// For people: a Chromium with the extension, the demo dapp and the wallet's first page.
// usage: node open.mjs PROFILE
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';

import { program } from '../../scripts/lib/chromium.mjs';
import { EXTENSION } from './browser.mjs';
import { network } from './network.mjs';
import { serveDapp } from './pages/dapp.mjs';

const profile = resolve(process.argv[2] ?? 'target/demo/profile');
mkdirSync(profile, { recursive: true });
const [{ url: node, end }, server] = await Promise.all([network(), serveDapp()]);
const dapp = server.url('index.html', { node });
console.log(`the node is ${node}; the demo dapp is ${dapp}`);
const browser = spawn(
  program(),
  [
    `--user-data-dir=${profile}`,
    `--disable-extensions-except=${EXTENSION}`,
    `--load-extension=${EXTENSION}`,
    '--no-first-run',
    // Chromium refuses to run as root otherwise.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    dapp,
  ],
  { stdio: 'ignore' },
);
const status = await new Promise((done) => browser.on('exit', done).on('error', done));
server.close();
await end();
if (status !== 0) console.error(`Chromium ended with ${status}`);
process.exitCode = status === 0 ? 0 : 1;
