// Runs a program for wasm32-wasip1: the runner of cargo for our tests.
// usage: node wasi.mjs PROGRAM.wasm [ARGUMENT...]
import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';

const [program, ...args] = process.argv.slice(2);
const wasi = new WASI({
  version: 'preview1',
  args: [program, ...args],
  env: process.env,
  // Tests may read the vectors of the clone, by absolute paths: the C library does not tell a
  // second folder, such as '.', from the root.
  preopens: { '/': '/' },
});
const module = new WebAssembly.Module(readFileSync(program));
process.exitCode = wasi.start(new WebAssembly.Instance(module, wasi.getImportObject()));
