// The window in which the user is asked, and the number on the toolbar's button.
import type { Approval, State } from '../shared/api.ts';
import { isLeaving } from '../shared/leaving.ts';

/** Where the number of the window is kept: it outlives the worker. */
const WINDOW = 'approval-window';
const SIZE = { width: 400, height: 640 };
const BADGE = '#7c3aed';

/** Calls the engine for one of our own pages, or for the worker itself. */
export type Ask = (method: string, params: object) => Promise<unknown>;

let shown: string | undefined;

/** Shows how many requests wait. */
export function showCount(state: State): void {
  const text = state.pendingApprovals > 0 ? String(state.pendingApprovals) : '';
  if (text === shown) return;
  shown = text;
  void chrome.action.setBadgeBackgroundColor({ color: BADGE });
  void chrome.action.setBadgeText({ text });
}

async function openWindow(): Promise<number | undefined> {
  const kept: unknown = (await chrome.storage.session.get(WINDOW))[WINDOW];
  return typeof kept === 'number' ? kept : undefined;
}

let last: Promise<unknown> = Promise.resolve();

/** One thing at a time is done with the window, in the order in which it was asked for. */
function inTurn<T>(action: () => Promise<T>): Promise<T> {
  const next = last.then(action, action);
  last = next;
  return next;
}

/** Opens the window, or brings it to the front. */
export const show = (): Promise<void> => inTurn(bring);

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

/** What sites have asked and the user has not answered. */
async function ofSites(ask: Ask): Promise<Approval[]> {
  const approvals = (await ask('approvals', {})) as Approval[];
  return approvals.filter((approval) => approval.origin !== undefined);
}

/** A window was closed: if it is ours, what dapps had asked by then is refused, shown already or not. */
export function windowClosed(id: number, ask: Ask): Promise<void> {
  const closedAt = Date.now();
  return inTurn(async () => {
    if ((await openWindow()) !== id) return;
    await chrome.storage.session.remove(WINDOW);
    const refused = (await ofSites(ask)).filter(({ askedAt }) => askedAt <= closedAt);
    await Promise.allSettled(refused.map(({ id }) => ask('deny', { id })));
  });
}

/**
 * Whether the window may close itself, for nothing is left to show. From then on it does not count as
 * ours: that it closes refuses nothing, and what is asked next opens another.
 */
async function leave(ask: Ask): Promise<boolean> {
  if ((await ofSites(ask)).length > 0) return false;
  await chrome.storage.session.remove(WINDOW);
  return true;
}

/** Answers the window when it wants to close itself. Gives whether this is about that. */
export function answersLeaving(message: unknown, ask: Ask, respond: (mayLeave: boolean) => void): boolean {
  if (!isLeaving(message)) return false;
  inTurn(() => leave(ask)).then(respond, () => respond(true));
  return true;
}
