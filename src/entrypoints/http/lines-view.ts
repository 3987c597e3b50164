import { formatMoney } from '../../core/index.ts';
import type { JournalEntry } from '../../ledger/index.ts';

/** The lines of an entry, numbered from 1. */
export function linesView({ lines }: JournalEntry) {
  return lines.map((line, index) => ({
    line: index + 1,
    kind: line.kind,
    glAccount: line.glAccount,
    customer: line.customer ?? null,
    costCenter: line.costCenter,
    profitCenter: line.profitCenter,
    taxCode: line.taxCode,
    amount: formatMoney(line.amount),
    text: line.text,
  }));
}
