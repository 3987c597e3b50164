import { beginsAsGzip } from '../../core/index.ts';
import {
  charsetUtf16,
  columnMissing,
  columnTwice,
  fileTruncated,
  gzipTwice,
  layoutV1,
  notASettlement,
  type Place,
  resaved,
  webPage,
} from './problems.ts';
import type { Row } from './row.ts';

/** The columns that are read, as Amazon names them. A file may have others, in any order. */
const NEEDED_COLUMNS = {
  settlementId: 'settlement-id',
  startDate: 'settlement-start-date',
  endDate: 'settlement-end-date',
  depositDate: 'deposit-date',
  totalAmount: 'total-amount',
  currency: 'currency',
  transactionType: 'transaction-type',
  orderId: 'order-id',
  marketplaceName: 'marketplace-name',
  amountType: 'amount-type',
  amountDescription: 'amount-description',
  amount: 'amount',
  fulfillmentId: 'fulfillment-id',
  sku: 'sku',
} as const;

/** What a reader checks first in a row: how much, of which order and article, and what for. */
const TELLING_COLUMNS = ['amount', 'orderId', 'sku', 'amountDescription'] as const;

/** Where these stand in a file with this header, in the order in which a person wants to see them; the others are left out. */
export function tellingColumns(header: readonly string[]): readonly number[] {
  return TELLING_COLUMNS.map((column) => header.indexOf(NEEDED_COLUMNS[column])).filter((index) => index >= 0);
}

const POSTED_DATE_TIME = 'posted-date-time';
const POSTED_DATE = 'posted-date';

/** Columns with long numbers, which spreadsheet programs turn into `7.82115E+12`. Looked at where they exist. */
const NUMBER_COLUMNS = ['settlement-id', 'order-item-code', 'merchant-order-item-id', 'adjustment-id'];

/** Only the removed first layout has a column pair per kind of amount. */
const V1_COLUMNS = ['price-type', 'price-amount', 'item-related-fee-type', 'order-fee-type', 'other-amount'];

type NeededColumn = keyof typeof NEEDED_COLUMNS;

/** Where each column stands in the rows of one file. */
export type Columns = Readonly<Record<NeededColumn, number>> & {
  /** At least one of the two date columns exists; the one that does not is -1. */
  readonly postedDateTime: number;
  readonly postedDate: number;
  readonly numberColumns: readonly number[];
  readonly names: readonly string[];
  readonly count: number;
  /** Fields a detail row must have at least; later columns are not needed. */
  readonly neededCount: number;
};

/** Finds the columns by name in the first row, or says what the file is instead of a settlement. */
export function readColumns(row: Row, place: Place): Columns {
  const text = row.excerpt;
  refuseOtherFormats(row, text, place);
  const names = namesIn(row);
  if (!names.includes(NEEDED_COLUMNS.settlementId)) throw notASettlement(place, text);
  if (!names.includes(NEEDED_COLUMNS.amountType) && V1_COLUMNS.some((name) => names.includes(name))) {
    throw layoutV1(place, text);
  }
  const wanted = [...Object.values(NEEDED_COLUMNS), POSTED_DATE_TIME, POSTED_DATE];
  const missing = wanted.filter((name) => !names.includes(name) && name !== POSTED_DATE_TIME && name !== POSTED_DATE);
  if (!names.includes(POSTED_DATE_TIME) && !names.includes(POSTED_DATE)) missing.push(POSTED_DATE_TIME);
  if (missing.length > 0 && !row.hasLineEnd) throw fileTruncated(place, names.length, wanted.length, text);
  if (missing.length > 0) throw columnMissing(place, missing, text);
  const twice = wanted.find((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (twice !== undefined) throw columnTwice(place, twice);
  return columnsOf(names);
}

function columnsOf(names: readonly string[]): Columns {
  const needed = Object.fromEntries(
    Object.entries(NEEDED_COLUMNS).map(([key, name]) => [key, names.indexOf(name)]),
  ) as Record<NeededColumn, number>;
  const postedDateTime = names.indexOf(POSTED_DATE_TIME);
  const postedDate = names.indexOf(POSTED_DATE);
  const lastDate = postedDateTime >= 0 ? postedDateTime : postedDate;
  return {
    ...needed,
    postedDateTime,
    postedDate,
    numberColumns: NUMBER_COLUMNS.map((name) => names.indexOf(name)).filter((column) => column >= 0),
    names,
    count: names.length,
    neededCount: Math.max(lastDate, ...Object.values(needed)) + 1,
  };
}

function namesIn(row: Row): string[] {
  return Array.from({ length: row.fieldCount }, (_, column) => row.latin1(column).trim().toLowerCase());
}

function refuseOtherFormats(row: Row, text: string, place: Place): void {
  const start = text.trimStart();
  const head = row.buffer.subarray(row.start, row.start + 2);
  const isOldWorkbook = head[0] === 0xd0 && head[1] === 0xcf;
  const isUtf16Mark = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  if (beginsAsGzip(head)) throw gzipTwice(place);
  if (start.startsWith('PK\u0003\u0004') || isOldWorkbook)
    throw resaved(place, 'it is a workbook or a zip archive', text);
  const hasZeroLetter = row.hasZeroByte && (head[0] === 0) !== (head[1] === 0);
  if (isUtf16Mark || hasZeroLetter) throw charsetUtf16(place);
  if (row.hasZeroByte) throw notASettlement(place, text);
  if (start.startsWith('{') || start.startsWith('[')) throw webPage(place, 'JSON', text);
  if (row.hasCarriageReturn) throw resaved(place, 'its lines end with a carriage return alone', text);
  if (!start.toLowerCase().includes(NEEDED_COLUMNS.settlementId)) return;
  if (start.includes('"')) throw resaved(place, 'its column names are in quotes', text);
  if (row.fieldCount > 1) return;
  const separator = [';', ','].find((mark) => start.includes(mark));
  if (separator) throw resaved(place, `its columns are separated by "${separator}" instead of tabs`, text);
}
