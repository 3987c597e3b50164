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

const SALE = 'Order|ItemPrice|Principal';
const FEE = 'Order|ItemFees|Commission';
const twoWeeks = { startAt: at('2026-10-01T22:07:18Z'), endAt: at('2026-10-15T22:07:18Z') };
const OCTOBER = at('2026-10-05T12:00:00Z');

describe('the marketplace of a row', () => {
  const sale = (marketplace: string, amount = 100n) => ({ words: SALE, amount, postedAt: OCTOBER, marketplace });
  const euro = { ...twoWeeks, currency: 'EUR' };
  const companies = (settlement: TestSettlement, options: TestTableOptions = {}) =>
    propose(settlement, options).entries.map((entry) => entry.companyCode);

  it('is the one that most rows name when the row names none or another sales channel', () => {
    const rows = [
      sale('Amazon.de'),
      sale(''),
      sale('Non-Amazon US'),
      sale('SI UK Prod Marketplace'),
      sale('Non-Amazon'),
    ];
    expect(companies({ ...euro, rows })).toEqual(['1010']);
  });

  it('is the one of the currency when as many rows name another, whatever the alphabet says', () => {
    const rows = [sale('Amazon.de'), sale('Amazon.com'), sale('')];
    const paidOut = (currency: string) =>
      propose({ ...twoWeeks, currency, rows }).entries.find((entry) =>
        entry.lines.some((line) => line.kind === 'payout'),
      )?.companyCode;
    expect([paidOut('EUR'), paidOut('USD')]).toEqual(['1010', '1710']);
  });

  it('is, of two that are named as often, the one in the company code of the currency’s', () => {
    const options: TestTableOptions = {
      companyCodes: { '1010': 'Europe/Berlin', '1020': 'Europe/Paris' },
      marketplaces: { 'Amazon.es': '1020', 'Amazon.it': '1010', 'Amazon.de': '1010' },
    };
    const [entry] = propose({ ...euro, rows: [sale('Amazon.es'), sale('Amazon.it'), sale('')] }, options).entries;
    expect(entry?.companyCode).toBe('1010');
    expect(lines(entry)).toContain('payout 3.00');
  });

  it('is not chosen by the alphabet between company codes: the settlement stops until the table says', () => {
    const rows = [sale('Amazon.de'), sale('Amazon.com'), sale('')];
    const tied = propose({ ...euro, rows }, { currencies: {} });
    expect(tied).toMatchObject({ entries: [], digest: null });
    expect(tied.quarantine).toMatchObject([
      {
        code: 'PAYOUT_COMPANY_UNDECIDED',
        count: 0,
        amount: { minor: 300n },
        firstRow: 2,
        says: expect.stringContaining('Amazon.com (company code 1710), Amazon.de (company code 1010)'),
        next: expect.stringContaining('currencies for EUR'),
      },
    ]);
    // control: one row more decides, and within one company code nothing has to be decided.
    expect(propose({ ...euro, rows: [...rows, sale('Amazon.de')] }, { currencies: {} }).quarantine).toEqual([]);
    const together = { currencies: {}, marketplaces: { 'Amazon.com': '1010', 'Amazon.de': '1010' } };
    expect(companies({ ...euro, rows }, together)).toEqual(['1010']);
  });

  it('is counted by rows, not by buckets', () => {
    const mainCompany = (rows: TestSettlement['rows']) =>
      propose({ ...euro, rows }).entries.find((entry) => entry.lines.some((line) => line.kind === 'payout'))
        ?.companyCode;
    const fee = { ...sale('Amazon.com'), words: FEE };
    const german = sale('Amazon.de');
    // Two buckets with two rows are fewer than one with three; two with six are more than one with four.
    expect(mainCompany([sale('Amazon.com'), fee, german, german, german])).toBe('1010');
    expect(mainCompany([sale('Amazon.com'), fee, fee, fee, fee, fee, german, german, german, german])).toBe('1710');
  });

  it('is found without regard to case', () => {
    expect(companies({ ...euro, rows: [sale('AMAZON.de'), sale('amazon.DE')] })).toEqual(['1010']);
  });

  it('is the one of the currency when no row names a store', () => {
    expect(companies({ ...euro, rows: [sale(''), sale('Non-Amazon DE')] })).toEqual(['1010']);
  });

  it('control: a fulfilment fee of another sales channel is a cost of that channel, not of Amazon sales', () => {
    const fee = { ...sale('Amazon.de', -300n), words: 'Order|ItemFees|FBAPerUnitFulfillmentFee' };
    const { entries } = propose({ ...euro, rows: [fee, fee, { ...fee, marketplace: 'Non-Amazon DE' }] });
    expect(lines(entries[0])).toEqual(['fba-fulfilment-fee 6.00', 'mcf-fulfilment-fee 3.00', 'closing-debt -9.00']);
  });
});

describe('several company codes', () => {
  const sale = (marketplace: string, amount: bigint, postedAt: number) => ({
    words: SALE,
    amount,
    postedAt,
    marketplace,
  });
  const [october, november] = [at('2026-10-28T12:00:00Z'), at('2026-11-03T12:00:00Z')];
  const settlement: TestSettlement = {
    startAt: at('2026-10-25T12:00:00Z'),
    endAt: at('2026-11-08T12:00:00Z'),
    rows: [
      sale('Amazon.com', 1000n, october),
      sale('Amazon.com', 500n, november),
      sale('Amazon.com', 1n, november),
      sale('Amazon.de', 300n, october),
      sale('Amazon.de', -200n, november),
    ],
  };

  it('close against the main one month by month, and only the main one is paid out', () => {
    const { entries } = propose(settlement);
    expect(entries.map((entry) => [entry.companyCode, entry.postingDate, ...lines(entry)])).toEqual([
      ['1710', '2026-10-31', 'product-sale -10.00', 'cross-company -3.00', 'carry-forward 13.00'],
      ['1010', '2026-10-31', 'product-sale -3.00', 'cross-company 3.00'],
      ['1710', '2026-11-08', 'product-sale -5.01', 'cross-company 2.00', 'carry-forward -13.00', 'payout 16.01'],
      ['1010', '2026-11-08', 'product-sale 2.00', 'cross-company -2.00'],
    ]);
  });

  it('name settlement and company code on both sides, so that the two can be cleared', () => {
    const cross = propose(settlement).entries.flatMap((e) => e.lines.filter((line) => line.kind === 'cross-company'));
    expect(new Set(cross.map((line) => line.text))).toEqual(new Set(['Amazon cross-company 26000000001 1010']));
  });

  it('keep to the months of the one that is paid out, so that a pair never stands open at a month end', () => {
    // The end is still October in Los Angeles and already November in Tokyo.
    const { entries, proofs } = propose(
      {
        startAt: at('2026-10-17T20:00:00Z'),
        endAt: at('2026-10-31T20:00:00Z'),
        rows: [
          sale('Amazon.com', 1000n, october),
          sale('Amazon.com', 1n, october),
          sale('Amazon.co.jp', 300n, at('2026-10-31T19:00:00Z')),
        ],
      },
      {
        companyCodes: { '1710': 'America/Los_Angeles', '1610': 'Asia/Tokyo' },
        marketplaces: { 'Amazon.com': '1710', 'Amazon.co.jp': '1610' },
      },
    );
    expect(entries.map((entry) => [entry.companyCode, entry.postingDate, ...lines(entry)])).toEqual([
      ['1710', '2026-10-31', 'product-sale -10.01', 'cross-company -3.00', 'payout 13.01'],
      ['1610', '2026-10-31', 'product-sale -3.00', 'cross-company 3.00'],
    ]);
    expect(proofs.every((proof) => proof.ok)).toBe(true);
  });

  it('owe each other nothing in a month that comes to nothing', () => {
    const rows = [sale('Amazon.com', 10n, november), sale('Amazon.com', 1n, november)];
    const even = [sale('Amazon.de', 5n, november), sale('Amazon.de', -5n, november)];
    const { entries } = propose({
      ...settlement,
      rows: [...rows, ...even.slice(0, 1), sale('Amazon.com', 1n, november), ...even.slice(1)],
    });
    expect(entries.map((entry) => [entry.companyCode, ...lines(entry)])).toEqual([
      ['1710', 'product-sale -0.12', 'payout 0.12'],
      ['1010', 'product-sale 0.00'],
    ]);
  });

  it('control: a month that both touch stays each company’s own', () => {
    const { entries } = propose(settlement);
    const monthsOf = (code: string) =>
      entries.filter((entry) => entry.companyCode === code).map((entry) => entry.postingDate.slice(0, 7));
    expect(monthsOf('1010')).toEqual(['2026-10', '2026-11']);
  });

  it('are dated in the month of their pair even when the settlement ends there before it begins', () => {
    // All of it is still October in Los Angeles and already November in Tokyo.
    const moment = at('2026-10-31T19:00:00Z');
    const { entries, proofs } = propose(
      {
        startAt: at('2026-10-31T18:00:00Z'),
        endAt: at('2026-10-31T20:00:00Z'),
        rows: [sale('Amazon.co.jp', 10n, moment), sale('Amazon.co.jp', 10n, moment), sale('Amazon.com', 3n, moment)],
      },
      {
        companyCodes: { '1710': 'America/Los_Angeles', '1610': 'Asia/Tokyo' },
        marketplaces: { 'Amazon.com': '1710', 'Amazon.co.jp': '1610' },
      },
    );
    expect(entries.map((entry) => [entry.companyCode, entry.postingDate])).toEqual([
      ['1610', '2026-11-01'],
      ['1710', '2026-11-01'],
    ]);
    expect(proofs.every((proof) => proof.ok)).toBe(true);
  });

  it('keep to the first month of the one that is paid out as well', () => {
    // The start is already November in Tokyo and still October in Los Angeles.
    const { entries } = propose(
      {
        startAt: at('2026-10-31T20:00:00Z'),
        endAt: at('2026-11-14T20:00:00Z'),
        rows: [
          sale('Amazon.co.jp', 1000n, november),
          sale('Amazon.co.jp', 1n, november),
          sale('Amazon.com', 300n, at('2026-10-31T21:00:00Z')),
        ],
      },
      {
        companyCodes: { '1710': 'America/Los_Angeles', '1610': 'Asia/Tokyo' },
        marketplaces: { 'Amazon.com': '1710', 'Amazon.co.jp': '1610' },
      },
    );
    expect(entries.map((entry) => [entry.companyCode, entry.postingDate, ...lines(entry)])).toEqual([
      ['1710', '2026-11-14', 'product-sale -3.00', 'cross-company 3.00'],
      ['1610', '2026-11-15', 'product-sale -10.01', 'cross-company -3.00', 'payout 13.01'],
    ]);
  });
});
