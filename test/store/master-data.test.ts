import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MasterDataStore } from '../../src/app/index.ts';
import type { ProblemFacts } from '../../src/core/index.ts';
import { createMasterDataStore, type Database, timeOf } from '../../src/store/index.ts';
import { TestClock } from '../simulation/test-clock.ts';
import { openTestDatabase } from './database.ts';

const SYSTEM = 'https://sap.example';
const GONE: ProblemFacts = { code: 'SAP_UNREACHABLE', kind: 'unavailable', says: 'No answer.', next: 'Wait.' };
const rowsOf = (...names: string[]) =>
  names.map((profitCenter) => ({ profitCenter, validFrom: '2020-01-01', validTo: '9999-12-31', isBlocked: false }));

let database: Database;
let store: MasterDataStore;
const clock = new TestClock(Date.parse('2026-11-23T07:00:00Z'));
beforeAll(async () => {
  database = await openTestDatabase();
  store = createMasterDataStore(database, timeOf(clock));
});
afterAll(() => database.close());

it('keeps what was read with its time, and replaces it by what is read later', async () => {
  const part = { kind: 'profit-centers', scope: 'A000' } as const;
  const first = await store.keepMasterData(SYSTEM, { ...part, covers: ['P1'], rows: rowsOf('P1') });
  await clock.sleep(60_000);
  const second = await store.keepMasterData(SYSTEM, { ...part, covers: 'all', rows: rowsOf('P1', 'P2') });
  expect(first).toMatchObject({ covers: ['P1'], rows: rowsOf('P1'), problem: null });
  expect(second).toMatchObject({ covers: 'all', rows: rowsOf('P1', 'P2') });
  expect(Date.parse(second.readAt ?? '') - Date.parse(first.readAt ?? '')).toBe(60_000);
  expect(await store.listMasterData(SYSTEM)).toEqual([second]);
});

it('keeps the older rows and their time when SAP does not answer', async () => {
  const part = { kind: 'profit-centers', scope: 'B000' } as const;
  const read = await store.keepMasterData(SYSTEM, { ...part, covers: 'all', rows: rowsOf('P1') });
  await clock.sleep(60_000);
  const failed = await store.keepMasterData(SYSTEM, { ...part, problem: GONE });
  expect(failed).toEqual({ ...read, askedAt: failed.askedAt, problem: GONE });
  expect(Date.parse(failed.askedAt) - Date.parse(read.askedAt)).toBe(60_000);
  const again = await store.keepMasterData(SYSTEM, { ...part, covers: 'all', rows: [] });
  expect(again).toMatchObject({ rows: [], problem: null });
});

it('keeps why there is nothing', async () => {
  const kept = await store.keepMasterData(SYSTEM, { kind: 'tax-codes', scope: '', problem: GONE });
  expect(kept).toMatchObject({ rows: null, readAt: null, covers: 'all', problem: GONE });
});

it('keeps each system apart', async () => {
  await store.keepMasterData('https://other.example', { kind: 'tax-codes', scope: '', covers: 'all', rows: [] });
  const others = await store.listMasterData('https://other.example');
  expect(others.map(({ kind }) => kind)).toEqual(['tax-codes']);
  expect(await store.listMasterData('https://none.example')).toEqual([]);
});

it('is refused by the database without rows and without a reason, and for a kind that does not exist', async () => {
  const insert = (values: string) => database.pool.query(`insert into master_data values (${values})`);
  const now = 'now()';
  await expect(insert(`'s', 'customers', '', null, null, null, ${now}, null`)).rejects.toThrow('no_rows_means_problem');
  await expect(insert(`'s', 'customers', '', null, '[]', null, ${now}, null`)).rejects.toThrow('rows_have_an_age');
  await expect(insert(`'s', 'houses', '', null, '[]', ${now}, ${now}, null`)).rejects.toThrow('kind_check');
  await expect(insert(`'s', 'customers', '', null, '[]', ${now}, ${now}, null`)).resolves.toBeDefined();
});
