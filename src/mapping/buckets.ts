import {
  assert,
  type EpochSeconds,
  firstDayOf,
  formatInstant,
  localDateAt,
  type Money,
  money,
  nextYearMonth,
  Problem,
  type ProblemPlace,
  startOfLocalDate,
  type TimeZone,
  yearMonthOf,
} from '../core/index.ts';
import type { AccountTable } from './account-table.ts';
import type { LineMeanings } from './line-meanings.ts';
import { OrderRunCollector, type OrderRunSink } from './order-runs.ts';
import type { OrderRows } from './settled-orders.ts';
import type {
  SettlementFileFormat,
  SettlementHeader,
  SettlementLine,
  SettlementTables,
  SettlementVisitor,
} from './settlement.ts';
import { SkuClasses } from './sku-classes.ts';
import { NO_SKU_MATCH, type SkuMatch } from './sku-pattern.ts';
import { type FacilitatorTax, TaxOrders } from './tax-orders.ts';

/** In `bucketOfRow`: the row is not a detail row. */
export const NO_BUCKET = 0xffff_ffff;

/** Rows that agree in everything that decides their booking, added up. */
export interface SettlementBucket {
  readonly triple: number;
  readonly marketplace: number;
  readonly channel: number;
  /** The rows pay for orders that were accrued: they clear the receivable instead of being revenue. */
  readonly isAccrued: boolean;
  /** Which SKU patterns of the account table its rows match; empty where the table has none. */
  readonly skuPatterns: SkuMatch;
  /** A moment that lies, in the time zone of every company code, in the month in which all rows of the bucket belong. */
  readonly at: EpochSeconds;
  /** Amazon's sign. */
  readonly sumMinor: bigint;
  readonly count: number;
  readonly firstRow: number;
}

/** A settlement added up: all that booking and proving need of its rows. */
export interface SettlementSums {
  /** Index is the bucket number. */
  buckets(): readonly SettlementBucket[];
  /** Detail rows counted one by one. */
  readonly rowCount: number;
  /** Amounts of the detail rows added one by one, not over the buckets, so that both can be compared. */
  readonly rowTotal: Money;
  /** Index: physical row number. Value: bucket number, or `NO_BUCKET`. */
  bucketOfRow(): Uint32Array;
  /** What was paid of orders; absent where nobody asked. */
  readonly orders?: OrderRows | undefined;
  /** Tax collected and withheld, order by order, where Amazon withheld any. */
  facilitatorTax(): FacilitatorTax;
}

/** Distinct months a settlement may touch, over all time zones: far above any real period, and a limit for a broken file. */
export const PERIOD_SLOTS_MAX = 250;
const CHANNELS_MAX = 256;
const ROWS_AT_FIRST = 4096;
/** Room for half a million marketplaces, which no file has. */
const COMBINATIONS_OF_CLASS = 2 ** 36;

interface GrowingBucket extends SettlementBucket {
  sumMinor: bigint;
  count: number;
}

/**
 * Groups a settlement's rows while it is read. Rows share a bucket when they have the same three words, marketplace and
 * channel, match the same SKU patterns of the account table, and lie in the same slot of time. Slots are cut at the month starts of every company code's time zone, so the
 * month of a bucket is exact whichever company it ends up in. A row dated before the period is in the first slot, one
 * dated after it in the last: Amazon releases deferred orders later under their old date.
 *
 * Memory: four bytes a row plus the buckets, the orders with tax, and the SKUs where the table has patterns of them. Raises `SETTLEMENT_PERIOD_TOO_LONG` and `SETTLEMENT_CHANNELS_TOO_MANY`
 * (invalid) for a file that cannot be a settlement.
 */
export class SettlementBuckets implements SettlementVisitor, SettlementSums {
  readonly #timeZones: readonly TimeZone[];
  readonly #meanings: LineMeanings;
  readonly #runs: OrderRunCollector | undefined;
  readonly orders: OrderRows | undefined;
  readonly #skus: SkuClasses | undefined;
  readonly #file: string | undefined;
  readonly #buckets: GrowingBucket[] = [];
  /** By marketplace, channel, slot and whether it is accrued in one number; then by triple. */
  readonly #numbers = new Map<number, (number | undefined)[]>();
  #ofCombination: (number | undefined)[] = [];
  #lastCombination = -1;
  #header: SettlementHeader | undefined;
  #tax: TaxOrders | undefined;
  #slotStarts: readonly EpochSeconds[] = [];
  #slot = 0;
  #slotFrom = Number.NEGATIVE_INFINITY;
  #slotTo = Number.POSITIVE_INFINITY;
  #rowCount = 0;
  #rowTotal = 0n;
  #bucketOfRow = new Uint32Array(ROWS_AT_FIRST).fill(NO_BUCKET);
  #lastRow = 0;

  /** `file` is the name that its problems show. */
  constructor(
    table: AccountTable,
    options: { readonly onRun?: OrderRunSink; readonly file?: string; readonly orders?: OrderRows | undefined } = {},
  ) {
    this.#file = options.file;
    this.#meanings = table;
    this.orders = options.orders;
    this.#timeZones = [...new Set(table.companyCodes().map((rule) => rule.timeZone))];
    this.#runs = options.onRun && new OrderRunCollector(options.onRun);
    this.#skus = table.hasSkuPatterns ? new SkuClasses(table) : undefined;
  }

  header(header: SettlementHeader, tables: SettlementTables, _format?: SettlementFileFormat): void {
    this.#header = header;
    this.#tax = new TaxOrders(tables, this.#meanings);
    this.orders?.header(tables, this.#meanings);
    this.#slotStarts = slotStarts(header, this.#timeZones, this.#file);
    this.#enterSlot(0);
  }

  line(line: SettlementLine): void {
    const at = line.postedAt;
    if (at < this.#slotFrom || at >= this.#slotTo) this.#enterSlot(this.#slotAt(at));
    const isAccrued = this.orders?.take(line) ?? false;
    const slot = (line.marketplace * CHANNELS_MAX + line.channel) * (PERIOD_SLOTS_MAX + 1) + this.#slot;
    const named = slot * 2 + (isAccrued ? 1 : 0);
    // Without SKU patterns nothing is added, so that the number stays small and is fast to compare.
    const combination = this.#skus ? named + this.#skus.classOf(line.sku()) * COMBINATIONS_OF_CLASS : named;
    if (combination !== this.#lastCombination) this.#enterCombination(combination, line);
    const number = this.#ofCombination[line.triple];
    const bucket = number === undefined ? undefined : this.#buckets[number];
    if (bucket) {
      bucket.sumMinor += line.amountMinor;
      bucket.count += 1;
    } else {
      this.#ofCombination[line.triple] = this.#buckets.length;
      this.#buckets.push(this.#newBucket(line, isAccrued));
    }
    this.#rowCount += 1;
    this.#rowTotal += line.amountMinor;
    const link = number ?? this.#buckets.length - 1;
    this.#linkRow(line.row, link);
    this.#tax?.add(line, link, this.#buckets);
    this.#runs?.add(line);
  }

  buckets(): readonly SettlementBucket[] {
    return this.#buckets;
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  get rowTotal(): Money {
    return money(this.#readHeader().currency, this.#rowTotal);
  }

  facilitatorTax(): FacilitatorTax {
    assert(this.#tax !== undefined, 'the header of a settlement comes before its rows');
    return this.#tax.sums();
  }

  /** A copy of the row links. Ends the reading: an order run that is still open is handed out first. */
  bucketOfRow(): Uint32Array {
    this.#runs?.end();
    return this.#bucketOfRow.slice(0, this.#lastRow + 1);
  }

  #newBucket(line: SettlementLine, isAccrued: boolean): GrowingBucket {
    const { triple, marketplace, channel, amountMinor, row } = line;
    const at = this.#slot === 0 ? this.#readHeader().startAt : this.#slotFrom;
    const skuPatterns = this.#skus ? this.#skus.patternsOf(line.sku()) : NO_SKU_MATCH;
    return { triple, marketplace, channel, isAccrued, skuPatterns, at, sumMinor: amountMinor, count: 1, firstRow: row };
  }

  #readHeader(): SettlementHeader {
    assert(this.#header !== undefined, 'the header of a settlement comes before its rows');
    return this.#header;
  }

  #enterSlot(slot: number): void {
    this.#slot = slot;
    this.#slotFrom = this.#slotStarts[slot - 1] ?? Number.NEGATIVE_INFINITY;
    this.#slotTo = this.#slotStarts[slot] ?? Number.POSITIVE_INFINITY;
  }

  #slotAt(at: EpochSeconds): number {
    let slot = 0;
    for (const start of this.#slotStarts) if (start <= at) slot += 1;
    return slot;
  }

  #enterCombination(combination: number, { channel, row }: SettlementLine): void {
    if (channel >= CHANNELS_MAX) throw tooManyChannels(channel, placeOf(this.#file, row));
    let numbers = this.#numbers.get(combination);
    if (!numbers) {
      numbers = [];
      this.#numbers.set(combination, numbers);
    }
    this.#ofCombination = numbers;
    this.#lastCombination = combination;
  }

  #linkRow(row: number, bucket: number): void {
    if (row >= this.#bucketOfRow.length) {
      const grown = new Uint32Array(Math.max(row + 1, this.#bucketOfRow.length * 2)).fill(NO_BUCKET);
      grown.set(this.#bucketOfRow);
      this.#bucketOfRow = grown;
    }
    this.#bucketOfRow[row] = bucket;
    if (row > this.#lastRow) this.#lastRow = row;
  }
}

/** The moments inside the period at which a month begins for some company, ascending. */
function slotStarts(
  header: SettlementHeader,
  timeZones: readonly TimeZone[],
  file: string | undefined,
): EpochSeconds[] {
  const starts = new Set<EpochSeconds>();
  for (const timeZone of timeZones) {
    let month = nextYearMonth(yearMonthOf(localDateAt(header.startAt, timeZone)));
    for (;;) {
      const start = startOfLocalDate(firstDayOf(month), timeZone);
      if (start > header.endAt) break;
      starts.add(start);
      if (starts.size > PERIOD_SLOTS_MAX) throw periodTooLong(header, placeOf(file, header.row));
      month = nextYearMonth(month);
    }
  }
  return [...starts].sort((a, b) => a - b);
}

function placeOf(file: string | undefined, row: number): ProblemPlace {
  return { ...(file !== undefined && { file }), row };
}

function periodTooLong(header: SettlementHeader, where: ProblemPlace): Problem {
  return new Problem({
    code: 'SETTLEMENT_PERIOD_TOO_LONG',
    kind: 'invalid',
    says: `Settlement ${header.settlementId} runs from ${formatInstant(header.startAt)} to ${formatInstant(header.endAt)}, over more months than any payout period has.`,
    next: 'Compare the two dates in the summary row with Seller Central, and download the file again.',
    where,
  });
}

function tooManyChannels(channel: number, where: ProblemPlace): Problem {
  return new Problem({
    code: 'SETTLEMENT_CHANNELS_TOO_MANY',
    kind: 'invalid',
    says: `The file names ${channel + 1} fulfilment channels or more; Amazon knows AFN and MFN, and ${CHANNELS_MAX} is the limit.`,
    next: 'Look whether the columns of the file have been moved, and download it again.',
    where,
  });
}
