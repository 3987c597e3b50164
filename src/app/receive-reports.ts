import { HOUR_MS, isProblem, type Problem, type ProblemFacts, toProblem } from '../core/index.ts';
import type { ConnectionContext } from './context.ts';
import { receiveReissue } from './corrections/receive-reissue.ts';
import { evidenceSource } from './evidence-source.ts';
import type { Evidence, ReportDocument, SettlementRecord, SettlementReportListing } from './ports.ts';
import {
  bookSettlement,
  evaluateRecord,
  evaluateSource,
  type ReconsiderHooks,
  reconsiderSettlements,
} from './propose-settlement.ts';

/** How long bytes that cannot be read are given before they are fetched again: they were damaged on their way, or for good. */
const DOWNLOAD_AGAIN_MS = 6 * HOUR_MS;

export type CollectHooks = ReconsiderHooks;

export interface Collected {
  readonly newDocuments: number;
  /** Why Amazon's list did not come to its end; `null`: it did. */
  readonly listProblem: ProblemFacts | null;
  readonly settlements: readonly SettlementRecord[];
}

/** A document to read. `listing` is `null` when Amazon does not list it any more: then only its stored bytes are left. */
interface DocumentToRead {
  readonly reportDocumentId: string;
  readonly listing: SettlementReportListing | null;
}

/**
 * Fetches every settlement document Amazon still has and we do not, keeps its bytes, and takes each settlement as far
 * as it goes: to recorded entries, or to quarantine. Documents and settlements an earlier run left halfway go on.
 */
export async function collectReports(context: ConnectionContext, hooks: CollectHooks): Promise<Collected> {
  const settlements = new Map<string, SettlementRecord>();
  const keep = (record: SettlementRecord) => settlements.set(record.key, record);
  for (const record of await reconsiderSettlements(context, hooks)) keep(record);
  const { documents, listProblem } = await documentsToRead(context, hooks);
  for (const [index, document] of documents.entries()) {
    await hooks.keepAlive();
    const { reportDocumentId } = document;
    context.onProgress({ step: 'downloading', reportDocumentId, ordinal: index + 1, of: documents.length });
    try {
      keep(await receiveDocument(context, document));
    } catch (thrown) {
      // One document that cannot be fetched or read must not keep the others from being booked.
      const problem = toProblem(thrown);
      if (problem.code === 'LEASE_LOST') throw thrown;
      hooks.onProblem(problem.toJSON());
    }
  }
  return {
    newDocuments: documents.filter(({ listing }) => listing !== null).length,
    listProblem,
    settlements: [...settlements.values()],
  };
}

/**
 * Listed documents that are not known yet, oldest first so that a settlement is booked after its predecessor, and every
 * known one that could not be read: a newer program may understand its stored bytes, also after Amazon forgot it.
 */
async function documentsToRead(
  context: ConnectionContext,
  hooks: CollectHooks,
): Promise<{ documents: DocumentToRead[]; listProblem: ProblemFacts | null }> {
  const known = await context.books.listReportDocuments(context.connection.id);
  const isRead = new Set(known.filter(({ problem }) => !problem).map(({ reportDocumentId }) => reportDocumentId));
  const { listed, listProblem } = await discover(context, hooks);
  const fresh = [...listed.values()]
    .filter(({ reportDocumentId }) => !isRead.has(reportDocumentId))
    .sort((a, b) => (periodOf(a) < periodOf(b) ? -1 : 1))
    .map((listing) => ({ reportDocumentId: listing.reportDocumentId, listing }));
  const forgotten = known
    .filter(({ reportDocumentId, problem }) => problem && !listed.has(reportDocumentId))
    .map(({ reportDocumentId }) => ({ reportDocumentId, listing: null }));
  return { documents: [...forgotten, ...fresh], listProblem };
}

/** By document: one may be listed under several reports and marketplaces. Without Amazon, as far as its list came. */
async function discover(
  context: ConnectionContext,
  hooks: CollectHooks,
): Promise<{ listed: ReadonlyMap<string, SettlementReportListing>; listProblem: ProblemFacts | null }> {
  const { reports, onProgress } = context;
  onProgress({ step: 'discovering' });
  const listed = new Map<string, SettlementReportListing>();
  try {
    for await (const listing of reports.list(null)) {
      if (!listed.has(listing.reportDocumentId)) listed.set(listing.reportDocumentId, listing);
    }
  } catch (thrown) {
    const problem = toProblem(thrown);
    if (problem.kind !== 'unavailable' && problem.kind !== 'rejected') throw thrown;
    const listProblem = problem.toJSON();
    hooks.onProblem(listProblem);
    return { listed, listProblem };
  }
  return { listed, listProblem: null };
}

function periodOf(listing: SettlementReportListing): string {
  return listing.periodEnd ?? listing.createdAt;
}

async function receiveDocument(context: ConnectionContext, document: DocumentToRead): Promise<SettlementRecord> {
  const { books, connection } = context;
  const { reportDocumentId, listing } = document;
  const known = await books.findReportDocument(connection.id, reportDocumentId);
  let sha256 = known?.sha256 ?? (await download(context, reportDocumentId)).sha256;
  let isDownloaded = known === undefined;
  const record = (problem: ProblemFacts | null) =>
    books.recordReportDocument({
      connectionId: connection.id,
      reportDocumentId,
      listing,
      sha256,
      problem,
      isDownloaded,
    });
  try {
    let settlement: SettlementRecord;
    try {
      settlement = await receiveEvidence(context, sha256, reportDocumentId);
    } catch (thrown) {
      // Bytes that were damaged on their way the first time may arrive whole now.
      const mayHelp = known && listing && isUnreadable(thrown) && (await isDownloadOld(context, known));
      if (!mayHelp) throw thrown;
      const again = await download(context, reportDocumentId);
      isDownloaded = true;
      if (again.sha256 === sha256) throw thrown;
      sha256 = again.sha256;
      settlement = await receiveEvidence(context, sha256, reportDocumentId);
    }
    await record(null);
    return settlement;
  } catch (thrown) {
    if (isUnreadable(thrown) || isConflict(thrown)) await record(thrown.toJSON());
    throw thrown;
  }
}

/** Amazon allows one document a minute, and the others need that more. */
async function isDownloadOld({ books }: ConnectionContext, { downloadedAt }: ReportDocument): Promise<boolean> {
  return (await books.sharedNowMs()) - Date.parse(downloadedAt) >= DOWNLOAD_AGAIN_MS;
}

async function download(context: ConnectionContext, reportDocumentId: string): Promise<Evidence> {
  const answer = await context.reports.download(reportDocumentId);
  return context.books.putEvidence(answer.bytes, {
    origin: `amazon:report-document:${reportDocumentId}`,
    contentType: answer.contentType,
    headers: answer.headers,
  });
}

/**
 * Reads stored bytes as a settlement, records it, and takes it as far as it goes. Raises the reader's problems, and
 * `SETTLEMENT_REISSUED` or `SETTLEMENT_OF_OTHER_CONNECTION` (conflict).
 */
export async function receiveEvidence(
  context: ConnectionContext,
  sha256: Evidence['sha256'],
  name: string,
): Promise<SettlementRecord> {
  const { books, connection } = context;
  const source = await evidenceSource(context, sha256, name);
  const evaluation = await evaluateSource(context, source, {
    onRows: (rows) => context.onProgress({ step: 'reading', name, rows }),
  });
  try {
    const record = await books.receiveSettlement(
      { connectionId: connection.id, sha256, reading: evaluation.reading },
      context.actor,
    );
    if (record.state !== 'received') return record;
    return bookSettlement(context, record, record.revision === 0 ? evaluation : await evaluateRecord(context, record));
  } catch (thrown) {
    const { reading } = evaluation;
    const known = isReissue(thrown) ? await findSettlement(context, reading.header.settlementId) : undefined;
    if (!known) throw thrown;
    return receiveReissue(context, known, { sha256, source, reading });
  }
}

async function findSettlement(context: ConnectionContext, settlementId: string): Promise<SettlementRecord | undefined> {
  const settlements = await context.books.listSettlements({ connectionId: context.connection.id });
  return settlements.find((record) => record.settlementId === settlementId);
}

/** The bytes themselves are the trouble. */
function isUnreadable(thrown: unknown): thrown is Problem {
  return isProblem(thrown) && thrown.kind === 'invalid';
}

/** The bytes can be read, but their settlement is recorded otherwise. */
function isConflict(thrown: unknown): thrown is Problem {
  return isProblem(thrown) && thrown.kind === 'conflict' && thrown.code !== 'LEASE_LOST';
}

function isReissue(thrown: unknown): boolean {
  return isProblem(thrown) && thrown.code === 'SETTLEMENT_REISSUED';
}
