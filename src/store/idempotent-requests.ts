import type { ClaimResult, RequestClaim, RequestedWrite, RequestStore } from '../app/index.ts';
import type { Database } from './database.ts';
import { type Sql, sql } from './sql.ts';

const KEPT = sql`interval '24 hours'`;
const PURGED_AT_ONCE = 200;
/** How often a key may go away between being seen and being asked about. */
const CLAIM_TRIES_MAX = 5;

interface RequestRow {
  readonly route: string;
  readonly body_sha256: string;
  readonly status: number | null;
  readonly is_problem: boolean;
  readonly answer: string | null;
  readonly finished_at: string | null;
}

/** Writes by the keys of their callers, in the database that all processes share. */
export function createRequestStore(database: Database): RequestStore {
  return {
    async claimRequest(request, leaseMs) {
      await purge(database);
      for (let tries = 0; tries < CLAIM_TRIES_MAX; tries += 1) {
        const result = (await claim(database, request, leaseMs)) ?? (await seen(database, request));
        if (result) return result;
      }
      // Others come and go with the same key right now.
      return { kind: 'runs' };
    },

    async renewRequest(held, leaseMs) {
      await database.query(sql`
        update idempotent_request set expires_at = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
        where ${isHeld(held)}`);
    },

    async finishRequest(held, { status, isProblem, body }) {
      await database.query(sql`
        update idempotent_request set status = ${status}, is_problem = ${isProblem}, answer = ${body}, finished_at = clock_timestamp()
        where ${isHeld(held)}`);
    },

    async releaseRequest(held) {
      await database.query(sql`delete from idempotent_request where ${isHeld(held)}`);
    },
  };
}

function isHeld({ userId, key, claim: number }: RequestClaim): Sql {
  return sql`user_id = ${userId} and key = ${key} and claim = ${number} and finished_at is null`;
}

async function claim(
  database: Database,
  { userId, key, route, bodySha256 }: RequestedWrite,
  leaseMs: number,
): Promise<ClaimResult | undefined> {
  const [row] = await database.query<{ claim: number }>(sql`
    insert into idempotent_request as held (user_id, key, route, body_sha256, claim, claimed_at, expires_at)
    values (${userId}, ${key}, ${route}, ${bodySha256}, 1, clock_timestamp(),
      clock_timestamp() + ${leaseMs} * interval '1 millisecond')
    on conflict (user_id, key) do update
      set claim = held.claim + 1, claimed_at = excluded.claimed_at, expires_at = excluded.expires_at
      where held.finished_at is null and held.expires_at <= clock_timestamp()
        and held.route = excluded.route and held.body_sha256 = excluded.body_sha256
    returning claim`);
  return row && { kind: 'claimed', claim: { userId, key, claim: row.claim } };
}

async function seen(database: Database, request: RequestedWrite): Promise<ClaimResult | undefined> {
  const [row] = await database.query<RequestRow>(sql`
    select route, body_sha256, status, is_problem, answer, finished_at from idempotent_request
    where user_id = ${request.userId} and key = ${request.key}`);
  if (!row) return undefined;
  if (row.route !== request.route || row.body_sha256 !== request.bodySha256) return { kind: 'other-request' };
  if (row.status === null || row.finished_at === null) return { kind: 'runs' };
  return {
    kind: 'answered',
    answer: { status: row.status, isProblem: row.is_problem, body: row.answer },
    finishedAt: row.finished_at,
  };
}

/** A few at a time, so that no caller waits for it. One that still runs is not among them: it renews its claim. */
async function purge(database: Database): Promise<void> {
  await database.query(sql`
    delete from idempotent_request where (user_id, key) in (
      select user_id, key from idempotent_request
      where claimed_at < clock_timestamp() - ${KEPT} and (finished_at is not null or expires_at < clock_timestamp())
      order by claimed_at limit ${PURGED_AT_ONCE} for update skip locked)`);
}
