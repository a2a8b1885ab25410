import { LinkButton } from '../../ui/Button.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Logo } from '../../ui/Logo.tsx';
import { to, useRoute } from '../../ui/router.ts';
import { isToolbarPopup, openTab } from '../surface.ts';
import { CreateWallet } from './CreateWallet.tsx';
import { ImportPhrase } from './ImportPhrase.tsx';
import { RestoreBackup } from './RestoreBackup.tsx';

export function Onboarding() {
  const { parts } = useRoute();
  switch (parts[0]) {
    case 'create':
      return <CreateWallet />;
    case 'import':
      return <ImportPhrase />;
    case 'restore':
      return <RestoreBackup />;
    default:
      return <Welcome />;
  }
}

function Welcome() {
  // What opens from the toolbar closes when one looks elsewhere, as for a pen.
  const tab = (event: Event) => {
    if (!isToolbarPopup()) return;
    const link = (event.target as Element).closest('a');
    if (!link) return;
    event.preventDefault();
    openTab(link.getAttribute('href') ?? '');
  };
  return (
    <main class="welcome" onClick={tab}>
      <div class="welcome-main">
        <Logo size={56} />
        <h1>Private money, in your own hands</h1>
        <p>Pixie is a wallet for the Aztec network.</p>
        <ul class="promises">
          <li>
            <Icon name="key" />
            <span>Keys are made on this device and never leave it unsealed.</span>
          </li>
          <li>
            <Icon name="shield" />
            <span>Balances are private unless you make them public.</span>
          </li>
          <li>
            <Icon name="eye" />
            <span>Before you approve anything, Pixie says who will learn what.</span>
          </li>
        </ul>
      </div>
      <div class="buttons stacked">
        <LinkButton kind="primary" href={to('create')}>
          Create a new wallet
        </LinkButton>
        <LinkButton href={to('import')}>I have a recovery phrase</LinkButton>
        <LinkButton kind="quiet" href={to('restore')}>
          Restore a backup
        </LinkButton>
      </div>
    </main>
  );
}
