import type { ConnectionId, JsonObject, Payout, PayoutStep, PayoutStore, UnreadableRecord } from '../app/index.ts';
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
import { moneyOf } from './order-rows.ts';
import { type Session, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';

interface PayoutRow {
  readonly connection_id: ConnectionId;
  readonly payout_id: string;
  readonly account_type: string;
  readonly marketplace_id: string;
  readonly status: Payout['status'];
  readonly amazon_status: string;
  readonly steps: readonly PayoutStep[];
  readonly is_on_demand: boolean | null;
  readonly currency: CurrencyCode | null;
  readonly amount_minor: bigint | null;
  readonly account_tail: string | null;
  readonly payment_method: string | null;
  readonly payment_rail: string | null;
  readonly trace_id: string | null;
  readonly created_at: string | null;
  readonly period_start: string | null;
  readonly period_end: string | null;
  readonly settlement_ids: readonly string[];
  readonly source: JsonObject;
}

type DigestedPayout = Digested<Payout>;

export function payoutStore(database: Database, readTime: ReadTime): PayoutStore {
  return {
    putPayouts: (connectionId, payouts) =>
      database.transaction(async (session) => {
        assertBatch(payouts);
        await lockFeed(session, connectionId, 'payouts');
        const tally = new FeedTally();
        const at = await readTime(session);
        const fit = await keepUnfit(session, { connectionId, payouts, at }, tally);
        const distinct = lastOfEach(fit, ({ payoutId }) => payoutId);
        tally.unchanged += fit.length - distinct.length;
        const recordIds = distinct.map(({ payoutId }) => payoutId);
        const rows = await session.query<{ payout_id: string; content_sha256: Sha256 }>(sql`
          select payout_id, content_sha256 from payout where connection_id = ${connectionId}
            and payout_id in (select json_array_elements_text(${batchJson(recordIds)}))`);
        const known = new Map(rows.map((row) => [row.payout_id, row.content_sha256]));
        const news = newsOf(distinct, { keyOf: ({ payoutId }) => payoutId, known }, tally);
        if (news.length > 0) await writePayouts(session, { connectionId, payouts: news, at });
        const sources = distinct.map(({ source }) => source);
        await forgetUnreadable(session, { connectionId, feed: 'payouts', recordIds, sources });
        return tally.toCounts();
      }),

    async listPayouts(filter) {
      const rows = await database.query<PayoutRow>(sql`
        select * from payout
        where (${filter.connectionId ?? null}::uuid is null or connection_id = ${filter.connectionId ?? null})
          and (${filter.from ?? null}::timestamptz is null or coalesce(created_at, first_seen_at) >= ${filter.from ?? null})
          and (${filter.until ?? null}::timestamptz is null or coalesce(created_at, first_seen_at) < ${filter.until ?? null})
          and (${filter.settlementId ?? null}::text is null or id in (
            select payout_key from payout_settlement where settlement_id = ${filter.settlementId ?? null}))
        order by coalesce(created_at, first_seen_at) desc, id desc limit ${listLimit(filter.limit)}`);
      return rows.map((row) => ({ ...payoutOf(row), connectionId: row.connection_id }));
    },
  };
}

async function keepUnfit(
  session: Session,
  input: { readonly connectionId: ConnectionId; readonly payouts: readonly Payout[]; readonly at: string },
  tally: FeedTally,
): Promise<readonly Payout[]> {
  const fit: Payout[] = [];
  const unfit: UnreadableRecord[] = [];
  for (const payout of input.payouts) {
    const says = amountFault('the amount', payout.amount);
    if (says === undefined) fit.push(payout);
    else unfit.push({ recordId: payout.payoutId, says, source: payout.source });
  }
  await keepAside(session, { ...input, feed: 'payouts', records: unfit });
  tally.unreadable = unfit.length;
  return fit;
}

async function writePayouts(
  session: Session,
  input: { readonly connectionId: ConnectionId; readonly payouts: readonly DigestedPayout[]; readonly at: string },
): Promise<void> {
  const rows = input.payouts.map((payout) => ({
    payout_id: payout.payoutId,
    account_type: payout.accountType,
    marketplace_id: payout.marketplaceId,
    status: payout.status,
    amazon_status: payout.amazonStatus,
    steps: payout.steps,
    is_on_demand: payout.isOnDemand,
    currency: payout.amount?.currency,
    amount_minor: payout.amount?.minor,
    account_tail: payout.accountTail,
    payment_method: payout.paymentMethod,
    payment_rail: payout.paymentRail,
    trace_id: payout.traceId,
    created_at: payout.createdAt,
    period_start: payout.periodStart,
    period_end: payout.periodEnd,
    settlement_ids: payout.settlementIds,
    source: payout.source,
    content_sha256: payout.digest,
  }));
  await session.query(sql`
    insert into payout (connection_id, payout_id, account_type, marketplace_id, status, amazon_status, steps, is_on_demand,
      currency, amount_minor, account_tail, payment_method, payment_rail, trace_id, created_at, period_start, period_end,
      settlement_ids, source, content_sha256, first_seen_at, changed_at)
    select ${input.connectionId}, r.*, ${input.at}, ${input.at}
    from json_to_recordset(${batchJson(rows)}) as r(payout_id text, account_type text, marketplace_id text, status text,
      amazon_status text, steps json, is_on_demand boolean, currency text, amount_minor bigint, account_tail text,
      payment_method text, payment_rail text, trace_id text, created_at timestamptz, period_start timestamptz,
      period_end timestamptz, settlement_ids json, source json, content_sha256 text)
    on conflict (connection_id, payout_id) do update set account_type = excluded.account_type,
      marketplace_id = excluded.marketplace_id, status = excluded.status, amazon_status = excluded.amazon_status,
      steps = excluded.steps, is_on_demand = excluded.is_on_demand, currency = excluded.currency,
      amount_minor = excluded.amount_minor, account_tail = excluded.account_tail,
      payment_method = excluded.payment_method, payment_rail = excluded.payment_rail, trace_id = excluded.trace_id,
      created_at = excluded.created_at, period_start = excluded.period_start, period_end = excluded.period_end,
      settlement_ids = excluded.settlement_ids, source = excluded.source, content_sha256 = excluded.content_sha256,
      changed_at = excluded.changed_at`);
  const ids = batchJson(rows.map((row) => row.payout_id));
  await session.query(sql`
    delete from payout_settlement where payout_key in (
      select id from payout where connection_id = ${input.connectionId}
        and payout_id in (select json_array_elements_text(${ids})))`);
  await session.query(sql`
    insert into payout_settlement (payout_key, settlement_id)
    select distinct id, json_array_elements_text(settlement_ids) from payout
    where connection_id = ${input.connectionId} and payout_id in (select json_array_elements_text(${ids}))`);
}

function payoutOf(row: PayoutRow): Payout {
  return {
    payoutId: row.payout_id,
    accountType: row.account_type,
    marketplaceId: row.marketplace_id,
    status: row.status,
    amazonStatus: row.amazon_status,
    steps: row.steps,
    isOnDemand: row.is_on_demand,
    amount: moneyOf(row.currency, row.amount_minor),
    accountTail: row.account_tail,
    paymentMethod: row.payment_method,
    paymentRail: row.payment_rail,
    traceId: row.trace_id,
    createdAt: row.created_at,
    periodStart: row.period_start,
    periodEnd: row.period_end,
    settlementIds: row.settlement_ids,
    source: row.source,
  };
}
