import type {
  FinanceEvent,
  LedgerLine,
  ReconciliationReads,
  ReconciliationStore,
  SettlementFileSums,
  SettlementSummary,
  SettlementSumsStore,
  TripleSum,
} from '../app/index.ts';
import { assert, type CurrencyCode, type LocalDate } from '../core/index.ts';
import type { Database } from './database.ts';
import { depositStore } from './deposits.ts';
import { batchJson } from './feed-batches.ts';
import { eventsWhere } from './finance-events.ts';
import { type MoneyJson, moneyFromJson, toJson } from './json.ts';
import { readOrders } from './order-rows.ts';
import { sql } from './sql.ts';
import { databaseTime, type ReadTime } from './store-time.ts';

/** Raised when what is kept of a file changes, so that it is worked out anew. */
const SUMS_VERSION = 1;
const ORDERS_AT_ONCE_MAX = 500;

interface LineRow {
  readonly posting_key: string;
  readonly company_code: string;
  readonly currency: CurrencyCode;
  readonly posting_date: LocalDate;
  readonly origin_key: string;
  readonly origin_name: string;
  readonly kind: string;
  readonly minor: bigint;
  readonly is_booked: boolean;
}

/** Amounts and positions as JSON keeps them: large numbers as text. */
type SumJson = Omit<TripleSum, 'minor' | 'rows'> & {
  readonly minor: string;
  readonly rows: readonly { readonly row: number; readonly minor: string; readonly postedAt: number }[] | null;
};

/** Everything the reconciliation keeps and reads, on the same database as the books. */
export function createReconciliationStore(database: Database, readTime: ReadTime = databaseTime): ReconciliationStore {
  return { ...depositStore(database, readTime), ...sumsStore(database), ...reads(database) };
}

function sumsStore(database: Database): SettlementSumsStore {
  return {
    async findSums(sha256) {
      const [row] = await database.query<{ facts: { marketplaces: []; triples: readonly SumJson[] } }>(
        sql`select facts from settlement_sums where sha256 = ${sha256} and version = ${SUMS_VERSION}`,
      );
      return row && { marketplaces: row.facts.marketplaces, triples: row.facts.triples.map(sumOf) };
    },
    async keepSums(sha256, sums: SettlementFileSums) {
      await database.query(sql`
        insert into settlement_sums (sha256, version, facts) values (${sha256}, ${SUMS_VERSION}, ${toJson(sums)})
        on conflict (sha256, version) do nothing`);
    },
  };
}

function sumOf(json: SumJson): TripleSum {
  return {
    ...json,
    minor: BigInt(json.minor),
    rows: json.rows?.map((row) => ({ ...row, minor: BigInt(row.minor) })) ?? null,
  };
}

function reads(database: Database): ReconciliationReads {
  return {
    async listLedgerLines(connectionId, kinds) {
      const rows = await database.query<LineRow>(sql`
        select e.posting_key, e.company_code, e.currency, e.posting_date, coalesce(s.key, a.key) as origin_key,
          coalesce(s.settlement_id, a.name) as origin_name, l.kind, l.amount_minor as minor,
          e.state in ('posted', 'reversed') as is_booked
        from entry e
        join entry_line l on l.entry_id = e.id
        left join settlement s on s.key = e.settlement_key
        left join accrual a on a.key = e.accrual_key
        where coalesce(s.connection_id, a.connection_id) = ${connectionId} and e.state <> 'withdrawn' and l.amount_minor <> 0
          and l.kind in (select json_array_elements_text(${toJson(kinds)}))
        order by e.posting_date, e.posting_key, l.ordinal`);
      return rows.map(
        (row): LedgerLine => ({
          postingKey: row.posting_key,
          companyCode: row.company_code,
          currency: row.currency,
          postingDate: row.posting_date,
          originKey: row.origin_key,
          originName: row.origin_name,
          kind: row.kind,
          minor: row.minor,
          isBooked: row.is_booked,
        }),
      );
    },

    async ordersOf(connectionId, orderIds) {
      assertFew(orderIds);
      const records = await readOrders(
        database,
        sql`connection_id = ${connectionId} and order_id in (select json_array_elements_text(${batchJson(orderIds)}))`,
        sql`order by order_id`,
      );
      return records.map(({ order }) => order);
    },

    async eventsOfOrders(connectionId, orderIds): Promise<readonly FinanceEvent[]> {
      assertFew(orderIds);
      const records = await eventsWhere(
        database,
        sql`connection_id = ${connectionId}
          and order_id in (select json_array_elements_text(${batchJson(orderIds)})) order by id`,
      );
      return records.map(({ event }) => event);
    },

    async shippedOrderIds(connectionId, window, after, limit) {
      const rows = await database.query<{ order_id: string }>(sql`
        select order_id from amazon_order where connection_id = ${connectionId}
          and status in ('shipped', 'partially-shipped')
          and coalesce(shipped_at, created_at) >= ${window.from} and coalesce(shipped_at, created_at) < ${window.until}
          and order_id > ${after} order by order_id limit ${limit}`);
      return rows.map((row) => row.order_id);
    },

    async eventOrderIds(connectionId, window, after, limit) {
      const rows = await database.query<{ order_id: string }>(sql`
        select distinct order_id from finance_event where connection_id = ${connectionId} and order_id is not null
          and posted_at >= ${window.from} and posted_at < ${window.until} and order_id > ${after}
        order by order_id limit ${limit}`);
      return rows.map((row) => row.order_id);
    },

    async listSummaries(connectionId) {
      const rows = await database.query<{
        settlement_id: string;
        currency: CurrencyCode | null;
        net_proceeds_minor: bigint | null;
        amounts: readonly { readonly path: readonly string[]; readonly amount: MoneyJson }[];
      }>(sql`
        select settlement_id, currency, net_proceeds_minor, amounts from finance_summary
        where connection_id = ${connectionId} order by settlement_id, ordinal`);
      return rows.map(
        (row): SettlementSummary => ({
          settlementId: row.settlement_id,
          currency: row.currency,
          netProceedsMinor: row.net_proceeds_minor,
          amounts: row.amounts.map(({ path, amount }) => ({ path, amount: moneyFromJson(amount) })),
        }),
      );
    },
  };
}

function assertFew(orderIds: readonly string[]): void {
  assert(orderIds.length <= ORDERS_AT_ONCE_MAX, `${orderIds.length} orders are more than one call reads`);
}
