import type {
  AccrualKey,
  AccrualKind,
  ConnectionId,
  ConnectionPast,
  EntryAttempt,
  EntryId,
  EntryOrigin,
  EntryPlace,
  EntryRecord,
  EntryState,
  SapMessage,
  SettlementKey,
} from '../app/index.ts';
import { assert, type CurrencyCode, type LocalDate, type ProblemFacts, type Sha256 } from '../core/index.ts';
import type { CompanyCode, CustomerNumber, GlAccount, JournalLine, PostingKey } from '../ledger/index.ts';
import type { SettlementId } from '../mapping/index.ts';
import { type ListPart, orderOf, type Session, type Sql, sql } from './sql.ts';

interface EntryRow {
  readonly id: EntryId;
  readonly settlement_key: SettlementKey | null;
  readonly settlement_id: SettlementId | null;
  readonly accrual_key: AccrualKey | null;
  readonly accrual_kind: AccrualKind | null;
  readonly accrual_name: string | null;
  readonly connection_id: ConnectionId;
  readonly connection_name: string;
  readonly posting_key: PostingKey;
  readonly company_code: CompanyCode;
  readonly document_type: string;
  readonly document_date: LocalDate;
  readonly posting_date: LocalDate;
  readonly currency: CurrencyCode;
  readonly header_text: string;
  readonly header_reference: string;
  readonly part: number;
  readonly part_count: number;
  readonly digest: Sha256;
  readonly state: EntryState;
  readonly approved_digest: Sha256 | null;
  readonly attempt: number;
  readonly sending_since: string | null;
  readonly unknown_since: string | null;
  readonly message_created_at: string | null;
  readonly fiscal_year: string | null;
  readonly sap_company_code: CompanyCode | null;
  readonly sap_document_number: string | null;
  readonly messages: readonly SapMessage[];
  readonly problem: ProblemFacts | null;
  readonly updated_at: string;
  readonly is_current: boolean;
  readonly proposal_revision: number;
  readonly reverses_key: PostingKey | null;
  readonly reversal_key: PostingKey | null;
  readonly reversal_fiscal_year: string | null;
  readonly reversal_document_number: string | null;
  readonly reversal_reason: string | null;
  readonly reversed_by_fiscal_year: string | null;
  readonly reversed_by_document_number: string | null;
  readonly lines: readonly LineRow[];
}

/** Amounts as text: a JSON number would not be exact. */
interface LineRow {
  readonly kind: string;
  readonly gl_account: GlAccount;
  readonly customer: CustomerNumber | null;
  readonly cost_center: string | null;
  readonly profit_center: string | null;
  readonly tax_code: string | null;
  readonly amount_minor: string;
  readonly tax_base_minor: string | null;
  readonly tax_amount_minor: string | null;
  readonly text: string;
  readonly buckets: readonly number[];
}

interface AttemptRow {
  readonly attempt: number;
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly outcome: string | null;
  readonly http_status: number | null;
  readonly duration_ms: number | null;
  readonly request_sha256: Sha256 | null;
  readonly response_sha256: Sha256 | null;
  readonly messages: readonly SapMessage[];
  readonly problem: ProblemFacts | null;
}

/** What an entry, or a proposal, called `e` is of: `settlement s` or `accrual a`. */
const ORIGIN = sql`left join settlement s on s.key = e.settlement_key left join accrual a on a.key = e.accrual_key`;
const CONNECTION = sql`coalesce(s.connection_id, a.connection_id)`;
/** When a settlement or the period of an accrual ended. */
export const ENDED = sql`coalesce(s.end_at, extract(epoch from a.period_to + 1)::bigint)`;
const ORDERS = {
  usual: sql`c.name, ${ENDED}, s.settlement_id, a.name, e.proposal_id, e.ordinal`,
  newestFirst: sql`${ENDED} desc, c.name, s.settlement_id, s.key, a.name, e.proposal_id desc, e.ordinal, e.id`,
};

/**
 * Entries that meet the condition on `entry e` and `connection c`, exactly as they were proposed, or the part of them that
 * is asked for. One statement, so that an entry never comes without the lines it had when it was found.
 */
export async function readEntries(
  session: Session,
  condition: Sql,
  part: ListPart = {},
): Promise<readonly EntryRecord[]> {
  const rows = await session.query<EntryRow>(sql`
    select e.*, s.settlement_id, a.kind as accrual_kind, a.name as accrual_name, c.id as connection_id,
      c.name as connection_name, p.replaced_at is null as is_current, p.revision as proposal_revision,
      o.posting_key as reverses_key, r.posting_key as reversal_key,
      coalesce((select json_agg(each order by ordinal) from (
        select ordinal, kind, gl_account, customer, cost_center, profit_center, tax_code, amount_minor::text as amount_minor,
          tax_base_minor::text as tax_base_minor, tax_amount_minor::text as tax_amount_minor, text,
          coalesce((select json_agg(b.bucket order by b.position) from entry_line_bucket b
            where b.entry_id = l.entry_id and b.ordinal = l.ordinal), '[]') as buckets
        from entry_line l where l.entry_id = e.id) each), '[]') as lines
    from entry e
    ${ORIGIN}
    join connection c on c.id = ${CONNECTION}
    join proposal p on p.id = e.proposal_id
    left join entry o on o.id = e.reverses_id
    left join entry r on r.reverses_id = e.id and r.state <> 'withdrawn'
    where ${condition}
    ${orderOf(part, ORDERS)}`);
  return rows.map(readEntry);
}

/** Where an entry stands in the order of the newest first. */
export async function placeOfEntry(session: Session, id: EntryId): Promise<EntryPlace> {
  const [row] = await session.query<{ end_at: bigint; proposal_id: bigint; ordinal: number }>(sql`
    select ${ENDED} as end_at, e.proposal_id, e.ordinal from entry e ${ORIGIN} where e.id = ${id}`);
  assert(row !== undefined, `entry ${id} is missing although it was just read`);
  return { endAt: Number(row.end_at), proposal: String(row.proposal_id), ordinal: row.ordinal };
}

export async function readAttempts(session: Session, id: EntryId): Promise<readonly EntryAttempt[]> {
  const rows = await session.query<AttemptRow>(sql`select * from attempt where entry_id = ${id} order by attempt`);
  return rows.map((row) => ({
    attempt: row.attempt,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    outcome: row.outcome,
    httpStatus: row.http_status,
    durationMs: row.duration_ms,
    requestSha256: row.request_sha256,
    responseSha256: row.response_sha256,
    messages: row.messages,
    problem: row.problem,
  }));
}

export async function readPast(session: Session, connectionId: ConnectionId): Promise<ConnectionPast> {
  const codes = await session.query<{ company_code: CompanyCode }>(sql`
    select distinct e.company_code from entry e ${ORIGIN}
    where ${CONNECTION} = ${connectionId} order by 1`);
  const texts = await session.query<{ text: string }>(sql`
    select m.text from mapping_text m where m.sha256 in (
      select e.mapping_sha256 from proposal e ${ORIGIN}
      where ${CONNECTION} = ${connectionId}) order by m.sha256`);
  const [found] = await session.query<{ at: string | null }>(sql`
    select max(e.found_in_sap_at) as at from entry e ${ORIGIN}
    where ${CONNECTION} = ${connectionId} and e.attempt = 0`);
  return {
    companyCodes: codes.map((row) => row.company_code),
    mappingTexts: texts.map(({ text }) => text),
    foundInSapAt: found?.at ?? null,
  };
}

function readLine(row: LineRow, currency: CurrencyCode): JournalLine {
  const { tax_code: taxCode, tax_base_minor: base, tax_amount_minor: amount } = row;
  return {
    kind: row.kind,
    glAccount: row.gl_account,
    ...(row.customer !== null && { customer: row.customer }),
    costCenter: row.cost_center,
    profitCenter: row.profit_center,
    taxCode,
    tax:
      taxCode !== null && base !== null && amount !== null
        ? { taxCode, base: { currency, minor: BigInt(base) }, amount: { currency, minor: BigInt(amount) } }
        : null,
    amount: { currency, minor: BigInt(row.amount_minor) },
    text: row.text,
    buckets: row.buckets,
  };
}

function readReversal(row: EntryRow): Pick<EntryRecord['entry'], 'reversal'> {
  const { reverses_key: postingKey, reversal_fiscal_year: fiscalYear, reversal_reason: reason } = row;
  const sapDocumentNumber = row.reversal_document_number;
  const isReversal = postingKey !== null && fiscalYear !== null && sapDocumentNumber !== null && reason !== null;
  return isReversal ? { reversal: { postingKey, fiscalYear, sapDocumentNumber, reason } } : {};
}

function readReversedBy(row: EntryRow): EntryRecord['reversedBy'] {
  const { reversed_by_fiscal_year: fiscalYear, reversed_by_document_number: sapDocumentNumber } = row;
  return fiscalYear !== null && sapDocumentNumber !== null ? { fiscalYear, sapDocumentNumber } : null;
}

function readOrigin(row: EntryRow): EntryOrigin {
  if (row.settlement_key !== null && row.settlement_id !== null) {
    return { kind: 'settlement', key: row.settlement_key, name: row.settlement_id };
  }
  const { accrual_key: key, accrual_kind: accrualKind, accrual_name: name } = row;
  assert(key !== null && accrualKind !== null && name !== null, `entry ${row.id} books neither settlement nor accrual`);
  return { kind: 'accrual', key, name, accrualKind };
}

function readEntry(row: EntryRow): EntryRecord {
  const { sap_company_code: companyCode, fiscal_year: fiscalYear, sap_document_number: sapDocumentNumber } = row;
  return {
    id: row.id,
    origin: readOrigin(row),
    connectionId: row.connection_id,
    connectionName: row.connection_name,
    state: row.state,
    entry: {
      postingKey: row.posting_key,
      companyCode: row.company_code,
      documentType: row.document_type,
      documentDate: row.document_date,
      postingDate: row.posting_date,
      currency: row.currency,
      headerText: row.header_text,
      headerReference: row.header_reference,
      part: row.part,
      partCount: row.part_count,
      lines: row.lines.map((line) => readLine(line, row.currency)),
      ...readReversal(row),
    },
    isCurrent: row.is_current,
    revision: row.proposal_revision,
    reversalKey: row.reversal_key,
    reversedBy: readReversedBy(row),
    digest: row.digest,
    approvedDigest: row.approved_digest,
    attempt: row.attempt,
    sendingSince: row.sending_since,
    unknownSince: row.state === 'unknown' ? row.unknown_since : null,
    messageCreatedAt: row.message_created_at,
    document:
      companyCode !== null && fiscalYear !== null && sapDocumentNumber !== null
        ? { companyCode, fiscalYear, sapDocumentNumber }
        : null,
    messages: row.messages,
    problem: row.problem,
    updatedAt: row.updated_at,
  };
}
