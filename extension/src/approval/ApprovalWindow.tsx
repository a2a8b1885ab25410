// The window that opens when somebody asks: `approval.html?id=…`. It goes on with what else waits, and
// closes when nothing does.
import { useEffect, useState } from 'preact/hooks';

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

function Waiting() {
  const { client } = useEngine();
  const { data, error } = useQuery('approvals', {});
  const [wanted, setWanted] = useState(() => Number(new URLSearchParams(location.search).get('id') ?? Number.NaN));
  const [answered, setAnswered] = useState<ReadonlySet<number>>(new Set());
  const left = data?.filter(({ id }) => !answered.has(id));
  const shown = left?.find(({ id }) => id === wanted) ?? (answered.size > 0 ? left?.[0] : undefined);

  useEffect(() => {
    if (!shown) return;
    setWanted(shown.id);
    client.call('opened', { id: shown.id }).catch(() => {});
  }, [client, shown?.id]);
  useEffect(() => {
    if (answered.size > 0 && left?.length === 0) window.close();
  }, [answered.size, left?.length]);

  if (shown) {
    return (
      <ApprovalView
        key={shown.id}
        approval={shown}
        queue={left && left.length > 1 ? `${left.length - 1} more after this` : undefined}
        onAnswered={() => setAnswered(new Set(answered).add(shown.id))}
      />
    );
  }
  return (
    <Screen title="Request" footer={data && <Button onClick={() => window.close()}>Close</Button>}>
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
