import { Problem, toProblem } from '../core/index.ts';
import type { EntryReversal } from '../ledger/index.ts';
import { differenceOf, documentDiffers, nameOf as nameOfDocument, reversedTwice } from './compare-document.ts';
import type { ConnectionContext } from './context.ts';
import { recordFoundReversed } from './found-reversed.ts';
import { findMirrors } from './mirrors.ts';
import type { EntryRecord, LedgerDocument } from './ports.ts';
import { type PostResult, postEntry } from './post-entry.ts';

export interface ReversalToSend {
  readonly record: EntryRecord;
  readonly reversal: EntryReversal;
}

/**
 * Sends an approved reversal like any entry, after a look at the document it takes back: a document that somebody has
 * reversed in SAP is not reversed a second time. Then, and when SAP refuses because of that, the original becomes
 * `reversed` and this reversal `withdrawn`. A mirror, which SAP does not know to be a reversal, is looked for under every key
 * that a lost or restored database may have sent it with, and adopted. `seen` is a look of this moment. Raises as
 * `lookAtOriginal`, and `SAP_DOCUMENT_DIFFERS` or `SAP_REVERSED_TWICE` (conflict) for a mirror that a person has to look at.
 */
export async function sendReversal(
  context: ConnectionContext,
  { record, reversal }: ReversalToSend,
  stillMine: () => Promise<boolean>,
  seen?: LedgerDocument,
): Promise<PostResult> {
  const original = await context.books.getEntry(reversal.postingKey);
  const found = seen ?? (await lookAtOriginal(context, original));
  if (found.isReversed) return withdrawnFor(context, { record, original, found });
  const mirror = await findMirror(context, { record, reversal }, found);
  if (mirror) return adoptMirror(context, { record, original, found, mirror });
  const result = await postEntry(context, record, stillMine);
  if (result.record.state !== 'rejected') return result;
  const again = await lookOnce(context, original);
  return again?.isReversed ? withdrawnFor(context, { record: result.record, original, found: again }) : result;
}

async function findMirror(
  context: ConnectionContext,
  { record, reversal }: ReversalToSend,
  found: LedgerDocument,
): Promise<LedgerDocument | undefined> {
  const [mirror, second] = await findMirrors(context, [found]);
  if (!mirror) return undefined;
  if (second) throw new Problem(reversedTwice(reversal, mirror.document, second.document));
  const difference = differenceOf(record.entry, mirror);
  if (difference === null) return mirror;
  const postingKey = mirror.reference as EntryRecord['entry']['postingKey'];
  throw new Problem({
    ...documentDiffers({ ...record.entry, postingKey }, mirror, difference),
    next: `Compare the two: seller-ledger entries show ${record.entry.postingKey}. If the document in SAP is wrong, reverse it there, then sync again.`,
  });
}

/** This reversal itself, sent by a predecessor of this database; or another one of the same document, on another day. */
async function adoptMirror(
  context: ConnectionContext,
  input: { record: EntryRecord; original: EntryRecord; found: LedgerDocument; mirror: LedgerDocument },
): Promise<PostResult> {
  const { record, original, found, mirror } = input;
  const isThis = mirror.reference === record.entry.postingKey && mirror.postingDate === record.entry.postingDate;
  if (!isThis) {
    return withdrawnFor(context, { record, original, found: { ...found, reverseDocument: mirror.document } });
  }
  const posted = await context.books.moveEntry({
    id: record.id,
    from: 'approved',
    to: 'posted',
    actor: context.actor,
    why: `SAP holds it as document ${nameOfDocument(mirror.document)}, which this database has not sent: it is adopted`,
    document: mirror.document,
    isFoundInSap: true,
    problem: null,
  });
  return { record: posted, unavailable: null };
}

/**
 * The document of a posted entry as SAP shows it now. Raises `SAP_ORIGINAL_NOT_FOUND` or `SAP_DOCUMENT_DIFFERS` (conflict)
 * when it is not there or is not the entry's, and what the ledger raises when SAP cannot be asked.
 */
export async function lookAtOriginal(context: ConnectionContext, original: EntryRecord): Promise<LedgerDocument> {
  const { entry, document } = original;
  const found = document ? await context.ledger.findDocument(document) : undefined;
  if (!found) throw new Problem(originalNotFound(context, original));
  // A connection that was pointed to another SAP system would reverse somebody else's document of the same number.
  const difference =
    found.reference === entry.postingKey
      ? differenceOf(entry, found)
      : `reference ${found.reference || '(blank)'} instead of ${entry.postingKey}`;
  if (difference === null) return found;
  throw new Problem({
    ...documentDiffers(entry, found, difference),
    says: `SAP's document ${nameOf(original)} is not entry ${entry.postingKey}: it has ${difference}. It is not reversed.`,
    next: `Look whether connection ${context.connection.name} points to the SAP system in which the entry was booked, and compare the two.`,
  });
}

/** Why a document that was booked cannot be found; a person decides. */
export function originalNotFound(context: ConnectionContext, original: EntryRecord) {
  return {
    code: 'SAP_ORIGINAL_NOT_FOUND',
    kind: 'conflict' as const,
    says: `SAP does not show document ${nameOf(original)}, as which entry ${original.entry.postingKey} was booked, so nothing is reversed.`,
    next: `SAP shows a document some time after it was booked: try again in some minutes. If it stays away, look whether connection ${context.connection.name} points to the SAP system in which it was booked.`,
  };
}

function nameOf({ document }: EntryRecord): string {
  return document ? `${document.sapDocumentNumber}/${document.companyCode}/${document.fiscalYear}` : '(none)';
}

/**
 * Looks once at each document whose reversal SAP refused: whoever read SAP's words may have reversed it there by hand. Then the
 * original is `reversed` and the refused reversal `withdrawn`. The entries that moved.
 */
export async function adoptWhereRefused(context: ConnectionContext): Promise<readonly EntryRecord[]> {
  const { books, connection } = context;
  const moved: EntryRecord[] = [];
  for (const { id, entry } of await books.listEntries({ connectionId: connection.id, states: ['rejected'] })) {
    if (!entry.reversal) continue;
    const original = await books.getEntry(entry.reversal.postingKey);
    const found = await lookOnce(context, original);
    if (!found?.isReversed) continue;
    moved.push(await recordFoundReversed(context, original, found), await books.getEntry(id));
  }
  return moved;
}

async function withdrawnFor(
  context: ConnectionContext,
  { record, original, found }: { record: EntryRecord; original: EntryRecord; found: LedgerDocument },
): Promise<PostResult> {
  await recordFoundReversed(context, original, found);
  return { record: await context.books.getEntry(record.id), unavailable: null };
}

/** What SAP shows now, if it can be asked: its refusal is on record either way. */
async function lookOnce(context: ConnectionContext, original: EntryRecord): Promise<LedgerDocument | undefined> {
  try {
    return await lookAtOriginal(context, original);
  } catch (thrown) {
    const { kind } = toProblem(thrown);
    if (kind === 'defect') throw thrown;
    return undefined;
  }
}
