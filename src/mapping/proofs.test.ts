import { describe, expect, it } from 'vitest';
import { at, buildSettlement, type TestSettlement } from '../../test/property/build-settlement.ts';
import { testTable } from '../../test/property/test-table.ts';
import { money } from '../core/index.ts';
import type { JournalEntry, JournalLine } from '../ledger/index.ts';
import type { SettlementSums } from './buckets.ts';
import {
  proveEntriesBalance,
  proveEntriesEqualSettlement,
  proveEveryRowBookedOnce,
  proveRowsEqualTotal,
} from './proofs.ts';
import { proposeEntries } from './propose.ts';

const row = (words: string, amount: bigint, day: string) => ({
  words,
  amount,
  postedAt: at(`${day}T12:00:00Z`),
  marketplace: 'Amazon.com',
});

const settlement: TestSettlement = {
  startAt: at('2026-10-25T12:00:00Z'),
  endAt: at('2026-11-08T12:00:00Z'),
  rows: [
    row('Order|ItemPrice|Principal', 1000n, '2026-10-28'),
    row('Order|ItemFees|Commission', -150n, '2026-10-28'),
    row('Order|ItemPrice|Principal', 500n, '2026-11-03'),
    row('Order|ItemPrice|Principal', 500n, '2026-11-03'),
  ],
};

const table = testTable();
const built = buildSettlement(settlement, table);
const { header, buckets: sums } = built;
const { entries, proofs } = proposeEntries({ ...built, table, sellerAccount: 'A1SELLER' });

/** The entries with one line changed. */
function changeLine(entryAt: number, lineAt: number, change: (line: JournalLine) => JournalLine): JournalEntry[] {
  return entries.map((entry, index) =>
    index === entryAt
      ? { ...entry, lines: entry.lines.map((line, at) => (at === lineAt ? change(line) : line)) }
      : entry,
  );
}

const withAmount = (minor: bigint) => (line: JournalLine) => ({ ...line, amount: money(line.amount.currency, minor) });
const amountOf = (entryAt: number, lineAt: number) => entries[entryAt]!.lines[lineAt]!.amount.minor;

describe('the proofs', () => {
  it('hold for a settlement that is booked as it is, with their numbers', () => {
    expect(proofs).toMatchObject([
      { name: 'rows-equal-total', ok: true, expected: '18.50', actual: '18.50' },
      { name: 'entries-balance', ok: true, expected: '0.00', actual: '0.00' },
      { name: 'entries-equal-settlement', ok: true, expected: '18.50', actual: '18.50' },
      { name: 'every-row-booked-once', ok: true, expected: '4', actual: '4' },
    ]);
  });
});

describe('rows-equal-total', () => {
  it('control: fails when the file lost a row of one cent', () => {
    const short = { ...header, total: money(header.currency, header.total.minor + 1n) };
    expect(proveRowsEqualTotal(short, sums)).toMatchObject({ ok: false, expected: '18.51', actual: '18.50' });
  });

  it('control: does not look at the buckets, so it cannot repeat a mistake in them', () => {
    const broken: SettlementSums = {
      rowCount: sums.rowCount,
      rowTotal: sums.rowTotal,
      buckets: () => [],
      bucketOfRow: () => sums.bucketOfRow(),
      facilitatorTax: () => sums.facilitatorTax(),
    };
    expect(proveRowsEqualTotal(header, broken).ok).toBe(true);
    expect(proveEveryRowBookedOnce(broken, entries).ok).toBe(false);
  });
});

describe('entries-balance', () => {
  it('control: fails when one line is a cent off', () => {
    const changed = changeLine(0, 0, withAmount(amountOf(0, 0) + 1n));
    expect(proveEntriesBalance(header, changed)).toMatchObject({ ok: false, actual: '0.01' });
  });

  it('control: fails when two entries are off by the same cent in opposite directions', () => {
    const once = changeLine(0, 0, withAmount(amountOf(0, 0) + 1n));
    const twice = [once[0]!, changeLine(1, 0, withAmount(amountOf(1, 0) - 1n))[1]!];
    expect(proveEntriesBalance(header, twice)).toMatchObject({ ok: false, actual: '0.02' });
  });
});

describe('entries-equal-settlement', () => {
  const kinds = entries[1]!.lines.map((line) => line.kind);

  it('control: fails when an entry is missing', () => {
    expect(proveEntriesEqualSettlement(header, entries.slice(1))).toMatchObject({ ok: false, actual: '10.00' });
  });

  it('control: fails when the payout is not the total', () => {
    const changed = changeLine(1, kinds.indexOf('payout'), withAmount(1849n));
    expect(proveEntriesEqualSettlement(header, changed)).toMatchObject({
      ok: false,
      expected: '18.50',
      actual: '18.49',
      says: expect.stringMatching(/payout/),
    });
  });

  it('control: fails when carry-forward does not return to zero', () => {
    const changed = changeLine(1, kinds.indexOf('carry-forward'), withAmount(-849n));
    expect(proveEntriesEqualSettlement(header, changed)).toMatchObject({
      ok: false,
      expected: '0.00',
      actual: '0.01',
      says: expect.stringMatching(/left between months/),
    });
  });
});

describe('every-row-booked-once', () => {
  it('control: fails when a line is missing', () => {
    const without = entries.map((entry) => ({ ...entry, lines: entry.lines.slice(1) }));
    expect(proveEveryRowBookedOnce(sums, without)).toMatchObject({ ok: false, expected: '4', actual: '1' });
  });

  it('control: fails when a bucket is in two lines', () => {
    const twice = [...entries, { ...entries[0]!, lines: [entries[0]!.lines[0]!] }];
    expect(proveEveryRowBookedOnce(sums, twice)).toMatchObject({ ok: false, actual: '3' });
  });

  it('control: fails when a line is not the sum of its rows, although its entry balances', () => {
    const first = entries[0]!.lines[0]!;
    const moved = changeLine(0, 0, withAmount(first.amount.minor - 100n)).map((entry, index) =>
      index === 0
        ? {
            ...entry,
            lines: entry.lines.map((line, at) => (at === 1 ? withAmount(line.amount.minor + 100n)(line) : line)),
          }
        : entry,
    );
    expect(proveEntriesBalance(header, moved).ok).toBe(true);
    expect(proveEntriesEqualSettlement(header, moved).ok).toBe(true);
    expect(proveEveryRowBookedOnce(sums, moved)).toMatchObject({ ok: false, actual: '2' });
  });

  it('control: fails when a row of the file is linked to no bucket', () => {
    const links = sums.bucketOfRow();
    links[3] = 0xffff_ffff;
    const unlinked: SettlementSums = {
      rowCount: sums.rowCount,
      rowTotal: sums.rowTotal,
      buckets: () => sums.buckets(),
      bucketOfRow: () => links,
      facilitatorTax: () => sums.facilitatorTax(),
    };
    expect(proveEveryRowBookedOnce(unlinked, entries)).toMatchObject({ ok: false, expected: '4', actual: '3' });
  });
});

describe('a proof that fails', () => {
  it('leaves the settlement without entries and without a digest to approve', () => {
    const links = sums.bucketOfRow();
    links[3] = 0xffff_ffff;
    const unlinked: SettlementSums = {
      rowCount: sums.rowCount,
      rowTotal: sums.rowTotal,
      buckets: () => sums.buckets(),
      bucketOfRow: () => links,
      facilitatorTax: () => sums.facilitatorTax(),
    };
    const proposal = proposeEntries({ ...built, buckets: unlinked, table, sellerAccount: 'A1SELLER' });
    expect(proposal).toMatchObject({ entries: [], quarantine: [], digest: null });
    expect(proposal.proofs.filter((proof) => !proof.ok).map((proof) => proof.name)).toEqual(['every-row-booked-once']);
  });
});
