import type { ConnectionId, DueRecords, PassingKind, RemovalScope } from '../../app/index.ts';
import { type Session, type Sql, sql } from '../sql.ts';

/** Where records of a kind are, how old each is, and what keeps it. `t` is the table. */
interface RecordTable {
  readonly table: Sql;
  readonly age: Sql;
  /** The order that a record is about; `null::text` where it is about none. */
  readonly order: Sql;
  /** An entry rests on it. */
  readonly isRestedOn: Sql;
  /** The file that it came from; `null::text` where it came from none. */
  readonly file: Sql;
}

const NOTHING = sql`false`;
const NONE = sql`null::text`;

/**
 * Orders and events that accruals of shipped orders booked, or that a settlement pays under the orders model, are what entries
 * rest on. What a month-end accrual was made of is a file of its own, and settlements rest on theirs.
 */
const TABLES: Readonly<Record<PassingKind, RecordTable>> = {
  orders: {
    table: sql`amazon_order`,
    age: sql`t.last_updated_at`,
    order: sql`t.order_id`,
    isRestedOn: sql`(exists (select from accrued_order a where a.connection_id = t.connection_id and a.order_id = t.order_id)
      or exists (select from settled_order s where s.connection_id = t.connection_id and s.order_id = t.order_id))`,
    file: sql`t.report_sha256`,
  },
  events: {
    table: sql`finance_event`,
    age: sql`coalesce(t.posted_at, t.first_seen_at)`,
    order: sql`t.order_id`,
    isRestedOn: sql`exists (select from accrued_order a where a.connection_id = t.connection_id and a.event_key = t.event_key)`,
    file: NONE,
  },
  summaries: { table: sql`finance_summary`, age: sql`t.read_at`, order: NONE, isRestedOn: NOTHING, file: NONE },
  balances: { table: sql`amazon_balance`, age: sql`t.taken_at`, order: NONE, isRestedOn: NOTHING, file: NONE },
  payouts: {
    table: sql`payout`,
    age: sql`coalesce(t.created_at, t.first_seen_at)`,
    order: NONE,
    isRestedOn: NOTHING,
    file: NONE,
  },
  reimbursements: {
    table: sql`fba_reimbursement`,
    age: sql`coalesce(t.approved_at, (select e.stored_at from evidence e where e.sha256 = t.sha256))`,
    order: sql`t.order_id`,
    isRestedOn: NOTHING,
    file: sql`t.sha256`,
  },
  'tax-lines': {
    table: sql`vat_line`,
    age: sql`coalesce(t.tax_day::timestamp at time zone 'UTC', (select e.stored_at from evidence e where e.sha256 = t.sha256))`,
    order: sql`t.order_id`,
    isRestedOn: NOTHING,
    file: sql`t.sha256`,
  },
  unreadable: {
    table: sql`feed_unreadable`,
    age: sql`t.seen_at`,
    order: sql`t.record_id`,
    isRestedOn: NOTHING,
    file: NONE,
  },
  'report-requests': {
    table: sql`report_request`,
    // One that is under way has no end yet and is of no age.
    age: sql`t.finished_at`,
    order: NONE,
    isRestedOn: NOTHING,
    file: sql`t.sha256`,
  },
};

interface DueRow {
  readonly due: number;
  readonly held: number;
  readonly rested: number;
  readonly oldest_at: string | null;
}

export async function countDue(
  session: Session,
  kind: PassingKind,
  { connectionId, before, at }: RemovalScope & { readonly at: string },
): Promise<DueRecords> {
  const { table, age, order, isRestedOn } = TABLES[kind];
  const [row] = await session.query<DueRow>(sql`
    select count(*) filter (where not is_held and not is_rested)::integer as due,
      count(*) filter (where is_held)::integer as held,
      count(*) filter (where is_rested)::integer as rested,
      min(age) filter (where not is_held and not is_rested) as oldest_at
    from (
      select ${age} as age, is_held(t.connection_id, ${order}, false, ${at}) as is_held, ${isRestedOn} as is_rested
      from ${table} t where t.connection_id = ${connectionId} and (${before}::timestamptz is null or ${age} < ${before})) as r`);
  return {
    dueCount: row?.due ?? 0,
    heldCount: row?.held ?? 0,
    restedOnCount: row?.rested ?? 0,
    oldestAt: row?.oldest_at ?? null,
  };
}

interface RemovedRow {
  readonly count: number;
  readonly files: readonly string[];
}

/** One batch. Rows that somebody is writing are left for the next; `files` are those that the removed records came from. */
export async function removeBatch(
  session: Session,
  kind: PassingKind,
  { connectionId, before, at, limit }: RemovalScope & { readonly at: string; readonly limit: number },
): Promise<RemovedRow> {
  const { table, age, order, isRestedOn, file } = TABLES[kind];
  const [row] = await session.query<RemovedRow>(sql`
    with due as (
      select t.ctid as place, ${file} as file from ${table} t
      where t.connection_id = ${connectionId} and (${before}::timestamptz is null or ${age} < ${before})
        and not is_held(t.connection_id, ${order}, false, ${at}) and not ${isRestedOn}
      limit ${limit} for update of t skip locked),
    removed as (delete from ${table} t using due where t.ctid = due.place returning due.file)
    select count(*)::integer as count,
      coalesce(json_agg(distinct file) filter (where file is not null), '[]') as files from removed`);
  return { count: row?.count ?? 0, files: row?.files ?? [] };
}

/** Counts of a kind whatever its age. */
export async function countAll(
  session: Session,
  kind: PassingKind,
  connectionId: ConnectionId,
): Promise<{
  readonly count: number;
  readonly rested: number;
  readonly oldest: string | null;
  readonly newest: string | null;
}> {
  const { table, age, isRestedOn } = TABLES[kind];
  const [row] = await session.query<{
    count: number;
    rested: number;
    oldest: string | null;
    newest: string | null;
  }>(sql`
    select count(*)::integer as count, count(*) filter (where ${isRestedOn})::integer as rested,
      min(${age}) as oldest, max(${age}) as newest
    from ${table} t where t.connection_id = ${connectionId}`);
  return row ?? { count: 0, rested: 0, oldest: null, newest: null };
}
