import { useEffect } from 'preact/hooks';

import { useEngine } from './engine.tsx';

/** How often the engine is told at most that the user is here. */
const INTERVAL = 15_000;

/** Tells the engine that the user is here, so that the wallet does not lock as if it were idle. */
export function usePresence() {
  const { client, state } = useEngine();
  const unlocked = state?.vault.status === 'unlocked';
  useEffect(() => {
    if (!unlocked) return;
    let last = 0;
    const here = () => {
      const now = Date.now();
      if (now - last < INTERVAL) return;
      last = now;
      client.call('touch', {}).catch(() => {});
    };
    const kinds = ['pointerdown', 'keydown', 'wheel'] as const;
    for (const kind of kinds) addEventListener(kind, here, { passive: true });
    here();
    return () => {
      for (const kind of kinds) removeEventListener(kind, here);
    };
  }, [client, unlocked]);
}
