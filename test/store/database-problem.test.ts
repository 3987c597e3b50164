import { afterAll, beforeAll, expect, it } from 'vitest';
import { isProblem } from '../../src/core/index.ts';
import { sessionOn, sql } from '../../src/store/sql.ts';
import { openTestBooks, type TestBooks } from './database.ts';

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
