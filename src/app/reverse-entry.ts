import { assert, type LocalDate, Problem } from '../core/index.ts';
import { entryDigest, type JournalEntry, reversalOf } from '../ledger/index.ts';
import { askForReversal, assertReversalApproved } from './approvals/reversal-wish.ts';
import type { ConnectionContext } from './context.ts';
import { recordFoundReversed } from './found-reversed.ts';
import { accrualName } from './origin.ts';
import { assertReversalMonthOpen } from './periods/close-period.ts';
import type { EntryRecord, SapDocumentKey } from './ports.ts';
import type { PostResult } from './post-entry.ts';
import { lookAtOriginal, sendReversal } from './send-reversal.ts';
import { underSyncLease } from './sync-lease.ts';

/** How an accountant wants a document taken back. */
export interface ReversalWish {
  /** SAP's reversal reason, 1 or 2 characters, as its customizing has them: `01` is usual. */
  readonly reason: string;
  /** `null`: the posting date of the entry itself, so that its month is as if it had never been booked. */
  readonly postingDate: LocalDate | null;
  /** For the audit log. */
  readonly why: string;
}

export interface ReversalResult {
  readonly original: EntryRecord;
  /** `null` when somebody had reversed the document in SAP already: then nothing was sent. */
  readonly reversal: EntryRecord | null;
  readonly unavailable: PostResult['unavailable'];
}

const REASON = /^[0-9A-Z]{1,2}$/;

/**
 * Takes a posted entry back by another document. The reversal is recorded as an entry of its own, approved by the actor, and
 * sent under the lease of a sync. Once it is posted the original is `reversed`. Safe to call again: what an earlier call left
 * open goes on, what SAP refused is sent again or, on another day or for another reason, under a key of its own; an unknown
 * outcome is left to the sync. A document that a person has reversed in SAP is adopted.
 *
 * Raises `REVERSAL_REASON_INVALID` (invalid); `ENTRY_NOT_REVERSIBLE`, `PERIOD_CLOSED`, `REVERSAL_OPEN`, `REVERSAL_WAITS` (its amount
 * takes a second person), `SYNC_RUNNING` (conflict); and as `sendReversal`.
 */
export async function reverseEntry(
  context: ConnectionContext,
  record: EntryRecord,
  wish: ReversalWish,
): Promise<ReversalResult> {
  assertReason(wish.reason);
  assertReversible(record);
  return underSyncLease(context, async (lease, gated) => {
    await askForReversals(gated, [record], wish);
    return reverseUnderLease(gated, record.id, wish, () => lease.renew());
  });
}

/**
 * Puts on record that whoever acts wants these posted entries reversed like that, all of them at once, so that one other person is
 * asked once. An entry whose reversal is recorded already is passed over.
 */
export async function askForReversals(
  context: ConnectionContext,
  posted: readonly EntryRecord[],
  wish: ReversalWish,
): Promise<void> {
  for (const original of posted) {
    if (original.reversalKey !== null || !original.document) continue;
    const round = (await context.books.listReversals(original.id)).length;
    const reversal = reversalFor(original, { document: original.document, round }, wish);
    await askForReversal(context, { original, reversal, why: wish.why });
  }
}

/** The same as `reverseEntry` for a caller that holds the lease of a sync, of what was asked for before. */
export async function reverseUnderLease(
  context: ConnectionContext,
  id: EntryRecord['id'],
  wish: ReversalWish,
  stillMine: () => Promise<boolean>,
): Promise<ReversalResult> {
  const { books } = context;
  const original = await books.getEntry(id);
  const document = assertReversible(original);
  const earlier = await books.listReversals(id);
  const open = earlier.find(({ state }) => state !== 'withdrawn');
  if (open) assertNotUnderWay(original, open);
  const found = await lookAtOriginal(context, original);
  if (found.isReversed) {
    return { original: await recordFoundReversed(context, original, found), reversal: null, unavailable: null };
  }
  const place = { document, round: earlier.length };
  await assertReversalMonthOpen(context, original, dateOf(original, wish));
  const record = (open && (await again(context, open, original, wish))) ?? (await make(context, original, place, wish));
  const { reversal } = record.entry;
  assert(reversal !== undefined, `entry ${record.entry.postingKey} is no reversal`);
  const sent = await sendReversal(context, { record, reversal }, stillMine, found);
  const after = await books.getEntry(id);
  const isOurs = sent.record.state !== 'withdrawn';
  return { original: after, reversal: isOurs ? sent.record : null, unavailable: sent.unavailable };
}

/** Raises `REVERSAL_REASON_INVALID` (invalid). */
export function assertReason(reason: string): void {
  if (REASON.test(reason)) return;
  throw new Problem({
    code: 'REVERSAL_REASON_INVALID',
    kind: 'invalid',
    says: `${JSON.stringify(reason)} is no reversal reason: SAP takes 1 or 2 digits or capital letters.`,
    next: 'Give one that SAP’s customizing has, for example --reason 01 (reversal in the current period).',
    data: reason,
  });
}

/** The entry's document in SAP. Raises `ENTRY_NOT_REVERSIBLE` (conflict) unless it is booked and itself no reversal. */
function assertReversible(record: EntryRecord): SapDocumentKey {
  const { entry, state, document } = record;
  const { postingKey, reversal } = entry;
  if (state === 'posted' && document && !reversal) return document;
  throw new Problem({
    code: 'ENTRY_NOT_REVERSIBLE',
    kind: 'conflict',
    says: reversal
      ? `Entry ${postingKey} is itself the reversal of ${reversal.postingKey}; a reversal is not reversed.`
      : `Entry ${postingKey} is ${state}; only a posted entry can be reversed.`,
    next: insteadOf(record),
  });
}

function insteadOf({ entry, state, origin, connectionName }: EntryRecord): string {
  if (entry.reversal) {
    if (origin.kind === 'accrual')
      return `Look at what it belongs to: seller-ledger accruals show ${accrualName(origin.name)}`;
    return `Book the settlement again instead: seller-ledger settlements reverse ${origin.name} --reason 01 --why TEXT --propose-again`;
  }
  if (state === 'unknown' || state === 'sending') {
    return `It may be in SAP and is looked up there first: seller-ledger sync ${connectionName}`;
  }
  return state === 'posted' || state === 'reversed' || state === 'withdrawn'
    ? `Look at it: seller-ledger entries show ${entry.postingKey}`
    : `It is not in SAP. If it is wrong, correct the account table and sync: seller-ledger sync ${connectionName}`;
}

/** What may be in SAP is looked up before anything else happens to it. */
function assertNotUnderWay({ entry, connectionName }: EntryRecord, open: EntryRecord): void {
  if (open.state === 'approved' || open.state === 'rejected') return;
  throw new Problem({
    code: 'REVERSAL_OPEN',
    kind: 'conflict',
    says: `Entry ${entry.postingKey} has a reversal already, ${open.entry.postingKey}, which is ${open.state}.`,
    next: `It is looked up in SAP first: seller-ledger sync ${connectionName}`,
  });
}

/** Whether an open reversal is the one that is wished. */
export function isWished({ entry }: EntryRecord, original: EntryRecord, wish: Omit<ReversalWish, 'why'>): boolean {
  return entry.reversal?.reason === wish.reason && entry.postingDate === dateOf(original, wish);
}

/** The open reversal when it is what is wished, approved again; otherwise it is withdrawn, and `undefined`. */
async function again(
  context: ConnectionContext,
  open: EntryRecord,
  original: EntryRecord,
  wish: ReversalWish,
): Promise<EntryRecord | undefined> {
  if (isWished(open, original, wish)) {
    if (open.state === 'approved') return open;
    const { id, state: from } = open;
    const approvedDigest = entryDigest(open.entry);
    return context.books.moveEntry({ id, from, to: 'approved', actor: context.actor, why: wish.why, approvedDigest });
  }
  // Should SAP hold it all the same, it is found before the next one is sent.
  await context.books.moveEntry({
    id: open.id,
    from: open.state,
    to: 'withdrawn',
    actor: context.actor,
    why: `another reversal takes its place: ${wish.why}`,
  });
  return undefined;
}

async function make(
  context: ConnectionContext,
  original: EntryRecord,
  place: ReversalPlace,
  wish: ReversalWish,
): Promise<EntryRecord> {
  const entry = reversalFor(original, place, wish);
  const approvalsNeeded = await assertReversalApproved(context, original, entry);
  const { books, actor } = context;
  return books.recordReversal({ original: original.id, entry, actor, why: wish.why, approvalsNeeded });
}

interface ReversalPlace {
  readonly document: SapDocumentKey;
  /** How many reversals of the entry there were before. */
  readonly round: number;
}

function reversalFor(original: EntryRecord, { document, round }: ReversalPlace, wish: ReversalWish): JournalEntry {
  const { fiscalYear, sapDocumentNumber } = document;
  const { reason } = wish;
  return reversalOf(original.entry, {
    round,
    postingDate: dateOf(original, wish),
    reason,
    fiscalYear,
    sapDocumentNumber,
  });
}

function dateOf(original: EntryRecord, wish: Pick<ReversalWish, 'postingDate'>): LocalDate {
  return wish.postingDate ?? original.entry.postingDate;
}
