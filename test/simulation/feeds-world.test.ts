/** What the feeds store of a generated seller is what the seller's business really was. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BUYER_CANARY,
  balancesAt,
  createSellerWorld,
  discountOf,
  financeEventsOf,
  financeStatusAt,
  ordersOf,
  payoutsOf,
  priceOf,
  settlementIdAt,
  taxOf,
  viewOrder,
} from '../../sim/world/index.ts';
import { SYSTEM } from '../../src/app/index.ts';
import { type CurrencyCode, money, parseLocalDate } from '../../src/core/index.ts';
import { bytesOf, reading } from '../store/samples.ts';
import { type Feeds, rowsOf, startFeeds } from './feeds-kit.ts';

const DAY_MS = 86_400_000;
const world = createSellerWorld({
  seed: 'feeds',
  sellerId: 'A2FEEDS',
  accounts: [{ marketplace: 'US' }, { marketplace: 'CA' }],
  from: parseLocalDate('2026-08-01'),
  to: parseLocalDate('2026-10-01'),
  ordersPerDay: 4,
});

let feeds: Feeds;
/** After every event is visible and every period that will close has closed. */
const END = '2026-10-04T12:00:00Z';

beforeAll(async () => {
  feeds = await startFeeds({ world, at: '2026-09-10T06:00:00Z', since: '2026-07-20' });
  await receiveClosed();
  while (feeds.clock.nowMs() < Date.parse(END)) {
    for (const feed of [feeds.orders, feeds.finances, feeds.payouts, () => feeds.onRequest('reimbursements')]) {
      const report = await feed();
      expect(report.problems).toEqual([]);
    }
    await feeds.clock.sleep(DAY_MS);
  }
}, 300_000);

afterAll(() => feeds?.close());

/** Those that have closed by now, as if their files had been read: summaries are asked for what is known. */
async function receiveClosed(): Promise<void> {
  const { books } = feeds.books;
  for (const settlement of closed()) {
    const { settlementId, marketplace, totalMinor, startAt, endAt, depositAt } = settlement;
    const file = { origin: 'test', contentType: null, headers: {} };
    const { sha256 } = await books.putEvidence(bytesOf(`file of ${settlementId}`), file);
    const known = reading(settlementId);
    const total = money(marketplace.currency as CurrencyCode, totalMinor);
    const header = { ...known.header, startAt, endAt, depositAt, currency: total.currency, total };
    await books.receiveSettlement(
      { connectionId: feeds.context.connection.id, sha256, reading: { ...known, header } },
      SYSTEM,
    );
  }
}

const closed = () => world.settlements.filter(({ endAt }) => endAt * 1000 < Date.parse('2026-09-10T00:00:00Z'));

const at = () => feeds.clock.nowMs() / 1000 - 86_400;

describe('after every feed has read', () => {
  it('each order is stored once, as it is, with what the buyer paid', async () => {
    const stored = await rowsOf<Record<string, string>>(
      feeds,
      `select o.order_id as id, o.amazon_status as status,
              sum(item_minor + shipping_minor + gift_wrap_minor + other_minor)::text as price,
              sum(tax_minor)::text as tax, (-sum(discount_minor))::text as discount
       from amazon_order o join amazon_order_item i on i.order_key = o.id group by o.id`,
    );
    const expected = ordersOf(world).flatMap((order) => {
      const view = viewOrder(order, at());
      return view ? [{ order, view }] : [];
    });
    expect(stored.map((one) => one.id).sort()).toEqual(expected.map(({ order }) => order.orderId).sort());
    const byId = new Map(stored.map((one) => [one.id, one]));
    for (const { order, view } of expected) {
      const found = byId.get(order.orderId)!;
      expect(found.status!.toUpperCase()).toBe(view.status);
      if (view.status === 'CANCELLED' || order.isOtherChannel) continue;
      const sum = (amount: (charges: (typeof order.items)[number]['charges']) => bigint) =>
        order.items.reduce((total, item) => total + amount(item.charges), 0n).toString();
      expect([found.price, found.tax, found.discount]).toEqual([sum(priceOf), sum(taxOf), sum(discountOf)]);
    }
  });

  it('each event is stored once, with its latest status, and none was unreadable', async () => {
    const stored = await rowsOf<Record<string, string>>(
      feeds,
      'select event_key as id, amazon_status as status, total_minor::text as total, ties::text as ties from finance_event',
    );
    const expected = financeEventsOf(world).filter((finance) => finance.visibleAt < at());
    expect(stored.map((one) => one.id).sort()).toEqual(expected.map((one) => one.transactionId).sort());
    const byId = new Map(stored.map((one) => [one.id, one]));
    for (const finance of expected) {
      const found = byId.get(finance.transactionId)!;
      expect([found.total, found.ties]).toEqual([finance.totalMinor.toString(), 'true']);
    }
    expect(await rowsOf(feeds, 'select * from feed_unreadable')).toEqual([]);
  });

  it('the events of a closed settlement sum to its total wherever they name it', async () => {
    const sums = await rowsOf<{ id: string; total: string; events: string }>(
      feeds,
      `select settlement_id as id, sum(total_minor)::text as total, count(*)::text as events
       from finance_event where settlement_id is not null group by settlement_id`,
    );
    const whole = sums.filter(({ id, events }) => {
      const settlement = world.settlements.find((one) => one.settlementId === id)!;
      return settlement.events.length === Number(events);
    });
    expect(whole.length).toBeGreaterThan(3);
    for (const { id, total } of whole) {
      expect(total).toBe(world.settlements.find((one) => one.settlementId === id)!.totalMinor.toString());
    }
  });

  it('each payout is stored with its status, its amount and its settlement', async () => {
    const stored = await rowsOf<Record<string, string>>(
      feeds,
      'select payout_id as id, amazon_status as status, amount_minor::text as amount from payout',
    );
    const expected = payoutsOf(world)
      .filter((payout) => payout.createdAt < at())
      .map((payout) => ({
        id: payout.payoutId,
        status: payout.steps.findLast((step) => step.at <= at())!.status,
        amount: payout.amountMinor.toString(),
      }));
    const inOrder = (list: readonly { id?: string }[]) => [...list].sort((a, b) => (a.id! < b.id! ? -1 : 1));
    expect(inOrder(stored)).toEqual(inOrder(expected));
  });

  it('a deferral that was released is released here, too', async () => {
    const stored = await rowsOf<{ id: string; status: string }>(
      feeds,
      'select event_key as id, amazon_status as status from finance_event',
    );
    const status = new Map(stored.map((one) => [one.id, one.status]));
    const matured = financeEventsOf(world).filter(
      ({ deferral, visibleAt }) => deferral && visibleAt < at() && deferral.maturesAt < at() - 4 * 86_400,
    );
    expect(matured.length).toBeGreaterThan(5);
    for (const finance of matured) {
      expect(status.get(finance.transactionId)).toBe(financeStatusAt(finance, at()));
      expect(settlementIdAt(finance, at()) === undefined || finance.settlement !== undefined).toBe(true);
    }
  });

  it('each settlement has Amazon’s summary, which is its total, and so no difference is shown', async () => {
    const stored = await rowsOf<Record<string, string>>(
      feeds,
      `select settlement_id as id, currency, net_proceeds_minor::text as total, marketplace_id as marketplace
       from finance_summary order by settlement_id`,
    );
    const expected = closed()
      .map(({ settlementId, marketplace, totalMinor }) => ({
        id: settlementId,
        currency: marketplace.currency,
        total: totalMinor.toString(),
        marketplace: marketplace.marketplaceId,
      }))
      .sort((left, right) => (left.id < right.id ? -1 : 1));
    expect(expected.length).toBeGreaterThan(3);
    expect(stored).toEqual(expected);
    expect(await feeds.context.books.listSummaryDifferences(feeds.context.connection.id)).toEqual([]);
  });

  it('balances were taken every day, and each is what the seller was owed at that moment', async () => {
    const stored = await rowsOf<{
      taken: string;
      day: string | null;
      marketplace: string;
      type: string;
      minor: string;
    }>(
      feeds,
      `select taken_at as taken, as_of::text as day, marketplace_id as marketplace, balance_type as type, amount_minor::text as minor
       from amazon_balance`,
    );
    const momentOf = ({ taken, day }: (typeof stored)[number]) =>
      day === null ? Math.floor(Date.parse(taken) / 1000) : Date.parse(`${day}T23:59:59Z`) / 1000;
    for (const one of stored) {
      const balance = balancesAt(world, momentOf(one)).find(
        ({ marketplace }) => marketplace.marketplaceId === one.marketplace,
      )!;
      const { availableMinor, reserveMinor, deferredMinor, totalMinor } = balance;
      const expected: Readonly<Record<string, bigint>> = {
        available: availableMinor,
        'account-level-reserve': reserveMinor,
        deferred: deferredMinor,
        reserved: reserveMinor + deferredMinor,
        total: totalMinor,
      };
      expect(`${one.taken} ${one.type} ${one.minor}`).toBe(`${one.taken} ${one.type} ${expected[one.type]}`);
    }
    const days = new Set(stored.filter(({ day }) => day === null).map(({ taken }) => String(taken).slice(0, 10)));
    expect(days.size).toBeGreaterThan(20);
    expect(new Set(stored.map(({ day }) => day))).toEqual(new Set([null, '2026-09-30']));
    expect(new Set(stored.map(({ type }) => type)).size).toBe(5);
  });

  it('nothing about a person got into any table, because buyers are off', async () => {
    const columns = await rowsOf<{ place: string; name: string }>(
      feeds,
      `select format('%I.%I', table_schema, table_name) as place, quote_ident(column_name) as name
       from information_schema.columns
       where table_schema not in ('pg_catalog', 'information_schema') and data_type in ('text', 'json', 'jsonb', 'bytea')`,
    );
    expect(columns.length).toBeGreaterThan(50);
    const hex = Buffer.from(BUYER_CANARY).toString('hex');
    for (const { place, name } of columns) {
      const [found] = await rowsOf<{ n: string }>(
        feeds,
        `select count(*)::text as n from ${place} where ${name}::text ilike '%${BUYER_CANARY}%' or ${name}::text like '%${hex}%'`,
      );
      expect(`${place} ${name} ${found!.n}`).toBe(`${place} ${name} 0`);
    }
  });

  it('nothing was refused for want of quota', () => {
    expect(feeds.throttled()).toBe(0);
  });
});
