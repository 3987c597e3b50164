import type { Actor, AuditEvent, AuditLog, AuditSubject, AuditVerification, JsonObject } from '../app/index.ts';
import { canonicalJson, currentActivity, type Sha256, sha256Of } from '../core/index.ts';
import type { Database } from './database.ts';
import { toCanonicalValue } from './json.ts';
import { type Session, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';

/** What happened, without its place in the chain. */
export interface AuditFact {
  readonly actor: Actor;
  readonly action: string;
  readonly subject: AuditSubject;
  readonly why: string;
  readonly before?: JsonObject | null;
  readonly after?: JsonObject | null;
}

interface EventRow {
  readonly sequence: bigint;
  readonly action: string;
  readonly subject: AuditSubject;
  readonly event: string;
  readonly previous_hash: Sha256;
  readonly hash: Sha256;
}

type EventContent = Omit<AuditEvent, 'previousHash' | 'hash'>;

const NO_HASH = '0'.repeat(64) as Sha256;
const VERIFY_BATCH_ROWS = 1_000;
const LIST_EVENTS_MAX = 10_000;

/**
 * Adds one event to the chain, inside the transaction of the change it tells about. It locks the head of the chain
 * until the commit, so call it last.
 */
export async function appendAuditEvent(session: Session, fact: AuditFact, at: string): Promise<void> {
  const [head] = await session.query<{ sequence: bigint; hash: Sha256 }>(
    sql`select sequence, hash from audit_head for update`,
  );
  const sequence = (head?.sequence ?? 0n) + 1n;
  const previousHash = head?.hash ?? NO_HASH;
  const activity = currentActivity();
  const event = canonicalJson({
    sequence: Number(sequence),
    ...(activity && { correlationId: activity.correlationId }),
    at,
    actor: { kind: fact.actor.kind, name: fact.actor.name },
    action: fact.action,
    subject: fact.subject,
    why: fact.why,
    before: toCanonicalValue(fact.before ?? null),
    after: toCanonicalValue(fact.after ?? null),
  });
  const hash = chainHash(previousHash, event);
  await session.query(sql`
    insert into audit_event (sequence, action, subject, event, previous_hash, hash)
    values (${sequence}, ${fact.action}, ${fact.subject}, ${event}, ${previousHash}, ${hash})`);
  await session.query(sql`update audit_head set sequence = ${sequence}, hash = ${hash}`);
}

export function auditLog(database: Database, readTime: ReadTime): AuditLog {
  return {
    record: (event) =>
      database.transaction(async (session) => appendAuditEvent(session, event, await readTime(session))),

    async listEvents(filter = {}) {
      const subject = filter.subject === undefined ? sql`` : sql`where subject = ${filter.subject}`;
      const limit = Math.min(filter.limit ?? LIST_EVENTS_MAX, LIST_EVENTS_MAX);
      const rows = await database.query<EventRow>(
        sql`select * from audit_event ${subject} order by sequence desc limit ${limit}`,
      );
      return rows.map(readEvent).reverse();
    },

    verify: () => database.snapshot(verifyChain),
  };
}

/** Events after this one, oldest first, at most so many. */
export async function listEventsAfter(
  session: Session,
  sequence: number,
  limit: number,
): Promise<readonly AuditEvent[]> {
  const rows = await session.query<EventRow>(
    sql`select * from audit_event where sequence > ${sequence} order by sequence limit ${limit}`,
  );
  return rows.map(readEvent);
}

function chainHash(previousHash: Sha256, event: string): Sha256 {
  return sha256Of(previousHash + event);
}

function readEvent(row: EventRow): AuditEvent {
  const content = JSON.parse(row.event) as EventContent;
  return { ...content, previousHash: row.previous_hash, hash: row.hash };
}

async function verifyChain(session: Session): Promise<AuditVerification> {
  const [head] = await session.query<{ sequence: bigint; hash: Sha256 }>(sql`select sequence, hash from audit_head`);
  const headSequence = head ? Number(head.sequence) : Number.POSITIVE_INFINITY;
  let last: { sequence: number; hash: Sha256 } = { sequence: 0, hash: NO_HASH };
  const result = (firstBroken: AuditVerification['firstBroken']): AuditVerification => ({
    ok: firstBroken === null,
    eventCount: last.sequence,
    headHash: last.sequence === 0 ? null : last.hash,
    firstBroken,
  });
  for (;;) {
    const rows = await session.query<EventRow>(
      sql`select * from audit_event where sequence > ${last.sequence} order by sequence limit ${VERIFY_BATCH_ROWS}`,
    );
    for (const row of rows) {
      const broken = breakAt(row, last, headSequence);
      if (broken) return result(broken);
      last = { sequence: Number(row.sequence), hash: row.hash };
    }
    if (rows.length < VERIFY_BATCH_ROWS) break;
  }
  if (!head) return result({ sequence: last.sequence + 1, says: 'The head of the chain was removed.' });
  if (last.sequence < headSequence) {
    const removed = `Event ${last.sequence + 1} and all after it, up to ${headSequence}, were removed.`;
    return result({ sequence: last.sequence + 1, says: removed });
  }
  if (last.hash !== head.hash) {
    return result({
      sequence: last.sequence,
      says: `Event ${last.sequence} was changed: the chain ends in another hash.`,
    });
  }
  return result(null);
}

/** Names the event that was tampered with. `last` is the newest event known to be whole in itself. */
function breakAt(
  row: EventRow,
  last: { sequence: number; hash: Sha256 },
  headSequence: number,
): AuditVerification['firstBroken'] {
  const sequence = Number(row.sequence);
  const expected = last.sequence + 1;
  if (sequence > headSequence) {
    return { sequence, says: `Event ${sequence} was inserted: the chain ends at ${headSequence}.` };
  }
  if (sequence !== expected) {
    const says =
      sequence === expected + 1
        ? `Event ${expected} was removed.`
        : `Events ${expected} to ${sequence - 1} were removed.`;
    return { sequence: expected, says };
  }
  const content = contentOf(row);
  const isWhole =
    chainHash(row.previous_hash, row.event) === row.hash &&
    content?.action === row.action &&
    content.subject === row.subject;
  if (isWhole && content.sequence < sequence) {
    return {
      sequence: content.sequence,
      says: `Event ${content.sequence} was inserted: the real one is now ${sequence}.`,
    };
  }
  if (!isWhole || content.sequence !== sequence) return { sequence, says: `Event ${sequence} was changed.` };
  if (row.previous_hash !== last.hash) {
    // This event is whole and remembers another predecessor, so it is the predecessor that was rewritten.
    return expected === 1
      ? { sequence, says: 'Event 1 was replaced: it does not begin the chain.' }
      : {
          sequence: last.sequence,
          says: `Event ${last.sequence} was replaced: event ${sequence} remembers another one.`,
        };
  }
  return null;
}

function contentOf(row: EventRow): EventContent | undefined {
  try {
    return JSON.parse(row.event) as EventContent;
  } catch {
    return undefined;
  }
}
