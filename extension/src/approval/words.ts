// What requests are called, and what well-known calls do.
import type { ApprovalRequest, DecodedArgument, DecodedCall, Party, Shown } from '../shared/api.ts';

export function askerName(asker: Shown['asker']): string {
  return asker === 'user' ? 'You' : asker.dapp;
}

export function kindTitle(request: ApprovalRequest): string {
  switch (request.kind) {
    case 'discover':
      return 'Answer a site';
    case 'connect':
      return 'Connect';
    case 'transaction':
      return 'Transaction';
    case 'profile':
      return 'Measure a transaction';
    case 'authWit':
      return 'Authorisation';
    case 'registerSender':
      return 'Look for a sender';
    case 'registerContract':
      return 'Register a contract';
    case 'addressBook':
      return 'Share the address book';
    case 'disclosure':
      return 'Share results';
    default:
      return 'Request';
  }
}

/** What a call of a token that the user keeps does, in words. */
export interface Meaning {
  verb: string;
  amount: string;
  manner: string;
  /** Whom it goes to. */
  to?: Party;
}

const MEANINGS: Record<string, { verb: string; manner: string }> = {
  transfer: { verb: 'Send', manner: 'privately' },
  transfer_in_private: { verb: 'Send', manner: 'privately' },
  transfer_in_public: { verb: 'Send', manner: 'publicly' },
  transfer_to_public: { verb: 'Send', manner: 'from your private to a public balance' },
  transfer_to_private: { verb: 'Send', manner: 'from your public to a private balance' },
  burn_private: { verb: 'Burn', manner: 'of your private balance' },
  burn_public: { verb: 'Burn', manner: 'of your public balance' },
  mint_to_private: { verb: 'Mint', manner: 'to a private balance' },
  mint_to_public: { verb: 'Mint', manner: 'to a public balance' },
};

/** Nothing if the wallet cannot vouch for it: then the call is shown as it is. */
export function meaningOf(call: DecodedCall, account: string): Meaning | undefined {
  const { function: called } = call;
  if (called.is !== 'known') return undefined;
  const known = Object.hasOwn(MEANINGS, called.name) ? MEANINGS[called.name] : undefined;
  const find = (name: string): DecodedArgument | undefined =>
    called.arguments.find((argument) => argument.name === name);
  const amount = find('amount')?.amount;
  if (!known || amount === undefined) return undefined;
  // Somebody else's money is another matter.
  const from = find('from')?.party;
  if (from && from.address !== account) return undefined;
  const to = find('to')?.party;
  return { ...known, amount, ...(to ? { to } : {}) };
}
