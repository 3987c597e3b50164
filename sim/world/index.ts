export { balancesAt, type WorldBalance } from './balances-of-world.ts';
export { BUYER_CANARY, buyerOf, type WorldBuyer } from './buyer-facts.ts';
export type { OpenPeriod, WorldSettlement } from './close-periods.ts';
export { encodeText } from './encodings.ts';
export type { BusinessEvent, EventKind, Leg } from './events.ts';
export { eventsOf, oncePerWorld, type PlacedEvent } from './events-of-world.ts';
export {
  type BreakdownNode,
  breakDown,
  type FinanceItemFacts,
  financeEventsOf,
  financeStatusAt,
  settlementIdAt,
  type WorldFinanceEvent,
} from './finance-facts.ts';
export { LEG_KINDS, type LegKind, TRUTH_CLASSES, type TruthClass } from './legs.ts';
export {
  isKnownMarketplaceId,
  MARKETPLACES,
  type Marketplace,
  type MarketplaceCountry,
  type Region,
  regionOf,
} from './marketplaces.ts';
export {
  asinOf,
  discountOf,
  type OrderView,
  ordersOf,
  priceOf,
  proceedsOf,
  taxOf,
  viewOrder,
  type WorldOrder,
  type WorldOrderItem,
} from './order-facts.ts';
export { payoutsOf, type WorldPayout } from './payout-facts.ts';
export { type PrintedSettlement, printSettlement, SETTLEMENT_COLUMNS } from './print-settlement.ts';
export { createRandom, type Random } from './random.ts';
export {
  createSellerWorld,
  type SellerWorld,
  type SellerWorldOptions,
  type WorldAccountOptions,
} from './seller-world.ts';
export { type TruthSum, truthOf } from './truth.ts';
