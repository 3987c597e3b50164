import type { Actor, AuditChain, AuditEvent, AuditLog, AuditSubject, ChainedEvent, JsonObject } from '../app/index.ts';
import {
  assert,
  type ChainPlace,
  canonicalJson,
  chainHash,
  currentActivity,
  isUuid,
  type Sha256,
} from '../core/index.ts';
import { readExtents, verifyChains } from './audit-chains.ts';
import type { Database } from './database.ts';
import { toCanonicalValue, toJson } from './json.ts';
import { type Session, type Sql, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';

/** What happened, without its place in a chain. */
export interface AuditFact {
  readonly actor: Actor;
  readonly action: string;
  readonly subject: AuditSubject;
  readonly why: string;
  readonly before?: JsonObject | null;
  readonly after?: JsonObject | null;
  /** In whose chain it is, where the subject does not tell. */
  readonly connectionId?: string;
}

interface EventRow {
  readonly chain: AuditChain;
  readonly sequence: bigint;
  readonly position: bigint;
  readonly subject: AuditSubject;
  readonly event: string;
  readonly previous_hash: Sha256;
  readonly hash: Sha256;
}

interface HeadRow {
  readonly chain: AuditChain;
  readonly sequence: bigint;
  readonly hash: Sha256;
  readonly position: bigint;
}

const LIST_EVENTS_MAX = 10_000;
const CHECKPOINT_SUBJECT = 'installation/audit';
/** What happens without anybody who asked for it. */
export const PROGRAM: Actor = { kind: 'system', name: 'seller-ledger' };

/**
 * Adds one event to the chain of its connection, or to that of the installation when it belongs to none, inside the transaction of
 * the change it tells about. It locks the head of that chain until the commit, so call it last.
 */
export async function appendAuditEvent(session: Session, fact: AuditFact, at: string): Promise<void> {
  const chain = chainOf(fact);
  const head = (await lockHead(session, chain)) ?? (await beginChain(session, chain, at));
  await append(session, head, fact, at, await sealOf(session, fact.subject));
}

/** Of the row that the subject is. It is read while the chain is locked, so that the last event always tells of the last change. */
async function sealOf(session: Session, subject: AuditSubject): Promise<string | null> {
  const kind = subject.slice(0, subject.indexOf('/'));
  const id = subject.slice(kind.length + 1);
  const row = ROWS[kind];
  if (!row || !isUuid(id)) return null;
  const [found] = await session.query<{ seal: string | null }>(
    sql`select encode(row_seal, 'hex') as seal from ${row} = ${id}`,
  );
  return found?.seal ?? null;
}

const ROWS: Readonly<Record<string, Sql>> = {
  settlement: sql`settlement where key`,
  accrual: sql`accrual where key`,
  entry: sql`entry where id`,
  deposit: sql`deposit where id`,
  user: sql`app_user where id`,
};

export function auditLog(database: Database, readTime: ReadTime): AuditLog {
  return {
    record: (event) =>
      database.transaction(async (session) => appendAuditEvent(session, event, await readTime(session))),

    async listEvents({ subject, chain, limit = LIST_EVENTS_MAX } = {}) {
      const subjects = subject === undefined ? null : [subject].flat();
      const latest = await readEvents(
        database,
        sql`where (${subjects}::text[] is null or subject = any(${subjects}::text[]))
          and (${chain ?? null}::text is null or chain = ${chain ?? null})
        order by position desc limit ${Math.min(limit, LIST_EVENTS_MAX)}`,
      );
      return latest.toReversed();
    },

    verify: (filter = {}) => database.snapshot((session) => verifyChains(session, filter.chain ?? null)),

    listChains: () => database.snapshot(readExtents),

    async listChainEvents(chain, after, limit) {
      const rows = await database.query<EventRow>(sql`
        select * from audit_event where chain = ${chain} and sequence > ${after} order by sequence limit ${limit}`);
      return rows.map(
        (row): ChainedEvent => ({
          chain,
          sequence: Number(row.sequence),
          subject: row.subject,
          text: row.event,
          previousHash: row.previous_hash,
          hash: row.hash,
        }),
      );
    },

    checkpoint: (actor, why) =>
      database.transaction(async (session) => {
        const others = await recordEnds(session, actor, why, await readTime(session));
        return { chains: others.length + 1 };
      }),

    archive: (input) => database.transaction(async (session) => recordArchive(session, input, await readTime(session))),
  };
}

/** Records where every chain ends, in the chain of the installation; gives the ends of the others. */
export async function recordEnds(
  session: Session,
  actor: Actor,
  why: string,
  at: string,
): Promise<readonly (ChainPlace & { readonly chain: AuditChain })[]> {
  // Before the others are read, so that of two checkpoints the later one never tells of an earlier end.
  const head = await lockHead(session, sql`'installation'`);
  assert(head !== undefined, 'the chain of the installation has no head');
  const rows = await session.query<HeadRow>(sql`
    select chain, sequence, hash from audit_head where chain <> 'installation' and sequence > 0 order by chain`);
  const heads = rows.map(({ chain, sequence, hash }) => ({ chain, sequence: Number(sequence), hash }));
  const fact = { actor, action: 'audit.checkpoint', subject: CHECKPOINT_SUBJECT, why, after: { heads } } as const;
  await append(session, head, fact, at);
  return heads;
}

/** Adds an event to the chain of the installation that tells where this chain ended before it. */
export async function appendToInstallation(
  session: Session,
  at: string,
  factAt: (end: ChainPlace) => AuditFact,
): Promise<void> {
  const head = await lockHead(session, sql`'installation'`);
  assert(head !== undefined, 'the chain of the installation has no head');
  await append(session, head, factAt({ sequence: Number(head.sequence), hash: head.hash }), at);
}

/** The event holds all anchors and all signing keys, so that it alone tells of every chain what was removed, and of keys whose events were. */
async function recordArchive(
  session: Session,
  { cuts, fileSha256, actor, why }: Parameters<AuditLog['archive']>[0],
  at: string,
): Promise<{ readonly events: number }> {
  const head = await lockHead(session, sql`'installation'`);
  assert(head !== undefined, 'the chain of the installation has no head');
  let events = 0;
  for (const { chain, sequence, hash } of cuts) {
    const [cut] = await session.query<{ gone: bigint }>(sql`
      select cut_audit_chain(${chain}, ${sequence}, ${hash}, ${fileSha256}, ${toJson(actor)}, ${why}, ${at}) as gone`);
    events += Number(cut?.gone ?? 0n);
  }
  const rows = await session.query<HeadRow>(
    sql`select distinct on (chain) chain, sequence, hash from audit_anchor order by chain, sequence desc`,
  );
  const anchors = rows.map(({ chain, sequence, hash }) => ({ chain, sequence: Number(sequence), hash }));
  const known = await session.query<{ public_key: string }>(sql`select public_key from audit_key order by number`);
  const after = { fileSha256, events, anchors, keys: known.map((row) => row.public_key) };
  await append(session, head, { actor, action: 'audit.archive', subject: CHECKPOINT_SUBJECT, why, after }, at);
  return { events };
}

/** The name of a fact's chain, or `null` where it is in that of the installation, as part of a statement. */
function chainOf({ subject, connectionId }: AuditFact): Sql {
  if (connectionId !== undefined) return sql`${connectionId}::uuid::text`;
  const kind = subject.slice(0, subject.indexOf('/'));
  const id = subject.slice(kind.length + 1);
  if (!isUuid(id)) return sql`null`;
  if (kind === 'connection') return sql`${id}::uuid::text`;
  if (kind === 'settlement') return sql`(select connection_id::text from settlement where key = ${id})`;
  if (kind === 'accrual') return sql`(select connection_id::text from accrual where key = ${id})`;
  if (kind !== 'entry') return sql`null`;
  return sql`(
    select coalesce(s.connection_id, a.connection_id)::text from entry e
      left join settlement s on s.key = e.settlement_key left join accrual a on a.key = e.accrual_key
    where e.id = ${id})`;
}

/** The end of the chain, which nobody else moves before the commit, and the next place among all events. */
async function lockHead(session: Session, chain: Sql): Promise<HeadRow | undefined> {
  // The next place is taken outside, where the lock is held: in a chain places rise with the numbers.
  const [head] = await session.query<HeadRow>(sql`
    select h.chain, h.sequence, h.hash, nextval('audit_position') as position from (
      select chain, sequence, hash from audit_head where chain = coalesce(${chain}, 'installation') for update) h`);
  return head;
}

/** The first event of a connection goes on from an event of the installation that says so. */
async function beginChain(session: Session, name: Sql, at: string): Promise<HeadRow> {
  const installation = await lockHead(session, sql`'installation'`);
  assert(installation !== undefined, 'the chain of the installation has no head');
  // Another one may have begun it while this one waited for the lock.
  const begun = await lockHead(session, name);
  if (begun) return begun;
  const [named] = await session.query<{ chain: AuditChain }>(sql`select ${name} as chain`);
  assert(named !== undefined, 'the database named no chain');
  const { chain } = named;
  const fact = {
    actor: PROGRAM,
    action: 'audit.begin',
    subject: CHECKPOINT_SUBJECT,
    why: `the chain of connection ${chain} begins`,
    after: { chain },
  } as const;
  const hash = await append(session, installation, fact, at);
  await session.query(sql`insert into audit_head (chain, sequence, hash) values (${chain}, 0, ${hash})`);
  const head = await lockHead(session, sql`${chain}`);
  assert(head !== undefined, `the chain ${chain} has no head although it was begun`);
  return head;
}

async function append(
  session: Session,
  head: HeadRow,
  fact: AuditFact,
  at: string,
  record: string | null = null,
): Promise<Sha256> {
  const { chain, position } = head;
  const sequence = head.sequence + 1n;
  const activity = currentActivity();
  const event = canonicalJson({
    chain,
    sequence: Number(sequence),
    position: Number(position),
    ...(activity && { correlationId: activity.correlationId }),
    at,
    actor: { kind: fact.actor.kind, name: fact.actor.name },
    action: fact.action,
    subject: fact.subject,
    why: fact.why,
    ...(record !== null && { record }),
    before: toCanonicalValue(fact.before ?? null),
    after: toCanonicalValue(fact.after ?? null),
  });
  const hash = chainHash(head.hash, event);
  await session.query(sql`
    with written as (
      insert into audit_event (chain, sequence, position, action, subject, event, previous_hash, hash)
      values (${chain}, ${sequence}, ${position}, ${fact.action}, ${fact.subject}, ${event}, ${head.hash}, ${hash}))
    update audit_head set sequence = ${sequence}, hash = ${hash} where chain = ${chain}`);
  return hash;
}

/** Events of all chains, by the rest of a statement. */
export async function readEvents(session: Session, rest: Sql): Promise<readonly AuditEvent[]> {
  return (await session.query<EventRow>(sql`select * from audit_event ${rest}`)).map(readEvent);
}

function readEvent(row: EventRow): AuditEvent {
  const content = JSON.parse(row.event) as Omit<AuditEvent, 'previousHash' | 'hash'>;
  const { chain, previous_hash: previousHash, hash } = row;
  return { ...content, chain, position: Number(row.position), previousHash, hash };
}
