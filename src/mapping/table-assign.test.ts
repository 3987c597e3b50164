import { expect, it } from 'vitest';
import { assignedRow } from './table-assign.ts';
import type { TableContent } from './table-content.ts';

const row = (cells: Readonly<Record<string, string>>) => new Map(Object.entries(cells));
const FEE = { kind: 'referral-fee', marketplace: 'any', glAccount: '65000000', costCenter: 'default', text: 'fees' };
const contentOf = (...assignments: Readonly<Record<string, string>>[]): TableContent =>
  new Map([
    ['marketplaces', [row({ name: 'Amazon.de', companyCode: '1010', costCenter: 'AMZDE', profitCenter: 'AMZDE' })]],
    ['assignments', assignments.map(row)],
    ['balances', [row({ purpose: 'payout', marketplace: 'any', glAccount: '12509400', text: 'payout' })]],
  ]);
const assigned = (content: TableContent, given: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  const { section, cells } = assignedRow(content, row(given));
  return { section, ...Object.fromEntries(cells) };
};

it('another account keeps the cost object, the tax code and the text of the row it takes the place of', () => {
  const content = contentOf({ ...FEE, taxCode: 'V1' });
  expect(assigned(content, { kind: 'referral-fee', glAccount: '65009999' })).toEqual({
    section: 'assignments',
    ...FEE,
    taxCode: 'V1',
    glAccount: '65009999',
  });
});

it('a row for one marketplace, or from a day on, is like the row that holds there today', () => {
  const content = contentOf(
    FEE,
    { ...FEE, marketplace: 'Amazon.fr', text: 'frais' },
    { ...FEE, sku: 'ACME-*', text: 'x' },
  );
  const given = { kind: 'referral-fee', glAccount: '65009999', marketplace: 'Amazon.de', validFrom: '2027-01-01' };
  expect(assigned(content, given)).toEqual({ section: 'assignments', ...FEE, ...given });
  expect(assigned(content, { ...given, marketplace: 'Amazon.fr' }).text).toBe('frais');
  // control: a row that begins later does not hold yet.
  const later = contentOf(FEE, { ...FEE, validFrom: '2028-01-01', text: 'later' });
  expect(assigned(later, given).text).toBe('fees');
});

it('a cost object takes the place of the other one, a customer that of both, and none takes one away', () => {
  const content = contentOf(FEE);
  const given = { kind: 'referral-fee', glAccount: '65000000' };
  expect(assigned(content, { ...given, profitCenter: 'BRAND' })).not.toHaveProperty('costCenter');
  expect(assigned(content, { ...given, customer: '1000123' })).not.toHaveProperty('costCenter');
  expect(assigned(content, { ...given, costCenter: 'none' }).costCenter).toBe('none');
});

it('a first row has the cost object that fits the nature of its kind, where every marketplace has one', () => {
  const given = { kind: 'closing-fee', glAccount: '65000000' };
  expect(assigned(contentOf(), given).costCenter).toBe('default');
  expect(assigned(contentOf(), { ...given, kind: 'product-sale' }).profitCenter).toBe('default');
  const without: TableContent = new Map([['marketplaces', [row({ name: 'Amazon.de', companyCode: '1010' })]]]);
  expect(assigned(without, given)).not.toHaveProperty('costCenter');
});

it('a purpose is a row of balances', () => {
  expect(assigned(contentOf(), { purpose: 'tax-residual', glAccount: '22008100' })).toEqual({
    section: 'balances',
    purpose: 'tax-residual',
    marketplace: 'any',
    glAccount: '22008100',
    text: 'Amazon tax residual',
  });
  expect(assigned(contentOf(), { purpose: 'payout', glAccount: '12509401' }).text).toBe('payout');
});
