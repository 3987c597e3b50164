import { chmod, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Problem } from '../../core/index.ts';
import { type OsUser, runProgram } from './run.ts';

/** PostgreSQL refuses to run as root, so as root the server gets a user of its own. */
export interface ServerUser extends OsUser {
  readonly name: string;
}

const OWN_USER = 'seller-ledger';
/** Where no user can be created (a read-only system, a container without the tool). */
const EXISTING_USERS = ['postgres', '_postgres', 'nobody'] as const;

/** Two dialects: shadow-utils, then BusyBox. */
const CREATE_COMMANDS: readonly (readonly [program: string, args: readonly string[]])[] = [
  ['useradd', ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent', '--shell', '/bin/false']],
  ['adduser', ['-S', '-D', '-H', '-s', '/bin/false']],
];

/**
 * The user for a new server when we are root: `preferred` when given, otherwise one of its own that is created when it
 * is missing, otherwise an existing unprivileged one. Raises `DATABASE_USER_MISSING` (invalid).
 */
export async function chooseServerUser(preferred: string | undefined): Promise<ServerUser> {
  if (preferred !== undefined) {
    const user = await findUser(preferred);
    if (user) return user;
    throw userMissing(`the user ${preferred} does not exist or is root`);
  }
  const own = (await findUser(OWN_USER)) ?? (await createUser());
  if (own) return own;
  for (const name of EXISTING_USERS) {
    const user = await findUser(name);
    if (user) return user;
  }
  throw userMissing('none could be created and none of the usual ones exists');
}

async function createUser(): Promise<ServerUser | undefined> {
  for (const [program, args] of CREATE_COMMANDS) {
    await runProgram(program, [...args, OWN_USER]);
    const user = await findUser(OWN_USER);
    if (user) return user;
  }
  return undefined;
}

async function findUser(name: string): Promise<ServerUser | undefined> {
  const [uid, gid] = await Promise.all(['-u', '-g'].map((option) => runProgram('id', [option, name])));
  if (uid?.exitCode !== 0 || gid?.exitCode !== 0) return undefined;
  const user = { name, uid: Number(uid.output), gid: Number(gid.output) };
  return Number.isSafeInteger(user.uid) && user.uid > 0 && Number.isSafeInteger(user.gid) ? user : undefined;
}

/** Tried, not computed from permission bits, which know nothing of access lists and mounts. */
export async function canEnter(directory: string, user: OsUser | undefined): Promise<boolean> {
  const result = await runProgram('/bin/sh', ['-c', 'cd "$1"', 'sh', directory], { user });
  return result.exitCode === 0;
}

/**
 * Makes a folder that every user may pass through, whatever our own mask says. Folders that are there already keep
 * their permissions.
 */
export async function makePassable(directory: string): Promise<void> {
  const topmost = await mkdir(directory, { recursive: true });
  if (topmost === undefined) return;
  for (let path = directory; ; path = dirname(path)) {
    await chmod(path, 0o755);
    if (path === topmost || path === dirname(path)) return;
  }
}

/** Asked of the process, not of the list of users: a container may run as a user that is not in it. */
export function currentUid(): number {
  return process.getuid?.() ?? -1;
}

function userMissing(why: string): Problem {
  return new Problem({
    code: 'DATABASE_USER_MISSING',
    kind: 'invalid',
    says: `PostgreSQL does not run as root and there is no other user to run it as: ${why}.`,
    next: 'Create one (useradd --system seller-ledger), start as an ordinary user, or set DATABASE_URL.',
  });
}
