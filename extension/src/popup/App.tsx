import { useEffect, useState } from 'preact/hooks';

import type { State } from '../shared/api.ts';
import { useEngine } from '../ui/engine.tsx';
import { usePresence } from '../ui/presence.ts';
import { replace, to, useRoute } from '../ui/router.ts';
import { NetworkBar, Reconnecting, Starting } from '../ui/Status.tsx';
import { useTheme } from '../ui/theme.ts';
import { Unlock } from '../ui/Unlock.tsx';
import { RequestsBar, Tabs, Top } from './frame.tsx';
import { Onboarding } from './onboarding/Onboarding.tsx';
import { AccountScreen } from './screens/Account.tsx';
import { Accounts } from './screens/Accounts.tsx';
import { FirstAccount, ImportAccount, NewAccount } from './screens/NewAccount.tsx';
import { ActivityList } from './screens/Activity.tsx';
import { ActivityEntry } from './screens/ActivityEntry.tsx';
import { BackupScreen } from './screens/Backup.tsx';
import { ContactEdit, Contacts } from './screens/Contacts.tsx';
import { EraseScreen } from './screens/Erase.tsx';
import { Home } from './screens/Home.tsx';
import { AddNetwork, Networks } from './screens/Networks.tsx';
import { PasswordScreen } from './screens/Password.tsx';
import { PhraseScreen } from './screens/Phrase.tsx';
import { Receive } from './screens/Receive.tsx';
import { Requests } from './screens/Requests.tsx';
import { Send } from './screens/Send.tsx';
import { SettingsScreen } from './screens/Settings.tsx';
import { SiteScreen, Sites } from './screens/Sites.tsx';
import { AddToken } from './screens/Tokens.tsx';

export function App() {
  const { state } = useEngine();
  useTheme();
  usePresence();
  return (
    <div class="app">
      {state ? <Page state={state} /> : <Starting />}
      <Reconnecting />
    </div>
  );
}

function Page({ state }: { state: State }) {
  const { parts } = useRoute();
  const { vault } = state;
  switch (vault.status) {
    case 'empty':
      return <Onboarding />;
    case 'locked':
      // The way out for those who forgot the password.
      return parts[0] === 'erase' ? <EraseScreen back={to()} /> : <Unlock vault={vault} eraseHref={to('erase')} />;
    case 'unlocked':
      return <Unlocked state={state} />;
  }
}

function Unlocked({ state }: { state: State }) {
  const { parts } = useRoute();
  const [first] = useState(state.pendingApprovals);
  useEffect(() => {
    // Who opens the wallet while something waits for an answer wants to see that.
    if (first > 0 && parts.length === 0) replace('requests');
    // The ways through onboarding lead nowhere any more.
    if (['create', 'import', 'restore'].includes(parts[0] ?? '')) replace();
  }, []);
  if (state.accounts.length === 0) return <FirstAccount />;
  const [name, argument] = parts;
  const tab = tabOf(name, argument);
  return (
    <>
      {tab && <Top state={state} />}
      {name !== 'networks' && <NetworkBar network={state.network} />}
      {tab && <RequestsBar count={state.pendingApprovals} />}
      <Screens name={name} argument={argument} />
      {tab && <Tabs current={tab} />}
    </>
  );
}

/** The tab of a screen, if it is the first of one. */
function tabOf(name: string | undefined, argument: string | undefined) {
  if (argument !== undefined) return undefined;
  if (name === undefined) return 'home';
  return name === 'activity' || name === 'sites' || name === 'settings' ? name : undefined;
}

function Screens({ name, argument }: { name: string | undefined; argument: string | undefined }) {
  switch (name) {
    case 'send':
      return <Send />;
    case 'receive':
      return <Receive />;
    case 'activity':
      return argument ? <ActivityEntry key={argument} entry={Number(argument)} /> : <ActivityList />;
    case 'requests':
      return <Requests id={argument === undefined ? undefined : Number(argument)} />;
    case 'sites':
      return argument ? <SiteScreen origin={argument} /> : <Sites />;
    case 'accounts':
      if (argument === 'new') return <NewAccount />;
      if (argument === 'import') return <ImportAccount />;
      return argument ? <AccountScreen key={argument} address={argument} /> : <Accounts />;
    case 'contacts':
      return argument ? <ContactEdit key={argument} address={argument} /> : <Contacts />;
    case 'networks':
      return argument === 'new' ? <AddNetwork /> : <Networks />;
    case 'tokens':
      return <AddToken />;
    case 'settings':
      return <SettingsScreen />;
    case 'password':
      return <PasswordScreen />;
    case 'phrase':
      return <PhraseScreen />;
    case 'backup':
      return <BackupScreen />;
    case 'erase':
      return <EraseScreen back={to('settings')} />;
    default:
      return <Home />;
  }
}
