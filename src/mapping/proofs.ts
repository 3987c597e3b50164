import { formatMoney, type Money, money } from '../core/index.ts';
import { entryBalance, type JournalEntry, type JournalLine, type Proof } from '../ledger/index.ts';
import { NO_BUCKET, type SettlementSums } from './buckets.ts';
import type { SettlementHeader } from './settlement.ts';
import { RESIDUAL_MOVED } from './tax-residual.ts';

/** Lines that no row carries and that return to zero within a settlement. */
const CARRIED: ReadonlySet<string> = new Set(['carry-forward', 'cross-company', 'tax-residual', RESIDUAL_MOVED]);

/** The rows, added one by one as they were read, against the total that Amazon states in the summary row. */
export function proveRowsEqualTotal(header: SettlementHeader, sums: SettlementSums): Proof {
  return {
    name: 'rows-equal-total',
    ok: sums.rowTotal.minor === header.total.minor,
    expected: formatMoney(header.total),
    actual: formatMoney(sums.rowTotal),
    says: `The amounts of ${sums.rowCount} ${sums.rowCount === 1 ? 'row' : 'rows'} together, against the total in the summary row.`,
  };
}

/** Debits against credits, entry by entry. `actual` adds up what is open, whatever its sign, so that two errors show. */
export function proveEntriesBalance(header: SettlementHeader, entries: readonly JournalEntry[]): Proof {
  let open = 0n;
  for (const entry of entries) open += sizeOf(entryBalance(entry).minor);
  return {
    name: 'entries-balance',
    ok: open === 0n,
    expected: formatMoney(money(header.currency, 0n)),
    actual: formatMoney(money(header.currency, open)),
    says: 'What debits and credits differ by in any entry, against nothing.',
  };
}

/**
 * All entries together are the settlement: their lines from rows come to its total with the other sign, the payout or
 * debt is exactly its total, and what is carried between months, parts and company codes returns to zero.
 */
export function proveEntriesEqualSettlement(header: SettlementHeader, entries: readonly JournalEntry[]): Proof {
  let fromRows = 0n;
  let closed = 0n;
  let carried = 0n;
  for (const line of entries.flatMap((entry) => entry.lines)) {
    if (line.kind === 'payout' || line.kind === 'closing-debt') closed += line.amount.minor;
    else if (CARRIED.has(line.kind)) carried += line.amount.minor;
    else fromRows += line.amount.minor;
  }
  const total = header.total.minor;
  const checks = [
    {
      actual: -fromRows,
      expected: total,
      says: 'The lines of all entries together, against the total of the settlement.',
    },
    {
      actual: closed,
      expected: total,
      says: 'The payout or debt that is booked, against the total of the settlement.',
    },
    { actual: carried, expected: 0n, says: 'What is left between months, parts and company codes, against nothing.' },
  ];
  const shown = checks.find((check) => check.actual !== check.expected) ?? checks[0];
  const text = (minor = 0n) => formatMoney(money(header.currency, minor));
  return {
    name: 'entries-equal-settlement',
    ok: checks.every((check) => check.actual === check.expected),
    expected: text(shown?.expected),
    actual: text(shown?.actual),
    says: shown?.says ?? '',
  };
}

/**
 * Every detail row is behind exactly one journal line, and each line is the sum of its rows. Counts rows by their links
 * in the file: a row counts when its bucket is in one line only and that line's amount is what its buckets come to.
 */
export function proveEveryRowBookedOnce(sums: SettlementSums, entries: readonly JournalEntry[]): Proof {
  const buckets = sums.buckets();
  const uses = new Uint32Array(buckets.length);
  const lines = entries.flatMap((entry) => entry.lines).filter((line) => line.buckets.length > 0);
  for (const line of lines) for (const bucket of line.buckets) uses[bucket] = (uses[bucket] ?? 0) + 1;
  const isBooked = new Uint8Array(buckets.length);
  for (const line of lines) {
    if (!isSumOfBuckets(line, sums)) continue;
    for (const bucket of line.buckets) isBooked[bucket] = uses[bucket] === 1 ? 1 : 0;
  }
  let booked = 0;
  for (const bucket of sums.bucketOfRow()) if (bucket !== NO_BUCKET && isBooked[bucket] === 1) booked += 1;
  return {
    name: 'every-row-booked-once',
    ok: booked === sums.rowCount,
    expected: String(sums.rowCount),
    actual: String(booked),
    says: 'Rows that are in exactly one journal line which is the sum of its rows, against all rows.',
  };
}

function isSumOfBuckets(line: JournalLine, sums: SettlementSums): boolean {
  const buckets = sums.buckets();
  const sum = line.buckets.reduce((total, bucket) => total + (buckets[bucket]?.sumMinor ?? 0n), 0n);
  return sum + line.amount.minor === 0n;
}

function sizeOf(minor: Money['minor']): bigint {
  return minor < 0n ? -minor : minor;
}
