import type { Columns } from './columns.ts';
import { controlByte, fileTruncated, headerRepeated, type Place, resaved, rowTooWide } from './problems.ts';
import type { Row } from './row.ts';

const PLUS = 0x2b;
/** Ctrl+Z, with which DOS ends a text file. */
const END_OF_TEXT = 0x1a;
const SMALL_S = 0x73;
const CAPITAL_S = 0x53;

/** Refuses a row whose values cannot be assigned to columns, and fills up one that merely ends early. */
export function assertShape(row: Row, columns: Columns, file: string): void {
  const place: Place = { file, row: row.number };
  if (row.hasCarriageReturn) throw resaved(place, 'a carriage return stands inside the row', row.excerpt);
  if (row.hasZeroByte) throw controlByte(place, 'A zero byte', row.excerpt);
  if (row.buffer[row.start] === END_OF_TEXT) throw controlByte(place, 'An end-of-file mark (Ctrl+Z)', row.excerpt);
  if (row.fieldCount > columns.count) throw rowTooWide(place, row.fieldCount, columns.count, row.excerpt);
  if (row.fieldCount === columns.count) return;
  if (!row.hasLineEnd) throw fileTruncated(place, row.fieldCount, columns.count, row.excerpt);
  row.padTo(columns.count);
}

/** Refuses numbers in the way spreadsheet programs write long ones, because their last digits are gone. */
export function assertWholeNumbers(row: Row, columns: Columns, file: string): void {
  for (const column of columns.numberColumns) {
    if (row.buffer[row.fieldEnd(column) - 3] !== PLUS) continue;
    const text = row.latin1(column).trim();
    if (/^\d(?:[.,]\d+)?E\+\d{2}$/i.test(text)) {
      const place = { file, row: row.number, column: columns.names[column] ?? '' };
      throw resaved(place, `${text} was a longer number`, text);
    }
  }
}

/** Refuses the column names where a row should be: the beginning of another file. */
export function assertNoHeader(row: Row, columns: Columns, columnsRow: number, file: string): void {
  const first = row.buffer[row.textStart(columns.settlementId)];
  if (first !== SMALL_S && first !== CAPITAL_S) return;
  if (row.latin1(columns.settlementId).trim().toLowerCase() !== columns.names[columns.settlementId]) return;
  throw headerRepeated({ file, row: row.number }, columnsRow, row.excerpt);
}

/** By its contents alone: rows of some countries have no transaction type either, but then they have no total. */
export function isSummary(row: Row, columns: Columns): boolean {
  return (
    row.isFieldBlank(columns.transactionType) &&
    row.isFieldBlank(columns.amountType) &&
    !row.isFieldBlank(columns.totalAmount)
  );
}

/** The column the date of a row stands in: the one with the time, else the one with the day, else none. */
export function dateColumnOf(row: Row, columns: Columns): number | undefined {
  const { postedDateTime, postedDate } = columns;
  if (postedDateTime >= 0 && !row.isFieldBlank(postedDateTime)) return postedDateTime;
  if (postedDate >= 0 && !row.isFieldBlank(postedDate)) return postedDate;
  return undefined;
}
