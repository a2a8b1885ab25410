// What a page gets as `window.pixie`, and a way to find and call it.

/** A value of JSON, or what JSON makes one of: numbers beyond 2^53 are given as `bigint`. */
export type Json =
  | null
  | boolean
  | number
  | string
  | bigint
  | readonly Json[]
  | { readonly [name: string]: Json | undefined }
  | { toJSON(): unknown };

/** The chain that a request is for. */
export interface ChainInfo {
  /** The chain's number, as a field in hexadecimal. */
  readonly chainId: string;
  /** The version of the rollup, as a field in hexadecimal. */
  readonly version: string;
}

/** The methods of the wallet of aztec.js 4.1.2; arguments and results are of its wire encoding. */
export type WalletMethod =
  | 'getChainInfo'
  | 'getAccounts'
  | 'getAddressBook'
  | 'registerSender'
  | 'registerContract'
  | 'getContractMetadata'
  | 'getContractClassMetadata'
  | 'simulateTx'
  | 'executeUtility'
  | 'profileTx'
  | 'sendTx'
  | 'createAuthWit'
  | 'getPrivateEvents'
  | 'requestCapabilities'
  | 'batch';

/** A request to the wallet. */
export interface Request {
  readonly method: WalletMethod;
  readonly params?: readonly Json[];
  /** Refused if the wallet is on another chain. */
  readonly chainInfo?: ChainInfo;
}

/** Why a request failed, for programs. */
export type ErrorCode =
  | 'malformed-message'
  | 'unknown-method'
  | 'invalid-params'
  | 'message-too-large'
  | 'answer-too-large'
  | 'rate-limited'
  | 'too-many-pending'
  | 'out-of-order'
  | 'wrong-wallet'
  | 'wrong-chain'
  | 'unauthorized'
  | 'user-rejected'
  | 'locked'
  | 'interrupted'
  | 'unsupported'
  | 'failed'
  | 'internal'
  /** The channel to the wallet ended before there was an answer; `data.reason` says why. */
  | 'disconnected';

/** What a request fails with. */
export interface PixieError extends Error {
  readonly name: 'PixieError';
  readonly code: ErrorCode;
  readonly data?: unknown;
}

/** What the wallet says of itself. */
export interface WalletInfo {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly icon?: string;
}

/** Why a channel ended. */
export type CloseReason =
  | 'by-dapp'
  | 'by-wallet'
  | 'navigated'
  | 'flooded'
  | 'oversized'
  | 'exhausted'
  | 'unknown'
  | 'too-many'
  | 'malformed'
  | 'expired'
  /** Nobody answers: the extension was removed, switched off or updated. */
  | 'unreachable';

/** What is told without being asked for. The wallet may tell of more, by other names. */
export interface Events {
  /** A channel to the wallet is open. */
  connect: WalletInfo;
  /** The channel ended; the next request opens another. */
  disconnect: { readonly reason: CloseReason };
}

/** `window.pixie`. */
export interface Pixie {
  /** The version of the protocol that the page and the wallet speak. */
  readonly protocol: 1;
  /** Asks the wallet; fails with a {@link PixieError} only. */
  request(request: Request): Promise<unknown>;
  on<E extends keyof Events>(event: E, listener: (data: Events[E]) => void): void;
  on(event: string, listener: (data: unknown) => void): void;
  off<E extends keyof Events>(event: E, listener: (data: Events[E]) => void): void;
  off(event: string, listener: (data: unknown) => void): void;
  /** Ends the channel; requests without an answer fail. */
  disconnect(): void;
}

/** The event on `window` by which the wallet announces itself; its `detail` is {@link Pixie}. */
export const ANNOUNCEMENT = 'pixie:announce';
/** The event on `window` by which a page asks for another announcement. */
export const WANTED = 'pixie:wanted';

declare global {
  interface Window {
    readonly pixie?: Pixie;
  }
}

/** How long a wallet may take to announce itself, in milliseconds. */
const PATIENCE_MS = 1000;

/** The wallet, as soon as it announces itself; nothing if there is none. */
export function findPixie(patienceMs: number = PATIENCE_MS): Promise<Pixie | undefined> {
  return new Promise((resolve) => {
    const done = (pixie: Pixie | undefined) => {
      clearTimeout(timer);
      window.removeEventListener(ANNOUNCEMENT, listener);
      resolve(pixie);
    };
    const listener = (event: Event) => done((event as CustomEvent<Pixie>).detail);
    const timer = setTimeout(() => done(window.pixie), patienceMs);
    window.addEventListener(ANNOUNCEMENT, listener);
    window.dispatchEvent(new Event(WANTED));
  });
}

/** The wallet's methods as functions. */
export type Client = { [M in WalletMethod]: (...params: Json[]) => Promise<unknown> };

/** A client of the wallet whose requests are for one chain, if it is given. */
export function client(pixie: Pixie, chainInfo?: ChainInfo): Client {
  const call = (method: WalletMethod) => (...params: Json[]) =>
    pixie.request(chainInfo ? { method, params, chainInfo } : { method, params });
  return {
    getChainInfo: call('getChainInfo'),
    getAccounts: call('getAccounts'),
    getAddressBook: call('getAddressBook'),
    registerSender: call('registerSender'),
    registerContract: call('registerContract'),
    getContractMetadata: call('getContractMetadata'),
    getContractClassMetadata: call('getContractClassMetadata'),
    simulateTx: call('simulateTx'),
    executeUtility: call('executeUtility'),
    profileTx: call('profileTx'),
    sendTx: call('sendTx'),
    createAuthWit: call('createAuthWit'),
    getPrivateEvents: call('getPrivateEvents'),
    requestCapabilities: call('requestCapabilities'),
    batch: call('batch'),
  };
}
