import { assert, DAY_S, type EpochSeconds, epochSecondsOfUtcMidnight, type LocalDate } from '../../src/core/index.ts';
import { drawCatalogue } from './catalogue.ts';
import { closePeriods, type OpenPeriod, type SisterDebt, type WorldSettlement } from './close-periods.ts';
import { drawChargesOfMonth } from './draw-charges.ts';
import { drawOrdersOfDay, drawOtherChannelOrder } from './draw-orders.ts';
import { drawReturn, drawTaxChargedAfterwards, type ReturnKind } from './draw-returns.ts';
import { type BusinessEvent, eventOf, type Leg } from './events.ts';
import { MARKETPLACES, type Marketplace, type MarketplaceCountry } from './marketplaces.ts';
import { createRandom, type Random } from './random.ts';

const MONTH_DAYS = 28;
const ordersPerDayMax = 5_000;
const daysMax = 1_100;

export interface WorldAccountOptions {
  readonly marketplace: MarketplaceCountry;
  /** Default: the world's `ordersPerDay`. */
  readonly ordersPerDay?: number;
  /** The period, counted from 0, in which Amazon charges a fee that nobody has seen before. Default: none. */
  readonly unknownFeeInPeriod?: number;
  /**
   * Loans, requested transfers, payouts that are cancelled and rolled over, refused cards and twin corrections as well.
   * Default: no. Everything else of the world stays what it is without them, until a period closes early.
   */
  readonly hasSpecialMovements?: boolean;
}

export interface SellerWorldOptions {
  readonly seed: string;
  /** Amazon's seller id, for example `A2SELLERONE`. */
  readonly sellerId: string;
  /** One per marketplace; a marketplace may appear once. */
  readonly accounts: readonly WorldAccountOptions[];
  /** First day of trading, UTC. */
  readonly from: LocalDate;
  /** The world ends with the beginning of this day, UTC; a period that ends later stays open. At most 1,100 days. */
  readonly to: LocalDate;
  /** Average per marketplace account, 1 to 5,000. */
  readonly ordersPerDay: number;
}

/** A seller's business as it really was, and the settlements that Amazon would report of it. */
export interface SellerWorld {
  readonly seed: string;
  readonly sellerId: string;
  readonly marketplaces: readonly Marketplace[];
  /** By marketplace account in the given order, then by period. */
  readonly settlements: readonly WorldSettlement[];
  /** What is not settled yet, by marketplace account in the given order. */
  readonly openPeriods: readonly OpenPeriod[];
}

/**
 * Draws the business events of a seller from a seed and closes them into settlements. The same options give the same
 * world on every machine. Holds every event in memory, about 1 kB an order.
 */
export function createSellerWorld(options: SellerWorldOptions): SellerWorld {
  checkOptions(options);
  const random = createRandom(`seller-world/${options.seed}/${options.sellerId}`);
  const from = epochSecondsOfUtcMidnight(options.from);
  const until = epochSecondsOfUtcMidnight(options.to);
  const plans = options.accounts.map((account) => {
    const own = random.derive(account.marketplace);
    return { account, own, firstStartAt: from + own.derive('start').between(3600, DAY_S - 3600) };
  });
  const debts = new Map<MarketplaceCountry, readonly SisterDebt[]>();
  const closedAccounts = plans.map(({ account, own, firstStartAt }, index) => {
    const marketplace = MARKETPLACES[account.marketplace];
    // Only a later account may pay: it is closed afterwards, so the payment still reaches its periods.
    const sister = plans
      .slice(index + 1)
      .find((other) => MARKETPLACES[other.account.marketplace].currency === marketplace.currency);
    const closed = closePeriods({
      random: own.derive('periods'),
      sellerId: options.sellerId,
      marketplace,
      events: drawAccountEvents(own, marketplace, account.ordersPerDay ?? options.ordersPerDay, firstStartAt, until),
      firstStartAt,
      until,
      debtsToCover: debts.get(account.marketplace) ?? [],
      sister: sister && { country: sister.account.marketplace, firstStartAt: sister.firstStartAt },
      unknownFeeInPeriod: account.unknownFeeInPeriod,
      hasSpecialMovements: account.hasSpecialMovements ?? false,
    });
    if (sister) {
      const country = sister.account.marketplace;
      debts.set(country, [...(debts.get(country) ?? []), ...closed.debtsForSister]);
    }
    return closed;
  });
  const settlements = closedAccounts.flatMap((closed) => closed.settlements);
  const ids = new Set(settlements.map((settlement) => settlement.settlementId));
  assert(ids.size === settlements.length, 'two settlements of the world share an id; choose another seed');
  return {
    seed: options.seed,
    sellerId: options.sellerId,
    marketplaces: options.accounts.map((account) => MARKETPLACES[account.marketplace]),
    settlements,
    openPeriods: closedAccounts.map((closed) => closed.open),
  };
}

function checkOptions(options: SellerWorldOptions): void {
  const days = (epochSecondsOfUtcMidnight(options.to) - epochSecondsOfUtcMidnight(options.from)) / DAY_S;
  assert(days >= 0 && days <= daysMax, `a world lasts 0 to ${daysMax} days, not ${days}`);
  const countries = options.accounts.map((account) => account.marketplace);
  assert(new Set(countries).size === countries.length, 'a marketplace appears twice in one seller world');
  for (const account of options.accounts) {
    const orders = account.ordersPerDay ?? options.ordersPerDay;
    const isAllowed = Number.isSafeInteger(orders) && orders >= 1 && orders <= ordersPerDayMax;
    assert(isAllowed, `ordersPerDay is a whole number from 1 to ${ordersPerDayMax}, not ${orders}`);
  }
}

function drawAccountEvents(
  random: Random,
  marketplace: Marketplace,
  ordersPerDay: number,
  firstStartAt: EpochSeconds,
  until: EpochSeconds,
): BusinessEvent[] {
  const products = drawCatalogue(random.derive('catalogue'), marketplace);
  const streams = {
    orders: random.derive('orders'),
    returns: random.derive('returns'),
    charges: random.derive('charges'),
    otherChannels: random.derive('other channels'),
  };
  const orders: BusinessEvent[] = [];
  for (let day = firstStartAt; day < until; day += DAY_S) {
    orders.push(...drawOrdersOfDay(streams.orders, marketplace, products, day, ordersPerDay));
  }
  const meanPrice = products.reduce((sum, product) => sum + product.priceMinor, 0n) / BigInt(products.length);
  const others: BusinessEvent[] = [];
  for (let monthStart = firstStartAt; monthStart < until; monthStart += MONTH_DAYS * DAY_S) {
    const monthlySales = meanPrice * BigInt(ordersPerDay * MONTH_DAYS);
    others.push(
      ...drawChargesOfMonth({ random: streams.charges, marketplace, products, monthlySales, monthStart }),
      ...[2, 9, 15, 23].map((day) =>
        drawOtherChannelOrder(
          streams.otherChannels,
          products,
          monthStart + day * DAY_S + streams.otherChannels.between(0, DAY_S - 1),
        ),
      ),
    );
  }
  return [...orders, ...drawReturns(streams.returns, marketplace, orders, ordersPerDay), ...others].map((event) =>
    asShown(event, marketplace),
  );
}

/** Some 6 % of orders come back; once a month there is a claim, a chargeback and a tax charged afterwards. */
function drawReturns(
  random: Random,
  marketplace: Marketplace,
  orders: readonly BusinessEvent[],
  ordersPerDay: number,
): BusinessEvent[] {
  const special: ReturnKind[] = ['A-to-z claim', 'chargeback'];
  const ordersPerMonth = ordersPerDay * MONTH_DAYS;
  return orders.flatMap((order, index) => {
    const place = index % ordersPerMonth;
    const kind = special.find((_, at) => place === Math.floor((ordersPerMonth * (at + 1)) / 4));
    if (kind) return [drawReturn(random, order, kind)];
    if (marketplace.tax.kind === 'withheld' && place === Math.floor((ordersPerMonth * 3) / 4)) {
      return [drawTaxChargedAfterwards(random, order)];
    }
    return random.chance(60) ? [drawReturn(random, order, 'refund')] : [];
  });
}

/** The quantity stands on every row of a unit in North America and on the product's row alone elsewhere. */
function asShown(event: BusinessEvent, marketplace: Marketplace): BusinessEvent {
  if (event.kind !== 'order' || marketplace.country === 'US' || marketplace.country === 'CA') return event;
  const legs = event.legs.map((leg): Leg => {
    if (leg.kind === 'product') return leg;
    const { quantity: _onlyOnProduct, ...rest } = leg;
    return rest;
  });
  return eventOf({ ...event, legs });
}
