import type { EntryId, ReversalStore } from '../app/index.ts';
import { assert, Problem } from '../core/index.ts';
import { appendAuditEvent } from './audit.ts';
import type { Database } from './database.ts';
import { auditedFacts, entrySubject, lockEntry, recordOf } from './entries.ts';
import { readEntries } from './entry-records.ts';
import { recordEntry } from './proposals.ts';
import { type Session, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';

export function reversalStore(database: Database, readTime: ReadTime): ReversalStore {
  return {
    recordReversal: ({ original, entry, actor, why, approvalsNeeded = 0 }) =>
      database.transaction(async (session) => {
        // The lock keeps a second reversal of the same entry waiting until this one can be seen.
        const before = await lockEntry(session, original, 'posted');
        if (before.reversalKey !== null) throw reversalOpen(before.entry.postingKey, before.reversalKey);
        const at = await readTime(session);
        const place = await placeOf(session, original);
        const id = await recordEntry(session, {
          origin:
            before.origin.kind === 'settlement'
              ? { settlementKey: before.origin.key }
              : { accrualKey: before.origin.key },
          ...place,
          entry,
          at,
          reversesId: original,
          approvalsNeeded,
        });
        const after = await recordOf(session, id);
        await appendAuditEvent(
          session,
          {
            actor,
            action: 'entry.reversal',
            subject: entrySubject(original),
            why,
            before: auditedFacts(before),
            after: { ...auditedFacts(before), reversalKey: entry.postingKey },
          },
          at,
        );
        await appendAuditEvent(
          session,
          { actor, action: 'entry.approved', subject: entrySubject(id), why, before: null, after: auditedFacts(after) },
          at,
        );
        return after;
      }),

    listReversals: (original) => readEntries(database, sql`e.reverses_id = ${original}`),
  };
}

/** After the entries of the same proposal. */
async function placeOf(session: Session, original: EntryId): Promise<{ proposalId: bigint; ordinal: number }> {
  const [place] = await session.query<{ id: bigint; ordinal: number }>(sql`
    select proposal_id as id, (select max(ordinal) + 1 from entry o where o.proposal_id = e.proposal_id) as ordinal
    from entry e where id = ${original}`);
  assert(place !== undefined, `entry ${original} is missing although it is locked`);
  return { proposalId: place.id, ordinal: place.ordinal };
}

function reversalOpen(postingKey: string, reversalKey: string): Problem {
  return new Problem({
    code: 'REVERSAL_OPEN',
    kind: 'conflict',
    says: `Entry ${postingKey} has a reversal already: ${reversalKey}.`,
    next: `Look how far it is: seller-ledger entries show ${reversalKey}`,
  });
}
