import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { printSettlement } from '../../sim/world/index.ts';
import {
  createKit,
  DOCUMENTS,
  type ErrorBody,
  type Kit,
  kitWorld,
  NOW_MS,
  REPORTS,
  type ReportBody,
  type ReportsBody,
  SETTLEMENTS,
  STORE_URL,
} from './sim-amazon-kit.ts';
import { decode, readFile } from './sim-amazon-reader.ts';

const DAY_MS = 86_400_000;
const LIST = `${REPORTS}?${SETTLEMENTS}`;

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

/** Every report, page by page, one page each two minutes. */
function allReports(kit: Kit, pageSize = 100): ReportBody[] {
  const found: ReportBody[] = [];
  let url = `${LIST}&pageSize=${pageSize}`;
  for (let page = 0; page < 100; page += 1) {
    const body = kit.get(url).json<ReportsBody>();
    found.push(...body.reports);
    kit.nowMs += 120_000;
    if (!body.nextToken) return found;
    url = `${REPORTS}?nextToken=${encodeURIComponent(body.nextToken)}`;
  }
  throw new Error('the list does not end');
}

interface Document {
  readonly url: string;
  readonly compressionAlgorithm?: string;
}

function download(kit: Kit, reportDocumentId: string): string {
  const document = kit.get(`${DOCUMENTS}/${reportDocumentId}`).json<Document>();
  const reply = kit.download(document.url);
  const bytes = document.compressionAlgorithm === 'GZIP' ? gunzipSync(reply.bytes) : reply.bytes;
  return decode(bytes, reply.headers['content-type']!);
}

describe('the list of reports', () => {
  it.each([
    ['neither a type nor a page token', ''],
    ['an empty type', 'reportTypes='],
    ['more than ten types', `reportTypes=${Array(11).fill('A').join(',')}`],
    ['a page of nothing', `${SETTLEMENTS}&pageSize=0`],
    ['a page of more than 100', `${SETTLEMENTS}&pageSize=101`],
    ['half a page', `${SETTLEMENTS}&pageSize=1.5`],
    ['an unknown status', `${SETTLEMENTS}&processingStatuses=DONE,BAD_VALUE`],
    ['an unknown marketplace', `${SETTLEMENTS}&marketplaceIds=ATLANTIS`],
    ['more than ten marketplaces', `${SETTLEMENTS}&marketplaceIds=${Array(11).fill('ATVPDKIKX0DER').join(',')}`],
    ['a date without a time', `${SETTLEMENTS}&createdSince=2026-09-01`],
    ['a plus sign that was not escaped', `${SETTLEMENTS}&createdSince=2026-09-01T00:00:00+00:00`],
    ['a parameter twice', `${SETTLEMENTS}&${SETTLEMENTS}`],
    ['an unknown parameter', `${SETTLEMENTS}&limit=5`],
    ['a page token nobody issued', 'nextToken=abc'],
  ])('refuses %s', (_what, query) => {
    const reply = createKit().get(`${REPORTS}?${query}`);
    expect(reply.status).toBe(400);
    expect(reply.json<ErrorBody>().errors[0]?.code).toBe('InvalidInput');
  });

  it('control: accepts every parameter at its limit', () => {
    const marketplaces = Array(10).fill('ATVPDKIKX0DER').join(',');
    const dates = `createdSince=${isoOf(NOW_MS - 90 * DAY_MS)}&createdUntil=${encodeURIComponent('2026-09-30T00:00:00+00:00')}`;
    const query = `${SETTLEMENTS}&pageSize=100&processingStatuses=DONE,FATAL&marketplaceIds=${marketplaces}&${dates}`;
    expect(createKit().get(`${REPORTS}?${query}`).status).toBe(200);
  });

  it('refuses to look back further than 90 days, by a millisecond', () => {
    const kit = createKit();
    expect(kit.get(`${LIST}&createdSince=${isoOf(NOW_MS - 90 * DAY_MS)}`).status).toBe(200);
    expect(kit.get(`${LIST}&createdSince=${isoOf(NOW_MS - 90 * DAY_MS - 1)}`).status).toBe(400);
  });

  it('shows ten reports, newest first, unless asked for another number', () => {
    const body = createKit().get(LIST).json<ReportsBody>();
    expect(body.reports).toHaveLength(10);
    const times = body.reports.map((report) => report.createdTime);
    expect(times).toEqual([...times].sort().reverse());
    expect(body.nextToken).toBeDefined();
  });

  it('gives the same reports in small pages as in one, also when a report appears meanwhile', () => {
    const kit = createKit();
    const whole = allReports(kit).map((report) => report.reportId);
    expect(whole.length).toBeGreaterThan(12);
    const again = createKit();
    const first = again.get(`${LIST}&pageSize=4`).json<ReportsBody>();
    again.nowMs += 60_000;
    again.order({
      kind: 'reissue-settlement',
      settlementId: again.amazon.sellers[0]!.world.settlements[0]!.settlementId,
    });
    const pages = [...first.reports];
    let token = first.nextToken;
    while (token) {
      again.nowMs += 60_000;
      const page = again.get(`${REPORTS}?nextToken=${encodeURIComponent(token)}`).json<ReportsBody>();
      expect(page.reports.length).toBeLessThanOrEqual(4);
      pages.push(...page.reports);
      token = page.nextToken;
    }
    expect(pages.map((report) => report.reportId)).toEqual(whole);
  });

  it('refuses a page token together with anything else', () => {
    const kit = createKit();
    const { nextToken } = kit.get(LIST).json<ReportsBody>();
    const query = `nextToken=${encodeURIComponent(nextToken!)}`;
    expect(kit.get(`${REPORTS}?${query}&pageSize=10`).status).toBe(400);
    expect(kit.get(`${REPORTS}?${query}`).status).toBe(200);
  });

  it('lists a settlement for every marketplace, whichever one was asked for', () => {
    const kit = createKit();
    const forJapan = kit.get(`${LIST}&marketplaceIds=A1VC38T7YXB528&pageSize=100`).json<ReportsBody>();
    const forAll = kit.get(`${LIST}&pageSize=100`).json<ReportsBody>();
    expect(forJapan).toEqual(forAll);
    expect(new Set(forAll.reports.map((report) => report.marketplaceIds.length))).toEqual(new Set([3]));
  });

  it('lists some settlements twice: as two reports of one document, and as two documents of the same text', () => {
    const kit = createKit({ worlds: [kitWorld('A1ONE', ['US', 'CA', 'DE', 'UK', 'JP', 'AU', 'MX'])] });
    const reports = allReports(kit);
    const documents = reports.map((report) => report.reportDocumentId);
    expect(new Set(reports.map((report) => report.reportId)).size).toBe(reports.length);
    expect(new Set(documents).size).toBeLessThan(documents.length);
    const texts = [...new Set(documents)].map((id) => {
      kit.nowMs += 61_000;
      return download(kit, id);
    });
    expect(new Set(texts).size).toBeLessThan(texts.length);
    const ids = new Set(texts.map((text) => readFile(text).settlementId));
    expect(ids).toEqual(new Set(kit.amazon.sellers[0]!.world.settlements.map((one) => one.settlementId)));
  });

  it('shows a report only once it is made, some hours after the period ended', () => {
    const kit = createKit();
    const last = [...kit.amazon.sellers[0]!.world.settlements].sort((a, b) => b.reportedAt - a.reportedAt)[0]!;
    const newest = () => kit.firstReport().dataStartTime;
    kit.nowMs = last.reportedAt * 1000 - 1;
    expect(newest()).not.toBe(isoOf(last.startAt * 1000).replace('.000Z', '+00:00'));
    kit.nowMs += 1;
    expect(newest()).toBe(isoOf(last.startAt * 1000).replace('.000Z', '+00:00'));
    expect(last.reportedAt - last.endAt).toBeGreaterThan(3_000);
  });

  it('forgets a report after 90 days, and its document with it', () => {
    const kit = createKit({ worlds: [kitWorld('A1ONE', ['US'])] });
    const reports = allReports(kit);
    // A document that is listed twice stays as long as its later report.
    const isAlone = (id: string) => reports.filter((report) => report.reportDocumentId === id).length === 1;
    const oldest = reports.filter((report) => isAlone(report.reportDocumentId)).at(-1)!;
    kit.nowMs = Date.parse(oldest.createdTime) + 90 * DAY_MS;
    expect(kit.get(`${REPORTS}/${oldest.reportId}`).status).toBe(200);
    expect(kit.get(`${DOCUMENTS}/${oldest.reportDocumentId}`).status).toBe(200);
    kit.nowMs += 1;
    expect(kit.get(`${REPORTS}/${oldest.reportId}`).status).toBe(404);
    expect(kit.get(`${DOCUMENTS}/${oldest.reportDocumentId}`).status).toBe(404);
  });

  it('has no finished report of another kind and none that is not finished', () => {
    const kit = createKit();
    const none = { reports: [] };
    expect(kit.get(`${REPORTS}?reportTypes=GET_MERCHANT_LISTINGS_ALL_DATA`).json()).toEqual(none);
    expect(kit.get(`${LIST}&processingStatuses=IN_QUEUE,FATAL`).json()).toEqual(none);
    expect(kit.get(`${LIST}&createdUntil=2026-07-21T00:00:00Z`).json()).toEqual(none);
  });
});

describe('asking for a report to be made', () => {
  const create = (kit: Kit, reportType: string, contentType = 'application/json') =>
    kit.send('POST', REPORTS, {
      headers: { 'user-agent': 'kit/1', 'x-amz-access-token': kit.token(), 'content-type': contentType },
      body: JSON.stringify({ reportType, marketplaceIds: ['ATVPDKIKX0DER'] }),
    });

  it.each([
    ['GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2', '1118'],
    ['GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE', '1117'],
    ['GET_V2_SETTLEMENT_REPORT_DATA_XML', '1117'],
  ])('is refused for %s in the words that others have met', (reportType, number) => {
    const reply = create(createKit(), reportType);
    expect(reply.status).toBe(400);
    expect(reply.json<ErrorBody>().errors[0]).toMatchObject({
      code: 'InvalidInput',
      message: `Request for report type ${number} is not allowed at this time`,
    });
  });

  it('is refused for a body that is not JSON', () => {
    expect(create(createKit(), 'X', 'text/plain').status).toBe(415);
  });
});

describe('a report document', () => {
  it('is the printed settlement, byte for byte, with its charset in the Content-Type', () => {
    const kit = createKit();
    const contentTypes = new Set<string>();
    for (const report of allReports(kit)) {
      kit.nowMs += 61_000;
      const document = kit.get(`${DOCUMENTS}/${report.reportDocumentId}`).json<Document>();
      const reply = kit.download(document.url);
      const bytes = document.compressionAlgorithm ? gunzipSync(reply.bytes) : reply.bytes;
      const file = readFile(decode(bytes, reply.headers['content-type']!));
      const settlement = kit.amazon.sellers[0]!.world.settlements.find(
        (one) => one.settlementId === file.settlementId,
      )!;
      expect(Buffer.from(printSettlement(settlement).bytes).equals(bytes)).toBe(true);
      expect(reply.headers['content-encoding']).toBe('identity');
      contentTypes.add(reply.headers['content-type']!);
    }
    expect([...contentTypes].sort()).toEqual([
      'text/plain; charset=Cp1252',
      'text/plain; charset=Shift_JIS',
      'text/plain; charset=UTF-8',
    ]);
  });

  it('is usually compressed and sometimes not', () => {
    const kit = createKit({ worlds: [kitWorld('A1ONE', ['US', 'CA', 'DE', 'UK', 'JP', 'AU', 'MX'])] });
    const algorithms = allReports(kit).map((report) => {
      kit.nowMs += 61_000;
      return kit.get(`${DOCUMENTS}/${report.reportDocumentId}`).json<Document>().compressionAlgorithm;
    });
    const compressed = algorithms.filter((one) => one === 'GZIP').length;
    expect(compressed).toBeGreaterThan(algorithms.length / 2);
    expect(compressed).toBeLessThan(algorithms.length);
  });

  it('names gzip as its encoding when the caller wants that', () => {
    const kit = createKit();
    const compressed = allReports(kit).find((report) => {
      kit.nowMs += 61_000;
      return kit.get(`${DOCUMENTS}/${report.reportDocumentId}`).text.includes('GZIP');
    })!;
    const described = kit.get(`${DOCUMENTS}/${compressed.reportDocumentId}?enableContentEncodingUrlHeader=true`);
    expect(kit.download(described.json<Document>().url).headers['content-encoding']).toBe('gzip');
    expect(kit.get(`${DOCUMENTS}/${compressed.reportDocumentId}?enableContentEncodingUrlHeader=yes`).status).toBe(400);
  });

  it('can be downloaded for five minutes and not a moment longer', () => {
    const kit = createKit();
    const address = kit.addressOf(kit.firstReport().reportDocumentId);
    kit.nowMs += 300_000 - 1;
    expect(kit.download(address).status).toBe(200);
    kit.nowMs += 1;
    const late = kit.download(address);
    expect(late.status).toBe(403);
    expect(late.text).toContain('<Code>AccessDenied</Code><Message>Request has expired</Message>');
  });

  it.each(['authorization', 'x-amz-access-token'])('is refused when the header %s comes with the request', (header) => {
    const kit = createKit();
    const address = kit.addressOf(kit.firstReport().reportDocumentId);
    expect(kit.download(address, { [header]: 'Atza|x' }).status).toBe(400);
    expect(kit.download(address, { 'user-agent': 'kit/1' }).status).toBe(200);
  });

  it('is refused under an address that was changed', () => {
    const kit = createKit();
    const address = kit.addressOf(kit.firstReport().reportDocumentId);
    expect(address.startsWith(`${STORE_URL}/A1ONE/amzn1.spdoc.`)).toBe(true);
    expect(kit.download(address.replace('X-Amz-Expires=300', 'X-Amz-Expires=900')).status).toBe(403);
    expect(kit.download(address.replace(/X-Amz-Signature=./, 'X-Amz-Signature=-')).status).toBe(403);
    expect(kit.download(address.replace('/A1ONE/', '/A2TWO/')).text).toContain('SignatureDoesNotMatch');
  });

  it('is not found when no such document exists, and refused when the id cannot be one', () => {
    const kit = createKit();
    expect(kit.get(`${DOCUMENTS}/amzn1.spdoc.1.4.na.none`).status).toBe(404);
    expect(kit.get(`${DOCUMENTS}/badDocumentId1`).status).toBe(400);
  });
});
