import { assert, Problem, type ProblemFacts } from '../core/index.ts';
import { isLive } from './compare-document.ts';
import type { ConnectionContext } from './context.ts';
import type { EntryRecord, SharedClock } from './ports.ts';

/** The present on the clock that all processes share, and when that was set while we looked. */
export interface SharedMoment {
  readonly nowMs: number;
  readonly setAtMs: number | null;
}

export async function sharedMoment(books: SharedClock): Promise<SharedMoment> {
  const nowMs = await books.sharedNowMs();
  return { nowMs, setAtMs: books.sharedClockSetAtMs?.() ?? null };
}

/**
 * How long "not found in SAP" does not yet mean "not booked", on the clock that all processes share. Nobody knows how much time
 * has really passed across a moment at which that clock was set, so it is counted anew from there.
 */
export function quietLeftMs(record: EntryRecord, quietPeriodMs: number, moment: SharedMoment): number {
  assert(record.unknownSince !== null, `entry ${record.id} is unknown since nobody knows when`);
  return quietLeftSince(record.unknownSince, quietPeriodMs, moment);
}

/** The same for whatever else was sent without an answer. */
export function quietLeftSince(unknownSince: string, quietPeriodMs: number, { nowMs, setAtMs }: SharedMoment): number {
  const sinceMs = Date.parse(unknownSince);
  const isFromBefore = setAtMs !== null && (sinceMs < setAtMs || sinceMs > nowMs);
  return (isFromBefore ? setAtMs : sinceMs) + quietPeriodMs - nowMs;
}

/** Leaves an entry to a person, with the problem once on record however often it is looked at. */
export async function keepUnknown(
  context: ConnectionContext,
  record: EntryRecord,
  problem: ProblemFacts,
): Promise<EntryRecord> {
  if (record.problem?.code === problem.code && record.problem.says === problem.says) return record;
  return context.books.annotateEntry({ id: record.id, state: 'unknown', actor: context.actor, problem });
}

/**
 * SAP said that it refused them, or that nothing of them was booked. New keys would book a second time if that was wrong, so
 * SAP is asked once more. Raises `SAP_DOCUMENT_OF_REJECTED` (conflict).
 */
export async function assertNothingInSap(context: ConnectionContext, entries: readonly EntryRecord[]): Promise<void> {
  for (const { entry, attempt } of entries) {
    if (attempt === 0) continue;
    const { postingKey, companyCode, postingDate } = entry;
    const found = await context.ledger.findByPostingKey({ postingKey, companyCode, postingDate });
    const live = found.find(isLive);
    if (!live) continue;
    throw new Problem({
      code: 'SAP_DOCUMENT_OF_REJECTED',
      kind: 'conflict',
      says: `SAP refused entry ${postingKey}, yet holds document ${live.document.sapDocumentNumber}/${live.document.companyCode}/${live.document.fiscalYear} under its reference, so it is not proposed again.`,
      next: 'Look at the document in SAP: if it is wrong, reverse it there, then sync again.',
    });
  }
}
