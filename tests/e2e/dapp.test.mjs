// The demo dapp where there is no wallet, on a node that says only which network it is of.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';

import { program } from '../../scripts/lib/chromium.mjs';
import { Dapp, serveDapp } from './pages/dapp.mjs';

const { chromium } = createRequire(new URL('../../extension/package.json', import.meta.url))('playwright-core');
const { exchanges } = JSON.parse(readFileSync(new URL('../vectors/node-traffic.json', import.meta.url), 'utf8'));
const { result: info } = exchanges.find(({ method }) => method === 'node_getNodeInfo');
const NODE = 'http://node.localhost';

let server;
let browser;
let context;

before(async () => {
  server = await serveDapp();
  browser = await chromium.launch({ executablePath: program(), chromiumSandbox: false });
  context = await browser.newContext();
  await context.route(`${NODE}/**`, (route) => {
    const asked = route.request().postDataJSON();
    const answer = ({ id, method }) => ({ jsonrpc: '2.0', id, ...(method === 'node_getNodeInfo' && { result: info }) });
    const json = Array.isArray(asked) ? asked.map(answer) : answer(asked);
    return route.fulfill({ json, headers: { 'Access-Control-Allow-Origin': '*' } });
  });
});
after(async () => {
  await browser?.close();
  server?.close();
});

async function open(query) {
  const complaints = [];
  context.once('page', (page) => {
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  });
  const dapp = await Dapp.open(context, server, { node: NODE, ...query });
  return { dapp, complaints };
}

test('it says that no wallet has answered', async () => {
  const { dapp, complaints } = await open({ patience: 1 });
  await dapp.press('discover');
  assert.match(await dapp.failure('discover'), /^No wallet has answered within 1 s\./);
  await dapp.press('deploy');
  assert.match(await dapp.failure('deploy'), /connect a wallet first/);
  assert.deepEqual(complaints, []);
});

test('it says that there is no window.pixie', async () => {
  const { dapp, complaints } = await open({ page: 'provider.html' });
  await dapp.press('find');
  assert.match(await dapp.failure('find'), /^There is no window\.pixie here\./);
  assert.deepEqual(complaints, []);
});

test('it says that the node does not answer', async () => {
  const page = await context.newPage();
  await page.goto(server.url('index.html', { node: 'http://127.0.0.1:9' }));
  const dapp = new Dapp(page);
  assert.match(await dapp.failure('network', 60_000), /fetch/i);
});
