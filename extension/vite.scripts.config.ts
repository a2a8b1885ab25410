// What is no page: the service worker, and the two scripts that the browser puts into web pages. One
// file each, by the mode: `vite build --config vite.scripts.config.ts --mode worker|relay|inpage`.
import { defineConfig } from 'vite';

/** What is put beside the worker by `cargo xtask extension`. */
const ENGINE = 'pixie-background';

/** Content scripts are classic scripts; the worker is a module that imports the engine beside it. */
const OUTPUTS: Record<string, { input: string; format: 'es' | 'iife' }> = {
  worker: { input: 'src/background/main.ts', format: 'es' },
  relay: { input: 'src/content/relay.ts', format: 'iife' },
  inpage: { input: 'src/content/inpage.ts', format: 'iife' },
};

export default defineConfig(({ mode }) => {
  const output = OUTPUTS[mode];
  if (!output) throw new Error(`no script is called '${mode}'`);
  return {
    publicDir: false,
    build: {
      outDir: '../dist/extension',
      emptyOutDir: false,
      target: 'chrome137',
      modulePreload: false,
      rolldownOptions: {
        input: output.input,
        external: [ENGINE],
        output: {
          format: output.format,
          entryFileNames: `${mode}.js`,
          codeSplitting: false,
          paths: { [ENGINE]: './pixie_background.js' },
        },
      },
    },
  };
});
