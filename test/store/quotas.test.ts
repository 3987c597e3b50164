import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QuotaKey, QuotaState, QuotaStore } from '../../src/app/index.ts';
import { databaseOn } from '../../src/store/database.ts';
import { createQuotaStore, type Database, timeOf } from '../../src/store/index.ts';
import { TestClock } from '../simulation/test-clock.ts';
import { listenTo, openTestDatabase } from './database.ts';

const START_MS = Date.parse('2026-11-23T08:00:00Z');

let database: Database;
let otherPool: Pool;
/** The same database as another process has it, with connections of its own. */
let other: Database;
beforeAll(async () => {
  database = await openTestDatabase();
  otherPool = new Pool({ ...database.pool.options, password: String(database.pool.options.password), max: 8 });
  listenTo(otherPool);
  other = databaseOn(otherPool, database.place, () => otherPool.end());
});
afterAll(async () => {
  await other.close();
  await database.close();
});

const keyOf = (operation: string, facts: Partial<QuotaKey> = {}): QuotaKey => ({
  application: 'app',
  region: 'EU',
  sellerAccount: 'A1',
  operation,
  ...facts,
});

const PLAN = { ratePerSecond: 2, burst: 10 };

/** Takes a token when there is one. The result: when it was taken by the store's clock, or how long to wait. */
function take(store: QuotaStore, key: QuotaKey): Promise<{ atMs: number; waitMs: number }> {
  return store.update(key, (state, nowMs) => {
    const { ratePerSecond, burst } = PLAN;
    const earned = state ? (Math.max(0, nowMs - state.updatedAtMs) / 1_000) * ratePerSecond : 0;
    const tokens = Math.min(burst, (state?.tokens ?? burst) + earned);
    const isFree = tokens >= 1;
    return {
      state: { tokens: isFree ? tokens - 1 : tokens, updatedAtMs: nowMs, ratePerSecond, blockedUntilMs: 0 },
      result: { atMs: nowMs, waitMs: isFree ? 0 : ((1 - tokens) / ratePerSecond) * 1_000 },
    };
  });
}

const someState: QuotaState = { tokens: 1, updatedAtMs: START_MS, ratePerSecond: 0.0056, blockedUntilMs: 0 };
const put = (store: QuotaStore, key: QuotaKey, state: QuotaState) =>
  store.update(key, () => ({ state, result: 'written' }));
const read = (store: QuotaStore, key: QuotaKey) =>
  store.update(key, (state) => ({ state: state ?? someState, result: state }));

it('a bucket reads back exactly as it was written, and `undefined` before it ever was', async () => {
  const store = createQuotaStore(database);
  const key = keyOf('exact');
  expect(await read(store, key)).toBeUndefined();
  const state = {
    tokens: 0.1 + 0.2,
    updatedAtMs: START_MS + 1 / 3,
    ratePerSecond: 0.0167,
    blockedUntilMs: START_MS + 59_880.239520958086,
  };
  expect(await put(store, key, state)).toBe('written');
  expect(await read(createQuotaStore(other), key)).toEqual(state);
});

it('application, region, seller and operation each have a bucket of their own', async () => {
  const store = createQuotaStore(database);
  const keys = [
    keyOf('own'),
    keyOf('own', { application: 'app-2' }),
    keyOf('own', { region: 'NA' }),
    keyOf('own', { sellerAccount: 'A2' }),
    keyOf('own-2'),
  ];
  for (const [index, key] of keys.entries()) await put(store, key, { ...someState, tokens: index });
  for (const [index, key] of keys.entries()) expect(await read(store, key)).toMatchObject({ tokens: index });
});

it('what `change` throws reaches the caller and leaves the bucket as it was', async () => {
  const store = createQuotaStore(database);
  const key = keyOf('thrown');
  await put(store, key, someState);
  const failed = store.update(key, () => {
    throw new Error('no');
  });
  await expect(failed).rejects.toThrow('no');
  expect(await read(store, key)).toEqual(someState);
});

it.each([
  ['tokens', Number.NaN],
  ['tokens', Number.POSITIVE_INFINITY],
  ['updatedAtMs', Number.NEGATIVE_INFINITY],
  ['ratePerSecond', 0],
  ['ratePerSecond', Number.NaN],
  ['blockedUntilMs', Number.POSITIVE_INFINITY],
])('a bucket that could never open again is refused by the database: %s %d', async (member, value) => {
  const store = createQuotaStore(database);
  await expect(put(store, keyOf('refused'), { ...someState, [member]: value })).rejects.toThrow('check constraint');
  const { rows } = await database.pool.query("select from amazon_quota where operation = 'refused'");
  expect(rows).toEqual([]);
});

describe('many callers of two processes', () => {
  it('lose no change, also when all find a new bucket at once', async () => {
    const stores = [createQuotaStore(database), createQuotaStore(other)];
    const key = keyOf('counted');
    const results = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        stores[index % 2]!.update(key, (state) => {
          const tokens = (state?.tokens ?? 0) + 1;
          return { state: { ...someState, tokens }, result: tokens };
        }),
      ),
    );
    expect(results.sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    expect(await read(stores[0]!, key)).toMatchObject({ tokens: 60 });
  });

  it('control: the same changes without the lock lose some', async () => {
    const key = 'lost';
    await put(createQuotaStore(database), keyOf(key), { ...someState, tokens: 0 });
    await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const { pool } = index % 2 === 0 ? database : other;
        const { rows } = await pool.query('select tokens from amazon_quota where operation = $1', [key]);
        await pool.query('update amazon_quota set tokens = $2 where operation = $1', [key, rows[0].tokens + 1]);
      }),
    );
    expect((await read(createQuotaStore(database), keyOf(key)))?.tokens).toBeLessThan(30);
  });

  it('see the time go forward only, one change after the other', async () => {
    const stores = [createQuotaStore(database), createQuotaStore(other)];
    const key = keyOf('ordered');
    const seen = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        stores[index % 2]!.update(key, (state, nowMs) => ({
          state: { ...someState, updatedAtMs: nowMs },
          result: { before: state?.updatedAtMs ?? 0, now: nowMs },
        })),
      ),
    );
    for (const { before, now } of seen) expect(now).toBeGreaterThanOrEqual(before);
    expect(new Set(seen.map(({ before }) => before)).size).toBeGreaterThan(1);
  });

  it('never get more tokens in any span of time than the plan allows', async () => {
    const clock = new TestClock(START_MS);
    const stores = [createQuotaStore(database, timeOf(clock)), createQuotaStore(other, timeOf(clock))];
    const key = keyOf('paced');
    const sent: number[] = [];
    while (sent.length < 60) {
      const answers = await Promise.all(Array.from({ length: 4 }, (_, index) => take(stores[index % 2]!, key)));
      sent.push(...answers.filter(({ waitMs }) => waitMs === 0).map(({ atMs }) => atMs));
      await clock.sleep(Math.ceil(Math.max(...answers.map(({ waitMs }) => waitMs))));
    }
    for (const [first, fromMs] of sent.entries()) {
      for (let last = first; last < sent.length; last += 1) {
        const allowed = PLAN.burst + ((sent[last]! - fromMs) / 1_000) * PLAN.ratePerSecond;
        expect(last - first + 1).toBeLessThanOrEqual(Math.floor(allowed + 1e-6));
      }
    }
    // control: they are not slower than the plan either.
    expect((sent.at(-1)! - START_MS) / 1_000).toBeLessThan((60 - PLAN.burst) / PLAN.ratePerSecond + 5);
  });
});

it('goes by the clock of the database, whatever the clock of a machine says', async () => {
  const key = keyOf('clock');
  const nowOf = (store: QuotaStore) => store.update(key, (_, nowMs) => ({ state: someState, result: nowMs }));
  const { rows } = await database.pool.query('select extract(epoch from clock_timestamp()) * 1000 as now');
  const first = await nowOf(createQuotaStore(database));
  expect(first).toBeGreaterThanOrEqual(Math.floor(Number(rows[0].now)));
  expect(await nowOf(createQuotaStore(other))).toBeGreaterThanOrEqual(first);
  // control: a clock that is handed in is gone by.
  expect(await nowOf(createQuotaStore(other, timeOf(new TestClock(5))))).toBe(5);
});
