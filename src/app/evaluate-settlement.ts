import {
  type AccountTable,
  type OrderRows,
  type Proposal,
  proposeEntries,
  type SettlementBucket,
  SettlementBuckets,
  type SettlementReading,
  type SettlementSource,
  type SettlementVisitor,
} from '../mapping/index.ts';
import type { ClosedMonths, OrderRun, SettlementRows } from './ports.ts';

/** Reads one settlement file from start to end; the Amazon adapter provides it. */
export type SettlementReader = (source: SettlementSource, visitor: SettlementVisitor) => Promise<SettlementReading>;

export interface SettlementEvaluation {
  readonly reading: SettlementReading;
  readonly proposal: Proposal;
  readonly rows: SettlementRows;
  /** Rows that are booked alike, by the numbers that `rows` and the proposal name them by. */
  readonly buckets: readonly SettlementBucket[];
  /** The one its posting keys were made with. */
  readonly revision: number;
  /** Months that were closed when it was worked out; absent while none was. */
  readonly closedThrough?: ClosedMonths;
}

export interface EvaluateInput {
  readonly source: SettlementSource;
  readonly readSettlement: SettlementReader;
  readonly table: AccountTable;
  /** Part of every posting key. */
  readonly sellerAccount: string;
  /** Part of every posting key; 0 unless approved entries of this settlement were withdrawn. */
  readonly revision?: number;
  /** Months that take no more entries; absent while none is closed. */
  readonly closedThrough?: ClosedMonths | undefined;
  /** Also collect which rows each order has, for drill-down; memory then grows with the number of orders. */
  readonly withOrderRuns: boolean;
  /** Tells which orders were accrued, so that their rows clear the receivable; absent in the settlement model. */
  readonly orders?: OrderRows | undefined;
  /** Called now and then with the number of rows read so far. */
  readonly onRows?: (count: number) => void;
}

const PROGRESS_EVERY_ROWS = 50_000;

/**
 * Reads a settlement and works out what it comes to in the books, without a database and without a network: the same
 * for `preview`, for a sync and for the audit that repeats it years later. Raises the reader's `invalid` problems;
 * unknown kinds and failed proofs are in the proposal, not raised.
 */
export async function evaluateSettlement(input: EvaluateInput): Promise<SettlementEvaluation> {
  const runs: OrderRun[] = [];
  const buckets = new SettlementBuckets(input.table, {
    file: input.source.name,
    orders: input.orders,
    ...(input.withOrderRuns && { onRun: (run) => runs.push(run) }),
  });
  let lines = 0;
  const reading = await input.readSettlement(input.source, {
    header: (header, tables, format) => buckets.header(header, tables, format),
    line: (line) => {
      buckets.line(line);
      lines += 1;
      if (lines % PROGRESS_EVERY_ROWS === 0) input.onRows?.(lines);
    },
  });
  input.onRows?.(lines);
  const { revision = 0, closedThrough } = input;
  const proposal = proposeEntries({
    header: reading.header,
    tables: reading.tables,
    buckets,
    table: input.table,
    sellerAccount: input.sellerAccount,
    revision,
    closedThrough: closedThrough && ((companyCode) => closedThrough[companyCode] ?? null),
  });
  return {
    reading,
    proposal,
    revision,
    ...(closedThrough && { closedThrough }),
    rows: { bucketOfRow: buckets.bucketOfRow(), runs },
    buckets: buckets.buckets(),
  };
}
