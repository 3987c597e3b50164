import type {
  AlertFacts,
  AlertLimits,
  BookedAlertFacts,
  EntryFact,
  FactList,
  SettlementFact,
  TakenBackFact,
  UnreadableFact,
} from '../app/index.ts';
import { formatInstant } from '../core/index.ts';
import { isKept, readBackups, readFeeds, readJobs, readPausedWorks, readSchedules } from './alert-facts-works.ts';
import { type Session, type Sql, sql } from './sql.ts';

/** Things of one rule with an alert of their own; of the others their number is enough. */
const LISTED_MAX = 50;
/** Whoever takes documents back decides what becomes of it in the same day; counted here, or what is fresh would be told as more. */
const TAKEN_BACK_HOURS_MIN = 12;
/** More than these would be one alert for each connection all the same. */
const UNDECIDED_MAX = 1_000;

type Counted = { readonly total: number };

/** Call it in a snapshot, so that all of it is of one moment. */
export async function readAlertFacts(
  session: Session,
  { unknownMs, heldMs, notSentMs }: AlertLimits,
): Promise<BookedAlertFacts> {
  const [time] = await session.query<{ now: string }>(sql`select clock_timestamp() as now`);
  return {
    nowMs: Date.parse(time?.now ?? ''),
    quarantined: await settlements(session, sql`s.state = 'quarantined'`),
    reissued: await settlements(
      session,
      sql`exists (select from settlement_file f where f.settlement_key = s.key and f.state = 'waiting')`,
    ),
    rejected: await entries(session, sql`e.state = 'rejected'`),
    unknown: await entries(session, sql`e.state = 'unknown' and e.unknown_since < ${longAgo(unknownMs)}`),
    held: await held(session, heldMs),
    notSent: await notSent(session, notSentMs),
    takenBack: await takenBack(session),
    unreadable: await unreadable(session),
    stopped: await session.query(sql`
      select c.id as "connectionId", c.name as connection, s.problem->>'code' as code, s.stopped_at as since
      from connection_stop s join connection c on c.id = s.connection_id and ${isKept(sql`c.id`)} order by c.name`),
    paused: await session.query(sql`
      select c.id as "connectionId", c.name as connection, p.since, p.until
      from sap_pause p join connection c on c.id = p.connection_id and ${isKept(sql`c.id`)} order by c.name`),
    newestSettlements: await newestSettlements(session),
    feeds: await readFeeds(session),
    schedules: await readSchedules(session),
    pausedWorks: await readPausedWorks(session),
    channels: await session.query(sql`
      select name, failures, problem->>'says' as says from alert_channel where problem is not null order by name`),
    ...(await readBackups(session)),
    jobs: await readJobs(session),
    buyersOverdue: await session.query(sql`
      select c.id as "connectionId", c.name as connection, count(*)::integer as count, min(b.delete_after) as "dueSince"
      from order_buyer b join connection c on c.id = b.connection_id and ${isKept(sql`c.id`)}
      where b.delete_after < clock_timestamp() group by c.id, c.name order by c.name`),
    undecided: await undecided(session),
    waitingTables: await waitingTables(session),
    changedRules: await changedRules(session),
    databaseFolder: await databaseFolder(session),
  };
}

/** What is proposed counts from its proposal: a look at it changes the entry, and nobody has decided anything by that. */
function undecided(session: Session): Promise<BookedAlertFacts['undecided']> {
  return session.query(sql`
    select c.id as "connectionId", c.name as connection, waiting.entry_id as "entryId", waiting.since
    from (
      select coalesce(s.connection_id, a.connection_id) as connection_id, e.id as entry_id, p.recorded_at as since
      from entry e join proposal p on p.id = e.proposal_id
        left join settlement s on s.key = e.settlement_key
        left join accrual a on a.key = e.accrual_key
      where e.state = 'proposed'
      union all
      select w.connection_id, w.entry_id, min(w.at)
      from approval w join entry o on o.id = w.entry_id and o.state = 'posted'
      where w.reversal_reason is not null
        and not exists (select from entry r where r.reverses_id = o.id and r.state <> 'withdrawn')
      group by w.connection_id, w.entry_id
    ) waiting join connection c on c.id = waiting.connection_id and ${isKept(sql`c.id`)}
    order by waiting.since, waiting.entry_id limit ${UNDECIDED_MAX}`);
}

/** A version that a later one overtook waits no more. */
function waitingTables(session: Session): Promise<BookedAlertFacts['waitingTables']> {
  return session.query(sql`
    select c.id as "connectionId", c.name as connection, v.number, v.author_name as author, v.recorded_at as since
    from mapping_version v join connection c on c.id = v.connection_id and ${isKept(sql`c.id`)}
    where v.approved_at is null
      and v.number = (select max(o.number) from mapping_version o where o.connection_id = v.connection_id)
    order by c.name`);
}

function changedRules(session: Session): Promise<BookedAlertFacts['changedRules']> {
  return session.query(sql`
    select c.id as "connectionId", c.name as connection, min(r.at) as since
    from approval_rule_change r join connection c on c.id = r.connection_id and ${isKept(sql`c.id`)}
    where not exists (select from approval_rule_acceptance a where a.change_sequence = r.sequence)
    group by c.id, c.name order by c.name`);
}

/** A server on another machine keeps its files there. One that does not tell this user has no row. */
async function databaseFolder(session: Session): Promise<string | null> {
  const [found] = await session.query<{ folder: string }>(sql`
    select setting as folder from pg_settings
    where name = 'data_directory' and (inet_server_addr() is null or inet_server_addr() = inet_client_addr())`);
  return found?.folder ?? null;
}

async function settlements(session: Session, which: Sql): Promise<FactList<SettlementFact>> {
  const rows = await session.query<SettlementFact & Counted>(sql`
    select c.id as "connectionId", c.name as connection, s.key, s.settlement_id as "settlementId",
      coalesce(s.problem->>'code', (select q.code from quarantine_item q where q.settlement_key = s.key order by q.ordinal limit 1),
        'unproven') as code,
      (count(*) over ())::integer as total
    from settlement s join connection c on c.id = s.connection_id and ${isKept(sql`c.id`)}
    where ${which} order by s.received_at, s.key limit ${LISTED_MAX}`);
  return listOf(rows);
}

/** The code and the moment are those that `of` gives, or those of the state. */
async function entries(session: Session, which: Sql, of: { readonly since?: Sql } = {}): Promise<FactList<EntryFact>> {
  const rows = await session.query<EntryFact & Counted>(sql`
    select c.id as "connectionId", c.name as connection, e.id, e.posting_key as "postingKey",
      coalesce(e.problem->>'code', e.state) as code, ${of.since ?? sql`coalesce(e.unknown_since, e.updated_at)`} as since,
      (count(*) over ())::integer as total
    from entry e
      left join settlement s on s.key = e.settlement_key
      left join accrual a on a.key = e.accrual_key
      left join proposal p on p.id = e.proposal_id
      join connection c on c.id = coalesce(s.connection_id, a.connection_id) and ${isKept(sql`c.id`)}
    where ${which} order by since, e.id limit ${LISTED_MAX}`);
  return listOf(rows);
}

function longAgo(ms: number): Sql {
  return sql`clock_timestamp() - ${ms} * interval '1 millisecond'`;
}

/** A look at an entry changes it, so the time counts from its proposal. What passes by itself is told of SAP as a whole. */
function held(session: Session, heldMs: number): Promise<FactList<EntryFact>> {
  const since = sql`coalesce(p.recorded_at, e.updated_at)`;
  return entries(
    session,
    sql`e.state in ('proposed', 'approved') and p.replaced_at is null
      and e.problem->>'kind' not in ('unavailable', 'unknown') and e.problem->>'code' not in ('SETTLEMENT_TAKEN_BACK', 'ACCRUAL_TAKEN_BACK')
      and ${since} < ${longAgo(heldMs)}`,
    { since },
  );
}

function notSent(session: Session, notSentMs: number): Promise<FactList<EntryFact>> {
  return entries(
    session,
    sql`e.state = 'approved' and p.replaced_at is null and e.problem is null
      and e.updated_at < ${longAgo(notSentMs)}
      and not exists (select from schedule w where w.connection_id = c.id and w.work = 'posting' and w.paused_at is not null
        and (w.paused_until is null or w.paused_until > clock_timestamp()))
      and not exists (select from sap_pause w where w.connection_id = c.id)`,
  );
}

/** By origin. A decision to leave it was about what was reversed by then. */
async function takenBack(session: Session): Promise<FactList<TakenBackFact>> {
  const rows = await session.query<TakenBackFact & Counted>(sql`
    select c.id as "connectionId", c.name as connection, coalesce(s.key, a.key) as key,
      case when s.key is null then 'accrual' else 'settlement' end as kind, coalesce(s.settlement_id, a.name) as name,
      min(e.updated_at) as since, (count(*) over ())::integer as total
    from entry e join proposal p on p.id = e.proposal_id and p.replaced_at is null
      left join settlement s on s.key = e.settlement_key
      left join accrual a on a.key = e.accrual_key
      left join take_back t on t.proposal_id = e.proposal_id and t.outcome = 'leave'
      join connection c on c.id = coalesce(s.connection_id, a.connection_id) and ${isKept(sql`c.id`)}
    where e.state = 'reversed' and not coalesce(t.reversed_keys::jsonb @> to_jsonb(e.posting_key), false)
    group by c.id, c.name, s.key, a.key, s.settlement_id, a.name
    having min(e.updated_at) < clock_timestamp() - ${TAKEN_BACK_HOURS_MIN} * interval '1 hour'
    order by since, key limit ${LISTED_MAX}`);
  return listOf(rows);
}

async function unreadable(session: Session): Promise<FactList<UnreadableFact>> {
  const rows = await session.query<UnreadableFact & Counted>(sql`
    select c.id as "connectionId", c.name as connection, d.report_document_id as "reportDocumentId",
      d.problem->>'code' as code, (count(*) over ())::integer as total
    from report_document d join connection c on c.id = d.connection_id and ${isKept(sql`c.id`)}
    where d.problem is not null order by d.downloaded_at, d.report_document_id limit ${LISTED_MAX}`);
  return listOf(rows);
}

function listOf<Row extends Counted>(rows: readonly Row[]): FactList<Omit<Row, 'total'>> {
  return { oldest: rows.map(({ total: _, ...fact }) => fact), count: rows[0]?.total ?? 0 };
}

async function newestSettlements(session: Session): Promise<AlertFacts['newestSettlements']> {
  const rows = await session.query<
    Pick<SettlementFact, 'connectionId' | 'connection'> & { readonly end_at: bigint }
  >(sql`
    select c.id as "connectionId", c.name as connection, max(s.end_at) as end_at
    from settlement s join connection c on c.id = s.connection_id and ${isKept(sql`c.id`)} group by c.id, c.name order by c.name`);
  return rows.map(({ end_at, ...fact }) => ({ ...fact, endedAt: formatInstant(Number(end_at)) }));
}
