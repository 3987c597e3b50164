import { describe, expect, it } from 'vitest';
import { at, buildSettlement, type TestSettlement } from '../../test/property/build-settlement.ts';
import { type TestTableOptions, testTable } from '../../test/property/test-table.ts';
import { formatMoney, type YearMonth } from '../core/index.ts';
import { proposeEntries } from './index.ts';

const SALE = 'Order|ItemPrice|Principal';
const FEE = 'Order|ItemFees|Commission';

/** From 25 January to 8 February; 900.00 of it belong to January, 100.00 to February. */
const crossing: TestSettlement = {
  startAt: at('2026-01-25T12:00:00Z'),
  endAt: at('2026-02-08T12:00:00Z'),
  rows: [
    { words: SALE, amount: 100_000n, postedAt: at('2026-01-28T12:00:00Z'), marketplace: 'Amazon.com' },
    { words: FEE, amount: -10_000n, postedAt: at('2026-01-28T12:00:00Z'), marketplace: 'Amazon.com' },
    { words: SALE, amount: 10_000n, postedAt: at('2026-02-03T12:00:00Z'), marketplace: 'Amazon.com' },
  ],
};

function propose(settlement: TestSettlement, closed: Readonly<Record<string, string>>, options: TestTableOptions = {}) {
  const table = testTable(options);
  const closedThrough = (code: string) => (closed[code] ?? null) as YearMonth | null;
  const built = buildSettlement(settlement, table);
  const proposal = proposeEntries({ ...built, table, sellerAccount: 'A1SELLER', closedThrough });
  return {
    ...proposal,
    shown: proposal.entries.map(({ companyCode, postingDate, lines }) => [
      `${companyCode} ${postingDate}`,
      ...lines.map((line) => `${line.kind} ${formatMoney(line.amount)}`),
    ]),
  };
}

describe('a closed month', () => {
  it('moves its rows to the first open month, where nothing is carried any more', () => {
    const { shown, proofs } = propose(crossing, { '1710': '2026-01' });
    expect(shown).toEqual([['1710 2026-02-08', 'product-sale -1100.00', 'referral-fee 100.00', 'payout 1000.00']]);
    expect(proofs.every(({ ok }) => ok)).toBe(true);
  });

  it('control: the same settlement carries January forward while the month is open', () => {
    const { shown } = propose(crossing, { '1710': '2025-12' });
    expect(shown.map(([head]) => head)).toEqual(['1710 2026-01-31', '1710 2026-02-08']);
    expect(shown[0]).toContain('carry-forward 900.00');
  });

  it('moves a settlement that ended in it to the first day of the next month', () => {
    const { shown, proofs } = propose(crossing, { '1710': '2026-03' });
    expect(shown).toEqual([['1710 2026-04-01', 'product-sale -1100.00', 'referral-fee 100.00', 'payout 1000.00']]);
    expect(proofs.every(({ ok }) => ok)).toBe(true);
  });

  it('of one company code leaves the others where they are, and the pair between them still comes to zero', () => {
    const rows = [
      ...crossing.rows,
      { words: SALE, amount: 5_000n, postedAt: at('2026-01-28T12:00:00Z'), marketplace: 'Amazon.ca' },
    ];
    const { shown, proofs } = propose(
      { ...crossing, rows },
      { '1710': '2026-01' },
      {
        companyCodes: { '1710': 'America/Los_Angeles', '1720': 'America/Toronto' },
        marketplaces: { 'Amazon.com': '1710', 'Amazon.ca': '1720' },
      },
    );
    expect(shown).toEqual([
      ['1720 2026-01-31', 'product-sale -50.00', 'cross-company 50.00'],
      ['1710 2026-02-08', 'product-sale -1100.00', 'referral-fee 100.00', 'cross-company -50.00', 'payout 1050.00'],
    ]);
    expect(proofs.every(({ ok }) => ok)).toBe(true);
  });

  it('before the settlement changes nothing, down to the digest', () => {
    expect(propose(crossing, { '1710': '2025-12' }).digest).toBe(propose(crossing, {}).digest);
  });
});
