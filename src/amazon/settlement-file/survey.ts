import { currencyDecimals } from '../../core/index.ts';
import type { SettlementFileFormat, SettlementHeader, SettlementSource } from '../../mapping/index.ts';
import { AmountEvidence, type AmountFormat, parsePlainAmount } from './amount.ts';
import { type Charset, CharsetEvidence, charsetLabelOf, charsetOfLabel } from './charset.ts';
import { type Columns, readColumns } from './columns.ts';
import { DateEvidence, DateReader, datePatternOf, type SlashOrder } from './date-time.ts';
import { openContent } from './gzip.ts';
import { isMarkup, MarkupFile } from './markup.ts';
import * as problems from './problems.ts';
import type { Row } from './row.ts';
import { assertNoHeader, assertShape, assertWholeNumbers, dateColumnOf, isSummary } from './row-checks.ts';
import { type RowSink, scanRows } from './row-scanner.ts';
import { parseSummary, type SummaryTexts, takeSummary } from './summary.ts';

const WHOLE_AMOUNT: AmountFormat = { decimals: 0, decimalMark: 'none', groupingMark: undefined };

/** What must be known of a file before its first row can be handed out. */
export interface Survey {
  readonly header: SettlementHeader;
  /** The summary as written: detail rows may repeat it. */
  readonly summary: SummaryTexts;
  readonly format: SettlementFileFormat;
  readonly columns: Columns;
  /** Physical row of the column names. */
  readonly columnsRow: number;
  readonly amountFormat: AmountFormat;
  readonly slashOrder: SlashOrder | undefined;
}

/**
 * Reads as far as it takes to know how the file writes itself: usually two rows, to the end when its charset is not
 * declared or when no amount or date settles which of two readings is meant.
 */
export async function surveyFile(source: SettlementSource, rowBytesMax: number): Promise<Survey> {
  const file = source.name;
  const label = charsetLabelOf(source.contentType);
  const declared = label === undefined ? undefined : charsetOfLabel(label);
  if (label !== undefined && !declared) throw problems.charsetUnsupported({ file }, label);
  const content = await openContent(source);
  const surveyor = new Surveyor(file, rowBytesMax, declared);
  const rowCount = await scanRows(content.chunks, surveyor, rowBytesMax);
  return surveyor.conclude(content.compression, rowCount);
}

class Surveyor implements RowSink {
  wants: RowSink['wants'] = 'rows';
  readonly #file: string;
  readonly #rowBytesMax: number;
  readonly #declared: Charset | undefined;
  readonly #charset = new CharsetEvidence();
  readonly #amounts = new AmountEvidence();
  readonly #dates = new DateEvidence();
  #hasByteOrderMark = false;
  #columns: Columns | undefined;
  #columnsRow = 0;
  #summary: SummaryTexts | undefined;
  /** The first row that has the summary's dates and no total. */
  #rowWithoutTotal: number | undefined;
  #markup: MarkupFile | undefined;
  #hasDetail = false;

  constructor(file: string, rowBytesMax: number, declared: Charset | undefined) {
    this.#file = file;
    this.#rowBytesMax = rowBytesMax;
    this.#declared = declared;
  }

  block(bytes: Buffer): void {
    if (!this.#declared) this.#charset.see(bytes);
  }

  tooLong(row: Row): void {
    // Reading the rows will meet this one again and name it; here it only ends the search for the charset.
    if (this.wants === 'blocks') {
      this.wants = 'nothing';
      return;
    }
    if (!this.#columns) this.#begin(row);
    this.#markup?.refuse();
    throw problems.rowTooLong({ file: this.#file, row: row.number }, this.#rowBytesMax, row.excerpt);
  }

  row(row: Row): void {
    if (row.hasByteOrderMark) this.#hasByteOrderMark = true;
    if (row.isBlank) return;
    if (!this.#columns) {
      this.#begin(row);
      return;
    }
    this.#see(row, this.#columns);
    const decimals = this.#summary && currencyDecimals(this.#summary.currency);
    const isEnough = decimals !== undefined && this.#hasDetail && this.#amounts.isConclusive(decimals);
    if (isEnough && this.#dates.isConclusive) {
      this.wants = this.#declared || this.#hasByteOrderMark ? 'nothing' : 'blocks';
    }
  }

  /** Before the column names are known: takes them, or gathers what stands there instead. */
  #begin(row: Row): void {
    const place = { file: this.#file, row: row.number };
    if (!this.#markup && isMarkup(row)) this.#markup = new MarkupFile(place, row);
    if (this.#markup) {
      this.#markup.add(row);
      return;
    }
    this.#columns = readColumns(row, place);
    this.#columnsRow = row.number;
  }

  #see(row: Row, columns: Columns): void {
    const file = this.#file;
    assertShape(row, columns, file);
    assertNoHeader(row, columns, this.#columnsRow, file);
    assertWholeNumbers(row, columns, file);
    const isSummaryRow = isSummary(row, columns);
    if (isSummaryRow && this.#summary) {
      throw problems.secondSummary({ file, row: row.number }, this.#summary.row, row.excerpt);
    }
    if (isSummaryRow) {
      this.#summary = takeSummary(row, columns, file);
      for (const column of [columns.startDate, columns.endDate, columns.depositDate]) this.#seeDate(row, column);
      this.#amounts.see(this.#summary.totalAmount);
    } else {
      this.#hasDetail = true;
      const isUntyped = row.isFieldBlank(columns.transactionType) && row.isFieldBlank(columns.amountType);
      if (isUntyped && !row.isFieldBlank(columns.startDate)) this.#rowWithoutTotal ??= row.number;
      this.#seeAmount(row, columns.amount);
      const dateColumn = dateColumnOf(row, columns);
      if (dateColumn !== undefined) this.#seeDate(row, dateColumn);
    }
  }

  /** Whole numbers, which are all there is in a file in yen, say nothing about marks. */
  #seeAmount(row: Row, column: number): void {
    const whole = parsePlainAmount(row.buffer, row.fieldStart(column), row.fieldEnd(column), WHOLE_AMOUNT);
    if (Number.isNaN(whole)) this.#amounts.see(row.legible(column));
  }

  #seeDate(row: Row, column: number): void {
    this.#dates.see(row.buffer, row.textStart(column), row.textEnd(column));
  }

  conclude(compression: SettlementFileFormat['compression'], rowCount: number): Survey {
    const file = this.#file;
    const columns = this.#columns;
    const summary = this.#summary;
    this.#markup?.refuse();
    if (!columns) throw problems.fileEmpty({ file });
    if (!summary && !this.#hasDetail) throw problems.headerOnly({ file, row: this.#columnsRow });
    if (!summary && this.#rowWithoutTotal !== undefined) {
      throw problems.totalMissing({ file, row: this.#rowWithoutTotal, column: 'total-amount' });
    }
    if (!summary) throw problems.summaryMissing({ file }, rowCount);
    const amountFormat = this.#amounts.conclude(currencyDecimals(summary.currency));
    const slashOrder = this.#dates.order;
    const header = parseSummary(summary, amountFormat, new DateReader(slashOrder), file);
    const datePattern = datePatternOf(Buffer.from(summary.startDate), slashOrder);
    if (!datePattern) {
      const place = { file, row: summary.row, column: 'settlement-start-date' };
      throw problems.dateUnreadable(place, summary.startDate);
    }
    // A byte order mark is part of the content and says UTF-8 louder than a header that was added to it.
    const marked: Charset | undefined = this.#hasByteOrderMark ? 'utf-8' : undefined;
    const charset = marked ?? this.#declared ?? this.#charset.conclude(summary.currency);
    if (charset === 'euc-jp') throw problems.charsetEucJp({ file });
    return {
      header,
      summary,
      format: {
        charset,
        charsetFrom: charset === this.#declared ? 'declared' : 'detected',
        decimalMark: amountFormat.decimalMark,
        datePattern,
        compression,
        columnCount: columns.count,
      },
      columns,
      columnsRow: this.#columnsRow,
      amountFormat,
      slashOrder,
    };
  }
}
