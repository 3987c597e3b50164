import type { EpochSeconds } from '../../core/index.ts';
import type { SettlementReading, SettlementSource } from '../../mapping/index.ts';

/**
 * One detail row of a settlement file as it can be compared with a row of another file of the same settlement: what the
 * program reads of it as values, so that another way of writing dates or amounts is no difference, and every other column
 * as it is written.
 */
export interface ComparableRow {
  /** Physical row in its file; the column header is row 1. */
  readonly row: number;
  readonly transactionType: string;
  readonly amountType: string;
  readonly amountDescription: string;
  readonly marketplace: string;
  readonly channel: string;
  readonly orderId: string;
  readonly sku: string;
  readonly postedAt: EpochSeconds;
  /** Minor units of the settlement's currency in Amazon's sign. */
  readonly amountMinor: bigint;
  /** Every other column that says something, by its name in the file, in the order of these names. */
  readonly others: readonly (readonly [column: string, text: string])[];
}

/** Reads a settlement file to its end and hands out each of its detail rows; the Amazon adapter provides it. */
export type ComparableReader = (
  source: SettlementSource,
  visit: (row: ComparableRow) => void,
) => Promise<SettlementReading>;
