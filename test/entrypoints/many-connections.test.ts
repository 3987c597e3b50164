/**
 * Many connections on a real server, in shortened time: worker processes with the real dispatcher, schedule and job engine, and
 * work that only takes its time. One seller never comes to an end. LOAD=full: 1,000 connections and 8 workers of 12 jobs.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  instantOf,
  nextTurn,
  type PlannedWork,
  planWork,
  type ScheduleWishes,
  WORK_NAMES,
  type WorkName,
} from '../../src/app/index.ts';
import { parseTimeZone, silentLog } from '../../src/core/index.ts';
import { systemClock } from '../../src/entrypoints/system.ts';
import { prepareQueue } from '../../src/jobs/index.ts';
import { createBooks, timeOf } from '../../src/store/index.ts';
import { openTestBooks, type TestBooks, testOptions, urlOf } from '../store/database.ts';

const isFull = process.env.LOAD === 'full';
const CONNECTIONS = isFull ? 1_000 : 20;
const WORKERS = isFull ? 8 : 2;
const CONCURRENCY = 12;
/** Time is shortened so many times: an hour of the small run is a few seconds. */
const FACTOR = Number(process.env.LOAD_FACTOR ?? (isFull ? 10 : 600));
const HOURS = Number(process.env.LOAD_HOURS ?? (isFull ? 1 : 0.75));
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const STARTS_AT = Date.parse('2026-11-26T09:00:00Z');
const WISHES: ScheduleWishes = { timeZone: null, quietHours: [], postingWindows: [], closedDays: [], works: {} };
/** Seconds of a turn, at the least and at the most: most of it is waiting for Amazon. */
const SECONDS: Readonly<Record<WorkName, readonly [number, number]>> = {
  settlements: [20, 200],
  posting: [0, 8],
  orders: [10, 40],
  finances: [10, 50],
  payouts: [5, 20],
  reimbursements: [10, 60],
  vat: [10, 60],
  customers: [5, 60],
  reconciliation: [5, 60],
  credentials: [1, 2],
  accrual: [5, 60],
};

/** Name of the connection, work, begin, end and slot, in shortened time. */
type Served = readonly [string, WorkName, number, number, number];

interface Told {
  readonly served: readonly Served[];
  readonly bounced: number;
  readonly cpuS: number;
  readonly stopMs: number;
}

let test: TestBooks;
const children = new Set<ChildProcess>();
beforeAll(async () => {
  test = await openTestBooks();
  await prepareQueue(test.database.pool, silentLog);
}, 60_000);
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await test.close();
});

/** All connections, planned as the program plans them by default, each work with its next turn. */
async function plan(): Promise<void> {
  const { processes } = await testOptions();
  const readTime = timeOf({ ...systemClock, nowMs: () => STARTS_AT });
  const books = createBooks({ ...test, processes, assertMove: () => {}, readTime });
  // Without their audit events, which are nobody's concern here and take as long as the rest of the test.
  await test.database.pool.query(
    `insert into connection (id, name, seller_account, settings, created_at)
     select gen_random_uuid(), 'connection-' || each, 'S' || each, '{}', now() from generate_series(0, $1) as each`,
    [CONNECTIONS - 1],
  );
  const toPlan = [...(await books.connectionsToPlan(1))];
  const planNext = async (): Promise<void> => {
    const next = toPlan.pop();
    if (!next) return;
    await planOne(next);
    return planNext();
  };
  const planOne = async ({ id, marker }: (typeof toPlan)[number]) => {
    const works = WORK_NAMES.flatMap((work): PlannedWork[] => {
      const made = planWork(work, id, { wishes: WISHES, timeZone: parseTimeZone('UTC') });
      if (!made) return [];
      const next = nextTurn(made, STARTS_AT);
      const dueAt = instantOf(next);
      return [{ work, plan: made, firstDueAt: dueAt, nextDueAt: dueAt, cadenceMs: nextTurn(made, next) - next }];
    });
    await books.putPlans(id, marker, works);
  };
  await Promise.all(Array.from({ length: 8 }, planNext));
}

const nameOf = (number: number) => `connection-${number}`;
const NOISY = nameOf(0);

function startWorker(): {
  readonly child: ChildProcess;
  readonly ready: Promise<unknown>;
  readonly told: Promise<Told>;
} {
  const databaseUrl = urlOf(test.database);
  const facts = { databaseUrl, factor: FACTOR, startsAt: STARTS_AT, concurrency: CONCURRENCY };
  const work = { noisy: NOISY, sliceS: 300, seconds: SECONDS };
  const path = fileURLToPath(new URL('./schedule-worker.mjs', import.meta.url));
  const child = spawn(process.execPath, [path, JSON.stringify({ ...facts, ...work })], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.add(child);
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  const told = once(child, 'close').then((): Told => {
    children.delete(child);
    return JSON.parse(out.slice(out.indexOf('\n')));
  });
  return { child, ready: once(child.stdout, 'data'), told };
}

async function run(): Promise<readonly Told[]> {
  await plan();
  const workers = Array.from({ length: WORKERS }, startWorker);
  await Promise.all(workers.map(({ ready }) => ready));
  const realStart = systemClock.nowMs();
  for (const { child } of workers) child.stdin?.write(`${realStart}\n`);
  await systemClock.sleep((HOURS * HOUR_MS) / FACTOR);
  for (const { child } of workers) child.kill('SIGTERM');
  return Promise.all(workers.map(({ told }) => told));
}

const at = (sorted: readonly number[], share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;

/** Per work: how late its turns began, and how many each connection but the noisy one had. */
function statistics(served: readonly Served[]) {
  return WORK_NAMES.flatMap((work) => {
    const turns = served.filter(([name, each]) => each === work && name !== NOISY);
    if (turns.length === 0) return [];
    const late = turns.map(([, , from, , slot]) => (from - slot) / MINUTE_MS).sort((a, b) => a - b);
    const counts = new Map(Array.from({ length: CONNECTIONS - 1 }, (_, index) => [nameOf(index + 1), 0]));
    for (const [name] of turns) counts.set(name, (counts.get(name) ?? 0) + 1);
    const each = [...counts.values()];
    const [least, most] = [Math.min(...each), Math.max(...each)];
    return [
      { work, turns: turns.length, lateP50: at(late, 0.5), lateP99: at(late, 0.99), lateMax: at(late, 1), least, most },
    ];
  });
}

/** What the run cost the database. */
async function databaseLoad(): Promise<object> {
  const { pool } = test.database;
  const { rows: load } = await pool.query(
    'select xact_commit, tup_updated, tup_inserted from pg_stat_database where datname = current_database()',
  );
  const { rows: queues } = await pool.query('select count(*)::int as queues from graphile_worker._private_job_queues');
  const { rows: jobs } = await pool.query('select state, count(*)::int from job group by state');
  return { ...load[0], ...queues[0], jobs };
}

describe(`${CONNECTIONS} connections and ${WORKERS} workers (1,000 and 8 with LOAD=full), time ${FACTOR} times as fast`, () => {
  it(`${isFull ? 'every work begins within its cadence, equal connections are served equally' : 'work is done'}, and a noisy one holds at most four workers`, async () => {
    const told = await run();
    const served = told.flatMap((each) => each.served);
    const found = statistics(served);
    if (isFull) {
      process.stdout.write(`${JSON.stringify(found, null, 1)}\n`);
      process.stdout.write(`served ${served.length}, bounced ${told.map((each) => each.bounced)}, `);
      process.stdout.write(
        `by worker ${told.map((each) => each.served.length)}, cpu s ${told.map((each) => each.cpuS)}, stop ms ${told.map((each) => each.stopMs)}\n`,
      );
      process.stdout.write(`${JSON.stringify(await databaseLoad())}\n`);
    }
    for (const [work, cadence] of [
      ['orders', 15],
      ['posting', 15],
      ['finances', 60],
    ] as const) {
      const turns = found.find((each) => each.work === work)!;
      expect(turns.turns, work).toBeGreaterThan(0);
      // In the small run a second of a busy machine is ten minutes: only the large one measures.
      if (!isFull) continue;
      expect(turns.lateMax, work).toBeLessThan(cadence);
      expect(turns.most - turns.least, work).toBeLessThanOrEqual(Math.max(1, 0.1 * turns.most));
    }
    const noisy = served.filter(([name]) => name === NOISY);
    const atOnce = noisy.map(([, , from]) => noisy.filter(([, , begun, end]) => begun <= from && from < end).length);
    expect(Math.max(...atOnce)).toBeLessThanOrEqual(4);
  }, 3_600_000);
});
