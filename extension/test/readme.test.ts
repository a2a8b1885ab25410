// The code that the documentation shows is code that tests run: a comment before it names the file.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

for (const [readme, count] of [['README.md', 2], ['extension/provider/README.md', 1]] as const) {
  test(`${readme} shows the demo dapp's code as it is`, () => {
    const shown = [...file(readme).matchAll(/<!-- (\S+\.ts) -->\n```ts\n(.*?)```\n/gs)];
    assert.equal(shown.length, count);
    for (const [, path = '', code] of shown) assert.equal(code, file(path), path);
  });
}
