import type {
  Actor,
  AuditSubject,
  ConnectionId,
  DueTurn,
  PlannedWork,
  SchedulePick,
  ScheduleRecord,
  ScheduleStore,
  TurnDecision,
  WorkPlan,
} from '../app/index.ts';
import { canonicalJson, type ProblemFacts, SET_BACK_MS_MAX } from '../core/index.ts';
import { appendAuditEvent } from './audit.ts';
import type { Database } from './database.ts';
import { storableJson } from './feed-batches.ts';
import { problemToJson, toCanonicalValue } from './json.ts';
import { type Session, type Sql, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';

interface ScheduleRow {
  readonly key: string;
  readonly connection_id: ConnectionId | null;
  readonly work: string;
  readonly plan: WorkPlan;
  readonly is_on: boolean;
  readonly next_due_at: string;
  readonly last_slot_at: string | null;
  readonly dispatched_at: string | null;
  readonly missed_turns: number;
  readonly served_slot_at: string | null;
  readonly served_at: string | null;
  readonly problem: ProblemFacts | null;
  readonly owed_since: string | null;
  readonly waits_since: string | null;
  readonly wished_at: string | null;
  readonly asked_at: string | null;
  readonly paused_at: string | null;
  readonly paused_by: Actor | null;
  readonly paused_why: string | null;
  readonly paused_until: string | null;
}

interface DueRow extends ScheduleRow {
  readonly connection_name: string | null;
  readonly is_stopped: boolean;
  readonly is_given_up: boolean;
}

const INSTALLATION = 'installation';
/** Account tables and time zones change, too; a plan is made anew at the latest after this time. */
const REPLAN_HOURS = 24;
/** Who hands over turns holds their rows for a moment. What a session at the database holds for longer may be held for days. */
const LOCK_WAIT_MS_MAX = 10_000;
/** A wish that could not be handed over is tried again after this time. */
const ASK_AGAIN_MS = 60_000;

/** Any number of processes may dispatch and work on one database: rows are locked while they are handed over. */
export function scheduleStore(database: Database, readTime: ReadTime): ScheduleStore {
  const changeRow = (statement: Sql) => database.transaction((session) => waitingNotForEver(session, statement));
  return {
    async listSchedules(connectionId) {
      const which = connectionId === undefined ? sql`true` : ofConnection(connectionId);
      const rows = await database.query<ScheduleRow>(
        sql`select * from schedule where ${which} order by connection_id nulls last, work`,
      );
      return rows.map(recordOf);
    },

    async connectionsToPlan(version) {
      const now = await readTime(database);
      await database.query(sql`
        update schedule set is_on = false where key in (
          select key from schedule where is_on and connection_id in (select connection_id from seller_erasure)
          order by key for update skip locked)`);
      return database.query<{ id: ConnectionId; marker: string }>(sql`
        select id, marker from (
          select c.id, ${`${version}:`} || md5(c.settings::text) as marker from connection c
          where not exists (select from seller_erasure e where e.connection_id = c.id)) as wanted
        where not exists (
          select from schedule s where s.connection_id = wanted.id and s.marker = wanted.marker
            and s.planned_at between ${now}::timestamptz - ${REPLAN_HOURS} * interval '1 hour'
              and ${now}::timestamptz + interval '1 minute')
        order by id`);
    },

    putPlans: (connectionId, marker, works) =>
      database.transaction(async (session) => {
        if (!(await lockUnlessHeld(session, connectionId))) return false;
        const at = await readTime(session);
        for (const work of works) await putPlan(session, { connectionId, marker, work, at });
        const names = works.map(({ work }) => work);
        await session.query(sql`
          update schedule set is_on = false, marker = ${marker}, planned_at = ${at}
          where ${ofConnection(connectionId)} and work <> all(${names})`);
        return true;
      }),

    takeDueTurns: (limit, decide) =>
      database.transaction(async (session) => {
        const now = await readTime(session);
        const rows = await dueRows(session, { now, limit });
        for (const row of rows) {
          const dueAt = row.asked_at ?? row.next_due_at;
          const slotAt = slotAfter(row.last_slot_at, dueAt);
          const decision = await decide(turnOf(row, { now, slotAt, dueAt }));
          await keepDecision(session, { row, slotAt, now, decision });
        }
        return rows.length;
      }),

    async endTurn(key, slotAt, { problem, againAfterMs, isServed, wishedAt }) {
      const at = await readTime(database);
      const again =
        againAfterMs === null ? sql`next_due_at` : sql`least(next_due_at, ${later(at, againAfterMs)}::timestamptz)`;
      const isReached = isServed ?? (problem === null && againAfterMs === null);
      await changeRow(sql`
        update schedule set served_slot_at = ${slotAt}, served_at = ${at}, next_due_at = ${again},
          problem = ${problem === null ? null : storableJson(problemToJson(problem) ?? '')},
          owed_since = case when ${isReached} then null else owed_since end,
          wished_at = case when ${isReached} then null else coalesce(${wishedAt ?? null}::timestamptz, wished_at) end,
          waits_since = case when ${problem === null} then null
            when waits_since >= coalesce(owed_since, waits_since) then waits_since else ${at}::timestamptz end,
          troubled_since = case when ${problem !== null} then coalesce(troubled_since, ${at}) end
        where key = ${key} and (served_slot_at is null or served_slot_at <= ${slotAt})`);
    },

    async giveBackTurn(key, { slotAt, dueAt }) {
      // Not served, so the time of the last end stays; but under way no more, or the next turns would be joined with it.
      await changeRow(sql`
        update schedule set next_due_at = least(next_due_at, ${dueAt}::timestamptz),
          served_slot_at = greatest(served_slot_at, ${slotAt}::timestamptz)
        where key = ${key}`);
    },

    async goOnWithTurn(key) {
      await changeRow(sql`
        update schedule set dispatched_at = ${await readTime(database)} where key = ${key} and last_slot_at is not null`);
    },

    async makeWorkDue(work) {
      const at = await readTime(database);
      await database.query(sql`
        update schedule set next_due_at = ${at} where key in (
          select key from schedule where work = ${work} and is_on and next_due_at > ${at}
          order by key for update skip locked)`);
    },

    pauseSchedule: (input) =>
      database.transaction(async (session) => {
        await lockInOrder(session, input.connectionId);
        await waitForSending(session, input.connectionId);
        // After the locks: what was begun while they were waited for was begun before the pause.
        const at = await readTime(session);
        const { actor, why, until } = input;
        const by = storableJson(canonicalJson({ kind: actor.kind, name: actor.name }));
        const works = await changed(
          session,
          input,
          sql`paused_at = ${at}, paused_by = ${by}, paused_why = ${why}, paused_until = ${until}, asked_at = null,
            next_due_at = case when asked_at is null then next_due_at else least(next_due_at, ${at}::timestamptz) end`,
          sql`true`,
        );
        await letWishesPrecede(session, input.connectionId, at);
        await record(session, { input, action: 'schedule.pause', after: { works: [...works], until }, at });
        return works;
      }),

    resumeSchedule: (input) =>
      database.transaction(async (session) => {
        const end = sql`paused_at = null, paused_by = null, paused_why = null, paused_until = null`;
        const works = await changed(session, input, end, sql`paused_at is not null`);
        if (works.length === 0) return works;
        const at = await readTime(session);
        await record(session, { input, action: 'schedule.resume', after: { works: [...works] }, at });
        return works;
      }),

    askForTurn: (input) =>
      database.transaction(async (session) => {
        const at = await readTime(session);
        const works = await changed(session, input, sql`asked_at = ${at}`, sql`is_on`);
        if (works.length > 0) {
          await record(session, { input, action: 'schedule.run', after: { works: [...works] }, at });
        }
        return works;
      }),
  };
}

/** Not the ones that another dispatcher holds. A pause whose time is over is none. */
function dueRows(session: Session, { now, limit }: { now: string; limit: number }): Promise<readonly DueRow[]> {
  return session.query<DueRow>(sql`
    select s.*, c.name as connection_name,
      exists (select from connection_stop where connection_id = s.connection_id) as is_stopped,
      case when s.connection_id is null then ${givenUp(sql`j.connection_id is null`)}
        else ${givenUp(sql`j.connection_id = s.connection_id`)} end as is_given_up
    from schedule s left join connection c on c.id = s.connection_id
    where s.is_on and (${isAskedNow(now)} or (s.next_due_at <= ${now}
      and (s.paused_at is null or s.paused_until <= ${now})))
    order by s.asked_at is null, extract(epoch from ${now}::timestamptz - s.next_due_at) / s.cadence_s desc,
      s.served_at nulls first, s.key
    limit ${limit} for update of s skip locked`);
}

/** Further ahead than it is ever put off it is only after the clock was set back. */
function isAskedNow(now: string): Sql {
  return sql`coalesce(s.asked_at not between ${later(now, 1)}::timestamptz and ${later(now, ASK_AGAIN_MS)}::timestamptz, false)`;
}

/** The last job of the turn has ended without a word of it, and none goes on with it. Its times are those of the same database. */
function givenUp(isOfConnection: Sql): Sql {
  return sql`(exists (select from job j where ${isOfConnection} and j.name = s.work
      and j.state in ('failed', 'gave-up', 'cancelled') and j.ended_at >= s.dispatched_at
      and j.requested_at >= s.dispatched_at - interval '1 hour')
    and not exists (select from job j where ${isOfConnection} and j.name = s.work
      and j.state in ('waiting', 'running')))`;
}

/**
 * For whoever plans all connections: `false`, at once, where somebody else holds a row of this one, or another planner makes one.
 * Waiting for it would keep every other connection waiting for the same row.
 */
async function lockUnlessHeld(session: Session, connectionId: ConnectionId | null): Promise<boolean> {
  const which = ofConnection(connectionId);
  const locked = await session.query(sql`select key from schedule where ${which} order by key for update skip locked`);
  const all = await session.query(sql`select key from schedule where ${which}`);
  return locked.length === all.length;
}

/** Everybody who changes several rows of a connection locks them in one order, so that no two wait for each other. */
async function lockInOrder(session: Session, connectionId: ConnectionId | null): Promise<void> {
  await waitingNotForEver(
    session,
    sql`select key from schedule where ${ofConnection(connectionId)} order by key for update`,
  );
}

/**
 * Raises `DATABASE_LOCK_HELD` (unavailable): a person is told instead of waiting without a word, and a worker does something else
 * meanwhile. Other locks of the same database transaction are waited for as usual.
 */
async function waitingNotForEver(session: Session, statement: Sql): Promise<void> {
  await session.query(sql`select set_config('lock_timeout', ${String(LOCK_WAIT_MS_MAX)}, true)`);
  await session.query(statement);
  await session.query(sql`set local lock_timeout to default`);
}

async function putPlan(
  session: Session,
  input: { connectionId: ConnectionId | null; marker: string; work: PlannedWork; at: string },
): Promise<void> {
  const { connectionId, marker, work, at } = input;
  const plan = canonicalJson(toCanonicalValue({ ...work.plan }));
  const cadence = Math.max(1, Math.round(work.cadenceMs / 1_000));
  await session.query(sql`
    insert into schedule as known (key, connection_id, work, is_on, plan, cadence_s, marker, planned_at, next_due_at)
    values (${`${connectionId ?? INSTALLATION}:${work.work}`}, ${connectionId}, ${work.work}, true, ${plan}, ${cadence},
      ${marker}, ${at}, ${work.firstDueAt})
    on conflict (key) do update set is_on = true, plan = excluded.plan, cadence_s = excluded.cadence_s,
      marker = excluded.marker, planned_at = excluded.planned_at,
      owed_since = case when known.is_on then known.owed_since end,
      wished_at = case when known.is_on then known.wished_at end,
      next_due_at = case
        when not known.is_on then excluded.next_due_at
        when ${work.losesNoTurn ?? false} and known.plan::text <> excluded.plan::text and known.next_due_at < ${work.nextDueAt}::timestamptz
          then known.next_due_at
        -- After a clock that ran ahead, what is planned for a time far away is planned anew.
        when known.plan::text = excluded.plan::text
          and (known.next_due_at <= greatest(${work.nextDueAt}::timestamptz, ${at}::timestamptz)
            or known.last_slot_at between ${work.nextDueAt}::timestamptz and ${at}::timestamptz + ${SET_BACK_MS_MAX} * interval '1 millisecond')
          then known.next_due_at
        else ${work.nextDueAt}::timestamptz end`);
}

async function keepDecision(
  session: Session,
  { row, slotAt, now, decision }: { row: DueRow; slotAt: string; now: string; decision: TurnDecision },
): Promise<void> {
  const { isDispatched, nextDueAt, missedTurns } = decision;
  const dueAt = row.asked_at ?? row.next_due_at;
  // A wish is kept until it is handed over; tried again a little later, so that it keeps nobody else waiting.
  const askedAt = row.asked_at === null || isDispatched ? null : later(now, ASK_AGAIN_MS);
  const dispatched = isDispatched
    ? sql`last_slot_at = ${slotAt}, dispatched_at = ${now}, missed_turns = ${missedTurns},`
    : sql``;
  await session.query(
    sql`
      update schedule set ${dispatched} next_due_at = ${nextDueAt}, asked_at = ${askedAt},
        owed_since = coalesce(owed_since, ${dueAt})
      where key = ${row.key}`,
  );
}

/**
 * Whoever sends an entry holds the row of its connection until that is on record (`assertStillLoaded`). So once a pause is accepted,
 * what leaves is on record, and nothing else leaves.
 */
async function waitForSending(session: Session, connectionId: ConnectionId | null): Promise<void> {
  if (connectionId === null) return;
  await waitingNotForEver(session, sql`select from connection where id = ${connectionId} for no key update`);
}

/** A wish that was put off stands for a moment to come, and would be taken for one that was made in the pause, of whichever work. */
async function letWishesPrecede(session: Session, connectionId: ConnectionId | null, at: string): Promise<void> {
  await session.query(sql`
    update schedule set asked_at = ${later(at, -1)} where ${ofConnection(connectionId)} and asked_at >= ${at}`);
}

async function changed(session: Session, pick: SchedulePick, change: Sql, condition: Sql): Promise<readonly string[]> {
  await lockInOrder(session, pick.connectionId);
  const work = pick.work === null ? sql`true` : sql`work = ${pick.work}`;
  const rows = await session.query<{ work: string }>(sql`
    update schedule set ${change} where ${ofConnection(pick.connectionId)} and ${work} and ${condition} returning work`);
  return rows.map((row) => row.work).sort();
}

async function record(
  session: Session,
  {
    input,
    action,
    after,
    at,
  }: { input: SchedulePick; action: string; after: { works: string[]; until?: string | null }; at: string },
): Promise<void> {
  const { connectionId, actor, why } = input;
  const subject: AuditSubject = connectionId === null ? 'installation/schedule' : `connection/${connectionId}`;
  await appendAuditEvent(session, { actor, action, subject, why, after }, at);
}

function ofConnection(connectionId: ConnectionId | null): Sql {
  return connectionId === null ? sql`connection_id is null` : sql`connection_id = ${connectionId}`;
}

/**
 * What tells the turn from all others. Where the clock was set back, the moment itself may have been asked for before, and its
 * job would be one that is done.
 */
function slotAfter(lastSlotAt: string | null, dueAt: string): string {
  return lastSlotAt !== null && Date.parse(dueAt) <= Date.parse(lastSlotAt) ? later(lastSlotAt, 1_000) : dueAt;
}

function later(at: string, ms: number): string {
  return new Date(Date.parse(at) + ms).toISOString();
}

function turnOf(row: DueRow, { now, ...slot }: { now: string; slotAt: string; dueAt: string }): DueTurn {
  return {
    record: recordOf(row),
    connectionName: row.connection_name,
    isStopped: row.is_stopped,
    isGivenUp: row.is_given_up,
    now: Date.parse(now),
    ...slot,
  };
}

function recordOf(row: ScheduleRow): ScheduleRecord {
  const { paused_at: at, paused_by: by, paused_why: why, paused_until: until } = row;
  return {
    key: row.key,
    connectionId: row.connection_id,
    work: row.work,
    plan: row.plan,
    isOn: row.is_on,
    nextDueAt: row.next_due_at,
    lastSlotAt: row.last_slot_at,
    dispatchedAt: row.dispatched_at,
    missedTurns: row.missed_turns,
    servedSlotAt: row.served_slot_at,
    servedAt: row.served_at,
    problem: row.problem,
    owedSince: row.owed_since,
    waitsSince: row.waits_since,
    wishedAt: row.wished_at,
    pause: at === null || by === null || why === null ? null : { at, by, why, until },
    askedAt: row.asked_at,
  };
}
