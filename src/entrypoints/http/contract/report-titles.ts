/** Titles of the reports that can be asked for, by name: of the service, and of the page that lets choose one. */
export const REPORT_TITLES = {
  settlement: 'Settlement statement',
  journal: 'Journal',
  fees: 'Fees of Amazon',
  sales: 'Sales, refunds and promotions',
  profit: 'Sales and fees together',
  'order-receivable': 'What accrued orders owe',
  close: 'Close pack',
  'month-check': 'Profit and loss of a month',
  'cut-off': 'Cut-off',
  continuity: 'Continuity of settlements',
  payouts: 'Payouts and bank',
  ledgers: 'Balances with Amazon',
  orders: 'Orders, events and settlements',
  summaries: 'Amazon’s summaries',
  month: 'Reconciliation of a month',
} as const;

export type ReportName = keyof typeof REPORT_TITLES;
