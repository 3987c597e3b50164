import type { EpochSeconds } from '../../src/core/index.ts';
import { DAY_S } from '../../src/core/index.ts';
import type { Product } from './catalogue.ts';
import { drawAdjustmentId } from './draw-returns.ts';
import { type BusinessEvent, eventOf, type Leg, portionOf } from './events.ts';
import type { LegKind } from './legs.ts';
import type { Marketplace } from './marketplaces.ts';
import { LOWER_AND_DIGITS, type Random, UPPER_AND_DIGITS } from './random.ts';

const DAYS_PER_MONTH = 28;

/** What one month of trading costs and brings besides the orders. */
interface MonthContext {
  readonly random: Random;
  readonly marketplace: Marketplace;
  readonly products: readonly Product[];
  /** What the seller expects to sell in a month: bills scale with it. */
  readonly monthlySales: bigint;
  readonly monthStart: EpochSeconds;
}

/** Everything that happens beside the orders in the 28 days after `monthStart`. */
export function drawChargesOfMonth(context: MonthContext): BusinessEvent[] {
  const { marketplace } = context;
  const events = [
    ...storageAndSubscription(context),
    ...advertising(context),
    ...inboundFreight(context),
    ...reimbursements(context),
    ...promotionServices(context),
    ...stockLeaving(context),
  ];
  return events.filter((event) => event.legs.length > 0).map((event) => withFeeTax(event, marketplace));
}

function momentIn(context: MonthContext, firstDay: number, lastDay: number): EpochSeconds {
  const from = context.monthStart + firstDay * DAY_S;
  return from + context.random.between(0, (lastDay - firstDay + 1) * DAY_S - 1);
}

function share(context: MonthContext, perMilleMin: number, perMilleMax: number): bigint {
  return portionOf(context.monthlySales, context.random.between(perMilleMin, perMilleMax)) + 1n;
}

function storageAndSubscription(context: MonthContext): BusinessEvent[] {
  return [
    eventOf({
      kind: 'FBA service',
      postedAt: momentIn(context, 6, 8),
      legs: [{ kind: 'storageFee', minor: -share(context, 10, 30) }],
    }),
    eventOf({
      kind: 'account movement',
      postedAt: momentIn(context, 4, 5),
      legs: [{ kind: 'subscriptionFee', minor: -BigInt(context.marketplace.subscriptionMinor) }],
    }),
  ];
}

function advertising(context: MonthContext): BusinessEvent[] {
  return [0, 7, 14, 21].map((day) =>
    eventOf({
      kind: 'advertising',
      postedAt: momentIn(context, day, day + 6),
      legs: [{ kind: 'advertising', minor: -share(context, 8, 25) }],
    }),
  );
}

function inboundFreight(context: MonthContext): BusinessEvent[] {
  const { random, marketplace } = context;
  return [1, 12, 20].map((day) => {
    const freight = share(context, 3, 12);
    // Japan still writes the older layout, which names no shipment.
    if (marketplace.country === 'JP') {
      return eventOf({
        kind: 'account movement',
        postedAt: momentIn(context, day, day + 6),
        legs: [{ kind: 'inboundFreightOldLayout', minor: -freight }],
      });
    }
    return eventOf({
      kind: 'FBA service',
      postedAt: momentIn(context, day, day + 6),
      orderId: `FBA${random.text(9, UPPER_AND_DIGITS)}`,
      legs: [
        { kind: 'inboundFreight', minor: -freight },
        { kind: 'inboundFreightDiscount', minor: portionOf(freight, 100) },
      ].filter((leg) => leg.minor !== 0n) as Leg[],
    });
  });
}

/** Stock lost in Amazon's hands is paid for; when it turns up again the money is taken back. */
function reimbursements(context: MonthContext): BusinessEvent[] {
  const { random, products } = context;
  const reasons = ['WAREHOUSE_LOST', 'WAREHOUSE_DAMAGE', 'REVERSAL_REIMBURSEMENT', 'MISSING_FROM_INBOUND'];
  return reasons.flatMap((detail, index) => {
    const product = random.pick(products);
    const minor = portionOf(product.priceMinor, 550);
    const paidAt = momentIn(context, index * 5, index * 5 + 6);
    const paid = eventOf({
      kind: 'account movement',
      postedAt: paidAt,
      adjustmentId: drawAdjustmentId(random),
      legs: [{ kind: 'reimbursement', minor, detail, sku: product.sku, quantity: 1 }],
    });
    if (!random.chance(400)) return [paid];
    const takenBack = eventOf({
      kind: 'account movement',
      postedAt: paidAt + random.between(3, 20) * DAY_S,
      adjustmentId: drawAdjustmentId(random),
      legs: [{ kind: 'reimbursementClawback', minor: -minor, sku: product.sku, quantity: 1 }],
    });
    return [paid, takenBack];
  });
}

function promotionServices(context: MonthContext): BusinessEvent[] {
  const { random } = context;
  const services: (readonly [LegKind, LegKind, number])[] = [
    ['couponParticipationFee', 'couponPerformanceFee', 9],
    ['dealParticipationFee', 'dealPerformanceFee', 18],
  ];
  return services.map(([participation, performance, day]) =>
    eventOf({
      kind: 'promotion service',
      postedAt: momentIn(context, day, day + 6),
      orderId: `${random.text(8, LOWER_AND_DIGITS)}-${random.text(12, LOWER_AND_DIGITS)}`,
      legs: [
        { kind: participation, minor: -share(context, 1, 2) },
        { kind: performance, minor: -share(context, 1, 5) },
      ],
    }),
  );
}

function stockLeaving(context: MonthContext): BusinessEvent[] {
  const { random, products } = context;
  const removalId = () => random.text(10, LOWER_AND_DIGITS);
  const feesPerUnit = (kind: LegKind): Leg[] =>
    Array.from({ length: random.between(1, 4) }, () => ({
      kind,
      minor: -random.pick(products).fulfilmentFeeMinor / 8n - 1n,
    }));
  const stockValue = share(context, 2, 8);
  return [
    eventOf({
      kind: 'FBA service',
      postedAt: momentIn(context, 10, 16),
      orderId: removalId(),
      legs: feesPerUnit('removalFee'),
    }),
    eventOf({
      kind: 'FBA service',
      postedAt: momentIn(context, 17, 23),
      orderId: removalId(),
      legs: feesPerUnit('disposalFee'),
    }),
    eventOf({
      kind: 'liquidation',
      postedAt: momentIn(context, 20, DAYS_PER_MONTH - 1),
      merchantOrderId: removalId(),
      legs: [
        { kind: 'liquidationProceeds', minor: stockValue, sku: random.pick(products).sku, quantity: 1 },
        { kind: 'liquidationFee', minor: -portionOf(stockValue, 150) - 1n },
      ],
    }),
  ];
}

const FEE_TAX_OF: Readonly<Partial<Record<LegKind, LegKind>>> = {
  storageFee: 'storageFeeTax',
  agedStorageFee: 'agedStorageFeeTax',
  inboundFreight: 'inboundFreightTax',
  removalFee: 'removalFeeTax',
  disposalFee: 'disposalFeeTax',
};

/** Adds Amazon's own tax on its fees where the marketplace shows it as rows. */
function withFeeTax(event: BusinessEvent, marketplace: Marketplace): BusinessEvent {
  const taxes = event.legs.flatMap((leg): Leg[] => {
    const kind = FEE_TAX_OF[leg.kind];
    const minor = portionOf(leg.minor, marketplace.feeTaxPerMille);
    return kind && minor !== 0n ? [{ kind, minor }] : [];
  });
  return taxes.length === 0 ? event : { ...event, legs: [...event.legs, ...taxes] };
}

/** A yearly bill for aged stock that is larger than everything the account earned in its period. */
export function drawAgedStockBill(
  random: Random,
  marketplace: Marketplace,
  postedAt: EpochSeconds,
  earned: bigint,
): BusinessEvent {
  const bill = earned + portionOf(earned, random.between(50, 400)) + 1n;
  const event = eventOf({ kind: 'FBA service', postedAt, legs: [{ kind: 'agedStorageFee', minor: -bill }] });
  return withFeeTax(event, marketplace);
}
