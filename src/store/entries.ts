import type { AuditSubject, EntryId, EntryRecord, EntryState, EntryStore } from '../app/index.ts';
import { assert, isUuid, Problem } from '../core/index.ts';
import { type AuditFact, appendAuditEvent } from './audit.ts';
import type { Database } from './database.ts';
import { readAttempts, readEntries, readPast } from './entry-records.ts';
import { problemToJson, toJson } from './json.ts';
import { assertStillLoaded } from './loaded-settings.ts';
import { type AssertMove, stateMoved } from './moves.ts';
import { type Session, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';

type MoveInput = Parameters<EntryStore['moveEntry']>[0];

/** What an attempt came to, told by the state it led to. */
const OUTCOME_OF_STATE: Partial<Record<EntryState, string>> = {
  posted: 'posted',
  rejected: 'rejected',
  approved: 'unavailable',
  unknown: 'unknown',
};

export function entryStore(database: Database, readTime: ReadTime, assertMove: AssertMove): EntryStore {
  return {
    async getEntry(ref) {
      const found = await readEntries(database, isUuid(ref) ? sql`e.id = ${ref}` : byName(ref));
      const [record, second] = found;
      if (record && !second) return record;
      throw second ? ambiguous(ref, found) : unknownEntry(ref);
    },

    listEntries: (filter = {}) =>
      readEntries(
        database,
        sql`(${filter.connectionId ?? null}::uuid is null or c.id = ${filter.connectionId ?? null})
          and (${filter.originKey ?? null}::uuid is null
            or ${filter.originKey ?? null} in (e.settlement_key, e.accrual_key))
          and (${filter.states ?? null}::text[] is null or e.state = any(${filter.states ?? null}))
          and (${filter.postingDates?.from ?? null}::date is null
            or e.posting_date between ${filter.postingDates?.from ?? null} and ${filter.postingDates?.to ?? null})`,
        filter,
      ),

    pastOf: (connectionId) => readPast(database, connectionId),

    listAttempts: (id) => readAttempts(database, id),

    moveEntry: (input) =>
      database.transaction(async (session) => {
        assertMove('entry', input.from, input.to);
        if (input.loaded) await assertStillLoaded(session, input.loaded);
        const before = await lockEntry(session, input.id, input.from);
        const other = await lockOther(session, before, input.to);
        const at = await readTime(session);
        const after = await applyMove(session, before, input, at);
        const along = other && moveAlong(other, after, input);
        if (along) assertMove('entry', along.from, along.to);
        const otherAfter = along && (await applyMove(session, other, along, at));
        await appendAuditEvent(session, moveEvent(before, after, input), at);
        if (otherAfter) await appendAuditEvent(session, moveEvent(other, otherAfter, along), at);
        // Read anew, because an entry also tells what became of the one that moved along.
        return otherAfter ? recordOf(session, input.id) : after;
      }),

    annotateEntry: ({ id, state, actor, problem }) =>
      database.transaction(async (session) => {
        const before = await lockEntry(session, id, state);
        const at = await readTime(session);
        await session.query(
          sql`update entry set problem = ${problemToJson(problem)}, updated_at = ${at} where id = ${id}`,
        );
        const after = await recordOf(session, id);
        await appendAuditEvent(
          session,
          {
            actor,
            action: 'entry.annotate',
            subject: entrySubject(id),
            why: problem?.says ?? 'what stood in its way is gone',
            before: auditedFacts(before),
            after: auditedFacts(after),
          },
          at,
        );
        return after;
      }),
  };
}

/** Writes a move of a locked entry. */
export async function applyMove(
  session: Session,
  before: EntryRecord,
  input: MoveInput,
  at: string,
): Promise<EntryRecord> {
  assertFacts(before, input);
  await updateEntry(session, input, at);
  if (input.to === 'sending') await openAttempt(session, input.id, before.attempt + 1, at);
  if (input.from === 'sending') await closeAttempt(session, input, before.attempt, at);
  return recordOf(session, input.id);
}

export function moveEvent(before: EntryRecord, after: EntryRecord, { actor, why, id, to }: MoveInput): AuditFact {
  return {
    actor,
    action: `entry.${to}`,
    subject: entrySubject(id),
    why,
    before: auditedFacts(before),
    after: auditedFacts(after),
  };
}

/** The entry that moves along with this one: that which a posted reversal reverses, or the open reversal of a reversed one. */
async function lockOther(
  session: Session,
  { entry, reversalKey }: EntryRecord,
  to: EntryState,
): Promise<EntryRecord | undefined> {
  const otherKey = to === 'posted' ? entry.reversal?.postingKey : to === 'reversed' ? reversalKey : undefined;
  if (!otherKey) return undefined;
  const [other] = await readEntries(session, sql`e.posting_key = ${otherKey}`);
  assert(other !== undefined, `entry ${otherKey}, which moves along with ${entry.postingKey}, is not there`);
  return lockEntry(session, other.id, to === 'posted' ? 'posted' : other.state);
}

/** A booked reversal has taken its entry back: neither is true without the other, so both are written together. */
function moveAlong(other: EntryRecord, moved: EntryRecord, { actor, why }: MoveInput): MoveInput {
  if (moved.state === 'reversed') return { id: other.id, from: other.state, to: 'withdrawn', actor, why };
  assert(moved.document !== null, `reversal ${moved.entry.postingKey} is posted without a document`);
  const { fiscalYear, sapDocumentNumber } = moved.document;
  return {
    id: other.id,
    from: 'posted',
    to: 'reversed',
    actor,
    why: `reversed by entry ${moved.entry.postingKey}, SAP document ${sapDocumentNumber}`,
    reversedBy: { fiscalYear, sapDocumentNumber },
  };
}

/** Locks the entry until the commit, so that its state cannot move between this look and the change. */
export async function lockEntry(session: Session, id: EntryId, expected: EntryState): Promise<EntryRecord> {
  const locked = await session.query(sql`select from entry where id = ${id} for update`);
  if (locked.length === 0) throw unknownEntry(id);
  const record = await recordOf(session, id);
  if (record.state !== expected) {
    throw stateMoved({ subject: 'entry', ref: record.entry.postingKey, expected, actual: record.state });
  }
  return record;
}

/** Refuses a move that lacks the facts it stands for, and an outcome or approval that belongs to something else. */
function assertFacts(before: EntryRecord, input: MoveInput): void {
  const { postingKey } = before.entry;
  if (input.from === 'sending') {
    assert(input.attempt !== undefined, 'leaving `sending` needs the attempt whose outcome it is');
  }
  if (input.attempt !== undefined && input.attempt !== before.attempt) {
    throw stateMoved({
      subject: 'entry',
      ref: postingKey,
      expected: `${input.from} in attempt ${input.attempt}`,
      actual: `${before.state} in attempt ${before.attempt}`,
    });
  }
  if (input.from === 'proposed') {
    assert(input.approvedDigest !== undefined, 'an approval needs the digest of what was approved');
  }
  if (input.approvedDigest !== undefined && input.approvedDigest !== before.digest) {
    throw new Problem({
      code: 'ENTRY_CHANGED',
      kind: 'conflict',
      says: `Entry ${postingKey} is not the one that was approved: its content has digest ${before.digest}, approved was ${input.approvedDigest}.`,
      next: `Look at it and approve it again: seller-ledger entries show ${postingKey}`,
    });
  }
  assert(
    input.to !== 'sending' || input.messageCreatedAt !== undefined || before.messageCreatedAt !== null,
    'the first send needs the time its message carries',
  );
  assert(input.to !== 'posted' || input.document !== undefined, 'a posted entry needs its SAP document');
  assert(
    input.to !== 'posted' || input.from === 'sending' || input.from === 'unknown' || input.isFoundInSap === true,
    'an entry that was not sent becomes posted only when its document was found in SAP',
  );
  assert(input.to !== 'reversed' || input.reversedBy !== undefined, 'a reversed entry needs what reversed it');
}

/** Facts that are not given stay as they are. */
async function updateEntry(session: Session, input: MoveInput, at: string): Promise<void> {
  const changes = [
    sql`state = ${input.to}, updated_at = ${at}`,
    ...(input.approvedDigest ? [sql`approved_digest = ${input.approvedDigest}`] : []),
    ...(input.problem === undefined ? [] : [sql`problem = ${problemToJson(input.problem)}`]),
    ...(input.messages ? [sql`messages = ${toJson(input.messages)}`] : []),
    ...(input.to === 'sending'
      ? [
          sql`attempt = attempt + 1, sending_since = ${at},
            message_created_at = coalesce(message_created_at, ${input.messageCreatedAt ?? null})`,
        ]
      : []),
    ...(input.to === 'reversed'
      ? [
          sql`reversed_by_fiscal_year = ${input.reversedBy?.fiscalYear ?? null},
            reversed_by_document_number = ${input.reversedBy?.sapDocumentNumber ?? null}`,
        ]
      : []),
    ...(input.to === 'unknown' ? [sql`unknown_since = ${at}`] : []),
    ...(input.isFoundInSap ? [sql`found_in_sap_at = ${at}`] : []),
    ...(input.document && input.to === 'posted'
      ? [
          sql`sap_company_code = ${input.document.companyCode}, fiscal_year = ${input.document.fiscalYear},
            sap_document_number = ${input.document.sapDocumentNumber}`,
        ]
      : []),
  ].reduce((all, change) => sql`${all}, ${change}`);
  const updated = await session.query(sql`
    update entry set ${changes}
    where id = ${input.id} and state = ${input.from}
      and (${input.attempt ?? null}::integer is null or attempt = ${input.attempt ?? null})
    returning id`);
  assert(updated.length === 1, `entry ${input.id} moved although it was locked`);
}

async function openAttempt(session: Session, id: EntryId, attempt: number, at: string): Promise<void> {
  await session.query(sql`insert into attempt (entry_id, attempt, started_at) values (${id}, ${attempt}, ${at})`);
}

async function closeAttempt(session: Session, input: MoveInput, attempt: number, at: string): Promise<void> {
  const { exchange } = input;
  await session.query(sql`
    update attempt set finished_at = ${at}, outcome = ${OUTCOME_OF_STATE[input.to]},
      http_status = ${exchange?.httpStatus ?? null},
      duration_ms = ${exchange ? Math.round(exchange.durationMs) : null},
      request_sha256 = ${exchange?.requestSha256 ?? null},
      response_sha256 = ${exchange?.responseSha256 ?? null},
      messages = ${toJson(input.messages ?? [])},
      problem = ${problemToJson(input.problem ?? null)}
    where entry_id = ${input.id} and attempt = ${attempt}`);
}

/** The entry as it is inside this database transaction. */
export async function recordOf(session: Session, id: EntryId): Promise<EntryRecord> {
  const [record] = await readEntries(session, sql`e.id = ${id}`);
  assert(record !== undefined, `entry ${id} is missing although it is locked`);
  return record;
}

/** What an auditor needs of an entry at a move; the entry itself is in its own tables. */
export function auditedFacts(record: EntryRecord) {
  return {
    state: record.state,
    postingKey: record.entry.postingKey,
    digest: record.digest,
    approvedDigest: record.approvedDigest,
    attempt: record.attempt,
    document: record.document && { ...record.document },
    ...(record.entry.reversal && { reversal: { ...record.entry.reversal } }),
    ...(record.reversedBy && { reversedBy: { ...record.reversedBy } }),
    problem: record.problem?.code ?? null,
  };
}

export function entrySubject(id: EntryId): AuditSubject {
  return `entry/${id}`;
}

/** By posting key, by number, or by the whole name of the document: number/company code/fiscal year. */
function byName(ref: string) {
  const [, number, companyCode, fiscalYear] = /^([^/]+)\/([^/]+)\/(\d{4})$/.exec(ref) ?? [];
  if (number === undefined) return sql`(e.posting_key = ${ref} or e.sap_document_number = ${ref})`;
  return sql`(e.sap_document_number = ${number} and e.sap_company_code = ${companyCode}
    and e.fiscal_year = ${fiscalYear})`;
}

function unknownEntry(ref: string): Problem {
  return new Problem({
    code: 'ENTRY_UNKNOWN',
    kind: 'invalid',
    says: `There is no entry ${ref}.`,
    next: 'Look at the ones there are: seller-ledger entries list',
    data: ref,
  });
}

function ambiguous(ref: string, found: readonly EntryRecord[]): Problem {
  const choices = found
    .map(
      ({ entry, document, connectionName }) =>
        `${entry.postingKey} (${document?.sapDocumentNumber}/${document?.companyCode}/${document?.fiscalYear}, ${connectionName})`,
    )
    .join(', ');
  return new Problem({
    code: 'ENTRY_AMBIGUOUS',
    kind: 'invalid',
    says: `${found.length} entries have the SAP document number ${ref}: ${choices}.`,
    next: `Name it with company code and year, number/company code/year, or by its posting key: seller-ledger entries show ${found[0]?.entry.postingKey ?? ''}`,
    data: ref,
  });
}
