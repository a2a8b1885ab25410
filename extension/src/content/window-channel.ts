// The page's end of a channel of `window.pixie`: keys, boxes and numbers. What the messages are is
// said in the documentation of crates/bridge, module `window`.
import * as box from './chacha.ts';

/** What goes to the content script. */
export type ToWallet = {
  readonly pixie: 1;
  readonly channel: string;
} & (
  | { readonly type: 'hello'; readonly key: string }
  | { readonly type: 'frame'; readonly n: number; readonly box: string }
  | { readonly type: 'close' }
);

/** What comes from it, as far as it was looked at. */
export interface FromWallet {
  readonly pixie: 1;
  readonly channel: string;
  readonly type: 'welcome' | 'frame' | 'closed';
  readonly key?: unknown;
  readonly n?: unknown;
  readonly box?: unknown;
  readonly reason?: unknown;
}

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** In base64 with padding. Large inputs are taken in parts, since arguments are limited. */
export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(binary);
}

export function fromBase64(encoded: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0));
}

function nonce(number: number): Uint8Array {
  const bytes = new Uint8Array(12);
  new DataView(bytes.buffer).setBigUint64(4, BigInt(number));
  return bytes;
}

/** A channel that was asked for. */
export interface Handshake {
  readonly hello: ToWallet;
  /** Takes the welcome; gives the channel and what was in its box. */
  finish(welcome: FromWallet): Promise<[Channel, unknown]>;
}

export async function handshake(origin: string): Promise<Handshake> {
  const { subtle } = crypto;
  const pair = (await subtle.generateKey({ name: 'X25519' }, false, ['deriveBits'])) as CryptoKeyPair;
  const own = new Uint8Array(await subtle.exportKey('raw', pair.publicKey));
  const name = crypto.getRandomValues(new Uint8Array(16));
  const channel = toBase64(name).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return {
    hello: { pixie: 1, type: 'hello', channel, key: toBase64(own) },
    async finish(welcome) {
      const peer = fromBase64(String(welcome.key));
      const theirs = await subtle.importKey('raw', peer, { name: 'X25519' }, false, []);
      const shared = await subtle.deriveBits({ name: 'X25519', public: theirs }, pair.privateKey, 256);
      const secret = await subtle.importKey('raw', shared, 'HKDF', false, ['deriveBits']);
      const salt = new Uint8Array([...own, ...peer]);
      const info = new Uint8Array([...utf8('pixie window 1\0'), ...name, ...utf8(origin)]);
      const keys = new Uint8Array(
        await subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info }, secret, 512),
      );
      const opened = new Channel(channel, name, keys.slice(0, 32), keys.slice(32));
      const told = opened.open(welcome);
      if (told === undefined) throw new Error('the welcome is not of this channel');
      return [opened, told];
    },
  };
}

/** An open channel. */
export class Channel {
  readonly name: string;
  readonly #data: Uint8Array;
  readonly #toWallet: Uint8Array;
  readonly #toPage: Uint8Array;
  #sent = 0;
  #received = -1;

  constructor(name: string, data: Uint8Array, toWallet: Uint8Array, toPage: Uint8Array) {
    this.name = name;
    this.#data = data;
    this.#toWallet = toWallet;
    this.#toPage = toPage;
  }

  /** Seals a message; its number is the message's name. */
  seal(json: string): ToWallet & { type: 'frame' } {
    const n = ++this.#sent;
    const sealed = box.seal(this.#toWallet, nonce(n), this.#data, utf8(json));
    return { pixie: 1, type: 'frame', channel: this.name, n, box: toBase64(sealed) };
  }

  /** Opens what the wallet sent; nothing if it is not of this channel or came before. */
  open({ n, box: sealed }: FromWallet): unknown {
    if (typeof n !== 'number' || !Number.isSafeInteger(n) || n <= this.#received) return undefined;
    if (typeof sealed !== 'string') return undefined;
    const plain = box.open(this.#toPage, nonce(n), this.#data, fromBase64(sealed));
    if (!plain) return undefined;
    this.#received = n;
    return JSON.parse(new TextDecoder().decode(plain));
  }
}
