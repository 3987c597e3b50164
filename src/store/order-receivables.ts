import type { ConnectionId, OrdersModelStore, ReceivableBalance, ReceivableOrder, RevenueOrder } from '../app/index.ts';
import { type CurrencyCode, epochSecondsOfUtcMidnight, type LocalDate, money } from '../core/index.ts';
import { listLimit } from './feed-batches.ts';
import { type Session, sql } from './sql.ts';

type Query<Name extends 'listReceivables' | 'listRevenueOrders'> = Parameters<OrdersModelStore[Name]>[1];

/** In the books, or on its way there. */
const stands = () => sql`e.reverses_id is null and e.state not in ('withdrawn', 'reversed')`;

/** Order by order, what standing accruals booked and what current settlements cleared. */
export async function readReceivables(
  session: Session,
  connectionId: ConnectionId,
  { onlyOpen, after, limit }: Query<'listReceivables'>,
): Promise<readonly ReceivableOrder[]> {
  const rows = await session.query<{
    readonly order_id: string;
    readonly marketplace: string;
    readonly currency: CurrencyCode;
    readonly accrued_minor: bigint;
    readonly cleared_minor: bigint;
    readonly accrued_on: LocalDate | null;
  }>(sql`
    with accrued as (
      select o.order_id, o.marketplace, o.currency, sum(o.amount_minor)::bigint as minor, min(a.period_from) as accrued_on
      from accrued_order o
      join accrual a on a.key = o.accrual_key
      join proposal p on p.accrual_key = o.accrual_key and p.replaced_at is null
      where o.connection_id = ${connectionId}
        and exists (select from entry e where e.accrual_key = a.key and ${stands()})
      group by o.order_id, o.marketplace, o.currency
    ), cleared as (
      select o.order_id, o.marketplace, o.currency, sum(o.amount_minor)::bigint as minor from settled_order o
      where o.connection_id = ${connectionId} and o.is_cleared
        and exists (select from entry e where e.settlement_key = o.settlement_key and ${stands()})
      group by o.order_id, o.marketplace, o.currency
    )
    select order_id, marketplace, currency, coalesce(accrued.minor, 0) as accrued_minor,
      coalesce(cleared.minor, 0) as cleared_minor, accrued.accrued_on
    from accrued full join cleared using (order_id, marketplace, currency)
    where (not ${onlyOpen}::boolean or coalesce(accrued.minor, 0) <> coalesce(cleared.minor, 0))
      and (${after?.orderId ?? null}::text is null
        or (order_id, marketplace) > (${after?.orderId ?? ''}, ${after?.marketplace ?? ''}))
    order by order_id, marketplace, currency limit ${listLimit(limit)}`);
  return rows.map((row) => ({
    orderId: row.order_id,
    marketplace: row.marketplace,
    accrued: money(row.currency, row.accrued_minor),
    cleared: money(row.currency, row.cleared_minor),
    accruedOn: row.accrued_on,
  }));
}

/** Orders that a settlement booked as revenue in spite of the orders model. */
export async function readRevenueOrders(
  session: Session,
  connectionId: ConnectionId,
  { settledAfter, limit }: Query<'listRevenueOrders'>,
): Promise<readonly RevenueOrder[]> {
  const rows = await session.query<{
    readonly order_id: string;
    readonly marketplace: string;
    readonly currency: CurrencyCode;
    readonly amount_minor: bigint;
    readonly settlement_id: string;
  }>(sql`
    select o.order_id, o.marketplace, o.currency, o.amount_minor, s.settlement_id
    from settled_order o join settlement s on s.key = o.settlement_key
    where o.connection_id = ${connectionId} and not o.is_cleared and o.amount_minor <> 0
      and s.start_at >= ${epochSecondsOfUtcMidnight(settledAfter)}
    order by s.end_at desc, s.settlement_id, o.order_id, o.marketplace limit ${listLimit(limit)}`);
  return rows.map((row) => ({
    orderId: row.order_id,
    marketplace: row.marketplace,
    amount: money(row.currency, row.amount_minor),
    settlementId: row.settlement_id,
  }));
}

/** What the entries leave on the receivable: all that are neither withdrawn nor reversed. */
export async function readReceivableBalances(
  session: Session,
  connectionId: ConnectionId,
): Promise<readonly ReceivableBalance[]> {
  const rows = await session.query<{
    readonly company_code: string;
    readonly currency: CurrencyCode;
    readonly minor: bigint;
  }>(sql`
    select e.company_code, e.currency, sum(l.amount_minor)::bigint as minor
    from entry e
    join entry_line l on l.entry_id = e.id and l.kind = 'order-receivable'
    left join settlement s on s.key = e.settlement_key
    left join accrual a on a.key = e.accrual_key
    where coalesce(s.connection_id, a.connection_id) = ${connectionId}
      and ${stands()}
    group by e.company_code, e.currency order by e.company_code, e.currency`);
  return rows.map((row) => ({ companyCode: row.company_code, amount: money(row.currency, row.minor) }));
}
