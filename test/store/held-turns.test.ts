/** What is under way when a work is paused, when quiet hours come or a seller is erased, and what a person asks for meanwhile. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Connection,
  type DispatchedTurn,
  dispatchDue,
  instantOf,
  nextTurn,
  type PlannedWork,
  type ScheduleRecord,
  type WorkPlan,
} from '../../src/app/index.ts';
import { HOUR_MS, installTracer, MINUTE_MS, parseTimeZone, silentLog } from '../../src/core/index.ts';
import type { Workspace } from '../../src/entrypoints/composition.ts';
import { sinceOf } from '../../src/entrypoints/work/sync-works.ts';
import { DONE, jobKindOf, type TurnPayload, type Work } from '../../src/entrypoints/work/turn.ts';
import { createPrivacyStore } from '../../src/store/index.ts';
import { assertStillLoaded } from '../../src/store/loaded-settings.ts';
import { TestClock } from '../simulation/test-clock.ts';
import { openTestBooks, type TestBooks } from './database.ts';
import { ANNA, addConnection } from './samples.ts';

const QUARTER: WorkPlan = {
  rule: { kind: 'every', everyMs: 15 * MINUTE_MS, phaseMs: 0 },
  calendar: { timeZone: parseTimeZone('UTC'), quietHours: [] },
  nearClosings: null,
  windows: [],
};
const DAILY: WorkPlan = { ...QUARTER, rule: { kind: 'every', everyMs: 24 * HOUR_MS, phaseMs: 0 } };

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
const dispatchTo = (enqueue: (turn: DispatchedTurn) => Promise<void>) =>
  dispatchDue({ schedules: test.books, enqueue, closingsOf: async () => [], log: silentLog });
const dispatch = () => dispatchTo(async (turn) => void asked.push(turn));
const record = async (work = 'orders'): Promise<ScheduleRecord> =>
  (await test.books.listSchedules(connection.id)).find((each) => each.work === work)!;
const done = (turn: DispatchedTurn) => test.books.endTurn(turn.key, turn.slotAt, { problem: null, againAfterMs: null });
const at = (minutes: number) => new Date(start + minutes * MINUTE_MS).toISOString();

describe('a job that begins', () => {
  const pick = { work: null, actor: ANNA, why: 'an upgrade of SAP' };
  let ran: TurnPayload[] = [];
  let told: string[] = [];
  const begin = (work: string, payload: TurnPayload, run: Work['run'] = async () => DONE) => {
    const privacy = createPrivacyStore({ database: test.database });
    const workspace = { books: test.books, privacy, log: silentLog } as unknown as Workspace;
    const counting: Work['run'] = async (turn, signal) => {
      ran.push(turn);
      return run(turn, signal);
    };
    return jobKindOf(workspace, { name: work, run: counting }).run(payload, new AbortController().signal, (problem) => {
      told.push(problem.code);
    });
  };
  const payloadOf = ({ key, connectionId, connectionName, slotAt, isAsked }: DispatchedTurn): TurnPayload => ({
    ...{ key, connectionId, connection: connectionName, slotAt, part: 1 },
    ...(isAsked && { isAsked }),
  });
  beforeEach(() => {
    ran = [];
    told = [];
  });

  it('after its work was paused does nothing, also as a look after a pause of SAP, and the turn comes when the pause ends', async () => {
    await put([planned('posting', DAILY)]);
    await dispatch();
    const turn = payloadOf(asked[0]!);
    await test.books.pauseSchedule({ ...pick, connectionId: connection.id, until: null });
    await begin('posting', turn);
    await begin('posting', { ...turn, key: null, slotAt: at(3) });
    expect(ran).toEqual([]);
    await clock.sleep(MINUTE_MS);
    await dispatch();
    expect(asked, 'control: nothing is begun in the pause').toHaveLength(1);
    expect(await record('posting'), 'it is not told as done').toMatchObject({ servedAt: null });
    await test.books.resumeSchedule({ ...pick, connectionId: connection.id });
    await dispatch();
    expect(asked).toHaveLength(2);
    await begin('posting', payloadOf(asked[1]!));
    expect(ran).toHaveLength(1);
    expect(await record('posting')).toMatchObject({ servedAt: at(1), servedSlotAt: asked[1]!.slotAt });
  });

  it('is done in a pause where a person asked for it, also at its next try; control: and without a pause', async () => {
    await put([planned('posting', DAILY)]);
    await dispatch();
    await begin('posting', payloadOf(asked[0]!));
    expect(ran).toHaveLength(1);
    await test.books.pauseSchedule({ ...pick, connectionId: connection.id, until: null });
    await test.books.askForTurn({ ...pick, connectionId: connection.id, work: 'posting' });
    await dispatch();
    const turn = payloadOf(asked[1]!);
    const fail = () => Promise.reject(new Error('SAP is away'));
    await expect(begin('posting', turn, fail)).rejects.toThrow();
    await begin('posting', turn);
    expect(ran).toHaveLength(3);
  });

  it('leaves with its row that a person asked for it, for as long as it waits', async () => {
    await put([planned('accrual', DAILY)]);
    await test.books.askForTurn({ ...pick, connectionId: connection.id, work: 'accrual' });
    await dispatch();
    const problem = { code: 'FINANCES_NOT_COMPLETE', kind: 'unavailable', says: 'Not yet.', next: 'Wait.' } as const;
    const wait: Work['run'] = async () => ({ state: 'waits', problem, againAfterMs: MINUTE_MS });
    await begin('accrual', payloadOf(asked[0]!), wait);
    expect(await record('accrual')).toMatchObject({ problem, wishedAt: at(0) });
    await clock.sleep(MINUTE_MS);
    await dispatch();
    await begin('accrual', payloadOf(asked[1]!), wait);
    expect(await record('accrual'), 'nobody asks for its next try').toMatchObject({ wishedAt: at(0) });
    await clock.sleep(MINUTE_MS);
    await dispatch();
    await begin('accrual', payloadOf(asked[2]!));
    expect(await record('accrual'), 'control').toMatchObject({ problem: null, wishedAt: null });
  });

  it('is not done where it was paused after a person asked for it, also as a replay, and is when the pause ends', async () => {
    await put([planned('posting', DAILY)]);
    await dispatch();
    await begin('posting', payloadOf(asked[0]!));
    await test.books.askForTurn({ ...pick, connectionId: connection.id, work: 'posting' });
    await dispatch();
    const turn = payloadOf(asked[1]!);
    expect(turn).toMatchObject({ isAsked: true });
    await clock.sleep(MINUTE_MS);
    await test.books.pauseSchedule({ ...pick, connectionId: connection.id, until: null });
    await begin('posting', turn);
    await clock.sleep(48 * HOUR_MS);
    await begin('posting', turn);
    expect(ran, 'control: the turn before was done').toHaveLength(1);
    const loaded = { connection: await test.books.getConnection(connection.name), ...sinceOf(turn, at(9)) };
    const isStopped = test.database.transaction((session) => assertStillLoaded(session, loaded));
    await expect(isStopped, 'nor does it send when it is under way').rejects.toMatchObject({ code: 'POSTING_PAUSED' });

    await test.books.askForTurn({ ...pick, connectionId: connection.id, work: 'posting' });
    await dispatch();
    const again = payloadOf(asked[2]!);
    await begin('posting', again);
    expect(ran, 'control: a wish in the pause is done').toHaveLength(2);
    await test.database.transaction((session) =>
      assertStillLoaded(session, { ...loaded, ...sinceOf(again, at(60 * 60)) }),
    );
    await test.books.resumeSchedule({ ...pick, connectionId: connection.id });
    await begin('posting', turn);
    expect(ran).toHaveLength(3);
  });

  it('in quiet hours that came meanwhile, or after its work was switched off, does nothing', async () => {
    const minute = new Date(start).getUTCHours() * 60;
    const quiet = { from: minute + 1, to: (minute + 121) % 1_440, weekdays: null };
    await put([planned('posting', { ...DAILY, calendar: { ...DAILY.calendar, quietHours: [quiet] } })]);
    await dispatch();
    await clock.sleep(2 * MINUTE_MS);
    await begin('posting', payloadOf(asked[0]!));
    expect(ran).toEqual([]);
    expect((await record('posting')).nextDueAt).toBe(at(121));
    await put([planned('posting', DAILY)]);
    await begin('posting', payloadOf(asked[0]!));
    expect(ran, 'control: it is done without quiet hours').toHaveLength(1);
    await put([]);
    await begin('posting', payloadOf(asked[0]!));
    expect(ran).toHaveLength(1);
  });

  it('counts as its work says where a person is waited for; control: otherwise by the code it waits for', async () => {
    const counted: unknown[] = [];
    const uninstall = installTracer({
      start: (name) => ({ end: ({ facts }) => void (name === 'job' && counted.push(facts.outcome)) }),
      record: () => {},
    });
    await put([planned('posting', DAILY)]);
    await dispatch();
    const problem = { code: 'SETTLEMENT_REISSUED', kind: 'conflict', says: 'It waits.', next: 'Decide.' } as const;
    const waits = { state: 'waits', problem, againAfterMs: null } as const;
    await begin('posting', payloadOf(asked[0]!), async () => ({ ...waits, outcome: 'done' }));
    expect(await record('posting'), 'people are told all the same').toMatchObject({ problem: { code: problem.code } });
    await begin('posting', payloadOf(asked[0]!), async () => waits);
    uninstall();
    expect(counted).toEqual(['done', problem.code]);
  });

  it('tells with the job what people have to know of a goal that is reached, and its work goes on as if nothing were', async () => {
    await put([planned('accrual', DAILY)]);
    await dispatch();
    const tells = { code: 'MONTH_QUESTIONS_OPEN', kind: 'unproven', says: 'Closed.', next: 'Look.' } as const;
    await begin('accrual', payloadOf(asked[0]!), async () => ({ state: 'done', tells }));
    expect(told).toEqual([tells.code]);
    expect(await record('accrual')).toMatchObject({ problem: null, owedSince: null });
    await begin('accrual', payloadOf(asked[0]!), async () => ({ state: 'done', problem: tells }));
    expect(told, 'control: what the schedule itself tells').toEqual([tells.code]);
    expect(await record('accrual')).toMatchObject({ problem: { code: tells.code } });
  });

  it('and fails because its seller was erased ends quietly; control: any other failure is told', async () => {
    await put();
    await dispatch();
    const turn = payloadOf(asked[0]!);
    const fail = () => Promise.reject(new Error('there is no such record'));
    await expect(begin('orders', turn, fail)).rejects.toThrow();
    await createPrivacyStore({ database: test.database }).beginErasure(connection.id, ANNA, 'asked for');
    await begin('orders', turn, fail);
    expect(ran).toHaveLength(2);
  });
});

it('the erasure of a seller takes its waiting jobs back and dismisses those that failed; control: others stay', async () => {
  const other = await addConnection(test.books, `OTHER${opened}`);
  const job = (id: string, of: Connection, state: string, endedAt: string | null) =>
    test.database.pool.query(
      `insert into job (id, name, connection_id, payload, key, queue, priority, requested_at, due_at, state, placement, ended_at)
       values ($1, 'orders', $2, '{}', $1, 'q', 0, $3, $3, $4, 1, $5)`,
      [id, of.id, at(0), state, endedAt],
    );
  await job('waits', connection, 'waiting', null);
  await job('failed', connection, 'failed', at(1));
  await job('gave up', connection, 'gave-up', at(1));
  await job('runs', connection, 'running', null);
  await job('went well', connection, 'done', at(1));
  await job('of another', other, 'waiting', null);
  const privacy = createPrivacyStore({ database: test.database });
  await privacy.beginErasure(connection.id, ANNA, 'asked for');
  expect(await privacy.eraseRecords(connection.id, 'feed-positions')).toBe(3);
  expect(await privacy.eraseRecords(connection.id, 'feed-positions'), 'comes to an end').toBe(0);
  const { rows } = await test.database.pool.query('select id, state, ended_at is null as open from job order by id');
  expect(rows.map(({ id, state, open }) => `${id}: ${state}${open ? ', open' : ''}`)).toEqual([
    'failed: cancelled',
    'gave up: cancelled',
    'of another: waiting, open',
    'runs: running, open',
    'waits: cancelled',
    'went well: done',
  ]);
});

describe('a pause', () => {
  const pick = { work: 'posting', actor: ANNA, why: 'an audit', until: null };
  const loadedSince = async (since: string) => ({ connection: await test.books.getConnection(connection.name), since });
  const waiting = async (): Promise<number> => {
    const { rows } = await test.database.pool.query(
      'select count(*)::integer as count from pg_locks where not granted',
    );
    return rows[0].count;
  };

  it('counts from the moment at which it is accepted, not from that at which it began to wait for a lock', async () => {
    await put([planned('posting', DAILY)]);
    const holder = await test.database.pool.connect();
    await holder.query('begin');
    await holder.query('select from schedule where connection_id = $1 for update', [connection.id]);
    const pausing = test.books.pauseSchedule({ ...pick, connectionId: connection.id });
    while ((await waiting()) === 0) expect((await record('posting')).pause).toBeNull();
    await clock.sleep(MINUTE_MS);
    const loaded = await loadedSince(at(1));
    await test.database.transaction((session) => assertStillLoaded(session, loaded));
    await clock.sleep(MINUTE_MS);
    await holder.query('commit');
    holder.release();
    await pausing;
    expect((await record('posting')).pause).toMatchObject({ at: at(2) });
    const sending = test.database.transaction((session) => assertStillLoaded(session, loaded));
    await expect(sending, 'what was begun meanwhile sends nothing more').rejects.toMatchObject({
      code: 'POSTING_PAUSED',
    });
  });

  it('is accepted only after what was on its way to be sent is on record as sending, and what comes after sees it', async () => {
    await put([planned('posting', DAILY)]);
    const loaded = await loadedSince(at(0));
    await clock.sleep(MINUTE_MS);
    let isPaused = false;
    let pausing: Promise<unknown> = Promise.resolve();
    await test.database.transaction(async (session) => {
      await assertStillLoaded(session, loaded);
      pausing = test.books.pauseSchedule({ ...pick, connectionId: connection.id }).then(() => {
        isPaused = true;
      });
      while ((await waiting()) === 0) expect(isPaused, 'it waits for the record').toBe(false);
    });
    await pausing;
    const next = test.database.transaction((session) => assertStillLoaded(session, loaded));
    await expect(next).rejects.toMatchObject({ code: 'POSTING_PAUSED' });
  });

  it('and the end of a turn do not wait for ever for what a session at the database holds: they say so, and nothing is changed', async () => {
    await put([planned('posting', DAILY)]);
    await dispatch();
    const turn = asked[0]!;
    const holder = await test.database.pool.connect();
    try {
      await holder.query('begin');
      await holder.query('select from schedule where connection_id = $1 for update', [connection.id]);
      const outcomes = await Promise.allSettled([
        test.books.pauseSchedule({ ...pick, connectionId: connection.id }),
        test.books.askForTurn({ ...pick, connectionId: connection.id }),
        done(turn),
        test.books.goOnWithTurn(turn.key),
        test.books.giveBackTurn(turn.key, { slotAt: turn.slotAt, dueAt: at(0) }),
      ]);
      for (const outcome of outcomes) {
        const reason = {
          code: 'DATABASE_LOCK_HELD',
          kind: 'unavailable',
          next: expect.stringContaining('pg_terminate'),
        };
        expect(outcome).toMatchObject({ status: 'rejected', reason });
      }
      expect(await record('posting')).toMatchObject({ pause: null, askedAt: null, servedAt: null });
    } finally {
      await holder.query('rollback');
      holder.release();
    }
    await done(turn);
    await test.books.pauseSchedule({ ...pick, connectionId: connection.id });
    expect(await record('posting'), 'control: it is free').toMatchObject({
      pause: { why: 'an audit' },
      servedAt: at(0),
    });
  });

  it('counts for a turn from the moment that it stands for, and for a look after a pause of SAP from its begin', () => {
    const turn = { slotAt: at(60), dueAt: at(1) };
    expect(sinceOf(turn, at(2)), 'after a clock that was set back').toEqual({ since: at(1) });
    expect(sinceOf({ slotAt: at(60) }, at(2)), 'tried before its time').toEqual({ since: at(2) });
    expect(sinceOf({ slotAt: at(1) }, at(2)), 'control').toEqual({ since: at(1) });
  });
});

describe('a wish that cannot be handed over', () => {
  it('stays asked for, is tried again in a minute, and moves no turn; handed over, it is over', async () => {
    await put();
    await dispatch();
    await done(asked[0]!);
    await test.books.pauseSchedule({ connectionId: connection.id, work: null, actor: ANNA, why: 'x', until: null });
    await test.books.askForTurn({ connectionId: connection.id, work: 'orders', actor: ANNA, why: 'now' });
    let tries = 0;
    const fail = async () => {
      tries += 1;
      throw new Error('the queue is away');
    };
    await dispatchTo(fail);
    await dispatchTo(fail);
    expect(tries, 'not again and again').toBe(1);
    expect(await record()).toMatchObject({ askedAt: at(1), nextDueAt: at(15) });
    await clock.sleep(MINUTE_MS);
    await dispatchTo(async (turn) => void asked.push(turn));
    expect(asked).toHaveLength(2);
    expect(asked[1]).toMatchObject({ isAsked: true });
    expect(await record()).toMatchObject({ askedAt: null, nextDueAt: at(15) });
  });

  // Symptom: what could not be handed over stood for the moment at which it is tried again. Whoever paused within that minute was
  // told that it is paused, and the turn was done all the same, and sent, as if it had been asked for in the pause.
  it.each(['posting', 'settlements'])(
    'is held by a pause of %s that is begun before it is tried again',
    async (work) => {
      const pick = { connectionId: connection.id, actor: ANNA, why: 'the books are wrong' };
      await put([planned('posting', DAILY), planned('settlements', DAILY)]);
      await dispatch();
      await Promise.all(asked.map(done));
      await test.books.askForTurn({ ...pick, work: 'settlements' });
      await dispatchTo(() => Promise.reject(new Error('the queue is away')));
      expect(await record('settlements')).toMatchObject({ askedAt: at(1) });
      await clock.sleep(MINUTE_MS / 2);
      await test.books.pauseSchedule({ ...pick, work, until: null });
      await clock.sleep(MINUTE_MS);
      asked = [];
      await dispatch();
      const sends = async (turn: DispatchedTurn | undefined) => {
        if (!turn) return false;
        const loaded = { connection: await test.books.getConnection(connection.name), ...sinceOf(turn, at(9)) };
        await test.database.transaction((session) => assertStillLoaded(session, loaded));
        return true;
      };
      if (work === 'settlements') {
        expect(asked, 'it is not begun').toEqual([]);
        await test.books.resumeSchedule({ ...pick, work });
        await dispatch();
        expect(asked, 'and comes when the pause ends').toMatchObject([{ work: 'settlements' }]);
        expect(await sends(asked[0])).toBe(true);
      } else {
        expect(asked, 'Amazon is asked').toMatchObject([{ work: 'settlements', isAsked: true }]);
        await expect(sends(asked[0]), 'and nothing is sent').rejects.toMatchObject({ code: 'POSTING_PAUSED' });
      }
      await test.books.pauseSchedule({ ...pick, work, until: null });
      await test.books.askForTurn({ ...pick, work: 'settlements' });
      asked = [];
      await clock.sleep(MINUTE_MS);
      await dispatch();
      expect(asked, 'control: what is asked for in the pause').toMatchObject([{ work: 'settlements', isAsked: true }]);
      expect(await sends(asked[0])).toBe(true);
    },
  );

  it('is not put off for as long as a clock was wrong', async () => {
    await put();
    await test.database.pool.query('update schedule set asked_at = $1, next_due_at = $1', [at(600)]);
    await dispatch();
    expect(asked).toHaveLength(1);
  });
});
