/** Amazon's fees, in every layout that files have used for them. */
import type { LineKind } from './line-kind.ts';
import type { VocabularyBlock } from './vocabulary.ts';

/** Fees that belong to an item or a shipment. */
const ITEM_FEES: VocabularyBlock['kinds'] = {
  'referral-fee': ['Commission', 'ReferralFee'],
  'closing-fee': ['VariableClosingFee', 'FixedClosingFee'],
  'transaction-fee': ['TransactionFee', 'SharedFixedFee'],
  'refund-administration-fee': ['RefundCommission'],
  'shipping-chargeback': ['ShippingChargeback'],
  'gift-wrap-chargeback': ['GiftwrapChargeback', 'GiftwrapCommission'],
  'shipping-holdback': ['ShippingHB'],
  'digital-services-fee': ['DigitalServicesFee', 'DigitalServicesFeeFBA'],
  'regulatory-fee': ['RegulatoryFee', 'RegulatoryFeeTax'],
  'epr-fee': ['EPR*'],
  'programme-fee': ['TechnologyFee', 'AmazonExclusivesFee', 'RenewedProgramFee'],
  'tax-calculation-fee': ['SalesTaxServiceFee', 'SalesTaxCollectionFee'],
  'payment-fee': ['PaymentMethodFee', 'GetPaidFasterFee', 'CODChargeback', 'FBAFulfillmentCODFee'],
  'fba-fulfilment-fee': [
    'FBAPerUnitFulfillmentFee',
    'FBAPerOrderFulfillmentFee',
    'FBAWeightBasedFee',
    'FBAPickAndPackFee',
    'FBADeliveryServicesFee',
    'FulfillmentFee',
    'FulfillmentNetworkFee',
    'SSOFFulfillmentFee',
    'UnitFulfillmentFee',
    'Weight handling fee',
    'Weight Handling Fee Reversal',
  ],
  'mcf-fulfilment-fee': ['Multi-Channel Fulfillment Brand-Neutral Box Fee'],
  'remote-fulfilment-credit': ['RemoteFulfillmentCredit'],
  'prep-fee': ['PolybaggingFee'],
  'shipping-label-fee': ['MFNPostagePurchaseComplete'],
  'rental-fee': ['TextbookRentalBuyoutFee', 'TextbookRentalExtensionFee', 'TextbookRentalServiceFee'],
};

const ITEM: readonly VocabularyBlock[] = [
  {
    types: ['Order', 'Refund', 'Chargeback Refund', 'A-to-z Guarantee Refund', 'Cancellation'],
    amountTypes: ['ItemFees'],
    kinds: ITEM_FEES,
  },
  { types: ['Fee Adjustment'], amountTypes: ['Item Fee Adjustment'], kinds: ITEM_FEES },
  {
    types: ['Order', 'Refund', 'Shipment'],
    amountTypes: ['Shipment-Fees'],
    kinds: {
      // "Shipping" is what Amazon charges the seller here, not what the buyer paid.
      'fba-fulfilment-fee': [
        'FBAPerOrderFulfillmentFee',
        'FBAPerUnitFulfillmentFee',
        'FBATransportationFee',
        'Shipping',
      ],
      'mcf-fulfilment-fee': ['Multi-Channel Fulfillment Brand-Neutral Box Fee'],
    },
  },
  {
    types: ['Liquidations', 'Liquidations Adjustments'],
    amountTypes: ['ItemFees'],
    kinds: { 'liquidation-fee': ['LiquidationsBrokerageFee'] },
  },
];

/** Since 2025 a fee may name itself in the amount type, and its description says which part of the fee the row is. */
const FEES_BY_AMOUNT_TYPE = {
  'fba-fulfilment-fee': ['FBA fulfilment fee per unit', 'FBA fulfillment fee per unit'],
  'low-inventory-fee': ['Low-inventory-level fee'],
  'fba-storage-fee': ['FBA Inventory Storage Fee'],
  'fba-aged-storage-fee': ['FBA Long Term Storage Fee', 'Aged Inventory Surcharge'],
  'inbound-transport-fee': ['FBA Amazon-Partnered Carrier Shipment Fee', 'Inbound Transportation Program Fee'],
  'inbound-placement-fee': ['FBA Inbound Placement Service Fee'],
  'inbound-defect-fee': ['Inbound Defect Fee', 'Inbound Defect Fee - *'],
  'removal-fee': ['FBA Removal Order: Return Fee'],
  'disposal-fee': ['FBA Removal Order: Disposal Fee'],
  'fba-returns-fee': ['FBA Customer Returns Fee'],
  'awd-storage-fee': ['AWD Storage Fee'],
  'awd-processing-fee': ['AWD Processing Fee'],
  'awd-transport-fee': ['AWD Transportation Fee'],
  'coupon-fee': ['Coupon Participation Fee', 'Coupon Performance Based Fee'],
  'deal-fee': ['Deal Participation Fee', 'Deal Performance Based Fee'],
  'vine-fee': ['Vine Enrollment Fee'],
  'easy-ship-fee': ['Amazon Easy Ship Charges'],
  'epr-fee': ['Eco-contribution for EPR *', 'Amazon service fee for EPR *'],
} as const satisfies Readonly<Partial<Record<LineKind, readonly string[]>>>;

/** The part of a fee that is tax on it. */
export const FEE_TAX_PART = 'Tax on fee';
/** The parts that make the fee itself. */
export const FEE_NET_PARTS: readonly string[] = ['Base fee', 'Discount on Fee'];

const BY_AMOUNT_TYPE: readonly VocabularyBlock[] = Object.entries(FEES_BY_AMOUNT_TYPE).map(([kind, amountTypes]) => ({
  types: ['FBAFees', 'AmazonFees', ''],
  amountTypes,
  kinds: { [kind]: FEE_NET_PARTS, 'amazon-fee-tax': [FEE_TAX_PART] },
}));

/** Fees of the account, written the older way: only the description names them. */
const ACCOUNT: readonly VocabularyBlock[] = [
  {
    types: ['other-transaction', 'ServiceFee'],
    amountTypes: ['other-transaction'],
    kinds: {
      'shipping-holdback': ['ShippingHB'],
      'subscription-fee': ['Subscription Fee', 'Subscription', 'SubscriptionFeeCorrection'],
      'account-service-fee': [
        'NonSubscriptionFeeAdj',
        'HighVolumeListingFee',
        'High volume listing fee',
        'ImagingServicesFee',
        'Imaging services',
        'Value-added service',
        'Premium services',
        'Paid Services Fee',
      ],
      'capacity-reservation-fee': ['Capacity reservation'],
      'fee-adjustment': ['Fee Adjustment'],
      'fba-fulfilment-fee': ['FBAPickAndPackFee'],
      'low-inventory-fee': ['LowInventoryLevelFee', 'Low-inventory-level fee'],
      'fba-storage-fee': ['Storage Fee', 'FBAStorageFee'],
      'fba-aged-storage-fee': ['StorageRenewalBilling', 'FBALongTermStorageFee'],
      'inbound-transport-fee': [
        'FBAInboundTransportationFee',
        'FBAInboundTransportationProgramFee',
        'Inbound Transportation Fee',
        'Inbound Transportation Program Fee',
        'AGSGlobalInboundTransportation',
        'FreshInboundTransportationFee',
      ],
      'inbound-placement-fee': [
        'FBA Inbound Placement Service Fee',
        'FBAInboundConvenienceFee',
        'Inventory Placement Service Fee',
      ],
      'inbound-defect-fee': ['FBAInboundDefectFee'],
      'prep-fee': [
        'FBA prep',
        'WarehousePrep',
        'Label Fee',
        'LabelingFee',
        'labelling',
        'Taping Fee',
        'TapingFee',
        'BubblewrapFee',
        'OpaqueBaggingFee',
        'PolybaggingFee',
        'Manual Processing Fee',
        'unplanned service fee',
      ],
      'removal-fee': ['RemovalComplete', 'FBARemovalFee'],
      'disposal-fee': ['DisposalComplete', 'FBADisposalFee'],
      'fba-returns-fee': [
        'FBACustomerReturnPerOrderFee',
        'FBACustomerReturnPerUnitFee',
        'FBACustomerReturnWeightBasedFee',
      ],
      advertising: ['TransactionTotalAmount'],
      'coupon-fee': ['CouponRedemptionFee', 'CouponClipFee'],
      'deal-fee': ['LightningDealFee', 'LightningDealFee Special', 'Deal fee'],
      'vine-fee': ['Vine Enrollment Fee', 'Vine enrolment fee', 'Early Reviewer Program fee'],
      'shipping-label-fee': [
        'Shipping label purchase',
        'Shipping label purchase for return',
        'ShippingServices',
        'MFNPostageFee',
        'MFNPostagePurchaseComplete',
      ],
      'shipping-label-refund': ['ShippingServicesRefund'],
      'liquidation-fee': ['Liquidations'],
      'grade-and-resell-fee': ['Re-commerce grading and listing charge'],
    },
  },
  {
    // A fee of the account that is given back has no fee of an item to name.
    types: ['Refund'],
    amountTypes: ['other-transaction'],
    kinds: { 'subscription-fee': ['SubscriptionFeeCorrection'], 'fee-adjustment': ['Fee Adjustment'] },
  },
  {
    types: ['Imaging Services'],
    amountTypes: ['other-transaction'],
    kinds: { 'account-service-fee': ['Imaging Services'] },
  },
  {
    types: ['other-transaction'],
    amountTypes: ['Capacity Reservation Fee'],
    kinds: { 'capacity-reservation-fee': ['Reservation Fee', 'Performance Credits'], 'amazon-fee-tax': ['Tax'] },
  },
  {
    types: ['other-transaction'],
    amountTypes: ['Inbound Defect Fee'],
    kinds: { 'amazon-fee-tax': [FEE_TAX_PART], 'inbound-defect-fee': ['*'] },
  },
  {
    types: ['other-transaction'],
    amountTypes: ['Amazon Warehousing & Distribution (AWD)'],
    kinds: {
      'awd-storage-fee': ['AWD Storage Fee'],
      'awd-processing-fee': ['AWD Processing Fee'],
      'awd-transport-fee': ['AWD Transportation Fee'],
    },
  },
];

const PROGRAMMES: readonly VocabularyBlock[] = [
  {
    types: ['ServiceFee'],
    amountTypes: ['Cost of Advertising'],
    kinds: { advertising: ['TransactionTotalAmount'] },
  },
  { types: ['ServiceFee'], amountTypes: ['ItemFees'], kinds: { advertising: ['Cost of Advertising'] } },
  { types: ['ServiceFee'], amountTypes: ['OtherFees'], kinds: { 'amazon-fee-tax': ['TaxAmount'] } },
  {
    types: ['ServiceFee'],
    amountTypes: ['Refund for Advertiser'],
    kinds: { 'advertising-refund': ['TransactionTotalAmount'] },
  },
  {
    types: ['Refund'],
    amountTypes: ['Cost of Advertising'],
    kinds: { 'advertising-refund': ['TransactionTotalAmount'] },
  },
  {
    types: ['ServiceFee', 'Promotion Fee'],
    amountTypes: ['Deals', 'PromotionFee'],
    kinds: { 'deal-fee': ['Promotion Fee', 'Promotion Fee Special'] },
  },
  {
    types: ['Lightning Deal Fee'],
    amountTypes: ['LightningDealFee'],
    kinds: { 'deal-fee': ['LightningDealFee', 'LightningDealFee Special'] },
  },
  {
    // The description is the coupon's own title or number.
    types: ['CouponRedemptionFee'],
    amountTypes: ['CouponRedemptionFee'],
    kinds: { 'coupon-fee': ['*'] },
  },
  {
    types: ['other-transaction'],
    amountTypes: ['CouponRedemptionFee'],
    kinds: { 'coupon-fee': ['CouponRedemptionFee'] },
  },
  {
    types: ['Vine Enrollment Fee'],
    amountTypes: ['Vine Enrollment Fee'],
    kinds: { 'vine-fee': ['Vine Enrollment Fee'] },
  },
  {
    types: ['SellerReviewEnrollmentPayment'],
    amountTypes: ['Review Enrollment Fee'],
    kinds: { 'vine-fee': ['SellerReviewEnrollmentPayment'] },
  },
  {
    // The description is the title of the product.
    types: ['Grade and Resell Fees'],
    amountTypes: ['Grade and Resell Charge'],
    kinds: { 'amazon-fee-tax': [FEE_TAX_PART], 'grade-and-resell-fee': ['*'] },
  },
  {
    types: ['Other'],
    amountTypes: ['MCF Preferred Pricing Seller Credit'],
    kinds: { 'mcf-credit': ['Base charge'] },
  },
];

export const FEE_VOCABULARY: readonly VocabularyBlock[] = [...ITEM, ...BY_AMOUNT_TYPE, ...ACCOUNT, ...PROGRAMMES];
