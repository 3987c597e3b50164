import { expect, it } from 'vitest';
import type { LocalDate } from '../core/index.ts';
import { listTableUses, type TableUse } from './account-table-uses.ts';
import { readAccountTable } from './read-account-table.ts';

const TODAY = '2026-11-23' as LocalDate;
const TEXT = `
companyCodes:
  - { companyCode: 0001, timeZone: Europe/Berlin, documentType: SA, fiscalYear: calendar }
  - { companyCode: 1710, timeZone: America/New_York, documentType: DR, fiscalYear: calendar }
marketplaces:
  - { name: Amazon.de, companyCode: 0001, costCenter: CCDE, profitCenter: PCDE }
  - { name: Amazon.com, companyCode: 1710, costCenter: CCUS, profitCenter: PCUS }
currencies: []
taxCodes:
  - { taxCode: A1, rate: 19, direction: output }
assignments:
  - { kind: product-sale, marketplace: any, glAccount: 41000000, profitCenter: default, taxCode: A1, text: sales }
  - { kind: referral-fee, marketplace: any, glAccount: 65000000, costCenter: default, text: fees }
  - { kind: referral-fee, marketplace: AMAZON.DE, glAccount: 65000001, costCenter: OWN, text: fees }
  - { kind: shipping-income, marketplace: any, glAccount: 41001100, profitCenter: P, text: old }
  - { kind: shipping-income, marketplace: any, validFrom: 2026-07-01, glAccount: 41001101, profitCenter: P, text: now }
  - { kind: shipping-income, marketplace: any, validFrom: 2027-01-01, glAccount: 41001102, profitCenter: P, text: next }
  - { kind: shipping-income, marketplace: Amazon.com, validFrom: 2026-08-01, glAccount: 41001103, profitCenter: P, text: us }
  - { kind: gift-wrap-income, marketplace: any }
balances:
  - { purpose: payout, marketplace: any, glAccount: 11001000, text: clearing }
  - { purpose: closing-debt, marketplace: any, glAccount: 11001000, text: debt }
  - { purpose: carry-forward, marketplace: any, glAccount: 11001001, text: carry }
  - { purpose: cross-company, marketplace: any, glAccount: 11001002, text: cross }
`.trimStart();

const { companyCodes, uses } = listTableUses(readAccountTable({ name: 'test', text: TEXT }), TODAY);
const of = (kind: string) => uses.filter((use) => use.kind === kind);
const brief = ({ companyCode, glAccount, on }: TableUse) => `${companyCode} ${glAccount.text} ${on}`;

it('lists a row for any marketplace in each one that has no row of its own', () => {
  expect(of('product-sale').map(brief)).toEqual(['0001 41000000 2026-11-23', '1710 41000000 2026-11-23']);
  expect(of('referral-fee').map(brief)).toEqual(['1710 65000000 2026-11-23', '0001 65000001 2026-11-23']);
  expect(of('payout').map(brief)).toEqual(['0001 11001000 2026-11-23', '1710 11001000 2026-11-23']);
});

it('gives each a posting date on which it holds', () => {
  expect(of('shipping-income').map(brief)).toEqual([
    '0001 41001100 2026-06-30',
    '1710 41001100 2026-06-30',
    '0001 41001101 2026-11-23',
    '1710 41001101 2026-11-23',
    '0001 41001102 2027-01-01',
    '1710 41001102 2027-01-01',
    '1710 41001103 2026-11-23',
  ]);
});

it('names nothing for a row that says there is no account', () => {
  expect(of('gift-wrap-income')).toEqual([]);
});

it('says where each value stands; one taken by default stands in the marketplace', () => {
  const [de, us] = of('product-sale');
  const label = '"product-sale", any marketplace';
  const place = { row: 11, column: 56, path: 'assignments[0].glAccount', label };
  expect(de?.glAccount).toEqual({ text: '41000000', place });
  expect(de?.profitCenter?.place.label).toMatch(/^marketplace Amazon\.de$/i);
  expect(de?.profitCenter).toMatchObject({ text: 'PCDE', place: { row: 5, path: 'marketplaces[0].profitCenter' } });
  expect(us?.profitCenter).toMatchObject({ text: 'PCUS', place: { row: 6, path: 'marketplaces[1].profitCenter' } });
  expect(de).toMatchObject({ costCenter: null, taxCode: { text: 'A1' }, place: { row: 11, path: 'assignments[0]' } });
  expect(of('referral-fee')[1]?.costCenter).toMatchObject({ text: 'OWN', place: { row: 13 } });
});

it('lists the company codes as written, with their document types', () => {
  expect(
    companyCodes.map(({ companyCode, documentTypes }) => [companyCode.text, ...documentTypes.map(({ text }) => text)]),
  ).toEqual([
    ['0001', 'SA'],
    ['1710', 'DR'],
  ]);
});

it('takes no time for a table of thousands of rows', () => {
  const kinds = ['product-sale', 'referral-fee', 'shipping-income', 'gift-wrap-income'];
  const days = Array.from({ length: 800 }, (_, index) =>
    new Date(Date.UTC(2020, 0, 1 + index)).toISOString().slice(0, 10),
  );
  const rows = kinds.flatMap((kind) =>
    days.map(
      (day) =>
        `  - { kind: ${kind}, marketplace: Amazon.com, validFrom: ${day}, glAccount: 41000000, profitCenter: P, text: t }\n`,
    ),
  );
  const text = TEXT.replace('balances:\n', `${rows.join('')}balances:\n`);
  expect(listTableUses(readAccountTable({ name: 'test', text }), TODAY).uses.length).toBeGreaterThan(3_200);
});

const RULED = TEXT.replace(
  'assignments:',
  `dimensions:
  - { marketplace: any, sku: ACME-1, profitCenter: PCACME }
  - { marketplace: any, sku: ACME-2, profitCenter: PCACME }
  - { marketplace: Amazon.de, channel: MFN, companyCode: 1710, validFrom: 2027-03-01, costCenter: CCX, profitCenter: PCX }
assignments:`,
)
  .replace('costCenter: CCDE,', 'costCenter: CCDE, inputTaxCode: V1, outputTaxCode: none,')
  .replace('costCenter: CCUS,', 'costCenter: CCUS, inputTaxCode: none, outputTaxCode: A1,')
  .replace('  - { taxCode: A1', '  - { taxCode: V1, rate: 19, direction: input }\n  - { taxCode: A1')
  .replaceAll('taxCode: A1, text: sales', 'taxCode: default, text: sales');

it('lists what rules by channel and SKU come to, each set of values once, in the company code they move rows to', () => {
  const ruled = listTableUses(readAccountTable({ name: 'test', text: RULED }), TODAY).uses;
  const objects = (kind: string) =>
    ruled
      .filter((use) => use.kind === kind)
      .map(({ companyCode, on, costCenter, profitCenter, taxCode }) =>
        [companyCode, on, costCenter?.text ?? profitCenter?.text, taxCode?.text ?? '-'].join(' '),
      );
  expect(objects('product-sale')).toEqual([
    '0001 2026-11-23 PCDE -',
    '0001 2026-11-23 PCACME -',
    '1710 2027-03-01 PCX -',
    '1710 2026-11-23 PCUS A1',
    '1710 2026-11-23 PCACME A1',
  ]);
  // A row that names its own object keeps it, in the other company code too.
  expect(objects('referral-fee')).toEqual(['1710 2026-11-23 CCUS -', '0001 2026-11-23 OWN -', '1710 2027-03-01 OWN -']);
  expect(objects('payout')).toHaveLength(2);
  const acme = ruled.find((use) => use.profitCenter?.text === 'PCACME');
  expect(acme?.profitCenter?.place.path).toBe('dimensions[0].profitCenter');
});
