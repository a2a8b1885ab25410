// The other door: the `Wallet` of aztec.js on `window.pixie`.
import type { ChainInfo } from '@aztec/aztec.js/account';
import { type Wallet, WalletSchema } from '@aztec/aztec.js/wallet';
import { jsonStringify } from '@aztec/foundation/json-rpc';
import { schemaHasMethod } from '@aztec/foundation/schemas';
import { findPixie, type Pixie, type WalletMethod } from '@pixie-wallet/provider';

export async function find(): Promise<Pixie> {
  const pixie = await findPixie();
  if (!pixie) throw new Error('There is no window.pixie here. Is the extension installed?');
  return pixie;
}

const wire = (value: unknown) => JSON.parse(jsonStringify(value));

export function walletOf(pixie: Pixie, chainInfo: ChainInfo): Wallet {
  return new Proxy({} as Wallet, {
    get(_, name) {
      if (typeof name !== 'string' || !schemaHasMethod(WalletSchema, name)) return undefined;
      const method = name as WalletMethod;
      return async (...args: unknown[]) => {
        const result = await pixie.request({ method, params: wire(args), chainInfo: wire(chainInfo) });
        return WalletSchema[method].returnType().parseAsync(result);
      };
    },
  });
}
