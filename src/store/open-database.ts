import { Client, Pool, type PoolConfig } from 'pg';
import { type Clock, type Log, Problem } from '../core/index.ts';
import { type Database, databaseOn } from './database.ts';
import { databaseProblem } from './database-problem.ts';
import { joinEmbeddedServer } from './embedded/embedded-server.ts';
import { assertMigrated, type Migration, migrate, readMigrations } from './migrate.ts';
import type { ProcessTable } from './processes.ts';

export interface OpenDatabaseOptions {
  /** A PostgreSQL server of the user. Without it the embedded one is used. */
  readonly databaseUrl?: string | undefined;
  /** Folder that holds the embedded server's data, or says where it is. */
  readonly home: string;
  /** In the embedded server only: which of its databases, created when missing. Default `seller_ledger`. */
  readonly databaseName?: string | undefined;
  /** PostgreSQL does not run as root, so root starts the embedded server as another user. */
  readonly isRoot: boolean;
  /** As root: an existing user to run the embedded server as. Default: `seller-ledger`, created when missing. */
  readonly serverUser?: string | undefined;
  /** As root: where the server's data and programs go when its user cannot enter the home. Default `/var/lib/seller-ledger`. */
  readonly systemDirectory?: string | undefined;
  readonly processes: ProcessTable;
  /** Program and arguments that run `runSupervisor`; the server's folder and the idle time in ms are appended. */
  readonly supervisorCommand: readonly string[];
  /** The embedded server stops when nobody has been connected for this long. Default 10 s. */
  readonly idleStopMs?: number | undefined;
  /** Most connections of this process at once. Default 20. */
  readonly poolSizeMax?: number | undefined;
  /** `false`: a schema older than the program is left as it is, and refused with `DATABASE_OLDER` (conflict). */
  readonly mayMigrate?: boolean | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** `null`: the schema is left as it is. */
type Migrations = readonly Migration[] | null;

const DATABASE_NAME = /^[a-z_][a-z0-9_]{0,62}$/;
const POOL_SIZE_MAX = 20;
const IDLE_STOP_MS = 10_000;
const SYSTEM_DIRECTORY = '/var/lib/seller-ledger';
const CONNECT_MS_MAX = 30_000;
/** The oldest version that still gets fixes. */
const SERVER_MAJOR_MIN = 14;

/**
 * Connects to the database and brings its schema up to this program; starts the embedded server when no database is
 * configured. Any number of processes may do so at once. Raises problems named `DATABASE_…`, `HOME_UNUSABLE` and
 * `MIGRATION_CHANGED`.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  const migrations = await readMigrations();
  return options.databaseUrl === undefined || options.databaseUrl === ''
    ? openEmbedded(options, migrations)
    : openConfigured(options, options.databaseUrl, migrations);
}

/**
 * Connects like `openDatabase`, but leaves the schema as it is: for a database that is to be filled from a backup. Raises the
 * same problems.
 */
export async function openDatabaseAsItIs(options: OpenDatabaseOptions): Promise<Database> {
  return options.databaseUrl === undefined || options.databaseUrl === ''
    ? openEmbedded(options, null)
    : openConfigured(options, options.databaseUrl, null);
}

async function openEmbedded(options: OpenDatabaseOptions, migrations: Migrations): Promise<Database> {
  const databaseName = options.databaseName ?? 'seller_ledger';
  if (!DATABASE_NAME.test(databaseName)) throw nameUnusable(databaseName);
  const server = await joinEmbeddedServer({
    ...options,
    databaseName,
    systemDirectory: options.systemDirectory ?? SYSTEM_DIRECTORY,
    idleStopMs: options.idleStopMs ?? IDLE_STOP_MS,
  });
  const place = `embedded PostgreSQL in ${server.cluster}, database ${databaseName}`;
  return openPool({ ...server.address }, { options, place, migrations, leave: () => server.leave() });
}

async function openConfigured(
  options: OpenDatabaseOptions,
  databaseUrl: string,
  migrations: Migrations,
): Promise<Database> {
  const place = placeOf(databaseUrl);
  return openPool({ connectionString: databaseUrl }, { options, place, migrations, leave: async () => {} });
}

async function openPool(
  address: PoolConfig,
  input: { options: OpenDatabaseOptions; place: string; migrations: Migrations; leave: () => Promise<void> },
): Promise<Database> {
  const { options, place, leave } = input;
  const pool = new Pool({
    ...address,
    max: options.poolSizeMax ?? POOL_SIZE_MAX,
    application_name: 'seller-ledger',
    connectionTimeoutMillis: CONNECT_MS_MAX,
    keepAlive: true,
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', (error) => options.log.write('warn', 'database.connection-lost', { says: error.message }));
  const database = databaseOn(pool, place, async () => {
    await pool.end();
    await leave();
  });
  try {
    await assertServerFits(pool, place);
    if (input.migrations) {
      await (options.mayMigrate === false
        ? assertMigrated(database, input.migrations)
        : migrate(database, input.migrations));
    }
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function assertServerFits(pool: Pool, place: string): Promise<void> {
  try {
    const facts = await pool.query<{ version: number; encoding: string }>(
      "select current_setting('server_version_num')::int / 10000 as version, current_setting('server_encoding') as encoding",
    );
    const { version = 0, encoding = '' } = facts.rows[0] ?? {};
    if (version >= SERVER_MAJOR_MIN && encoding === 'UTF8') return;
    throw new Problem({
      code: 'DATABASE_UNFIT',
      kind: 'invalid',
      says: `The database at ${place} is PostgreSQL ${version} with encoding ${encoding}; at least ${SERVER_MAJOR_MIN} with UTF8 is needed.`,
      next: 'Name another database in DATABASE_URL: createdb --encoding=UTF8 --template=template0 seller_ledger',
    });
  } catch (error) {
    throw databaseProblem(error);
  }
}

/** Host, port and database of an address, without user and password. */
function placeOf(databaseUrl: string): string {
  try {
    if (!/^postgres(ql)?:\/\//.test(databaseUrl)) throw new Error('not a PostgreSQL address');
    const { host, port, database } = new Client({ connectionString: databaseUrl });
    return `${host}:${port}/${database ?? ''}`;
  } catch {
    // The cause is left out on purpose: it quotes the address, which holds the password.
    throw new Problem({
      code: 'DATABASE_URL_UNREADABLE',
      kind: 'invalid',
      says: 'DATABASE_URL is not the address of a PostgreSQL database.',
      next: 'Write it as postgres://USER:PASSWORD@HOST:5432/DATABASE, with special characters percent-encoded.',
    });
  }
}

function nameUnusable(name: string): Problem {
  return new Problem({
    code: 'DATABASE_NAME_UNUSABLE',
    kind: 'invalid',
    says: `${JSON.stringify(name)} cannot be the name of a database.`,
    next: 'Use lower-case letters, digits and underscores, for example seller_ledger_demo.',
    data: name,
  });
}
