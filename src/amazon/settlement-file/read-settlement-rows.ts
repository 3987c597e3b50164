import type { SettlementSource } from '../../mapping/index.ts';
import { type Decode, decoderOf } from './charset.ts';
import { openContent } from './gzip.ts';
import * as problems from './problems.ts';
import { SETTLEMENT_FILE_LIMITS } from './read-settlement-file.ts';
import type { Row } from './row.ts';
import { type RowSink, scanRows } from './row-scanner.ts';
import { surveyFile } from './survey.ts';

/** Some rows of a settlement file as they stand there, for a person to look at. */
export interface SettlementRowTexts {
  /** The column names, in the file's order. */
  readonly header: readonly string[];
  /** In the file's order. A row that ends early has fewer cells than the header. */
  readonly rows: readonly { readonly row: number; readonly cells: readonly string[] }[];
}

/**
 * Reads the physical rows with these numbers (the column header is row 1) and nothing behind the last of them. The
 * file must be one that `readSettlementFile` reads; its problems are raised here too. Raises `SETTLEMENT_ROW_UNKNOWN`
 * (invalid) for a number the file does not have.
 */
export async function readSettlementRows(
  source: SettlementSource,
  rowNumbers: readonly number[],
): Promise<SettlementRowTexts> {
  const { rowBytesMax } = SETTLEMENT_FILE_LIMITS;
  const survey = await surveyFile(source, rowBytesMax);
  const picker = new RowPicker(source.name, rowBytesMax, new Set(rowNumbers), decoderOf(survey.format.charset));
  const content = await openContent(source);
  const lastRow = await scanRows(content.chunks, picker, rowBytesMax);
  const [missing] = picker.wanted;
  if (missing !== undefined) throw problems.rowUnknown({ file: source.name, row: missing }, lastRow);
  return { header: survey.columns.names, rows: picker.rows };
}

class RowPicker implements RowSink {
  readonly wanted: Set<number>;
  readonly rows: { row: number; cells: string[] }[] = [];
  readonly #file: string;
  readonly #rowBytesMax: number;
  readonly #decode: Decode;

  constructor(file: string, rowBytesMax: number, wanted: Set<number>, decode: Decode) {
    this.#file = file;
    this.#rowBytesMax = rowBytesMax;
    this.wanted = wanted;
    this.#decode = decode;
  }

  get wants(): 'rows' | 'nothing' {
    return this.wanted.size > 0 ? 'rows' : 'nothing';
  }

  block(): void {}

  row(row: Row): void {
    if (!this.wanted.delete(row.number)) return;
    const cells = Array.from({ length: row.fieldCount }, (_, column) =>
      this.#decode(row.buffer, row.fieldStart(column), row.fieldEnd(column)),
    );
    this.rows.push({ row: row.number, cells });
  }

  tooLong(row: Row): never {
    throw problems.rowTooLong({ file: this.#file, row: row.number }, this.#rowBytesMax, row.excerpt);
  }
}
