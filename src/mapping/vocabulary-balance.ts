/** Movements of the balance between the seller and Amazon, and taxes that belong to the account. */
import type { VocabularyBlock } from './vocabulary.ts';

const CROSS_ACCOUNT_DEBT = [
  'Debt Adjustment',
  'Debt adjustment against *',
  'Cross-Account Debt Adjustment against *',
  'Cross-Account Debt Adjustment for *',
];

const DIRECT_PAYMENTS = ['StoredValueCard', 'PrivateLabelCreditCard', 'CollectOnDelivery'].flatMap((tender) => [
  `${tender}Revenue`,
  `${tender}Refund`,
]);

export const BALANCE_VOCABULARY: readonly VocabularyBlock[] = [
  {
    types: ['other-transaction', 'Transfer', 'Transfers'],
    amountTypes: ['other-transaction'],
    kinds: {
      'reserve-held': ['Current Reserve Amount', 'Unavailable balance'],
      'reserve-released': ['Previous Reserve Amount Balance', 'Previous statement’s unavailable balance'],
      'opening-debt': ['Payable to Amazon'],
      'card-charge': ['Successful charge', 'Repayment of negative Amazon balance'],
      'card-charge-failed': ['Failed charge'],
      'micro-deposit': ['Micro Deposit'],
      'payout-returned': ['Failed disbursement', 'Transfer of funds unsuccessful:*'],
      'payout-in-file': ['Bank Deposit', 'Transfer of funds'],
      'gift-card-payout': ['Disbursed to gift card balance'],
      'cross-marketplace-debt': [...CROSS_ACCOUNT_DEBT, 'Cross-marketplace adjustment'],
    },
  },
  {
    types: ['Debt Adjustment'],
    amountTypes: ['Debt Adjustment'],
    kinds: { 'cross-marketplace-debt': CROSS_ACCOUNT_DEBT },
  },
  {
    types: ['Transfers', 'Transfer'],
    amountTypes: ['Micro Deposit'],
    kinds: { 'micro-deposit': ['Micro Deposit'] },
  },
  {
    types: ['other-transaction'],
    amountTypes: ['other-transaction'],
    kinds: {
      'amazon-loan': ['Amazon Capital Services'],
      'merchant-bad-debt': ['Merchant Bad Debt'],
      'income-tax-withheld': ['Income Tax Charged', 'Tax withholding'],
      'balance-adjustment': [
        'Balance Adjustment',
        'BalanceAdjustment',
        'Adjustment',
        'MiscAdjustment',
        'Promotion Adjustment',
        'Additional Other Expenses',
        'Other concession',
        'Receivables Deductions',
        'Reversal',
      ],
    },
  },
  {
    types: ['Commingling VAT', 'other-transaction'],
    amountTypes: ['other-transaction'],
    kinds: { 'commingling-vat': ['Commingling VAT', 'COMMINGLING_VAT', 'NetCo'] },
  },
  {
    types: ['Order', 'Refund', 'other-transaction'],
    amountTypes: ['ItemPrice', 'other-transaction'],
    kinds: { 'direct-payment': DIRECT_PAYMENTS },
  },
];
