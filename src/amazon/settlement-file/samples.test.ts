import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { createGzip, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readAll, sourceOf, sumOf } from './settlement-text.fixture.ts';

const SAMPLES = new URL('../../../../shared/samples/', import.meta.url);
const isMissing = !existsSync(SAMPLES);

/** Counts and sums again by other means: split at tabs, digits only. */
function countAndSum(bytes: Buffer): { rows: number; sum: bigint } {
  const [header = '', , ...rows] = bytes.toString('latin1').replace(/\n$/, '').split('\n');
  const column = header.split('\t').indexOf('amount');
  const amounts = rows.map((row) => row.split('\t')[column] ?? '');
  const sum = amounts.reduce((total, text) => total + BigInt(text.replace(/[^\d-]/g, '')), 0n);
  return { rows: rows.length, sum };
}

const FILES = [
  { path: 'real/us-2017-03-usd.txt', lines: 2599, total: 424620n, charset: 'utf-8', mark: '.', kinds: 15 },
  { path: 'third-party/us-2026-06-usd.txt', lines: 23, total: 58289n, charset: 'utf-8', mark: '.', kinds: 17 },
  { path: 'synthetic-v2/synthetic_us_utf8.txt', lines: 9, total: 114118n, charset: 'utf-8', mark: '.', kinds: 9 },
  {
    path: 'synthetic-v2/synthetic_de_cp1252.txt',
    lines: 9,
    total: 114118n,
    charset: 'windows-1252',
    mark: ',',
    kinds: 9,
  },
  { path: 'synthetic-v2/synthetic_jp_sjis.txt', lines: 4, total: 2000n, charset: 'utf-8', mark: 'none', kinds: 4 },
];

describe(`settlements from outside${isMissing ? ' (skipped: the samples are not here)' : ''}`, () => {
  it.skipIf(isMissing).each(FILES)(
    '$path proves to its total',
    async ({ path, lines, total, charset, mark, kinds }) => {
      const file = new URL(path, SAMPLES);
      const bytes = readFileSync(file);
      const result = await readAll({ name: path, open: () => createReadStream(file) });
      expect(result.lines).toHaveLength(lines);
      expect(sumOf(result.lines)).toBe(total);
      expect(result.header.total.minor).toBe(total);
      expect(result.reading.tables.triples).toHaveLength(kinds);
      expect(result.reading.format).toMatchObject({ charset, decimalMark: mark, columnCount: 24 });
      expect(countAndSum(bytes)).toEqual({ rows: lines, sum: total });
      const compressed = await readAll({ name: path, open: () => createReadStream(file).pipe(createGzip()) });
      expect(compressed.lines).toEqual(result.lines);
    },
  );

  it.skipIf(isMissing)('the real one has identical rows and needs each of them for its total', async () => {
    const rows = readFileSync(new URL('real/us-2017-03-usd.txt', SAMPLES), 'latin1').replace(/\n$/, '').split('\n');
    const distinct = [...new Set(rows)];
    expect(rows.length - distinct.length).toBeGreaterThan(0);
    const { lines, header } = await readAll(sourceOf(gzipSync(`${distinct.join('\n')}\n`)));
    expect(sumOf(lines)).not.toBe(header.total.minor);
  });

  it.skipIf(isMissing)('the German one has an SKU beyond ASCII and lines dated day first', async () => {
    const file = new URL('synthetic-v2/synthetic_de_cp1252.txt', SAMPLES);
    const { lines } = await readAll({ name: 'de', open: () => createReadStream(file) });
    expect(lines.some((line) => /[äöüÄÖÜ]/.test(line.sku))).toBe(true);
    expect(lines[0]?.postedAt).toBe('2026-10-03T08:14:22.000Z');
  });
});
