/** The size of a report does not matter: it is downloaded, blanked and read in bounded memory. Needs the build in dist. */
import { execFile } from 'node:child_process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createGzip } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ORDERS_SHAPE } from '../../src/amazon/requested-reports/orders-report.ts';
import { serve } from './amazon-stand-in.ts';

const READER = fileURLToPath(new URL('./big-report-reader.mjs', import.meta.url));
const ROWS = 1_000_000;
const MEGABYTES_MAX = 150;
const run = promisify(execFile);

const COLUMNS = [...ORDERS_SHAPE.required, 'ship-city', 'ship-postal-code', 'ship-country'];

/** Every hundredth row cannot be read. */
function rowText(i: number): string {
  const cells: Readonly<Record<string, string>> = {
    'amazon-order-id': `302-${String(i).padStart(7, '0')}-1234567`,
    'purchase-date': '2026-11-01T10:00:00+00:00',
    'last-updated-date': '2026-11-02T10:00:00+00:00',
    'order-status': 'Shipped',
    'sales-channel': 'Amazon.de',
    sku: `SKU-${i % 1000}`,
    'item-status': 'Shipped',
    quantity: i % 100 === 0 ? 'many' : '1',
    currency: 'EUR',
    'item-price': `${i % 90}.99`,
    'item-tax': '1.00',
    'ship-city': 'Köln',
    'ship-postal-code': '50667',
    'ship-country': 'DE',
  };
  return `${COLUMNS.map((name) => cells[name] ?? '').join('\t')}\n`;
}

/** Cheap to make: a thousand rows are written out, and the rows of a million say them again and again. */
function* textOf(rows: number): Generator<string> {
  const block = Array.from({ length: 1000 }, (_, i) => rowText(i)).join('');
  yield `${COLUMNS.join('\t')}\n`;
  for (let i = 0; i < rows; i += 1000) yield block;
}

function minorOf(rows: number): bigint {
  let minor = 0n;
  for (let i = 0; i < 1000; i += 1) if (i % 100 !== 0) minor += BigInt((i % 90) * 100 + 99 + 100);
  return (minor * BigInt(rows)) / 1000n;
}

async function readReport(rows: number, mode = 'drop') {
  const server = await serve(async (_, response) => {
    response.writeHead(200, { 'content-type': 'text/plain; charset=UTF-8' });
    // The reader opens the report twice and the first time reads its beginning only.
    await pipeline(Readable.from(textOf(rows), { objectMode: false }), createGzip({ level: 1 }), response).catch(
      () => {},
    );
    return 'handled' as const;
  });
  const { stdout } = await run(process.execPath, [READER, `${server.url}/document`, mode]);
  return JSON.parse(stdout) as { rows: number; unreadable: number; minor: string; megabytes: number; kept: number };
}

describe('a report of any size', () => {
  it(`of ${ROWS} rows is downloaded and read in less than ${MEGABYTES_MAX} MB, and no row is lost`, async () => {
    const read = await readReport(ROWS);
    expect(read).toMatchObject({ rows: ROWS * 0.99, unreadable: ROWS * 0.01, minor: String(minorOf(ROWS)) });
    expect(read.megabytes).toBeLessThan(MEGABYTES_MAX);
  }, 180_000);

  it('control: a reader that keeps a tenth of the rows is noticed', async () => {
    const read = await readReport(ROWS / 10, 'keep');
    expect(read.kept).toBe((ROWS / 10) * 0.99);
    expect(read.megabytes).toBeGreaterThan(MEGABYTES_MAX);
  }, 60_000);
});
