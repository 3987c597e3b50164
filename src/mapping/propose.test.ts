import { describe, expect, it } from 'vitest';
import { at, buildSettlement, type TestSettlement } from '../../test/property/build-settlement.ts';
import { type TestTableOptions, testTable } from '../../test/property/test-table.ts';
import { formatMoney } from '../core/index.ts';
import type { JournalEntry } from '../ledger/index.ts';
import { type Proposal, proposeEntries } from './index.ts';

function propose(settlement: TestSettlement, options: TestTableOptions = {}, revision = 0): Proposal {
  const table = testTable(options);
  return proposeEntries({ ...buildSettlement(settlement, table), table, sellerAccount: 'A1SELLER', revision });
}

/** `kind amount` of every line: debit positive. */
function lines(entry: JournalEntry | undefined): string[] {
  return (entry?.lines ?? []).map((line) => `${line.kind} ${formatMoney(line.amount)}`);
}

const JANUARY = at('2026-01-28T12:00:00Z');
const FEBRUARY = at('2026-02-03T12:00:00Z');

const SALE = 'Order|ItemPrice|Principal';
const FEE = 'Order|ItemFees|Commission';
const REFUND = 'Refund|ItemPrice|Principal';
const OTHER = 'other-transaction|other-transaction';

/** The worked example of a settlement from 25 January to 8 February with a total of 1,000.00. */
const crossingMonth: TestSettlement = {
  startAt: at('2026-01-25T12:00:00Z'),
  endAt: at('2026-02-08T12:00:00Z'),
  rows: [
    { words: SALE, amount: 100_000n, postedAt: JANUARY, marketplace: 'Amazon.com' },
    { words: FEE, amount: -30_000n, postedAt: JANUARY, marketplace: 'Amazon.com' },
    { words: `${OTHER}|Previous Reserve Amount Balance`, amount: 5_000n, postedAt: JANUARY },
    { words: SALE, amount: 60_000n, postedAt: FEBRUARY, marketplace: 'Amazon.com' },
    { words: REFUND, amount: -10_000n, postedAt: FEBRUARY, marketplace: 'Amazon.com' },
    { words: FEE, amount: -17_000n, postedAt: FEBRUARY, marketplace: 'Amazon.com' },
    { words: `${OTHER}|Current Reserve Amount`, amount: -8_000n, postedAt: FEBRUARY },
  ],
};

describe('a settlement that crosses a month', () => {
  it('closes January against carry-forward and February with the payout, as in the worked example', () => {
    const { entries, proofs, quarantine } = propose(crossingMonth);
    expect(quarantine).toEqual([]);
    expect(proofs.map((proof) => [proof.name, proof.ok])).toEqual([
      ['rows-equal-total', true],
      ['entries-balance', true],
      ['entries-equal-settlement', true],
      ['every-row-booked-once', true],
    ]);
    expect(entries.map((entry) => entry.postingDate)).toEqual(['2026-01-31', '2026-02-08']);
    expect(entries.map((entry) => entry.documentDate)).toEqual(['2026-01-31', '2026-02-08']);
    expect(lines(entries[0])).toEqual([
      'product-sale -1000.00',
      'referral-fee 300.00',
      'reserve-released -50.00',
      'carry-forward 750.00',
    ]);
    expect(lines(entries[1])).toEqual([
      'product-sale -600.00',
      'product-refund 100.00',
      'referral-fee 170.00',
      'reserve-held 80.00',
      'carry-forward -750.00',
      'payout 1000.00',
    ]);
  });
});
