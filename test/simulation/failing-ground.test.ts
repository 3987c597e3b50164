/** What happens to a sync when the ground fails under it: nothing is lost, nothing is booked twice, and it says what is wrong. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { assertMove, type ConnectionContext, type GeneralLedger, syncConnection } from '../../src/app/index.ts';
import { createBooks, openDatabase, timeOf } from '../../src/store/index.ts';
import { type CutOff, cutOff } from '../store/cut-off.ts';
import { openTestBooks, type TestBooks, testOptions } from '../store/database.ts';
import { backUp, restoreBooks } from '../store/restored.ts';
import { startVendors, type Vendors } from './vendors.ts';

let vendors: Vendors;
let test: TestBooks;

beforeEach(async () => {
  vendors = await startVendors({ seed: 'rules' });
  test = await openTestBooks({ clock: vendors.clock });
});

afterEach(async () => {
  await vendors.close();
  await test.close();
});

const sync = (context: ConnectionContext) => syncConnection(context, { waitForUnknown: false });
const numbers = () => vendors.ledger().map(({ accountingDocument }) => accountingDocument);

/** The same books over a way that can be cut. */
async function over(way: CutOff): Promise<TestBooks> {
  const database = await openDatabase({ ...(await testOptions()), databaseUrl: way.url });
  const { vault, clock, processes } = test;
  const books = createBooks({ database, vault, assertMove, processes, readTime: timeOf(clock) });
  return { ...test, books, database, close: () => database.close() };
}

it('DATABASE_UNAVAILABLE: when the database goes away after SAP has booked, the next sync looks it up and books nothing again', async () => {
  const way = await cutOff(test.database);
  const reached = await over(way);
  const context = await vendors.context(reached);
  let posts = 0;
  const ledger: GeneralLedger = {
    ...context.ledger,
    post: async (message) => {
      const outcome = await context.ledger.post(message);
      posts += 1;
      if (posts === 2) await way.cut();
      return outcome;
    },
  };
  await expect(sync({ ...context, ledger })).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  expect(numbers(), 'control: SAP has booked what the database does not know').toHaveLength(2);
  expect((await test.books.listEntries()).map(({ state }) => state)).toContain('sending');

  await way.mend();
  for (let again = 0; again < 2; again += 1) await sync(context);
  const entries = await test.books.listEntries();
  expect(entries.map(({ state }) => state)).toEqual(entries.map(() => 'posted'));
  expect(numbers()).toHaveLength(entries.length);
  expect((await test.books.verify()).ok).toBe(true);
  await reached.close();
  await way.cut();
});

it('DATABASE_DISK_FULL: a report that finds no space is not half stored, and comes with the next sync', async () => {
  const full = `create function no_space() returns trigger language plpgsql as $$
    begin raise exception 'could not extend file: No space left on device' using errcode = 'disk_full'; end $$;
    create trigger no_space before insert on evidence for each row execute function no_space()`;
  await test.database.pool.query(full);
  const context = await vendors.context(test);
  const report = await sync(context).catch((error: { code: string }) => error);
  const codes = 'problems' in report ? report.problems.map(({ code }) => code) : [report.code];
  expect(codes).toContain('DATABASE_DISK_FULL');
  const { rows } = await test.database.pool.query('select from evidence_chunk');
  expect(rows, 'nothing of it is there').toHaveLength(0);

  await test.database.pool.query('drop trigger no_space on evidence');
  expect(await sync(context)).toMatchObject({ problems: [] });
  const entries = await test.books.listEntries();
  expect(entries.map(({ state }) => state)).toEqual(entries.map(() => 'posted'));
  expect(numbers()).toHaveLength(entries.length);
});

/** Like the general ledger, but a backup is made when the second entry is on its way, before SAP has it. */
function backingUpAtTheSecond(ledger: GeneralLedger, keep: (bytes: Buffer) => void): GeneralLedger {
  let posts = 0;
  return {
    ...ledger,
    post: async (message) => {
      posts += 1;
      if (posts === 2) keep(await backUp(test.database));
      return ledger.post(message);
    },
  };
}

it('every document is in SAP once, although an entry was on its way and others came after the backup', async () => {
  let backup: Buffer = Buffer.alloc(0);
  const context = await vendors.context(test);
  const before = await sync({ ...context, ledger: backingUpAtTheSecond(context.ledger, (bytes) => (backup = bytes)) });
  const booked = numbers();
  expect(booked.length, 'control: entries came after the backup').toBeGreaterThan(2);

  await test.close();
  test = await restoreBooks(backup, vendors.clock);
  const states = (await test.books.listEntries()).map(({ state }) => state);
  expect(states, 'control: one was on its way').toContain('sending');
  expect(states.filter((state) => state === 'posted')).toHaveLength(1);

  const after = await sync(await vendors.context(test));
  expect(after.problems).toEqual([]);
  await sync(await vendors.context(test));
  expect(numbers()).toEqual(booked);
  const documentsOf = async () =>
    (await test.books.listEntries()).map(({ entry, state, document }) => [entry.postingKey, state, document]).sort();
  expect(await documentsOf()).toEqual(
    before.entries.map(({ entry, state, document }) => [entry.postingKey, state, document]).sort(),
  );
  expect((await test.books.verify()).ok).toBe(true);
});
