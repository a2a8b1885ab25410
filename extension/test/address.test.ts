import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { addressGroups, checkAddress, shortAddress } from '../src/shared/address.ts';
import { random } from './random.ts';

const problem = (text: string) => {
  const checked = checkAddress(text);
  return checked.ok ? undefined : checked.problem;
};

/** Addresses of the reference, from the vectors of this repository. */
function known(): string[] {
  const file = new URL('../../tests/vectors/accounts.json', import.meta.url);
  const found = readFileSync(file, 'utf8').matchAll(/"address":\s*"(0x[0-9a-f]{64})"/g);
  return [...found].map(([, address]) => address as string);
}

test('addresses of the reference are addresses', () => {
  const addresses = known();
  assert(addresses.length >= 3, `${addresses.length}`);
  for (const address of addresses) {
    assert.deepEqual(checkAddress(address), { ok: true, address });
    const pasted = ` ${address.slice(2).toUpperCase().match(/.{4}/g)?.join(' ')}\n`;
    assert.deepEqual(checkAddress(pasted), { ok: true, address });
  }
});

test('a wrong digit is seen about every second time', () => {
  const next = random(4);
  let refused = 0;
  const all = known();
  for (let round = 0; round < 200; round += 1) {
    const address = all[next(all.length)] as string;
    const place = 4 + next(62);
    const digit = ((Number.parseInt(address[place] as string, 16) + 1 + next(15)) % 16).toString(16);
    if (problem(address.slice(0, place) + digit + address.slice(place + 1)) === 'notAnAddress') refused += 1;
  }
  assert(refused > 60 && refused < 140, `${refused} of 200`);
});

test('each problem is told apart', () => {
  assert.equal(problem(''), 'empty');
  assert.equal(problem('alice'), 'notHex');
  assert.equal(problem('0x12'), 'wrongLength');
  assert.equal(problem(`0x${'0'.repeat(64)}`), 'zero');
  assert.equal(problem(`0x${'f'.repeat(64)}`), 'notAnAddress');
});

test('the short form keeps both ends', () => {
  const [address] = known() as [string];
  const groups = addressGroups(address);
  assert.equal(groups.length, 16);
  assert.equal(groups.join(''), address.slice(2));
  assert.equal(shortAddress(address), `0x${groups[0]}\u00a0${groups[1]}\u00a0…\u00a0${groups[14]}\u00a0${groups[15]}`);
  assert.equal(shortAddress('0x12'), '0x12');
});
