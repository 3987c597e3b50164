/** What an upgrade asks of the database, and where its address comes from. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateToCurrent } from '../../src/store/migrate.ts';
import { urlOf } from '../store/database.ts';
import { type CommandLine, openCommandLine } from './command-kit.ts';
import { runInProcess } from './in-process.ts';

let cli: CommandLine;
let folder: string;
beforeAll(async () => {
  cli = await openCommandLine();
  folder = mkdtempSync('/var/tmp/seller-ledger-database-');
});
afterAll(async () => {
  await cli.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The newest migration as if it had not been applied; gives it back by its statement, which is not repeatable. */
async function asBefore(work: (name: string) => Promise<void>): Promise<void> {
  const { pool } = cli.database;
  const { rows } = await pool.query(
    'delete from schema_migration where number = (select max(number) from schema_migration) returning *',
  );
  const { number, name, sha256, applied_at } = rows[0];
  try {
    await work(name);
  } finally {
    await pool.query('insert into schema_migration values ($1, $2, $3, $4) on conflict do nothing', [
      number,
      name,
      sha256,
      applied_at,
    ]);
  }
}

describe('the schema', () => {
  it('that is the one of the program is said to be so, and migrating it again changes nothing', async () => {
    const before = await cli.database.pool.query('select * from schema_migration order by number');
    const status = await cli.run('database', 'status');
    expect(status).toMatchObject({ exitCode: 0 });
    expect(status.out).toContain(`has schema ${before.rows.length}, which is that of this program`);
    expect(await cli.json('database', 'migrate')).toMatchObject({ schema: before.rows.length, applied: [] });
    expect((await cli.database.pool.query('select * from schema_migration order by number')).rows).toEqual(before.rows);
  });

  it('that is older is told with what is pending, by exit code too, and is not touched by looking', async () => {
    await asBefore(async (name) => {
      const status = await cli.run('database', 'status');
      expect(status.exitCode).toBe(7);
      expect(status.out).toContain(`pending ${name}`);
      expect(status.out).toContain('seller-ledger database migrate');
      expect(await cli.json('database', 'status')).toMatchObject({ pending: [name] });
    });
    expect((await cli.run('database', 'status')).exitCode).toBe(0);
  });

  it('of an empty database is brought up to the program without a vault key, once, also by two at once', async () => {
    const { pool } = cli.database;
    const name = `${pool.options.database}_fresh`;
    await pool.query(`create database ${name}`);
    try {
      const url = urlOf(cli.database).replace(String(pool.options.database), name);
      const where = ['--database-url', url, '--home', join(folder, 'nobody')];
      const json = async (command: string) =>
        JSON.parse((await runInProcess([...where, 'database', command, '--json'], { SELLER_LEDGER_KEY: 'none' })).out);
      const { applied, pending } = await json('status');
      expect(applied).toBe(0);
      expect(await json('migrate')).toMatchObject({ schema: pending.length, applied: pending });
      expect(await json('status')).toMatchObject({ applied: pending.length, pending: [] });
      const states = await Promise.all([migrateToCurrent(cli.database), migrateToCurrent(cli.database)]);
      expect(states.map((state) => state.pending)).toEqual([[], []]);
    } finally {
      await pool.query(`drop database ${name} with (force)`);
    }
  });

  it('control: that of a newer program is refused by both', async () => {
    const { pool } = cli.database;
    await pool.query("insert into schema_migration (number, name, sha256) values (9999, '9999-later.sql', 'x')");
    const endings = [await cli.run('database', 'status'), await cli.run('database', 'migrate')];
    await pool.query('delete from schema_migration where number = 9999');
    for (const ending of endings) {
      expect(ending.exitCode).toBe(7);
      expect(ending.err).toContain('DATABASE_NEWER');
    }
  });
});

describe('the address of the database', () => {
  const fileWith = (text: string): string => {
    const path = join(folder, 'url');
    writeFileSync(path, text);
    return path;
  };

  it('may stand in a file, such as a mounted secret', async () => {
    const file = fileWith(`${urlOf(cli.database)}\n`);
    const ending = await runInProcess(['database', 'status'], { DATABASE_URL_FILE: file });
    expect(ending).toMatchObject({ exitCode: 0 });
    expect(ending.out).toContain(String(cli.database.pool.options.database));
  });

  it('control: an address that is given goes before the file', async () => {
    const environment = { DATABASE_URL_FILE: join(folder, 'nothing') };
    const ending = await runInProcess(['--database-url', urlOf(cli.database), 'database', 'status'], environment);
    expect(ending).toMatchObject({ exitCode: 0 });
  });

  it.each([
    ['a missing file', () => join(folder, 'nothing'), 'ENOENT'],
    ['an empty file', () => fileWith('\n'), 'not one line'],
    ['a file of many lines', () => fileWith('postgres://u:s3cret@h/x\nmore'), 'not one line'],
  ])('DATABASE_URL_FILE_UNREADABLE: %s is refused, and its content is not shown', async (_what, file, says) => {
    const ending = await runInProcess(['database', 'status'], { DATABASE_URL_FILE: file() });
    expect(ending.exitCode).toBe(2);
    expect(ending.err).toContain('DATABASE_URL_FILE_UNREADABLE');
    expect(ending.err).toContain(says);
    expect(ending.out + ending.err).not.toContain('s3cret');
  });
});
