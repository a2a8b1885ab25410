// Lines across the page that say what is wrong with the ways to the engine and to the network.
import { useEffect, useState } from 'preact/hooks';

import type { NetworkState } from '../shared/api.ts';
import { useAction, useEngine } from './engine.tsx';
import { Icon } from './Icon.tsx';
import { sentence } from './Notice.tsx';
import { Spinner } from './Spinner.tsx';
import { to } from './router.ts';

/** The worker restarts in a blink most times; only what takes longer is worth a word. */
const PATIENCE = 700;

export function Reconnecting() {
  const { connection } = useEngine();
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (connection !== 'reconnecting') return;
    const timer = setTimeout(() => setLate(true), PATIENCE);
    return () => clearTimeout(timer);
  }, [connection]);
  if (!late || connection !== 'reconnecting') return null;
  return (
    <div class="bar floating" role="status">
      <Spinner />
      <span>The wallet is restarting. Reconnecting…</span>
    </div>
  );
}

export function NetworkBar({ network }: { network: NetworkState | undefined }) {
  const sync = useAction('sync');
  if (network?.status === 'unreachable') {
    return (
      <div class="bar danger" role="status">
        <Icon name="offline" />
        <span>
          <strong>{network.name} cannot be reached.</strong> What you see may be out of date.
        </span>
        <button type="button" class="link-button" onClick={() => sync.run({})}>
          Retry
        </button>
      </div>
    );
  }
  if (network?.status === 'wrongChain') {
    return (
      <div class="bar danger" role="status">
        <Icon name="warning" />
        <span>
          <strong>The node is on another chain.</strong>{' '}
          {network.problem ? sentence(network.problem) : 'Nothing is sent to it.'}
        </span>
        <a class="link-button" href={to('networks')}>
          Networks
        </a>
      </div>
    );
  }
  return null;
}

/** What is shown until the engine has answered for the first time. */
export function Starting() {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 400);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="starting" role="status">
      {late && (
        <>
          <Spinner />
          <span>Starting Pixie…</span>
        </>
      )}
    </div>
  );
}
