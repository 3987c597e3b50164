import type { SettlementId } from '../mapping/index.ts';
import type { AccrualKey, AccrualKind } from './accrual-store.ts';
import type { SettlementKey } from './ports.ts';

/** Of which settlement or accrual something is, by our own id. */
export type OriginKey = SettlementKey | AccrualKey;

/** What an entry books. The entries of one origin are sent together or not at all. */
export type EntryOrigin =
  | { readonly kind: 'settlement'; readonly key: SettlementKey; readonly name: SettlementId }
  | { readonly kind: 'accrual'; readonly key: AccrualKey; readonly name: string; readonly accrualKind: AccrualKind };

/** `settlement 11002000300040`, `accrual 2026-10`. */
export function sayOrigin({ kind, name }: EntryOrigin): string {
  return `${kind} ${name}`;
}

/** `settlements` or `accruals`: the command group that is about it. */
export function commandGroupOf({ kind }: Pick<EntryOrigin, 'kind'>): 'settlements' | 'accruals' {
  return kind === 'settlement' ? 'settlements' : 'accruals';
}

/** The command that shows it. */
export function showOrigin(origin: EntryOrigin): string {
  return `seller-ledger ${commandGroupOf(origin)} show ${origin.name}`;
}
