import type { ReportDownload, SettlementReportListing, SettlementReports } from '../app/index.ts';
import { type Clock, DAY_MS, type Log, Problem } from '../core/index.ts';
import { readJson } from './read-json.ts';
import type { ReportDownloader } from './report-download.ts';
import type { SpApiRequest } from './sp-api.ts';
import type { SpApiClient } from './sp-api-client.ts';
import { getReportsAnswerSchema, REPORTS_PATH, type WireReport } from './wire.ts';

/** The only report that sums to the payout. It cannot be requested: Amazon makes it, we find it. */
export const SETTLEMENT_REPORT_TYPE = 'GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2';

/** Amazon refuses more than 90 days; exactly 90 are more than 90 by the time the request arrives. */
export const LOOK_BACK_MS = 89 * DAY_MS;
const pageSize = 100;
/** 20,000 reports; a seller in every European marketplace has some 70 within 89 days. */
const pagesMax = 200;

export interface SettlementReportsOptions {
  readonly client: SpApiClient;
  readonly downloader: ReportDownloader;
  readonly clock: Clock;
  readonly log: Log;
}

/** The first page of the seller's finished settlement reports created since then, at most 89 days back. */
export function firstPageRequest(createdSinceMs: number, nowMs: number) {
  return pageRequest({
    reportTypes: SETTLEMENT_REPORT_TYPE,
    processingStatuses: 'DONE',
    pageSize: String(pageSize),
    createdSince: new Date(Math.max(createdSinceMs, nowMs - LOOK_BACK_MS)).toISOString(),
  });
}

function pageRequest(query: Readonly<Record<string, string>>) {
  return {
    operation: 'getReports',
    path: `${REPORTS_PATH}/reports`,
    query,
    read: (body: Uint8Array) => readJson(body, getReportsAnswerSchema),
  } as const satisfies SpApiRequest<unknown>;
}

/** Finds and downloads the settlement reports of one seller. */
export function createSettlementReports(options: SettlementReportsOptions): SettlementReports {
  return {
    list: (createdSince) => listReports(options, createdSince),
    download: (reportDocumentId): Promise<ReportDownload> => options.downloader.download(reportDocumentId),
  };
}

async function* listReports(
  { client, clock, log }: SettlementReportsOptions,
  createdSince: string | null,
): AsyncGenerator<SettlementReportListing, void, undefined> {
  const createdSinceMs = createdSince === null ? Number.NEGATIVE_INFINITY : Date.parse(createdSince);
  if (Number.isNaN(createdSinceMs)) throw notATime(createdSince ?? '');
  let request = firstPageRequest(createdSinceMs, clock.nowMs());
  const seen = new Set<string>();
  for (let page = 1; ; page += 1) {
    const { reports, nextToken } = (await client.get(request)).value;
    for (const report of reports) {
      const listing = toListing(report);
      if (listing) yield listing;
      else log.write('warn', 'amazon.report.skipped', describe(report));
    }
    if (!nextToken) return;
    if (seen.has(nextToken) || page >= pagesMax) throw endless(page);
    seen.add(nextToken);
    // With a next token Amazon refuses every other parameter.
    request = pageRequest({ nextToken });
  }
}

/** `undefined` for what is not a finished settlement report: Amazon was not asked for it, and there is nothing to download. */
function toListing(report: WireReport): SettlementReportListing | undefined {
  if (report.reportType !== SETTLEMENT_REPORT_TYPE || report.processingStatus !== 'DONE') return undefined;
  if (!report.reportDocumentId) return undefined;
  return {
    reportId: report.reportId,
    reportDocumentId: report.reportDocumentId,
    createdAt: report.createdTime,
    periodStart: report.dataStartTime ?? null,
    periodEnd: report.dataEndTime ?? null,
    marketplaceIds: report.marketplaceIds ?? [],
  };
}

function describe(report: WireReport): Record<string, string | boolean> {
  const { reportId, reportType, processingStatus, reportDocumentId } = report;
  return { reportId, reportType, processingStatus, hasDocument: Boolean(reportDocumentId) };
}

function notATime(text: string): Problem {
  return new Problem({
    code: 'CREATED_SINCE_INVALID',
    kind: 'invalid',
    says: `"${text.slice(0, 40)}" is not a time since which reports can be listed.`,
    next: 'Give a date and time such as 2026-09-01T00:00:00Z.',
  });
}

function endless(pages: number): Problem {
  return new Problem({
    code: 'REPORT_LIST_ENDLESS',
    kind: 'unavailable',
    says: `Amazon's list of settlement reports did not end after ${pages} pages, or named a page twice.`,
    next: 'Sync again later; what was listed so far has been taken. If it stays so, report it.',
  });
}
