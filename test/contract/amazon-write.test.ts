/** The two requests that are not a GET: what is sent again, what is not, and what is said when nobody knows. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readJson } from '../../src/amazon/read-json.ts';
import { bodyFaultsOf, areModelsMissing as isMissing, operationAt, sandboxCases } from './amazon-models.ts';
import { createClient, problemOf, type Reply, SELLER, THROTTLED, TOKEN_EXPIRED } from './amazon-stand-in.ts';

const REPORT = {
  operation: 'createReport',
  body: { reportType: 'GET_FBA_REIMBURSEMENTS_DATA', marketplaceIds: ['A1PA6795UKMFR9'] },
  read: (body: Uint8Array) => readJson(body, z.object({ reportId: z.string().min(1) })),
} as const;
const TOKEN = {
  operation: 'createRestrictedDataToken',
  body: { restrictedResources: [{ method: 'GET', path: '/reports/2021-06-30/documents/amzn1.spdoc.1' }] },
  read: (body: Uint8Array) => readJson(body, z.object({ restrictedDataToken: z.string().min(1) })),
} as const;
const MADE: Reply = { status: 202, body: { reportId: 'R1' } };
const ISSUED: Reply = { body: { restrictedDataToken: 'Atz.sprdt|canary', expiresIn: 3600 } };

/** Answers each reply in turn, then the last one for ever; `'cut'` breaks the connection. */
function inTurn(replies: readonly (Reply | 'cut')[]) {
  let count = 0;
  return createClient((_, response) => {
    const reply = replies[Math.min(count, replies.length - 1)]!;
    count += 1;
    if (reply !== 'cut') return reply;
    response.destroy();
    return 'handled';
  });
}

describe('the request to make a report', () => {
  it('is JSON to its one address, counted, recorded with Amazon’s id and the marketplaces it names', async () => {
    const { api, asked, facts } = await inTurn([{ ...MADE, headers: { 'x-amzn-RequestId': 'req-1' } }]);
    expect((await api.post(REPORT)).value).toEqual({ reportId: 'R1' });
    const [request] = asked();
    expect(request).toMatchObject({ method: 'POST', path: '/reports/2021-06-30/reports' });
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-amz-access-token': 'Atza|canary-access-1',
      'user-agent': expect.stringMatching(/^seller-ledger/),
    });
    expect(JSON.parse(request!.body)).toEqual(REPORT.body);
    expect(facts.at(-1)).toEqual({
      operation: 'createReport',
      sellerAccount: SELLER,
      marketplaceIds: ['A1PA6795UKMFR9'],
      status: 202,
      amazonRequestId: 'req-1',
      durationMs: 0,
      attempt: 1,
    });
  });

  it.each<[string, Reply | 'cut', RegExp]>([
    ['a cut connection', 'cut', /its answer is lost: no answer from/],
    ['500', { status: 500, headers: { 'x-amzn-RequestId': 'req-5' } }, /status 500, request req-5/],
    ['503', { status: 503, body: '<html>' }, /status 503/],
    ['408', { status: 408, body: { errors: [{ code: 'RequestTimeout', message: 'too slow' }] } }, /status 408/],
    ['202 with a web page', { status: 202, body: '<html>Welcome</html>' }, /status 202, but it looks like a web page/],
    ['202 without a report id', { status: 202, body: {} }, /status 202, but member reportId/],
    ['200', { status: 200, body: { reportId: 'R1' } }, /status 200, but only 202 is documented/],
    ['302', { status: 302, headers: { location: 'https://elsewhere.example' } }, /status 302/],
  ])('answered with %s is not sent again, and nobody claims to know', async (_, reply, says) => {
    const { api, asked, waits } = await inTurn([reply]);
    const problem = await problemOf(api.post(REPORT));
    expect(problem).toMatchObject({ code: 'AMAZON_REQUEST_LOST', kind: 'unknown' });
    expect(problem.says).toMatch(says);
    expect(asked()).toHaveLength(1);
    expect(waits).toEqual([]);
  });

  it('is sent again after 429, and after an expired token, because then it is certainly not done', async () => {
    const { api, asked, tokenRequests, clock } = await inTurn([
      { status: 429, body: THROTTLED },
      { status: 403, body: TOKEN_EXPIRED },
      MADE,
    ]);
    const before = clock.nowMs();
    expect((await api.post(REPORT)).value).toEqual({ reportId: 'R1' });
    expect(asked()).toHaveLength(3);
    expect(tokenRequests()).toHaveLength(2);
    expect(clock.nowMs() - before).toBeGreaterThan(59_000);
  });

  it('is given up after six times 429', async () => {
    const { api, asked } = await inTurn([{ status: 429, body: THROTTLED }]);
    expect(await problemOf(api.post(REPORT))).toMatchObject({ code: 'AMAZON_THROTTLED' });
    expect(asked()).toHaveLength(6);
  });

  it.each([400, 404, 415])('answered %i is refused and not sent again', async (status) => {
    const { api, asked } = await inTurn([{ status, body: { errors: [{ code: 'InvalidInput', message: 'no' }] } }]);
    expect(await problemOf(api.post(REPORT))).toMatchObject({ code: 'AMAZON_REQUEST_REFUSED', kind: 'rejected' });
    expect(asked()).toHaveLength(1);
  });
});

describe('the request for a restricted data token', () => {
  it.each<[string, Reply | 'cut']>([
    ['a cut connection', 'cut'],
    ['503', { status: 503 }],
    ['429', { status: 429, body: THROTTLED }],
    ['a web page', { body: '<html>' }],
  ])('changes nothing at Amazon, so it is sent again after %s', async (_, reply) => {
    const { api, asked } = await inTurn([reply, ISSUED]);
    expect((await api.post(TOKEN)).value.restrictedDataToken).toBe('Atz.sprdt|canary');
    expect(asked().map(({ method, path }) => `${method} ${path}`)).toEqual(
      Array(2).fill('POST /tokens/2021-03-01/restrictedDataToken'),
    );
  });

  it('is denied with the roles that it needs', async () => {
    const { api } = await inTurn([{ status: 403, body: { errors: [{ code: 'Unauthorized' }] } }]);
    const problem = await problemOf(api.post(TOKEN));
    expect(problem).toMatchObject({ code: 'AMAZON_ACCESS_DENIED' });
    expect(problem.next).toMatch(/Tax Invoicing or Tax Remittance/);
  });
});

describe('Amazon’s models (skipped without ../shared/specs/amazon)', () => {
  it.skipIf(isMissing)('accept both bodies, at the addresses to which they are sent', async () => {
    for (const [request, reply] of [
      [REPORT, MADE],
      [TOKEN, ISSUED],
    ] as const) {
      const { api, asked } = await inTurn([reply]);
      await api.post<unknown>(request);
      const [sent] = asked();
      expect(operationAt(sent!.method, sent!.path)).toBe(request.operation);
      expect(bodyFaultsOf(request.operation, JSON.parse(sent!.body))).toEqual([]);
    }
  });

  it.skipIf(isMissing)('control: they refuse a body with another member or without a required one', () => {
    expect(bodyFaultsOf('createReport', { ...REPORT.body, cancel: true })).toHaveLength(1);
    expect(bodyFaultsOf('createReport', { reportType: 'X' })).toHaveLength(1);
    expect(bodyFaultsOf('createRestrictedDataToken', {})).toHaveLength(1);
  });

  it.skipIf(isMissing).each([REPORT, TOKEN])('have sandbox answers to $operation that are read', async (request) => {
    const successes = Object.entries(sandboxCases(request.operation)).filter(([status]) => status.startsWith('2'));
    expect(successes.flatMap(([, cases]) => cases).length).toBeGreaterThan(0);
    for (const [status, cases] of successes) {
      for (const { response } of cases) {
        const { api } = await inTurn([{ status: Number(status), body: response as object }]);
        expect((await api.post<object>(request)).value).toEqual(
          expect.objectContaining({ [request === REPORT ? 'reportId' : 'restrictedDataToken']: expect.any(String) }),
        );
      }
    }
    for (const { response } of sandboxCases(request.operation)['400'] ?? []) {
      const { api } = await inTurn([{ status: 400, body: response as object }]);
      expect(await problemOf(api.post<object>(request))).toMatchObject({ code: 'AMAZON_REQUEST_REFUSED' });
    }
  });
});
