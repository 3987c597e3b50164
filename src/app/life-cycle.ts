import { Problem } from '../core/index.ts';

/** received: bytes stored. proven: it ties to its own total. proposed: entries recorded. */
export type SettlementState = 'received' | 'proven' | 'proposed' | 'quarantined';

/**
 * sending: intent is committed, the answer is not in yet. unknown: SAP may or may not have booked it. withdrawn: it was
 * approved, never booked, and replaced by a new proposal of its settlement. reversed: booked, and taken back by another
 * document.
 */
export type EntryState =
  | 'proposed'
  | 'approved'
  | 'sending'
  | 'unknown'
  | 'rejected'
  | 'posted'
  | 'reversed'
  | 'withdrawn';

const SETTLEMENT_MOVES: Readonly<Record<SettlementState, readonly SettlementState[]>> = {
  received: ['proven', 'quarantined'],
  // Back to received: another file of the same settlement takes the place of the one it was read from.
  proven: ['proposed', 'quarantined', 'received'],
  // Only while nothing of it can be in SAP, or all of it was reversed there: it is worked out anew.
  proposed: ['received', 'quarantined'],
  quarantined: ['received'],
};

const ENTRY_MOVES: Readonly<Record<EntryState, readonly EntryState[]>> = {
  // Posted without being sent: the document was found in SAP, booked by a predecessor of this database.
  proposed: ['approved', 'posted'],
  // Back to proposed: a person refused it before it was sent.
  approved: ['sending', 'withdrawn', 'posted', 'proposed'],
  sending: ['posted', 'rejected', 'approved', 'unknown'],
  // Not found after the quiet period: approved again, to be sent with the same keys.
  unknown: ['posted', 'approved'],
  // A person corrected the cause in SAP and sends the same entry again, or the account table and another one is proposed.
  rejected: ['approved', 'withdrawn'],
  posted: ['reversed'],
  reversed: [],
  withdrawn: [],
};

export type Subject = 'settlement' | 'entry';

/** Raises `STATE_MOVE_IMPOSSIBLE` (conflict) for a move the life cycle does not know. */
export function assertMove(subject: Subject, from: string, to: string): void {
  const moves: Readonly<Record<string, readonly string[]>> = subject === 'settlement' ? SETTLEMENT_MOVES : ENTRY_MOVES;
  if (Object.hasOwn(moves, from) && moves[from]?.includes(to)) return;
  throw new Problem({
    code: 'STATE_MOVE_IMPOSSIBLE',
    kind: 'conflict',
    says: `${subject === 'entry' ? 'An' : 'A'} ${subject} that is ${from} cannot become ${to}.`,
    next: `Look at its history: seller-ledger ${subject === 'entry' ? 'entries' : 'settlements'} show ID`,
  });
}
