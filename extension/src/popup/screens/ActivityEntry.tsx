import { duration, dateAndTime } from '../../shared/time.ts';
import { type Step, stepName, stepsOf } from '../../shared/progress.ts';
import type { Activity } from '../../shared/api.ts';
import { AddressDetails } from '../../ui/Address.tsx';
import { CopyButton } from '../../ui/Copy.tsx';
import { useEngine, useNow, useQuery } from '../../ui/engine.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Fact, Facts, Section, SkeletonRows } from '../../ui/List.tsx';
import { ErrorNotice, Notice, sentence } from '../../ui/Notice.tsx';
import { to } from '../../ui/router.ts';
import { Screen } from '../../ui/Screen.tsx';
import { Spinner } from '../../ui/Spinner.tsx';
import { formatAmount } from '../../shared/amount.ts';
import { FEE_DECIMALS, FEE_SYMBOL } from '../../shared/fee.ts';
import { lookOf } from './Activity.tsx';

export function ActivityEntry({ entry }: { entry: number }) {
  const { data, error } = useQuery('activityEntry', { entry });
  return (
    <Screen title={data?.title ?? 'Transaction'} recordedTitle="Transaction" back={to('activity')}>
      <ErrorNotice error={error} title="This transaction is not known" />
      {data ? <Entry activity={data} /> : !error && <SkeletonRows count={4} />}
    </Screen>
  );
}

function Entry({ activity }: { activity: Activity }) {
  const { timeline, state } = useEngine();
  const look = lookOf(activity.stage);
  const steps = stepsOf(activity, timeline.get(activity.entry));
  const now = useNow(200, look.kind === 'live');
  const account = state?.accounts.find(({ address }) => address === activity.from);
  return (
    <>
      <Outcome activity={activity} />
      <ol class="steps card padded" aria-label="Steps">
        {steps.map((step) => (
          <StepRow key={step.kind} step={step} now={now} />
        ))}
      </ol>
      <Section title="Details">
        <div class="card padded">
          <Facts>
            <Fact name="Asked by">{activity.asker.kind === 'user' ? 'You' : activity.asker.origin}</Fact>
            <Fact name="Account">{account?.alias ?? <AddressDetails address={activity.from} label="Account" />}</Fact>
            <Fact name="When">{dateAndTime(activity.requestedAt)}</Fact>
            {activity.stage.kind === 'mined' && (
              <Fact name="Block">
                {activity.stage.block} ({activity.stage.final ? 'final' : 'not final yet'})
              </Fact>
            )}
            {activity.stage.kind === 'mined' && activity.stage.fee !== undefined && (
              <Fact name="Fee">
                {formatAmount(activity.stage.fee, FEE_DECIMALS)} {FEE_SYMBOL}
              </Fact>
            )}
            {activity.txHash && (
              <Fact name="Transaction" wide>
                <span class="hash-line">
                  <span class="value">{activity.txHash}</span>
                  <CopyButton text={activity.txHash} label="Copy transaction hash" />
                </span>
              </Fact>
            )}
          </Facts>
        </div>
      </Section>
      {activity.calls.length > 0 && (
        <Section title="Calls">
          <ul class="card rows">
            {activity.calls.map((call, index) => (
              <li key={index} class="row">
                <span class="row-text">
                  <span class="row-title">{call.function ?? 'Unknown function'}</span>
                  <span class="row-note">
                    {call.contractName && <q>{call.contractName}</q>}{' '}
                    <AddressDetails address={call.contract} label="Contract address" />
                  </span>
                </span>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

function Outcome({ activity: { stage } }: { activity: Activity }) {
  switch (stage.kind) {
    case 'failed':
      return (
        <Notice tone="danger" title="It failed before it was sent">
          {sentence(stage.reason)} Nothing was spent.
        </Notice>
      );
    case 'dropped':
      return (
        <Notice tone="danger" title="The network did not take it">
          {sentence(stage.reason)}
        </Notice>
      );
    case 'rejected':
      return (
        <Notice icon="close" title="It was not approved">
          {sentence(stage.reason)}
        </Notice>
      );
    case 'mined':
      return stage.reverted ? (
        <Notice tone="danger" title="It was mined, but its public part was reverted">
          The fee was paid. What it should have done in public did not happen.
        </Notice>
      ) : null;
    default:
      return null;
  }
}

function StepRow({ step, now }: { step: Step; now: number }) {
  const { kind, status } = step;
  const name = stepName(kind, status === 'active');
  const count = step.step !== undefined && step.of !== undefined ? ` ${step.step} of ${step.of}` : '';
  const time =
    step.took !== undefined
      ? duration(step.took)
      : status === 'active' && step.since !== undefined
        ? duration(now - step.since)
        : '';
  return (
    <li class={`step ${status}`} aria-current={status === 'active' ? 'step' : undefined}>
      <span class="step-mark">
        {status === 'done' && <Icon name="check" size={16} />}
        {status === 'active' && <Spinner />}
        {status === 'failed' && <Icon name="close" size={16} />}
      </span>
      <span class="step-name">
        {name}
        {count}
        <span class="visually-hidden">, {WORDS[status]}</span>
        {step.detail && <span class="step-detail">{step.detail}</span>}
      </span>
      <span class="step-time">{time}</span>
    </li>
  );
}

const WORDS = { done: 'done', active: 'running', waiting: 'to come', failed: 'stopped here' } as const;
