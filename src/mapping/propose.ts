import { assert } from '../core/index.ts';
import { entriesDigest } from '../ledger/index.ts';
import type { AccountTable } from './account-table.ts';
import type { SettlementSums } from './buckets.ts';
import {
  proveEntriesBalance,
  proveEntriesEqualSettlement,
  proveEveryRowBookedOnce,
  proveRowsEqualTotal,
} from './proofs.ts';
import type { Proposal } from './proposal.ts';
import type { ClosedThrough } from './propose-calendar.ts';
import { draftEntries } from './propose-entries.ts';
import { marketplaceFinder } from './propose-home.ts';
import { payoutUndecided, placeBuckets } from './propose-rows.ts';
import { proveOrdersCleared } from './settled-orders.ts';
import type { SettlementHeader, SettlementTables } from './settlement.ts';
import { placeResiduals, proveFacilitatorTax, taxResidualItem } from './tax-residual.ts';

/** A settlement that was read to its end, and what decides how it is booked. */
export interface ProposeInput {
  readonly header: SettlementHeader;
  readonly tables: SettlementTables;
  /** The rows, added up by `SettlementBuckets` with the same account table. */
  readonly buckets: SettlementSums;
  readonly table: AccountTable;
  /** Part of every posting key. */
  readonly sellerAccount: string;
  /** 0 for the first booking; a correction after a reversal raises it. */
  readonly revision?: number;
  /** Months that take no more entries, by company code: their rows go to the first open month after them. */
  readonly closedThrough?: ClosedThrough | undefined;
}

/**
 * What a settlement comes to in the books. Pure: the same rows, table and seller account give the same entries, posting
 * keys and digest, whatever the order of the rows. Raises nothing: what is not known or does not prove is in the
 * proposal, which then has no entries and no digest, because nothing of a settlement is booked unless all of it is.
 *
 * Dates: a row belongs to the month of its posting time in its company's time zone, but never outside the settlement's
 * period, whose months are those of the company code that is paid out. An entry is dated the last day of its month, in the final month the day on which the settlement ends.
 * Rows of a closed month go to the first open one; where the settlement ended before it, the entry is dated its first day.
 */
export function proposeEntries(input: ProposeInput): Proposal {
  const { header, tables, table, buckets: sums, closedThrough } = input;
  const rowsEqualTotal = proveRowsEqualTotal(header, sums);
  const marketplaces = marketplaceFinder({ tables, sums, table, currency: header.currency });
  const { placed, quarantine: ofRows } = placeBuckets({ header, tables, sums, table, marketplaces, closedThrough });
  const { undecided } = marketplaces;
  const quarantine = undecided.length > 0 ? [payoutUndecided(header, undecided), ...ofRows] : ofRows;
  if (quarantine.length > 0 || !rowsEqualTotal.ok) {
    return { entries: [], proofs: [rowsEqualTotal], quarantine, placed, digest: null };
  }

  const { home } = marketplaces;
  if (!home) {
    assert(placed.length === 0, 'rows were placed although nothing says where the settlement belongs');
    return { entries: [], proofs: [rowsEqualTotal], quarantine: [], placed, digest: entriesDigest([]) };
  }
  const tax = sums.facilitatorTax();
  const { entries, missing, isResidualMissing } = draftEntries({
    header,
    table,
    placed,
    home,
    marketplaces,
    residuals: placeResiduals(tax, placed),
    sellerAccount: input.sellerAccount,
    revision: input.revision ?? 0,
    closedThrough,
  });
  if (isResidualMissing) missing.push(taxResidualItem(header, tax));
  if (missing.length > 0) {
    const proofs = [rowsEqualTotal, ...proveFacilitatorTax(header, tax, [])];
    return { entries: [], proofs, quarantine: missing, placed, digest: null };
  }

  const orders = sums.orders?.settled(header, marketplaces);
  const proofs = [
    rowsEqualTotal,
    proveEntriesBalance(header, entries),
    proveEntriesEqualSettlement(header, entries),
    proveEveryRowBookedOnce(sums, entries),
    ...proveFacilitatorTax(header, tax, entries),
    ...(orders ? [proveOrdersCleared(header, orders, entries)] : []),
  ];
  if (proofs.some((proof) => !proof.ok)) return { entries: [], proofs, quarantine: [], placed, digest: null };
  return { entries, proofs, quarantine: [], placed, digest: entriesDigest(entries), ...(orders && { orders }) };
}
