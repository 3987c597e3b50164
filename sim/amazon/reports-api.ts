import { createHmac } from 'node:crypto';
import { formatInstant } from '../../src/core/index.ts';
import { isKnownMarketplaceId } from '../world/index.ts';
import { type Answer, errorAnswer, invalidInput, jsonAnswer } from './answers.ts';
import { type ReportListing, retentionMs, SETTLEMENT_REPORT_TYPE, type SellerReports } from './listings.ts';

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

export interface ReportsContext {
  readonly reports: SellerReports;
  /** Signs page tokens. */
  readonly secret: string;
  readonly nowMs: number;
}

/** `emptyPage` answers a page without reports that still names a next one, as Amazon sometimes does. */
export function getReports(context: ReportsContext, query: URLSearchParams, emptyPage: boolean): Answer {
  const problem = repeatedOrUnknown(query, LIST_PARAMETERS);
  if (problem) return problem;
  const listing = query.has('nextToken') ? readNextToken(context, query) : readListing(context, query);
  if ('status' in listing) return listing;
  if (emptyPage) return jsonAnswer(200, { reports: [], nextToken: writeNextToken(context, listing) });
  const matching = context.reports.visibleAt(context.nowMs).filter((report) => isListed(report, listing));
  const end = listing.offset + listing.pageSize;
  return jsonAnswer(200, {
    reports: matching.slice(listing.offset, end).map((report) => reportBody(context, report)),
    ...(end < matching.length && { nextToken: writeNextToken(context, { ...listing, offset: end }) }),
  });
}

function isListed(report: ReportListing, listing: Listing): boolean {
  return (
    listing.reportTypes.includes(SETTLEMENT_REPORT_TYPE) &&
    listing.statuses.includes('DONE') &&
    report.createdAtMs >= listing.sinceMs &&
    report.createdAtMs <= listing.untilMs
  );
}

function readListing(context: ReportsContext, query: URLSearchParams): Listing | Answer {
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

function readNextToken(context: ReportsContext, query: URLSearchParams): Listing | Answer {
  if ([...query.keys()].length > 1) return invalidInput('nextToken must be the only parameter.');
  const [payload, signature] = (query.get('nextToken') ?? '').split('.');
  if (!payload || signature !== sign(context, payload)) return invalidInput('Invalid nextToken');
  const listing = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Listing;
  return listing.sellerId === context.reports.world.sellerId ? listing : invalidInput('Invalid nextToken');
}

function writeNextToken(context: ReportsContext, listing: Listing): string {
  const payload = Buffer.from(JSON.stringify(listing)).toString('base64url');
  return `${payload}.${sign(context, payload)}`;
}

function sign(context: ReportsContext, payload: string): string {
  return createHmac('sha256', context.secret).update(payload).digest('base64url');
}

export function getReport(context: ReportsContext, reportId: string, query: URLSearchParams): Answer {
  const problem = repeatedOrUnknown(query, []);
  if (problem) return problem;
  if (!/^\d+$/.test(reportId)) return invalidInput('Invalid input in reportId');
  const report = context.reports.byReport(reportId, context.nowMs);
  return report ? jsonAnswer(200, reportBody(context, report)) : notFound(`Report ${reportId} was not found.`);
}

/** Settlement reports cannot be requested, and nothing else is made here. */
export function createReport(body: Uint8Array, contentType: string): Answer {
  if (!contentType.startsWith('application/json')) {
    return errorAnswer(415, { code: 'UnsupportedMediaType', message: 'The content type must be application/json.' });
  }
  const specification = parseObject(body);
  const reportType = specification?.reportType;
  const marketplaceIds = specification?.marketplaceIds;
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
  return invalidInput(`The pretend Amazon makes no reports of type ${reportType}`);
}

export function notFound(message: string): Answer {
  return errorAnswer(404, { code: 'NotFound', message, details: '' });
}

function reportBody(context: ReportsContext, report: ReportListing): unknown {
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

function withOffset(ms: number): string {
  return formatInstant(Math.floor(ms / 1000)).replace('Z', '+00:00');
}

/** Values of a list parameter, separated by commas as Amazon's model says; undefined when it is missing or empty. */
function listOf(query: URLSearchParams, name: string): readonly string[] | undefined {
  const text = query.get(name);
  return text ? text.split(',') : undefined;
}

function momentOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const isIso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(text);
  return isIso ? Date.parse(text) : Number.NaN;
}

/** Stricter than Amazon, so that a misspelt parameter is found here and not in production. */
export function repeatedOrUnknown(query: URLSearchParams, known: readonly string[]): Answer | undefined {
  const names = [...query.keys()];
  const odd = names.find((name, index) => !known.includes(name) || names.indexOf(name) !== index);
  return odd === undefined ? undefined : invalidInput(`Parameter ${odd} is unknown or repeated.`);
}

function parseObject(body: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
