// What wakes the worker when it is due. The wallet tells often how it stands, and mostly that changes
// nothing here: the browser is asked only when something does.
import type { VaultState } from '../shared/api.ts';

/** Wakes the worker for what is due, in minutes; the browser allows no less than half of one. */
const TICK = { name: 'tick', periodInMinutes: 0.5 };
const LOCK = 'lock';

/** When the worker is woken to lock the wallet; unknown while it has just started. */
let lockAt: number | 'never' | undefined;

/** Sets the alarms that the wallet needs as it stands. */
export function setAlarms(vault: VaultState): void {
  if (vault.status !== 'unlocked') {
    if (lockAt !== 'never') void chrome.alarms.clearAll();
    lockAt = 'never';
    return;
  }
  if (typeof lockAt !== 'number') {
    void chrome.alarms.create(TICK.name, { periodInMinutes: TICK.periodInMinutes });
  }
  // Use puts the time off. An alarm that rings too early does no harm: it is set anew then.
  if (typeof lockAt === 'number' && lockAt <= vault.locksAt) return;
  lockAt = vault.locksAt;
  void chrome.alarms.create(LOCK, { when: lockAt });
}

/** Whether an alarm is the one for locking, which has to be set anew if the wallet was not locked. */
export function isForLocking({ name }: chrome.alarms.Alarm): boolean {
  if (name === LOCK) lockAt = undefined;
  return name === LOCK;
}
