// For pages: finds the wallet and calls it by name.
import { ANNOUNCEMENT, type ChainInfo, type Json, type Pixie, WANTED, type WalletMethod } from './provider.ts';

export * from './provider.ts';

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
