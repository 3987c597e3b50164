import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readAccountTable } from './read-account-table.ts';
import { readTableContent, type TableCells } from './table-content.ts';
import { diffTables, sayRowChange } from './table-diff.ts';
import { editTable, withRows } from './table-edit.ts';
import { printTable } from './table-print.ts';

const TEMPLATE = readFileSync(new URL('../../templates/ycoa.yaml', import.meta.url), 'utf8');
const TEXT = `# by hand
companyCodes:
  - { companyCode: 0001, timeZone: Europe/Berlin, documentType: SA, fiscalYear: calendar }
marketplaces:
  - { name: Amazon.de, companyCode: 0001, costCenter: CCDE, profitCenter: PCDE } # the main one
currencies: []
taxCodes:
  - taxCode: A1
    rate: 19
    direction: output
  - { taxCode: A2, rate: 7.00, direction: output }
assignments:
  # sales
  - { kind: product-sale, marketplace: any, glAccount: 41000000, profitCenter: default, taxCode: A1, text: sales }
  # fees
  - { kind: referral-fee, marketplace: any, glAccount: 65000000, costCenter: default, text: "fees: all" }
balances:
  - { purpose: payout, marketplace: any, glAccount: 11001000, text: clearing }
  - { purpose: closing-debt, marketplace: any, glAccount: 11001000, text: debt }
  - { purpose: carry-forward, marketplace: any, glAccount: 11001001, text: carry }
  - { purpose: cross-company, marketplace: any, glAccount: 11001002, text: cross }
`;

const row = (cells: Record<string, string>): TableCells => new Map(Object.entries(cells));
const contentOf = readTableContent;
const check = (text: string) => readAccountTable({ name: 'test', text });

describe('diffTables', () => {
  it('says nothing of the order of rows, of comments, and of spellings that mean the same', () => {
    const other = TEXT.replace('# by hand\n', '')
      .replace('7.00', '7')
      .replace('Amazon.de', 'AMAZON.DE')
      .replace('text: sales }', 'text: sales, costCenter: none }')
      .replace('  - { purpose: payout, marketplace: any, glAccount: 11001000, text: clearing }\n', '')
      .concat('  - { purpose: payout, marketplace: any, glAccount: 11001000, text: clearing }\n');
    expect(diffTables(contentOf(TEXT), contentOf(other))).toEqual([]);
  });

  it('names the row, the column and both values', () => {
    const other = TEXT.replace('65000000', '65000001').replace('rate: 19', 'rate: 16');
    expect(diffTables(contentOf(TEXT), contentOf(other)).map(sayRowChange)).toEqual([
      'taxCodes: tax code A1: rate 19 → 16',
      'assignments: referral-fee, any marketplace: glAccount 65000000 → 65000001',
    ]);
  });

  it('takes a row that begins on another day for another row', () => {
    const other = TEXT.replace(
      'marketplace: any, glAccount: 65',
      'marketplace: any, validFrom: 2027-01-01, glAccount: 65',
    );
    expect(diffTables(contentOf(TEXT), contentOf(other)).map(({ change, row: name }) => [change, name])).toEqual([
      ['removed', 'referral-fee, any marketplace'],
      ['added', 'referral-fee, any marketplace, from 2027-01-01'],
    ]);
  });
});

describe('editTable', () => {
  it('changes one line, and comments stay', () => {
    const wanted = withRows(contentOf(TEXT), [
      {
        section: 'assignments',
        cells: row({ kind: 'referral-fee', marketplace: 'any', glAccount: '65000009', text: 'fees' }),
      },
    ]);
    const edited = editTable(TEXT, wanted);
    const lines = edited.split('\n').filter((line, at) => line !== TEXT.split('\n')[at]);
    expect(lines).toEqual(['  - { kind: referral-fee, marketplace: any, glAccount: 65000009, text: fees }']);
    check(edited);
  });

  it('puts a new row behind the one about the same thing, and a section that was not there at the end', () => {
    const wanted = withRows(contentOf(TEXT), [
      {
        section: 'assignments',
        cells: row({ kind: 'product-sale', marketplace: 'Amazon.de', glAccount: '41000001', text: 's' }),
      },
      { section: 'vocabulary', cells: row({ kind: 'referral-fee', transactionType: 'Order', amountType: 'New: fee' }) },
      { section: 'currencies', cells: row({ currency: 'EUR', marketplace: 'Amazon.de' }) },
    ]);
    const edited = editTable(TEXT, wanted);
    expect(edited).toContain(
      'text: sales }\n  - { kind: product-sale, marketplace: Amazon.de, glAccount: 41000001, text: s }\n  # fees',
    );
    expect(edited).toContain('currencies:\n  - { currency: EUR, marketplace: Amazon.de }\n');
    expect(
      edited.endsWith('\nvocabulary:\n  - { kind: referral-fee, transactionType: Order, amountType: "New: fee" }\n'),
    ).toBe(true);
    expect(diffTables(contentOf(edited), wanted)).toEqual([]);
    check(edited);
  });

  it('takes rows out, also one that is written over several lines', () => {
    const content = new Map(contentOf(TEXT));
    content.set('taxCodes', (content.get('taxCodes') ?? []).slice(1));
    const edited = editTable(TEXT, content);
    expect(edited).toContain('taxCodes:\n  - { taxCode: A2');
    expect(edited).toContain('# by hand');
  });

  it('writes a table anew whose layout cannot be edited by lines', () => {
    const flow = TEXT.replace('currencies: []', 'currencies: [{ currency: EUR, marketplace: Amazon.de }]');
    const wanted = withRows(contentOf(flow), [
      { section: 'currencies', cells: row({ currency: 'GBP', marketplace: 'Amazon.de' }) },
    ]);
    const edited = editTable(flow, wanted);
    expect(edited).not.toContain('# by hand');
    expect(diffTables(contentOf(edited), wanted)).toEqual([]);
    check(edited);
  });

  it('leaves a text alone whose rows are those that are wanted', () => {
    expect(editTable(TEXT, contentOf(TEXT))).toBe(TEXT);
  });
});

it('a table that is printed reads back as the same rows', () => {
  const content = contentOf(TEMPLATE);
  expect(diffTables(content, contentOf(printTable(content)))).toEqual([]);
  check(printTable(content));
});
