import { type CurrencyCode, type LocalDate, money } from '../core/index.ts';
import { cutText, type JournalLine, LINE_TEXT_MAX, splitIncludedTax } from '../ledger/index.ts';
import type { AccountAssignment, AccountTable } from './account-table.ts';
import { lineKinds } from './line-kind.ts';
import type { PlacedBucket } from './propose-rows.ts';

const KIND_ORDER: ReadonlyMap<string, number> = new Map(lineKinds().map((kind, index) => [kind, index]));

interface GrowingLine {
  readonly kind: PlacedBucket['kind'];
  readonly assignment: AccountAssignment;
  sumMinor: bigint;
  readonly buckets: number[];
}

export interface LineContext {
  readonly currency: CurrencyCode;
  readonly table: AccountTable;
  readonly on: LocalDate;
}

/**
 * Sums buckets of one company code and month into journal lines: one for each kind, account, customer, cost object, tax
 * code and text. Debits are positive, so a line is Amazon's amount with the other sign. A line that sums to zero stays, because
 * its rows are booked by it. The order depends on nothing but the lines themselves. `on` is their posting date, which decides the
 * rate of a tax code.
 */
export function summariseLines(buckets: readonly PlacedBucket[], context: LineContext): JournalLine[] {
  const lines = new Map<string, GrowingLine>();
  for (const { number, sumMinor, kind, assignment } of buckets) {
    const key = sortKey(kind, assignment);
    const line = lines.get(key);
    if (line) {
      line.sumMinor += sumMinor;
      line.buckets.push(number);
    } else {
      lines.set(key, { kind, assignment, sumMinor, buckets: [number] });
    }
  }
  return [...lines.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => toJournalLine(line, context));
}

function toJournalLine(line: GrowingLine, { currency, table, on }: LineContext): JournalLine {
  const { assignment } = line;
  const amount = money(currency, -line.sumMinor);
  const rule = assignment.taxCode === null ? undefined : table.taxCode(assignment.taxCode, on);
  return {
    kind: line.kind,
    glAccount: assignment.glAccount,
    ...(assignment.customer !== undefined && { customer: assignment.customer }),
    costCenter: assignment.costCenter,
    profitCenter: assignment.profitCenter,
    taxCode: assignment.taxCode,
    tax: rule && amount.minor !== 0n ? splitIncludedTax(amount, rule) : null,
    amount,
    text: cutText(assignment.text, LINE_TEXT_MAX),
    buckets: line.buckets,
  };
}

/** Kinds in the order of their table, then account, cost object, tax code, text and customer. */
function sortKey(kind: PlacedBucket['kind'], assignment: AccountAssignment): string {
  const order = String(KIND_ORDER.get(kind) ?? KIND_ORDER.size).padStart(4, '0');
  const { glAccount, customer, costCenter, profitCenter, taxCode, text } = assignment;
  const own = [order, glAccount, costCenter ?? '', profitCenter ?? '', taxCode ?? '', text];
  return (customer === undefined ? own : [...own, customer]).join('\n');
}
