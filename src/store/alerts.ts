import type {
  Actor,
  AlertRecord,
  AlertSeverity,
  AlertStore,
  ChannelState,
  JsonObject,
  NewsWish,
} from '../app/index.ts';
import { Problem } from '../core/index.ts';
import { readAlertFacts } from './alert-facts.ts';
import { appendAuditEvent } from './audit.ts';
import type { Database } from './database.ts';
import { problemToJson, toJson } from './json.ts';
import { type Session, type Sql, sql } from './sql.ts';
import { databaseTime, type ReadTime } from './store-time.ts';

/** An alert that comes back within this time was never gone: a state that swings back and forth is one alert. */
const GONE_MS_MIN = 5 * 60_000;
const LISTED_MAX = 1_000;
const SEVERITIES: readonly AlertSeverity[] = ['critical', 'warning', 'notice'];
/** Resolved alerts, and who was told of them. */
const KEPT_DAYS = 90;

type AlertRow = Omit<AlertRecord, 'acknowledged'> & {
  readonly acknowledgedBy: string | null;
  readonly acknowledgedWhy: string | null;
  readonly acknowledgedAt: string | null;
};

/** Alerts on the same database as the books. */
export function createAlertStore(database: Database, readTime: ReadTime = databaseTime): AlertStore {
  return {
    readAlertFacts: (limits) => database.snapshot((session) => readAlertFacts(session, limits)),

    recordAlerts: (found, rules) =>
      database.transaction(async (session) => {
        await session.query(sql`lock table alert in share row exclusive mode`);
        const at = await readTime(session);
        await session.query(sql`
          insert into alert as known (key, rule, connection_id, severity, says, next, first_seen, last_seen)
          select f.key, f.rule, f."connectionId", f.severity, f.says, f.next, ${at}, ${at}
          from json_to_recordset(${toJson(found)}) as f(key text, rule text, "connectionId" uuid, severity text, says text, next text)
          on conflict (key) do update set severity = excluded.severity, says = excluded.says, next = excluded.next,
            last_seen = excluded.last_seen, resolved_at = null,
            episode = known.episode + (${isNew(at)})::integer,
            first_seen = case when ${isNew(at)} then excluded.first_seen else known.first_seen end,
            acknowledged_by = case when ${isNew(at)} then null else known.acknowledged_by end,
            acknowledged_why = case when ${isNew(at)} then null else known.acknowledged_why end,
            acknowledged_at = case when ${isNew(at)} then null else known.acknowledged_at end`);
        const keys = found.map(({ key }) => key);
        await session.query(sql`
          update alert set resolved_at = ${at}
          where resolved_at is null and rule = any(${[...rules]}::text[]) and not (key = any(${keys}::text[]))`);
        await session.query(
          sql`delete from alert where resolved_at < ${at}::timestamptz - ${KEPT_DAYS} * interval '1 day'`,
        );
      }),

    listAlerts: ({ all = false, limit = LISTED_MAX } = {}) =>
      listed(
        database,
        all
          ? sql`order by a.last_seen desc, a.key limit ${limit}`
          : sql`where a.resolved_at is null
              order by array_position(array['critical', 'warning', 'notice'], a.severity), a.first_seen, a.key limit ${limit}`,
      ),

    readAlertNews: (wanted) =>
      database.snapshot(async (session) => ({
        nowMs: Date.parse(await readTime(session)),
        alerts: await listed(session, mayBeNews(await readTime(session), wanted)),
        told: await session.query(sql`
          select t.channel, t.alert_key as key, t.episode, t.times, t.told_at as "toldAt", t.resolved_told_at as "resolvedToldAt"
          from alert_told t join alert a on a.key = t.alert_key and a.episode = t.episode`),
        channels: await session.query<ChannelState>(sql`
          select name, last_sent_at as "lastSentAt", failures, next_try_at as "nextTryAt", problem from alert_channel
          order by name`),
      })),

    recordAlertsSent: (channel, sent, problem) =>
      database.transaction(async (session) => {
        const at = await readTime(session);
        for (const { key, episode, isResolved } of sent) {
          await session.query(
            isResolved
              ? sql`update alert_told set resolved_told_at = ${at}
                  where channel = ${channel} and alert_key = ${key} and episode = ${episode}`
              : sql`insert into alert_told as known (channel, alert_key, episode, times, told_at)
                  select ${channel}, ${key}, ${episode}, 1, ${at} where exists (select from alert where key = ${key})
                  on conflict (channel, alert_key, episode) do update set times = known.times + 1, told_at = excluded.told_at`,
          );
        }
        await session.query(sql`
          insert into alert_channel (name, last_sent_at, problem) values (${channel}, ${at}, ${problem && problemToJson(problem)})
          on conflict (name) do update set last_sent_at = excluded.last_sent_at, failures = 0, next_try_at = null,
            problem = excluded.problem`);
      }),

    async recordChannelTried(channel, problem) {
      await database.query(sql`
        insert into alert_channel (name, problem) values (${channel}, ${problem && problemToJson(problem)})
        on conflict (name) do update set failures = 0, next_try_at = null, problem = excluded.problem`);
    },

    async recordChannelFailure(channel, problem, delayMs) {
      const nextTryAt = new Date(Date.parse(await readTime(database)) + delayMs).toISOString();
      await database.query(sql`
        insert into alert_channel as known (name, failures, next_try_at, problem)
        values (${channel}, 1, ${nextTryAt}, ${problemToJson(problem)})
        on conflict (name) do update set failures = known.failures + 1, next_try_at = excluded.next_try_at,
          problem = excluded.problem`);
    },

    acknowledgeAlert: (key, actor, why) =>
      database.transaction(async (session) => {
        const at = await readTime(session);
        const found = await session.query(sql`
          update alert set acknowledged_by = ${actor.name}, acknowledged_why = ${why}, acknowledged_at = ${at}
          where key = ${key} and resolved_at is null returning key`);
        if (found.length === 0) throw alertUnknown(key);
        await audit(session, { actor, action: 'alert.acknowledge', why, after: { key } }, at);
      }),

    muteAlerts: ({ what, connectionId, until }, actor, why) =>
      database.transaction(async (session) => {
        const at = await readTime(session);
        const [row] = await session.query<{ id: number }>(sql`
          insert into alert_mute (what, connection_id, until, muted_by, why, muted_at)
          values (${what}, ${connectionId}, ${until}, ${actor.name}, ${why}, ${at}) returning id`);
        const id = row?.id ?? 0;
        await audit(session, { actor, action: 'alert.mute', why, after: { id, what, connectionId, until } }, at);
        return id;
      }),

    unmuteAlerts: (id, actor, why) =>
      database.transaction(async (session) => {
        const [row] = await session.query<{ what: string }>(
          sql`delete from alert_mute where id = ${id} returning what`,
        );
        if (!row) throw muteUnknown(id);
        await audit(session, { actor, action: 'alert.unmute', why, after: { id, ...row } }, await readTime(session));
      }),

    listAlertMutes: () =>
      database.query(sql`
        select m.id, m.what, c.name as connection, m.until, m.muted_by as by, m.why, m.muted_at as at
        from alert_mute m left join connection c on c.id = m.connection_id
        where m.until is null or m.until > clock_timestamp() order by m.id`),
  };
}

/** What is acknowledged, muted, told already or below what is wished for takes nobody's place. */
function mayBeNews(at: string, { channels, minimum, remindMs }: NewsWish): Sql {
  const told = sql`select from alert_told t where t.channel = c.name and t.alert_key = a.key and t.episode = a.episode`;
  const severities = SEVERITIES.slice(0, SEVERITIES.indexOf(minimum) + 1);
  return sql`
    where a.severity = any(${severities}::text[]) and not ${IS_MUTED} and exists (
      select from unnest(${[...channels]}::text[]) as c(name) where case
        when a.resolved_at is not null then exists (${told} and t.resolved_told_at is null)
        when a.acknowledged_at is not null then false
        else not exists (${told} and t.told_at > ${at}::timestamptz - ${remindMs} * interval '1 millisecond') end)
    order by a.resolved_at is not null,
      exists (select from alert_told t where t.alert_key = a.key and t.episode = a.episode),
      array_position(array['critical', 'warning', 'notice'], a.severity), a.first_seen, a.key limit ${LISTED_MAX}`;
}

const IS_MUTED = sql`exists (select from alert_mute m where m.what in (a.rule, a.key)
  and (m.connection_id is null or m.connection_id = a.connection_id)
  and (m.until is null or m.until > clock_timestamp()))`;

function isNew(at: string): Sql {
  return sql`(known.resolved_at is not null
    and known.resolved_at <= ${at}::timestamptz - ${GONE_MS_MIN} * interval '1 millisecond')`;
}

async function listed(session: Session, which: Sql): Promise<readonly AlertRecord[]> {
  const rows = await session.query<AlertRow>(sql`
    select a.key, a.rule, a.connection_id as "connectionId", c.name as connection, a.severity, a.says, a.next, a.episode,
      a.first_seen as "firstSeen", a.last_seen as "lastSeen", a.resolved_at as "resolvedAt",
      a.acknowledged_by as "acknowledgedBy", a.acknowledged_why as "acknowledgedWhy", a.acknowledged_at as "acknowledgedAt",
      ${IS_MUTED} as "isMuted"
    from alert a left join connection c on c.id = a.connection_id ${which}`);
  return rows.map(({ acknowledgedBy: by, acknowledgedWhy: why, acknowledgedAt: at, ...row }) => ({
    ...row,
    acknowledged: by !== null && why !== null && at !== null ? { by, why, at } : null,
  }));
}

function audit(
  session: Session,
  fact: { readonly actor: Actor; readonly action: string; readonly why: string; readonly after: JsonObject },
  at: string,
): Promise<void> {
  return appendAuditEvent(session, { ...fact, subject: 'installation/alerts' }, at);
}

function alertUnknown(key: string): Problem {
  return new Problem({
    code: 'ALERT_UNKNOWN',
    kind: 'invalid',
    says: `No open alert has the key ${JSON.stringify(key)}.`,
    next: 'Take the key from the list: seller-ledger alerts list',
    data: key,
  });
}

function muteUnknown(id: number): Problem {
  return new Problem({
    code: 'ALERT_MUTE_UNKNOWN',
    kind: 'invalid',
    says: `Nothing is muted under number ${id}.`,
    next: 'The numbers are in the list: seller-ledger alerts mutes',
  });
}
