import { formatMoney, Problem } from '../../core/index.ts';
import { entryDigest, type JournalEntry } from '../../ledger/index.ts';
import type { ConnectionContext } from '../context.ts';
import type { EntryRecord } from '../ports.ts';
import { amountOf, needsOfReversal, standingOf } from './approval-rules.ts';

/**
 * Puts on record that a person asks for a reversal that two people stand behind, or agrees to it. One that needs nobody else leaves
 * no trace here.
 */
export async function askForReversal(
  { books, posting, actor }: Pick<ConnectionContext, 'books' | 'posting' | 'actor'>,
  {
    original,
    reversal,
    why,
  }: { readonly original: EntryRecord; readonly reversal: JournalEntry; readonly why: string },
): Promise<void> {
  const isByPerson = actor.kind === 'user';
  if (needsOfReversal(reversal, posting).people === 0 || !isByPerson) return;
  await books.recordReversalWish({ original: original.id, reversal, actor, why });
}

/**
 * How many people have to stand behind a reversal, once they do. Raises `REVERSAL_WAITS` (conflict) while somebody is missing or
 * it was refused.
 */
export async function assertReversalApproved(
  { books, posting }: Pick<ConnectionContext, 'books' | 'posting'>,
  original: EntryRecord,
  reversal: JournalEntry,
): Promise<number> {
  const needs = needsOfReversal(reversal, posting);
  const said = await books.listApprovals({ entryIds: [original.id] });
  const digest = entryDigest(reversal);
  const { given, missing, refusal } = standingOf(
    said.filter((each) => each.digest === digest),
    needs,
    [],
  );
  if (missing === 0) return needs.people;
  const amount = amountOf(reversal);
  const asked = given.map(({ person }) => person).join(', ') || 'nobody';
  throw new Problem({
    code: 'REVERSAL_WAITS',
    kind: 'conflict',
    says: refusal
      ? `The reversal of entry ${original.entry.postingKey} was refused by ${refusal.person}: ${refusal.why}`
      : `The reversal of entry ${original.entry.postingKey} over ${formatMoney(amount)} ${amount.currency} takes two people, and ${asked} asked for it.`,
    next: `Have another user run: ${reverseCommandOf(original, reversal)}`,
  });
}

/** The command with which a second person agrees to a reversal as it was asked for. */
export function reverseCommandOf(
  { entry }: Pick<EntryRecord, 'entry'>,
  { postingDate, reversal }: Pick<JournalEntry, 'postingDate' | 'reversal'>,
): string {
  return reverseCommand(entry.postingKey, { reason: reversal?.reason ?? '01', postingDate });
}

/** The same by the posting key of the entry that is to be reversed. */
export function reverseCommand(
  postingKey: string,
  { reason, postingDate }: { readonly reason: string; readonly postingDate: string },
): string {
  return `seller-ledger entries reverse ${postingKey} --reason ${reason} --date ${postingDate} --why TEXT`;
}
