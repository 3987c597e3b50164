import {
  assert,
  DAY_S,
  firstDayOf,
  type LocalDate,
  lastDayOf,
  nextYearMonth,
  type ProblemFacts,
  utcDayOf,
  yearMonthOf,
} from '../core/index.ts';
import { nameOf } from './compare-document.ts';
import type { ConnectionContext } from './context.ts';
import { recordFoundReversed } from './found-reversed.ts';
import { findMirrors, mirrorsAmong, standsIn, withMirror } from './mirrors.ts';
import { sayOrigin } from './origin.ts';
import { companyCodesOf, readDocuments } from './our-documents.ts';
import type { AccrualRecord, EntryId, EntryOrigin, EntryRecord, LedgerDocument, SettlementRecord } from './ports.ts';
import { proposeAtRevision } from './propose-settlement.ts';
import { type AccrualFamily, accrualFamilyOf, accrualStrangers, accruedUnderOtherKeys } from './relink-accrual.ts';
import {
  bookedUnderOtherKeys,
  compareEntry,
  headerReferenceOf,
  isOfComparison,
  revisionOf,
  strangersOf,
} from './relink-settlement.ts';
import { accrualTakenBack } from './take-back.ts';
import { unlessMoved } from './unless-moved.ts';

export interface RelinkHooks {
  /** Called now and then: keeps the lease and notices a stop. */
  readonly keepAlive: () => Promise<void>;
}

export interface RelinkResult {
  readonly documentsRead: number;
  /** Entries that SAP holds documents of: now `posted`, or `reversed` where SAP has taken them back. */
  readonly adopted: readonly EntryRecord[];
  /** SAP holds nothing of these, nor of their settlements under other keys: they may be sent. */
  readonly clear: ReadonlySet<EntryId>;
  /** Settlements that were proposed anew, because SAP holds them under the keys of a later revision. */
  readonly settlements: readonly SettlementRecord[];
  /** Why the others are not sent. */
  readonly problems: readonly ProblemFacts[];
}

/**
 * Compares entries that this database has not sent with what SAP holds, so that a database that was lost, or restored from an
 * old backup, never books again what its predecessor booked. Reads SAP's documents of the period in bulk: no request per
 * entry. What SAP holds is adopted; what it holds otherwise is left to a person.
 *
 * Raises `unavailable` or `rejected` problems when SAP cannot be asked: then nothing may be sent.
 */
export async function relinkEntries(
  context: ConnectionContext,
  candidates: readonly EntryRecord[],
  hooks: RelinkHooks,
): Promise<RelinkResult> {
  // What takes a document back looks at that document before it is sent.
  const reversals = candidates.filter(({ entry }) => entry.reversal !== undefined);
  const entries = candidates.filter(({ entry }) => entry.reversal === undefined);
  const clear = new Set<EntryId>(reversals.map(({ id }) => id));
  const result = {
    adopted: [] as EntryRecord[],
    settlements: [] as SettlementRecord[],
    problems: [] as ProblemFacts[],
  };
  if (entries.length === 0) return { ...result, clear, documentsRead: 0 };
  const concerned = await originsOf(context, entries);
  const { documents, documentsRead } = await documentsOf(context, concerned, hooks);
  const earlyUntil = await earlyUntilOf(context, concerned, documents);
  for (const { settlement, accrual, origin } of concerned) {
    await hooks.keepAlive();
    const own = entries.filter((entry) => entry.origin.key === origin.key);
    const toRelink = { settlement, accrual, own, documents, earlyUntil };
    const settled = await unlessMoved(() => relinkOrigin(context, origin, toRelink));
    if (!settled) continue;
    result.adopted.push(...settled.adopted);
    result.settlements.push(...settled.settlements);
    result.problems.push(...settled.problems);
    for (const { id } of settled.clear) clear.add(id);
  }
  return { ...result, clear, documentsRead };
}

interface Concerned {
  readonly origin: EntryOrigin;
  /** `null`: the entries are those of an accrual. */
  readonly settlement: SettlementRecord | null;
  /** `null`: they are those of a settlement. */
  readonly accrual: FoundAccrual | null;
  /** All of them, also those that are booked. */
  readonly entries: readonly EntryRecord[];
}

async function originsOf(context: ConnectionContext, unsent: readonly EntryRecord[]): Promise<Concerned[]> {
  const { books } = context;
  const concerned: Concerned[] = [];
  for (const [key, origin] of new Map(unsent.map((record) => [record.origin.key, record.origin]))) {
    const entries = await books.listEntries({ originKey: key });
    if (origin.kind === 'settlement') {
      concerned.push({ origin, entries, settlement: await books.getSettlement(key), accrual: null });
      continue;
    }
    const record = await books.getAccrual(key);
    const accrual = { record, family: await accrualFamilyOf(context, record) };
    concerned.push({ origin, entries, settlement: null, accrual });
  }
  return concerned;
}

interface FoundAccrual {
  readonly record: AccrualRecord;
  readonly family: AccrualFamily;
}

interface ToRelink {
  readonly settlement: SettlementRecord | null;
  readonly accrual: FoundAccrual | null;
  readonly own: readonly EntryRecord[];
  readonly documents: readonly LedgerDocument[];
  /** SAP may not show yet what a predecessor booked last; `null` when it must. */
  readonly earlyUntil: string | null;
}

const NOTHING: Relinked = { adopted: [], clear: [], settlements: [], problems: [] };

interface Relinked {
  readonly adopted: readonly EntryRecord[];
  readonly clear: readonly EntryRecord[];
  readonly settlements: readonly SettlementRecord[];
  readonly problems: readonly ProblemFacts[];
}

async function relinkOrigin(context: ConnectionContext, origin: EntryOrigin, toRelink: ToRelink): Promise<Relinked> {
  const { books } = context;
  const { settlement, accrual, documents } = toRelink;
  const siblings = await books.listEntries({ originKey: origin.key });
  const taken = await recordTakenBack(context, siblings, documents);
  const next = settlement
    ? await compareSettlement(context, { ...toRelink, settlement }, taken)
    : await settleFindings(context, toRelink, {
        siblings,
        taken,
        elsewhere: accrual && elsewhereOf(accrual, documents),
      });
  return { ...next, adopted: [...taken, ...next.adopted] };
}

/** Why nothing more of an accrual is sent when SAP holds it under other keys; `null` when it does not. */
function elsewhereOf({ record, family }: FoundAccrual, documents: readonly LedgerDocument[]): ProblemFacts | null {
  const strangers = accrualStrangers(family, documents);
  return strangers.length > 0 ? accruedUnderOtherKeys(record, strangers) : null;
}

async function compareSettlement(
  context: ConnectionContext,
  toRelink: ToRelink & { readonly settlement: SettlementRecord },
  taken: readonly EntryRecord[],
): Promise<Relinked> {
  const { books } = context;
  const { settlement, own, documents } = toRelink;
  const all = await books.listEntries({ originKey: settlement.key });
  const strangers = strangersOf(
    settlement,
    all.filter(({ state }) => state !== 'withdrawn'),
    documents,
  );
  if (strangers.length === 0) return settleFindings(context, toRelink, { siblings: all, taken });
  const revision = revisionOf(settlement, strangers);
  const standsNow = own.some((record) => compareEntry(record, documents).is === 'booked');
  const isReplaceable = all.every(mayBeReplaced);
  if (revision === undefined || revision <= settlement.revision || standsNow || !isReplaceable) {
    return hold(context, own, bookedUnderOtherKeys(settlement, strangers));
  }
  const again = await proposeAtRevision(context, settlement, revision);
  const proposed = await books.listEntries({ originKey: settlement.key, states: ['proposed'] });
  const leftOver = strangersOf(again, proposed, documents);
  const next =
    leftOver.length === 0
      ? await settleFindings(context, { ...toRelink, own: proposed }, { siblings: proposed, taken: [] })
      : await hold(context, proposed, bookedUnderOtherKeys(again, leftOver));
  return { ...next, settlements: [again] };
}

/**
 * Booked entries of the settlement that a person has taken back in SAP since, as the documents that were read tell: the rest
 * of it must not be sent as if they stood. One whose own reversal may be in SAP is looked up by that.
 */
async function recordTakenBack(
  context: ConnectionContext,
  siblings: readonly EntryRecord[],
  documents: readonly LedgerDocument[],
): Promise<EntryRecord[]> {
  const mirrors = mirrorsAmong(documents);
  const mayBeOurs = new Set(
    siblings.flatMap(({ entry, state }) => (MAY_BE_IN_SAP.includes(state) ? [entry.postingKey] : [])),
  );
  const taken: EntryRecord[] = [];
  for (const record of siblings) {
    const { state, entry, document, reversalKey } = record;
    if (state !== 'posted' || entry.reversal || document === null) continue;
    if (reversalKey !== null && mayBeOurs.has(reversalKey)) continue;
    const found = documents.find((each) => nameOf(each.document) === nameOf(document));
    const seen = found?.reference === entry.postingKey ? withMirror(found, mirrors) : undefined;
    if (seen?.isReversed) taken.push(await recordFoundReversed(context, record, seen));
  }
  return taken;
}

const MAY_BE_LINKED: readonly EntryRecord['state'][] = ['proposed', 'approved'];
const MAY_BE_IN_SAP: readonly EntryRecord['state'][] = ['sending', 'unknown'];

/** Nothing of it is in the books, or what was has been taken back. */
function mayBeReplaced({ state, entry }: EntryRecord): boolean {
  if (entry.reversal) return state === 'posted' || state === 'withdrawn';
  return state !== 'sending' && state !== 'unknown' && state !== 'posted';
}

async function settleFindings(
  context: ConnectionContext,
  { own, documents, earlyUntil }: ToRelink,
  found: {
    readonly siblings: readonly EntryRecord[];
    readonly taken: readonly EntryRecord[];
    readonly elsewhere?: ProblemFacts | null;
  },
): Promise<Relinked> {
  const { siblings, taken, elsewhere = null } = found;
  const findings = own.map((record) => compareEntry(record, documents));
  // Nothing of it is linked or sent by half: as long as it is open, it can still be proposed with the right account table.
  const unclear = findings.flatMap((finding) => (finding.is === 'unclear' ? [finding] : []));
  for (const { of: record, problem } of unclear) await note(context, record, problem);
  if (unclear.length > 0) return { ...NOTHING, problems: unclear.map(({ problem }) => problem) };
  const adopted: EntryRecord[] = [];
  const open: EntryRecord[] = [];
  for (const finding of findings) {
    if (finding.is === 'booked') adopted.push(await adopt(context, finding.of, finding.document));
    else if (finding.is === 'reversed') {
      const posted = await adopt(context, finding.of, finding.document);
      adopted.push(await recordFoundReversed(context, posted, finding.document));
    } else open.push(finding.of);
  }
  if (open.length === 0) return { ...NOTHING, adopted };
  if (elsewhere) return { ...(await hold(context, open, elsewhere)), adopted };
  // What an earlier proposal booked, a person has had taken back and proposed anew.
  const isTakenBack =
    taken.length > 0 ||
    [...adopted, ...siblings].some(
      ({ state, attempt, isCurrent }) => state === 'reversed' && attempt === 0 && isCurrent,
    );
  if (isTakenBack) return { ...(await hold(context, open, takenBackInPart(open))), adopted };
  if (earlyUntil) return { ...(await hold(context, open, tooEarly(context, open, earlyUntil))), adopted };
  // What stood in its way before has been put right.
  for (const record of open) if (isOfComparison(record.problem)) await note(context, record, null);
  return { ...NOTHING, adopted, clear: open };
}

async function hold(
  context: ConnectionContext,
  records: readonly EntryRecord[],
  problem: ProblemFacts,
): Promise<Relinked> {
  for (const record of records) await note(context, record, problem);
  return { ...NOTHING, problems: [problem] };
}

async function note(context: ConnectionContext, record: EntryRecord, problem: ProblemFacts | null): Promise<void> {
  if (record.problem?.code === problem?.code && record.problem?.says === problem?.says) return;
  await context.books.annotateEntry({ id: record.id, state: record.state, actor: context.actor, problem });
}

function adopt(context: ConnectionContext, record: EntryRecord, { document }: LedgerDocument): Promise<EntryRecord> {
  return context.books.moveEntry({
    id: record.id,
    from: record.state,
    to: 'posted',
    actor: context.actor,
    why: `SAP holds it as document ${nameOf(document)}, which this database has not sent: it is adopted`,
    document,
    isFoundInSap: true,
    problem: null,
    // Whoever booked it had it approved; that it is the same is what was compared.
    ...(record.state === 'proposed' && { approvedDigest: record.digest }),
  });
}

/**
 * The documents of the months of these settlements that concern them, and what takes them back on any other day. They are read
 * in every company code that this database ever knew, because a table that was changed since may have moved a marketplace to
 * another one; and in all that SAP shows, where a database that is lost may have known others.
 */
async function documentsOf(
  context: ConnectionContext,
  concerned: readonly Concerned[],
  { keepAlive }: RelinkHooks,
): Promise<{ documents: readonly LedgerDocument[]; documentsRead: number }> {
  const entries = concerned.flatMap((each) => each.entries);
  const settlements = concerned.flatMap(({ settlement }) => settlement ?? []);
  const keys = new Set<string>(entries.map(({ entry }) => entry.postingKey));
  const references = new Set(settlements.map(headerReferenceOf));
  const families = concerned.flatMap(({ accrual }) => accrual?.family ?? []);
  const concerns = (document: LedgerDocument) =>
    keys.has(document.reference) ||
    references.has(document.headerReference) ||
    families.some((family) => family.has(document));
  const companyCodes = concerned.some((each) => isOlderThan(context, each)) ? null : await companyCodesOf(context);
  const documents: LedgerDocument[] = [];
  let documentsRead = 0;
  const months = monthsOf(settlements, entries, await context.books.sharedNowMs());
  for await (const document of readDocuments(context, { companyCodes, ...months }, keepAlive)) {
    documentsRead += 1;
    if (concerns(document)) documents.push(document);
  }
  await keepAlive();
  const known = new Set(documents.map(({ document }) => nameOf(document)));
  const elsewhere = await findMirrors(context, documents.filter(standsIn(mirrorsAmong(documents))));
  return {
    documents: [...documents, ...elsewhere.filter(({ document }) => !known.has(nameOf(document)))],
    documentsRead,
  };
}

/** Whether a predecessor of this database may have booked it, with an account table that this one never saw. */
function isOlderThan({ connection }: ConnectionContext, { settlement, entries }: Concerned): boolean {
  if (settlement) return settlement.header.endAt - DAY_S < Date.parse(connection.createdAt) / 1000;
  return entries.some(({ entry }) => entry.postingDate <= connection.createdAt.slice(0, 10));
}

/**
 * The whole months that the settlements touch, in any time zone, and all after them until the next one: each of their documents is
 * dated in one of them, also one that is not among these entries, and one that a closed month has sent on, which a database
 * that is lost may have known.
 */
function monthsOf(
  settlements: readonly SettlementRecord[],
  entries: readonly EntryRecord[],
  nowMs: number,
): { from: LocalDate; to: LocalDate } {
  const today = utcDayOf(Math.floor(nowMs / 1000));
  const days = [
    firstDayOf(nextYearMonth(yearMonthOf(today))),
    ...settlements.flatMap(({ header }) => [header.startAt - DAY_S, header.endAt + DAY_S]).map(utcDayOf),
    ...entries.map(({ entry }) => entry.postingDate),
  ].sort();
  const [first, last] = [days[0], days.at(-1)];
  assert(first !== undefined && last !== undefined, 'there is an entry to compare');
  return { from: firstDayOf(yearMonthOf(first)), to: lastDayOf(yearMonthOf(last)) };
}

/**
 * Until when SAP may not show yet what a predecessor sent last: a quiet period from the beginning of a database whose
 * predecessor posted, and from the moment in which an old backup, of whatever age, was found to be one. A first
 * installation finds nothing of ours and need not wait.
 */
async function earlyUntilOf(
  context: ConnectionContext,
  concerned: readonly Concerned[],
  documents: readonly LedgerDocument[],
): Promise<string | null> {
  const { books, connection, posting } = context;
  const nowMs = await books.sharedNowMs();
  const { foundInSapAt } = await books.pastOf(connection.id);
  const entries = concerned.flatMap((each) => each.entries);
  const sent = new Set<string>(entries.flatMap(({ attempt, entry }) => (attempt > 0 ? [entry.postingKey] : [])));
  const notSent = new Set(documents.flatMap(({ reference }) => (sent.has(reference) ? [] : [reference])));
  const isFoundNow = entries
    .filter(({ state, entry }) => MAY_BE_LINKED.includes(state) && !entry.reversal && notSent.has(entry.postingKey))
    .some((record) => ['booked', 'reversed'].includes(compareEntry(record, documents).is));
  const beganMs = Date.parse(connection.createdAt);
  const isOfPredecessor = foundInSapAt !== null || notSent.size > 0;
  const isYoung = beganMs + posting.quietPeriodMs > nowMs;
  const sinceMs = [
    ...(isFoundNow ? [nowMs] : []),
    ...(foundInSapAt === null ? [] : [Date.parse(foundInSapAt)]),
    ...(isYoung && isOfPredecessor ? [beganMs] : []),
  ];
  const untilMs = Math.max(...sinceMs) + posting.quietPeriodMs;
  return sinceMs.length > 0 && untilMs > nowMs ? new Date(untilMs).toISOString() : null;
}

function takenBackInPart(records: readonly EntryRecord[]): ProblemFacts {
  const list = records.map(({ entry }) => entry.postingKey).join(', ');
  const origin = records[0]?.origin;
  const settlementId = origin?.name ?? '';
  if (origin?.kind === 'accrual') return accrualTakenBack(origin.name, records);
  return {
    code: 'SETTLEMENT_TAKEN_BACK',
    kind: 'conflict',
    says: `SAP has reversed documents of settlement ${settlementId}, so the others are not sent by themselves: ${list}.`,
    next: `Decide whether it is to be booked anew as a whole: seller-ledger settlements show ${settlementId}`,
  };
}

function tooEarly({ connection }: ConnectionContext, records: readonly EntryRecord[], from: string): ProblemFacts {
  const origin = records[0]?.origin;
  return {
    code: 'RELINK_TOO_EARLY',
    kind: 'unavailable',
    says: `SAP holds documents that an earlier database booked, and may not show the last of them yet: ${records.length} ${records.length === 1 ? 'entry' : 'entries'} of ${origin ? sayOrigin(origin) : 'this connection'} will not be sent before ${from}.`,
    next: `Nothing to do: a sync after that time compares again and goes on. seller-ledger sync ${connection.name}`,
  };
}
