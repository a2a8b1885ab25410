import assert from 'node:assert/strict';
import { test } from 'node:test';

import { path, render } from './generate-constants.mjs';
import { firstDifference } from './lib/generated.mjs';

test('the constants in Rust are those of @aztec/constants', () => {
  assert.equal(firstDifference(path, render()), null, 'run generate-constants.mjs');
});
