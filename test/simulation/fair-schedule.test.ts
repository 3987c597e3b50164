/**
 * The schedule in virtual time: 1,000 connections, 8 workers of 12 jobs each, mixed durations and one seller who never comes to
 * an end. The dispatcher is the real one; the store and the queue do in memory what the database does. LOAD=full takes a day.
 */
import { describe, expect, it } from 'vitest';
import type { ConnectionId } from '../../src/app/index.ts';
import {
  dispatchDue,
  feedOfWork,
  instantOf,
  nextTurn,
  planWork,
  priorityOf,
  queueOf,
  type ScheduleRecord,
  type ScheduleStore,
  WORK_NAMES,
  type WorkName,
} from '../../src/app/schedule/index.ts';
import { parseTimeZone, sha256Of, silentLog } from '../../src/core/index.ts';

const isFull = process.env.LOAD === 'full';
const CONNECTIONS = isFull ? 1_000 : 125;
/** In proportion, so that the small run is as busy as the large one. */
const SLOTS = (8 * 12 * CONNECTIONS) / 1_000;
/** Of 12 jobs 8 may be feeds. */
const FEED_SHARE = 8 / 12;
const HOURS = isFull ? 24 : 4;
const START = Date.parse('2026-11-26T00:00:00Z');
const TICK_S = 15;
const NOISY = 0;
const SLICE_S = 300;
const UTC = parseTimeZone('UTC');

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

interface Row {
  record: ScheduleRecord;
  /** The same as `record.nextDueAt`. */
  dueMs: number;
  readonly connection: number;
  readonly cadenceMs: number;
}

interface Job {
  readonly row: Row;
  readonly work: WorkName;
  readonly slotAt: string;
  readonly queue: string;
}

interface Served {
  readonly connection: number;
  readonly work: WorkName;
  readonly lateMs: number;
  readonly cadenceMs: number;
}

function rowsOf(): Row[] {
  return Array.from({ length: CONNECTIONS }, (_, connection) => connection).flatMap((connection) => {
    const connectionId = `connection-${connection}` as ConnectionId;
    const wishes = { timeZone: null, quietHours: [], postingWindows: [], closedDays: [], works: {} };
    return WORK_NAMES.flatMap((work) => {
      const plan = planWork(work, connectionId, { wishes, timeZone: UTC });
      if (!plan) return [];
      const first = nextTurn(plan, START);
      const record: ScheduleRecord = {
        key: `${connectionId}:${work}`,
        connectionId,
        work,
        plan,
        isOn: true,
        nextDueAt: instantOf(first),
        lastSlotAt: null,
        dispatchedAt: null,
        missedTurns: 0,
        servedSlotAt: null,
        servedAt: null,
        problem: null,
        owedSince: null,
        waitsSince: null,
        wishedAt: null,
        pause: null,
        askedAt: null,
      };
      return [{ record, dueMs: first, connection, cadenceMs: nextTurn(plan, first) - first }];
    });
  });
}

/** What the statements of the store do, in memory. */
function memorySchedules(rows: readonly Row[], now: () => number): Pick<ScheduleStore, 'takeDueTurns'> {
  const lateness = ({ dueMs, cadenceMs }: Row) => (now() - dueMs) / cadenceMs;
  return {
    takeDueTurns: async (limit, decide) => {
      const due = rows
        .filter(({ dueMs }) => dueMs <= now())
        .sort((a, b) => lateness(b) - lateness(a) || (a.record.servedAt ?? '').localeCompare(b.record.servedAt ?? ''))
        .slice(0, limit);
      for (const row of due) {
        const slotAt = row.record.nextDueAt;
        const turn = {
          record: row.record,
          connectionName: String(row.connection),
          isStopped: false,
          isGivenUp: false,
          now: now(),
          slotAt,
          dueAt: slotAt,
        };
        const { isDispatched, nextDueAt, missedTurns } = await decide(turn);
        const dispatched = isDispatched && { lastSlotAt: slotAt, dispatchedAt: instantOf(now()), missedTurns };
        row.record = { ...row.record, nextDueAt, ...dispatched };
        row.dueMs = Date.parse(nextDueAt);
      }
      return due.length;
    },
  };
}

/** First in, first out by priority, one at a time of a queue; a request of the same work takes the place of one that waits. */
class Queue {
  readonly #waiting: Job[][] = [[], []];
  readonly running: (Job & { readonly endsAt: number })[] = [];
  readonly #busy = new Set<string>();

  add(job: Job): void {
    const list = this.#listOf(job.work);
    const same = list.findIndex(({ row }) => row === job.row);
    if (same >= 0) list.splice(same, 1);
    list.push(job);
  }

  /** Takes what may run now. */
  start(slots: number, endOf: (job: Job) => number): Job[] {
    const started: Job[] = [];
    let feeds = this.running.filter(({ work }) => feedOfWork(work)).length;
    for (const list of this.#waiting) {
      for (let index = 0; index < list.length && this.running.length < slots; ) {
        const job = list[index]!;
        const isFeed = feedOfWork(job.work) !== undefined;
        if (this.#busy.has(job.queue) || (isFeed && feeds >= slots * FEED_SHARE)) {
          index += 1;
          continue;
        }
        list.splice(index, 1);
        if (isFeed) feeds += 1;
        this.#busy.add(job.queue);
        this.running.push({ ...job, endsAt: endOf(job) });
        started.push(job);
      }
    }
    return started;
  }

  ended(now: number): Job[] {
    const over = this.running.filter(({ endsAt }) => endsAt <= now);
    for (const job of over) {
      this.running.splice(this.running.indexOf(job), 1);
      this.#busy.delete(job.queue);
    }
    return over;
  }

  #listOf(work: WorkName): Job[] {
    return this.#waiting[priorityOf(work) === 0 ? 0 : 1]!;
  }
}

async function simulate(slots: number, hours: number): Promise<{ served: readonly Served[]; noisyAtOnce: number }> {
  const rows = rowsOf();
  const byKey = new Map(rows.map((row) => [row.record.key, row]));
  const queue = new Queue();
  const served: Served[] = [];
  let now = START;
  let noisyAtOnce = 0;
  const schedules = memorySchedules(rows, () => now);
  const enqueue = async ({ key, work, slotAt }: { key: string; work: string; slotAt: string }) => {
    const row = byKey.get(key)!;
    const name = work as WorkName;
    queue.add({ row, work: name, slotAt, queue: queueOf(name, String(row.connection)) });
  };
  const endOf = ({ row, work, slotAt }: Job) => {
    if (row.connection === NOISY) return now + SLICE_S * 1_000;
    const [least, most] = SECONDS[work];
    const chance = Number.parseInt(sha256Of(`${row.record.key}${slotAt}`).slice(0, 8), 16) / 2 ** 32;
    return now + Math.max(1, Math.round(least + chance * (most - least))) * 1_000;
  };
  for (; now < START + hours * 3_600_000; now += 1_000) {
    for (const { row, work, slotAt, queue: name } of queue.ended(now)) {
      row.record = { ...row.record, servedSlotAt: slotAt, servedAt: instantOf(now) };
      // Its first loads never end: each goes on behind those who wait.
      if (row.connection === NOISY) queue.add({ row, work, slotAt, queue: name });
    }
    if (((now - START) / 1_000) % TICK_S === 0) {
      await dispatchDue({ schedules, enqueue, closingsOf: async () => [], log: silentLog });
    }
    for (const { row, work, slotAt } of queue.start(slots, endOf)) {
      const { connection, cadenceMs } = row;
      served.push({ connection, work, lateMs: now - Date.parse(slotAt), cadenceMs });
    }
    noisyAtOnce = Math.max(noisyAtOnce, queue.running.filter(({ row }) => row.connection === NOISY).length);
  }
  return { served, noisyAtOnce };
}

/** Turns of each connection but the noisy one. */
function turnsOf(served: readonly Served[], work: WorkName): number[] {
  const counts = new Array<number>(CONNECTIONS).fill(0);
  for (const each of served) if (each.work === work) counts[each.connection] = (counts[each.connection] ?? 0) + 1;
  return counts.filter((_, connection) => connection !== NOISY);
}

describe(`${CONNECTIONS} connections (1,000 with LOAD=full) in virtual time`, () => {
  it('every work begins within its cadence, equal connections are served equally, and a noisy one holds four workers', async () => {
    const { served, noisyAtOnce } = await simulate(SLOTS, HOURS);
    const others = served.filter(({ connection }) => connection !== NOISY);
    expect(others.filter(({ lateMs, cadenceMs }) => lateMs >= cadenceMs)).toEqual([]);
    for (const work of ['orders', 'posting'] as const) {
      const turns = turnsOf(served, work);
      expect(Math.min(...turns)).toBeGreaterThanOrEqual(HOURS * 4 - 1);
      // One turn more or less, where the count begins and ends between two of them.
      expect(Math.max(...turns) - Math.min(...turns)).toBeLessThanOrEqual(Math.max(1, 0.1 * Math.max(...turns)));
    }
    expect(noisyAtOnce).toBeLessThanOrEqual(4);
    expect(noisyAtOnce).toBeGreaterThan(2);
  }, 1_200_000);

  it('with far too few workers everybody gets the same share of what there is', async () => {
    const { served } = await simulate(Math.ceil(SLOTS / 2), HOURS);
    const turns = turnsOf(served, 'orders');
    const [least, most] = [Math.min(...turns), Math.max(...turns)];
    // Too few, so that the share is worth something.
    expect(most).toBeLessThan(HOURS * 4 - 1);
    expect(least).toBeGreaterThan(0);
    expect(most - least).toBeLessThanOrEqual(Math.max(1, 0.1 * most));
  }, 1_200_000);
});
