import type { AuditEvent, EntryAttempt, EntryCounts, EntryRecord, SettlementRecord } from '../../app/index.ts';
import { formatInstant, formatMoney } from '../../core/index.ts';
import { debitTotal } from '../../ledger/index.ts';

/** The JSON forms of records, for the HTTP API and for `--json`. Amounts are decimal text, debit positive. */

export function settlementSummary(record: SettlementRecord) {
  return {
    id: record.key,
    settlementId: record.settlementId,
    connection: record.connectionName,
    sellerAccount: record.sellerAccount,
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

/** How far the entries of a settlement are in SAP. */
export function postingProgress(counts: EntryCounts) {
  return { entryCount: totalOf(counts), postedCount: counts.posted ?? 0 };
}

/** How many there are in all states together. */
export function totalOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

export function settlementDetail(record: SettlementRecord, entries: readonly EntryRecord[]) {
  return {
    ...settlementSummary(record),
    entryCount: entries.length,
    postedCount: entries.filter((entry) => entry.state === 'posted').length,
    evidenceSha256: record.sha256,
    digest: record.digest,
    proofs: record.proofs,
    quarantine: record.quarantine.map((item) => ({ ...item, amount: formatMoney(item.amount) })),
    entries: entries.map(entrySummary),
  };
}

export function entrySummary(record: EntryRecord) {
  const { entry } = record;
  return {
    id: record.id,
    postingKey: entry.postingKey,
    settlementId: record.settlementId,
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
    problem: record.problem,
    updatedAt: record.updatedAt,
  };
}

export function entryDetail(record: EntryRecord, attempts: readonly EntryAttempt[], history: readonly AuditEvent[]) {
  return {
    ...entrySummary(record),
    documentType: record.entry.documentType,
    documentDate: record.entry.documentDate,
    headerText: record.entry.headerText,
    digest: record.digest,
    approvedDigest: record.approvedDigest,
    messages: record.messages,
    lines: record.entry.lines.map((line, index) => ({
      line: index + 1,
      kind: line.kind,
      glAccount: line.glAccount,
      costCenter: line.costCenter,
      profitCenter: line.profitCenter,
      taxCode: line.taxCode,
      amount: formatMoney(line.amount),
      text: line.text,
      hasRows: line.buckets.length > 0,
    })),
    attempts,
    history: history.map(auditSummary),
  };
}

export function auditSummary(event: AuditEvent) {
  return {
    sequence: event.sequence,
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
