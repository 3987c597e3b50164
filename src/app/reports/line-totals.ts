import type { JournalLine } from '../../ledger/index.ts';
import { isLineKind, type LineKind, type LineNature, lineKindFacts } from '../../mapping/index.ts';
import type { EntryRecord } from '../ports.ts';

/** Entries that stand for their origin: of the current proposal, not replaced, and no reversals. */
export function standingEntries(entries: readonly EntryRecord[]): EntryRecord[] {
  return entries.filter(({ isCurrent, state, entry }) => isCurrent && state !== 'withdrawn' && !entry.reversal);
}

/** A journal line that books rows of Amazon's file, and not only a balance. */
export function kindOf({ kind }: JournalLine): LineKind | undefined {
  return isLineKind(kind) ? kind : undefined;
}

export const NATURE_TITLES: Readonly<Record<LineNature, string>> = {
  revenue: 'Revenue',
  'contra-revenue': 'Reductions of revenue',
  expense: 'Amazon’s fees and other costs',
  'other-income': 'Other income',
  tax: 'Taxes',
  'balance-sheet': 'Movements of the balance with Amazon',
};

export const NATURES = Object.keys(NATURE_TITLES) as readonly LineNature[];

/** The group of debts that a period begins with. */
export const OPENING_DEBT_GROUP = 92;

/** What a title of a kind is for people: `30 Referral fees`. */
export function titleOfKind(kind: LineKind): string {
  const { group, title } = lineKindFacts(kind);
  return `${group} ${title}`;
}
