import type { Approval, ApprovalStore, ConnectionId, EntryId, EntryRecord, MappingHand } from '../app/index.ts';
import { assert, type LocalDate, type Sha256 } from '../core/index.ts';
import { entryDigest, type PostingKey } from '../ledger/index.ts';
import { appendAuditEvent } from './audit.ts';
import type { Database } from './database.ts';
import { applyMove, auditedFacts, entrySubject, lockEntry, moveEvent, recordOf } from './entries.ts';
import type { AssertMove } from './moves.ts';
import { type Session, type Sql, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';

interface ApprovalRow {
  readonly sequence: bigint;
  readonly connection_id: ConnectionId;
  readonly entry_id: EntryId;
  readonly posting_key: PostingKey;
  readonly digest: Sha256;
  readonly verdict: Approval['verdict'];
  readonly person: string;
  readonly why: string;
  readonly reversal_reason: string | null;
  readonly reversal_date: LocalDate | null;
  readonly at: string;
}

type Said = Pick<Approval, 'connectionId' | 'entryId' | 'postingKey' | 'digest' | 'verdict' | 'reversal'> & {
  readonly actor: { readonly name: string };
  readonly why: string;
};

/** What people said to entries and to reversals that were asked for. */
export function approvalStore(database: Database, readTime: ReadTime, assertMove: AssertMove): ApprovalStore {
  return {
    recordApproval: (input) =>
      database.transaction(async (session) => {
        const { id, from, actor, why, digest } = input;
        assertMove('entry', from, 'approved');
        const before = await lockEntry(session, id, from);
        assert(before.digest === digest, `entry ${id} has another digest than was approved, although it never changes`);
        const said = await readApprovals(session, sql`a.digest = ${digest}`);
        const hands = (await readHands(session, [id])).get(id) ?? [];
        const { needed, isComplete } = input.judge({ record: before, said, hands });
        const at = await readTime(session);
        const { connectionId, entry } = before;
        const place = { connectionId, entryId: id, postingKey: entry.postingKey, digest, reversal: null } as const;
        const isNew = await say(session, { ...place, verdict: 'approve', actor, why }, at);
        if (isNew) {
          const after = { verdict: 'approve', postingKey: entry.postingKey, digest, needed, isComplete };
          await appendAuditEvent(
            session,
            { actor, action: 'entry.approval', subject: entrySubject(id), why, after },
            at,
          );
        }
        if (!isComplete) return recordOf(session, id);
        await session.query(sql`update entry set approvals_needed = ${needed} where id = ${id}`);
        // What SAP refused it for is mended, says this person; the attempt keeps what SAP said.
        const mended = from === 'rejected' ? { problem: null } : {};
        const move = { id, from, to: 'approved', actor, why, approvedDigest: digest, ...mended } as const;
        const moved = await applyMove(session, before, move, at);
        await appendAuditEvent(session, moveEvent(before, moved, move), at);
        return moved;
      }),

    recordReversalWish: ({ original, reversal, actor, why }) =>
      database.transaction(async (session) => {
        const { connectionId } = await lockEntry(session, original, 'posted');
        const at = await readTime(session);
        const digest = entryDigest(reversal);
        const { postingKey, postingDate } = reversal;
        const reason = reversal.reversal?.reason;
        assert(reason !== undefined, `entry ${postingKey} is no reversal`);
        const place = { connectionId, entryId: original, postingKey, digest, reversal: { reason, postingDate } };
        if (await say(session, { ...place, verdict: 'approve', actor, why }, at)) {
          const after = { verdict: 'approve', postingKey, digest, reason, postingDate };
          const subject = entrySubject(original);
          await appendAuditEvent(session, { actor, action: 'entry.approval', subject, why, after }, at);
        }
        return readApprovals(session, sql`a.digest = ${digest}`);
      }),

    recordRefusal: ({ id, from, refused, actor, why }) =>
      database.transaction(async (session) => {
        const before = await lockEntry(session, id, from);
        const at = await readTime(session);
        const { connectionId } = before;
        await say(session, { ...refused, connectionId, entryId: id, verdict: 'refuse', actor, why }, at);
        if (from === 'approved') await backToProposed(session, before, at, assertMove);
        const after = await recordOf(session, id);
        const { postingKey, digest } = refused;
        await appendAuditEvent(
          session,
          {
            actor,
            action: 'entry.refusal',
            subject: entrySubject(id),
            why,
            before: auditedFacts(before),
            after: { ...auditedFacts(after), verdict: 'refuse', refused: { postingKey, digest } },
          },
          at,
        );
        return after;
      }),

    listApprovals: ({ connectionId = null, entryIds = null, isOpenWish = false }) =>
      readApprovals(
        database,
        sql`(${connectionId}::uuid is null or a.connection_id = ${connectionId})
          and (${entryIds}::uuid[] is null or a.entry_id = any(${entryIds})
            or a.digest in (select digest from entry where id = any(${entryIds})))
          and (not ${isOpenWish}::boolean or (a.reversal_reason is not null
            and exists (select from entry o where o.id = a.entry_id and o.state = 'posted'
              and not exists (select from entry r where r.reverses_id = o.id and r.state <> 'withdrawn'))))`,
      ),

    mappingHands: (ids) => readHands(database, ids),
  };
}

/** `false` when this person has approved this content already since it was last refused. */
async function say(session: Session, said: Said, at: string): Promise<boolean> {
  const { connectionId, entryId, postingKey, digest, verdict, reversal, actor, why } = said;
  const inserted = await session.query(sql`
    insert into approval (connection_id, entry_id, posting_key, digest, verdict, round, person, why, reversal_reason,
      reversal_date, at)
    select ${connectionId}::uuid, ${entryId}::uuid, ${postingKey}, ${digest}, ${verdict}, count(*), ${actor.name.trim()},
      ${why}, ${reversal?.reason ?? null}, ${reversal?.postingDate ?? null}::date, ${at}::timestamptz
    from approval where digest = ${digest} and verdict = 'refuse'
    on conflict (digest, round, lower(person)) where verdict = 'approve' do nothing
    returning sequence`);
  return inserted.length > 0;
}

async function backToProposed(
  session: Session,
  before: EntryRecord,
  at: string,
  assertMove: AssertMove,
): Promise<void> {
  assertMove('entry', 'approved', 'proposed');
  assert(before.attempt === 0, `entry ${before.id} was sent and is not proposed again`);
  await session.query(sql`
    update entry set state = 'proposed', approved_digest = null, approvals_needed = 0, updated_at = ${at}
    where id = ${before.id}`);
}

async function readApprovals(session: Session, condition: Sql): Promise<readonly Approval[]> {
  const rows = await session.query<ApprovalRow>(sql`select a.* from approval a where ${condition} order by a.sequence`);
  return rows.map((row) => {
    const { reversal_reason: reason, reversal_date: postingDate } = row;
    return {
      sequence: Number(row.sequence),
      connectionId: row.connection_id,
      entryId: row.entry_id,
      postingKey: row.posting_key,
      digest: row.digest,
      verdict: row.verdict,
      person: row.person,
      why: row.why,
      reversal: reason !== null && postingDate !== null ? { reason, postingDate } : null,
      at: row.at,
    };
  });
}

/**
 * Of each entry: the people of the newest version of its account table, and of those before it down to the last older one by which
 * an entry was booked. The program itself is nobody.
 */
async function readHands(
  session: Session,
  ids: readonly EntryId[],
): Promise<ReadonlyMap<EntryId, readonly MappingHand[]>> {
  const rows = await session.query<{ entry_id: EntryId; version: number; role: MappingHand['as']; person: string }>(sql`
    with asked as (
      select e.id, coalesce(s.connection_id, a.connection_id) as connection_id, p.mapping_sha256
      from entry e
      left join settlement s on s.key = e.settlement_key
      left join accrual a on a.key = e.accrual_key
      join proposal p on p.id = e.proposal_id
      where e.id = any(${ids})
    ), used as (
      select asked.id, asked.connection_id, max(v.number) as number
      from asked join mapping_version v on v.connection_id = asked.connection_id
        and v.sha256 = asked.mapping_sha256 and v.approved_at is not null
      group by asked.id, asked.connection_id
    ), booked as (
      select used.id, max(v.number) as number
      from used
      join mapping_version v on v.connection_id = used.connection_id and v.number < used.number
      where exists (
        select from proposal p
        join entry b on b.proposal_id = p.id and b.state in ('posted', 'reversed')
        left join settlement s on s.key = p.settlement_key
        left join accrual a on a.key = p.accrual_key
        where p.mapping_sha256 = v.sha256 and used.connection_id in (s.connection_id, a.connection_id))
      group by used.id
    )
    select used.id as entry_id, v.number as version, hand.role, hand.person
    from used
    left join booked on booked.id = used.id
    join mapping_version v on v.connection_id = used.connection_id
      and v.number > coalesce(booked.number, 0) and v.number <= used.number
    cross join lateral (values
      ('author', v.author_kind, v.author_name), ('approver', v.approver_kind, v.approver_name)
    ) as hand (role, kind, person)
    where hand.kind = 'user'
    order by v.number desc, hand.role desc`);
  const hands = new Map<EntryId, MappingHand[]>();
  for (const { entry_id: id, version, role, person } of rows) {
    const before = hands.get(id) ?? [];
    hands.set(id, [...before, { version, as: role, person }]);
  }
  return hands;
}
