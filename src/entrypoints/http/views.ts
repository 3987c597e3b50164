import {
  type AccrualRecord,
  type AuditEvent,
  type CorrectionLinks,
  correctionLinks,
  type EntryAttempt,
  type EntryCounts,
  type EntryRecord,
  hasRowsOfItsOwn,
  type OriginKey,
  postingProgress,
  proveCorrections,
  type SapPause,
  type SettlementFile,
  type SettlementRecord,
} from '../../app/index.ts';
import { formatInstant, formatMoney } from '../../core/index.ts';
import { debitTotal, type JournalEntry } from '../../ledger/index.ts';
import { fileView, linkView } from './correction-views.ts';
import { linesView } from './lines-view.ts';

/** The JSON forms of records, for the HTTP API and for `--json`. Amounts are decimal text, debit positive. */

export function settlementSummary(record: SettlementRecord) {
  return {
    id: record.key,
    settlementId: record.settlementId,
    connection: record.connectionName,
    sellerAccount: record.sellerAccount,
    marketplaces: record.marketplaces,
    state: record.state,
    startTime: formatInstant(record.header.startAt),
    endTime: formatInstant(record.header.endAt),
    depositDate: formatInstant(record.header.depositAt).slice(0, 10),
    currency: record.header.currency,
    totalAmount: formatMoney(record.header.total),
    lineCount: record.lineCount,
    proofsHold: record.proofs.length > 0 && record.proofs.every((proof) => proof.ok),
    problem: record.problem,
    receivedAt: record.receivedAt,
  };
}

/** The settlement, and how far its entries are in SAP; `faults`: what the check by master data holds them for. */
export function settlementWithProgress(record: SettlementRecord, counts: EntryCounts, faults = 0) {
  return { ...settlementSummary(record), ...postingProgress(record.state, counts, faults) };
}

/** How many faults hold the entries of each settlement or accrual; one that is not held is left out. */
export function heldFaults(entries: readonly EntryRecord[]): ReadonlyMap<OriginKey, number> {
  const faults = new Map<OriginKey, number>();
  for (const { origin, isCurrent, problem } of entries) {
    if (!isCurrent || problem?.code !== 'SIMULATION_FAILED') continue;
    const own = (problem.data ?? '').split('\n').length;
    faults.set(origin.key, (faults.get(origin.key) ?? 0) + own);
  }
  return faults;
}

/** How many there are in all states together. */
export function totalOf(counts: Readonly<Partial<Record<string, number>>>): number {
  return Object.values(counts).reduce<number>((sum, count = 0) => sum + count, 0);
}

/** How many there are in one state, or in all states where none is named. */
export function countOf<State extends string>(
  counts: Readonly<Partial<Record<State, number>>>,
  state: State | undefined,
): number {
  return state === undefined ? totalOf(counts) : (counts[state] ?? 0);
}

export function settlementDetail(
  record: SettlementRecord,
  entries: readonly EntryRecord[],
  files: readonly SettlementFile[] = [],
) {
  const links = correctionLinks(entries);
  return {
    ...settlementWithProgress(record, countStates(entries), heldFaults(entries).get(record.key)),
    evidenceSha256: record.sha256,
    digest: record.digest,
    proofs: record.proofs,
    quarantine: record.quarantine.map((item) => ({ ...item, amount: formatMoney(item.amount) })),
    entries: entries.map((entry) => ({ ...entrySummary(entry), ...linkView(links.get(entry.id)) })),
    /** What holds because something was taken back; empty while nothing was. */
    corrections: proveCorrections(record.header, entries),
    /** Every file that came for it, where more than one did or the caller asked. */
    files: files.map(fileView),
  };
}

function countStates(entries: readonly EntryRecord[]): EntryCounts {
  const counts: { -readonly [State in keyof EntryCounts]: number } = {};
  for (const { state, isCurrent, entry } of entries) {
    if (isCurrent && !entry.reversal) counts[state] = (counts[state] ?? 0) + 1;
  }
  return counts;
}

export function accrualSummary(record: AccrualRecord) {
  const { key, connectionName, period, ...facts } = record;
  const { kind, name, revision, asOf, sourcesSha256, sourceCount, digest, recordedAt, withdrawnAt } = facts;
  return {
    id: key,
    connection: connectionName,
    kind,
    name,
    revision,
    from: period.from,
    to: period.to,
    asOf,
    sourcesSha256,
    sourceCount,
    digest,
    recordedAt,
    withdrawnAt,
  };
}

/** The accrual, and how far its entries are in SAP; `faults`: what the check by master data holds them for. */
export function accrualWithProgress(record: AccrualRecord, counts: EntryCounts, faults = 0) {
  const state = record.withdrawnAt === null ? 'proposed' : 'withdrawn';
  return { ...accrualSummary(record), ...postingProgress(state, counts, faults) };
}

export function accrualDetail(record: AccrualRecord, entries: readonly EntryRecord[]) {
  const links = correctionLinks(entries);
  return {
    ...accrualWithProgress(record, countStates(entries), heldFaults(entries).get(record.key)),
    entries: entries.map((entry) => ({ ...entrySummary(entry), ...linkView(links.get(entry.id)) })),
  };
}

/** What of an entry needs somebody. A withdrawn one needs nobody: what was wrong with it stays with its attempts. */
export function openProblemOf(record: EntryRecord) {
  return record.state === 'withdrawn' ? null : record.problem;
}

export function entrySummary(record: EntryRecord) {
  const { entry } = record;
  return {
    id: record.id,
    postingKey: entry.postingKey,
    /** What it books: `settlement` and its id, or `accrual` and its name. */
    originKind: record.origin.kind,
    originName: record.origin.name,
    originId: record.origin.key,
    settlementId: record.origin.kind === 'settlement' ? record.origin.name : null,
    connection: record.connectionName,
    state: record.state,
    companyCode: entry.companyCode,
    postingDate: entry.postingDate,
    currency: entry.currency,
    debitTotal: formatMoney(debitTotal(entry)),
    lineCount: entry.lines.length,
    part: entry.part,
    partCount: entry.partCount,
    document: record.document,
    /** Of a reversal: which entry and which SAP document it takes back, and for which reason. */
    reverses: entry.reversal ?? null,
    /** The entry that reverses this one, or is to, and the document that did it; somebody else's has no entry here. */
    reversalKey: record.reversalKey,
    reversedBy: record.reversedBy,
    /** Of the current proposal of its settlement, and not replaced by another entry. */
    isCurrent: hasRowsOfItsOwn(record),
    problem: openProblemOf(record),
    updatedAt: record.updatedAt,
  };
}

export function entryDetail(
  record: EntryRecord,
  attempts: readonly EntryAttempt[],
  history: readonly AuditEvent[],
  links?: CorrectionLinks,
) {
  return {
    ...entrySummary(record),
    ...linkView(links),
    documentType: record.entry.documentType,
    documentDate: record.entry.documentDate,
    headerText: record.entry.headerText,
    digest: record.digest,
    approvedDigest: record.approvedDigest,
    messages: record.messages,
    lines: linesView(record.entry).map((line, index) => ({
      ...line,
      /** Rows of Amazon's file: behind an accrual are events and orders, which `trace line` shows. */
      hasRows: record.origin.kind === 'settlement' && hasBuckets(record.entry, index) && hasRowsOfItsOwn(record),
    })),
    attempts,
    history: history.map(auditSummary),
  };
}

function hasBuckets({ lines }: JournalEntry, index: number): boolean {
  return (lines[index]?.buckets.length ?? 0) > 0;
}

/** The pause of SAP, of one connection; `null` when there is none. */
export function sapPauseView(pause: SapPause | undefined) {
  if (!pause) return null;
  const { since, until, looks, problem } = pause;
  return { code: problem.code, says: problem.says, since, until, looks };
}

/** What happened to a record, beside it: without its place in the chain and the contents before and after. */
export function historyView({ at, actor, action, why, hash }: AuditEvent) {
  return { at, actor: actor.name, action, why, hash };
}

/** The same where a record is told with its entries: which one, and its document where it was booked by that. */
export function entryHistoryView(event: AuditEvent, entries: readonly EntryRecord[]) {
  const entry = entries.find(({ id }) => event.subject === `entry/${id}`);
  return {
    ...historyView(event),
    postingKey: entry?.entry.postingKey ?? null,
    document: event.action === 'entry.posted' ? (entry?.document ?? null) : null,
  };
}

export function auditSummary(event: AuditEvent) {
  return {
    chain: event.chain,
    sequence: event.sequence,
    position: event.position,
    at: event.at,
    actor: event.actor.name,
    action: event.action,
    subject: event.subject,
    why: event.why,
    before: event.before,
    after: event.after,
    hash: event.hash,
  };
}
