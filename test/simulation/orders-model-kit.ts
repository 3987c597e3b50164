/** A seller in the orders model on virtual time: feeds, sync and books against both pretend vendors. */
import {
  type ConnectionContext,
  collectFinances,
  type FeedContext,
  type ModelPeriod,
  SYSTEM,
  type SyncReport,
  syncConnection,
} from '../../src/app/index.ts';
import { parseLocalDate, silentLog } from '../../src/core/index.ts';
import { createFeedBooks, timeOf } from '../../src/store/index.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { startVendors, type Vendors } from './vendors.ts';

const DAY_MS = 86_400_000;
/** Kinds that the orders model books when goods are shipped, by the legs of the pretend world. */
const WORTH: Readonly<Record<string, string>> = {
  product: 'product-sale',
  shipping: 'shipping-income',
  giftWrap: 'gift-wrap-income',
  productTax: 'sales-tax-collected',
  shippingTax: 'sales-tax-collected',
  giftWrapTax: 'sales-tax-collected',
  productPromotion: 'promotion-product',
  shippingPromotion: 'promotion-shipping',
  taxPromotion: 'promotion-tax',
  pointsGranted: 'points-cost',
};

export interface OrdersModelRun {
  readonly vendors: Vendors;
  readonly test: TestBooks;
  readonly context: ConnectionContext;
  /** What the finances feed has by now. */
  readFinances(): Promise<void>;
  sync(): Promise<SyncReport>;
  /** Reads the feed and syncs every so many days, until that day. */
  liveUntil(day: string, everyDays: number): Promise<readonly SyncReport[]>;
  switchTo(period: Omit<ModelPeriod, 'from'> & { readonly from: string }): Promise<void>;
  /** By kind, credits positive: what the entries that stand say, without what only balances them. */
  booked(): Promise<Readonly<Record<string, bigint>>>;
  /** By kind: what all orders of the world are worth. */
  truth(): Readonly<Record<string, bigint>>;
  close(): Promise<void>;
}

export async function startOrdersModel(options: {
  seed: string;
  startAt: string;
  from: string;
  ordersPerDay?: number;
}): Promise<OrdersModelRun> {
  const vendors = await startVendors(options);
  const test = await openTestBooks({ clock: vendors.clock });
  const context = await vendors.context(test);
  const readTime = timeOf(vendors.clock);
  const feeds: FeedContext = {
    connection: context.connection,
    books: {
      ...test.books,
      ...createFeedBooks({ database: test.database, vault: test.vault, readTime }),
      sharedNowMs: async () => vendors.clock.nowMs(),
    },
    amazon: vendors.client.feeds,
    rules: {
      enabled: { orders: true, finances: true, payouts: true, reimbursements: true, vat: false },
      since: parseLocalDate(options.from),
      buyers: false,
      marketplaceIds: null,
      orders: { source: 'automatic', overlapMs: 1_800_000 },
      finances: { lagMs: 120_000 },
    },
    region: 'NA',
    clock: vendors.clock,
    log: silentLog,
    actor: SYSTEM,
    onProgress: () => {},
  };
  const readFinances = async () => {
    await collectFinances(feeds, { runMsMax: null, keepAlive: async () => {} });
  };
  const sync = () => syncConnection(context, { waitForUnknown: true });
  return {
    vendors,
    test,
    context,
    readFinances,
    sync,
    liveUntil: async (day, everyDays) => {
      const reports: SyncReport[] = [];
      while (vendors.clock.nowMs() < Date.parse(`${day}T12:00:00Z`)) {
        await vendors.clock.sleep(everyDays * DAY_MS);
        await readFinances();
        reports.push(await sync());
      }
      return reports;
    },
    switchTo: async ({ from, ...period }) => {
      await test.books.recordModelPeriod(
        context.connection.id,
        { ...period, from: parseLocalDate(from) },
        SYSTEM,
        'for the test',
      );
    },
    booked: () => bookedByKind(test),
    truth: () => worthByKind(vendors),
    close: async () => {
      await vendors.close();
      await test.close();
    },
  };
}

async function bookedByKind({ books }: TestBooks): Promise<Readonly<Record<string, bigint>>> {
  const kinds = new Set(Object.values(WORTH));
  const sums: Record<string, bigint> = {};
  for (const { entry, state } of await books.listEntries()) {
    if (state === 'withdrawn' || state === 'reversed' || entry.reversal) continue;
    for (const { kind, amount } of entry.lines) {
      if (kinds.has(kind)) sums[kind] = (sums[kind] ?? 0n) - amount.minor;
    }
  }
  return sums;
}

/** Of every order, whether it is settled or not. Money given back has kinds of its own, but for the tax. */
function worthByKind({ world }: Vendors): Readonly<Record<string, bigint>> {
  const sums: Record<string, bigint> = {};
  for (const { events } of [...world.settlements, ...world.openPeriods]) {
    for (const { kind, legs } of events) {
      if (kind !== 'order') continue;
      for (const leg of legs) {
        const name = WORTH[leg.kind];
        if (name !== undefined) sums[name] = (sums[name] ?? 0n) + leg.minor;
      }
    }
  }
  return sums;
}
