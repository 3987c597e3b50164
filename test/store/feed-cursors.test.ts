import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FeedCursor } from '../../src/app/index.ts';
import type { ProblemFacts } from '../../src/core/index.ts';
import { event, openTestFeeds, payout, type TestFeeds } from './feed-samples.ts';
import { addConnection } from './samples.ts';

let test: TestFeeds;
beforeAll(async () => {
  test = await openTestFeeds();
});
afterAll(() => test.close());

const DAY_1 = '2026-11-01T00:00:00.000Z';
const DAY_2 = '2026-11-02T00:00:00.000Z';
const DAY_3 = '2026-11-03T00:00:00.000Z';
const DAY_4 = '2026-11-04T00:00:00.000Z';
const at = (watermark: string, open: FeedCursor['open'] = null): FeedCursor => ({ watermark, open, memory: {} });
const window = (from: string, until: string): FeedCursor['open'] => ({
  window: { from, until },
  pageToken: 'token',
  tokenAt: DAY_2,
  completeUntil: null,
});

describe('a cursor', () => {
  const write = (strand: string, cursor: FeedCursor) => test.feeds.writeCursor(test.connection.id, strand, cursor);
  const read = (strand: string) => test.feeds.readCursor(test.connection.id, strand);

  it('reads back as it was written, each strand and connection its own', async () => {
    expect(await read('orders')).toBeUndefined();
    const cursor = { ...at(DAY_1, window(DAY_1, DAY_3)), memory: { days: 14, 'odd\u0001': ['\u0000'] } };
    await write('orders', cursor);
    await write('finances:front', at(DAY_2));
    expect(await read('orders')).toEqual({ ...cursor, memory: { days: 14, 'odd\u0001': ['\ufffd'] } });
    expect(await read('finances:front')).toEqual(at(DAY_2));
    const other = await addConnection(test.books, 'OTHER');
    expect(await test.feeds.readCursor(other.id, 'orders')).toBeUndefined();
  });

  it('may stand still and go forward', async () => {
    await write('forward', at(DAY_1));
    await write('forward', at(DAY_1, window(DAY_1, DAY_3)));
    await write('forward', at(DAY_3));
    expect(await read('forward')).toEqual(at(DAY_3));
  });

  it('never goes back, because what lies between would not be read again', async () => {
    await write('back', at(DAY_2));
    await expect(write('back', at(DAY_1))).rejects.toMatchObject({ kind: 'defect' });
    expect(await read('back')).toEqual(at(DAY_2));
  });

  it('goes back to the start of the window that is being read, and no further', async () => {
    await write('again', at(DAY_3, window(DAY_2, DAY_4)));
    await expect(write('again', at(DAY_1))).rejects.toMatchObject({ kind: 'defect' });
    await write('again', at(DAY_2));
    expect(await read('again')).toEqual(at(DAY_2));
  });
});

it('the last run of each feed is told, with what came of it', async () => {
  const { id } = await addConnection(test.books, 'RUNS');
  const problem: ProblemFacts = { code: 'X', kind: 'unavailable', says: 's', next: 'n', where: { row: 1 } };
  const run = { startedAt: DAY_1, isUpToDate: false, completeUntil: null, problems: [problem] };
  await test.feeds.recordFeedRun(id, 'payouts', run);
  await test.feeds.recordFeedRun(id, 'orders', run);
  await test.feeds.recordFeedRun(id, 'orders', { ...run, isUpToDate: true, completeUntil: DAY_2, problems: [] });
  const finishedAt = new Date(test.time.nowMs()).toISOString();
  expect(await test.feeds.listFeedRuns(id)).toEqual([
    { feed: 'orders', startedAt: DAY_1, finishedAt, isUpToDate: true, completeUntil: DAY_2, problems: [] },
    { feed: 'payouts', startedAt: DAY_1, finishedAt, isUpToDate: false, completeUntil: null, problems: [problem] },
  ]);
});

it('a run that fails does not make forgotten until when the feed is complete', async () => {
  const { id } = await addConnection(test.books, 'FAILED');
  const run = { startedAt: DAY_1, isUpToDate: true, completeUntil: DAY_2, problems: [] };
  await test.feeds.recordFeedRun(id, 'orders', run);
  await test.feeds.recordFeedRun(id, 'orders', { ...run, isUpToDate: false, completeUntil: null });
  expect(await test.feeds.listFeedRuns(id)).toMatchObject([{ isUpToDate: false, completeUntil: DAY_2 }]);
  await test.feeds.recordFeedRun(id, 'orders', { ...run, completeUntil: DAY_3 });
  expect(await test.feeds.listFeedRuns(id)).toMatchObject([{ completeUntil: DAY_3 }]);
});

describe('a record that could not be read', () => {
  const record = (recordId: string | null, source: Record<string, unknown>, says = 'price is no amount') => ({
    recordId,
    says,
    source,
  });

  it('is kept whole, once, whatever the order of its members, and its newest reason is told', async () => {
    const { id } = await addConnection(test.books, 'ASIDE');
    const first = record('1', { a: 0.1, b: [1, null] });
    expect(await test.feeds.keepUnreadable(id, 'orders', [first, record(null, { c: 1 })])).toBe(2);
    const again = record('1', { b: [1, null], a: 0.1 }, 'another reason');
    expect(await test.feeds.keepUnreadable(id, 'orders', [again, again])).toBe(0);
    expect(await test.feeds.keepUnreadable(id, 'payouts', [first])).toBe(1);
    const seenAt = new Date(test.time.nowMs()).toISOString();
    const kept = await test.feeds.listUnreadable(id, { feed: 'orders', withSource: true });
    expect(kept).toHaveLength(2);
    expect(kept).toContainEqual({ ...first, says: 'another reason', feed: 'orders', seenAt });
    expect(await test.feeds.listUnreadable(id)).toHaveLength(3);
    expect(await test.feeds.listUnreadable(id, 'vat')).toEqual([]);
  });

  it('is listed among the latest 200, or as many as are asked for, and whole only on request', async () => {
    const { id } = await addConnection(test.books, 'MANY');
    for (let hour = 0; hour < 3; hour += 1) {
      const records = Array.from({ length: 100 }, (_, index) => record(`${hour}-${index}`, { hour, index }));
      await test.feeds.keepUnreadable(id, 'orders', records);
      await test.time.sleep(3_600_000);
    }
    const listed = await test.feeds.listUnreadable(id);
    expect(listed).toHaveLength(200);
    expect(listed.map(({ recordId }) => recordId?.slice(0, 2))).toEqual([
      ...Array.from({ length: 100 }, () => '1-'),
      ...Array.from({ length: 100 }, () => '2-'),
    ]);
    expect(listed.some((each) => 'source' in each)).toBe(false);
    expect(await test.feeds.listUnreadable(id, { limit: 300 })).toHaveLength(300);
    const [last, ...others] = await test.feeds.listUnreadable(id, { limit: 1, withSource: true });
    expect(last).toMatchObject({ recordId: expect.stringMatching(/^2-/), source: { hour: 2 } });
    expect(others).toEqual([]);
  });

  it('nor had an id is gone once the same one is read, and no other is', async () => {
    const { id } = await addConnection(test.books, 'NAMELESS');
    const source = { amount: '12.30', nested: { b: '1', a: null } };
    for (const feed of ['finances', 'payouts', 'orders'] as const)
      await test.feeds.keepUnreadable(id, feed, [record(null, source), record(null, { amount: '9' })]);
    const again = { nested: { a: null, b: '1' }, amount: '12.30' };
    await test.feeds.putFinanceEvents(id, [event('x:1', { source: again })]);
    await test.feeds.putPayouts(id, [payout('P1', { source: again })]);
    const left = await test.feeds.listUnreadable(id, { withSource: true });
    expect(left.map((each) => [each.feed, each.source?.amount]).sort()).toEqual([
      ['finances', '9'],
      ['orders', '12.30'],
      ['orders', '9'],
      ['payouts', '9'],
    ]);
  });

  it('none is kept of none', async () => {
    expect(await test.feeds.keepUnreadable(test.connection.id, 'orders', [])).toBe(0);
  });
});
