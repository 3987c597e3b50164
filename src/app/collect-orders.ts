import { DAY_MS, elapsedMs } from '../core/index.ts';
import type { FeedReport, UtcInstant } from './amazon-feeds.ts';
import type { FeedContext, FeedRunOptions } from './feed-context.ts';
import { type FeedMarketplace, feedMarketplaces } from './feed-marketplaces.ts';
import { endingProblem, unreadableProblem } from './feed-problems.ts';
import { obtainReport } from './obtain-report.ts';
import { isBounded, openNewMarketplaces, openWindow, readOpenWindow } from './orders-by-page.ts';
import { openBackfill, readBackfill, reportsPerWindow } from './orders-by-report.ts';
import { addDetails } from './orders-detail.ts';
import { isOver, memoryOf, ORDERS_STRAND, type OrdersRun } from './orders-run.ts';
import { planOrders, toInstant } from './plan-orders.ts';

/** How far back Amazon knows orders: two years, a day of which is left for the clocks, and in the Far East since 2016. */
const knownMs = 729 * DAY_MS;
const knownInFarEast = '2016-01-01T00:00:00.000Z';
/** A window that began longer ago was begun by an earlier run, and the present is still to be read. */
const behindMs = 10 * 60_000;
/** Read well, and kept aside by the store, which knows its reason. */
const unfit = { recordId: null, says: 'it does not fit the books', source: {} };

/**
 * Brings the stored orders up to date: by page or by report, whichever is cheaper, and then in detail where a report told too
 * little. Goes on where an earlier run stopped, wherever that was. Raises only what must stop the run: a defect, `LEASE_LOST`,
 * `STOPPED` and the codes that stop a connection; every other problem is in the report.
 */
export async function collectOrders(
  context: FeedContext,
  options: FeedRunOptions,
  obtain: typeof obtainReport = obtainReport,
): Promise<FeedReport> {
  const { books, connection, clock } = context;
  const known = await books.readCursor(connection.id, ORDERS_STRAND);
  const aheadMs = (await books.sharedNowMs()) - clock.nowMs();
  const nowMs = () => clock.nowMs() + aheadMs;
  const run: OrdersRun = {
    context,
    options,
    obtain,
    startedMs: elapsedMs(clock),
    nowMs,
    marketplaceIds: [],
    early: new Map(),
    isFirstLoad: known === undefined,
    cursor: known ?? { watermark: firstMoment(context, nowMs()), open: null, memory: {} },
    counts: { inserted: 0, changed: 0, unchanged: 0, unreadable: 0 },
    firstUnreadable: undefined,
    problems: [],
  };
  let isUpToDate = false;
  try {
    run.marketplaceIds = idsOf(await feedMarketplaces(context));
    isUpToDate = await readAll(run);
  } catch (thrown) {
    run.problems.push(endingProblem(thrown));
  }
  const { unreadable: count } = run.counts;
  if (count > 0) {
    const first = run.firstUnreadable ?? unfit;
    run.problems.push(unreadableProblem({ feed: 'orders', connectionName: connection.name, count, first }).toJSON());
  }
  return {
    feed: 'orders',
    counts: run.counts,
    isUpToDate,
    completeUntil: run.isFirstLoad ? null : run.cursor.watermark,
    problems: run.problems,
  };
}

function idsOf(marketplaces: readonly FeedMarketplace[]): readonly string[] {
  return marketplaces.map(({ marketplaceId }) => marketplaceId);
}

function firstMoment({ rules, region, log, connection }: FeedContext, nowMs: number): UtcInstant {
  const since = `${rules.since}T00:00:00.000Z`;
  const earliest = region === 'FE' ? knownInFarEast : toInstant(nowMs - knownMs);
  if (since >= earliest) return since;
  log.write('info', 'orders.since.cut', { connection: connection.name, since, from: earliest });
  return earliest;
}

/** Returns whether nothing is left to read for now. */
async function readAll(run: OrdersRun): Promise<boolean> {
  const { rules } = run.context;
  const behindBeforeMs = run.nowMs() - behindMs;
  for (;;) {
    if (run.cursor.open) {
      const isBehind = isBounded(run) || Date.parse(run.cursor.open.window.until) < behindBeforeMs;
      if (!(await readOpenWindow(run))) return false;
      if (!isBehind) break;
      if (isOver(run)) return false;
    } else if (memoryOf(run).backfill) {
      if (!(await readBackfill(run))) return false;
    } else if (await openNewMarketplaces(run, firstMoment(run.context, run.nowMs()))) {
      run.context.log.write('info', 'orders.marketplaces.new', { connection: run.context.connection.name });
    } else {
      const plan = await makePlan(run);
      run.context.log.write('info', 'orders.plan', { connection: run.context.connection.name, says: plan.says });
      run.context.onProgress({ step: 'feed', feed: 'orders', says: plan.says });
      if (plan.by === 'nothing') break;
      if (plan.by === 'reports') {
        // Reports name the marketplaces, so that one the seller has just joined must be among them.
        run.marketplaceIds = idsOf(await feedMarketplaces(run.context, 0));
        await openBackfill(run, plan.window);
      } else await openWindow(run, plan.from, null);
    }
  }
  return rules.orders.source === 'report' || addDetails(run);
}

async function makePlan(run: OrdersRun) {
  const { books, connection, rules, amazon } = run.context;
  const perWindow = reportsPerWindow(run);
  return planOrders({
    watermark: run.cursor.watermark,
    isFirstLoad: run.isFirstLoad,
    nowMs: run.nowMs(),
    overlapMs: rules.orders.overlapMs,
    // No report can be asked for without a marketplace.
    source: run.marketplaceIds.length === 0 ? 'api' : rules.orders.source,
    ordersPerDay: await books.ordersPerDay(connection.id),
    reportsPerWindow: perWindow,
    costOf: (amount) => amazon.orders.costOf(amount),
  });
}
