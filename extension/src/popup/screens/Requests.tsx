import { ApprovalView } from '../../approval/ApprovalView.tsx';
import { askerName, kindTitle } from '../../approval/words.ts';
import { useQuery } from '../../ui/engine.tsx';
import { LinkRow, SkeletonRows } from '../../ui/List.tsx';
import { Empty, ErrorNotice } from '../../ui/Notice.tsx';
import { go, to } from '../../ui/router.ts';
import { Screen } from '../../ui/Screen.tsx';
import { timeOfDay } from '../../shared/time.ts';

/** What waits for an answer: one request, or the list of them. */
export function Requests({ id }: { id: number | undefined }) {
  const { data, error } = useQuery('approvals', {});
  const only = data?.length === 1 ? data[0] : undefined;
  const shown = id === undefined ? only : data?.find((approval) => approval.id === id);
  if (shown) {
    return (
      <ApprovalView
        key={`${shown.id} ${shown.hash}`}
        approval={shown}
        onAnswered={(entry) => {
          if (entry !== undefined) go('activity', entry);
          else if ((data?.length ?? 0) > 1) go('requests');
          else go();
        }}
        back={data && data.length > 1 ? to('requests') : to()}
      />
    );
  }
  return (
    <Screen title="Requests" back={to()}>
      <ErrorNotice error={error} title="The requests are not known" />
      {!data && !error && <SkeletonRows count={2} />}
      {data && (data.length === 0 || id !== undefined) && (
        <Empty icon="check" title={id === undefined ? 'Nothing waits for you' : 'This request is gone'}>
          {id === undefined
            ? 'Requests of sites appear here.'
            : 'It was answered already, or who asked has taken it back.'}
        </Empty>
      )}
      {data && data.length > 1 && id === undefined && (
        <ul class="card rows">
          {data.map((approval) => (
            <li key={approval.id}>
              <LinkRow
                href={to('requests', approval.id)}
                icon="key"
                title={kindTitle(approval.shown.request)}
                note={`${askerName(approval.shown.asker)} · ${timeOfDay(approval.askedAt)}`}
              />
            </li>
          ))}
        </ul>
      )}
    </Screen>
  );
}
