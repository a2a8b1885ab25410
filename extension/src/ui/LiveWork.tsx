import type { Progress } from '../shared/api.ts';
import { stepName } from '../shared/progress.ts';
import { duration } from '../shared/time.ts';
import { useEngine, useNow } from './engine.tsx';
import { Spinner } from './Spinner.tsx';

export function workName({ kind, step, of }: Progress): string {
  const name = stepName(kind, true);
  return step !== undefined && of ? `${name} ${step} of ${of}` : name;
}

/** What the engine is doing, while the user waits for it. */
export function LiveWork({ isWaiting }: { isWaiting: boolean }) {
  const { state } = useEngine();
  const work = isWaiting ? state?.working.at(-1) : undefined;
  const now = useNow(200, work !== undefined);
  if (!work) return null;
  return (
    <p class="working">
      <Spinner />
      <span role="status">{workName(work)}</span>
      {duration(now - work.since)}
    </p>
  );
}
