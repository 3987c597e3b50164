import { DAY_MS, elapsedMs, type ProblemFacts } from '../core/index.ts';
import type {
  FeedCounts,
  Order,
  OrderBuyer,
  OrderWithBuyer,
  TimeWindow,
  UnreadableRecord,
  UtcInstant,
} from './amazon-feeds.ts';
import type { FeedContext, FeedRunOptions } from './feed-context.ts';
import { FEED_BATCH_MAX, type FeedCursor } from './feed-stores.ts';
import type { ObtainedReport, obtainReport } from './obtain-report.ts';
import { toInstant } from './plan-orders.ts';
import type { JsonObject } from './ports.ts';

export const ORDERS_STRAND = 'orders';
const taxAgainMs = 7 * DAY_MS;

/** What the strand keeps for itself between runs. */
export interface OrdersMemory {
  /** Read by report, in parts that are the same in each run, so that each run asks for the same reports. */
  readonly backfill?: TimeWindow & {
    /** What is left of a part that Amazon could not make as a whole, and the length of its own parts. */
    readonly troubled?: TimeWindow & { readonly partMs: number };
  };
  /** How the open window is asked for; a token is good for the same question only. */
  readonly asked?: {
    readonly lastUpdatedBefore: UtcInstant | null;
    readonly query: string;
    readonly pages: number;
    /** Only there where it is about a part of what the connection reads. */
    readonly marketplaceIds?: readonly string[];
  };
  /** What everything before the watermark was read of; `null`: of every marketplace there is. */
  readonly readOf?: readonly string[] | null;
  /** Since when Amazon refuses TAX and PAYMENT. */
  readonly withoutTaxSince?: UtcInstant;
  /** Orders whose detail was of no use, and when it is worth asking again. */
  readonly noDetail?: Readonly<Record<string, UtcInstant>>;
}

/** One run of the orders feed: where it stands and what it has come to. */
export interface OrdersRun {
  readonly context: FeedContext;
  readonly options: FeedRunOptions;
  readonly obtain: typeof obtainReport;
  /** By this machine's clock, for how long the run takes. */
  readonly startedMs: number;
  /** By the clock that all machines share, for everything that is kept: a machine that is ahead would pass over orders. */
  readonly nowMs: () => number;
  /** Those that reports are asked for. */
  marketplaceIds: readonly string[];
  /** Reports that were there when they were asked for; asking again would make others. */
  readonly early: Map<string, ObtainedReport>;
  /** Nothing was stored before. */
  isFirstLoad: boolean;
  cursor: FeedCursor;
  counts: FeedCounts;
  firstUnreadable: UnreadableRecord | undefined;
  readonly problems: ProblemFacts[];
}

export function memoryOf(run: OrdersRun): OrdersMemory {
  return run.cursor.memory as OrdersMemory;
}

/**
 * What pages are asked for. Nothing is named where the connection names nothing: then the orders of a marketplace that the
 * seller joins are there from the first on, however old the list of his marketplaces is.
 */
export function searchedMarketplaces({ context, marketplaceIds }: OrdersRun): readonly string[] {
  const named = context.rules.marketplaceIds;
  if (named === null) return [];
  // None of them is left; without any, Amazon would answer for all.
  return marketplaceIds.length > 0 ? marketplaceIds : named;
}

/** What is left of the time of this run; `null`: there is no limit. */
export function restOf({ context, options, startedMs }: OrdersRun): number | null {
  if (options.runMsMax === null) return null;
  return Math.max(0, options.runMsMax - (elapsedMs(context.clock) - startedMs));
}

/** Time for this run is over. Asked between two pages or reports, so that each run gets further. */
export function isOver(run: OrdersRun): boolean {
  return restOf(run) === 0;
}

/** Commits how far the strand has come. Everything before must be stored by now. */
export async function moveCursor(
  run: OrdersRun,
  change: { readonly watermark?: UtcInstant; readonly open?: FeedCursor['open']; readonly memory?: OrdersMemory },
): Promise<void> {
  const { watermark = run.cursor.watermark, open = run.cursor.open, memory = memoryOf(run) } = change;
  const isBack = watermark < run.cursor.watermark;
  run.cursor = { watermark: isBack ? run.cursor.watermark : watermark, open, memory: memory as JsonObject };
  run.isFirstLoad = false;
  await run.context.books.writeCursor(run.context.connection.id, ORDERS_STRAND, run.cursor);
}

/** Stores what the interface told: orders, their buyers where the connection wants them, and what could not be read. */
export async function storeAnswer(
  run: OrdersRun,
  answer: { readonly items: readonly OrderWithBuyer[]; readonly unreadable: readonly UnreadableRecord[] },
): Promise<FeedCounts> {
  const { books, connection, rules } = run.context;
  const newest = newestOfEach(answer.items);
  const orders = newest.map(({ order }) => order);
  const stored = await putInBatches(orders, (batch) => books.putOrders(connection.id, batch, { reportSha256: null }));
  const buyers = newest.flatMap(({ buyer }): OrderBuyer[] => (buyer && rules.buyers ? [buyer] : []));
  for (const batch of batchesOf(buyers)) await books.putBuyers(connection.id, batch);
  await keepAside(run, answer.unreadable);
  const repeated = answer.items.length - newest.length;
  const counts = { ...stored, unchanged: stored.unchanged + repeated };
  addCounts(run, counts);
  return counts;
}

/** Stores rows of a report; those of one order may come in several calls. */
export async function storeReportRows(
  run: OrdersRun,
  sha256: NonNullable<Parameters<FeedContext['books']['putOrders']>[2]['reportSha256']>,
  orders: readonly Order[],
  unreadable: readonly UnreadableRecord[],
): Promise<void> {
  const { books, connection } = run.context;
  addCounts(
    run,
    await putInBatches(orders, (batch) => books.putOrders(connection.id, batch, { reportSha256: sha256 })),
  );
  await keepAside(run, unreadable);
}

async function keepAside(run: OrdersRun, records: readonly UnreadableRecord[]): Promise<void> {
  const { books, connection } = run.context;
  for (const batch of batchesOf(records)) await books.keepUnreadable(connection.id, 'orders', batch);
  run.firstUnreadable ??= records[0];
  addCounts(run, { inserted: 0, changed: 0, unchanged: 0, unreadable: records.length });
}

/** An order that moved from one page to the next while they were read comes twice. */
function newestOfEach(items: readonly OrderWithBuyer[]): readonly OrderWithBuyer[] {
  const byId = new Map<string, OrderWithBuyer>();
  for (const item of items) {
    const known = byId.get(item.order.orderId);
    if (!known || item.order.lastUpdatedAt >= known.order.lastUpdatedAt) byId.set(item.order.orderId, item);
  }
  return [...byId.values()];
}

async function putInBatches(
  orders: readonly Order[],
  put: (batch: readonly Order[]) => Promise<FeedCounts>,
): Promise<FeedCounts> {
  let sum: FeedCounts = { inserted: 0, changed: 0, unchanged: 0, unreadable: 0 };
  for (const batch of batchesOf(orders)) sum = addUp(sum, await put(batch));
  return sum;
}

function* batchesOf<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += FEED_BATCH_MAX) yield items.slice(start, start + FEED_BATCH_MAX);
}

function addCounts(run: OrdersRun, counts: FeedCounts): void {
  run.counts = addUp(run.counts, counts);
}

function addUp(left: FeedCounts, right: FeedCounts): FeedCounts {
  return {
    inserted: left.inserted + right.inserted,
    changed: left.changed + right.changed,
    unchanged: left.unchanged + right.unchanged,
    unreadable: left.unreadable + right.unreadable,
  };
}

/** TAX and PAYMENT are asked for, unless Amazon refused them within the last week. */
export function asksForTax(run: OrdersRun): boolean {
  const { withoutTaxSince } = memoryOf(run);
  return withoutTaxSince === undefined || run.nowMs() - Date.parse(withoutTaxSince) >= taxAgainMs;
}

/** Amazon shows the orders, but no taxes: said once, and not asked for again for a week. */
export function noteTaxRefused(run: OrdersRun, problem: ProblemFacts): void {
  const memory: OrdersMemory = { ...memoryOf(run), withoutTaxSince: toInstant(run.nowMs()) };
  run.cursor = { ...run.cursor, memory: memory as JsonObject };
  run.problems.push(problem);
  run.context.log.write('warn', 'orders.tax.refused', { connection: run.context.connection.name, code: problem.code });
}

/** Amazon showed taxes again. */
export function noteTaxShown(run: OrdersRun): void {
  const { withoutTaxSince: _refused, ...memory } = memoryOf(run);
  run.cursor = { ...run.cursor, memory: memory as JsonObject };
}
