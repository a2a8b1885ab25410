// Every recording gives the same witness in Chromium as on the reference.
// usage: PIXIE_ACIR_WASM=FOLDER node --test circuits.test.mjs, with the folder of `xtask wasm pixie-acir-wasm`
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { launch, serve } from '../../scripts/lib/chromium.mjs';
import { recordings } from './recordings.mjs';

const top = fileURLToPath(new URL('../..', import.meta.url));
const folders = {
  '/code/': join(top, 'tests/wasm'),
  '/modules/': join(top, 'tests/reference/node_modules'),
  '/vectors/': join(top, 'tests/vectors'),
};
const entries = await recordings((path) =>
  readFile(join(folders[`/${path.split('/')[0]}/`], path.slice(path.indexOf('/') + 1))),
);

let server;
let chromium;
let page;

before(async () => {
  const engine = process.env.PIXIE_ACIR_WASM;
  assert(engine, 'PIXIE_ACIR_WASM names the folder of the engine');
  server = await serve({ ...folders, '/engine/': engine });
  chromium = await launch();
  page = await chromium.open(server.url);
  await page.evaluate(`(async () => {
    globalThis.tools = await import('/code/recordings.mjs');
    globalThis.engine = await import('/engine/pixie_acir_wasm.js');
    await engine.default({ module_or_path: '/engine/pixie_acir_wasm_bg.wasm' });
  })()`);
});

after(async () => {
  await chromium?.close();
  server?.close();
});

test('there are recordings', () => assert(entries.length >= 43, `${entries.length}`));

for (const entry of entries) {
  test(entry.name, async () => {
    const outcome = await page.evaluate(
      `tools.replay(engine, tools.fetchFile, ${JSON.stringify(entry)})`,
    );
    assert.equal(outcome, entry.expected);
  });
}

test('a damaged recording is refused, and the engine goes on', async () => {
  const [entry] = entries;
  const damaged = { ...entry, recording: entry.artifact };
  const bad = await page.evaluate(
    `tools.replay(engine, tools.fetchFile, ${JSON.stringify(damaged)})`,
  );
  assert.match(bad, /cannot be read/);
  const good = await page.evaluate(
    `tools.replay(engine, tools.fetchFile, ${JSON.stringify(entry)})`,
  );
  assert.equal(good, entry.expected);
});
