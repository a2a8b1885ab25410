// The vault's formats, written a second time from their description in crates/vault: CBOR, key
// derivations and XChaCha20-Poly1305, on Node's own cryptography.
import { argon2Sync, createDecipheriv, createHash, createHmac, pbkdf2Sync } from 'node:crypto';

/** Decodes CBOR of definite lengths. Maps become `Map`s, which keep their order. */
export function decode(bytes) {
  let at = 0;
  const take = count => {
    if (at + count > bytes.length) throw new Error('cut off');
    at += count;
    return bytes.subarray(at - count, at);
  };
  const argument = info => {
    if (info < 24) return info;
    if (info === 24) return take(1)[0];
    if (info === 25) return take(2).readUInt16BE();
    if (info === 26) return take(4).readUInt32BE();
    if (info === 27) return Number(take(8).readBigUInt64BE());
    throw new Error(`additional information ${info}`);
  };
  const item = () => {
    const head = take(1)[0];
    if (head === 0xf6) return null;
    const count = argument(head & 31);
    switch (head >> 5) {
      case 0: return count;
      case 2: return Buffer.from(take(count));
      case 3: return take(count).toString('utf8');
      case 4: return Array.from({ length: count }, item);
      case 5: return new Map(Array.from({ length: count }, () => [item(), item()]));
      default: throw new Error(`major type ${head >> 5}`);
    }
  };
  const value = item();
  if (at !== bytes.length) throw new Error('trailing bytes');
  return value;
}

/** Encodes what `decode` gives. */
export function encode(value) {
  const head = (major, count) => {
    const type = major << 5;
    if (count < 24) return Buffer.from([type | count]);
    if (count < 2 ** 8) return Buffer.from([type | 24, count]);
    if (count < 2 ** 16) return Buffer.from([type | 25, count >> 8, count & 255]);
    const bytes = Buffer.alloc(count < 2 ** 32 ? 5 : 9);
    if (count < 2 ** 32) {
      bytes[0] = type | 26;
      bytes.writeUInt32BE(count, 1);
    } else {
      bytes[0] = type | 27;
      bytes.writeBigUInt64BE(BigInt(count), 1);
    }
    return bytes;
  };
  if (typeof value === 'number') return head(0, value);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(encode)]);
  if (value instanceof Map) return Buffer.concat([head(5, value.size), ...[...value].flat().map(encode)]);
  throw new Error(`cannot encode ${typeof value}`);
}

/** The body within a frame, after its checks. */
export function unframe(bytes, namespace, version) {
  const frame = decode(bytes);
  const body = frame.get('body');
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(namespace.length));
  const stamp = Buffer.alloc(4);
  stamp.writeUInt32BE(version);
  const checksum = createHash('sha256').update(length).update(namespace).update(stamp).update(body).digest();
  if (frame.get('namespace') !== namespace || frame.get('version') !== version) throw new Error('another format');
  if (!frame.get('checksum').equals(checksum)) throw new Error('wrong checksum');
  return decode(body);
}

const hmac = (key, data) => createHmac('sha256', key).update(data).digest();
export const extract = (salt, ikm) => hmac(salt, ikm);
export const expand = (prk, info) => hmac(prk, Buffer.concat([Buffer.from(info), Buffer.from([1])]));
const hkdf = (ikm, salt, info) => expand(extract(salt, ikm), info);

export const argon2id = (password, salt, memoryKib, passes, lanes) =>
  argon2Sync('argon2id', {
    message: Buffer.from(password.normalize('NFKC')),
    nonce: salt,
    memory: memoryKib,
    passes,
    parallelism: lanes,
    tagLength: 32,
  });

function hchacha20(key, nonce) {
  const state = new Uint32Array(16);
  state.set([0x61707865, 0x3320646e, 0x79622d32, 0x6b206574]);
  for (let i = 0; i < 8; i++) state[4 + i] = key.readUInt32LE(4 * i);
  for (let i = 0; i < 4; i++) state[12 + i] = nonce.readUInt32LE(4 * i);
  const rotate = (value, by) => (value << by) | (value >>> (32 - by));
  const quarter = (a, b, c, d) => {
    for (const [x, y, z, by] of [[a, b, d, 16], [c, d, b, 12], [a, b, d, 8], [c, d, b, 7]]) {
      state[x] += state[y];
      state[z] = rotate(state[z] ^ state[x], by);
    }
  };
  for (let round = 0; round < 10; round++) {
    for (let i = 0; i < 4; i++) quarter(i, 4 + i, 8 + i, 12 + i);
    for (let i = 0; i < 4; i++) quarter(i, 4 + ((i + 1) % 4), 8 + ((i + 2) % 4), 12 + ((i + 3) % 4));
  }
  const out = Buffer.alloc(32);
  [0, 1, 2, 3, 12, 13, 14, 15].forEach((word, i) => out.writeUInt32LE(state[word], 4 * i));
  return out;
}

/** Opens what is sealed, and decodes it. */
export function open(sealed, key, context) {
  const nonce = sealed.get('nonce');
  const bytes = sealed.get('ciphertext');
  const inner = Buffer.concat([Buffer.alloc(4), nonce.subarray(16)]);
  const cipher = createDecipheriv('chacha20-poly1305', hchacha20(key, nonce), inner, { authTagLength: 16 });
  cipher.setAAD(encode(context), { plaintextLength: bytes.length - 16 });
  cipher.setAuthTag(bytes.subarray(-16));
  return decode(Buffer.concat([cipher.update(bytes.subarray(0, -16)), cipher.final()]));
}

/** The vault's two keys from the slot of a password or a passkey. */
export function openSlot(envelope, slot, secret) {
  const [[kind, lock]] = slot.get('lock');
  const costs = lock.get('argon2id');
  const key = kind === 'password'
    ? argon2id(secret, lock.get('salt'), costs.get('memory_kib'), costs.get('passes'), costs.get('lanes'))
    : hkdf(secret, lock.get('salt'), 'pixie/vault/slot/passkey/v1');
  const context = ['pixie/vault/slot', 1, envelope.get('vault'), slot.get('id'), slot.get('lock')];
  return open(slot.get('wrapped'), key, context);
}

/** A part of the envelope: the phrase under the recovery key, the others under the data key. */
export function openPart(envelope, keys, part) {
  const key = keys.get(part === 'phrase' ? 'recovery' : 'data');
  const partKey = hkdf(key, Buffer.alloc(32), `pixie/vault/${part}/v1`);
  return open(envelope.get(part), partKey, ['pixie/vault/part', 1, envelope.get('vault'), part]);
}

/** The contents of a backup. */
export function openBackup(backup, password) {
  const costs = backup.get('argon2id');
  const salt = backup.get('salt');
  const key = argon2id(password, salt, costs.get('memory_kib'), costs.get('passes'), costs.get('lanes'));
  return open(backup.get('sealed'), key, ['pixie/backup', 1, backup.get('created_at'), costs, salt]);
}

/** The root of the accounts of a recovery phrase. */
export function accountRoot(phrase) {
  const seed = pbkdf2Sync(phrase.normalize('NFKD'), 'mnemonic', 2048, 64, 'sha512');
  return extract('pixie/accounts/v1', seed);
}

/** The first candidate for a value that is below the limit and not zero. */
export function accountValue(root, type, index, name, limit) {
  for (let attempt = 0; ; attempt++) {
    const candidate = expand(root, `pixie/accounts/v1/${type}/${index}/${name}/${attempt}`);
    if (limit < 1n << 254n) candidate[0] &= 0x3f;
    const number = BigInt(`0x${candidate.toString('hex')}`);
    if (number > 0n && number < limit) return candidate;
  }
}
