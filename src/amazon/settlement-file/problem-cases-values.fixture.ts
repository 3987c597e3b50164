/** Files whose rows can be taken apart, but whose values contradict each other or are not what Amazon writes there. */
import { type Case, GOOD, withDetail, withSummary } from './problem-cases.fixture.ts';
import { COLUMNS, DETAIL, FEE, fileText, rowText, SUMMARY } from './settlement-text.fixture.ts';

const V1_ENVELOPE =
  '<AmazonEnvelope xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="amzn-envelope.xsd"><Header><DocumentVersion>1.01</DocumentVersion></Header>';
const HEADER = rowText(Object.fromEntries(COLUMNS.map((name) => [name, name])));

/** `そのた` in EUC-JP. */
const EUC_KANA = [0xa4, 0xbd, 0xa4, 0xce, 0xa4, 0xbf];
const YEN = fileText([
  { ...SUMMARY, currency: 'JPY', 'total-amount': '20' },
  { ...DETAIL, amount: '20', sku: '@' },
]);

function withSku(text: string, bytes: readonly number[]): Buffer {
  const at = text.lastIndexOf('@');
  return Buffer.concat([Buffer.from(text.slice(0, at)), Buffer.from(bytes), Buffer.from(text.slice(at + 1))]);
}

export const VALUE_CASES: readonly Case[] = [
  {
    what: 'the first layout in XML, its root element behind a prolog of its own row',
    code: 'SETTLEMENT_LAYOUT_V1',
    content: `<?xml version="1.0" encoding="UTF-8"?>\n${V1_ENVELOPE}<MessageType>SettlementReport</MessageType>\n`,
    row: 1,
    data: /^<\?xml/,
  },
  {
    what: 'the first layout in XML, in one row behind namespaces',
    code: 'SETTLEMENT_LAYOUT_V1',
    content: `<?xml version="1.0"?>${V1_ENVELOPE}<Message><x:SettlementReport>`,
    row: 1,
  },
  {
    what: 'the first layout in XML, pretty-printed over many rows',
    code: 'SETTLEMENT_LAYOUT_V1',
    content: `<?xml version="1.0"?>\n\n${V1_ENVELOPE}\n${'<Message>\n'.repeat(200)}<SettlementData>\n`,
    row: 1,
  },
  {
    what: 'control: XML that is no settlement stays a page, however long',
    code: 'SETTLEMENT_FILE_IS_PAGE',
    content: `<?xml version="1.0"?>\n${'<Error>SettlementReport</Error>\n'.repeat(2000)}`,
    says: /is XML/,
    row: 1,
  },
  {
    what: 'an amount in the summary row',
    code: 'SETTLEMENT_VALUE_UNEXPECTED',
    content: withSummary({ amount: '5.00' }),
    row: 2,
    column: 'amount',
    data: '5.00',
  },
  ...[
    ['total-amount', '5.00'],
    ['settlement-start-date', '2026-09-01 22:07:18 UTC'],
    ['settlement-end-date', '2026-10-15 22:07:19 UTC'],
    ['deposit-date', '2026-10-18 22:07:18 UTC'],
  ].map(([column = '', value = '']) => ({
    what: `another ${column} on a detail row`,
    code: 'SETTLEMENT_VALUE_UNEXPECTED',
    content: withDetail({ [column]: value }),
    row: 4,
    column,
    data: value,
  })),
  ...['1970-01-01 00:00:00 UTC', '2024-10-01 22:07:17 UTC', '2026-10-17 22:07:19 UTC', '9999-12-31 00:00:00 UTC'].map(
    (posted) => ({
      what: `a row posted at ${posted}`,
      code: 'SETTLEMENT_DATE_OUTSIDE',
      content: withDetail({ 'posted-date-time': posted }),
      row: 4,
      column: 'posted-date-time',
      data: posted,
      says: posted < '2026-10' ? /more than 730 days before it starts/ : /more than 2 days after the settlement ends/,
    }),
  ),
  {
    what: 'a payout planned before the settlement ends',
    code: 'SETTLEMENT_DEPOSIT_BEFORE_END',
    content: withSummary({ 'deposit-date': '2026-10-14 22:07:18 UTC' }),
    row: 2,
    column: 'deposit-date',
    data: '2026-10-14 22:07:18 UTC',
  },
  {
    what: 'a summary without a total',
    code: 'SETTLEMENT_TOTAL_MISSING',
    content: withSummary({ 'total-amount': ' ' }),
    row: 2,
    column: 'total-amount',
    data: '',
  },
  {
    what: 'a number of 17 digits',
    code: 'SETTLEMENT_ID_UNREADABLE',
    content: GOOD.replaceAll('70000000001', '7'.repeat(17)),
    row: 2,
    column: 'settlement-id',
    says: /17 digits.*at most 16/,
  },
  ...[
    ['(5.00)', /in front, not in brackets/],
    ['\u22125.00', /not the hyphen/],
    ['5.00-', /minus sign in front/],
    ['1'.repeat(19), /at most 18 digits/],
  ].map(([amount, says]) => ({
    what: `the amount ${amount}`,
    code: 'SETTLEMENT_AMOUNT_UNREADABLE',
    content: withDetail({ amount: amount as string }),
    row: 4,
    column: 'amount',
    says: says as RegExp,
  })),
  {
    what: 'a row of column names in the middle of one settlement',
    code: 'SETTLEMENT_FILE_HOLDS_TWO',
    content: fileText([SUMMARY, DETAIL, HEADER, FEE]),
    row: 4,
    says: /repeats the column names of row 1/,
    data: /^settlement-id/,
  },
  {
    what: 'a row of column names before amounts that settle their format',
    code: 'SETTLEMENT_FILE_HOLDS_TWO',
    content: `${YEN}${YEN}`,
    row: 4,
    says: /repeats the column names of row 1/,
  },
  {
    what: 'the end-of-file mark of DOS',
    code: 'SETTLEMENT_CONTROL_BYTE',
    content: `${GOOD}\u001a`,
    row: 5,
    says: /Ctrl\+Z/,
    data: '\\u001a',
  },
  {
    what: 'UTF-8 that is declared windows-1252',
    code: 'SETTLEMENT_CHARSET_CONTRADICTED',
    content: withDetail({ sku: 'Größe' }),
    contentType: 'text/plain; charset=Cp1252',
    row: 4,
    column: 'sku',
    data: 'Größe',
    says: /declares windows-1252.*UTF-8/,
    next: /--charset utf-8/,
  },
  {
    what: 'UTF-8 that is declared Shift_JIS',
    code: 'SETTLEMENT_CHARSET_CONTRADICTED',
    content: withDetail({ sku: '茶' }),
    contentType: 'text/plain; charset=Cp932',
    row: 4,
    column: 'sku',
    data: '茶',
  },
  {
    what: 'kana in EUC-JP, in yen',
    code: 'SETTLEMENT_CHARSET_UNSUPPORTED',
    content: withSku(YEN, EUC_KANA),
    says: /EUC-JP/,
    next: /--charset shift_jis/,
  },
  {
    what: 'kana in EUC-JP, in another currency',
    code: 'SETTLEMENT_CHARSET_UNSUPPORTED',
    content: withSku(withDetail({ sku: '@' }), EUC_KANA),
    says: /EUC-JP/,
  },
  {
    what: 'bytes of no known encoding, without a charset to try',
    code: 'SETTLEMENT_CHARSET_WRONG',
    content: withSku(withDetail({ sku: '@' }), [0x81, 0x8d]),
    row: 4,
    column: 'sku',
    next: /^Download/,
  },
];
