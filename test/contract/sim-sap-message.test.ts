import { describe, expect, it } from 'vitest';
import { messageTables, type Release } from '../../sim/sap/message-releases.ts';
import { createJudge } from './sim-sap-descriptions.ts';
import { createWorld, entryXml, isSharedPresent, post, postWith, readShared } from './sim-sap-kit.ts';

interface Node {
  name: string;
  attributes?: Record<string, string>;
  /** A value, or elements. */
  content: string | Node[];
}

const node = (name: string, content: string | Node[], attributes?: Record<string, string>): Node => ({
  name,
  content,
  ...(attributes ? { attributes } : {}),
});
const amount = (name: string, text: string): Node => node(name, text, { currencyCode: 'EUR' });

/** A valid message that uses every simple type and every kind of line of the service. */
function richMessage(): Node {
  const header = (id: string): Node =>
    node('MessageHeader', [
      node('ID', id, { schemeID: 'X' }),
      node('UUID', '7f3c0b1e-4a7d-4c0b-9b5a-0d5a6f2b1c01'),
      node('CreationDateTime', '2026-11-23T07:00:00.1234567Z'),
      node('TestDataIndicator', 'false'),
      node('SenderBusinessSystemID', 'SENDER'),
      node('SenderParty', [node('InternalID', 'P'), node('StandardID', '1234567890123', { schemeAgencyID: '9' })]),
      node('BusinessScope', [node('TypeCode', '1'), node('ID', 'S')]),
    ]);
  return node('f:JournalEntryBulkCreateRequest', [
    header('BULK'),
    node('JournalEntryCreateRequest', [
      header('SUB'),
      node('JournalEntry', [
        node('OriginalReferenceDocumentType', 'BKPFF'),
        node('BusinessTransactionType', 'RFBU'),
        node('AccountingDocumentType', 'SA'),
        node('DocumentReferenceID', 'AMZ-1'),
        node('DocumentHeaderText', 'Text'),
        node('DoTaxAmountCheck', '0'),
        node('CreatedByUser', 'AMZ_POST'),
        node('CompanyCode', '1010'),
        node('DocumentDate', '2026-11-14'),
        node('PostingDate', '2026-11-14'),
        node('PostingFiscalPeriod', '11'),
        node('TaxDeterminationDate', '2026-11-14'),
        node('ExchangeRate', '1.12345678901234'),
        node('Reference1InDocumentHeader', '11223344556'),
        node('Item', [
          node('ReferenceDocumentItem', '1'),
          node('GLAccount', '11001000', { listID: 'YCOA' }),
          amount('AmountInTransactionCurrency', '1.00'),
          node('DebitCreditCode', 'S'),
          node('DocumentItemText', ' padded text '),
          node('AssignmentReference', 'REF'),
          node('Tax', [node('TaxCode', 'A0'), node('TaxItemGroup', '1'), node('TaxCountry', 'DE')]),
          node('QuantityInEntryUnit', '1.5', { unitCode: 'EA' }),
          node('ValueDate', '2026-11-14'),
          node('AccountAssignment', [node('ProfitCenter', 'YB101'), node('CostCenter', '10101101')]),
          node('ProfitabilitySupplement', [node('Customer', '4711'), node('CustomerGroup', '01')]),
          node('AdditionalAttributes', [node('PersonnelNumber', '00000001')]),
        ]),
        node('DebtorItem', [
          node('ReferenceDocumentItem', '2'),
          node('Debtor', '4711'),
          amount('AmountInTransactionCurrency', '-1.00'),
          node('CashDiscountTerms', [
            node('DueCalculationBaseDate', '2026-11-14'),
            node('CashDiscount1Days', 'P14D'),
            node('CashDiscount1Percent', '2.5'),
            node('NetPaymentDays', 'P30D'),
          ]),
          node('OneTimeCustomerDetails', [node('Name', 'Buyer'), node('Country', 'DE')]),
        ]),
        node('ProductTaxItem', [
          node('TaxCode', 'A0'),
          node('TaxItemClassification', 'MWS'),
          node('ConditionType', 'MWAS'),
          node('TaxItemGroup', '1'),
          node('IsDirectTaxPosting', 'false'),
          amount('AmountInTransactionCurrency', '0.00'),
          amount('TaxBaseAmountInTransCrcy', '1.00'),
        ]),
      ]),
    ]),
  ]);
}

function render({ name, attributes, content }: Node): string {
  const attributeText = Object.entries(attributes ?? {}).map(([key, value]) => ` ${key}="${value}"`);
  const inner = typeof content === 'string' ? content : content.map(render).join('');
  return `<${name}${attributeText.join('')}>${inner}</${name}>`;
}

/** Only the message, as the schema sees it. */
function renderMessage(root: Node): string {
  return render({ ...root, attributes: { 'xmlns:f': 'http://sap.com/xi/SAPSCORE/SFIN', ...root.attributes } });
}

function renderEnvelope(root: Node): string {
  return `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${renderMessage(root)}</s:Body></s:Envelope>`;
}

type Mutation = (parent: Node[], index: number) => void;

const setText =
  (text: string): Mutation =>
  (parent, index) => {
    const target = parent[index]!;
    if (typeof target.content === 'string') target.content = text;
  };

const mutations: Readonly<Record<string, Mutation>> = {
  'left out': (parent, index) => void parent.splice(index, 1),
  'sent twice': (parent, index) => void parent.splice(index, 0, parent[index]!),
  'after its successor': (parent, index) => {
    const [moved] = parent.splice(index, 1);
    parent.splice(index + 1, 0, moved!);
  },
  'in wrong case': (parent, index) => {
    const name = parent[index]!.name;
    parent[index]!.name = name[0] + name.slice(1).toLowerCase();
  },
  'followed by an unknown element': (parent, index) => void parent.splice(index + 1, 0, node('Unknown', 'x')),
  'in the namespace': (parent, index) => {
    parent[index]!.name = `f:${parent[index]!.name}`;
  },
  'with an unknown attribute': (parent, index) => {
    parent[index]!.attributes = { ...parent[index]!.attributes, colour: 'red' };
  },
  'without attributes': (parent, index) => {
    delete parent[index]!.attributes;
  },
  'with overlong attributes': (parent, index) => {
    const target = parent[index]!;
    target.attributes = Object.fromEntries(
      Object.keys(target.attributes ?? {}).map((name) => [name, 'EURO5EURO5'.repeat(7)]),
    );
  },
  'with text beside elements': (parent, index) => {
    const target = parent[index]!;
    if (typeof target.content !== 'string') target.content.push({ name: 'b', content: 'x' });
  },
  'with an element as value': (parent, index) => {
    const target = parent[index]!;
    if (typeof target.content === 'string') target.content = [node('b', target.content)];
  },
  empty: setText(''),
  'one space': setText(' '),
  'one character': setText('1'),
  'nine digits': setText('123456789'),
  'seventeen characters': setText('ABCDEFGHIJ1234567'),
  'two hundred characters': setText('x'.repeat(200)),
  'eighteen characters, each two UTF-16 units': setText('\u{1F4E6}'.repeat(18)),
  'surrounded by spaces': setText('  1  '),
  'the 30th of February': setText('2026-02-30'),
  'a leap day': setText('2028-02-29'),
  'a date with a zone': setText('2026-11-14Z'),
  'a date in German': setText('14.11.2026'),
  'a moment without Z': setText('2026-11-23T07:00:00'),
  'a moment with eight decimals': setText('2026-11-23T07:00:00.12345678Z'),
  'a moment at 25 o’clock': setText('2026-11-23T25:00:00Z'),
  'a comma as decimal mark': setText('1,00'),
  'seven decimals': setText('1.1234567'),
  'seven decimals of which the last is nought': setText('1.1234560'),
  'twenty-three digits': setText('12345678901234567890123'),
  'no whole part': setText('.5'),
  'no fraction': setText('5.'),
  'an exponent': setText('1e3'),
  'a plus sign': setText('+1.00'),
  true: setText('true'),
  True: setText('True'),
  'a duration in hours': setText('PT1H'),
  'a negative duration': setText('-P1D'),
  'an upper-case UUID': setText('7F3C0B1E-4A7D-4C0B-9B5A-0D5A6F2B1C01'),
};

/** Every element of the table once, each value as long as the table allows. */
function completeMessage(release: Release): Node {
  return node('f:JournalEntryBulkCreateRequest', completeSequence('Message', release));
}

const amountKinds: Readonly<Record<string, Record<string, string> | undefined>> = {
  amount: { currencyCode: 'EUR' },
  agencyId: { schemeAgencyID: '9' },
};

function completeSequence(type: string, release: Release): Node[] {
  return messageTables[release]
    [type]!.trim()
    .split('\n')
    .map((line) => {
      const [, name = '', nested, kind = '', length = '1'] = /(\w+)[!*+]? (?:-> (\w+)|(\w+)(?: \d+-(\d+))?)/.exec(
        line,
      )!;
      if (nested !== undefined) return node(name, completeSequence(nested, release));
      return node(name, sampleValues[kind] ?? '1'.repeat(Number(length)), amountKinds[kind]);
    });
}

const sampleValues: Readonly<Record<string, string>> = {
  amount: '-1.123456',
  quantity: '1.5',
  rate: '99999999999999.99999999999999',
  percent: '9999999999.123456',
  date: '2026-11-14',
  instant: '2026-11-23T07:00:00Z',
  boolean: 'true',
  duration: 'P14D',
  uuid: '7f3c0b1e-4a7d-4c0b-9b5a-0d5a6f2b1c01',
};

/** Each says whether it applies to the element. */
const boundaries: Readonly<Record<string, (parent: Node[], index: number) => boolean>> = {
  'left out': (parent, index) => parent.splice(index, 1).length > 0,
  'sent twice': (parent, index) => parent.splice(index, 0, parent[index]!).length === 0,
  'one character longer': (parent, index) => changeText(parent[index]!, (text) => `${text}1`),
  empty: (parent, index) => changeText(parent[index]!, () => ''),
  'of one character': (parent, index) => changeText(parent[index]!, () => '1'),
};

function changeText(target: Node, change: (text: string) => string): boolean {
  if (typeof target.content !== 'string') return false;
  target.content = change(target.content);
  return true;
}

function listOf(root: Node): { path: string; parent: Node[]; index: number }[] {
  if (typeof root.content === 'string') return [];
  const parent = root.content;
  return parent.flatMap((child, index) => [{ path: `${root.name}/${child.name}`, parent, index }, ...listOf(child)]);
}

describe('a message to the journal entry service', () => {
  const statusOf = (xml: string, release: Release = '2024'): number => post(createWorld({ release }), xml).status;

  it('that is complete and in order is understood, whatever becomes of it', () => {
    expect(statusOf(entryXml())).toBe(200);
    expect(statusOf(renderEnvelope(richMessage()))).toBe(200);
  });

  it.each([
    ['without CreatedByUser', (xml: string) => xml.replace(/<CreatedByUser>.*<\/CreatedByUser>/, '')],
    [
      'in wrong order',
      (xml: string) => xml.replace(/(<DocumentDate>.*?<\/DocumentDate>)(<PostingDate>.*?<\/PostingDate>)/, '$2$1'),
    ],
    [
      'with an unknown element',
      (xml: string) => xml.replace('<CompanyCode>', '<Costcenter>X</Costcenter><CompanyCode>'),
    ],
    ['with a name in wrong case', (xml: string) => xml.replaceAll('ProfitCenter>', 'Profitcenter>')],
    ['with a reference of 17 characters', (xml: string) => xml.replace('>AMZ-1<', '>AMZ45678901234567<')],
    [
      'with a date that does not exist',
      (xml: string) => xml.replace('<PostingDate>2026-11-14', '<PostingDate>2026-11-31'),
    ],
    ['with a qualified child', (xml: string) => xml.replaceAll('PostingDate>', 'f:PostingDate>')],
    [
      'with inner elements in the default namespace',
      (xml: string) =>
        xml.replace(
          '<f:JournalEntryBulkCreateRequest ',
          '<f:JournalEntryBulkCreateRequest xmlns="http://sap.com/xi/SAPSCORE/SFIN" ',
        ),
    ],
    [
      'with the root in a foreign namespace',
      (xml: string) => xml.replace('sap.com/xi/SAPSCORE/SFIN', 'sap.com/xi/OTHER'),
    ],
    [
      'with an element twice',
      (xml: string) => xml.replace('<CompanyCode>', '<CompanyCode>1010</CompanyCode><CompanyCode>'),
    ],
    ['without a currency', (xml: string) => xml.replace(' currencyCode="EUR"', '')],
    ['with tags that do not match', (xml: string) => xml.replace('</CompanyCode>', '</Companycode>')],
    ['with a bare ampersand', (xml: string) => xml.replace('&amp;', '&')],
    ['with a control character', (xml: string) => xml.replace('Sales', 'Sa\u0001les')],
    ['with a document type declaration', (xml: string) => `<!DOCTYPE x [<!ENTITY e "1">]>${xml}`],
    ['that ends too early', (xml: string) => xml.slice(0, -20)],
  ])('%s is answered 500 with a fault, and nothing is booked', (_what, change) => {
    const world = createWorld();
    const changed = change(entryXml());
    expect(changed).not.toBe(entryXml());
    const response = post(world, changed);
    expect(response.status).toBe(500);
    expect(response.body).toMatch(
      /<soap-env:Fault><faultcode>soap-env:Server<\/faultcode><faultstring xml:lang="en">Web service processing error; .*UTC timestamp 20261123070000; Transaction ID [0-9A-F]{32}\)/,
    );
    expect(world.documents).toEqual([]);
  });

  it('in SOAP 1.2 is answered in SOAP 1.2', () => {
    const world = createWorld();
    const xml = entryXml().replace(
      'http://schemas.xmlsoap.org/soap/envelope/',
      'http://www.w3.org/2003/05/soap-envelope',
    );
    const headers = {
      'content-type':
        'application/soap+xml; charset=utf-8; action="http://sap.com/xi/SAPSCORE/SFIN/JournalEntryCreateRequestConfirmation_In/JournalEntryCreateRequestConfirmation_InRequest"',
    };
    expect(postWith(world, xml, headers).headers['content-type']).toBe('application/soap+xml; charset=utf-8');
    expect(world.documents).toHaveLength(1);
    expect(postWith(world, entryXml(), headers).status).toBe(500);
  });

  it('with another media type is answered 415, without SOAPAction 500', () => {
    const world = createWorld();
    expect(postWith(world, entryXml(), { 'content-type': 'application/xml' }).status).toBe(415);
    expect(postWith(world, entryXml(), { 'content-type': 'text/xml' }).status).toBe(500);
    expect(world.documents).toEqual([]);
  });

  it.skipIf(!isSharedPresent)(
    'is understood exactly when the schema of the service accepts it, for every mutation of every element (skipped without ../shared)',
    () => {
      const judge = createJudge('2024');
      const places = listOf(richMessage()).length;
      const disagreements: string[] = [];
      const verdicts = { accepted: 0, rejected: 0 };
      for (const [what, mutate] of Object.entries(mutations)) {
        for (let place = 0; place < places; place += 1) {
          const root = richMessage();
          const { path, parent, index } = listOf(root)[place]!;
          mutate(parent, index);
          const accepted = judge(renderMessage(root));
          verdicts[accepted ? 'accepted' : 'rejected'] += 1;
          const response = post(createWorld(), renderEnvelope(root));
          if ((response.status === 200) !== accepted) {
            const reason = decodeURIComponent(String(response.headers['x-pretend-sap-reason'] ?? 'understood'));
            disagreements.push(`${path} ${what}: schema ${accepted ? 'accepts' : 'rejects'}, ${reason}`);
          }
        }
      }
      expect(disagreements).toEqual([]);
      expect(verdicts.accepted).toBeGreaterThan(500);
      expect(verdicts.rejected).toBeGreaterThan(1000);
    },
  );

  it.skipIf(!isSharedPresent).each<[Release, number]>([
    ['2024', 350],
    ['2020', 250],
  ])(
    'of %s has for each element of the table the cardinality and the lengths of the schema (skipped without ../shared)',
    (release, placesMin) => {
      const judge = createJudge(release);
      const complete = renderMessage(completeMessage(release));
      expect(judge(complete)).toBe(true);
      const places = listOf(completeMessage(release)).length;
      expect(places).toBeGreaterThan(placesMin);
      const disagreements: string[] = [];
      for (let place = 0; place < places; place += 1) {
        for (const [what, mutate] of Object.entries(boundaries)) {
          const root = completeMessage(release);
          const { path, parent, index } = listOf(root)[place]!;
          if (!mutate(parent, index)) continue;
          const accepted = judge(renderMessage(root));
          if ((statusOf(renderEnvelope(root), release) === 200) !== accepted)
            disagreements.push(`${path} ${what}: ${accepted}`);
        }
      }
      expect(disagreements).toEqual([]);
    },
  );

  it('to an older release is a fault with an element that came later, and its answer is of its time', () => {
    const reversal = entryXml({ reverses: '010000000010102026' });
    expect([statusOf(reversal, '2024'), statusOf(reversal, '2020')]).toEqual([200, 500]);
    const response = post(createWorld({ release: '2020' }), reversal);
    expect(decodeURIComponent(String(response.headers['x-pretend-sap-reason']))).toMatch(
      /CreatedByUser: missing, or not in its place/,
    );
    const plain = post(createWorld({ release: '2020' }), entryXml());
    expect(plain.status).toBe(200);
    expect(plain.body).not.toContain('ConfirmationInterfaceOrignName');
    expect(post(createWorld(), entryXml()).body).toContain('ConfirmationInterfaceOrignName');
  });

  it.skipIf(!isSharedPresent).each<Release>(['2024', '2020'])(
    'of %s has no element that the table forgets (skipped without ../shared)',
    (release) => {
      const wsdl = readShared(`specs/sap/journal-entry-post-${release}.wsdl`);
      const table = Object.values(messageTables[release]).join('\n');
      const forgotten = new Set<string>();
      for (const [, type = '', content = ''] of wsdl.matchAll(
        /<xsd:complexType name="(\w+)">([\s\S]*?)<\/xsd:complexType>/g,
      )) {
        if (/Confirmation|^Log|ContactPerson|^PhoneNumber$/.test(type)) continue;
        for (const [, name = ''] of content.matchAll(/<xsd:element name="(\w+)"/g)) {
          if (!new RegExp(`^\\s*${name}[!*+]? `, 'm').test(table)) forgotten.add(name);
        }
      }
      expect([...forgotten]).toEqual(['ContactPerson']);
    },
  );
});
