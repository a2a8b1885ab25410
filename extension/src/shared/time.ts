// Times as people read them.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** `0.4 s`, `12 s`, `3 min 05 s`, `1 h 12 min`. */
export function duration(millis: number): string {
  const whole = Math.max(0, millis);
  if (whole < 10 * SECOND) return `${(whole / SECOND).toFixed(1)}\u00a0s`;
  if (whole < MINUTE) return `${Math.floor(whole / SECOND)}\u00a0s`;
  const minutes = Math.floor((whole % HOUR) / MINUTE);
  if (whole < HOUR) {
    const seconds = Math.floor((whole % MINUTE) / SECOND);
    return `${minutes}\u00a0min ${String(seconds).padStart(2, '0')}\u00a0s`;
  }
  return `${Math.floor(whole / HOUR)}\u00a0h ${minutes}\u00a0min`;
}

/** `1:05`, for countdowns. */
export function countdown(millis: number): string {
  const seconds = Math.ceil(Math.max(0, millis) / SECOND);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export function timeOfDay(at: number): string {
  return new Date(at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
}

export function dateAndTime(at: number): string {
  return new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

/** `Today`, `Yesterday`, or the date. */
export function dayName(at: number, now: number): string {
  const day = (time: number) => new Date(time).setHours(0, 0, 0, 0);
  const days = Math.round((day(now) - day(at)) / (24 * HOUR));
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return new Date(at).toLocaleDateString(undefined, { dateStyle: 'long' });
}
