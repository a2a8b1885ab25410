import assert from 'node:assert/strict';
import { test } from 'node:test';

import { plain } from '../src/shared/plain.ts';
import { formatAmount } from '../src/shared/amount.ts';
import { shortAddress } from '../src/shared/address.ts';

test('what is not seen, or turns the direction, is marked', () => {
  assert.equal(plain('\u202ecilA'), '\ufffdcilA');
  for (const code of [0, 0x1b, 0x7f, 0x200b, 0x200e, 0x200f, 0x202a, 0x202e, 0x2066, 0x2069, 0x61c, 0xfeff]) {
    assert.equal(plain(`a${String.fromCharCode(code)}b`), 'a\ufffdb', code.toString(16));
  }
});

test('what people and the pages themselves write stays', () => {
  const texts = [
    'Alice & Bob “GmbH” – 10 €\n\tÄrger',
    '日本語 עברית العربية हिन्दी',
    '👩‍👩‍👧 🏳️‍🌈 🦊',
    'می‌خواهم',
    formatAmount('123456789', 6),
    shortAddress(`0x${'12'.repeat(32)}`),
  ];
  for (const text of texts) assert.equal(plain(text), text);
});
