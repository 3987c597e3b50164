import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ComparableReader, ComparableRow } from './comparable-row.ts';
import { compareRows } from './compare-rows.ts';
import { sayChanges } from './comparison-report.ts';

const PRINCIPAL: ComparableRow = {
  row: 3,
  transactionType: 'Order',
  amountType: 'ItemPrice',
  amountDescription: 'Principal',
  marketplace: 'Amazon.com',
  channel: 'AFN',
  orderId: '111-1',
  sku: 'A',
  postedAt: 1_790_000_000,
  amountMinor: 1_000n,
  others: [],
};

const numbered = (rows: readonly Partial<ComparableRow>[]) =>
  rows.map((row, index): ComparableRow => ({ ...PRINCIPAL, row: index + 3, ...row }));

/** Two files by their names, without bytes. */
function compare(before: readonly ComparableRow[], after: readonly ComparableRow[]) {
  const read: ComparableReader = async ({ name }, visit) => {
    const rows = name === 'before' ? before : after;
    for (const row of rows) visit(row);
    return { lineCount: rows.length } as never;
  };
  const source = (name: string) => ({ name, open: async function* () {} });
  return compareRows(read, { before: source('before'), after: source('after') });
}

describe('two files of one settlement', () => {
  it('are the same in whatever order their rows stand, twins counted', async () => {
    const rows = numbered([{}, {}, { sku: 'B' }, { amountMinor: -5n }]);
    const found = await compare(rows, numbered([...rows].reverse().map(({ row: _row, ...cells }) => cells)));
    expect(found).toMatchObject({ sameCount: 4, changed: [], removed: [], added: [] });
  });

  it('control: one twin less is a row that is missing', async () => {
    const found = await compare(numbered([{}, {}, {}]), numbered([{}, {}]));
    expect([found.sameCount, found.removed.map(({ row }) => row), found.added]).toEqual([2, [3], []]);
  });

  it('pair a row with the one that took its place: first the closest, then of the same order', async () => {
    const before = numbered([{}, { sku: 'B' }, { orderId: '', transactionType: 'Fee', sku: '' }]);
    const after = numbered([
      { orderId: '', transactionType: 'Fee', sku: '', postedAt: 1_790_000_001 },
      { sku: 'C' },
      { amountMinor: 900n, others: [['promotion-id', 'X']] },
    ]);
    const { changed, removed, added } = await compare(before, after);
    expect([removed, added]).toEqual([[], []]);
    expect(changed.map((pair) => [pair.before.row, pair.after.row, sayChanges(pair)])).toEqual([
      [3, 5, 'promotion-id: (blank) → X'],
      [4, 4, 'SKU: B → C'],
      [5, 3, expect.stringContaining('posted: ')],
    ]);
  });

  it('leave alone what nothing is like', async () => {
    const { changed, removed, added } = await compare(
      numbered([{ orderId: '', amountDescription: 'Storage' }]),
      numbered([{ orderId: '', amountDescription: 'Advertising' }]),
    );
    expect([changed.length, removed.length, added.length]).toEqual([0, 1, 1]);
  });

  it('whatever they hold: what is shown adds up to the difference, and the same backwards', async () => {
    const row = fc.record({
      orderId: fc.constantFrom('', '111-1', '111-2'),
      sku: fc.constantFrom('A', 'B'),
      amountMinor: fc.bigInt({ min: -9n, max: 9n }),
      postedAt: fc.constantFrom(1_790_000_000, 1_790_000_001),
    });
    const file = fc.array(row, { maxLength: 25 }).map(numbered);
    const sum = (rows: readonly ComparableRow[]) => rows.reduce((total, { amountMinor }) => total + amountMinor, 0n);
    await fc.assert(
      fc.asyncProperty(file, file, async (before, after) => {
        const there = await compare(before, after);
        const back = await compare(after, before);
        const moved =
          sum(there.added) -
          sum(there.removed) +
          there.changed.reduce((total, pair) => total + pair.after.amountMinor - pair.before.amountMinor, 0n);
        expect(moved).toBe(sum(after) - sum(before));
        expect(there.sameCount + there.changed.length + there.removed.length).toBe(before.length);
        expect(there.sameCount + there.changed.length + there.added.length).toBe(after.length);
        expect([back.sameCount, back.changed.length]).toEqual([there.sameCount, there.changed.length]);
      }),
    );
  });
});
