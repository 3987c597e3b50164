import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { isProblem, Problem } from '../../core/index.ts';
import { makePassable } from './os-user.ts';

/** Where the server of a home lives. */
export interface ClusterPlace {
  /** Holds `data`, `run` (the socket), `password`, the logs and the locks. */
  readonly directory: string;
}

/** `<home>/database.json`: written once, so that a database is never looked for in another place than it is. */
interface HomeRecord {
  readonly version: 1;
  /** Travels with the home when it is moved. */
  readonly id: string;
  /** Absolute, or relative to the home. */
  readonly directory: string;
}

const RECORD_NAME = 'database.json';
const IN_HOME = 'postgres';
/** Told as what it is by who asks for the place. */
const NO_SPACE: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);

/**
 * Finds the server's folder, or chooses it once: inside the home, or below `systemDirectory` when the server runs as
 * another user who cannot enter the home. Raises `DATABASE_DIRECTORY_MISSING`, `DATABASE_TWO_HOMES` (conflict) and
 * `HOME_UNUSABLE` (invalid).
 */
export async function locateCluster(input: {
  home: string;
  systemDirectory: string;
  /** `null` when the server runs as the user we are. */
  canServerEnter: ((directory: string) => Promise<boolean>) | null;
}): Promise<ClusterPlace> {
  const home = await makeHome(input.home, input.canServerEnter !== null);
  const record = (await readRecord(home)) ?? (await chooseOnce(home, input).catch(homeUnusable(input.home)));
  const directory = resolve(home, record.directory);
  if (!(await exists(directory))) {
    throw new Problem({
      code: 'DATABASE_DIRECTORY_MISSING',
      kind: 'conflict',
      says: `${join(home, RECORD_NAME)} says that the database is in ${directory}, but that folder is gone.`,
      next: `Restore ${directory} from a backup. Only to begin with empty books: rm '${join(home, RECORD_NAME)}'`,
    });
  }
  if (isAbsolute(record.directory)) await assertOneHome(home, directory, record.id);
  return { directory };
}

/** The server's folder of a home that has one already. Makes nothing; `undefined` where there is none, or where it cannot be read. */
export async function findCluster(home: string): Promise<string | undefined> {
  const record = await readRecord(resolve(home)).catch(() => undefined);
  return record && resolve(home, record.directory);
}

async function makeHome(home: string, isPassable: boolean): Promise<string> {
  try {
    await makeFolder(resolve(home), isPassable);
    return await realpath(home);
  } catch (error) {
    return homeUnusable(home)(error);
  }
}

/** Ours alone, or open to the server's user on its way to its own folders. */
async function makeFolder(directory: string, isPassable: boolean): Promise<void> {
  if (isPassable) await makePassable(directory);
  else await mkdir(directory, { recursive: true, mode: 0o700 });
}

/** An error of the file system as a problem; a problem stays what it is. */
function homeUnusable(home: string): (error: unknown) => never {
  return (error) => {
    if (isProblem(error) || NO_SPACE.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    throw new Problem(
      {
        code: 'HOME_UNUSABLE',
        kind: 'invalid',
        says: `The folder ${home} cannot be made or entered (${(error as NodeJS.ErrnoException).code ?? 'no code'}).`,
        next: 'Name a folder that this user may write: seller-ledger --home DIRECTORY',
      },
      { cause: error },
    );
  };
}

async function chooseOnce(home: string, input: Parameters<typeof locateCluster>[0]): Promise<HomeRecord> {
  const id = randomUUID();
  const inHome = input.canServerEnter === null || (await input.canServerEnter(home));
  const chosen = inHome ? IN_HOME : join(input.systemDirectory, id);
  await makeFolder(resolve(home, chosen), input.canServerEnter !== null);
  const draft = join(home, `${RECORD_NAME}.${randomBytes(6).toString('hex')}`);
  const record: HomeRecord = { version: 1, id, directory: chosen };
  try {
    await writeFile(draft, `${JSON.stringify(record, null, 2)}\n`, { flag: 'wx', flush: true });
    await link(draft, join(home, RECORD_NAME));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    // Another process chose first; an unused folder of ours outside the home would only puzzle people.
    if (!inHome) await rm(resolve(home, chosen), { recursive: true, force: true });
  } finally {
    await rm(draft, { force: true });
  }
  return (await readRecord(home)) ?? record;
}

async function readRecord(home: string): Promise<HomeRecord | undefined> {
  const path = join(home, RECORD_NAME);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unreadable(path, error);
  }
  try {
    const record = JSON.parse(text) as Partial<HomeRecord>;
    if (record.version === 1 && typeof record.id === 'string' && typeof record.directory === 'string') {
      return { version: 1, id: record.id, directory: record.directory };
    }
  } catch (error) {
    throw unreadable(path, error);
  }
  throw unreadable(path, undefined);
}

/** A copied home claims the database of the original. Two sets of keys and settings on one set of books is a mistake. */
async function assertOneHome(home: string, directory: string, id: string): Promise<void> {
  const path = join(directory, 'home');
  const owner = (await readFile(path, 'utf8').catch(() => '')).trim();
  if (owner === home) return;
  const other = owner === '' ? undefined : await readRecord(owner).catch(() => undefined);
  if (other?.id !== id) {
    await writeFile(path, `${home}\n`);
    return;
  }
  throw new Problem({
    code: 'DATABASE_TWO_HOMES',
    kind: 'conflict',
    says: `The database in ${directory} belongs to the home ${owner}; ${home} is a copy of that home.`,
    next: `Use one of the two: seller-ledger --home '${owner}'. To give the copy its own empty books: rm '${join(home, RECORD_NAME)}'`,
  });
}

function unreadable(path: string, cause: unknown): Problem {
  return new Problem(
    {
      code: 'HOME_UNUSABLE',
      kind: 'invalid',
      says: `${path}, which says where the database is, cannot be read.`,
      next: `Restore it from a backup, or let this user read it: ls -l '${path}'`,
    },
    { cause },
  );
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
