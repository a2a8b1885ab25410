import type { WalletProvider } from '@aztec/wallet-sdk/manager';

import { action, element, input, labelled } from './dom.ts';
import { missing, Session, start } from './page.ts';
import { discover, Unverified } from './wallet/sdk.ts';

const session = new Session();
const patience = input('patience', 'Seconds to wait for a wallet', '60');
const emojis = element('div', { className: 'emojis', testId: 'emojis', ariaLabel: 'Compare these with the wallet' });
let provider: WalletProvider | undefined;
let unverified: Unverified | undefined;

start('Demo dapp', session, [
  labelled(patience),
  action('discover', 'Find a wallet', async () => {
    provider = await discover(session.network, Number(patience.value) * 1000);
    provider.onDisconnect(() => (document.body.dataset['wallet'] = 'disconnected'));
    const { id, name, metadata } = provider;
    return { id, name, version: metadata?.['version'] };
  }),
  action('channel', 'Open a channel', async () => {
    unverified = await Unverified.open(provider ?? missing('find a wallet first'));
    emojis.replaceChildren(...unverified.emojis.map((emoji) => element('span', {}, emoji)));
    return unverified.emojis.length;
  }),
  emojis,
  action('confirm', 'They are the same', async () => {
    session.wallet = await (unverified ?? missing('open a channel first')).confirm();
    return true;
  }),
  action('cancel', 'They differ', async () => {
    (unverified ?? missing('open a channel first')).cancel();
    unverified = undefined;
    emojis.replaceChildren();
    return true;
  }),
  action('disconnect', 'Disconnect', async () => {
    await (provider ?? missing('there is no connection')).disconnect();
    return true;
  }),
]);
