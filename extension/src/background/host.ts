// What the engine is given: ways to pages and content scripts, and the browser's storage.
import type { Area, Host } from './engine.ts';
import { deliver } from './relays.ts';

const areas: Record<Area, chrome.storage.StorageArea> = {
  session: chrome.storage.session,
  local: chrome.storage.local,
};

async function readAll(area: Area, prefix: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [key, value] of Object.entries(await areas[area].get(null))) {
    if (key.startsWith(prefix) && typeof value === 'string') found[key] = value;
  }
  return found;
}

/** Whether anything is kept under keys that begin so. */
export async function hasRows(area: Area, prefix: string): Promise<boolean> {
  return Object.keys(await readAll(area, prefix)).length > 0;
}

async function read(area: Area, key: string): Promise<string | undefined> {
  const value = (await areas[area].get(key))[key];
  return typeof value === 'string' ? value : undefined;
}

/** One call writes everything or nothing; so what is removed is overwritten first. */
async function write(area: Area, changes: Record<string, string | null>): Promise<void> {
  await areas[area].set(changes);
  const removed = Object.keys(changes).filter((key) => changes[key] === null);
  if (removed.length > 0) await areas[area].remove(removed);
}

export const host = (emit: (event: string) => void): Host => ({ deliver, emit, read, readAll, write });
