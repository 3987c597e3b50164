import { readSettlementFile } from '../../amazon/index.ts';
import {
  type AuditSubject,
  daysUntil,
  type EntryCounts,
  obtainSums,
  reportForgottenOn,
  type SapDocumentKey,
  type SettlementRecord,
  settlementWaterfall,
  tableOfVersion,
  type WaterfallStep,
} from '../../app/index.ts';
import { formatMoney } from '../../core/index.ts';
import { approvalsOf, approvalView } from '../approvals.ts';
import { openMapping, type Workspace } from '../composition.ts';
import { entryHistoryView, settlementDetail, settlementWithProgress } from './views.ts';

/** The answers of the routes of settlements. */

export interface BesideSettlement {
  readonly counts: EntryCounts;
  /** For which the check by master data holds its entries. */
  readonly faults: number;
  readonly documents: readonly SapDocumentKey[];
  readonly nowMs: number;
}

/** A settlement in a list. */
export function settlementItem(record: SettlementRecord, { counts, faults, documents, nowMs }: BesideSettlement) {
  return { ...settlementWithProgress(record, counts, faults), ...beside(record, documents, nowMs) };
}

function beside({ header, proofs }: SettlementRecord, documents: readonly SapDocumentKey[], nowMs: number) {
  const forgottenOn = reportForgottenOn(header.endAt);
  return {
    proofCount: proofs.length,
    documents,
    forgottenOn,
    forgottenInDays: daysUntil(forgottenOn, nowMs),
  };
}

/** One settlement as it is now, with everything that is known of it. */
export async function settlementAnswer(workspace: Workspace, ref: string) {
  const { books } = workspace;
  const record = await books.getSettlement(ref);
  const entries = await books.listEntries({ originKey: record.key });
  const subjects: AuditSubject[] = [
    `settlement/${record.key}`,
    ...entries.map(({ id }): AuditSubject => `entry/${id}`),
  ];
  const [files, history, documents, nowMs] = await Promise.all([
    books.listSettlementFiles(record.key),
    books.listEvents({ subject: subjects }),
    books.listDocuments([record.key]),
    books.sharedNowMs(),
  ]);
  const approvals = await approvalsOf(workspace, entries);
  return {
    ...settlementDetail(record, entries, files),
    ...beside(record, documents.get(record.key) ?? [], nowMs),
    approvals: [...approvals.values()].map((each) => ({
      postingKey: each.record.entry.postingKey,
      ...approvalView(each),
    })),
    history: history.map((event) => entryHistoryView(event, entries)),
  };
}

/** How its sales become its deposit, by what the connection's account table knows today. */
export async function waterfallAnswer(workspace: Workspace, ref: string) {
  const { books, reconciliation } = workspace;
  const record = await books.getSettlement(ref);
  const sums = await obtainSums({ books, reconciliation, readSettlement: readSettlementFile }, record);
  const { connection, inUse } = await openMapping(workspace, record.connectionName);
  const steps = settlementWaterfall(record.header.total, sums, tableOfVersion(connection, inUse));
  return { ...waterfallView(steps, record.header.currency), marketplaces: sums.marketplaces };
}

/** Steps with amounts as text. */
export function waterfallView(steps: readonly WaterfallStep[], currency: string) {
  return {
    currency,
    steps: steps.map(({ id, amount, parts }) => ({
      id,
      amount: formatMoney(amount),
      parts: parts.map((part) => ({ ...part, amount: formatMoney(part.amount) })),
    })),
  };
}
