// ChaCha20-Poly1305 (RFC 8439), small rather than fast: it is put into every page. It keeps no secret
// from the page that it runs in.

const TAG = 16;
const P = (1n << 130n) - 5n;
const CLAMP = 0x0ffffffc0ffffffc0ffffffc0fffffffn;

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** XORs the key stream from block `counter` on into `bytes`. */
function chacha20(key: DataView, nonce: DataView, counter: number, bytes: Uint8Array): void {
  const state = new Uint32Array(16);
  state.set([0x61707865, 0x3320646e, 0x79622d32, 0x6b206574]);
  for (let i = 0; i < 8; i++) state[4 + i] = key.getUint32(4 * i, true);
  for (let i = 0; i < 3; i++) state[13 + i] = nonce.getUint32(4 * i, true);
  const x = new Uint32Array(16);
  const stream = new Uint8Array(x.buffer);
  const turn = (a: number, b: number, by: number) => {
    const word = x[a]! ^ x[b]!;
    x[a] = (word << by) | (word >>> (32 - by));
  };
  const quarter = (a: number, b: number, c: number, d: number) => {
    x[a]! += x[b]!;
    turn(d, a, 16);
    x[c]! += x[d]!;
    turn(b, c, 12);
    x[a]! += x[b]!;
    turn(d, a, 8);
    x[c]! += x[d]!;
    turn(b, c, 7);
  };
  for (let at = 0; at < bytes.length; at += 64) {
    state[12] = counter++;
    x.set(state);
    for (let round = 0; round < 10; round++) {
      for (let i = 0; i < 4; i++) quarter(i, 4 + i, 8 + i, 12 + i);
      for (let i = 0; i < 4; i++) quarter(i, 4 + ((i + 1) % 4), 8 + ((i + 2) % 4), 12 + ((i + 3) % 4));
    }
    for (let i = 0; i < 16; i++) x[i]! += state[i]!;
    // Words are little endian wherever this runs.
    const end = Math.min(64, bytes.length - at);
    for (let i = 0; i < end; i++) bytes[at + i]! ^= stream[i]!;
  }
}

/** The tag of a ciphertext with additional data. */
function poly1305(key: DataView, data: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const word = (from: DataView, at: number) =>
    from.getBigUint64(at, true) | (from.getBigUint64(at + 8, true) << 64n);
  const r = word(key, 0) & CLAMP;
  let sum = 0n;
  const padded = new Uint8Array(16);
  const add = (bytes: Uint8Array) => {
    const from = view(bytes);
    for (let at = 0; at < bytes.length; at += 16) {
      let block: bigint;
      if (at + 16 <= bytes.length) block = word(from, at);
      else {
        padded.fill(0);
        padded.set(bytes.subarray(at));
        block = word(view(padded), 0);
      }
      sum = ((sum + block + (1n << 128n)) * r) % P;
    }
  };
  add(data);
  add(ciphertext);
  const lengths = new Uint8Array(16);
  view(lengths).setUint32(0, data.length, true);
  view(lengths).setUint32(8, ciphertext.length, true);
  add(lengths);
  sum += word(key, 16);
  const tag = new Uint8Array(TAG);
  view(tag).setBigUint64(0, BigInt.asUintN(64, sum), true);
  view(tag).setBigUint64(8, BigInt.asUintN(64, sum >> 64n), true);
  return tag;
}

function tagOf(key: Uint8Array, nonce: Uint8Array, data: Uint8Array, ciphertext: Uint8Array) {
  const once = new Uint8Array(64);
  chacha20(view(key), view(nonce), 0, once);
  return poly1305(view(once), data, ciphertext);
}

/** Encrypts and appends the tag. */
export function seal(key: Uint8Array, nonce: Uint8Array, data: Uint8Array, plain: Uint8Array): Uint8Array<ArrayBuffer> {
  const sealed = new Uint8Array(plain.length + TAG);
  sealed.set(plain);
  const ciphertext = sealed.subarray(0, plain.length);
  chacha20(view(key), view(nonce), 1, ciphertext);
  sealed.set(tagOf(key, nonce, data, ciphertext), plain.length);
  return sealed;
}

/** Decrypts; nothing if the tag is wrong. */
export function open(key: Uint8Array, nonce: Uint8Array, data: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < TAG) return undefined;
  const end = sealed.length - TAG;
  const plain = sealed.slice(0, end);
  const tag = tagOf(key, nonce, data, plain);
  let difference = 0;
  for (let i = 0; i < TAG; i++) difference |= tag[i]! ^ sealed[end + i]!;
  if (difference !== 0) return undefined;
  chacha20(view(key), view(nonce), 1, plain);
  return plain;
}
