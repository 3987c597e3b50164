import { createHmac } from 'node:crypto';
import { DAY_MS } from '../../src/core/index.ts';
import { isKnownMarketplaceId } from '../world/index.ts';
import { type Answer, errorAnswer, invalidInput, jsonAnswer, notFound } from './answers.ts';
import { type ReportListing, retentionMs, SETTLEMENT_REPORT_TYPE } from './listings.ts';
import { listOf, momentOf, parseObject, repeatedOrUnknown, withOffset } from './queries.ts';
import {
  REQUESTABLE,
  type ReportTrouble,
  type ReportWish,
  type RequestableType,
  type RequestedReport,
  statusOf,
} from './requested-reports.ts';
import type { SellerContext } from './seller-context.ts';

const STATUSES = ['CANCELLED', 'DONE', 'FATAL', 'IN_PROGRESS', 'IN_QUEUE'];
const LIST_PARAMETERS = [
  'reportTypes',
  'processingStatuses',
  'marketplaceIds',
  'pageSize',
  'createdSince',
  'createdUntil',
  'nextToken',
];
const reportTypesMax = 10;
const marketplaceIdsMax = 10;
const marketplaceIdsOfReportMax = 25;
const pageSizeDefault = 10;
const pageSizeMax = 100;
const SPECIFICATION = ['reportType', 'marketplaceIds', 'dataStartTime', 'dataEndTime', 'reportOptions'];

/** What a page token remembers, so that later pages are not moved by reports that appear meanwhile. */
interface Listing {
  readonly sellerId: string;
  readonly reportTypes: readonly string[];
  readonly statuses: readonly string[];
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly pageSize: number;
  readonly offset: number;
}

/** `emptyPage` answers a page without reports that still names a next one, as Amazon sometimes does. */
export function getReports(context: SellerContext, query: URLSearchParams, emptyPage: boolean): Answer {
  const problem = repeatedOrUnknown(query, LIST_PARAMETERS);
  if (problem) return problem;
  const listing = query.has('nextToken') ? readNextToken(context, query) : readListing(context, query);
  if ('status' in listing) return listing;
  if (emptyPage) return jsonAnswer(200, { reports: [], nextToken: writeNextToken(context, listing) });
  const matching = listed(context).filter((report) => isListed(report, listing));
  const end = listing.offset + listing.pageSize;
  return jsonAnswer(200, {
    reports: matching.slice(listing.offset, end).map((report) => report.body),
    ...(end < matching.length && { nextToken: writeNextToken(context, { ...listing, offset: end }) }),
  });
}

/** A report of either kind. */
interface ListedReport {
  readonly reportId: string;
  readonly reportType: string;
  readonly createdAtMs: number;
  readonly status: string;
  readonly body: unknown;
}

/** Visible now, the newest first. */
function listed(context: SellerContext): ListedReport[] {
  const { reports, nowMs } = context;
  const settled = reports.visibleAt(nowMs).map((report) => ({
    reportId: report.reportId,
    reportType: SETTLEMENT_REPORT_TYPE,
    createdAtMs: report.createdAtMs,
    status: 'DONE',
    body: settlementReportBody(context, report),
  }));
  const requested = reports.requested
    .all()
    .filter(({ createdAtMs }) => createdAtMs >= nowMs - retentionMs)
    .map((report) => ({
      reportId: report.reportId,
      reportType: report.reportType,
      createdAtMs: report.createdAtMs,
      status: statusOf(report, nowMs),
      body: requestedReportBody(report, nowMs),
    }));
  return [...settled, ...requested].sort((left, right) => right.createdAtMs - left.createdAtMs);
}

function isListed(report: ListedReport, listing: Listing): boolean {
  return (
    listing.reportTypes.includes(report.reportType) &&
    listing.statuses.includes(report.status) &&
    report.createdAtMs >= listing.sinceMs &&
    report.createdAtMs <= listing.untilMs
  );
}

function readListing(context: SellerContext, query: URLSearchParams): Listing | Answer {
  const reportTypes = listOf(query, 'reportTypes');
  if (!reportTypes || reportTypes.length > reportTypesMax) {
    return invalidInput('Either reportTypes (1 to 10) or nextToken is required.');
  }
  const statuses = listOf(query, 'processingStatuses') ?? STATUSES;
  if (statuses.some((status) => !STATUSES.includes(status))) return invalidInput('Invalid input in processing status');
  // Checked, but no filter: Amazon lists a settlement for every marketplace of the seller.
  const marketplaceIds = listOf(query, 'marketplaceIds') ?? [];
  if (marketplaceIds.length > marketplaceIdsMax || !marketplaceIds.every(isKnownMarketplaceId)) {
    return invalidInput('Invalid input in marketplaceIds');
  }
  const pageSize = query.has('pageSize') ? Number(query.get('pageSize')) : pageSizeDefault;
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > pageSizeMax) {
    return invalidInput(`pageSize must be from 1 to ${pageSizeMax}.`);
  }
  const sinceMs = momentOf(query, 'createdSince') ?? context.nowMs - retentionMs;
  const untilMs = momentOf(query, 'createdUntil') ?? context.nowMs;
  if (Number.isNaN(sinceMs) || Number.isNaN(untilMs)) return invalidInput('Invalid date-time: use ISO 8601.');
  if (sinceMs < context.nowMs - retentionMs) return invalidInput('createdSince must be within the last 90 days.');
  const { sellerId } = context.reports.world;
  return { sellerId, reportTypes, statuses, sinceMs, untilMs, pageSize, offset: 0 };
}

function readNextToken(context: SellerContext, query: URLSearchParams): Listing | Answer {
  if ([...query.keys()].length > 1) return invalidInput('nextToken must be the only parameter.');
  const [payload, signature] = (query.get('nextToken') ?? '').split('.');
  if (!payload || signature !== sign(context, payload)) return invalidInput('Invalid nextToken');
  const listing = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Listing;
  return listing.sellerId === context.reports.world.sellerId ? listing : invalidInput('Invalid nextToken');
}

function writeNextToken(context: SellerContext, listing: Listing): string {
  const payload = Buffer.from(JSON.stringify(listing)).toString('base64url');
  return `${payload}.${sign(context, payload)}`;
}

function sign(context: SellerContext, payload: string): string {
  return createHmac('sha256', context.secret).update(payload).digest('base64url');
}

export function getReport(context: SellerContext, reportId: string, query: URLSearchParams): Answer {
  const problem = repeatedOrUnknown(query, []);
  if (problem) return problem;
  if (!/^\d+$/.test(reportId)) return invalidInput('Invalid input in reportId');
  const report = listed(context).find((one) => one.reportId === reportId);
  return report ? jsonAnswer(200, report.body) : notFound(`Report ${reportId} was not found.`);
}

/** Settlement reports cannot be requested. `trouble` decides what becomes of a report that can. */
export function createReport(
  context: SellerContext,
  body: Uint8Array,
  contentType: string,
  trouble: ReportTrouble,
): Answer {
  if (!contentType.startsWith('application/json')) {
    return errorAnswer(415, { code: 'UnsupportedMediaType', message: 'The content type must be application/json.' });
  }
  const specification = parseObject(body) ?? {};
  const odd = Object.keys(specification).find((name) => !SPECIFICATION.includes(name));
  if (odd !== undefined) return invalidInput(`A report has no ${odd}.`);
  const { reportType, marketplaceIds } = specification;
  if (typeof reportType !== 'string' || !Array.isArray(marketplaceIds)) return invalidInput('Invalid input');
  if (marketplaceIds.length < 1 || marketplaceIds.length > marketplaceIdsOfReportMax) {
    return invalidInput('Invalid input in marketplaceIds');
  }
  if (reportType === SETTLEMENT_REPORT_TYPE) {
    return invalidInput('Request for report type 1118 is not allowed at this time');
  }
  if (reportType.startsWith('GET_V2_SETTLEMENT_REPORT_DATA_')) {
    return invalidInput('Request for report type 1117 is not allowed at this time');
  }
  if (!isRequestable(reportType)) {
    return invalidInput(`The pretend Amazon makes no reports of type ${reportType}`);
  }
  const ids = marketplaceIds.map(String);
  if (!ids.every(isKnownMarketplaceId)) return invalidInput('Invalid input in marketplaceIds');
  const wish = readWish(context, reportType, ids, specification);
  if ('status' in wish) return wish;
  return jsonAnswer(202, { reportId: context.reports.requested.create(wish, context.nowMs, trouble).reportId });
}

function isRequestable(reportType: string): reportType is RequestableType {
  return reportType in REQUESTABLE;
}

/** Without a time of its own a report covers the last day. */
function readWish(
  context: SellerContext,
  reportType: RequestableType,
  marketplaceIds: readonly string[],
  specification: Readonly<Record<string, unknown>>,
): ReportWish | Answer {
  const moments = new URLSearchParams();
  for (const name of ['dataStartTime', 'dataEndTime']) {
    if (specification[name] !== undefined) moments.set(name, String(specification[name]));
  }
  const untilMs = momentOf(moments, 'dataEndTime') ?? context.nowMs;
  const fromMs = momentOf(moments, 'dataStartTime') ?? untilMs - DAY_MS;
  if (Number.isNaN(fromMs) || Number.isNaN(untilMs)) return invalidInput('Invalid date-time: use ISO 8601.');
  if (fromMs > untilMs) return invalidInput('dataStartTime must not be after dataEndTime.');
  return { reportType, marketplaceIds, fromMs, untilMs };
}

function settlementReportBody(context: SellerContext, report: ReportListing): unknown {
  const { settlement } = report;
  return {
    reportId: report.reportId,
    reportType: SETTLEMENT_REPORT_TYPE,
    // The settlement's own marketplace cannot be told from this: every id of the seller stands here.
    marketplaceIds: context.reports.world.marketplaces.map((marketplace) => marketplace.marketplaceId),
    dataStartTime: withOffset(settlement.startAt * 1000),
    dataEndTime: withOffset(settlement.endAt * 1000),
    createdTime: withOffset(report.createdAtMs),
    processingStartTime: withOffset(report.createdAtMs),
    processingEndTime: withOffset(report.createdAtMs),
    processingStatus: 'DONE',
    reportDocumentId: report.reportDocumentId,
  };
}

function requestedReportBody(report: RequestedReport, nowMs: number): unknown {
  const isOver = nowMs >= report.endsAtMs;
  return {
    reportId: report.reportId,
    reportType: report.reportType,
    marketplaceIds: report.marketplaceIds,
    dataStartTime: withOffset(report.fromMs),
    dataEndTime: withOffset(report.untilMs),
    createdTime: withOffset(report.createdAtMs),
    processingStatus: statusOf(report, nowMs),
    ...(nowMs >= report.startsAtMs && { processingStartTime: withOffset(report.startsAtMs) }),
    ...(isOver && { processingEndTime: withOffset(report.endsAtMs) }),
    ...(isOver && report.document && { reportDocumentId: report.document.reportDocumentId }),
  };
}
