import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  amountParts,
  formatAmount,
  MAX_AMOUNT,
  parseAmount,
  plainAmount,
  shareOf,
  sumAmounts,
} from '../src/shared/amount.ts';
import { random } from './random.ts';

test('amounts are written as people read them', () => {
  const space = '\u202f';
  assert.equal(formatAmount('0', 6), '0');
  assert.equal(formatAmount('1', 6), '0.000001');
  assert.equal(formatAmount('1500000', 6), '1.5');
  assert.equal(formatAmount('12345678901', 6), `12${space}345.678901`);
  assert.equal(formatAmount('1234567', 0), `1${space}234${space}567`);
  assert.equal(formatAmount('999', 0), '999');
  assert.equal(formatAmount('1999999', 6, 2), '1.99');
  assert.equal(formatAmount('1000001', 6, 2), '1');
  assert.deepEqual(amountParts('1000001', 6, 2), { whole: '1', fraction: '', cut: true });
});

test('what is written is read again without loss', () => {
  const next = random(1);
  for (let round = 0; round < 5000; round += 1) {
    const decimals = next(40);
    let raw = 1n + BigInt(next(1 << 30));
    for (let more = next(4); more > 0; more -= 1) raw = raw * BigInt(1 + next(1 << 30)) + BigInt(next(10));
    if (raw > MAX_AMOUNT) continue;
    for (const text of [formatAmount(raw, decimals), plainAmount(raw, decimals), ` ${plainAmount(raw, decimals)} `]) {
      assert.deepEqual(parseAmount(text, decimals), { ok: true, raw: raw.toString() }, `${text} with ${decimals}`);
    }
  }
});

test('what is shown short is never more than there is', () => {
  const next = random(2);
  for (let round = 0; round < 2000; round += 1) {
    const raw = BigInt(next(1 << 30)) * BigInt(1 + next(1 << 30));
    const decimals = next(20);
    const short = parseAmount(formatAmount(raw, decimals, next(8)), decimals);
    if (short.ok) assert(BigInt(short.raw) <= raw);
  }
});

test('text of any kind is read or refused, and only digits are read', () => {
  const next = random(3);
  const alphabet = '0123456789.,-+e x\u202f';
  for (let round = 0; round < 20_000; round += 1) {
    const text = Array.from({ length: next(12) }, () => alphabet[next(alphabet.length)]).join('');
    const parsed = parseAmount(text, 6);
    const digits = text.replace(/[\s\u202f]/g, '');
    assert.equal(parsed.ok, /^(\d+\.?\d{0,6}0*|\.\d{1,6}0*)$/.test(digits) && !/^[0.]*$/.test(digits), text);
  }
});

test('each problem is told apart', () => {
  const problem = (text: string, decimals = 6) => {
    const parsed = parseAmount(text, decimals);
    return parsed.ok ? undefined : parsed.problem;
  };
  assert.equal(problem(' '), 'empty');
  assert.equal(problem('1,5'), 'comma');
  assert.equal(problem('1e5'), 'notANumber');
  assert.equal(problem('-1'), 'notANumber');
  assert.equal(problem('.'), 'notANumber');
  assert.equal(problem('1.2.3'), 'notANumber');
  assert.equal(problem('0.0000001'), 'tooPrecise');
  assert.equal(problem('0.0000010'), undefined);
  assert.equal(problem('0.00'), 'zero');
  assert.equal(problem(MAX_AMOUNT.toString(), 0), undefined);
  assert.equal(problem((MAX_AMOUNT + 1n).toString(), 0), 'tooLarge');
  assert.equal(problem('9'.repeat(500), 0), 'tooLarge');
});

test('sums and shares', () => {
  assert.equal(sumAmounts('1', undefined, '41'), '42');
  assert.equal(sumAmounts(undefined, undefined), undefined);
  assert.equal(shareOf('1', '3'), 333);
  assert.equal(shareOf('0', '0'), 0);
});
