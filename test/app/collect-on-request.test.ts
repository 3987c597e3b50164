import { describe, expect, it } from 'vitest';
import { collectOnRequest, type ReadRow } from '../../src/app/index.ts';
import { feedWorld, marketplace, problem, type Script } from './feed-kit.ts';

/** Every row of the "file" is its text; `bad` ones cannot be read. */
async function* rowsOf(text: string): AsyncGenerator<ReadRow<never>> {
  for (const [index, row] of text.split(',').entries()) {
    if (row.startsWith('bad')) yield { unreadable: { recordId: row, says: `row ${index}: is bad`, source: {} } };
    else yield { item: row as never };
  }
}

async function textOf(source: { open(): AsyncIterable<Uint8Array> }): Promise<string> {
  let text = '';
  for await (const piece of source.open()) text += Buffer.from(piece).toString();
  return text;
}

const read = async function* (source: { open(): AsyncIterable<Uint8Array> }) {
  yield* rowsOf(await textOf(source));
};
const readers = { reimbursements: read, vatLines: (_: unknown, source: Parameters<typeof read>[0]) => read(source) };

type More = Parameters<typeof feedWorld>[1];

function worldOf(script: Script = {}, more: More = {}) {
  const world = feedWorld(script, { readers, ...more });
  const collect = (feed: 'reimbursements' | 'vat' = 'reimbursements', runMsMax: number | null = null) =>
    collectOnRequest(feed, world.context, { ...world.options, runMsMax });
  const windows = () =>
    world.amazon.created.map(({ window }) => `${window.from.slice(0, 10)} ${window.until.slice(0, 10)}`);
  return { ...world, collect, windows };
}

describe('the feed of reimbursements', () => {
  it('reads from the first day to the last midnight, and says until when it is complete', async () => {
    const world = worldOf({ bytes: () => 'a,b,c' });
    expect(await world.collect()).toMatchObject({
      feed: 'reimbursements',
      counts: { inserted: 3, unreadable: 0 },
      isUpToDate: true,
      completeUntil: '2026-11-23T00:00:00.000Z',
      problems: [],
    });
    expect(world.windows()).toEqual(['2026-11-20 2026-11-23']);
    expect(world.amazon.created[0]?.marketplaceIds).toEqual(['A1PA6795UKMFR9', 'A1F83G8C2ARO7P']);
  });

  it('ends with the last midnight of the clock that all machines share', async () => {
    const world = worldOf({}, { databaseAheadMs: -86_400_000 });
    expect(await world.collect()).toMatchObject({ completeUntil: '2026-11-22T00:00:00.000Z' });
    expect(world.windows()).toEqual(['2026-11-20 2026-11-22']);
  });

  it('has nothing to do on the same day, and reads the last week again on the next', async () => {
    const world = worldOf({}, { since: '2026-10-01' });
    await world.collect();
    expect(world.windows()).toEqual(['2026-10-01 2026-10-31', '2026-10-24 2026-11-23']);
    await world.collect();
    expect(world.windows()).toHaveLength(2);
    await world.clock.sleep(86_400_000);
    await world.collect();
    expect(world.windows().slice(2)).toEqual(['2026-11-16 2026-11-24']);
  });

  it('asks in Europe for the region, elsewhere for each store the seller takes part in', async () => {
    const stores = [
      marketplace('ATVPDKIKX0DER'),
      marketplace('A2EUQ1WTGCTBG2'),
      marketplace('A1AM78C64UM0Y8', false),
      marketplace('A1MQXOICRS2Z7M'),
    ];
    const world = worldOf({}, { region: 'NA', marketplaces: stores });
    await world.collect();
    expect(world.amazon.created.map(({ marketplaceIds }) => marketplaceIds)).toEqual([
      ['ATVPDKIKX0DER'],
      ['A2EUQ1WTGCTBG2'],
    ]);
    expect(world.amazon.asked.slice(0, 2)).toEqual(['create 2026-11-20', 'create 2026-11-20']);
  });

  it('keeps rows aside that cannot be read, and says so', async () => {
    const world = worldOf({ bytes: () => 'a,bad1,b,bad2' });
    const report = await world.collect();
    expect(report.counts).toMatchObject({ inserted: 2, unreadable: 2 });
    expect(report.problems).toMatchObject([{ code: 'FEED_RECORD_UNREADABLE', kind: 'unmapped' }]);
    expect(report.problems[0]?.says).toContain('bad1');
    expect(world.books.unreadable).toHaveLength(2);
    expect(report.isUpToDate).toBe(true);
  });

  it('stores so many rows at once that no batch is too large', async () => {
    const world = worldOf({ bytes: () => Array.from({ length: 1_201 }, (_, i) => `r${i}`).join() });
    expect((await world.collect()).counts.inserted).toBe(1_201);
    expect(world.books.stored.map(({ rows }) => rows.length)).toEqual([500, 500, 201]);
  });

  it('moves no watermark over a window that Amazon cannot make, and goes on there next time', async () => {
    let isBroken = true;
    const world = worldOf({
      state: (_, ordinal) =>
        isBroken
          ? { state: 'failed', reportDocumentId: null, explanation: null }
          : { state: 'ready', reportDocumentId: `D-R${ordinal}` },
    });
    const report = await world.collect();
    expect(report).toMatchObject({ isUpToDate: false, completeUntil: '2026-11-20T00:00:00.000Z' });
    expect(new Set(report.problems.map(({ code }) => code))).toEqual(new Set(['REPORT_FAILED']));
    expect(world.books.cursors.size).toBe(0);
    isBroken = false;
    await world.clock.sleep(7 * 3_600_000);
    expect(await world.collect()).toMatchObject({ isUpToDate: true, completeUntil: '2026-11-23T00:00:00.000Z' });
  });

  it('of a report that had no data moves on', async () => {
    const world = worldOf({ state: () => ({ state: 'no-data' }) });
    expect(await world.collect()).toMatchObject({ isUpToDate: true, counts: { inserted: 0 }, problems: [] });
  });

  it('reports a file that cannot be read, and reads the same bytes again', async () => {
    const world = worldOf(
      {},
      {
        readers: {
          reimbursements: () => {
            throw problem('REPORT_COLUMN_MISSING', 'invalid');
          },
        },
      },
    );
    for (const _ of [1, 2])
      expect(await world.collect()).toMatchObject({ isUpToDate: false, problems: [{ code: 'REPORT_COLUMN_MISSING' }] });
    expect(world.amazon.created).toHaveLength(1);
  });

  it('ends between two windows when its time is over, and goes on next time', async () => {
    const world = worldOf({}, { since: '2026-08-01' });
    expect(await world.collect('reimbursements', 1_000)).toMatchObject({ isUpToDate: false });
    expect(world.windows()).toHaveLength(1);
    expect(await world.collect()).toMatchObject({ isUpToDate: true });
  });

  it('fetches ten documents a run at most, because settlements need the same allowance', async () => {
    const world = worldOf({}, { since: '2025-06-01' });
    expect(await world.collect()).toMatchObject({ isUpToDate: false });
    expect(world.windows()).toHaveLength(10);
  });

  it.each([
    ['AMAZON_UNAVAILABLE', 'unavailable'],
    ['AMAZON_ACCESS_DENIED', 'rejected'],
    ['REPORT_NOT_READY', 'unavailable'],
  ] as const)('reports %s', async (code, kind) => {
    const world = worldOf({ state: () => problem(code, kind) });
    expect(await world.collect()).toMatchObject({ isUpToDate: false, problems: [{ code }] });
  });

  it.each([
    ['AMAZON_LOGIN_REVOKED', 'rejected'],
    ['LEASE_LOST', 'conflict'],
    ['STOPPED', 'conflict'],
    ['DEFECT', 'defect'],
  ] as const)('control: is stopped by %s', async (code, kind) => {
    const world = worldOf({ state: () => problem(code, kind) });
    await expect(world.collect()).rejects.toMatchObject({ code });
  });
});

describe('the feed of VAT', () => {
  it('reads calculations until three days ago, and transactions of whole months from the 4th', async () => {
    const world = worldOf({}, { since: '2026-09-15' });
    const report = await world.collect('vat');
    expect(report).toMatchObject({ isUpToDate: true, completeUntil: '2026-11-01T00:00:00.000Z' });
    const of = (kind: string) => world.amazon.created.flatMap((made) => (made.kind === kind ? made.window : []));
    expect(of('vat-calculation').map(({ from, until }) => [from.slice(0, 10), until.slice(0, 10)])).toEqual([
      ['2026-09-15', '2026-10-16'],
      ['2026-10-16', '2026-11-16'],
      ['2026-11-16', '2026-11-20'],
    ]);
    expect(of('vat-transactions').map(({ from, until }) => [from.slice(0, 10), until.slice(0, 10)])).toEqual([
      ['2026-09-01', '2026-10-01'],
      ['2026-10-01', '2026-11-01'],
    ]);
  });

  const failed = { state: 'failed', reportDocumentId: null, explanation: null } as const;
  const daysOf = ({ window }: { window: { from: string; until: string } }) =>
    (Date.parse(window.until) - Date.parse(window.from)) / 86_400_000;

  it('reads no line of a window twice, also when at first only a part of it can be had', async () => {
    let isBroken = true;
    const world = worldOf(
      {
        state: (wanted, ordinal) => {
          if (wanted.kind !== 'vat-calculation') return { state: 'no-data' };
          const isFirstHalf = daysOf(wanted) < 20 && wanted.window.from.startsWith('2026-10-20');
          return isBroken && !isFirstHalf ? failed : { state: 'ready', reportDocumentId: `D-R${ordinal}` };
        },
        bytes: (wanted) => (daysOf(wanted) > 20 ? 'a,b,c,d' : wanted.window.from < '2026-10-21' ? 'a,b' : 'c,d'),
      },
      { since: '2026-10-20' },
    );
    await world.collect('vat');
    expect(world.books.stored).toEqual([]);
    isBroken = false;
    await world.clock.sleep(7 * 3_600_000);
    expect(await world.collect('vat')).toMatchObject({ isUpToDate: true, problems: [] });
    expect(world.books.stored.map(({ rows }) => rows)).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  it('that dies while it reads goes on with the very same reports, whatever day it is', async () => {
    const world = worldOf({ bytes: () => 'a,b' }, { since: '2026-11-10' });
    const { books } = world.context;
    const putVatLines = books.putVatLines;
    books.putVatLines = async (...args) => {
      await putVatLines(...args);
      throw new Error('killed');
    };
    await expect(world.collect('vat')).rejects.toThrow('killed');
    books.putVatLines = putVatLines;
    await world.clock.sleep(2 * 86_400_000);
    await world.collect('vat');
    expect(world.windows().slice(0, 2)).toEqual(['2026-11-10 2026-11-20', '2026-11-20 2026-11-22']);
    expect(world.books.stored[1]).toEqual(world.books.stored[0]);
  });

  it('control: a file that nobody can read does not hold the feed to its window', async () => {
    const unreadable = () => {
      throw problem('REPORT_NOT_A_TABLE', 'invalid');
    };
    const world = worldOf({}, { since: '2026-11-10', readers: { vatLines: unreadable } });
    await world.collect('vat');
    expect(world.books.cursors.get('vat:calculation')?.open).toBeNull();
  });

  it('asks once a run for a report that Amazon refuses to make', async () => {
    const world = worldOf(
      { create: () => problem('AMAZON_ACCESS_DENIED', 'rejected') },
      { since: '2026-11-01', marketplaces: [marketplace('A1PA6795UKMFR9')] },
    );
    await world.clock.sleep(20 * 86_400_000);
    const report = await world.collect('vat');
    expect(report.problems.map(({ code }) => code)).toEqual(['AMAZON_ACCESS_DENIED', 'AMAZON_ACCESS_DENIED']);
    expect(world.books.requests.map(({ order, state }) => [order.kind, state])).toEqual([
      ['vat-calculation', 'failed'],
      ['vat-transactions', 'failed'],
    ]);
  });

  it('asks for stores in which Amazon computes VAT, and for nothing without one', async () => {
    const world = worldOf(
      {},
      { since: '2026-11-01', marketplaces: [marketplace('A1PA6795UKMFR9'), marketplace('A33AVAJ2PDY3EV')] },
    );
    await world.collect('vat');
    expect(world.amazon.created[0]?.marketplaceIds).toEqual(['A1PA6795UKMFR9']);
    const none = worldOf({}, { marketplaces: [marketplace('A33AVAJ2PDY3EV')] });
    expect(await none.collect('vat')).toMatchObject({ isUpToDate: true });
    expect(none.amazon.created).toEqual([]);
  });

  it('reads one kind although the other fails', async () => {
    const world = worldOf(
      {
        state: ({ kind }) =>
          kind === 'vat-calculation' ? problem('AMAZON_UNAVAILABLE', 'unavailable') : { state: 'no-data' },
      },
      { since: '2026-10-01' },
    );
    expect(await world.collect('vat')).toMatchObject({ isUpToDate: false, problems: [{ code: 'AMAZON_UNAVAILABLE' }] });
    expect(world.books.cursors.get('vat:transactions')?.watermark).toBe('2026-11-01T00:00:00.000Z');
  });
});
