/** Months whose day of the accrual was missed: made up for in their order, and what cannot be accrued does not block for ever. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ACCRUAL_PATIENCE_MS,
  accrueOwed,
  closePeriod,
  type FeedBooks,
  type FinanceEvent,
  type OwedMonth,
  withdrawUnbooked,
} from '../../src/app/index.ts';
import { type CurrencyCode, money, parseYearMonth } from '../../src/core/index.ts';
import { createFeedBooks, timeOf } from '../../src/store/index.ts';
import { event as financeEvent } from '../app/finance-kit.ts';
import { ANNA } from '../store/samples.ts';
import { openReversalWorld, type ReversalWorld } from './reversal-kit.ts';

const NOW = '2026-12-05T08:00:00.000Z';
const OCTOBER: OwedMonth = { month: parseYearMonth('2026-10'), dueAt: Date.parse('2026-11-03T05:00:00Z') };
const NOVEMBER: OwedMonth = { month: parseYearMonth('2026-11'), dueAt: Date.parse('2026-12-03T05:00:00Z') };

let world: ReversalWorld;
let feeds: FeedBooks;

beforeEach(async () => {
  world = await openReversalWorld();
  const { clock } = world.vendors;
  await clock.sleep(Date.parse(NOW) - clock.nowMs());
  feeds = createFeedBooks({ ...world.test, readTime: timeOf(clock) });
  await tell('sold-in-october', { postedAt: '2026-10-20T12:00:00.000Z' });
  await tell('sold-in-november', { postedAt: '2026-11-20T12:00:00.000Z' });
  const run = { startedAt: NOW, isUpToDate: true, completeUntil: '2026-12-04T00:00:00.000Z', problems: [] };
  await feeds.recordFeedRun(world.context.connection.id, 'finances', run);
});
afterEach(() => world.close());

async function tell(eventKey: string, change: Partial<FinanceEvent> = {}, leaf = 'OurPricePrincipal'): Promise<void> {
  const amount = money('USD' as CurrencyCode, 5_000n);
  const own = { marketplaceId: 'ATVPDKIKX0DER', orderId: null, source: { eventKey } };
  const event = financeEvent(eventKey, Date.parse(NOW), {
    ...{ postedAt: null, total: amount, amounts: [{ item: null, path: ['Sales', leaf], amount }], ties: true },
    ...own,
    ...change,
  });
  await feeds.putFinanceEvents(world.context.connection.id, [event]);
}

/** As the schedule asks for both: nothing waited yet, or since that moment. */
async function accrue(waitsSince: string | null = null) {
  const owed = await accrueOwed(world.context, feeds, { months: [OCTOBER, NOVEMBER], waitsSince });
  return {
    made: owed.made.map(({ month }) => month),
    known: owed.known,
    passedOver: owed.passedOver.map(({ code, data }) => `${code} ${data}`),
    waitsFor: owed.waitsFor?.code ?? null,
  };
}
const waitedFor = (ms: number) => new Date(Date.parse(NOW) - ms).toISOString();
const bookings = async () => {
  const entries = await world.test.books.listEntries({ connectionId: world.context.connection.id });
  return entries
    .filter(({ origin }) => origin.kind === 'accrual')
    .map(({ entry, state }) => `${entry.postingDate} ${state}`)
    .sort();
};
const nothing = { made: [], known: [], passedOver: [], waitsFor: null };

describe('after a downtime over two days of the accrual', () => {
  it('each month is accrued in its order and once, with a release of its own, the next when the one before is in SAP', async () => {
    expect(await accrue()).toEqual({ ...nothing, made: ['2026-10'], waitsFor: 'PERIOD_HAS_OPEN_ENTRIES' });
    expect(await accrue(), 'control: nobody has sent the first').toMatchObject({ made: [], known: ['2026-10'] });
    await world.sync();
    expect(await accrue()).toEqual({ ...nothing, known: ['2026-10'], made: ['2026-11'] });
    await world.sync();
    expect(await bookings()).toEqual([
      '2026-10-31 posted',
      '2026-11-01 posted',
      '2026-11-30 posted',
      '2026-12-01 posted',
    ]);
    expect(await accrue()).toEqual({ ...nothing, known: ['2026-10', '2026-11'] });
    const closed = await world.test.books.closedMonths(world.context.connection.id);
    expect(new Set(Object.values(closed))).toEqual(new Set(['2026-11']));
    expect((await world.test.books.verifyEverything()).faults).toEqual([]);
  });

  it('a month that a person took back is not made again, and holds the next one up no more', async () => {
    await accrue();
    const byAnna = { ...world.context, actor: ANNA };
    await withdrawUnbooked(byAnna, await world.test.books.getAccrual('2026-10'), 'booked by hand');
    expect(await accrue()).toEqual({ ...nothing, known: ['2026-10'], made: ['2026-11'] });
  });

  it('a month before one that people closed gets none, and that is told', async () => {
    for (const { month } of [OCTOBER, NOVEMBER]) {
      await closePeriod(world.context, { month, companyCode: null, why: 'accrued by hand' });
    }
    expect(await accrue()).toEqual({
      ...nothing,
      passedOver: ['ACCRUAL_PASSED_OVER 2026-10'],
      made: ['2026-11'],
    });
  });
});

describe('a month that cannot be accrued', () => {
  /** Nobody knows what it is, and in November it was settled. */
  beforeEach(async () => {
    const [booked] = await world.posted(1, { start: '2026-11-05', end: '2026-11-12', deposit: '2026-11-14' });
    const { settlementId } = await world.test.books.getSettlement(booked!.origin.key);
    expect(booked).toMatchObject({ state: 'posted' });
    await tell('strange', { postedAt: '2026-10-30T12:00:00.000Z', settlementId }, 'WeatherSurcharge');
  });

  it('holds the next one up for three days; then it is closed without one, and that is told', async () => {
    expect(await accrue()).toEqual({ ...nothing, waitsFor: 'ACCRUAL_STOPPED' });
    expect(await accrue(waitedFor(ACCRUAL_PATIENCE_MS - 1_000)), 'control: not yet').toEqual({
      ...nothing,
      waitsFor: 'ACCRUAL_STOPPED',
    });
    await world.vendors.clock.sleep(ACCRUAL_PATIENCE_MS);
    expect(await accrue(waitedFor(0))).toEqual({
      ...nothing,
      passedOver: ['ACCRUAL_PASSED_OVER 2026-10'],
      made: ['2026-11'],
    });
    await world.sync();
    expect(await bookings()).toEqual(['2026-11-30 posted', '2026-12-01 posted']);
    const events = await world.test.books.listEvents({ subject: `connection/${world.context.connection.id}` });
    expect(events.filter(({ action }) => action === 'period.close').map(({ why }) => why)).toEqual([
      expect.stringContaining('2026-10 is closed without an accrual'),
      expect.any(String),
    ]);
  });
});

describe('an accrual that SAP refuses', () => {
  it('holds the next one up for three days; then it is withdrawn, and that is told', async () => {
    world.vendors.sap.world.closedPeriods.add('1710/2026-010');
    await accrue();
    await world.sync();
    expect(await bookings()).toContain('2026-10-31 rejected');
    const waits = { ...nothing, known: ['2026-10'], waitsFor: 'PERIOD_HAS_OPEN_ENTRIES' };
    expect(await accrue(waitedFor(0)), 'control: people have time to mend it').toEqual(waits);
    await world.vendors.clock.sleep(ACCRUAL_PATIENCE_MS);
    expect(await accrue(waitedFor(0))).toEqual({
      ...nothing,
      known: ['2026-10'],
      passedOver: ['ACCRUAL_PASSED_OVER 2026-10'],
      made: ['2026-11'],
    });
    expect(await world.test.books.getAccrual('2026-10')).toMatchObject({ withdrawnAt: expect.any(String) });
  });

  it('is told with what the next month waits for, at each try, until the turn has ended', async () => {
    world.vendors.sap.world.closedPeriods.add('1710/2026-010');
    await accrue();
    await world.sync();
    await world.vendors.clock.sleep(ACCRUAL_PATIENCE_MS);
    await tell('strange', { postedAt: '2026-11-25T12:00:00.000Z' }, 'WeatherSurcharge');
    const waits = { ...nothing, known: ['2026-10'], waitsFor: 'ACCRUAL_STOPPED' };
    const told = { ...waits, passedOver: ['ACCRUAL_PASSED_OVER 2026-10'] };
    expect(await accrue(waitedFor(0))).toEqual(told);
    expect(await accrue(waitedFor(0))).toEqual(told);
  });

  it('is not withdrawn while the next month waits for something else', async () => {
    world.vendors.sap.world.closedPeriods.add('1710/2026-010');
    await accrue();
    await world.sync();
    await world.vendors.clock.sleep(ACCRUAL_PATIENCE_MS);
    const run = { startedAt: NOW, isUpToDate: false, completeUntil: '2026-11-29T00:00:00.000Z', problems: [] };
    await feeds.recordFeedRun(world.context.connection.id, 'finances', run);
    const waits = { ...nothing, known: ['2026-10'], waitsFor: 'FINANCES_NOT_COMPLETE' };
    expect(await accrue(waitedFor(0))).toEqual(waits);
    expect(await world.test.books.getAccrual('2026-10')).toMatchObject({ withdrawnAt: null });
    const complete = { ...run, isUpToDate: true, completeUntil: '2026-12-04T00:00:00.000Z' };
    await feeds.recordFeedRun(world.context.connection.id, 'finances', complete);
    expect(await accrue(waitedFor(0)), 'control: it stands in the way').toMatchObject({ made: ['2026-11'] });
  });

  it('is not withdrawn before it was refused for three days, whatever was waited for until then', async () => {
    await accrue();
    await world.vendors.clock.sleep(ACCRUAL_PATIENCE_MS);
    world.vendors.sap.world.closedPeriods.add('1710/2026-010');
    await world.sync();
    const waits = { ...nothing, known: ['2026-10'], waitsFor: 'PERIOD_HAS_OPEN_ENTRIES' };
    expect(await accrue(waitedFor(ACCRUAL_PATIENCE_MS))).toEqual(waits);
    await world.vendors.clock.sleep(ACCRUAL_PATIENCE_MS);
    expect(await accrue(waitedFor(0)), 'control: now it was').toMatchObject({ made: ['2026-11'] });
  });
});
