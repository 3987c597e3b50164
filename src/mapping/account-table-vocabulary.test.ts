import { describe, expect, it } from 'vitest';
import { at, buildSettlement } from '../../test/property/build-settlement.ts';
import { proposeEntries } from './propose.ts';
import { readAccountTable } from './read-account-table.ts';

const ROWS = (vocabulary: string) => `
companyCodes:
  - { companyCode: 1710, timeZone: America/New_York, documentType: SA, fiscalYear: calendar }
marketplaces:
  - { name: Amazon.com, companyCode: 1710, costCenter: CC, profitCenter: PC }
currencies: []
taxCodes: []
assignments:
  - { kind: referral-fee, marketplace: any, glAccount: 65000000, costCenter: default, text: fees }
  - { kind: closing-fee, marketplace: any, glAccount: 65000100, costCenter: default, text: closing }
  - { kind: mcf-fulfilment-fee, marketplace: any, glAccount: 65000200, costCenter: default, text: mcf }
balances:
  - { purpose: payout, marketplace: any, glAccount: 11001000, text: clearing }
  - { purpose: closing-debt, marketplace: any, glAccount: 11001000, text: debt }
  - { purpose: carry-forward, marketplace: any, glAccount: 11001001, text: carry }
  - { purpose: cross-company, marketplace: any, glAccount: 11001002, text: cross }
${vocabulary}`;

const tableWith = (...rows: string[]) =>
  readAccountTable({ name: 'test', text: ROWS(`vocabulary:\n${rows.map((row) => `  - { ${row} }\n`).join('')}`) });
const problemOf = (...rows: string[]) => {
  try {
    tableWith(...rows);
  } catch (thrown) {
    return (thrown as { data?: string }).data ?? '';
  }
  return 'no problem';
};

/** Kinds, or codes, that a settlement of one fee of these words comes to. */
function bookedAs(table: ReturnType<typeof tableWith>, words: string, marketplace = 'Amazon.com') {
  const settlement = {
    startAt: at('2026-10-01T12:00:00Z'),
    endAt: at('2026-10-15T12:00:00Z'),
    rows: [
      { words, amount: -100n, postedAt: at('2026-10-02T12:00:00Z'), marketplace },
      {
        words: 'Order|ItemFees|Commission',
        amount: -50n,
        postedAt: at('2026-10-02T12:00:00Z'),
        marketplace: 'Amazon.com',
      },
    ],
  };
  const { entries, quarantine } = proposeEntries({ ...buildSettlement(settlement, table), table, sellerAccount: 'A1' });
  const kinds = entries.flatMap(({ lines }) => lines).filter(({ buckets }) => buckets.length > 0);
  return [...kinds.map(({ kind }) => kind), ...quarantine.map(({ code }) => code)];
}

const NEW = 'Order|ItemFees|Fee of tomorrow';
const TAUGHT = 'kind: closing-fee, transactionType: Order, amountType: ItemFees, amountDescription: Fee of tomorrow';

describe('words that an account table teaches', () => {
  it('are booked as their kind, without regard to case and spaces', () => {
    expect(bookedAs(tableWith(TAUGHT), NEW)).toEqual(['referral-fee', 'closing-fee']);
    expect(bookedAs(tableWith(TAUGHT.replace('Fee of tomorrow', 'FEE  of Tomorrow')), NEW)).toContain('closing-fee');
    // control: without the row they stop the settlement.
    expect(bookedAs(readAccountTable({ name: 'test', text: ROWS('') }), NEW)).toEqual(['LINE_KIND_UNKNOWN']);
  });

  it('never overrule what the program knows', () => {
    const table = tableWith(
      'kind: closing-fee, transactionType: Order, amountType: ItemFees, amountDescription: Commission',
    );
    expect(bookedAs(table, NEW.replace('Fee of tomorrow', 'Commission'))).toEqual(['referral-fee']);
  });

  it('are words, not patterns: one that is like them stays unknown', () => {
    expect(bookedAs(tableWith(TAUGHT.replace('Fee of tomorrow', '"Fee of *"')), NEW)).toEqual(['LINE_KIND_UNKNOWN']);
  });

  it('may be blank, as transaction types of India are', () => {
    const table = tableWith('kind: closing-fee, amountType: ItemFees, amountDescription: Fee of tomorrow');
    expect(bookedAs(table, '|ItemFees|Fee of tomorrow')).toContain('closing-fee');
    expect(bookedAs(table, NEW)).toEqual(['LINE_KIND_UNKNOWN']);
  });

  it.each([
    [
      'a kind that there is not',
      ['kind: closing-fees, amountType: x'],
      'closing-fees is not a line kind; did you mean closing-fee',
    ],
    [
      'the same words twice',
      [TAUGHT, TAUGHT.replace('closing-fee', 'referral-fee').replace('Order', 'ORDER')],
      'these words are already given in line',
    ],
    ['no words', ['kind: closing-fee'], 'at least one of transactionType, amountType and amountDescription'],
    ['no kind', ['amountType: x'], 'kind is missing'],
    [
      'a word that is no word',
      [`kind: closing-fee, amountType: ${'x'.repeat(201)}`],
      'this has 201 characters; at most 200 fit',
    ],
  ])('are refused with %s, by line', (_, rows, says) => {
    expect(problemOf(...rows)).toMatch(/^1[89]:/);
    expect(problemOf(...rows)).toContain(says);
  });
});
