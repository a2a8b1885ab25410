import type { Account, State } from '../shared/api.ts';
import { Identicon, ShortAddress } from '../ui/Address.tsx';
import { LinkButton } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { useAction } from '../ui/engine.tsx';
import { Icon } from '../ui/Icon.tsx';
import { to } from '../ui/router.ts';

export function AccountSwitcher({ state, onClose }: { state: State; onClose(): void }) {
  const select = useAction('selectAccount');
  const choose = async (account: Account) => {
    await select.run({ address: account.address });
    onClose();
  };
  return (
    <Dialog title="Accounts" onClose={onClose}>
      <ul class="card rows">
        {state.accounts.map((account) => (
          <li key={account.address}>
            <button
              type="button"
              class="row"
              aria-pressed={account.address === state.selected}
              onClick={() => choose(account)}
            >
              <Identicon address={account.address} size={36} />
              <span class="row-text">
                <span class="row-title">{account.alias}</span>
                <ShortAddress address={account.address} groups={1} />
              </span>
              <AccountTags account={account} />
              {account.address === state.selected && <Icon name="check" />}
            </button>
          </li>
        ))}
      </ul>
      <div class="buttons">
        <LinkButton icon="plus" href={to('accounts', 'new')}>
          New
        </LinkButton>
        <LinkButton icon="settings" href={to('accounts')}>
          Manage
        </LinkButton>
      </div>
    </Dialog>
  );
}

export function AccountTags({ account }: { account: Account }) {
  if (account.viewOnly) {
    return (
      <span class="tag">
        <Icon name="eye" size={14} />
        View only
      </span>
    );
  }
  switch (account.deployment) {
    case 'none':
      return <span class="tag warning">Not deployed</span>;
    case 'pending':
      return <span class="tag">Deploying</span>;
    default:
      return null;
  }
}

export const ACCOUNT_TYPES = [
  {
    value: 'schnorr',
    label: 'Schnorr',
    note: 'The network’s own signature. The smallest proofs; right for most people.',
  },
  {
    value: 'ecdsaSecp256k1',
    label: 'ECDSA secp256k1',
    note: 'The curve of Ethereum and Bitcoin keys.',
  },
  {
    value: 'ecdsaSecp256r1',
    label: 'ECDSA secp256r1',
    note: 'The curve of passkeys and secure hardware.',
  },
] as const;

export function accountTypeName(type: Account['type']): string {
  return ACCOUNT_TYPES.find(({ value }) => value === type)?.label ?? type;
}
