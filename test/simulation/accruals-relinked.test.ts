/** Accruals after the loss of the database: what a predecessor booked of them, under whatever keys, is not booked again. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  accrueMonthEnd,
  type ConnectionContext,
  type FeedBooks,
  type FinanceEvent,
  reverseAccrual,
  SYSTEM,
  syncConnection,
  withdrawUnbooked,
} from '../../src/app/index.ts';
import { type CurrencyCode, money, parseLocalDate, parseYearMonth } from '../../src/core/index.ts';
import { createFeedBooks, timeOf } from '../../src/store/index.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { openReversalWorld, type ReversalWorld, WISH } from './reversal-kit.ts';

const OCTOBER = parseYearMonth('2026-10');
const READ_UNTIL = '2026-11-19T00:00:00.000Z';

let world: ReversalWorld;
const opened: TestBooks[] = [];

beforeAll(async () => {
  world = await openReversalWorld();
});
afterAll(async () => {
  for (const test of opened) await test.close();
  await world.close();
});

/** Books of a connection to the same Amazon and SAP, with what is known of Amazon's events. */
interface Place {
  readonly test: TestBooks;
  readonly context: ConnectionContext;
  readonly feeds: FeedBooks;
}

async function placeOf(test: TestBooks, context: ConnectionContext): Promise<Place> {
  const feeds = createFeedBooks({ ...test, readTime: timeOf(world.vendors.clock) });
  await feeds.recordFeedRun(context.connection.id, 'finances', {
    startedAt: READ_UNTIL,
    isUpToDate: true,
    completeUntil: READ_UNTIL,
    problems: [],
  });
  await feeds.writeCursor(context.connection.id, 'finances:front', { watermark: READ_UNTIL, open: null, memory: {} });
  return { test, context, feeds };
}

/** A database that knows nothing, for this seller or for another one who books into the same company code. */
async function emptyDatabase(sellerAccount?: string): Promise<Place> {
  const test = await openTestBooks({ clock: world.vendors.clock });
  opened.push(test);
  const whole = await world.vendors.context(test);
  const connection = sellerAccount
    ? await test.books.addConnection({ name: 'other', sellerAccount, settings: {}, secrets: {} }, SYSTEM)
    : whole.connection;
  return placeOf(test, { ...whole, connection, reports: world.context.reports });
}

function shipment(eventKey: string, minor: bigint, postedAt: string): FinanceEvent {
  const amount = money('USD' as CurrencyCode, minor);
  return {
    eventKey,
    eventType: 'Shipment',
    status: 'released',
    amazonStatus: 'RELEASED',
    description: null,
    postedAt,
    total: amount,
    accountType: 'STANDARD_ORDERS',
    marketplaceId: 'ATVPDKIKX0DER',
    orderId: `302-${eventKey}-0000001`,
    settlementId: null,
    eventGroupId: null,
    relatedIds: [],
    deferralReason: null,
    maturesAt: null,
    items: [],
    amounts: [{ item: null, path: ['Sales', 'ProductCharges', 'OurPricePrincipal'], amount }],
    ties: true,
    source: { minor: String(minor) },
  };
}

const tell = ({ feeds, context }: Place, ...events: readonly FinanceEvent[]) =>
  feeds.putFinanceEvents(context.connection.id, events);

async function accrue({ context, feeds }: Place) {
  const wish = { month: OCTOBER, sides: 'both', why: null, isDryRun: false } as const;
  const rest = { leaveOutUnknown: false, mayBeIncomplete: false } as const;
  return (await accrueMonthEnd(context, feeds, { ...wish, ...rest })).record!;
}

const sync = ({ context }: Place) => syncConnection(context, { waitForUnknown: false });
const codes = ({ problems }: Awaited<ReturnType<typeof sync>>) => problems.map(({ code }) => code);
const ledger = () => world.vendors.ledger().map(({ accountingDocument }) => accountingDocument);
const states = async ({ test }: Place, key: string) =>
  (await test.books.listEntries({ originKey: key as never })).map(({ state, attempt }) => [state, attempt]);

describe('an accrual that was booked, reversed and made anew before the database was lost', () => {
  it('of a month is not booked a third time: it is found under its later keys once the first try is taken back', async () => {
    const first = await placeOf(world.test, world.context);
    await tell(first, shipment('1000001', 10_000n, '2026-10-20T12:00:00.000Z'));
    const wrong = await accrue(first);
    await sync(first);
    await reverseAccrual(first.context, wrong, WISH);
    await tell(first, shipment('1000002', 5_000n, '2026-10-21T12:00:00.000Z'));
    const right = await accrue(first);
    expect(right.revision).toBe(1);
    await sync(first);
    const booked = ledger();
    expect(booked).toHaveLength(6);

    const second = await emptyDatabase();
    await tell(second, shipment('1000001', 10_000n, '2026-10-20T12:00:00.000Z'));
    await tell(second, shipment('1000002', 5_000n, '2026-10-21T12:00:00.000Z'));
    const again = await accrue(second);
    expect(again.revision).toBe(0);
    const report = await sync(second);
    expect(ledger()).toEqual(booked);
    expect(codes(report)).toEqual(['SAP_DOCUMENT_OF_ACCRUAL']);
    expect(report.problems[0]?.next).toContain('seller-ledger accruals withdraw 2026-10 --why');
    await world.vendors.clock.sleep(3_600_000);
    expect(codes(await sync(second)), 'control: it does not go by itself with time').toEqual([
      'SAP_DOCUMENT_OF_ACCRUAL',
    ]);

    await withdrawUnbooked(second.context, again, 'it was made anew before');
    const found = await accrue(second);
    expect(codes(await sync(second))).toEqual([]);
    expect(ledger()).toEqual(booked);
    expect(await states(second, found.key)).toEqual([
      ['posted', 0],
      ['posted', 0],
    ]);
  }, 60_000);

  it('control: one of another seller in the same company code and month is no obstacle', async () => {
    const before = ledger().length;
    const other = await emptyDatabase('A2OTHER');
    await tell(other, shipment('2000001', 700n, '2026-10-20T12:00:00.000Z'));
    const accrual = await accrue(other);
    expect(codes(await sync(other))).toEqual([]);
    expect(await states(other, accrual.key)).toEqual([
      ['posted', 1],
      ['posted', 1],
    ]);
    expect(ledger()).toHaveLength(before + 2);
  }, 60_000);

  it.each(['day', 'order'] as const)(
    'of orders, summed by %s, is not booked again either',
    async (summarise) => {
      const seller = `A2ORDERS${summarise}`;
      const model = { model: 'orders', from: parseLocalDate('2026-11-01'), summarise } as const;
      const start = async () => {
        const place = await emptyDatabase(seller);
        await place.test.books.recordModelPeriod(place.context.connection.id, model, SYSTEM, 'test');
        return place;
      };
      const name = 'orders 2026-11-05';
      const first = await start();
      await tell(first, shipment('3000001', 10_000n, '2026-11-05T12:00:00.000Z'));
      expect(codes(await sync(first))).toEqual([]);
      const { accrual: taken } = await reverseAccrual(first.context, await first.test.books.getAccrual(name), WISH);
      expect(taken.withdrawnAt).not.toBeNull();
      await tell(first, shipment('3000001', 12_000n, '2026-11-05T12:00:00.000Z'));
      expect(codes(await sync(first))).toEqual([]);
      expect(await first.test.books.getAccrual(name)).toMatchObject({ revision: 1 });
      const booked = ledger();

      const second = await start();
      await tell(second, shipment('3000001', 12_000n, '2026-11-05T12:00:00.000Z'));
      const report = await sync(second);
      expect(ledger()).toEqual(booked);
      expect(codes(report)).toEqual(['SAP_DOCUMENT_OF_ACCRUAL']);
      expect(report.problems[0]?.next).toContain(`seller-ledger accruals withdraw "${name}" --why`);
      await withdrawUnbooked(second.context, await second.test.books.getAccrual(name), 'it was made anew before');
      expect(codes(await sync(second))).toEqual([]);
      expect(ledger()).toEqual(booked);
      const found = await second.test.books.getAccrual(name);
      expect(found).toMatchObject({ revision: 1 });
      expect(await states(second, found.key)).toEqual([['posted', 0]]);
    },
    60_000,
  );
});
