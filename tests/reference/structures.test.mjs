import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { Barretenberg, BarretenbergSync } from '@aztec/bb.js';

import { path, render } from './generate-structure-vectors.mjs';
import { firstDifference } from './lib/generated.mjs';

after(async () => {
  await Barretenberg.destroySingleton();
  BarretenbergSync.destroySingleton?.();
});

test('the vectors of structures are what the reference computes', async () => {
  assert.equal(firstDifference(path, await render()), null, 'run generate-structure-vectors.mjs');
});
