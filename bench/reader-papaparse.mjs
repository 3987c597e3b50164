import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import Papa from 'papaparse';
import { RowWork } from './reader-rows.mjs';

export const label = 'papaparse';

export async function read(path) {
  const work = new RowWork();
  const gunzip = createGunzip({ chunkSize: 1024 * 1024 });
  const source = createReadStream(path, { highWaterMark: 1024 * 1024 });
  // The stream form of papaparse splits characters at chunk borders unless the texts are decoded before.
  gunzip.setEncoding('utf8');
  await new Promise((resolve, reject) => {
    source.on('error', reject);
    Papa.parse(source.pipe(gunzip), {
      delimiter: '\t',
      quoteChar: '\u0000',
      skipEmptyLines: true,
      step: (results) => work.row(results.data),
      complete: resolve,
      error: reject,
    });
  });
  return work.result();
}
