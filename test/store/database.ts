import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { Client, Pool } from 'pg';
import { assertMove, type Books } from '../../src/app/index.ts';
import { type Clock, sha256Of, silentLog } from '../../src/core/index.ts';
import { databaseOn } from '../../src/store/database.ts';
import {
  createBooks,
  type Database,
  givenKeys,
  type OpenDatabaseOptions,
  type OpenVault,
  openDatabase,
  openDatabaseAsItIs,
  openVault,
  type ProcessTable,
  readProcessTable,
  timeOf,
  type Vault,
  VaultKey,
} from '../../src/store/index.ts';
import { readMigrations } from '../../src/store/migrate.ts';
import { compiled } from './compiled.ts';
import { QUICK_FOLDER } from './quick-folder.ts';
import { realClock } from './real-clock.ts';

/** Books on a database of their own in the shared test server. */
export interface TestBooks {
  readonly books: Books;
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly processes: ProcessTable;
  /** Disconnects and drops the database. */
  close(): Promise<void>;
}

export const isRoot = process.getuid?.() === 0;

// Below a folder that every user may enter, because as root the server runs as `nobody`. Kept between runs: the server
// stops by itself some seconds after the last test.
const TEST_HOME = `${QUICK_FOLDER}/seller-ledger-test-${process.getuid?.() ?? 0}`;

/** At most so many databases wait to be dropped. */
const DROPS_WAITING_MAX = 4;

let opened = 0;
let prepared: Promise<Template> | undefined;

/** A migrated database to copy, because migrating each test's own takes longer than most tests. */
interface Template {
  readonly name: string;
  /** Stays connected while the process lives, so that the server does. */
  readonly keeper: Database;
  /** Makes and drops databases over one connection. */
  readonly admin: Client;
}

export async function testOptions(): Promise<OpenDatabaseOptions> {
  return {
    home: TEST_HOME,
    isRoot,
    serverUser: isRoot ? 'nobody' : undefined,
    systemDirectory: '/var/tmp/seller-ledger-test-system',
    processes: await readProcessTable({ pid: process.pid, hostName: hostname() }),
    supervisorCommand: [process.execPath, compiled('src/entrypoints/postgres-supervisor.ts')],
    clock: realClock,
    log: silentLog,
  };
}

/** A fresh, migrated database in the shared test server, dropped after `close`. */
export async function openTestDatabase(): Promise<Database> {
  opened += 1;
  const number = opened;
  // Also other than the one that a former copy of this module made in this process, whose drop may still be on its way.
  const databaseName = `test_${process.pid}_${number}_${randomBytes(4).toString('hex')}`;
  prepared ??= testOptions().then(prepare);
  const { name, keeper, admin } = await prepared;
  // The other strategy would write all pages to the server's log too.
  await admin.query(`create database ${databaseName} template ${name} strategy file_copy`);
  const { password } = keeper.pool.options;
  const pool = new Pool({ ...keeper.pool.options, password, database: databaseName });
  listenTo(pool);
  return databaseOn(pool, `test database ${databaseName}`, async () => {
    await pool.end();
    // No test has to wait for a drop. What the process does not live to drop, a later one does.
    const dropped = admin.query(`drop database if exists ${databaseName} with (force)`).catch(() => {});
    if (number % DROPS_WAITING_MAX === 0) await dropped;
  });
}

/** `end` of a pool does not wait for its clients, so those on their way out may still be told that their database is dropped. */
export function listenTo(pool: Pool): Pool {
  pool.on('error', () => {});
  return pool.on('connect', (client) => client.on('error', () => {}));
}

async function prepare(options: OpenDatabaseOptions): Promise<Template> {
  const migrations = await readMigrations();
  // One for each schema, because the work trees of several branches may share the server.
  const name = `migrated_${sha256Of(migrations.map(({ sha256 }) => sha256).join()).slice(0, 16)}`;
  const keeper = await openDatabaseAsItIs({ ...options, databaseName: 'keeper' });
  const { host, port, user, password } = keeper.pool.options;
  const login = { host, port, user, password: String(password), database: 'postgres' };
  // Its name tells other processes which template is in use.
  const admin = new Client({ ...login, application_name: name });
  admin.on('error', () => {});
  await admin.connect();
  // Several test files begin at once; one of them makes the template, and then nobody connects to it any more.
  await admin.query('select pg_advisory_lock(1)');
  await dropDatabasesOfDeadRuns(admin, options.processes);
  const { rows } = await admin.query('select from pg_database where datname = $1 and not datallowconn', [name]);
  if (rows.length === 0) {
    await dropUnusedTemplates(admin);
    await admin.query(`drop database if exists ${name} with (force)`);
    await (await openDatabase({ ...options, databaseName: name })).close();
    await admin.query(`alter database ${name} with allow_connections false`);
  }
  await admin.query('select pg_advisory_unlock(1)');
  return { name, keeper, admin };
}

/** Books of their own for one test file. Give a clock to decide the times of events and records. */
export async function openTestBooks(options: { clock?: Clock } = {}): Promise<TestBooks> {
  const clock = options.clock ?? realClock;
  const database = await openTestDatabase();
  const { processes } = await testOptions();
  const { vault } = await openTestVault(database);
  const books = createBooks({
    database,
    vault,
    assertMove,
    processes,
    ...(options.clock && { readTime: timeOf(options.clock) }),
  });
  return { books, database, vault, clock, processes, close: () => database.close() };
}

/** The vault key of {@link openTestBooks}, as the program takes it from its environment. */
export const TEST_KEY = Buffer.alloc(32, 7).toString('base64');

/** The vault of a test database with a key of 32 equal bytes, by default that of {@link openTestBooks}. */
export function openTestVault(database: Database, byte = 7): Promise<OpenVault> {
  return openVault({ database, sources: [givenKeys([new VaultKey(Buffer.alloc(32, byte))])] });
}

/** The address of a test database, as a user would give it. */
export function urlOf({ pool }: Database): string {
  const { host = '', port: serverPort, user = '', password, database: name = '' } = pool.options;
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(String(password))}`;
  return `postgres://${login}@/${name}?host=${encodeURIComponent(host)}&port=${serverPort}`;
}

/** Runs `work` on a connection of its own to the server's maintenance database. */
export async function onServer<Result>(database: Database, work: (client: Client) => Promise<Result>): Promise<Result> {
  const { host, port, user, password } = database.pool.options;
  const client = new Client({ host, port, user, password: String(password), database: 'postgres' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function dropDatabasesOfDeadRuns(admin: Client, processes: ProcessTable): Promise<void> {
  const { rows } = await admin.query<{ name: string }>(
    "select datname as name from pg_database where datname ~ '^test_[0-9]+_'",
  );
  for (const { name } of rows) {
    const pid = Number(name.split('_')[1]);
    const state = await processes.stateOf({ host: processes.self.host, pid, startedAt: null });
    if (state === 'dead') await admin.query(`drop database if exists ${name} with (force)`);
  }
}

/** Those of schemas that no running test has: each takes ten megabytes of memory. */
async function dropUnusedTemplates(admin: Client): Promise<void> {
  const { rows } = await admin.query<{ name: string }>(`
    select datname as name from pg_database
    where datname like 'migrated_%' and datname not in (select application_name from pg_stat_activity)`);
  for (const { name } of rows) await admin.query(`drop database ${name} with (force)`);
}
