import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';

import { Barretenberg, BarretenbergSync } from '@aztec/bb.js';

import * as vectors from './generate-vault-vectors.mjs';
import { firstDifference, fromRoot } from './lib/generated.mjs';
import { accountRoot, encode, openBackup, openPart, openSlot, unframe } from './lib/vault.mjs';

const written = JSON.parse(readFileSync(fromRoot('tests/vectors/vault-formats.json'), 'utf8'));
const bytes = hex => Buffer.from(hex.slice(2), 'hex');

after(async () => {
  await Barretenberg.destroySingleton();
  BarretenbergSync.destroySingleton?.();
});

test('the vault vectors are what the reference makes', async () => {
  assert.equal(firstDifference(vectors.path, await vectors.render()), null, 'run generate-vault-vectors.mjs');
});

test('the envelope that Rust writes is as it is described', () => {
  const envelope = unframe(bytes(written.envelope), 'pixie/vault', 1);
  const [password, passkey] = envelope.get('slots');
  const keys = openSlot(envelope, password, written.password);
  assert.deepEqual(openSlot(envelope, passkey, bytes(written.prfSecret)), keys);
  assert.throws(() => openSlot(envelope, password, 'another password'));
  assert.deepEqual(openPart(envelope, keys, 'phrase'), bytes(written.entropy));
  const secrets = openPart(envelope, keys, 'secrets');
  assert.deepEqual(secrets.get('root'), accountRoot(written.phrase));
  const [account] = openPart(envelope, keys, 'accounts').get('accounts');
  assert.equal(account.get('label'), 'first');
  assert.deepEqual(account.get('origin'), new Map([['derived', new Map([['index', 0]])]]));
  assert.deepEqual(account.get('complete_address').subarray(0, 32), bytes(written.address));
});

test('the backup that Rust writes is as it is described', () => {
  const contents = openBackup(unframe(bytes(written.backup), 'pixie/backup', 1), written.backupPassword);
  assert.deepEqual(contents.get('entropy'), bytes(written.entropy));
  assert.deepEqual([...contents.get('sections').keys()], ['senders']);
  assert.equal(contents.get('sections').get('senders').get('version'), 1);
  assert.equal(encode(contents.get('sections').get('senders').get('bytes')).length, 5);
});
