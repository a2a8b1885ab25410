// Runs one test program of wasm-bindgen-test in a page of headless Chromium, without a WebDriver.
// cargo calls: chromium.mjs TEST_RUNNER... PROGRAM ARGUMENT...
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import { launch } from '../scripts/lib/chromium.mjs';

/** Longer than this without a word is a hang. */
const PATIENCE_MS = 120_000;

const [program, ...rest] = process.argv.slice(2);
const runner = spawn(program, rest, {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...process.env, NO_HEADLESS: '1', WASM_BINDGEN_TEST_ADDRESS: '127.0.0.1:0' },
});
const ended = new Promise((done) => runner.once('exit', done));

/** The address at which the runner serves the tests; nothing if it has none to run. */
async function address() {
  for await (const line of createInterface({ input: runner.stdout })) {
    const url = line.match(/available at (http:\S+)/)?.[1];
    if (url) return url;
    console.log(line);
  }
  return undefined;
}

let status = 1;
const url = await address();
if (url) {
  const chromium = await launch();
  try {
    const page = await chromium.open(url);
    let told = '';
    let since = Date.now();
    for (;;) {
      const text = await page.evaluate(`document.getElementById('output').textContent`);
      if (text !== told) {
        since = Date.now();
        if (text.startsWith(told)) process.stdout.write(text.slice(told.length));
        else console.log(text);
        told = text;
      }
      const result = text.match(/^test result: (\w+)\./m);
      if (result) {
        status = result[1] === 'ok' ? 0 : 1;
        break;
      }
      if (Date.now() - since > PATIENCE_MS) {
        console.log(`\nnothing happened for ${PATIENCE_MS / 1000} s`);
        break;
      }
      await new Promise((done) => setTimeout(done, 200));
    }
    process.stdout.write('\n');
  } finally {
    await chromium.close();
    runner.kill();
  }
} else {
  status = (await ended) ?? 1;
}
process.exit(status);
