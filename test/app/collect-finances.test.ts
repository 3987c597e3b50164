import { describe, expect, it } from 'vitest';
import { collectFinances } from '../../src/app/index.ts';
import { isProblem, type Problem } from '../../src/core/index.ts';
import {
  createFinanceWorld,
  DAY,
  EUR,
  event,
  type FinanceWorld,
  HOUR,
  instant,
  NOW,
  problem,
  TOTAL,
  untilDone,
} from './finance-kit.ts';

/** The end of what may be read at that moment. */
const frontEnd = (ms: number) => ms - 130_000;

function fill(world: FinanceWorld, count: number, days: number): void {
  for (let index = 0; index < count; index += 1)
    world.amazon.addEvent(event(`e${index}`, NOW - 1 * HOUR - Math.floor((index * days * DAY) / count)));
}

const windowsOf = (world: FinanceWorld) => [...new Set(world.amazon.asksOf('events '))];

async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  const thrown = await promise.catch((error: unknown) => error);
  if (isProblem(thrown)) return thrown;
  throw thrown;
}

describe('the front of the events', () => {
  it('is read from the first day to two minutes ago, in windows without a gap, and then only what is new', async () => {
    const world = createFinanceWorld();
    fill(world, 200, 89);
    const report = await collectFinances(world.context, untilDone);
    expect(report).toMatchObject({ isUpToDate: true, problems: [], completeUntil: instant(frontEnd(NOW)) });
    expect(report.counts).toEqual({ inserted: 200, changed: 0, unchanged: 0, unreadable: 0 });
    const windows = windowsOf(world).map((what) => what.split(' ').slice(1));
    expect(windows[0]?.[0]).toBe('2026-08-25T00:00:00.000Z');
    for (const [index, [from]] of windows.slice(1).entries()) expect(from).toBe(windows[index]?.[1]);
    expect(windows.at(-1)?.[1]).toBe(instant(frontEnd(NOW)));

    world.time.ms = NOW + HOUR;
    world.amazon.asked.length = 0;
    world.amazon.addEvent(event('new', NOW + HOUR / 2));
    expect((await collectFinances(world.context, untilDone)).counts).toMatchObject({ inserted: 1 });
    expect(windowsOf(world)).toEqual([`events ${instant(frontEnd(NOW))} ${instant(frontEnd(NOW + HOUR))}`]);
  });

  it('never asks for the last two minutes, whatever lag is set, and keeps a longer lag', async () => {
    const short = createFinanceWorld('2026-11-20', 0);
    await collectFinances(short.context, untilDone);
    expect(windowsOf(short).at(-1)).toContain(instant(frontEnd(NOW)));
    const long = createFinanceWorld('2026-11-01', 2 * DAY);
    await collectFinances(long.context, untilDone);
    expect(windowsOf(long).at(-1)).toContain(instant(NOW - 2 * DAY));
  });

  it('goes by the shared clock, however wrong that of the machine is', async () => {
    const world = createFinanceWorld('2026-11-10');
    world.books.aheadMs = -3 * DAY;
    world.amazon.balances = [{ ...TOTAL, amount: { currency: EUR, minor: 5n } }];
    world.books.overdue = ['a'];
    const report = await collectFinances(world.context, untilDone);
    expect(report.completeUntil).toBe(instant(frontEnd(NOW - 3 * DAY)));
    expect(windowsOf(world).every((what) => what.split(' ')[2]! <= instant(NOW - 3 * DAY))).toBe(true);
    for (const { watermark } of world.books.cursors.values()) expect(watermark < instant(NOW - 2 * DAY)).toBe(true);
    expect(world.books.takings.map(({ takenAt }) => takenAt.slice(0, 10))).toEqual(['2026-11-20']);
  });

  it('finds the size of its windows by the pages they take', async () => {
    const world = createFinanceWorld();
    world.amazon.pageSize = 1;
    fill(world, 900, 20);
    await collectFinances(world.context, untilDone);
    const lengths = windowsOf(world).map((what) => {
      const [, from = '', until = ''] = what.split(' ');
      return (Date.parse(until) - Date.parse(from)) / DAY;
    });
    expect(lengths.slice(0, 2)).toEqual([14, 28]);
    expect(Math.max(...lengths)).toBeLessThan(90);
    expect(world.books.events.size).toBe(900);
  });

  it('goes on behind empty pages until there is no next one', async () => {
    const world = createFinanceWorld('2026-11-20');
    let pages = 0;
    world.context.amazon.finances.events = async () => {
      pages += 1;
      const items = pages === 51 ? [event('late', NOW - DAY)] : [];
      return { items, unreadable: [], nextToken: pages <= 50 ? `t${pages}` : null, completeUntil: null };
    };
    const report = await collectFinances(world.context, untilDone);
    expect(report).toMatchObject({ isUpToDate: true, counts: { inserted: 1 } });
  });

  it('stores a page before it moves past it, and gives one call no more records than it stores, nor one record twice', async () => {
    const world = createFinanceWorld('2026-11-20');
    world.amazon.pageSize = 5_000;
    fill(world, 1_200, 1);
    world.amazon.addEvent(event('e7', NOW - 2 * HOUR, { status: 'deferred' }));
    const report = await collectFinances(world.context, untilDone);
    expect(world.books.largestBatch).toBe(500);
    expect(report.counts).toMatchObject({ inserted: 1_200, changed: 1 });
  });
});

describe('a run whose time is over', () => {
  it('ends between two pages and goes on from there when the token is still young', async () => {
    const world = createFinanceWorld('2026-11-20');
    fill(world, 100, 1);
    const first = await collectFinances(world.context, { ...untilDone, runMsMax: 7_000 });
    expect(first).toMatchObject({ isUpToDate: false, counts: { inserted: 40 } });
    expect(world.books.cursors.get('finances:front')?.open?.pageToken).toMatch(/^40@/);
    const second = await collectFinances(world.context, untilDone);
    expect(second).toMatchObject({ isUpToDate: true, counts: { inserted: 60, unchanged: 0 } });
  });

  it('takes a token for as old as the shared clock says, when another machine goes on', async () => {
    const world = createFinanceWorld('2026-11-20');
    fill(world, 100, 1);
    await collectFinances(world.context, { ...untilDone, runMsMax: 7_000 });
    // Its own clock is an hour ahead: the token is young nevertheless.
    world.amazon.tokenLifeMs = 2 * HOUR;
    world.time.ms += HOUR;
    world.books.aheadMs = -HOUR;
    world.amazon.asked.length = 0;
    await collectFinances(world.context, untilDone);
    expect(world.amazon.asked[0]?.token).toMatch(/^40@/);
  });

  it('begins the window again when the token has become old', async () => {
    const world = createFinanceWorld('2026-11-20');
    fill(world, 100, 1);
    await collectFinances(world.context, { ...untilDone, runMsMax: 7_000 });
    world.time.ms += 5 * 60_000;
    world.amazon.asked.length = 0;
    const second = await collectFinances(world.context, untilDone);
    expect(world.amazon.asked[0]?.token).toBeNull();
    expect(second).toMatchObject({ isUpToDate: true, counts: { inserted: 60, unchanged: 40 }, problems: [] });
  });

  it('comes to its end in the long run even with no time and tokens that are always old', async () => {
    const world = createFinanceWorld('2026-11-20');
    world.amazon.pageSize = 1;
    fill(world, 900, 2);
    let runs = 0;
    for (let isUpToDate = false; !isUpToDate; runs += 1) {
      expect(runs).toBeLessThan(100);
      ({ isUpToDate } = await collectFinances(world.context, { ...untilDone, runMsMax: 15 * 60_000 }));
      world.time.ms += 10 * 60_000;
    }
    expect(world.books.events.size).toBe(900);
    expect(runs).toBeGreaterThan(2);
  });
});

describe('killed after any write', () => {
  it('loses no event, and ends as an unbroken run does', async () => {
    const whole = createFinanceWorld('2026-10-01');
    fill(whole, 60, 50);
    await collectFinances(whole.context, untilDone);
    for (let dieAt = 1; dieAt <= whole.books.writes; dieAt += 1) {
      const world = createFinanceWorld('2026-10-01');
      fill(world, 60, 50);
      world.books.dieAt = dieAt;
      await expect(collectFinances(world.context, untilDone)).rejects.toThrow('killed');
      const report = await collectFinances(world.context, untilDone);
      expect(report.isUpToDate, `killed at write ${dieAt}`).toBe(true);
      expect([...world.books.events.keys()].sort()).toEqual([...whole.books.events.keys()].sort());
    }
    expect(whole.books.writes).toBeGreaterThan(10);
  });
});

describe('a window that cannot be read to its end', () => {
  it('is begun again at half its size, and later events are not lost', async () => {
    const world = createFinanceWorld('2026-11-01');
    fill(world, 100, 20);
    let refusals = 0;
    world.amazon.fault = (_what, token) => {
      if (token !== null && refusals < 2) {
        refusals += 1;
        throw problem('AMAZON_PAGE_TOKEN_EXPIRED');
      }
    };
    const report = await collectFinances(world.context, untilDone);
    expect(report).toMatchObject({ isUpToDate: true, problems: [] });
    expect(world.books.events.size).toBe(100);
    const lengths = windowsOf(world).map((what) => Date.parse(what.split(' ')[2]!) - Date.parse(what.split(' ')[1]!));
    expect(lengths.slice(0, 3)).toEqual([14 * DAY, 7 * DAY, 3.5 * DAY]);
  });

  it('is given up after three times with the count in the problem, while older events are still read again', async () => {
    const world = createFinanceWorld('2026-11-01');
    fill(world, 100, 20);
    await collectFinances(world.context, untilDone);
    world.time.ms += 3 * DAY;
    for (let index = 0; index < 30; index += 1) world.amazon.addEvent(event(`n${index}`, NOW + DAY + index));
    const front = world.books.cursors.get('finances:front')!.watermark;
    world.amazon.fault = (what, token) => {
      if (token !== null && what > `events ${front}`) throw problem('AMAZON_PAGE_TOKEN_EXPIRED');
    };
    world.amazon.asked.length = 0;
    const report = await collectFinances(world.context, untilDone);
    expect(report.isUpToDate).toBe(false);
    expect(report.problems).toMatchObject([
      { code: 'AMAZON_PAGE_TOKEN_EXPIRED', kind: 'unavailable', says: expect.stringContaining('was begun 4 times') },
    ]);
    expect(world.amazon.asked.some(({ what }) => what < `events ${front}`)).toBe(true);
    world.amazon.fault = () => {};
    expect(await collectFinances(world.context, untilDone)).toMatchObject({ isUpToDate: true, problems: [] });
    expect(world.books.events.size).toBe(130);
  });

  it('without an answer ends the run after three smaller tries, because nothing else would be answered', async () => {
    const world = createFinanceWorld('2026-11-20');
    world.books.settlementIds = ['1'];
    world.amazon.fault = () => {
      throw problem('AMAZON_UNAVAILABLE');
    };
    const report = await collectFinances(world.context, untilDone);
    expect(report).toMatchObject({ isUpToDate: false, problems: [{ code: 'AMAZON_UNAVAILABLE' }] });
    expect(world.amazon.asked).toHaveLength(4);
  });
});

describe('problems', () => {
  it('a refusal ends the part it concerns, and the other operations are still asked', async () => {
    const world = createFinanceWorld('2026-11-20');
    world.books.settlementIds = ['1'];
    world.amazon.fault = (what) => {
      if (what.startsWith('events')) throw problem('AMAZON_ACCESS_DENIED', 'rejected');
    };
    const report = await collectFinances(world.context, untilDone);
    expect(report).toMatchObject({ isUpToDate: false, problems: [{ code: 'AMAZON_ACCESS_DENIED' }] });
    expect(world.amazon.asksOf('summary')).toHaveLength(1);
    expect(world.amazon.asksOf('balances')).toHaveLength(1);
  });

  it.each([
    ['AMAZON_LOGIN_REVOKED', 'rejected'],
    ['STOPPED', 'unavailable'],
    ['LEASE_LOST', 'conflict'],
    ['DEFECT', 'defect'],
  ] as const)('%s stops the run at once', async (code, kind) => {
    const world = createFinanceWorld('2026-11-20');
    world.amazon.fault = () => {
      throw problem(code, kind);
    };
    expect(await problemOf(collectFinances(world.context, untilDone))).toMatchObject({ code });
    expect(world.amazon.asked).toHaveLength(1);
  });

  it('a lost lease stops the run before the next request', async () => {
    const world = createFinanceWorld('2026-11-20');
    fill(world, 100, 1);
    let calls = 0;
    const keepAlive = async () => {
      calls += 1;
      if (calls === 3) throw problem('LEASE_LOST', 'conflict');
    };
    expect(await problemOf(collectFinances(world.context, { runMsMax: null, keepAlive }))).toMatchObject({
      code: 'LEASE_LOST',
    });
    expect(world.amazon.asked).toHaveLength(2);
  });

  it.each(['events', 'summary', 'balances'])(
    'a lease that was lost during a request (%s) leaves the cursors to the process that took over',
    async (asked) => {
      const world = createFinanceWorld('2026-11-20');
      fill(world, 100, 1);
      world.books.settlementIds = ['1'];
      let isLost = false;
      let cursors = '';
      world.amazon.fault = (what, token) => {
        if (isLost || !what.startsWith(asked) || (asked === 'events' && token === null)) return;
        isLost = true;
        cursors = JSON.stringify([...world.books.cursors]);
        if (asked === 'summary') throw problem('AMAZON_ANSWER_UNREADABLE');
      };
      const keepAlive = async () => {
        if (isLost) throw problem('LEASE_LOST', 'conflict');
      };
      expect(await problemOf(collectFinances(world.context, { runMsMax: null, keepAlive }))).toMatchObject({
        code: 'LEASE_LOST',
      });
      expect(JSON.stringify([...world.books.cursors])).toBe(cursors);
    },
  );

  it('a record that cannot be read is kept aside and told, and the others of its page are stored', async () => {
    const world = createFinanceWorld('2026-11-20');
    fill(world, 5, 1);
    world.amazon.unreadable.push({
      recordId: 'T1',
      says: 'member totalAmount has an amount without a currency',
      source: { a: 1 },
    });
    const report = await collectFinances(world.context, untilDone);
    expect(report).toMatchObject({ isUpToDate: true, counts: { inserted: 5, unreadable: 1 } });
    expect(report.problems).toMatchObject([{ code: 'FEED_RECORD_UNREADABLE', kind: 'unmapped' }]);
    expect([...world.books.kept.values()]).toMatchObject([{ recordId: 'T1' }]);
  });
});

it('records that only the store cannot keep are counted and told as well', async () => {
  const world = createFinanceWorld('2026-11-20');
  fill(world, 5, 1);
  const put = world.books.putFinanceEvents;
  world.books.putFinanceEvents = async (id, events) => {
    const counts = await put(id, events.slice(1));
    return { ...counts, unreadable: 1 };
  };
  const report = await collectFinances(world.context, untilDone);
  expect(report.counts).toMatchObject({ inserted: 4, unreadable: 1 });
  expect(report.problems).toMatchObject([
    {
      code: 'FEED_RECORD_UNREADABLE',
      says: '1 record of finances is kept aside, the first because it does not fit the books.',
    },
  ]);
});

describe('reading again', () => {
  /** A run every six hours for so many days. */
  async function live(world: FinanceWorld, days: number): Promise<void> {
    for (let run = 0; run < days * 4; run += 1) {
      world.time.ms = Math.max(world.time.ms, NOW + run * 6 * HOUR);
      expect((await collectFinances(world.context, untilDone)).isUpToDate).toBe(true);
    }
  }

  it('finds what Amazon adds within 48 hours, and what it adds or changes up to 30 days later', async () => {
    const world = createFinanceWorld('2026-11-01');
    world.amazon.addEvent(event('late-1d', NOW + HOUR), NOW + 30 * HOUR);
    world.amazon.addEvent(event('late-10d', NOW + HOUR), NOW + 10 * DAY);
    world.amazon.addEvent(event('late-29d', NOW + HOUR), NOW + 29 * DAY);
    world.amazon.addEvent(event('from-before', NOW - DAY), NOW + DAY / 2);
    await live(world, 4);
    expect([...world.books.events.keys()].sort()).toEqual(['from-before', 'late-1d']);
    await live(world, 34);
    expect([...world.books.events.keys()].sort()).toEqual(['from-before', 'late-10d', 'late-1d', 'late-29d']);
  });

  it('asks for each of the three ages once a day, not with every run', async () => {
    const world = createFinanceWorld('2026-11-20');
    await live(world, 1);
    world.amazon.asked.length = 0;
    await live(world, 11);
    const perDay = world.amazon.asksOf('events').length / 10;
    expect(perDay).toBeGreaterThan(4);
    expect(perDay).toBeLessThanOrEqual(4 + 3.5);
  });

  it('never overtakes the front, however long the first load takes', async () => {
    const world = createFinanceWorld();
    fill(world, 300, 89);
    for (let run = 0; run < 5; run += 1) {
      await collectFinances(world.context, { ...untilDone, runMsMax: 1 });
      world.time.ms += 2 * DAY;
    }
    const front = world.books.cursors.get('finances:front')!.watermark;
    expect(world.amazon.asksOf('events').every((what) => what.split(' ')[1]! <= front)).toBe(true);
  });

  it('asks for overdue deferrals by order, a hundred a run, and for those that stay so only once a day', async () => {
    const world = createFinanceWorld('2026-11-20');
    world.books.overdue = Array.from({ length: 150 }, (_, index) => `order-d${index}`);
    world.amazon.addEvent(event('d3', NOW - 40 * DAY, { status: 'deferred-released' }));
    await collectFinances(world.context, untilDone);
    expect(world.amazon.asksOf('order')).toHaveLength(100);
    expect(world.books.events.get('d3')?.status).toBe('deferred-released');
    await collectFinances(world.context, untilDone);
    await collectFinances(world.context, untilDone);
    expect(new Set(world.amazon.asksOf('order')).size).toBe(150);
    expect(world.amazon.asksOf('order')).toHaveLength(150);
    world.time.ms += DAY;
    await collectFinances(world.context, untilDone);
    expect(world.amazon.asksOf('order')).toHaveLength(250);
  });

  it('asks for every overdue deferral of a round, although those that are released leave the list', async () => {
    const world = createFinanceWorld('2026-11-20');
    world.books.overdue = Array.from({ length: 250 }, (_, index) => `order-d${index}`);
    for (let index = 0; index < 250; index += 1)
      world.amazon.addEvent(event(`d${index}`, NOW - 40 * DAY, { status: 'deferred-released' }));
    for (let run = 0; run < 3; run += 1) await collectFinances(world.context, untilDone);
    expect(world.amazon.asksOf('order')).toHaveLength(250);
    expect(new Set(world.amazon.asksOf('order')).size).toBe(250);
    // The round is over: nothing is asked before the next day.
    world.books.overdue.push('order-new');
    await collectFinances(world.context, untilDone);
    expect(world.amazon.asksOf('order')).toHaveLength(250);
    world.time.ms += DAY;
    await collectFinances(world.context, untilDone);
    expect(world.amazon.asksOf('order').slice(250)).toEqual(['order order-new']);
  });

  it('goes on behind the last overdue deferral that a run had time for', async () => {
    const world = createFinanceWorld('2026-11-20');
    await collectFinances(world.context, untilDone);
    world.time.ms += DAY;
    await collectFinances(world.context, untilDone);
    world.time.ms += DAY;
    world.books.overdue = ['a', 'b', 'c', 'd', 'e'];
    let reports = 0;
    for (let isUpToDate = false; !isUpToDate; reports += 1) {
      expect(reports).toBeLessThan(20);
      ({ isUpToDate } = await collectFinances(world.context, { ...untilDone, runMsMax: 3_000 }));
    }
    expect(world.amazon.asksOf('order')).toEqual(['order a', 'order b', 'order c', 'order d', 'order e']);
  });

  it('is not kept from the other orders by one that Amazon refuses', async () => {
    const world = createFinanceWorld('2026-11-20');
    world.books.overdue = ['bad', 'order-d1'];
    world.amazon.fault = (what) => {
      if (what === 'order bad') throw problem('AMAZON_REQUEST_REFUSED', 'rejected');
    };
    const report = await collectFinances(world.context, untilDone);
    expect(world.amazon.asksOf('order')).toEqual(['order bad', 'order order-d1']);
    expect(report.problems).toMatchObject([{ code: 'AMAZON_REQUEST_REFUSED' }]);
  });
});
