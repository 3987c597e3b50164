import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sha256Of } from '../../src/core/index.ts';
import type { Database } from '../../src/store/index.ts';
import { openDatabase, openDatabaseAsItIs } from '../../src/store/index.ts';
import { type Migration, migrate, readMigrations } from '../../src/store/migrate.ts';
import { onServer, openTestDatabase, testOptions } from './database.ts';
import { problemCode } from './samples.ts';

let test: Database;
let name: string;
beforeAll(async () => {
  test = await openTestDatabase();
  name = String(test.pool.options.database);
});
afterAll(async () => {
  await onServer(test, async (client) => {
    const { rows } = await client.query<{ datname: string }>('select datname from pg_database where datname like $1', [
      `${name}\\_%`,
    ]);
    for (const { datname } of rows) await client.query(`drop database ${datname} with (force)`);
  });
  await test.close();
});

/** The address of a database in the test server, as a user would write it. */
function address(changes: { database?: string; password?: string; host?: string } = {}): string {
  const { host, user, password } = test.pool.options;
  const secret = encodeURIComponent(changes.password ?? String(password));
  const socket = encodeURIComponent(changes.host ?? String(host));
  return `postgres://${user}:${secret}@/${changes.database ?? name}?host=${socket}`;
}

async function openAt(databaseUrl: string): Promise<Database> {
  return openDatabase({ ...(await testOptions()), databaseUrl });
}

async function createDatabase(suffix: string, options = ''): Promise<string> {
  const database = `${name}_${suffix}`;
  await onServer(test, (client) => client.query(`create database ${database} ${options}`));
  return database;
}

it('a configured server is used, brought up to date, and named without its password', async () => {
  const database = await openAt(address({ database: await createDatabase('own') }));
  const { rows } = await database.pool.query('select count(*)::int as n from schema_migration');
  expect(rows).toEqual([{ n: (await readMigrations()).length }]);
  expect(database.place).toContain(`${name}_own`);
  expect(database.place).not.toContain(String(test.pool.options.password));
  await database.close();
  await database.close();
});

it.each([
  ['a wrong password', () => address({ password: 'wrong-secret' }), 'DATABASE_LOGIN_REFUSED'],
  ['a database that is not there', () => address({ database: 'nowhere' }), 'DATABASE_MISSING'],
  ['a server that is not there', () => address({ host: '/var/tmp/no-such-socket' }), 'DATABASE_UNAVAILABLE'],
  ['a port where nobody listens', () => 'postgres://u:wrong-secret@127.0.0.1:1/x', 'DATABASE_UNAVAILABLE'],
  ['a text that is no address', () => 'mysql://u:wrong-secret@h/x', 'DATABASE_URL_UNREADABLE'],
  ['a text that cannot be parsed', () => 'postgres://u:wrong-secret@[/x', 'DATABASE_URL_UNREADABLE'],
])('%s is told by its code and never by its password', async (_what, url, code) => {
  const refusal = openAt(url());
  await expect(refusal).rejects.toMatchObject({ code });
  const shown = await refusal.catch((error: Error) => `${error.stack} ${JSON.stringify(error)}`);
  expect(shown).not.toContain('wrong-secret');
});

it('a database that cannot hold every character is refused', async () => {
  const options = "encoding 'SQL_ASCII' locale 'C' locale_provider 'libc' template template0";
  expect(await problemCode(openAt(address({ database: await createDatabase('ascii', options) })))).toBe(
    'DATABASE_UNFIT',
  );
});

it('a query on a server that went away is `unavailable`, not a defect', async () => {
  const database = await openAt(address({ database: await createDatabase('gone') }));
  await onServer(test, (client) => client.query(`drop database ${name}_gone with (force)`));
  // First the pool's broken connection, then the attempt to make a new one.
  const codes = [await problemCode(query(database)), await problemCode(query(database))];
  expect(codes.every((code) => code === 'DATABASE_UNAVAILABLE' || code === 'DATABASE_MISSING')).toBe(true);
  await database.close();
});

const query = (database: Database) => database.query({ strings: ['select 1'], values: [] });

function migration(number: number, text: string): Migration {
  return { number, name: `${number}.sql`, text, sha256: sha256Of(text) };
}

it('many that migrate the same empty database at once apply each migration once', async () => {
  const url = address({ database: await createDatabase('race') });
  const databases = await Promise.all([1, 2, 3, 4].map(() => openAt(url)));
  const { rows } = await databases[0]!.pool.query('select count(*)::int as n from schema_migration');
  expect(rows).toEqual([{ n: (await readMigrations()).length }]);
  await Promise.all(databases.map((database) => database.close()));
});

it('a migration that fails is undone as a whole, and the ones before it stay', async () => {
  const database = await openTestDatabase();
  const known = await readMigrations();
  const next = known.length + 1;
  const good = migration(next, 'create table first_step (n int)');
  const bad = migration(next + 1, 'create table second_step (n int); select 1 / 0');
  await expect(migrate(database, [...known, good, bad])).rejects.toThrow('division by zero');
  expect(await tablesLike(database, '%_step')).toEqual(['first_step']);
  const mended = migration(next + 1, 'create table second_step (n int)');
  await migrate(database, [...known, good, mended]);
  expect(await tablesLike(database, '%_step')).toEqual(['first_step', 'second_step']);
  await database.close();
});

it('an accrual that waits while its database is brought up to date is owed since the last day on which it was due', async () => {
  const all = await readMigrations();
  const databaseUrl = address({ database: await createDatabase('waits') });
  const database = await openDatabaseAsItIs({ ...(await testOptions()), databaseUrl });
  await migrate(
    database,
    all.slice(
      0,
      all.findIndex(({ name }) => name === '0045-owed-turns.sql'),
    ),
  );
  const onFifth = { daysOfMonth: [5] };
  const rows: readonly [what: string, days: object, servedAt: string, owed: string | null][] = [
    ['in the same month', onFifth, '2027-02-10T04:00:00Z', '2027-02-05'],
    ['before the next day has come', onFifth, '2027-03-02T04:00:00Z', '2027-02-05'],
    ['by the clocks of its zone', onFifth, '2027-03-04T23:30:00Z', '2027-03-05'],
    ['of a short month', { daysOfMonth: [31] }, '2027-03-02T04:00:00Z', '2027-02-28'],
    ['by workdays', { workday: 3 }, '2027-03-02T04:00:00Z', '2027-02-03'],
    ['by workdays, on the next one', { workday: 3 }, '2027-03-03T04:00:00Z', '2027-03-03'],
    ['control: it does not wait', onFifth, '2027-02-10T04:00:00Z', null],
  ];
  const client = await database.pool.connect();
  // The connections themselves say nothing here.
  await client.query('set session_replication_role = replica');
  for (const [what, days, servedAt, owed] of rows) {
    const plan = { rule: { kind: 'at', times: [300], days }, calendar: { timeZone: 'Europe/Berlin', quietHours: [] } };
    await client.query(
      `insert into schedule (key, connection_id, work, is_on, plan, cadence_s, marker, planned_at, next_due_at, served_at, problem)
       select id || ':accrual', id, 'accrual', true, $2, 1, $1, now(), now(), $3, $4 from gen_random_uuid() as id`,
      [what, plan, servedAt, owed && '{}'],
    );
  }
  client.release(true);
  await migrate(database, all);
  const found = await database.pool.query<{ marker: string; day: string | null }>(
    `select marker, (owed_since at time zone 'Europe/Berlin')::text as day from schedule`,
  );
  expect(Object.fromEntries(found.rows.map(({ marker, day }) => [marker, day]))).toEqual(
    Object.fromEntries(rows.map(([what, , , owed]) => [what, owed && `${owed} 00:00:00`])),
  );
  await database.close();
});

it('an applied migration that was changed is refused and named', async () => {
  const known = await readMigrations();
  const changed = known.map((one, index) => (index === 1 ? migration(2, `${one.text} -- changed`) : one));
  await expect(migrate(test, changed)).rejects.toMatchObject({
    code: 'MIGRATION_CHANGED',
    says: expect.stringContaining('Migration 2'),
  });
});

it('a schema newer than the program is refused', async () => {
  const known = await readMigrations();
  await expect(migrate(test, known.slice(0, -1))).rejects.toMatchObject({ code: 'DATABASE_NEWER' });
  // control: the program's own migrations are accepted.
  await migrate(test, known);
});

it('a table of the same name in another schema is not taken for ours, and is left alone', async () => {
  const database = await createDatabase('shared');
  const databaseUrl = address({ database });
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('create schema other');
  await client.query("create table other.schema_migration as select 'their own' as version");
  await client.end();
  const opened = await openAt(databaseUrl);
  const { rows } = await opened.pool.query('select version from other.schema_migration');
  expect(rows).toEqual([{ version: 'their own' }]);
  expect((await opened.pool.query('select from public.schema_migration')).rowCount).toBe(
    (await readMigrations()).length,
  );
  await opened.close();
});

async function tablesLike(database: Database, pattern: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ tablename: string }>(
    'select tablename from pg_tables where tablename like $1 order by 1',
    [pattern],
  );
  return rows.map((row) => row.tablename);
}
