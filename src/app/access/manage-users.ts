import { Problem, unfitField } from '../../core/index.ts';
import type { Actor } from '../ports.ts';
import type { AccessStore, UserChange, UserRecord } from './access-store.ts';
import type { AccessContext } from './first-user.ts';
import { oneTimePassword, passwordElsewhere } from './password-rules.ts';
import { isRole, ROLES, type Role } from './permissions.ts';

/** One alphabet, so that no two names look the same and capitals mean nothing in every database. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}$/;
const DISPLAY_NAME_LENGTH_MAX = 200;

/** The system itself is written down under these, so nobody else may be. */
const TAKEN_BY_THE_PROGRAM: readonly string[] = ['seller-ledger', 'system'];

export interface Asked {
  readonly actor: Actor;
  readonly why: string;
  /** Of whoever is signed in; absent at the command line, where whoever has the database has everything. */
  readonly userId?: string;
}

/**
 * Adds a user with a password that signs in once. Raises `USER_NAME_INVALID`, `USER_ROLES_INVALID` (both invalid),
 * `USER_NAME_TAKEN` (conflict).
 */
export async function addUser(
  { access, passwords, randomness }: AccessContext,
  user: { readonly name: string; readonly displayName?: string | undefined; readonly roles: readonly string[] },
  { actor, why }: Asked,
): Promise<{ readonly user: UserRecord; readonly password: string }> {
  const name = readUserName(user.name);
  const roles = readRoles(user.roles);
  const password = oneTimePassword(randomness);
  const displayName = (user.displayName?.trim() || name).slice(0, DISPLAY_NAME_LENGTH_MAX);
  const passwordHash = await passwords.hash(password);
  const added = await access.addUser(
    { name, displayName, roles, passwordHash, mustChangePassword: true },
    { actor, action: 'user.add', why },
  );
  return { user: added, password };
}

/** Raises `USER_NAME_INVALID` (invalid). */
export function readUserName(text: string): string {
  const name = text.trim();
  if (NAME.test(name) && !TAKEN_BY_THE_PROGRAM.includes(name.toLowerCase())) return name;
  throw new Problem({
    code: 'USER_NAME_INVALID',
    kind: 'invalid',
    says: `${JSON.stringify(text)} is no name for a user.`,
    fields: [unfitField('name', `${JSON.stringify(text)} is no name for a user.`)],
    next: 'Give letters, digits and . _ @ + - (100 at most, a letter or digit first), for example anna or anna@company.example.',
    data: text,
  });
}

/** In their usual order. Raises `USER_ROLES_INVALID` (invalid). */
export function readRoles(texts: readonly string[]): readonly Role[] {
  const unknown = texts.filter((text) => !isRole(text));
  if (unknown.length === 0 && texts.length > 0) return ROLES.filter((role) => texts.includes(role));
  throw new Problem({
    code: 'USER_ROLES_INVALID',
    kind: 'invalid',
    says: unknown.length > 0 ? `There is no role ${unknown.join(', ')}.` : 'No role is given.',
    fields: [unfitField('roles', unknown.length > 0 ? `There is no role ${unknown.join(', ')}.` : 'No role is given.')],
    next: `Give one or more of ${ROLES.join(', ')}.`,
    data: texts.join(', '),
  });
}

/** Raises `USER_UNKNOWN` (invalid). */
export async function getUser(access: AccessStore, name: string): Promise<UserRecord> {
  const found = await access.findUser(name.trim());
  if (found) return found;
  throw new Problem({
    code: 'USER_UNKNOWN',
    kind: 'invalid',
    says: `There is no user ${JSON.stringify(name)}.`,
    next: 'The names are in the list: seller-ledger users list',
    data: name,
  });
}

/**
 * Replaces the roles of a user, whose sessions end. Raises `USER_IS_SELF`, `USER_ROLES_ELSEWHERE`, `USER_ROLES_INVALID`,
 * `USER_UNKNOWN` (all invalid), `LAST_ADMINISTRATOR` (conflict).
 */
export async function changeRoles(
  access: AccessStore,
  name: string,
  roles: readonly string[],
  asked: Asked,
): Promise<UserRecord> {
  const given = readRoles(roles);
  const user = await getUser(access, name);
  if (user.identity) throw rolesElsewhere(user);
  return change(access, user, asked, {
    action: 'user.roles',
    isRefused: ({ roles: held }) => held.includes('administrator') && !given.includes('administrator'),
    change: { roles: given, endsSessions: true },
  });
}

/** Nobody signs in as the user any more, and their sessions and tokens are refused. Raises as {@link changeRoles}. */
export async function disableUser(access: AccessStore, name: string, asked: Asked): Promise<UserRecord> {
  return change(access, await getUser(access, name), asked, {
    action: 'user.disable',
    isRefused: ({ roles }) => roles.includes('administrator'),
    change: { isDisabled: true, endsSessions: true },
  });
}

/** Raises `USER_UNKNOWN`, `USER_IS_SELF` (both invalid). */
export async function enableUser(access: AccessStore, name: string, asked: Asked): Promise<UserRecord> {
  return change(access, await getUser(access, name), asked, {
    action: 'user.enable',
    isRefused: () => false,
    change: { isDisabled: false, failures: 0, lockouts: 0, lockedUntil: null },
  });
}

/** Raises `USER_UNKNOWN`, `USER_IS_SELF` (both invalid). */
export async function unlockUser(access: AccessStore, name: string, asked: Asked): Promise<UserRecord> {
  return change(access, await getUser(access, name), asked, {
    action: 'user.unlock',
    isRefused: () => false,
    change: { failures: 0, lockouts: 0, lockedUntil: null },
  });
}

/** A new password that signs in once; sessions of the user end. Raises `USER_UNKNOWN`, `USER_IS_SELF`, `PASSWORD_ELSEWHERE` (all invalid). */
export async function resetPassword(
  { access, passwords, randomness }: AccessContext,
  name: string,
  asked: Asked,
): Promise<{ readonly user: UserRecord; readonly password: string }> {
  const user = await getUser(access, name);
  if (user.identity) throw passwordElsewhere('reset', user);
  const password = oneTimePassword(randomness);
  const passwordHash = await passwords.hash(password);
  const unlocked = { failures: 0, lockouts: 0, lockedUntil: null };
  const changed = await change(access, user, asked, {
    action: 'user.reset-password',
    isRefused: () => false,
    change: { passwordHash, mustChangePassword: true, endsSessions: true, ...unlocked },
  });
  return { user: changed, password };
}

interface Wanted {
  readonly action: string;
  /** Whether the change takes the administrator out of the user. */
  readonly isRefused: (user: UserRecord) => boolean;
  readonly change: UserChange;
}

async function change(
  access: AccessStore,
  user: UserRecord,
  { actor, why, userId }: Asked,
  wanted: Wanted,
): Promise<UserRecord> {
  if (userId === user.id) throw self(user);
  return access.changeUser(user.id, (before, all) => {
    const others = all.filter((one) => one.id !== user.id && one.disabledAt === null);
    const isLast = before.disabledAt === null && !others.some(({ roles }) => roles.includes('administrator'));
    if (isLast && wanted.isRefused(before)) throw lastAdministrator(before);
    return { change: wanted.change, fact: { actor, action: wanted.action, why } };
  });
}

function self({ name }: UserRecord): Problem {
  return new Problem({
    code: 'USER_IS_SELF',
    kind: 'invalid',
    says: `${name} is you, and nobody changes this of themselves.`,
    next: 'Ask another administrator. Your own password is changed at /account.',
    data: name,
  });
}

function lastAdministrator({ name }: UserRecord): Problem {
  return new Problem({
    code: 'LAST_ADMINISTRATOR',
    kind: 'conflict',
    says: `${name} is the last administrator who may sign in.`,
    next: 'Make another user an administrator first: seller-ledger users roles NAME administrator --why TEXT',
    data: name,
  });
}

function rolesElsewhere({ name }: UserRecord): Problem {
  return new Problem({
    code: 'USER_ROLES_ELSEWHERE',
    kind: 'invalid',
    says: `${name} signs in at the identity provider, whose groups give the roles at every sign-in.`,
    next: 'Change the groups there, or which roles they give: signIn.singleSignOn.roles in the settings.',
    data: name,
  });
}
