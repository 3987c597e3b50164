import { Problem, type ProblemFacts, type ProblemPlace } from '../../core/index.ts';
import { AMOUNT_DIGITS_MAX, type AmountFormat } from './amount.ts';

/**
 * Everything that keeps a file from being read, each with its own code. A settlement is read whole or not at all:
 * whoever gets one of these has been given nothing to book.
 */

export type Place = ProblemPlace & { readonly file: string };

/** Longest piece of a file that a problem shows. */
export const EXCERPT_LENGTH_MAX = 60;

/** The name under which Amazon offers the report this program reads. */
const V2_REPORT = 'GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2 (in Seller Central: the settlement as "Flat File V2")';
const DOWNLOAD_AGAIN = `Download the report ${V2_REPORT} again and read it exactly as downloaded.`;

/** The offending text, cut, with control characters made visible. */
export function excerptOf(text: string): string {
  const cut = text.length > EXCERPT_LENGTH_MAX ? `${text.slice(0, EXCERPT_LENGTH_MAX - 1)}…` : text;
  return JSON.stringify(cut).slice(1, -1);
}

function invalid(
  place: Place,
  facts: Pick<ProblemFacts, 'code' | 'says' | 'next'> & { text?: string | undefined; cause?: unknown },
): Problem {
  const { code, says, next, text, cause } = facts;
  const data = text === undefined ? {} : { data: excerptOf(text) };
  return new Problem({ code, kind: 'invalid', says, next, where: place, ...data }, { cause });
}

function quote(text: string): string {
  return `"${excerptOf(text)}"`;
}

function previewWith(place: Place, charset: string): string {
  return `seller-ledger preview '${place.file}' --charset ${charset}`;
}

// ---------------------------------------------------------------------------------------------------- The whole file

export function fileEmpty(place: Place): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_FILE_EMPTY',
    says: 'The file has no content.',
    next: DOWNLOAD_AGAIN,
  });
}

export function headerOnly(place: Place): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_FILE_HEADER_ONLY',
    says: 'The file has the column names of a settlement and no row below them.',
    next: DOWNLOAD_AGAIN,
  });
}

export function notASettlement(place: Place, text: string): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_FILE_FOREIGN',
    says: `The first row names no columns of a settlement; it begins with ${quote(text)}.`,
    next: `Download the report ${V2_REPORT}; other reports of Amazon cannot be booked.`,
    text,
  });
}

export function layoutV1(place: Place, text: string): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_LAYOUT_V1',
    says: 'The file is a settlement in the first layout (V1), which Amazon removed on 2026-11-11.',
    next: `Download the same settlement as ${V2_REPORT}.`,
    text,
  });
}

export function webPage(place: Place, format: 'HTML' | 'XML' | 'JSON', text: string): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_FILE_IS_PAGE',
    says: `The file is ${format}, not a settlement: what was saved is a page or an error message.`,
    next: `Open it to see what it says; its address may have expired. ${DOWNLOAD_AGAIN}`,
    text,
  });
}

/** `trace`: what shows that another program wrote the file, as the end of a sentence. */
export function resaved(place: Place, trace: string, text: string): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_FILE_RESAVED',
    says: `The file was saved by a spreadsheet program, which changes ids, dates and amounts: ${trace}.`,
    next: `Download the report ${V2_REPORT} again and do not open and save it before reading it.`,
    text,
  });
}

export function fileTruncated(place: Place, fields: number, columns: number, text: string): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_FILE_TRUNCATED',
    says: `The last row ends without a line end after ${fields} of ${columns} fields: the file is cut off.`,
    next: DOWNLOAD_AGAIN,
    text,
  });
}

export function gzipTruncated(place: Place, bytes: number, cause: unknown): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_GZIP_TRUNCATED',
    says: `The compressed file ends before its content does, after ${bytes} bytes.`,
    next: DOWNLOAD_AGAIN,
    cause,
  });
}

export function gzipCorrupt(place: Place, detail: string, cause?: unknown): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_GZIP_CORRUPT',
    says: `The compressed file is damaged: ${detail}.`,
    next: DOWNLOAD_AGAIN,
    cause,
  });
}

export function gzipTwice(place: Place): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_GZIP_TWICE',
    says: 'The file was compressed twice: the content of the gzip file is a gzip file again.',
    next: `Unpack it once with gunzip and read the result, or better: ${DOWNLOAD_AGAIN}`,
  });
}

// -------------------------------------------------------------------------------------------------------- Characters

export function charsetUnsupported(place: Place, label: string): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_CHARSET_UNSUPPORTED',
    says: `The download declares the charset ${quote(label)}; settlements come in UTF-8, windows-1252 and Shift_JIS.`,
    next: `Name the right one of the three: ${previewWith(place, 'utf-8')}`,
    text: label,
  });
}

/** No charset was named, and the bytes are Japanese of a kind that is not read. */
export function charsetEucJp(place: Place): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_CHARSET_UNSUPPORTED',
    says: 'The file names no charset and its bytes read as Japanese in EUC-JP; settlements come in UTF-8, windows-1252 and Shift_JIS.',
    next: `${DOWNLOAD_AGAIN} If you know that it is Shift_JIS: ${previewWith(place, 'shift_jis')}`,
  });
}

export function charsetUtf16(place: Place): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_CHARSET_UTF16',
    says: 'The file holds zero bytes between its letters, as in UTF-16; Amazon never writes settlements so, another program saved it.',
    next: DOWNLOAD_AGAIN,
  });
}

/** `others`: charsets that were not tried and in which these bytes are text. */
export function charsetWrong(
  place: Place,
  charset: string,
  found: { readonly from: 'declared' | 'detected'; readonly others: readonly string[]; readonly text: string },
): Problem {
  const { from, others, text } = found;
  const says =
    from === 'declared'
      ? `The bytes are not ${charset}, which the download declares.`
      : `The file names no charset and its bytes are neither UTF-8 nor ${charset}.`;
  const [other] = others;
  return invalid(place, {
    code: 'SETTLEMENT_CHARSET_WRONG',
    says,
    next:
      other === undefined
        ? DOWNLOAD_AGAIN
        : `If the file is whole, read it in another charset: ${previewWith(place, other)}`,
    text,
  });
}

/** Everything beyond ASCII in the file is UTF-8 to the last byte, which text in another charset never is by chance. */
export function charsetContradicted(place: Place, charset: string, text: string): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_CHARSET_CONTRADICTED',
    says: `The download declares ${charset}, and all letters of the file beyond ASCII are written in UTF-8: one of the two is wrong.`,
    next: `Look at the text here; if it reads well, read the file as UTF-8: ${previewWith(place, 'utf-8')}`,
    text,
  });
}

/** `what`: the byte, as the subject of a sentence. */
export function controlByte(place: Place, what: string, text: string): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_CONTROL_BYTE',
    says: `${what} stands in the row. Amazon writes none: the file was damaged, or changed by another program.`,
    next: DOWNLOAD_AGAIN,
    text,
  });
}

// ----------------------------------------------------------------------------------------------------- Rows, columns

export function columnMissing(place: Place, columns: readonly string[], text: string): Problem {
  const [first] = columns;
  return invalid(first === undefined ? place : { ...place, column: first }, {
    code: 'SETTLEMENT_COLUMN_MISSING',
    says: `The header lacks ${columns.length === 1 ? 'the column' : `${columns.length} columns:`} ${columns.join(', ')}.`,
    next: DOWNLOAD_AGAIN,
    text,
  });
}

export function columnTwice(place: Place, column: string): Problem {
  return invalid(
    { ...place, column },
    {
      code: 'SETTLEMENT_COLUMN_TWICE',
      says: `The header names the column ${column} twice, and only one of them can be meant.`,
      next: DOWNLOAD_AGAIN,
      text: column,
    },
  );
}

export function rowTooLong(place: Place, bytesMax: number, text: string): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_ROW_TOO_LONG',
    says: `The row is longer than ${bytesMax} bytes, the limit for one row.`,
    next: DOWNLOAD_AGAIN,
    text,
  });
}

export function rowTooWide(place: Place, fields: number, columns: number, text: string): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_ROW_TOO_WIDE',
    says: `The row has ${fields} fields under ${columns} column names, so its values cannot be assigned.`,
    next: DOWNLOAD_AGAIN,
    text,
  });
}

export function rowTooShort(place: Place, fields: number, needed: number, text: string): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_ROW_TOO_SHORT',
    says: `The row has ${fields} fields; the columns that are needed end with number ${needed}.`,
    next: DOWNLOAD_AGAIN,
    text,
  });
}

export function rowUnknown(place: Place, lastRow: number): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_ROW_UNKNOWN',
    says: `The file has no row ${place.row}; its last row is ${lastRow}.`,
    next: `Ask for a row from 1 to ${lastRow}.`,
  });
}

export function valuesTooMany(place: Place, max: number, text: string): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_VALUES_TOO_MANY',
    says: `More than ${max} different values stand in a column that names kinds of rows, places or channels.`,
    next: DOWNLOAD_AGAIN,
    text,
  });
}

// -------------------------------------------------------------------------------------------------------- Settlement

export function summaryMissing(place: Place, lastRow: number): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_SUMMARY_MISSING',
    says: `None of the ${lastRow} rows is the summary of the settlement with its total-amount, so nothing can be proven.`,
    next: DOWNLOAD_AGAIN,
  });
}

export function totalMissing(place: Place): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_TOTAL_MISSING',
    says: 'The row with the dates of the settlement has no total-amount, so nothing can be proven.',
    next: DOWNLOAD_AGAIN,
    text: '',
  });
}

/** `says`: what the column may hold in such a row. */
export function valueUnexpected(place: Place, says: string, text: string): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_VALUE_UNEXPECTED',
    says: `${says}; this one has ${quote(text)}, and nothing is left out without a reason.`,
    next: `Compare the row with Seller Central. ${DOWNLOAD_AGAIN}`,
    text,
  });
}

/** Amazon's numbers have ten or eleven digits. */
export function settlementIdTooLong(place: Place, digitsMax: number, text: string): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_ID_UNREADABLE',
    says: `${quote(text)} has ${text.length} digits; the number of a settlement has ten or eleven, and at most ${digitsMax} are read.`,
    next: DOWNLOAD_AGAIN,
    text,
  });
}

export function headerRepeated(place: Place, columnsRow: number, text: string): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_FILE_HOLDS_TWO',
    says: `The row repeats the column names of row ${columnsRow}: files were put together here. One file is one settlement.`,
    next: `Cut the file apart, each part with the row of column names, or better: ${DOWNLOAD_AGAIN}`,
    text,
  });
}

export function settlementIdUnreadable(place: Place, text: string): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_ID_UNREADABLE',
    says: text === '' ? 'The row names no settlement.' : `${quote(text)} is not the number of a settlement.`,
    next: DOWNLOAD_AGAIN,
    text,
  });
}

export function secondSummary(place: Place, firstRow: number, text: string): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_FILE_HOLDS_TWO',
    says: `The row is a second summary; the first is row ${firstRow}. One file is one settlement.`,
    next: `Cut the file apart, each part with the row of column names, or better: ${DOWNLOAD_AGAIN}`,
    text,
  });
}

export function otherSettlement(place: Place, settlementId: string, text: string): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_FILE_HOLDS_TWO',
    says: `The row belongs to settlement ${quote(text)}, the file to ${settlementId}. One file is one settlement.`,
    next: `Cut the file apart, each part with the row of column names, or better: ${DOWNLOAD_AGAIN}`,
    text,
  });
}

export function currencyUnknown(place: Place, text: string): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_CURRENCY_UNKNOWN',
    says: text === '' ? 'The summary names no currency.' : `${quote(text)} is no currency whose decimals are known.`,
    next: text === '' ? DOWNLOAD_AGAIN : 'A code that ISO 4217 added lately can be added in src/core/currency.ts.',
    text,
  });
}

export function currencyDiffers(place: Place, currency: string, text: string): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_CURRENCY_DIFFERS',
    says: `The row is in ${quote(text)}, the settlement in ${currency}. A settlement has one currency.`,
    next: DOWNLOAD_AGAIN,
    text,
  });
}

// ----------------------------------------------------------------------------------------------------------- Amounts

function describeMarks({ decimalMark, decimals }: AmountFormat, currency: string): string {
  const marks = decimalMark === 'none' ? 'no decimal mark' : `the decimal mark "${decimalMark}"`;
  return `this file writes ${marks} and ${currency} has ${decimals} decimals`;
}

export function amountUnreadable(place: Place, format: AmountFormat, currency: string, text: string): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_AMOUNT_UNREADABLE',
    says: `${quote(text)} is not an amount: ${strangeSign(text) ?? describeMarks(format, currency)}.`,
    next: DOWNLOAD_AGAIN,
    text,
  });
}

/** What people and other programs write for a negative amount, and Amazon does not. */
function strangeSign(text: string): string | undefined {
  const trimmed = text.trim();
  if (/^\(.*\)$/.test(trimmed)) return 'Amazon writes a negative amount with a hyphen in front, not in brackets';
  if (/[\u2010-\u2015\u2212\ufe63\uff0d]/.test(trimmed)) return 'its minus sign is not the hyphen that Amazon writes';
  return trimmed.endsWith('-') ? 'Amazon writes the minus sign in front' : undefined;
}

export function amountTooLong(place: Place, format: AmountFormat, currency: string, text: string): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_AMOUNT_UNREADABLE',
    says: `${quote(text)} is not an amount of at most ${AMOUNT_DIGITS_MAX} digits: ${describeMarks(format, currency)}.`,
    next: DOWNLOAD_AGAIN,
    text,
  });
}

export function amountAmbiguous(place: Place, format: AmountFormat, currency: string, text: string): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_AMOUNT_AMBIGUOUS',
    says: `${quote(text)} can be read with a decimal mark or with thousands: ${describeMarks(format, currency)}.`,
    next: `Compare the amount with Seller Central. ${DOWNLOAD_AGAIN}`,
    text,
  });
}

export function amountTooPrecise(place: Place, format: AmountFormat, currency: string, text: string): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_AMOUNT_TOO_PRECISE',
    says: `${quote(text)} has more decimals than its currency, and none is rounded: ${describeMarks(format, currency)}.`,
    next: `Compare the amount with Seller Central. ${DOWNLOAD_AGAIN}`,
    text,
  });
}

// ------------------------------------------------------------------------------------------------------------- Dates

export function dateUnreadable(place: Place, text: string): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_DATE_UNREADABLE',
    says: `${quote(text)} is not a date that Amazon writes, such as 2026-10-31 07:00:00 UTC or 31.10.2026.`,
    next: DOWNLOAD_AGAIN,
    text,
  });
}

export function dateAmbiguous(place: Place, text: string): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_DATE_AMBIGUOUS',
    says: `${quote(text)} can be read with the month or with the day first, and the dates around it do not show which.`,
    next: DOWNLOAD_AGAIN,
    text,
  });
}

export function periodReversed(place: Place, start: string, end: string): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_PERIOD_REVERSED',
    says: `The settlement ends at ${quote(end)}, before it starts at ${quote(start)}, so its rows belong to no month.`,
    next: `Compare the two dates with Seller Central. ${DOWNLOAD_AGAIN}`,
    text: end,
  });
}

/** Days: how far rows of a settlement may lie outside its period. */
export function dateOutside(
  place: Place,
  { isLate, days }: { readonly isLate: boolean; readonly days: number },
  text: string,
): Problem {
  const side = isLate ? `more than ${days} days after the settlement ends` : `more than ${days} days before it starts`;
  return invalid(place, {
    code: 'SETTLEMENT_DATE_OUTSIDE',
    says: `The row is posted at ${quote(text)}, ${side}, so it belongs to no month of the settlement.`,
    next: `Compare the row with Seller Central. ${DOWNLOAD_AGAIN}`,
    text,
  });
}

export function depositBeforeEnd(place: Place, end: string, deposit: string): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_DEPOSIT_BEFORE_END',
    says: `The payout is planned for ${quote(deposit)}, on a day before the settlement ends at ${quote(end)}.`,
    next: `Compare the two dates with Seller Central. ${DOWNLOAD_AGAIN}`,
    text: deposit,
  });
}

export function dateMissing(place: Place): Problem {
  return invalid(place, {
    code: 'SETTLEMENT_DATE_MISSING',
    says: 'The row has no date.',
    next: DOWNLOAD_AGAIN,
    text: '',
  });
}
