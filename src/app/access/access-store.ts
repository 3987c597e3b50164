import type { Sha256 } from '../../core/index.ts';
import type { Actor, JsonObject } from '../ports.ts';
import type { Permission, Role } from './permissions.ts';

/** Somebody who may sign in. Never removed, never renamed. */
export interface UserRecord {
  readonly id: string;
  /** As it stands in the audit log; unique whatever its capitals. */
  readonly name: string;
  readonly displayName: string;
  readonly roles: readonly Role[];
  /** Of the identity provider; `null`: the user has a password here. */
  readonly identity: { readonly issuer: string; readonly subject: string } | null;
  readonly mustChangePassword: boolean;
  /** Wrong passwords since the last lock; means nothing any more once all has been quiet for `FORGOTTEN_MS`. */
  readonly failures: number;
  /** Locks in a row: each lasts longer than the one before. Forgotten with the wrong passwords. */
  readonly lockouts: number;
  readonly lockedUntil: string | null;
  /** The last wrong password, or the end of the lock that it led to. */
  readonly quietSince: string | null;
  readonly disabledAt: string | null;
  readonly lastSignInAt: string | null;
  readonly createdAt: string;
}

export interface NewUser {
  readonly name: string;
  readonly displayName: string;
  readonly roles: readonly Role[];
  /** Absent: somebody of an identity provider. */
  readonly passwordHash?: string;
  readonly mustChangePassword?: boolean;
  readonly identity?: { readonly issuer: string; readonly subject: string };
}

/** What becomes of a user; what is absent stays. */
export interface UserChange {
  readonly displayName?: string;
  readonly roles?: readonly Role[];
  readonly passwordHash?: string;
  readonly mustChangePassword?: boolean;
  readonly failures?: number;
  readonly lockouts?: number;
  readonly lockedUntil?: string | null;
  readonly quietSince?: string | null;
  readonly isDisabled?: boolean;
  /** The present becomes the time of the last sign-in. */
  readonly signsIn?: boolean;
  readonly endsSessions?: boolean;
}

/** What the audit log is told of a change. */
export interface AccessFact {
  readonly actor: Actor;
  readonly action: string;
  readonly why: string;
}

/** Time on the clock of the store, which all processes share. */
export interface AtTime {
  readonly nowMs: number;
}

/** Looks at the user as locked, at all others, and decides. Raises a problem to refuse; `null` changes nothing. */
export type JudgeUser = (
  before: UserRecord,
  all: readonly UserRecord[],
  at: AtTime,
) => { readonly change: UserChange; readonly fact: AccessFact; readonly data?: JsonObject } | null;

/** How often in a row a name was tried with a wrong password. */
export type TryCount = Pick<UserRecord, 'failures' | 'lockouts' | 'lockedUntil' | 'quietSince'>;

export interface SessionRecord {
  readonly id: string;
  readonly userId: string;
  readonly startedAt: string;
  readonly lastSeenAt: string;
  readonly agent: string;
}

export interface TokenRecord {
  readonly id: string;
  readonly userId: string;
  readonly userName: string;
  readonly label: string;
  readonly scopes: readonly Permission[];
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

/** How long a session lasts. */
export interface SessionLimits {
  readonly idleMs: number;
  readonly absoluteMs: number;
}

/** Users, sessions and API tokens. Each change is an event of the audit log in the same database transaction. */
export interface AccessStore {
  listUsers(): Promise<readonly UserRecord[]>;
  /** By name, whatever its capitals. */
  findUser(name: string): Promise<UserRecord | undefined>;
  findUserByIdentity(identity: { issuer: string; subject: string }): Promise<UserRecord | undefined>;
  /** `null` for a user who has none. */
  passwordHashOf(userId: string): Promise<string | null>;
  /** Raises `USER_NAME_TAKEN` (conflict). */
  addUser(user: NewUser, fact: AccessFact): Promise<UserRecord>;
  /** Nothing where there is any user already: of two services that start together one adds it. */
  addFirstUser(user: NewUser, fact: AccessFact): Promise<UserRecord | undefined>;
  /** One change at a time among all users. */
  changeUser(userId: string, judge: JudgeUser): Promise<UserRecord>;
  /** The same for a name that no user has: counted for a while, by a keyed digest of it, and recorded without it. */
  changeStranger(
    name: string,
    judge: (before: TryCount, at: AtTime) => { readonly change: Partial<TryCount>; readonly why: string },
  ): Promise<void>;
  /** Somebody was turned away who is no user here. */
  recordStranger(why: string): Promise<void>;

  addSession(session: { userId: string; secretHash: Sha256; agent: string }): Promise<SessionRecord>;
  /** Only while it lasts and its user is not disabled. `isUse`: it counts as the session's last use. */
  findSession(
    secretHash: Sha256,
    limits: SessionLimits,
    isUse: boolean,
  ): Promise<{ readonly session: SessionRecord; readonly user: UserRecord } | undefined>;
  /** Of one user, newest first, those that last. */
  listSessions(userId: string, limits: SessionLimits): Promise<readonly SessionRecord[]>;
  /** Raises `SESSION_UNKNOWN` (invalid) where this user has no such session. */
  endSession(session: { id: string; userId: string }, fact: AccessFact): Promise<void>;

  addToken(
    token: { userId: string; label: string; secretHash: Sha256; scopes: readonly Permission[]; days: number },
    fact: AccessFact,
  ): Promise<TokenRecord>;
  /** Only while it holds and its user is not disabled. Counts as its last use. */
  findToken(secretHash: Sha256): Promise<{ readonly token: TokenRecord; readonly user: UserRecord } | undefined>;
  /** All, or those of one user; newest first. */
  listTokens(filter?: { userId?: string }): Promise<readonly TokenRecord[]>;
  /** Raises `TOKEN_UNKNOWN` (invalid); with `userId`, also where it is somebody else's. */
  revokeToken(token: { id: string; userId?: string }, fact: AccessFact): Promise<TokenRecord>;

  /** Keeps what a sign-in at an identity provider is checked with until its answer comes. */
  keepAttempt(browserHash: Sha256, checks: JsonObject, seconds: number): Promise<void>;
  /** Gives it once. */
  takeAttempt(browserHash: Sha256): Promise<JsonObject | undefined>;
}

/** Makes and checks password hashes that carry their own parameters. */
export interface Passwords {
  hash(password: string): Promise<string>;
  /** `null` costs as much as a hash does, and never fits. */
  verify(password: string, hash: string | null): Promise<{ readonly fits: boolean; readonly isWeak: boolean }>;
}
