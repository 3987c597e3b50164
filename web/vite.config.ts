import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressPage } from './compress.ts';
import { listParts } from './list-parts.ts';

/** Everything the page shows comes from the service itself: no address of another host is in the bundle. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react(), compressPage(), listParts()],
  build: {
    // Where it is built and how it gets into its place: tools/build.mjs.
    outDir: fileURLToPath(new URL('../dist/web', import.meta.url)),
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
  },
  // For work on the page: the API of a service that runs.
  server: { proxy: { '/api': 'http://127.0.0.1:4000' } },
});
