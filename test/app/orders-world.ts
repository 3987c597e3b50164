/** An Amazon and books that remember, for the orders feed. */
import {
  collectOrders,
  type FeedContext,
  type FeedCursor,
  type FeedPage,
  type FeedReport,
  type FeedRunOptions,
  type ObtainedReport,
  type Order,
  type OrderBuyer,
  type OrderQuery,
  type OrderWithBuyer,
  type ReportOrder,
  type SellerMarketplace,
  type UnreadableRecord,
} from '../../src/app/index.ts';
import { type LocalDate, Problem, parseCurrencyCode, type Sha256 } from '../../src/core/index.ts';
import { VirtualClock } from '../contract/amazon-stand-in.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
export const NOW_MS = Date.parse('2026-11-23T00:00:00Z');
export const instant = (ms: number) => new Date(ms).toISOString();

const problem = (code: string, kind: 'rejected' | 'unavailable' | 'invalid') =>
  new Problem({ code, kind, says: code, next: 'x' });
export const denied = problem('AMAZON_ACCESS_DENIED', 'rejected');
export const refused = problem('AMAZON_REQUEST_REFUSED', 'rejected');
export const expired = problem('AMAZON_PAGE_TOKEN_EXPIRED', 'unavailable');
export const throttled = problem('AMAZON_THROTTLED', 'unavailable');

export function orderOf(orderId: string, more: Partial<Order> = {}): Order {
  return {
    orderId,
    sellerOrderId: null,
    createdAt: '2026-11-20T00:00:00.000Z',
    lastUpdatedAt: '2026-11-22T12:00:00.000Z',
    status: 'shipped',
    amazonStatus: 'SHIPPED',
    detail: 'api',
    lacksTaxData: false,
    channel: 'amazon',
    marketplaceId: DE,
    marketplaceName: 'Amazon.de',
    fulfilledBy: 'amazon',
    serviceLevel: null,
    programs: [],
    isBusiness: false,
    isReplacementOf: null,
    currency: parseCurrencyCode('EUR'),
    grandTotal: null,
    charges: [],
    payments: [],
    taxRegistrations: [],
    shipToCity: null,
    shipToState: null,
    shipToCountry: null,
    shippedAt: null,
    deliverBy: null,
    items: [],
    source: {},
    ...more,
  };
}

export function pageOf(
  orderIds: readonly string[],
  more: Partial<FeedPage<OrderWithBuyer>> = {},
): FeedPage<OrderWithBuyer> {
  const items = orderIds.map((orderId) => ({ order: orderOf(orderId), buyer: null }));
  return { items, unreadable: [], nextToken: null, completeUntil: instant(NOW_MS - 2 * MINUTE_MS), ...more };
}

type ReportOutcome = 'orders' | 'no-data' | 'failed' | 'denied' | 'no-table' | 'not-ready';

export interface WorldOptions {
  readonly watermark?: string;
  readonly since?: string;
  readonly source?: 'automatic' | 'api' | 'report';
  readonly region?: FeedContext['region'];
  readonly marketplaceIds?: readonly string[];
  readonly marketplacesKnown?: boolean;
  /** How far this machine's clock is ahead of the one that all share. */
  readonly aheadMs?: number;
  readonly costs?: { readonly apiSeconds: number; readonly reportSeconds: number };
}

function marketplace(marketplaceId: string, name: string, isParticipating = true): SellerMarketplace {
  const currency = parseCurrencyCode('EUR');
  return { marketplaceId, name, country: 'DE', currency, timeZone: null, isParticipating, hasSuspendedListings: false };
}

export const DE = 'A1PA6795UKMFR9';
export const FR = 'A13V1IB3VIYZZH';
export const US = 'ATVPDKIKX0DER';
export const CA = 'A2EUQ1WTGCTBG2';

/** Of several regions, so that a connection in any of them has stores of its own. */
const MARKETPLACES = [
  marketplace(DE, 'Amazon.de'),
  marketplace(FR, 'Amazon.fr'),
  marketplace(US, 'Amazon.com'),
  marketplace(CA, 'Amazon.ca'),
  marketplace('A1VC38T7YXB528', 'Amazon.co.jp'),
  marketplace('A38D8NSA03LJTC', 'Non-Amazon DE'),
  marketplace('SI', 'SI UK Prod Marketplace'),
  marketplace('APJ6JRA9NG5V4', 'Amazon.it', false),
];

/** What Amazon answers, in turn; anything beyond is a mistake of the test. */
export function startWorld(options: WorldOptions = {}) {
  const clock = new VirtualClock();
  const world = {
    clock,
    searches: [] as { query: OrderQuery; token: string | null }[],
    obtained: [] as { order: ReportOrder; runMsMax: number | null }[],
    gets: [] as string[],
    /** What was committed, in order. */
    effects: [] as string[],
    stored: new Map<string, Order>(),
    reportOf: new Map<string, Sha256 | null>(),
    buyers: [] as OrderBuyer[],
    unreadable: [] as UnreadableRecord[],
    givenUp: [] as string[],
    logged: [] as unknown[],
  };
  const answers: (FeedPage<OrderWithBuyer> | Problem)[] = [];
  let cursor: FeedCursor | undefined = options.watermark
    ? { watermark: options.watermark, open: null, memory: {} }
    : undefined;
  let known = options.marketplacesKnown !== false;
  let wanting: string[] = [];
  let details: Readonly<Record<string, Order | UnreadableRecord | Problem>> = {};
  let withBuyers = false;
  let marketplaceIds = options.marketplaceIds ?? null;
  let outcomeOf: (order: ReportOrder) => ReportOutcome = () => 'orders';
  let rows: readonly Order[] | undefined;
  let reports = 0;

  const books = {
    sharedNowMs: async () => clock.nowMs() - (options.aheadMs ?? 0),
    readCursor: async () => cursor && (JSON.parse(JSON.stringify(cursor)) as FeedCursor),
    writeCursor: async (_id: unknown, _strand: string, next: FeedCursor) => {
      if (cursor && next.watermark < cursor.watermark) throw new Error('the watermark went back');
      cursor = JSON.parse(JSON.stringify(next)) as FeedCursor;
      world.effects.push(`cursor ${next.open?.pageToken ?? null}`);
    },
    putOrders: async (_id: unknown, orders: readonly Order[], from: { reportSha256: Sha256 | null }) => {
      const counts = { inserted: 0, changed: 0, unchanged: 0, unreadable: 0 };
      for (const order of orders) {
        counts[world.stored.has(order.orderId) ? 'unchanged' : 'inserted'] += 1;
        world.stored.set(order.orderId, order);
        world.reportOf.set(order.orderId, from.reportSha256);
      }
      world.effects.push(`orders ${orders.map(({ orderId }) => orderId).join()}`);
      return counts;
    },
    putBuyers: async (_id: unknown, buyers: readonly OrderBuyer[]) => void world.buyers.push(...buyers),
    keepUnreadable: async (_id: unknown, _feed: string, records: readonly UnreadableRecord[]) =>
      world.unreadable.push(...records),
    ordersPerDay: async () => 100,
    ordersWantingDetail: async (_id: unknown, limit: number) => wanting.slice(0, limit),
    giveUpDetail: async (_id: unknown, ids: readonly string[]) => void world.givenUp.push(...ids),
    listMarketplaces: async () => (known ? { readAt: instant(NOW_MS), marketplaces: MARKETPLACES } : undefined),
    putMarketplaces: async () => {
      known = true;
      world.effects.push('marketplaces');
    },
  };

  const amazon = {
    marketplaces: { list: async () => MARKETPLACES },
    orders: {
      costOf: () => options.costs ?? { apiSeconds: 0, reportSeconds: 1 },
      search: async (query: OrderQuery, token: string | null) => {
        world.searches.push({ query, token });
        const answer = answers.shift();
        if (!answer) throw new Error('Amazon was asked once too often');
        if (answer instanceof Problem) throw answer;
        return answer;
      },
      get: async (orderId: string) => {
        world.gets.push(orderId);
        const found = details[orderId];
        if (!found) return undefined;
        if (found instanceof Problem) throw found;
        return 'orderId' in found ? { item: { order: found, buyer: null } } : { unreadable: found };
      },
    },
    readers: {
      orders: async function* (bytes: { name: string }) {
        if (bytes.name === 'no-table') throw problem('REPORT_NOT_A_TABLE', 'invalid');
        for (const item of rows ?? [orderOf(bytes.name, { detail: 'report' })]) yield { item };
      },
    },
  };

  const obtain = async (_context: FeedContext, order: ReportOrder, run: FeedRunOptions): Promise<ObtainedReport> => {
    world.obtained.push({ order, runMsMax: run.runMsMax });
    const outcome = outcomeOf(order);
    if (run.runMsMax === 0 || outcome === 'not-ready') {
      clock.advance(run.runMsMax ?? 0);
      throw problem('REPORT_NOT_READY', 'unavailable');
    }
    if (outcome === 'no-data') return { state: 'no-data' };
    if (outcome === 'failed') return { state: 'failed', problem: problem('REPORT_FAILED', 'rejected') };
    if (outcome === 'denied') return { state: 'failed', problem: denied };
    reports += 1;
    const name = outcome === 'no-table' ? outcome : `r${reports}`;
    const bytes = { name, contentType: null, open: async function* () {} };
    return { state: 'stored', sha256: 'a'.repeat(64) as Sha256, bytes };
  };

  const context = {
    connection: { id: 'c', name: 'amazon-de' },
    books,
    amazon,
    get rules() {
      return {
        since: (options.since ?? '2026-11-01') as LocalDate,
        buyers: withBuyers,
        marketplaceIds,
        orders: { source: options.source ?? 'automatic', overlapMs: 30 * MINUTE_MS },
      };
    },
    region: options.region ?? 'EU',
    clock,
    log: { write: (...entry: unknown[]) => world.logged.push(entry) },
    actor: { kind: 'system', name: 'test' },
    onProgress: () => {},
  } as unknown as FeedContext;

  return {
    ...world,
    cursor: () => cursor,
    pages: (...next: (FeedPage<OrderWithBuyer> | Problem)[]) => void answers.push(...next),
    reports: (choose: (order: ReportOrder) => ReportOutcome) => {
      outcomeOf = choose;
    },
    reportRows: (next: readonly Order[]) => {
      rows = next;
    },
    want: (...orderIds: string[]) => {
      wanting = orderIds;
    },
    details: (next: Readonly<Record<string, Order | UnreadableRecord | Problem>>) => {
      details = next;
    },
    nameMarketplaces: (next: readonly string[] | null) => {
      marketplaceIds = next;
    },
    askForBuyers: () => {
      withBuyers = true;
    },
    run: (run: Partial<FeedRunOptions> = {}): Promise<FeedReport> =>
      collectOrders(context, { runMsMax: null, keepAlive: async () => {}, ...run }, obtain),
  };
}
