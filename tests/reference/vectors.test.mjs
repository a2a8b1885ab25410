import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { BarretenbergSync, Barretenberg } from '@aztec/bb.js';

import { path, render } from './generate-vectors.mjs';
import { firstDifference } from './lib/generated.mjs';

after(async () => {
  await Barretenberg.destroySingleton();
  BarretenbergSync.destroySingleton?.();
});

test('the cryptographic vectors are what the reference computes', async () => {
  assert.equal(firstDifference(path, await render()), null, 'run generate-vectors.mjs');
});
