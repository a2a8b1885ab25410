// The extension with another engine in the place of the real one, for what is around it.
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = fileURLToPath(new URL('../..', import.meta.url));
const BUILT = join(top, 'dist/extension');

/** Remembers what it is told, in `heard`; `answer` of the test decides what becomes of a message. */
const ENGINE = `
globalThis.heard = [];
globalThis.asked = [];
globalThis.answer = async () => {};
globalThis.approvals = [];
export default async function init() {}
export async function start(host) {
  globalThis.host = host;
  const state = () => ({ vault: { status: 'empty' }, accounts: [], pendingApprovals: approvals.length, working: [] });
  return {
    async ask(request) {
      const { method, params } = JSON.parse(request);
      asked.push({ method, params });
      if (method === 'state') return JSON.stringify(state());
      if (method === 'approvals') return JSON.stringify(approvals);
      if (method === 'opened' || method === 'deny') return 'null';
      throw Object.assign(new Error('there is no such method'), { code: 'unknownMethod', details: { method } });
    },
    async relayed(sender, text) {
      await answer(text);
      heard.push({ sender: JSON.parse(sender), message: JSON.parse(text) });
    },
    async forgetDocument(sender) { heard.push({ gone: JSON.parse(sender) }); },
    async forgetTab(tab) { heard.push({ tab }); },
    async tick() {},
    windowClosed(window) { heard.push({ window }); },
  };
}`;

/** A folder with the extension; `remove` it afterwards. */
export function standIn() {
  assert(existsSync(join(BUILT, 'worker.js')), 'npm --prefix extension run build has not run');
  const folder = mkdtempSync(join(tmpdir(), 'pixie-stand-in-'));
  cpSync(BUILT, folder, { recursive: true, filter: (path) => !path.startsWith(join(BUILT, 'resources')) });
  cpSync(join(top, 'manifest.json'), join(folder, 'manifest.json'));
  writeFileSync(join(folder, 'pixie_background.js'), ENGINE);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
