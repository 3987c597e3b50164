import { describe, expect, it } from 'vitest';
import type { LocalDate } from '../../core/index.ts';
import { listTableUses, readAccountTable } from '../../mapping/index.ts';
import type { MasterDataView } from './master-data-view.ts';
import { simulateTable } from './simulate-table.ts';
import { dataOf, faultless, rows } from './simulation.fixture.ts';

const TODAY = '2026-11-23' as LocalDate;
const TEXT = `
companyCodes:
  - { companyCode: 1010, timeZone: Europe/Berlin, documentType: SA, fiscalYear: calendar }
marketplaces:
  - { name: Amazon.de, companyCode: 1010, costCenter: 10101101, profitCenter: YB101 }
  - { name: Amazon.fr, companyCode: 1010, costCenter: 10101101, profitCenter: YB101 }
currencies: []
taxCodes:
  - { taxCode: A1, rate: 19, direction: output }
assignments:
  - { kind: product-sale, marketplace: any, glAccount: 41000000, profitCenter: default, taxCode: A1, text: sales }
  - { kind: referral-fee, marketplace: any, glAccount: 65001100, costCenter: default, text: fees }
balances:
  - { purpose: payout, marketplace: any, glAccount: 11001000, text: clearing }
  - { purpose: closing-debt, marketplace: any, glAccount: 11001000, text: debt }
  - { purpose: carry-forward, marketplace: any, glAccount: 11001000, text: carry }
  - { purpose: cross-company, marketplace: any, glAccount: 11001000, text: cross }
`.trimStart();

function validate(change: (text: string) => string = (text) => text, data: MasterDataView = dataOf()): string[] {
  const table = readAccountTable({ name: 'test', text: change(TEXT) });
  return simulateTable(listTableUses(table, TODAY), data, { sapFillsCostObjects: false }).map(
    ({ severity, code, place }) =>
      `${severity} ${code} ${place && 'row' in place ? `${place.row} ${place.path}` : 'nowhere'}`,
  );
}

it('control: a table whose every value SAP has is without a finding', () => {
  expect(validate()).toEqual([]);
});

describe('an account table that names what SAP has not', () => {
  it('is told every row at once, each fault once however many marketplaces it meets', () => {
    const spoilt = (text: string) =>
      text
        .replace('documentType: SA', 'documentType: ZZ')
        .replace(
          'costCenter: 10101101, profitCenter: YB101 }\n  - { name: Amazon.fr',
          'costCenter: GONE, profitCenter: YB101 }\n  - { name: Amazon.fr',
        )
        .replace('glAccount: 41000000', 'glAccount: 49999999')
        .replace(
          'purpose: payout, marketplace: any, glAccount: 11001000',
          'purpose: payout, marketplace: any, glAccount: 11009999',
        );
    expect(validate(spoilt)).toEqual([
      'error SIMULATION_DOCUMENT_TYPE_UNKNOWN 2 companyCodes[0].documentType',
      'error SIMULATION_GL_ACCOUNT_UNKNOWN 10 assignments[0].glAccount',
      'error SIMULATION_COST_CENTER_UNKNOWN 4 marketplaces[0].costCenter',
      'error SIMULATION_GL_ACCOUNT_UNKNOWN 13 balances[0].glAccount',
    ]);
  });

  it('by company code: the rest of it cannot be told', () => {
    expect(validate((text) => text.replaceAll('1010,', '2010,'))).toEqual([
      'error SIMULATION_COMPANY_CODE_UNKNOWN 2 companyCodes[0].companyCode',
    ]);
  });

  it('by tax code and by a row without a cost object', () => {
    const data = dataOf({ 'tax-codes': [] });
    expect(validate((text) => text.replace('costCenter: default, ', ''), data)).toEqual([
      'error SIMULATION_TAX_CODE_UNKNOWN 10 assignments[0].taxCode',
      'error SIMULATION_COST_OBJECT_MISSING 11 assignments[1]',
    ]);
  });

  it('by a cost centre that ends before the row does', () => {
    const ended = rows.costCenter('10101101', { validTo: '2026-10-31' as LocalDate });
    expect(validate(undefined, dataOf({ 'cost-centers': [ended] }))).toEqual([
      'error SIMULATION_COST_CENTER_NOT_VALID 4 marketplaces[0].costCenter',
      'error SIMULATION_COST_CENTER_NOT_VALID 5 marketplaces[1].costCenter',
    ]);
  });

  it('is told what could not be checked', () => {
    expect(faultless['gl-accounts'].rows.length).toBeGreaterThan(1);
    expect(validate(undefined, dataOf({ 'gl-accounts': null, 'tax-codes': null }))).toEqual([
      'not-checked SIMULATION_NOT_READ nowhere',
      'not-checked SIMULATION_NOT_READ nowhere',
    ]);
  });
});
