import type { ComparableRow } from './comparable-row.ts';

/** A row of the first file and the row of the second that took its place. */
export interface RowPair {
  readonly before: ComparableRow;
  readonly after: ComparableRow;
}

type PairKey = (row: ComparableRow) => string | undefined;

const wordsOf = (row: ComparableRow) => [row.transactionType, row.amountType, row.amountDescription].join('\t');

/** From the closest likeness to the widest; `undefined`: such a row is not paired that way. */
const LIKENESSES: readonly PairKey[] = [
  (row) => [row.orderId, row.sku, wordsOf(row), row.marketplace, row.postedAt].join('\n'),
  (row) => [row.orderId, row.sku, wordsOf(row)].join('\n'),
  (row) => (row.orderId === '' ? undefined : [row.orderId, wordsOf(row), row.amountMinor].join('\n')),
  (row) => (row.orderId === '' ? undefined : [row.orderId, row.sku, row.postedAt, row.amountMinor].join('\n')),
];

/**
 * Pairs rows that are about the same: first of the same order, SKU, words, marketplace and time, then without marketplace and
 * time, then of the same order and amount with another SKU or with other words. Rows of the same likeness are paired in the
 * order of their files. What nothing is like stays alone.
 */
export function pairRows(
  before: readonly ComparableRow[],
  after: readonly ComparableRow[],
): { pairs: RowPair[]; onlyBefore: ComparableRow[]; onlyAfter: ComparableRow[] } {
  const pairs: RowPair[] = [];
  let onlyBefore = [...before];
  let onlyAfter = [...after];
  for (const likeness of LIKENESSES) {
    const waiting = groupBy(onlyAfter, likeness);
    const taken = new Set<ComparableRow>();
    onlyBefore = onlyBefore.filter((row) => {
      const key = likeness(row);
      const other = key === undefined ? undefined : waiting.get(key)?.shift();
      if (!other) return true;
      pairs.push({ before: row, after: other });
      taken.add(other);
      return false;
    });
    onlyAfter = onlyAfter.filter((row) => !taken.has(row));
  }
  pairs.sort((a, b) => a.before.row - b.before.row);
  return { pairs, onlyBefore, onlyAfter };
}

function groupBy(rows: readonly ComparableRow[], key: PairKey): Map<string, ComparableRow[]> {
  const groups = new Map<string, ComparableRow[]>();
  for (const row of rows) {
    const name = key(row);
    if (name === undefined) continue;
    const group = groups.get(name);
    if (group) group.push(row);
    else groups.set(name, [row]);
  }
  return groups;
}
