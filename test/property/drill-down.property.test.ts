/** Whatever rows a settlement has: each is behind exactly one line, and everything that is looked for is found. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type Books,
  collectRows,
  type EntryRecord,
  type SettlementReader,
  type SettlementRecord,
} from '../../src/app/index.ts';
import { NO_BUCKET, proposeEntries } from '../../src/mapping/index.ts';
import { arbitrarySettlement, worldTable } from './arbitrary-settlement.ts';
import { buildSettlement, type TestSettlement } from './build-settlement.ts';

const RUNS = { numRuns: 60 };

/** A proposed settlement as it is on record, and the reader of its rows, without a database and without a file. */
function recorded(settlement: TestSettlement, change: (column: Uint32Array) => void = () => {}) {
  const built = buildSettlement(settlement, worldTable);
  const { entries } = proposeEntries({ ...built, table: worldTable, sellerAccount: 'A1SELLER' });
  const column = built.buckets.bucketOfRow();
  change(column);
  const records = entries.map(
    (entry): EntryRecord => ({ id: entry.postingKey, state: 'posted', isCurrent: true, entry }) as never,
  );
  const readSettlement: SettlementReader = async (_source, visitor) => {
    visitor.header(built.header, built.tables, {} as never);
    settlement.rows.forEach((row, index) => {
      const [transactionType = '', amountType = '', amountDescription = ''] = row.words.split('|');
      visitor.line({
        row: index + 3,
        triple: built.tables.triples.findIndex(
          (triple) =>
            triple.transactionType === transactionType &&
            triple.amountType === amountType &&
            triple.amountDescription === amountDescription,
        ),
        marketplace: built.tables.marketplaces.indexOf(row.marketplace ?? ''),
        channel: 0,
        amountMinor: row.amount,
        postedAt: row.postedAt,
        orderId: () => row.orderId ?? '',
        sku: () => row.sku ?? '',
      });
    });
    return { ...built, lineCount: settlement.rows.length } as never;
  };
  const books = {
    bucketColumn: async () => column,
    listEntries: async () => records,
    describeEvidence: async () => ({ contentType: null }) as never,
    openEvidence: async function* () {},
  } as unknown as Books;
  const record = { settlementId: '1', key: 'k', header: built.header, state: 'proposed' } as never as SettlementRecord;
  return { entries, context: { books, readSettlement }, record };
}

/** How many lines the rows of a settlement are behind, and whether each line is the sum of its rows. */
async function ties(settlement: TestSettlement, change?: (column: Uint32Array) => void) {
  const { entries, context, record } = recorded(settlement, change);
  const all = await collectRows(context, record, { wants: () => true, rowsMax: 1_000 });
  const isBooked = all.rows.every(({ booked }) => booked !== null);
  const isEqual = all.lines.every(({ booked, sumMinor }) => sumMinor === -booked.line.amount.minor);
  const withRows = entries.flatMap(({ lines }) => lines).filter(({ buckets }) => buckets.length > 0).length;
  return { isBooked, isEqual, isEveryLineThere: all.lines.length === withRows, rows: all.rowCount };
}

it('each row is behind exactly one line, and the rows of a line come to it with the other sign', async () => {
  await fc.assert(
    fc.asyncProperty(arbitrarySettlement, async (settlement) => {
      expect(await ties(settlement)).toEqual({
        isBooked: true,
        isEqual: true,
        isEveryLineThere: true,
        rows: settlement.rows.length,
      });
    }),
    RUNS,
  );
});

it('control: a row that is linked to no bucket is noticed', async () => {
  await fc.assert(
    fc.asyncProperty(
      arbitrarySettlement.filter(({ rows }) => rows.length > 0),
      fc.nat(),
      async (settlement, pick) => {
        const found = await ties(settlement, (column) => {
          column[3 + (pick % settlement.rows.length)] = NO_BUCKET;
        });
        expect(found.isBooked).toBe(false);
      },
    ),
    RUNS,
  );
});

it('an order is found with all of its rows and no other, however few are shown', async () => {
  await fc.assert(
    fc.asyncProperty(arbitrarySettlement, fc.integer({ min: 0, max: 5 }), async (settlement, rowsMax) => {
      const { context, record } = recorded(settlement);
      const wants = (line: { orderId(): string }) => line.orderId() === '111-1';
      const found = await collectRows(context, record, { wants, rowsMax });
      const own = settlement.rows.filter(({ orderId }) => orderId === '111-1');
      expect(found.rowCount).toBe(own.length);
      expect(found.sumMinor).toBe(own.reduce((sum, { amount }) => sum + amount, 0n));
      expect(found.rows.map(({ amountMinor }) => amountMinor)).toEqual(
        own.slice(0, rowsMax).map(({ amount }) => amount),
      );
      expect(found.lines.reduce((sum, { count }) => sum + count, 0)).toBe(own.length);
    }),
    RUNS,
  );
});
