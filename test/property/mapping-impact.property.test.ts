/** Laws of the impact of another account table: what is said to move is exactly what the books differ by. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BookingMove, type BookingPlace, compareBookings } from '../../src/app/index.ts';
import type { JournalEntry } from '../../src/ledger/index.ts';
import { type AccountTable, proposeEntries } from '../../src/mapping/index.ts';
import { arbitrarySettlement, worldTable } from './arbitrary-settlement.ts';
import { buildSettlement, type TestSettlement } from './build-settlement.ts';
import { testTable } from './test-table.ts';

const RUNS = { numRuns: 60 };

/** Other accounts, another company code and time zone, a cost centre, a tax code: each may change what goes where. */
const otherTable = fc
  .record({
    isMoved: fc.boolean(),
    timeZone: fc.constantFrom('America/Los_Angeles', 'Asia/Tokyo'),
    fees: fc.constantFrom('GL-referral-fee', 'GL-other'),
    costCenter: fc.constantFrom(null, 'CC'),
    payout: fc.constantFrom('GL-payout', 'GL-other'),
    taxCode: fc.constantFrom('A1', 'A0', null),
  })
  .map(({ isMoved, timeZone, fees, costCenter, payout, taxCode }) =>
    testTable({
      companyCodes: { '1710': timeZone, '1010': 'Europe/Berlin', '1610': 'Asia/Tokyo' },
      marketplaces: {
        'Amazon.com': '1710',
        'Amazon.de': isMoved ? '1610' : '1010',
        'Amazon.co.jp': '1610',
        'Amazon.sg': '1610',
      },
      currencies: { USD: 'Amazon.com', JPY: 'Amazon.co.jp', EUR: 'Amazon.de' },
      taxCodes: { A1: 1900n, A0: 0n },
      assignments: {
        'referral-fee': { glAccount: fees as never, costCenter },
        payout: { glAccount: payout as never },
        'product-sale': { taxCode },
      },
    }),
  );

function book(settlement: TestSettlement, table: AccountTable) {
  const built = buildSettlement(settlement, table);
  const { entries } = proposeEntries({ ...built, table, sellerAccount: 'A1SELLER' });
  return { entries, bucketOfRow: built.buckets.bucketOfRow(), header: built.header };
}

function movesBetween(settlement: TestSettlement, before: AccountTable, after: AccountTable) {
  const [old, now] = [book(settlement, before), book(settlement, after)];
  const amounts: bigint[] = [];
  for (const [index, { row, amount }] of settlement.rows.entries()) amounts[row ?? index + 3] = amount;
  return { old, now, moves: compareBookings(old, now, { currency: old.header.currency, amounts }) };
}

const placeKey = ({ postingDate: _, ...place }: BookingPlace) => JSON.stringify(place);

/** What stands where, debits less credits, without the days. */
function balancesOf(entries: readonly JournalEntry[]): Map<string, bigint> {
  const balances = new Map<string, bigint>();
  for (const { companyCode, lines } of entries) {
    for (const { glAccount, customer = null, costCenter, profitCenter, taxCode, amount } of lines) {
      const key = placeKey({ companyCode, postingDate: null, glAccount, customer, costCenter, profitCenter, taxCode });
      balances.set(key, (balances.get(key) ?? 0n) + amount.minor);
    }
  }
  return balances;
}

function applied(balances: ReadonlyMap<string, bigint>, moves: readonly BookingMove[]): Map<string, bigint> {
  const result = new Map(balances);
  const add = (place: BookingPlace | null, minor: bigint) => {
    if (place) result.set(placeKey(place), (result.get(placeKey(place)) ?? 0n) + minor);
  };
  for (const { from, to, debit, credit } of moves) {
    add(from, credit.minor - debit.minor);
    add(to, debit.minor - credit.minor);
  }
  return result;
}

const withoutZeros = (balances: ReadonlyMap<string, bigint>) =>
  [...balances].filter(([, minor]) => minor !== 0n).sort(([a], [b]) => (a < b ? -1 : 1));

describe('the impact of another account table', () => {
  it('moved on the books of one table, gives the books of the other, for every place', () => {
    let moved = 0;
    fc.assert(
      fc.property(arbitrarySettlement, otherTable, (settlement, table) => {
        const { old, now, moves } = movesBetween(settlement, worldTable, table);
        moved += moves.length;
        expect(withoutZeros(applied(balancesOf(old.entries), moves))).toEqual(withoutZeros(balancesOf(now.entries)));
      }),
      RUNS,
    );
    // control: the law would hold for tables that change nothing, too.
    expect(moved).toBeGreaterThan(RUNS.numRuns);
  });

  it('there is none between a table and itself', () => {
    fc.assert(
      fc.property(arbitrarySettlement, otherTable, (settlement, table) => {
        expect(movesBetween(settlement, table, table).moves).toEqual([]);
      }),
      RUNS,
    );
  });
});
