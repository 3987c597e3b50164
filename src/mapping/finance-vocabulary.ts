/**
 * What an amount of a financial event means. Amazon names the occasion in the type of the event, and the amount by the way
 * down a tree of breakdowns; these names are not those of the settlement file, so they have a vocabulary of their own.
 */
import type { LineKind } from './line-kind.ts';
import { multiChannelKind } from './recognise.ts';

/** Every combination of these event types, the node above the leaf and the leaf has the kind under which the leaf stands. */
export interface FinanceVocabularyBlock {
  /** Amazon's event types; absent where the leaf means the same on every occasion that no other block names. */
  readonly types?: readonly string[];
  readonly kinds: Readonly<Partial<Record<LineKind, readonly string[]>>>;
}

const FACILITATOR_PARTS = ['Principal', 'Shipping', 'Giftwrap', 'Other', 'RestockingFee'];
const withheld = (name: string) => FACILITATOR_PARTS.map((part) => `${name}-${part}`);

const FACILITATOR_TAX = withheld('MarketplaceFacilitatorTax');
const FACILITATOR_VAT = withheld('MarketplaceFacilitatorVAT');
const LOW_VALUE_GOODS_TAX = [...withheld('LowValueGoodsTax'), ...withheld('LowValueGoods')];
const COLLECTED_TAX = ['OurPriceTax', 'ShippingTax', 'GiftwrapTax', 'RestockingDeductionTax', 'GoodwillTax'];
const PRICE = ['OurPricePrincipal', 'Principal', 'Principle'];

/** Occasions on which money moves between the seller, Amazon and a bank: never profit or loss, whatever the leaf. */
const MOVEMENTS: Readonly<Record<string, LineKind>> = {
  Transfer: 'payout-in-file',
  FundTransfer: 'payout-in-file',
  DebtRecovery: 'card-charge',
  LoanServicing: 'amazon-loan',
};

/** All that is known. A leaf that is not here, on an occasion that is not here, is unknown, and unknown stops. */
export const FINANCE_VOCABULARY: readonly FinanceVocabularyBlock[] = [
  {
    types: ['Shipment'],
    kinds: {
      'product-sale': PRICE,
      'shipping-income': ['ShippingPrincipal'],
      'gift-wrap-income': ['GiftwrapPrincipal'],
      'promotion-product': ['OurPriceDiscount'],
      'promotion-shipping': ['ShippingDiscount'],
      'promotion-gift-wrap': ['GiftwrapDiscount'],
      'promotion-tax': ['TaxDiscount'],
      'points-cost': ['PointsGranted', 'CostOfPointsGranted'],
    },
  },
  {
    types: ['Refund'],
    kinds: {
      'product-refund': PRICE,
      'shipping-refund': ['ShippingPrincipal'],
      'gift-wrap-refund': ['GiftwrapPrincipal'],
      'refund-goodwill': ['GoodwillPrincipal'],
      'restocking-fee': ['RestockingDeductionPrincipal'],
      'return-shipping': ['ReturnShipping', 'FreeReplacementReturnShipping'],
    },
  },
  {
    types: ['GuaranteeClaim'],
    kinds: {
      'claim-product': PRICE,
      'claim-shipping': ['ShippingPrincipal', 'GiftwrapPrincipal'],
      'claim-goodwill': ['GoodwillPrincipal'],
    },
  },
  {
    types: ['Chargeback'],
    kinds: {
      'chargeback-product': PRICE,
      'chargeback-shipping': ['ShippingPrincipal', 'GiftwrapPrincipal'],
      'chargeback-goodwill': ['GoodwillPrincipal'],
    },
  },
  {
    types: ['Refund', 'GuaranteeClaim', 'Chargeback'],
    kinds: {
      'promotion-product-reversal': ['OurPriceDiscount'],
      'promotion-shipping-reversal': ['ShippingDiscount'],
      'promotion-gift-wrap-reversal': ['GiftwrapDiscount'],
      'promotion-tax-reversal': ['TaxDiscount'],
      'points-returned': ['PointsGranted', 'PointsReturned'],
    },
  },
  {
    types: ['Shipment', 'Refund', 'GuaranteeClaim', 'Chargeback', 'Liquidation', 'RemovalShipment'],
    kinds: {
      'sales-tax-collected': COLLECTED_TAX,
      'facilitator-tax-withheld': FACILITATOR_TAX,
      'facilitator-vat-withheld': FACILITATOR_VAT,
      'low-value-goods-tax-withheld': LOW_VALUE_GOODS_TAX,
    },
  },
  {
    types: ['Retrocharge'],
    kinds: {
      'retrocharge-tax': [...COLLECTED_TAX, 'BaseTax', 'RetrochargeReversal'],
      'retrocharge-tax-withheld': [...FACILITATOR_TAX, ...FACILITATOR_VAT, ...LOW_VALUE_GOODS_TAX],
    },
  },
  {
    types: ['Liquidation', 'RemovalShipment'],
    kinds: { 'liquidation-proceeds': ['RecommerceLiquidation'] },
  },
  {
    kinds: {
      'referral-fee': ['Commission', 'ReferralFee'],
      'closing-fee': ['VariableClosingFee', 'FixedClosingFee'],
      'refund-administration-fee': ['RefundCommission'],
      'shipping-chargeback': ['ShippingChargeback'],
      'gift-wrap-chargeback': ['GiftwrapChargeback', 'GiftwrapCommission'],
      'shipping-holdback': ['ShippingHB'],
      'digital-services-fee': ['DigitalServicesFee', 'DigitalServicesFeeFBA'],
      'regulatory-fee': ['RegulatoryFee', 'RegulatoryFeeTax'],
      'payment-fee': ['PaymentMethodFee', 'GetPaidFasterFee', 'CODChargeback'],
      'tax-calculation-fee': ['SalesTaxServiceFee', 'SalesTaxCollectionFee'],
      'subscription-fee': ['Subscription'],
      'account-service-fee': ['PaidServicesFee', 'ImagingServicesFee'],
      'fba-fulfilment-fee': [
        'FBAPerUnitFulfillmentFee',
        'FBAPerOrderFulfillmentFee',
        'FBAWeightBasedFee',
        'FBAPickAndPackFee',
        'FBADeliveryServicesFee',
        'FBATransportationFee',
      ],
      'low-inventory-fee': ['LowInventoryLevelFee'],
      'fba-storage-fee': ['FBAStorageFee', 'FBAStorageBilling'],
      'fba-aged-storage-fee': ['FBALongTermStorageFee', 'FBALongTermStorageBilling'],
      'inbound-transport-fee': [
        'FBAInboundTransportationFee',
        'FBAInboundTransportationDiscount',
        'FBAInboundTransportationProgramFee',
      ],
      'inbound-placement-fee': ['FBAInboundConvenienceFee'],
      'inbound-defect-fee': ['FBAInboundDefectFee'],
      'prep-fee': ['FBAPrepServiceFee', 'LabelingFee', 'PolybaggingFee', 'BubblewrapFee', 'TapingFee'],
      'removal-fee': ['FBARemovalFee'],
      'disposal-fee': ['FBADisposalFee'],
      'fba-returns-fee': [
        'CustomerReturnHRRUnitFee',
        'FBACustomerReturnPerOrderFee',
        'FBACustomerReturnPerUnitFee',
        'FBACustomerReturnWeightBasedFee',
      ],
      advertising: ['AdvertisingFee'],
      'advertising-refund': ['AdvertisingFeeRefund'],
      'coupon-fee': ['CouponParticipationFee', 'CouponPerformanceFee', 'CouponClipFee', 'CouponRedemptionFee'],
      'deal-fee': ['DealParticipationFee', 'DealPerformanceFee', 'RunLightningDealFee'],
      'vine-fee': ['VineEnrollmentFee', 'SellerReviewEnrollmentFee'],
      'liquidation-fee': ['LiquidationsBrokerageFee'],
      'inventory-reimbursement': ['FBAInventoryReimbursement'],
      'reimbursement-clawback': ['FBAReversedReimbursement', 'ReimbursementClawback'],
      'safe-t-reimbursement': ['SAFETReimbursement', 'SAFE-TReimbursement'],
      'amazon-fee-tax': ['BaseTax', 'TaxOnFee', 'FeeTax'],
      'reserve-held': ['ReserveDebit'],
      'reserve-released': ['ReserveCredit'],
      'opening-debt': ['PayableToAmazon'],
      'card-charge': ['DebtPayment'],
      'cross-marketplace-debt': ['DebtAdjustment'],
      'payout-in-file': ['FundTransfer'],
    },
  },
];

const INDEX = indexBlocks(FINANCE_VOCABULARY);
const MOVEMENT_TYPES = new Map(Object.entries(MOVEMENTS).map(([type, kind]) => [fold(type), kind]));

/**
 * The kind of one amount of an event; `path` goes from the root of Amazon's tree to the leaf. `undefined` when it is not
 * known: an accrual stops there, as a settlement does. Case and spaces do not matter; the sign of the amount never decides.
 */
export function recogniseFinanceAmount(
  words: { readonly eventType: string; readonly path: readonly string[] },
  context: { readonly isMultiChannel: boolean },
): LineKind | undefined {
  const type = fold(words.eventType);
  const leaf = fold(words.path.at(-1) ?? '');
  const kind = MOVEMENT_TYPES.get(type) ?? INDEX.get(`${type}\n${leaf}`) ?? INDEX.get(`\n${leaf}`);
  return kind !== undefined && context.isMultiChannel ? multiChannelKind(kind) : kind;
}

/** Amazon numbers the orders of other sales channels otherwise than its own: they begin with an S. */
export function isMultiChannelOrder(orderId: string | null): boolean {
  return orderId !== null && /^s\d/i.test(orderId);
}

function indexBlocks(blocks: readonly FinanceVocabularyBlock[]): ReadonlyMap<string, LineKind> {
  const index = new Map<string, LineKind>();
  for (const { types = [''], kinds } of blocks) {
    for (const [kind, leaves] of Object.entries(kinds) as [LineKind, readonly string[]][]) {
      for (const type of types) for (const leaf of leaves) index.set(`${fold(type)}\n${fold(leaf)}`, kind);
    }
  }
  return index;
}

/** Amazon writes `ProductCharges` here and `Product Charges` there. */
function fold(text: string): string {
  return text.replace(/[\s_]+/g, '').toLowerCase();
}
