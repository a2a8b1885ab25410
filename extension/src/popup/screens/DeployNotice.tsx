import type { Account } from '../../shared/api.ts';
import { useAction } from '../../ui/engine.tsx';
import { LiveWork } from '../../ui/LiveWork.tsx';
import { ErrorNotice, Notice } from '../../ui/Notice.tsx';
import { go } from '../../ui/router.ts';
import { Spinner } from '../../ui/Spinner.tsx';

/** An account can receive before it is deployed, but not send. */
export function DeployNotice({ account }: { account: Account }) {
  const deploy = useAction('deployAccount');
  if (account.viewOnly || account.deployment === 'done' || account.deployment === 'unknown') return null;
  if (account.deployment === 'pending') {
    return (
      <Notice icon="wait" title="The account is being deployed">
        It can send as soon as that is mined.
      </Notice>
    );
  }
  const start = async () => {
    const asked = await deploy.run({ address: account.address });
    if (asked) go('requests', asked.result.approval);
  };
  return (
    <>
      <Notice
        icon="info"
        title="This account is not deployed yet"
        action={
          <button type="button" class="button compact secondary" aria-disabled={deploy.busy} onClick={start}>
            {deploy.busy && <Spinner />}
            Deploy
          </button>
        }
      >
        It can receive now. To send, deploy it once.
      </Notice>
      <LiveWork isWaiting={deploy.busy} />
      <ErrorNotice error={deploy.error} title="Deploying is not possible now" />
    </>
  );
}
