import { Pool } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isProblem } from '../../src/core/index.ts';
import { databaseOn } from '../../src/store/database.ts';
import { sessionOn, sql } from '../../src/store/sql.ts';
import { listenTo, openTestBooks, type TestBooks } from './database.ts';

let test: TestBooks;
beforeAll(async () => {
  test = await openTestBooks();
});
afterAll(() => test.close());

it('DATABASE_CROSSED: of two that wait for each other one is undone with a problem that says so, and the other goes on', async () => {
  await test.database.pool.query('create table crossed (name text primary key, writer text)');
  await test.database.pool.query("insert into crossed values ('a', ''), ('b', '')");
  let holding = 0;
  const bothHold: (() => void)[] = [];
  const write = (me: string, first: string, second: string) =>
    test.database.transaction(async (session) => {
      await session.query(sql`update crossed set writer = ${me} where name = ${first}`);
      holding += 1;
      if (holding === 2) for (const goOn of bothHold) goOn();
      else await new Promise<void>((resolve) => bothHold.push(resolve));
      await session.query(sql`update crossed set writer = ${me} where name = ${second}`);
    });
  const outcomes = await Promise.allSettled([write('0', 'a', 'b'), write('1', 'b', 'a')]);
  const [undone] = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  expect(isProblem(undone) && undone.toJSON()).toMatchObject({ code: 'DATABASE_CROSSED', kind: 'unavailable' });
  const { rows } = await test.database.pool.query('select distinct writer from crossed');
  expect(rows).toEqual([{ writer: outcomes[0].status === 'fulfilled' ? '0' : '1' }]);
});

it('DATABASE_CROSSED: a database transaction that another one overtook is undone, too', async () => {
  await test.database.pool.query("create table overtaken as select 'a' as name, 0 as number");
  const client = await test.database.pool.connect();
  try {
    await client.query('begin isolation level repeatable read');
    await client.query('select * from overtaken');
    await test.database.pool.query('update overtaken set number = 1');
    await expect(sessionOn(client).query(sql`update overtaken set number = 2`)).rejects.toMatchObject({
      code: 'DATABASE_CROSSED',
      kind: 'unavailable',
    });
  } finally {
    await client.query('rollback');
    client.release();
  }
});

it('DATABASE_STATEMENT_CUT: what waits for a lock is cut off for whoever stops, after his patience and as a whole', async () => {
  await test.database.pool.query("create table locked as select 'a' as name");
  const holder = await test.database.pool.connect();
  await holder.query('begin; lock table locked in access exclusive mode');
  const waiting = test.database.transaction(async (session) => {
    await session.query(sql`create table half_done (name text)`);
    await session.query(sql`select * from locked`);
  });
  await expect(test.database.cutFor(waiting, 100)).rejects.toMatchObject({
    code: 'DATABASE_STATEMENT_CUT',
    kind: 'unavailable',
  });
  const { rows } = await holder.query("select to_regclass('half_done') as made");
  expect(rows).toEqual([{ made: null }]);

  // control: who is done in time is not cut.
  const patient = test.database.query(sql`select * from locked`);
  const isCut = test.database.cutFor(patient, 60_000);
  await holder.query('rollback');
  holder.release();
  expect(await isCut).toBe(false);
  expect(await patient).toEqual([{ name: 'a' }]);
});

it('a database is closed although somebody holds what a statement of its own waits for', async () => {
  await test.database.pool.query('create table held (name text)');
  const holder = await test.database.pool.connect();
  try {
    await holder.query('begin; lock table held in access exclusive mode');
    const pool = listenTo(new Pool({ ...test.database.pool.options, password: test.database.pool.options.password }));
    const closed = databaseOn(pool, 'the same', () => pool.end());
    const waiting = closed.query(sql`select * from held`).catch((error: unknown) => error);
    const waits = "select from pg_locks where not granted and relation = 'held'::regclass";
    await expect.poll(async () => (await holder.query(waits)).rowCount).toBe(1);
    await closed.close();
    expect(await waiting).toMatchObject({ code: 'DATABASE_STATEMENT_CUT' });
  } finally {
    await holder.query('rollback');
    holder.release();
  }
});
