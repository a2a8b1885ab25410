import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';

import type { Approval, ApprovalRequest, GrantedCapability } from '../shared/api.ts';
import { Button } from '../ui/Button.tsx';
import { useAction, useEngine } from '../ui/engine.tsx';
import { Icon } from '../ui/Icon.tsx';
import { ErrorNotice, Notice } from '../ui/Notice.tsx';
import { Screen } from '../ui/Screen.tsx';
import { AddressBookView, ContractView, DisclosureView, DiscoverView, SenderView } from './Small.tsx';
import { AuthWitView } from './AuthWit.tsx';
import { ConnectView } from './Connect.tsx';
import { TransactionView } from './Transaction.tsx';
import { askerName, kindTitle } from './words.ts';

/** A page that comes up under the pointer must not be approved by a click meant for another. */
const ARMING = 600;

/** What this page knows how to show. */
const KINDS: ReadonlySet<string> = new Set<ApprovalRequest['kind']>([
  'discover',
  'connect',
  'transaction',
  'profile',
  'authWit',
  'registerSender',
  'registerContract',
  'addressBook',
  'disclosure',
]);

interface Props {
  approval: Approval;
  /** The number of the transaction that follows, if one does; nothing after a no. */
  onAnswered(entry: number | undefined): void;
  back?: string;
  /** Such as "1 of 3". */
  queue?: string | undefined;
}

export function ApprovalView({ approval, onAnswered, back, queue }: Props) {
  const { shown, id, hash } = approval;
  const { request } = shown;
  const [granted, setGranted] = useState<GrantedCapability[]>([]);
  const approve = useAction('approve');
  const deny = useAction('deny');
  const isArmed = useArmed();
  const { changed } = useEngine();
  const isGone = [approve.error, deny.error].some((error) => error?.code === 'stale');
  const isUnderstood = KINDS.has(request.kind);
  useEffect(() => {
    if (isGone) changed();
  }, [isGone]);
  const grantsNothing = request.kind === 'connect' && granted.length === 0;

  const yes = async () => {
    if (!isArmed || deny.busy) return;
    const answer = await approve.run(request.kind === 'connect' ? { id, hash, granted } : { id, hash });
    if (answer) onAnswered(answer.result.entry);
  };
  const no = async () => {
    if (approve.busy) return;
    if (await deny.run({ id })) onAnswered(undefined);
  };
  return (
    <Screen
      title={kindTitle(request)}
      {...(back === undefined ? {} : { back })}
      aside={queue && <span class="queue">{queue}</span>}
      footer={
        isGone ? undefined : (
          <>
            <ErrorNotice error={approve.error ?? deny.error} title="The answer was not taken" />
            <div class="buttons">
              <Button busy={deny.busy} onClick={no}>
                Reject
              </Button>
              <Button
                kind="primary"
                busy={approve.busy}
                disabled={grantsNothing || !isUnderstood}
                aria-disabled={isArmed ? undefined : 'true'}
                onClick={yes}
              >
                {request.kind === 'connect' ? 'Connect' : 'Approve'}
              </Button>
            </div>
          </>
        )
      }
    >
      {isGone && (
        <Notice tone="warning" live title="This request is not current any more">
          It was answered already, or who asked has taken it back or changed it.
        </Notice>
      )}
      <Asker asker={shown.asker} />
      <RequestView request={request} approval={approval} onGranted={setGranted} />
    </Screen>
  );
}

/** Whether the page has been in view for long enough. */
function useArmed(): boolean {
  const [isArmed, setArmed] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const begin = () => {
      clearTimeout(timer);
      setArmed(false);
      if (document.visibilityState === 'visible') timer = setTimeout(() => setArmed(true), ARMING);
    };
    begin();
    document.addEventListener('visibilitychange', begin);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', begin);
    };
  }, []);
  return isArmed;
}

function Asker({ asker }: { asker: Approval['shown']['asker'] }) {
  const isUser = asker === 'user';
  return (
    <div class="asker">
      <span class="asker-mark">
        <Icon name={isUser ? 'account' : 'globe'} />
      </span>
      <span class="row-text">
        <span class="asker-origin">{isUser ? 'You asked for this' : askerName(asker)}</span>
        <span class="row-note">{isUser ? 'In this wallet' : 'asks, as the browser reports it'}</span>
      </span>
    </div>
  );
}

function RequestView({
  request,
  approval,
  onGranted,
}: {
  request: ApprovalRequest;
  approval: Approval;
  onGranted(granted: GrantedCapability[]): void;
}): ComponentChildren {
  switch (request.kind) {
    case 'discover':
      return <DiscoverView request={request} />;
    case 'connect':
      return <ConnectView request={request} origin={approval.origin} onGranted={onGranted} />;
    case 'transaction':
    case 'profile':
      return <TransactionView request={request} />;
    case 'authWit':
      return <AuthWitView request={request} />;
    case 'registerSender':
      return <SenderView request={request} />;
    case 'registerContract':
      return <ContractView request={request} />;
    case 'addressBook':
      return <AddressBookView request={request} />;
    case 'disclosure':
      return <DisclosureView request={request} />;
    default:
      return (
        <Notice tone="danger" title="This page cannot show the request">
          It can only be rejected. Restart the browser, so that all of Pixie is of one version.
        </Notice>
      );
  }
}
