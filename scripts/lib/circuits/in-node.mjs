// Runs one measurement in a Node of its own and prints its result as JSON.
// usage: node in-node.mjs times|ours|theirs, with the recordings as JSON on standard input
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

import { ENGINE, MODULES, fileOf } from './files.mjs';
import { ourMemory, theirMemory, times } from './measure.mjs';

const memories = [];
WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(...parameters) {
    super(...parameters);
    memories.push(this.exports.memory);
  }
};

const load = (path) => readFile(fileOf(path));
const newest = { memory: () => memories.at(-1) };

async function ours() {
  const engine = await import(pathToFileURL(join(ENGINE, 'pixie_acir_wasm.js')));
  engine.initSync({ module: readFileSync(join(ENGINE, 'pixie_acir_wasm_bg.wasm')) });
  return { Replay: engine.Replay, ...newest };
}
const theirs = () => ({
  acvm: createRequire(import.meta.url)(join(MODULES, '@aztec/noir-acvm_js/nodejs/acvm_js.js')),
  ...newest,
});

const entries = JSON.parse(await text(process.stdin));
let result;
if (process.argv[2] === 'times') {
  const both = { ...(await ours()), ...theirs() };
  result = [];
  for (const entry of entries) result.push(await times(both, load, entry));
} else if (process.argv[2] === 'ours') {
  result = await ourMemory(await ours(), load, entries);
} else {
  result = await theirMemory(theirs(), load, entries);
}
console.log(JSON.stringify(result));
