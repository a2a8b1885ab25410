// Writing and checking of generated files: every generator has the same two modes.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** An absolute path from one relative to the top of the repository. */
export const fromRoot = path => resolve(root, path);

/** The first line in which the file differs from what a generator makes of the packages, or null. */
export function firstDifference(path, expected) {
  let actual;
  try {
    actual = readFileSync(path, 'utf8');
  } catch (error) {
    return `cannot be read: ${error.code}`;
  }
  if (actual === expected) return null;
  const left = actual.split('\n');
  const right = expected.split('\n');
  const line = right.findIndex((text, i) => text !== left[i]);
  const at = line < 0 ? right.length : line;
  return `line ${at + 1}: has ${JSON.stringify(left[at] ?? '')}, should be ${JSON.stringify(right[at] ?? '')}`;
}

/** Runs a generator's command line: writes the file, or with `--check` only compares. */
export async function main(meta, path, render) {
  if (process.argv[1] !== fileURLToPath(meta.url)) return;
  const shown = relative(root, path);
  const unknown = process.argv.slice(2).filter(option => option !== '--check');
  if (unknown.length > 0) {
    console.error(`unknown argument ${unknown[0]} (only --check is known)`);
    process.exit(2);
  }
  const content = await render();
  if (process.argv.includes('--check')) {
    const difference = firstDifference(path, content);
    if (difference !== null) {
      console.error(`${shown}: ${difference}`);
      process.exit(1);
    }
    console.log(`${shown}: agrees with the packages`);
  } else {
    writeFileSync(path, content);
    console.log(`${shown}: written`);
  }
  process.exit(0); // the reference's worker threads would keep the process alive
}
