import { useWallet } from '../../ui/engine.tsx';
import { Identicon, ShortAddress } from '../../ui/Address.tsx';
import { LinkButton } from '../../ui/Button.tsx';
import { LinkRow } from '../../ui/List.tsx';
import { to } from '../../ui/router.ts';
import { Screen } from '../../ui/Screen.tsx';
import { AccountTags } from '../AccountSwitcher.tsx';

export function Accounts() {
  const { accounts } = useWallet();
  return (
    <Screen
      title="Accounts"
      back={to('settings')}
      footer={
        <div class="buttons">
          <LinkButton kind="primary" icon="plus" href={to('accounts', 'new')}>
            New account
          </LinkButton>
          <LinkButton icon="download" href={to('accounts', 'import')}>
            Import
          </LinkButton>
        </div>
      }
    >
      <ul class="card rows">
        {accounts.map((account) => (
          <li key={account.address}>
            <LinkRow
              href={to('accounts', account.address)}
              lead={<Identicon address={account.address} size={36} />}
              title={account.alias}
              note={<ShortAddress address={account.address} groups={1} />}
              end={<AccountTags account={account} />}
            />
          </li>
        ))}
      </ul>
    </Screen>
  );
}
