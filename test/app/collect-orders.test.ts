/** The orders feed with an Amazon and books of memory: what is asked for, in which order it is committed, and where a run goes on. */
import { describe, expect, it } from 'vitest';
import { Problem, type Sha256 } from '../../src/core/index.ts';
import {
  CA,
  DAY_MS,
  DE,
  denied,
  expired,
  FR,
  HOUR_MS,
  instant,
  MINUTE_MS,
  NOW_MS,
  orderOf,
  pageOf,
  startWorld,
  throttled,
  US,
} from './orders-world.ts';

const now = instant(NOW_MS);

describe('a run by page', () => {
  it('reads from the first day on, stores each page before its token, and starts again where Amazon said it is complete', async () => {
    const world = startWorld({ since: '2026-11-22' });
    world.pages(
      pageOf(['1', '2'], { nextToken: 't1', completeUntil: instant(NOW_MS - 3 * MINUTE_MS) }),
      pageOf([], { nextToken: 't2', completeUntil: now }),
      pageOf(['3']),
    );
    const report = await world.run();
    expect(report).toMatchObject({
      feed: 'orders',
      counts: { inserted: 3, changed: 0, unchanged: 0, unreadable: 0 },
      isUpToDate: true,
      completeUntil: instant(NOW_MS - 3 * MINUTE_MS),
      problems: [],
    });
    expect(world.searches.map(({ token }) => token)).toEqual([null, 't1', 't2']);
    expect(new Set(world.searches.map(({ query }) => JSON.stringify(query))).size).toBe(1);
    expect(world.searches[0]?.query).toEqual({
      lastUpdatedAfter: '2026-11-22T00:00:00.000Z',
      lastUpdatedBefore: null,
      marketplaceIds: [],
      withBuyers: false,
      withTax: true,
    });
    expect(world.effects.filter((effect) => !effect.startsWith('cursor null'))).toEqual([
      'orders 1,2',
      'cursor t1',
      'cursor t2',
      'orders 3',
    ]);
  });

  it('overlaps with the run before, and asks for nothing twice that Amazon cannot answer yet', async () => {
    const world = startWorld({ watermark: instant(NOW_MS - HOUR_MS) });
    world.pages(pageOf(['1'], { completeUntil: null }));
    const report = await world.run();
    expect(world.searches[0]?.query.lastUpdatedAfter).toBe(instant(NOW_MS - 90 * MINUTE_MS));
    // Amazon did not say until when: two minutes before the request.
    expect(report.completeUntil).toBe(instant(NOW_MS - 2 * MINUTE_MS));
  });

  it('never lets the watermark go back, nor beyond the present, whatever Amazon says', async () => {
    const world = startWorld({ watermark: instant(NOW_MS - HOUR_MS) });
    world.pages(pageOf([], { completeUntil: '2026-01-01T00:00:00.000Z' }));
    expect((await world.run()).completeUntil).toBe(instant(NOW_MS - HOUR_MS));
    world.pages(pageOf([], { completeUntil: '2099-01-01T00:00:00.000Z' }));
    expect((await world.run()).completeUntil).toBe(now);
  });

  it.each(['report', 'api'] as const)(
    'passes over nothing on a machine whose clock is a day ahead, by %s',
    async (source) => {
      const world = startWorld({ since: '2026-11-01', source, aheadMs: DAY_MS });
      world.clock.advance(DAY_MS);
      world.pages(pageOf([], { completeUntil: null }));
      const lagMs = (source === 'api' ? 2 : 30) * MINUTE_MS;
      expect((await world.run()).completeUntil).toBe(instant(NOW_MS - lagMs));
    },
  );

  it('ends between two pages when its time is over, and the next run goes on with the token', async () => {
    const world = startWorld({ watermark: instant(NOW_MS - HOUR_MS) });
    world.pages(pageOf(['1'], { nextToken: 't1', completeUntil: instant(NOW_MS - 5 * MINUTE_MS) }));
    expect(await world.run({ runMsMax: 0 })).toMatchObject({ isUpToDate: false, problems: [] });
    world.pages(pageOf(['2']));
    const report = await world.run();
    expect(world.searches.map(({ token }) => token)).toEqual([null, 't1']);
    expect(world.searches[1]?.query).toEqual(world.searches[0]?.query);
    expect(report).toMatchObject({ isUpToDate: true, completeUntil: instant(NOW_MS - 5 * MINUTE_MS) });
  });

  it.each<[string, (world: ReturnType<typeof startWorld>) => void]>([
    ['is 23 hours old', (world) => world.clock.advance(23 * HOUR_MS)],
    ['was given for another question', (world) => world.askForBuyers()],
  ])('reads the window from its start when the token %s', async (_name, change) => {
    const world = startWorld({ watermark: instant(NOW_MS - HOUR_MS), source: 'api' });
    world.pages(pageOf(['1'], { nextToken: 't1' }));
    await world.run({ runMsMax: 0 });
    change(world);
    world.pages(pageOf(['1']), pageOf([]));
    expect(await world.run()).toMatchObject({ isUpToDate: true });
    expect(world.searches[1]).toMatchObject({
      token: null,
      query: { lastUpdatedAfter: world.searches[0]?.query.lastUpdatedAfter },
    });
  });

  it('reads the present, too, when the window it went on with was begun long ago', async () => {
    const world = startWorld({ watermark: instant(NOW_MS - HOUR_MS), source: 'api' });
    world.pages(pageOf(['1'], { nextToken: 't1', completeUntil: instant(NOW_MS - 2 * MINUTE_MS) }));
    await world.run({ runMsMax: 0 });
    world.clock.advance(5 * HOUR_MS);
    world.pages(pageOf(['2']), pageOf(['3'], { completeUntil: instant(NOW_MS + 5 * HOUR_MS - 2 * MINUTE_MS) }));
    const report = await world.run();
    expect(world.searches.map(({ token }) => token)).toEqual([null, 't1', null]);
    expect(report.completeUntil).toBe(instant(NOW_MS + 5 * HOUR_MS - 2 * MINUTE_MS));
  });

  it('reads the window again when Amazon refuses the token, and gives up after the third time', async () => {
    const world = startWorld({ watermark: instant(NOW_MS - HOUR_MS) });
    world.pages(pageOf(['1'], { nextToken: 't1' }), expired, pageOf(['1'], { nextToken: 't2' }), pageOf(['2']));
    expect(await world.run()).toMatchObject({ isUpToDate: true, counts: { inserted: 2, unchanged: 1 }, problems: [] });
    const pages = [1, 2, 3].flatMap((turn) => [pageOf(['1'], { nextToken: `again${turn}` }), expired]);
    world.pages(...pages);
    const report = await world.run();
    expect(report).toMatchObject({ isUpToDate: false, problems: [{ code: 'AMAZON_PAGE_TOKEN_EXPIRED' }] });
    expect(world.cursor()?.open).toMatchObject({ pageToken: null });
  });

  it.each([
    ['the same page again', ['t1', 't1']],
    ['an earlier page again', ['t1', 't2', 't1']],
  ])('does not go round in a circle when Amazon names %s', async (_name, tokens) => {
    const world = startWorld({ watermark: instant(NOW_MS - HOUR_MS) });
    world.pages(...tokens.map((nextToken) => pageOf([], { nextToken })));
    expect(await world.run()).toMatchObject({ isUpToDate: false, problems: [{ code: 'AMAZON_PAGES_ENDLESS' }] });
    expect(world.cursor()).toMatchObject({ watermark: instant(NOW_MS - HOUR_MS), open: { pageToken: null } });
  });

  it('may name the same pages when it is read again from its start', async () => {
    const page = pageOf(['1'], { nextToken: 't1' });
    const world = startWorld({ watermark: instant(NOW_MS - HOUR_MS) });
    world.pages(page, expired, page, denied, page, pageOf(['2']));
    expect(await world.run()).toMatchObject({ isUpToDate: true, problems: [{ code: 'AMAZON_ACCESS_DENIED' }] });
    expect(world.searches.map(({ token, query }) => [token, query.withTax])).toEqual([
      [null, true],
      ['t1', true],
      [null, true],
      ['t1', true],
      [null, false],
      ['t1', false],
    ]);
  });

  it('stores an order that moved to the next page once, and counts every one that was sent', async () => {
    const world = startWorld({ watermark: instant(NOW_MS - HOUR_MS) });
    const older = orderOf('1', { lastUpdatedAt: '2026-11-22T00:00:00.000Z' });
    world.pages({ ...pageOf(['1', '2']), items: [...pageOf(['1', '2']).items, { order: older, buyer: null }] });
    expect((await world.run()).counts).toEqual({ inserted: 2, changed: 0, unchanged: 1, unreadable: 0 });
    expect(world.stored.get('1')?.lastUpdatedAt).not.toBe(older.lastUpdatedAt);
  });

  it('keeps aside what could not be read, says so once, and goes on', async () => {
    const world = startWorld({ watermark: instant(NOW_MS - HOUR_MS) });
    const unreadable = ['8', '9'].map((recordId) => ({ recordId, says: 'createdTime is not a time', source: {} }));
    world.pages({ ...pageOf(['1'], { nextToken: 't' }), unreadable }, pageOf(['2']));
    const report = await world.run();
    expect(report).toMatchObject({ isUpToDate: true, counts: { inserted: 2, unreadable: 2 } });
    expect(report.problems).toEqual([
      expect.objectContaining({ code: 'FEED_RECORD_UNREADABLE', says: expect.stringContaining('2 records') }),
    ]);
    expect(world.unreadable.map(({ recordId }) => recordId)).toEqual(['8', '9']);
  });
});

describe('taxes', () => {
  it('are done without when the application has no role for them, said once, and asked for again after a week', async () => {
    const world = startWorld({ watermark: instant(NOW_MS - HOUR_MS), source: 'api' });
    world.pages(denied, pageOf(['1']));
    expect(await world.run()).toMatchObject({ isUpToDate: true, problems: [{ code: 'AMAZON_ACCESS_DENIED' }] });
    world.clock.advance(HOUR_MS);
    world.pages(pageOf([]));
    expect(await world.run()).toMatchObject({ problems: [] });
    world.clock.advance(7 * DAY_MS);
    world.pages(pageOf([]));
    await world.run();
    expect(world.searches.map(({ query }) => query.withTax)).toEqual([true, false, false, true]);
    world.clock.advance(HOUR_MS);
    world.pages(pageOf([]));
    await world.run();
    expect(world.searches.at(-1)?.query.withTax).toBe(true);
  });

  it('control: a connection that may read no orders at all says so and stores nothing', async () => {
    const world = startWorld({ watermark: instant(NOW_MS - HOUR_MS) });
    world.pages(denied, denied);
    expect(await world.run()).toMatchObject({ isUpToDate: false, problems: [{ code: 'AMAZON_ACCESS_DENIED' }] });
    expect(world.cursor()?.memory).not.toHaveProperty('withoutTaxSince');
  });
});

describe('a run that cannot go on', () => {
  it('keeps what it has and says why, when it will pass', async () => {
    const world = startWorld({ watermark: instant(NOW_MS - HOUR_MS) });
    world.pages(pageOf(['1'], { nextToken: 't1' }), throttled);
    const report = await world.run();
    expect(report).toMatchObject({
      isUpToDate: false,
      counts: { inserted: 1 },
      problems: [{ code: 'AMAZON_THROTTLED' }],
    });
    expect(world.cursor()?.open?.pageToken).toBe('t1');
  });

  it.each([
    ['a login that only a person can mend', 'AMAZON_LOGIN_REVOKED', 'rejected'],
    ['a lease that was lost', 'LEASE_LOST', 'unavailable'],
    ['a stop', 'STOPPED', 'unavailable'],
    ['a defect', 'DEFECT', 'defect'],
  ] as const)('raises %s', async (_name, code, kind) => {
    const problem = new Problem({ code, kind, says: 'x', next: 'y' });
    const world = startWorld({ watermark: instant(NOW_MS - HOUR_MS) });
    world.pages(problem);
    await expect(world.run()).rejects.toBe(problem);
  });

  it('raises what the keeper of the lease raises', async () => {
    const lost = new Problem({ code: 'LEASE_LOST', kind: 'conflict', says: 'x', next: 'y' });
    const world = startWorld({ watermark: instant(NOW_MS - HOUR_MS) });
    world.pages(pageOf(['1'], { nextToken: 't1' }));
    await expect(world.run({ keepAlive: () => Promise.reject(lost) })).rejects.toBe(lost);
    expect(world.cursor()?.open?.pageToken).toBe('t1');
  });
});

describe('a backfill by report', () => {
  const far = { watermark: instant(NOW_MS - 20 * DAY_MS), costs: { apiSeconds: 9_999, reportSeconds: 1 } };

  it('asks for all parts before it waits for the first, reads them in order, and then the rest by page', async () => {
    const world = startWorld(far);
    world.pages(pageOf(['9']));
    const report = await world.run();
    expect(report).toMatchObject({ isUpToDate: true, problems: [], counts: { inserted: 4 } });
    expect(world.obtained.map(({ runMsMax }) => runMsMax)).toEqual([0, 0, 0, null, null, null]);
    const windows = world.obtained.slice(3).map(({ order }) => order.window);
    expect(windows.map(({ from }) => from.slice(0, 10))).toEqual(['2026-11-02', '2026-11-09', '2026-11-16']);
    expect(windows.every(({ from, until }) => Date.parse(until) - Date.parse(from) <= 7 * DAY_MS)).toBe(true);
    expect(windows.at(-1)?.until).toBe(instant(NOW_MS - 30 * MINUTE_MS));
    expect(world.obtained[3]?.order).toMatchObject({ kind: 'orders-by-last-update', marketplaceIds: [DE, FR] });
    expect(world.searches).toHaveLength(1);
    expect(world.searches[0]?.query.lastUpdatedAfter).toBe(instant(NOW_MS - 60 * MINUTE_MS));
  });

  it('takes one report for each marketplace outside Europe', async () => {
    const world = startWorld({ ...far, region: 'NA' });
    world.pages(pageOf([]));
    await world.run();
    const asked = world.obtained
      .filter(({ runMsMax }) => runMsMax === 0)
      .map(({ order }) => order.marketplaceIds.join());
    expect(asked).toEqual([US, CA, US, CA, US, CA]);
  });

  it('moves the watermark over whole parts only, and asks for the very same reports in the next run', async () => {
    const world = startWorld(far);
    world.reports(({ window }) => (window.from.startsWith('2026-11-02') ? 'orders' : 'not-ready'));
    expect(await world.run({ runMsMax: HOUR_MS })).toMatchObject({ isUpToDate: false, problems: [] });
    expect(world.cursor()?.watermark.slice(0, 10)).toBe('2026-11-09');
    const first = world.obtained.map(({ order }) => JSON.stringify(order));
    world.clock.advance(6 * HOUR_MS);
    world.reports(() => 'orders');
    world.pages(pageOf([]));
    const from = world.obtained.length;
    expect(await world.run()).toMatchObject({ isUpToDate: true });
    const second = world.obtained.slice(from).map(({ order }) => JSON.stringify(order));
    expect(second.length).toBeGreaterThan(0);
    expect(second.filter((order) => !first.includes(order))).toEqual([]);
  });

  it('takes no more than its share of documents in one run', async () => {
    const world = startWorld({ ...far, watermark: instant(NOW_MS - 200 * DAY_MS) });
    expect(await world.run({ runMsMax: 100 * HOUR_MS })).toMatchObject({ isUpToDate: false, problems: [] });
    expect(new Set(world.obtained.map(({ order }) => order.window.from)).size).toBe(10);
  });

  it('passes over a part without orders', async () => {
    const world = startWorld(far);
    world.reports(() => 'no-data');
    world.pages(pageOf([]));
    expect(await world.run()).toMatchObject({ isUpToDate: true, counts: { inserted: 0 } });
  });

  it('asks for smaller parts of a window that Amazon cannot make, and reads a day by page at last', async () => {
    const start = NOW_MS - 15 * DAY_MS;
    const world = startWorld({ ...far, watermark: instant(start) });
    world.reports(({ window }) => (window.from < instant(start) ? 'failed' : 'orders'));
    world.pages(pageOf(['7']), pageOf([]));
    expect(await world.run()).toMatchObject({ isUpToDate: true, problems: [] });
    const days = world.obtained
      .filter(({ runMsMax }) => runMsMax === null)
      .map(({ order: { window } }) => (Date.parse(window.until) - Date.parse(window.from)) / DAY_MS);
    // The days beside it are reports again, and the weeks after it are the very ones that had been asked for.
    expect(days.slice(0, 4)).toEqual([7, 3.5, 1.75, 1]);
    expect(days.slice(4, 10)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(days.slice(10)).toEqual([7, expect.closeTo(1, 1)]);
    expect(world.searches[0]?.query).toMatchObject({
      lastUpdatedAfter: instant(start - 30 * MINUTE_MS),
      lastUpdatedBefore: instant(start + DAY_MS - 30 * MINUTE_MS),
    });
  });

  it.each([
    ['holds in a form nobody understands', 'no-table'],
    ['would hold if Amazon did not refuse to make it', 'denied'],
  ] as const)('reads by page what a report %s', async (_name, outcome) => {
    const world = startWorld({ ...far, watermark: instant(NOW_MS - 5 * DAY_MS) });
    world.reports(() => outcome);
    world.pages(pageOf(['7']), pageOf([]));
    expect(await world.run()).toMatchObject({ isUpToDate: true, counts: { inserted: 1 }, problems: [] });
    expect(world.obtained).toHaveLength(1);
    expect(world.searches[0]?.query.lastUpdatedBefore).toBe(instant(NOW_MS - 30 * MINUTE_MS));
  });

  it('control: a connection that wants reports alone says so instead, and asks for no page', async () => {
    const world = startWorld({ watermark: instant(NOW_MS - 5 * DAY_MS), source: 'report' });
    world.reports(() => 'no-table');
    expect(await world.run()).toMatchObject({ isUpToDate: false, problems: [{ code: 'REPORT_NOT_A_TABLE' }] });
    world.reports(() => 'orders');
    expect(await world.run()).toMatchObject({ isUpToDate: true, problems: [] });
    expect(world.searches).toEqual([]);
  });

  it('leaves out the marketplaces that the connection leaves out, although Europe’s report has them', async () => {
    const world = startWorld({ ...far, watermark: instant(NOW_MS - 5 * DAY_MS), marketplaceIds: [DE] });
    world.reportRows([
      orderOf('1', { marketplaceId: FR }),
      orderOf('2', { marketplaceId: DE }),
      orderOf('3', { marketplaceId: null }),
    ]);
    world.pages(pageOf([]));
    await world.run();
    expect([...world.stored.keys()]).toEqual(['2', '3']);
  });

  it('that no marketplace is left to ask for is read by page instead, and nothing is passed over', async () => {
    const world = startWorld({ ...far, region: 'NA' });
    world.reports(() => 'not-ready');
    await world.run({ runMsMax: HOUR_MS });
    const asked = world.obtained.length;
    world.nameMarketplaces([]);
    world.pages(pageOf(['1']));
    expect(await world.run()).toMatchObject({ isUpToDate: true, counts: { inserted: 1 } });
    expect(world.obtained).toHaveLength(asked);
    expect(world.searches[0]?.query).toMatchObject({
      marketplaceIds: [],
      lastUpdatedAfter: instant(NOW_MS - 20 * DAY_MS - 30 * MINUTE_MS),
    });
  });

  it('begins no earlier than Amazon knows orders', async () => {
    const world = startWorld({ since: '2019-01-01', source: 'api' });
    world.pages(pageOf([]));
    await world.run();
    expect(world.searches[0]?.query.lastUpdatedAfter).toBe(instant(NOW_MS - 729 * DAY_MS));
    const japan = startWorld({ since: '2012-01-01', source: 'api', region: 'FE' });
    japan.pages(pageOf([]));
    await japan.run();
    expect(japan.searches[0]?.query.lastUpdatedAfter).toBe('2016-01-01T00:00:00.000Z');
  });
});

describe('buyers', () => {
  it('are stored where the connection wants them, and nowhere else', async () => {
    const buyer = {
      orderId: '1',
      name: 'Canary',
      email: null,
      companyName: null,
      purchaseOrderNumber: null,
      address: null,
      taxRegistrations: [],
      deleteAfter: now,
    };
    const page = { ...pageOf(['1']), items: [{ order: orderOf('1'), buyer }] };
    const off = startWorld({ watermark: instant(NOW_MS - HOUR_MS) });
    off.pages(page);
    await off.run();
    expect(off.buyers).toEqual([]);
    const on = startWorld({ watermark: instant(NOW_MS - HOUR_MS) });
    on.askForBuyers();
    on.pages(page);
    const report = await on.run();
    expect(on.buyers).toEqual([buyer]);
    expect(JSON.stringify([report, on.logged, on.cursor()])).not.toContain('Canary');
  });
});

it('counts as evidence the report that told an order', async () => {
  const world = startWorld({ watermark: instant(NOW_MS - 5 * DAY_MS), costs: { apiSeconds: 9, reportSeconds: 1 } });
  world.pages(pageOf([]));
  await world.run();
  expect(world.reportOf.get('r1')).toBe('a'.repeat(64) as Sha256);
});
