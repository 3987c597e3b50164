import type { CurrencyCode, EpochSeconds } from '../../core/index.ts';
import type { LineTriple, SettlementLine, SettlementTables, SettlementVisitor } from '../../mapping/index.ts';
import { type AmountFormat, parseAmount, parsePlainAmount } from './amount.ts';
import { charsetsOf, type Decode, decoderOf, isValidIn } from './charset.ts';
import { CharsetContradiction } from './charset-contradiction.ts';
import type { Columns } from './columns.ts';
import { DateReader, SECONDS_PER_DAY } from './date-time.ts';
import { InternTable, RepeatedText } from './intern-table.ts';
import * as problems from './problems.ts';
import type { Row } from './row.ts';
import { assertNoHeader, assertShape, assertWholeNumbers, dateColumnOf, isSummary } from './row-checks.ts';
import type { RowSink } from './row-scanner.ts';
import { requireAmount, requireDate } from './summary.ts';
import type { Survey } from './survey.ts';

/** A deferred order keeps its date; Amazon keeps the events behind a settlement for two years. */
const EARLY_DAYS_MAX = 730;
/** A day without a time is its first second in UTC, which in no time zone is more than this from the moment it means. */
const LATE_DAYS_MAX = 2;

export interface LineReaderLimits {
  readonly rowBytesMax: number;
  readonly distinctValuesMax: number;
}

/** The one line object that every row of a file is shown through. */
class CurrentLine implements SettlementLine {
  row = 0;
  triple = 0;
  marketplace = 0;
  channel = 0;
  amountMinor = 0n;
  postedAt: EpochSeconds = 0;
  source: Row | undefined;
  readonly #orderIdColumn: number;
  readonly #skuColumn: number;
  readonly #orderIds: RepeatedText;
  readonly #skus: RepeatedText;

  constructor(columns: Columns, decode: Decode) {
    this.#orderIdColumn = columns.orderId;
    this.#skuColumn = columns.sku;
    this.#orderIds = new RepeatedText(decode);
    this.#skus = new RepeatedText(decode);
  }

  orderId(): string {
    return this.#read(this.#orderIds, this.#orderIdColumn);
  }

  sku(): string {
    return this.#read(this.#skus, this.#skuColumn);
  }

  #read(texts: RepeatedText, column: number): string {
    const row = this.source;
    return row ? texts.read(row.buffer, row.fieldStart(column), row.fieldEnd(column)) : '';
  }
}

/** Turns rows into lines and hands them to the visitor; refuses the first row that is not certain in every part. */
export class LineReader implements RowSink {
  readonly wants = 'rows';
  lineCount = 0;
  /** The summary came by again where the survey had found it. */
  hasMetSummary = false;
  readonly tables: SettlementTables;
  readonly #file: string;
  readonly #survey: Survey;
  readonly #columns: Columns;
  readonly #visitor: SettlementVisitor;
  readonly #limits: LineReaderLimits;
  readonly #decode: Decode;
  readonly #amountFormat: AmountFormat;
  readonly #currency: CurrencyCode;
  readonly #settlementIdBytes: Buffer;
  readonly #currencyBytes: Buffer;
  readonly #dates: DateReader;
  readonly #triples: InternTable;
  readonly #marketplaces: InternTable;
  readonly #channels: InternTable;
  readonly #line: CurrentLine;
  readonly #earliestAt: EpochSeconds;
  readonly #latestAt: EpochSeconds;
  /** Columns in which a detail row says nothing or repeats the summary, with what the summary says. */
  readonly #summaryValues: readonly (readonly [column: number, text: string])[];
  readonly #contradiction: CharsetContradiction;
  #isBlockValid = true;

  constructor(file: string, survey: Survey, visitor: SettlementVisitor, limits: LineReaderLimits) {
    this.#file = file;
    this.#survey = survey;
    this.#columns = survey.columns;
    this.#visitor = visitor;
    this.#limits = limits;
    this.#decode = decoderOf(survey.format.charset);
    this.#amountFormat = survey.amountFormat;
    this.#currency = survey.header.currency;
    this.#settlementIdBytes = Buffer.from(survey.header.settlementId, 'latin1');
    this.#currencyBytes = Buffer.from(this.#currency, 'latin1');
    this.#dates = new DateReader(survey.slashOrder);
    this.#earliestAt = survey.header.startAt - EARLY_DAYS_MAX * SECONDS_PER_DAY;
    this.#latestAt = survey.header.endAt + LATE_DAYS_MAX * SECONDS_PER_DAY;
    this.#summaryValues = summaryValuesOf(survey);
    this.#contradiction = new CharsetContradiction(survey.format);
    const { transactionType, amountType, amountDescription, marketplaceName, fulfillmentId } = survey.columns;
    const triples: LineTriple[] = [];
    const marketplaces: string[] = [];
    const channels: string[] = [];
    this.#triples = this.#intern(
      [transactionType, amountType, amountDescription],
      ([type = '', amount = '', text = '']) =>
        triples.push({ transactionType: type, amountType: amount, amountDescription: text }),
    );
    this.#marketplaces = this.#intern([marketplaceName], ([name = '']) => marketplaces.push(name));
    this.#channels = this.#intern([fulfillmentId], ([name = '']) => channels.push(name));
    this.tables = { triples, marketplaces, channels };
    this.#line = new CurrentLine(survey.columns, this.#decode);
  }

  #intern(columns: readonly number[], add: (texts: readonly string[]) => void): InternTable {
    const valuesMax = this.#limits.distinctValuesMax;
    return new InternTable({
      columns,
      decode: this.#decode,
      add,
      valuesMax,
      onTooMany: (row) => {
        const column = columns.at(-1) ?? 0;
        throw problems.valuesTooMany(this.#place(row, column), valuesMax, row.legible(column));
      },
    });
  }

  block(bytes: Buffer): void {
    this.#isBlockValid = isValidIn(this.#survey.format.charset, bytes);
    this.#contradiction.see(bytes);
  }

  /** After the last row: what only the whole file can show. */
  finish(): void {
    const found = this.#contradiction.found();
    if (!found) return;
    const column = this.#columns.names[found.column];
    const place = { file: this.#file, row: found.row, ...(column !== undefined && { column }) };
    throw problems.charsetContradicted(place, this.#survey.format.charset, found.text);
  }

  tooLong(row: Row): void {
    throw problems.rowTooLong(this.#place(row), this.#limits.rowBytesMax, row.excerpt);
  }

  row(row: Row): void {
    if (row.number <= this.#survey.columnsRow || row.isBlank) return;
    const columns = this.#columns;
    assertShape(row, columns, this.#file);
    assertNoHeader(row, columns, this.#survey.columnsRow, this.#file);
    if (!this.#isBlockValid) this.#assertCharset(row);
    this.#contradiction.seeRow(row);
    assertWholeNumbers(row, columns, this.#file);
    this.#assertSettlement(row);
    if (isSummary(row, columns)) this.#meetSummary(row);
    else this.#readLine(row, columns);
  }

  #readLine(row: Row, columns: Columns): void {
    if (row.fieldCount < columns.neededCount) {
      throw problems.rowTooShort(this.#place(row), row.fieldCount, columns.neededCount, row.excerpt);
    }
    this.#assertCurrency(row);
    this.#assertNoSummaryValues(row);
    const line = this.#line;
    line.source = row;
    line.row = row.number;
    line.triple = this.#triples.indexOf(row);
    line.marketplace = this.#marketplaces.indexOf(row);
    line.channel = this.#channels.indexOf(row);
    line.amountMinor = this.#amountOf(row);
    line.postedAt = this.#postedAtOf(row);
    this.lineCount++;
    this.#visitor.line(line);
  }

  #meetSummary(row: Row): void {
    const firstRow = this.#survey.header.row;
    if (row.number !== firstRow) throw problems.secondSummary(this.#place(row), firstRow, row.excerpt);
    this.hasMetSummary = true;
  }

  #amountOf(row: Row): bigint {
    const column = this.#columns.amount;
    const from = row.fieldStart(column);
    const to = row.fieldEnd(column);
    const plain = parsePlainAmount(row.buffer, from, to, this.#amountFormat);
    if (!Number.isNaN(plain)) return BigInt(plain);
    const text = this.#decode(row.buffer, from, to);
    return requireAmount(parseAmount(text, this.#amountFormat), this.#place(row, column), {
      format: this.#amountFormat,
      currency: this.#currency,
      text,
    });
  }

  #postedAtOf(row: Row): EpochSeconds {
    const columns = this.#columns;
    const column = dateColumnOf(row, columns);
    if (column === undefined) {
      throw problems.dateMissing(
        this.#place(row, columns.postedDateTime >= 0 ? columns.postedDateTime : columns.postedDate),
      );
    }
    const at = this.#dates.read(row.buffer, row.textStart(column), row.textEnd(column));
    const known = typeof at === 'number' ? at : requireDate(at, this.#place(row, column), row.legible(column));
    if (known < this.#earliestAt || known > this.#latestAt) {
      const isLate = known > this.#latestAt;
      const days = isLate ? LATE_DAYS_MAX : EARLY_DAYS_MAX;
      throw problems.dateOutside(this.#place(row, column), { isLate, days }, row.legible(column).trim());
    }
    return known;
  }

  #assertNoSummaryValues(row: Row): void {
    for (const [column, text] of this.#summaryValues) {
      if (row.isFieldBlank(column)) continue;
      const own = row.legible(column).trim();
      if (own !== text) {
        const says = 'Only the summary has a value here, which a row may repeat';
        throw problems.valueUnexpected(this.#place(row, column), says, own);
      }
    }
  }

  #assertSettlement(row: Row): void {
    const column = this.#columns.settlementId;
    if (isFieldEqual(row, column, this.#settlementIdBytes)) return;
    const text = row.legible(column).trim();
    const place = this.#place(row, column);
    if (text === '') throw problems.settlementIdUnreadable(place, text);
    throw problems.otherSettlement(place, this.#survey.header.settlementId, text);
  }

  #assertCurrency(row: Row): void {
    const column = this.#columns.currency;
    if (row.isFieldBlank(column) || isFieldEqual(row, column, this.#currencyBytes)) return;
    throw problems.currencyDiffers(this.#place(row, column), this.#currency, row.legible(column).trim());
  }

  #assertCharset(row: Row): void {
    const { charset, charsetFrom } = this.#survey.format;
    for (let column = 0; column < row.fieldCount; column++) {
      const field = row.buffer.subarray(row.fieldStart(column), row.fieldEnd(column));
      if (!isValidIn(charset, field)) {
        throw problems.charsetWrong(this.#place(row, column), charset, {
          from: charsetFrom,
          others: charsetFrom === 'declared' ? charsetsOf(field) : [],
          text: field.toString('latin1'),
        });
      }
    }
  }

  #place(row: Row, column?: number): problems.Place {
    const name = column === undefined ? undefined : this.#columns.names[column];
    return { file: this.#file, row: row.number, ...(name !== undefined && { column: name }) };
  }
}

function summaryValuesOf({ columns, summary }: Survey): (readonly [number, string])[] {
  return [
    [columns.startDate, summary.startDate],
    [columns.endDate, summary.endDate],
    [columns.depositDate, summary.depositDate],
    [columns.totalAmount, summary.totalAmount.trim()],
  ];
}

/** The field holds these bytes, spaces around them aside. */
function isFieldEqual(row: Row, column: number, expected: Buffer): boolean {
  const from = row.textStart(column);
  if (row.textEnd(column) - from !== expected.length) return false;
  for (let i = 0; i < expected.length; i++) if (row.buffer[from + i] !== expected[i]) return false;
  return true;
}
