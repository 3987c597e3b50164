/** Sales, money given back to buyers, discounts, and the taxes that go with them. */
import type { VocabularyBlock } from './vocabulary.ts';

const REFUNDS = ['Refund', 'Chargeback Refund', 'A-to-z Guarantee Refund'];
const LIQUIDATIONS = ['Liquidations', 'Liquidations Adjustments'];
const RETROCHARGES = ['Order_Retrocharge', 'Refund_Retrocharge'];

const COD_CHARGES = ['COD', 'CODItemCharge', 'CODOrderCharge', 'CODShippingCharge'];
const TAX_DISCOUNTS = ['TaxDiscount', 'Product Tax Discount', 'Shipping tax discount'];
const RETURN_SHIPPING = ['ReturnShipping', 'FreeReplacementReturnShipping'];

const WITHHELD_ON = ['Principal', 'Shipping', 'Giftwrap', 'Other', 'RestockingFee'];
const FACILITATOR_TAX = WITHHELD_ON.map((part) => `MarketplaceFacilitatorTax-${part}`);
const FACILITATOR_VAT = WITHHELD_ON.map((part) => `MarketplaceFacilitatorVAT-${part}`);
const LOW_VALUE_GOODS_TAX = ['LowValueGoodsTax', 'LowValueGoods'].flatMap((name) =>
  WITHHELD_ON.map((part) => `${name}-${part}`),
);
const TCS = ['TCS-CGST', 'TCS-SGST', 'TCS-IGST', 'TCS-UTGST'];
const TDS = ['TDS (Section 194-O)', 'TDS'];

const SALES: readonly VocabularyBlock[] = [
  {
    types: ['Order'],
    amountTypes: ['ItemPrice'],
    kinds: {
      'product-sale': ['Principal'],
      'ebt-tender': ['PaidthroughEBT'],
      'shipping-income': ['Shipping'],
      'gift-wrap-income': ['GiftWrap'],
      'cod-charge': COD_CHARGES,
      'export-charge': ['ExportCharge'],
    },
  },
  { types: ['TBYB Order Payment'], amountTypes: ['ItemPrice'], kinds: { 'trial-sale': ['Principal'] } },
  {
    types: ['Order'],
    amountTypes: ['Promotion'],
    kinds: {
      'promotion-product': ['Principal'],
      'promotion-shipping': ['Shipping', 'Shipping discount'],
      'promotion-gift-wrap': ['GiftWrap'],
      'promotion-tax': TAX_DISCOUNTS,
    },
  },
  {
    types: ['Order'],
    amountTypes: ['Points'],
    kinds: { 'points-cost': ['PointsGranted', 'PointsReturned', 'PointsAdjusted'] },
  },
  {
    types: ['Order'],
    amountTypes: ['ItemPrice', 'CostOfPointsGranted'],
    kinds: { 'points-cost': ['CostOfPointsGranted'] },
  },
  {
    types: ['Order', 'Refund', 'other-transaction'],
    amountTypes: ['ItemFees', 'other-transaction'],
    kinds: { 'affordability-expense': ['Affordability expense', 'Affordability expense reversal'] },
  },
];

const GIVEN_BACK: readonly VocabularyBlock[] = [
  {
    types: ['Refund'],
    amountTypes: ['ItemPrice'],
    kinds: {
      'product-refund': ['Principal'],
      'shipping-refund': ['Shipping'],
      'gift-wrap-refund': ['GiftWrap'],
      'return-shipping': RETURN_SHIPPING,
      'refund-goodwill': ['Goodwill'],
      'restocking-fee': ['RestockingFee'],
      'refund-deduction': ['GenericDeduction'],
      'points-adjustment': ['PointsFee', 'CostOfPointsReturned'],
      'cod-charge-refund': COD_CHARGES,
      'export-charge': ['ExportCharge'],
    },
  },
  {
    // The same money is listed under fees by some sources.
    types: ['Refund'],
    amountTypes: ['ItemFees'],
    kinds: {
      'return-shipping': RETURN_SHIPPING,
      'refund-goodwill': ['Goodwill'],
      'restocking-fee': ['RestockingFee'],
    },
  },
  {
    types: ['Chargeback Refund'],
    amountTypes: ['ItemPrice'],
    kinds: {
      'chargeback-product': ['Principal'],
      'chargeback-shipping': ['Shipping', 'GiftWrap', ...RETURN_SHIPPING],
      'chargeback-goodwill': ['Goodwill', 'GenericDeduction'],
      'restocking-fee': ['RestockingFee'],
    },
  },
  {
    types: ['A-to-z Guarantee Refund'],
    amountTypes: ['ItemPrice'],
    kinds: {
      'claim-product': ['Principal'],
      'claim-shipping': ['Shipping', 'GiftWrap', ...RETURN_SHIPPING],
      'claim-goodwill': ['Goodwill', 'GenericDeduction'],
      'restocking-fee': ['RestockingFee'],
    },
  },
  {
    types: REFUNDS,
    amountTypes: ['Promotion'],
    kinds: {
      'promotion-product-reversal': ['Principal'],
      'promotion-shipping-reversal': ['Shipping', 'Shipping discount'],
      'promotion-gift-wrap-reversal': ['GiftWrap'],
      'promotion-tax-reversal': TAX_DISCOUNTS,
    },
  },
  {
    types: REFUNDS,
    amountTypes: ['Points'],
    kinds: { 'points-returned': ['PointsGranted', 'PointsReturned', 'PointsAdjusted'] },
  },
  {
    types: ['BuyerRecharge', 'other-transaction'],
    amountTypes: ['other-transaction'],
    kinds: { 'buyer-recharge': ['BuyerRecharge'] },
  },
];

const TAXES: readonly VocabularyBlock[] = [
  {
    types: ['Order', ...REFUNDS, ...LIQUIDATIONS],
    amountTypes: ['ItemPrice'],
    kinds: {
      'sales-tax-collected': [
        'Tax',
        'Product Tax',
        'ShippingTax',
        'Shipping tax',
        'GiftWrapTax',
        'CODTax',
        'CODItemTaxCharge',
        'CODOrderTaxCharge',
        'CODShippingTaxCharge',
        'TaxOnRegulatoryFee',
      ],
      'regulatory-fee-collected': ['RegulatoryFee'],
    },
  },
  {
    types: ['Order', ...REFUNDS, ...LIQUIDATIONS],
    amountTypes: ['ItemWithheldTax'],
    kinds: {
      'facilitator-tax-withheld': FACILITATOR_TAX,
      'facilitator-vat-withheld': FACILITATOR_VAT,
      'low-value-goods-tax-withheld': LOW_VALUE_GOODS_TAX,
    },
  },
  {
    types: ['Order', ...REFUNDS],
    amountTypes: ['ItemFees'],
    kinds: { 'facilitator-vat-withheld': FACILITATOR_VAT },
  },
  {
    types: ['Order', ...REFUNDS, 'Cancellation', 'other-transaction'],
    amountTypes: ['ItemTCS', 'ItemWithheldTax'],
    kinds: { 'tcs-withheld': TCS },
  },
  {
    types: ['Order', ...REFUNDS, 'Cancellation', 'other-transaction'],
    amountTypes: ['ItemTDS', 'ItemWithheldTax'],
    kinds: { 'tds-withheld': TDS },
  },
  {
    types: RETROCHARGES,
    amountTypes: ['ItemPrice'],
    kinds: { 'retrocharge-tax': ['Tax', 'BaseTax', 'ShippingTax', 'GiftWrapTax'] },
  },
  {
    types: RETROCHARGES,
    amountTypes: ['ItemWithheldTax'],
    kinds: { 'retrocharge-tax-withheld': [...FACILITATOR_TAX, ...FACILITATOR_VAT, ...LOW_VALUE_GOODS_TAX] },
  },
];

export const SALE_VOCABULARY: readonly VocabularyBlock[] = [...SALES, ...GIVEN_BACK, ...TAXES];
