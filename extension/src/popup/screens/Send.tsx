import { useState } from 'preact/hooks';

import type { Account, Balance, Contact, Place } from '../../shared/api.ts';
import { addressProblemText, checkAddress, sameAddress } from '../../shared/address.ts';
import { amountProblemText, formatAmount, parseAmount, plainAmount } from '../../shared/amount.ts';
import { placesOf } from '../../ui/Amount.tsx';
import { Button, LinkButton } from '../../ui/Button.tsx';
import { useAction, useQuery, useWallet } from '../../ui/engine.tsx';
import { Choice, SelectField, TextField } from '../../ui/Field.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { SkeletonRows } from '../../ui/List.tsx';
import { LiveWork } from '../../ui/LiveWork.tsx';
import { Empty, ErrorNotice, Notice } from '../../ui/Notice.tsx';
import { go, to } from '../../ui/router.ts';
import { Screen } from '../../ui/Screen.tsx';
import { keptToken } from './keptToken.ts';
import { Recipient } from './Recipient.tsx';

export function Send() {
  const state = useWallet();
  const account = state.accounts.find(({ address }) => address === state.selected) ?? state.accounts[0];
  const balances = useQuery('balances', account && { account: account.address });
  const contacts = useQuery('contacts', {});
  if (!account) return null;
  const stop = obstacle(account, balances.data);
  if (stop) {
    return (
      <Screen title="Send" back={to()}>
        {stop}
      </Screen>
    );
  }
  if (!balances.data) {
    return (
      <Screen title="Send" back={to()}>
        {balances.error ? <ErrorNotice error={balances.error} title="The balances are not known" /> : <SkeletonRows count={3} />}
      </Screen>
    );
  }
  return (
    <SendForm account={account} accounts={state.accounts} balances={balances.data} contacts={contacts.data ?? []} />
  );
}

/** Why nothing can be sent from here. */
function obstacle(account: Account, balances: Balance[] | undefined) {
  if (account.viewOnly) {
    return (
      <Empty icon="eye" title="This account is view only">
        Its keys to sign are elsewhere. Choose another account to send from.
      </Empty>
    );
  }
  if (account.deployment === 'none' || account.deployment === 'pending') {
    return (
      <Empty
        icon="account"
        title={account.deployment === 'none' ? 'Deploy the account first' : 'The account is being deployed'}
        action={<LinkButton href={to('accounts', account.address)}>Open the account</LinkButton>}
      >
        It can send once it is on the network.
      </Empty>
    );
  }
  if (balances?.length === 0) {
    return (
      <Empty
        icon="token"
        title="No tokens to send"
        action={<LinkButton href={to('tokens')}>Add token</LinkButton>}
      >
        Add the contract of a token that you have.
      </Empty>
    );
  }
  return undefined;
}

function SendForm({
  account,
  accounts,
  balances,
  contacts,
}: {
  account: Account;
  accounts: Account[];
  balances: Balance[];
  contacts: Contact[];
}) {
  const [tokenAddress, setToken] = useState(keptToken() ?? balances[0]?.token.address);
  const [source, setSource] = useState<Place>('private');
  const [target, setTarget] = useState<Place>('private');
  const [recipient, setRecipient] = useState('');
  const [text, setText] = useState('');
  const [tried, setTried] = useState(false);
  const send = useAction('send');

  const balance = balances.find(({ token }) => token.address === tokenAddress) ?? balances[0];
  if (!balance) return null;
  const { token } = balance;
  const available = balance[source];
  const address = checkAddress(recipient);
  const amount = parseAmount(text, token.decimals);
  const toSelf = address.ok && sameAddress(address.address, account.address);
  const addressError = !address.ok
    ? addressProblemText(address.problem)
    : sameAddress(address.address, token.address)
      ? 'This is the contract of the token itself.'
      : toSelf && source === target
        ? 'This is the account that you send from. Choose private on one side and public on the other.'
        : undefined;
  const amountError = !amount.ok
    ? amountProblemText(amount.problem, token.decimals)
    : available !== undefined && BigInt(amount.raw) > BigInt(available)
      ? `You have ${formatAmount(available, token.decimals)} ${token.symbol} ${source === 'private' ? 'in private' : 'in public'}.`
      : undefined;

  const submit = async () => {
    setTried(true);
    if (addressError || amountError || !address.ok || !amount.ok) return;
    const asked = await send.run({
      from: account.address,
      token: token.address,
      source,
      to: address.address,
      target,
      amount: amount.raw,
    });
    if (asked) go('requests', asked.result.approval);
  };
  const note = (place: Place) => {
    const raw = balance[place];
    return raw === undefined ? 'unknown' : `${formatAmount(raw, token.decimals, placesOf(token))}`;
  };
  return (
    <Screen
      title="Send"
      back={to()}
      onSubmit={submit}
      footer={
        <>
          <LiveWork isWaiting={send.busy} />
          <Button kind="primary" type="submit" busy={send.busy}>
            Review
          </Button>
        </>
      }
    >
      <div class="form">
        {balances.length > 1 && (
          <SelectField
            label="Token"
            value={token.address}
            options={balances.map(({ token }) => ({ value: token.address, label: `${token.name} (${token.symbol})` }))}
            onValue={setToken}
          />
        )}
        <Choice
          label="From your balance"
          value={source}
          options={[
            { value: 'private', label: 'Private', icon: <Icon name="shield" size={18} />, note: note('private') },
            { value: 'public', label: 'Public', icon: <Icon name="globe" size={18} />, note: note('public') },
          ]}
          onValue={setSource}
        />
      </div>
      <Recipient
        value={recipient}
        onValue={setRecipient}
        error={tried ? addressError : undefined}
        account={account}
        accounts={accounts}
        contacts={contacts}
      />
      <Choice
        label="They receive it"
        value={target}
        options={[
          { value: 'private', label: 'Privately', icon: <Icon name="shield" size={18} /> },
          { value: 'public', label: 'Publicly', icon: <Icon name="globe" size={18} /> },
        ]}
        onValue={setTarget}
      />
      <TextField
        label="Amount"
        inputMode="decimal"
        placeholder="0"
        value={text}
        onValue={setText}
        error={tried ? amountError : undefined}
        aside={
          <button
            type="button"
            class="link-button"
            disabled={available === undefined || available === '0'}
            onClick={() => setText(plainAmount(available ?? '0', token.decimals))}
          >
            Max
          </button>
        }
        end={<span class="input-unit">{token.symbol}</span>}
      />
      <WhatBecomesPublic source={source} target={target} toSelf={toSelf} />
      <ErrorNotice error={send.error} title="This cannot be sent" />
    </Screen>
  );
}

function WhatBecomesPublic({ source, target, toSelf }: { source: Place; target: Place; toSelf: boolean }) {
  const whom = toSelf ? 'your address' : 'the recipient';
  const words: Record<Place, Record<Place, string>> = {
    private: {
      private: 'Nobody but you and the recipient sees the amount or who takes part.',
      public: `Everyone will see the amount and ${whom}, but not that it came from you.`,
    },
    public: {
      private: 'Everyone will see the amount and your address, but not who receives it.',
      public: 'Everyone will see the amount, your address and the recipient.',
    },
  };
  const isPrivate = source === 'private' && target === 'private';
  return (
    <Notice icon={isPrivate ? 'shield' : 'globe'} title={isPrivate ? 'Stays private' : 'Becomes public'}>
      {words[source][target]}
    </Notice>
  );
}
