// Lists the oracles that the reference PXE answers with the number of their parameters, for the test
// that ours misses none.
//
//   node generate-oracles.mjs [--check]
import { Oracle } from './node_modules/@aztec/pxe/dest/contract_function_simulator/oracle/oracle.js';
import { fromRoot, main } from './lib/generated.mjs';

export const path = fromRoot('tests/vectors/oracles.json');

export function render() {
  const names = Object.getOwnPropertyNames(Oracle.prototype).filter(name => /^(utility|private)[A-Z]/.test(name));
  const arities = names.map(name => [name, Oracle.prototype[name].length]);
  return `${JSON.stringify(Object.fromEntries(arities), null, 2)}\n`;
}

await main(import.meta, path, render);
