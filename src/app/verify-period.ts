import { DAY_MS, formatMoney, isProblem, type LocalDate, Problem } from '../core/index.ts';
import type { CompanyCode } from '../ledger/index.ts';
import { nameOf } from './compare-document.ts';
import { type ComparedTotal, comparePeriod, type Difference, type ReversedPair } from './compare-period.ts';
import type { ConnectionContext } from './context.ts';
import { recordFoundReversed } from './found-reversed.ts';
import type { EntryState } from './life-cycle.ts';
import { findMirrors, mirrorsAmong, reversalKeysOf, standsIn } from './mirrors.ts';
import { companyCodesOf, readDocuments } from './our-documents.ts';
import type { EntryRecord, LedgerDocument } from './ports.ts';
import { keepSyncLease, underSyncLease } from './sync-lease.ts';

export interface VerifyOptions {
  /** Posting dates, both included. */
  readonly from: LocalDate;
  readonly to: LocalDate;
  /** Default: every one that this database ever knew of the connection. */
  readonly companyCodes?: readonly CompanyCode[];
  /** Record as reversed what was reversed in SAP past this program. */
  readonly adoptReversals?: boolean;
}

export interface PeriodProof {
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly companyCodes: readonly CompanyCode[];
  /** Each posted entry has exactly one equal document, and each document under our keys an entry. */
  readonly isProven: boolean;
  readonly totals: readonly ComparedTotal[];
  readonly differences: readonly Difference[];
  readonly reversed: readonly ReversedPair[];
  /** Entries of the period that are not in SAP: proposed, approved or refused. */
  readonly open: readonly EntryRecord[];
  /** Entries that this verification recorded as reversed. */
  readonly adopted: readonly EntryRecord[];
}

const OPEN: readonly EntryState[] = ['proposed', 'approved', 'rejected'];
const DAYS_MAX = 400;

/**
 * Proves a period: SAP's documents under our keys and our posted entries are the same, one for one, in document number,
 * total, currency, number of items, company code and posting date. Reads SAP in bulk and changes nothing there; what came out
 * is an audit event. Raises `PERIOD_INVALID` (invalid), `SYNC_RUNNING` (conflict), and `unavailable` or `rejected` when SAP
 * cannot be asked.
 */
export async function verifyPeriod(ungated: ConnectionContext, options: VerifyOptions): Promise<PeriodProof> {
  assertPeriod(options);
  return underSyncLease(ungated, async (lease, context) => {
    const keepAlive = () => keepSyncLease(context, lease);
    const first = await compare(context, options, keepAlive);
    const adopted: EntryRecord[] = [];
    for (const { reversal } of options.adoptReversals ? first.differences : []) {
      if (reversal) adopted.push(await recordFoundReversed(context, reversal.entry, reversal.document));
    }
    const proof = adopted.length === 0 ? first : await compare(context, options, keepAlive);
    await record(context, { ...proof, adopted });
    return { ...proof, adopted };
  });
}

function assertPeriod({ from, to }: VerifyOptions): void {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  if (days >= 1 && days <= DAYS_MAX) return;
  throw new Problem({
    code: 'PERIOD_INVALID',
    kind: 'invalid',
    says:
      days < 1
        ? `The period ends on ${to}, before it begins on ${from}.`
        : `The period from ${from} to ${to} has ${days} days; at most ${DAYS_MAX} are verified at once.`,
    next: 'Name the first and the last day, or a month: --month 2026-10',
  });
}

/** A code that was mistyped would be proven by having nothing. */
function assertKnown(wanted: readonly CompanyCode[], known: readonly CompanyCode[]): void {
  const strange = wanted.filter((code) => !known.includes(code));
  if (strange.length === 0) return;
  throw new Problem({
    code: 'PERIOD_INVALID',
    kind: 'invalid',
    says: `This connection never had anything to do with company code ${strange.join(', ')}.`,
    next: `Name some of these: ${known.join(', ')}`,
    data: strange.join(', '),
  });
}

async function compare(
  context: ConnectionContext,
  options: VerifyOptions,
  keepAlive: () => Promise<void>,
): Promise<PeriodProof> {
  const { books, connection } = context;
  const { from, to } = options;
  const wanted = options.companyCodes && new Set(options.companyCodes);
  const dated = await books.listEntries({ postingDates: { from, to } });
  const entries = dated.filter(
    ({ connectionId, entry }) =>
      connectionId === connection.id && (wanted === undefined || wanted.has(entry.companyCode)),
  );
  const all = await companyCodesOf(context);
  const companyCodes = options.companyCodes ?? all;
  assertKnown(companyCodes, all);
  const documents: LedgerDocument[] = [];
  for await (const document of readDocuments(context, { companyCodes, from, to }, keepAlive)) documents.push(document);
  const known = new Map<string, EntryRecord>(dated.map((each) => [each.entry.postingKey, each]));
  const keys = [
    ...documents.map(({ reference }) => reference),
    ...entries.flatMap(({ reversalKey }) => reversalKey ?? []),
  ];
  for (const key of keys) {
    const found = known.has(key) ? undefined : await findEntry(context, key);
    if (found) known.set(key, found);
  }
  const elsewhere = await findElsewhere(context, documents, known);
  return {
    from,
    to,
    companyCodes,
    ...proven(comparePeriod({ connectionId: connection.id, entries, known, documents, elsewhere })),
    open: entries.filter(({ state }) => OPEN.includes(state)),
    adopted: [],
  };
}

function proven(compared: ReturnType<typeof comparePeriod>) {
  return { ...compared, isProven: compared.differences.length === 0 };
}

/**
 * Where SAP takes documents back by mirrors, the two may be dated in different periods, and neither says anything of the
 * other: the mirrors of what stands in this period, and what the mirrors in this period take back.
 */
async function findElsewhere(
  context: ConnectionContext,
  documents: readonly LedgerDocument[],
  known: ReadonlyMap<string, EntryRecord>,
): Promise<readonly LedgerDocument[]> {
  const standing = documents.filter(standsIn(mirrorsAmong(documents)));
  const found = [...(await findMirrors(context, standing))];
  const originals = await originalsOf(context, standing, known);
  for (const { entry, document } of originals) {
    const original = document ? await context.ledger.findDocument(document) : undefined;
    if (original?.reference === entry.postingKey) found.push(original);
  }
  const inPeriod = new Set(documents.map(({ document }) => nameOf(document)));
  return found.filter(({ document }) => !inPeriod.has(nameOf(document)));
}

/** The entries that these documents take back, as far as they are mirrors. */
async function originalsOf(
  { books, connection }: ConnectionContext,
  documents: readonly LedgerDocument[],
  known: ReadonlyMap<string, EntryRecord>,
): Promise<readonly EntryRecord[]> {
  const originals: EntryRecord[] = [];
  const strange = new Set<string>();
  for (const { reference } of documents) {
    const record = known.get(reference);
    if (record?.entry.reversal) originals.push(await books.getEntry(record.entry.reversal.postingKey));
    else if (!record) strange.add(reference);
  }
  if (strange.size === 0) return originals;
  // A mirror that a predecessor of this database sent is no entry of its own here.
  const reversed = await books.listEntries({ connectionId: connection.id, states: ['reversed'] });
  const isMirrored = ({ entry }: EntryRecord) => reversalKeysOf(entry.postingKey).some((key) => strange.has(key));
  return [...originals, ...reversed.filter(isMirrored)];
}

/** An entry of another day, which the period's own do not show. */
async function findEntry({ books }: ConnectionContext, postingKey: string): Promise<EntryRecord | undefined> {
  try {
    return await books.getEntry(postingKey);
  } catch (thrown) {
    if (isProblem(thrown) && thrown.code === 'ENTRY_UNKNOWN') return undefined;
    throw thrown;
  }
}

async function record({ books, connection, actor }: ConnectionContext, proof: PeriodProof): Promise<void> {
  const { from, to, isProven, totals, differences, open, adopted } = proof;
  const count = `${differences.length} ${differences.length === 1 ? 'difference' : 'differences'}`;
  await books.record({
    actor,
    action: 'sap.verify',
    subject: `connection/${connection.id}`,
    why: `posting dates from ${from} to ${to} are ${isProven ? 'proven' : `not proven: ${count}`}`,
    after: {
      from,
      to,
      companyCodes: proof.companyCodes,
      isProven,
      totals: totals.map((total) => ({
        companyCode: total.companyCode,
        currency: total.currency,
        ours: formatMoney(total.ours),
        sap: formatMoney(total.sap),
        entryCount: total.entryCount,
        documentCount: total.documentCount,
      })),
      differences: differences.map(({ postingKey, problem }) => ({ postingKey, code: problem.code })),
      reversedCount: proof.reversed.length,
      openCount: open.length,
      adopted: adopted.map(({ entry }) => entry.postingKey),
    },
  });
}
