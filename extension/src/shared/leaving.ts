// The window in which the user is asked tells the service worker before it closes itself: a request that
// comes meanwhile must not be taken for one that the user has closed the window on.
const LEAVING = { leaving: 'approval' } as const;

export const isLeaving = (message: unknown): boolean =>
  typeof message === 'object' && message !== null && 'leaving' in message && message.leaving === LEAVING.leaving;

/** Closes this window, unless something has been asked meanwhile. */
export async function leave(): Promise<void> {
  // Whoever does not answer has nothing to ask either.
  const mayLeave: unknown = await chrome.runtime.sendMessage(LEAVING).catch(() => true);
  if (mayLeave !== false) window.close();
}
