import { randomBytes } from 'node:crypto';
import { Pool, type PoolClient, type PoolConfig } from 'pg';
import { Problem, type ProgressShare } from '../../core/index.ts';
import { type Database, databaseOn } from '../database.ts';
import { databaseProblem } from '../database-problem.ts';
import { migrate, readMigrations } from '../migrate.ts';
import { runTransaction, sql } from '../sql.ts';
import type { BackupFacts } from './format.ts';
import type { BackupSource } from './read-backup.ts';
import { restoreBackup } from './restore-backup.ts';

const PREFIX = 'seller_ledger_drill_';
const POOL_SIZE_MAX = 4;

/**
 * Restores a backup into a database of its own on the server of `database`, brings it up to this program, and drops it after
 * `work`, whatever happens. Raises `DRILL_NOT_ALLOWED` (invalid) where this user may not create one.
 */
export async function withRestoredCopy<Result>(
  input: {
    readonly database: Database;
    readonly source: BackupSource;
    readonly onTable?: (name: string, share: ProgressShare) => void;
  },
  work: (copy: Database, facts: BackupFacts) => Promise<Result>,
): Promise<Result> {
  const { database, source, onTable } = input;
  const { pool, name, keeper } = await openScratch(database);
  try {
    try {
      const facts = await restoreBackup({ pool, place: name, source, ...(onTable && { onTable }) });
      const copy = databaseOn(pool, name, async () => {});
      await migrate(copy, await readMigrations());
      return await work(copy, facts);
    } finally {
      keeper.release();
    }
  } finally {
    await pool.end();
    await database.pool.query(`drop database if exists ${name} with (force)`);
  }
}

interface Scratch {
  readonly pool: Pool;
  readonly name: string;
  /** Stays connected for all of the drill, so that another drill does not take this database for a left-over. */
  readonly keeper: PoolClient;
}

/** One drill of these books at a time does this, so that none finds the new database of another before anybody is connected. */
function openScratch(database: Database): Promise<Scratch> {
  // The lock is of the database transaction; a database cannot be made inside of one, so the rest runs beside it.
  return runTransaction(database.pool, async (session) => {
    const [books] = await session.query<{ oid: string }>(sql`
      select oid::text, pg_advisory_xact_lock(hashtextextended('seller-ledger/drill', 0))
      from pg_database where datname = current_database()`);
    const prefix = `${PREFIX}${books?.oid}_`;
    await dropLeftOvers(database, prefix);
    const name = prefix + randomBytes(6).toString('hex');
    await create(database, name);
    const pool = new Pool({
      ...addressOf(database, name),
      max: POOL_SIZE_MAX,
      application_name: 'seller-ledger drill',
    });
    // A connection that breaks is noticed by the next query; without a listener it would end the process.
    pool.on('error', () => {});
    pool.on('connect', (client) => client.on('error', () => {}));
    try {
      return { pool, name, keeper: await pool.connect() };
    } catch (error) {
      await pool.end();
      await database.pool.query(`drop database if exists ${name} with (force)`);
      throw databaseProblem(error);
    }
  });
}

async function create(database: Database, name: string): Promise<void> {
  try {
    await database.pool.query(`create database ${name} template template0 encoding 'UTF8'`);
  } catch (error) {
    if ((error as { code?: unknown }).code !== '42501') throw databaseProblem(error);
    throw new Problem(
      {
        code: 'DRILL_NOT_ALLOWED',
        kind: 'invalid',
        says: `The database user may not create the database into which the drill restores (${database.place}).`,
        next: 'Let it (alter role … createdb), or run the drill on another server: seller-ledger --database-url URL backup drill FILE',
      },
      { cause: error },
    );
  }
}

/** Of drills of these books that were killed. One that runs is connected. */
async function dropLeftOvers({ pool }: Database, prefix: string): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(
    `select datname as name from pg_database d where datname ~ $1
       and pg_has_role(datdba, 'member') and not exists (select from pg_stat_activity a where a.datid = d.oid)`,
    [`^${prefix}[0-9a-f]{12}$`],
  );
  for (const { name } of rows) await pool.query(`drop database if exists ${name}`);
}

/** The address of another database on the same server. */
function addressOf({ pool }: Database, name: string): PoolConfig {
  const { host, port, user, password, ssl, connectionString } = pool.options;
  if (connectionString === undefined) return { host, port, user, password, ssl, database: name };
  return { connectionString: connectionString.replace(/^([a-z]+:\/\/[^/?]*)(?:\/[^?]*)?/, `$1/${name}`), ssl };
}
