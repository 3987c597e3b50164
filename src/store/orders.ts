import type { ConnectionId, Order, OrderStore, UnreadableRecord } from '../app/index.ts';
import { assert, type CurrencyCode, DAY_MS, Problem, type Sha256 } from '../core/index.ts';
import type { Database } from './database.ts';
import { assertBatch, batchJson, FeedTally, listLimit, lockFeed } from './feed-batches.ts';
import { forgetUnreadable, keepAside } from './feed-cursors.ts';
import { toJson } from './json.ts';
import { limitOf, partOf } from './lists.ts';
import { itemColumns, orderColumns, orderDigest, orderFault, readOrders } from './order-rows.ts';
import { allOf, type Session, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';

interface KnownOrder {
  readonly id: bigint;
  readonly order_id: string;
  readonly last_updated_at: string;
  readonly detail: Order['detail'];
  readonly lacks_tax_data: boolean;
  readonly wants_detail: boolean;
  readonly currency: CurrencyCode | null;
  readonly report_sha256: Sha256 | null;
  readonly content_sha256: Sha256;
}

/** What is to happen to one order of a batch. */
type Decision =
  | {
      readonly to: 'write';
      readonly order: Order;
      readonly wantsDetail: boolean;
      readonly digest: Sha256;
      readonly isNews: boolean;
      /** Rows of the same report that came before stay. */
      readonly keepsItems: boolean;
    }
  /** Further rows of the report that told it already, and the currency where they are the first to name it. */
  | { readonly to: 'add'; readonly order: Order; readonly namesCurrency: boolean }
  /** Further rows that do not fit those of the same report. */
  | { readonly to: 'keep-aside'; readonly order: Order; readonly says: string };

type Written = Exclude<Decision, { readonly to: 'keep-aside' }>;

const DAYS_COUNTED = 28;

/**
 * Orders as {@link OrderStore} says. One that cannot be stored as it is, such as an order in two currencies, is kept aside
 * with its reason and counted as unreadable. What was kept aside of an order is gone when the interface tells all of it.
 */
export function orderStore(database: Database, readTime: ReadTime): OrderStore {
  return {
    putOrders: (connectionId, orders, { reportSha256 }) =>
      database.transaction(async (session) => {
        assertBatch(orders);
        assert(
          orders.every(({ detail }) => (detail === 'report') === (reportSha256 !== null)),
          'an order of a report comes with the digest of the report, and only such a one',
        );
        await lockFeed(session, connectionId, 'orders');
        const tally = new FeedTally();
        const at = await readTime(session);
        const { fit, distinct, unfit } = sortOut(orders, tally);
        const known = await knownOrders(session, connectionId, distinct);
        const decided = distinct.flatMap((order) => decide(order, known.get(order.orderId), reportSha256) ?? []);
        tally.unchanged += distinct.length - decided.length;
        const wanted = decided.flatMap((each) => (each.to === 'keep-aside' ? [] : [each]));
        const stray = decided.flatMap((each) =>
          each.to === 'keep-aside' ? [toUnreadable(each.order, each.says)] : [],
        );
        await keepAside(session, { connectionId, feed: 'orders', at, records: [...unfit, ...stray] });
        tally.unreadable += unfit.length + stray.length;
        await writeWanted(session, { connectionId, reportSha256, at, decided: wanted, known }, tally);
        // A report tells an order row by row: one that could be read says nothing about one that could not.
        const whole = reportSha256 === null ? fit.map(({ orderId }) => orderId) : [];
        if (whole.length > 0) await forgetUnreadable(session, { connectionId, feed: 'orders', recordIds: whole });
        return tally.toCounts();
      }),

    async getOrder(orderId) {
      const [record] = await readOrders(
        database,
        sql`order_id = ${orderId}`,
        sql`order by last_updated_at desc, id desc limit 1`,
      );
      if (record) return record;
      throw new Problem({
        code: 'ORDER_UNKNOWN',
        kind: 'invalid',
        says: `There is no order ${orderId} among those that were read from Amazon.`,
        next: 'Check the number; an order of the last minutes comes with the next run of the orders feed.',
        data: orderId,
      });
    },

    listOrders: (filter) =>
      readOrders(
        database,
        sql`(${filter.connectionId ?? null}::uuid is null or connection_id = ${filter.connectionId ?? null})
          and (${filter.from ?? null}::timestamptz is null or created_at >= ${filter.from ?? null})
          and (${filter.until ?? null}::timestamptz is null or created_at < ${filter.until ?? null})
          and (${filter.status ?? null}::text is null or status = ${filter.status ?? null})`,
        sql`order by created_at desc, id desc limit ${listLimit(filter.limit)}`,
      ),

    async partOfOrders(wanted) {
      const { connectionId, from, until, status, after } = wanted;
      const limit = limitOf(wanted);
      const condition = allOf([
        sql`connection_id = ${connectionId}`,
        from === undefined ? undefined : sql`created_at >= ${from}::timestamptz`,
        until === undefined ? undefined : sql`created_at < ${until}::timestamptz`,
        status === undefined ? undefined : sql`status = ${status}`,
        after && sql`(created_at, order_id) < (${after.createdAt}::timestamptz, ${after.orderId})`,
      ]);
      const end = sql`order by created_at desc, order_id desc limit ${limit + 1}`;
      const found = await readOrders(database, condition, end);
      return partOf(found, limit, ({ order: { createdAt, orderId } }) => ({ createdAt, orderId }));
    },

    async ordersWantingDetail(connectionId, limit) {
      const rows = await database.query<{ order_id: string }>(sql`
        select order_id from amazon_order where connection_id = ${connectionId} and wants_detail
        order by last_updated_at, id limit ${limit}`);
      return rows.map((row) => row.order_id);
    },

    async giveUpDetail(connectionId, orderIds) {
      await database.query(sql`
        update amazon_order set wants_detail = false where connection_id = ${connectionId} and wants_detail
          and order_id in (select json_array_elements_text(${toJson(orderIds)}))`);
    },

    ordersPerDay: (connectionId) => ordersPerDay(database, connectionId),
  };
}

/** Stores what was decided, and counts it. */
async function writeWanted(
  session: Session,
  input: {
    readonly connectionId: ConnectionId;
    readonly reportSha256: Sha256 | null;
    readonly at: string;
    readonly decided: readonly Written[];
    readonly known: ReadonlyMap<string, KnownOrder>;
  },
  tally: FeedTally,
): Promise<void> {
  const { decided, known } = input;
  const written = await writeOrders(session, input);
  const keyOf = new Map([...known.values(), ...written].map((row) => [row.order_id, row.id]));
  await nameCurrencies(session, decided, keyOf);
  const replaced = decided.flatMap((each) => {
    const before = each.to === 'write' && !each.keepsItems ? known.get(each.order.orderId) : undefined;
    return before ? [before.id] : [];
  });
  const added = await writeItems(session, decided, { keyOf, replaced });
  for (const decision of decided) {
    const { orderId } = decision.order;
    if (!known.has(orderId)) tally.inserted += 1;
    else if (decision.to === 'add' ? added.has(orderId) : decision.isNews) tally.changed += 1;
    else tally.unchanged += 1;
  }
}

/** `fit`: what can be stored by itself. `distinct`: one order for each id of those that fit together. */
function sortOut(orders: readonly Order[], tally: FeedTally) {
  const fit: Order[] = [];
  const unfit: UnreadableRecord[] = [];
  const merged = new Map<string, Order>();
  for (const order of orders) {
    const before = merged.get(order.orderId);
    const says = orderFault(order) ?? currencyFault(before, order);
    if (says !== undefined) {
      unfit.push(toUnreadable(order, says));
      continue;
    }
    fit.push(order);
    if (before) tally.unchanged += 1;
    merged.set(order.orderId, before ? mergeSame(before, order) : order);
  }
  return { fit, distinct: [...merged.values()], unfit };
}

function toUnreadable(order: Order, says: string): UnreadableRecord {
  return { recordId: order.orderId, says, source: order.source ?? { ...order } };
}

/** Rows of one order in two currencies can only be a mistake. A row without one, such as a cancelled one, fits every other. */
function currencyFault(before: { currency: CurrencyCode | null } | undefined, row: Order): string | undefined {
  const known = before?.currency ?? null;
  if (row.detail !== 'report' || known === null || row.currency === null || row.currency === known) return undefined;
  return `a row is in ${row.currency}, another of the same order in ${known}`;
}

/** The newest version, with the rows of both and the currency that any of them names when a report told them. */
function mergeSame(before: Order, order: Order): Order {
  const newest = isNewer(before, order) ? before : order;
  if (newest.detail !== 'report') return newest;
  const items = new Map([...before.items, ...order.items].map((item) => [item.itemKey, item]));
  return { ...newest, currency: newest.currency ?? before.currency ?? order.currency, items: [...items.values()] };
}

function isNewer(one: Order, other: Order): boolean {
  return Date.parse(one.lastUpdatedAt) > Date.parse(other.lastUpdatedAt);
}

async function knownOrders(
  session: Session,
  connectionId: ConnectionId,
  orders: readonly Order[],
): Promise<ReadonlyMap<string, KnownOrder>> {
  const ids = batchJson(orders.map(({ orderId }) => orderId));
  const rows = await session.query<KnownOrder>(sql`
    select o.* from json_array_elements_text(${ids}) as told(order_id) cross join lateral (
      select id, order_id, last_updated_at, detail, lacks_tax_data, wants_detail, currency, report_sha256,
        content_sha256
      from amazon_order where connection_id = ${connectionId} and order_id = told.order_id limit 1) o`);
  return new Map(rows.map((row) => [row.order_id, row]));
}

/** `undefined`: what is known stays as it is. */
function decide(order: Order, known: KnownOrder | undefined, reportSha256: Sha256 | null): Decision | undefined {
  const isOfReport = order.detail === 'report';
  const wantsDetail = isOfReport && (order.isBusiness || known?.detail === 'api' || known?.wants_detail === true);
  if (!known) return { to: 'write', order, wantsDetail, digest: orderDigest(order), isNews: true, keepsItems: false };
  const ageMs = Date.parse(order.lastUpdatedAt) - Date.parse(known.last_updated_at);
  const keepsItems = isOfReport && known.report_sha256 === reportSha256;
  const stray = keepsItems ? currencyFault(known, order) : undefined;
  if (stray !== undefined) return { to: 'keep-aside', order, says: stray };
  if (keepsItems && ageMs <= 0)
    return { to: 'add', order, namesCurrency: known.currency === null && order.currency !== null };
  if (ageMs < 0) return undefined;
  if (ageMs === 0 && rankOf(order.detail, order.lacksTaxData) < rankOf(known.detail, known.lacks_tax_data))
    return undefined;
  const digest = orderDigest(order);
  const isNews = digest !== known.content_sha256;
  // Another report brings rows of its own, with other keys, so they take the place of the ones there are.
  if (!isNews && !isOfReport) return undefined;
  const currency = order.currency ?? (keepsItems ? known.currency : null);
  return { to: 'write', order: { ...order, currency }, wantsDetail, digest, isNews, keepsItems };
}

/** Of two versions of one moment the one that says more stays. */
function rankOf(detail: Order['detail'], lacksTaxData: boolean): number {
  if (detail === 'report') return 0;
  return lacksTaxData ? 1 : 2;
}

async function writeOrders(
  session: Session,
  input: {
    readonly connectionId: ConnectionId;
    readonly reportSha256: Sha256 | null;
    readonly at: string;
    readonly decided: readonly Written[];
  },
): Promise<readonly { readonly id: bigint; readonly order_id: string }[]> {
  const rows = input.decided.flatMap((decision) =>
    decision.to === 'add'
      ? []
      : [
          {
            ...orderColumns(decision.order),
            wants_detail: decision.wantsDetail,
            content_sha256: decision.digest,
          },
        ],
  );
  if (rows.length === 0) return [];
  const written = await session.query<{ id: bigint; order_id: string }>(sql`
    insert into amazon_order as known (connection_id, order_id, seller_order_id, created_at, last_updated_at, status,
      amazon_status, detail, lacks_tax_data, wants_detail, channel, marketplace_id, marketplace_name, fulfilled_by,
      service_level, programs, is_business, is_replacement_of, currency, grand_total_minor, charges, payments,
      tax_registrations, ship_to_city, ship_to_state, ship_to_country, shipped_at, deliver_by, report_sha256, source,
      content_sha256, first_seen_at, changed_at)
    select ${input.connectionId}, t.order_id, t.seller_order_id, t.created_at, t.last_updated_at, t.status,
      t.amazon_status, t.detail, t.lacks_tax_data, t.wants_detail, t.channel, t.marketplace_id, t.marketplace_name,
      t.fulfilled_by, t.service_level, t.programs, t.is_business, t.is_replacement_of, t.currency, t.grand_total_minor,
      t.charges, t.payments, t.tax_registrations, t.ship_to_city, t.ship_to_state, t.ship_to_country, t.shipped_at,
      t.deliver_by, ${input.reportSha256}, t.source, t.content_sha256, ${input.at}, ${input.at}
    from json_to_recordset(${batchJson(rows)}) as t(order_id text, seller_order_id text, created_at timestamptz,
      last_updated_at timestamptz, status text, amazon_status text, detail text, lacks_tax_data boolean,
      wants_detail boolean, channel text, marketplace_id text, marketplace_name text, fulfilled_by text,
      service_level text, programs json, is_business boolean, is_replacement_of text, currency text,
      grand_total_minor bigint, charges json, payments json, tax_registrations json, ship_to_city text,
      ship_to_state text, ship_to_country text, shipped_at timestamptz, deliver_by timestamptz, source json,
      content_sha256 text)
    on conflict (connection_id, order_id) do update set seller_order_id = excluded.seller_order_id,
      created_at = excluded.created_at, last_updated_at = excluded.last_updated_at, status = excluded.status,
      amazon_status = excluded.amazon_status, detail = excluded.detail, lacks_tax_data = excluded.lacks_tax_data,
      wants_detail = excluded.wants_detail, channel = excluded.channel, marketplace_id = excluded.marketplace_id,
      marketplace_name = excluded.marketplace_name, fulfilled_by = excluded.fulfilled_by,
      service_level = excluded.service_level, programs = excluded.programs, is_business = excluded.is_business,
      is_replacement_of = excluded.is_replacement_of, currency = excluded.currency,
      grand_total_minor = excluded.grand_total_minor, charges = excluded.charges, payments = excluded.payments,
      tax_registrations = excluded.tax_registrations, ship_to_city = excluded.ship_to_city,
      ship_to_state = excluded.ship_to_state, ship_to_country = excluded.ship_to_country,
      shipped_at = excluded.shipped_at, deliver_by = excluded.deliver_by, report_sha256 = excluded.report_sha256,
      source = excluded.source,
      changed_at = case when known.content_sha256 = excluded.content_sha256 then known.changed_at else excluded.changed_at end,
      content_sha256 = excluded.content_sha256
    returning id, order_id`);
  return written;
}

/** The rows that came before named no currency, so that nothing of theirs changes with it. */
async function nameCurrencies(
  session: Session,
  decided: readonly Written[],
  keyOf: ReadonlyMap<string, bigint>,
): Promise<void> {
  const rows = decided.flatMap((each) =>
    each.to === 'add' && each.namesCurrency
      ? [{ id: keyOf.get(each.order.orderId), currency: each.order.currency }]
      : [],
  );
  if (rows.length === 0) return;
  await session.query(sql`
    update amazon_order as known set currency = told.currency
    from json_to_recordset(${batchJson(rows)}) as told(id bigint, currency text) where known.id = told.id`);
}

/** Items of the orders, by the keys of their rows. Returns the orders that got items they did not have. */
async function writeItems(
  session: Session,
  decided: readonly Written[],
  keys: { readonly keyOf: ReadonlyMap<string, bigint>; readonly replaced: readonly bigint[] },
): Promise<ReadonlySet<string>> {
  const { keyOf, replaced } = keys;
  if (replaced.length > 0) {
    await session.query(sql`
      delete from amazon_order_item where ctid = any (array(
        select i.ctid from json_array_elements_text(${toJson(replaced)}) as told(key) cross join lateral (
          select ctid from amazon_order_item where order_key = told.key::bigint offset 0) i))`);
  }
  const rows = decided.flatMap(({ order }) =>
    order.items.map((item, index) => itemColumns(keyOf.get(order.orderId), item, index)),
  );
  if (rows.length === 0) return new Set();
  const written = await session.query<{ order_key: bigint }>(sql`
    insert into amazon_order_item (order_key, item_key, ordinal, order_item_id, sku, asin, title, quantity_ordered,
      quantity_shipped, is_cancelled, is_business_price, unit_price_minor, item_minor, shipping_minor, gift_wrap_minor,
      other_minor, tax_minor, discount_minor, proceeds_minor, points_minor, charges, promotion_ids,
      is_tax_collected_by_amazon, tax_collector, tax_reporting_scheme, ioss_number)
    select * from json_to_recordset(${batchJson(rows)}) as r(order_key bigint, item_key text, ordinal integer,
      order_item_id text, sku text, asin text, title text, quantity_ordered integer, quantity_shipped integer,
      is_cancelled boolean, is_business_price boolean, unit_price_minor bigint, item_minor bigint, shipping_minor bigint,
      gift_wrap_minor bigint, other_minor bigint, tax_minor bigint, discount_minor bigint, proceeds_minor bigint,
      points_minor bigint, charges json, promotion_ids json, is_tax_collected_by_amazon boolean, tax_collector text,
      tax_reporting_scheme text, ioss_number text)
    on conflict (order_key, item_key) do nothing
    returning order_key`);
  const withNew = new Set(written.map((row) => row.order_key));
  return new Set([...keyOf].filter(([, key]) => withNew.has(key)).map(([orderId]) => orderId));
}

/** How many orders of the last weeks that were read were updated on a day; each order counts once, with its last update. */
async function ordersPerDay(session: Session, connectionId: ConnectionId): Promise<number | null> {
  const [read] = await session.query<{ watermark: string; is_open: boolean }>(sql`
    select watermark, open_window is not null as is_open from feed_cursor
    where connection_id = ${connectionId} and strand = 'orders'`);
  const [stored] = await session.query<{ first: string | null; last: string | null }>(sql`
    select min(last_updated_at) as first, max(last_updated_at) as last from amazon_order
    where connection_id = ${connectionId}`);
  if (!stored?.first || !stored.last) return read && !read.is_open ? 0 : null;
  const untilMs = Math.max(Date.parse(read?.watermark ?? stored.last), Date.parse(stored.last));
  const fromMs = Math.max(Date.parse(stored.first), untilMs - DAYS_COUNTED * DAY_MS);
  const [counted] = await session.query<{ count: bigint }>(sql`
    select count(*) as count from amazon_order where connection_id = ${connectionId}
      and last_updated_at >= ${new Date(fromMs).toISOString()}`);
  return Number(counted?.count ?? 0n) / Math.max(1, (untilMs - fromMs) / DAY_MS);
}
