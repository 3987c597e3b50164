import type { Columns } from './columns.ts';
import { charsetUtf16, fileTruncated, type Place, resaved, rowTooWide } from './problems.ts';
import type { Row } from './row.ts';

const PLUS = 0x2b;

/** Refuses a row whose values cannot be assigned to columns, and fills up one that merely ends early. */
export function assertShape(row: Row, columns: Columns, file: string): void {
  const place: Place = { file, row: row.number };
  if (row.hasCarriageReturn) throw resaved(place, 'a carriage return stands inside the row', row.excerpt);
  if (row.hasZeroByte) throw charsetUtf16(place);
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
