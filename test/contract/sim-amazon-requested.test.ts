import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ORDER_COLUMNS, REIMBURSEMENT_COLUMNS, restrictedTokenSeconds } from '../../sim/amazon/index.ts';
import { BUYER_CANARY, eventsOf, ordersOf, proceedsOf, regionOf, viewOrder } from '../../sim/world/index.ts';
import {
  createKit,
  DOCUMENTS,
  type ErrorBody,
  type Kit,
  kitWorld,
  NOW_MS,
  REPORTS,
  RESTRICTED_TOKEN,
  type Reply,
  type ReportsBody,
} from './sim-amazon-kit.ts';
import { decode } from './sim-amazon-reader.ts';

const ORDERS_TYPE = 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL';
const US = 'ATVPDKIKX0DER';
const DE = 'A1PA6795UKMFR9';
const WEEK = { dataStartTime: '2026-09-01T00:00:00Z', dataEndTime: '2026-09-08T00:00:00Z' };

interface MadeReport {
  readonly reportId: string;
  readonly processingStatus: string;
  readonly dataStartTime: string;
  readonly dataEndTime: string;
  readonly reportDocumentId?: string;
}

const wish = (reportType: string, marketplaceId = US, window: object = WEEK) => ({
  reportType,
  marketplaceIds: [marketplaceId],
  ...window,
});
const look = (kit: Kit, reportId: string): MadeReport => kit.get(`${REPORTS}/${reportId}`).json<MadeReport>();
const create = (kit: Kit, body: object): string => {
  const reply = kit.post(REPORTS, body);
  expect(reply.status).toBe(202);
  return reply.json<{ reportId: string }>().reportId;
};

function documentText(kit: Kit, documentId: string, token?: string): string {
  const described = kit.get(`${DOCUMENTS}/${documentId}`, token === undefined ? {} : { 'x-amz-access-token': token });
  const document = described.json<{ url: string; compressionAlgorithm?: string }>();
  const reply = kit.download(document.url);
  return decode(document.compressionAlgorithm ? gunzipSync(reply.bytes) : reply.bytes, reply.headers['content-type']!);
}

/** The finished report, after more time than any takes. */
function finished(kit: Kit, body: object): MadeReport {
  const reportId = create(kit, body);
  kit.nowMs += 16 * 60_000;
  return look(kit, reportId);
}

function rowsOf(text: string): Record<string, string>[] {
  const [header, ...lines] = text.trimEnd().split('\n');
  const names = header!.split('\t');
  return lines.map((line) => Object.fromEntries(line.split('\t').map((cell, index) => [names[index]!, cell])));
}

describe('a report on request', () => {
  it('waits in a queue, is made, and is done within a quarter of an hour', () => {
    const kit = createKit();
    const reportId = create(kit, wish(ORDERS_TYPE));
    const seen: string[] = [];
    for (let second = 0; second <= 900; second += 2) {
      const { processingStatus, reportDocumentId } = look(kit, reportId);
      if (seen.at(-1) !== processingStatus) seen.push(processingStatus);
      expect(reportDocumentId !== undefined).toBe(processingStatus === 'DONE');
      kit.nowMs += 2_000;
    }
    expect(seen).toEqual(['IN_QUEUE', 'IN_PROGRESS', 'DONE']);
  });

  it('takes as long as the test wants', () => {
    const kit = createKit({ reportSeconds: 100 });
    const reportId = create(kit, wish(ORDERS_TYPE));
    kit.nowMs += 99_999;
    expect(look(kit, reportId).processingStatus).toBe('IN_PROGRESS');
    kit.nowMs += 1;
    expect(look(kit, reportId).processingStatus).toBe('DONE');
  });

  it('is listed by type with its very window, and found again after its answer was lost', () => {
    const kit = createKit();
    kit.order({ kind: 'lost-create' });
    const lost = kit.post(REPORTS, wish(ORDERS_TYPE));
    expect(lost.delivery).toBe('destroy');
    const list = kit.get(`${REPORTS}?reportTypes=${ORDERS_TYPE}`).json<ReportsBody>();
    expect(list.reports).toHaveLength(1);
    expect(list.reports[0]).toMatchObject({
      reportId: lost.json<{ reportId: string }>().reportId,
      dataStartTime: '2026-09-01T00:00:00+00:00',
      dataEndTime: '2026-09-08T00:00:00+00:00',
      processingStatus: 'IN_QUEUE',
    });
  });

  it('is cancelled when there is no row', () => {
    const nothing = { dataStartTime: '2020-01-01T00:00:00Z', dataEndTime: '2020-01-02T00:00:00Z' };
    const report = finished(createKit(), wish(ORDERS_TYPE, US, nothing));
    expect(report.processingStatus).toBe('CANCELLED');
    expect(report.reportDocumentId).toBeUndefined();
  });

  it('that fails has a document that says why', () => {
    const kit = createKit();
    kit.order({ kind: 'fatal-report' });
    const report = finished(kit, wish(ORDERS_TYPE));
    expect(report.processingStatus).toBe('FATAL');
    expect(documentText(kit, report.reportDocumentId!)).toContain('could not be made');
    expect(finished(kit, wish(ORDERS_TYPE)).processingStatus).toBe('DONE');
  });

  it('that is slow takes three hours', () => {
    const kit = createKit();
    kit.order({ kind: 'slow-report' });
    const { reportId, processingStatus } = finished(kit, wish(ORDERS_TYPE));
    expect(processingStatus).toBe('IN_PROGRESS');
    kit.nowMs += 3 * 3_600_000;
    expect(look(kit, reportId).processingStatus).toBe('DONE');
  });

  it.each([
    ['an unknown type', { ...wish('GET_MERCHANT_LISTINGS_ALL_DATA') }],
    ['no marketplace', { ...wish(ORDERS_TYPE), marketplaceIds: [] }],
    ['an unknown marketplace', { ...wish(ORDERS_TYPE), marketplaceIds: ['ATLANTIS'] }],
    ['more than 25 marketplaces', { ...wish(ORDERS_TYPE), marketplaceIds: Array(26).fill(US) }],
    ['a window that ends before it begins', { ...wish(ORDERS_TYPE), dataEndTime: '2026-08-01T00:00:00Z' }],
    ['a day instead of a moment', { ...wish(ORDERS_TYPE), dataStartTime: '2026-09-01' }],
    ['an unknown member', { ...wish(ORDERS_TYPE), schedule: 'PT1H' }],
  ])('is refused for %s', (_what, body) => {
    const kit = createKit();
    const reply = kit.post(REPORTS, body);
    expect(reply.status).toBe(400);
    expect(reply.json<ErrorBody>().errors[0]?.code).toBe('InvalidInput');
    expect(kit.amazon.sellers[0]!.requested.all()).toEqual([]);
  });
});

describe('the all-orders report', () => {
  it('has a row for every item of every order that last changed in its window', () => {
    const kit = createKit();
    const { world } = kit.amazon.sellers[0]!;
    const rows = rowsOf(documentText(kit, finished(kit, wish(ORDERS_TYPE)).reportDocumentId!));
    const expected = ordersOf(world).filter((order) => {
      const at = (viewOrder(order, NOW_MS / 1000)?.lastUpdatedAt ?? 0) * 1000;
      return (
        order.marketplace.country === 'US' && at >= Date.parse(WEEK.dataStartTime) && at < Date.parse(WEEK.dataEndTime)
      );
    });
    expect(new Set(rows.map((row) => row['amazon-order-id']))).toEqual(new Set(expected.map((one) => one.orderId)));
    expect(rows).toHaveLength(expected.reduce((sum, order) => sum + order.items.length, 0));
    expect(Object.keys(rows[0]!)).toEqual([...ORDER_COLUMNS]);
  });

  it('says what the interface says: the same price, tax and discount in every order', () => {
    const kit = createKit();
    const { world } = kit.amazon.sellers[0]!;
    const window = { dataStartTime: '2026-08-01T00:00:00Z', dataEndTime: '2026-09-30T00:00:00Z' };
    const rows = rowsOf(documentText(kit, finished(kit, wish(ORDERS_TYPE, US, window)).reportDocumentId!));
    const cents = (text: string | undefined): bigint => BigInt((text ?? '').replace('.', '') || '0');
    const totals = new Map<string, bigint>();
    for (const row of rows.filter((one) => one.currency !== '')) {
      const id = row['amazon-order-id']!;
      const charged = ['item-price', 'item-tax', 'shipping-price', 'shipping-tax', 'gift-wrap-price', 'gift-wrap-tax'];
      const spared = ['item-promotion-discount', 'ship-promotion-discount'];
      const sum = (names: string[]) => names.reduce((total, name) => total + cents(row[name]), 0n);
      totals.set(id, (totals.get(id) ?? 0n) + sum(charged) - sum(spared));
    }
    expect(totals.size).toBeGreaterThan(50);
    for (const [id, total] of totals) {
      const order = ordersOf(world).find((one) => one.orderId === id)!;
      expect(total).toBe(order.items.reduce((sum, item) => sum + proceedsOf(item), 0n));
    }
  });

  it('ignores the marketplaces asked for in Europe, and writes them in one file with two columns more', () => {
    const kit = createKit({ worlds: [kitWorld('A1ONE', ['DE', 'FR', 'US'])] });
    const rows = rowsOf(documentText(kit, finished(kit, wish(ORDERS_TYPE, DE)).reportDocumentId!));
    const channels = new Set(rows.map((row) => row['sales-channel']).filter((name) => !name!.startsWith('Non-Amazon')));
    expect(channels).toEqual(new Set(['Amazon.de', 'Amazon.fr']));
    expect(Object.keys(rows[0]!)).toContain('tax-collection-model');
  });

  it('lets the rows of one order stand apart sometimes', () => {
    const kit = createKit({ worlds: [kitWorld('A1ONE', ['US', 'CA'])] });
    const window = { dataStartTime: '2026-07-20T00:00:00Z', dataEndTime: '2026-10-01T00:00:00Z' };
    const ids = rowsOf(documentText(kit, finished(kit, wish(ORDERS_TYPE, US, window)).reportDocumentId!)).map(
      (row) => row['amazon-order-id'],
    );
    expect(ids.some((id, index) => ids.indexOf(id) < index && ids[index - 1] !== id)).toBe(true);
  });
});

describe('the report of reimbursements', () => {
  it('has a row for every reimbursement and every one taken back', () => {
    const kit = createKit({ worlds: [kitWorld('A1ONE', ['US'])] });
    const window = { dataStartTime: '2026-08-01T00:00:00Z', dataEndTime: '2026-09-01T00:00:00Z' };
    const rows = rowsOf(
      documentText(kit, finished(kit, wish('GET_FBA_REIMBURSEMENTS_DATA', US, window)).reportDocumentId!),
    );
    const expected = eventsOf(kit.amazon.sellers[0]!.world)
      .filter(
        ({ event }) =>
          event.postedAt * 1000 >= Date.parse(window.dataStartTime) &&
          event.postedAt * 1000 < Date.parse(window.dataEndTime),
      )
      .flatMap(({ event }) => event.legs)
      .filter((leg) => leg.kind.startsWith('reimbursement'));
    expect(rows.length).toBeGreaterThan(1);
    expect(rows).toHaveLength(expected.length);
    expect(Object.keys(rows[0]!)).toEqual([...REIMBURSEMENT_COLUMNS]);
    const cents = rows.reduce((sum, row) => sum + BigInt(row['amount-total']!.replace('.', '')), 0n);
    expect(cents).toBe(expected.reduce((sum, leg) => sum + leg.minor, 0n));
  });
});

describe('a restricted report', () => {
  const MONTH = { dataStartTime: '2026-08-01T00:00:00Z', dataEndTime: '2026-09-01T00:00:00Z' };
  const vatWish = (type: string) => wish(type, DE, MONTH);
  const restrict = (kit: Kit, path: string): Reply =>
    kit.post(RESTRICTED_TOKEN, { restrictedResources: [{ method: 'GET', path }] });
  const tokenFor = (kit: Kit, documentId: string): string =>
    restrict(kit, `${DOCUMENTS}/${documentId}`).json<{ restrictedDataToken: string }>().restrictedDataToken;

  it.each(['SC_VAT_TAX_REPORT', 'GET_VAT_TRANSACTION_DATA'])('%s is shown to a token for its path only', (type) => {
    const kit = createKit();
    const documentId = finished(kit, vatWish(type)).reportDocumentId!;
    expect(kit.get(`${DOCUMENTS}/${documentId}`).status).toBe(403);
    const token = tokenFor(kit, documentId);
    expect(token.startsWith('Atz.sprdt|')).toBe(true);
    const text = documentText(kit, documentId, token);
    expect(text).toContain(BUYER_CANARY);
    const european = eventsOf(kit.amazon.sellers[0]!.world).filter(
      ({ marketplace, event }) => regionOf(marketplace) === 'EU' && event.kind === 'order',
    );
    expect(text.split('\n').length).toBeLessThan(european.length * 4);
    const other = tokenFor(kit, `${documentId}x`);
    expect(kit.get(`${DOCUMENTS}/${documentId}`, { 'x-amz-access-token': other }).status).toBe(403);
  });

  it('is no longer shown when the token’s hour is over, and the token opens nothing else', () => {
    const kit = createKit();
    const documentId = finished(kit, vatWish('SC_VAT_TAX_REPORT')).reportDocumentId!;
    const headers = { 'x-amz-access-token': tokenFor(kit, documentId) };
    expect(kit.get(`${REPORTS}?reportTypes=SC_VAT_TAX_REPORT`, headers).status).toBe(403);
    kit.nowMs += restrictedTokenSeconds * 1000 - 1;
    expect(kit.get(`${DOCUMENTS}/${documentId}`, headers).status).toBe(200);
    kit.nowMs += 1;
    expect(kit.get(`${DOCUMENTS}/${documentId}`, headers).status).toBe(403);
  });

  it('of a month fails before the third day of the next', () => {
    const kit = createKit();
    const month = { dataStartTime: '2026-09-01T00:00:00Z', dataEndTime: '2026-10-01T00:00:00Z' };
    expect(finished(kit, wish('GET_VAT_TRANSACTION_DATA', DE, month)).processingStatus).toBe('FATAL');
    kit.nowMs = Date.parse('2026-10-03T00:00:00Z');
    expect(finished(kit, wish('GET_VAT_TRANSACTION_DATA', DE, month)).processingStatus).toBe('DONE');
  });

  it.each([
    ['no resource', { restrictedResources: [] }],
    ['an unknown method', { restrictedResources: [{ method: '', path: '/x' }] }],
    ['a path with a place holder', { restrictedResources: [{ method: 'GET', path: `${DOCUMENTS}/{id}` }] }],
    ['an unknown member', { resources: [] }],
  ])('needs a good request for its token: not %s', (_what, body) => {
    expect(createKit().post(RESTRICTED_TOKEN, body).status).toBe(400);
  });
});

describe('credentials', () => {
  it('expire when the fault says so: the login and the interface refuse the application', () => {
    const kit = createKit();
    const token = kit.token();
    kit.order({ kind: 'expire-secret', clientId: 'amzn1.application-oa2-client.1' });
    const reply = kit.send('GET', `${REPORTS}?reportTypes=X`, {
      headers: { 'user-agent': 'kit/1', 'x-amz-access-token': token },
    });
    expect(reply.status).toBe(403);
    expect(reply.json<ErrorBody>().errors[0]?.details).toBe('The LWA secret token you provided has expired.');
    expect(() => kit.token()).not.toThrow();
    expect(kit.token()).toBeUndefined();
  });

  it('an operation without its role is refused, the others are not', () => {
    const kit = createKit();
    kit.order({ kind: 'missing-role', operation: 'listTransactions' });
    expect(kit.get('/finances/2024-06-19/transactions?postedAfter=2026-08-01').status).toBe(403);
    expect(kit.get('/finances/2024-06-19/balances').status).toBe(200);
    expect(kit.order({ kind: 'missing-role', operation: 'everything' }).status).toBe(400);
  });
});
