import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { Barretenberg, BarretenbergSync } from '@aztec/bb.js';

import { path, render } from './generate-accounts.mjs';
import { firstDifference } from './lib/generated.mjs';

after(async () => {
  await Barretenberg.destroySingleton();
  BarretenbergSync.destroySingleton?.();
});

test('the account contracts in Rust are those of @aztec/accounts', async () => {
  assert.equal(firstDifference(path, await render()), null, 'run generate-accounts.mjs');
});
