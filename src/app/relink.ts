import {
  assert,
  type EpochSeconds,
  firstDayOf,
  formatInstant,
  type LocalDate,
  lastDayOf,
  type ProblemFacts,
  parseLocalDate,
  yearMonthOf,
} from '../core/index.ts';
import type { CompanyCode } from '../ledger/index.ts';
import { nameOf } from './compare-document.ts';
import type { ConnectionContext } from './context.ts';
import { recordFoundReversed } from './found-reversed.ts';
import type { EntryId, EntryRecord, LedgerDocument, SettlementKey, SettlementRecord } from './ports.ts';
import { proposeAtRevision } from './propose-settlement.ts';
import {
  bookedUnderOtherKeys,
  compareEntry,
  type Finding,
  headerReferenceOf,
  revisionOf,
  strangersOf,
} from './relink-settlement.ts';

export interface RelinkHooks {
  /** Called now and then: keeps the lease and notices a stop. */
  readonly keepAlive: () => Promise<void>;
  /** Entries that this run has looked up by their own key: what that came to stands. */
  readonly lookedUp?: ReadonlySet<EntryId>;
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

const DAY_S = 86_400;
/** The lease is renewed after so many documents, which SAP gives in some seconds. */
const KEEP_ALIVE_DOCUMENTS = 200;

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
  const settlements = await settlementsOf(context, entries);
  const { documents, documentsRead } = await readDocuments(context, { settlements, entries }, hooks);
  const isEarly = await mayBeEarly(context, documents);
  const { lookedUp = new Set<EntryId>() } = hooks;
  for (const settlement of settlements) {
    await hooks.keepAlive();
    const own = entries.filter(({ settlementKey }) => settlementKey === settlement.key);
    const settled = await relinkSettlement(context, { settlement, own, documents, isEarly, lookedUp });
    result.adopted.push(...settled.adopted);
    result.settlements.push(...settled.settlements);
    result.problems.push(...settled.problems);
    for (const { id } of settled.clear) clear.add(id);
  }
  return { ...result, clear, documentsRead };
}

async function settlementsOf(
  { books }: ConnectionContext,
  entries: readonly EntryRecord[],
): Promise<readonly SettlementRecord[]> {
  const settlements: SettlementRecord[] = [];
  for (const key of new Set<SettlementKey>(entries.map(({ settlementKey }) => settlementKey))) {
    settlements.push(await books.getSettlement(key));
  }
  return settlements;
}

interface ToRelink {
  readonly settlement: SettlementRecord;
  readonly own: readonly EntryRecord[];
  readonly documents: readonly LedgerDocument[];
  /** SAP may not show yet what a predecessor booked last. */
  readonly isEarly: boolean;
  readonly lookedUp: ReadonlySet<EntryId>;
}

const NOTHING: Relinked = { adopted: [], clear: [], settlements: [], problems: [] };

interface Relinked {
  readonly adopted: readonly EntryRecord[];
  readonly clear: readonly EntryRecord[];
  readonly settlements: readonly SettlementRecord[];
  readonly problems: readonly ProblemFacts[];
}

async function relinkSettlement(context: ConnectionContext, toRelink: ToRelink): Promise<Relinked> {
  const { books } = context;
  const { settlement, own, documents } = toRelink;
  const all = await books.listEntries({ settlementKey: settlement.key });
  const strangers = strangersOf(
    settlement,
    all.filter(({ state }) => state !== 'withdrawn'),
    documents,
  );
  if (strangers.length === 0) return settleFindings(context, toRelink, all);
  const revision = revisionOf(settlement, strangers);
  const standsNow = own.some((record) => compareEntry(record, documents).is === 'booked');
  const isReplaceable = all.every(mayBeReplaced);
  if (revision === undefined || revision <= settlement.revision || standsNow || !isReplaceable) {
    return hold(context, own, bookedUnderOtherKeys(settlement, strangers));
  }
  const again = await proposeAtRevision(context, settlement, revision);
  const proposed = await books.listEntries({ settlementKey: settlement.key, states: ['proposed'] });
  const leftOver = strangersOf(again, proposed, documents);
  const next =
    leftOver.length === 0
      ? await settleFindings(context, { ...toRelink, own: proposed }, proposed)
      : await hold(context, proposed, bookedUnderOtherKeys(again, leftOver));
  return { ...next, settlements: [again] };
}

/** Nothing of it is in the books, or what was has been taken back. */
function mayBeReplaced({ state, entry }: EntryRecord): boolean {
  if (entry.reversal) return state === 'posted' || state === 'withdrawn';
  return state !== 'sending' && state !== 'unknown' && state !== 'posted';
}

async function settleFindings(
  context: ConnectionContext,
  { own, documents, isEarly, lookedUp }: ToRelink,
  siblings: readonly EntryRecord[],
): Promise<Relinked> {
  const findings = own.map(
    (record): Finding => (lookedUp.has(record.id) ? { of: record, is: 'not-in-sap' } : compareEntry(record, documents)),
  );
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
  const isTakenBack = [...adopted, ...siblings].some(({ state, attempt }) => state === 'reversed' && attempt === 0);
  if (isTakenBack) return { ...(await hold(context, open, takenBackInPart(open))), adopted };
  return isEarly
    ? { ...(await hold(context, open, tooEarly(context, open))), adopted }
    : { ...NOTHING, adopted, clear: open };
}

async function hold(
  context: ConnectionContext,
  records: readonly EntryRecord[],
  problem: ProblemFacts,
): Promise<Relinked> {
  for (const record of records) await note(context, record, problem);
  return { ...NOTHING, problems: [problem] };
}

async function note(context: ConnectionContext, record: EntryRecord, problem: ProblemFacts): Promise<void> {
  if (record.problem?.code === problem.code && record.problem.says === problem.says) return;
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
 * The documents of the months of these entries that concern them or their settlements, in every company code that the
 * account table knows: a table that was changed since may have moved a marketplace to another one.
 */
async function readDocuments(
  context: ConnectionContext,
  concerned: { readonly settlements: readonly SettlementRecord[]; readonly entries: readonly EntryRecord[] },
  { keepAlive }: RelinkHooks,
): Promise<{ documents: readonly LedgerDocument[]; documentsRead: number }> {
  const { settlements, entries } = concerned;
  const keys = new Set<string>(entries.map(({ entry }) => entry.postingKey));
  const references = new Set(settlements.map(headerReferenceOf));
  const documents: LedgerDocument[] = [];
  let documentsRead = 0;
  for (const companyCode of companyCodesOf(context, entries)) {
    await keepAlive();
    for await (const document of context.ledger.listDocuments({ companyCode, ...monthsOf(settlements, entries) })) {
      documentsRead += 1;
      if (documentsRead % KEEP_ALIVE_DOCUMENTS === 0) await keepAlive();
      if (keys.has(document.reference) || references.has(document.headerReference)) documents.push(document);
    }
  }
  return { documents, documentsRead };
}

function companyCodesOf(context: ConnectionContext, entries: readonly EntryRecord[]): readonly CompanyCode[] {
  const known = context.table.companyCodes().map(({ companyCode }) => companyCode);
  return [...new Set([...known, ...entries.map(({ entry }) => entry.companyCode)])].sort();
}

/**
 * The whole months that the settlements touch, in any time zone: each of their documents is dated in one of them, also one
 * that is not among these entries.
 */
function monthsOf(
  settlements: readonly SettlementRecord[],
  entries: readonly EntryRecord[],
): { from: LocalDate; to: LocalDate } {
  const days = [
    ...settlements.flatMap(({ header }) => [header.startAt - DAY_S, header.endAt + DAY_S]).map(utcDayOf),
    ...entries.map(({ entry }) => entry.postingDate),
  ].sort();
  const [first, last] = [days[0], days.at(-1)];
  assert(first !== undefined && last !== undefined, 'there is an entry to compare');
  return { from: firstDayOf(yearMonthOf(first)), to: lastDayOf(yearMonthOf(last)) };
}

function utcDayOf(at: EpochSeconds): LocalDate {
  return parseLocalDate(formatInstant(at).slice(0, 10));
}

/**
 * A database that began within the quiet period, and whose predecessor posted: SAP may not show yet what that one sent
 * last. A first installation finds nothing of ours and need not wait.
 */
async function mayBeEarly(context: ConnectionContext, documents: readonly LedgerDocument[]): Promise<boolean> {
  const { books, connection, posting } = context;
  const ageMs = (await books.sharedNowMs()) - Date.parse(connection.createdAt);
  if (ageMs >= posting.quietPeriodMs) return false;
  const entries = await books.listEntries({ connectionId: connection.id });
  const adopted = entries.some(({ attempt, document }) => attempt === 0 && document !== null);
  const sent = new Set<string>(entries.flatMap(({ attempt, entry }) => (attempt > 0 ? [entry.postingKey] : [])));
  return adopted || documents.some(({ reference }) => !sent.has(reference));
}

function takenBackInPart(records: readonly EntryRecord[]): ProblemFacts {
  const list = records.map(({ entry }) => entry.postingKey).join(', ');
  const settlementId = records[0]?.settlementId ?? '';
  return {
    code: 'SETTLEMENT_TAKEN_BACK',
    kind: 'conflict',
    says: `SAP has reversed documents of settlement ${settlementId}, so the others are not sent by themselves: ${list}.`,
    next: `Decide whether it is to be booked anew as a whole: seller-ledger settlements show ${settlementId}`,
  };
}

function tooEarly({ connection, posting }: ConnectionContext, records: readonly EntryRecord[]): ProblemFacts {
  const from = new Date(Date.parse(connection.createdAt) + posting.quietPeriodMs).toISOString();
  return {
    code: 'RELINK_TOO_EARLY',
    kind: 'unavailable',
    says: `SAP holds documents that an earlier database booked, and may not show the last of them yet: ${records.length} ${records.length === 1 ? 'entry' : 'entries'} of settlement ${records[0]?.settlementId ?? ''} will not be sent before ${from}.`,
    next: `Nothing to do: a sync after that time compares again and goes on. seller-ledger sync ${connection.name}`,
  };
}
