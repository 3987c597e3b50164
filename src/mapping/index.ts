export * from './account-table.ts';
export { mayBeCustomerLine } from './account-table-customer.ts';
export {
  listTableUses,
  type TablePlace,
  type TableUse,
  type TableUses,
  type TableValue,
} from './account-table-uses.ts';
export * from './accrue.ts';
export {
  NO_BUCKET,
  PERIOD_SLOTS_MAX,
  type SettlementBucket,
  SettlementBuckets,
  type SettlementSums,
} from './buckets.ts';
export { FINANCE_VOCABULARY, type FinanceVocabularyBlock, recogniseFinanceAmount } from './finance-vocabulary.ts';
export * from './line-group.ts';
export * from './line-kind.ts';
export * from './marketplace.ts';
export type { OrderRunSink } from './order-runs.ts';
export {
  proveEntriesBalance,
  proveEntriesEqualSettlement,
  proveEveryRowBookedOnce,
  proveRowsEqualTotal,
} from './proofs.ts';
export * from './proposal.ts';
export * from './propose.ts';
export { type ClosedThrough, type PostingCalendar, postingCalendar } from './propose-calendar.ts';
export { ACCOUNT_TABLE_BYTES_MAX, readAccountTable } from './read-account-table.ts';
export { type RecogniseContext, recogniseLineKind } from './recognise.ts';
export * from './settlement.ts';
export { VOCABULARY, type VocabularyBlock } from './vocabulary.ts';
