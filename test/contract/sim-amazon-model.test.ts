/**
 * Every answer of the pretend Amazon against Amazon's own machine-readable models, and Amazon's static sandbox cases
 * against the pretend Amazon. Both are read from the shared folder next to the repository; without it this is skipped.
 */
import { existsSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { ordersOf } from '../../sim/world/index.ts';
import {
  BALANCES,
  createKit,
  DOCUMENTS,
  EVENTS,
  type Kit,
  NOW_MS,
  ORDERS,
  PAYOUTS,
  REPORTS,
  RESTRICTED_TOKEN,
  type Reply,
  type ReportsBody,
  SETTLEMENTS,
  SUMMARY,
} from './sim-amazon-kit.ts';

const SPECS = new URL('../../../shared/specs/amazon/', import.meta.url);
const areSpecsMissing = !existsSync(SPECS);
if (areSpecsMissing) process.stderr.write('skipped: ../shared/specs/amazon is not there, answers are not validated\n');

type Schema = { [key: string]: unknown };
interface Model {
  readonly definitions: Readonly<Record<string, Schema>>;
}

/** Amazon's model of an API, made stricter: a field that the model does not know is a mistake of ours. */
function modelOf(
  file: string,
  leniency: { readonly asWritten?: readonly string[]; readonly days?: boolean } = {},
): (definition: string, body: unknown) => string[] {
  const model = JSON.parse(readFileSync(new URL(file, SPECS), 'utf8')) as Model;
  const partsOfOthers = new Set(
    (leniency.asWritten ?? []).flatMap((name) =>
      ((model.definitions[name]?.allOf ?? []) as { $ref?: string }[]).map((part) => part.$ref?.split('/').at(-1)),
    ),
  );
  const definitions = Object.fromEntries(
    Object.entries(model.definitions).map(([name, schema]) => [
      name,
      schema.properties && !partsOfOthers.has(name) ? { ...schema, additionalProperties: false } : schema,
    ]),
  );
  if (leniency.days) definitions.Date = { type: 'string' };
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema({ $id: 'model', definitions });
  return (definition, body) => {
    const validate = ajv.getSchema(`model#/definitions/${definition}`);
    if (!validate) throw new Error(`${file} has no ${definition}`);
    validate(body);
    return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
  };
}

interface SandboxCase {
  readonly request: { readonly parameters: Readonly<Record<string, { readonly value: unknown }>> };
  readonly response: unknown;
}
type Sandbox = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, readonly SandboxCase[]>>>>>>;

describe('the answers', () => {
  const list = `${REPORTS}?${SETTLEMENTS}`;

  it.skipIf(areSpecsMissing)('of the reports API are what Amazon’s model describes', () => {
    const errorsIn = modelOf('reports_2021-06-30.json');
    const kit = createKit();
    const page = kit.get(list);
    const { reportId, reportDocumentId } = page.json<ReportsBody>().reports[0]!;
    const good: [string, Reply][] = [
      ['GetReportsResponse', page],
      ['GetReportsResponse', kit.get(`${REPORTS}?nextToken=${page.json<ReportsBody>().nextToken}`)],
      ['Report', kit.get(`${REPORTS}/${reportId}`)],
      ['ReportDocument', kit.get(`${DOCUMENTS}/${reportDocumentId}`)],
    ];
    for (const [definition, reply] of good) {
      expect(reply.status).toBe(200);
      expect(errorsIn(definition, reply.json())).toEqual([]);
    }
  });

  it.skipIf(areSpecsMissing)('of the sellers API are what Amazon’s model describes', () => {
    const errorsIn = modelOf('sellers.json');
    const reply = createKit().get('/sellers/v1/marketplaceParticipations');
    expect(reply.status).toBe(200);
    const body = reply.json<{ payload: { marketplace: { countryCode: string; defaultCurrencyCode: string } }[] }>();
    expect(errorsIn('GetMarketplaceParticipationsResponse', body)).toEqual([]);
    expect(
      body.payload.map(({ marketplace }) => `${marketplace.countryCode} ${marketplace.defaultCurrencyCode}`),
    ).toEqual(['US USD', 'DE EUR', 'JP JPY']);
  });

  it.skipIf(areSpecsMissing)('of the orders API are what Amazon’s model describes, at every stage of an order', () => {
    const errorsIn = modelOf('orders_2026-01-01.json');
    const data = 'BUYER,RECIPIENT,PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,TAX,PAYMENT';
    const kit = createKit();
    const found = kit.get(`${ORDERS}?lastUpdatedAfter=2026-09-01T00:00:00Z&includedData=${data}`);
    expect(found.json<{ orders: unknown[] }>().orders.length).toBeGreaterThan(50);
    expect(errorsIn('SearchOrdersResponse', found.json())).toEqual([]);
    const orders = ordersOf(kit.amazon.sellers[0]!.world);
    const [sold, cancelled] = [orders.find((one) => one.deliveredAt)!, orders.find((one) => one.cancelledAt)!];
    const stages = [sold.orderedAt, sold.confirmedAt, sold.shippedAt!, sold.deliveredAt!].map(
      (at) => [sold, at] as const,
    );
    const statuses = [...stages, [cancelled, cancelled.cancelledAt!] as const].map(([order, at]) => {
      kit.nowMs = at * 1000;
      const body = kit
        .get(`${ORDERS}/${order.orderId}?includedData=${data}`)
        .json<{ order: { fulfillment: { fulfillmentStatus: string } } }>();
      expect(errorsIn('GetOrderResponse', body)).toEqual([]);
      return body.order.fulfillment.fulfillmentStatus;
    });
    expect(statuses).toEqual(['PENDING', 'UNSHIPPED', 'SHIPPED', 'SHIPPED', 'CANCELLED']);
  });

  it.skipIf(areSpecsMissing)('of the finances API are what Amazon’s model describes', () => {
    // A context is any of several shapes, and a balance's or summary's day is said to be a moment: the models are wrong.
    const errorsIn = modelOf('finances_2024-06-19.json', { asWritten: ['Context'], days: true });
    const kit = createKit();
    const replies: [string, Reply][] = [
      ['ListTransactionsResponse', kit.get(`${EVENTS}?postedAfter=2026-07-01T00:00:00Z`)],
      ['SummaryResponse', kit.get(`${SUMMARY}?periodStart=2026-07-01&periodEnd=2026-09-30`)],
      ['ListBalancesResponse', kit.get(BALANCES)],
      ['ListBalancesResponse', kit.get(`${BALANCES}?asOfDate=2026-08-31`)],
    ];
    for (const [definition, reply] of replies) {
      expect(reply.status).toBe(200);
      expect(errorsIn(definition, reply.json())).toEqual([]);
    }
  });

  it.skipIf(areSpecsMissing)('of the transfers, tokens and report requests are what Amazon’s models describe', () => {
    const kit = createKit();
    const payouts = kit.get(`${PAYOUTS}?createdAfter=2026-07-01T00:00:00Z`);
    expect(payouts.json<{ payouts: unknown[] }>().payouts.length).toBeGreaterThan(3);
    expect(modelOf('transfers_2024-06-01.json')('ListPayoutsResponse', payouts.json())).toEqual([]);
    const token = kit.post(RESTRICTED_TOKEN, { restrictedResources: [{ method: 'GET', path: `${DOCUMENTS}/x` }] });
    expect(modelOf('tokens_2021-03-01.json')('CreateRestrictedDataTokenResponse', token.json())).toEqual([]);
    const errorsIn = modelOf('reports_2021-06-30.json');
    const made = kit.post(REPORTS, {
      reportType: 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL',
      marketplaceIds: ['ATVPDKIKX0DER'],
      dataStartTime: '2026-09-01T00:00:00Z',
      dataEndTime: '2026-09-08T00:00:00Z',
    });
    expect(errorsIn('CreateReportResponse', made.json())).toEqual([]);
    for (const minutes of [0, 2, 16]) {
      kit.nowMs += minutes * 60_000;
      const report = kit.get(`${REPORTS}/${made.json<{ reportId: string }>().reportId}`);
      expect(errorsIn('Report', report.json())).toEqual([]);
    }
  });

  it.skipIf(areSpecsMissing)('of every refusal are an error list of Amazon’s model', () => {
    const errorsIn = modelOf('reports_2021-06-30.json');
    const kit = createKit();
    const headers = { 'user-agent': 'kit/1', 'x-amz-access-token': kit.token(), 'content-type': 'application/json' };
    const struck = (order: unknown): Reply => {
      kit.order(order);
      return kit.get(list);
    };
    const refusals: [number, Reply][] = [
      [400, kit.get(REPORTS)],
      [400, kit.send('POST', REPORTS, { headers, body: '{}' })],
      [400, kit.send('GET', list)],
      [403, kit.get(list, { 'x-amz-access-token': 'x' })],
      [403, kit.get('/nowhere')],
      [403, struck({ kind: 'expired-token', operation: 'getReports' })],
      [404, kit.get(`${DOCUMENTS}/amzn1.spdoc.none`)],
      [404, kit.get(`${REPORTS}/1`)],
      [415, kit.send('POST', REPORTS, { headers: { ...headers, 'content-type': 'text/xml' } })],
      [429, struck({ kind: 'throttle' })],
      [500, struck({ kind: 'server-error', operation: 'getReports' })],
      [503, struck({ kind: 'unavailable', operation: 'getReports' })],
    ];
    for (const [status, reply] of refusals) {
      expect(reply.status).toBe(status);
      expect(errorsIn('ErrorList', reply.json())).toEqual([]);
      expect(reply.headers['content-type']).toBe('application/json');
    }
  });

  it.skipIf(areSpecsMissing)('control: a body with a field too few or too many is found', () => {
    const errorsIn = modelOf('reports_2021-06-30.json');
    const report = createKit().firstReport();
    expect(errorsIn('Report', report)).toEqual([]);
    expect(errorsIn('Report', { ...report, reportId: undefined })).not.toEqual([]);
    expect(errorsIn('Report', { ...report, invented: 1 })).not.toEqual([]);
    expect(errorsIn('Report', { ...report, createdTime: 'yesterday' })).not.toEqual([]);
  });
});

describe('Amazon’s sandbox cases', () => {
  /** Sends a case as Amazon's model says: lists joined by commas, ids in the path. */
  const send = (kit: Kit, operation: string, { request }: SandboxCase): Reply => {
    const { reportId, reportDocumentId, ...query } = Object.fromEntries(
      Object.entries(request.parameters).map(([name, { value }]) => [name, String(value)]),
    );
    if (operation === 'getReports') return kit.get(`${REPORTS}?${new URLSearchParams(query)}`);
    if (operation === 'getReport') return kit.get(`${REPORTS}/${reportId}`);
    if (operation === 'getReportDocument') return kit.get(`${DOCUMENTS}/${reportDocumentId}`);
    return kit.get('/sellers/v1/marketplaceParticipations');
  };

  it.skipIf(areSpecsMissing)(
    'get the sandbox’s status and shape, where the case does not name a report of the sandbox',
    () => {
      const sandbox = JSON.parse(readFileSync(new URL('sandbox-cases.json', SPECS), 'utf8')) as Sandbox;
      const definitions: Readonly<Record<string, [string, string]>> = {
        getReports: ['reports_2021-06-30.json', 'GetReportsResponse'],
        getReport: ['reports_2021-06-30.json', 'Report'],
        getReportDocument: ['reports_2021-06-30.json', 'ReportDocument'],
        getMarketplaceParticipations: ['sellers.json', 'GetMarketplaceParticipationsResponse'],
      };
      const tried: string[] = [];
      for (const api of ['reports', 'sellers']) {
        for (const [name, byStatus] of Object.entries(sandbox[api]!)) {
          const operation = name.split(' ').at(-1)!;
          const definition = definitions[operation];
          if (!definition) continue;
          for (const [status, cases] of Object.entries(byStatus)) {
            // A single report or document of the sandbox does not exist in any other world.
            if (status === '200' && operation.startsWith('getReport') && operation !== 'getReports') continue;
            for (const one of cases) {
              const reply = send(createKit(), operation, one);
              expect(String(reply.status), `${operation} ${status}`).toBe(status);
              const [file, good] = definition;
              const errorsIn = modelOf(file);
              expect(errorsIn(status === '200' ? good : 'ErrorList', reply.json())).toEqual([]);
              expect(errorsIn(status === '200' ? good : 'ErrorList', one.response)).toEqual([]);
              tried.push(`${operation} ${status}`);
            }
          }
        }
      }
      expect(tried.sort()).toEqual([
        'getMarketplaceParticipations 200',
        'getReport 400',
        'getReportDocument 400',
        'getReports 200',
        'getReports 400',
      ]);
    },
  );
});

describe('the kit', () => {
  it('looks at its worlds at a time when every settlement is listed', () => {
    const settlements = createKit().amazon.sellers.flatMap((seller) => seller.world.settlements);
    expect(settlements.every((one) => one.reportedAt * 1000 < NOW_MS)).toBe(true);
    expect(settlements.every((one) => one.reportedAt * 1000 > NOW_MS - 90 * 86_400_000)).toBe(true);
  });
});
