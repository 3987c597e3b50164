import { createHash } from 'node:crypto';
import { formatInstant } from '../../core/index.ts';
import type { SettlementReading, SettlementSource } from '../../mapping/index.ts';
import type { ComparableReader, ComparableRow } from './comparable-row.ts';
import { pairRows, type RowPair } from './pair-rows.ts';

/** Rows of each file that are kept to be shown; above that they are counted. */
const ROWS_KEPT_MAX = 10_000;

export interface RowTally {
  readonly count: number;
  /** Minor units in Amazon's sign. */
  readonly minor: bigint;
}

/** The rows of one meaning: the same three words, in one marketplace. */
export interface TripleTally {
  readonly transactionType: string;
  readonly amountType: string;
  readonly amountDescription: string;
  readonly marketplace: string;
  readonly before: RowTally;
  readonly after: RowTally;
}

/** Two files of one settlement, row against row. */
export interface RowComparison {
  readonly before: SettlementReading;
  readonly after: SettlementReading;
  /** Rows that stand in both, wherever in the file. */
  readonly sameCount: number;
  readonly changed: readonly RowPair[];
  /** Only in the first file, or only in the second. */
  readonly removed: readonly ComparableRow[];
  readonly added: readonly ComparableRow[];
  /** Rows that differ and are only counted, because there are too many to show. */
  readonly notShown: { readonly removed: number; readonly added: number };
  /** All rows of both files, the same ones too. */
  readonly tallies: readonly TripleTally[];
}

/**
 * Compares two files of one settlement as sets in which a row may stand more than once: where a row stands is no difference,
 * and of identical twins each counts. A row that is in one file only is paired with one of the other that is about the same.
 * Reads each file twice. Memory holds a digest of each distinct row of the larger file and the rows that differ, up to
 * 10,000 of each file. Raises the reader's problems.
 */
export async function compareRows(
  read: ComparableReader,
  files: { readonly before: SettlementSource; readonly after: SettlementSource },
): Promise<RowComparison> {
  const open = new Map<string, number>();
  const tallies = new TripleTallies();
  const count = (side: 'before' | 'after', step: 1 | -1) => (row: ComparableRow) => {
    const key = digestOf(row);
    const left = (open.get(key) ?? 0) + step;
    if (left === 0) open.delete(key);
    else open.set(key, left);
    tallies.add(side, row);
  };
  const before = await read(files.before, count('before', 1));
  const after = await read(files.after, count('after', -1));
  const removed = new OpenRows(open, 1);
  const added = new OpenRows(open, -1);
  if (open.size > 0) {
    await read(files.before, (row) => removed.see(row));
    await read(files.after, (row) => added.see(row));
  }
  const { pairs, onlyBefore, onlyAfter } = pairRows(removed.rows, added.rows);
  return {
    before,
    after,
    sameCount: before.lineCount - removed.rows.length - removed.notKept,
    changed: pairs,
    removed: onlyBefore,
    added: onlyAfter,
    notShown: { removed: removed.notKept, added: added.notKept },
    tallies: tallies.list(),
  };
}

/** The first occurrences of what one file has more of than the other. */
class OpenRows {
  readonly rows: ComparableRow[] = [];
  notKept = 0;
  readonly #left: Map<string, number>;

  constructor(open: ReadonlyMap<string, number>, sign: 1 | -1) {
    this.#left = new Map([...open].filter(([, count]) => count * sign > 0).map(([key, count]) => [key, count * sign]));
  }

  see(row: ComparableRow): void {
    if (this.#left.size === 0) return;
    const key = digestOf(row);
    const left = this.#left.get(key);
    if (left === undefined) return;
    if (left === 1) this.#left.delete(key);
    else this.#left.set(key, left - 1);
    if (this.rows.length < ROWS_KEPT_MAX) this.rows.push(row);
    else this.notKept += 1;
  }
}

interface GrowingTally extends TripleTally {
  before: RowTally;
  after: RowTally;
}

class TripleTallies {
  readonly #tallies = new Map<string, GrowingTally>();

  add(side: 'before' | 'after', row: ComparableRow): void {
    const { transactionType, amountType, amountDescription, marketplace, amountMinor } = row;
    const words = { transactionType, amountType, amountDescription, marketplace };
    const key = Object.values(words).join('\t');
    let tally = this.#tallies.get(key);
    if (!tally) {
      const none = { count: 0, minor: 0n };
      tally = { ...words, before: none, after: none };
      this.#tallies.set(key, tally);
    }
    tally[side] = { count: tally[side].count + 1, minor: tally[side].minor + amountMinor };
  }

  list(): TripleTally[] {
    return [...this.#tallies.values()];
  }
}

/** 96 bits of SHA-256: among ten million rows two different ones have the same with odds below 1 in 10¹⁵. */
function digestOf(row: ComparableRow): string {
  const { transactionType, amountType, amountDescription, marketplace, channel, orderId, sku, others } = row;
  // No cell has a line feed in it, so the parts cannot run into each other.
  const words = [transactionType, amountType, amountDescription, marketplace, channel, orderId, sku];
  const text = [...words, row.postedAt, row.amountMinor, ...others.flat()].join('\n');
  return createHash('sha256').update(text).digest().subarray(0, 12).toString('latin1');
}

/** Everything a row says, by name; where it stands is no part of it. */
export function cellsOf(row: ComparableRow): (readonly [name: string, text: string])[] {
  return [
    ['what', [row.transactionType, row.amountType, row.amountDescription].join(' | ')],
    ['marketplace', row.marketplace],
    ['channel', row.channel],
    ['order', row.orderId],
    ['SKU', row.sku],
    ['posted', formatInstant(row.postedAt)],
    ['amount', row.amountMinor.toString()],
    ...row.others,
  ];
}
