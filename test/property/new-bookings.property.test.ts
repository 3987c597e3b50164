/** Laws of what would be booked once a value is taught: it is what the entries have when it is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findNewBookings, type NewBooking } from '../../src/app/index.ts';
import type { JournalEntry } from '../../src/ledger/index.ts';
import {
  type AccountTable,
  BALANCE_PURPOSES,
  lineKinds,
  proposeEntries,
  readAccountTable,
  type SettlementId,
} from '../../src/mapping/index.ts';
import { arbitrarySettlement } from './arbitrary-settlement.ts';
import { buildSettlement, type TestRow, type TestSettlement } from './build-settlement.ts';

const RUNS = { numRuns: 150 };
const UNKNOWN = 'Order|ItemFees|FeeOfTomorrow';
const OTHER = 'Order|ItemFees|FeeOfTheDayAfter';
const TAUGHT = 'closing-fee';
const A_DAY = '2026-07-01';

/** Rules by channel, SKU, marketplace and day send the kind that is taught to other accounts, cost objects and company codes. */
const BASE = `companyCodes:
  - { companyCode: 1710, timeZone: America/Los_Angeles, documentType: SA, fiscalYear: calendar }
  - { companyCode: 1010, timeZone: Europe/Berlin, documentType: SA, fiscalYear: calendar }
  - { companyCode: 1610, timeZone: Asia/Tokyo, documentType: SA, fiscalYear: calendar }
marketplaces:
  - { name: Amazon.com, companyCode: 1710, costCenter: CCUS, profitCenter: PCUS }
  - { name: Amazon.de, companyCode: 1010, costCenter: CCDE, profitCenter: PCDE }
  - { name: Amazon.co.jp, companyCode: 1610, costCenter: CCJP, profitCenter: PCJP }
  - { name: Amazon.sg, companyCode: 1610, costCenter: CCSG, profitCenter: PCSG }
currencies:
  - { currency: USD, marketplace: Amazon.com }
  - { currency: EUR, marketplace: Amazon.de }
  - { currency: JPY, marketplace: Amazon.co.jp }
taxCodes:
  - { taxCode: V1, rate: 19, direction: input }
dimensions:
  - { marketplace: Amazon.de, channel: MFN, costCenter: CCMFN }
  - { marketplace: Amazon.de, sku: B, companyCode: 1710, costCenter: CCB, profitCenter: PCB }
assignments:
${lineKinds()
  .filter((kind) => kind !== TAUGHT)
  .map((kind, index) => `  - { kind: ${kind}, marketplace: any, glAccount: ${60_000_000 + index}, text: x }`)
  .join('\n')}
  - { kind: ${TAUGHT}, marketplace: Amazon.com, glAccount: 65000100, costCenter: default, text: closing }
  - { kind: ${TAUGHT}, marketplace: Amazon.com, validFrom: ${A_DAY}, glAccount: 65000101, costCenter: default, text: closing }
  - { kind: ${TAUGHT}, marketplace: any, channel: AFN, glAccount: 65000102, costCenter: default, taxCode: V1, text: closing }
  - { kind: ${TAUGHT}, marketplace: any, sku: A, validFrom: ${A_DAY}, glAccount: 65000103, profitCenter: default, text: closing }
  - { kind: ${TAUGHT}, marketplace: Amazon.de, glAccount: 65000104, costCenter: default, text: closing }
balances:
${BALANCE_PURPOSES.map((purpose) => `  - { purpose: ${purpose}, marketplace: any, glAccount: 11001000, text: x }`).join('\n')}
`;
const ROW_OF_ALL = `  - { kind: ${TAUGHT}, marketplace: any, glAccount: 65000105, costCenter: default, text: closing }\n`;
const teaching = (description: string) =>
  `  - { transactionType: Order, amountType: ItemFees, amountDescription: ${description}, kind: ${TAUGHT} }\n`;
const tableOf = (text: string): AccountTable => readAccountTable({ name: 'test', text });

const before = tableOf(BASE);
const withAccount = BASE.replace('balances:', `${ROW_OF_ALL}balances:`);
const taught = tableOf(`${withAccount}vocabulary:\n${teaching('FeeOfTomorrow')}${teaching('FeeOfTheDayAfter')}`);
const oneTaught = tableOf(`${withAccount}vocabulary:\n${teaching('FeeOfTomorrow')}`);
const withoutAccount = tableOf(`${BASE}vocabulary:\n${teaching('FeeOfTomorrow')}`);

/** Some rows say what nobody knows. */
const settlementWith = (...words: readonly string[]): fc.Arbitrary<TestSettlement> =>
  arbitrarySettlement.chain((settlement) =>
    fc
      .array(fc.option(fc.constantFrom(...words), { freq: 2 }), {
        minLength: settlement.rows.length,
        maxLength: settlement.rows.length,
      })
      .map((drawn) => ({
        ...settlement,
        rows: settlement.rows.map((row, index): TestRow => ({ ...row, words: drawn[index] ?? row.words })),
      })),
  );

function workedOut(settlement: TestSettlement, table: AccountTable) {
  const built = buildSettlement(settlement, table);
  const proposal = proposeEntries({ ...built, table, sellerAccount: 'A1SELLER' });
  return { proposal, buckets: built.buckets.buckets(), bucketOfRow: built.buckets.bucketOfRow(), built };
}

function bookingsOf(settlement: TestSettlement, after: AccountTable, words?: string) {
  const [old, now] = [workedOut(settlement, before), workedOut(settlement, after)];
  const amounts: bigint[] = [];
  for (const [index, { amount }] of settlement.rows.entries()) amounts[index + 3] = amount;
  const { header, tables } = now.built;
  const found = findNewBookings(old, now, {
    settlementId: header.settlementId as SettlementId,
    currency: header.currency,
    amounts,
    tables,
    table: after,
    ...(words && { isAsked: ({ words: found }) => Object.values(found).join('|') === words }),
  });
  return { old, now, ...found };
}

/** Amounts and rows by place, from the entries alone: each row by the one journal line that books it. */
function bookedOf(entries: readonly JournalEntry[], bucketOfRow: Uint32Array, rows: readonly TestRow[]) {
  const sums = new Map<string, [rows: number, amount: bigint]>();
  for (const [index, { words, amount }] of rows.entries()) {
    if (words !== UNKNOWN && words !== OTHER) continue;
    const [booked] = entries.flatMap(({ companyCode, lines }) =>
      lines.filter(({ buckets }) => buckets.includes(bucketOfRow[index + 3]!)).map((line) => ({ companyCode, line })),
    );
    const { glAccount, costCenter, profitCenter, taxCode } = booked!.line;
    const key = [booked!.companyCode, glAccount, costCenter, profitCenter, taxCode].join(' ');
    const [count, sum] = sums.get(key) ?? [0, 0n];
    sums.set(key, [count + 1, sum + amount]);
  }
  return Object.fromEntries(sums);
}

function said(bookings: readonly NewBooking[]) {
  return Object.fromEntries(
    bookings.map(({ place, rowCount, amount }) => [
      [place.companyCode, place.glAccount, place.costCenter, place.profitCenter, place.taxCode].join(' '),
      [rowCount, amount.minor],
    ]),
  );
}

describe('what would be booked once a value is taught', () => {
  it('is what the entries have of its rows afterwards, by rules of SKU, channel, marketplace and day', () => {
    const accounts = new Set<string>();
    fc.assert(
      fc.property(settlementWith(UNKNOWN, OTHER), (settlement) => {
        const { old, now, bookings } = bookingsOf(settlement, taught);
        fc.pre(old.proposal.digest === null && now.proposal.digest !== null);
        // Nothing of an entry without any amount is booked: see the next law.
        fc.pre(now.proposal.entries.every(({ lines }) => lines.some(({ amount }) => amount.minor !== 0n)));
        expect(said(bookings)).toEqual(bookedOf(now.proposal.entries, now.bucketOfRow, settlement.rows));
        expect(bookings.every(({ isWaiting }) => !isWaiting)).toBe(true);
        for (const { place } of bookings) accounts.add(place.glAccount);
      }),
      RUNS,
    );
    // control: one account for all would keep the law, too.
    expect([...accounts].sort()).toEqual(['65000100', '65000101', '65000102', '65000103', '65000104', '65000105']);
  });

  it('of a settlement that waits for another value, is what the entries have once that is taught, too', () => {
    let waiting = 0;
    fc.assert(
      fc.property(settlementWith(UNKNOWN, OTHER), (settlement) => {
        const rows = settlement.rows.filter(({ words }) => words === UNKNOWN);
        fc.pre(rows.length > 0 && rows.length < settlement.rows.length);
        const { bookings, now } = bookingsOf(settlement, oneTaught, UNKNOWN);
        const { now: later } = bookingsOf(settlement, taught);
        fc.pre(now.proposal.digest === null && later.proposal.digest !== null);
        waiting += 1;
        const own = settlement.rows.map((row) => (row.words === UNKNOWN ? row : { ...row, words: 'known' }));
        expect(said(bookings)).toEqual(bookedOf(later.proposal.entries, later.bucketOfRow, own));
        expect(bookings.every(({ isWaiting }) => isWaiting)).toBe(true);
      }),
      RUNS,
    );
    expect(waiting).toBeGreaterThan(RUNS.numRuns / 4);
  });

  it('leaves out rows that still have no account, and no other', () => {
    let left = 0;
    fc.assert(
      fc.property(settlementWith(UNKNOWN), (settlement) => {
        const { bookings, now, isConcerned } = bookingsOf(settlement, withoutAccount, UNKNOWN);
        const rows = settlement.rows.filter(({ words }) => words === UNKNOWN);
        const missing = now.proposal.quarantine.filter(({ code }) => code === 'ACCOUNT_MISSING');
        const stopped = missing.reduce((sum, { count }) => sum + count, 0);
        fc.pre(now.proposal.digest === null);
        left += stopped;
        expect(isConcerned).toBe(rows.length > 0);
        expect(bookings.reduce((sum, { rowCount }) => sum + rowCount, 0)).toBe(rows.length - stopped);
      }),
      RUNS,
    );
    expect(left).toBeGreaterThan(0);
  });
});
