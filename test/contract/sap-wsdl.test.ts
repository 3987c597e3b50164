/** Which elements a tenant's service has is read from its WSDL, and the message follows it. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CustomerNumber } from '../../src/ledger/index.ts';
import { encodeJournalEntry } from '../../src/sap/encode-entry.ts';
import { readWsdl, WSDL_LENGTH_MAX } from '../../src/sap/read-wsdl.ts';
import {
  canReverse,
  ENTRY_PATH,
  elementAt,
  type ServiceDefinition,
  serviceOfRelease,
} from '../../src/sap/service-definition.ts';
import { ownWsdl } from './own-wsdl.ts';
import { exampleMessage, line } from './sap-stand-in.ts';

const encode = (service: ServiceDefinition, message = exampleMessage()) =>
  encodeJournalEntry(message, { createdByUser: 'AMZ_POST', taxDirectionOf: () => 'output', service });
const entryOf = (service: ServiceDefinition) => elementAt(service, ENTRY_PATH)?.children.map(({ name }) => name) ?? [];
const wsdl = ownWsdl('2024');

/** The WSDL with one change, which must be one. */
function changed(pattern: string | RegExp, text: string): string {
  const result = wsdl.replace(pattern, text);
  expect(result).not.toBe(wsdl);
  return result;
}

const wsdls = (['2020', '2024'] as const).flatMap((release) => {
  const shared = new URL(`../../../shared/specs/sap/journal-entry-post-${release}.wsdl`, import.meta.url);
  const own = { from: 'own', release, text: ownWsdl(release) };
  return existsSync(shared) ? [own, { from: "SAP's", release, text: readFileSync(shared, 'utf8') }] : [own];
});

describe.each(wsdls)('the $from WSDL of $release', ({ release, text }) => {
  it('says what the table of the release says: which elements, in which order, how long', () => {
    const { root } = readWsdl(text);
    expect(withoutDerived(root)).toEqual(withoutDerived(serviceOfRelease(release).root));
  });

  it('makes the same message as the release', () => {
    expect(encode(readWsdl(text))).toBe(encode(serviceOfRelease(release)));
    expect(canReverse(readWsdl(text))).toBe(release === '2024');
  });
});

/** Lengths of values that are constants of the program or have a pattern differ in how the schema states them. */
function withoutDerived(element: ServiceDefinition['root']): unknown {
  const { name, isRequired, lengthMax, children } = element;
  const isFixed = ['UUID', 'CreationDateTime', 'TaxItemGroup', 'DebitCreditCode'].includes(name);
  return { name, isRequired, lengthMax: isFixed ? 'any' : lengthMax, children: children.map(withoutDerived) };
}

describe('the message of a tenant with a WSDL of its own', () => {
  it('has the order of that WSDL', () => {
    const swapped = changed(/(<xsd:element name="CompanyCode"[^>]*>)(<xsd:element name="DocumentDate"[^>]*>)/, '$2$1');
    const names = entryOf(readWsdl(swapped));
    expect(names.indexOf('DocumentDate')).toBeLessThan(names.indexOf('CompanyCode'));
    const xml = encode(readWsdl(swapped));
    expect(xml.indexOf('<DocumentDate>')).toBeLessThan(xml.indexOf('<CompanyCode>'));
    // control: the release has them the other way round.
    const usual = encode(serviceOfRelease('2024'));
    expect(usual.indexOf('<DocumentDate>')).toBeGreaterThan(usual.indexOf('<CompanyCode>'));
  });

  it('lacks the texts that the service lacks, and cuts those that it has shorter', () => {
    const without = changed(/<xsd:element name="DocumentHeaderText"[^>]*>/, '');
    expect(encode(readWsdl(without))).not.toContain('DocumentHeaderText');
    const shorter = changed('<xsd:maxLength value="25"/>', '<xsd:maxLength value="8"/>');
    expect(encode(readWsdl(shorter), exampleMessage({ headerText: 'AMZ 1-14.11.26' }))).toContain(
      '<DocumentHeaderText>AMZ 1-14<',
    );
  });

  it('never cuts a key, and never leaves a line out that the service has no element for', () => {
    const short = changed(/(name="Token16">.*?maxLength value=")16/, '$115');
    expect(() => encode(readWsdl(short))).toThrow(expect.objectContaining({ code: 'SAP_FIELD_INVALID' }));
    const without = readWsdl(changed(/<xsd:element name="DebtorItem"[^>]*>/, ''));
    const debtor = exampleMessage({
      lines: [line({ minor: 100n, customer: '1000123' as CustomerNumber }), line({ minor: -100n })],
    });
    expect(() => encode(without, debtor)).toThrow(expect.objectContaining({ code: 'SAP_SERVICE_LACKS_FIELD' }));
    expect(() => encode(without)).not.toThrow();
  });

  it('is refused where the service demands a text that the entry does not have', () => {
    const demanding = readWsdl(changed('name="DocumentHeaderText" minOccurs="0"', 'name="DocumentHeaderText"'));
    expect(() => encode(demanding, exampleMessage({ headerText: ' ' }))).toThrow(
      expect.objectContaining({ code: 'SAP_SERVICE_LACKS_FIELD', kind: 'invalid' }),
    );
    expect(() => encode(demanding)).not.toThrow();
  });

  it('follows types written inside an element, types made from others, and sequences in sequences', () => {
    const inline = changed(
      /<xsd:element name="Tax" minOccurs="0" type="Tax"\/>/,
      '<xsd:element name="Tax" minOccurs="0"><xsd:complexType><xsd:sequence><xsd:element name="TaxCode"><xsd:simpleType><xsd:restriction base="Token4"/></xsd:simpleType></xsd:element><xsd:choice><xsd:element name="Other" type="Token4"/><xsd:element name="TaxItemGroup" type="Token6"/></xsd:choice></xsd:sequence></xsd:complexType></xsd:element>',
    );
    const tax = elementAt(readWsdl(inline), [...ENTRY_PATH, 'Item', 'Tax']);
    expect(tax?.children.map(({ name, lengthMax }) => [name, lengthMax])).toEqual([
      ['TaxCode', 4],
      ['TaxItemGroup', 6],
    ]);
    const extended = changed(
      /<xsd:complexType name="Tax">(<xsd:sequence>)/,
      '<xsd:complexType name="Base"><xsd:sequence><xsd:element name="TaxCode" type="Token4"/></xsd:sequence></xsd:complexType><xsd:complexType name="Tax"><xsd:complexContent><xsd:extension base="Base"><xsd:sequence><xsd:element name="TaxItemGroup" minOccurs="0" type="Token6"/></xsd:sequence></xsd:extension></xsd:complexContent></xsd:complexType><xsd:complexType name="Unused">$1',
    );
    expect(elementAt(readWsdl(extended), [...ENTRY_PATH, 'Item', 'Tax'])?.children).toHaveLength(2);
  });
});

describe('a WSDL that does not fit', () => {
  it('is refused with every element that is missing or that nobody fills', () => {
    const text = changed(/<xsd:element name="DocumentReferenceID"[^>]*>/, '')
      .replace(/<xsd:element name="CostCenter"[^>]*>/, '')
      .replace('name="InvoiceReceiptDate" minOccurs="0"', 'name="InvoiceReceiptDate"');
    expect(() => readWsdl(text)).toThrow(
      expect.objectContaining({
        code: 'SAP_WSDL_UNFIT',
        kind: 'invalid',
        data: [
          'JournalEntryBulkCreateRequest/JournalEntryCreateRequest/JournalEntry/InvoiceReceiptDate: is demanded, and is not sent',
          'JournalEntryBulkCreateRequest/JournalEntryCreateRequest/JournalEntry/Item/AccountAssignment/CostCenter: is needed, and the service has no such element',
          'JournalEntryBulkCreateRequest/JournalEntryCreateRequest/JournalEntry/DocumentReferenceID: is needed, and the service has no such element',
        ]
          .sort()
          .join('\n'),
      }),
    );
  });

  it.each([
    ['a text', 'not a WSDL'],
    ['nothing', ''],
    ['a web page', '<html><body>Log on</body></html>'],
    ['half of one', wsdl.slice(0, 3000)],
    ['one of another service', changed('JournalEntryCreateRequestConfirmation_In', 'JournalEntryBulkChangeRequest_In')],
    ['one of another namespace', wsdl.replaceAll('SAPSCORE/SFIN', 'OTHER')],
    ['one without the message', changed('<xsd:element name="JournalEntryBulkCreateRequest"', '<xsd:element name="X"')],
    ['one that only imports', changed(/<wsdl:types>[\s\S]*<\/wsdl:types>/, '<wsdl:import location="p.wsdl"/>')],
    ['one with qualified elements', changed('<xsd:schema ', '<xsd:schema elementFormDefault="qualified" ')],
    ['one with a document type', changed('<wsdl:definitions', '<!DOCTYPE x [<!ENTITY a "b">]><wsdl:definitions')],
    ['one of many megabytes', `${wsdl}<!--${'x'.repeat(WSDL_LENGTH_MAX)}-->`],
    ['one of a hundred thousand levels', `${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`],
  ])('is refused as unreadable: %s', (_name, text) => {
    expect(() => readWsdl(text)).toThrow(
      expect.objectContaining({
        code: 'SAP_WSDL_UNREADABLE',
        kind: 'invalid',
        where: { path: 'sap.journalEntryWsdl' },
      }),
    );
  });

  it('ends for types that are made from themselves', () => {
    const loop = changed(
      '<xsd:restriction base="xsd:string"><xsd:maxLength value="25"/>',
      '<xsd:restriction base="Text25">',
    );
    expect(elementAt(readWsdl(loop), [...ENTRY_PATH, 'DocumentHeaderText'])?.lengthMax).toBeNull();
  });
});
