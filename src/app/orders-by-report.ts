import { DAY_MS, isProblem, type Problem } from '../core/index.ts';
import type { Order, TimeWindow, UnreadableRecord } from './amazon-feeds.ts';
import type { ReportOrder } from './amazon-reports.ts';
import { FEED_BATCH_MAX } from './feed-stores.ts';
import type { ObtainedReport } from './obtain-report.ts';
import { openWindow } from './orders-by-page.ts';
import {
  isOver,
  memoryOf,
  moveCursor,
  type OrdersMemory,
  type OrdersRun,
  restOf,
  storeReportRows,
} from './orders-run.ts';
import { REPORT_WINDOW_MS_MAX, splitWindow } from './plan-orders.ts';

/** Settlements need the same allowance of documents, and come first. */
const reportsPerRun = 10;
/** The most marketplaces that a report takes. */
const marketplacesPerReport = 25;

/** Begins a backfill. Nothing is asked for yet. */
export async function openBackfill(run: OrdersRun, window: TimeWindow): Promise<void> {
  await moveCursor(run, { memory: { ...memoryOf(run), backfill: window } });
}

function partsOf({ troubled, ...window }: NonNullable<OrdersMemory['backfill']>): readonly TimeWindow[] {
  return splitWindow(window, REPORT_WINDOW_MS_MAX).flatMap((part) =>
    troubled?.until === part.until ? splitWindow(troubled, troubled.partMs) : [part],
  );
}

/** In Europe one report is of the whole region whatever it is asked for; elsewhere it is of one marketplace. */
export function reportsPerWindow(run: OrdersRun): number {
  return run.context.region === 'EU' ? 1 : run.marketplaceIds.length;
}

/**
 * Reads some parts of the backfill, oldest first; the watermark moves over whole parts only. Reports are asked for before the
 * first is waited for. Returns false when time is over, or the run has taken its share of documents. A report that
 * cannot be had is asked for in smaller parts, and at last its orders are read by page.
 */
export async function readBackfill(run: OrdersRun): Promise<boolean> {
  const { backfill, ...rest } = memoryOf(run);
  if (!backfill) return true;
  const parts = partsOf(backfill).filter(({ until }) => until > run.cursor.watermark);
  // Without a marketplace no report can be asked for; then the rest is planned anew, by page.
  if (parts.length === 0 || run.marketplaceIds.length === 0) {
    await moveCursor(run, { memory: rest });
    return true;
  }
  const share = parts.slice(0, Math.max(1, Math.floor(reportsPerRun / Math.max(1, reportsPerWindow(run)))));
  await askAhead(run, share);
  for (const part of share) {
    const outcome = await readPart(run, part);
    if (outcome === 'not-ready') return false;
    if (outcome !== 'stored') {
      await readOtherwise(run, part, outcome);
      return true;
    }
    await moveCursor(run, { watermark: part.until });
    await run.options.keepAlive();
    if (isOver(run)) return false;
  }
  return run.options.runMsMax === null || share.length === parts.length;
}

function ordersOf(run: OrdersRun, window: TimeWindow): readonly ReportOrder[] {
  const kind = 'orders-by-last-update';
  if (run.context.region === 'EU')
    return [{ kind, marketplaceIds: run.marketplaceIds.slice(0, marketplacesPerReport), window }];
  return run.marketplaceIds.map((marketplaceId) => ({ kind, marketplaceIds: [marketplaceId], window }));
}

const nameOf = ({ marketplaceIds, window }: ReportOrder) => `${window.from} ${window.until} ${marketplaceIds.join()}`;

/** Amazon makes several reports side by side. */
async function askAhead(run: OrdersRun, parts: readonly TimeWindow[]): Promise<void> {
  const orders = parts.flatMap((part) => ordersOf(run, part));
  if (orders.length < 2) return;
  for (const order of orders) {
    if (run.early.has(nameOf(order))) continue;
    if (isOver(run)) return;
    try {
      run.early.set(nameOf(order), await run.obtain(run.context, order, { ...run.options, runMsMax: 0 }));
    } catch (thrown) {
      if (!isProblem(thrown) || thrown.code !== 'REPORT_NOT_READY') throw thrown;
    }
    await run.options.keepAlive();
  }
}

/** `not-ready`: time is over before Amazon has made it. A problem: why it cannot be had or read. */
async function readPart(run: OrdersRun, part: TimeWindow): Promise<'stored' | 'not-ready' | Problem> {
  const days = `${part.from.slice(0, 10)} to ${part.until.slice(0, 10)}`;
  run.context.onProgress({ step: 'feed', feed: 'orders', says: `report of ${days}` });
  for (const order of ordersOf(run, part)) {
    const report = run.early.get(nameOf(order)) ?? (await waitFor(run, order));
    if (report === 'not-ready') return report;
    if (report.state === 'failed') return report.problem;
    if (report.state === 'no-data') continue;
    try {
      await readReport(run, report);
    } catch (thrown) {
      // The file as a whole is not a report that we understand; its bytes are evidence.
      if (!isProblem(thrown) || thrown.kind !== 'invalid') throw thrown;
      return thrown;
    }
  }
  return 'stored';
}

async function waitFor(run: OrdersRun, order: ReportOrder): Promise<ObtainedReport | 'not-ready'> {
  try {
    return await run.obtain(run.context, order, { ...run.options, runMsMax: restOf(run) });
  } catch (thrown) {
    if (isProblem(thrown) && thrown.code === 'REPORT_NOT_READY' && isOver(run)) return 'not-ready';
    throw thrown;
  }
}

async function readReport(run: OrdersRun, report: ObtainedReport & { readonly state: 'stored' }): Promise<void> {
  const { amazon, rules } = run.context;
  // In Europe a report holds every marketplace, also those that the connection leaves out.
  const wanted = rules.marketplaceIds === null ? undefined : new Set(rules.marketplaceIds);
  let orders: Order[] = [];
  let unreadable: UnreadableRecord[] = [];
  const flush = async () => {
    await storeReportRows(run, report.sha256, orders, unreadable);
    orders = [];
    unreadable = [];
    await run.options.keepAlive();
  };
  for await (const row of amazon.readers.orders(report.bytes)) {
    if ('unreadable' in row) unreadable.push(row.unreadable);
    else if (!wanted || row.item.marketplaceId === null || wanted.has(row.item.marketplaceId)) orders.push(row.item);
    if (orders.length + unreadable.length >= FEED_BATCH_MAX) await flush();
  }
  await flush();
}

/**
 * Smaller parts first, because Amazon fails with long windows. A day that fails alone is read by page, and so is a part whose
 * report Amazon refuses, or that nobody can read.
 */
async function readOtherwise(run: OrdersRun, part: TimeWindow, problem: Problem): Promise<void> {
  const { context } = run;
  const { backfill, ...memory } = memoryOf(run);
  if (!backfill) throw problem;
  const { from, until } = part;
  context.log.write('warn', 'orders.report.failed', { code: problem.code, from, until });
  const partMs = Date.parse(until) - Date.parse(from);
  if (problem.code === 'REPORT_FAILED' && partMs > DAY_MS) {
    const isOfTroubled =
      backfill.troubled !== undefined && from >= backfill.troubled.from && until <= backfill.troubled.until;
    const end = isOfTroubled ? backfill.troubled.until : until;
    const troubled = { from, until: end, partMs: Math.max(DAY_MS, Math.ceil(partMs / 2)) };
    await moveCursor(run, { memory: { ...memory, backfill: { ...backfill, troubled } } });
  } else if (context.rules.orders.source === 'report') throw problem;
  else await openWindow(run, from, until);
}
