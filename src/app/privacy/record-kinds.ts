import type { KeptRecords } from './privacy-store.ts';

/** What a reader of a report is told of a kind of record. */
export interface RecordKindWords {
  readonly title: string;
  /** Tables of the database. */
  readonly where: string;
  /** Whom it says something about. */
  readonly about: 'nobody' | 'seller' | 'buyer' | 'buyer, by keyed fingerprints' | 'users of this program';
  readonly why: string;
}

export const RECORD_KINDS: Readonly<Record<KeptRecords['kind'], RecordKindWords>> = {
  secrets: { title: 'secrets', where: 'secret', about: 'seller', why: 'to log on at Amazon and SAP; encrypted' },
  buyers: {
    title: 'buyers',
    where: 'order_buyer',
    about: 'buyer',
    why: 'for invoices and customers in SAP; encrypted, gone 30 days after delivery at the latest',
  },
  'data-keys': {
    title: 'keys of secrets and buyers',
    where: 'data_key',
    about: 'nobody',
    why: 'without them no copy of either opens, in a backup neither once the vault key is another',
  },
  orders: { title: 'orders', where: 'amazon_order', about: 'nobody', why: 'a control of what is settled' },
  events: { title: 'financial events', where: 'finance_event', about: 'nobody', why: 'accruals and reconciliation' },
  summaries: { title: 'sums of settlements', where: 'finance_summary', about: 'nobody', why: 'a control' },
  balances: { title: 'balances at Amazon', where: 'amazon_balance', about: 'nobody', why: 'a control' },
  payouts: { title: 'payouts', where: 'payout', about: 'seller', why: 'to match the bank statement' },
  reimbursements: { title: 'reimbursements', where: 'fba_reimbursement', about: 'nobody', why: 'a control' },
  'tax-lines': {
    title: 'lines of tax reports',
    where: 'vat_line',
    about: 'nobody',
    why: 'what a tax return was made of',
  },
  unreadable: {
    title: 'records that could not be read',
    where: 'feed_unreadable',
    about: 'nobody',
    why: 'so that a newer program can read them',
  },
  'report-requests': { title: 'reports asked for', where: 'report_request', about: 'nobody', why: 'not to ask twice' },
  'unread-documents': {
    title: 'documents that are no settlement',
    where: 'report_document, report_listing',
    about: 'nobody',
    why: 'not to download them again',
  },
  'feed-positions': { title: 'positions of the feeds', where: 'feed_cursor', about: 'nobody', why: 'to go on reading' },
  'partner-prints': {
    title: 'fingerprints of partners',
    where: 'customer',
    about: 'buyer, by keyed fingerprints',
    why: 'to see what a person changed in SAP',
  },
  'feed-files': {
    title: 'files of orders, tax and other reports',
    where: 'evidence',
    about: 'nobody',
    why: 'what these records came from; columns about persons were blank before they were stored',
  },
  settlements: { title: 'settlements', where: 'settlement', about: 'seller', why: 'books: the law of book-keeping' },
  entries: {
    title: 'journal entries',
    where: 'entry, entry_line',
    about: 'seller',
    why: 'books: the law of book-keeping',
  },
  accruals: {
    title: 'accruals',
    where: 'accrual, accrued_order',
    about: 'seller',
    why: 'books: the law of book-keeping',
  },
  files: {
    title: 'files of settlements and accruals',
    where: 'evidence',
    about: 'seller',
    why: 'what the books rest on; they name no buyer',
  },
  'account-tables': {
    title: 'versions of the account table',
    where: 'mapping_version',
    about: 'users of this program',
    why: 'how the books were made',
  },
  customers: {
    title: 'key map of customers',
    where: 'customer',
    about: 'nobody',
    why: 'not to create a partner twice',
  },
  audit: {
    title: 'audit events about the connection',
    where: 'audit_event',
    about: 'users of this program',
    why: 'who did what: the law of book-keeping',
  },
};
