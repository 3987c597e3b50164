import { type FaultPlan, type RunningPretendAmazon, startPretendAmazon } from '../../sim/amazon/index.ts';
import type { SellerWorld } from '../../sim/world/index.ts';
import { createAmazon } from '../../src/amazon/index.ts';
import {
  collectFinances,
  collectOnRequest,
  collectOrders,
  collectPayouts,
  type FeedContext,
  type FeedReport,
  type FeedRules,
  type QuotaStore,
  type SettlementReports,
  SYSTEM,
} from '../../src/app/index.ts';
import { type Clock, type Log, parseLocalDate, type Randomness, silentLog } from '../../src/core/index.ts';
import { systemRandomness } from '../../src/entrypoints/system.ts';
import { createFeedBooks, createQuotaStore, timeOf } from '../../src/store/index.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { TestClock } from './test-clock.ts';

export const CLIENT = {
  clientId: 'amzn1.application-oa2-client.feeds',
  clientSecret: 'feeds-secret',
  refreshToken: 'Atzr|feeds',
};

export interface FeedsOptions {
  readonly world: SellerWorld;
  readonly region?: 'NA' | 'EU' | 'FE';
  /** The clock's beginning, ISO 8601. */
  readonly at: string;
  readonly since: string;
  readonly rules?: Partial<FeedRules>;
  readonly faultPlan?: FaultPlan;
  readonly reportSeconds?: number;
  readonly log?: Log;
  readonly randomness?: Randomness;
  /** Default: in the database, by the world's clock. */
  readonly quotas?: (books: TestBooks, clock: Clock) => QuotaStore;
  /** Default: its own. Given ones are left open, so that several connections, one after another, can use them. */
  readonly books?: TestBooks;
  /** Default `feeds`. */
  readonly connectionName?: string;
}

/** The feeds of one connection on virtual time: a pretend Amazon over real sockets, the real client, the real books. */
export interface Feeds {
  readonly clock: TestClock;
  readonly amazon: RunningPretendAmazon;
  readonly books: TestBooks;
  readonly context: FeedContext;
  readonly settlements: SettlementReports;
  orders(): Promise<FeedReport>;
  finances(): Promise<FeedReport>;
  payouts(): Promise<FeedReport>;
  onRequest(feed: 'reimbursements' | 'vat'): Promise<FeedReport>;
  /** Requests that Amazon refused because they came too early. */
  throttled(): number;
  close(): Promise<void>;
}

/** Every feed but those whose reports are restricted. */
const ALL_BUT_VAT = { orders: true, finances: true, payouts: true, reimbursements: true, vat: false } as const;

export async function startFeeds(options: FeedsOptions): Promise<Feeds> {
  const clock = new TestClock(Date.parse(options.at));
  const vendor = await startPretendAmazon({
    nowMs: () => clock.nowMs(),
    sellers: [{ world: options.world, ...CLIENT }],
    ...(options.faultPlan && { faultPlan: options.faultPlan }),
    ...(options.reportSeconds !== undefined && { reportSeconds: options.reportSeconds }),
  });
  const books = options.books ?? (await openTestBooks({ clock }));
  const log = options.log ?? silentLog;
  const region = options.region ?? 'NA';
  const readTime = timeOf(clock);
  const amazon = createAmazon({
    settings: { region, endpoint: vendor.url, lwaUrl: `${vendor.url}/auth/o2/token`, clientId: CLIENT.clientId },
    secrets: { clientSecret: CLIENT.clientSecret, refreshToken: CLIENT.refreshToken },
    sellerAccount: options.world.sellerId,
    userAgent: 'seller-ledger/test (Language=TypeScript)',
    clock,
    randomness: options.randomness ?? systemRandomness,
    log,
    onExchange: () => {},
    onWait: () => {},
    quotas: options.quotas?.(books, clock) ?? createQuotaStore(books.database, readTime),
  });
  const connection = await books.books.addConnection(
    { name: options.connectionName ?? 'feeds', sellerAccount: options.world.sellerId, settings: {}, secrets: {} },
    SYSTEM,
  );
  const feedBooks = createFeedBooks({ database: books.database, vault: books.vault, readTime });
  const context: FeedContext = {
    connection,
    // Books that several runs share were opened before any of their clocks.
    books: { ...books.books, ...feedBooks, sharedNowMs: async () => clock.nowMs() },
    amazon: amazon.feeds,
    rules: {
      enabled: ALL_BUT_VAT,
      since: parseLocalDate(options.since),
      buyers: false,
      marketplaceIds: null,
      orders: { source: 'automatic', overlapMs: 1_800_000 },
      finances: { lagMs: 120_000 },
      ...options.rules,
    },
    region,
    clock,
    log,
    actor: SYSTEM,
    onProgress: () => {},
  };
  const untilDone = { runMsMax: null, keepAlive: async () => {} };
  return {
    clock,
    amazon: vendor,
    books,
    context,
    settlements: amazon.reports,
    orders: () => collectOrders(context, untilDone),
    finances: () => collectFinances(context, untilDone),
    payouts: () => collectPayouts(context, untilDone),
    onRequest: (feed) => collectOnRequest(feed, context, untilDone),
    throttled: () => vendor.world.log.all().filter((request) => request.status === 429).length,
    close: async () => {
      await amazon.close();
      await Promise.all([vendor.close(), options.books ? undefined : books.close()]);
    },
  };
}

/** Rows of a statement, for what no port shows. */
export async function rowsOf<Row>(feeds: Feeds, statement: string): Promise<Row[]> {
  const { rows } = await feeds.books.database.pool.query(statement);
  return rows as Row[];
}
