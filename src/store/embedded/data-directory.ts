import { randomBytes } from 'node:crypto';
import {
  access,
  chown,
  constants,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  statfs,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../../core/index.ts';
import type { Binaries } from './binaries.ts';
import { currentUid } from './os-user.ts';
import { type OsUser, runProgram } from './run.ts';

export const DATABASE_USER = 'seller_ledger';

/** A new cluster takes about 40 MB, and a server that cannot write its log ends in the middle of the work. */
export const FREE_BYTES_MIN = 128 * 1024 * 1024;

export function dataDirectoryOf(cluster: string): string {
  return join(cluster, 'data');
}

/**
 * Who must run the server on this data: its owner. `undefined` when there is no data yet. Raises
 * `DATABASE_DIRECTORY_NOT_ENTERABLE` (invalid) when that is not somebody we can be.
 */
export async function findDataOwner(cluster: string, isRoot: boolean): Promise<OsUser | undefined> {
  const data = dataDirectoryOf(cluster);
  await access(cluster, constants.W_OK | constants.X_OK).catch((error: NodeJS.ErrnoException) => {
    throw notEnterable(cluster, `this user may not write it (${error.code ?? 'no code'})`, error);
  });
  let owner: OsUser;
  try {
    owner = await stat(data);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw notEnterable(
      data,
      `this user cannot enter it (${(error as NodeJS.ErrnoException).code ?? 'no code'})`,
      error,
    );
  }
  if (isRoot && owner.uid === 0) throw notEnterable(data, 'it belongs to root, as whom PostgreSQL does not run');
  if (!isRoot && owner.uid !== currentUid()) throw notEnterable(data, `it belongs to another user (uid ${owner.uid})`);
  return { uid: owner.uid, gid: owner.gid };
}

/** Raises `DATABASE_DISK_FULL` (unavailable) before a server runs out of space in the middle of its work. */
export async function assertFreeSpace(cluster: string, bytesMin = FREE_BYTES_MIN): Promise<void> {
  const { bavail, bsize } = await statfs(cluster);
  const free = bavail * bsize;
  if (free >= bytesMin) return;
  throw new Problem({
    code: 'DATABASE_DISK_FULL',
    kind: 'unavailable',
    says: `The disk of ${cluster} has ${toMegabytes(free)} MB left; the database needs ${toMegabytes(bytesMin)} MB to start.`,
    next: `Free some space: df -h '${cluster}'`,
  });
}

/** An error of the file system as `DATABASE_DISK_FULL` (unavailable), where it is that; any other one stays what it is. */
export function diskFull(directory: string): (error: unknown) => never {
  return (error) => {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error;
    throw new Problem(
      {
        code: 'DATABASE_DISK_FULL',
        kind: 'unavailable',
        says: `The disk of ${directory} has no space left, not even for the lock of the database.`,
        next: `Free some space: df -h '${directory}'`,
      },
      { cause: error },
    );
  };
}

/** Types of file systems that other machines may have open too, as Linux numbers them (statfs(2)). */
const NETWORK_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x5346414f, 'AFS'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x01161970, 'GFS2'],
  [0x7461636f, 'OCFS2'],
]);

/**
 * Raises `DATABASE_ON_NETWORK` (invalid): a server on another machine does not see that ours runs, starts as well, and both
 * destroy the data.
 */
export async function assertOwnDisk(
  cluster: string,
  typeOf: (directory: string) => Promise<number> = async (directory) => (await statfs(directory)).type,
): Promise<void> {
  // Some of the numbers come with a sign.
  const name = NETWORK_FILE_SYSTEMS.get((await typeOf(cluster)) >>> 0);
  if (name === undefined) return;
  throw new Problem({
    code: 'DATABASE_ON_NETWORK',
    kind: 'invalid',
    says: `${cluster} is on a network file system (${name}), where another machine could start a second server on the same data and destroy it.`,
    next: 'Name a folder on a disk of this machine (seller-ledger --home FOLDER), or use a PostgreSQL server for several machines: DATABASE_URL',
  });
}

/**
 * Makes the data directory when there is none: all of it or nothing. Raises `DATABASE_OTHER_MAJOR` (conflict) when
 * there is one of another PostgreSQL version.
 */
export async function initialiseData(cluster: string, binaries: Binaries, user: OsUser | undefined): Promise<void> {
  const data = dataDirectoryOf(cluster);
  const major = await readMajor(data);
  if (major === binaries.major) return;
  if (major !== undefined) {
    throw new Problem({
      code: 'DATABASE_OTHER_MAJOR',
      kind: 'conflict',
      says: `The data in ${data} was written by PostgreSQL ${major}, this program brings ${binaries.major}.`,
      next: `Make a backup with the release of seller-ledger that brought PostgreSQL ${major} (backup create), and restore it with this one into a new home.`,
    });
  }
  await removeDrafts(cluster);
  const draft = join(cluster, `data.new-${randomBytes(6).toString('hex')}`);
  const passwordDraft = `${draft}.password`;
  const password = await makePassword(cluster);
  // initdb runs as the server's user, who may not read our password file.
  await writeFile(passwordDraft, `${password}\n`, { mode: 0o600, flag: 'wx' });
  await mkdir(draft, { mode: 0o700 });
  if (user) await Promise.all([chown(draft, user.uid, user.gid), chown(passwordDraft, user.uid, user.gid)]);
  const result = await runProgram(
    binaries.initdb,
    [...INITDB_OPTIONS, `--pgdata=${draft}`, `--pwfile=${passwordDraft}`],
    {
      user,
      directory: cluster,
    },
  );
  await rm(passwordDraft, { force: true });
  if (result.exitCode !== 0) {
    await rm(draft, { recursive: true, force: true });
    throw new Problem({
      code: 'DATABASE_INIT_FAILED',
      kind: 'unavailable',
      says: `PostgreSQL could not prepare ${data} (exit code ${result.exitCode ?? 'none'}).`,
      next: 'Mend what PostgreSQL names below, or set DATABASE_URL to a server of your own.',
      data: result.output.slice(-2_000),
    });
  }
  await rename(draft, data);
}

// The built-in locale sorts the same on every machine and with every library version, so indexes stay valid.
const INITDB_OPTIONS = [
  `--username=${DATABASE_USER}`,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--no-locale',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--lc-messages=C',
] as const;

/** The server's password. Raises `DATABASE_PASSWORD_UNREADABLE` (invalid). */
export async function readPassword(cluster: string): Promise<string> {
  const path = join(cluster, 'password');
  try {
    const password = (await readFile(path, 'utf8')).trim();
    if (password !== '') return password;
  } catch (cause) {
    throw passwordUnreadable(path, (cause as NodeJS.ErrnoException).code ?? 'no code', cause);
  }
  throw passwordUnreadable(path, 'it is empty');
}

async function makePassword(cluster: string): Promise<string> {
  const path = join(cluster, 'password');
  const password = randomBytes(24).toString('base64url');
  // Left over from a first start that was cut short: there is no data yet that it would open.
  await rm(path, { force: true });
  await writeFile(path, `${password}\n`, { mode: 0o600, flag: 'wx', flush: true });
  return password;
}

async function readMajor(data: string): Promise<string | undefined> {
  try {
    return (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw notEnterable(data, `this user cannot read it (${(error as NodeJS.ErrnoException).code ?? 'no code'})`, error);
  }
}

async function removeDrafts(cluster: string): Promise<void> {
  for (const name of await readdir(cluster)) {
    if (!name.startsWith('data.new-')) continue;
    // An initdb that outlived its killed parent may still write there; what stays does no harm.
    await rm(join(cluster, name), { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
  }
}

function notEnterable(directory: string, why: string, cause?: unknown): Problem {
  return new Problem(
    {
      code: 'DATABASE_DIRECTORY_NOT_ENTERABLE',
      kind: 'invalid',
      says: `The database in ${directory} cannot be used: ${why}.`,
      next: `Start as the user it belongs to (ls -ld '${directory}'), or name another folder: seller-ledger --home DIRECTORY`,
    },
    { cause },
  );
}

function passwordUnreadable(path: string, why: string, cause?: unknown): Problem {
  return new Problem(
    {
      code: 'DATABASE_PASSWORD_UNREADABLE',
      kind: 'invalid',
      says: `The password of the embedded database, ${path}, cannot be read (${why}).`,
      next: `Restore the file, or start as the user it belongs to: ls -l '${path}'`,
    },
    { cause },
  );
}

function toMegabytes(bytes: number): number {
  return Math.floor(bytes / 1024 / 1024);
}
