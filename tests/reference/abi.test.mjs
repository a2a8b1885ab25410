import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as vectors from './generate-abi-vectors.mjs';
import * as small from './generate-small-artifact.mjs';
import { firstDifference } from './lib/generated.mjs';

test('the small artifact is cut from the package', () => {
  assert.equal(firstDifference(small.path, small.render()), null, 'run generate-small-artifact.mjs');
});

test('the ABI vectors are those of @aztec/stdlib', async () => {
  assert.equal(firstDifference(vectors.path, await vectors.render()), null, 'run generate-abi-vectors.mjs');
});
