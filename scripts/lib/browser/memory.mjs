// The memory of a browser's processes, as Linux tells it.
import { readFileSync, readdirSync } from 'node:fs';

const INTERVAL_MS = 100;

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The process has ended.
    return '';
  }
}

/** The processes that descend from one. */
function descendants(root) {
  const children = new Map();
  for (const name of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    // The name of the program, in brackets, may hold anything.
    const parent = Number(read(`/proc/${name}/stat`).split(') ').at(-1).split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const below = (pid) => (children.get(pid) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(root);
}

/** What a process does for the browser. */
function role(pid) {
  // Chromium writes the arguments of its renderers anew, with spaces between them.
  const words = read(`/proc/${pid}/cmdline`).split(/[\0 ]/);
  if (words.includes('--extension-process')) return 'extension';
  return words.includes('--type=renderer') ? 'page' : 'browser';
}

/** Memory that the process does not share with files, in bytes. */
const own = (pid) => Number(/^RssAnon:\s*(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;

/** Watches the largest process of each role; `peaks` are in bytes. */
export function watchMemory(root) {
  const peaks = { extension: 0, page: 0, browser: 0 };
  const look = () => {
    for (const pid of descendants(root)) {
      const kind = role(pid);
      peaks[kind] = Math.max(peaks[kind], own(pid));
    }
  };
  const timer = setInterval(look, INTERVAL_MS);
  return {
    peaks,
    end: () => clearInterval(timer),
  };
}
