// Lists the oracles that the reference PXE answers, for the test that ours misses none.
//
//   node generate-oracles.mjs [--check]
import { Oracle } from './node_modules/@aztec/pxe/dest/contract_function_simulator/oracle/oracle.js';
import { fromRoot, main } from './lib/generated.mjs';

export const path = fromRoot('tests/vectors/oracles.json');

export function render() {
  const names = Object.getOwnPropertyNames(Oracle.prototype);
  return `${JSON.stringify(names.filter(name => /^(utility|private)[A-Z]/.test(name)), null, 2)}\n`;
}

await main(import.meta, path, render);
