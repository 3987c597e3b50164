/** Requests and answers of reports on request beside Amazon's own models; skipped without a copy of those. */
import { describe, expect, it } from 'vitest';
import { readJson } from '../../src/amazon/read-json.ts';
import { createRequestedReports } from '../../src/amazon/requested-reports/index.ts';
import { createReportAnswerSchema, restrictedTokenAnswerSchema } from '../../src/amazon/requested-reports/wire.ts';
import { readErrors } from '../../src/amazon/sp-api-problems.ts';
import { reportSchema } from '../../src/amazon/wire.ts';
import {
  bodyFaultsOf,
  faultsOf,
  areModelsMissing as isMissing,
  operationAt,
  operationOf,
  sandboxCases,
} from './amazon-models.ts';
import { problemOf, serve } from './amazon-stand-in.ts';
import { ORDERED, requestedReports, scriptedApi, told } from './requested-reports-kit.ts';

const OPERATIONS = [
  'createReport',
  'createRestrictedDataToken',
  'getReport',
  'getReports',
  'getReportDocument',
] as const;
type Operation = (typeof OPERATIONS)[number];

describe('Amazon’s models of reports and tokens (skipped without ../shared/specs/amazon)', () => {
  it.skipIf(isMissing)('accept every request of a report on request, from asking to reading', async () => {
    const server = await serve(() => ({ body: 'x' }));
    const { reports, asked, close } = requestedReports(({ operation, query }) => {
      if (operation === 'createReport') return { body: { reportId: 'R1' } };
      if (operation === 'createRestrictedDataToken') return { body: { restrictedDataToken: 'T', expiresIn: 60 } };
      if (operation === 'getReports') return { body: { reports: [], ...(!query.nextToken && { nextToken: 'n' }) } };
      if (operation === 'getReport') return { body: told({ processingStatus: 'DONE', reportDocumentId: 'D' }) };
      return { body: { reportDocumentId: 'D', url: `${server.url}/document` } };
    });
    const kinds = ['orders-by-last-update', 'fba-reimbursements', 'vat-calculation', 'vat-transactions'] as const;
    const month = { from: '2026-10-01T00:00:00.000Z', until: '2026-11-01T00:00:00.000Z' };
    const days = { from: '2026-10-25T00:00:00.000Z', until: '2026-11-01T00:00:00.000Z' };
    for (const kind of kinds) {
      const order = { ...ORDERED, kind, window: kind === 'vat-transactions' ? month : days };
      await reports.find(order, order.window.from);
      await reports.wait(await reports.create(order), 0);
      await reports.download(kind, 'D');
    }
    await close();
    for (const request of asked) {
      const isPost = operationOf(request.operation).parameters.some(({ in: place }) => place === 'body');
      if (isPost) expect(bodyFaultsOf(request.operation, request.body)).toEqual([]);
      else {
        expect(operationAt('GET', request.path)).toBe(request.operation);
        expect(faultsOf(request.operation, new URLSearchParams(request.query))).toEqual([]);
      }
    }
    expect(new Set(asked.map(({ operation }) => operation))).toEqual(new Set(OPERATIONS));
    expect(asked.length).toBe(4 * (2 + 1 + 1 + 1) + 2);
  });

  it.skipIf(isMissing)(
    'control: they refuse a member they do not name, 26 marketplaces and a day without its time',
    () => {
      const body = { reportType: 'A', marketplaceIds: ['M'], dataStartTime: '2026-11-01T00:00:00.000Z' };
      expect(bodyFaultsOf('createReport', body)).toEqual([]);
      expect(bodyFaultsOf('createReport', { ...body, reporttype: 'A' })).toHaveLength(1);
      expect(bodyFaultsOf('createReport', { ...body, marketplaceIds: Array(26).fill('M') })).toHaveLength(1);
      expect(bodyFaultsOf('createReport', { ...body, dataStartTime: '2026-11-01' })).toHaveLength(1);
      expect(
        bodyFaultsOf('createRestrictedDataToken', { restrictedResources: [{ method: 'READ', path: '/x' }] }),
      ).not.toEqual([]);
    },
  );

  it.skipIf(isMissing)(
    'have sandbox answers to createReport, getReport and createRestrictedDataToken that we can read',
    () => {
      const read = (name: Operation, status: string, schema: Parameters<typeof readJson>[1]) =>
        (sandboxCases(name)[status] ?? []).map(({ response }) =>
          readJson(Buffer.from(JSON.stringify(response)), schema),
        );
      expect(read('createReport', '202', createReportAnswerSchema)).toEqual([
        { ok: true, value: { reportId: 'ID323' } },
      ]);
      expect(read('getReport', '200', reportSchema)).toMatchObject([
        { ok: true, value: { reportId: 'ReportId1', processingStatus: 'IN_PROGRESS' } },
      ]);
      const tokens = read('createRestrictedDataToken', '200', restrictedTokenAnswerSchema);
      expect(tokens).toHaveLength(2);
      for (const token of tokens)
        expect(token).toMatchObject({
          ok: true,
          value: { restrictedDataToken: expect.stringMatching(/^Atz\.sprdt\|/), expiresIn: 3600 },
        });
      for (const name of OPERATIONS) {
        for (const { response } of sandboxCases(name)['400'] ?? [])
          expect(readErrors(Buffer.from(JSON.stringify(response))).length).toBeGreaterThan(0);
      }
    },
  );

  it.skipIf(isMissing)(
    'give answers of the sandbox that the client turns into our words, and refusals into a problem',
    async () => {
      const first = (name: Operation, status: string) => sandboxCases(name)[status]?.[0]?.response;
      const { api } = scriptedApi(({ operation }) => ({
        body: first(operation as Operation, operation === 'createReport' ? '202' : '200'),
      }));
      const refusing = scriptedApi(({ operation }) => ({ status: 400, body: first(operation as Operation, '400') }));
      const whole = requestedReports(() => ({}));
      const options = {
        downloader: {} as never,
        clock: whole.clock,
        log: { write: () => {} },
        onWait: () => {},
        signal: new AbortController().signal,
      };
      const reports = createRequestedReports({ ...options, api, randomness: {} as never });
      expect(await reports.create(ORDERED)).toBe('ID323');
      expect(await reports.state('ID323')).toEqual({ state: 'waiting' });
      const refused = createRequestedReports({ ...options, api: refusing.api, randomness: {} as never });
      for (const call of [
        () => refused.create(ORDERED),
        () => refused.state('x'),
        () => refused.find(ORDERED, ORDERED.window.from),
      ])
        expect(await problemOf(call())).toMatchObject({
          code: 'AMAZON_REQUEST_REFUSED',
          data: expect.stringContaining('nvalid input'),
        });
      await whole.close();
    },
  );

  it('control: an answer without its one required member cannot be read', () => {
    const read = (value: unknown, schema: Parameters<typeof readJson>[1]) =>
      readJson(Buffer.from(JSON.stringify(value)), schema).ok;
    expect(read({ reportId: 'R' }, createReportAnswerSchema)).toBe(true);
    expect(read({}, createReportAnswerSchema)).toBe(false);
    expect(read({ restrictedDataToken: 'T', expiresIn: 1 }, restrictedTokenAnswerSchema)).toBe(true);
    expect(read({ expiresIn: 1 }, restrictedTokenAnswerSchema)).toBe(false);
  });
});
