import { assert } from '../../core/index.ts';
import type { SettlementReading, SettlementSource, SettlementVisitor } from '../../mapping/index.ts';
import { openContent } from './gzip.ts';
import { LineReader, type LineReaderLimits } from './line-reader.ts';
import { scanRows } from './row-scanner.ts';
import { surveyFile } from './survey.ts';

/** What bounds the memory of a reading, however large or strange the file is. */
export type SettlementFileLimits = LineReaderLimits;

export const SETTLEMENT_FILE_LIMITS: SettlementFileLimits = {
  /** Amazon's rows have about 200 bytes. */
  rowBytesMax: 64 * 1024,
  /** A year of one seller has about a hundred kinds of rows, some of them with an ASIN or a period in their text. */
  distinctValuesMax: 100_000,
};

/**
 * Reads Amazon's V2 settlement flat file, plain or gzip, and shows every detail row to the visitor in file order.
 *
 * Reads whole or not at all: the first thing that is not certain raises an `invalid` problem that names file, row,
 * column and text (`SETTLEMENT_…`, all in `problems.ts`), and then nothing that was visited may be used. Rows are
 * never skipped, merged or corrected; identical rows are all handed out. The amounts are not summed here.
 *
 * The source is opened twice: once to find out how the file writes itself, which for a download with its Content-Type
 * is over after two rows, and once to read it. Memory holds a chunk of about 1 MB, one row, and the distinct kinds of
 * rows. What the visitor or the source throws passes through unchanged.
 */
export async function readSettlementFile(
  source: SettlementSource,
  visitor: SettlementVisitor,
  limits: Partial<SettlementFileLimits> = {},
): Promise<SettlementReading> {
  const { rowBytesMax, distinctValuesMax } = { ...SETTLEMENT_FILE_LIMITS, ...limits };
  const survey = await surveyFile(source, rowBytesMax);
  const reader = new LineReader(source.name, survey, visitor, { rowBytesMax, distinctValuesMax });
  visitor.header(survey.header, reader.tables, survey.format);
  const content = await openContent(source);
  const lastRow = await scanRows(content.chunks, reader, rowBytesMax);
  reader.finish();
  assert(reader.hasMetSummary, `${source.name} did not hold the same rows when it was opened a second time`);
  return { header: survey.header, format: survey.format, tables: reader.tables, lineCount: reader.lineCount, lastRow };
}
