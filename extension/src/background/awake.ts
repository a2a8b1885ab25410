// The browser ends a service worker that has been idle for 30 seconds, and takes a computation or a
// pending promise for idleness. While work is in hand, something is asked of the browser now and then.

const INTERVAL_MS = 20_000;

const reasons = new Set<unknown>();
let timer: ReturnType<typeof setInterval> | undefined;

/** Keeps the worker alive, or lets it go, for a reason of the caller's. */
export function hold(reason: unknown, isNeeded: boolean): void {
  if (isNeeded) reasons.add(reason);
  else reasons.delete(reason);
  if (reasons.size === 0) {
    clearInterval(timer);
    timer = undefined;
  } else {
    timer ??= setInterval(() => void chrome.runtime.getPlatformInfo(), INTERVAL_MS);
  }
}

/** Keeps the worker alive until the work is done. */
export async function during<T>(work: Promise<T>): Promise<T> {
  const reason = {};
  hold(reason, true);
  try {
    return await work;
  } finally {
    hold(reason, false);
  }
}
