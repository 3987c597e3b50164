import { describe, expect, it } from 'vitest';
import { readCamt } from './read-camt.ts';
import { type CsvOptions, readBankCsv } from './read-csv.ts';

const entryOf = (facts: {
  amount?: string;
  currency?: string;
  sign?: string;
  status?: string;
  reference?: string;
  details?: string;
  day?: string;
}) => `
  <Ntry>
    <NtryRef>7</NtryRef>
    <Amt Ccy="${facts.currency ?? 'EUR'}">${facts.amount ?? '1234.56'}</Amt>
    <CdtDbtInd>${facts.sign ?? 'CRDT'}</CdtDbtInd>
    <Sts>${facts.status ?? 'BOOK'}</Sts>
    <BookgDt><Dt>${facts.day ?? '2026-10-15'}</Dt></BookgDt>
    <ValDt><Dt>2026-10-16</Dt></ValDt>
    ${facts.reference === undefined ? '<AcctSvcrRef>BANKREF1</AcctSvcrRef>' : facts.reference}
    <NtryDtls>${facts.details ?? detail()}</NtryDtls>
  </Ntry>`;
const detail = (amount = '') => `<TxDtls><Refs><EndToEndId>TRACE77</EndToEndId></Refs>${amount}
  <RltdPties><Dbtr><Nm>AMAZON PAYMENTS EUROPE S.C.A.</Nm></Dbtr></RltdPties>
  <RmtInf><Ustrd>AMZN Mktp DE  7F2X</Ustrd><Ustrd>second line</Ustrd></RmtInf></TxDtls>`;
const statement = (...entries: string[]) => `<?xml version="1.0"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>S-2026-10</Id>
  <Acct><Id><IBAN>DE02120300000000202051</IBAN></Id></Acct>${entries.join('')}</Stmt></BkToCstmrStmt></Document>`;
const read = (...entries: string[]) => readCamt(statement(...entries), 'statement.xml').movements;

describe('camt.053', () => {
  it('gives day, amount, name and every reference of a movement', () => {
    expect(read(entryOf({}))).toEqual([
      {
        bankAccount: 'DE02120300000000202051',
        statementId: 'S-2026-10',
        entryReference: 'BANKREF1',
        bookedOn: '2026-10-15',
        valueOn: '2026-10-16',
        amount: { currency: 'EUR', minor: 123_456n },
        counterparty: 'AMAZON PAYMENTS EUROPE S.C.A.',
        text: 'AMZN Mktp DE 7F2X second line TRACE77',
      },
    ]);
  });

  it('a debit is negative; what is only announced is left out, in either spelling of the status', () => {
    expect(read(entryOf({ sign: 'DBIT' }))[0]?.amount.minor).toBe(-123_456n);
    expect(read(entryOf({ status: 'PDNG' }), entryOf({ status: '<Cd>INFO</Cd>' }))).toEqual([]);
    expect(read(entryOf({ status: '<Cd>BOOK</Cd>' }))).toHaveLength(1);
  });

  it('a collective movement is its parts where the bank states amounts that add up to it, otherwise the whole', () => {
    const parts = (second: string) => detail('<Amt Ccy="EUR">1000.00</Amt>') + detail(`<Amt Ccy="EUR">${second}</Amt>`);
    const split = read(entryOf({ details: parts('234.56') }));
    expect(split.map(({ amount, entryReference }) => [amount.minor, entryReference])).toEqual([
      [100_000n, 'BANKREF1/1'],
      [23_456n, 'BANKREF1/2'],
    ]);
    expect(read(entryOf({ details: parts('1.00') })).map(({ amount }) => amount.minor)).toEqual([123_456n]);
  });

  it('a bank without references gives each movement one by its content, the same at every reading', () => {
    const none = { reference: '<AcctSvcrRef>NOTPROVIDED</AcctSvcrRef>' };
    const [first] = read(entryOf(none));
    expect(first?.entryReference).toBe('S-2026-10/7');
    const bare = statement(entryOf(none), entryOf(none)).replaceAll('<NtryRef>7</NtryRef>', '');
    const references = readCamt(bare, 'a.xml').movements.map(({ entryReference }) => entryReference);
    expect(references[1]).toBe(`${references[0]} #2`);
    expect(readCamt(bare, 'b.xml').movements.map(({ entryReference }) => entryReference)).toEqual(references);
  });

  it.each([
    ['not XML', '<Document><open>', 'not XML'],
    ['another document', '<Document><CstmrCdtTrfInitn/></Document>', 'no camt.053'],
    ['a document type', '<!DOCTYPE x><Document/>', 'document type'],
    ['no account', statement(entryOf({})).replace(/<Acct>.*<\/Acct>/, ''), 'no bank account'],
    ['an amount that is none', statement(entryOf({ amount: '1.234,56' })), 'not an amount'],
    ['an unknown currency', statement(entryOf({ currency: 'XQQ' })), 'XQQ'],
    ['a sign that is none', statement(entryOf({ sign: 'BOTH' })), 'neither credit nor debit'],
    ['a day that is none', statement(entryOf({ day: '2026-13-01' })), 'not a calendar day'],
  ])('BANK_STATEMENT_UNREADABLE: %s', (_what, text, says) => {
    expect(() => readCamt(text, 'bad.xml')).toThrow(
      expect.objectContaining({
        code: 'BANK_STATEMENT_UNREADABLE',
        says: expect.stringContaining(says),
        where: expect.objectContaining({ file: 'bad.xml' }),
      }),
    );
  });
});

describe('CSV of a bank', () => {
  const csv = (text: string, options: Partial<CsvOptions> = {}) =>
    readBankCsv(text, 'export.csv', { columns: {}, ...options }).movements;
  const GERMAN = [
    '\ufeffAuftragskonto;Buchungstag;Valutadatum;Verwendungszweck;Beguenstigter/Zahlungspflichtiger;Betrag;Währung',
    '"DE02 1203";15.10.26;16.10.26;"AMZN ""Mktp""; DE";AMAZON PAYMENTS;1.234,56;EUR',
    'DE021203;16.10.26;;Gebühr;Bank;-3,90;EUR',
  ].join('\r\n');

  it('is read by its usual headings, separator and decimal mark', () => {
    expect(csv(GERMAN)).toMatchObject([
      {
        bankAccount: 'DE021203',
        bookedOn: '2026-10-15',
        valueOn: '2026-10-16',
        amount: { currency: 'EUR', minor: 123_456n },
        text: 'AMZN "Mktp"; DE',
        counterparty: 'AMAZON PAYMENTS',
      },
      { amount: { minor: -390n }, valueOn: null },
    ]);
  });

  it('says the command that names what the file does not', () => {
    const next = (text: string) => {
      try {
        readBankCsv(text, 'bank.csv', { columns: {} });
      } catch (error) {
        return (error as { next: string }).next;
      }
      return undefined;
    };
    expect(next('Date;Amount;Currency\n2026-10-15;1;EUR\n')).toContain('deposits import bank.csv --account IBAN');
    expect(next('Date;Amount;Account\n2026-10-15;1;DE1\n')).toContain('deposits import bank.csv --currency EUR');
  });

  it('with columns, currency and account that are named', () => {
    const text = 'When,How much,What\n10/11/2026,"1,000.00",Amazon\n';
    const options = { columns: { booked: 'When', amount: 'How much', text: 'What' }, currency: 'usd', account: '123' };
    expect(csv(text, { ...options, days: 'mdy' })).toMatchObject([
      { bookedOn: '2026-10-11', amount: { currency: 'USD', minor: 100_000n } },
    ]);
    expect(csv(text, { ...options, days: 'dmy' })).toMatchObject([{ bookedOn: '2026-11-10' }]);
    expect(() => csv(text, options)).toThrow(expect.objectContaining({ says: expect.stringContaining('two ways') }));
  });

  it.each([
    ['an empty file', '', 'no content'],
    ['no column for the amount', 'Date,Text\n2026-10-15,x\n', '--column amount=HEADING'],
    [
      'two decimal marks',
      'Date;Amount;Currency;Account\n2026-10-15;1,5;EUR;1\n2026-10-15;1.5;EUR;1\n',
      'decimal comma',
    ],
    ['a mark with two readings', 'Date;Amount;Currency;Account\n2026-10-15;1.234;EUR;1\n', 'thousands or decimals'],
    ['no currency', 'Date;Amount;Account\n2026-10-15;1;1\n', 'no currency'],
    ['no account', 'Date;Amount;Currency\n2026-10-15;1;EUR\n', 'no bank account'],
    ['no day', 'Date;Amount;Currency;Account\nsoon;1;EUR;1\n', 'not a day'],
    ['no amount', 'Date;Amount;Currency;Account\n2026-10-15;much;EUR;1\n', 'not an amount'],
    ['an open quote', 'Date;Amount\n"2026', 'quoted cell'],
  ])('BANK_STATEMENT_UNREADABLE: %s', (_what, text, says) => {
    expect(() => csv(text)).toThrow(
      expect.objectContaining({ code: 'BANK_STATEMENT_UNREADABLE', says: expect.stringContaining(says) }),
    );
  });

  it('rows that say the same are two movements, the same two at every reading', () => {
    const text = 'Date;Amount;Currency;Account\n2026-10-15;1;EUR;1\n2026-10-15;1;EUR;1\n';
    const [first, second] = csv(text);
    expect(second?.entryReference).toBe(`${first?.entryReference} #2`);
    expect(csv(text)).toEqual([first, second]);
  });
});
