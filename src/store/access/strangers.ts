import type { AccessStore, AuditSubject } from '../../app/index.ts';
import { FORGOTTEN_MS } from '../../core/index.ts';
import { appendAuditEvent, PROGRAM } from '../audit.ts';
import type { Database } from '../database.ts';
import { type Session, sql } from '../sql.ts';
import type { ReadTime } from '../store-time.ts';

/** More than come in, so that the table holds no more names than are tried in the time for which they count, and each try costs the same. */
const FORGOTTEN_AT_ONCE = 2;
const SUBJECT: AuditSubject = 'installation/sign-in';

interface StrangerRow {
  readonly failures: number;
  readonly lockouts: number;
  readonly locked_until: string | null;
  readonly quiet_since: string;
}

/** Digest of a name with a key that no copy of the database holds. */
export type NameDigest = (name: string) => string;

/** Counts the tries of names that no user has. */
export function strangerStore(
  database: Database,
  readTime: ReadTime,
  digestOf: NameDigest,
): Pick<AccessStore, 'changeStranger' | 'recordStranger'> {
  return {
    changeStranger: (name, judge) =>
      database.transaction(async (session) => {
        // As the changes of users do: of two tries at once both count.
        await session.query(sql`lock table sign_in_stranger in share row exclusive mode`);
        const at = await readTime(session);
        const digest = await digestIn(session, name, digestOf);
        const [row] = await session.query<StrangerRow>(
          sql`select failures, lockouts, locked_until, quiet_since from sign_in_stranger where name_digest = ${digest}`,
        );
        const before = {
          failures: row?.failures ?? 0,
          lockouts: row?.lockouts ?? 0,
          lockedUntil: row?.locked_until ?? null,
          quietSince: row?.quiet_since ?? null,
        };
        const { change, why } = judge(before, { nowMs: Date.parse(at) });
        const { failures, lockouts, lockedUntil, quietSince } = { ...before, ...change };
        await session.query(sql`
          insert into sign_in_stranger (name_digest, failures, lockouts, locked_until, quiet_since)
          values (${digest}, ${failures}, ${lockouts}, ${lockedUntil}, ${quietSince ?? at})
          on conflict (name_digest) do update set failures = excluded.failures, lockouts = excluded.lockouts,
            locked_until = excluded.locked_until, quiet_since = excluded.quiet_since`);
        await forgetSome(session, at);
        await record(session, why, at);
      }),

    recordStranger: (why) => database.transaction(async (session) => record(session, why, await readTime(session))),
  };
}

function record(session: Session, why: string, at: string): Promise<void> {
  return appendAuditEvent(session, { actor: PROGRAM, action: 'sign-in.refuse', subject: SUBJECT, why }, at);
}

/** Names are one whatever their capitals, as the database says of users. */
async function digestIn(session: Session, name: string, digestOf: NameDigest): Promise<string> {
  const [row] = await session.query<{ name: string }>(sql`select lower(${name}::text) as name`);
  return digestOf(row?.name ?? name);
}

/** Those that have not counted for the longest time, by their index. */
async function forgetSome(session: Session, at: string): Promise<void> {
  await session.query(sql`
    delete from sign_in_stranger where name_digest in (
      select name_digest from sign_in_stranger
      where quiet_since <= ${at}::timestamptz - ${FORGOTTEN_MS} * interval '1 millisecond'
      order by quiet_since limit ${FORGOTTEN_AT_ONCE})`);
}
