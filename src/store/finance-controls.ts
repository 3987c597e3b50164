import type { AmazonBalance, FinanceStore, FinanceSummary, SummaryDifference } from '../app/index.ts';
import { assert, type CurrencyCode, type LocalDate } from '../core/index.ts';
import type { Database } from './database.ts';
import { batchJson, lockFeed } from './feed-batches.ts';
import { sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';

interface BalanceRow {
  readonly taken_at: string;
  readonly as_of: LocalDate | null;
  readonly account_type: string | null;
  readonly marketplace_id: string | null;
  readonly balance_type: AmazonBalance['balanceType'];
  readonly amazon_type: string;
  readonly currency: CurrencyCode;
  readonly amount_minor: bigint;
  readonly last_updated_at: string | null;
}

/**
 * Amazon's own sums, kept beside ours. A settlement that Amazon had no summary of is asked for again 2, 14 and 30 days after
 * each answer, then no more.
 */
export function financeControls(
  database: Database,
  readTime: ReadTime,
): Omit<
  FinanceStore,
  'putFinanceEvents' | 'listFinanceEvents' | 'overdueDeferrals' | 'unsettledEvents' | 'settlementsOfEvents'
> {
  return {
    putSummaries: (connectionId, summaries) =>
      database.transaction(async (session) => {
        if (summaries.length === 0) return;
        await lockFeed(session, connectionId, 'finances');
        const rows = summaryRows(summaries);
        const ids = batchJson([...new Set(rows.map((row) => row.settlement_id))]);
        const asked = await session.query<{ settlement_id: string; asked: number }>(sql`
          select settlement_id, max(asked) as asked from finance_summary where connection_id = ${connectionId}
            and settlement_id in (select json_array_elements_text(${ids})) group by settlement_id`);
        const askedOf = new Map(asked.map((row) => [row.settlement_id, row.asked]));
        await session.query(sql`
          delete from finance_summary where connection_id = ${connectionId}
            and settlement_id in (select json_array_elements_text(${ids}))`);
        const told = rows.map((row) => ({ ...row, asked: (askedOf.get(row.settlement_id) ?? 0) + 1 }));
        await session.query(sql`
          insert into finance_summary (connection_id, settlement_id, ordinal, account_type, marketplace_id, period_start,
            period_end, currency, net_proceeds_minor, amounts, source, asked, read_at)
          select ${connectionId}, r.*, ${await readTime(session)}
          from json_to_recordset(${batchJson(told)}) as r(settlement_id text, ordinal integer, account_type text,
            marketplace_id text, period_start date, period_end date, currency text, net_proceeds_minor bigint, amounts json,
            source json, asked integer)`);
      }),

    async settlementsWithoutSummary(connectionId, limit) {
      const rows = await database.query<{ settlement_id: string }>(sql`
        select s.settlement_id from settlement s
        left join (
          select settlement_id, max(asked) as asked, max(read_at) as read_at, bool_and(net_proceeds_minor is null) as is_empty
          from finance_summary where connection_id = ${connectionId} group by settlement_id
        ) f on f.settlement_id = s.settlement_id
        where s.connection_id = ${connectionId} and (f.settlement_id is null or (f.is_empty and f.read_at
          + case f.asked when 1 then interval '2 days' when 2 then interval '14 days' when 3 then interval '30 days' end
          <= ${await readTime(database)}))
        order by s.end_at desc, s.settlement_id desc limit ${limit}`);
      return rows.map((row) => row.settlement_id);
    },

    async listSummaryDifferences(connectionId) {
      // A summary in another currency than its settlement differs by all of it.
      const rows = await database.query<{
        settlement_id: string;
        currency: string;
        settlement_minor: bigint;
        summary_minor: bigint;
      }>(sql`
        select s.settlement_id, f.currency, f.summary_minor,
          case when f.currency = s.currency then s.total_minor else 0 end as settlement_minor
        from settlement s join (
          select settlement_id, currency, sum(net_proceeds_minor)::bigint as summary_minor from finance_summary
          where connection_id = ${connectionId} and net_proceeds_minor is not null group by settlement_id, currency
        ) f on f.settlement_id = s.settlement_id
        where s.connection_id = ${connectionId} and (f.currency <> s.currency or f.summary_minor <> s.total_minor)
        order by s.end_at desc, s.settlement_id, f.currency`);
      return rows.map(
        (row): SummaryDifference => ({
          settlementId: row.settlement_id,
          currency: row.currency,
          settlementMinor: row.settlement_minor,
          summaryMinor: row.summary_minor,
          differenceMinor: row.summary_minor - row.settlement_minor,
        }),
      );
    },

    putBalances: (connectionId, takenAt, balances) =>
      database.transaction(async (session) => {
        await lockFeed(session, connectionId, 'balances');
        const rows = balances.map((balance) => ({
          as_of: balance.asOf,
          account_type: balance.accountType,
          marketplace_id: balance.marketplaceId,
          amazon_type: balance.amazonBalanceType,
          balance_type: balance.balanceType,
          currency: balance.amount.currency,
          amount_minor: balance.amount.minor,
          last_updated_at: balance.lastUpdatedAt,
        }));
        const days = batchJson([...new Set(rows.map((row) => row.as_of ?? 'now'))]);
        // The same taking again, after a run that was stopped, replaces what it had stored.
        await session.query(sql`
          delete from amazon_balance where connection_id = ${connectionId} and taken_at = ${takenAt}
            and coalesce(as_of::text, 'now') in (select json_array_elements_text(${days}))`);
        await session.query(sql`
          insert into amazon_balance (connection_id, taken_at, as_of, account_type, marketplace_id, amazon_type, balance_type,
            currency, amount_minor, last_updated_at)
          select ${connectionId}, ${takenAt}, r.*
          from json_to_recordset(${batchJson(rows)}) as r(as_of date, account_type text, marketplace_id text,
            amazon_type text, balance_type text, currency text, amount_minor bigint, last_updated_at timestamptz)`);
      }),

    async listBalances(connectionId, day) {
      const wanted =
        day === undefined
          ? sql`as_of is null`
          : sql`(as_of = ${day} or (as_of is null and (taken_at at time zone 'UTC')::date = ${day}))`;
      // Of each kind the latest taking only: those of now, and those asked for a day.
      const rows = await database.query<BalanceRow>(sql`
        select b.* from amazon_balance b
        join (
          select as_of, max(taken_at) as taken_at from amazon_balance
          where connection_id = ${connectionId} and ${wanted} group by as_of
        ) latest on latest.as_of is not distinct from b.as_of and latest.taken_at = b.taken_at
        where b.connection_id = ${connectionId} order by b.as_of nulls first, b.id`);
      return rows.map((row) => ({
        accountType: row.account_type,
        marketplaceId: row.marketplace_id,
        balanceType: row.balance_type,
        amazonBalanceType: row.amazon_type,
        amount: { currency: row.currency, minor: row.amount_minor },
        asOf: row.as_of,
        lastUpdatedAt: row.last_updated_at,
        takenAt: row.taken_at,
      }));
    },
  };
}

function summaryRows(summaries: readonly FinanceSummary[]) {
  const counted = new Map<string, number>();
  return summaries.map((summary) => {
    const { settlementId } = summary;
    assert(settlementId !== null, 'a summary is kept for a settlement');
    const ordinal = counted.get(settlementId) ?? 0;
    counted.set(settlementId, ordinal + 1);
    return {
      settlement_id: settlementId,
      ordinal,
      account_type: summary.accountType,
      marketplace_id: summary.marketplaceId,
      period_start: summary.periodStart,
      period_end: summary.periodEnd,
      currency: summary.netProceeds?.currency ?? null,
      net_proceeds_minor: summary.netProceeds?.minor ?? null,
      amounts: summary.amounts,
      source: summary.source,
    };
  });
}
