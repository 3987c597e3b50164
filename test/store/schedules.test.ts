/** The schedule in PostgreSQL: each turn is handed over once, whoever dispatches, whatever the clock of the database does. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  assertMove,
  type Connection,
  type DispatchedTurn,
  dispatchDue,
  instantOf,
  nextTurn,
  type PlannedWork,
  type ScheduleRecord,
  type WorkPlan,
} from '../../src/app/index.ts';
import { type ProblemFacts, parseTimeZone, silentLog } from '../../src/core/index.ts';
import { createBooks, createPrivacyStore, timeOf } from '../../src/store/index.ts';
import { TestClock } from '../simulation/test-clock.ts';
import { openTestBooks, type TestBooks } from './database.ts';
import { ANNA, addConnection } from './samples.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const QUARTER: WorkPlan = {
  rule: { kind: 'every', everyMs: 15 * MINUTE_MS, phaseMs: 0 },
  calendar: { timeZone: parseTimeZone('UTC'), quietHours: [] },
  nearClosings: null,
  windows: [],
};
const HOURLY: WorkPlan = { ...QUARTER, rule: { kind: 'every', everyMs: HOUR_MS, phaseMs: 0 } };

let test: TestBooks;
let start = Date.parse('2026-11-26T10:00:00Z');
const clock = new TestClock(start);
let connection: Connection;
let asked: DispatchedTurn[];
let opened = 0;
beforeAll(async () => {
  test = await openTestBooks({ clock });
});
afterAll(() => test.close());
beforeEach(async () => {
  await test.database.pool.query('delete from schedule');
  opened += 1;
  connection = await addConnection(test.books, `SHOP${opened}`);
  asked = [];
  // At a full hour, so that the turns of the tests are the same.
  await clock.sleep(HOUR_MS - (clock.nowMs() % HOUR_MS));
  start = clock.nowMs();
});

const planned = (work: string, plan: WorkPlan): PlannedWork => ({
  work,
  plan,
  firstDueAt: instantOf(clock.nowMs()),
  nextDueAt: instantOf(nextTurn(plan, clock.nowMs())),
  cadenceMs: plan.rule.kind === 'every' ? plan.rule.everyMs : 24 * HOUR_MS,
});
const put = (works: readonly PlannedWork[] = [planned('orders', QUARTER)]) =>
  test.books.putPlans(connection.id, 'v1', works);
const dispatch = (books = test.books) =>
  dispatchDue({
    schedules: books,
    enqueue: async (turn) => void asked.push(turn),
    closingsOf: async () => [],
    log: silentLog,
  });
const record = async (work = 'orders'): Promise<ScheduleRecord> =>
  (await test.books.listSchedules(connection.id)).find((each) => each.work === work)!;
const done = (turn: DispatchedTurn) => test.books.endTurn(turn.key, turn.slotAt, { problem: null, againAfterMs: null });
const at = (minutes: number) => new Date(start + minutes * MINUTE_MS).toISOString();
const slots = () => asked.map(({ slotAt }) => new Date(slotAt).toISOString());

describe('a turn', () => {
  it('is handed over once, however many dispatchers look at the same moment', async () => {
    const works = Array.from({ length: 40 }, (_, each) => planned(`work-${each}`, QUARTER));
    await put(works);
    const others = [1, 2, 3, 4].map(() => createBooks({ ...test, assertMove, readTime: timeOf(clock) }));
    await Promise.all(others.map((books) => dispatch(books)));
    expect(asked).toHaveLength(40);
    expect(new Set(asked.map(({ key }) => key)).size).toBe(40);
  });

  it('of the first time is due at once, the next ones at their moments, and one that still runs is joined by the next', async () => {
    await put();
    await dispatch();
    await clock.sleep(15 * MINUTE_MS);
    await dispatch();
    // The first one has not come to its end.
    expect(slots()).toEqual([at(0)]);
    await done(asked[0]!);
    await clock.sleep(15 * MINUTE_MS);
    await dispatch();
    expect(slots()).toEqual([at(0), at(30)]);
  });

  it('whose job was lost is asked for again after some hours', async () => {
    await put();
    await dispatch();
    await clock.sleep(3 * HOUR_MS);
    await dispatch();
    expect(asked).toHaveLength(2);
  });

  it('whose job was given up or cancelled keeps the next one waiting for nothing', async () => {
    await put();
    await dispatch();
    await clock.sleep(15 * MINUTE_MS);
    const job = (id: string, state: string, minutes: number | null) =>
      test.database.pool.query(
        `insert into job (id, name, connection_id, payload, key, queue, priority, requested_at, due_at, state, placement, ended_at)
         values ($1, 'orders', $2, '{}', $1, 'q', 0, $3, $3, $4, 1, $5)`,
        [`${id}:${connection.id}`, connection.id, at(0), state, minutes === null ? null : at(minutes)],
      );
    await job('first part', 'gave-up', 10);
    await job('second part', 'running', null);
    await dispatch();
    // Control: a part of it still runs.
    expect(slots()).toEqual([at(0)]);
    await test.database.pool.query("update job set state = 'cancelled', ended_at = $1 where state = 'running'", [
      at(20),
    ]);
    await clock.sleep(15 * MINUTE_MS);
    await dispatch();
    expect(slots()).toEqual([at(0), at(30)]);
  });

  it('that was missed while nobody worked is made up for once, and that is on record', async () => {
    await put();
    await dispatch();
    await done(asked[0]!);
    await clock.sleep(26 * HOUR_MS);
    await dispatch();
    await dispatch();
    expect(slots()).toEqual([at(0), at(15)]);
    expect(await record()).toMatchObject({ missedTurns: 26 * 4 - 1, nextDueAt: at(26 * 60 + 15) });
  });

  it('is not repeated when the clock of the database is set back, and is made up for once when it jumps ahead', async () => {
    await put();
    await dispatch();
    await done(asked[0]!);
    await clock.sleep(15 * MINUTE_MS);
    await dispatch();
    await done(asked[1]!);
    await clock.sleep(-20 * MINUTE_MS);
    for (let minutes = 0; minutes < 34; minutes += 1) {
      await dispatch();
      await put();
      await clock.sleep(MINUTE_MS);
    }
    expect(slots()).toEqual([at(0), at(15)]);
    await clock.sleep(5 * HOUR_MS);
    await dispatch();
    await dispatch();
    expect(asked).toHaveLength(3);
  });

  it.each([
    ['three hours', 3],
    ['two days', 48],
  ])('comes again as a turn of its own, at its moment, after the clock was set back by %s', async (_, hours) => {
    const plans = () => put([planned('orders', HOURLY)]);
    await plans();
    for (let each = 0; each < hours; each += 1) {
      await dispatch();
      await done(asked.at(-1)!);
      await clock.sleep(HOUR_MS);
    }
    const before = asked.length;
    expect(before, 'control: each was handed over').toBe(hours);
    await clock.sleep(-hours * HOUR_MS);
    expect((await test.books.connectionsToPlan(1)).map(({ id }) => id)).toContain(connection.id);
    await plans();
    for (let each = 0; each < 10; each += 1) {
      await dispatch();
      if (asked.length > before) await done(asked.at(-1)!);
      await clock.sleep(15 * MINUTE_MS);
    }
    expect(asked.slice(before).map(({ dueAt }) => new Date(dueAt).toISOString())).toEqual([at(60), at(120)]);
    // A job is known by its turn: one that was done would swallow it.
    expect(new Set(slots()).size).toBe(asked.length);
    expect(slots()).toEqual([...slots()].sort());
    expect(await record(), 'what became of it is on record').toMatchObject({
      servedSlotAt: (await record()).lastSlotAt,
      nextDueAt: at(180),
    });
    // Ahead again: one turn makes up for all, and nothing is due twice.
    await clock.sleep(hours * HOUR_MS);
    await dispatch();
    await dispatch();
    expect(asked).toHaveLength(before + 3);
  });

  it('is not lost for a year when the clock had been a year ahead', async () => {
    await put();
    await clock.sleep(8_760 * HOUR_MS);
    await dispatch();
    await done(asked[0]!);
    await clock.sleep(-8_759 * HOUR_MS);
    expect((await test.books.connectionsToPlan(1)).map(({ id }) => id)).toContain(connection.id);
    await put();
    await clock.sleep(15 * MINUTE_MS);
    await dispatch();
    expect(asked).toHaveLength(2);
  });

  it('that is late for longest in proportion comes first, and one that cannot be handed over holds up nobody', async () => {
    await put([planned('finances', HOURLY), planned('orders', QUARTER), planned('payouts', QUARTER)]);
    await clock.sleep(10 * MINUTE_MS);
    await dispatchDue({
      schedules: test.books,
      enqueue: async (turn) => {
        if (turn.work === 'orders') throw new Error('no');
        asked.push(turn);
      },
      closingsOf: async () => [],
      log: silentLog,
    });
    expect(asked.map(({ work }) => work)).toEqual(['payouts', 'finances']);
    expect(await record()).toMatchObject({ lastSlotAt: null });
    await clock.sleep(5 * MINUTE_MS);
    await dispatch();
    expect(asked.map(({ work }) => work)).toContain('orders');
  });

  it('of a feed is left out while the connection is stopped; what is under way to SAP goes on', async () => {
    await put([planned('orders', QUARTER), planned('posting', QUARTER)]);
    const problem = JSON.stringify({ code: 'X', kind: 'rejected', says: 'x', next: 'x' });
    await test.database.pool.query('insert into connection_stop values ($1, $2, now())', [connection.id, problem]);
    await dispatch();
    expect(asked.map(({ work }) => work)).toEqual(['posting']);
  });

  it('that has to wait for something is tried again sooner than its next one', async () => {
    await put([planned('accrual', HOURLY)]);
    await dispatch();
    const waiting = { code: 'FINANCES_NOT_COMPLETE', kind: 'unavailable', says: 'Not yet.', next: 'Wait.' } as const;
    await test.books.endTurn(asked[0]!.key, asked[0]!.slotAt, { problem: waiting, againAfterMs: 10 * MINUTE_MS });
    expect(await record('accrual')).toMatchObject({ problem: waiting, nextDueAt: at(10) });
  });
});

describe('a turn that did not reach its goal', () => {
  const waiting = { code: 'FINANCES_NOT_COMPLETE', kind: 'unavailable', says: 'Not yet.', next: 'Wait.' } as const;
  const other = { ...waiting, code: 'ACCRUAL_STOPPED', kind: 'unmapped' } as const;
  const end = (turn: DispatchedTurn, problem: ProblemFacts | null, isServed?: boolean) =>
    test.books.endTurn(turn.key, turn.slotAt, {
      problem,
      againAfterMs: problem === null ? null : 10 * MINUTE_MS,
      ...(isServed !== undefined && { isServed }),
    });

  it('is owed since it was due until it reaches it, whatever is missed or tried meanwhile', async () => {
    await put([planned('accrual', HOURLY)]);
    await clock.sleep(5 * HOUR_MS);
    await dispatch();
    expect(await record('accrual')).toMatchObject({ owedSince: at(0), waitsSince: null });
    await end(asked[0]!, waiting);
    await clock.sleep(10 * MINUTE_MS);
    await dispatch();
    await end(asked[1]!, waiting);
    expect(await record('accrual')).toMatchObject({ owedSince: at(0), waitsSince: at(300) });
    await clock.sleep(10 * MINUTE_MS);
    await dispatch();
    await end(asked[2]!, other);
    await clock.sleep(10 * MINUTE_MS);
    await dispatch();
    await end(asked[3]!, null);
    expect(await record('accrual')).toMatchObject({ owedSince: null, waitsSince: null, problem: null });
  });

  it('waits since it began to, also when other reasons come between; the next one counts anew', async () => {
    const away = { ...waiting, code: 'SAP_UNREACHABLE' } as const;
    await put([planned('accrual', HOURLY)]);
    for (const problem of [other, away, waiting, other]) {
      await dispatch();
      await end(asked.at(-1)!, problem);
      expect(await record('accrual')).toMatchObject({ problem, waitsSince: at(0) });
      await clock.sleep(10 * MINUTE_MS);
    }
    await dispatch();
    await end(asked.at(-1)!, other, true);
    expect(await record('accrual'), 'control: it is served').toMatchObject({ owedSince: null, waitsSince: at(0) });
    await clock.sleep(HOUR_MS);
    await dispatch();
    await end(asked.at(-1)!, waiting);
    expect(await record('accrual')).toMatchObject({ problem: waiting, waitsSince: at(100) });
  });

  it('is wished for until it reaches its goal, where a person wanted it', async () => {
    const ask = { connectionId: connection.id, work: 'accrual', actor: ANNA, why: 'the books close early' };
    await put([{ ...planned('accrual', HOURLY), firstDueAt: at(60) }]);
    await test.books.askForTurn(ask);
    await dispatch();
    const { key, slotAt, dueAt } = asked[0]!;
    expect(asked[0]).toMatchObject({ isAsked: true });
    await test.books.endTurn(key, slotAt, { problem: waiting, againAfterMs: 10 * MINUTE_MS, wishedAt: dueAt });
    expect(await record('accrual')).toMatchObject({ wishedAt: at(0) });
    await clock.sleep(10 * MINUTE_MS);
    await dispatch();
    expect(asked[1], 'control: nobody asked for this one').toMatchObject({ isAsked: false });
    await end(asked[1]!, waiting);
    expect(await record('accrual')).toMatchObject({ wishedAt: at(0) });
    await clock.sleep(10 * MINUTE_MS);
    await dispatch();
    await end(asked[2]!, null);
    expect(await record('accrual')).toMatchObject({ owedSince: null, wishedAt: null });
  });

  it('is owed no more once it is served, although it has something to tell', async () => {
    await put([planned('accrual', HOURLY)]);
    await dispatch();
    await end(asked[0]!, other, true);
    expect(await record('accrual')).toMatchObject({ owedSince: null, problem: other, waitsSince: at(0) });
  });

  it('of the accrual stays due, and comes no later, when its plan changes', async () => {
    const plan = (nextDue: number) =>
      put([{ ...planned('accrual', nextDue > 500 ? QUARTER : HOURLY), nextDueAt: at(nextDue), losesNoTurn: true }]);
    await plan(300);
    await dispatch();
    await done(asked[0]!);
    const due = (await record('accrual')).nextDueAt;
    await plan(900);
    expect((await record('accrual')).nextDueAt).toBe(due);
    await plan(10);
    expect((await record('accrual')).nextDueAt, 'control: a sooner one counts').toBe(at(10));
    await put([]);
    await plan(900);
    expect(await record('accrual'), 'control: what was off owes nothing').toMatchObject({ owedSince: null });
  });
});

describe('a plan', () => {
  it('that is the same again leaves the next turn where it is; another one moves it; what is not named is off', async () => {
    await put();
    await dispatch();
    await done(asked[0]!);
    await clock.sleep(MINUTE_MS);
    await put();
    expect((await record()).nextDueAt).toBe(at(15));
    await put([planned('orders', HOURLY)]);
    expect((await record()).nextDueAt).toBe(at(60));
    await put([]);
    expect(await record()).toMatchObject({ isOn: false });
    await clock.sleep(2 * HOUR_MS);
    await dispatch();
    expect(asked).toHaveLength(1);
  });

  it('is wanted for a new connection, and again when its settings change or a day has passed', async () => {
    const wanted = async () => (await test.books.connectionsToPlan(1)).find(({ id }) => id === connection.id);
    const marker = (await wanted())?.marker ?? '';
    await test.books.putPlans(connection.id, marker, [planned('orders', QUARTER)]);
    expect(await wanted()).toBeUndefined();
    await test.books.updateConnection(connection.id, { settings: { other: 1 }, secrets: {} }, ANNA, 'a test');
    expect(await wanted()).toBeDefined();
    await test.books.putPlans(connection.id, (await wanted())!.marker, [planned('orders', QUARTER)]);
    await clock.sleep(25 * HOUR_MS);
    expect(await wanted()).toBeDefined();
    expect(await test.books.connectionsToPlan(2)).not.toEqual([]);
  });

  // Symptom: a person looked at one row with `for update` and left the session open; no connection was planned any more, because
  // the planner waited for that row. It skips what others hold, and comes back.
  it('waits for nobody who holds one row: the other connections are planned and go on, that one when it is free', async () => {
    const other = await addConnection(test.books, `FREE${opened}`);
    const works = [planned('orders', QUARTER), planned('posting', QUARTER)];
    await put(works);
    await test.books.putPlans(other.id, 'v1', works);
    await dispatch();
    for (const turn of asked) await done(turn);
    const holder = await test.database.pool.connect();
    try {
      await holder.query('begin');
      await holder.query('select from schedule where key = $1 for update', [`${connection.id}:orders`]);
      await clock.sleep(15 * MINUTE_MS);
      const wanted = (await test.books.connectionsToPlan(1)).map(({ id }) => id);
      expect(wanted).toEqual(expect.arrayContaining([connection.id, other.id]));
      const hourly = [planned('orders', HOURLY), planned('posting', HOURLY)];
      expect(await test.books.putPlans(connection.id, 'v2', hourly)).toBe(false);
      expect(await test.books.putPlans(other.id, 'v2', hourly)).toBe(true);
      await test.books.makeWorkDue('orders');
      asked = [];
      await dispatch();
      expect(asked.map(({ key }) => key)).toEqual(
        expect.arrayContaining([`${connection.id}:posting`, `${other.id}:orders`]),
      );
      expect(asked.map(({ key }) => key)).not.toContain(`${connection.id}:orders`);
      expect((await record('posting')).plan.rule, 'nothing is half planned').toEqual(QUARTER.rule);
    } finally {
      await holder.query('rollback');
      holder.release();
    }
    await dispatch();
    expect(asked.map(({ key }) => key)).toContain(`${connection.id}:orders`);
    expect(await put([planned('orders', HOURLY)]), 'control: it is free').toBe(true);
    expect((await record()).plan.rule).toEqual(HOURLY.rule);
  });

  it('of a seller who was erased waits for nobody either', async () => {
    await put();
    const gone = await addConnection(test.books, `GONE${opened}`);
    await test.books.putPlans(gone.id, 'v1', [planned('orders', QUARTER)]);
    await createPrivacyStore({ database: test.database }).beginErasure(gone.id, ANNA, 'asked for');
    const isOn = async () => (await test.books.listSchedules(gone.id)).map((each) => each.isOn);
    const holder = await test.database.pool.connect();
    try {
      await holder.query('begin');
      await holder.query('select from schedule where connection_id = $1 for update', [gone.id]);
      expect((await test.books.connectionsToPlan(1)).map(({ id }) => id)).toContain(connection.id);
      expect(await isOn()).toEqual([true]);
    } finally {
      await holder.query('rollback');
      holder.release();
    }
    await test.books.connectionsToPlan(1);
    expect(await isOn(), 'control').toEqual([false]);
  });
});

describe('a pause', () => {
  const pick = (work: string | null = null) => ({ connectionId: connection.id, work, actor: ANNA, why: 'an audit' });

  it('keeps every turn, or those of one work, from being handed over; what was missed is one turn afterwards', async () => {
    await put([planned('orders', QUARTER), planned('finances', HOURLY)]);
    expect(await test.books.pauseSchedule({ ...pick('orders'), until: null })).toEqual(['orders']);
    await clock.sleep(2 * HOUR_MS);
    await dispatch();
    expect(asked.map(({ work }) => work)).toEqual(['finances']);
    expect(await record()).toMatchObject({ pause: { by: ANNA, why: 'an audit', until: null } });
    expect(await test.books.resumeSchedule(pick())).toEqual(['orders']);
    expect(await test.books.resumeSchedule(pick())).toEqual([]);
    await dispatch();
    expect(asked.map(({ work }) => work)).toEqual(['finances', 'orders']);
    const events = await test.books.listEvents({ subject: `connection/${connection.id}` });
    expect(events.slice(-2)).toMatchObject([
      { action: 'schedule.pause', actor: ANNA, why: 'an audit', after: { works: ['orders'], until: null } },
      { action: 'schedule.resume', actor: ANNA, after: { works: ['orders'] } },
    ]);
  });

  it('with an end is over by itself', async () => {
    await put();
    await test.books.pauseSchedule({ ...pick(), until: at(60) });
    await clock.sleep(59 * MINUTE_MS);
    await dispatch();
    expect(asked).toEqual([]);
    await clock.sleep(2 * MINUTE_MS);
    await dispatch();
    expect(asked).toHaveLength(1);
  });

  it('does not hold back what a person asks for, which leaves the next turn where it was', async () => {
    await put();
    await dispatch();
    await done(asked[0]!);
    await test.books.pauseSchedule({ ...pick(), until: null });
    await clock.sleep(MINUTE_MS);
    expect(await test.books.askForTurn(pick())).toEqual(['orders']);
    await dispatch();
    await dispatch();
    expect(slots()).toEqual([at(0), at(1)]);
    expect(await record()).toMatchObject({ askedAt: null, nextDueAt: at(15) });
    const [event] = (await test.books.listEvents({ subject: `connection/${connection.id}` })).slice(-1);
    expect(event).toMatchObject({ action: 'schedule.run', actor: ANNA });
  });

  it('control: the works of the installation are others, and not paused with a connection', async () => {
    await put();
    await test.books.putPlans(null, '1', [planned('orders', QUARTER)]);
    await test.books.pauseSchedule({ ...pick(), until: null });
    await dispatch();
    expect(asked).toMatchObject([{ key: 'installation:orders', connectionId: null }]);
  });
});

describe('a seller that was erased', () => {
  it('is planned no more, and what was planned is switched off', async () => {
    await put();
    const toPlan = async () => (await test.books.connectionsToPlan(1)).map(({ id }) => id);
    expect(await toPlan(), 'control: it was to be planned').toContain(connection.id);
    await test.database.pool.query(
      `insert into seller_erasure (connection_id, why, begun_by_kind, begun_by_name, begun_at)
       values ($1, 'asked', 'user', 'anna', now())`,
      [connection.id],
    );
    expect(await toPlan()).not.toContain(connection.id);
    expect(await test.books.listSchedules(connection.id)).toMatchObject([{ work: 'orders', isOn: false }]);
  });
});
