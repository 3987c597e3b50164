/** Closing a month: what moves with it, what stands in its way, and what an accrual leaves out, keeps and takes back. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AccrueWish,
  accrueMonthEnd,
  approveEntry,
  closePeriod,
  type FeedBooks,
  type FinanceEvent,
  receiveEvidence,
  reopenPeriod,
  reverseAccrual,
  reverseEntry,
  syncConnection,
  withdrawUnbooked,
} from '../../src/app/index.ts';
import { type CurrencyCode, formatMoney, money, parseLocalDate, parseYearMonth } from '../../src/core/index.ts';
import { createFeedBooks, timeOf } from '../../src/store/index.ts';
import { openTestBooks } from '../store/database.ts';
import { deskOf } from '../store/desk.ts';
import { openReversalWorld, type ReversalWorld, WISH } from './reversal-kit.ts';

const OCTOBER = parseYearMonth('2026-10');
const ALL = { companyCode: null, why: 'test' } as const;

let world: ReversalWorld;
let feeds: FeedBooks;
let events = 0;

beforeAll(async () => {
  world = await openReversalWorld();
  feeds = createFeedBooks({ ...world.test, readTime: timeOf(world.vendors.clock) });
});
afterAll(() => world.close());

async function tell(change: Partial<FinanceEvent> & { readonly minor: bigint; readonly leaf?: string }) {
  events += 1;
  const { minor, leaf = 'OurPricePrincipal', ...facts } = change;
  const amount = money('USD' as CurrencyCode, minor);
  const event: FinanceEvent = {
    eventKey: `event-${events}`,
    eventType: 'Shipment',
    status: 'released',
    amazonStatus: 'RELEASED',
    description: null,
    postedAt: '2026-10-20T12:00:00.000Z',
    total: amount,
    accountType: 'STANDARD_ORDERS',
    marketplaceId: 'ATVPDKIKX0DER',
    orderId: null,
    settlementId: null,
    eventGroupId: null,
    relatedIds: [],
    deferralReason: null,
    maturesAt: null,
    items: [],
    amounts: [{ item: null, path: ['Sales', leaf], amount }],
    ties: true,
    source: { number: String(events) },
    ...facts,
  };
  await feeds.putFinanceEvents(world.context.connection.id, [event]);
  return event;
}

async function feedRead(until: string): Promise<void> {
  await feeds.recordFeedRun(world.context.connection.id, 'finances', {
    startedAt: until,
    isUpToDate: true,
    completeUntil: until,
    problems: [],
  });
}

function accrue(change: Partial<AccrueWish> = {}) {
  return accrueMonthEnd(world.context, feeds, {
    month: OCTOBER,
    sides: 'both',
    why: null,
    isDryRun: false,
    leaveOutUnknown: false,
    mayBeIncomplete: false,
    ...change,
  });
}

describe('a month that is closed', () => {
  it('takes proposals that nobody approved to the next month at once, and reopening takes them back', async () => {
    const [entry] = await world.received();
    expect(entry!.entry.postingDate).toBe('2026-10-15');
    const closed = await closePeriod(world.context, { ...ALL, month: OCTOBER });
    expect(closed.settlements.map(({ state }) => state)).toEqual(['proposed']);
    const [moved] = await world.test.books.listEntries({ originKey: entry!.origin.key });
    expect(moved).toMatchObject({ state: 'proposed', entry: { postingDate: '2026-11-01' } });
    const record = await world.test.books.getSettlement(entry!.origin.key);
    expect(record.closedThrough).toMatchObject({ '1710': '2026-10' });
    await reopenPeriod(world.context, { ...ALL, month: OCTOBER });
    const [back] = await world.test.books.listEntries({ originKey: entry!.origin.key });
    expect(back).toMatchObject({ digest: entry!.digest, entry: { postingDate: '2026-10-15' } });
    expect(await world.test.books.getSettlement(entry!.origin.key)).not.toHaveProperty('closedThrough');
  });

  it('waits for what is approved: it would be booked after the month was closed', async () => {
    const [entry] = await world.received();
    await approveEntry(deskOf(world.test.books), entry!, { kind: 'user', name: 'anna' }, 'test');
    await expect(closePeriod(world.context, { ...ALL, month: OCTOBER })).rejects.toMatchObject({
      code: 'PERIOD_HAS_OPEN_ENTRIES',
      says: expect.stringContaining(entry!.entry.postingKey),
    });
    await world.sync();
    expect((await world.test.books.listEntries({ states: ['proposed', 'approved'] })).length).toBe(0);
  });

  it('takes no reversal of a settlement, unless it is dated in an open month', async () => {
    const [entry] = await world.posted();
    await closePeriod(world.context, { ...ALL, month: OCTOBER });
    await expect(reverseEntry(world.context, entry!, WISH)).rejects.toMatchObject({
      code: 'PERIOD_CLOSED',
      next: expect.stringContaining('--date 2026-11-01'),
    });
    const wish = { ...WISH, postingDate: parseLocalDate('2026-11-01') };
    expect((await reverseEntry(world.context, entry!, wish)).original.state).toBe('reversed');
    await reopenPeriod(world.context, { ...ALL, month: OCTOBER });
  });
});

describe('a database that has lost its closed months', () => {
  it('books nothing again that SAP holds in the month after', async () => {
    await closePeriod(world.context, { ...ALL, month: OCTOBER });
    const [booked] = await world.posted();
    expect(booked).toMatchObject({ state: 'posted', entry: { postingDate: '2026-11-01' } });
    const lost = await openTestBooks({ clock: world.vendors.clock });
    const whole = await world.vendors.context(lost);
    const context = { ...whole, reports: world.context.reports };
    const { sha256 } = await world.test.books.getSettlement(booked!.origin.key);
    const { sha256: again } = await lost.books.putEvidence(world.test.books.openEvidence(sha256), {
      origin: 'test',
      contentType: null,
      headers: {},
    });
    const before = world.vendors.ledger().length;
    const { key } = await receiveEvidence(context, again, 'settlement.txt');
    const [entry] = await lost.books.listEntries({ originKey: key });
    expect(entry?.entry.postingDate).toBe('2026-10-15');
    const { problems } = await syncConnection(context, { waitForUnknown: false });
    expect(problems.map(({ code }) => code)).toContain('SAP_DOCUMENT_OF_SETTLEMENT');
    expect(world.vendors.ledger()).toHaveLength(before);
    await lost.close();
    await reopenPeriod(world.context, { ...ALL, month: OCTOBER });
  });
});

describe('a month-end accrual', () => {
  it('needs events up to the end of the month, or a reason to go without', async () => {
    await expect(accrue()).rejects.toMatchObject({ code: 'FINANCES_NOT_COMPLETE', kind: 'unavailable' });
    await feedRead('2026-10-31T00:00:00.000Z');
    await expect(accrue()).rejects.toMatchObject({ code: 'FINANCES_NOT_COMPLETE' });
    const dry = await accrue({ mayBeIncomplete: true, why: 'early look', isDryRun: true });
    expect(dry.record).toBeNull();
    await feedRead('2026-11-20T00:00:00.000Z');
    expect((await accrue({ isDryRun: true })).draft.obstacles).toEqual([]);
    expect(await world.test.books.closedMonths(world.context.connection.id)).toEqual({});
  });

  it('leaves out what a booked settlement contains, however Amazon says so, and what is told twice', async () => {
    const [entry] = await world.received();
    await world.sync();
    const settlementId = entry!.origin.name;
    await tell({ minor: 100n, settlementId, eventGroupId: 'group' });
    await tell({ minor: 200n, eventGroupId: 'group' });
    await tell({ minor: 400n, orderId: '302-0000001-0000001', postedAt: '2026-10-03T12:00:00.000Z' });
    await tell({ minor: 500n, eventType: 'ServiceFee', leaf: 'Subscription', postedAt: '2026-09-20T12:00:00.000Z' });
    const open = await tell({ minor: 800n, orderId: '302-9999999-0000001' });
    const deferred = await tell({ minor: 1_600n, status: 'deferred', eventGroupId: 'group' });
    await tell({ minor: 800n, orderId: open.orderId, relatedIds: [{ name: 'RELATED', value: open.eventKey }] });
    const next = await tell({ minor: 3_200n, postedAt: '2026-11-02T12:00:00.000Z' });
    const { draft, eventCount } = await accrue({ isDryRun: true });
    expect(eventCount).toBe(2);
    const [accrual] = draft.entries;
    expect(accrual?.lines.map((line) => `${line.kind} ${formatMoney(line.amount)}`)).toEqual([
      'product-sale -24.00',
      'unsettled 24.00',
    ]);
    expect([deferred.eventKey, next.eventKey]).toHaveLength(2);
  });

  it('names settlements that events name and that have not come', async () => {
    await tell({ minor: 6_400n, settlementId: '79999999999' });
    const { missing, eventCount } = await accrue({ isDryRun: true });
    expect({ missing, eventCount }).toEqual({ missing: ['79999999999'], eventCount: 3 });
  });

  it('stops at what nobody knows, and goes on without it for a reason', async () => {
    const strange = await tell({ minor: -700n, eventType: 'ServiceFee', leaf: 'WeatherSurcharge' });
    await expect(accrue()).rejects.toMatchObject({
      code: 'ACCRUAL_STOPPED',
      kind: 'unmapped',
      data: 'EVENT_KIND_UNKNOWN ServiceFee Sales / WeatherSurcharge: 1 × together -7.00 USD',
    });
    expect(await world.test.books.closedMonths(world.context.connection.id)).toEqual({});
    await expect(accrue({ leaveOutUnknown: true })).rejects.toMatchObject({ code: 'ACCRUAL_REASON_MISSING' });
    const done = await accrue({ leaveOutUnknown: true, why: 'Amazon was asked' });
    expect(done.record).toMatchObject({ name: '2026-10', revision: 0, sourceCount: 4 });
    expect(done.draft.obstacles).toMatchObject([{ code: 'EVENT_KIND_UNKNOWN', eventKey: strange.eventKey }]);
    const closed = await world.test.books.closedMonths(world.context.connection.id);
    expect(closed['1710']).toBe('2026-10');
  });

  it('is withdrawn while nothing of it is in SAP, and made anew under keys of its own', async () => {
    const { books } = world.test;
    const before = await books.getAccrual('2026-10');
    const keys = (await books.listEntries({ originKey: before.key })).map(({ entry }) => entry.postingKey);
    await expect(reverseAccrual(world.context, before, WISH)).rejects.toMatchObject({ code: 'ACCRUAL_NOT_BOOKED' });
    await withdrawUnbooked(world.context, before, 'too early');
    const { record } = await accrue({ leaveOutUnknown: true, why: 'once more' });
    expect(record?.revision).toBe(1);
    const again = (await books.listEntries({ originKey: record!.key })).map(({ entry }) => entry.postingKey);
    expect(again).toHaveLength(2);
    expect(keys.filter((key) => again.includes(key))).toEqual([]);
  });

  it('is booked by the sync with its release, and is reversed whole', async () => {
    const { books } = world.test;
    await world.sync();
    const accrual = await books.getAccrual('2026-10');
    const booked = await books.listEntries({ originKey: accrual.key });
    expect(booked.map(({ state, entry }) => [state, entry.postingDate])).toEqual([
      ['posted', '2026-10-31'],
      ['posted', '2026-11-01'],
    ]);
    const { accrual: after, problems } = await reverseAccrual(world.context, accrual, WISH);
    expect(problems).toEqual([]);
    expect(after.withdrawnAt).not.toBeNull();
    const both = await books.listEntries({ originKey: accrual.key });
    expect(both.filter(({ entry }) => !entry.reversal).map(({ state }) => state)).toEqual(['reversed', 'reversed']);
    expect((await books.verifyEverything()).faults).toEqual([]);
    const told = (await world.sync()).problems.map(({ code }) => code);
    expect(told).not.toContain('ACCRUAL_TAKEN_BACK');
  });

  it('waits for settlements of the month that are not booked', async () => {
    await reopenPeriod(world.context, { ...ALL, month: OCTOBER });
    const [open] = await world.received();
    await expect(accrue({ leaveOutUnknown: true, why: 'test' })).rejects.toMatchObject({
      code: 'PERIOD_HAS_OPEN_ENTRIES',
      says: expect.stringContaining(open!.entry.postingKey),
    });
  });
});
