// The official door: discovery, key exchange and sealed messages of @aztec/wallet-sdk.
import type { Wallet } from '@aztec/aztec.js/wallet';
import { hashToEmoji } from '@aztec/wallet-sdk/crypto';
import { type PendingConnection, WalletManager, type WalletProvider } from '@aztec/wallet-sdk/manager';

import { APP } from '../manifest.ts';
import type { Network } from '../network.ts';

/** How long a wallet, and the user who is asked, may take. */
const PATIENCE_MS = 60_000;

/** The first wallet that answers on this network. */
export async function discover({ chainInfo }: Network, patienceMs = PATIENCE_MS): Promise<WalletProvider> {
  const manager = WalletManager.configure({ extensions: { enabled: true } });
  const discovery = manager.getAvailableWallets({ chainInfo, appId: APP.id, timeout: patienceMs });
  for await (const provider of discovery.wallets) {
    discovery.cancel();
    return provider;
  }
  throw new Error(`No wallet has answered within ${patienceMs / 1000} s. Is one installed, unlocked, and on this network?`);
}

/** A channel whose other end the user has not compared yet. */
export class Unverified {
  readonly #pending: PendingConnection;

  private constructor(pending: PendingConnection) {
    this.#pending = pending;
  }

  static async open(provider: WalletProvider): Promise<Unverified> {
    return new Unverified(await provider.establishSecureChannel(APP.id));
  }

  get emojis(): string[] {
    const segments = new Intl.Segmenter().segment(hashToEmoji(this.#pending.verificationHash));
    return [...segments].map(({ segment }) => segment);
  }

  confirm = (): Promise<Wallet> => this.#pending.confirm();
  cancel = (): void => this.#pending.cancel();
}
