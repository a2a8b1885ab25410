import { useEffect, useState } from 'preact/hooks';

import type { Account, Balance, NetworkState, Token } from '../../shared/api.ts';
import { shareOf, sumAmounts } from '../../shared/amount.ts';
import { Amount, AmountSkeleton, PlaceLabel } from '../../ui/Amount.tsx';
import { LinkButton } from '../../ui/Button.tsx';
import { useEngine, useQuery, useWallet } from '../../ui/engine.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Section } from '../../ui/List.tsx';
import { workName } from '../../ui/LiveWork.tsx';
import { Empty, ErrorNotice, Notice, sentence } from '../../ui/Notice.tsx';
import { to } from '../../ui/router.ts';
import { Spinner } from '../../ui/Spinner.tsx';
import { TokenMark } from '../../ui/TokenMark.tsx';
import { DeployNotice } from './DeployNotice.tsx';
import { keptToken, keepToken } from './keptToken.ts';

export function Home() {
  const state = useWallet();
  const account = state.accounts.find(({ address }) => address === state.selected) ?? state.accounts[0];
  useEffect(() => {
    document.title = 'Pixie';
  }, []);
  if (!account) return null;
  return (
    <main class="screen-body">
      <h1 class="visually-hidden">Wallet</h1>
      <Balances account={account} />
    </main>
  );
}

function Balances({ account }: { account: Account }) {
  const { data, error } = useQuery('balances', { account: account.address });
  const [chosen, setChosen] = useState(keptToken);
  const balance = data?.find(({ token }) => token.address === chosen) ?? data?.[0];
  const choose = (token: Token) => {
    keepToken(token.address);
    setChosen(token.address);
  };
  return (
    <>
      <Hero balance={balance} isLoading={!data && !error} />
      <div class="buttons">
        <LinkButton kind="primary" icon="send" href={to('send')}>
          Send
        </LinkButton>
        <LinkButton icon="receive" href={to('receive')}>
          Receive
        </LinkButton>
      </div>
      <DeployNotice account={account} />
      {balance?.problem && (
        <Notice tone="warning" live>
          {sentence(balance.problem)}
        </Notice>
      )}
      <SyncLine />
      <ErrorNotice error={error} title="The balances are not known" />
      <Section
        title="Tokens"
        aside={
          <a class="link-button" href={to('tokens')}>
            Add token
          </a>
        }
      >
        {!(error && !data) && (
          <TokenRows balances={data} chosen={balance?.token.address} onChoose={choose} />
        )}
      </Section>
    </>
  );
}

function Hero({ balance, isLoading }: { balance: Balance | undefined; isLoading: boolean }) {
  const total = balance && sumAmounts(balance.private, balance.public);
  const partly = balance && (balance.private === undefined) !== (balance.public === undefined);
  return (
    <section aria-label="Balance" aria-busy={isLoading}>
      <div class="hero">
        <div class="hero-label">
          {isLoading ? (
            <span key="loading" class="skeleton w10" />
          ) : (
            <span key="label">
              {balance ? `${balance.token.name}, ${partly ? 'known so far' : 'total'}` : 'Total'}
            </span>
          )}
        </div>
        {balance ? (
          <Amount raw={total} token={balance.token} large />
        ) : isLoading ? (
          <AmountSkeleton large />
        ) : (
          <span class="amount large none">–</span>
        )}
      </div>
      <div class="card places">
        {(['private', 'public'] as const).map((place) => (
          <div key={place}>
            <PlaceLabel place={place} />
            {balance ? (
              <Amount raw={balance[place]} token={balance.token} hideSymbol />
            ) : isLoading ? (
              <AmountSkeleton />
            ) : (
              <span class="amount none">–</span>
            )}
            <div class="hint">{place === 'private' ? 'Only you can see this' : 'Everyone can see this'}</div>
          </div>
        ))}
      </div>
    </section>
  );
}

function TokenRows({
  balances,
  chosen,
  onChoose,
}: {
  balances: Balance[] | undefined;
  chosen: string | undefined;
  onChoose(token: Token): void;
}) {
  if (!balances) {
    return (
      <div class="card rows" aria-busy="true">
        {[0, 1].map((row) => (
          <div key={row} class="row">
            <span class="skeleton circle" />
            <span class="row-text">
              <span class="row-title">
                <span class="skeleton w10" />
              </span>
              <span class="row-note">
                <span class="skeleton w6" />
              </span>
            </span>
          </div>
        ))}
      </div>
    );
  }
  if (balances.length === 0) {
    return (
      <div class="card">
        <Empty icon="token" title="No tokens yet">
          Add the contract of a token to see what you have of it.
        </Empty>
      </div>
    );
  }
  return (
    <ul class="card rows">
      {balances.map((balance) => {
        const { token } = balance;
        const total = sumAmounts(balance.private, balance.public);
        return (
          <li key={token.address}>
            <button
              type="button"
              class="row"
              aria-pressed={token.address === chosen}
              onClick={() => onChoose(token)}
            >
              <TokenMark token={token} />
              <span class="row-text">
                <span class="row-title">{token.name}</span>
                <span class="row-note">{privateShare(balance, total)}</span>
              </span>
              <span class="row-end">
                <Amount raw={total} token={token} />
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function privateShare(balance: Balance, total: string | undefined): string {
  if (balance.private === undefined || balance.public === undefined || total === undefined) return 'Not all is known';
  if (total === '0') return 'Nothing yet';
  const percent = Math.round(shareOf(balance.private, total) / 10);
  return `${percent}% private`;
}

function syncWords(network: NetworkState | undefined): string {
  if (network?.block === undefined) return 'Not synchronised yet';
  if (network.status !== 'ready') return `Last synchronised at block ${network.block}`;
  return `Up to date at block ${network.block}`;
}

/** What the wallet is doing that belongs to no transaction. */
function SyncLine() {
  const { state } = useEngine();
  const sync = state?.working.find(({ entry, kind }) => entry === undefined && kind === 'sync');
  const isReady = state?.network?.status === 'ready';
  const busy = state?.working.find(({ entry }) => entry !== undefined);
  if (busy) {
    return (
      <a class="working" href={to('activity', busy.entry ?? 0)}>
        <Spinner />
        <span>{workName(busy)}</span>
        <Icon name="chevron" size={18} />
      </a>
    );
  }
  return (
    <p class="working" role="status">
      {sync ? (
        <>
          <Spinner />
          <span>{workName(sync)}</span>
        </>
      ) : (
        <>
          <Icon name={isReady ? 'check' : 'wait'} size={18} />
          <span>{syncWords(state?.network)}</span>
        </>
      )}
    </p>
  );
}
