import { Problem } from '../core/index.ts';
import { accrualName, approveCommandOf, type OriginKey, sayOrigin } from './origin.ts';
import type { EntryRecord } from './ports.ts';

/** States of an entry that nobody has sent, and that keep the others of its origin from being sent. */
export const HOLDS: readonly EntryRecord['state'][] = ['proposed', 'rejected'];

/**
 * Whether an entry keeps the unsent ones of its settlement or accrual back. Neither is posted by half: its entries are sent
 * when none of them is refused or waits for its approval, and none has been taken back. Reversals are never kept back.
 */
export function holdsOthers({ entry, state, isCurrent }: EntryRecord): boolean {
  if (!isCurrent || state === 'withdrawn') return false;
  return entry.reversal !== undefined || isTakenBack({ state }) || HOLDS.includes(state);
}

function isTakenBack({ state }: Pick<EntryRecord, 'state'>): boolean {
  return state === 'reversed';
}

/** Those of the entries that hold others back, by their origin. */
export function holdersOf(entries: readonly EntryRecord[]): Map<OriginKey, EntryRecord[]> {
  const holders = new Map<OriginKey, EntryRecord[]>();
  for (const entry of entries) {
    if (holdsOthers(entry)) holders.set(entry.origin.key, [...(holders.get(entry.origin.key) ?? []), entry]);
  }
  return holders;
}

/**
 * Why an entry is not sent as long as the others of its settlement or accrual are as they are; nothing where none of them holds it.
 * Entries of other origins may be among the others.
 */
export function heldBackAmong(record: EntryRecord, others: readonly EntryRecord[]): Problem | undefined {
  if (record.entry.reversal) return undefined;
  const { id, origin } = record;
  const holding = others.filter((other) => other.id !== id && other.origin.key === origin.key && holdsOthers(other));
  return holding.length > 0 ? heldBack(record, holding) : undefined;
}

/** Why an entry is not sent, by the entries that hold it. */
function heldBack(record: EntryRecord, holding: readonly EntryRecord[]): Problem {
  const list = holding.map(sayHolding).join(', ');
  return new Problem({
    code: 'SETTLEMENT_HELD_BACK',
    kind: 'conflict',
    says: `Entry ${record.entry.postingKey} is not sent, because ${sayOrigin(record.origin)} would be in SAP by half: ${list}.`,
    next: wayOut(record, holding),
  });
}

function sayHolding({ entry, state }: EntryRecord): string {
  const key = entry.postingKey;
  if (entry.reversal) return `${key} reverses a part of it`;
  if (isTakenBack({ state })) return `${key} was reversed`;
  return state === 'rejected' ? `${key} was refused by SAP` : `${key} waits for approval`;
}

function wayOut({ origin }: EntryRecord, holding: readonly EntryRecord[]): string {
  if (holding.some(({ entry, state }) => entry.reversal || isTakenBack({ state }))) {
    if (origin.kind === 'accrual') {
      return `Take the rest of it back, too: seller-ledger accruals reverse ${accrualName(origin.name)} --reason 01 --why TEXT`;
    }
    return `Take the rest of it back, too, and have it proposed anew: seller-ledger settlements reverse ${origin.name} --reason 01 --why TEXT --propose-again`;
  }
  const refused = holding.find(({ state }) => state === 'rejected');
  return refused
    ? `Look why SAP refused it, put that right, then approve it again: seller-ledger entries show ${refused.entry.postingKey}`
    : `Approve them first: ${approveCommandOf(origin)}`;
}
