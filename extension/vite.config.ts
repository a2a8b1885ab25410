// The pages: what opens from the toolbar (and in a tab), and the window that asks for approval.
import { defineConfig } from 'vite';

export default defineConfig({
  base: './',
  publicDir: 'public',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../dist/extension',
    // The engine's files are put into the same folder by others.
    emptyOutDir: false,
    target: 'chrome123',
    // The strict policy for code forbids what a polyfill or an inlined file would need.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    sourcemap: false,
    rolldownOptions: {
      input: { popup: 'popup.html', approval: 'approval.html' },
      output: {
        entryFileNames: 'pages/[name].js',
        chunkFileNames: 'pages/[name].js',
        assetFileNames: 'pages/[name][extname]',
      },
    },
  },
});
