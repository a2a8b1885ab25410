// The package for pages: what is in it, and that it works where it is unpacked.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';

const extension = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'pixie-provider-'));
after(() => rmSync(folder, { recursive: true }));

const run = (program: string, args: string[], cwd: string) =>
  execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

const PAGE = `
import { client, findPixie, type ErrorCode, type PixieError } from '@pixie-wallet/provider';

export async function accounts(): Promise<unknown> {
  const pixie = await findPixie();
  pixie?.on('disconnect', ({ reason }) => console.log(reason satisfies string));
  try {
    return pixie && (await client(pixie).getAccounts());
  } catch (error) {
    const refused: ErrorCode = 'user-rejected';
    if ((error as PixieError).code === refused) return undefined;
    throw error;
  }
}
// @ts-expect-error there is no such method
export const wrong = () => window.pixie?.request({ method: 'getSecrets' });
`;

test('the package has types and a client that a page can use', async () => {
  const made = run('npm', ['pack', '--silent', '--pack-destination', folder], join(extension, 'provider')).trim();
  const place = join(folder, 'node_modules/@pixie-wallet/provider');
  mkdirSync(place, { recursive: true });
  run('tar', ['-xzf', join(folder, made), '-C', place, '--strip-components=1'], folder);
  const files = run('tar', ['-tzf', join(folder, made)], folder).trim().split('\n');
  const expected = ['README.md', 'dist/index.d.ts', 'dist/index.js', 'package.json'];
  assert.deepEqual(files.map((file) => file.replace('package/', '')).sort(), expected);

  writeFileSync(join(folder, 'page.ts'), PAGE);
  const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'esnext', '--moduleResolution', 'bundler'];
  run(join(extension, 'node_modules/.bin/tsc'), [...options, '--types', '', 'page.ts'], folder);

  const { client, findPixie } = await import(pathToFileURL(join(place, 'dist/index.js')).href);
  const asked: unknown[] = [];
  const pixie = { request: async (request: unknown) => asked.push(request) };
  const target = new EventTarget();
  target.addEventListener('pixie:wanted', () => target.dispatchEvent(new CustomEvent('pixie:announce', { detail: pixie })));
  Object.assign(globalThis, { window: target });
  assert.equal(await findPixie(), pixie);
  const chainInfo = { chainId: '0x01', version: '0x02' };
  await client(pixie, chainInfo).getAccounts();
  await client(pixie).registerSender('0x03', 'Alice');
  assert.deepEqual(asked, [
    { method: 'getAccounts', params: [], chainInfo },
    { method: 'registerSender', params: ['0x03', 'Alice'] },
  ]);
});
