import { useWallet } from '../../ui/engine.tsx';
import { FullAddress } from '../../ui/Address.tsx';
import { CopyTextButton } from '../../ui/Copy.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { Qr } from '../../ui/Qr.tsx';
import { to } from '../../ui/router.ts';
import { Screen } from '../../ui/Screen.tsx';

export function Receive() {
  const state = useWallet();
  const account = state.accounts.find(({ address }) => address === state.selected) ?? state.accounts[0];
  if (!account) return null;
  return (
    <Screen
      title="Receive"
      back={to()}
      footer={<CopyTextButton text={account.address}>Copy address</CopyTextButton>}
    >
      <div class="card receive">
        <strong>{account.alias}</strong>
        <Qr text={account.address} label={`QR code of the address of ${account.alias}`} />
        <FullAddress address={account.address} />
      </div>
      <Notice icon="shield">
        Anyone who has this address can send you private or public tokens on{' '}
        {state.network?.name ?? 'this network'}. What you hold privately, they cannot see.
      </Notice>
      <p class="muted small">
        For private tokens to be found, add the sender to your <a href={to('contacts')}>address book</a>{' '}
        and have Pixie look for their messages.
      </p>
    </Screen>
  );
}
