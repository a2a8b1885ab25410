// What the first screens have in common: the account and network above, the tabs below.
import { useState } from 'preact/hooks';

import type { NetworkState, State } from '../shared/api.ts';
import { Identicon, ShortAddress } from '../ui/Address.tsx';
import { IconButton } from '../ui/Button.tsx';
import { useAction } from '../ui/engine.tsx';
import { Icon, type IconName } from '../ui/Icon.tsx';
import { to } from '../ui/router.ts';
import { AccountSwitcher } from './AccountSwitcher.tsx';

export function Top({ state }: { state: State }) {
  const [switching, setSwitching] = useState(false);
  const lock = useAction('lock');
  const account = state.accounts.find(({ address }) => address === state.selected) ?? state.accounts[0];
  return (
    <header class="top">
      {account && (
        <button
          type="button"
          class="account-button"
          aria-haspopup="dialog"
          onClick={() => setSwitching(true)}
        >
          <Identicon address={account.address} size={36} />
          <span class="row-text">
            <span class="row-title">
              <span class="visually-hidden">Account </span>
              {account.alias}
            </span>
            <ShortAddress address={account.address} groups={1} />
          </span>
          <span class="visually-hidden">, switch</span>
          <Icon name="down" size={18} />
        </button>
      )}
      {state.network && <NetworkChip network={state.network} />}
      <IconButton icon="lock" label="Lock the wallet" onClick={() => lock.run({})} />
      {switching && <AccountSwitcher state={state} onClose={() => setSwitching(false)} />}
    </header>
  );
}

function NetworkChip({ network }: { network: NetworkState }) {
  const words = {
    ready: 'connected',
    connecting: 'connecting',
    unreachable: 'not reachable',
    wrongChain: 'on another chain',
  } as const;
  const dot = { ready: 'dot', connecting: 'dot wait', unreachable: 'dot bad', wrongChain: 'dot bad' };
  const label = `Network ${network.name}, ${words[network.status]}`;
  return (
    <a class="network-chip" href={to('networks')} aria-label={label} title={label}>
      <span class={dot[network.status]} />
      <span>{network.name}</span>
    </a>
  );
}

export function RequestsBar({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <a class="bar ask" href={to('requests')}>
      <Icon name="key" />
      <span>{count === 1 ? 'A request waits for you' : `${count} requests wait for you`}</span>
      <Icon name="chevron" size={18} />
    </a>
  );
}

const TABS: { name: string; path: string[]; label: string; icon: IconName }[] = [
  { name: 'home', path: [], label: 'Wallet', icon: 'wallet' },
  { name: 'activity', path: ['activity'], label: 'Activity', icon: 'activity' },
  { name: 'sites', path: ['sites'], label: 'Sites', icon: 'link' },
  { name: 'settings', path: ['settings'], label: 'Settings', icon: 'settings' },
];

export function Tabs({ current }: { current: string }) {
  return (
    <nav class="tabs" aria-label="Wallet">
      {TABS.map(({ name, path, label, icon }) => (
        <a key={name} href={to(...path)} aria-current={name === current ? 'page' : undefined}>
          <Icon name={icon} />
          {label}
        </a>
      ))}
    </nav>
  );
}
