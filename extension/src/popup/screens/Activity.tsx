import { useState } from 'preact/hooks';

import type { Activity, Stage } from '../../shared/api.ts';
import { share, stepName, stepsOf } from '../../shared/progress.ts';
import { dayName, timeOfDay } from '../../shared/time.ts';
import { Button } from '../../ui/Button.tsx';
import { useEngine, useQuery, useWallet } from '../../ui/engine.tsx';
import { Icon, type IconName } from '../../ui/Icon.tsx';
import { Section, SkeletonRows } from '../../ui/List.tsx';
import { Empty, ErrorNotice } from '../../ui/Notice.tsx';
import { to } from '../../ui/router.ts';
import { Spinner } from '../../ui/Spinner.tsx';

const PAGE = 25;

export function ActivityList() {
  const { selected } = useWallet();
  const [limit, setLimit] = useState(PAGE);
  const params = selected === undefined ? { limit } : { account: selected, limit };
  const { data, error } = useQuery('activity', params);
  return (
    <main class="screen-body">
      <h1 class="visually-hidden">Activity</h1>
      <ErrorNotice error={error} title="The activity is not known" />
      {!data && !error && <SkeletonRows count={5} />}
      {data?.length === 0 && (
        <Empty icon="activity" title="Nothing has happened yet">
          What you send, and what sites ask you to send, is listed here.
        </Empty>
      )}
      {data && byDay(data).map(([day, entries]) => (
        <Section key={day} title={day}>
          <ul class="card rows">
            {entries.map((activity) => (
              <li key={activity.entry}>
                <ActivityRow activity={activity} />
              </li>
            ))}
          </ul>
        </Section>
      ))}
      {data && data.length === limit && (
        <Button kind="quiet" onClick={() => setLimit(limit + PAGE)}>
          Show older
        </Button>
      )}
    </main>
  );
}

function byDay(entries: Activity[]): [string, Activity[]][] {
  const now = Date.now();
  const days = new Map<string, Activity[]>();
  for (const activity of entries) {
    const day = dayName(activity.requestedAt, now);
    days.set(day, [...(days.get(day) ?? []), activity]);
  }
  return [...days];
}

function ActivityRow({ activity }: { activity: Activity }) {
  const { timeline } = useEngine();
  const look = lookOf(activity.stage);
  const steps = look.kind === 'live' ? stepsOf(activity, timeline.get(activity.entry)) : [];
  const active = steps.find(({ status }) => status === 'active');
  const asker = activity.asker.kind === 'user' ? 'You' : hostOf(activity.asker.origin);
  return (
    <a class="row" href={to('activity', activity.entry)}>
      <StageIcon stage={activity.stage} />
      <span class="row-text">
        <span class="row-title">{activity.title}</span>
        <span class="row-note">
          {active
            ? `${stepName(active.kind, true)}${active.of ? ` ${active.step ?? 0} of ${active.of}` : ''}`
            : `${asker} · ${timeOfDay(activity.requestedAt)}`}
        </span>
        {active && (
          <progress class="progress-bar" max="1" value={share(steps)} aria-label={`Progress of ${activity.title}`} />
        )}
      </span>
      {!active && <span class={`tag ${look.tone}`}>{look.label}</span>}
      <Icon name="chevron" size={18} />
    </a>
  );
}

export function hostOf(origin: string): string {
  return origin.replace(/^https?:\/\//, '');
}

interface Look {
  kind: 'live' | 'good' | 'bad' | 'over';
  label: string;
  tone: string;
  icon: IconName;
}

export function lookOf(stage: Stage): Look {
  switch (stage.kind) {
    case 'requested':
    case 'approved':
    case 'simulated':
    case 'proved':
    case 'sent':
      return { kind: 'live', label: 'In progress', tone: 'accent', icon: 'wait' };
    case 'mined':
      if (stage.reverted) return { kind: 'bad', label: 'Reverted', tone: 'danger', icon: 'warning' };
      return stage.final
        ? { kind: 'good', label: 'Final', tone: 'good', icon: 'check' }
        : { kind: 'good', label: 'Mined', tone: 'good', icon: 'check' };
    case 'failed':
      return { kind: 'bad', label: 'Failed', tone: 'danger', icon: 'warning' };
    case 'dropped':
      return { kind: 'bad', label: 'Dropped', tone: 'danger', icon: 'warning' };
    case 'rejected':
      return { kind: 'over', label: 'Rejected', tone: '', icon: 'close' };
  }
}

export function StageIcon({ stage }: { stage: Stage }) {
  const { kind, icon } = lookOf(stage);
  return <span class={`activity-icon ${kind}`}>{kind === 'live' ? <Spinner /> : <Icon name={icon} />}</span>;
}
