import { describe, expect, it } from 'vitest';
import { isProblem, parseLocalDate } from '../core/index.ts';
import { type AccountTable, readAccountTable } from './index.ts';

const table = (input: { taxCodes?: string; place?: string; rows?: string }): AccountTable =>
  readAccountTable({
    name: 'test',
    text: `companyCodes:
  - { companyCode: 1010, timeZone: Europe/Berlin, documentType: SA, fiscalYear: calendar }
marketplaces:
  - { name: Amazon.de, companyCode: 1010, costCenter: C, profitCenter: P${input.place ?? ''} }
currencies: []
taxCodes:
${input.taxCodes ?? '  - { taxCode: A1, rate: 19, direction: output }\n  - { taxCode: V1, rate: 19, direction: input }\n'}assignments:
${input.rows ?? '  - { kind: product-sale, marketplace: any, glAccount: 41000000, taxCode: default, text: Sales }\n'}balances:
  - { purpose: payout, marketplace: any, glAccount: 12509400, text: Payout }
  - { purpose: closing-debt, marketplace: any, glAccount: 21009200, text: Debt }
  - { purpose: carry-forward, marketplace: any, glAccount: 12509800, text: Carry-forward }
  - { purpose: cross-company, marketplace: any, glAccount: 12509900, text: Between companies }
`,
  });

function issuesOf(input: Parameters<typeof table>[0]): string {
  try {
    table(input);
    return '';
  } catch (thrown) {
    if (isProblem(thrown)) return thrown.data ?? '';
    throw thrown;
  }
}

const OWN = ', outputTaxCode: A1, inputTaxCode: V1';

describe('tax codes', () => {
  it('of a marketplace are output tax for sales and input tax for fees', () => {
    const both = table({
      place: OWN,
      rows: `  - { kind: product-sale, marketplace: any, glAccount: 1, taxCode: default, text: Sales }
  - { kind: inventory-reimbursement, marketplace: any, glAccount: 2, taxCode: default, text: Compensation }
  - { kind: referral-fee, marketplace: any, glAccount: 3, taxCode: default, text: Fees }
  - { kind: closing-fee, marketplace: any, glAccount: 4, taxCode: none, text: Fees }
`,
    });
    const kinds = ['product-sale', 'inventory-reimbursement', 'referral-fee', 'closing-fee'] as const;
    const on = parseLocalDate('2026-10-31');
    expect(kinds.map((kind) => both.assign(kind, 'Amazon.de', on)?.taxCode)).toEqual(['A1', 'A1', 'V1', null]);
  });

  it('may have another rate from a day on', () => {
    const rates = table({
      place: OWN,
      taxCodes: `  - { taxCode: A1, validFrom: 2026-07-01, rate: 16, direction: output }
  - { taxCode: A1, rate: 19, direction: output }
  - { taxCode: A1, validFrom: 2027-01-01, rate: 19, direction: output }
  - { taxCode: V1, rate: 19, direction: input }
`,
    });
    const rateOn = (date: string) => rates.taxCode('A1', parseLocalDate(date))?.rate;
    expect(['2026-06-30', '2026-07-01', '2026-12-31', '2027-01-01'].map(rateOn)).toEqual([1900n, 1600n, 1600n, 1900n]);
    expect(rates.taxDirection('V1')).toBe('input');
  });
});

describe('a table with a fault in its taxes is refused', () => {
  it.each([
    [
      'no rate from always',
      {
        taxCodes: '  - { taxCode: A1, validFrom: 2026-07-01, rate: 16, direction: output }\n',
        place: ', outputTaxCode: A1',
      },
      /tax code A1 has no rate from always/,
    ],
    [
      'two rates from one day',
      {
        taxCodes:
          '  - { taxCode: A1, rate: 16, direction: output }\n  - { taxCode: A1, rate: 19, direction: output }\n',
        place: ', outputTaxCode: A1',
      },
      /tax code A1 is already given in line 7/,
    ],
    [
      'two directions',
      {
        taxCodes:
          '  - { taxCode: A1, rate: 16, direction: output }\n  - { taxCode: A1, validFrom: 2026-07-01, rate: 19, direction: input }\n',
        place: ', outputTaxCode: A1',
      },
      /tax code A1 is output in line 7; a tax code has one direction/,
    ],
    [
      'a marketplace without the code that rows take',
      {},
      /marketplace Amazon.de has no outputTaxCode, which 1 row\(s\) take by default/,
    ],
    [
      'a code for the other direction',
      { place: ', outputTaxCode: V1' },
      /tax code V1 is input; this column takes one that is output/,
    ],
    [
      'a code that is not described',
      { place: ', outputTaxCode: A9' },
      /tax code A9 is not in taxCodes; did you mean A1/,
    ],
    [
      'a default for a row that is no sale and no cost',
      { rows: '  - { kind: amazon-fee-tax, marketplace: any, glAccount: 1, taxCode: default, text: x }\n' },
      /taxCode default is for revenue and costs; amazon-fee-tax is neither/,
    ],
  ] as const)('%s', (_, input, says) => {
    expect(issuesOf(input)).toMatch(says);
  });

  it('control: none said on purpose is no fault', () => {
    expect(issuesOf({ place: ', outputTaxCode: none' })).toBe('');
  });
});
