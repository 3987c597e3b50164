import { describe, expect, it } from 'vitest';
import { obtainInParts, obtainReport, requestReport } from '../../src/app/index.ts';
import { isProblem, sha256Of } from '../../src/core/index.ts';
import { type FeedWorld, feedWorld, order, problem, type Script } from './feed-kit.ts';

const WEEK = order('2026-11-01', '2026-11-09');
const HOUR_MS = 3_600_000;
const failed = (explanation: string | null = 'too much') =>
  ({ state: 'failed', reportDocumentId: 'D', explanation }) as const;

const obtain = (world: FeedWorld, wanted = WEEK) => obtainReport(world.context, wanted, world.options);
const states = (world: FeedWorld) => world.books.requests.map(({ state }) => state);
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'nothing was raised',
    (thrown: unknown) => (isProblem(thrown) ? thrown.code : String(thrown)),
  );

/** A program that dies when the given thing is asked of Amazon or of the books; the world goes on with another. */
function dieAt(
  world: FeedWorld,
  member: 'create' | 'wait' | 'download' | 'putEvidence' | 'moveReportRequest',
  nth = 1,
) {
  const holder = (member in world.amazon.requested ? world.amazon.requested : world.context.books) as unknown as Record<
    string,
    (...args: unknown[]) => Promise<unknown>
  >;
  const whole = holder[member]!;
  let calls = 0;
  holder[member] = async (...args) => {
    calls += 1;
    if (calls === nth) {
      holder[member] = whole;
      if (member === 'create') await whole(...args);
      throw new Error('killed');
    }
    return whole(...args);
  };
}

describe('a report on request', () => {
  it('is asked for, waited for, downloaded and kept, and its bytes can be read again', async () => {
    const world = feedWorld();
    const obtained = await obtain(world);
    expect(world.amazon.asked).toEqual(['create 2026-11-01', 'wait R1', 'download D-R1']);
    expect(obtained).toMatchObject({ state: 'stored', sha256: sha256Of('bytes of D-R1') });
    if (obtained.state !== 'stored') return;
    for (const _ of [1, 2]) {
      const pieces: Uint8Array[] = [];
      for await (const piece of obtained.bytes.open()) pieces.push(piece);
      expect(Buffer.concat(pieces).toString()).toBe('bytes of D-R1');
    }
    expect(world.books.requests[0]).toMatchObject({
      state: 'stored',
      attempt: 1,
      reportId: 'R1',
      reportDocumentId: 'D-R1',
    });
  });

  it('that is stored, or had no data, is not asked for again', async () => {
    for (const script of [{}, { state: () => ({ state: 'no-data' }) as const }]) {
      const world = feedWorld(script);
      const first = await obtain(world);
      const asked = world.amazon.asked.length;
      expect((await obtain(world)).state).toBe(first.state);
      expect(world.amazon.asked).toHaveLength(asked);
    }
  });

  it('control: one of another window, kind or marketplace is', async () => {
    const world = feedWorld();
    await obtain(world);
    await obtain(world, order('2026-11-01', '2026-11-08'));
    await obtain(world, { ...WEEK, kind: 'vat-calculation' });
    await obtain(world, { ...WEEK, marketplaceIds: ['A1F83G8C2ARO7P'] });
    expect(world.amazon.created).toHaveLength(4);
  });

  it.each(['create', 'wait', 'download', 'putEvidence'] as const)(
    'goes on after a crash at %s, and Amazon is asked for it once',
    async (member) => {
      const world = feedWorld();
      dieAt(world, member);
      expect(await codeOf(obtain(world))).toContain('killed');
      expect((await obtain(world)).state).toBe('stored');
      expect(world.amazon.created).toHaveLength(1);
      expect(states(world)).toEqual(['stored']);
    },
  );

  it.each([1, 2, 3])(
    'goes on after a crash before change %i is recorded, and Amazon is asked for it once',
    async (nth) => {
      const world = feedWorld();
      dieAt(world, 'moveReportRequest', nth);
      expect(await codeOf(obtain(world))).toContain('killed');
      expect((await obtain(world)).state).toBe('stored');
      expect(world.amazon.created).toHaveLength(1);
    },
  );

  it('whose answer was lost is looked for after a minute, and found', async () => {
    const world = feedWorld({ losesAnswer: (ordinal) => ordinal === 1 });
    expect((await obtain(world)).state).toBe('stored');
    expect(world.amazon.asked.slice(0, 2)).toEqual(['create 2026-11-01', 'find']);
    expect(world.amazon.created).toHaveLength(1);
    expect(world.clock.nowMs() - Date.parse('2026-11-23T12:00:00Z')).toBeGreaterThanOrEqual(60_000);
  });

  it('that died while its request waited for its turn is found, although it left long after it was intended', async () => {
    const world = feedWorld();
    const { create, find } = world.amazon.requested;
    let sentAtMs = 0;
    Object.assign(world.amazon.requested, {
      create: async (wanted: typeof WEEK) => {
        if (sentAtMs > 0) return create(wanted);
        await world.clock.sleep(10 * 60_000);
        sentAtMs = world.clock.nowMs();
        await create(wanted);
        throw new Error('killed');
      },
      // Amazon takes half a minute to list what it took.
      find: async (wanted: typeof WEEK, since: string) =>
        world.clock.nowMs() - sentAtMs < 30_000 ? [] : find(wanted, since),
    });
    expect(await codeOf(obtain(world))).toContain('killed');
    expect((await obtain(world)).state).toBe('stored');
    expect(world.amazon.created).toHaveLength(1);
  });

  it('is found by a database whose clock is hours ahead of Amazon', async () => {
    const world = feedWorld({ losesAnswer: (ordinal) => ordinal === 1 }, { databaseAheadMs: 3 * HOUR_MS });
    expect((await obtain(world)).state).toBe('stored');
    expect(world.amazon.created).toHaveLength(1);
  });

  it('whose request was lost on its way is asked for again after looking', async () => {
    const lost = problem('AMAZON_REQUEST_LOST', 'unknown');
    const world = feedWorld({ create: (_, ordinal) => (ordinal === 1 ? lost : 'R2') });
    expect((await obtain(world)).state).toBe('stored');
    expect(world.amazon.asked.slice(0, 3)).toEqual(['create 2026-11-01', 'find', 'create 2026-11-01']);
  });

  it('that is lost twice stays an intent, and the next run looks first', async () => {
    const lost = problem('AMAZON_REQUEST_LOST', 'unknown');
    const world = feedWorld({ create: (_, ordinal) => (ordinal <= 2 ? lost : 'R3') });
    expect(await codeOf(obtain(world))).toBe('AMAZON_REQUEST_LOST');
    expect(states(world)).toEqual(['intended']);
    expect((await obtain(world)).state).toBe('stored');
    expect(world.amazon.asked.slice(2, 5)).toEqual(['create 2026-11-01', 'find', 'create 2026-11-01']);
  });

  it('takes over no report that belongs to an earlier request', async () => {
    const world = feedWorld({ state: (_, ordinal) => (ordinal === 1 ? failed() : { state: 'no-data' }) });
    dieAt(world, 'create', 2);
    expect(await codeOf(obtain(world))).toContain('killed');
    expect((await obtain(world)).state).toBe('no-data');
    expect(world.books.requests.map(({ reportId }) => reportId)).toEqual(['R1', 'R2']);
  });

  it('that is not ready stays asked for', async () => {
    const world = feedWorld({ state: () => problem('REPORT_NOT_READY', 'unavailable') });
    expect(await codeOf(obtain(world))).toBe('REPORT_NOT_READY');
    expect(states(world)).toEqual(['requested']);
    expect(await codeOf(obtain(world))).toBe('REPORT_NOT_READY');
    expect(world.amazon.created).toHaveLength(1);
  });

  it('that Amazon has forgotten after 89 days has failed', async () => {
    const world = feedWorld({ state: () => problem('REPORT_NOT_READY', 'unavailable') });
    await codeOf(obtain(world));
    await world.clock.sleep(90 * 24 * HOUR_MS);
    await codeOf(obtain(world));
    expect(world.books.requests[0]).toMatchObject({ state: 'failed', problem: { code: 'REPORT_FAILED' } });
  });

  it('whose document Amazon has forgotten after 89 days has failed, too', async () => {
    const world = feedWorld({ bytes: () => problem('AMAZON_REQUEST_REFUSED', 'rejected') });
    expect(await codeOf(obtain(world))).toBe('AMAZON_REQUEST_REFUSED');
    await world.clock.sleep(88 * 24 * HOUR_MS);
    expect(await codeOf(obtain(world))).toBe('AMAZON_REQUEST_REFUSED');
    expect(states(world)).toEqual(['ready']);
    await world.clock.sleep(2 * 24 * HOUR_MS);
    await codeOf(obtain(world));
    expect(world.books.requests[0]).toMatchObject({ state: 'failed', problem: { code: 'REPORT_FAILED' } });
  });

  it('that Amazon has not finished within a day has failed, and is not asked for again at once', async () => {
    const world = feedWorld({ state: () => problem('REPORT_NOT_READY', 'unavailable') });
    await codeOf(obtain(world));
    await world.clock.sleep(23 * HOUR_MS);
    expect(await codeOf(obtain(world))).toBe('REPORT_NOT_READY');
    await world.clock.sleep(2 * HOUR_MS);
    expect(await obtain(world)).toMatchObject({ state: 'failed', problem: { code: 'REPORT_FAILED' } });
    expect(world.amazon.created).toHaveLength(1);
  });

  it('control: one that comes after more than a day is stored', async () => {
    let isReady = false;
    const world = feedWorld({
      state: () =>
        isReady ? { state: 'ready', reportDocumentId: 'D-R1' } : problem('REPORT_NOT_READY', 'unavailable'),
    });
    await codeOf(obtain(world));
    await world.clock.sleep(30 * HOUR_MS);
    isReady = true;
    expect((await obtain(world)).state).toBe('stored');
  });

  it('says that it is alive while it waits and before it downloads', async () => {
    const world = feedWorld();
    await obtain(world);
    expect(world.kept.count).toBeGreaterThanOrEqual(2);
  });

  it('may be asked for long before it is waited for', async () => {
    const world = feedWorld();
    for (const wanted of [WEEK, order('2026-11-09', '2026-11-10')])
      expect(await requestReport(world.context, wanted, world.options)).toMatchObject({ state: 'requested' });
    expect(world.amazon.asked).toEqual(['create 2026-11-01', 'create 2026-11-09']);
    await obtain(world);
    expect(world.amazon.created).toHaveLength(2);
  });
});

describe('a report that Amazon cannot make', () => {
  it('is asked for three times, and shows what Amazon says', async () => {
    const world = feedWorld({ state: () => failed('the range is too long') });
    const obtained = await obtain(world);
    expect(obtained).toMatchObject({
      state: 'failed',
      problem: { code: 'REPORT_FAILED', kind: 'rejected', data: 'the range is too long' },
    });
    expect(world.books.requests.map(({ attempt, state }) => [attempt, state])).toEqual([
      [1, 'failed'],
      [2, 'failed'],
      [3, 'failed'],
    ]);
  });

  it('control: one that comes the second time is stored', async () => {
    const world = feedWorld({
      state: (_, ordinal) => (ordinal === 1 ? failed(null) : { state: 'ready', reportDocumentId: 'D-R2' }),
    });
    expect((await obtain(world)).state).toBe('stored');
  });

  it('is left alone for six hours, then asked for again', async () => {
    const world = feedWorld({ state: () => failed() });
    await obtain(world);
    await world.clock.sleep(5 * HOUR_MS);
    expect((await obtain(world)).state).toBe('failed');
    expect(world.amazon.created).toHaveLength(3);
    await world.clock.sleep(2 * HOUR_MS);
    await obtain(world);
    expect(world.amazon.created).toHaveLength(6);
  });

  it('because it refuses the request is asked for as soon as somebody tries again', async () => {
    const denied = problem('AMAZON_ACCESS_DENIED', 'rejected');
    const world = feedWorld({ create: (_, ordinal) => (ordinal === 1 ? denied : 'R2') });
    expect(await obtain(world)).toMatchObject({ state: 'failed', problem: { code: 'AMAZON_ACCESS_DENIED' } });
    expect((await obtain(world)).state).toBe('stored');
  });

  it.each<[string, Script['create']]>([
    ['AMAZON_LOGIN_REVOKED', () => problem('AMAZON_LOGIN_REVOKED', 'rejected')],
    ['AMAZON_THROTTLED', () => problem('AMAZON_THROTTLED', 'unavailable')],
  ])('because of %s keeps its intent', async (code, create) => {
    const world = feedWorld({ ...(create && { create }) });
    expect(await codeOf(obtain(world))).toBe(code);
    expect(states(world)).toEqual(['intended']);
  });

  it('because its document is no report is a failure of it, and one that cannot be had now is not', async () => {
    const noTable = feedWorld({ bytes: () => problem('REPORT_NOT_A_TABLE', 'invalid') });
    expect(await obtain(noTable)).toMatchObject({ state: 'failed', problem: { code: 'REPORT_NOT_A_TABLE' } });
    const away = feedWorld({ bytes: () => problem('AMAZON_UNAVAILABLE', 'unavailable') });
    expect(await codeOf(obtain(away))).toBe('AMAZON_UNAVAILABLE');
    expect(states(away)).toEqual(['ready']);
  });
});

describe('a report in parts', () => {
  const daysOf = ({ window }: { window: { from: string; until: string } }) =>
    (Date.parse(window.until) - Date.parse(window.from)) / (24 * HOUR_MS);
  const inParts = (world: FeedWorld, wanted = WEEK) => obtainInParts(world.context, wanted, world.options);

  it('is one report when Amazon can make it', async () => {
    const world = feedWorld();
    expect((await inParts(world)).map(({ window, obtained }) => [window, obtained.state])).toEqual([
      [WEEK.window, 'stored'],
    ]);
  });

  it('is halved twice at most, and its parts cover the window in order', async () => {
    const world = feedWorld({ state: (wanted) => (daysOf(wanted) > 2 ? failed() : { state: 'no-data' }) });
    const parts = await inParts(world);
    expect(parts.map(daysOf)).toEqual([2, 2, 2, 2]);
    expect(parts[0]?.window.from).toBe(WEEK.window.from);
    expect(parts.at(-1)?.window.until).toBe(WEEK.window.until);
    for (const [index, part] of parts.slice(1).entries()) expect(part.window.from).toBe(parts[index]?.window.until);
    expect(world.amazon.created.map((wanted) => daysOf(wanted))).toEqual([8, 4, 2, 2, 4, 2, 2]);
  });

  it('halves only what fails', async () => {
    const world = feedWorld({
      state: (wanted) =>
        wanted.window.from === WEEK.window.from && daysOf(wanted) > 4 ? failed() : { state: 'no-data' },
    });
    expect((await inParts(world)).map(daysOf)).toEqual([4, 4]);
  });

  it('is not smaller after three failures in a row', async () => {
    const world = feedWorld({ state: () => failed() });
    const parts = await inParts(world);
    expect(parts.map(daysOf)).toEqual([2, 2, 2, 2]);
    expect(parts.every(({ obtained }) => obtained.state === 'failed')).toBe(true);
    expect(world.amazon.created).toHaveLength(7);
  });

  it('that hangs is asked for in halves after a day', async () => {
    const world = feedWorld({
      state: (wanted) => (daysOf(wanted) > 4 ? problem('REPORT_NOT_READY', 'unavailable') : { state: 'no-data' }),
    });
    expect(await codeOf(inParts(world))).toBe('REPORT_NOT_READY');
    await world.clock.sleep(25 * HOUR_MS);
    expect((await inParts(world)).map(daysOf)).toEqual([4, 4]);
  });

  it('that has a half stays in halves, although Amazon could make the whole by now', async () => {
    let isBroken = true;
    const world = feedWorld({
      state: (wanted) =>
        isBroken && (daysOf(wanted) > 4 || wanted.window.from > WEEK.window.from)
          ? failed()
          : { state: 'ready', reportDocumentId: 'D-R2' },
    });
    await inParts(world);
    isBroken = false;
    await world.clock.sleep(7 * HOUR_MS);
    expect((await inParts(world)).map(({ window, obtained }) => [daysOf({ window }), obtained.state])).toEqual([
      [4, 'stored'],
      [4, 'stored'],
    ]);
  });

  it('control: one of which no part could be had is asked for as a whole again', async () => {
    let isBroken = true;
    const world = feedWorld({
      state: () => (isBroken ? failed() : { state: 'ready', reportDocumentId: 'D-R8' }),
    });
    await inParts(world);
    isBroken = false;
    await world.clock.sleep(7 * HOUR_MS);
    expect((await inParts(world)).map(daysOf)).toEqual([8]);
  });

  it('has one end of its time for all parts', async () => {
    const world = feedWorld({ state: (wanted) => (daysOf(wanted) > 2 ? failed() : { state: 'no-data' }) });
    const ends = new Set<unknown>();
    const { wait } = world.amazon.requested;
    Object.assign(world.amazon.requested, {
      wait: (...args: Parameters<typeof wait>) => {
        ends.add(args[2]?.untilMs);
        return wait(...args);
      },
    });
    await obtainInParts(world.context, WEEK, { ...world.options, runMsMax: HOUR_MS });
    expect([...ends]).toEqual([Date.parse('2026-11-23T13:00:00Z')]);
  });

  it('of a calendar month is never halved, but asked for three times', async () => {
    const world = feedWorld({ state: () => failed() });
    const parts = await inParts(world, order('2026-10-01', '2026-11-01', 'vat-transactions'));
    expect(parts.map(daysOf)).toEqual([31]);
    expect(world.amazon.created).toHaveLength(3);
  });
});
