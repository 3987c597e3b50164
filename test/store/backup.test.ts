/** A backup is of one moment, nothing in it can change unnoticed, and it goes back whole or not at all. */
import { readFileSync } from 'node:fs';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isProblem, sha256Of } from '../../src/core/index.ts';
import { LEFT_OUT } from '../../src/store/backup/create-backup.ts';
import { LET_GO } from '../../src/store/backup/restore-backup.ts';
import { memberBytes } from '../../src/store/backup/tar.ts';
import {
  checkRecords,
  createBackup,
  type Database,
  givenKeys,
  readBackup,
  restoreBackup,
  sql,
  VaultKey,
  withRestoredCopy,
} from '../../src/store/index.ts';
import { listenTo, openTestBooks, type TestBooks } from './database.ts';
import { backUp, openEmptyDatabase, openRestored, restoreBooks, sourceOf } from './restored.ts';
import { ANNA, addConnection, entry, line, postingKey, proposalOf, propose, receive } from './samples.ts';

/** Made by the program with schema 29: a settlement month that was booked, a connection with secrets. */
const OLDER = readFileSync(new URL('fixtures/schema-29.backup', import.meta.url));
/** How many of the fixture's bytes are flipped, one at a time, spread over all of it. */
const FLIPS = process.env.LOAD === 'full' ? 5_000 : 120;

/** Records that a restore brings back as they were. */
const AS_IT_WAS: readonly string[] = `
  accrual accrued_order alert alert_channel alert_mute alert_told api_token app_user amazon_balance amazon_order amazon_order_item amazon_quota approval approval_rule_acceptance approval_rule_change attempt audit_anchor audit_event audit_head audit_key closed_period connection connection_stop credential_warning customer data_key deposit deposit_match entry entry_line entry_line_bucket evidence evidence_chunk evidence_delivery evidence_removal fba_reimbursement feed_cursor feed_run feed_unreadable finance_event finance_event_amount finance_event_past finance_summary installation_secret installation_settings mapping_text mapping_version master_data model_period payout payout_settlement privacy_hold privacy_hold_order proof proposal quarantine_item report_document report_listing report_request sap_pause schema_migration sealed_table secret seller_erasure seller_erasure_evidence seller_marketplace settled_order settlement settlement_file settlement_row_bucket settlement_run settlement_sums take_back vat_line vault_key wrapped_data_key`
  .trim()
  .split(/\s+/);

/** A turn that was handed over, and the job of it, which a worker runs. */
const UNDER_WAY = sql`
  with started as (
    insert into worker (id, host, pid, version, concurrency, started_at, last_seen_at)
    values ('w', 'host', 1, '0', 1, now(), now())
  ), turn as (
    insert into schedule (key, work, is_on, plan, cadence_s, marker, planned_at, next_due_at, last_slot_at, dispatched_at)
    values ('installation:test', 'test', true, '{}', 60, '', now(), now(), now(), now())
  ), asked as (
    insert into job (id, name, payload, key, queue, priority, requested_at, due_at, state, placement)
    values ('j', 'test', '{}', 'k', 'q', 0, now(), now(), 'running', 1) returning id
  )
  insert into job_attempt (job_id, number, worker_id, host, pid, correlation_id, started_at)
  select id, 1, 'w', 'host', 1, gen_random_uuid(), now() from asked`;

/** The key of the test vault, with which the fixture is sealed, too. */
const KEYS = [givenKeys([new VaultKey(Buffer.alloc(32, 7))])];
const check = (database: Database) => checkRecords(database, KEYS);

let test: TestBooks;
let bytes: Buffer;
beforeAll(async () => {
  test = await openTestBooks();
  const connection = await addConnection(test.books);
  const settlement = await receive(test.books, connection, '1');
  const lines = [line(5n, { buckets: [1] }), line(-5n, { buckets: [2] })];
  await propose(test.books, settlement, proposalOf([entry(postingKey(1), lines)]));
  bytes = await backUp(test.database);
});
afterAll(() => test.close());

const problemOf = (work: Promise<unknown>) =>
  work.then(
    () => 'no problem',
    (error: unknown) => (isProblem(error) ? error.code : error),
  );

describe('a backup', () => {
  it('is of one moment, although others write meanwhile', async () => {
    const tablesOf = async (content: Buffer) => (await readBackup(sourceOf(content))).manifest.tables;
    let written = 0;
    const whileWriting = await backUp(test.database, async () => {
      written += 1;
      await test.books.record({ actor: ANNA, action: 'test', subject: 'buyers/all', why: `write ${written}` });
    });
    expect(written).toBeGreaterThan(10);
    expect(await tablesOf(whileWriting)).toEqual(await tablesOf(bytes));
    const after = await backUp(test.database);
    expect(await tablesOf(after), 'control: the others did write').not.toEqual(await tablesOf(bytes));
    bytes = after;
  });

  it('holds no key and no secret in clear', async () => {
    const canary = 'a-secret-that-nobody-may-read';
    await test.books.changeInstallation(
      { settings: {}, secrets: { canary }, keptSecretNames: ['canary'] },
      ANNA,
      'test',
    );
    const facts = await readBackup(sourceOf(await backUp(test.database)));
    expect(facts.about.keyIds).toEqual([new VaultKey(Buffer.alloc(32, 7)).id]);
    const copied: string[] = [];
    await readBackup(sourceOf(await backUp(test.database)), {
      async table(_, rows) {
        for await (const part of rows) copied.push(part.toString());
      },
    });
    const all = copied.join('');
    expect(all).toContain('canary');
    for (const form of [Buffer.from(canary), Buffer.alloc(32, 7)]) expect(all).not.toContain(form.toString('hex'));
    expect(all).not.toContain(canary);
  });

  it('that was left in the middle leaves the database usable', async () => {
    const options = { database: test.database, programVersion: '0' };
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    await expect(createBackup({ ...options, write: () => Promise.reject(full) })).rejects.toBe(full);
    expect((await readBackup(sourceOf(await backUp(test.database)))).rows).toBeGreaterThan(0);
  });

  it.runIf(process.env.LOAD === 'full')('of a million rows takes little memory', async () => {
    await test.database.pool.query(
      'create table big as select g as id, repeat(md5(g::text), 4) as text from generate_series(1, 1000000) g',
    );
    let peak = 0;
    const startedAt = process.memoryUsage().rss;
    await createBackup({
      database: test.database,
      programVersion: '0',
      write: async () => {
        peak = Math.max(peak, process.memoryUsage().rss - startedAt);
      },
    });
    await test.database.pool.query('drop table big');
    expect(peak).toBeLessThan(200_000_000);
  });
});

describe('BACKUP_DAMAGED', () => {
  it('control: the backup as it was written is whole', async () => {
    expect(await problemOf(readBackup(sourceOf(OLDER)))).toBe('no problem');
  });

  it('one byte that is another one is noticed, wherever it is', async () => {
    const unnoticed: number[] = [];
    for (let flip = 0; flip < FLIPS; flip += 1) {
      const at = Math.floor((flip * OLDER.length) / FLIPS) + (flip % 512);
      if (at >= OLDER.length) continue;
      const damaged = Buffer.from(OLDER);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (flip % 8));
      const code = await problemOf(readBackup(sourceOf(damaged)));
      if (code !== 'BACKUP_DAMAGED' && code !== 'BACKUP_UNREADABLE') unnoticed.push(at);
    }
    expect(unnoticed).toEqual([]);
  });

  it('a file that was cut off, or to which something was added, is noticed', async () => {
    for (const length of [600, 5_000, 40_000, OLDER.length - 1024, OLDER.length - 512, OLDER.length - 1]) {
      expect(await problemOf(readBackup(sourceOf(OLDER.subarray(0, length)))), `${length}`).toBe('BACKUP_DAMAGED');
    }
    const longer = Buffer.concat([OLDER, Buffer.alloc(512)]);
    expect(await problemOf(readBackup(sourceOf(longer)))).toBe('BACKUP_DAMAGED');
  });
});

describe('a restored backup', () => {
  it('of an older schema is brought up to this program, and all of it is as it was', async () => {
    const restored = await restoreBooks(OLDER);
    try {
      const checked = await checkRecords(restored.database, KEYS);
      expect(checked).toMatchObject({ entries: 3, mappingTexts: 1, faults: [] });
      expect(checked.evidenceBytes).toBeGreaterThan(1_000);
      const entries = await restored.books.listEntries();
      expect(entries.map(({ state }) => state)).toEqual(['posted', 'posted', 'posted']);
      const [, withSecrets] = await restored.books.listConnections();
      expect(await restored.books.openSecrets(withSecrets!.id, ANNA, 'to look')).toEqual({
        'amazon.clientSecret': 'a secret of the fixture',
      });
    } finally {
      await restored.close();
    }
  });
});

describe('a table', () => {
  it('comes back as it was, unless it is named as let go or left out; whoever adds one decides', async () => {
    const rows = await test.database.query<{ name: string }>(
      sql`select tablename::text as name from pg_tables where schemaname = 'public' order by 1`,
    );
    const decided = [...AS_IT_WAS, ...LET_GO.map(({ table }) => table), ...Object.keys(LEFT_OUT)];
    expect(decided.sort()).toEqual(rows.map(({ name }) => name));
  });
});

/** A backup that consists of its first part only, with some of it changed. */
function beginning(change: (about: Record<string, unknown>) => void): Buffer {
  const end = OLDER.indexOf('\0', 512);
  const about = JSON.parse(OLDER.subarray(512, end).toString()) as Record<string, unknown>;
  change(about);
  return memberBytes({ name: 'backup.json', bytes: Buffer.from(JSON.stringify(about)) }, 0);
}

/** Triggers and constraints by name, with how they act. */
async function rulesOf({ pool }: Database): Promise<unknown> {
  const { rows } = await pool.query(
    `select tgname as name, tgenabled::text as how from pg_trigger where not tgisinternal
     union all select conname, contype::text from pg_constraint where connamespace = 'public'::regnamespace order by 1, 2`,
  );
  return rows;
}

describe('a database', () => {
  it('takes all of a backup or nothing, then has the rules of the schema and goes on numbering where it was', async () => {
    const empty = await openEmptyDatabase();
    const restore = (content: Buffer) =>
      problemOf(restoreBackup({ pool: empty.database.pool, place: empty.name, source: sourceOf(content) }));
    const newer = beginning((about) => {
      const migrations = about.migrations as object[];
      const number = migrations.length + 1;
      migrations.push({ number, name: 'of-tomorrow.sql', sha256: sha256Of('tomorrow') });
    });
    await test.books.acquire('sync/test', 60_000);
    await test.database.query(UNDER_WAY);
    const whole = await backUp(test.database);
    expect(await restore(newer)).toBe('BACKUP_NEWER');
    expect(await restore(Buffer.from('just some text'))).toBe('BACKUP_UNREADABLE');
    expect(await restore(Buffer.alloc(0))).toBe('BACKUP_UNREADABLE');
    expect(await restore(beginning((about) => (about.format = 'another/2')))).toBe('BACKUP_UNREADABLE');
    expect(await restore(whole.subarray(0, whole.length - 3_000))).toBe('BACKUP_DAMAGED');
    expect(await restore(whole)).toBe('no problem');
    expect(await restore(whole)).toBe('RESTORE_NOT_EMPTY');

    const restored = await openRestored(empty);
    expect(await rulesOf(restored.database)).toEqual(await rulesOf(test.database));
    await expect(restored.database.pool.query('delete from evidence')).rejects.toThrow('append-only');
    const [connection] = await restored.books.listConnections();
    await receive(restored.books, connection!, '2');
    expect((await restored.books.verify()).ok).toBe(true);
    // Free, although it had long to run, and its number does not come twice.
    expect(await restored.books.acquire('sync/test', 1_000)).toMatchObject({ fence: 2 });
    const left = await restored.database.query<{ what: string }>(sql`
      select 'turn ' || (served_slot_at = last_slot_at) as what from schedule
      union all select state || ' job' from job union all select outcome || ' attempt' from job_attempt
      union all select ended_how || ' worker' from worker order by 1`);
    const whats = ['cancelled job', 'interrupted attempt', 'lost worker', 'turn true'];
    expect(left.map(({ what }) => what)).toEqual(whats);
    await restored.close();
  });
});

describe('a drill', () => {
  /** Those of these books: others on the server may be under way. */
  const databases = async () => {
    const { rows } = await test.database.pool.query<{ name: string }>(`
      select d.datname as name from pg_database d, pg_database own
      where own.datname = current_database() and d.datname like 'seller_ledger_drill_' || own.oid || '_%'`);
    return rows.map(({ name }) => name);
  };

  it('names what no longer has its digest', async () => {
    await test.database.transaction(async (session) => {
      await session.query(sql`set local session_replication_role = replica`);
      await session.query(sql`update entry_line set text = 'another' where ordinal = 1`);
    });
    const source = sourceOf(await backUp(test.database));
    const { faults } = await withRestoredCopy({ database: test.database, source }, check);
    expect(faults).toEqual([
      expect.stringMatching(/^entry_line .* 1: It is not as it was written/),
      expect.stringContaining(postingKey(1)),
    ]);
  });

  it('finds a record that refers to nothing, and leaves nothing behind', async () => {
    await test.database.transaction(async (session) => {
      await session.query(sql`set local session_replication_role = replica`);
      await session.query(sql`delete from settlement`);
    });
    const source = sourceOf(await backUp(test.database));
    expect(await problemOf(withRestoredCopy({ database: test.database, source }, check))).toBe('BACKUP_DAMAGED');
    expect(await databases()).toEqual([]);
    const during = await withRestoredCopy({ database: test.database, source: sourceOf(OLDER) }, databases);
    expect(during, 'control: it has one while it goes on').toHaveLength(1);
  });

  it('leaves another alone that goes on, and drops what a killed one left', async () => {
    const source = () => sourceOf(OLDER);
    const { database } = test;
    const oid = await database.pool.query<{ oid: string }>(
      'select oid::text from pg_database where datname = current_database()',
    );
    const left = `seller_ledger_drill_${oid.rows[0]?.oid}_${'0'.repeat(12)}`;
    await database.pool.query(`create database ${left} template template0`);
    const drills = Array.from({ length: 4 }, () => withRestoredCopy({ database, source: source() }, databases));
    const seen = await Promise.all(drills);
    expect(Math.max(...seen.map((names) => names.length)), 'control: several went on at once').toBeGreaterThan(1);
    expect(seen.flat()).not.toContain(left);
    expect(await databases()).toEqual([]);
  });

  it('drops its database at once when nobody can connect to it', async () => {
    const { pool } = test.database;
    // Of the pool there is everything works; another one is told of an address that there is not.
    const options = { ...pool.options, port: 1 };
    const unreachable = new Proxy(pool, {
      get: (target, name) => {
        const value: unknown = name === 'options' ? options : Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const database = { ...test.database, pool: unreachable };
    expect(await problemOf(withRestoredCopy({ database, source: sourceOf(OLDER) }, check))).toMatch(/^DATABASE_/);
    expect(await databases()).toEqual([]);
  });

  it('DRILL_NOT_ALLOWED: a user who may not create a database is told so', async () => {
    const role = `drill_${process.pid}`;
    await test.database.pool.query(`create role ${role} login password 'x'`);
    const { host, port, database } = test.database.pool.options;
    const pool = listenTo(new Pool({ host, port, database, user: role, password: 'x' }));
    try {
      const limited = { ...test.database, pool };
      expect(await problemOf(withRestoredCopy({ database: limited, source: sourceOf(OLDER) }, check))).toBe(
        'DRILL_NOT_ALLOWED',
      );
    } finally {
      await pool.end();
      await test.database.pool.query(`drop role ${role}`);
    }
  });
});
