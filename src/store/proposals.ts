import type { EntryState, ProposalToRecord, SettlementKey } from '../app/index.ts';
import { assert, Problem, uuidFromName } from '../core/index.ts';
import { entryDigest, type JournalEntry, type JournalLine } from '../ledger/index.ts';
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
    insert into proposal (settlement_key, digest, mapping_sha256, program_version, recorded_at)
    values (${key}, ${proposal.digest}, ${proposal.mappingSha256}, ${proposal.programVersion}, ${at})
    returning id`);
  assert(recorded !== undefined, 'the database returned no id for a new proposal');
  for (const [ordinal, entry] of proposal.entries.entries()) {
    await recordEntry(session, { key, proposalId: recorded.id, ordinal, entry, at });
  }
  await recordRows(session, key, proposal.rows);
}

/**
 * Takes the current proposal back, if there is one: its entries go, the fact that it was proposed stays. Raises
 * `PROPOSAL_FROZEN` (conflict) once any of its entries was approved or sent: from then on a correction is a reversal
 * and a new entry.
 */
export async function withdrawProposal(session: Session, key: SettlementKey, at: string): Promise<void> {
  const entries = await session.query<{ posting_key: string; state: EntryState }>(
    sql`select posting_key, state from entry where settlement_key = ${key} order by id for update`,
  );
  const moved = entries.filter((entry) => entry.state !== 'proposed');
  if (moved.length > 0) {
    const list = moved.map((entry) => `${entry.posting_key} is ${entry.state}`).join(', ');
    throw new Problem({
      code: 'PROPOSAL_FROZEN',
      kind: 'conflict',
      says: `The proposal cannot be taken back: ${moved.length} of its ${entries.length} entries went on (${list}).`,
      next: 'Correct it by reversing the document and booking a new one; nothing that was approved is ever replaced.',
    });
  }
  await session.query(sql`delete from entry where settlement_key = ${key}`);
  await removeRows(session, key);
  await session.query(
    sql`update proposal set replaced_at = ${at} where settlement_key = ${key} and replaced_at is null`,
  );
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
    insert into entry_line (entry_id, line_count, ordinal, kind, gl_account, cost_center, profit_center, tax_code,
      amount_minor, tax_base_minor, tax_amount_minor, text)
    select ${id}, ${lineCount}, * from json_to_recordset(${JSON.stringify(lines)}) as line (
      ordinal integer, kind text, gl_account text, cost_center text, profit_center text, tax_code text,
      amount_minor bigint, tax_base_minor bigint, tax_amount_minor bigint, text text)`);
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
    cost_center: line.costCenter,
    profit_center: line.profitCenter,
    tax_code: line.taxCode,
    amount_minor: line.amount.minor.toString(),
    tax_base_minor: tax?.base.minor.toString() ?? null,
    tax_amount_minor: tax?.amount.minor.toString() ?? null,
    text: line.text,
  };
}
