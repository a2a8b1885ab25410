import { action } from './dom.ts';
import { Session, start } from './page.ts';
import { find, walletOf } from './wallet/pixie.ts';

const session = new Session();

start('Demo dapp on window.pixie', session, [
  action('find', 'Find Pixie', async () => {
    const pixie = await find();
    pixie.on('disconnect', ({ reason }) => (document.body.dataset['wallet'] = `disconnected: ${reason}`));
    session.wallet = walletOf(pixie, session.network.chainInfo);
    return { protocol: pixie.protocol };
  }),
  action('disconnect', 'Disconnect', async () => {
    (await find()).disconnect();
    return true;
  }),
]);
