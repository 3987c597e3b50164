import { describe, expect, it } from 'vitest';
import type { EntryMessage } from '../app/index.ts';
import { type CurrencyCode, type LocalDate, money, type Uuid } from '../core/index.ts';
import type { CompanyCode, GlAccount, JournalEntry, JournalLine, PostingKey } from '../ledger/index.ts';
import { type EncodeSettings, encodeJournalEntry, isReversedBySap } from './encode-entry.ts';
import { serviceOfRelease } from './service-definition.ts';

const EUR = 'EUR' as CurrencyCode;
const settings: EncodeSettings = {
  createdByUser: 'AMZ_POST',
  taxDirectionOf: (code) => ({ A1: 'output' as const, A0: 'output' as const, V1: 'input' as const })[code],
  service: serviceOfRelease('2024'),
};
const oldSettings: EncodeSettings = { ...settings, service: serviceOfRelease('2020') };

function line(minor: bigint, change: Partial<JournalLine> = {}): JournalLine {
  return {
    kind: 'payout',
    glAccount: '11001000' as GlAccount,
    costCenter: null,
    profitCenter: null,
    taxCode: null,
    tax: null,
    amount: money(EUR, minor),
    text: 'Amazon clearing',
    buckets: [],
    ...change,
  };
}

const taxed = (taxCode: string, base: bigint, tax: bigint, change: Partial<JournalLine> = {}) =>
  line(base + tax, { taxCode, tax: { taxCode, base: money(EUR, base), amount: money(EUR, tax) }, ...change });

function message(lines: readonly JournalLine[], change: Partial<JournalEntry> = {}): EntryMessage {
  return {
    entry: {
      postingKey: 'AMZABCDEFGHIJKLM' as PostingKey,
      companyCode: '1010' as CompanyCode,
      documentType: 'SA',
      documentDate: '2026-11-13' as LocalDate,
      postingDate: '2026-11-14' as LocalDate,
      currency: EUR,
      headerText: 'AMZ 1-14.11.26',
      headerReference: '11223344556677889900',
      part: 1,
      partCount: 1,
      lines,
      ...change,
    },
    messageId: 'AMZABCDEFGHIJKLM',
    messageUuid: '11111111-1111-8111-8111-111111111111' as Uuid,
    entryMessageUuid: '22222222-2222-8222-8222-222222222222' as Uuid,
    createdAt: '2026-11-23T07:00:00.123Z',
  };
}

const encode = (lines: readonly JournalLine[], change: Partial<JournalEntry> = {}) =>
  encodeJournalEntry(message(lines, change), settings);

/** Every value of that element, in order. */
function valuesOf(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}(?: [^>]*)?>([^<]*)</${name}>`, 'g'))].map((match) => match[1] ?? '');
}

describe('the journal entry message', () => {
  it('is this text for this entry', () => {
    const lines = [
      line(107100n),
      taxed('A1', -100000n, -19000n, { glAccount: '41000000' as GlAccount, profitCenter: 'YB101', text: 'Sales' }),
      line(11900n, { glAccount: '65001100' as GlAccount, costCenter: '10101101', text: 'Fees <&> "more"' }),
    ];
    expect(encode(lines)).toBe(GOLDEN);
  });

  it('is the same text for the same message, and control: another creation time is another text', () => {
    const lines = [line(1n), line(-1n)];
    expect(encode(lines)).toBe(encode(lines));
    const later = { ...message(lines), createdAt: '2026-11-23T07:00:01Z' };
    expect(encodeJournalEntry(later, settings)).not.toBe(encode(lines));
  });

  it('leaves out lines without an amount and numbers the rest without a gap', () => {
    const xml = encode([line(0n), line(5n), line(0n), line(-5n)]);
    expect(valuesOf(xml, 'ReferenceDocumentItem')).toEqual(['1', '2']);
    expect(valuesOf(xml, 'AmountInTransactionCurrency')).toEqual(['0.05', '-0.05']);
  });

  it('writes debit as a positive amount with S and credit as a negative one with H', () => {
    const xml = encode([line(5n), line(-5n)]);
    expect(valuesOf(xml, 'DebitCreditCode')).toEqual(['S', 'H']);
  });

  it.each([
    ['JPY', ['1234', '-1234']],
    ['EUR', ['12.34', '-12.34']],
    ['KWD', ['1.234', '-1.234']],
  ])('writes %s with the decimals of the currency', (code, amounts) => {
    const currency = code as CurrencyCode;
    const xml = encode([line(0n, { amount: money(currency, 1234n) }), line(0n, { amount: money(currency, -1234n) })], {
      currency,
    });
    expect(valuesOf(xml, 'AmountInTransactionCurrency')).toEqual(amounts);
    expect(xml).toContain(`currencyCode="${code}"`);
  });

  it('pads numeric keys to ten digits and leaves others alone', () => {
    const xml = encode([
      line(1n, { glAccount: '400000' as GlAccount, costCenter: '123' }),
      line(-1n, { glAccount: 'A400' as GlAccount, profitCenter: 'YB101' }),
    ]);
    expect(valuesOf(xml, 'GLAccount')).toEqual(['0000400000', 'A400']);
    expect(valuesOf(xml, 'CostCenter')).toEqual(['0000000123']);
    expect(valuesOf(xml, 'ProfitCenter')).toEqual(['YB101']);
  });

  it('cuts texts by characters, never inside of one, and the settlement id to 18 for the assignment', () => {
    const xml = encode([line(1n, { text: `${'ä'.repeat(49)}\u{1F4E6}` }), line(-1n, { text: 'x'.repeat(51) })], {
      headerText: 'ü'.repeat(26),
    });
    expect(valuesOf(xml, 'DocumentItemText')).toEqual(['ä'.repeat(49), 'x'.repeat(50)]);
    expect(valuesOf(xml, 'DocumentHeaderText')).toEqual(['ü'.repeat(25)]);
    expect(valuesOf(xml, 'AssignmentReference')).toEqual(['112233445566778899', '112233445566778899']);
    expect(valuesOf(xml, 'Reference1InDocumentHeader')).toEqual(['11223344556677889900']);
  });

  it('takes out what XML 1.0 forbids and leaves out an element that would be empty', () => {
    const xml = encode([line(1n, { text: 'a\u0000b\u0008c\ud800d\uffffe\tf' }), line(-1n, { text: ' \u0001 ' })]);
    expect(valuesOf(xml, 'DocumentItemText')).toEqual(['abcde f']);
    expect(xml).not.toMatch(/<(\w+)><\/\1>|<\w+\/>/);
  });
});

describe('included tax', () => {
  it('is a net item and a tax item of the same group and side: output MWS, input VST', () => {
    const xml = encode([taxed('A1', -100000n, -19000n), taxed('V1', 5000n, 950n), line(113050n)]);
    expect(valuesOf(xml, 'TaxItemGroup')).toEqual(['1', '2', '1', '2']);
    expect(valuesOf(xml, 'TaxItemClassification')).toEqual(['MWS', 'VST']);
    expect(valuesOf(xml, 'ConditionType')).toEqual(['MWAS', 'MWVS']);
    expect(valuesOf(xml, 'AmountInTransactionCurrency')).toEqual(['-1000.00', '50.00', '1130.50', '-190.00', '9.50']);
    expect(valuesOf(xml, 'TaxBaseAmountInTransCrcy')).toEqual(['-1000.00', '50.00']);
    expect(valuesOf(xml, 'DebitCreditCode')).toEqual(['H', 'S', 'S', 'H', 'S']);
  });

  it('of a tax code without a rate is a tax item of 0 on the whole line', () => {
    const xml = encode([line(-500n, { taxCode: 'A0' }), line(500n)]);
    expect(valuesOf(xml, 'AmountInTransactionCurrency')).toEqual(['-5.00', '5.00', '0.00']);
    expect(valuesOf(xml, 'TaxBaseAmountInTransCrcy')).toEqual(['-5.00']);
    expect(valuesOf(xml, 'DebitCreditCode')).toEqual(['H', 'S', 'H']);
  });

  it('of a code nobody described is refused, and control: control lines without it are not', () => {
    expect(() => encode([line(-5n, { taxCode: 'Q9' }), line(5n)])).toThrow(
      expect.objectContaining({ code: 'SAP_TAX_DIRECTION_UNKNOWN', kind: 'unmapped' }),
    );
    expect(() => encode([line(-5n), line(5n)])).not.toThrow();
  });

  it('that does not fit its line is a defect', () => {
    const tax = { taxCode: 'A1', base: money(EUR, -100n), amount: money(EUR, -18n) };
    expect(() => encode([line(-119n, { taxCode: 'A1', tax }), line(119n)])).toThrow(
      expect.objectContaining({ kind: 'defect' }),
    );
  });
});

describe('an entry that reverses another one', () => {
  const reversal = {
    postingKey: 'AMZBBBBBBBBBBBBB' as PostingKey,
    fiscalYear: '2026',
    sapDocumentNumber: '100000008',
    reason: '01',
  };
  const lines = [taxed('A1', 100000n, 19000n), line(-119000n)];
  const reverse = (change: Partial<JournalEntry> = {}, chosen = settings) =>
    encodeJournalEntry(message(lines, { reversal, ...change }), chosen);

  it('names the document by number, company code and year, and carries no items of its own', () => {
    const xml = reverse();
    expect(valuesOf(xml, 'ReversalReason')).toEqual(['01']);
    expect(valuesOf(xml, 'ReversalReferenceDocument')).toEqual(['010000000810102026']);
    expect(valuesOf(xml, 'DocumentReferenceID')).toEqual(['AMZABCDEFGHIJKLM']);
    expect(valuesOf(xml, 'PostingDate')).toEqual(['2026-11-14']);
    expect(xml).not.toMatch(/<(?:Item|ProductTaxItem|TaxDeterminationDate)>/);
  });

  it('is the mirror document where the service has no fields for it, and control: without them it is the same text', () => {
    expect(reverse({}, oldSettings)).toBe(encodeJournalEntry(message(lines), oldSettings));
    expect(reverse({}, oldSettings)).not.toContain('Reversal');
    expect(reverse()).not.toBe(reverse({}, oldSettings));
  });

  it('is the mirror document in a company code too short for a reference of fixed width', () => {
    const xml = reverse({ companyCode: '10' as CompanyCode });
    expect(valuesOf(xml, 'GLAccount')).toHaveLength(2);
    expect(xml).not.toContain('Reversal');
  });

  it('is told apart: by SAP, or by the mirror', () => {
    const { entry } = message(lines, { reversal });
    expect(isReversedBySap(entry, settings.service)).toBe(true);
    expect(isReversedBySap(entry, oldSettings.service)).toBe(false);
    expect(isReversedBySap({ ...entry, companyCode: '10' as CompanyCode }, settings.service)).toBe(false);
    expect(isReversedBySap(message(lines).entry, settings.service)).toBe(false);
  });

  it.each([
    ['reason', ''],
    ['reason', '001'],
    ['fiscalYear', '0000'],
    ['fiscalYear', '26'],
    ['sapDocumentNumber', '12345678901'],
    ['sapDocumentNumber', 'AB-1'],
  ])('is refused with a %s that names nothing: %j', (field, value) => {
    expect(() => reverse({ reversal: { ...reversal, [field]: value } })).toThrow(
      expect.objectContaining({ code: 'SAP_FIELD_INVALID', kind: 'invalid' }),
    );
  });
});

describe('what is never sent', () => {
  it('an entry that does not balance', () => {
    expect(() => encode([line(5n), line(-4n)])).toThrow(expect.objectContaining({ kind: 'defect' }));
  });

  it('an entry of nothing', () => {
    expect(() => encode([line(0n)])).toThrow(expect.objectContaining({ kind: 'defect' }));
  });

  it('more items than SAP numbers, tax items counted', () => {
    const full = Array.from({ length: 499 }, () => taxed('A1', -1n, -1n));
    expect(() => encode([...full, line(998n)])).not.toThrow();
    expect(() => encode([...full, line(500n), line(498n)])).toThrow(
      expect.objectContaining({ code: 'SAP_TOO_MANY_ITEMS' }),
    );
  });

  it.each([
    ['companyCode', '10100'],
    ['companyCode', ''],
    ['documentType', 'TOO LONG'],
    ['postingKey', 'AMZABCDEFGHIJKLMN'],
    ['companyCode', '10\n0'],
  ])('a key that does not fit its field: %s %j', (field, value) => {
    expect(() => encode([line(1n), line(-1n)], { [field]: value })).toThrow(
      expect.objectContaining({ code: 'SAP_FIELD_INVALID', kind: 'invalid' }),
    );
  });
});

const GOLDEN = `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:sfin="http://sap.com/xi/SAPSCORE/SFIN">
  <soapenv:Body>
    <sfin:JournalEntryBulkCreateRequest>
      <MessageHeader>
        <ID>AMZABCDEFGHIJKLM</ID>
        <UUID>11111111-1111-8111-8111-111111111111</UUID>
        <CreationDateTime>2026-11-23T07:00:00.123Z</CreationDateTime>
      </MessageHeader>
      <JournalEntryCreateRequest>
        <MessageHeader>
          <ID>AMZABCDEFGHIJKLM-001</ID>
          <UUID>22222222-2222-8222-8222-222222222222</UUID>
          <CreationDateTime>2026-11-23T07:00:00.123Z</CreationDateTime>
        </MessageHeader>
        <JournalEntry>
          <OriginalReferenceDocumentType>BKPFF</OriginalReferenceDocumentType>
          <BusinessTransactionType>RFBU</BusinessTransactionType>
          <AccountingDocumentType>SA</AccountingDocumentType>
          <DocumentReferenceID>AMZABCDEFGHIJKLM</DocumentReferenceID>
          <DocumentHeaderText>AMZ 1-14.11.26</DocumentHeaderText>
          <CreatedByUser>AMZ_POST</CreatedByUser>
          <CompanyCode>1010</CompanyCode>
          <DocumentDate>2026-11-13</DocumentDate>
          <PostingDate>2026-11-14</PostingDate>
          <TaxDeterminationDate>2026-11-14</TaxDeterminationDate>
          <Reference1InDocumentHeader>11223344556677889900</Reference1InDocumentHeader>
          <Item>
            <ReferenceDocumentItem>1</ReferenceDocumentItem>
            <GLAccount>0011001000</GLAccount>
            <AmountInTransactionCurrency currencyCode="EUR">1071.00</AmountInTransactionCurrency>
            <DebitCreditCode>S</DebitCreditCode>
            <DocumentItemText>Amazon clearing</DocumentItemText>
            <AssignmentReference>112233445566778899</AssignmentReference>
          </Item>
          <Item>
            <ReferenceDocumentItem>2</ReferenceDocumentItem>
            <GLAccount>0041000000</GLAccount>
            <AmountInTransactionCurrency currencyCode="EUR">-1000.00</AmountInTransactionCurrency>
            <DebitCreditCode>H</DebitCreditCode>
            <DocumentItemText>Sales</DocumentItemText>
            <AssignmentReference>112233445566778899</AssignmentReference>
            <Tax>
              <TaxCode>A1</TaxCode>
              <TaxItemGroup>1</TaxItemGroup>
            </Tax>
            <AccountAssignment>
              <ProfitCenter>YB101</ProfitCenter>
            </AccountAssignment>
          </Item>
          <Item>
            <ReferenceDocumentItem>3</ReferenceDocumentItem>
            <GLAccount>0065001100</GLAccount>
            <AmountInTransactionCurrency currencyCode="EUR">119.00</AmountInTransactionCurrency>
            <DebitCreditCode>S</DebitCreditCode>
            <DocumentItemText>Fees &lt;&amp;&gt; &quot;more&quot;</DocumentItemText>
            <AssignmentReference>112233445566778899</AssignmentReference>
            <AccountAssignment>
              <CostCenter>0010101101</CostCenter>
            </AccountAssignment>
          </Item>
          <ProductTaxItem>
            <TaxCode>A1</TaxCode>
            <TaxItemClassification>MWS</TaxItemClassification>
            <ConditionType>MWAS</ConditionType>
            <TaxItemGroup>1</TaxItemGroup>
            <AmountInTransactionCurrency currencyCode="EUR">-190.00</AmountInTransactionCurrency>
            <DebitCreditCode>H</DebitCreditCode>
            <TaxBaseAmountInTransCrcy currencyCode="EUR">-1000.00</TaxBaseAmountInTransCrcy>
          </ProductTaxItem>
        </JournalEntry>
      </JournalEntryCreateRequest>
    </sfin:JournalEntryBulkCreateRequest>
  </soapenv:Body>
</soapenv:Envelope>
`;
