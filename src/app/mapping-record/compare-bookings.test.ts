import { describe, expect, it } from 'vitest';
import { type CurrencyCode, type LocalDate, money } from '../../core/index.ts';
import type { CompanyCode, GlAccount, JournalEntry, JournalLine, PostingKey } from '../../ledger/index.ts';
import { NO_BUCKET } from '../../mapping/index.ts';
import { addUpMoves, compareBookings } from './compare-bookings.ts';

const EUR = 'EUR' as CurrencyCode;
/** Rows 1 and 2 are no detail rows; Amazon's sign. */
const amounts = [0n, 0n, 0n, -500n, -700n, 200n, 1_000n];
const rows = { currency: EUR, amounts };
const buckets = (...numbers: number[]) => Uint32Array.from([NO_BUCKET, NO_BUCKET, NO_BUCKET, ...numbers]);

const line = (glAccount: string, own: readonly number[], more: Partial<JournalLine> = {}): JournalLine => ({
  kind: 'referral-fee',
  glAccount: glAccount as GlAccount,
  costCenter: null,
  profitCenter: null,
  taxCode: null,
  tax: null,
  amount: money(EUR, 1n),
  text: 'text',
  buckets: own,
  ...more,
});
const entry = (lines: readonly JournalLine[], more: Partial<JournalEntry> = {}): JournalEntry => ({
  postingKey: 'K' as PostingKey,
  companyCode: '1010' as CompanyCode,
  documentType: 'SA',
  documentDate: '2026-10-31' as LocalDate,
  postingDate: '2026-10-31' as LocalDate,
  currency: EUR,
  headerText: '',
  headerReference: '',
  part: 1,
  partCount: 1,
  lines,
  ...more,
});
const payout = (glAccount: string, minor: bigint) =>
  line(glAccount, [], { kind: 'payout', amount: money(EUR, minor), text: glAccount });

describe('compareBookings', () => {
  it('sums debits and credits apart, row by row, so that nothing cancels out unseen', () => {
    const before = { entries: [entry([line('4711', [0]), line('8000', [1])])], bucketOfRow: buckets(0, 0, 0, 1) };
    const after = { entries: [entry([line('4712', [0]), line('8000', [1])])], bucketOfRow: buckets(0, 0, 0, 1) };
    const [move, ...others] = compareBookings(before, after, rows);
    expect(others).toEqual([]);
    expect(move).toMatchObject({
      from: { glAccount: '4711', postingDate: null },
      to: { glAccount: '4712' },
      rowCount: 3,
      debit: money(EUR, 1_200n),
      credit: money(EUR, 200n),
    });
  });

  it('follows rows into buckets that another table cuts otherwise', () => {
    const before = { entries: [entry([line('4711', [0])])], bucketOfRow: buckets(0, 0, 0, 0) };
    const after = { entries: [entry([line('4711', [0, 2]), line('4712', [1])])], bucketOfRow: buckets(0, 1, 1, 2) };
    expect(compareBookings(before, after, rows)).toMatchObject([
      {
        from: { glAccount: '4711' },
        to: { glAccount: '4712' },
        rowCount: 2,
        debit: money(EUR, 700n),
        credit: money(EUR, 200n),
      },
    ]);
  });

  it('names another cost centre, tax code, company code and day; a text is no move', () => {
    const bucketOfRow = buckets(0, 1, 2, 3);
    const before = { entries: [entry([0, 1, 2, 3].map((each) => line('4711', [each])))], bucketOfRow };
    const other = { companyCode: '1020' as CompanyCode, postingDate: '2026-11-30' as LocalDate };
    const after = {
      entries: [
        entry([
          line('4711', [0], { costCenter: 'CC' }),
          line('4711', [1], { taxCode: 'A1' }),
          line('4711', [2], { text: 'new' }),
        ]),
        entry([line('4711', [3])], other),
      ],
      bucketOfRow,
    };
    const found = compareBookings(before, after, rows);
    expect(found.map(({ to }) => [to?.companyCode, to?.postingDate, to?.costCenter, to?.taxCode])).toEqual(
      expect.arrayContaining([
        ['1010', null, 'CC', null],
        ['1010', null, null, 'A1'],
        ['1020', '2026-11-30', null, null],
      ]),
    );
    expect(found).toHaveLength(3);
  });

  it('finds the balancing line that took the place of another one, and says when there is none', () => {
    const bucketOfRow = buckets(0, 0, 0, 0);
    const before = { entries: [entry([line('4711', [0]), payout('1100', 900n), payout('1200', 5n)])], bucketOfRow };
    const after = { entries: [entry([line('4711', [0]), payout('1101', 900n)])], bucketOfRow };
    expect(compareBookings(before, after, rows)).toMatchObject([
      { from: { glAccount: '1100' }, to: { glAccount: '1101' }, rowCount: 0, debit: money(EUR, 900n) },
      { from: { glAccount: '1200' }, to: null, debit: money(EUR, 5n) },
    ]);
  });

  it('control: the same booking moves nothing', () => {
    const same = { entries: [entry([line('4711', [0]), payout('1100', 900n)])], bucketOfRow: buckets(0, 0, 0, 0) };
    expect(compareBookings(same, same, rows)).toEqual([]);
  });

  it('several settlements add up by place and currency', () => {
    const bucketOfRow = buckets(0, 0, 0, 0);
    const before = { entries: [entry([line('4711', [0])])], bucketOfRow };
    const after = { entries: [entry([line('4712', [0])])], bucketOfRow };
    const moves = compareBookings(before, after, rows);
    const yen = 'JPY' as CurrencyCode;
    const others = compareBookings(before, after, { currency: yen, amounts });
    expect(addUpMoves([...moves, ...moves, ...others])).toMatchObject([
      { debit: money(EUR, 2_400n), credit: money(EUR, 2_400n), rowCount: 8 },
      { debit: money(yen, 1_200n), credit: money(yen, 1_200n), rowCount: 4 },
    ]);
  });
});
