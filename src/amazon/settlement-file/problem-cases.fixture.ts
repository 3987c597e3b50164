/** One file for every way in which a settlement file cannot be read, and what must be said about it. */
import { gzipSync } from 'node:zlib';
import type { SettlementFileLimits } from './index.ts';
import {
  COLUMNS,
  DETAIL,
  FEE,
  type Fields,
  fileText,
  rowText,
  type SourceOptions,
  SUMMARY,
} from './settlement-text.fixture.ts';

export interface Case extends SourceOptions {
  readonly what: string;
  readonly code: string;
  readonly content: string | Uint8Array;
  readonly row?: number;
  readonly column?: string;
  readonly data?: string | RegExp;
  readonly says?: RegExp;
  readonly next?: RegExp;
  readonly limits?: Partial<SettlementFileLimits>;
}

export const GOOD = fileText([SUMMARY, DETAIL, FEE]);
export const GZIP = gzipSync(GOOD);
const V1_COLUMNS =
  'settlement-id settlement-start-date settlement-end-date deposit-date total-amount currency transaction-type order-id price-type price-amount item-related-fee-type item-related-fee-amount sku';

/** The good file with one changed row, which is row 4. */
export function withDetail(changed: Fields): string {
  return fileText([SUMMARY, DETAIL, { ...DETAIL, ...changed }, FEE]);
}

export function withSummary(changed: Fields): string {
  return fileText([{ ...SUMMARY, ...changed }, DETAIL, FEE]);
}

function csv(separator: string, quote = ''): string {
  return GOOD.split('\n')
    .map((line) =>
      line
        .split('\t')
        .map((field) => `${quote}${field}${quote}`)
        .join(separator),
    )
    .join('\n');
}

function utf16(text: string): Buffer {
  return Buffer.from(`\ufeff${text}`, 'utf16le');
}

export const CASES: readonly Case[] = [
  { what: 'an empty file', code: 'SETTLEMENT_FILE_EMPTY', content: '' },
  { what: 'a file of empty lines', code: 'SETTLEMENT_FILE_EMPTY', content: '\n\r\n\n' },
  { what: 'an empty file in gzip', code: 'SETTLEMENT_FILE_EMPTY', content: gzipSync('') },
  { what: 'column names only', code: 'SETTLEMENT_FILE_HEADER_ONLY', content: fileText([]), row: 1 },
  {
    what: 'column names without a line end',
    code: 'SETTLEMENT_FILE_HEADER_ONLY',
    content: fileText([], { lastLineEnd: '' }),
    row: 1,
  },
  {
    what: 'another report',
    code: 'SETTLEMENT_FILE_FOREIGN',
    content: 'order-id\tsku\n1\t2\n',
    row: 1,
    data: /^order-id/,
  },
  { what: 'a binary file', code: 'SETTLEMENT_FILE_FOREIGN', content: Buffer.from('%PDF-1.7\n%\u00e2\u00e3'), row: 1 },
  {
    what: 'the first layout',
    code: 'SETTLEMENT_LAYOUT_V1',
    content: `${V1_COLUMNS.replaceAll(' ', '\t')}\n`,
    row: 1,
    says: /removed on 2026-11-11/,
    next: /GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2/,
  },
  {
    what: 'the first layout in XML',
    code: 'SETTLEMENT_LAYOUT_V1',
    content: '<?xml version="1.0"?><AmazonEnvelope><Message><SettlementReport>\n',
    row: 1,
  },
  {
    what: 'an HTML page',
    code: 'SETTLEMENT_FILE_IS_PAGE',
    content: '<!DOCTYPE html>\n<html></html>',
    row: 1,
    says: /is HTML/,
  },
  {
    what: 'an XML error of the storage',
    code: 'SETTLEMENT_FILE_IS_PAGE',
    content: '<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>',
    says: /is XML/,
    row: 1,
  },
  { what: 'a JSON error', code: 'SETTLEMENT_FILE_IS_PAGE', content: '{"errors":[]}', row: 1, says: /is JSON/ },
  {
    what: 'a page that is one long row',
    code: 'SETTLEMENT_FILE_IS_PAGE',
    content: `<html>${'x'.repeat(5000)}`,
    limits: { rowBytesMax: 1000 },
    row: 1,
  },
  { what: 'commas for tabs', code: 'SETTLEMENT_FILE_RESAVED', content: csv(','), row: 1, says: /","/ },
  { what: 'semicolons for tabs', code: 'SETTLEMENT_FILE_RESAVED', content: csv(';'), row: 1, says: /";"/ },
  { what: 'quoted column names', code: 'SETTLEMENT_FILE_RESAVED', content: csv('\t', '"'), row: 1, says: /quotes/ },
  { what: 'lines that end with CR', code: 'SETTLEMENT_FILE_RESAVED', content: GOOD.replaceAll('\n', '\r'), row: 1 },
  {
    what: 'lines that end with CR in a large file',
    code: 'SETTLEMENT_FILE_RESAVED',
    content: GOOD.replaceAll('\n', '\r').repeat(20),
    limits: { rowBytesMax: 1000 },
    row: 1,
  },
  {
    what: 'a CR inside a row',
    code: 'SETTLEMENT_FILE_RESAVED',
    content: withDetail({ sku: 'TEA\r250' }),
    row: 4,
    says: /inside the row/,
  },
  {
    what: 'a rounded id',
    code: 'SETTLEMENT_FILE_RESAVED',
    content: withDetail({ 'order-item-code': '7.82115E+12' }),
    row: 4,
    column: 'order-item-code',
    data: '7.82115E+12',
  },
  {
    what: 'a rounded id with a decimal comma',
    code: 'SETTLEMENT_FILE_RESAVED',
    content: withSummary({ 'settlement-id': '7,82115E+12' }),
    row: 2,
    column: 'settlement-id',
  },
  {
    what: 'a workbook',
    code: 'SETTLEMENT_FILE_RESAVED',
    content: 'PK\u0003\u0004\u0000\u0000',
    row: 1,
    says: /workbook/,
  },
  { what: 'an old workbook', code: 'SETTLEMENT_FILE_RESAVED', content: Buffer.from('d0cf11e00000', 'hex'), row: 1 },
  { what: 'gzip inside gzip', code: 'SETTLEMENT_GZIP_TWICE', content: gzipSync(GZIP), row: 1 },
  { what: 'nothing but zeros', code: 'SETTLEMENT_FILE_FOREIGN', content: Buffer.alloc(5000), row: 1 },
  {
    what: 'a last row cut off',
    code: 'SETTLEMENT_FILE_TRUNCATED',
    content: GOOD.slice(0, -10),
    row: 4,
    says: /after 1\d of 24|after 2\d of 24/,
  },
  {
    what: 'a last row cut off after the needed columns',
    code: 'SETTLEMENT_FILE_TRUNCATED',
    content: fileText([SUMMARY, DETAIL, rowText(FEE, COLUMNS.slice(0, 23))], { lastLineEnd: '' }),
    row: 4,
    says: /after 23 of 24/,
  },
  { what: 'column names cut off', code: 'SETTLEMENT_FILE_TRUNCATED', content: GOOD.slice(0, 120), row: 1 },
  { what: 'gzip cut off', code: 'SETTLEMENT_GZIP_TRUNCATED', content: GZIP.subarray(0, -12) },
  { what: 'gzip cut off after its magic', code: 'SETTLEMENT_GZIP_TRUNCATED', content: GZIP.subarray(0, 2) },
  {
    what: 'gzip with a changed byte',
    code: 'SETTLEMENT_GZIP_CORRUPT',
    content: Buffer.from(GZIP).fill(0xff, 40, 60),
  },
  {
    what: 'gzip with a wrong checksum',
    code: 'SETTLEMENT_GZIP_CORRUPT',
    content: Buffer.from(GZIP).fill(1, GZIP.length - 8, GZIP.length - 4),
  },
  {
    what: 'gzip followed by something else',
    code: 'SETTLEMENT_GZIP_CORRUPT',
    content: Buffer.concat([GZIP, Buffer.from('more')]),
  },
  {
    what: 'gzip followed by zeros and another member',
    code: 'SETTLEMENT_GZIP_CORRUPT',
    content: Buffer.concat([GZIP, Buffer.alloc(8), GZIP]),
    says: /bytes follow/,
  },
  {
    what: 'a charset nobody expects',
    code: 'SETTLEMENT_CHARSET_UNSUPPORTED',
    content: GOOD,
    contentType: 'text/plain; charset=EUC-JP',
    data: 'EUC-JP',
  },
  { what: 'UTF-16 with its mark', code: 'SETTLEMENT_CHARSET_UTF16', content: utf16(GOOD), row: 1 },
  { what: 'UTF-16 without its mark', code: 'SETTLEMENT_CHARSET_UTF16', content: utf16(GOOD).subarray(2), row: 1 },
  { what: 'UTF-16, big end first', code: 'SETTLEMENT_CHARSET_UTF16', content: utf16(GOOD).swap16(), row: 1 },
  { what: 'a zero byte inside', code: 'SETTLEMENT_CONTROL_BYTE', content: withDetail({ sku: 'A\u0000B' }), row: 4 },
  {
    what: 'bytes that are not the declared UTF-8',
    code: 'SETTLEMENT_CHARSET_WRONG',
    content: Buffer.from(withDetail({ sku: 'MÜTZE' }), 'latin1'),
    contentType: 'text/plain; charset=UTF-8',
    row: 4,
    column: 'sku',
    data: 'MÜTZE',
    next: /--charset windows-1252/,
  },
  {
    what: 'bytes that are not the declared Shift_JIS',
    code: 'SETTLEMENT_CHARSET_WRONG',
    content: Buffer.from(withDetail({ 'amount-description': 'Gr\u00fd\u00dfe' }), 'latin1'),
    contentType: 'text/plain; charset=Cp932',
    row: 4,
    column: 'amount-description',
  },
  {
    what: 'bytes of no known encoding',
    code: 'SETTLEMENT_CHARSET_WRONG',
    content: Buffer.from(withDetail({ sku: 'X\u0081' }), 'latin1'),
    row: 4,
    column: 'sku',
    says: /neither UTF-8 nor windows-1252/,
  },
  ...['amount', 'sku', 'currency', 'amount-type'].map((column) => ({
    what: `no column ${column}`,
    code: 'SETTLEMENT_COLUMN_MISSING',
    content: fileText([SUMMARY, DETAIL], { columns: COLUMNS.filter((name) => name !== column) }),
    row: 1,
    column,
  })),
  {
    what: 'no date column at all',
    code: 'SETTLEMENT_COLUMN_MISSING',
    content: fileText([SUMMARY, DETAIL], { columns: COLUMNS.filter((name) => !name.startsWith('posted')) }),
    row: 1,
    column: 'posted-date-time',
  },
  {
    what: 'a column twice',
    code: 'SETTLEMENT_COLUMN_TWICE',
    content: fileText([SUMMARY, DETAIL], { columns: [...COLUMNS, 'amount'] }),
    row: 1,
    column: 'amount',
  },
  {
    what: 'a row beyond the limit',
    code: 'SETTLEMENT_ROW_TOO_LONG',
    content: withDetail({ sku: 'x'.repeat(2000) }),
    limits: { rowBytesMax: 1000 },
    row: 4,
    says: /1000 bytes/,
  },
  {
    what: 'a row beyond the limit that is met after the charset was searched for',
    code: 'SETTLEMENT_ROW_TOO_LONG',
    content: withDetail({ sku: 'x'.repeat(2000) }),
    contentType: 'text/plain',
    chunkLengths: [100],
    limits: { rowBytesMax: 1000 },
    row: 4,
  },
  {
    what: 'a row with a tab too many',
    code: 'SETTLEMENT_ROW_TOO_WIDE',
    content: withDetail({ sku: 'TEA\t250' }),
    row: 4,
    says: /25 fields under 24/,
  },
  {
    what: 'a row with thousands of fields',
    code: 'SETTLEMENT_ROW_TOO_WIDE',
    content: withDetail({ sku: '\t'.repeat(3000) }),
    row: 4,
    says: /3024 fields/,
  },
  {
    what: 'a row that ends before what is needed',
    code: 'SETTLEMENT_ROW_TOO_SHORT',
    content: fileText([SUMMARY, DETAIL, rowText(DETAIL, COLUMNS.slice(0, 15)), FEE]),
    row: 4,
    says: /15 fields.*number 22/,
  },
  {
    what: 'more kinds of rows than the limit',
    code: 'SETTLEMENT_VALUES_TOO_MANY',
    content: fileText([SUMMARY, ...['a', 'b', 'c', 'd'].map((text) => ({ ...DETAIL, 'amount-description': text }))]),
    limits: { distinctValuesMax: 3 },
    row: 6,
    column: 'amount-description',
    data: 'd',
  },
  { what: 'no summary', code: 'SETTLEMENT_SUMMARY_MISSING', content: fileText([DETAIL, FEE]), says: /3 rows/ },
  {
    what: 'a summary without a number',
    code: 'SETTLEMENT_ID_UNREADABLE',
    content: withSummary({ 'settlement-id': '' }),
    row: 2,
    column: 'settlement-id',
  },
  {
    what: 'a number that is none',
    code: 'SETTLEMENT_ID_UNREADABLE',
    content: withSummary({ 'settlement-id': '7000-1' }),
    row: 2,
    column: 'settlement-id',
    data: '7000-1',
  },
  {
    what: 'a row that names no settlement',
    code: 'SETTLEMENT_ID_UNREADABLE',
    content: withDetail({ 'settlement-id': ' ' }),
    row: 4,
    column: 'settlement-id',
  },
  {
    what: 'a second summary',
    code: 'SETTLEMENT_FILE_HOLDS_TWO',
    content: fileText([SUMMARY, DETAIL, FEE, SUMMARY]),
    row: 5,
    says: /the first is row 2/,
  },
  {
    what: 'a second summary next to the first',
    code: 'SETTLEMENT_FILE_HOLDS_TWO',
    content: fileText([SUMMARY, SUMMARY, DETAIL]),
    row: 3,
  },
  {
    what: 'a row of another settlement',
    code: 'SETTLEMENT_FILE_HOLDS_TWO',
    content: withDetail({ 'settlement-id': '70000000002' }),
    row: 4,
    column: 'settlement-id',
    data: '70000000002',
  },
  {
    what: 'two files joined',
    code: 'SETTLEMENT_FILE_HOLDS_TWO',
    content: GOOD + GOOD,
    row: 5,
    data: /^settlement-id/,
  },
  {
    what: 'an unknown currency',
    code: 'SETTLEMENT_CURRENCY_UNKNOWN',
    content: withSummary({ currency: 'XYZ' }),
    row: 2,
    column: 'currency',
    data: 'XYZ',
  },
  {
    what: 'no currency',
    code: 'SETTLEMENT_CURRENCY_UNKNOWN',
    content: withSummary({ currency: '' }),
    row: 2,
    column: 'currency',
  },
  {
    what: 'a row in another currency',
    code: 'SETTLEMENT_CURRENCY_DIFFERS',
    content: withDetail({ currency: 'CAD' }),
    row: 4,
    column: 'currency',
    data: 'CAD',
  },
  ...['', '12.34.56', 'n/a', '1,5', '"20.25"', '#####'].map((amount) => ({
    what: `the amount ${JSON.stringify(amount)}`,
    code: 'SETTLEMENT_AMOUNT_UNREADABLE',
    content: withDetail({ amount }),
    row: 4,
    column: 'amount',
    data: amount.replaceAll('"', '\\"'),
  })),
  {
    what: 'an unreadable total',
    code: 'SETTLEMENT_AMOUNT_UNREADABLE',
    content: withSummary({ 'total-amount': 'none' }),
    row: 2,
    column: 'total-amount',
    data: 'none',
  },
  {
    what: 'an amount with two readings',
    code: 'SETTLEMENT_AMOUNT_AMBIGUOUS',
    content: fileText([
      { ...SUMMARY, 'total-amount': '17' },
      { ...DETAIL, amount: '20' },
      { ...FEE, amount: '-1.234' },
    ]),
    row: 4,
    column: 'amount',
    data: '-1.234',
  },
  {
    what: 'a total with two readings',
    code: 'SETTLEMENT_AMOUNT_AMBIGUOUS',
    content: fileText([
      { ...SUMMARY, 'total-amount': '1,234' },
      { ...DETAIL, amount: '20' },
    ]),
    row: 2,
    column: 'total-amount',
    data: '1,234',
  },
  {
    what: 'a fraction of a cent',
    code: 'SETTLEMENT_AMOUNT_TOO_PRECISE',
    content: withDetail({ amount: '20.255' }),
    row: 4,
    column: 'amount',
    data: '20.255',
  },
  {
    what: 'a fraction of a yen',
    code: 'SETTLEMENT_AMOUNT_TOO_PRECISE',
    content: fileText([
      { ...SUMMARY, 'total-amount': '20', currency: 'JPY' },
      { ...DETAIL, amount: '20.5' },
    ]),
    row: 3,
    column: 'amount',
    data: '20.5',
  },
  {
    what: 'an unreadable date',
    code: 'SETTLEMENT_DATE_UNREADABLE',
    content: withDetail({ 'posted-date-time': '10/3/2026 8:14' }),
    row: 4,
    column: 'posted-date-time',
    data: '10/3/2026 8:14',
  },
  {
    what: 'an unreadable day',
    code: 'SETTLEMENT_DATE_UNREADABLE',
    content: withDetail({ 'posted-date-time': '', 'posted-date': '46298' }),
    row: 4,
    column: 'posted-date',
    data: '46298',
  },
  ...['settlement-start-date', 'settlement-end-date', 'deposit-date'].flatMap((column) => [
    {
      what: `an unreadable ${column}`,
      code: 'SETTLEMENT_DATE_UNREADABLE',
      content: withSummary({ [column]: 'soon' }),
      row: 2,
      column,
      data: 'soon',
    },
    { what: `no ${column}`, code: 'SETTLEMENT_DATE_MISSING', content: withSummary({ [column]: '' }), row: 2, column },
  ]),
  {
    what: 'dates that could be the month or the day first, to the end of the file',
    code: 'SETTLEMENT_DATE_AMBIGUOUS',
    content: withSummary({ 'settlement-start-date': '03/04/2026 00:00:00 UTC' }),
    row: 2,
    column: 'settlement-start-date',
    data: '03/04/2026 00:00:00 UTC',
  },
  {
    what: 'one row with such a date among others',
    code: 'SETTLEMENT_DATE_AMBIGUOUS',
    content: withDetail({ 'posted-date-time': '03/04/2026 00:00:00 UTC' }),
    row: 4,
    column: 'posted-date-time',
  },
  {
    what: 'a period that ends before it starts',
    code: 'SETTLEMENT_PERIOD_REVERSED',
    content: withSummary({ 'settlement-end-date': '2020-01-01 00:00:00 UTC' }),
    row: 2,
    column: 'settlement-end-date',
    data: '2020-01-01 00:00:00 UTC',
  },
  {
    what: 'a date in the letters of the file, as they stand there',
    code: 'SETTLEMENT_DATE_UNREADABLE',
    content: withDetail({ 'posted-date-time': '٣-10-2026' }),
    row: 4,
    column: 'posted-date-time',
    data: '٣-10-2026',
  },
  {
    what: 'a row without a date',
    code: 'SETTLEMENT_DATE_MISSING',
    content: withDetail({ 'posted-date-time': ' ', 'posted-date': '' }),
    row: 4,
    column: 'posted-date-time',
  },
];
