import type { ClosedMonths, ConnectionId, SettlementKey, SettlementRecord, SettlementState } from '../app/index.ts';
import type { CurrencyCode, ProblemFacts, Sha256 } from '../core/index.ts';
import type { Proof } from '../ledger/index.ts';
import {
  isMultiChannelMarketplace,
  type QuarantineItem,
  type SettlementId,
  type SettlementReading,
} from '../mapping/index.ts';
import { type ListPart, orderOf, type Session, type Sql, sql } from './sql.ts';

interface SettlementRow {
  readonly key: SettlementKey;
  readonly connection_id: ConnectionId;
  readonly connection_name: string;
  readonly seller_account: string;
  readonly settlement_id: SettlementId;
  readonly sha256: Sha256;
  readonly state: SettlementState;
  readonly start_at: bigint;
  readonly end_at: bigint;
  readonly deposit_at: bigint;
  readonly currency: CurrencyCode;
  readonly total_minor: bigint;
  readonly summary_row: number;
  readonly line_count: number;
  readonly marketplaces: readonly string[] | null;
  readonly digest: Sha256 | null;
  readonly closed_through: ClosedMonths | null;
  readonly revision: number;
  readonly problem: ProblemFacts | null;
  readonly received_at: string;
  readonly proofs: readonly Proof[];
  readonly quarantine: readonly QuarantineRow[];
}

interface QuarantineRow {
  readonly code: string;
  readonly transaction_type: string;
  readonly amount_type: string;
  readonly amount_description: string;
  readonly marketplace: string;
  readonly line_count: number;
  readonly currency: CurrencyCode;
  /** As text: a JSON number would not be exact. */
  readonly amount_minor: string;
  readonly first_row: number;
  readonly says: string;
  readonly next: string;
}

const PROOF_COLUMNS = sql`name, ok, expected, actual, says`;
const QUARANTINE_COLUMNS = sql`code, transaction_type, amount_type, amount_description, marketplace, line_count, currency,
  amount_minor::text as amount_minor, first_row, says, next`;

const ORDERS = {
  usual: sql`c.name, s.end_at, s.settlement_id`,
  newestFirst: sql`s.end_at desc, c.name, s.settlement_id, s.key`,
};

/**
 * Settlements that meet the condition on `settlement s`, in the order of their periods, or the part of them that is asked
 * for. One statement, so that a settlement never comes with the proofs or the quarantine of another moment.
 */
export async function readSettlements(
  session: Session,
  condition: Sql,
  part: ListPart = {},
): Promise<readonly SettlementRecord[]> {
  const rows = await session.query<SettlementRow>(sql`
    select s.*, c.name as connection_name, p.digest, p.closed_through,
      coalesce((select max(q.revision
          + (q.replaced_at is not null and exists (select from entry w where w.proposal_id = q.id))::integer)
        from proposal q where q.settlement_key = s.key), 0) as revision,
      coalesce((select json_agg(each order by ordinal) from (
        select ordinal, ${PROOF_COLUMNS} from proof where settlement_key = s.key) each), '[]') as proofs,
      coalesce((select json_agg(each order by ordinal) from (
        select ordinal, ${QUARANTINE_COLUMNS} from quarantine_item where settlement_key = s.key) each), '[]') as quarantine
    from settlement s
    join connection c on c.id = s.connection_id
    left join proposal p on p.settlement_key = s.key and p.replaced_at is null
    where ${condition}
    ${orderOf(part, ORDERS)}`);
  return rows.map((row) => ({
    key: row.key,
    connectionId: row.connection_id,
    connectionName: row.connection_name,
    sellerAccount: row.seller_account,
    settlementId: row.settlement_id,
    sha256: row.sha256,
    state: row.state,
    header: {
      settlementId: row.settlement_id,
      startAt: Number(row.start_at),
      endAt: Number(row.end_at),
      depositAt: Number(row.deposit_at),
      currency: row.currency,
      total: { currency: row.currency, minor: row.total_minor },
      row: row.summary_row,
    },
    lineCount: row.line_count,
    marketplaces: row.marketplaces ?? [],
    digest: row.digest,
    revision: row.revision,
    ...(row.closed_through !== null && { closedThrough: row.closed_through }),
    proofs: row.proofs.map(({ name, ok, expected, actual, says }) => ({ name, ok, expected, actual, says })),
    quarantine: row.quarantine.map(readQuarantineItem),
    problem: row.problem,
    receivedAt: row.received_at,
  }));
}

/** The names of stores in a file: rows of fees have none, and sales on other channels are in no store. */
export function namedMarketplaces({ tables }: SettlementReading): readonly string[] {
  return tables.marketplaces.filter((name) => name !== '' && !isMultiChannelMarketplace(name));
}

export async function replaceProofs(session: Session, key: SettlementKey, proofs: readonly Proof[]): Promise<void> {
  await session.query(sql`delete from proof where settlement_key = ${key}`);
  for (const [ordinal, proof] of proofs.entries()) {
    await session.query(sql`
      insert into proof (settlement_key, ordinal, name, ok, expected, actual, says)
      values (${key}, ${ordinal}, ${proof.name}, ${proof.ok}, ${proof.expected}, ${proof.actual}, ${proof.says})`);
  }
}

export async function replaceQuarantine(
  session: Session,
  key: SettlementKey,
  items: readonly QuarantineItem[],
): Promise<void> {
  await session.query(sql`delete from quarantine_item where settlement_key = ${key}`);
  for (const [ordinal, item] of items.entries()) {
    await session.query(sql`
      insert into quarantine_item (settlement_key, ordinal, code, transaction_type, amount_type, amount_description,
        marketplace, line_count, currency, amount_minor, first_row, says, next)
      values (${key}, ${ordinal}, ${item.code}, ${item.transactionType}, ${item.amountType}, ${item.amountDescription},
        ${item.marketplace}, ${item.count}, ${item.amount.currency}, ${item.amount.minor}, ${item.firstRow},
        ${item.says}, ${item.next})`);
  }
}

function readQuarantineItem(row: QuarantineRow): QuarantineItem {
  return {
    code: row.code,
    transactionType: row.transaction_type,
    amountType: row.amount_type,
    amountDescription: row.amount_description,
    marketplace: row.marketplace,
    count: row.line_count,
    amount: { currency: row.currency, minor: BigInt(row.amount_minor) },
    firstRow: row.first_row,
    says: row.says,
    next: row.next,
  };
}
