import type {
  ConnectionId,
  FinanceAmount,
  FinanceEvent,
  FinanceEventRecord,
  FinanceItem,
  FinanceStore,
  JsonObject,
  RelatedId,
  UnreadableRecord,
} from '../app/index.ts';
import type { CurrencyCode, Sha256 } from '../core/index.ts';
import type { Database } from './database.ts';
import {
  amountFault,
  assertBatch,
  batchJson,
  type Digested,
  FeedTally,
  lastOfEach,
  listLimit,
  lockFeed,
  newsOf,
} from './feed-batches.ts';
import { forgetUnreadable, keepAside } from './feed-cursors.ts';
import { type MoneyJson, moneyFromJson, toJson } from './json.ts';
import { moneyOf } from './order-rows.ts';
import { type Session, type Sql, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';

type ItemJson = Omit<FinanceItem, 'total'> & { readonly total: MoneyJson | null };

interface EventRow {
  readonly id: bigint;
  readonly connection_id: ConnectionId;
  readonly event_key: string;
  readonly event_type: string;
  readonly status: FinanceEvent['status'];
  readonly amazon_status: string;
  readonly description: string | null;
  readonly posted_at: string | null;
  readonly currency: CurrencyCode | null;
  readonly total_minor: bigint | null;
  readonly account_type: string | null;
  readonly marketplace_id: string | null;
  readonly order_id: string | null;
  readonly settlement_id: string | null;
  readonly event_group_id: string | null;
  readonly related_ids: readonly RelatedId[];
  readonly deferral_reason: string | null;
  readonly matures_at: string | null;
  readonly items: readonly ItemJson[];
  readonly ties: boolean | null;
  readonly source: JsonObject;
  readonly revision: number;
  readonly first_seen_at: string;
  readonly changed_at: string;
}

interface AmountRow {
  readonly event_key: bigint;
  readonly item: number | null;
  readonly path: readonly string[];
  readonly currency: CurrencyCode;
  readonly amount_minor: bigint;
}

type DigestedEvent = Digested<FinanceEvent>;
type FinanceFilter = Parameters<FinanceStore['listFinanceEvents']>[0];

/** Financial events; the schema keeps what an event said before it changed. */
export function financeEventStore(
  database: Database,
  readTime: ReadTime,
): Pick<
  FinanceStore,
  'putFinanceEvents' | 'listFinanceEvents' | 'overdueDeferrals' | 'unsettledEvents' | 'settlementsOfEvents'
> {
  return {
    putFinanceEvents: (connectionId, events) =>
      database.transaction(async (session) => {
        assertBatch(events);
        await lockFeed(session, connectionId, 'finances');
        const tally = new FeedTally();
        const at = await readTime(session);
        const fit = await keepUnfit(session, { connectionId, events, at }, tally);
        const distinct = lastOfEach(fit, ({ eventKey }) => eventKey);
        tally.unchanged += fit.length - distinct.length;
        const known = await knownDigests(session, connectionId, distinct);
        const news = newsOf(distinct, { keyOf: ({ eventKey }) => eventKey, known }, tally);
        if (news.length > 0) {
          const keyOf = await writeEvents(session, { connectionId, events: news, at });
          const changed = news.filter(({ eventKey }) => known.has(eventKey)).map(({ eventKey }) => keyOf.get(eventKey));
          if (changed.length > 0) await removeAmounts(session, changed);
          await writeAmounts(session, news, keyOf);
        }
        const recordIds = distinct.map(({ eventKey }) => eventKey);
        const sources = distinct.map(({ source }) => source);
        await forgetUnreadable(session, { connectionId, feed: 'finances', recordIds, sources });
        return tally.toCounts();
      }),

    listFinanceEvents: (filter) => readEvents(database, filter),

    async unsettledEvents(connectionId, { postedBefore, settlementIds, after, limit }) {
      const settled = batchJson(settlementIds);
      const rows = await database.query<EventRow>(sql`
        with settled as materialized (select json_array_elements_text(${settled}) as id),
        settled_group as materialized (
          select distinct event_group_id as id from finance_event
          where connection_id = ${connectionId} and event_group_id is not null and settlement_id in (select id from settled))
        select * from finance_event
        where connection_id = ${connectionId} and id > ${after === null ? 0n : BigInt(after)}
          and coalesce(posted_at, first_seen_at) < ${postedBefore}
          and (settlement_id is null or settlement_id not in (select id from settled))
          and not (settlement_id is null and status <> 'deferred' and event_group_id is not null
            and event_group_id in (select id from settled_group))
        order by id limit ${limit}`);
      const next = rows.length === limit ? String(rows.at(-1)?.id) : null;
      return { events: await withAmounts(database, rows), next };
    },

    async settlementsOfEvents(connectionId, eventKeys) {
      const rows = await database.query<{ event_key: string; settlement_id: string | null }>(sql`
        select e.event_key, e.settlement_id from json_array_elements_text(${batchJson(eventKeys)}) as told(event_key)
        join finance_event e on e.connection_id = ${connectionId} and e.event_key = told.event_key`);
      return new Map(rows.map((row) => [row.event_key, row.settlement_id]));
    },

    async overdueDeferrals(connectionId, { maturedBefore, unsettled, after, limit }) {
      const behind = after
        ? sql`having (min(due_at), order_id) > (${after.dueAt}::timestamptz, ${after.orderId})`
        : sql``;
      const rows = await database.query<{ order_id: string; due_at: string }>(sql`
        select order_id, min(due_at) as due_at from (
          select order_id, matures_at as due_at from finance_event
          where connection_id = ${connectionId} and status = 'deferred' and matures_at < ${maturedBefore}
          union all
          select order_id, posted_at from finance_event
          where connection_id = ${connectionId} and status = 'deferred-released' and settlement_id is null
            and posted_at < ${unsettled.postedBefore}
            and changed_at >= ${unsettled.changed.from} and changed_at < ${unsettled.changed.until}
        ) due where order_id is not null group by order_id ${behind} order by min(due_at), order_id limit ${limit}`);
      return rows.map((row) => ({ orderId: row.order_id, dueAt: row.due_at }));
    },
  };
}

async function keepUnfit(
  session: Session,
  input: { readonly connectionId: ConnectionId; readonly events: readonly FinanceEvent[]; readonly at: string },
  tally: FeedTally,
): Promise<readonly FinanceEvent[]> {
  const fit: FinanceEvent[] = [];
  const unfit: UnreadableRecord[] = [];
  for (const event of input.events) {
    const fault =
      amountFault('the total', event.total) ??
      event.amounts.map(({ amount }) => amountFault('an amount', amount)).find((each) => each !== undefined);
    if (fault === undefined) fit.push(event);
    else unfit.push({ recordId: event.eventKey, says: fault, source: event.source });
  }
  await keepAside(session, { ...input, feed: 'finances', records: unfit });
  tally.unreadable = unfit.length;
  return fit;
}

async function knownDigests(
  session: Session,
  connectionId: ConnectionId,
  events: readonly FinanceEvent[],
): Promise<ReadonlyMap<string, Sha256>> {
  const keys = batchJson(events.map(({ eventKey }) => eventKey));
  const rows = await session.query<{ event_key: string; content_sha256: Sha256 }>(sql`
    select e.event_key, e.content_sha256 from json_array_elements_text(${keys}) as told(event_key) cross join lateral (
      select event_key, content_sha256 from finance_event
      where connection_id = ${connectionId} and event_key = told.event_key limit 1) e`);
  return new Map(rows.map((row) => [row.event_key, row.content_sha256]));
}

async function writeEvents(
  session: Session,
  input: { readonly connectionId: ConnectionId; readonly events: readonly DigestedEvent[]; readonly at: string },
): Promise<ReadonlyMap<string, bigint>> {
  const rows = input.events.map((event) => ({
    event_key: event.eventKey,
    event_type: event.eventType,
    status: event.status,
    amazon_status: event.amazonStatus,
    description: event.description,
    posted_at: event.postedAt,
    currency: event.total?.currency,
    total_minor: event.total?.minor,
    account_type: event.accountType,
    marketplace_id: event.marketplaceId,
    order_id: event.orderId,
    settlement_id: event.settlementId,
    event_group_id: event.eventGroupId,
    related_ids: event.relatedIds,
    deferral_reason: event.deferralReason,
    matures_at: event.maturesAt,
    items: event.items,
    ties: event.ties,
    source: event.source,
    content_sha256: event.digest,
  }));
  const written = await session.query<{ id: bigint; event_key: string }>(sql`
    insert into finance_event (connection_id, event_key, event_type, status, amazon_status, description, posted_at, currency,
      total_minor, account_type, marketplace_id, order_id, settlement_id, event_group_id, related_ids, deferral_reason,
      matures_at, items, ties, source, content_sha256, first_seen_at, changed_at)
    select ${input.connectionId}, r.event_key, r.event_type, r.status, r.amazon_status, r.description, r.posted_at,
      r.currency, r.total_minor, r.account_type, r.marketplace_id, r.order_id, r.settlement_id, r.event_group_id,
      r.related_ids, r.deferral_reason, r.matures_at, r.items, r.ties, r.source, r.content_sha256, ${input.at}, ${input.at}
    from json_to_recordset(${batchJson(rows)}) as r(event_key text, event_type text, status text, amazon_status text,
      description text, posted_at timestamptz, currency text, total_minor bigint, account_type text, marketplace_id text,
      order_id text, settlement_id text, event_group_id text, related_ids json, deferral_reason text,
      matures_at timestamptz, items json, ties boolean, source json, content_sha256 text)
    on conflict (connection_id, event_key) do update set event_type = excluded.event_type, status = excluded.status,
      amazon_status = excluded.amazon_status, description = excluded.description, posted_at = excluded.posted_at,
      currency = excluded.currency, total_minor = excluded.total_minor, account_type = excluded.account_type,
      marketplace_id = excluded.marketplace_id, order_id = excluded.order_id, settlement_id = excluded.settlement_id,
      event_group_id = excluded.event_group_id, related_ids = excluded.related_ids,
      deferral_reason = excluded.deferral_reason, matures_at = excluded.matures_at, items = excluded.items,
      ties = excluded.ties, source = excluded.source, content_sha256 = excluded.content_sha256,
      changed_at = excluded.changed_at
    returning id, event_key`);
  return new Map(written.map((row) => [row.event_key, row.id]));
}

async function removeAmounts(session: Session, keys: readonly (bigint | undefined)[]): Promise<void> {
  await session.query(sql`
    delete from finance_event_amount where ctid = any (array(
      select a.ctid from json_array_elements_text(${toJson(keys)}) as told(key) cross join lateral (
        select ctid from finance_event_amount where event_key = told.key::bigint offset 0) a))`);
}

async function writeAmounts(
  session: Session,
  events: readonly DigestedEvent[],
  keyOf: ReadonlyMap<string, bigint>,
): Promise<void> {
  const rows = events.flatMap(({ eventKey, amounts }) =>
    amounts.map(({ item, path, amount }, ordinal) => ({
      event_key: keyOf.get(eventKey),
      ordinal,
      item,
      path,
      leaf: path.at(-1) ?? '',
      currency: amount.currency,
      amount_minor: amount.minor,
    })),
  );
  await session.query(sql`
    insert into finance_event_amount (event_key, ordinal, item, path, leaf, currency, amount_minor)
    select * from json_to_recordset(${batchJson(rows)}) as r(event_key bigint, ordinal integer, item integer, path json,
      leaf text, currency text, amount_minor bigint)`);
}

function readEvents(session: Session, filter: FinanceFilter): Promise<readonly FinanceEventRecord[]> {
  // An event without a time is looked for at the time when it was first seen.
  return eventsWhere(
    session,
    sql`(${filter.connectionId ?? null}::uuid is null or connection_id = ${filter.connectionId ?? null})
      and (${filter.from ?? null}::timestamptz is null or posted_at >= ${filter.from ?? null}
        or (posted_at is null and first_seen_at >= ${filter.from ?? null}))
      and (${filter.until ?? null}::timestamptz is null or posted_at < ${filter.until ?? null}
        or (posted_at is null and first_seen_at < ${filter.until ?? null}))
      and (${filter.status ?? null}::text is null or status = ${filter.status ?? null})
      and (${filter.orderId ?? null}::text is null or order_id = ${filter.orderId ?? null})
      and (${filter.settlementId ?? null}::text is null or settlement_id = ${filter.settlementId ?? null})
    order by coalesce(posted_at, first_seen_at) desc, id desc limit ${listLimit(filter.limit)}`,
  );
}

/** Events that meet the condition, in the order that stands at its end, with their amounts. */
export async function eventsWhere(session: Session, condition: Sql): Promise<readonly FinanceEventRecord[]> {
  const rows = await session.query<EventRow>(sql`select * from finance_event where ${condition}`);
  return withAmounts(session, rows);
}

async function withAmounts(session: Session, rows: readonly EventRow[]): Promise<readonly FinanceEventRecord[]> {
  if (rows.length === 0) return [];
  const keys = JSON.stringify(rows.map(({ id }) => String(id)));
  const amounts = await session.query<AmountRow>(sql`
    select a.* from json_array_elements_text(${keys}) as told(key) cross join lateral (
      select event_key, ordinal, item, path, currency, amount_minor from finance_event_amount
      where event_key = told.key::bigint offset 0) a
    order by a.event_key, a.ordinal`);
  const amountsOf = new Map<bigint, FinanceAmount[]>(rows.map(({ id }) => [id, []]));
  for (const row of amounts) {
    const amount = { currency: row.currency, minor: row.amount_minor };
    amountsOf.get(row.event_key)?.push({ item: row.item, path: row.path, amount });
  }
  return rows.map((row) => ({
    connectionId: row.connection_id,
    event: eventOf(row, amountsOf.get(row.id) ?? []),
    firstSeenAt: row.first_seen_at,
    changedAt: row.changed_at,
    revision: row.revision,
  }));
}

function eventOf(row: EventRow, amounts: readonly FinanceAmount[]): FinanceEvent {
  return {
    eventKey: row.event_key,
    eventType: row.event_type,
    status: row.status,
    amazonStatus: row.amazon_status,
    description: row.description,
    postedAt: row.posted_at,
    total: moneyOf(row.currency, row.total_minor),
    accountType: row.account_type,
    marketplaceId: row.marketplace_id,
    orderId: row.order_id,
    settlementId: row.settlement_id,
    eventGroupId: row.event_group_id,
    relatedIds: row.related_ids,
    deferralReason: row.deferral_reason,
    maturesAt: row.matures_at,
    items: row.items.map((item) => ({
      ...item,
      channel: item.channel ?? null,
      total: item.total === null ? null : moneyFromJson(item.total),
    })),
    amounts,
    ties: row.ties,
    source: row.source,
  };
}
