/**
 * Compares what we send and read with Amazon's own machine-readable models. The models are not part of this
 * repository; without a copy beside it these tests are skipped and say so.
 */
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { SpApiOperation } from '../../src/amazon/exchange.ts';
import { readJson } from '../../src/amazon/read-json.ts';
import { createSellerMarketplaces } from '../../src/amazon/seller-marketplaces.ts';
import { readErrors } from '../../src/amazon/sp-api-problems.ts';
import { USAGE_PLANS } from '../../src/amazon/usage-plans.ts';
import {
  getReportDocumentAnswerSchema,
  getReportsAnswerSchema,
  marketplaceParticipationsAnswerSchema,
} from '../../src/amazon/wire.ts';
import { faultsOf, areModelsMissing as isMissing, operationAt, operationOf, sandboxCases } from './amazon-models.ts';
import { collect, createClient, createWorld, DOCUMENTS, REPORTS, type Received, report } from './amazon-stand-in.ts';

/** Every request of a ping, a list of two pages and a download. */
async function requestsOfASync(): Promise<readonly Received[]> {
  const world = await createWorld((request) => {
    if (request.path === '/document') return { body: 'x' };
    if (request.path.startsWith(DOCUMENTS))
      return { body: { reportDocumentId: 'd', url: `${world.server.url}/document` } };
    if (request.path !== REPORTS) return { body: { payload: [] } };
    const isFirst = !request.query.has('nextToken');
    return { body: { reports: [report('1')], ...(isFirst && { nextToken: 'a+b/c==' }) } };
  });
  await world.amazon.ping();
  await collect(world.amazon.reports.list('2020-01-01T00:00:00Z'));
  await world.amazon.reports.download('amzn1.spdoc.1');
  return world.asked().filter((request) => request.path !== '/document');
}

describe('Amazon’s models (skipped without ../shared/specs/amazon)', () => {
  it.skipIf(isMissing)('accept every request we send, name by name and value by value', async () => {
    const requests = await requestsOfASync();
    const seen = new Set<string>();
    for (const request of requests) {
      const name = operationAt(request.method, request.path);
      expect(name, `an operation for ${request.path}`).toBeDefined();
      seen.add(name!);
      expect(request.method).toBe('GET');
      expect(faultsOf(name!, request.query)).toEqual([]);
    }
    expect([...seen].sort()).toEqual(Object.keys(schemas).sort());
    expect(requests).toHaveLength(5);
  });

  it.skipIf(isMissing)('control: they refuse a wrong name, a wrong value and a page that is too large', () => {
    const faults = (text: string) => faultsOf('getReports', new URLSearchParams(text));
    expect(faults('reportTypes=A&pageSize=100')).toEqual([]);
    expect(faults('reportTypes=A&pageSize=101')).toHaveLength(1);
    expect(faults('reportType=A')).toHaveLength(1);
    expect(faults('processingStatuses=READY')).toHaveLength(1);
    expect(faults('createdSince=20261101')).toHaveLength(1);
  });

  it.skipIf(isMissing).each(Object.keys(USAGE_PLANS) as SpApiOperation[])(
    'publish the rate and burst we keep for %s',
    (name) => {
      const [, rate, burst] = /\|\s*([\d.]+)\s*\|\s*(\d+)\s*\|/.exec(operationOf(name).description) ?? [];
      expect({ ratePerSecond: Number(rate), burst: Number(burst) }).toEqual(USAGE_PLANS[name]);
    },
  );

  const schemas: Readonly<Partial<Record<SpApiOperation, { schema: z.ZodType; proof: object }>>> = {
    getReports: {
      schema: getReportsAnswerSchema,
      proof: { reports: [{ reportId: 'ReportId1', processingStatus: 'IN_PROGRESS' }] },
    },
    getReportDocument: {
      schema: getReportDocumentAnswerSchema,
      proof: { reportDocumentId: expect.any(String), url: expect.stringMatching(/^https?:/) },
    },
    getMarketplaceParticipations: {
      schema: marketplaceParticipationsAnswerSchema,
      proof: { payload: [{ marketplace: { id: 'ATVPDKIKX0DER', name: 'Amazon.com' } }] },
    },
  };

  it.skipIf(isMissing)(
    'have a sandbox answer that becomes the seller’s marketplaces, asked for in a valid request',
    async () => {
      const [answer] = sandboxCases('getMarketplaceParticipations')['200'] ?? [];
      const { api, asked } = await createClient(() => ({ body: answer!.response as object }));
      expect(await createSellerMarketplaces({ api }).list()).toEqual([
        {
          marketplaceId: 'ATVPDKIKX0DER',
          name: 'Amazon.com',
          country: 'US',
          currency: 'USD',
          timeZone: 'America/Los_Angeles',
          isParticipating: true,
          hasSuspendedListings: false,
        },
      ]);
      const [request] = asked();
      expect(operationAt(request!.method, request!.path)).toBe('getMarketplaceParticipations');
      expect(faultsOf('getMarketplaceParticipations', request!.query)).toEqual([]);
    },
  );

  it.skipIf(isMissing).each(Object.keys(schemas) as SpApiOperation[])(
    'have sandbox answers to %s that we can read',
    (name) => {
      const { schema, proof } = schemas[name]!;
      const cases = sandboxCases(name);
      const answers = cases['200'] ?? [];
      expect(answers.length).toBeGreaterThan(0);
      for (const { response } of answers) {
        const reading = readJson(Buffer.from(JSON.stringify(response)), schema);
        expect(reading).toMatchObject({ ok: true, value: proof });
      }
      for (const { response } of cases['400'] ?? []) {
        const errors = readErrors(Buffer.from(JSON.stringify(response)));
        expect(errors.length).toBeGreaterThan(0);
        expect(errors[0]?.code).toMatch(/^(400|InvalidInput)$/);
      }
    },
  );
});
