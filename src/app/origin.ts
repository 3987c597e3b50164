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

/** The name of an accrual as a command takes it: that of orders has a space. */
export function accrualName(name: string): string {
  return name.includes(' ') ? `"${name}"` : name;
}

/** The command that approves all of its entries. */
export function approveCommandOf({ kind, name }: EntryOrigin): string {
  return kind === 'settlement'
    ? `seller-ledger settlements approve ${name} --why TEXT`
    : `seller-ledger accruals approve ${accrualName(name)} --why TEXT`;
}

/** The command that says what SAP would refuse of its entries. */
export function simulateCommandOf({ kind, name }: EntryOrigin): string {
  return kind === 'settlement'
    ? `seller-ledger settlements simulate ${name}`
    : `seller-ledger accruals simulate ${accrualName(name)}`;
}

/** The command that shows it. */
export function showOrigin({ kind, name }: EntryOrigin): string {
  return kind === 'settlement'
    ? `seller-ledger settlements show ${name}`
    : `seller-ledger accruals show ${accrualName(name)}`;
}
