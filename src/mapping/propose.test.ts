import { describe, expect, it } from 'vitest';
import { at, buildSettlement, type TestSettlement } from '../../test/property/build-settlement.ts';
import { type TestTableOptions, testTable } from '../../test/property/test-table.ts';
import { formatMoney } from '../core/index.ts';
import type { CustomerNumber, GlAccount, JournalEntry } from '../ledger/index.ts';
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

const twoWeeks = { startAt: at('2026-10-01T22:07:18Z'), endAt: at('2026-10-15T22:07:18Z') };
const OCTOBER = at('2026-10-05T12:00:00Z');

describe('months', () => {
  const row = (postedAt: number, amount = 100n) => ({ words: SALE, amount, postedAt, marketplace: 'Amazon.com' });

  it('are those of the company: 23:30 on the last of the month in California is not yet the next one', () => {
    const { entries } = propose({
      startAt: at('2026-10-25T12:00:00Z'),
      endAt: at('2026-11-08T12:00:00Z'),
      rows: [row(at('2026-11-01T06:30:00Z')), row(at('2026-11-01T07:00:00Z'), 30n)],
    });
    expect(entries.map((entry) => [entry.postingDate, ...lines(entry)])).toEqual([
      ['2026-10-31', 'product-sale -1.00', 'carry-forward 1.00'],
      ['2026-11-08', 'product-sale -0.30', 'carry-forward -1.00', 'payout 1.30'],
    ]);
  });

  it('never reach back before the settlement: a deferred order released later belongs to its first month', () => {
    const { entries } = propose({ ...twoWeeks, rows: [row(at('2026-08-20T12:00:00Z')), row(OCTOBER)] });
    expect(entries.map((entry) => [entry.postingDate, ...lines(entry)])).toEqual([
      ['2026-10-15', 'product-sale -2.00', 'payout 2.00'],
    ]);
  });

  it('without a row still close: the final month takes back what was carried and pays it out', () => {
    const { entries } = propose({
      startAt: at('2026-10-25T12:00:00Z'),
      endAt: at('2026-11-08T12:00:00Z'),
      rows: [row(at('2026-10-26T12:00:00Z'))],
    });
    expect(lines(entries[1])).toEqual(['carry-forward -1.00', 'payout 1.00']);
  });

  it('carry nothing when they come to nothing', () => {
    const { entries } = propose({
      startAt: at('2026-10-25T12:00:00Z'),
      endAt: at('2026-11-08T12:00:00Z'),
      rows: [row(at('2026-10-26T12:00:00Z'), 100n), row(at('2026-10-27T12:00:00Z'), -100n)],
    });
    expect(entries.map(lines)).toEqual([['product-sale 0.00']]);
  });
});

describe('closing', () => {
  const fee = { words: FEE, amount: -500n, postedAt: OCTOBER, marketplace: 'Amazon.com' };

  it('books a negative total as a debt to Amazon, with the settlement id in the text', () => {
    const { entries } = propose({ ...twoWeeks, rows: [fee] });
    expect(lines(entries[0])).toEqual(['referral-fee 5.00', 'closing-debt -5.00']);
    expect(entries[0]?.lines[1]?.text).toBe('Amazon closing-debt 26000000001');
  });

  it('needs no line for a total of zero, and keeps a line that sums to zero so that its rows stay linked', () => {
    const { entries, proofs } = propose({ ...twoWeeks, rows: [fee, { ...fee, amount: 500n }] });
    expect(lines(entries[0])).toEqual(['referral-fee 0.00']);
    expect(entries[0]?.lines[0]?.buckets).toEqual([0]);
    expect(proofs.every((proof) => proof.ok)).toBe(true);
  });

  it('books nothing for a settlement without rows and total, which is not a reason to stop', () => {
    const proposal = propose({ ...twoWeeks, rows: [] });
    expect(proposal.entries).toEqual([]);
    expect(proposal.quarantine).toEqual([]);
    expect(proposal.digest).not.toBeNull();
  });
});

describe('an entry', () => {
  const sale = { words: SALE, amount: 11_900n, postedAt: OCTOBER, marketplace: 'Amazon.com' };

  it('names marketplace and period in its header and carries the settlement id', () => {
    const [entry] = propose({ ...twoWeeks, rows: [sale] }).entries;
    expect(entry).toMatchObject({
      headerText: 'AMZ US 01.10-15.10.26',
      headerReference: '26000000001',
      companyCode: '1710',
      documentType: 'SA',
      currency: 'USD',
      part: 1,
      partCount: 1,
    });
    expect(entry?.postingKey).toMatch(/^AMZ[A-Z2-7]{13}$/);
  });

  it('keeps what goes to one customer apart from what goes to another or to an account', () => {
    const rows = [sale, { ...sale, words: `${OTHER}|Current Reserve Amount`, amount: -400n }];
    const account = { glAccount: '12100000' as GlAccount, text: 'Amazon' };
    const own = (customer: string) => ({ ...account, customer: customer as CustomerNumber });
    const { entries } = propose(
      { ...twoWeeks, rows: [...rows, { ...rows[1], marketplace: 'Amazon.de' }] as TestSettlement['rows'] },
      {
        companyCodes: { '1710': 'America/Los_Angeles' },
        marketplaces: { 'Amazon.com': '1710', 'Amazon.de': '1710' },
        assign: (kind, marketplace) => {
          if (kind === 'reserve-held') return own(marketplace === 'Amazon.de' ? '2' : '1');
          return kind === 'payout' ? account : undefined;
        },
      },
    );
    expect(entries[0]?.lines.map((line) => [line.kind, line.customer, line.amount.minor])).toEqual([
      ['product-sale', undefined, -11_900n],
      ['reserve-held', '1', 400n],
      ['reserve-held', '2', 400n],
      ['payout', undefined, 11_100n],
    ]);
    expect(entries[0]?.lines[0]).not.toHaveProperty('customer');
  });

  it('with a customer line has the document type that the company code has for it, and control: another has not', () => {
    const documentTypes = (customer: string | undefined, withCustomer?: string) =>
      propose(
        { ...twoWeeks, rows: [sale] },
        {
          assignments: { payout: customer === undefined ? {} : { customer: customer as CustomerNumber } },
          ...(withCustomer !== undefined && { documentTypeWithCustomer: withCustomer }),
        },
      ).entries.map((entry) => entry.documentType);
    expect(documentTypes('1', 'DR')).toEqual(['DR']);
    expect(documentTypes('1')).toEqual(['SA']);
    expect(documentTypes(undefined, 'DR')).toEqual(['SA']);
  });

  it('has another key for a correction, and the same key for everything else that is not a fact', () => {
    const first = propose({ ...twoWeeks, rows: [sale] }).entries[0];
    const again = propose({ ...twoWeeks, rows: [{ ...sale, amount: 1n }] }, { assignments: { payout: { text: 'x' } } });
    const corrected = propose({ ...twoWeeks, rows: [sale] }, {}, 1).entries[0];
    expect(again.entries[0]?.postingKey).toBe(first?.postingKey);
    expect(corrected?.postingKey).not.toBe(first?.postingKey);
  });

  it('sums kinds of one account into separate lines, and rows that differ only in what is not booked into one', () => {
    const same = { glAccount: '4' as never, text: 'Sales' };
    const rows = [sale, { ...sale, channel: 'MFN' }, { ...sale, words: 'Order|ItemPrice|Shipping', amount: 100n }];
    const { entries } = propose(
      { ...twoWeeks, rows },
      { assignments: { 'product-sale': same, 'shipping-income': same } },
    );
    expect(entries[0]?.lines.map((line) => [line.kind, line.amount.minor, line.buckets])).toEqual([
      ['product-sale', -23_800n, [0, 1]],
      ['shipping-income', -100n, [2]],
      ['payout', 23_900n, []],
    ]);
  });

  it('splits included tax by the rate of the tax code, and only labels the line when the code has none', () => {
    const options: TestTableOptions = {
      assignments: { 'product-sale': { taxCode: 'A1' }, 'referral-fee': { taxCode: 'V0' } },
      taxCodes: { A1: 1900n },
    };
    const rows = [sale, { ...sale, words: FEE, amount: -1000n }];
    const [saleLine, feeLine] = propose({ ...twoWeeks, rows }, options).entries[0]?.lines ?? [];
    expect(saleLine?.tax).toMatchObject({ taxCode: 'A1', base: { minor: -10_000n }, amount: { minor: -1900n } });
    expect(feeLine).toMatchObject({ taxCode: 'V0', tax: null });
  });

  it('has no tax on a line that sums to zero, because nothing of it is sent', () => {
    const rows = [sale, { ...sale, amount: -sale.amount }];
    const options = { assignments: { 'product-sale': { taxCode: 'A1' } }, taxCodes: { A1: 1900n } };
    expect(propose({ ...twoWeeks, rows }, options).entries[0]?.lines).toMatchObject([{ taxCode: 'A1', tax: null }]);
  });

  it('takes the account that is valid on the posting date, not on the day of the row', () => {
    const january = { startAt: at('2026-12-25T12:00:00Z'), endAt: at('2027-01-08T12:00:00Z') };
    const rows = ['2026-12-28', '2027-01-02'].map((day) => ({ ...sale, postedAt: at(`${day}T12:00:00Z`) }));
    const { entries } = propose(
      { ...january, rows },
      { assign: (kind, _, on) => (kind === 'product-sale' ? { glAccount: `${on}` as never } : undefined) },
    );
    expect(entries.map((entry) => entry.lines[0]?.glAccount)).toEqual(['2026-12-31', '2027-01-08']);
  });
});

describe('what cannot be booked', () => {
  const sale = { words: SALE, amount: 100n, postedAt: OCTOBER, marketplace: 'Amazon.com' };
  const unknown = { ...sale, words: 'Order|ItemFees|MoonlightingFee', amount: -7n };

  function stopped(rows: TestSettlement['rows'], options: TestTableOptions = {}) {
    const proposal = propose({ ...twoWeeks, rows }, options);
    expect(proposal.entries).toEqual([]);
    expect(proposal.digest).toBeNull();
    return proposal.quarantine.map(({ code, count, amount, firstRow }) => [code, count, amount.minor, firstRow]);
  }

  it('stops the whole settlement, with its words, count, amount and first row over all months and channels', () => {
    const own = { ...unknown, channel: 'MFN' };
    const rows = [sale, unknown, own, own, { ...unknown, postedAt: at('2026-10-09T00:00:00Z') }];
    expect(stopped(rows)).toEqual([['LINE_KIND_UNKNOWN', 4, -28n, 4]]);
    expect(propose({ ...twoWeeks, rows }).quarantine[0]).toMatchObject({
      transactionType: 'Order',
      amountType: 'ItemFees',
      amountDescription: 'MoonlightingFee',
      marketplace: 'Amazon.com',
    });
  });

  it('is a marketplace that the account table does not know', () => {
    expect(stopped([sale, { ...sale, marketplace: 'Amazon.moon' }])).toEqual([['MARKETPLACE_UNASSIGNED', 1, 100n, 4]]);
  });

  it('is a row without marketplace when neither other rows nor the currency say one', () => {
    expect(stopped([{ ...sale, marketplace: '' }], { currencies: {} })).toEqual([
      ['MARKETPLACE_UNASSIGNED', 1, 100n, 3],
    ]);
  });

  // Such a settlement ended as a defect: its row had a place in the table, and its payout had none.
  it('is an order of another channel when neither a store nor the currency says where the settlement belongs', () => {
    const rows = [{ ...sale, marketplace: 'Non-Amazon' }];
    const marketplaces = { 'Amazon.com': '1710', 'Non-Amazon': '1710' };
    expect(stopped(rows, { marketplaces, currencies: {} })).toEqual([['MARKETPLACE_UNASSIGNED', 1, 100n, 3]]);
    const { quarantine } = propose({ ...twoWeeks, rows }, { marketplaces, currencies: {} });
    expect(quarantine[0]?.next).toContain('Add a row to currencies for USD');
    // control: with a currency that says it, the same row is booked.
    expect(propose({ ...twoWeeks, rows }, { marketplaces }).digest).not.toBeNull();
  });

  it('is a marketplace whose company code is not described', () => {
    expect(stopped([sale], { marketplaces: { 'Amazon.com': '9999' } })).toEqual([['COMPANY_CODE_MISSING', 1, 100n, 3]]);
  });

  it('is a kind without an account', () => {
    expect(stopped([sale], { assignments: { 'product-sale': null } })).toEqual([['ACCOUNT_MISSING', 1, 100n, 3]]);
  });

  it.each(['payout', 'carry-forward', 'cross-company'])(
    'is a settlement that needs a %s account and has none',
    (purpose) => {
      const rows = [
        { ...sale, postedAt: at('2026-10-28T12:00:00Z') },
        { ...sale, amount: 1n, postedAt: at('2026-11-05T12:00:00Z') },
        { ...sale, amount: 5n, marketplace: 'Amazon.de', postedAt: at('2026-11-05T12:00:00Z') },
      ];
      const period = { startAt: at('2026-10-25T12:00:00Z'), endAt: at('2026-11-08T12:00:00Z') };
      const proposal = propose({ ...period, rows }, { assignments: { [purpose]: null } });
      expect(proposal.digest).toBeNull();
      expect(proposal.entries).toEqual([]);
      expect(new Set(proposal.quarantine.map((item) => item.code))).toEqual(new Set(['ACCOUNT_MISSING']));
      expect(proposal.quarantine[0]?.says).toContain(`no account for ${purpose} in Amazon.`);
      expect(propose({ ...period, rows }).digest).not.toBeNull();
    },
  );

  it('names each reason once and in the order of the file', () => {
    const rows = [unknown, { ...sale, marketplace: 'Amazon.moon' }, sale, { ...sale, words: FEE }];
    const found = stopped(rows, { assignments: { 'referral-fee': null } });
    expect(found.map(([code]) => code)).toEqual(['LINE_KIND_UNKNOWN', 'MARKETPLACE_UNASSIGNED', 'ACCOUNT_MISSING']);
  });

  it('is a settlement whose rows do not come to its total, even when every row is known', () => {
    const proposal = propose({ ...twoWeeks, rows: [sale], total: 101n });
    expect(proposal).toMatchObject({ entries: [], quarantine: [], digest: null });
    expect(proposal.proofs).toMatchObject([{ name: 'rows-equal-total', ok: false, expected: '1.01', actual: '1.00' }]);
  });
});

describe('a settlement with more lines than a document can have', () => {
  it('becomes parts of at most 900 lines, of which one carries the whole payout', () => {
    // One account for each marketplace, so that 1,000 marketplaces are 1,000 lines.
    const names = Array.from({ length: 1000 }, (_, index) => `Store ${String(index).padStart(4, '0')}`);
    const { entries, proofs } = propose(
      {
        ...twoWeeks,
        rows: names.map((marketplace) => ({ words: SALE, amount: 100n, postedAt: OCTOBER, marketplace })),
      },
      {
        marketplaces: Object.fromEntries(names.map((name) => [name, '1710'])),
        assign: (kind, marketplace) => (kind === 'product-sale' ? { text: marketplace } : undefined),
      },
    );
    expect(proofs.every((proof) => proof.ok)).toBe(true);
    expect(entries.map((entry) => [entry.part, entry.partCount, entry.lines.length])).toEqual([
      [1, 2, 900],
      [2, 2, 103],
    ]);
    expect(new Set(entries.map((entry) => entry.postingKey)).size).toBe(2);
    const carried = entries.flatMap((e) => e.lines.filter((line) => line.kind === 'carry-forward'));
    expect(carried.map((line) => [line.amount.minor, line.text])).toEqual([
      [89_900n, 'Amazon carry-forward 26000000001 2026-10 parts'],
      [-89_900n, 'Amazon carry-forward 26000000001 2026-10 parts'],
    ]);
    expect(entries[1]?.lines.at(-1)).toMatchObject({ kind: 'payout', amount: { minor: 100_000n } });
  });
});
