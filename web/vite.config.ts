import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressPage } from './compress.ts';
import { listParts } from './list-parts.ts';

const folder = fileURLToPath(new URL('../dist/web', import.meta.url));

/** Everything the page shows comes from the service itself: no address of another host is in the bundle. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react(), compressPage(folder), listParts(`${folder}-parts.json`)],
  build: {
    outDir: folder,
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
  },
  // For work on the page: the API of a service that runs.
  server: { proxy: { '/api': 'http://127.0.0.1:4000' } },
});
