import { nextYearMonth, type ProblemFacts, type YearMonth, yearMonthOf } from '../core/index.ts';
import { type CompanyCode, cutText, HEADER_REFERENCE_MAX, postingKeyOf } from '../ledger/index.ts';
import { bookedTwice, documentDiffers, nameOf, strictDifferenceOf } from './compare-document.ts';
import { mirrorsAmong, standsIn, withMirror } from './mirrors.ts';
import type { EntryRecord, LedgerDocument, SettlementRecord } from './ports.ts';

const OWN_CODES: ReadonlySet<string> = new Set([
  'SAP_DOCUMENT_DIFFERS',
  'SAP_DOCUMENT_TWICE',
  'SAP_DOCUMENT_OF_SETTLEMENT',
  'SAP_DOCUMENT_OF_ACCRUAL',
  'SETTLEMENT_TAKEN_BACK',
  'RELINK_TOO_EARLY',
]);

/** Whether it was found by comparing what is unsent with SAP, so that comparing anew can find it gone. */
export function isOfComparison(problem: ProblemFacts | null): boolean {
  return problem !== null && OWN_CODES.has(problem.code);
}

/** What SAP's documents say of an entry that this database has not sent. */
export type Finding =
  | { readonly of: EntryRecord; readonly is: 'not-in-sap' }
  | { readonly of: EntryRecord; readonly is: 'booked'; readonly document: LedgerDocument }
  /** Booked and reversed again; by which document, as far as SAP names it. */
  | { readonly of: EntryRecord; readonly is: 'reversed'; readonly document: LedgerDocument }
  | { readonly of: EntryRecord; readonly is: 'unclear'; readonly problem: ProblemFacts };

/** How far corrections of one settlement are followed, and how many documents of a month are. */
const REVISIONS_MAX = 20;
const PARTS_MAX = 60;

/**
 * Compares one unsent entry with what SAP holds under its key. The same content, posting date included: it is booked, or was
 * and is reversed. Other content in the books: a person decides. A reversed document with other content was never this
 * entry.
 */
export function compareEntry(record: EntryRecord, documents: readonly LedgerDocument[]): Finding {
  const { entry } = record;
  const under = documents.filter(({ reference }) => reference === entry.postingKey);
  const mirrors = mirrorsAmong(documents);
  const standing = under.filter(standsIn(mirrors));
  const [document, second] = standing;
  if (document && second) return { of: record, is: 'unclear', problem: bookedTwice(entry, standing) };
  if (document) {
    const difference = strictDifferenceOf(entry, document);
    return difference === null
      ? { of: record, is: 'booked', document }
      : { of: record, is: 'unclear', problem: bookedOtherwise(record, document, difference) };
  }
  const gone = under.filter((each) => !each.isReversal).map((each) => withMirror(each, mirrors));
  const same = gone.filter((each) => strictDifferenceOf(entry, each) === null).at(-1);
  return same ? { of: record, is: 'reversed', document: same } : { of: record, is: 'not-in-sap' };
}

/** What every document of the settlement carries as reference 1 of its header. */
export function headerReferenceOf({ settlementId }: Pick<SettlementRecord, 'settlementId'>): string {
  return cutText(settlementId, HEADER_REFERENCE_MAX);
}

/** Documents in the books that carry the settlement's id under keys which are not those of `entries`. */
export function strangersOf(
  settlement: SettlementRecord,
  entries: readonly EntryRecord[],
  documents: readonly LedgerDocument[],
): readonly LedgerDocument[] {
  const known = new Set<string>(entries.map(({ entry }) => entry.postingKey));
  const headerReference = headerReferenceOf(settlement);
  return documents
    .filter(standsIn(mirrorsAmong(documents)))
    .filter((document) => document.headerReference === headerReference && !known.has(document.reference));
}

/** The revision whose posting keys all these documents carry; `undefined` when it is not one and the same. */
export function revisionOf(settlement: SettlementRecord, documents: readonly LedgerDocument[]): number | undefined {
  const keysOf = new Map<string, ReadonlyMap<string, number>>();
  const revisions = new Set<number | undefined>();
  for (const { document, postingDate, reference } of documents) {
    const { companyCode } = document;
    const found = monthsAround(yearMonthOf(postingDate)).map((month) => {
      const name = `${companyCode} ${month}`;
      const keys = keysOf.get(name) ?? revisionsByKey(settlement, companyCode, month);
      keysOf.set(name, keys);
      return keys.get(reference);
    });
    revisions.add(found.find((revision) => revision !== undefined));
  }
  const [revision] = revisions;
  return revisions.size === 1 ? revision : undefined;
}

function revisionsByKey(
  { sellerAccount, settlementId }: SettlementRecord,
  companyCode: CompanyCode,
  postingMonth: YearMonth,
): ReadonlyMap<string, number> {
  const keys = new Map<string, number>();
  for (let revision = 0; revision <= REVISIONS_MAX; revision += 1) {
    for (let part = 1; part <= PARTS_MAX; part += 1) {
      keys.set(postingKeyOf({ sellerAccount, settlementId, companyCode, postingMonth, part, revision }), revision);
    }
  }
  return keys;
}

/** A document is usually dated within its posting month, or some days after it. */
function monthsAround(month: YearMonth): readonly YearMonth[] {
  const before = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)) - 2)).toISOString().slice(0, 7);
  return [month, before as YearMonth, nextYearMonth(month)];
}

function bookedOtherwise(record: EntryRecord, document: LedgerDocument, difference: string): ProblemFacts {
  return {
    ...documentDiffers(record.entry, document, difference),
    next: `Nothing of the settlement is sent. If the account table is not the one it was booked with, put that one back, or reverse the document in SAP; then sync again: seller-ledger sync ${record.connectionName}`,
  };
}

/** SAP holds documents of the settlement that none of its entries accounts for. */
export function bookedUnderOtherKeys(settlement: SettlementRecord, documents: readonly LedgerDocument[]): ProblemFacts {
  const list = documents.map(({ document, reference }) => `${nameOf(document)} (${reference})`).join(', ');
  return {
    code: 'SAP_DOCUMENT_OF_SETTLEMENT',
    kind: 'conflict',
    says: `SAP holds documents of settlement ${settlement.settlementId} under keys that none of its entries has: ${list}. Nothing of it is sent, or it would be booked twice.`,
    next: `Look at them in SAP; those that do not belong there are reversed, then sync again. What the program knows of it: seller-ledger settlements show ${settlement.settlementId}`,
  };
}
