// Where the user is: the part of the address after `#`.
import { useEffect, useState } from 'preact/hooks';

export interface Route {
  /** Such as `['activity', '12']`. */
  parts: string[];
  path: string;
}

function current(): Route {
  const path = location.hash.replace(/^#/, '') || '/';
  const parts = path.split('/').filter((part) => part !== '');
  return { parts: parts.map(decode), path };
}

function decode(part: string): string {
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
  return `#/${parts.map((part) => encodeURIComponent(part)).join('/')}`;
}

export function go(...parts: (string | number)[]) {
  location.hash = to(...parts);
}

/** Goes somewhere so that "back" does not lead here again. */
export function replace(...parts: (string | number)[]) {
  location.replace(to(...parts));
}
