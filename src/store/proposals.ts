import type { Actor, EntryId, EntryState, ProposalToRecord, SettlementKey } from '../app/index.ts';
import { assert, Problem, uuidFromName } from '../core/index.ts';
import { entryDigest, type JournalEntry, type JournalLine } from '../ledger/index.ts';
import { appendAuditEvent } from './audit.ts';
import { recordRows, removeRows } from './settlement-rows.ts';
import { type Session, sql } from './sql.ts';

/** Records the entries of a proposal as `proposed`, with their lines and the rows behind them. */
export async function recordProposal(
  session: Session,
  key: SettlementKey,
  proposal: ProposalToRecord,
  at: string,
): Promise<void> {
  await session.query(sql`
    insert into mapping_text (sha256, text) values (${proposal.mappingSha256}, ${proposal.mappingText})
    on conflict (sha256) do nothing`);
  const [recorded] = await session.query<{ id: bigint }>(sql`
    insert into proposal (settlement_key, digest, mapping_sha256, program_version, revision, recorded_at)
    values (${key}, ${proposal.digest}, ${proposal.mappingSha256}, ${proposal.programVersion}, ${proposal.revision},
      ${at})
    returning id`);
  assert(recorded !== undefined, 'the database returned no id for a new proposal');
  for (const [ordinal, entry] of proposal.entries.entries()) {
    await recordEntry(session, { key, proposalId: recorded.id, ordinal, entry, at });
  }
  await recordRows(session, key, proposal.rows);
}

/** States in which nothing of an entry can be in SAP. Those of the first list may simply go, the others leave a trace. */
const REPLACEABLE = {
  untouched: ['proposed'],
  unbooked: ['proposed', 'approved', 'rejected'],
} as const satisfies Record<string, readonly EntryState[]>;

interface Withdrawal {
  readonly key: SettlementKey;
  readonly at: string;
  readonly actor: Actor;
  readonly why: string;
  /** `untouched`: only while nobody approved any entry. `unbooked`: also approved and refused ones, not yet in SAP. */
  readonly withdraws: keyof typeof REPLACEABLE;
}

/**
 * Takes the current proposal back, if there is one. Entries nobody approved go; approved and refused ones stay on record
 * as `withdrawn`, with an audit event each. Raises `PROPOSAL_FROZEN` (conflict) when any entry went further than that:
 * from then on a correction is a reversal and a new entry.
 */
export async function withdrawProposal(session: Session, withdrawal: Withdrawal): Promise<void> {
  const { key, at, withdraws } = withdrawal;
  const entries = await session.query<{ id: EntryId; posting_key: string; state: EntryState }>(
    sql`select id, posting_key, state from entry where settlement_key = ${key} and state <> 'withdrawn'
      order by id for update`,
  );
  const replaceable: readonly EntryState[] = REPLACEABLE[withdraws];
  const moved = entries.filter((entry) => !replaceable.includes(entry.state));
  if (moved.length > 0) throw frozen(moved, entries.length);
  await session.query(sql`delete from entry where settlement_key = ${key} and state = 'proposed'`);
  for (const entry of entries) if (entry.state !== 'proposed') await withdrawEntry(session, entry, withdrawal);
  await removeRows(session, key);
  await session.query(
    sql`update proposal set replaced_at = ${at} where settlement_key = ${key} and replaced_at is null`,
  );
}

async function withdrawEntry(
  session: Session,
  entry: { id: EntryId; posting_key: string; state: EntryState },
  { at, actor, why }: Withdrawal,
): Promise<void> {
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

interface EntryToRecord {
  readonly key: SettlementKey;
  readonly proposalId: bigint;
  readonly ordinal: number;
  readonly entry: JournalEntry;
  readonly at: string;
}

async function recordEntry(session: Session, { key, proposalId, ordinal, entry, at }: EntryToRecord): Promise<void> {
  // From the posting key alone: the same entry has the same id in every proposal.
  const id = uuidFromName(`seller-ledger/entry/${entry.postingKey}`);
  const lineCount = entry.lines.length;
  await session.query(sql`
    insert into entry (id, proposal_id, settlement_key, ordinal, posting_key, company_code, document_type,
      document_date, posting_date, currency, header_text, header_reference, part, part_count, line_count, digest,
      state, updated_at)
    values (${id}, ${proposalId}, ${key}, ${ordinal}, ${entry.postingKey}, ${entry.companyCode}, ${entry.documentType},
      ${entry.documentDate}, ${entry.postingDate}, ${entry.currency}, ${entry.headerText}, ${entry.headerReference},
      ${entry.part}, ${entry.partCount}, ${lineCount}, ${entryDigest(entry)}, 'proposed', ${at})`);
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
  if (buckets.length === 0) return;
  await session.query(sql`
    insert into entry_line_bucket (proposal_id, entry_id, bucket, ordinal, position)
    select ${proposalId}, ${id}, * from json_to_recordset(${JSON.stringify(buckets)})
      as link (bucket bigint, ordinal integer, position integer)`);
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
