import type { AuditSubject, ConnectionId, HoldToPlace, PrivacyHold, PrivacyStore } from '../../app/index.ts';
import { assert, Problem } from '../../core/index.ts';
import { appendAuditEvent } from '../audit.ts';
import type { Database } from '../database.ts';
import { type Session, type Sql, sql } from '../sql.ts';
import type { ReadTime } from '../store-time.ts';

interface HoldRow {
  readonly id: bigint;
  readonly covers: PrivacyHold['covers'];
  readonly connection_id: ConnectionId | null;
  readonly connection_name: string | null;
  readonly order_ids: readonly string[];
  readonly why: string;
  readonly placed_by_kind: 'user' | 'system';
  readonly placed_by_name: string;
  readonly placed_at: string;
  readonly ends_at: string | null;
  readonly released_why: string | null;
  readonly released_by_kind: 'user' | 'system' | null;
  readonly released_by_name: string | null;
  readonly released_at: string | null;
  readonly is_standing: boolean;
}

type HoldStore = Pick<PrivacyStore, 'placeHold' | 'releaseHold' | 'listHolds'>;

export function holdStore(database: Database, readTime: ReadTime): HoldStore {
  return {
    placeHold: (hold, actor) =>
      database.transaction(async (session) => {
        const at = await readTime(session);
        const id = await insertHold(session, hold, { actor, at });
        const placed = await holdOf(session, id, at);
        const { covers, orderIds, endsAt } = placed;
        const after = { hold: placed.number, covers, orderIds, endsAt };
        const subject = subjectOf(hold.connectionId);
        await appendAuditEvent(session, { actor, action: 'hold.place', subject, why: hold.why, after }, at);
        return placed;
      }),

    releaseHold: (number, actor, why) =>
      database.transaction(async (session) => {
        const at = await readTime(session);
        const [row] = await session.query<{ id: bigint; connection_id: ConnectionId | null }>(
          sql`select id, connection_id from privacy_hold where id = ${number} for update`,
        );
        if (!row) throw unknownHold(number);
        const before = await holdOf(session, row.id, at);
        if (!before.isStanding) throw endedHold(before);
        await session.query(sql`
          update privacy_hold set released_why = ${why}, released_by_kind = ${actor.kind}, released_by_name = ${actor.name},
            released_at = ${at} where id = ${row.id}`);
        const fact = { actor, action: 'hold.release', subject: subjectOf(row.connection_id), why };
        await appendAuditEvent(session, { ...fact, before: { hold: number, why: before.why } }, at);
        return holdOf(session, row.id, at);
      }),

    async listHolds({ all = false, connectionId = null }: { all?: boolean; connectionId?: ConnectionId | null } = {}) {
      const at = await readTime(database);
      const holds = await readHolds(
        database,
        at,
        sql`where ${connectionId}::uuid is null or h.connection_id is null or h.connection_id = ${connectionId}`,
      );
      return all ? holds : holds.filter(({ isStanding }) => isStanding);
    },
  };
}

async function insertHold(
  session: Session,
  { covers, connectionId, orderIds, why, endsAt }: HoldToPlace,
  { actor, at }: { readonly actor: PrivacyHold['placedBy']; readonly at: string },
): Promise<bigint> {
  const [row] = await session.query<{ id: bigint }>(sql`
    insert into privacy_hold (connection_id, covers, why, placed_by_kind, placed_by_name, placed_at, ends_at)
    values (${connectionId}, ${covers}, ${why}, ${actor.kind}, ${actor.name}, ${at}, ${endsAt}) returning id`);
  assert(row !== undefined, 'a hold got no number');
  await session.query(sql`
    insert into privacy_hold_order (hold_id, order_id)
    select distinct ${row.id}::bigint, t.id from unnest(${orderIds}::text[]) as t(id)`);
  return row.id;
}

async function holdOf(session: Session, id: bigint, at: string): Promise<PrivacyHold> {
  const [hold] = await readHolds(session, at, sql`where h.id = ${id}`);
  assert(hold !== undefined, `hold ${id} is gone`);
  return hold;
}

async function readHolds(session: Session, at: string, where: Sql): Promise<readonly PrivacyHold[]> {
  const rows = await session.query<HoldRow>(sql`
    select h.*, c.name as connection_name,
      (select coalesce(json_agg(o.order_id order by o.order_id), '[]') from privacy_hold_order o where o.hold_id = h.id) as order_ids,
      h.released_at is null and (h.ends_at is null or h.ends_at > ${at}) as is_standing
    from privacy_hold h left join connection c on c.id = h.connection_id ${where} order by h.id`);
  return rows.map(readHold);
}

function readHold(row: HoldRow): PrivacyHold {
  const { released_by_kind: kind, released_by_name: name, released_at: releasedAt, released_why: why } = row;
  return {
    number: Number(row.id),
    covers: row.covers,
    connectionName: row.connection_name,
    orderIds: row.order_ids,
    why: row.why,
    placedBy: { kind: row.placed_by_kind, name: row.placed_by_name },
    placedAt: row.placed_at,
    endsAt: row.ends_at,
    released:
      releasedAt === null || !kind || !name || why === null ? null : { by: { kind, name }, at: releasedAt, why },
    isStanding: row.is_standing,
  };
}

function subjectOf(connectionId: ConnectionId | null): AuditSubject {
  return connectionId === null ? 'buyers/all' : `connection/${connectionId}`;
}

function unknownHold(number: number): Problem {
  return new Problem({
    code: 'HOLD_UNKNOWN',
    kind: 'invalid',
    says: `There is no hold number ${number}.`,
    next: 'Look at the ones there are: seller-ledger privacy hold list --all',
    data: String(number),
  });
}

function endedHold({ number, released, endsAt }: PrivacyHold): Problem {
  return new Problem({
    code: 'HOLD_ENDED',
    kind: 'conflict',
    says: `Hold ${number} stands no more: it ${released ? `was released by ${released.by.name} on ${released.at.slice(0, 10)}` : `ended on ${endsAt?.slice(0, 10)}`}.`,
    next: 'Nothing to do. To keep records from now on, place another one: seller-ledger privacy hold add --help',
  });
}
