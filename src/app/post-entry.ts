import { assert, assertNever, elapsedMs, Problem, type ProblemFacts, uuidFromName } from '../core/index.ts';
import { assertBalanced, entryDigest } from '../ledger/index.ts';
import type { ConnectionContext } from './context.ts';
import type { EntryMessage, EntryRecord, PostOutcome } from './ports.ts';
import { assertSapOpen, noteAway } from './sap-pause.ts';

/** The ids an entry travels under. They follow from its posting key, so a repeated message is the same message. */
export function messageOf(record: EntryRecord): EntryMessage {
  assert(record.messageCreatedAt !== null, `entry ${record.id} has no message time although it is being sent`);
  const { postingKey } = record.entry;
  return {
    entry: record.entry,
    messageId: postingKey,
    messageUuid: uuidFromName(`seller-ledger/message/${postingKey}`),
    entryMessageUuid: uuidFromName(`seller-ledger/entry-message/${postingKey}`),
    createdAt: record.messageCreatedAt,
  };
}

export interface PostResult {
  readonly record: EntryRecord;
  /** `null` unless SAP certainly did not book it for now: who has to wait, and how long SAP asked for. */
  readonly unavailable: { readonly scope: 'entry' | 'system'; readonly retryAfterMs: number | null } | null;
}

/**
 * Sends one approved entry to SAP and records what is certain afterwards. The intent is committed before the request
 * leaves, so a crash at any moment leaves the entry in `sending`, which is treated as unknown, never as unsent.
 *
 * `stillMine` is asked after the intent and right before sending: a worker that was paused past its lease must not
 * send, because its successor may already be looking the entry up. Raises `ENTRY_CHANGED` (conflict) when the entry is
 * not the one that was approved, `STATE_MOVED` (conflict) when another worker was faster, `SETTINGS_OUTDATED` (conflict) when the
 * settings are others by now, `POSTING_PAUSED` (unavailable) when a person paused it meanwhile, and `SAP_PAUSED` (unavailable) while
 * SAP is left alone.
 */
export async function postEntry(
  context: ConnectionContext,
  record: EntryRecord,
  stillMine: () => Promise<boolean>,
): Promise<PostResult> {
  assertApproved(record);
  assertBalanced(record.entry);
  await assertSapOpen(context);
  const { books, clock } = context;
  const sending = await books.moveEntry({
    id: record.id,
    from: 'approved',
    to: 'sending',
    actor: context.actor,
    why: 'approved entry is sent to SAP',
    messageCreatedAt: record.messageCreatedAt ?? new Date(clock.nowMs()).toISOString(),
    problem: null,
    loaded: context,
  });
  const leaveByMs = elapsedMs(clock) + context.posting.leaveWithinMs;
  if (!(await stillMine())) {
    throw new Problem({
      code: 'LEASE_LOST',
      kind: 'conflict',
      says: `Another process took over connection ${context.connection.name} while this one was stopped.`,
      next: 'Nothing to do: the other process looks the entry up in SAP and goes on.',
    });
  }
  const outcome = await context.ledger.post(messageOf(sending), { leaveByMs });
  const after = await recordOutcome(context, sending, outcome);
  if ('away' in outcome && outcome.away) await noteAway(context, outcome.away, outcome.problem);
  return { record: after, unavailable: outcome.outcome === 'unavailable' ? outcome : null };
}

/** You post what was approved: any difference since then is refused. */
function assertApproved(record: EntryRecord): void {
  const digest = entryDigest(record.entry);
  if (record.approvedDigest === digest && record.digest === digest) return;
  throw new Problem({
    code: 'ENTRY_CHANGED',
    kind: 'conflict',
    says: `Entry ${record.entry.postingKey} is not the one that was approved: its content has digest ${digest}, approved was ${record.approvedDigest ?? 'nothing'}.`,
    next: `Look at it and approve it again: seller-ledger entries show ${record.entry.postingKey}`,
  });
}

async function recordOutcome(
  context: ConnectionContext,
  sending: EntryRecord,
  outcome: PostOutcome,
): Promise<EntryRecord> {
  const move = {
    id: sending.id,
    from: 'sending' as const,
    attempt: sending.attempt,
    actor: context.actor,
    exchange: outcome.exchange,
  };
  switch (outcome.outcome) {
    case 'posted':
      return context.books.moveEntry({
        ...move,
        to: 'posted',
        why: `SAP booked document ${outcome.document.sapDocumentNumber}`,
        document: outcome.document,
        messages: outcome.messages,
        problem: null,
      });
    case 'rejected':
      return context.books.moveEntry({
        ...move,
        to: 'rejected',
        why: outcome.problem.says,
        messages: outcome.messages,
        problem: withOtherWay(context, sending.entry, outcome.problem),
      });
    case 'unavailable':
      return context.books.moveEntry({ ...move, to: 'approved', why: outcome.problem.says, problem: outcome.problem });
    case 'unknown':
      return context.books.moveEntry({ ...move, to: 'unknown', why: outcome.problem.says, problem: outcome.problem });
    default:
      return assertNever(outcome, 'post outcome');
  }
}

/**
 * What SAP does not reverse on one day or for one reason it may reverse on another day or for another one. The ledger, which
 * knows no connection, writes `NAME` for it.
 */
function withOtherWay(
  { connection }: ConnectionContext,
  { reversal }: EntryRecord['entry'],
  problem: ProblemFacts,
): ProblemFacts {
  if (!reversal) return { ...problem, next: problem.next.replaceAll(/\bNAME\b/g, connection.name) };
  const again = `seller-ledger entries reverse ${reversal.postingKey} --reason CODE --date YYYY-MM-DD --why TEXT`;
  return {
    ...problem,
    next: `${problem.next.replace(/\.?$/, '.')} Or reverse it for another reason (those that SAP knows are in its customizing, Define Reasons for Reversal), or on a day of an open period: ${again}`,
  };
}
