// Where the user is: the part of the address after `#`. Browsers write addresses of pages down, so that
// what says something of the user, such as an address on the chain, is in them by a number that only
// this page knows. When it is loaded anew, such numbers lead one screen up.
import { useEffect, useState } from 'preact/hooks';

export interface Route {
  /** Such as `['activity', '12']`. */
  parts: string[];
  path: string;
}

function current(): Route {
  const path = location.hash.replace(/^#/, '') || '/';
  const parts = path.split('/').map(decode);
  return { parts: parts.filter((part) => part !== ''), path };
}

const secrets: string[] = [];

/** What may be written down: names of screens, and numbers. */
const isPlain = (part: string) => /^[a-z]+$|^\d{1,15}$/.test(part);

function encode(part: string): string {
  if (isPlain(part)) return part;
  const known = secrets.indexOf(part);
  return `~${known >= 0 ? known : secrets.push(part) - 1}`;
}

function decode(part: string): string {
  if (part.startsWith('~')) return secrets[Number(part.slice(1))] ?? '';
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function useRoute(): Route {
  const [route, setRoute] = useState(current);
  useEffect(() => {
    const changed = () => setRoute(current());
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return route;
}

/** A link within the pages: `to('activity', 12)`. */
export function to(...parts: (string | number)[]): string {
  return `#/${parts.map((part) => encode(String(part))).join('/')}`;
}

export function go(...parts: (string | number)[]) {
  location.hash = to(...parts);
}

/** Goes somewhere so that "back" does not lead here again. */
export function replace(...parts: (string | number)[]) {
  location.replace(to(...parts));
}
