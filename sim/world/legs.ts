/**
 * The words of the pretend seller's books. A *leg* is one amount of a business event. Each kind of leg has a truth class
 * in plain English, by which an auditor sums, and the wording that Amazon's file uses for it. Two kinds may share a
 * class; no kind has two.
 */
interface LegWords {
  readonly truth: string;
  readonly amountType: string;
  /** `{tax}` stands for the marketplace's `Tax` or `VAT`, `{detail}` for the leg's own words. */
  readonly amountDescription: string;
}

const ORDER_LEGS = {
  product: words('product sale', 'ItemPrice', 'Principal'),
  shipping: words('shipping charged to buyer', 'ItemPrice', 'Shipping'),
  giftWrap: words('gift wrap charged to buyer', 'ItemPrice', 'GiftWrap'),
  productTax: words('sales tax collected', 'ItemPrice', 'Tax'),
  shippingTax: words('sales tax collected', 'ItemPrice', 'ShippingTax'),
  giftWrapTax: words('sales tax collected', 'ItemPrice', 'GiftWrapTax'),
  productTaxWithheld: words('sales tax withheld by Amazon', 'ItemWithheldTax', 'MarketplaceFacilitator{tax}-Principal'),
  shippingTaxWithheld: words('sales tax withheld by Amazon', 'ItemWithheldTax', 'MarketplaceFacilitator{tax}-Shipping'),
  giftWrapTaxWithheld: words('sales tax withheld by Amazon', 'ItemWithheldTax', 'MarketplaceFacilitator{tax}-Giftwrap'),
  productPromotion: words('promotion on product', 'Promotion', 'Principal'),
  shippingPromotion: words('promotion on shipping', 'Promotion', 'Shipping'),
  taxPromotion: words('sales tax spared by a promotion', 'Promotion', 'TaxDiscount'),
  referralFee: words('referral fee', 'ItemFees', 'Commission'),
  fulfilmentFee: words('FBA fulfilment fee', 'ItemFees', 'FBAPerUnitFulfillmentFee'),
  shippingKept: words('shipping kept by Amazon', 'ItemFees', 'ShippingChargeback'),
  giftWrapKept: words('gift wrap kept by Amazon', 'ItemFees', 'GiftwrapChargeback'),
  digitalServicesFee: words('digital services fee', 'ItemFees', 'DigitalServicesFee'),
  pointsGranted: words('points granted to buyer', 'Points', 'PointsGranted'),
} as const;

const REFUND_LEGS = {
  productReturned: words('product sale refunded', 'ItemPrice', 'Principal'),
  shippingReturned: words('shipping refunded', 'ItemPrice', 'Shipping'),
  giftWrapReturned: words('gift wrap refunded', 'ItemPrice', 'GiftWrap'),
  productTaxReturned: words('sales tax refunded', 'ItemPrice', 'Tax'),
  shippingTaxReturned: words('sales tax refunded', 'ItemPrice', 'ShippingTax'),
  giftWrapTaxReturned: words('sales tax refunded', 'ItemPrice', 'GiftWrapTax'),
  productTaxWithheldReturned: words(
    'withheld sales tax given back',
    'ItemWithheldTax',
    'MarketplaceFacilitator{tax}-Principal',
  ),
  shippingTaxWithheldReturned: words(
    'withheld sales tax given back',
    'ItemWithheldTax',
    'MarketplaceFacilitator{tax}-Shipping',
  ),
  giftWrapTaxWithheldReturned: words(
    'withheld sales tax given back',
    'ItemWithheldTax',
    'MarketplaceFacilitator{tax}-Giftwrap',
  ),
  productPromotionReturned: words('promotion on product taken back', 'Promotion', 'Principal'),
  shippingPromotionReturned: words('promotion on shipping taken back', 'Promotion', 'Shipping'),
  taxPromotionReturned: words('sales tax spared by a promotion, taken back', 'Promotion', 'TaxDiscount'),
  referralFeeReturned: words('referral fee given back', 'ItemFees', 'Commission'),
  shippingKeptReturned: words('shipping kept by Amazon, given back', 'ItemFees', 'ShippingChargeback'),
  giftWrapKeptReturned: words('gift wrap kept by Amazon, given back', 'ItemFees', 'GiftwrapChargeback'),
  digitalServicesFeeReturned: words('digital services fee given back', 'ItemFees', 'DigitalServicesFee'),
  pointsReturned: words('points taken back from buyer', 'Points', 'PointsGranted'),
  refundFee: words('refund administration fee', 'ItemFees', 'RefundCommission'),
  claimPaid: words('A-to-z claim paid', 'ItemPrice', 'Principal'),
  chargebackPaid: words('chargeback paid', 'ItemPrice', 'Principal'),
  taxRecharged: words('sales tax charged afterwards', 'ItemPrice', 'Tax'),
  taxRechargedWithheld: words(
    'sales tax charged afterwards, withheld',
    'ItemWithheldTax',
    'MarketplaceFacilitator{tax}-Principal',
  ),
} as const;

const OTHER_LEGS = {
  otherChannelProduct: words('product sent for another channel', 'ItemPrice', 'Principal'),
  otherChannelUnitFee: words('fulfilment fee for another channel', 'ItemFees', 'FBAPerUnitFulfillmentFee'),
  otherChannelTransportFee: words('transport fee for another channel', 'ShipmentFees', 'FBA transportation fee'),
  storageFee: words('FBA storage fee', 'FBA Inventory Storage Fee', 'Base fee'),
  storageFeeTax: words('tax on Amazon fees', 'FBA Inventory Storage Fee', 'Tax on fee'),
  agedStorageFee: words('FBA aged inventory fee', 'FBA Long Term Storage Fee', 'Base fee'),
  agedStorageFeeTax: words('tax on Amazon fees', 'FBA Long Term Storage Fee', 'Tax on fee'),
  subscriptionFee: words('subscription fee', 'other-transaction', 'Subscription Fee'),
  advertising: words('advertising', 'Cost of Advertising', 'TransactionTotalAmount'),
  inboundFreight: words('inbound freight', 'FBA Amazon-Partnered Carrier Shipment Fee', 'Base fee'),
  inboundFreightDiscount: words(
    'inbound freight discount',
    'FBA Amazon-Partnered Carrier Shipment Fee',
    'Discount on Fee',
  ),
  inboundFreightTax: words('tax on Amazon fees', 'FBA Amazon-Partnered Carrier Shipment Fee', 'Tax on fee'),
  inboundFreightOldLayout: words('inbound freight', 'other-transaction', 'FBAInboundTransportationFee'),
  reimbursement: words('inventory reimbursement', 'FBA Inventory Reimbursement', '{detail}'),
  reimbursementClawback: words(
    'inventory reimbursement taken back',
    'FBA Inventory Reimbursement',
    'COMPENSATED_CLAWBACK',
  ),
  couponParticipationFee: words('coupon fee', 'Coupon Participation Fee', 'Base fee'),
  couponPerformanceFee: words('coupon fee', 'Coupon Performance Based Fee', 'Base fee'),
  dealParticipationFee: words('deal fee', 'Deal Participation Fee', 'Base fee'),
  dealPerformanceFee: words('deal fee', 'Deal Performance Based Fee', 'Base fee'),
  removalFee: words('removal fee', 'FBA Removal Order: Return Fee', 'Base fee'),
  removalFeeTax: words('tax on Amazon fees', 'FBA Removal Order: Return Fee', 'Tax on fee'),
  disposalFee: words('disposal fee', 'FBA Removal Order: Disposal Fee', 'Base fee'),
  disposalFeeTax: words('tax on Amazon fees', 'FBA Removal Order: Disposal Fee', 'Tax on fee'),
  liquidationProceeds: words('liquidation proceeds', 'ItemPrice', 'Principal'),
  liquidationFee: words('liquidation brokerage fee', 'ItemFees', 'LiquidationsBrokerageFee'),
  reserveHeld: words('reserve held back', 'other-transaction', 'Current Reserve Amount'),
  reserveReleased: words('reserve released', 'other-transaction', 'Previous Reserve Amount Balance'),
  debtCarriedIn: words('debt carried in', 'other-transaction', 'Payable to Amazon'),
  cardCharged: words('debt charged to card', 'other-transaction', 'Successful charge'),
  cardRefused: words('debt charged to card', 'other-transaction', 'Failed charge'),
  loanAdvanced: words('loan of Amazon', 'other-transaction', 'Amazon Capital Services'),
  loanRepaid: words('loan of Amazon', 'other-transaction', 'Amazon Capital Services'),
  loanRefunded: words('loan of Amazon', 'other-transaction', 'Amazon Capital Services'),
  debtCoveredBySister: words(
    'debt covered by a sister account',
    'Debt Adjustment',
    'Cross-Account Debt Adjustment against {detail}',
  ),
  sisterDebtCovered: words(
    'debt of a sister account covered',
    'Debt Adjustment',
    'Cross-Account Debt Adjustment for {detail}',
  ),
  payoutReturned: words('failed payout returned', 'other-transaction', 'Transfer of funds unsuccessful: {detail}'),
  payoutRolledOver: words('failed payout returned', 'other-transaction', 'Failed disbursement'),
  strangeFee: words('fee of an unknown kind', 'Warehouse Weather Surcharge', 'Base fee'),
} as const;

export const LEG_KINDS = { ...ORDER_LEGS, ...REFUND_LEGS, ...OTHER_LEGS } as const;
export type LegKind = keyof typeof LEG_KINDS;
export type OrderLegKind = keyof typeof ORDER_LEGS;
/** One plain-English class an auditor sums by. */
export type TruthClass = (typeof LEG_KINDS)[LegKind]['truth'];

export const TRUTH_CLASSES: readonly TruthClass[] = [...new Set(Object.values(LEG_KINDS).map((leg) => leg.truth))];

/** What a refund does to each leg of an order; a leg that is not named stays with Amazon. */
export const REFUND_OF: Readonly<Partial<Record<OrderLegKind, LegKind>>> = {
  product: 'productReturned',
  shipping: 'shippingReturned',
  giftWrap: 'giftWrapReturned',
  productTax: 'productTaxReturned',
  shippingTax: 'shippingTaxReturned',
  giftWrapTax: 'giftWrapTaxReturned',
  productTaxWithheld: 'productTaxWithheldReturned',
  shippingTaxWithheld: 'shippingTaxWithheldReturned',
  giftWrapTaxWithheld: 'giftWrapTaxWithheldReturned',
  productPromotion: 'productPromotionReturned',
  shippingPromotion: 'shippingPromotionReturned',
  taxPromotion: 'taxPromotionReturned',
  referralFee: 'referralFeeReturned',
  shippingKept: 'shippingKeptReturned',
  giftWrapKept: 'giftWrapKeptReturned',
  digitalServicesFee: 'digitalServicesFeeReturned',
  pointsGranted: 'pointsReturned',
};

export function isOrderLegKind(kind: LegKind): kind is OrderLegKind {
  return kind in ORDER_LEGS;
}

function words<const Truth extends string>(
  truth: Truth,
  amountType: string,
  amountDescription: string,
): LegWords & { readonly truth: Truth } {
  return { truth, amountType, amountDescription };
}
