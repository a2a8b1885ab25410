// Writes tests/vectors/artifact-small.json: an artifact for tests that cannot read the packages.
//
//   node generate-small-artifact.mjs [--check]
import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';

import { fromRoot, main } from './lib/generated.mjs';

export const path = fromRoot('tests/vectors/artifact-small.json');

const source = 'tests/reference/node_modules/@aztec/noir-contracts.js/artifacts/orderbook_contract-Orderbook.json';

/** A real artifact with its code cut short and without debug data: small, and every part is there. */
export function smallArtifact() {
  const raw = JSON.parse(readFileSync(fromRoot(source), 'utf8'));
  const location = (parent, start) => ({ parent, value: { span: { start, end: start + 4 }, file: 7 } });
  const debug = {
    location_tree: { locations: [location(null, 0), location(0, 13)] },
    acir_locations: { 0: 1 },
    brillig_locations: { 3: { 5: 0 } },
  };
  const debugSymbols = deflateRawSync(JSON.stringify({ debug_infos: [debug] })).toString('base64');
  const cut = text => Buffer.from(text, 'base64').subarray(0, 100).toString('base64');
  return {
    ...raw,
    file_map: { 7: { source: 'fn main() { "quoted" }\n', path: 'main.nr' } },
    functions: raw.functions.map(fn => ({ ...fn, bytecode: cut(fn.bytecode), debug_symbols: debugSymbols })),
  };
}

export const render = () => `${JSON.stringify(smallArtifact())}\n`;

await main(import.meta, path, render);
