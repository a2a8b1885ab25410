import assert from 'node:assert/strict';
import { test } from 'node:test';

import { path, render } from './generate-oracles.mjs';
import { firstDifference } from './lib/generated.mjs';

test('the list of oracles is that of @aztec/pxe', () => {
  assert.equal(firstDifference(path, render()), null, 'run generate-oracles.mjs');
});
