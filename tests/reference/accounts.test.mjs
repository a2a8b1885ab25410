import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { Barretenberg, BarretenbergSync } from '@aztec/bb.js';

import * as functions from './generate-account-functions.mjs';
import * as vectors from './generate-account-vectors.mjs';
import { path, render } from './generate-accounts.mjs';
import { firstDifference } from './lib/generated.mjs';

after(async () => {
  await Barretenberg.destroySingleton();
  BarretenbergSync.destroySingleton?.();
});

test('the account contracts in Rust are those of @aztec/accounts', async () => {
  assert.equal(firstDifference(path, await render()), null, 'run generate-accounts.mjs');
});

test('the functions that accounts call in Rust are those of the artifacts', async () => {
  assert.equal(firstDifference(functions.path, await functions.render()), null, 'run generate-account-functions.mjs');
});

test('the account vectors are what the reference makes', async () => {
  assert.equal(firstDifference(vectors.path, await vectors.render()), null, 'run generate-account-vectors.mjs');
});
