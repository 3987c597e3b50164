import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const TEXT = /\.(js|css|html|svg|json)$/;
/** Smaller files are one packet either way. */
const BYTES_MIN = 1_024;

/** Compresses every text of the page once, when it is built, so that the service sends it as it lies there. */
export function compressPage(): Plugin {
  let folder = '';
  return {
    name: 'compress-page',
    apply: 'build',
    configResolved({ root, build }) {
      folder = resolve(root, build.outDir);
    },
    closeBundle() {
      for (const each of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        const path = join(folder, each);
        if (!TEXT.test(path)) continue;
        const bytes = readFileSync(path);
        if (bytes.length < BYTES_MIN) continue;
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
        writeFileSync(`${path}.br`, brotliCompressSync(bytes, brotliOptions(bytes.length)));
      }
    },
  };
}

function brotliOptions(size: number) {
  return {
    params: {
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      // The best takes seconds for a megabyte and saves little over the one before.
      [constants.BROTLI_PARAM_QUALITY]: size > 400_000 ? 9 : 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: size,
    },
  };
}
