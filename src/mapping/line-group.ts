/**
 * The groups of the account assignment, numbered as accountants quote them. A group gathers the kinds that a controller
 * wants to see as one figure; 99 is not listed because it is the stop rule: what has no kind is not booked.
 */
export interface LineGroupFacts {
  readonly name: string;
  /** What to think of for value added tax, GST and sales tax. Not tax advice: the tax code is the customer's choice. */
  readonly taxNote: string;
}

const FEE_TAX_NOTE =
  'Amazon’s fee. Tax on it, where the file shows any, is a row of its own in group 89; otherwise it is on Amazon’s invoice.';
const OUTPUT_TAX_NOTE =
  'May include output tax. Where the seller owes it, give the row a tax code with a rate and the tax is split out.';
const NO_TAX_NOTE = 'A movement of money between balance-sheet accounts: outside the scope of value added tax.';
const RECOVERY_NOTE = 'Often compensation and not a supply; decide with your tax adviser whether a tax code applies.';

/** The 50 groups that can be booked, by number. */
export const LINE_GROUPS = {
  10: { name: 'Sales – product', taxNote: OUTPUT_TAX_NOTE },
  11: { name: 'Shipping income', taxNote: OUTPUT_TAX_NOTE },
  12: { name: 'Gift-wrap income', taxNote: OUTPUT_TAX_NOTE },
  13: { name: 'Promotions', taxNote: 'Reduces the taxable price of the sale: use the tax code of group 10.' },
  14: { name: 'Cash-on-delivery and payment-method charges', taxNote: OUTPUT_TAX_NOTE },
  15: { name: 'Export charge', taxNote: 'Duty that is passed on: a liability, not revenue.' },
  20: { name: 'Refunds – product', taxNote: 'Reduces output tax: use the tax code of group 10.' },
  21: {
    name: 'Refunds – shipping and gift wrap',
    taxNote: 'Reduces output tax: use the tax code of groups 11 and 12.',
  },
  22: { name: 'Refunds – promotion reversal', taxNote: 'Undoes group 13: use the same tax code.' },
  23: {
    name: 'Chargebacks',
    taxNote: 'The buyer’s bank took the money back: whether output tax falls too is your tax adviser’s call.',
  },
  24: {
    name: 'A-to-z claims',
    taxNote: 'Paid back under Amazon’s guarantee: treat output tax as for a refund once that is settled.',
  },
  25: {
    name: 'Goodwill and restocking',
    taxNote: 'A concession reduces the price; a restocking fee may be a supply of its own.',
  },
  30: { name: 'Referral fees', taxNote: FEE_TAX_NOTE },
  31: { name: 'Refund administration fee', taxNote: FEE_TAX_NOTE },
  32: { name: 'Shipping and gift-wrap chargebacks', taxNote: FEE_TAX_NOTE },
  33: { name: 'Digital services, regulatory and programme fees', taxNote: FEE_TAX_NOTE },
  34: { name: 'Subscription and account fees', taxNote: FEE_TAX_NOTE },
  35: { name: 'Sales-tax service fee', taxNote: FEE_TAX_NOTE },
  40: { name: 'FBA fulfilment', taxNote: FEE_TAX_NOTE },
  41: { name: 'FBA storage', taxNote: FEE_TAX_NOTE },
  42: { name: 'FBA aged and long-term storage', taxNote: FEE_TAX_NOTE },
  43: { name: 'FBA inbound', taxNote: FEE_TAX_NOTE },
  44: { name: 'FBA removal and disposal', taxNote: FEE_TAX_NOTE },
  45: { name: 'FBA customer returns', taxNote: FEE_TAX_NOTE },
  46: { name: 'Multi-channel fulfilment', taxNote: FEE_TAX_NOTE },
  50: {
    name: 'Advertising',
    taxNote: 'The file shows one total per charge: input tax comes from the advertising invoice.',
  },
  51: { name: 'Coupons, deals, Vine', taxNote: FEE_TAX_NOTE },
  52: { name: 'Affordability expense', taxNote: 'India. The GST share of it is a row of its own in group 89.' },
  60: { name: 'Shipping labels', taxNote: FEE_TAX_NOTE },
  70: { name: 'FBA inventory reimbursements', taxNote: RECOVERY_NOTE },
  71: { name: 'Reimbursement clawbacks', taxNote: 'Undoes group 70: use the same tax code.' },
  72: { name: 'SAFE-T and carrier reimbursements', taxNote: RECOVERY_NOTE },
  73: { name: 'Liquidations', taxNote: 'A sale of stock: tax collected on it is a row of its own in group 80.' },
  74: { name: 'Liquidation fees', taxNote: FEE_TAX_NOTE },
  75: { name: 'Grade and resell', taxNote: FEE_TAX_NOTE },
  80: {
    name: 'Sales tax collected',
    taxNote: 'A liability. Where Amazon remits the tax, group 81 cancels it on the same account.',
  },
  81: {
    name: 'Marketplace facilitator tax withheld',
    taxNote: 'Amazon remits this tax itself. It must cancel group 80, less the tax share of promotions.',
  },
  82: { name: 'Tax collected or deducted at source (India)', taxNote: 'A tax receivable of the seller, not a cost.' },
  83: { name: 'Income-tax withholding', taxNote: 'A prepayment of income tax.' },
  84: {
    name: 'Retrocharges',
    taxNote: 'A later correction of tax on an order or refund: same liability account as groups 80 and 81.',
  },
  85: {
    name: 'Commingling tax',
    taxNote: 'Input or output tax on stock exchanged with other sellers; needs Amazon’s document as evidence.',
  },
  89: { name: 'Tax on Amazon fees', taxNote: 'Input tax. Deductible only with Amazon’s fee invoice as evidence.' },
  90: {
    name: 'Amazon loan',
    taxNote: 'The file does not separate interest: split it by the loan’s schedule. No value added tax.',
  },
  91: { name: 'Reserve', taxNote: NO_TAX_NOTE },
  92: { name: 'Opening debt', taxNote: NO_TAX_NOTE },
  93: { name: 'Card charge for debt', taxNote: NO_TAX_NOTE },
  94: { name: 'Transfers', taxNote: NO_TAX_NOTE },
  95: { name: 'Direct payments', taxNote: NO_TAX_NOTE },
  96: {
    name: 'Balance adjustments (suspense)',
    taxNote: 'Unclear until a person has looked: clear the suspense account with the right tax code.',
  },
  97: { name: 'Rental and trial', taxNote: 'Sales follow group 10 and fees follow group 30 for tax.' },
} as const satisfies Readonly<Record<number, LineGroupFacts>>;

/** Number of a group that can be booked. */
export type LineGroup = keyof typeof LINE_GROUPS;
