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
/** A node on the other side of the world answers within this time. */
const NODE_PATIENCE = 5000;

/** Whether something goes on for longer than it should, in milliseconds. */
function useLate(isGoingOn: boolean, patience: number): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (!isGoingOn) return;
    const timer = setTimeout(() => setLate(true), patience);
    return () => clearTimeout(timer);
  }, [isGoingOn]);
  return late && isGoingOn;
}

export function Reconnecting() {
  const { connection } = useEngine();
  const late = useLate(connection === 'reconnecting', PATIENCE);
  if (!late) return null;
  return (
    <div class="bar floating" role="status">
      <Spinner />
      <span>The wallet is restarting. Reconnecting…</span>
    </div>
  );
}

export function NetworkBar({ network }: { network: NetworkState | undefined }) {
  const sync = useAction('sync');
  const late = useLate(network?.status === 'connecting', NODE_PATIENCE);
  if (late) {
    return (
      <div class="bar" role="status">
        <Spinner />
        <span>
          <strong>{network?.name} does not answer yet.</strong> Still trying.
        </span>
      </div>
    );
  }
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
  const late = useLate(true, 400);
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
