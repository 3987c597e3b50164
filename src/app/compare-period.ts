import { addMoney, type CurrencyCode, formatMoney, type Money, money, type ProblemFacts } from '../core/index.ts';
import { type CompanyCode, debitTotal } from '../ledger/index.ts';
import { nameOf, strictDifferenceOf } from './compare-document.ts';
import type { EntryState } from './life-cycle.ts';
import { type Mirrors, mirrorsAmong, standsIn, withMirror } from './mirrors.ts';
import type { ConnectionId, EntryRecord, LedgerDocument, SapDocumentKey } from './ports.ts';

/** A posted entry or a document of SAP that has no equal on the other side. */
export interface Difference {
  readonly postingKey: string;
  readonly document: SapDocumentKey | null;
  readonly problem: ProblemFacts;
  /** The entry is posted and SAP has reversed its document: that can be recorded. */
  readonly reversal: { readonly entry: EntryRecord; readonly document: LedgerDocument } | null;
}

/** Debit totals of one company code and currency, of what stands in the books. */
export interface ComparedTotal {
  readonly companyCode: CompanyCode;
  readonly currency: CurrencyCode;
  readonly ours: Money;
  readonly sap: Money;
  readonly entryCount: number;
  readonly documentCount: number;
}

/** A document and what took it back: together they change nothing. */
export interface ReversedPair {
  readonly postingKey: string;
  readonly document: SapDocumentKey;
  readonly reversedBy: LedgerDocument['reverseDocument'];
  /** Of the entry on record; `null` when there is none. */
  readonly state: EntryState | null;
}

export interface ComparedPeriod {
  readonly differences: readonly Difference[];
  readonly totals: readonly ComparedTotal[];
  readonly reversed: readonly ReversedPair[];
}

export interface SidesOfPeriod {
  readonly connectionId: ConnectionId;
  /** Of the connection, with posting dates in the period. */
  readonly entries: readonly EntryRecord[];
  /** All that this database knows of documents in the period, of whatever connection and day. */
  readonly known: ReadonlyMap<string, EntryRecord>;
  readonly documents: readonly LedgerDocument[];
  /** Dated outside the period: mirrors of documents in it, and what mirrors in it take back. */
  readonly elsewhere: readonly LedgerDocument[];
}

/** Compares one for one. Documents that belong to entries of other connections are theirs to prove. */
export function comparePeriod({ connectionId, entries, known, documents, elsewhere }: SidesOfPeriod): ComparedPeriod {
  const mirrors = mirrorsAmong([...documents, ...elsewhere]);
  const isStanding = standsIn(mirrors);
  const byKey = new Map<string, LedgerDocument[]>();
  for (const document of documents) {
    byKey.set(document.reference, [...(byKey.get(document.reference) ?? []), document]);
  }
  const own = new Set<string>(entries.map(({ entry }) => entry.postingKey));
  const differences = [
    ...entries.flatMap((record) => {
      const under = byKey.get(record.entry.postingKey) ?? [];
      return differencesOf(record, {
        standing: under.filter(isStanding),
        gone: under.filter((each) => !isStanding(each)).map((each) => withMirror(each, mirrors)),
        reversal: record.reversalKey === null ? undefined : known.get(record.reversalKey),
      });
    }),
    ...documents
      .filter((document) => isStanding(document) && !own.has(document.reference))
      .flatMap((document) => strangeDocument(document, known.get(document.reference), connectionId)),
  ];
  const counted = documents.filter(
    (each) => isStanding(each) && (own.has(each.reference) || !known.has(each.reference)),
  );
  return {
    differences,
    totals: totalsOf(entries.filter(isBooked), counted),
    reversed: pairsOf(documents, mirrors, known),
  };
}

/** It stands in our books: a reversal and what it takes back do not. */
function isBooked({ state, entry }: EntryRecord): boolean {
  return state === 'posted' && entry.reversal === undefined;
}

interface UnderKey {
  readonly standing: readonly LedgerDocument[];
  /** Taken back, by SAP or by a mirror. */
  readonly gone: readonly LedgerDocument[];
  /** Of this program, if there is one that is not withdrawn. */
  readonly reversal: EntryRecord | undefined;
}

function differencesOf(record: EntryRecord, under: UnderKey): readonly Difference[] {
  // Proven by the document that it takes back.
  if (record.entry.reversal) return [];
  const { standing } = under;
  const [document, second] = standing;
  const { state } = record;
  if (state === 'posted') return postedDifferences(record, under);
  if (state === 'reversed') return document ? [of(record, document, notReversed(record, document))] : [];
  if (document && !second && state !== 'unknown' && state !== 'sending') {
    return [of(record, document, notRecorded(record, document))];
  }
  if (second) return [of(record, second, twice(record, standing))];
  return state === 'unknown' || state === 'sending' ? [of(record, document, outcomeUnknown(record))] : [];
}

function postedDifferences(record: EntryRecord, { standing, gone, reversal }: UnderKey): readonly Difference[] {
  const [document, second] = standing;
  if (document && second) return [of(record, second, twice(record, standing))];
  if (document) {
    const difference = numberDifference(record, document) ?? strictDifferenceOf(record.entry, document);
    return difference === null ? [] : [of(record, document, differs(record, document, difference))];
  }
  const reversed = gone.find((each) => !each.isReversal && numberDifference(record, each) === null);
  if (!reversed) return [of(record, undefined, missing(record))];
  // It may be ours that took the document back: the sync looks that up, and until then nothing else is recorded.
  if (reversal && (reversal.state === 'unknown' || reversal.state === 'sending')) {
    return [of(record, reversed, outcomeUnknown(reversal))];
  }
  return [
    { ...of(record, reversed, reversedInSap(record, reversed)), reversal: { entry: record, document: reversed } },
  ];
}

function numberDifference({ document }: EntryRecord, found: LedgerDocument): string | null {
  if (document === null) return null;
  const [ours, theirs] = [nameOf(document), nameOf(found.document)];
  return ours === theirs ? null : `document ${theirs} instead of ${ours}`;
}

function strangeDocument(
  document: LedgerDocument,
  record: EntryRecord | undefined,
  connectionId: ConnectionId,
): readonly Difference[] {
  if (record === undefined) {
    return [
      {
        postingKey: document.reference,
        document: document.document,
        problem: unknownDocument(document),
        reversal: null,
      },
    ];
  }
  // Of this connection, but of another day: the entry itself is outside the period and would not tell.
  if (record.connectionId !== connectionId || record.entry.reversal) return [];
  const difference = strictDifferenceOf(record.entry, document);
  return difference === null ? [] : [of(record, document, differs(record, document, difference))];
}

function pairsOf(
  documents: readonly LedgerDocument[],
  mirrors: Mirrors,
  known: SidesOfPeriod['known'],
): readonly ReversedPair[] {
  return documents.flatMap((document) => {
    const mirror = mirrors.of(document);
    if (document.isReversal || (!document.isReversed && mirror === undefined)) return [];
    return [
      {
        postingKey: document.reference,
        document: document.document,
        reversedBy: mirror ? mirror.document : document.reverseDocument,
        state: known.get(document.reference)?.state ?? null,
      },
    ];
  });
}

function totalsOf(entries: readonly EntryRecord[], documents: readonly LedgerDocument[]): readonly ComparedTotal[] {
  const totals = new Map<string, ComparedTotal>();
  const add = (companyCode: CompanyCode, debit: Money, side: 'ours' | 'sap') => {
    const name = `${companyCode} ${debit.currency}`;
    const none = money(debit.currency, 0n);
    const empty = { companyCode, currency: debit.currency, ours: none, sap: none, entryCount: 0, documentCount: 0 };
    const total = totals.get(name) ?? empty;
    const count = side === 'ours' ? 'entryCount' : 'documentCount';
    totals.set(name, { ...total, [side]: addMoney(total[side], debit), [count]: total[count] + 1 });
  };
  for (const { entry } of entries) add(entry.companyCode, debitTotal(entry), 'ours');
  for (const { document, debitTotal: debit } of documents) add(document.companyCode, debit, 'sap');
  return [...totals.keys()].sort().flatMap((name) => totals.get(name) ?? []);
}

function of(record: EntryRecord, document: LedgerDocument | undefined, problem: ProblemFacts): Difference {
  const { postingKey } = record.entry;
  return { postingKey, document: document?.document ?? record.document, problem, reversal: null };
}

function missing({ entry, document, connectionName }: EntryRecord): ProblemFacts {
  return {
    code: 'VERIFY_DOCUMENT_MISSING',
    kind: 'unproven',
    says: `Entry ${entry.postingKey} is posted as document ${document ? nameOf(document) : '(none)'}, but SAP shows no document under its key with a posting date in the period.`,
    next: `Look at the document in SAP. SAP may show a new one only after some minutes; after a restore compare anew: seller-ledger sap relink ${connectionName}`,
  };
}

function differs({ entry }: EntryRecord, document: LedgerDocument, difference: string): ProblemFacts {
  return {
    code: 'VERIFY_DOCUMENT_DIFFERS',
    kind: 'unproven',
    says: `SAP's document ${nameOf(document.document)} of entry ${entry.postingKey} has ${difference}.`,
    next: `Compare the two: seller-ledger entries show ${entry.postingKey}`,
  };
}

function twice({ entry }: EntryRecord, documents: readonly LedgerDocument[]): ProblemFacts {
  return {
    code: 'VERIFY_DOCUMENT_TWICE',
    kind: 'unproven',
    says: `SAP holds ${documents.length} documents under reference ${entry.postingKey}: ${documents.map(({ document }) => nameOf(document)).join(', ')}.`,
    next: `Reverse all but the one that is on record: seller-ledger entries show ${entry.postingKey}`,
  };
}

function unknownDocument(found: LedgerDocument): ProblemFacts {
  const { document, reference, headerReference, debitTotal: debit, postingDate } = found;
  return {
    code: 'VERIFY_DOCUMENT_UNKNOWN',
    kind: 'unproven',
    says: `SAP holds document ${nameOf(document)} under key ${reference}${headerReference ? ` (${headerReference})` : ''}, debit ${formatMoney(debit)} ${debit.currency}, posted on ${postingDate}, which no entry of this database has.`,
    next: 'When this database is new or was restored: sync first, which links what SAP holds and sends nothing twice. Otherwise find out which other installation posts into this company code, before anything is reversed.',
  };
}

function reversedInSap(
  { entry, connectionName }: EntryRecord,
  { document, reverseDocument }: LedgerDocument,
): ProblemFacts {
  const by = reverseDocument ? ` by ${reverseDocument.sapDocumentNumber} ${reverseDocument.fiscalYear}` : '';
  return {
    code: 'VERIFY_REVERSED_IN_SAP',
    kind: 'unproven',
    says: `Document ${nameOf(document)} of entry ${entry.postingKey} was reversed in SAP${by}; the entry is still posted here.`,
    next: `If the reversal is right, record it by verifying the same period with --adopt-reversals: seller-ledger sap verify ${connectionName} --from ${entry.postingDate} --to ${entry.postingDate} --adopt-reversals`,
  };
}

function notReversed({ entry }: EntryRecord, { document }: LedgerDocument): ProblemFacts {
  return {
    code: 'VERIFY_NOT_REVERSED',
    kind: 'unproven',
    says: `Entry ${entry.postingKey} is reversed here, but its document ${nameOf(document)} stands in SAP.`,
    next: `Look whether it was booked again or never reversed: seller-ledger entries show ${entry.postingKey}`,
  };
}

function notRecorded({ entry, state, connectionName }: EntryRecord, { document }: LedgerDocument): ProblemFacts {
  return {
    code: 'VERIFY_NOT_RECORDED',
    kind: 'unproven',
    says: `SAP holds document ${nameOf(document)} under the key of entry ${entry.postingKey}, which is ${state} here.`,
    next: `Link it: seller-ledger sap relink ${connectionName}`,
  };
}

function outcomeUnknown({ entry, connectionName }: EntryRecord): ProblemFacts {
  return {
    code: 'VERIFY_OUTCOME_UNKNOWN',
    kind: 'unproven',
    says: `Whether SAP booked entry ${entry.postingKey} is not known yet.`,
    next: `A sync looks it up: seller-ledger sync ${connectionName}`,
  };
}
