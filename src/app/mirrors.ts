import { DAY_S, epochSecondsOfUtcMidnight, formatInstant, type LocalDate, parseLocalDate } from '../core/index.ts';
import { type CompanyCode, type PostingKey, reversalKeyOf } from '../ledger/index.ts';
import { isLive } from './compare-document.ts';
import type { ConnectionContext } from './context.ts';
import type { LedgerDocument } from './ports.ts';

/** A reversal that SAP refused is made again under the next key. */
const REVERSAL_ROUNDS_MAX = 10;
/** A person may choose the day on which a document is taken back; further off than this it is not looked for. */
const DAYS_AROUND = 366;

/** Documents that take others back without SAP knowing it, and which ones. */
export interface Mirrors {
  /** The document that takes this one back. */
  of(document: LedgerDocument): LedgerDocument | undefined;
  /** It takes another one back. */
  has(document: LedgerDocument): boolean;
}

/** All keys under which an entry may have been taken back. */
export function reversalKeysOf(reverses: PostingKey): readonly PostingKey[] {
  return Array.from({ length: REVERSAL_ROUNDS_MAX }, (_, round) => reversalKeyOf({ reverses, round }));
}

/** Where SAP knows no reversal fields, a document is taken back by its mirror, under a key that follows from its own. */
export function mirrorsAmong(documents: readonly LedgerDocument[]): Mirrors {
  const live = new Map(documents.filter(isLive).map((document) => [document.reference, document]));
  const mirrorOf = new Map<string, LedgerDocument>();
  for (const reference of new Set(documents.map((document) => document.reference))) {
    for (const key of reversalKeysOf(reference as PostingKey)) {
      const mirror = live.get(key);
      if (mirror) mirrorOf.set(reference, mirror);
    }
  }
  const references = new Set([...mirrorOf.values()].map(({ reference }) => reference));
  return {
    of: (document) => mirrorOf.get(document.reference),
    has: (document) => references.has(document.reference),
  };
}

/** It stands in the books and nothing takes it back. */
export function standsIn(mirrors: Mirrors): (document: LedgerDocument) => boolean {
  return (document) => isLive(document) && !mirrors.has(document) && mirrors.of(document) === undefined;
}

/** As SAP would show it if it knew of the mirror. */
export function withMirror(document: LedgerDocument, mirrors: Mirrors): LedgerDocument {
  const mirror = mirrors.of(document)?.document;
  return mirror ? { ...document, isReversed: true, reverseDocument: mirror } : document;
}

/**
 * Looks in SAP for the mirrors of these documents, whatever day they are dated on: SAP marks neither of the two, so nothing
 * else tells that a document was taken back. A request for some documents each. Raises what the ledger raises.
 */
export async function findMirrors(
  { ledger, books }: Pick<ConnectionContext, 'ledger' | 'books'>,
  documents: readonly LedgerDocument[],
): Promise<readonly LedgerDocument[]> {
  const today = parseLocalDate(new Date(await books.sharedNowMs()).toISOString().slice(0, 10));
  const byCompanyCode = new Map<CompanyCode, LedgerDocument[]>();
  for (const document of documents) {
    const { companyCode } = document.document;
    byCompanyCode.set(companyCode, [...(byCompanyCode.get(companyCode) ?? []), document]);
  }
  const mirrors: LedgerDocument[] = [];
  for (const [companyCode, own] of byCompanyCode) {
    const days = [today, ...own.map(({ postingDate }) => postingDate)].sort();
    const references = [...new Set(own.map(({ reference }) => reference as PostingKey))];
    const found = await ledger.findByPostingKeys({
      postingKeys: references.flatMap(reversalKeysOf),
      companyCode,
      from: dayAfter(days[0] ?? today, -DAYS_AROUND),
      to: dayAfter(days.at(-1) ?? today, DAYS_AROUND),
    });
    mirrors.push(...found.filter(isLive));
  }
  return mirrors;
}

function dayAfter(date: LocalDate, days: number): LocalDate {
  return parseLocalDate(formatInstant(epochSecondsOfUtcMidnight(date) + days * DAY_S).slice(0, 10));
}
