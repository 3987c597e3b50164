import { describe, expect, it } from 'vitest';
import { viewBalances, viewLedger } from '../../sim/sap/index.ts';
import {
  createWorld,
  entryXml,
  isSharedPresent,
  post,
  readConfirmation,
  readShared,
  type TestEntry,
  type TestLine,
  twoLines,
} from './sim-sap-kit.ts';

const clearing: TestLine = { gl: '11001000', amount: '10.00', code: 'S' };
const revenue: TestLine = { gl: '41000000', amount: '-10.00', code: 'H', profitCenter: 'YB101' };

/** Posts to a fresh world and returns the reasons without the heading line. */
function reasonsFor(entry: TestEntry, options: Parameters<typeof createWorld>[0] = {}): readonly string[] {
  const world = createWorld(options);
  const { accountingDocument, companyCode, fiscalYear, maximumSeverity, log } = readConfirmation(
    post(world, entryXml(entry)),
  );
  expect({ accountingDocument, companyCode, fiscalYear, maximumSeverity, booked: world.documents.length }).toEqual({
    accountingDocument: ' ',
    companyCode: ' ',
    fiscalYear: '0000',
    maximumSeverity: '3',
    booked: 0,
  });
  expect(log[0]).toBe('609(RW): Error in document: BKPFF $ 0MPSPD1');
  return log.slice(1);
}

describe('a journal entry', () => {
  it('that is right is booked under the next number of its company code and year', () => {
    const world = createWorld();
    expect(readConfirmation(post(world, entryXml()))).toEqual({
      accountingDocument: '0100000000',
      companyCode: '1010',
      fiscalYear: '2026',
      maximumSeverity: '1',
      log: ['605(RW): Document posted successfully: BKPFF 010000000010102026 0MPSPD1'],
    });
    expect(readConfirmation(post(world, entryXml({ date: '2025-03-01' }))).accountingDocument).toBe('0100000000');
    expect(readConfirmation(post(world, entryXml())).accountingDocument).toBe('0100000001');
  });

  it('comes back with the ids of the message and of the entry', () => {
    const body = String(post(createWorld(), entryXml({ id: 'KEY-7' })).body);
    expect([...body.matchAll(/<ReferenceID>(.*?)<\/ReferenceID>/g)].map((match) => match[1])).toEqual([
      'KEY-7',
      'KEY-7-001',
    ]);
  });

  it('sent twice is booked twice: SAP has no duplicate check', () => {
    const world = createWorld();
    post(world, entryXml());
    post(world, entryXml());
    expect(viewLedger(world).map((document) => document.documentReferenceId)).toEqual(['AMZ-1', 'AMZ-1']);
    expect(viewBalances(world)).toEqual([
      { companyCode: '1010', glAccount: '0011001000', currency: 'EUR', balance: '238.00' },
      { companyCode: '1010', glAccount: '0041000000', currency: 'EUR', balance: '-238.00' },
    ]);
  });

  it('takes account and cost centre numbers with or without leading zeros', () => {
    const world = createWorld();
    const fee: TestLine = { gl: '61000000', amount: '3.00', costCenter: '10101101', assignment: 'A' };
    post(world, entryXml({ lines: [fee, { gl: '11001000', amount: '-3.00' }] }));
    post(
      world,
      entryXml({
        lines: [
          { ...fee, gl: '0061000000', costCenter: '0010101101' },
          { gl: '0011001000', amount: '-3.00' },
        ],
      }),
    );
    const [first, second] = viewLedger(world).map((document) => document.lines);
    expect(second).toEqual(first);
    expect(first![0]).toMatchObject({
      glAccount: '0061000000',
      costCenter: '0010101101',
      profitCenter: 'YB101',
      debitCreditCode: 'S',
    });
  });

  it('counts tax lines in its balance', () => {
    const world = createWorld();
    const lines: TestLine[] = [
      { gl: '11001000', amount: '1190.00' },
      { gl: '41000000', amount: '-1000.00', profitCenter: 'YB101', tax: 'A1', group: '1' },
      { tax: 'A1', group: '1', amount: '-190.00', base: '-1000.00' },
    ];
    expect(readConfirmation(post(world, entryXml({ lines }))).maximumSeverity).toBe('1');
    expect(viewLedger(world)[0]!.lines[2]).toMatchObject({
      glAccount: '0022000000',
      isTaxLine: true,
      taxCode: 'A1',
      taxBase: '-1000.00',
    });
    expect(viewLedger(world)[0]!.totals).toEqual([{ currency: 'EUR', debit: '1190.00', credit: '1190.00' }]);
    expect(reasonsFor({ lines: lines.map((line) => (line.gl ? line : { ...line, amount: '-190.01' })) })).toEqual([
      '033(RW): Balance in transaction currency is not zero (EUR -0.01)',
    ]);
  });

  it.each<[string, TestEntry, readonly string[]]>([
    [
      'that does not balance',
      { lines: [clearing, { ...revenue, amount: '-9.99' }] },
      ['033(RW): Balance in transaction currency is not zero (EUR 0.01)'],
    ],
    [
      'with an unknown account',
      { lines: [clearing, { ...revenue, gl: '99999999' }] },
      [
        '507(F5): G/L account 99999999 is not defined in chart of accounts YCOA',
        '004(FH): Account 99999999 does not exist in chart of accounts YCOA',
      ],
    ],
    [
      'with a blocked account',
      { lines: [clearing, { gl: '65000000', amount: '-10.00' }] },
      ['350(F5): Account 0065000000 1010 is blocked for posting'],
    ],
    [
      'with an account of another company code',
      { lines: [clearing, { gl: '66000000', amount: '-10.00' }] },
      ['155(F5): Account 0066000000 does not exist in company code 1010'],
    ],
    [
      'without a cost object on profit and loss',
      { lines: [clearing, { gl: '41000000', amount: '-10.00' }] },
      ['235(KI): Account 0041000000 requires an assignment to a CO object'],
    ],
    [
      'without a field that the account requires',
      { lines: [clearing, { gl: '61000000', amount: '-10.00', profitCenter: 'YB101' }] },
      [
        '808(F5): Field CostCenter is a required field for G/L account 1010 0061000000',
        '808(F5): Field AssignmentReference is a required field for G/L account 1010 0061000000',
      ],
    ],
    [
      'with an unknown cost centre',
      { lines: [clearing, { ...revenue, costCenter: 'NONE' }] },
      ['265(KI): Cost center A000/NONE does not exist on 2026-11-14'],
    ],
    [
      'with a cost centre that has ended',
      { lines: [clearing, { ...revenue, costCenter: 'OLD' }] },
      ['265(KI): Cost center A000/OLD does not exist on 2026-11-14'],
    ],
    [
      'with a blocked cost centre',
      { lines: [clearing, { ...revenue, costCenter: 'LOCKED' }] },
      ['234(KI): Cost center A000/LOCKED is blocked against direct postings of primary costs on 2026-11-14'],
    ],
    [
      'with a cost centre of another company code',
      { lines: [clearing, { ...revenue, costCenter: 'CC1000' }] },
      ['222(KI): Cost center A000/CC1000 belongs to company code 1000'],
    ],
    [
      'with an unknown profit centre',
      { lines: [clearing, { ...revenue, profitCenter: 'NONE' }] },
      ['-: Profit center A000/NONE does not exist on 2026-11-14'],
    ],
    [
      'with an unknown tax code',
      { lines: [clearing, { ...revenue, tax: 'Z9' }, { tax: 'Z9', amount: '0.00' }] },
      ['753(FF): Tax code Z9 in procedure TAXDE is invalid', '753(FF): Tax code Z9 in procedure TAXDE is invalid'],
    ],
    [
      'with a tax code but no tax line',
      { lines: [clearing, { ...revenue, tax: 'A0', group: '1' }] },
      ['805(FF): Tax statement item missing for tax code A0'],
    ],
    [
      'with a tax line of another group',
      { lines: [clearing, { ...revenue, tax: 'A0', group: '1' }, { tax: 'A0', group: '2', amount: '0.00' }] },
      ['805(FF): Tax statement item missing for tax code A0'],
    ],
    [
      'without a condition type on its tax line',
      { lines: [clearing, { ...revenue, tax: 'A0' }, { tax: 'A0', amount: '0.00', condition: '' }] },
      ['-: KSCHL is empty (tax code A0)'],
    ],
    [
      'without the tax code that the account demands',
      { lines: [clearing, { gl: '67000000', amount: '-10.00' }] },
      ['286(F5): Enter a tax code for account 0067000000 1010'],
    ],
    [
      'with a line of nought',
      { lines: [clearing, revenue, { gl: '11001000', amount: '0.00' }] },
      ['001(FINS_FI_POSTING_IF): Amount in transaction currency is missing in item 3'],
    ],
    [
      'whose sign and code differ',
      { lines: [{ ...clearing, code: 'H' }, revenue] },
      ['-: Sign of the amount and debit/credit code H differ in item 1; document type SA allows no negative posting'],
    ],
    [
      'with decimals that the currency has not',
      {
        lines: [
          { ...clearing, amount: '1000.5', currency: 'JPY' },
          { ...revenue, amount: '-1000.5', currency: 'JPY' },
        ],
      },
      [
        '003(FINS_FI_POSTING_IF): Amount 1000.5 has more decimals than JPY (item 1)',
        '003(FINS_FI_POSTING_IF): Amount -1000.5 has more decimals than JPY (item 2)',
      ],
    ],
    [
      'with a currency that does not exist',
      {
        lines: [
          { ...clearing, currency: 'EUX' },
          { ...revenue, currency: 'EUX' },
        ],
      },
      [
        '002(FINS_FI_POSTING_IF): Currency EUX is not valid (1)',
        '002(FINS_FI_POSTING_IF): Currency EUX is not valid (2)',
      ],
    ],
    [
      'in two currencies',
      { lines: [clearing, revenue, { ...clearing, currency: 'USD' }, { ...revenue, currency: 'USD' }] },
      ['004(FINS_FI_POSTING_IF): Transaction currencies differ: EUR, USD'],
    ],
    ['in an unknown company code', { companyCode: '9999' }, ['-: Company code 9999 does not exist']],
    ['of an unknown type', { type: 'ZZ' }, ['-: Document type ZZ is not defined']],
    ['of an unknown reference type', { referenceType: 'VBRK' }, ['-: FI/CO interface: Object type VBRK not defined']],
    ['without lines', { lines: [] }, ['-: No item information transferred into Accounting']],
    [
      'for an unknown customer',
      { type: 'DR', lines: [{ customer: '1', amount: '10.00' }, revenue] },
      ['102(F5): Customer 1 is not defined in company code 1010'],
    ],
    [
      'for two one-time customers',
      {
        type: 'DR',
        lines: [
          revenue,
          revenue,
          { customer: '0010CPD001', oneTime: true, amount: '10.00' },
          { customer: '0010CPD001', oneTime: true, amount: '10.00' },
        ],
      },
      ['022(FINS_FI_POSTING_IF): Only 1 one-time customer per journal entry is allowed'],
    ],
    [
      'for a customer under a type for suppliers',
      { type: 'KR', lines: [{ customer: '4711', amount: '10.00' }, revenue] },
      ['204(F5): Account type D is not allowed for doc. type KR'],
    ],
  ])('%s is refused with the reason', (_what, entry, reasons) => {
    expect(reasonsFor(entry)).toEqual(reasons);
  });

  it('of a thousand lines is refused, of 999 it is booked; tax lines count', () => {
    const lines = Array.from({ length: 499 }, () => [clearing, revenue]).flat();
    const tax: TestLine = { tax: 'A0', amount: '0.00' };
    expect(reasonsFor({ lines: [...lines, tax, tax] })).toEqual(['727(F5): Maximum number of items in FI reached']);
    const world = createWorld();
    expect(readConfirmation(post(world, entryXml({ lines: [...lines, tax] }))).maximumSeverity).toBe('1');
    expect(viewLedger(world)[0]!.lines).toHaveLength(999);
  });

  it('in a closed period is refused until the period is opened', () => {
    const world = createWorld();
    world.closedPeriods.add('1010/2026-011');
    expect(readConfirmation(post(world, entryXml())).log[1]).toBe('201(F5): Posting period 011 2026 is not open');
    expect(readConfirmation(post(world, entryXml({ date: '2026-12-01' }))).maximumSeverity).toBe('1');
    world.closedPeriods.clear();
    expect(readConfirmation(post(world, entryXml())).maximumSeverity).toBe('1');
    const openPeriods = [{ from: '2026-010', to: '2026-010' }];
    expect(reasonsFor({}, { openPeriods })).toEqual(['201(F5): Posting period 011 2026 is not open']);
  });

  it('of an Indian company belongs to the fiscal year that began in April, and needs tax date and profit centre', () => {
    const lines: TestLine[] = twoLines.map((line) => ({ ...line, currency: 'INR', profitCenter: 'YB101' }));
    const post1510 = (date: string) => {
      const world = createWorld();
      post(world, entryXml({ companyCode: '1510', date, taxDate: date, lines }));
      return viewLedger(world).map(({ fiscalYear, fiscalPeriod }) => `${fiscalYear}/${fiscalPeriod}`)[0];
    };
    expect([post1510('2026-03-31'), post1510('2026-04-01')]).toEqual(['2025/012', '2026/001']);
    expect(reasonsFor({ companyCode: '1510', lines })).toEqual(['-: Tax date has to be filled from caller']);
    expect(
      reasonsFor({
        companyCode: '1510',
        taxDate: '2026-11-14',
        lines: [{ gl: '11001000', amount: '119.00', currency: 'INR' }, lines[1]!],
      }),
    ).toEqual(['201(GLT2): Balancing field "Profit Center" in line item 1 not filled']);
  });

  it('in a foreign currency balances in the company’s currency too, whatever the rounding', () => {
    const world = createWorld({ exchangeRates: [{ from: 'EUR', to: 'USD', rate: '3' }] });
    const part: TestLine = { gl: '41000000', amount: '-0.01', currency: 'USD', profitCenter: 'YB101' };
    post(
      world,
      entryXml({ lines: [{ gl: '11001000', amount: '0.05', currency: 'USD' }, part, part, part, part, part] }),
    );
    const amounts = viewLedger(world)[0]!.lines.map((line) => line.companyCodeAmount);
    expect(amounts).toEqual(['0.00', '0.00', '0.00', '0.00', '0.00', '0.00']);
    post(
      world,
      entryXml({
        lines: [
          { gl: '11001000', amount: '10.00', currency: 'USD' },
          { ...part, amount: '-5.00' },
          { ...part, amount: '-5.00' },
        ],
      }),
    );
    expect(viewLedger(world)[1]!.lines.map((line) => line.companyCodeAmount)).toEqual(['3.34', '-1.67', '-1.67']);
    const lines = twoLines.map((line) => ({ ...line, currency: 'USD' }));
    expect(reasonsFor({ lines }, { exchangeRates: [] })).toEqual([
      '-: Enter rate USD / EUR rate type M for 2026-11-14 in the system settings',
    ]);
  });
});

describe('a reversal', () => {
  it('mirrors the document, once', () => {
    const world = createWorld();
    post(world, entryXml());
    const reverses = '010000000010102026';
    expect(readConfirmation(post(world, entryXml({ reverses, date: '2026-11-23' }))).accountingDocument).toBe(
      '0100000001',
    );
    const [original, reversal] = viewLedger(world);
    expect(original).toMatchObject({ reversedBy: '010000000110102026', reverses: '' });
    expect(reversal).toMatchObject({ reversedBy: '', reverses, reversalReason: '01', postingDate: '2026-11-23' });
    expect(viewBalances(world).map((row) => row.balance)).toEqual(['0.00', '0.00']);
    const again = readConfirmation(post(world, entryXml({ reverses, date: '2026-11-23' })));
    expect(again.log.slice(1)).toEqual(['-: Document was already reversed']);
    expect(world.documents).toHaveLength(2);
  });

  it('of an unknown document, in a closed period, or with lines is refused', () => {
    const world = createWorld();
    post(world, entryXml());
    const reasons = (entry: TestEntry) => readConfirmation(post(world, entryXml(entry))).log.slice(1);
    expect(reasons({ reverses: '010000009910102026' })).toEqual([
      '-: Document 010000009910102026 does not exist in company code 1010',
    ]);
    expect(reasons({ reverses: '010000000010102026', lines: twoLines })).toEqual([
      '-: A reversal carries no line items',
    ]);
    world.closedPeriods.add('1010/2026-011');
    expect(reasons({ reverses: '010000000010102026' })).toEqual(['201(F5): Posting period 011 2026 is not open']);
    expect(world.documents).toHaveLength(1);
  });
});

describe.skipIf(!isSharedPresent)('the reference samples (skipped without ../shared)', () => {
  const sample = (name: string): string => readShared(`samples/sap/${name}`);

  it.each([
    '01_je_request_gl_two_lines.REAL.xml',
    '05_je_request_settlement.CONSTRUCTED.xml',
    '06_je_request_debtor_onetime.CONSTRUCTED.xml',
  ])('%s is booked', (name) => {
    const world = createWorld();
    expect(readConfirmation(post(world, sample(name))).log).toEqual([
      expect.stringMatching(/^605\(RW\): Document posted successfully: BKPFF 0100000000/),
    ]);
    expect(viewLedger(world)[0]!.totals[0]!.debit).toBe(viewLedger(world)[0]!.totals[0]!.credit);
  });

  it('07, a reversal, reverses the document it names', () => {
    const world = createWorld();
    for (let booked = 0; booked < 9; booked += 1) post(world, entryXml());
    expect(readConfirmation(post(world, sample('07_je_request_reversal.CONSTRUCTED.xml'))).accountingDocument).toBe(
      '0100000009',
    );
    expect(viewLedger(world)[8]).toMatchObject({ accountingDocument: '0100000008', reversedBy: '010000000910102026' });
  });

  it('02, a booked document, has the elements of our answer, in the same order', () => {
    expect(shapeOf(String(post(createWorld(), entryXml()).body))).toEqual(
      shapeOf(sample('02_je_response_success_soap11.REAL.xml')),
    );
  });

  it('03, a refused document, has the elements of our answer, in the same order', () => {
    const lines: TestLine[] = [clearing, { ...revenue, gl: '99999999' }];
    const ours = shapeOf(String(post(createWorld(), entryXml({ lines })).body).replace(/<WebURI>.*?<\/WebURI>/g, ''));
    const real = shapeOf(sample('03_je_response_error_soap12.REAL-SHAPE.xml').replaceAll('env:', 'soap-env:'));
    const item = ['Item', 'TypeID', '/TypeID', 'SeverityCode', '/SeverityCode', 'Note', '/Note', '/Item'].join(' ');
    const once = (shape: readonly string[]): string => shape.join(' ').replace(new RegExp(`(?:${item} )+`), `${item} `);
    expect(once(ours)).toBe(once(real));
  });

  it('04, a fault, has the elements of our answer', () => {
    expect(shapeOf(String(post(createWorld(), '<x/>').body))).toEqual(
      shapeOf(sample('04_soap_fault_http500.REAL.xml')),
    );
  });
});

/** The tags of a document in order, without attributes; the sender's system may be named or not. */
function shapeOf(xml: string): readonly string[] {
  return [
    ...xml.replace(/<SenderBusinessSystemID>.*?<\/SenderBusinessSystemID>/g, '').matchAll(/<(\/?[\w:-]+)[^>]*?(\/?)>/g),
  ].map(([, name = '', empty = '']) => name + empty);
}
