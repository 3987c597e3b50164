import fc from 'fast-check';
import type { AccountTable } from '../../src/mapping/index.ts';
import { at, type TestRow, type TestSettlement } from './build-settlement.ts';
import { testTable } from './test-table.ts';

const WORDS = [
  'Order|ItemPrice|Principal',
  'Order|ItemPrice|Shipping',
  'Order|ItemPrice|Tax',
  'Order|ItemWithheldTax|MarketplaceFacilitatorTax-Principal',
  'Order|ItemFees|Commission',
  'Order|ItemFees|FBAPerUnitFulfillmentFee',
  'Refund|ItemPrice|Principal',
  'Refund|ItemFees|RefundCommission',
  'other-transaction|other-transaction|Storage Fee',
  'other-transaction|other-transaction|Current Reserve Amount',
  'other-transaction|other-transaction|Previous Reserve Amount Balance',
];
const MARKETPLACES = ['Amazon.com', 'amazon.com', 'Amazon.de', 'Amazon.co.jp', 'Amazon.sg', 'Non-Amazon US', ''];

/** Company codes on both sides of the date line, so that one moment lies in different months. */
export const worldTable: AccountTable = testTable({
  companyCodes: { '1710': 'America/Los_Angeles', '1010': 'Europe/Berlin', '1610': 'Asia/Tokyo' },
  marketplaces: { 'Amazon.com': '1710', 'Amazon.de': '1010', 'Amazon.co.jp': '1610', 'Amazon.sg': '1610' },
  currencies: { USD: 'Amazon.com', JPY: 'Amazon.co.jp', EUR: 'Amazon.de' },
  // Two kinds on one account, and VAT split out of one of them.
  assignments: {
    'shipping-income': { glAccount: 'GL-product-sale' as never },
    'product-sale': { taxCode: 'A1' },
    'product-refund': { taxCode: 'A0' },
  },
  taxCodes: { A1: 1900n, A0: 0n },
});

const STORES: Readonly<Record<string, string>> = {
  'amazon.com': '1710',
  'amazon.de': '1010',
  'amazon.co.jp': '1610',
  'amazon.sg': '1610',
};
const COMPANY_OF_CURRENCY: Readonly<Record<string, string>> = { USD: '1710', JPY: '1610', EUR: '1010' };

/**
 * The company code that is paid out, found by other means than the program's: that of the store with the most rows, of
 * several the currency's. `undefined` when several are left, which the program must not decide.
 */
export function companyPaidOut({ rows, currency = 'USD' }: TestSettlement): string | undefined {
  const named = rows.map((row) => (row.marketplace ?? '').toLowerCase()).filter((name) => name in STORES);
  const counts = Object.keys(STORES).map((name) => named.filter((other) => other === name).length);
  const most = Math.max(...counts);
  if (most === 0) return COMPANY_OF_CURRENCY[currency];
  const leaders = new Set(Object.values(STORES).filter((_, index) => counts[index] === most));
  const ofCurrency = COMPANY_OF_CURRENCY[currency] ?? '';
  if (leaders.has(ofCurrency)) return ofCurrency;
  return leaders.size === 1 ? [...leaders][0] : undefined;
}

const START = at('2026-01-01T00:00:00Z');
const DAY = 86_400;

/** Periods of up to ten weeks that begin and end at any second, rows before and after them, one company code paid out. */
export const arbitrarySettlement: fc.Arbitrary<TestSettlement> = fc
  .record({
    startAt: fc.integer({ min: START, max: START + 400 * DAY }),
    length: fc.integer({ min: 1, max: 70 * DAY }),
    currency: fc.constantFrom('USD', 'EUR', 'JPY'),
    settlementId: fc.stringMatching(/^[1-9][0-9]{9,10}$/),
  })
  .chain(({ startAt, length, currency, settlementId }) => {
    const row: fc.Arbitrary<TestRow> = fc.record({
      words: fc.constantFrom(...WORDS),
      amount: fc.oneof(fc.bigInt({ min: -99_999n, max: 99_999n }), fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n })),
      postedAt: fc.integer({ min: startAt - 20 * DAY, max: startAt + length + 5 * DAY }),
      marketplace: fc.constantFrom(...MARKETPLACES),
      channel: fc.constantFrom('AFN', 'MFN', ''),
      orderId: fc.constantFrom('', '111-1', '111-2'),
      sku: fc.constantFrom('A', 'B'),
    });
    return fc
      .array(row, { maxLength: 60 })
      .map((rows) => ({ startAt, endAt: startAt + length, currency, settlementId, rows }))
      .filter((settlement) => companyPaidOut(settlement) !== undefined);
  });
