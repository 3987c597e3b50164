import { beginsAsGzip } from '../../core/index.ts';
import { type Charset, charsetLabelOf, charsetOfLabel, decoderOf } from '../settlement-file/charset.ts';
import { isPersonalColumn } from './personal-columns.ts';
import { charsetWrong, columnMissing, notATable, type Place } from './problems.ts';
import { cellBounds, type Dialect, type RawRecord, unquote } from './records.ts';

/** What a kind of report looks like. Names of columns are in lower case. */
export interface FlatFileShape {
  readonly dialect: Dialect;
  /** Without one of these the report is not read. It may have others, in any order. */
  readonly required: readonly string[];
  /** From these it is learnt how the file writes amounts. */
  readonly amounts: readonly string[];
  /** Each row has a cell for each column, so a narrower one is a part of a row. Default: the needed ones suffice. */
  readonly isFullWidth?: boolean;
}

export interface Header {
  /** In lower case. */
  readonly names: readonly string[];
  readonly columns: ReadonlyMap<string, number>;
  /** Cells a row must have at least. */
  readonly neededCount: number;
  readonly personal: readonly number[];
}

/** `undefined` when the download names no charset. Raises `REPORT_CHARSET_WRONG` (invalid) for one that is not known. */
export function declaredCharset(contentType: string | null, place: Place): Charset | undefined {
  const label = charsetLabelOf(contentType ?? undefined);
  if (label === undefined) return undefined;
  const charset = charsetOfLabel(label);
  if (charset === undefined) throw charsetWrong(place, label);
  return charset;
}

/** Finds the columns by name. Raises `REPORT_NOT_A_TABLE`, `REPORT_COLUMN_MISSING`, `REPORT_CHARSET_WRONG` (invalid). */
export function readHeader(record: RawRecord | undefined, shape: FlatFileShape, place: Place): Header {
  if (record === undefined) throw notATable(place, 'it is empty');
  const names = namesIn(record, shape.dialect, place);
  const missing = shape.required.filter((name) => !names.includes(name));
  if (missing.length === shape.required.length)
    throw notATable({ ...place, row: record.number }, 'its first row names none of the columns of this report');
  if (missing.length > 0) throw columnMissing({ ...place, row: record.number }, missing);
  const twice = shape.required.find((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (twice !== undefined) throw notATable({ ...place, column: twice }, `it has the column ${twice} twice`);
  // The first of two columns with one name counts, as a person would read it.
  const columns = new Map([...names.entries()].reverse().map(([index, name]) => [name, index]));
  return {
    names,
    columns,
    neededCount: shape.isFullWidth ? names.length : Math.max(...shape.required.map((name) => names.indexOf(name))) + 1,
    personal: names.flatMap((name, index) => (isPersonalColumn(name) ? [index] : [])),
  };
}

function namesIn(record: RawRecord, dialect: Dialect, place: Place): string[] {
  const bytes = withoutMark(record.bytes);
  refuseOtherFormats(bytes, { ...place, row: record.number });
  const bounds = cellBounds(bytes, dialect);
  const names: string[] = [];
  for (let i = 0; i < bounds.length; i += 2) {
    const cell = decoderOf('utf-8')(bytes, bounds[i] as number, bounds[i + 1] as number);
    names.push((dialect === 'csv' ? unquote(cell.trim()) : cell).trim().toLowerCase());
  }
  return names;
}

function refuseOtherFormats(bytes: Buffer, place: Place): void {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) throw charsetWrong(place, 'utf-16');
  if (beginsAsGzip(bytes)) throw notATable(place, 'it is compressed twice');
  if (bytes.includes(0)) throw charsetWrong(place, 'utf-16 or binary');
  const start = bytes.toString('latin1', 0, 64).trimStart();
  if (start.startsWith('<')) throw notATable(place, 'it is a page or XML');
  if (start.startsWith('{') || start.startsWith('[')) throw notATable(place, 'it is JSON');
  if (start.startsWith('PK\u0003\u0004')) throw notATable(place, 'it is a workbook or a zip archive');
  if (bytes.includes(0x0d)) throw notATable(place, 'its lines end with a carriage return alone');
  if (start === '' && bytes.length === 0) throw notATable(place, 'its first row is empty');
}

/** Without the byte order mark of UTF-8. */
export function withoutMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}
