// The cipher of `window.pixie` against Node's.
import assert from 'node:assert/strict';
import { createCipheriv, randomBytes } from 'node:crypto';
import { test } from 'node:test';

import { open, seal } from '../src/content/chacha.ts';

function reference(key: Uint8Array, nonce: Uint8Array, data: Uint8Array, plain: Uint8Array) {
  const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
  cipher.setAAD(data, { plaintextLength: plain.length });
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

test('boxes are those of the standard, whatever their length', () => {
  for (let length = 0; length < 300; length++) {
    const [key, nonce, data, plain] = [32, 12, length % 40, length].map((size) => randomBytes(size)) as [
      Buffer, Buffer, Buffer, Buffer,
    ];
    const sealed = seal(key, nonce, data, plain);
    assert.deepEqual(Buffer.from(sealed), reference(key, nonce, data, plain), `${length} bytes`);
    assert.deepEqual(open(key, nonce, data, sealed), new Uint8Array(plain));
  }
});

test('numbers at the edge of the tag are carried', () => {
  const bytes = (size: number, value: number) => new Uint8Array(size).fill(value);
  for (const value of [0, 0xff]) {
    const args = [bytes(32, value), bytes(12, value), bytes(16, value)] as const;
    const plain = bytes(1000, value);
    assert.deepEqual(Buffer.from(seal(...args, plain)), reference(...args, plain));
  }
});

test('what was changed does not open', () => {
  const [key, nonce, data] = [randomBytes(32), randomBytes(12), randomBytes(16)];
  const sealed = seal(key, nonce, data, randomBytes(40));
  for (let at = 0; at < sealed.length; at++) {
    const changed = sealed.slice();
    changed[at]! ^= 1;
    assert.equal(open(key, nonce, data, changed), undefined);
  }
  assert.equal(open(key, nonce, randomBytes(16), sealed), undefined);
  assert.equal(open(key, nonce, data, sealed.subarray(0, 15)), undefined);
});

test('a contract of 7 MB is sealed within seconds', () => {
  const started = performance.now();
  seal(randomBytes(32), randomBytes(12), randomBytes(16), new Uint8Array(7 << 20));
  assert(performance.now() - started < 10_000);
});
