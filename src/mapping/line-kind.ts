import type { LineGroup } from './line-group.ts';

/**
 * What a row of a settlement is to an accountant.
 * `revenue` and `contra-revenue` make net sales; `expense` is Amazon's cost; `other-income` is compensation and
 * proceeds outside sales; `tax` is owed to or claimed from an authority; `balance-sheet` never touches profit or loss.
 */
export type LineNature = 'revenue' | 'contra-revenue' | 'expense' | 'other-income' | 'tax' | 'balance-sheet';

export interface LineKindFacts {
  readonly group: LineGroup;
  /** Short name for lists and line texts, at most 40 characters. */
  readonly title: string;
  readonly nature: LineNature;
  /** The side it normally takes in the ledger. The row's own sign decides each booking; this never does. */
  readonly side: 'debit' | 'credit' | 'either';
  /** One sentence for an accountant. */
  readonly meaning: string;
}

/**
 * Every meaning a settlement row can have. Which rows have it is said in `vocabulary.ts`; which account it goes to is
 * said in the account table. A row without a kind is never booked: it stops its settlement.
 *
 * Amounts are booked gross: a fee given back is the same kind with the opposite sign, a refund of a price is not.
 */
// biome-ignore format: a table is read by its rows.
export const LINE_KINDS = {
  // Sales
  'product-sale': { group: 10, title: 'Product sales', nature: 'revenue', side: 'credit',
    meaning: 'Price of goods charged to the buyer.' },
  'ebt-tender': { group: 10, title: 'Paid by EBT card', nature: 'balance-sheet', side: 'credit',
    meaning: 'Part of a price that the buyer paid by benefit card: a split of the tender, not more revenue.' },
  'shipping-income': { group: 11, title: 'Shipping income', nature: 'revenue', side: 'credit',
    meaning: 'Shipping charged to the buyer.' },
  'gift-wrap-income': { group: 12, title: 'Gift-wrap income', nature: 'revenue', side: 'credit',
    meaning: 'Gift wrap charged to the buyer.' },
  'promotion-product': { group: 13, title: 'Promotions on products', nature: 'contra-revenue', side: 'debit',
    meaning: 'Discount on the price of goods, borne by the seller.' },
  'promotion-shipping': { group: 13, title: 'Promotions on shipping', nature: 'contra-revenue', side: 'debit',
    meaning: 'Discount on shipping, for example free delivery, borne by the seller.' },
  'promotion-gift-wrap': { group: 13, title: 'Promotions on gift wrap', nature: 'contra-revenue', side: 'debit',
    meaning: 'Discount on gift wrap, borne by the seller.' },
  'promotion-tax': { group: 13, title: 'Tax share of promotions', nature: 'tax', side: 'debit',
    meaning: 'Tax that was not collected because of a discount: reduces the tax collected, not revenue.' },
  'points-cost': { group: 13, title: 'Amazon Points granted', nature: 'contra-revenue', side: 'debit',
    meaning: 'Loyalty points granted to the buyer at the seller’s cost (Japan).' },
  'cod-charge': { group: 14, title: 'Cash-on-delivery charges', nature: 'revenue', side: 'credit',
    meaning: 'Charge to the buyer for paying on delivery.' },
  'cod-charge-refund': { group: 14, title: 'Cash-on-delivery charges refunded', nature: 'contra-revenue', side: 'debit',
    meaning: 'Charge for paying on delivery, given back to the buyer.' },
  'payment-fee': { group: 14, title: 'Payment-method fees', nature: 'expense', side: 'debit',
    meaning: 'Amazon’s fee for a payment method, for collecting on delivery or for paying out faster.' },
  'export-charge': { group: 15, title: 'Export charges', nature: 'balance-sheet', side: 'credit',
    meaning: 'Duty and import charges collected from the buyer to be passed on.' },

  // Money given back to buyers
  'product-refund': { group: 20, title: 'Product refunds', nature: 'contra-revenue', side: 'debit',
    meaning: 'Price of goods given back to the buyer.' },
  'shipping-refund': { group: 21, title: 'Shipping refunds', nature: 'contra-revenue', side: 'debit',
    meaning: 'Shipping given back to the buyer.' },
  'gift-wrap-refund': { group: 21, title: 'Gift-wrap refunds', nature: 'contra-revenue', side: 'debit',
    meaning: 'Gift wrap given back to the buyer.' },
  'return-shipping': { group: 21, title: 'Return shipping', nature: 'contra-revenue', side: 'debit',
    meaning: 'Cost of sending goods back that is paid to, or kept from, the buyer.' },
  'promotion-product-reversal': { group: 22, title: 'Product promotions taken back', nature: 'contra-revenue', side: 'credit',
    meaning: 'Discount on goods that a refund undoes.' },
  'promotion-shipping-reversal': { group: 22, title: 'Shipping promotions taken back', nature: 'contra-revenue', side: 'credit',
    meaning: 'Discount on shipping that a refund undoes.' },
  'promotion-gift-wrap-reversal': { group: 22, title: 'Gift-wrap promotions taken back', nature: 'contra-revenue', side: 'credit',
    meaning: 'Discount on gift wrap that a refund undoes.' },
  'promotion-tax-reversal': { group: 22, title: 'Tax share of promotions taken back', nature: 'tax', side: 'credit',
    meaning: 'Tax share of a discount that a refund undoes.' },
  'points-returned': { group: 22, title: 'Amazon Points returned', nature: 'contra-revenue', side: 'credit',
    meaning: 'Loyalty points that come back with a refund (Japan).' },
  'chargeback-product': { group: 23, title: 'Chargebacks – product', nature: 'contra-revenue', side: 'debit',
    meaning: 'Price of goods that the buyer’s bank took back.' },
  'chargeback-shipping': { group: 23, title: 'Chargebacks – shipping and gift wrap', nature: 'contra-revenue', side: 'debit',
    meaning: 'Shipping, gift wrap or return shipping taken back by the buyer’s bank.' },
  'chargeback-goodwill': { group: 23, title: 'Chargebacks – goodwill', nature: 'contra-revenue', side: 'debit',
    meaning: 'Concession or deduction booked together with a chargeback.' },
  'claim-product': { group: 24, title: 'A-to-z claims – product', nature: 'contra-revenue', side: 'debit',
    meaning: 'Price of goods paid back under Amazon’s A-to-z guarantee.' },
  'claim-shipping': { group: 24, title: 'A-to-z claims – shipping and gift wrap', nature: 'contra-revenue', side: 'debit',
    meaning: 'Shipping, gift wrap or return shipping paid back under the A-to-z guarantee.' },
  'claim-goodwill': { group: 24, title: 'A-to-z claims – goodwill', nature: 'contra-revenue', side: 'debit',
    meaning: 'Concession or deduction booked together with an A-to-z claim.' },
  'claim-recovery': { group: 24, title: 'A-to-z claims recovered', nature: 'contra-revenue', side: 'credit',
    meaning: 'A claim that Amazon gives back to the seller.' },
  'refund-goodwill': { group: 25, title: 'Goodwill to buyers', nature: 'contra-revenue', side: 'debit',
    meaning: 'Concession paid to the buyer on top of the refund.' },
  'restocking-fee': { group: 25, title: 'Restocking fees', nature: 'other-income', side: 'credit',
    meaning: 'Part of the price kept because goods came back used, late or incomplete.' },
  'refund-deduction': { group: 25, title: 'Deductions from refunds', nature: 'contra-revenue', side: 'debit',
    meaning: 'General deduction that Amazon books with a refund.' },
  'points-adjustment': { group: 25, title: 'Amazon Points adjusted', nature: 'contra-revenue', side: 'debit',
    meaning: 'Loyalty points corrected within a refund (Japan).' },
  'buyer-recharge': { group: 25, title: 'Buyers charged again', nature: 'contra-revenue', side: 'credit',
    meaning: 'Buyer charged again after a refund, for example because the goods did not come back.' },
  'merchant-bad-debt': { group: 25, title: 'Bad debt', nature: 'expense', side: 'debit',
    meaning: 'Amount that Amazon writes off against the seller.' },

  // Selling fees
  'referral-fee': { group: 30, title: 'Referral fees', nature: 'expense', side: 'debit',
    meaning: 'Amazon’s commission on a sale; given back, less an administration fee, on a refund.' },
  'closing-fee': { group: 30, title: 'Closing fees', nature: 'expense', side: 'debit',
    meaning: 'Fixed or variable fee per item sold, for media and in India.' },
  'transaction-fee': { group: 30, title: 'Transaction fees', nature: 'expense', side: 'debit',
    meaning: 'Other fee per sale.' },
  'refund-administration-fee': { group: 31, title: 'Refund administration fees', nature: 'expense', side: 'debit',
    meaning: 'Part of the commission that Amazon keeps when a sale is refunded.' },
  'shipping-chargeback': { group: 32, title: 'Shipping chargebacks', nature: 'expense', side: 'debit',
    meaning: 'Shipping charged to the buyer that Amazon keeps because it shipped. Not a bank chargeback.' },
  'gift-wrap-chargeback': { group: 32, title: 'Gift-wrap chargebacks', nature: 'expense', side: 'debit',
    meaning: 'Gift wrap charged to the buyer that Amazon keeps because it wrapped.' },
  'shipping-holdback': { group: 32, title: 'Shipping holdback', nature: 'expense', side: 'debit',
    meaning: 'Commission on shipping charged to the buyer.' },
  'digital-services-fee': { group: 33, title: 'Digital services fees', nature: 'expense', side: 'debit',
    meaning: 'Surcharge on fees by which Amazon passes on digital services taxes.' },
  'regulatory-fee': { group: 33, title: 'Regulatory fees', nature: 'expense', side: 'debit',
    meaning: 'Fee charged to the seller because of a rule of a state or country.' },
  'epr-fee': { group: 33, title: 'Producer responsibility fees', nature: 'expense', side: 'debit',
    meaning: 'Contribution for packaging or waste that Amazon pays on the seller’s behalf, and its service fee.' },
  'programme-fee': { group: 33, title: 'Programme fees', nature: 'expense', side: 'debit',
    meaning: 'Fee of a selling programme: Renewed, Exclusives, technology fee in India.' },
  'subscription-fee': { group: 34, title: 'Subscription', nature: 'expense', side: 'debit',
    meaning: 'Monthly fee of the selling plan.' },
  'account-service-fee': { group: 34, title: 'Account services', nature: 'expense', side: 'debit',
    meaning: 'Fee for a service to the account: listings in high volume, product photos, paid services.' },
  'capacity-reservation-fee': { group: 34, title: 'Capacity reservation', nature: 'expense', side: 'debit',
    meaning: 'Fee for reserving storage space, less the credits earned by using it.' },
  'fee-adjustment': { group: 34, title: 'Fee adjustments', nature: 'expense', side: 'either',
    meaning: 'Correction of a fee that the row does not name.' },
  'tax-calculation-fee': { group: 35, title: 'Tax calculation fees', nature: 'expense', side: 'debit',
    meaning: 'Fee for calculating and collecting sales tax.' },

  // Fulfilment by Amazon
  'fba-fulfilment-fee': { group: 40, title: 'FBA fulfilment', nature: 'expense', side: 'debit',
    meaning: 'Picking, packing and shipping an order from Amazon’s stock.' },
  'low-inventory-fee': { group: 40, title: 'FBA low-inventory-level fees', nature: 'expense', side: 'debit',
    meaning: 'Surcharge for holding little stock compared with demand.' },
  'remote-fulfilment-credit': { group: 40, title: 'Remote fulfilment credit', nature: 'expense', side: 'either',
    meaning: 'Credit, or its correction, for orders shipped to another country.' },
  'fba-storage-fee': { group: 41, title: 'FBA storage', nature: 'expense', side: 'debit',
    meaning: 'Monthly storage; charged in the month after the month of service.' },
  'awd-storage-fee': { group: 41, title: 'AWD storage', nature: 'expense', side: 'debit',
    meaning: 'Storage in Amazon Warehousing and Distribution.' },
  'fba-aged-storage-fee': { group: 42, title: 'FBA aged inventory', nature: 'expense', side: 'debit',
    meaning: 'Surcharge for stock that has been stored for long.' },
  'inbound-transport-fee': { group: 43, title: 'FBA inbound transport', nature: 'expense', side: 'debit',
    meaning: 'Freight into Amazon’s warehouses with a carrier arranged by Amazon.' },
  'inbound-placement-fee': { group: 43, title: 'FBA inbound placement', nature: 'expense', side: 'debit',
    meaning: 'Fee for spreading stock over warehouses.' },
  'inbound-defect-fee': { group: 43, title: 'FBA inbound defects', nature: 'expense', side: 'debit',
    meaning: 'Fee for shipments that did not arrive as announced.' },
  'prep-fee': { group: 43, title: 'FBA preparation', nature: 'expense', side: 'debit',
    meaning: 'Labelling, bagging, taping, manual processing and other preparation of stock.' },
  'awd-processing-fee': { group: 43, title: 'AWD processing', nature: 'expense', side: 'debit',
    meaning: 'Handling in Amazon Warehousing and Distribution.' },
  'awd-transport-fee': { group: 43, title: 'AWD transport', nature: 'expense', side: 'debit',
    meaning: 'Transport from Amazon Warehousing and Distribution to FBA.' },
  'removal-fee': { group: 44, title: 'FBA removals', nature: 'expense', side: 'debit',
    meaning: 'Sending stock back to the seller.' },
  'disposal-fee': { group: 44, title: 'FBA disposals', nature: 'expense', side: 'debit',
    meaning: 'Destroying or recycling stock.' },
  'fba-returns-fee': { group: 45, title: 'FBA customer returns', nature: 'expense', side: 'debit',
    meaning: 'Processing goods that buyers send back.' },
  'mcf-fulfilment-fee': { group: 46, title: 'Multi-channel fulfilment', nature: 'expense', side: 'debit',
    meaning: 'Fulfilment of an order from another sales channel: a cost of that channel.' },
  'mcf-credit': { group: 46, title: 'Multi-channel fulfilment credit', nature: 'expense', side: 'credit',
    meaning: 'Credit on the price of multi-channel fulfilment.' },
  'mcf-order-value': { group: 46, title: 'Multi-channel order value', nature: 'balance-sheet', side: 'credit',
    meaning: 'Value of an order from another channel, usually 0.00: never a sale on Amazon, so it goes to clearing.' },

  // Advertising, programmes, shipping labels
  'advertising': { group: 50, title: 'Advertising', nature: 'expense', side: 'debit',
    meaning: 'Advertising deducted from proceeds; advertising paid by card never reaches the settlement.' },
  'advertising-refund': { group: 50, title: 'Advertising refunds', nature: 'expense', side: 'credit',
    meaning: 'Advertising given back.' },
  'coupon-fee': { group: 51, title: 'Coupon fees', nature: 'expense', side: 'debit',
    meaning: 'Fee for running a coupon or for each redemption.' },
  'deal-fee': { group: 51, title: 'Deal fees', nature: 'expense', side: 'debit',
    meaning: 'Fee for a lightning deal or another promotion event.' },
  'vine-fee': { group: 51, title: 'Vine and review fees', nature: 'expense', side: 'debit',
    meaning: 'Enrolment in a review programme.' },
  'seller-reward': { group: 51, title: 'Seller rewards', nature: 'other-income', side: 'credit',
    meaning: 'Reward that Amazon pays for taking part in a programme.' },
  'affordability-expense': { group: 52, title: 'Affordability expense', nature: 'contra-revenue', side: 'debit',
    meaning: 'Share of an instalment offer that the seller bears (India).' },
  'shipping-label-fee': { group: 60, title: 'Shipping labels', nature: 'expense', side: 'debit',
    meaning: 'Postage bought through Amazon for own shipments and returns.' },
  'shipping-label-refund': { group: 60, title: 'Shipping labels refunded', nature: 'expense', side: 'credit',
    meaning: 'Postage given back for labels not used.' },
  'easy-ship-fee': { group: 60, title: 'Easy Ship', nature: 'expense', side: 'debit',
    meaning: 'Pick-up and delivery by Amazon of own stock (India).' },

  // Compensation and proceeds
  'inventory-reimbursement': { group: 70, title: 'FBA inventory reimbursements', nature: 'other-income', side: 'credit',
    meaning: 'Compensation for stock lost or damaged in a warehouse, on the way in, or on the way back.' },
  'customer-return-reimbursement': { group: 70, title: 'FBA return reimbursements', nature: 'other-income', side: 'credit',
    meaning: 'Compensation because a refunded buyer did not send the goods back, or sent them back wrong or damaged.' },
  'mcf-reimbursement': { group: 70, title: 'Multi-channel reimbursements', nature: 'other-income', side: 'credit',
    meaning: 'Compensation for a multi-channel order that was lost, damaged or late.' },
  'fee-reimbursement': { group: 70, title: 'Fee reimbursements', nature: 'other-income', side: 'credit',
    meaning: 'Fee charged wrongly that Amazon pays back as a reimbursement.' },
  'other-reimbursement': { group: 70, title: 'Other reimbursements', nature: 'other-income', side: 'credit',
    meaning: 'Compensation for an error of customer service, after a new assessment, or for a refund.' },
  'reimbursement-clawback': { group: 71, title: 'Reimbursements taken back', nature: 'other-income', side: 'debit',
    meaning: 'Reimbursement that Amazon takes back, for example because the stock was found.' },
  'safe-t-reimbursement': { group: 72, title: 'SAFE-T reimbursements', nature: 'other-income', side: 'credit',
    meaning: 'Compensation on a claim against a refund that Amazon granted for own shipments.' },
  'carrier-reimbursement': { group: 72, title: 'Carrier reimbursements', nature: 'other-income', side: 'credit',
    meaning: 'Compensation for packages that a carrier arranged by Amazon lost or damaged.' },
  'liquidation-proceeds': { group: 73, title: 'Liquidation proceeds', nature: 'other-income', side: 'credit',
    meaning: 'Recovery value of stock sold off in bulk.' },
  'liquidation-fee': { group: 74, title: 'Liquidation fees', nature: 'expense', side: 'debit',
    meaning: 'Brokerage on stock sold off in bulk.' },
  'grade-and-resell-fee': { group: 75, title: 'Grade and resell', nature: 'expense', side: 'debit',
    meaning: 'Grading returned goods and listing them as used.' },

  // Taxes
  'sales-tax-collected': { group: 80, title: 'Tax collected', nature: 'tax', side: 'credit',
    meaning: 'Tax on price, shipping or gift wrap charged to the buyer, or given back with a refund.' },
  'regulatory-fee-collected': { group: 80, title: 'Regulatory fees collected', nature: 'tax', side: 'credit',
    meaning: 'Fee of a state, for example on retail deliveries, charged to the buyer, to be passed on.' },
  'facilitator-tax-withheld': { group: 81, title: 'Facilitator tax withheld', nature: 'tax', side: 'debit',
    meaning: 'Sales tax that Amazon keeps and pays to the state itself.' },
  'facilitator-vat-withheld': { group: 81, title: 'Facilitator VAT withheld', nature: 'tax', side: 'debit',
    meaning: 'Value added tax that Amazon keeps and pays itself as deemed supplier.' },
  'low-value-goods-tax-withheld': { group: 81, title: 'Low-value goods tax withheld', nature: 'tax', side: 'debit',
    meaning: 'Tax on imported goods of low value that Amazon keeps and pays itself.' },
  'tcs-withheld': { group: 82, title: 'GST collected at source', nature: 'tax', side: 'debit',
    meaning: 'GST that Amazon collects at source for the seller’s credit (India, TCS).' },
  'tds-withheld': { group: 82, title: 'Income tax deducted at source', nature: 'tax', side: 'debit',
    meaning: 'Income tax that Amazon deducts at source for the seller’s credit (India, section 194-O).' },
  'income-tax-withheld': { group: 83, title: 'Income tax withheld', nature: 'tax', side: 'debit',
    meaning: 'Income tax that Amazon keeps back and pays for the seller.' },
  'retrocharge-tax': { group: 84, title: 'Retrocharged tax', nature: 'tax', side: 'either',
    meaning: 'Tax on an earlier order or refund, corrected later.' },
  'retrocharge-tax-withheld': { group: 84, title: 'Retrocharged tax withheld', nature: 'tax', side: 'either',
    meaning: 'Facilitator tax on an earlier order or refund, corrected later.' },
  'commingling-vat': { group: 85, title: 'Commingling VAT', nature: 'tax', side: 'either',
    meaning: 'Value added tax on stock that Amazon exchanged between sellers.' },
  'amazon-fee-tax': { group: 89, title: 'Tax on Amazon fees', nature: 'tax', side: 'debit',
    meaning: 'Value added tax or GST on any of Amazon’s fees.' },

  // Movements of the balance with Amazon: never profit or loss
  'amazon-loan': { group: 90, title: 'Amazon loan', nature: 'balance-sheet', side: 'either',
    meaning: 'Advance, repayment or refund of an Amazon loan; interest is not shown separately.' },
  'reserve-held': { group: 91, title: 'Reserve held', nature: 'balance-sheet', side: 'debit',
    meaning: 'Money that Amazon keeps back at the end of the period.' },
  'reserve-released': { group: 91, title: 'Reserve released', nature: 'balance-sheet', side: 'credit',
    meaning: 'Money kept back in the previous period, released at the start of this one.' },
  'opening-debt': { group: 92, title: 'Debt carried forward', nature: 'balance-sheet', side: 'debit',
    meaning: 'Negative total of the previous settlement, carried into this one.' },
  'card-charge': { group: 93, title: 'Card charged for debt', nature: 'balance-sheet', side: 'credit',
    meaning: 'The seller’s card or bank account paid a debt to Amazon.' },
  'card-charge-failed': { group: 93, title: 'Card charge failed', nature: 'balance-sheet', side: 'debit',
    meaning: 'A charge to the seller’s card did not go through.' },
  'micro-deposit': { group: 94, title: 'Bank account verification', nature: 'balance-sheet', side: 'either',
    meaning: 'A cent sent to, or taken from, a bank account to verify it.' },
  'payout-returned': { group: 94, title: 'Payout returned', nature: 'balance-sheet', side: 'credit',
    meaning: 'An earlier payout that did not reach the bank and is part of the balance again.' },
  'payout-in-file': { group: 94, title: 'Payout shown in the file', nature: 'balance-sheet', side: 'debit',
    meaning: 'A payout that the file lists as a row; normally the payout is the total and not a row.' },
  'gift-card-payout': { group: 94, title: 'Paid out to gift card', nature: 'balance-sheet', side: 'debit',
    meaning: 'Balance paid out as gift-card credit instead of money.' },
  'cross-marketplace-debt': { group: 94, title: 'Cross-marketplace settlement', nature: 'balance-sheet', side: 'either',
    meaning: 'Debt of one store set off against another store of the same seller: two legs in two settlements.' },
  'direct-payment': { group: 95, title: 'Direct payments', nature: 'balance-sheet', side: 'either',
    meaning: 'Tender that reached the seller another way: stored-value card, store credit card, cash on delivery.' },
  'balance-adjustment': { group: 96, title: 'Balance adjustments', nature: 'balance-sheet', side: 'either',
    meaning: 'Adjustment that Amazon does not explain: on suspense until a person has looked.' },

  // Rental and trial
  'trial-sale': { group: 97, title: 'Trial sales', nature: 'revenue', side: 'credit',
    meaning: 'Price of goods that a buyer kept after trying them.' },
  'rental-fee': { group: 97, title: 'Rental fees', nature: 'expense', side: 'debit',
    meaning: 'Amazon’s fee for renting out textbooks.' },
} as const satisfies Readonly<Record<string, LineKindFacts>>;

/** The closed classification of settlement rows. `undefined` in its place means unknown, and unknown stops. */
export type LineKind = keyof typeof LINE_KINDS;

/** Whether a text, for example from an account table, names a kind. */
export function isLineKind(text: string): text is LineKind {
  return Object.hasOwn(LINE_KINDS, text);
}

/** Facts of one kind: group, title, nature, usual side and meaning. */
export function lineKindFacts(kind: LineKind): LineKindFacts {
  return LINE_KINDS[kind];
}

/** Every kind, in the order of the table. */
export function lineKinds(): readonly LineKind[] {
  return Object.keys(LINE_KINDS) as LineKind[];
}
