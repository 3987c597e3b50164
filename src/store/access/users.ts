import { randomUUID } from 'node:crypto';
import type { AccessFact, AccessStore, AuditSubject, NewUser, UserChange, UserRecord } from '../../app/index.ts';
import { assert, Problem, unfitField } from '../../core/index.ts';
import { appendAuditEvent } from '../audit.ts';
import type { Database } from '../database.ts';
import { brokenConstraint } from '../database-problem.ts';
import { toJson } from '../json.ts';
import { type Session, type Sql, sql } from '../sql.ts';
import type { ReadTime } from '../store-time.ts';
import { auditedUser, USER_COLUMNS, type UserRow, userOf } from './access-rows.ts';

type UserPart = Pick<
  AccessStore,
  'listUsers' | 'findUser' | 'findUserByIdentity' | 'passwordHashOf' | 'addUser' | 'addFirstUser' | 'changeUser'
>;

export function userStore(database: Database, readTime: ReadTime): UserPart {
  return {
    listUsers: () => readUsers(database, sql`true`),
    findUser: async (name) => (await readUsers(database, sql`lower(u.name) = lower(${name})`))[0],
    findUserByIdentity: async ({ issuer, subject }) =>
      (await readUsers(database, sql`u.issuer = ${issuer} and u.subject = ${subject}`))[0],

    async passwordHashOf(userId) {
      const [row] = await database.query<{ password_hash: string | null }>(
        sql`select password_hash from app_user where id = ${userId}`,
      );
      return row?.password_hash ?? null;
    },

    addUser: (user, fact) =>
      database
        .transaction(async (session) => insertUser(session, user, fact, await readTime(session)))
        .catch((error: unknown) => {
          throw brokenConstraint(error) === 'app_user_name' ? nameTaken(user.name, error) : error;
        }),

    addFirstUser: (user, fact) =>
      database.transaction(async (session) => {
        await lockUsers(session);
        if ((await readUsers(session, sql`true`)).length > 0) return undefined;
        return insertUser(session, user, fact, await readTime(session));
      }),

    changeUser: (userId, judge) =>
      database.transaction(async (session) => {
        await lockUsers(session);
        const at = await readTime(session);
        const all = await readUsers(session, sql`true`);
        const before = all.find(({ id }) => id === userId);
        assert(before !== undefined, `there is no user ${userId}, although users are never removed`);
        const verdict = judge(before, all, { nowMs: Date.parse(at) });
        if (!verdict) return before;
        await updateUser(session, before, verdict.change, at);
        if (verdict.change.endsSessions) await session.query(sql`delete from user_session where user_id = ${userId}`);
        const [after] = await readUsers(session, sql`u.id = ${userId}`);
        assert(after !== undefined, `user ${userId} went while it was locked`);
        await appendAuditEvent(
          session,
          {
            ...verdict.fact,
            subject: userSubject(userId),
            before: auditedUser(before),
            after: { ...auditedUser(after), ...verdict.data },
          },
          at,
        );
        return after;
      }),
  };
}

export function userSubject(userId: string): AuditSubject {
  return `user/${userId}`;
}

/** Changes of users wait for each other, so that of two administrators who disable each other one stays. */
function lockUsers(session: Session): Promise<unknown> {
  return session.query(sql`lock table app_user in share row exclusive mode`);
}

async function readUsers(session: Session, condition: Sql): Promise<readonly UserRecord[]> {
  const rows = await session.query<UserRow>(
    sql`select ${USER_COLUMNS} from app_user u where ${condition} order by lower(u.name)`,
  );
  return rows.map(userOf);
}

async function insertUser(session: Session, user: NewUser, fact: AccessFact, at: string): Promise<UserRecord> {
  const { name, displayName, roles, identity, passwordHash = null, mustChangePassword = false } = user;
  const id = randomUUID();
  await session.query(sql`
    insert into app_user (id, name, display_name, roles, issuer, subject, password_hash, must_change_password, created_at)
    values (${id}, ${name}, ${displayName}, ${toJson(roles)}, ${identity?.issuer ?? null}, ${identity?.subject ?? null},
      ${passwordHash}, ${mustChangePassword}, ${at})`);
  const [added] = await readUsers(session, sql`u.id = ${id}`);
  assert(added !== undefined, `user ${name} was not added`);
  await appendAuditEvent(session, { ...fact, subject: userSubject(id), after: auditedUser(added) }, at);
  return added;
}

async function updateUser(session: Session, before: UserRecord, change: UserChange, at: string): Promise<void> {
  const after = { ...before, ...change };
  const disabledAt = change.isDisabled === undefined ? before.disabledAt : change.isDisabled ? at : null;
  await session.query(sql`
    update app_user set display_name = ${after.displayName}, roles = ${toJson(after.roles)},
      password_hash = coalesce(${change.passwordHash ?? null}, password_hash),
      must_change_password = ${after.mustChangePassword}, failures = ${after.failures}, lockouts = ${after.lockouts},
      locked_until = ${after.lockedUntil}, quiet_since = ${after.quietSince}, disabled_at = ${disabledAt},
      last_sign_in_at = ${change.signsIn ? at : before.lastSignInAt}
    where id = ${before.id}`);
}

function nameTaken(name: string, cause: unknown): Problem {
  return new Problem(
    {
      code: 'USER_NAME_TAKEN',
      kind: 'conflict',
      says: `There is, or was, a user ${name}; a name means one person for ever.`,
      fields: [unfitField('name', `There is, or was, a user ${name}; a name means one person for ever.`)],
      next: 'Choose another name, or enable the user that has it: seller-ledger users list',
      data: name,
    },
    { cause },
  );
}
