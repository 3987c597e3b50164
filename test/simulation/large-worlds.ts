import { type BusinessEvent, MARKETPLACES, type SellerWorld } from '../../sim/world/index.ts';

const US = MARKETPLACES.US;

/** A world of so many events and nothing else, evenly over the days before `until`, none of them settled. */
function worldOf(name: string, events: readonly BusinessEvent[]): SellerWorld {
  const startAt = events[0]?.postedAt ?? 0;
  return {
    seed: name,
    sellerId: 'A2LARGE',
    marketplaces: [US],
    settlements: [],
    openPeriods: [{ marketplace: US, startAt, events }],
  };
}

function momentOf(index: number, count: number, until: string, days: number): number {
  const end = Date.parse(until) / 1000;
  return end - Math.floor(((count - index) * days * 86_400) / count);
}

const NOTHING = {
  orderId: '',
  merchantOrderId: '',
  adjustmentId: '',
  shipmentId: '',
  channel: '',
  marketplaceShown: 'none',
} as const;

/** Charges of two leaves each. */
export function worldOfEvents(count: number, until: string, days: number): SellerWorld {
  return worldOf(
    `events ${count}`,
    Array.from({ length: count }, (_, index): BusinessEvent => {
      const postedAt = momentOf(index, count, until, days);
      const legs = [
        { kind: 'inboundFreight', minor: -BigInt(1000 + (index % 977)) },
        { kind: 'inboundFreightDiscount', minor: 7n },
      ] as const;
      return { ...NOTHING, kind: 'FBA service', postedAt, settledAt: postedAt, legs };
    }),
  );
}

/** Orders of one item each; three in a hundred come on top that were cancelled. */
export function worldOfOrders(count: number, until: string, days: number): SellerWorld {
  return worldOf(
    `orders ${count}`,
    Array.from({ length: count }, (_, index): BusinessEvent => {
      const postedAt = momentOf(index, count, until, days);
      const orderId = `111-${String(index).padStart(7, '0')}-0000000`;
      const item = { sku: `SKU-${index % 50}`, orderItemCode: String(10_000_000_000_000 + index), quantity: 1 };
      return {
        ...NOTHING,
        kind: 'order',
        postedAt,
        settledAt: postedAt,
        orderId,
        merchantOrderId: orderId,
        channel: 'AFN',
        marketplaceShown: 'all rows',
        legs: [
          { kind: 'product', minor: BigInt(1000 + (index % 977)), ...item },
          { kind: 'referralFee', minor: -150n, ...item },
        ],
      };
    }),
  );
}
