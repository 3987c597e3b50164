/** Whatever is flipped in the database past the program is found, with its table and record. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntryRecord } from '../../src/app/index.ts';
import type { LocalDate } from '../../src/core/index.ts';
import { type Session, type Sql, sql } from '../../src/store/sql.ts';
import { NOT_SEALED, sayPlainly, sealFaults, tablesOf } from '../../src/store/verify-everything.ts';
import { event, openTestFeeds, order, payout, reimbursement, summary, type TestFeeds } from './feed-samples.ts';
import { ANNA, entry, exchange, line, postingKey, proposalOf, propose, receive, SYSTEM_ACTOR } from './samples.ts';

let test: TestFeeds;
let posted: EntryRecord;

beforeAll(async () => {
  test = await openTestFeeds();
  await live();
});
afterAll(() => test.close());

/** A small book with something of everything that is easily made. */
async function live(): Promise<void> {
  const { books, feeds } = test;
  const facts = { name: 'acme', sellerAccount: 'A2ACME', settings: {}, secrets: { 'amazon.clientSecret': 'hidden' } };
  const connection = await books.addConnection(facts, ANNA);
  await books.auditKey();
  const settlement = await receive(books, connection, '70000000001');
  await propose(books, settlement, proposalOf([entry(postingKey(1), [line(5n, { buckets: [1] }), line(-5n)])]));
  const [proposed] = await books.listEntries({ originKey: settlement.key });
  const move = { id: proposed!.id, actor: SYSTEM_ACTOR, why: 'test' };
  await books.moveEntry({ ...move, from: 'proposed', to: 'approved', approvedDigest: proposed!.digest });
  const messageCreatedAt = '2026-11-01T00:00:00.000Z';
  const sending = await books.moveEntry({ ...move, from: 'approved', to: 'sending', messageCreatedAt });
  posted = await books.moveEntry({
    ...move,
    from: 'sending',
    to: 'posted',
    attempt: sending.attempt,
    exchange: exchange('sent'),
    document: { companyCode: proposed!.entry.companyCode, fiscalYear: '2026', sapDocumentNumber: '100000001' },
  });
  await books.recordModelPeriod(
    connection.id,
    { model: 'orders', from: '2026-10-01' as LocalDate, summarise: 'day' },
    ANNA,
    'test',
  );
  const { id } = test.connection;
  await feeds.putOrders(id, [order()], { reportSha256: null });
  await feeds.putFinanceEvents(id, [event('e-1')]);
  await feeds.putPayouts(id, [payout('p')]);
  await feeds.putSummaries(id, [summary('s-1')]);
  await feeds.putReimbursements(id, await test.evidence('reimbursements'), [reimbursement(2)]);
}

/** Does it past all triggers, as a broken disk would, looks, and undoes it. */
async function tampered<Result>(changes: readonly Sql[], look: (session: Session) => Promise<Result>): Promise<Result> {
  const undone = new Error('undone');
  let result: Result | undefined;
  await test.database
    .transaction(async (session) => {
      await session.query(sql`set local session_replication_role = replica`);
      for (const change of changes) await session.query(change);
      result = await look(session);
      throw undone;
    })
    .catch((error: unknown) => {
      if (error !== undone) throw error;
    });
  return result as Result;
}

const raw = (text: string): Sql => ({ strings: [text], values: [] });

/** Another value of the same type, as near as one gets. */
function flipped(column: string, type: string): string {
  const it = `"${column}"`;
  if (type === 'boolean') return `not coalesce(${it}, false)`;
  if (['integer', 'bigint', 'smallint', 'numeric'].includes(type)) return `coalesce(${it}, 0) + 1000`;
  if (type === 'date') return `coalesce(${it}, '2000-01-01') + 1`;
  if (type.startsWith('timestamp')) return `coalesce(${it}, '2000-01-01') + interval '1 microsecond'`;
  if (type === 'uuid') return `gen_random_uuid()`;
  if (type === 'json') return `(coalesce(${it}, 'null')::text || ' ')::json`;
  if (type === 'bytea') return `set_byte(coalesce(${it}, '\\x00'), 0, get_byte(coalesce(${it}, '\\x00'), 0) # 1)`;
  if (type === 'ARRAY') return `array_append(${it}, null)`;
  return `coalesce(overlay(${it} placing chr(ascii(${it}) + 1) from 1 for 1), '') || case when coalesce(${it}, '') = '' then 'x' else '' end`;
}

describe('verifyEverything', () => {
  it('control: finds nothing in a book that nobody touched, and says by what each table is covered', async () => {
    const { ok, tables, faults } = await test.books.verifyEverything();
    expect({ ok, faults }).toEqual({ ok: true, faults: [] });
    expect(tables.filter(({ by }) => by.length === 0)).toEqual([]);
    expect(tables.find(({ table }) => table === 'entry')).toEqual({
      table: 'entry',
      rows: 1,
      by: ['seal of each row', 'digest of its content', 'seal in its last event'],
    });
  });

  it('every table is sealed, or stands among those that need no seal', async () => {
    const present = await test.database.query<{ name: string }>(
      sql`select tablename as name from pg_tables where schemaname = current_schema()`,
    );
    const known = await tablesOf(test.database);
    expect(known.map(({ name }) => name)).toEqual(present.map(({ name }) => name).sort());
    expect(known.length).toBeGreaterThan(40);
    expect(known.filter(({ isSealed }) => !isSealed).map(({ name }) => name)).toEqual(Object.keys(NOT_SEALED).sort());
  });

  it('a value that is flipped in any column of any sealed table is found and named', async () => {
    const columns = await test.database.query<{ table: string; column: string; type: string }>(sql`
      select table_name as table, column_name as column, data_type as type from information_schema.columns
      where table_schema = current_schema() and column_name <> 'row_seal' order by table_name, ordinal_position`);
    const sealed = new Set((await tablesOf(test.database)).filter(({ isSealed }) => isSealed).map(({ name }) => name));
    const every = process.env.LOAD === 'full' ? 1 : 5;
    let flips = 0;
    await tampered([], async (session) => {
      await sayPlainly(session);
      for (const [index, { table, column, type }] of columns.entries()) {
        if (!sealed.has(table) || index % every !== 0) continue;
        await session.query(sql`savepoint flip`);
        // Laws of the schema would refuse some of these values, and a broken disk asks for no leave.
        const laws = await session.query<{ name: string }>(sql`
          select conname as name from pg_constraint where conrelid = ${table}::regclass and contype = 'c'`);
        for (const { name } of laws) await session.query(raw(`alter table "${table}" drop constraint "${name}"`));
        await session.query(raw(`alter table "${table}" alter column "${column}" drop identity if exists`));
        const changed = await session.query(
          raw(`update "${table}" set "${column}" = ${flipped(column, type)}
               where ctid = (select min(ctid) from "${table}") returning 1`),
        );
        if (changed.length > 0) {
          flips += 1;
          expect(await sealFaults(session, table), `${table}.${column}`).toEqual([
            { table, key: expect.stringMatching(/./), says: 'It is not as it was written.' },
          ]);
        }
        await session.query(sql`rollback to savepoint flip`);
      }
    });
    expect(flips).toBeGreaterThan(every === 1 ? 250 : 40);
  });

  it.each<[what: string, table: string, change: string, says: string]>([
    [
      'a byte of a stored file',
      'evidence',
      'update evidence_chunk set bytes = set_byte(bytes, 0, 0)',
      'Its bytes are not',
    ],
    ['a stored file cut short', 'evidence', 'delete from evidence_chunk', 'Its bytes are not'],
    ['a seal', 'proof', 'update settlement set row_seal = null', 'not as it was written'],
    ['an account table', 'mapping_text', "update mapping_text set text = text || ' '", 'another digest'],
    ['a line of an entry', 'entry', "update entry_line set text = 'other'", 'has another digest'],
    [
      'what was approved',
      'entry',
      "update entry set digest = repeat('a', 64), approved_digest = repeat('a', 64)",
      'has another digest',
    ],
    [
      'a secret',
      'secret',
      'update secret set ciphertext = set_byte(ciphertext, 0, 255 - get_byte(ciphertext, 0))',
      'was changed',
    ],
    ['an entry removed', 'entry', 'delete from entry', 'It was removed, and no event'],
    ['a settlement removed', 'settlement', 'delete from settlement', 'It was removed, and no event'],
  ])('finds and names: %s', async (_what, table, change, says) => {
    await withChange([change], 'replica', async () => {
      const { faults } = await test.books.verifyEverything();
      expect(faults.filter((fault) => fault.says.includes(says)).map((fault) => fault.table)).toContain(
        table === 'proof' ? 'settlement' : table,
      );
      expect(faults.every(({ key }) => key !== '')).toBe(true);
    });
  });

  it('finds a record that somebody changed by an ordinary statement, with its seal and all', async () => {
    await withChange([`update entry set updated_at = now() where id = '${posted.id}'`], 'origin', async () => {
      const { faults } = await test.books.verifyEverything();
      expect(faults).toEqual([{ table: 'entry', key: posted.id, says: 'It was changed, and no event tells of it.' }]);
    });
  });

  it('finds a table whose seals were switched off', async () => {
    await withChange(['alter table proof disable trigger zz_seal'], 'origin', async () => {
      const { faults } = await test.books.verifyEverything();
      expect(faults).toEqual([{ table: 'proof', key: '', says: 'Its rows have no seals.' }]);
    });
  });
});

/** Other connections see the change while `look` runs; afterwards the tables are as they were. */
async function withChange(changes: readonly string[], role: string, look: () => Promise<void>): Promise<void> {
  const tables = ['entry', 'entry_line', 'settlement', 'evidence_chunk', 'mapping_text', 'secret'];
  const client = await test.database.pool.connect();
  try {
    await client.query('create schema if not exists kept');
    for (const table of tables) {
      await client.query(`drop table if exists kept.${table}`);
      await client.query(`create table kept.${table} as table ${table}`);
    }
    await client.query(`set session_replication_role = '${role}'`);
    for (const change of changes) await client.query(change);
    await look();
  } finally {
    await client.query("set session_replication_role = 'replica'");
    for (const table of tables) {
      await client.query(`delete from ${table}`);
      await client.query(`insert into ${table} overriding system value select * from kept.${table}`);
    }
    await client.query('reset session_replication_role');
    await client.query('alter table proof enable trigger zz_seal');
    client.release();
  }
}
