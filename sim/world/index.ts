export type { WorldSettlement } from './close-periods.ts';
export { encodeText } from './encodings.ts';
export type { BusinessEvent, EventKind, Leg } from './events.ts';
export { LEG_KINDS, type LegKind, TRUTH_CLASSES, type TruthClass } from './legs.ts';
export { isKnownMarketplaceId, MARKETPLACES, type Marketplace, type MarketplaceCountry } from './marketplaces.ts';
export { type PrintedSettlement, printSettlement, SETTLEMENT_COLUMNS } from './print-settlement.ts';
export { createRandom, type Random } from './random.ts';
export {
  createSellerWorld,
  type SellerWorld,
  type SellerWorldOptions,
  type WorldAccountOptions,
} from './seller-world.ts';
export { type TruthSum, truthOf } from './truth.ts';
