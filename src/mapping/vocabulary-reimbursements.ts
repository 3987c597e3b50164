/** Compensation, proceeds and rewards. */
import type { VocabularyBlock } from './vocabulary.ts';

/** Reasons, as Amazon writes them in the description. */
const REASONS: VocabularyBlock['kinds'] = {
  'inventory-reimbursement': [
    'WAREHOUSE_DAMAGE',
    'WAREHOUSE_DAMAGE_EXCEPTION',
    'WAREHOUSE_LOST',
    'WAREHOUSE_LOST_MANUAL',
    'MISSING_FROM_INBOUND',
    'INBOUND_CARRIER_DAMAGE',
    'REMOVAL_ORDER_DAMAGED',
    'REMOVAL_ORDER_LOST',
  ],
  'customer-return-reimbursement': [
    'REVERSAL_REIMBURSEMENT',
    'FREE_REPLACEMENT_REFUND_ITEMS',
    'Customer Return',
    'CUSTOMER_RETURN',
    'CUSTOMER_DAMAGE',
    'CRETURN_WRONG_ITEM',
  ],
  'mcf-reimbursement': ['MULTICHANNEL_ORDER_DAMAGED', 'MULTICHANNEL_ORDER_LATE', 'MULTICHANNEL_ORDER_LOST'],
  'fee-reimbursement': ['INCORRECT_FEES_ITEMS', 'INCORRECT_FEES_NON_ITEMIZED', 'PREPFEE_REFUND'],
  'other-reimbursement': ['CS_ERROR_ITEMS', 'CS_ERROR_NON_ITEMIZED', 'RE_EVALUATION'],
  'reimbursement-clawback': ['COMPENSATED_CLAWBACK', 'MISSING_FROM_INBOUND_CLAWBACK', 'PAYMENT_RETRACTION_ITEMS'],
};

export const REIMBURSEMENT_VOCABULARY: readonly VocabularyBlock[] = [
  {
    types: ['other-transaction'],
    amountTypes: ['FBA Inventory Reimbursement', 'MCF Inventory Reimbursement', 'other-transaction'],
    kinds: REASONS,
  },
  {
    types: ['other-transaction'],
    amountTypes: ['other-transaction'],
    kinds: {
      'customer-return-reimbursement': ['FBA Inventory Reimbursement - Customer Return'],
      'fee-reimbursement': ['Manual Processing Fee Reimbursement'],
      'other-reimbursement': ['Refund Reimbursal'],
      'claim-recovery': ['A2ZGuaranteeRecovery'],
      'carrier-reimbursement': [
        'LostOrDamagedReimbursement',
        'CanceledButPickedUpReimbursement',
        'Reimbursement for Lost packages',
      ],
    },
  },
  {
    types: ['SAFE-T Reimbursement', 'other-transaction'],
    amountTypes: ['other-transaction', 'ItemPrice'],
    kinds: { 'safe-t-reimbursement': ['SAFE-T Reimbursement', 'SAFE-TReimbursement'] },
  },
  {
    types: ['Liquidations', 'Liquidations Adjustments'],
    amountTypes: ['ItemPrice'],
    kinds: { 'liquidation-proceeds': ['Principal'] },
  },
  {
    types: ['Seller Rewards'],
    amountTypes: ['Seller Rewards'],
    kinds: { 'seller-reward': ['Seller Rewards'] },
  },
];
