import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/store/index.ts';
import { isRoot } from './database.ts';
import {
  type Child,
  launchChild,
  newHome,
  postmastersOf,
  serverOptions,
  startChild,
  supervisorsOf,
  taskOf,
  waitFor,
} from './processes.ts';
import { problemCode } from './samples.ts';

// Each test leaves the server of this home stopped, so that the next one begins with data and without a server.
const home = newHome();
const options = await serverOptions(home);
const cluster = join(home, 'postgres');
const opened: Database[] = [];
const children: Child[] = [];

async function open(): Promise<Database> {
  const database = await openDatabase(options);
  opened.push(database);
  return database;
}

async function child(then: 'hold' | 'leave' = 'hold'): Promise<Child> {
  const started = await startChild(taskOf(options, then));
  children.push(started);
  return started;
}

async function isAlone(): Promise<boolean> {
  return postmastersOf(home).length === 0 && supervisorsOf(home).length === 0;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
  await Promise.all(children.splice(0).map((started) => started.kill()));
  await waitFor('the server and its supervisor to end', isAlone);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const one = async (database: Database) => (await database.pool.query('select 1 as one')).rows;

it('four processes starting at once on nothing share one server, one supervisor and one schema', async () => {
  const started = await Promise.all([1, 2, 3, 4].map(() => child()));
  expect(started.map(({ answer }) => answer.done)).toEqual(['hold', 'hold', 'hold', 'hold']);
  expect(postmastersOf(home)).toHaveLength(1);
  expect(supervisorsOf(home)).toHaveLength(1);
  const database = await open();
  const { rows } = await database.pool.query('select number from schema_migration order by number');
  expect(rows).toEqual(readdirSync('src/store/migrations').map((_, index) => ({ number: index + 1 })));
});

it('the server outlives killed clients by the idle time only, and nothing is left running', async () => {
  const [first, second] = await Promise.all([child(), child()]);
  await Promise.all([first.kill(), second.kill()]);
  // control: at this moment the server still runs.
  expect(postmastersOf(home)).toHaveLength(1);
  await waitFor('the server and its supervisor to end', isAlone);
  expect(existsSync(join(cluster, 'data', 'postmaster.pid'))).toBe(false);
});

it('the server stays as long as one client is connected, however idle', async () => {
  const database = await open();
  const [before] = postmastersOf(home);
  const short = await child('leave');
  expect(short.answer.done).toBe('leave');
  // Three times the idle time by the server's own clock, while our pool does nothing.
  await database.pool.query('select pg_sleep(3)');
  expect(postmastersOf(home)).toEqual([before]);
  expect(await one(database)).toEqual([{ one: 1 }]);
});

it('what was committed is there after the server was killed', async () => {
  const database = await open();
  await database.pool.query('create table if not exists kept (n int)');
  await database.pool.query('insert into kept values (1), (2)');
  process.kill(postmastersOf(home)[0]!.pid, 'SIGKILL');
  const again = await open();
  expect((await again.pool.query('select count(*)::int as n from kept')).rows).toEqual([{ n: 2 }]);
});

it('a process that was connected when the server was killed finds it again by itself', async () => {
  const database = await open();
  const [before] = postmastersOf(home);
  process.kill(before!.pid, 'SIGKILL');
  await waitFor('another server', async () => postmastersOf(home).some(({ pid }) => pid !== before?.pid));
  await waitFor('the database to answer again', () => one(database).catch(() => undefined));
  expect(postmastersOf(home)).toHaveLength(1);
  await waitFor('a supervisor', async () => supervisorsOf(home).length === 1);
});

it('a server whose supervisor was killed is adopted, not restarted, and gets a new supervisor', async () => {
  const holder = await child();
  const [server] = postmastersOf(home);
  const [supervisor] = supervisorsOf(home);
  process.kill(supervisor!.pid, 'SIGKILL');
  await holder.kill();
  await waitFor('the supervisor to be gone', async () => supervisorsOf(home).length === 0);
  expect(postmastersOf(home)).toEqual([server]);
  await open();
  expect(postmastersOf(home)).toEqual([server]);
  expect(supervisorsOf(home)).toHaveLength(1);
  expect(supervisorsOf(home)[0]?.pid).not.toBe(supervisor?.pid);
});

it('after everything was killed at once the next start works', async () => {
  const holder = await child();
  for (const { pid } of [...supervisorsOf(home), ...postmastersOf(home)]) process.kill(pid, 'SIGKILL');
  await holder.kill();
  expect(await one(await open())).toEqual([{ one: 1 }]);
});

it('many processes that find a killed server start it once', async () => {
  const holder = await child();
  for (const { pid } of [...supervisorsOf(home), ...postmastersOf(home)]) process.kill(pid, 'SIGKILL');
  await holder.kill();
  const started = await Promise.all([1, 2, 3, 4].map(() => child()));
  expect(started.map(({ answer }) => answer.done)).toEqual(['hold', 'hold', 'hold', 'hold']);
  expect(postmastersOf(home)).toHaveLength(1);
});

it('a process that opens while the server stops for want of clients gets a server', async () => {
  for (let round = 0; round < 3; round += 1) {
    const holder = await child();
    await holder.kill();
    await waitFor('the stop to begin', async () => {
      const status = readStatus();
      return status === undefined || status === 'stopping';
    });
    expect(await one(await open())).toEqual([{ one: 1 }]);
    await Promise.all(opened.splice(0).map((database) => database.close()));
  }
});

it('two databases of one home live in one server', async () => {
  const books = await open();
  const demo = await openDatabase({ ...options, databaseName: 'demo' });
  opened.push(demo);
  expect(postmastersOf(home)).toHaveLength(1);
  await demo.pool.query('create table only_here (n int)');
  await expect(books.pool.query('select * from only_here')).rejects.toThrow('does not exist');
});

it('a pid file whose pid belongs to another program by now does not stop the start', async () => {
  const holder = await child();
  const path = join(cluster, 'data', 'postmaster.pid');
  const text = readFileSync(path, 'utf8');
  for (const { pid } of [...supervisorsOf(home), ...postmastersOf(home)]) process.kill(pid, 'SIGKILL');
  await holder.kill();
  const stranger = spawn('sleep', ['60'], isRoot ? { uid: 65534, gid: 65534, cwd: '/' } : { cwd: '/' });
  try {
    await waitFor('the stranger', async () => stranger.pid !== undefined);
    writeFileSync(path, text.replace(/^\d+/, String(stranger.pid)));
    expect(await one(await open())).toEqual([{ one: 1 }]);
    expect(stranger.exitCode).toBeNull();
  } finally {
    stranger.kill();
  }
});

it('data of another major version is refused and left alone', async () => {
  const path = join(cluster, 'data', 'PG_VERSION');
  const version = readFileSync(path, 'utf8');
  writeFileSync(path, '17\n');
  try {
    expect(await problemCode(open())).toBe('DATABASE_OTHER_MAJOR');
    expect(readFileSync(path, 'utf8')).toBe('17\n');
  } finally {
    writeFileSync(path, version);
  }
});

it('a missing password file is named, and no server is started that nobody could ask', async () => {
  const path = join(cluster, 'password');
  const password = readFileSync(path, 'utf8');
  rmSync(path);
  try {
    expect(await problemCode(open())).toBe('DATABASE_PASSWORD_UNREADABLE');
    expect(postmastersOf(home)).toEqual([]);
  } finally {
    writeFileSync(path, password, { mode: 0o600 });
  }
});

it('a server that cannot start is reported in its own words, without waiting in vain', async () => {
  const path = join(cluster, 'data', 'postgresql.conf');
  const settings = readFileSync(path, 'utf8');
  writeFileSync(path, `${settings}\nno_such_setting = 1\n`);
  try {
    await expect(open()).rejects.toMatchObject({
      code: 'DATABASE_START_FAILED',
      data: expect.stringContaining('no_such_setting'),
    });
  } finally {
    writeFileSync(path, settings);
  }
});

it('without a supervisor no server is started', async () => {
  const broken = { ...options, supervisorCommand: [process.execPath, join(home, 'missing.js')] };
  expect(await problemCode(openDatabase(broken))).toBe('DATABASE_SUPERVISOR_FAILED');
  expect(postmastersOf(home)).toEqual([]);
});

it('a first start that is killed at any step does not hinder the next', async () => {
  const fresh = newHome();
  const freshOptions = await serverOptions(fresh);
  const directory = join(fresh, 'postgres');
  const steps: [name: string, isReached: () => boolean][] = [
    ['the place is chosen', () => existsSync(join(fresh, 'database.json'))],
    ['the lock is taken', () => names(directory).some((name) => name.startsWith('gate.'))],
    ['the data is being made', () => names(directory).some((name) => /^data\.new-\w+$/.test(name))],
    ['the data is half made', () => names(directory).some((name) => existsSync(join(directory, name, 'PG_VERSION')))],
    ['the data is there', () => existsSync(join(directory, 'data'))],
    ['the server starts', () => existsSync(join(directory, 'data', 'postmaster.pid'))],
  ];
  for (const [name, isReached] of steps) {
    const { process: starting } = launchChild(taskOf(freshOptions, 'hold'));
    await waitFor(name, async () => isReached());
    starting.kill('SIGKILL');
  }
  const database = await openDatabase(freshOptions);
  expect(await one(database)).toEqual([{ one: 1 }]);
  await database.close();
  await waitFor('the end', async () => postmastersOf(fresh).length === 0 && supervisorsOf(fresh).length === 0);
  rmSync(fresh, { recursive: true, force: true });
});

function names(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}

function readStatus(): string | undefined {
  try {
    return readFileSync(join(cluster, 'data', 'postmaster.pid'), 'utf8')
      .split('\n')[7]
      ?.trim();
  } catch {
    return undefined;
  }
}
