import type { LineKind } from './line-kind.ts';
import { BALANCE_VOCABULARY } from './vocabulary-balance.ts';
import { FEE_VOCABULARY } from './vocabulary-fees.ts';
import { REIMBURSEMENT_VOCABULARY } from './vocabulary-reimbursements.ts';
import { SALE_VOCABULARY } from './vocabulary-sales.ts';

/**
 * Says what rows mean: every combination of these types, amount types and descriptions has the kind under which the
 * description stands. Amazon publishes no list, so these values are the ones that sellers met in their files.
 *
 * A value that ends in `*` stands for any text that begins with it; a lone `*` for any text that is not empty.
 */
export interface VocabularyBlock {
  readonly types: readonly string[];
  readonly amountTypes: readonly string[];
  readonly kinds: Readonly<Partial<Record<LineKind, readonly string[]>>>;
}

/** All that is known, by family: sales, Amazon's fees, reimbursements, and movements of the balance. */
export const VOCABULARY: readonly VocabularyBlock[] = [
  ...SALE_VOCABULARY,
  ...FEE_VOCABULARY,
  ...REIMBURSEMENT_VOCABULARY,
  ...BALANCE_VOCABULARY,
];

/**
 * Transaction types that say nothing about a row: they name an occasion, or nothing at all (India). Such a row has a
 * meaning only when its amount type and description mean one and the same thing wherever they are known.
 */
export const TYPES_WITHOUT_MEANING: readonly string[] = [
  '',
  'Adjustment',
  'Fee Adjustment',
  'Goodwill Concession',
  'Income Tax Charged',
  'Other',
  'Overpaid Fees Adjustment',
  'TBYB Order Payment',
  'TBYB Trial Shipment',
];

/**
 * Other spellings of the same value: a row is looked up again under the spelling on the right. Only spellings that mean
 * the same wherever they stand are listed here; others are listed in the blocks.
 */
export const ALIASES: Readonly<
  Record<'transactionType' | 'amountType' | 'amountDescription', Readonly<Record<string, string>>>
> = {
  transactionType: {
    'A-to-z Guarantee Claim': 'A-to-z Guarantee Refund',
    // The description of such a row is the one of the row that it takes back or corrects.
    'other-transaction - Correction': 'other-transaction',
    'other-transaction - Reversal': 'other-transaction',
  },
  amountType: {
    ShipmentFees: 'Shipment-Fees',
    'FBA Long-Term Storage Fee': 'FBA Long Term Storage Fee',
    'Other transactions': 'other-transaction',
  },
  amountDescription: {
    'Digital Services Fee': 'DigitalServicesFee',
    'FBA Pick & Pack Fee': 'FBAPickAndPackFee',
    'FBA Weight Handling Fee': 'FBAWeightBasedFee',
    'FBA transportation fee': 'FBATransportationFee',
    'Fixed closing fee': 'FixedClosingFee',
    'Gift Wrap Chargeback': 'GiftwrapChargeback',
    'Liquidations brokerage fee': 'LiquidationsBrokerageFee',
    'Refund Commission': 'RefundCommission',
    'Shipping Chargeback': 'ShippingChargeback',
    TaxOnFees: 'Tax on fee',
    'Technology Fee': 'TechnologyFee',
  },
};
