/**
 * Every answer of the pretend Amazon against Amazon's own machine-readable models, and Amazon's static sandbox cases
 * against the pretend Amazon. Both are read from the shared folder next to the repository; without it this is skipped.
 */
import { existsSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import {
  createKit,
  DOCUMENTS,
  type Kit,
  NOW_MS,
  REPORTS,
  type Reply,
  type ReportsBody,
  SETTLEMENTS,
} from './sim-amazon-kit.ts';

const SPECS = new URL('../../../shared/specs/amazon/', import.meta.url);
const areSpecsMissing = !existsSync(SPECS);
if (areSpecsMissing) process.stderr.write('skipped: ../shared/specs/amazon is not there, answers are not validated\n');

type Schema = { [key: string]: unknown };
interface Model {
  readonly definitions: Readonly<Record<string, Schema>>;
}

/** Amazon's model of an API, made stricter: a field that the model does not know is a mistake of ours. */
function modelOf(file: string): (definition: string, body: unknown) => string[] {
  const model = JSON.parse(readFileSync(new URL(file, SPECS), 'utf8')) as Model;
  const definitions = Object.fromEntries(
    Object.entries(model.definitions).map(([name, schema]) => [
      name,
      schema.properties ? { ...schema, additionalProperties: false } : schema,
    ]),
  );
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
