export * from './account-table.ts';
export { mayBeCustomerLine } from './account-table-customer.ts';
export {
  channelOf,
  type DimensionRule,
  FULFILMENT_CHANNELS,
  type FulfilmentChannel,
  NO_DIMENSIONS,
  type RowDimensions,
  type RowPlace,
} from './account-table-dimensions.ts';
export type { SectionShape, TableIssue } from './account-table-rows.ts';
export {
  listTableUses,
  type TablePlace,
  type TableUse,
  type TableUses,
  type TableValue,
} from './account-table-uses.ts';
export { listTableWarnings, type TableWarning } from './account-table-warnings.ts';
export { type AccrualLineSources, isBookedByOrders } from './accrual-line-sources.ts';
export * from './accrue.ts';
export * from './accrue-orders.ts';
export {
  NO_BUCKET,
  PERIOD_SLOTS_MAX,
  type SettlementBucket,
  SettlementBuckets,
  type SettlementSums,
} from './buckets.ts';
export {
  FINANCE_VOCABULARY,
  type FinanceVocabularyBlock,
  isMultiChannelOrder,
  recogniseFinanceAmount,
} from './finance-vocabulary.ts';
export { foldedTriple } from './fold-words.ts';
export * from './line-group.ts';
export * from './line-kind.ts';
export { type LineMeanings, OWN_MEANINGS } from './line-meanings.ts';
export * from './marketplace.ts';
export { didYouMean, nearestNames } from './nearest-names.ts';
export { type KindSuggestion, sayWords, suggestKinds } from './nearest-triples.ts';
export { isAccruedKind, ORDER_EVENT_TYPES, paysOrder } from './order-kinds.ts';
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
export type { PlacedBucket } from './propose-rows.ts';
export { ACCOUNT_TABLE_BYTES_MAX, BALANCE_PURPOSES, listTableIssues, readAccountTable } from './read-account-table.ts';
export type { RecogniseContext } from './recognise.ts';
export { OrderRows, proveOrdersCleared, type SettledOrder } from './settled-orders.ts';
export * from './settlement.ts';
export { NO_SKU_MATCH, type SkuMatch } from './sku-pattern.ts';
export { assignedRow } from './table-assign.ts';
export {
  columnsOf,
  readTableContent,
  sayRow,
  type TableCells,
  type TableContent,
  tableSections,
} from './table-content.ts';
export { dateChanges } from './table-dated.ts';
export { type ColumnChange, diffTables, type RowChange, sayRowChange } from './table-diff.ts';
export { editTable, withRows } from './table-edit.ts';
export { printTable, printTableRow } from './table-print.ts';
export {
  flatColumns,
  letterOf,
  type RawCell,
  type RawSheet,
  type RawValue,
  readFlatSheet,
  readSheets,
  SECTION_COLUMN,
  type SheetIssue,
  type SheetReading,
} from './table-sheets.ts';
export type { FacilitatorTax, OrderTaxResidual } from './tax-orders.ts';
export { RESIDUAL_MOVED } from './tax-residual.ts';
export { VOCABULARY, type VocabularyBlock } from './vocabulary.ts';
