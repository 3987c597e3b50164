import type { Permission, Role, SessionRecord, TokenRecord, UserRecord } from '../../app/index.ts';
import { type Sql, sql } from '../sql.ts';

export interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly display_name: string;
  readonly roles: readonly Role[];
  readonly issuer: string | null;
  readonly subject: string | null;
  readonly must_change_password: boolean;
  readonly failures: number;
  readonly lockouts: number;
  readonly locked_until: string | null;
  readonly quiet_since: string | null;
  readonly disabled_at: string | null;
  readonly last_sign_in_at: string | null;
  readonly created_at: string;
}

export interface SessionRow {
  readonly session_id: string;
  readonly user_id: string;
  readonly started_at: string;
  readonly last_seen_at: string;
  readonly agent: string;
}

export interface TokenRow {
  readonly token_id: string;
  readonly user_id: string;
  readonly user_name: string;
  readonly label: string;
  readonly scopes: readonly Permission[];
  readonly token_created_at: string;
  readonly expires_at: string;
  readonly last_used_at: string | null;
  readonly revoked_at: string | null;
}

/** Of `app_user u`, without the password. */
export const USER_COLUMNS: Sql = sql`u.id, u.name, u.display_name, u.roles, u.issuer, u.subject, u.must_change_password,
  u.failures, u.lockouts, u.locked_until, u.quiet_since, u.disabled_at, u.last_sign_in_at, u.created_at`;

/** Of `user_session s`. */
export const SESSION_COLUMNS: Sql = sql`s.id as session_id, s.user_id, s.started_at, s.last_seen_at, s.agent`;

/** Of `api_token t` and its `app_user u`. */
export const TOKEN_COLUMNS: Sql = sql`t.id as token_id, t.user_id, u.name as user_name, t.label, t.scopes,
  t.created_at as token_created_at, t.expires_at, t.last_used_at, t.revoked_at`;

export function userOf(row: UserRow): UserRecord {
  const { issuer, subject } = row;
  return {
    id: row.id,
    name: row.name,
    displayName: row.display_name,
    roles: row.roles,
    identity: issuer !== null && subject !== null ? { issuer, subject } : null,
    mustChangePassword: row.must_change_password,
    failures: row.failures,
    lockouts: row.lockouts,
    lockedUntil: row.locked_until,
    quietSince: row.quiet_since,
    disabledAt: row.disabled_at,
    lastSignInAt: row.last_sign_in_at,
    createdAt: row.created_at,
  };
}

export function sessionOf(row: SessionRow): SessionRecord {
  return {
    id: row.session_id,
    userId: row.user_id,
    startedAt: row.started_at,
    lastSeenAt: row.last_seen_at,
    agent: row.agent,
  };
}

export function tokenOf(row: TokenRow): TokenRecord {
  return {
    id: row.token_id,
    userId: row.user_id,
    userName: row.user_name,
    label: row.label,
    scopes: row.scopes,
    createdAt: row.token_created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  };
}

/** What the audit log says of a user: nothing that signs anybody in. */
export function auditedUser(user: UserRecord) {
  const { name, displayName, roles, mustChangePassword, failures, lockedUntil, disabledAt } = user;
  return {
    name,
    displayName,
    roles: [...roles],
    mustChangePassword,
    failures,
    lockedUntil,
    disabledAt,
    signsInBy: user.identity ? user.identity.issuer : 'password',
  };
}
