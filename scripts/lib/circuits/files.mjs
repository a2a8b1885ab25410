// Where the files of the benchmark are, on disk and in URLs.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = fileURLToPath(new URL('../../..', import.meta.url));

export const MODULES = join(top, 'tests/reference/node_modules');
export const ENGINE = join(top, 'target/bench/circuits');
export const MOUNTS = {
  '/code/': join(top, 'scripts/lib/circuits'),
  '/engine/': ENGINE,
  '/modules/': MODULES,
  '/tests/': join(top, 'tests/wasm'),
  '/vectors/': join(top, 'tests/vectors'),
};

/** The file of a path such as `vectors/NAME`. */
export function fileOf(path) {
  const [mount] = path.split('/');
  return join(MOUNTS[`/${mount}/`], path.slice(mount.length + 1));
}
