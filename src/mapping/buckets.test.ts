import { describe, expect, it } from 'vitest';
import { at, buildSettlement, type TestRow } from '../../test/property/build-settlement.ts';
import { testTable } from '../../test/property/test-table.ts';
import { NO_BUCKET, SettlementBuckets } from './buckets.ts';

const SALE = 'Order|ItemPrice|Principal';
const FEE = 'Order|ItemFees|Commission';
const october = { startAt: at('2026-10-01T00:00:00Z'), endAt: at('2026-10-15T00:00:00Z') };
const noon = at('2026-10-05T12:00:00Z');

function build(rows: readonly TestRow[], period = october, companyCodes?: Record<string, string>) {
  return buildSettlement({ ...period, rows }, testTable(companyCodes ? { companyCodes } : {})).buckets;
}

describe('SettlementBuckets', () => {
  it('adds up rows that agree in words, marketplace, channel and month, and keeps the others apart', () => {
    const buckets = build([
      { words: SALE, amount: 100n, postedAt: noon, marketplace: 'Amazon.com', channel: 'AFN' },
      { words: FEE, amount: -15n, postedAt: noon, marketplace: 'Amazon.com', channel: 'AFN' },
      { words: SALE, amount: 50n, postedAt: noon + 60, marketplace: 'Amazon.com', channel: 'AFN' },
      { words: SALE, amount: 7n, postedAt: noon, marketplace: 'Amazon.com', channel: 'MFN' },
      { words: SALE, amount: 9n, postedAt: noon, marketplace: 'Amazon.de', channel: 'AFN' },
    ]);
    expect(buckets.buckets().map(({ sumMinor, count, firstRow }) => [sumMinor, count, firstRow])).toEqual([
      [150n, 2, 3],
      [-15n, 1, 4],
      [7n, 1, 6],
      [9n, 1, 7],
    ]);
    expect(buckets.rowCount).toBe(5);
    expect(buckets.rowTotal.minor).toBe(151n);
  });

  it('links every physical row to its bucket and leaves header, summary and empty rows unlinked', () => {
    const buckets = build([
      { words: SALE, amount: 1n, postedAt: noon, row: 3 },
      { words: FEE, amount: 2n, postedAt: noon, row: 6 },
      { words: SALE, amount: 3n, postedAt: noon, row: 9000 },
    ]);
    const links = buckets.bucketOfRow();
    expect(links).toHaveLength(9001);
    expect([...links.entries()].filter(([, bucket]) => bucket !== NO_BUCKET)).toEqual([
      [3, 0],
      [6, 1],
      [9000, 0],
    ]);
  });

  it('keeps identical rows: both count', () => {
    const twin: TestRow = { words: SALE, amount: 100n, postedAt: noon, orderId: '111-1', sku: 'A' };
    const [bucket] = build([twin, twin]).buckets();
    expect(bucket).toMatchObject({ sumMinor: 200n, count: 2 });
  });

  it('cuts at the month start of every company code, so that no bucket spans a month anywhere', () => {
    const period = { startAt: at('2026-10-25T12:00:00Z'), endAt: at('2026-11-08T12:00:00Z') };
    const zones = { '1010': 'Europe/Berlin', '1610': 'Asia/Tokyo', '1710': 'America/Los_Angeles' };
    const moments = [
      '2026-10-31T14:59:59Z', // October everywhere
      '2026-10-31T15:00:00Z', // November in Tokyo
      '2026-10-31T22:59:59Z',
      '2026-10-31T23:00:00Z', // and in Berlin, after the clocks went back
      '2026-11-01T06:59:59Z',
      '2026-11-01T07:00:00Z', // and in Los Angeles, before the clocks go back
    ];
    const rows = moments.map((moment) => ({ words: SALE, amount: 1n, postedAt: at(moment) }));
    const buckets = build(rows, period, zones);
    expect([...buckets.bucketOfRow()].slice(3)).toEqual([0, 1, 1, 2, 2, 3]);
    expect(buckets.buckets().map((bucket) => bucket.at)).toEqual([
      period.startAt,
      at('2026-10-31T15:00:00Z'),
      at('2026-10-31T23:00:00Z'),
      at('2026-11-01T07:00:00Z'),
    ]);
  });

  it('counts a row before the period to its first month and a row after it to its last', () => {
    const period = { startAt: at('2026-10-25T12:00:00Z'), endAt: at('2026-11-08T12:00:00Z') };
    const rows = ['2026-08-01', '2026-10-26', '2026-11-02', '2027-01-01'].map((day) => ({
      words: SALE,
      amount: 1n,
      postedAt: at(`${day}T12:00:00Z`),
    }));
    const buckets = build(rows, period, { '1710': 'UTC' });
    expect([...buckets.bucketOfRow()].slice(3)).toEqual([0, 0, 1, 1]);
  });

  it('finds its bucket again after rows of other months, marketplaces and channels came between', () => {
    const row = (marketplace: string, postedAt: number): TestRow => ({
      words: SALE,
      amount: 1n,
      marketplace,
      postedAt,
    });
    const period = { startAt: at('2026-10-25T12:00:00Z'), endAt: at('2026-11-08T12:00:00Z') };
    const [early, late] = [at('2026-10-26T12:00:00Z'), at('2026-11-05T12:00:00Z')];
    const buckets = build(
      [row('Amazon.com', early), row('Amazon.de', late), row('Amazon.com', late), row('Amazon.com', early)],
      period,
    );
    expect([...buckets.bucketOfRow()].slice(3)).toEqual([0, 1, 2, 0]);
  });

  it('refuses a period over more months than any payout period has', () => {
    const period = { startAt: at('1970-01-01T00:00:00Z'), endAt: at('2026-11-08T12:00:00Z') };
    expect(() => build([], period)).toThrow(
      expect.objectContaining({ code: 'SETTLEMENT_PERIOD_TOO_LONG', kind: 'invalid' }),
    );
  });

  it('refuses a file with hundreds of channels, which has its columns moved', () => {
    const rows = Array.from({ length: 300 }, (_, index) => ({
      words: SALE,
      amount: 1n,
      postedAt: noon,
      channel: `channel ${index}`,
    }));
    expect(() => build(rows)).toThrow(
      expect.objectContaining({ code: 'SETTLEMENT_CHANNELS_TOO_MANY', kind: 'invalid' }),
    );
  });

  it('says in which file and row it cannot go on', () => {
    const rows = Array.from({ length: 300 }, (_, i) => ({ words: SALE, amount: 1n, postedAt: noon, channel: `${i}` }));
    const named = { file: 'settlement.txt' };
    expect(() => buildSettlement({ ...october, rows }, testTable(), named)).toThrow(
      expect.objectContaining({ where: { file: 'settlement.txt', row: 259 } }),
    );
    expect(() => buildSettlement({ ...october, startAt: 0, rows }, testTable(), named)).toThrow(
      expect.objectContaining({ where: { file: 'settlement.txt', row: 2 } }),
    );
  });

  it('control: rows without a header before them are a defect', () => {
    expect(() => new SettlementBuckets(testTable()).rowTotal).toThrow(/header of a settlement comes before/);
  });
});

describe('order runs', () => {
  const row = (orderId: string, sku: string, physical: number): TestRow => ({
    words: SALE,
    amount: 1n,
    postedAt: noon,
    orderId,
    sku,
    row: physical,
  });

  it('hands out consecutive rows of one order and SKU, and the last one when the links are asked for', () => {
    const runs: unknown[] = [];
    const rows = [
      row('111-1', 'A', 3),
      row('111-1', 'A', 4),
      row('111-1', 'B', 5),
      row('', '', 6),
      row('111-2', 'A', 7),
      row('111-1', 'A', 8),
      row('111-1', 'A', 10), // row 9 is empty, so the rows are not consecutive
    ];
    const { buckets } = buildSettlement({ ...october, rows }, testTable(), { onRun: (run) => runs.push(run) });
    expect(runs).toHaveLength(4);
    buckets.bucketOfRow();
    buckets.bucketOfRow();
    expect(runs).toEqual([
      { orderId: '111-1', sku: 'A', firstRow: 3, rowCount: 2 },
      { orderId: '111-1', sku: 'B', firstRow: 5, rowCount: 1 },
      { orderId: '111-2', sku: 'A', firstRow: 7, rowCount: 1 },
      { orderId: '111-1', sku: 'A', firstRow: 8, rowCount: 1 },
      { orderId: '111-1', sku: 'A', firstRow: 10, rowCount: 1 },
    ]);
  });

  it('does not decode orders that nobody asked for', () => {
    const buckets = new SettlementBuckets(testTable());
    const { header, tables } = buildSettlement({ ...october, rows: [] }, testTable());
    buckets.header(header, tables);
    const refuse = () => {
      throw new Error('decoded');
    };
    const line = { row: 3, triple: 0, marketplace: 0, channel: 0, amountMinor: 1n, postedAt: noon };
    expect(() => buckets.line({ ...line, orderId: refuse, sku: refuse })).not.toThrow();
  });
});
