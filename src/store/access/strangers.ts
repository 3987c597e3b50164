import type { AccessStore, AuditSubject } from '../../app/index.ts';
import { appendAuditEvent } from '../audit.ts';
import type { Database } from '../database.ts';
import { type Session, sql } from '../sql.ts';
import type { ReadTime } from '../store-time.ts';

/** Whoever tries names at the highest pace of one address takes days to get one forgotten. */
const STRANGERS_MAX = 100_000;
const KEPT_DAYS = 90;
/** One name in 256 tidies up: counting all at each try would make those of strangers slower than those of users. */
const TIDIES_UP = '00';
const PROGRAM = { kind: 'system', name: 'seller-ledger' } as const;
const SUBJECT: AuditSubject = 'installation/sign-in';

interface StrangerRow {
  readonly failures: number;
  readonly lockouts: number;
  readonly locked_until: string | null;
}

/** Digest of a name with a key that no copy of the database holds. */
export type NameDigest = (name: string) => string;

/** Counts the tries of names that no user has. `strangersMax` is less in tests. */
export function strangerStore(
  database: Database,
  readTime: ReadTime,
  digestOf: NameDigest,
  strangersMax = STRANGERS_MAX,
): Pick<AccessStore, 'changeStranger' | 'recordStranger'> {
  return {
    changeStranger: (name, judge) =>
      database.transaction(async (session) => {
        // As the changes of users do: of two tries at once both count.
        await session.query(sql`lock table sign_in_stranger in share row exclusive mode`);
        const at = await readTime(session);
        const digest = await digestIn(session, name, digestOf);
        const [row] = await session.query<StrangerRow>(sql`
          select failures, lockouts, locked_until from sign_in_stranger where name_digest = ${digest}
            and tried_at > ${at}::timestamptz - ${KEPT_DAYS} * interval '1 day'`);
        const before = {
          failures: row?.failures ?? 0,
          lockouts: row?.lockouts ?? 0,
          lockedUntil: row?.locked_until ?? null,
        };
        const { change, why } = judge(before, { nowMs: Date.parse(at) });
        const { failures, lockouts, lockedUntil } = { ...before, ...change };
        await session.query(sql`
          insert into sign_in_stranger (name_digest, failures, lockouts, locked_until, tried_at)
          values (${digest}, ${failures}, ${lockouts}, ${lockedUntil}, ${at})
          on conflict (name_digest) do update set failures = excluded.failures, lockouts = excluded.lockouts,
            locked_until = excluded.locked_until, tried_at = excluded.tried_at`);
        if (digest.startsWith(TIDIES_UP)) await forget(session, at, strangersMax);
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

/** Those that are locked go last. */
async function forget(session: Session, at: string, strangersMax: number): Promise<void> {
  await session.query(sql`
    delete from sign_in_stranger where tried_at <= ${at}::timestamptz - ${KEPT_DAYS} * interval '1 day'`);
  await session.query(sql`
    delete from sign_in_stranger where name_digest in (
      select name_digest from sign_in_stranger
      order by coalesce(locked_until > ${at}::timestamptz, false) desc, tried_at desc offset ${strangersMax})`);
}
