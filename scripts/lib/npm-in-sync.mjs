// Says whether node_modules holds exactly what package-lock.json names.
// usage: node npm-in-sync.mjs FOLDER   (exit status 0: in sync, 1: not)
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const read = name => {
  try {
    return JSON.parse(readFileSync(join(folder, name), 'utf8')).packages ?? {};
  } catch (error) {
    if (error.code === 'ENOENT') process.exit(1);
    throw error;
  }
};

const wanted = read('package-lock.json');
const present = read('node_modules/.package-lock.json');
delete wanted[''];

const differs = Object.entries(wanted).filter(([path, { version, integrity, optional }]) => {
  const found = present[path];
  // Optional packages are left out where they are for another platform.
  if (!found) return !optional;
  return found.version !== version || found.integrity !== integrity;
});
const surplus = Object.keys(present).filter(path => !(path in wanted));
process.exit(differs.length + surplus.length === 0 ? 0 : 1);
