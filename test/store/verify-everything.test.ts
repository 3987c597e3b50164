/** Whatever is flipped in the database past the program is found, with its table and record. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntryRecord } from '../../src/app/index.ts';
import type { LocalDate } from '../../src/core/index.ts';
import { type Session, type Sql, sql } from '../../src/store/sql.ts';
import { NOT_SEALED, sayPlainly, sealFaults, tablesOf } from '../../src/store/verify-everything.ts';
import {
  buyer,
  DAY_MS,
  event,
  openTestFeeds,
  order,
  payout,
  reimbursement,
  summary,
  type TestFeeds,
} from './feed-samples.ts';
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
  const said = { id: proposed!.id, from: 'proposed' as const, digest: proposed!.digest, actor: ANNA, why: 'right' };
  await books.recordApproval({ ...said, judge: () => ({ needed: 0, isComplete: false }) });
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
  const deleteAfter = new Date(test.time.nowMs() + 20 * DAY_MS).toISOString();
  await feeds.putBuyers(id, [buyer({ deleteAfter })]);
  await unattended(id);
}

/** What stands in the tables of schedules, jobs, approvals, alerts and data protection. */
async function unattended(id: string): Promise<void> {
  const { digest } = posted;
  for (const statement of [
    sql`insert into job (id, name, payload, key, queue, priority, requested_at, due_at, state, placement)
      values ('j', 'orders', '{}', 'k', 'q', 0, now(), now(), 'waiting', 1)`,
    sql`insert into job_attempt (job_id, number, worker_id, host, pid, correlation_id, started_at)
      values ('j', 1, 'w', 'h', 1, gen_random_uuid(), now())`,
    sql`insert into schedule (key, connection_id, work, is_on, plan, cadence_s, marker, planned_at, next_due_at)
      values (${`${id}:orders`}, ${id}, 'orders', true, '{}', 900, 'm', now(), now())`,
    sql`insert into alert (key, rule, connection_id, severity, says, next, first_seen, last_seen)
      values ('a', 'r', ${id}, 'notice', 's', 'n', now(), now())`,
    sql`insert into alert_told (channel, alert_key, episode, times, told_at) values ('mail', 'a', 1, 1, now())`,
    sql`insert into alert_channel (name) values ('mail')`,
    sql`insert into alert_mute (what, muted_by, why, muted_at) values ('r', 'anna', 'known', now())`,
    sql`insert into privacy_hold (connection_id, covers, why, placed_by_kind, placed_by_name, placed_at)
      values (${id}, 'orders', 'a claim', 'user', 'anna', now())`,
    sql`insert into privacy_hold_order (hold_id, order_id) select id, '1' from privacy_hold`,
    sql`insert into evidence_removal (evidence_id, sha256, byte_count, origin, stored_at, why, removed_at)
      values (9999, ${digest}, 1, 'test', now(), 'old', now())`,
    sql`insert into seller_erasure (connection_id, why, begun_by_kind, begun_by_name, begun_at)
      select id, 'asked', 'user', 'anna', now() from connection where id <> ${id} limit 1`,
    sql`insert into seller_erasure_evidence (connection_id, sha256) select connection_id, ${digest} from seller_erasure`,
  ]) {
    await test.database.query(statement);
  }
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
  if (type === 'jsonb') return `jsonb_build_object('x', ${it})`;
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
      by: ['seal of each row', 'digest of its content', 'seal in its last event', 'rows that refer to it'],
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
    ['an approval', 'approval', "update approval set person = 'bert'", 'not as it was written'],
    ['an approval by another person', 'approval', "update approval set person = 'bert'", 'No event tells'],
    ['an approval removed', 'approval', 'delete from approval', 'It was removed, and no event'],
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

  it('finds a table that was struck off the list of those with seals, and a data key that nothing opens', async () => {
    const everything = async (change: string) => {
      let faults: unknown;
      await withChange([change], 'replica', async () => {
        faults = (await test.books.verifyEverything()).faults;
      });
      return faults;
    };
    const says = 'The list of sealed tables was changed.';
    expect(await everything("update sealed_table set name = 'fntry' where name = 'entry'")).toEqual([
      { table: 'sealed_table', key: 'entry', says },
      { table: 'sealed_table', key: 'fntry', says },
    ]);
    expect(await everything("delete from sealed_table where name = 'approval'")).toEqual([
      { table: 'sealed_table', key: 'approval', says },
    ]);
    const [key] = await test.database.query<{ id: string }>(
      sql`select id from data_key where purpose = 'seal' and connection_id is null`,
    );
    expect(await everything(`delete from wrapped_data_key where data_key_id = '${key?.id}'`)).toEqual([
      { table: 'data_key', key: key?.id, says: 'The vault key in use has not wrapped it.' },
    ]);
  });

  it('finds an approval that somebody made up by an ordinary statement', async () => {
    const forged = `insert into approval (connection_id, entry_id, posting_key, digest, verdict, round, person, why, at)
      select connection_id, entry_id, posting_key, digest, verdict, round, 'bert', why, at from approval limit 1`;
    await withChange([forged], 'origin', async () => {
      const { faults } = await test.books.verifyEverything();
      expect(faults).toEqual([
        { table: 'approval', key: expect.stringMatching(/^\d+$/), says: 'No event tells that it was given.' },
      ]);
    });
  });

  it('names an event that is no JSON any more, and looks at everything else all the same', async () => {
    const changes = ["update audit_event set event = '{' || event where action = 'settlement.receive'"];
    await withChange([...changes, 'delete from proof'], 'replica', async () => {
      const { faults } = await test.books.verifyEverything();
      expect(faults.map(({ table }) => table)).toContain('audit_event');
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
  const tables = [
    'entry',
    'entry_line',
    'settlement',
    'evidence_chunk',
    'mapping_text',
    'secret',
    'sealed_table',
    'wrapped_data_key',
    'approval',
    'audit_event',
    'proof',
  ];
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
