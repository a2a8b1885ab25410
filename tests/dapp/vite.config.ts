// Two pages: one for each door of the wallet.
import { defineConfig, type Plugin } from 'vite';
import { nodePolyfills } from 'vite-plugin-node-polyfills';

/** The packages of Aztec lie in another folder, from which what the polyfills inject cannot be found. */
const shims: Plugin = {
  name: 'shims',
  enforce: 'pre',
  resolveId: {
    filter: { id: /^vite-plugin-node-polyfills\/shims\// },
    handler: (id) => new URL(import.meta.resolve(id)).pathname,
  },
};

/** The package, which is not published, where it is made. */
const PROVIDER = new URL('../../extension/provider/src/index.ts', import.meta.url).pathname;

export default defineConfig({
  base: './',
  resolve: { alias: { '@pixie-wallet/provider': PROVIDER } },
  plugins: [
    shims,
    nodePolyfills({ include: ['assert', 'buffer', 'path', 'util', 'stream', 'events', 'crypto', 'process', 'tty'] }),
  ],
  build: {
    outDir: '../../target/dapp',
    emptyOutDir: true,
    target: 'esnext',
    // Contracts and cryptography are large, and this is no page that anybody waits for.
    chunkSizeWarningLimit: 1 << 20,
    rolldownOptions: { input: { index: 'index.html', provider: 'provider.html' } },
  },
});
