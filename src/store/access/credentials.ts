import { randomUUID } from 'node:crypto';
import type { AccessStore, JsonObject, SessionLimits } from '../../app/index.ts';
import { assert, isUuid, Problem } from '../../core/index.ts';
import { appendAuditEvent } from '../audit.ts';
import type { Database } from '../database.ts';
import { toJson } from '../json.ts';
import { type Sql, sql } from '../sql.ts';
import type { ReadTime } from '../store-time.ts';
import {
  SESSION_COLUMNS,
  type SessionRow,
  sessionOf,
  TOKEN_COLUMNS,
  type TokenRow,
  tokenOf,
  USER_COLUMNS,
  type UserRow,
  userOf,
} from './access-rows.ts';
import { userSubject } from './users.ts';

/** A page that asks every few seconds does not write as often. */
const USE_NOTED_EVERY_SECONDS = 60;

type SessionPart = Pick<AccessStore, 'addSession' | 'findSession' | 'listSessions' | 'endSession'>;
type TokenPart = Pick<AccessStore, 'addToken' | 'findToken' | 'listTokens' | 'revokeToken'>;
type AttemptPart = Pick<AccessStore, 'keepAttempt' | 'takeAttempt'>;

export function sessionStore(database: Database, readTime: ReadTime): SessionPart {
  return {
    async addSession({ userId, secretHash, agent }) {
      const at = await readTime(database);
      const id = randomUUID();
      await database.query(sql`
        insert into user_session (id, user_id, secret_hash, started_at, last_seen_at, agent)
        values (${id}, ${userId}, ${secretHash}, ${at}, ${at}, ${agent})`);
      return { id, userId, startedAt: at, lastSeenAt: at, agent };
    },

    async findSession(secretHash, limits, isUse) {
      const at = await readTime(database);
      const [row] = await database.query<SessionRow & UserRow>(sql`
        select ${SESSION_COLUMNS}, ${USER_COLUMNS} from user_session s join app_user u on u.id = s.user_id
        where s.secret_hash = ${secretHash} and ${lasts(at, limits)} and u.disabled_at is null`);
      if (!row) return undefined;
      if (isUse) {
        await database.query(sql`
          update user_session set last_seen_at = ${at} where id = ${row.session_id}
            and last_seen_at < ${at}::timestamptz - ${USE_NOTED_EVERY_SECONDS} * interval '1 second'`);
      }
      return { session: sessionOf(row), user: userOf(row) };
    },

    async listSessions(userId, limits) {
      const at = await readTime(database);
      await database.query(sql`delete from user_session s where not (${lasts(at, limits)})`);
      const rows = await database.query<SessionRow>(sql`
        select ${SESSION_COLUMNS} from user_session s where s.user_id = ${userId} order by s.started_at desc, s.id`);
      return rows.map(sessionOf);
    },

    endSession: ({ id, userId }, fact) =>
      database.transaction(async (session) => {
        const at = await readTime(session);
        const ended = isUuid(id)
          ? await session.query(sql`delete from user_session where id = ${id} and user_id = ${userId} returning id`)
          : [];
        if (ended.length === 0) throw sessionUnknown();
        await appendAuditEvent(session, { ...fact, subject: userSubject(userId), after: { session: id } }, at);
      }),
  };
}

function lasts(at: string, { idleMs, absoluteMs }: SessionLimits): Sql {
  return sql`s.last_seen_at > ${at}::timestamptz - ${idleMs} * interval '1 millisecond'
    and s.started_at > ${at}::timestamptz - ${absoluteMs} * interval '1 millisecond'`;
}

export function tokenStore(database: Database, readTime: ReadTime): TokenPart {
  const listTokens = async (condition: Sql) => {
    const rows = await database.query<TokenRow>(sql`
      select ${TOKEN_COLUMNS} from api_token t join app_user u on u.id = t.user_id
      where ${condition} order by t.created_at desc, t.id`);
    return rows.map(tokenOf);
  };
  return {
    async addToken({ userId, label, secretHash, scopes, days }, fact) {
      const id = randomUUID();
      await database.transaction(async (session) => {
        const at = await readTime(session);
        const [row] = await session.query<{ expires_at: string }>(sql`
          insert into api_token (id, user_id, label, secret_hash, scopes, created_at, expires_at)
          values (${id}, ${userId}, ${label}, ${secretHash}, ${toJson(scopes)}, ${at},
            ${at}::timestamptz + ${days} * interval '1 day') returning expires_at`);
        const after = { token: id, label, scopes: [...scopes], expiresAt: row?.expires_at ?? null };
        await appendAuditEvent(session, { ...fact, subject: userSubject(userId), after }, at);
      });
      const [added] = await listTokens(sql`t.id = ${id}`);
      assert(added !== undefined, `token ${id} was not added`);
      return added;
    },

    async findToken(secretHash) {
      const at = await readTime(database);
      const [row] = await database.query<TokenRow & UserRow>(sql`
        select ${TOKEN_COLUMNS}, ${USER_COLUMNS} from api_token t join app_user u on u.id = t.user_id
        where t.secret_hash = ${secretHash} and t.revoked_at is null and t.expires_at > ${at}::timestamptz
          and u.disabled_at is null`);
      if (!row) return undefined;
      await database.query(sql`
        update api_token set last_used_at = ${at} where id = ${row.token_id} and (last_used_at is null
          or last_used_at < ${at}::timestamptz - ${USE_NOTED_EVERY_SECONDS} * interval '1 second')`);
      return { token: tokenOf(row), user: userOf(row) };
    },

    listTokens: ({ userId = null }: { userId?: string | null } = {}) =>
      listTokens(sql`(${userId}::uuid is null or t.user_id = ${userId})`),

    async revokeToken({ id, userId = null }: { id: string; userId?: string | null }, fact) {
      const [token] = isUuid(id)
        ? await listTokens(sql`t.id = ${id} and (${userId}::uuid is null or t.user_id = ${userId})`)
        : [];
      if (!token) throw tokenUnknown();
      await database.transaction(async (session) => {
        const at = await readTime(session);
        const revoked = await session.query(
          sql`update api_token set revoked_at = ${at} where id = ${id} and revoked_at is null returning id`,
        );
        if (revoked.length === 0) return;
        const after = { token: id, label: token.label };
        await appendAuditEvent(session, { ...fact, subject: userSubject(token.userId), after }, at);
      });
      return (await listTokens(sql`t.id = ${id}`))[0] ?? token;
    },
  };
}

export function attemptStore(database: Database, readTime: ReadTime): AttemptPart {
  return {
    async keepAttempt(browserHash, checks, seconds) {
      const at = await readTime(database);
      await database.query(sql`delete from sign_in_attempt where expires_at <= ${at}`);
      await database.query(sql`
        insert into sign_in_attempt (browser_hash, checks, expires_at)
        values (${browserHash}, ${toJson(checks)}, ${at}::timestamptz + ${seconds} * interval '1 second')`);
    },

    async takeAttempt(browserHash) {
      const at = await readTime(database);
      const [row] = await database.query<{ checks: JsonObject; lasts: boolean }>(sql`
        delete from sign_in_attempt where browser_hash = ${browserHash}
        returning checks, expires_at > ${at}::timestamptz as lasts`);
      return row?.lasts ? row.checks : undefined;
    },
  };
}

function sessionUnknown(): Problem {
  return new Problem({
    code: 'SESSION_UNKNOWN',
    kind: 'invalid',
    says: 'There is no such session of yours, or it has ended already.',
    next: 'Read the list of sessions again.',
  });
}

function tokenUnknown(): Problem {
  return new Problem({
    code: 'TOKEN_UNKNOWN',
    kind: 'invalid',
    says: 'There is no such token, or it is somebody else’s.',
    next: 'The tokens are in the list: seller-ledger tokens list',
  });
}
