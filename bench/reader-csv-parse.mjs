import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { RowWork } from './reader-rows.mjs';

export const label = 'csv-parse';

export async function read(path) {
  const work = new RowWork();
  const gunzip = createGunzip({ chunkSize: 1024 * 1024 });
  const parser = parse({ delimiter: '\t', quote: false, encoding: 'utf8' });
  const source = createReadStream(path, { highWaterMark: 1024 * 1024 });
  await new Promise((resolve, reject) => {
    parser.on('readable', () => {
      for (let fields = parser.read(); fields !== null; fields = parser.read()) work.row(fields);
    });
    parser.on('end', resolve);
    for (const stream of [source, gunzip, parser]) stream.on('error', reject);
    source.pipe(gunzip).pipe(parser);
  });
  return work.result();
}
