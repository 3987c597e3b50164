import type { ReportDownload, ReportOrder, ReportState, RequestedReportKind } from '../../app/index.ts';
import { type Clock, DAY_MS, type Log, Problem } from '../../core/index.ts';
import { blankColumns } from '../flat-file/blank-columns.ts';
import { readJson } from '../read-json.ts';
import type { ReportDownloader } from '../report-download.ts';
import type { SpApi } from '../sp-api.ts';
import { getReportsAnswerSchema, REPORTS_PATH, reportSchema, type WireReport } from '../wire.ts';
import { explainFailure } from './explain-failure.ts';
import { checkReportOrder, REPORT_KINDS } from './report-kinds.ts';
import { createReportAnswerSchema, restrictedTokenAnswerSchema } from './wire.ts';

const PAGE_SIZE = 100;
/** 2,000 reports of one type since a moment minutes ago would not be ours. */
const PAGES_MAX = 20;
/** Amazon refuses more than 90 days; exactly 90 are more than 90 by the time the request arrives. */
const LOOK_BACK_MS = 89 * DAY_MS;

export interface ReportRequests {
  readonly api: SpApi;
  readonly downloader: ReportDownloader;
  readonly clock: Clock;
  readonly log: Log;
}

export async function createReport({ api, clock }: ReportRequests, order: ReportOrder): Promise<string> {
  checkReportOrder(order, clock.nowMs());
  const { value } = await api.post({
    operation: 'createReport',
    body: {
      reportType: REPORT_KINDS[order.kind].reportType,
      marketplaceIds: order.marketplaceIds,
      dataStartTime: order.window.from,
      dataEndTime: order.window.until,
    },
    read: (body) => readJson(body, createReportAnswerSchema),
  });
  return value.reportId;
}

export async function findReports(
  { api, clock }: ReportRequests,
  order: ReportOrder,
  createdSince: string,
): Promise<readonly string[]> {
  const since = Math.max(Date.parse(createdSince), clock.nowMs() - LOOK_BACK_MS);
  let query: Readonly<Record<string, string>> = {
    reportTypes: REPORT_KINDS[order.kind].reportType,
    pageSize: String(PAGE_SIZE),
    createdSince: new Date(since).toISOString(),
  };
  const found: WireReport[] = [];
  const seen = new Set<string>();
  for (let page = 1; ; page += 1) {
    const { value } = await api.get({
      operation: 'getReports',
      path: `${REPORTS_PATH}/reports`,
      query,
      read: (body) => readJson(body, getReportsAnswerSchema),
    });
    found.push(...value.reports.filter((report) => isOf(report, order)));
    if (!value.nextToken) break;
    if (seen.has(value.nextToken) || page >= PAGES_MAX) throw endless(page);
    seen.add(value.nextToken);
    // With a next token Amazon refuses every other parameter.
    query = { nextToken: value.nextToken };
  }
  return found.sort((a, b) => Date.parse(b.createdTime) - Date.parse(a.createdTime)).map((report) => report.reportId);
}

/** Amazon's times have whole seconds; a report that names no marketplaces is taken for one of them. */
function isOf(report: WireReport, { kind, window, marketplaceIds }: ReportOrder): boolean {
  const isAt = (text: string | null | undefined, wanted: string) =>
    typeof text === 'string' && Math.floor(Date.parse(text) / 1000) === Math.floor(Date.parse(wanted) / 1000);
  const ids = report.marketplaceIds ?? [];
  return (
    report.reportType === REPORT_KINDS[kind].reportType &&
    isAt(report.dataStartTime, window.from) &&
    isAt(report.dataEndTime, window.until) &&
    (ids.length === 0 || [...ids].sort().join() === [...marketplaceIds].sort().join())
  );
}

/** `waiting` until it is something else; also for a status that Amazon added later. Cheap: no document is opened. */
export async function pollReport(
  { api }: ReportRequests,
  reportId: string,
): Promise<WireReport | 'waiting' | 'unknown'> {
  const answer = await api.find({
    operation: 'getReport',
    path: `${REPORTS_PATH}/reports/${encodeURIComponent(reportId)}`,
    read: (body) => readJson(body, reportSchema),
  });
  if (answer === undefined) return 'unknown';
  return ['DONE', 'CANCELLED', 'FATAL'].includes(answer.value.processingStatus) ? answer.value : 'waiting';
}

/** What a poll came to; of a failed report the document is opened, which tells why. */
export async function stateOf(
  requests: ReportRequests,
  polled: Exclude<Awaited<ReturnType<typeof pollReport>>, 'waiting'>,
): Promise<Exclude<ReportState, { state: 'waiting' }>> {
  if (polled === 'unknown')
    return { state: 'failed', reportDocumentId: null, explanation: 'Amazon does not know the report any more' };
  const { reportId, processingStatus, reportDocumentId = null } = polled;
  if (processingStatus === 'CANCELLED') return { state: 'no-data' };
  if (processingStatus === 'DONE' && reportDocumentId !== null) return { state: 'ready', reportDocumentId };
  requests.log.write('warn', 'amazon.report.failed', { reportId, processingStatus });
  if (reportDocumentId === null) {
    const explanation = processingStatus === 'DONE' ? 'Amazon says that it is done, and names no document' : null;
    return { state: 'failed', reportDocumentId, explanation };
  }
  const kind = Object.values(REPORT_KINDS).find(({ reportType }) => reportType === polled.reportType);
  const token = kind?.isRestricted ? () => restrictedToken(requests, reportDocumentId) : undefined;
  const explanation = await explainFailure(reportDocumentId, {
    isRestricted: token !== undefined,
    open: () => requests.downloader.download(reportDocumentId, token),
  });
  return { state: 'failed', reportDocumentId, explanation };
}

/**
 * The document as it may be kept: with empty personal columns where the kind has any. Then `headers.originalSha256` is the
 * digest of what Amazon delivered; it is there once the bytes have been read to their end.
 */
export async function downloadReport(
  requests: ReportRequests,
  kind: RequestedReportKind,
  reportDocumentId: string,
): Promise<ReportDownload> {
  const { isRestricted, isBlanked, shape } = REPORT_KINDS[kind];
  const token = isRestricted ? () => restrictedToken(requests, reportDocumentId) : undefined;
  const download = await requests.downloader.download(reportDocumentId, token);
  if (!isBlanked) return download;
  const headers: Record<string, string> = { ...download.headers };
  const named = { name: reportDocumentId, bytes: download.bytes };
  const bytes = blankColumns(named, shape, (sha256) => {
    headers.originalSha256 = sha256;
  });
  return { bytes, contentType: download.contentType, headers };
}

/** For one document and used at once. It is not cached. */
async function restrictedToken({ api }: ReportRequests, reportDocumentId: string): Promise<string> {
  const method = 'GET';
  const path = `${REPORTS_PATH}/documents/${encodeURIComponent(reportDocumentId)}`;
  const { value } = await api.post({
    operation: 'createRestrictedDataToken',
    body: { restrictedResources: [{ method, path }] },
    read: (body) => readJson(body, restrictedTokenAnswerSchema),
  });
  return value.restrictedDataToken;
}

function endless(pages: number): Problem {
  return new Problem({
    code: 'REPORT_LIST_ENDLESS',
    kind: 'unavailable',
    says: `Amazon's list of requested reports did not end after ${pages} pages, or named a page twice.`,
    next: 'Sync again later. If it stays so, report it.',
  });
}
