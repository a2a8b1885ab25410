// The window in which the user is asked, and the number on the toolbar's button.
import type { Approval, State } from '../shared/api.ts';

/** Where the number of the window is kept: it outlives the worker. */
const WINDOW = 'approval-window';
const SIZE = { width: 400, height: 640 };
const BADGE = '#7c3aed';

/** Calls the engine for one of our own pages, or for the worker itself. */
export type Ask = (method: string, params: object) => Promise<unknown>;

/** Shows how many requests wait. */
export function showCount(state: State): void {
  const text = state.pendingApprovals > 0 ? String(state.pendingApprovals) : '';
  void chrome.action.setBadgeBackgroundColor({ color: BADGE });
  void chrome.action.setBadgeText({ text });
}

async function openWindow(): Promise<number | undefined> {
  const kept: unknown = (await chrome.storage.session.get(WINDOW))[WINDOW];
  return typeof kept === 'number' ? kept : undefined;
}

let last: Promise<void> = Promise.resolve();

/** Opens the window, or brings it to the front; one at a time. */
export function show(): Promise<void> {
  last = last.then(bring, bring);
  return last;
}

async function bring(): Promise<void> {
  const open = await openWindow();
  if (open !== undefined) {
    try {
      await chrome.windows.update(open, { focused: true });
      return;
    } catch {
      // It is gone.
    }
  }
  const url = chrome.runtime.getURL('approval.html');
  const made = await chrome.windows.create({ type: 'popup', url, focused: true, ...SIZE });
  await chrome.storage.session.set({ [WINDOW]: made?.id ?? null });
}

/** A request has come; those of dapps open the window, the user's own are shown where they were made. */
export async function asked(id: number, ask: Ask): Promise<void> {
  const approvals = (await ask('approvals', {})) as Approval[];
  if (approvals.some((approval) => approval.id === id && approval.origin === undefined)) return;
  await show();
}

/** A window was closed: if it is ours, what dapps asked is refused, shown already or not. */
export async function windowClosed(id: number, ask: Ask): Promise<void> {
  if ((await openWindow()) !== id) return;
  await chrome.storage.session.remove(WINDOW);
  const approvals = (await ask('approvals', {})) as Approval[];
  const refused = approvals.filter((approval) => approval.origin !== undefined);
  await Promise.allSettled(refused.map(({ id }) => ask('deny', { id })));
}
