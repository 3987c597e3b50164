import type {
  AccrualKey,
  Actor,
  EntryId,
  EntryState,
  OriginKey,
  ProposalToRecord,
  SettlementKey,
  Withdraws,
} from '../app/index.ts';
import { assert, Problem, uuidFromName } from '../core/index.ts';
import { entryDigest, type JournalEntry, type JournalLine } from '../ledger/index.ts';
import { appendAuditEvent } from './audit.ts';
import { recordSettledOrders, removeSettledOrders } from './orders-model.ts';
import { recordRows, removeRows } from './settlement-rows.ts';
import { type Session, sql } from './sql.ts';

/** Whose proposal it is. */
export type ProposalOrigin = { readonly settlementKey: SettlementKey } | { readonly accrualKey: AccrualKey };

/** Records the entries of a settlement's proposal as `proposed`, with their lines and the rows behind them. */
export async function recordProposal(
  session: Session,
  key: SettlementKey,
  proposal: ProposalToRecord,
  at: string,
): Promise<void> {
  await insertProposal(session, { settlementKey: key }, proposal, at);
  await recordRows(session, key, proposal.rows);
  await recordSettledOrders(session, key, proposal.orders ?? []);
}

/** Records a proposal with its entries, and the account table that it was made with. */
export async function insertProposal(
  session: Session,
  origin: ProposalOrigin,
  proposal: Omit<ProposalToRecord, 'rows'>,
  at: string,
): Promise<void> {
  const { settlementKey, accrualKey } = keysOf(origin);
  await session.query(sql`
    insert into mapping_text (sha256, text) values (${proposal.mappingSha256}, ${proposal.mappingText})
    on conflict (sha256) do nothing`);
  const [recorded] = await session.query<{ id: bigint }>(sql`
    insert into proposal (settlement_key, accrual_key, digest, mapping_sha256, program_version, revision,
      closed_through, recorded_at, file_sha256)
    values (${settlementKey}, ${accrualKey}, ${proposal.digest}, ${proposal.mappingSha256}, ${proposal.programVersion},
      ${proposal.revision}, ${proposal.closedThrough ? JSON.stringify(proposal.closedThrough) : null}, ${at},
      (select sha256 from settlement where key = ${settlementKey}))
    returning id`);
  assert(recorded !== undefined, 'the database returned no id for a new proposal');
  for (const [ordinal, entry] of proposal.entries.entries()) {
    await recordEntry(session, { origin, proposalId: recorded.id, ordinal, entry, at });
  }
}

function keysOf(origin: ProposalOrigin): { settlementKey: SettlementKey | null; accrualKey: AccrualKey | null } {
  return 'settlementKey' in origin
    ? { settlementKey: origin.settlementKey, accrualKey: null }
    : { settlementKey: null, accrualKey: origin.accrualKey };
}

/**
 * States in which nothing of an entry can be in SAP; those of the first list may simply go, the others leave a trace. Of the
 * last list one is in SAP and has been taken back there.
 */
const REPLACEABLE: Readonly<Record<Withdraws, readonly EntryState[]>> = {
  untouched: ['proposed'],
  unbooked: ['proposed', 'approved', 'rejected'],
  reversed: ['proposed', 'approved', 'rejected', 'reversed'],
};

interface Withdrawal {
  readonly key: OriginKey;
  readonly at: string;
  readonly actor: Actor;
  readonly why: string;
  readonly withdraws: Withdraws;
}

/**
 * Takes the current proposal back, if there is one. Entries nobody approved go; approved and refused ones stay on record
 * as `withdrawn`, with an audit event each; reversed ones and their reversals stay as they are. Raises `PROPOSAL_FROZEN`
 * (conflict) when any entry went further than that: then a correction is a reversal and a new entry.
 */
export async function withdrawProposal(session: Session, withdrawal: Withdrawal): Promise<void> {
  const { key, at, withdraws } = withdrawal;
  const entries = await session.query<EntryToWithdraw>(
    sql`select id, posting_key, state, reverses_id is not null as is_reversal from entry
      where ${key} in (settlement_key, accrual_key) and state <> 'withdrawn'
        and proposal_id in (
          select id from proposal where ${key} in (settlement_key, accrual_key) and replaced_at is null)
      order by id for update`,
  );
  const moved = entries.filter((entry) => !isReplaceable(entry, withdraws));
  if (moved.length > 0) throw frozen(moved, entries.length);
  await session.query(sql`delete from entry where ${key} in (settlement_key, accrual_key) and state = 'proposed'`);
  for (const entry of entries) {
    if (entry.state === 'approved' || entry.state === 'rejected') await withdrawEntry(session, entry, withdrawal);
  }
  await removeRows(session, key);
  await removeSettledOrders(session, key);
  await session.query(
    sql`update proposal set replaced_at = ${at} where ${key} in (settlement_key, accrual_key) and replaced_at is null`,
  );
}

interface EntryToWithdraw {
  readonly id: EntryId;
  readonly posting_key: string;
  readonly state: EntryState;
  readonly is_reversal: boolean;
}

function isReplaceable({ state, is_reversal: isReversal }: EntryToWithdraw, withdraws: Withdraws): boolean {
  // A reversal that is not booked yet may still take back what is in SAP.
  return isReversal ? withdraws === 'reversed' && state === 'posted' : REPLACEABLE[withdraws].includes(state);
}

async function withdrawEntry(session: Session, entry: EntryToWithdraw, { at, actor, why }: Withdrawal): Promise<void> {
  await session.query(sql`update entry set state = 'withdrawn', updated_at = ${at} where id = ${entry.id}`);
  const postingKey = entry.posting_key;
  await appendAuditEvent(
    session,
    {
      actor,
      action: 'entry.withdrawn',
      subject: `entry/${entry.id}`,
      why,
      before: { state: entry.state, postingKey },
      after: { state: 'withdrawn', postingKey },
    },
    at,
  );
}

function frozen(moved: readonly { posting_key: string; state: EntryState }[], count: number): Problem {
  const list = moved.map((entry) => `${entry.posting_key} is ${entry.state}`).join(', ');
  return new Problem({
    code: 'PROPOSAL_FROZEN',
    kind: 'conflict',
    says: `The proposal cannot be taken back: ${moved.length} of its ${count} entries went on (${list}).`,
    next: 'Correct it by reversing the document and booking a new one; nothing that was sent is ever replaced.',
  });
}

export interface EntryToRecord {
  readonly origin: ProposalOrigin;
  readonly proposalId: bigint;
  readonly ordinal: number;
  readonly entry: JournalEntry;
  readonly at: string;
  /** With a reversal: the entry it reverses. It is recorded as approved. */
  readonly reversesId?: EntryId;
  /** With a reversal: how many people have to stand behind it. */
  readonly approvalsNeeded?: number;
}

/** Records one entry with its lines, as `proposed`, or as `approved` when it is a reversal. */
export async function recordEntry(session: Session, toRecord: EntryToRecord): Promise<EntryId> {
  const { origin, proposalId, ordinal, entry, at, reversesId = null, approvalsNeeded = 0 } = toRecord;
  const { settlementKey, accrualKey } = keysOf(origin);
  assert((reversesId === null) === (entry.reversal === undefined), 'a reversal names the entry it reverses');
  // From the posting key alone: the same entry has the same id in every proposal.
  const id = uuidFromName(`seller-ledger/entry/${entry.postingKey}`) as string as EntryId;
  const lineCount = entry.lines.length;
  const digest = entryDigest(entry);
  const { fiscalYear = null, sapDocumentNumber = null, reason = null } = entry.reversal ?? {};
  await session.query(sql`
    insert into entry (id, proposal_id, settlement_key, accrual_key, ordinal, posting_key, company_code, document_type,
      document_date, posting_date, currency, header_text, header_reference, part, part_count, line_count, digest,
      state, approved_digest, approvals_needed, reverses_id, reversal_fiscal_year, reversal_document_number, reversal_reason, updated_at)
    values (${id}, ${proposalId}, ${settlementKey}, ${accrualKey}, ${ordinal}, ${entry.postingKey}, ${entry.companyCode}, ${entry.documentType},
      ${entry.documentDate}, ${entry.postingDate}, ${entry.currency}, ${entry.headerText}, ${entry.headerReference},
      ${entry.part}, ${entry.partCount}, ${lineCount}, ${digest},
      ${reversesId ? 'approved' : 'proposed'}, ${reversesId ? digest : null}, ${approvalsNeeded}, ${reversesId},
      ${fiscalYear},
      ${sapDocumentNumber}, ${reason}, ${at})`);
  const lines = entry.lines.map((line, index) => toLineColumns(entry, line, index + 1));
  // One statement for all lines: an entry may have 900 of them.
  await session.query(sql`
    insert into entry_line (entry_id, line_count, ordinal, kind, gl_account, customer, cost_center, profit_center,
      tax_code, amount_minor, tax_base_minor, tax_amount_minor, text)
    select ${id}, ${lineCount}, * from json_to_recordset(${JSON.stringify(lines)}) as line (
      ordinal integer, kind text, gl_account text, customer text, cost_center text, profit_center text,
      tax_code text, amount_minor bigint, tax_base_minor bigint, tax_amount_minor bigint, text text)`);
  const buckets = entry.lines.flatMap((line, index) =>
    line.buckets.map((bucket, position) => ({ bucket, ordinal: index + 1, position })),
  );
  if (buckets.length === 0) return id;
  await session.query(sql`
    insert into entry_line_bucket (proposal_id, entry_id, bucket, ordinal, position)
    select ${proposalId}, ${id}, * from json_to_recordset(${JSON.stringify(buckets)})
      as link (bucket bigint, ordinal integer, position integer)`);
  return id;
}

function toLineColumns(entry: JournalEntry, line: JournalLine, ordinal: number) {
  const { tax } = line;
  const moneys = tax ? [line.amount, tax.base, tax.amount] : [line.amount];
  assert(
    moneys.every((money) => money.currency === entry.currency) && (tax === null || tax.taxCode === line.taxCode),
    `line ${ordinal} of entry ${entry.postingKey} has another currency or tax code than its entry says`,
  );
  return {
    ordinal,
    kind: line.kind,
    gl_account: line.glAccount,
    customer: line.customer ?? null,
    cost_center: line.costCenter,
    profit_center: line.profitCenter,
    tax_code: line.taxCode,
    amount_minor: line.amount.minor.toString(),
    tax_base_minor: tax?.base.minor.toString() ?? null,
    tax_amount_minor: tax?.amount.minor.toString() ?? null,
    text: line.text,
  };
}
