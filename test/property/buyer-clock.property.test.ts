/** The time of a buyer, for any way an order may go and any moments at which it is read. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buyerDeletedAfter, type OrderWay } from '../../src/amazon/orders/buyer-clock.ts';

const DAY_MS = 86_400_000;
const CREATED_MS = Date.parse('2026-02-27T11:30:00Z');
const hours = (max: number) => fc.integer({ min: 0, max }).map((count) => count * 3_600_000);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { freq: 3, nil: null });

/** What truly happens to an order; whatever is `null` never does. Times are milliseconds after its creation. */
interface Life {
  readonly shippedMs: number | null;
  /** Amazon names the time of shipping. */
  readonly isShippingTold: boolean;
  readonly deliveredMs: number | null;
  readonly cancelledMs: number | null;
  readonly returnedMs: number | null;
}

const life: fc.Arbitrary<Life> = fc
  .record({
    shippedMs: maybe(hours(100 * 24)),
    isShippingTold: fc.boolean(),
    travelMs: maybe(hours(40 * 24)),
    cancelledMs: fc.option(hours(50 * 24), { freq: 8, nil: null }),
    backMs: maybe(hours(20 * 24)),
  })
  .map(({ shippedMs, isShippingTold, travelMs, cancelledMs, backMs }) => {
    const deliveredMs = shippedMs === null || travelMs === null ? null : shippedMs + travelMs;
    return {
      shippedMs,
      isShippingTold,
      deliveredMs,
      cancelledMs: shippedMs === null ? cancelledMs : null,
      returnedMs: deliveredMs === null || backMs === null ? null : deliveredMs + backMs,
    };
  });

/** What Amazon tells at a moment: everything that has happened by then, as of the last of it. */
function toldAt(readMs: number, told: Life): OrderWay {
  const at = (ms: number) => new Date(CREATED_MS + ms).toISOString();
  const isPast = (ms: number | null): ms is number => ms !== null && ms <= readMs;
  const past = [told.shippedMs, told.deliveredMs, told.cancelledMs, told.returnedMs].filter(isPast);
  return {
    createdAt: at(0),
    lastUpdatedAt: at(Math.max(0, ...past)),
    isCancelled: isPast(told.cancelledMs),
    isShipped: isPast(told.shippedMs),
    shippedAt: isPast(told.shippedMs) && told.isShippingTold ? at(told.shippedMs) : null,
  };
}

const reading = fc.record({ told: life, readMs: hours(150 * 24) });
const afterCreation = (date: string) => Date.parse(date) - CREATED_MS;

describe('whatever happens to an order, and whenever it was read last', () => {
  it('its buyer is gone 30 days after the delivery at the latest, known or not', () => {
    fc.assert(
      fc.property(reading, ({ told, readMs }) => {
        const { deliveredMs } = told;
        if (deliveredMs === null) return;
        expect(afterCreation(buyerDeletedAfter(toldAt(readMs, told)))).toBeLessThanOrEqual(deliveredMs + 30 * DAY_MS);
      }),
      { numRuns: 500 },
    );
  });

  it('of one that is never delivered it is gone 60 days after the order, or 30 after it left', () => {
    fc.assert(
      fc.property(reading, ({ told, readMs }) => {
        const latestMs = Math.max(60 * DAY_MS, (told.shippedMs ?? 0) + 30 * DAY_MS);
        expect(afterCreation(buyerDeletedAfter(toldAt(readMs, told)))).toBeLessThanOrEqual(latestMs);
      }),
      { numRuns: 500 },
    );
  });

  it('a cancelled one is gone at once: its date is never after the reading', () => {
    fc.assert(
      fc.property(reading, ({ told, readMs }) => {
        const way = toldAt(readMs, told);
        if (way.isCancelled) expect(afterCreation(buyerDeletedAfter(way))).toBeLessThanOrEqual(readMs);
      }),
      { numRuns: 300 },
    );
  });

  it('a return changes nothing: it comes after the delivery, from which the time counts', () => {
    fc.assert(
      fc.property(reading, ({ told, readMs }) => {
        const without = { ...told, returnedMs: null };
        if (toldAt(readMs, told).isShipped)
          expect(buyerDeletedAfter(toldAt(readMs, told))).toBe(buyerDeletedAfter(toldAt(readMs, without)));
      }),
      { numRuns: 300 },
    );
  });

  it('control: counting 60 days from the order, as long as it had not left, would be too late for one that is not read again', () => {
    const told = {
      shippedMs: DAY_MS,
      isShippingTold: true,
      deliveredMs: 2 * DAY_MS,
      cancelledMs: null,
      returnedMs: null,
    };
    const way = toldAt(0, told);
    expect(way.isShipped).toBe(false);
    expect(60 * DAY_MS).toBeGreaterThan(told.deliveredMs + 30 * DAY_MS);
    // And there is time to use it: a buyer whose order leaves on the next day is there for a month.
    expect(afterCreation(buyerDeletedAfter(way))).toBe(30 * DAY_MS);
  });
});
