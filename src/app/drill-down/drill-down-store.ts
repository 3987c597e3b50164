import type { AccrualKey, EntryId, SettlementKey } from '../ports.ts';

/** A document in SAP as somebody wrote it down: the number in the forms it may be stored in, the rest as far as it is known. */
export interface DocumentName {
  readonly numbers: readonly string[];
  readonly companyCode: string | null;
  readonly fiscalYear: string | null;
}

/** What a drill-down needs besides the records. Rows are recorded while a settlement is proposed, and only then. */
export interface DrillDownStore {
  /** Index: physical row. Value: bucket number, or 0xffff_ffff. Empty while the settlement has no proposal. */
  bucketColumn(key: SettlementKey): Promise<Uint32Array>;
  /** Which proposed settlements have rows of one of these orders; reads at most one block of runs of each. */
  findSettlementsOfOrders(orderIds: readonly string[]): Promise<readonly SettlementKey[]>;
  /** Accruals of the orders model, also withdrawn ones, that one of these orders was booked by. */
  findAccrualsOfOrders(orderIds: readonly string[]): Promise<readonly AccrualKey[]>;
  /** Entries with this document in SAP, or reversed by it. */
  findEntriesOfDocument(name: DocumentName): Promise<readonly EntryId[]>;
}
