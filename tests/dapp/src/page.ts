// What both pages do once they have a wallet.
import { AztecAddress } from '@aztec/aztec.js/addresses';
import type { Wallet } from '@aztec/aztec.js/wallet';

import { action, element, input, labelled, panel } from './dom.ts';
import { MANIFEST } from './manifest.ts';
import { type Network, networkAt } from './network.ts';
import { deploy, register, Token } from './token.ts';

const DEFAULT_NODE = 'http://localhost:8080';

/** What there is by now; asking for what there is not yet fails with a word on what to do first. */
export class Session {
  #network: Network | undefined;
  #wallet: Wallet | undefined;

  get network(): Network {
    return this.#network ?? missing('the network is not known yet');
  }
  set network(network: Network) {
    this.#network = network;
  }
  get wallet(): Wallet {
    return this.#wallet ?? missing('connect a wallet first');
  }
  set wallet(wallet: Wallet) {
    this.#wallet = wallet;
  }
}

export function missing(what: string): never {
  throw new Error(what);
}

function address(field: HTMLInputElement): AztecAddress {
  const text = field.value.trim();
  if (text === '') missing(`"${field.ariaLabel}" is empty`);
  return AztecAddress.fromString(text);
}

const amount = (field: HTMLInputElement) => BigInt(field.value.trim());

/** Draws a page; `connecting` are the actions up to a connected wallet. */
export function start(title: string, session: Session, connecting: (Node | string)[]): void {
  const node = input('node', 'Node', DEFAULT_NODE);
  const account = input('account', 'Account');
  const tokenAddress = input('token', 'Token');
  const name = input('name', 'Name of a new token', 'Demo token');
  const recipient = input('recipient', 'Recipient');
  const units = input('amount', 'Amount, in the smallest unit', '1000');
  const token = () => new Token(session.wallet, address(tokenAddress), address(account));

  const network = action('network', 'Ask the node', async () => {
    session.network = await networkAt(node.value);
    return session.network.chainInfo;
  });
  const accounts = async () => {
    const known = await session.wallet.getAccounts();
    if (account.value === '') account.value = known[0]?.item.toString() ?? '';
    return known;
  };

  document.getElementById('app')?.append(
    element('h1', {}, title),
    panel('Network', labelled(node), network),
    panel('Wallet', ...connecting),
    panel(
      'Account',
      action('capabilities', 'Ask for permissions', () => session.wallet.requestCapabilities(MANIFEST)),
      action('accounts', 'Accounts', accounts),
      action('chain', 'Chain', () => session.wallet.getChainInfo()),
      action('address-book', 'Address book', () => session.wallet.getAddressBook()),
      labelled(account),
    ),
    panel(
      'Token',
      labelled(name),
      action('deploy', 'Deploy', async () => {
        const deployed = await deploy(session.wallet, address(account), name.value);
        tokenAddress.value = deployed.address.toString();
        return deployed;
      }),
      labelled(tokenAddress),
      action('register', 'Register', () => register(session.wallet, session.network, address(tokenAddress))),
      action('metadata', 'Metadata', () => session.wallet.getContractMetadata(address(tokenAddress))),
      action('balances', 'Balances', () => token().balances()),
      action('events', 'Private events', () => token().events()),
      action('batch', 'Three questions at once', () => token().batch()),
    ),
    panel(
      'Transactions',
      labelled(units),
      action('mint', 'Mint privately', () => token().mint(amount(units))),
      labelled(recipient),
      action('transfer', 'Transfer privately', () => token().transfer(address(recipient), amount(units))),
      action('both', 'Mint and transfer', () => token().both(address(recipient), amount(units))),
      action('authwit', 'Authorise', () => token().authorize(address(recipient), amount(units))),
      action('sender', 'Register as sender', () => session.wallet.registerSender(address(recipient), 'Known to the demo')),
    ),
  );
  // The network is needed by everything else.
  network.querySelector('button')?.click();
}
