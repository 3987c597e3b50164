import type { BusinessEvent, EventKind } from './events.ts';
import type { LegKind } from './legs.ts';

const PRODUCT = ['Sales', 'ProductCharges'] as const;
const SHIPPING = ['Sales', 'Shipping'] as const;
const GIFT_WRAP = ['Sales', 'GiftWrap'] as const;
const PROMO = ['Sales', 'Promo'] as const;
const WITHHELD = ['Sales', 'Tax'] as const;
const AMAZON_FEES = ['Expenses', 'AmazonFees'] as const;
const FBA_FEES = ['Expenses', 'FBAFees'] as const;
const OTHER = ['Other'] as const;

/**
 * Where each leg stands in a tree of breakdowns, from the root to the leaf. `{tax}` stands for the marketplace's `Tax` or
 * `VAT`. The words of a refund are those of the sale.
 */
export const BREAKDOWN_PATHS: Readonly<Record<LegKind, readonly string[]>> = {
  product: [...PRODUCT, 'OurPricePrincipal'],
  shipping: [...SHIPPING, 'ShippingPrincipal'],
  giftWrap: [...GIFT_WRAP, 'GiftwrapPrincipal'],
  productTax: [...PRODUCT, 'OurPriceTax'],
  shippingTax: [...SHIPPING, 'ShippingTax'],
  giftWrapTax: [...GIFT_WRAP, 'GiftwrapTax'],
  productTaxWithheld: [...WITHHELD, 'MarketplaceFacilitator{tax}-Principal'],
  shippingTaxWithheld: [...WITHHELD, 'MarketplaceFacilitator{tax}-Shipping'],
  giftWrapTaxWithheld: [...WITHHELD, 'MarketplaceFacilitator{tax}-Giftwrap'],
  productPromotion: [...PROMO, 'OurPriceDiscount'],
  shippingPromotion: [...PROMO, 'ShippingDiscount'],
  taxPromotion: [...PROMO, 'TaxDiscount'],
  referralFee: [...AMAZON_FEES, 'Commission'],
  fulfilmentFee: [...FBA_FEES, 'FBAPerUnitFulfillmentFee'],
  shippingKept: [...AMAZON_FEES, 'ShippingChargeback'],
  giftWrapKept: [...AMAZON_FEES, 'GiftwrapChargeback'],
  digitalServicesFee: [...AMAZON_FEES, 'DigitalServicesFee'],
  pointsGranted: [...PROMO, 'PointsGranted'],
  productReturned: [...PRODUCT, 'OurPricePrincipal'],
  shippingReturned: [...SHIPPING, 'ShippingPrincipal'],
  giftWrapReturned: [...GIFT_WRAP, 'GiftwrapPrincipal'],
  productTaxReturned: [...PRODUCT, 'OurPriceTax'],
  shippingTaxReturned: [...SHIPPING, 'ShippingTax'],
  giftWrapTaxReturned: [...GIFT_WRAP, 'GiftwrapTax'],
  productTaxWithheldReturned: [...WITHHELD, 'MarketplaceFacilitator{tax}-Principal'],
  shippingTaxWithheldReturned: [...WITHHELD, 'MarketplaceFacilitator{tax}-Shipping'],
  giftWrapTaxWithheldReturned: [...WITHHELD, 'MarketplaceFacilitator{tax}-Giftwrap'],
  productPromotionReturned: [...PROMO, 'OurPriceDiscount'],
  shippingPromotionReturned: [...PROMO, 'ShippingDiscount'],
  taxPromotionReturned: [...PROMO, 'TaxDiscount'],
  referralFeeReturned: [...AMAZON_FEES, 'Commission'],
  shippingKeptReturned: [...AMAZON_FEES, 'ShippingChargeback'],
  giftWrapKeptReturned: [...AMAZON_FEES, 'GiftwrapChargeback'],
  digitalServicesFeeReturned: [...AMAZON_FEES, 'DigitalServicesFee'],
  pointsReturned: [...PROMO, 'PointsGranted'],
  refundFee: [...AMAZON_FEES, 'RefundCommission'],
  claimPaid: [...PRODUCT, 'OurPricePrincipal'],
  chargebackPaid: [...PRODUCT, 'OurPricePrincipal'],
  taxRecharged: [...PRODUCT, 'OurPriceTax'],
  taxRechargedWithheld: [...WITHHELD, 'MarketplaceFacilitator{tax}-Principal'],
  otherChannelProduct: [...PRODUCT, 'OurPricePrincipal'],
  otherChannelUnitFee: [...FBA_FEES, 'FBAPerUnitFulfillmentFee'],
  otherChannelTransportFee: [...FBA_FEES, 'FBATransportationFee'],
  storageFee: [...FBA_FEES, 'FBAStorageFee'],
  storageFeeTax: [...FBA_FEES, 'BaseTax'],
  agedStorageFee: [...FBA_FEES, 'FBALongTermStorageFee'],
  agedStorageFeeTax: [...FBA_FEES, 'BaseTax'],
  subscriptionFee: [...AMAZON_FEES, 'Subscription'],
  advertising: ['Expenses', 'AdvertisingFee'],
  inboundFreight: [...FBA_FEES, 'FBAInboundTransportationFee'],
  inboundFreightDiscount: [...FBA_FEES, 'FBAInboundTransportationDiscount'],
  inboundFreightTax: [...FBA_FEES, 'BaseTax'],
  inboundFreightOldLayout: [...FBA_FEES, 'FBAInboundTransportationFee'],
  reimbursement: [...OTHER, 'FBAInventoryReimbursement'],
  reimbursementClawback: [...OTHER, 'FBAReversedReimbursement'],
  couponParticipationFee: [...AMAZON_FEES, 'CouponParticipationFee'],
  couponPerformanceFee: [...AMAZON_FEES, 'CouponPerformanceFee'],
  dealParticipationFee: [...AMAZON_FEES, 'DealParticipationFee'],
  dealPerformanceFee: [...AMAZON_FEES, 'DealPerformanceFee'],
  removalFee: [...FBA_FEES, 'FBARemovalFee'],
  removalFeeTax: [...FBA_FEES, 'BaseTax'],
  disposalFee: [...FBA_FEES, 'FBADisposalFee'],
  disposalFeeTax: [...FBA_FEES, 'BaseTax'],
  liquidationProceeds: [...PRODUCT, 'RecommerceLiquidation'],
  liquidationFee: [...AMAZON_FEES, 'LiquidationsBrokerageFee'],
  reserveHeld: [...OTHER, 'ReserveDebit'],
  reserveReleased: [...OTHER, 'ReserveCredit'],
  debtCarriedIn: [...OTHER, 'PayableToAmazon'],
  cardCharged: [...OTHER, 'FundTransfer'],
  cardRefused: [...OTHER, 'FundTransfer'],
  loanAdvanced: [...OTHER, 'LoanAdvance'],
  loanRepaid: [...OTHER, 'LoanPayment'],
  loanRefunded: [...OTHER, 'LoanRefund'],
  debtCoveredBySister: [...OTHER, 'DebtAdjustment'],
  sisterDebtCovered: [...OTHER, 'DebtAdjustment'],
  payoutReturned: [...OTHER, 'FundTransfer'],
  payoutRolledOver: [...OTHER, 'FundTransfer'],
  strangeFee: ['Expenses', 'WarehouseWeatherSurcharge'],
};

const TYPES: Readonly<Record<Exclude<EventKind, 'account movement'>, string>> = {
  order: 'Shipment',
  'other channel order': 'Shipment',
  refund: 'Refund',
  'A-to-z claim': 'GuaranteeClaim',
  chargeback: 'Chargeback',
  'tax charged afterwards': 'Retrocharge',
  'FBA service': 'ServiceFee',
  advertising: 'ProductAdsPayment',
  'promotion service': 'CouponPayment',
  liquidation: 'Liquidation',
  'sister account debt': 'MiscellaneousLedgerAdjustment',
  'fee of an unknown kind': 'ServiceFee',
};

const TYPES_OF_MOVEMENTS: Readonly<Partial<Record<LegKind, string>>> = {
  subscriptionFee: 'ServiceFee',
  inboundFreightOldLayout: 'ServiceFee',
  reimbursement: 'FBAInventoryReimbursement',
  reimbursementClawback: 'FBAInventoryReimbursement',
  cardCharged: 'ChargeRefund',
  cardRefused: 'ChargeRefund',
  loanAdvanced: 'LoanServicing',
  loanRepaid: 'LoanServicing',
  loanRefunded: 'LoanServicing',
  payoutReturned: 'Transfer',
  payoutRolledOver: 'Transfer',
};

/** What Amazon calls the kind of event. */
export function transactionTypeOf(event: BusinessEvent): string {
  if (event.kind !== 'account movement') return TYPES[event.kind];
  const [first] = event.legs;
  return (first && TYPES_OF_MOVEMENTS[first.kind]) ?? 'Adjustment';
}
