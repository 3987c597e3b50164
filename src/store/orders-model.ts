import type {
  AccrualKey,
  AccruedShipment,
  Actor,
  ConnectionId,
  ModelPeriod,
  OpenShipment,
  OrdersModelStore,
  RecordedModelPeriod,
  SettlementKey,
} from '../app/index.ts';
import { assert, type CurrencyCode, type LocalDate, Problem } from '../core/index.ts';
import type { SettledOrder } from '../mapping/index.ts';
import { appendAuditEvent } from './audit.ts';
import type { Database } from './database.ts';
import { batchJson, listLimit } from './feed-batches.ts';
import { toJson } from './json.ts';
import { readReceivableBalances, readReceivables, readRevenueOrders } from './order-receivables.ts';
import { type Session, type Sql, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';

interface PeriodRow {
  readonly ordinal: number;
  readonly model: ModelPeriod['model'];
  readonly from_day: LocalDate;
  readonly summarise: ModelPeriod['summarise'];
  readonly recorded_at: string;
}

interface ShipmentRow {
  readonly id: bigint;
  readonly event_key: string;
  readonly event_type: string;
  readonly order_id: string;
  readonly posted_at: string;
  readonly marketplace_id: string | null;
  readonly order_marketplace_id: string | null;
  readonly marketplace_name: string | null;
  readonly fulfilled_by: OpenShipment['fulfilledBy'];
  readonly ties: boolean | null;
  readonly items: readonly { readonly sku: string | null; readonly channel?: 'AFN' | 'MFN' | null }[];
  readonly first_posted_at: string;
  readonly is_owned: boolean;
}

interface AmountRow {
  readonly event_key: bigint;
  readonly item: number | null;
  readonly path: readonly string[];
  readonly currency: CurrencyCode;
  readonly amount_minor: bigint;
}

/** Everything before its watermark has been read. */
const FINANCES_FRONT = 'finances:front';
/** Orders written at once. */
const ORDERS_PER_STATEMENT = 500;

/** An accrual stands as long as its proposal was not replaced or withdrawn. */
const STANDING = sql`join proposal p on p.accrual_key = o.accrual_key and p.replaced_at is null`;

export function ordersModelStore(database: Database, readTime: ReadTime): OrdersModelStore {
  return {
    async listModelPeriods(connectionId) {
      return readPeriods(database, connectionId);
    },

    recordModelPeriod: (connectionId, period, actor, why) =>
      database.transaction(async (session) => {
        await session.query(sql`select from connection where id = ${connectionId} for update`);
        return insertModelPeriod(session, { connectionId, period, actor, why, at: await readTime(session) });
      }),

    async shipmentsCompleteUntil(connectionId) {
      const [cursor] = await database.query<{ watermark: string }>(sql`
        select watermark from feed_cursor where connection_id = ${connectionId} and strand = ${FINANCES_FRONT}`);
      return cursor?.watermark ?? null;
    },

    listOpenShipments: (connectionId, query) => readShipments(database, connectionId, query),

    async accruedAmong(connectionId, orderIds) {
      const found = new Set<string>();
      for (let first = 0; first < orderIds.length; first += ORDERS_PER_STATEMENT) {
        const batch = orderIds.slice(first, first + ORDERS_PER_STATEMENT);
        const rows = await database.query<{ order_id: string }>(sql`
          select told.order_id from json_array_elements_text(${toJson(batch)}) as told(order_id)
          where exists (select from accrued_order o ${STANDING}
            where o.connection_id = ${connectionId} and o.order_id = told.order_id)`);
        for (const row of rows) found.add(row.order_id);
      }
      return found;
    },

    async accruedShipments(connectionId, eventKeys, { through } = {}) {
      const isDated = through
        ? sql`and exists (select from entry e where e.accrual_key = o.accrual_key and e.reverses_id is null
            and e.posting_date <= ${through})`
        : sql``;
      const found = new Set<string>();
      for (let first = 0; first < eventKeys.length; first += ORDERS_PER_STATEMENT) {
        const batch = eventKeys.slice(first, first + ORDERS_PER_STATEMENT);
        const rows = await database.query<{ event_key: string }>(sql`
          select told.event_key from json_array_elements_text(${toJson(batch)}) as told(event_key)
          where exists (select from accrued_order o ${STANDING}
            where o.connection_id = ${connectionId} and o.event_key = told.event_key ${isDated})`);
        for (const row of rows) found.add(row.event_key);
      }
      return found;
    },

    listReceivables: (connectionId, query) => readReceivables(database, connectionId, query),
    listRevenueOrders: (connectionId, query) => readRevenueOrders(database, connectionId, query),
    receivableBalances: (connectionId) => readReceivableBalances(database, connectionId),
  };
}

/** Records a period within a database transaction that holds the connection. */
export async function insertModelPeriod(
  session: Session,
  input: {
    readonly connectionId: ConnectionId;
    readonly period: ModelPeriod;
    readonly actor: Actor;
    readonly why: string;
    readonly at: string;
  },
): Promise<RecordedModelPeriod> {
  const { connectionId, period, actor, why, at } = input;
  const earlier = await readPeriods(session, connectionId);
  const last = earlier.at(-1);
  if (last && last.from >= period.from) throw dateTaken(last, period);
  const ordinal = earlier.length + 1;
  await session.query(sql`
    insert into model_period (connection_id, ordinal, model, from_day, summarise, recorded_at)
    values (${connectionId}, ${ordinal}, ${period.model}, ${period.from}, ${period.summarise}, ${at})`);
  await appendAuditEvent(
    session,
    {
      actor,
      action: 'connection.model',
      subject: `connection/${connectionId}`,
      why,
      before: last ? { model: last.model, from: last.from, summarise: last.summarise } : { model: 'settlement' },
      after: { model: period.model, from: period.from, summarise: period.summarise },
    },
    at,
  );
  return { ...period, ordinal, recordedAt: at };
}

async function readPeriods(session: Session, connectionId: ConnectionId): Promise<readonly RecordedModelPeriod[]> {
  const rows = await session.query<PeriodRow>(sql`
    select ordinal, model, from_day, summarise, recorded_at from model_period
    where connection_id = ${connectionId} order by ordinal`);
  return rows.map((row) => ({
    ordinal: row.ordinal,
    model: row.model,
    from: row.from_day,
    summarise: row.summarise,
    recordedAt: row.recorded_at,
  }));
}

async function readShipments(
  session: Session,
  connectionId: ConnectionId,
  { eventTypes, from, until, after, limit }: Parameters<OrdersModelStore['listOpenShipments']>[1],
): Promise<readonly OpenShipment[]> {
  const types = sql`(select json_array_elements_text(${toJson(eventTypes)}))`;
  const behind: Sql = after
    ? sql`and (date_trunc('milliseconds', e.posted_at), e.event_key) > (${after.postedAt}::timestamptz, ${after.eventKey})`
    : sql``;
  const rows = await session.query<ShipmentRow>(sql`
    select e.id, e.event_key, e.event_type, e.order_id, date_trunc('milliseconds', e.posted_at) as posted_at,
      e.marketplace_id, k.marketplace_id as order_marketplace_id, k.marketplace_name, k.fulfilled_by, e.ties, e.items,
      (select min(f.posted_at) from finance_event f where f.connection_id = e.connection_id and f.order_id = e.order_id
        and f.event_type in ${types}) as first_posted_at,
      (exists (select from accrued_order o ${STANDING} where o.connection_id = e.connection_id and o.order_id = e.order_id)
        or exists (select from settled_order s where s.connection_id = e.connection_id and s.order_id = e.order_id
          and s.is_cleared)) as is_owned
    from finance_event e
    left join lateral (select * from amazon_order k where k.connection_id = e.connection_id
      and k.order_id = e.order_id limit 1) k on true
    where e.connection_id = ${connectionId} and e.event_type in ${types} and e.order_id is not null
      and e.posted_at >= ${from} and e.posted_at < ${until} ${behind}
      and not exists (select from accrued_order o ${STANDING}
        where o.connection_id = e.connection_id and o.event_key = e.event_key)
      and not exists (select from settled_order s
        where s.connection_id = e.connection_id and s.order_id = e.order_id and not s.is_cleared)
      and ${isNoSecondFace()}
    order by date_trunc('milliseconds', e.posted_at), e.event_key limit ${listLimit(limit)}`);
  const amounts = await amountsOf(session, rows);
  return rows.map((row) => toShipment(row, amounts.get(row.id) ?? []));
}

/** Amazon tells a deferred shipment and its release as two events that name each other: only the first is a shipment. */
function isNoSecondFace(): Sql {
  return sql`not exists (select from json_array_elements(e.related_ids) as r
    where (r ->> 'name' = 'DEFERRED_TRANSACTION_ID' and exists (select from finance_event d
        where d.connection_id = e.connection_id and d.event_key = r ->> 'value'))
      or (r ->> 'name' = 'RELEASE_TRANSACTION_ID' and exists (select from accrued_order o ${STANDING}
        where o.connection_id = e.connection_id and o.event_key = r ->> 'value')))`;
}

async function amountsOf(
  session: Session,
  events: readonly ShipmentRow[],
): Promise<ReadonlyMap<bigint, readonly AmountRow[]>> {
  const found = new Map<bigint, AmountRow[]>();
  if (events.length === 0) return found;
  const rows = await session.query<AmountRow>(sql`
    select a.* from json_array_elements_text(${toJson(events.map(({ id }) => String(id)))}) as told(key)
    cross join lateral (select event_key, ordinal, item, path, currency, amount_minor from finance_event_amount
      where event_key = told.key::bigint offset 0) a
    order by a.event_key, a.ordinal`);
  for (const row of rows) {
    const known = found.get(row.event_key);
    if (known) known.push(row);
    else found.set(row.event_key, [row]);
  }
  return found;
}

function toShipment(row: ShipmentRow, amounts: readonly AmountRow[]): OpenShipment {
  const [only] = row.items;
  const skuOfAll = row.items.length === 1 ? (only?.sku ?? null) : null;
  return {
    eventKey: row.event_key,
    eventType: row.event_type,
    orderId: row.order_id,
    postedAt: row.posted_at,
    marketplaceId: row.marketplace_id ?? row.order_marketplace_id,
    marketplaceName: row.marketplace_name,
    fulfilledBy: row.fulfilled_by ?? shipperOf(row.items),
    ties: row.ties,
    amounts: amounts.map(({ item, path, currency, amount_minor: minor }) => ({
      path,
      sku: item === null ? skuOfAll : (row.items[item]?.sku ?? null),
      amount: { currency, minor },
    })),
    firstPostedAt: row.first_posted_at,
    isOwned: row.is_owned,
  };
}

/** Of a shipment whose order the orders feed does not know, as far as its items agree. */
function shipperOf(items: ShipmentRow['items']): OpenShipment['fulfilledBy'] {
  const [channel, ...others] = new Set(items.map((item) => item.channel ?? null));
  if (!channel || others.length > 0) return null;
  return channel === 'AFN' ? 'amazon' : 'merchant';
}

/** Together with the accrual that books them, in its database transaction: a shipment is in one standing accrual at most. */
export async function recordAccruedOrders(
  session: Session,
  { connectionId, accrualKey }: { readonly connectionId: ConnectionId; readonly accrualKey: AccrualKey },
  shipments: readonly AccruedShipment[],
): Promise<void> {
  for (let first = 0; first < shipments.length; first += ORDERS_PER_STATEMENT) {
    const rows = shipments.slice(first, first + ORDERS_PER_STATEMENT).map((shipment) => ({
      event_key: shipment.eventKey,
      order_id: shipment.orderId,
      marketplace: shipment.marketplace,
      currency: shipment.amount.currency,
      amount_minor: shipment.amount.minor.toString(),
    }));
    const [twice] = await session.query<{ event_key: string }>(sql`
      select o.event_key from accrued_order o ${STANDING}
      where o.connection_id = ${connectionId} and o.accrual_key <> ${accrualKey}
        and o.event_key in (select json_array_elements_text(${toJson(rows.map((row) => row.event_key))})) limit 1`);
    assert(twice === undefined, `shipment ${twice?.event_key} is in an accrual already`);
    await session.query(sql`
      insert into accrued_order (accrual_key, connection_id, event_key, order_id, marketplace, currency, amount_minor)
      select ${accrualKey}, ${connectionId}, * from json_to_recordset(${batchJson(rows)})
        as r(event_key text, order_id text, marketplace text, currency text, amount_minor bigint)`);
  }
}

/** What the current proposal of a settlement pays of each order, in the database transaction that records it. */
export async function recordSettledOrders(
  session: Session,
  key: SettlementKey,
  orders: readonly SettledOrder[],
): Promise<void> {
  for (let first = 0; first < orders.length; first += ORDERS_PER_STATEMENT) {
    const rows = orders.slice(first, first + ORDERS_PER_STATEMENT).map((order) => ({
      order_id: order.orderId,
      marketplace: order.marketplace,
      currency: order.amount.currency,
      amount_minor: order.amount.minor.toString(),
      is_cleared: order.isCleared,
    }));
    await session.query(sql`
      insert into settled_order (settlement_key, connection_id, order_id, marketplace, currency, amount_minor, is_cleared)
      select s.key, s.connection_id, r.* from settlement s, json_to_recordset(${batchJson(rows)})
        as r(order_id text, marketplace text, currency text, amount_minor bigint, is_cleared boolean)
      where s.key = ${key}`);
  }
}

/** When the proposal is taken back. */
export async function removeSettledOrders(session: Session, key: string): Promise<void> {
  await session.query(sql`delete from settled_order where settlement_key = ${key}`);
}

function dateTaken(last: RecordedModelPeriod, period: ModelPeriod): Problem {
  return new Problem({
    code: 'MODEL_DATE_TAKEN',
    kind: 'conflict',
    says: `The ${last.model} model holds from ${last.from}, so another cannot hold from ${period.from}: what a day was booked by does not change.`,
    next: `Choose a day after ${last.from}.`,
    data: last.from,
  });
}
