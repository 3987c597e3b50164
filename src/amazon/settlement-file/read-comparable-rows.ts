import type { ComparableRow } from '../../app/index.ts';
import { assert } from '../../core/index.ts';
import type { SettlementReading, SettlementSource } from '../../mapping/index.ts';
import { type Decode, decoderOf } from './charset.ts';
import type { Columns } from './columns.ts';
import { openContent } from './gzip.ts';
import { LineReader } from './line-reader.ts';
import { SETTLEMENT_FILE_LIMITS } from './read-settlement-file.ts';
import type { Row } from './row.ts';
import { type RowSink, scanRows } from './row-scanner.ts';
import { surveyFile } from './survey.ts';

/**
 * Reads a settlement file as `readSettlementFile` does, with the same checks and problems, and hands out each detail row with
 * all of its columns. Slower, because every row is decoded: for a person who compares two files.
 */
export async function readComparableRows(
  source: SettlementSource,
  visit: (row: ComparableRow) => void,
): Promise<SettlementReading> {
  const survey = await surveyFile(source, SETTLEMENT_FILE_LIMITS.rowBytesMax);
  const { columns, header, format } = survey;
  const others = new OtherColumns(columns, decoderOf(format.charset));
  let current: Row | undefined;
  const reader: LineReader = new LineReader(
    source.name,
    survey,
    {
      header: () => {},
      line: (line) => {
        assert(current !== undefined, 'a line comes from a row');
        const { triples, marketplaces, channels } = reader.tables;
        const { transactionType = '', amountType = '', amountDescription = '' } = triples[line.triple] ?? {};
        visit({
          row: line.row,
          transactionType,
          amountType,
          amountDescription,
          marketplace: marketplaces[line.marketplace] ?? '',
          channel: channels[line.channel] ?? '',
          orderId: line.orderId(),
          sku: line.sku(),
          postedAt: line.postedAt,
          amountMinor: line.amountMinor,
          others: others.of(current),
        });
      },
    },
    SETTLEMENT_FILE_LIMITS,
  );
  const sink: RowSink = {
    wants: 'rows',
    block: (bytes) => reader.block(bytes),
    tooLong: (row) => reader.tooLong(row),
    row: (row) => {
      current = row;
      reader.row(row);
    },
  };
  const content = await openContent(source);
  const lastRow = await scanRows(content.chunks, sink, SETTLEMENT_FILE_LIMITS.rowBytesMax);
  reader.finish();
  return { header, format, tables: reader.tables, lineCount: reader.lineCount, lastRow };
}

/** The columns that are read as values elsewhere are left out, so that each is compared once. */
class OtherColumns {
  readonly #columns: readonly (readonly [name: string, index: number])[];
  readonly #decode: Decode;

  constructor(columns: Columns, decode: Decode) {
    const { names, numberColumns: _numbers, count: _count, neededCount: _needed, ...read } = columns;
    const known = new Set<number>(Object.values(read));
    this.#decode = decode;
    this.#columns = names
      .map((name, index) => [name, index] as const)
      .filter(([name, index]) => name !== '' && !known.has(index))
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }

  of(row: Row): (readonly [string, string])[] {
    const found: (readonly [string, string])[] = [];
    for (const [name, index] of this.#columns) {
      if (index >= row.fieldCount || row.isFieldBlank(index)) continue;
      found.push([name, this.#decode(row.buffer, row.textStart(index), row.textEnd(index))]);
    }
    return found;
  }
}
