// What the wallet in Rust answers dapps, read with the reference's own schemas: every method, case by
// case (crates/wallet/tests/recorded). The answers come from recorded traffic of a real network.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';

import { WalletSchema } from '@aztec/aztec.js/wallet';

const folder = mkdtempSync(join(tmpdir(), 'pixie-wallet-'));
after(() => rmSync(folder, { recursive: true }));

/** The answers: from the file that PIXIE_WALLET_ANSWERS names, or else the test that writes them is run. */
function answers() {
  if (process.env.PIXIE_WALLET_ANSWERS) return JSON.parse(readFileSync(process.env.PIXIE_WALLET_ANSWERS, 'utf8'));
  const path = join(folder, 'answers.json');
  const ran = spawnSync('cargo', ['test', '--quiet', '-p', 'pixie-wallet', '--test', 'recorded', 'every_method_answers'], {
    cwd: new URL('../..', import.meta.url),
    env: { ...process.env, PIXIE_WALLET_ANSWERS: path },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (ran.status !== 0) throw new Error(`the wallet's test failed: ${ran.error ?? ran.status}`);
  return JSON.parse(readFileSync(path, 'utf8'));
}

const methods = Object.keys(WalletSchema);
const cases = answers();

describe('the answers of the wallet', () => {
  const rows = [];
  for (const { method, case: name, result, error } of cases) {
    test(`${method}: ${name}`, async () => {
      if (error !== undefined) {
        assert.match(error.code, /^[a-z-]+$/);
        assert.ok(error.message.length > 0);
        rows.push([method, name, error.code]);
        return;
      }
      const read = await WalletSchema[method].returnType().parseAsync(result);
      assert.ok(read !== undefined);
      rows.push([method, name, 'read']);
    });
  }

  test('every method of the reference has an answer that was read', () => {
    for (const method of methods) {
      assert.ok(cases.some(entry => entry.method === method && entry.result !== undefined), method);
    }
  });

  after(() => {
    const width = index => Math.max(...rows.map(row => row[index].length));
    const [first, second] = [width(0), width(1)];
    for (const [method, name, outcome] of rows) {
      console.log(`${method.padEnd(first)}  ${name.padEnd(second)}  ${outcome}`);
    }
    console.log(`${rows.length} cases of ${methods.length} methods`);
  });
});
