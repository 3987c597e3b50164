import { isProblem, type Problem, type ProblemFacts, toProblem } from '../core/index.ts';
import type { SettlementSource } from '../mapping/index.ts';
import type { ConnectionContext } from './context.ts';
import { evaluateSettlement } from './evaluate-settlement.ts';
import { evidenceSource } from './evidence-source.ts';
import type { Evidence, SettlementRecord, SettlementReportListing } from './ports.ts';
import { bookSettlement, reconsiderSettlements } from './propose-settlement.ts';

/** Amazon keeps reports 90 days; asking for the full 90 races with the clock and is refused. */
const LOOK_BACK_MS = 89 * 86_400_000;

export interface CollectHooks {
  readonly onProblem: (problem: ProblemFacts) => void;
  /** Called between documents: keeps the lease and notices a stop. */
  readonly keepAlive: () => Promise<void>;
}

export interface Collected {
  readonly newDocuments: number;
  readonly settlements: readonly SettlementRecord[];
}

/**
 * Fetches every settlement document Amazon still has and we do not, keeps its bytes, and takes each settlement as far
 * as it goes: to recorded entries, or to quarantine. Documents and settlements an earlier run left halfway go on.
 */
export async function collectReports(context: ConnectionContext, hooks: CollectHooks): Promise<Collected> {
  const settlements = new Map<string, SettlementRecord>();
  const keep = (record: SettlementRecord) => settlements.set(record.key, record);
  for (const record of await reconsiderSettlements(context, hooks.keepAlive)) keep(record);
  const fresh = await discover(context, hooks);
  for (const [index, listing] of fresh.entries()) {
    await hooks.keepAlive();
    context.onProgress({
      step: 'downloading',
      reportDocumentId: listing.reportDocumentId,
      ordinal: index + 1,
      of: fresh.length,
    });
    try {
      keep(await receiveDocument(context, listing));
    } catch (thrown) {
      // One document that cannot be fetched or read must not keep the others from being booked.
      const problem = toProblem(thrown);
      if (problem.kind === 'defect' || problem.code === 'LEASE_LOST') throw thrown;
      hooks.onProblem(problem.toJSON());
    }
  }
  return { newDocuments: fresh.length, settlements: [...settlements.values()] };
}

/** Listed documents that are not known yet; one document may be listed under several reports and marketplaces. */
async function discover(context: ConnectionContext, hooks: CollectHooks): Promise<SettlementReportListing[]> {
  const { books, connection, clock, reports, onProgress } = context;
  onProgress({ step: 'discovering' });
  const since = new Date(clock.nowMs() - LOOK_BACK_MS).toISOString();
  const fresh = new Map<string, SettlementReportListing>();
  try {
    for await (const listing of reports.list(since)) {
      if (fresh.has(listing.reportDocumentId)) continue;
      const known = await books.findReportDocument(connection.id, listing.reportDocumentId);
      // What could not be read before is read again from its stored bytes: a newer program may understand it.
      if (!known || known.problem) fresh.set(listing.reportDocumentId, listing);
    }
  } catch (thrown) {
    const problem = toProblem(thrown);
    if (problem.kind !== 'unavailable' && problem.kind !== 'rejected') throw thrown;
    hooks.onProblem(problem.toJSON());
  }
  // Oldest first, so that a settlement is booked after its predecessor.
  return [...fresh.values()].sort((a, b) => (periodOf(a) < periodOf(b) ? -1 : 1));
}

function periodOf(listing: SettlementReportListing): string {
  return listing.periodEnd ?? listing.createdAt;
}

async function receiveDocument(
  context: ConnectionContext,
  listing: SettlementReportListing,
): Promise<SettlementRecord> {
  const { books, connection } = context;
  const known = await books.findReportDocument(connection.id, listing.reportDocumentId);
  let sha256 = known?.sha256 ?? (await download(context, listing)).sha256;
  try {
    let record: SettlementRecord;
    try {
      record = await receiveEvidence(context, sha256, listing.reportDocumentId);
    } catch (thrown) {
      // Bytes that were damaged on their way the first time may arrive whole now.
      const again = known && isUnreadable(thrown) ? await download(context, listing) : undefined;
      if (again === undefined || again.sha256 === sha256) throw thrown;
      sha256 = again.sha256;
      record = await receiveEvidence(context, sha256, listing.reportDocumentId);
    }
    await books.recordReportDocument({ connectionId: connection.id, listing, sha256, problem: null });
    return record;
  } catch (thrown) {
    if (isUnreadable(thrown) || isReissued(thrown)) {
      await books.recordReportDocument({ connectionId: connection.id, listing, sha256, problem: thrown.toJSON() });
    }
    throw thrown;
  }
}

async function download(context: ConnectionContext, listing: SettlementReportListing): Promise<Evidence> {
  const answer = await context.reports.download(listing.reportDocumentId);
  return context.books.putEvidence(answer.bytes, {
    origin: `amazon:report-document:${listing.reportDocumentId}`,
    contentType: answer.contentType,
    headers: answer.headers,
  });
}

/** Reads stored bytes as a settlement, records it, and takes it as far as it goes. */
export async function receiveEvidence(
  context: ConnectionContext,
  sha256: Evidence['sha256'],
  name: string,
): Promise<SettlementRecord> {
  const { books, connection } = context;
  const source = await evidenceSource(context, sha256, name);
  const evaluation = await evaluateSettlement({
    source,
    readSettlement: context.readSettlement,
    table: context.table,
    sellerAccount: connection.sellerAccount,
    withOrderRuns: true,
    onRows: (rows) => context.onProgress({ step: 'reading', name, rows }),
  });
  try {
    const record = await books.receiveSettlement(
      { connectionId: connection.id, sha256, reading: evaluation.reading },
      context.actor,
    );
    return record.state === 'received' ? bookSettlement(context, record, evaluation) : record;
  } catch (thrown) {
    const known = isReissued(thrown)
      ? await findSettlement(context, evaluation.reading.header.settlementId)
      : undefined;
    if (known && (await saysTheSame(context, known, source))) return known;
    throw thrown;
  }
}

async function findSettlement(context: ConnectionContext, settlementId: string): Promise<SettlementRecord | undefined> {
  const { sellerAccount } = context.connection;
  return (await context.books.listSettlements()).find(
    (record) => record.sellerAccount === sellerAccount && record.settlementId === settlementId,
  );
}

/** Amazon lists one settlement under several documents and compresses each by itself: other bytes, same rows. */
async function saysTheSame(
  context: ConnectionContext,
  known: SettlementRecord,
  source: SettlementSource,
): Promise<boolean> {
  const stored = await evidenceSource(context, known.sha256, `settlement ${known.settlementId}`);
  return (await context.digestContent(stored)) === (await context.digestContent(source));
}

/** The bytes themselves are the trouble. */
function isUnreadable(thrown: unknown): thrown is Problem {
  return isProblem(thrown) && thrown.kind === 'invalid';
}

/** The bytes can be read, but their settlement is already recorded from others. */
function isReissued(thrown: unknown): thrown is Problem {
  return isProblem(thrown) && thrown.kind === 'conflict';
}
