// The window that opens when somebody asks. It shows what `?id=…` names or the first that a site asks,
// goes on with what else waits, and closes when nothing does.
import { useEffect, useState } from 'preact/hooks';

import type { Approval } from '../shared/api.ts';
import { leave } from '../shared/leaving.ts';
import { useEngine, useQuery } from '../ui/engine.tsx';
import { SkeletonRows } from '../ui/List.tsx';
import { Empty, ErrorNotice } from '../ui/Notice.tsx';
import { usePresence } from '../ui/presence.ts';
import { Screen } from '../ui/Screen.tsx';
import { NetworkBar, Reconnecting, Starting } from '../ui/Status.tsx';
import { useTheme } from '../ui/theme.ts';
import { Unlock } from '../ui/Unlock.tsx';
import { Button } from '../ui/Button.tsx';
import { ApprovalView } from './ApprovalView.tsx';

export function ApprovalWindow() {
  const { state } = useEngine();
  useTheme();
  usePresence();
  return (
    <div class="app">
      {!state && <Starting />}
      {state?.vault.status === 'empty' && (
        <Screen title="Request" footer={<Button onClick={() => window.close()}>Close</Button>}>
          <Empty icon="wallet" title="Set up Pixie first">
            There is no wallet on this device yet. Open Pixie from the toolbar.
          </Empty>
        </Screen>
      )}
      {state?.vault.status === 'locked' && (
        <Unlock vault={state.vault} reason="Unlock it to see what is asked of you." />
      )}
      {state?.vault.status === 'unlocked' && (
        <>
          <NetworkBar network={state.network} />
          <Waiting />
        </>
      )}
      <Reconnecting />
    </div>
  );
}

/** Names a request also when the worker was restarted, which counts from the beginning again. */
const nameOf = ({ id, askedAt }: Approval) => `${id} ${askedAt}`;

function Waiting() {
  const { client } = useEngine();
  const { data, error } = useQuery('approvals', {});
  const [wanted, setWanted] = useState(() => Number(new URLSearchParams(location.search).get('id') ?? Number.NaN));
  const [answered, setAnswered] = useState<ReadonlySet<string>>(new Set());
  const left = data?.filter((approval) => !answered.has(nameOf(approval)));
  // What the user asks for is shown where that was done.
  const ofSites = left?.filter(({ origin }) => origin !== undefined);
  const shown = left?.find(({ id }) => id === wanted) ?? ofSites?.[0];

  useEffect(() => {
    if (!shown) return;
    setWanted(shown.id);
    client.call('opened', { id: shown.id }).catch(() => {});
  }, [client, shown && nameOf(shown)]);
  useEffect(() => {
    if (answered.size > 0 && ofSites?.length === 0) void leave();
  }, [answered.size, ofSites?.length]);

  if (shown) {
    return (
      <ApprovalView
        key={`${nameOf(shown)} ${shown.hash}`}
        approval={shown}
        queue={ofSites && ofSites.length > 1 ? `${ofSites.length - 1} more after this` : undefined}
        onAnswered={() => setAnswered(new Set(answered).add(nameOf(shown)))}
      />
    );
  }
  return (
    <Screen title="Request" footer={data && <Button onClick={leave}>Close</Button>}>
      <ErrorNotice error={error} title="The requests are not known" />
      {!data && !error && <SkeletonRows count={3} />}
      {data && (
        <Empty icon="check" title="This request is gone">
          It was answered already, or who asked has taken it back.
        </Empty>
      )}
    </Screen>
  );
}
