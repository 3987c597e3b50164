/**
 * Whatever records and holds there are: a purge and a retention run remove exactly what is due, not held and rested on by
 * nothing. The expectation is worked out here, from what was put in, without a word of the store's.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Connection, RETENTION_DEFAULTS, runRetention } from '../../src/app/index.ts';
import { buyer, event, order } from './feed-samples.ts';
import { bookedAccrual, bookedSettlement, DAY_MS, openTestPrivacy, type TestPrivacy } from './privacy-kit.ts';
import { ANNA, addConnection, SYSTEM_ACTOR } from './samples.ts';

const RUNS = process.env.LOAD === 'full' ? 40 : 4;
const ORDERS = 12;
/** Between two moments of the same run, so that some buyers become due and some holds end. */
const WAIT_DAYS = 10;

let test: TestPrivacy;
let connections: readonly [Connection, Connection];
beforeAll(async () => {
  test = await openTestPrivacy();
  connections = [await addConnection(test.books, 'LAW-A'), await addConnection(test.books, 'LAW-B')];
});
afterAll(() => test.close());

interface Drawn {
  /** Which connection. */
  readonly of: 0 | 1;
  /** Days from now on which the buyer is due; `null`: without a buyer. */
  readonly buyerDays: number | null;
  readonly orderAgeDays: number;
  readonly eventAgeDays: number;
  readonly isBooked: boolean;
}

interface DrawnHold {
  readonly covers: 'connection' | 'orders' | 'buyers';
  readonly of: 0 | 1 | null;
  readonly orders: readonly number[];
  readonly endsInDays: number | null;
  readonly isReleased: boolean;
}

const side = fc.constantFrom(0 as const, 1 as const);
const drawnOrder: fc.Arbitrary<Drawn> = fc.record({
  of: side,
  buyerDays: fc.option(fc.integer({ min: 1, max: 20 }), { nil: null }),
  // 18 months are 546 to 549 days.
  orderAgeDays: fc.integer({ min: 400, max: 700 }).filter((days) => days < 530 || days > 560),
  eventAgeDays: fc.integer({ min: 400, max: 700 }).filter((days) => days < 530 || days > 560),
  isBooked: fc.integer({ min: 0, max: 5 }).map((number) => number === 0),
});
const drawnHold: fc.Arbitrary<DrawnHold> = fc
  .record({
    covers: fc.constantFrom('connection' as const, 'orders' as const, 'buyers' as const, 'orders' as const),
    of: fc.option(side, { nil: null }),
    orders: fc.uniqueArray(fc.nat({ max: ORDERS - 1 }), { minLength: 1, maxLength: 4 }),
    endsInDays: fc.option(fc.integer({ min: 1, max: 20 }), { nil: null }),
    isReleased: fc.integer({ min: 0, max: 3 }).map((number) => number === 0),
  })
  .map((hold) => (hold.covers === 'connection' && hold.of === null ? { ...hold, of: 0 as const } : hold));

let run = 0;
const nameOf = (index: number) => `law-${run}-${index}`;
const inDays = (days: number) => new Date(test.time.nowMs() + days * DAY_MS).toISOString();

/** By the words of the documents: what stands over an order's records, or over its buyer. */
function isHeld(holds: readonly DrawnHold[], of: 0 | 1, index: number, what: 'buyer' | 'record'): boolean {
  return holds.some((hold) => {
    const isOver = hold.isReleased || (hold.endsInDays !== null && hold.endsInDays <= WAIT_DAYS);
    if (isOver || (hold.of !== null && hold.of !== of)) return false;
    if (hold.covers === 'connection') return true;
    return hold.covers === 'buyers' ? what === 'buyer' : hold.orders.includes(index);
  });
}

async function put(orders: readonly Drawn[]): Promise<void> {
  for (const [index, drawn] of orders.entries()) {
    const { id } = connections[drawn.of];
    const orderId = nameOf(index);
    const lastUpdatedAt = inDays(-drawn.orderAgeDays);
    const told = order({ orderId, createdAt: lastUpdatedAt, lastUpdatedAt });
    await test.feeds.putOrders(id, [told], { reportSha256: null });
    await test.feeds.putFinanceEvents(id, [event(orderId, { orderId, postedAt: inDays(-drawn.eventAgeDays) })]);
    if (drawn.buyerDays !== null) {
      await test.feeds.putBuyers(id, [buyer({ orderId, deleteAfter: inDays(drawn.buyerDays) })]);
    }
    if (drawn.isBooked) await bookedAccrual(test, connections[drawn.of], { eventKey: orderId, orderId });
  }
}

async function place(holds: readonly DrawnHold[]): Promise<void> {
  for (const { covers, of, orders, endsInDays, isReleased } of holds) {
    const { number } = await test.privacy.placeHold(
      {
        covers,
        connectionId: of === null ? null : connections[of].id,
        orderIds: covers === 'orders' ? orders.map(nameOf) : [],
        why: 'a law',
        endsAt: endsInDays === null ? null : inDays(endsInDays),
      },
      ANNA,
    );
    if (isReleased) await test.privacy.releaseHold(number, ANNA, 'over');
  }
}

async function idsIn(table: string, column: string): Promise<string[]> {
  const { rows } = await test.database.pool.query<{ id: string }>(
    `select ${column} as id from ${table} where ${column} like 'law-${run}-%'`,
  );
  return rows.map(({ id }) => id).sort();
}

async function booksDigest(): Promise<unknown> {
  const { rows } = await test.database.pool.query(
    `select (select json_agg(e order by e.id) from entry e)::text as entries,
       (select json_agg(l order by l.entry_id, l.ordinal) from entry_line l)::text as lines,
       (select json_agg(s order by s.key) from settlement s)::text as settlements,
       (select json_agg(a order by a.key) from accrual a)::text as accruals,
       (select json_agg(a order by a.accrual_key, a.event_key) from accrued_order a)::text as accrued`,
  );
  return rows[0];
}

it(
  'a purge and a retention run remove exactly what is due and not held, and the books, their files and the audit log stay whole',
  async () => {
    await bookedSettlement(test, connections[0]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(drawnOrder, { minLength: ORDERS, maxLength: ORDERS }),
        fc.array(drawnHold, { maxLength: 3 }),
        async (orders, holds) => {
          run += 1;
          await put(orders);
          await place(holds);
          await test.time.sleep(WAIT_DAYS * DAY_MS);
          const before = await booksDigest();
          await test.privacy.purgeBuyersWithReport(SYSTEM_ACTOR, { isDryRun: false });
          const context = { books: test.books, privacy: test.privacy, rules: RETENTION_DEFAULTS, actor: SYSTEM_ACTOR };
          await runRetention(context, { isDryRun: false });
          const left = (stays: (drawn: Drawn, index: number) => boolean) =>
            orders.flatMap((drawn, index) => (stays(drawn, index) ? [nameOf(index)] : [])).sort();
          expect(await idsIn('order_buyer', 'order_id')).toEqual(
            left(({ of, buyerDays }, index) => {
              if (buyerDays === null) return false;
              return buyerDays > WAIT_DAYS || isHeld(holds, of, index, 'buyer');
            }),
          );
          const stays = (ageDays: number, { of, isBooked }: Drawn, index: number) =>
            ageDays + WAIT_DAYS < 546 || isBooked || isHeld(holds, of, index, 'record');
          expect(await idsIn('amazon_order', 'order_id')).toEqual(
            left((drawn, index) => stays(drawn.orderAgeDays, drawn, index)),
          );
          expect(await idsIn('finance_event', 'event_key')).toEqual(
            left((drawn, index) => stays(drawn.eventAgeDays, drawn, index)),
          );
          expect(await booksDigest()).toEqual(before);
          for (const { number } of await test.privacy.listHolds()) await test.privacy.releaseHold(number, ANNA, 'over');
        },
      ),
      { numRuns: RUNS, endOnFailure: true },
    );
    expect(await test.books.verify()).toMatchObject({ ok: true });
    const { rows } = await test.database.pool.query<{ sha256: never }>(
      'select sha256 from settlement union select sources_sha256 from accrual',
    );
    expect(rows.length).toBeGreaterThan(1);
    for (const { sha256 } of rows) for await (const _ of test.books.openEvidence(sha256));
  },
  60_000 + RUNS * 15_000,
);
