import { describe, expect, it } from 'vitest';
import { isProblem, type Problem, parseCurrencyCode, parseLocalDate, sha256Of } from '../core/index.ts';
import type { CompanyCode } from '../ledger/index.ts';
import { ACCOUNT_TABLE_BYTES_MAX, readAccountTable } from './read-account-table.ts';

const VALID = `companyCodes:
  - { companyCode: 0001, timeZone: Europe/Berlin, documentType: SA, fiscalYear: calendar }
  - { companyCode: US01, timeZone: America/New_York, documentType: SA, fiscalYear: shifted }
marketplaces:
  - { name: Amazon.de, companyCode: 0001, costCenter: CCDE, profitCenter: PCDE }
  - { name: Amazon.com, companyCode: US01, costCenter: CCUS, profitCenter: PCUS }
  - { name: Non-Amazon, companyCode: US01, costCenter: CCMCF, profitCenter: PCMCF }
currencies:
  - { currency: EUR, marketplace: Amazon.de }
taxCodes:
  - { taxCode: A1, rate: 19, direction: output }
  - { taxCode: V7, rate: 7.7, direction: input }
assignments:
  - { kind: product-sale, marketplace: any, glAccount: 41000000, profitCenter: default, text: Sales }
  - { kind: product-sale, marketplace: amazon.DE, glAccount: 41000001, profitCenter: PCX, taxCode: A1, text: Sales DE }
  - { kind: product-sale, marketplace: Amazon.de, validFrom: 2027-01-01, glAccount: 41000002, text: Sales DE 2027 }
  - { kind: fba-storage-fee, marketplace: any, glAccount: 0065004100, costCenter: default, taxCode: none, text: Storage }
  - { kind: fba-storage-fee, marketplace: Amazon.com }
balances:
  - { purpose: payout, marketplace: any, glAccount: 12509400, text: Payout }
  - { purpose: closing-debt, marketplace: any, glAccount: 21009200, text: Debt }
  - { purpose: carry-forward, marketplace: any, glAccount: 12509800, text: Carry-forward }
  - { purpose: cross-company, marketplace: any, glAccount: 12509900, text: Between companies }
`;

const on = parseLocalDate('2026-06-30');
const read = (text: string) => readAccountTable({ name: 'table.yaml', text });

function problemOf(text: string): Problem {
  try {
    read(text);
  } catch (thrown) {
    if (isProblem(thrown)) return thrown;
    throw thrown;
  }
  throw new Error('the table was accepted');
}

describe('a valid table', () => {
  const table = read(VALID);

  it('keeps the text as read and its digest', () => {
    expect(table).toMatchObject({ name: 'table.yaml', text: VALID, sha256: sha256Of(VALID) });
  });

  it('a row for the marketplace wins over a row for any, and its name is compared without case', () => {
    expect(table.assign('product-sale', 'AMAZON.de', on)?.glAccount).toBe('41000001');
    expect(table.assign('product-sale', 'Amazon.com', on)?.glAccount).toBe('41000000');
  });

  it('the latest row that has begun holds, from its first day', () => {
    expect(table.assign('product-sale', 'Amazon.de', parseLocalDate('2026-12-31'))?.glAccount).toBe('41000001');
    expect(table.assign('product-sale', 'Amazon.de', parseLocalDate('2027-01-01'))?.glAccount).toBe('41000002');
  });

  it('a row for the marketplace that has not begun leaves the row for any in force', () => {
    const later = VALID.replace(
      'marketplace: amazon.DE, glAccount',
      'marketplace: amazon.DE, validFrom: 2026-12-01, glAccount',
    );
    expect(read(later).assign('product-sale', 'Amazon.de', on)?.glAccount).toBe('41000000');
  });

  it('default takes the cost object of the marketplace', () => {
    expect(table.assign('fba-storage-fee', 'Amazon.de', on)).toEqual({
      glAccount: '0065004100',
      costCenter: 'CCDE',
      profitCenter: null,
      taxCode: null,
      text: 'Storage',
    });
    expect(table.assign('product-sale', 'Amazon.com', on)).toMatchObject({ costCenter: null, profitCenter: 'PCUS' });
    expect(table.assign('product-sale', 'Amazon.de', on)).toMatchObject({ profitCenter: 'PCX', taxCode: 'A1' });
  });

  it('a row without an account takes the assignment away; a kind without a row has none', () => {
    expect(table.assign('fba-storage-fee', 'Amazon.com', on)).toBeUndefined();
    expect(table.assign('referral-fee', 'Amazon.de', on)).toBeUndefined();
    expect(table.assign('product-sale', 'Amazon.fr', on)).toBeUndefined();
  });

  it('other names of a store and of its orders from other channels lead to its row', () => {
    expect(table.marketplace('Non-Amazon DE')?.name).toBe('Amazon.de');
    expect(table.marketplace('Non-Amazon')?.name).toBe('Non-Amazon');
    expect(table.marketplace('Non-Amazon CA')?.name).toBe('Non-Amazon');
    expect(table.marketplace('SI CA Prod Marketplace')).toBeUndefined();
    expect(table.marketplaceOfCurrency(parseCurrencyCode('EUR'))?.name).toBe('Amazon.de');
    expect(table.marketplaceOfCurrency(parseCurrencyCode('USD'))).toBeUndefined();
  });

  it('numbers stay the text that was written, and rates are exact', () => {
    expect(table.companyCode('0001' as CompanyCode)?.timeZone).toBe('Europe/Berlin');
    expect(table.companyCode('1' as CompanyCode)).toBeUndefined();
    expect(table.companyCodes().map((row) => row.fiscalYear)).toEqual(['calendar', 'shifted']);
    expect(table.taxCode('A1', parseLocalDate('2026-11-23'))).toEqual({
      taxCode: 'A1',
      validFrom: null,
      rate: 1900n,
      direction: 'output',
    });
    expect(table.taxCode('V7', parseLocalDate('2026-11-23'))?.rate).toBe(770n);
  });
});

/** What is written, what it is replaced by, and what the problem says. */
const FAULTS: readonly (readonly [rule: string, from: string, to: string, says: RegExp])[] = [
  [
    'an unknown section',
    'taxCodes:',
    'taxcodes:',
    /section taxcodes is not known; did you mean taxCodes or companyCodes\?/,
  ],
  ['a missing section', 'taxCodes:', 'taxcodes:', /section taxCodes is missing/],
  [
    'an unknown column',
    'fiscalYear: calendar',
    'fiscalyear: calendar',
    /column fiscalyear is not known; did you mean fiscalYear\?/,
  ],
  ['a missing column', ', fiscalYear: calendar', '', /companyCodes\[0\]: fiscalYear is missing/],
  ['a key given twice', 'text: Storage', 'text: Storage, text: Stock', /this key is given twice/],
  ['a value that is a list', 'text: Storage', 'text: [Storage]', /text is a single value, written out/],
  [
    'an alias',
    'text: Sales }',
    'text: &sales Sales }\n  - { kind: closing-fee, marketplace: any, glAccount: 1, text: *sales }',
    /text is a single value, written out/,
  ],
  [
    'an account as a spreadsheet writes a number',
    'glAccount: 12509400',
    'glAccount: 1250940.0',
    /G\/L account 1250940\.0 is not written with letters and digits alone/,
  ],
  ['a code that is a negative number', 'documentType: SA', 'documentType: -1', /document type -1 is not in upper-case/],
  ['an empty value', 'glAccount: 12509400', 'glAccount: ', /glAccount is empty/],
  [
    'a section that is no list',
    'currencies:\n  - { currency: EUR, marketplace: Amazon.de }',
    'currencies: EUR',
    /section currencies is a list of rows/,
  ],
  [
    'a row that is no set of columns',
    '  - { currency: EUR, marketplace: Amazon.de }',
    '  - EUR',
    /a row is a set of columns/,
  ],
  ['an unknown time zone', 'Europe/Berlin', 'Europe/Bärlin', /"Europe\/Bärlin" is not a time zone/],
  [
    'a company code too long',
    'companyCode: US01, timeZone',
    'companyCode: US001, timeZone',
    /company code US001 has 5 characters; at most 4 fit/,
  ],
  [
    'a company code in lower case',
    'companyCode: US01, timeZone',
    'companyCode: us01, timeZone',
    /company code us01 is not in upper-case/,
  ],
  [
    'a company code twice',
    'companyCode: US01, timeZone',
    'companyCode: 0001, timeZone',
    /company code 0001 is already given in line 2/,
  ],
  [
    'a company code that is not defined',
    'name: Amazon.de, companyCode: 0001',
    'name: Amazon.de, companyCode: 0002',
    /company code 0002 is not in companyCodes; did you mean 0001/,
  ],
  [
    'a document type too long',
    'documentType: SA, fiscalYear: shifted',
    'documentType: SAX, fiscalYear: shifted',
    /document type SAX has 3 characters/,
  ],
  [
    'an unknown fiscal year',
    'fiscalYear: shifted',
    'fiscalYear: broken',
    /fiscalYear is calendar or shifted, not broken/,
  ],
  ['a marketplace twice', 'name: Amazon.com,', 'name: AMAZON.DE,', /marketplace amazon.de is already given in line 5/],
  [
    'a marketplace that is not defined',
    'marketplace: Amazon.com }',
    'marketplace: Amazon.fr }',
    /marketplace Amazon.fr is not in marketplaces/,
  ],
  ['an unknown currency', 'currency: EUR', 'currency: EURO', /EURO is not a currency code/],
  [
    'a currency twice',
    '  - { currency: EUR, marketplace: Amazon.de }',
    '  - { currency: EUR, marketplace: Amazon.de }\n  - { currency: EUR, marketplace: Amazon.com }',
    /currency EUR is already given in line 9/,
  ],
  ['a rate that is no percentage', 'rate: 19,', 'rate: 19.005,', /rate 19.005 is not a percentage/],
  ['a rate above 100', 'rate: 19,', 'rate: 100.01,', /rate 100.01 is not a percentage/],
  ['a tax code twice', 'taxCode: V7', 'taxCode: A1', /tax code A1 is already given/],
  [
    'a tax code that is not defined',
    'taxCode: A1, text',
    'taxCode: A2, text',
    /tax code A2 is not in taxCodes; did you mean A1/,
  ],
  [
    'an unknown kind',
    'kind: fba-storage-fee, marketplace: any',
    'kind: fba-storage-fees, marketplace: any',
    /fba-storage-fees is not a line kind; did you mean fba-storage-fee/,
  ],
  [
    'an assignment twice',
    'marketplace: Amazon.de, validFrom: 2027-01-01, ',
    'marketplace: Amazon.de, ',
    /the assignment of product-sale for amazon.de is already given in line 15/,
  ],
  ['a date that does not exist', '2027-01-01', '2027-02-29', /"2027-02-29" is not a calendar day/],
  ['an account too long', '0065004100', '00065004100', /G\/L account 00065004100 has 11 characters; at most 10 fit/],
  ['a missing account', 'glAccount: 0065004100, ', '', /glAccount is missing/],
  ['a missing text', ', text: Storage', '', /text is missing/],
  [
    'a cost centre too long',
    'costCenter: CCDE',
    'costCenter: COSTCENTERDE',
    /cost centre COSTCENTERDE has 12 characters; at most 10 fit/,
  ],
  [
    'a profit centre too long',
    'profitCenter: PCX',
    'profitCenter: PROFITCENTERX',
    /profit centre PROFITCENTERX has 13 characters/,
  ],
  [
    'both cost objects',
    'costCenter: default, taxCode: none',
    'costCenter: default, profitCenter: PC1, taxCode: none',
    /costCenter default and profitCenter PC1 are both set/,
  ],
  ['a text too long', 'text: Storage', `text: ${'x'.repeat(51)}`, /text has 51 characters; at most 50 fit/],
  ['a text with a line break', 'text: Storage', 'text: "Storage\\nfee"', /text has a line break/],
  [
    'a default that the marketplace does not have',
    'costCenter: CCDE, ',
    '',
    /marketplace Amazon.de has no costCenter, which 1 row\(s\) take by default/,
  ],
  [
    'an unknown purpose',
    'purpose: payout',
    'purpose: payouts',
    /purpose is payout or closing-debt or carry-forward or cross-company.*, not payouts/,
  ],
  ['a purpose without an account', 'purpose: payout', 'purpose: payouts', /no account for payout in any marketplace/],
  [
    'a purpose without an account in one marketplace',
    'purpose: payout, marketplace: any',
    'purpose: payout, marketplace: Amazon.de',
    /no account for payout in Amazon.com, Non-Amazon/,
  ],
  [
    'a purpose that begins later',
    'purpose: payout, marketplace: any',
    'purpose: payout, marketplace: any, validFrom: 2027-01-01',
    /no account for payout/,
  ],
];

describe('a table with a fault is refused', () => {
  it.each(FAULTS)('%s', (_rule, from, to, says) => {
    expect(VALID).toContain(from);
    const problem = problemOf(VALID.replace(from, to));
    expect(problem).toMatchObject({ code: 'MAPPING_INVALID', kind: 'invalid' });
    expect(problem.data).toMatch(says);
  });

  it('control: the table without any of these faults is accepted', () => {
    expect(() => read(VALID)).not.toThrow();
  });

  it('text that is not YAML, or not an account table, is refused', () => {
    expect(problemOf('companyCodes: [').data).toMatch(/^1:\d+ file: .*\]\)$/);
    expect(problemOf('').data).toContain('an account table is a set of named sections');
    expect(problemOf('- 1\n- 2\n').data).toContain('an account table is a set of named sections');
  });

  it('of a line that is not YAML only that line is told, as it is written, and no list is endless', () => {
    const { data, says } = problemOf(`stray line\n${VALID}`);
    expect(data?.split('\n')).toHaveLength(1);
    expect(data).toMatch(/^[12]:\d+ file: this line, or the one before it, is not written as YAML wants it: "/);
    expect(says).toContain('has 1 problem;');
    const many = problemOf(VALID.replaceAll('glAccount:', 'glAcount:').concat('  - { x: y }\n'.repeat(40)));
    expect(many.data?.split('\n')).toHaveLength(21);
    expect(many.data).toMatch(/and \d+ more$/);
  });

  it('a file far too large is refused before it is read', () => {
    expect(problemOf(' '.repeat(ACCOUNT_TABLE_BYTES_MAX + 1)).data).toContain(
      `at most ${ACCOUNT_TABLE_BYTES_MAX} are read`,
    );
  });

  it('one mistake is reported once, at its line and column', () => {
    const problem = problemOf(
      VALID.replace('kind: fba-storage-fee, marketplace: any', 'kind: storage, marketplace: any'),
    );
    expect(problem.says).toBe(
      'The account table table.yaml has 1 problem; the first is in line 17: storage is not a line kind; did you mean ' +
        'awd-storage-fee, fba-aged-storage-fee or fba-storage-fee?.',
    );
    expect(problem.where).toEqual({ file: 'table.yaml', row: 17, column: '13', path: 'assignments[3].kind' });
    expect(problem.next).toContain('seller-ledger mapping check table.yaml');
  });

  it('all problems of a file are listed together, in the order of the file', () => {
    const broken = FAULTS.filter(([rule]) => /time zone|too long$|date that/.test(rule)).reduce(
      (text, [, from, to]) => text.replace(from, to),
      VALID,
    );
    const lines = problemOf(broken).data?.split('\n') ?? [];
    expect(lines.length).toBeGreaterThanOrEqual(7);
    const places = lines.map((line) => Number(line.split(':')[0]));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });
});

describe('customers', () => {
  const withCustomer = VALID.replace('profitCenter: PCDE }', 'profitCenter: PCDE, customer: 1000123 }')
    .replace('profitCenter: PCUS }', 'profitCenter: PCUS, customer: AMZ-US }')
    .replace(
      'purpose: payout, marketplace: any, glAccount: 12509400,',
      'purpose: payout, marketplace: Amazon.de, glAccount: 12100000, customer: default, text: Payout }\n  - { purpose: payout, marketplace: any, glAccount: 12100000, customer: 0000777,',
    )
    .replace(
      'documentType: SA, fiscalYear: calendar',
      'documentType: SA, documentTypeWithCustomer: DR, fiscalYear: calendar',
    );
  const change = (from: string, to: string) => {
    expect(withCustomer).toContain(from);
    return problemOf(withCustomer.replace(from, to)).data;
  };

  it('are named by a row, or are the marketplace’s own by default, and other rows have none', () => {
    const table = read(withCustomer);
    expect(table.assign('payout', 'Amazon.de', on)).toMatchObject({ glAccount: '12100000', customer: '1000123' });
    expect(table.assign('payout', 'Amazon.com', on)?.customer).toBe('0000777');
    expect(table.assign('closing-debt', 'Amazon.de', on)).not.toHaveProperty('customer');
    expect(table.companyCode('0001' as CompanyCode)?.documentTypeWithCustomer).toBe('DR');
    expect(table.companyCode('US01' as CompanyCode)).not.toHaveProperty('documentTypeWithCustomer');
  });

  it('may be switched off by none', () => {
    const table = read(withCustomer.replace('customer: default', 'customer: none'));
    expect(table.assign('payout', 'Amazon.de', on)).not.toHaveProperty('customer');
  });

  it('may take balances and what stands on the bill of an order, and nothing else', () => {
    const allow = (kind: string) => {
      const row = `  - { kind: ${kind}, marketplace: any, glAccount: 12100000, customer: 1000123, text: Open item }\nbalances:`;
      return () => read(VALID.replace(/.*kind: (?:product-sale|fba-storage-fee).*\n/g, '').replace('balances:', row));
    };
    for (const kind of ['reserve-held', 'opening-debt', 'payout-returned', 'product-sale', 'product-refund']) {
      expect(allow(kind), kind).not.toThrow();
    }
    expect(allow('sales-tax-collected')).not.toThrow();
    for (const kind of ['referral-fee', 'advertising', 'inventory-reimbursement', 'amazon-fee-tax', 'restocking-fee']) {
      expect(allow(kind), kind).toThrow(expect.objectContaining({ code: 'MAPPING_INVALID' }));
    }
  });

  it.each([
    [
      'glAccount: 12100000, customer: default',
      'glAccount: 12100000, customer: default, costCenter: X',
      'a line of a customer takes no costCenter',
    ],
    [
      'glAccount: 12100000, customer: default',
      'glAccount: 12100000, customer: default, taxCode: A1',
      'a line of a customer takes no costCenter',
    ],
    ['customer: 0000777', 'customer: 12345678901', 'customer 12345678901 has 11 characters; at most 10 fit'],
    ['customer: 0000777', 'customer: amz', 'customer amz is not in upper-case letters and digits'],
    [
      'customer: 0000777',
      'customer: default',
      'marketplace Non-Amazon has no customer, which 1 row(s) take by default',
    ],
    ['customer: 1000123', 'customer: default', 'customer of a marketplace is a number, or none'],
    ['customer: 1000123', 'customer: none', 'marketplace Amazon.de has no customer, which 1 row(s) take by default'],
    [
      'purpose: cross-company, marketplace: any,',
      'purpose: cross-company, marketplace: any, customer: 1,',
      'cross-company cannot go to a customer',
    ],
    [
      'kind: fba-storage-fee, marketplace: Amazon.com',
      'kind: fba-storage-fee, marketplace: Amazon.com, customer: 1',
      'glAccount is missing',
    ],
    ['documentTypeWithCustomer: DR', 'documentTypeWithCustomer: DRX', 'document type DRX has 3 characters'],
  ])('are refused where SAP would refuse them: %s → %s', (from, to, says) => {
    expect(change(from, to)).toContain(says);
  });
});
