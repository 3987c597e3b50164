import { HOUR_MS, isProblem } from '../core/index.ts';
import type { FeedPage, OrderQuery, OrderWithBuyer, TimeWindow, UtcInstant } from './amazon-feeds.ts';
import { endlessPagesProblem } from './feed-problems.ts';
import {
  asksForTax,
  isOver,
  memoryOf,
  moveCursor,
  noteTaxRefused,
  noteTaxShown,
  type OrdersRun,
  searchedMarketplaces,
  storeAnswer,
} from './orders-run.ts';
import { INTERFACE_LAG_MS, toInstant } from './plan-orders.ts';
import type { JsonObject } from './ports.ts';

/** A token is valid for 24 hours; an hour is left for the clocks. */
const tokenMsMax = 23 * HOUR_MS;
/** 500,000 orders. */
const pagesMax = 5_000;
const restartsMax = 2;

/** Begins to read a window. `until` `null`: as late as Amazon can say. Nothing is asked for yet. */
export async function openWindow(run: OrdersRun, from: UtcInstant, until: UtcInstant | null): Promise<void> {
  const window = { from, until: until ?? toInstant(run.nowMs() - INTERFACE_LAG_MS) };
  await moveCursor(run, {
    open: { window, pageToken: null, tokenAt: null, completeUntil: null },
    memory: { ...memoryOf(run), asked: { lastUpdatedBefore: until, query: '', pages: 0 } },
  });
}

/**
 * Begins to read what was passed over of marketplaces that the connection did not read before: that the seller joined one of
 * those it names, or that it names more. Returns false when there is nothing of the kind.
 */
export async function openNewMarketplaces(run: OrdersRun, since: UtcInstant): Promise<boolean> {
  const wanted = run.context.rules.marketplaceIds === null ? null : searchedMarketplaces(run);
  const { readOf = wanted, ...rest } = memoryOf(run);
  const memory = { ...rest, readOf: wanted };
  const isMore = readOf !== null && (wanted === null || wanted.some((id) => !readOf.includes(id)));
  if (run.isFirstLoad || !isMore || since >= run.cursor.watermark) {
    run.cursor = { ...run.cursor, memory: memory as JsonObject };
    return false;
  }
  const marketplaceIds = wanted?.filter((id) => !readOf.includes(id)) ?? [];
  const until = run.cursor.watermark;
  const asked = { lastUpdatedBefore: until, query: '', pages: 0, marketplaceIds };
  const open = { window: { from: since, until }, pageToken: null, tokenAt: null, completeUntil: null };
  await moveCursor(run, { open, memory: { ...memory, asked } });
  return true;
}

/** The window that is open ends at a moment of our choice, not at the present. */
export function isBounded(run: OrdersRun): boolean {
  return (memoryOf(run).asked?.lastUpdatedBefore ?? null) !== null;
}

/**
 * Reads the open window page by page: a page is stored before its token is, so that a run that ends anywhere repeats one page
 * at most. Returns false when time is over. Raises what Amazon raises, and `AMAZON_PAGES_ENDLESS` (unavailable).
 */
export async function readOpenWindow(run: OrdersRun): Promise<boolean> {
  const { onProgress } = run.context;
  const seen = new Set<string>();
  let restarts = 0;
  let token = tokenToGoOnWith(run);
  if (token === null) await restart(run);
  else seen.add(token);
  for (;;) {
    const askedMs = run.nowMs();
    let answer: { page: FeedPage<OrderWithBuyer>; isFirst: boolean };
    try {
      answer = await askForPage(run, token);
    } catch (thrown) {
      if (!isProblem(thrown) || thrown.code !== 'AMAZON_PAGE_TOKEN_EXPIRED') throw thrown;
      await restart(run);
      restarts += 1;
      if (restarts > restartsMax) throw thrown;
      token = null;
      continue;
    }
    const { page, isFirst } = answer;
    // From the start again, whether for a new token or without taxes, Amazon may name the same pages again.
    if (isFirst) seen.clear();
    await storeAnswer(run, page);
    const pages = (isFirst ? 0 : (memoryOf(run).asked?.pages ?? 0)) + 1;
    onProgress({ step: 'feed', feed: 'orders', says: `page ${pages}: ${page.items.length} orders` });
    const completeUntil = isFirst
      ? (page.completeUntil ?? toInstant(askedMs - INTERFACE_LAG_MS))
      : (run.cursor.open?.completeUntil ?? null);
    if (page.nextToken === null) {
      await closeWindow(run, completeUntil);
      return true;
    }
    if (seen.has(page.nextToken) || pages >= pagesMax) {
      await restart(run);
      throw endlessPagesProblem('searchOrders', pages);
    }
    seen.add(page.nextToken);
    token = page.nextToken;
    await keepPlace(run, { token, tokenAt: toInstant(askedMs), completeUntil, pages });
    await run.options.keepAlive();
    if (isOver(run)) return false;
  }
}

/** `null`: from the start of the window, because there is no token, it is too old, or the question has changed. */
function tokenToGoOnWith(run: OrdersRun): string | null {
  const { open } = run.cursor;
  if (!open?.pageToken || open.tokenAt === null) return null;
  const isYoung = run.nowMs() - Date.parse(open.tokenAt) < tokenMsMax;
  const isSame = memoryOf(run).asked?.query === nameQuery(queryOf(run, asksForTax(run)));
  return isYoung && isSame ? open.pageToken : null;
}

function queryOf(run: OrdersRun, withTax: boolean): OrderQuery {
  return {
    lastUpdatedAfter: openOf(run).from,
    lastUpdatedBefore: memoryOf(run).asked?.lastUpdatedBefore ?? null,
    marketplaceIds: memoryOf(run).asked?.marketplaceIds ?? searchedMarketplaces(run),
    withBuyers: run.context.rules.buyers,
    withTax,
  };
}

function openOf(run: OrdersRun): TimeWindow {
  return run.cursor.open?.window ?? { from: run.cursor.watermark, until: run.cursor.watermark };
}

function nameQuery(query: OrderQuery): string {
  return JSON.stringify([
    query.lastUpdatedAfter,
    query.lastUpdatedBefore,
    query.marketplaceIds,
    query.withBuyers,
    query.withTax,
  ]);
}

/** Without taxes where the application has no role for them; that is another question, so that it begins anew. */
async function askForPage(
  run: OrdersRun,
  token: string | null,
): Promise<{ readonly page: FeedPage<OrderWithBuyer>; readonly isFirst: boolean }> {
  const { orders } = run.context.amazon;
  const withTax = asksForTax(run);
  try {
    const page = await orders.search(queryOf(run, withTax), token);
    if (withTax) noteTaxShown(run);
    return { page, isFirst: token === null };
  } catch (thrown) {
    if (!withTax || !isProblem(thrown) || thrown.code !== 'AMAZON_ACCESS_DENIED') throw thrown;
    const page = await orders.search(queryOf(run, false), null);
    noteTaxRefused(run, thrown.toJSON());
    return { page, isFirst: true };
  }
}

async function restart(run: OrdersRun): Promise<void> {
  const window = openOf(run);
  const { asked } = memoryOf(run);
  await moveCursor(run, {
    open: { window, pageToken: null, tokenAt: null, completeUntil: null },
    memory: { ...memoryOf(run), ...(asked && { asked: { ...asked, pages: 0 } }) },
  });
}

async function keepPlace(
  run: OrdersRun,
  place: {
    readonly token: string;
    readonly tokenAt: UtcInstant;
    readonly completeUntil: UtcInstant | null;
    readonly pages: number;
  },
): Promise<void> {
  const { token, tokenAt, completeUntil, pages } = place;
  const query = queryOf(run, asksForTax(run));
  await moveCursor(run, {
    open: { window: openOf(run), pageToken: token, tokenAt, completeUntil },
    memory: {
      ...memoryOf(run),
      asked: { ...memoryOf(run).asked, lastUpdatedBefore: query.lastUpdatedBefore, query: nameQuery(query), pages },
    },
  });
}

/** The next window begins where Amazon said that this one is complete; never later than now, whatever Amazon says. */
async function closeWindow(run: OrdersRun, completeUntil: UtcInstant | null): Promise<void> {
  const window = openOf(run);
  const now = toInstant(run.nowMs());
  const said = completeUntil ?? window.until;
  const isAhead = said > now;
  const { asked: _asked, ...memory } = memoryOf(run);
  await moveCursor(run, {
    watermark: isBounded(run) ? window.until : isAhead ? now : said,
    open: null,
    memory,
  });
}
