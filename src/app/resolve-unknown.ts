import { bookedTwice, differenceOf, documentDiffers, isLive } from './compare-document.ts';
import type { ConnectionContext } from './context.ts';
import { recordFoundReversed } from './found-reversed.ts';
import { keepUnknown, quietLeftMs, type SharedMoment, sharedMoment } from './look-up.ts';
import type { EntryRecord, LedgerDocument } from './ports.ts';
import { resolveReversal } from './resolve-reversal.ts';

/** Pauses between look-ups while the quiet period runs, as SAP shows a document only some time after it was booked. */
const LOOK_UP_DELAYS_MS = [5_000, 30_000, 60_000, 120_000] as const;

/**
 * Looks an entry whose outcome is unknown up in SAP by its posting key, and never sends.
 * Found and equal in total, currency and number of items: its document is adopted (`posted`). Found but different, or
 * found twice: stays `unknown` with a problem for a person. Otherwise stays `unknown` until the quiet period is over. Then,
 * found equal and reversed by a person, it was booked and is `reversed`; not found, it goes back to `approved`, to be sent
 * again under the same keys. A reversal is looked for by what it reverses.
 */
export async function resolveUnknown(context: ConnectionContext, record: EntryRecord): Promise<EntryRecord> {
  if (record.entry.reversal) return resolveReversal(context, record, record.entry.reversal);
  const { books, ledger, posting } = context;
  // Asked before the look-up: only an answer given after the quiet period proves that nothing was booked.
  const quietIsOver = quietLeftMs(record, posting.quietPeriodMs, await sharedMoment(books)) <= 0;
  const found = await ledger.findByPostingKey({
    postingKey: record.entry.postingKey,
    companyCode: record.entry.companyCode,
    postingDate: record.entry.postingDate,
  });
  const live = found.filter(isLive);
  const [document, second] = live;
  if (document && !second) {
    const difference = differenceOf(record.entry, document);
    if (difference) return keepUnknown(context, record, documentDiffers(record.entry, document, difference));
    return adopt(context, record, document);
  }
  if (document && second) return keepUnknown(context, record, bookedTwice(record.entry, live));
  if (!quietIsOver) return record;
  const gone = found.find((each) => !each.isReversal && differenceOf(record.entry, each) === null);
  if (gone) return recordFoundReversed(context, await adopt(context, record, gone), gone);
  return books.moveEntry({
    id: record.id,
    from: 'unknown',
    to: 'approved',
    actor: context.actor,
    why: `not found in SAP ${Math.round(posting.quietPeriodMs / 1000)} s after its sending had ended: it was not booked`,
    problem: null,
  });
}

function adopt(context: ConnectionContext, record: EntryRecord, { document }: LedgerDocument): Promise<EntryRecord> {
  return context.books.moveEntry({
    id: record.id,
    from: 'unknown',
    to: 'posted',
    actor: context.actor,
    why: `found in SAP by its posting key: document ${document.sapDocumentNumber} is adopted`,
    document,
    problem: null,
  });
}

/** How long to wait before looking again: longer the more often it was, and once right after the quiet period. */
export function nextLookUpInMs(
  record: EntryRecord,
  at: { readonly quietPeriodMs: number; readonly lookUps: number; readonly moment: SharedMoment },
): number {
  const delayMs = LOOK_UP_DELAYS_MS[Math.min(at.lookUps, LOOK_UP_DELAYS_MS.length - 1)] ?? 0;
  const leftMs = quietLeftMs(record, at.quietPeriodMs, at.moment);
  return leftMs > 0 ? Math.min(delayMs, leftMs) : delayMs;
}
