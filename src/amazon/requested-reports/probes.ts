import type { Clock } from '../../core/index.ts';
import { HOUR_MS } from '../../core/index.ts';
import { readJson } from '../read-json.ts';
import { firstPageRequest, LOOK_BACK_MS } from '../settlement-reports.ts';
import type { AmazonProbe, SpApi, Untried } from '../sp-api.ts';
import { getReportDocumentAnswerSchema, REPORTS_PATH, reportSchema } from '../wire.ts';
import { REPORT_KINDS } from './report-kinds.ts';
import { createReportAnswerSchema, restrictedTokenAnswerSchema } from './wire.ts';

const FINANCE = REPORT_KINDS['fba-reimbursements'].role;
const ORDERS = REPORT_KINDS['orders-by-last-update'].role;
const TAX = REPORT_KINDS['vat-transactions'].role;

/** What one probe found and a later one tries. */
interface Found {
  /** Amazon answered which settlement reports there are. */
  isListed?: boolean;
  reportDocumentId?: string;
  marketplaceIds?: readonly string[];
  reportId?: string;
}

/**
 * Each operation about reports once, in this order; a later one tries what an earlier one found. `createReport` is the only one
 * that makes something: the all-orders report of the last hour, in the marketplaces of the newest settlement.
 */
export function reportProbes({ api, clock }: { readonly api: SpApi; readonly clock: Clock }): readonly AmazonProbe[] {
  const found: Found = {};
  return [
    { name: 'getReports', role: FINANCE, run: () => listSettlements(api, clock, found) },
    { name: 'getReportDocument', role: FINANCE, run: () => findDocument(api, found) },
    { name: 'createReport', role: ORDERS, run: () => makeReport(api, clock, found) },
    { name: 'getReport', role: ORDERS, run: () => findReport(api, found) },
    { name: 'createRestrictedDataToken', role: TAX, run: () => askForToken(api, found) },
  ];
}

async function listSettlements(api: SpApi, clock: Clock, found: Found): Promise<string> {
  const nowMs = clock.nowMs();
  const { value } = await api.get(firstPageRequest(nowMs - LOOK_BACK_MS, nowMs));
  found.isListed = true;
  const [newest] = [...value.reports].sort((a, b) => Date.parse(b.createdTime) - Date.parse(a.createdTime));
  if (newest?.reportDocumentId) found.reportDocumentId = newest.reportDocumentId;
  if (newest?.marketplaceIds) found.marketplaceIds = newest.marketplaceIds.slice(0, 1);
  const count = `${value.nextToken ? 'more than ' : ''}${value.reports.length}`;
  return `${count} settlement ${count === '1' ? 'report' : 'reports'} of the last 89 days can be read`;
}

function untried({ isListed }: Found, why: string): Untried {
  return { says: `nothing to try: ${isListed ? why : 'getReports did not work'}`, isTried: false };
}

async function findDocument(api: SpApi, found: Found): Promise<string | Untried> {
  const { reportDocumentId } = found;
  if (reportDocumentId === undefined) return untried(found, 'Amazon lists no settlement report');
  await api.get({
    operation: 'getReportDocument',
    path: documentPath(reportDocumentId),
    read: (body) => readJson(body, getReportDocumentAnswerSchema),
  });
  return 'the newest settlement report can be downloaded';
}

async function makeReport(api: SpApi, clock: Clock, found: Found): Promise<string | Untried> {
  const { marketplaceIds = [] } = found;
  if (marketplaceIds.length === 0) return untried(found, 'no settlement report names a marketplace to ask for');
  const untilMs = Math.floor(clock.nowMs() / 1000) * 1000;
  const { value } = await api.post({
    operation: 'createReport',
    body: {
      reportType: REPORT_KINDS['orders-by-last-update'].reportType,
      marketplaceIds,
      dataStartTime: new Date(untilMs - HOUR_MS).toISOString(),
      dataEndTime: new Date(untilMs).toISOString(),
    },
    read: (body) => readJson(body, createReportAnswerSchema),
  });
  found.reportId = value.reportId;
  return `Amazon makes report ${value.reportId} of the orders of the last hour, which nobody needs`;
}

async function findReport(api: SpApi, { reportId }: Found): Promise<string | Untried> {
  if (reportId === undefined) return { says: 'nothing to try: no report was asked for', isTried: false };
  const { value } = await api.get({
    operation: 'getReport',
    path: `${REPORTS_PATH}/reports/${encodeURIComponent(reportId)}`,
    read: (body) => readJson(body, reportSchema),
  });
  return `report ${reportId} is ${value.processingStatus}`;
}

async function askForToken(api: SpApi, found: Found): Promise<string | Untried> {
  const { reportDocumentId } = found;
  if (reportDocumentId === undefined) return untried(found, 'there is no document to ask a token for');
  const method = 'GET';
  const path = documentPath(reportDocumentId);
  await api.post({
    operation: 'createRestrictedDataToken',
    body: { restrictedResources: [{ method, path }] },
    read: (body) => readJson(body, restrictedTokenAnswerSchema),
  });
  return 'Amazon issues restricted data tokens to the application';
}

function documentPath(reportDocumentId: string): string {
  return `${REPORTS_PATH}/documents/${encodeURIComponent(reportDocumentId)}`;
}
