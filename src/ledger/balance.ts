import { formatMoney, type Money, money, Problem, sumMoney } from '../core/index.ts';
import type { JournalEntry } from './journal-entry.ts';

/** Debits less credits of the entry, in its currency. Zero for every entry that may be posted. */
export function entryBalance(entry: JournalEntry): Money {
  return sumMoney(
    entry.currency,
    entry.lines.map((line) => line.amount),
  );
}

/** Whether there is anything to book: an entry whose lines are all zero only shows which rows cancel each other out. */
export function hasAmount(entry: JournalEntry): boolean {
  return entry.lines.some((line) => line.amount.minor !== 0n);
}

/** Sum of the debit lines: what an accountant calls the total of a document. */
export function debitTotal(entry: JournalEntry): Money {
  const debits = entry.lines.filter((line) => line.amount.minor > 0n);
  return sumMoney(
    entry.currency,
    debits.map((line) => line.amount),
  );
}

/**
 * Raises `ENTRY_UNBALANCED` (defect) unless debits equal credits and every line with included tax is its base and its
 * tax. An entry in two currencies is a defect as well. Called before anything leaves for SAP, whatever was proven.
 */
export function assertBalanced(entry: JournalEntry): void {
  const balance = entryBalance(entry);
  if (balance.minor !== 0n) {
    throw unbalanced(entry, `debits and credits differ by ${formatMoney(balance)} ${entry.currency}`);
  }
  for (const line of entry.lines) {
    if (!line.tax) continue;
    const taxed = money(entry.currency, line.tax.base.minor + line.tax.amount.minor);
    if (taxed.minor !== line.amount.minor) {
      throw unbalanced(
        entry,
        `base and tax of account ${line.glAccount} come to ${formatMoney(taxed)}, not to ${formatMoney(line.amount)} ${entry.currency}`,
      );
    }
  }
}

function unbalanced(entry: JournalEntry, what: string): Problem {
  return new Problem({
    code: 'ENTRY_UNBALANCED',
    kind: 'defect',
    says: `Entry ${entry.postingKey} of company code ${entry.companyCode} does not balance: ${what}.`,
    next: 'Report this with the settlement file; an entry that does not balance is never sent.',
  });
}
