import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type DoctorRequest, examineAmazon } from '../../src/amazon/doctor.ts';
import type { SpApiRead } from '../../src/amazon/exchange.ts';
import type { AmazonCheck } from '../../src/amazon/ping.ts';
import { readJson } from '../../src/amazon/read-json.ts';
import type { AmazonProbe, SpApi } from '../../src/amazon/sp-api.ts';
import { type ClientOptions, createClient, createWorld, type Reply, START_MS, tokenReply } from './amazon-stand-in.ts';

const PARTICIPATIONS = '/sellers/v1/marketplaceParticipations';
const FINANCE = 'Finance and Accounting';
const ORDERS = 'Inventory and Order Tracking';
const DENIED: Reply = { status: 403, body: { errors: [{ code: 'Unauthorized', message: 'Access is denied.' }] } };
const read = (body: Uint8Array) => readJson(body, z.object({}));

function participation(id: string, name: string, isParticipating = true) {
  return {
    marketplace: { id, name, countryCode: 'DE', defaultCurrencyCode: 'EUR' },
    participation: { isParticipating, hasSuspendedListings: false },
  };
}

const GERMANY = participation('A1PA6795UKMFR9', 'Amazon.de');

/** As the feeds have them, but for their paths: `/try/` and the operation. */
function probesOf(api: SpApi): readonly AmazonProbe[] {
  const reading = (operation: SpApiRead, role: string): AmazonProbe => ({
    name: operation,
    role,
    run: async () => {
      await api.get({ operation, path: `/try/${operation}`, read });
      return 'works';
    },
  });
  const sending = (operation: 'createReport' | 'createRestrictedDataToken', role: string): AmazonProbe => ({
    name: operation,
    role,
    run: async () => {
      await api.post({ operation, body: {}, read });
      return 'works';
    },
  });
  return [
    reading('getReports', FINANCE),
    sending('createReport', ORDERS),
    reading('getReport', ORDERS),
    sending('createRestrictedDataToken', 'Tax Invoicing'),
    reading('searchOrders', ORDERS),
    { ...reading('searchOrders', 'Tax Invoicing'), name: 'searchOrders with tax and payment' },
    reading('listTransactions', FINANCE),
  ];
}

interface Patient extends ClientOptions {
  readonly replies?: Readonly<Record<string, Reply>>;
  readonly all?: Reply;
  readonly amazonMs?: number;
}

async function examine(patient: Patient = {}, request: DoctorRequest = {}) {
  const world = await createClient(({ path, method }) => {
    const usual: Reply = path === PARTICIPATIONS ? { body: { payload: [GERMANY] } } : { body: {} };
    const reply = patient.all ?? patient.replies?.[path] ?? usual;
    const status = method === 'POST' && path.endsWith('/reports') ? 202 : 200;
    return { status, ...reply, headers: { date: new Date(patient.amazonMs ?? START_MS).toUTCString() } };
  }, patient);
  const { settings, tokens, clientTokens, api: client, clock } = world;
  const checks = await examineAmazon({ settings, tokens, clientTokens, client, probesOf, clock }, request);
  const of = (name: string): AmazonCheck => {
    const found = checks.find((check) => check.name === name);
    if (!found) throw new Error(`there is no check ${name} among ${checks.map((check) => check.name)}`);
    return found;
  };
  return { checks, of, world, failed: checks.filter((check) => !check.ok).map((check) => check.name) };
}

describe('the doctor', () => {
  it('finds a healthy connection healthy, with every operation asked exactly once', async () => {
    const { checks, failed, world } = await examine({}, { withRestricted: true });
    expect(failed).toEqual([]);
    expect(checks.map((check) => check.name)).toEqual([
      'login',
      'client',
      'clock',
      'marketplaces',
      'getReports',
      'createReport',
      'getReport',
      'createRestrictedDataToken',
      'searchOrders',
      'searchOrders with tax and payment',
      'listTransactions',
      'secret age',
      'authorisation age',
    ]);
    expect(world.asked().map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET ${PARTICIPATIONS}`,
      'GET /try/getReports',
      'POST /reports/2021-06-30/reports',
      'GET /try/getReport',
      'POST /tokens/2021-03-01/restrictedDataToken',
      'GET /try/searchOrders',
      'GET /try/searchOrders',
      'GET /try/listTransactions',
    ]);
    const grants = world.tokenRequests().map(({ body }) => new URLSearchParams(body).get('grant_type'));
    expect(grants).toEqual(['refresh_token', 'client_credentials']);
  });

  it('makes nothing at Amazon when it may only read, and asks for no restricted token unless it is told to', async () => {
    const { checks, world } = await examine({}, { isReadOnly: true });
    const names = checks.map((check) => check.name);
    expect(names).not.toContain('createReport');
    expect(names).not.toContain('getReport');
    expect(names).not.toContain('createRestrictedDataToken');
    expect(names).toContain('getReports');
    expect(world.asked().every(({ method }) => method === 'GET')).toBe(true);
  });

  it('asks Login with Amazon anew, whatever token is kept from earlier', async () => {
    const world = await createWorld(() => ({ body: { payload: [GERMANY] } }));
    await world.amazon.feeds.marketplaces.list();
    await world.amazon.doctor({ isReadOnly: true });
    expect(world.tokenRequests()).toHaveLength(3);
  });

  it('does not wait and repeat: an operation that is away is asked once', async () => {
    const { of, world } = await examine({ replies: { '/try/searchOrders': { status: 503 } } });
    expect(of('searchOrders')).toMatchObject({ ok: false, says: expect.stringContaining('AMAZON_UNAVAILABLE') });
    expect(world.asked().filter(({ path }) => path === '/try/listTransactions')).toHaveLength(1);
    expect(world.clock.nowMs()).toBe(START_MS);
  });
});

describe('what the doctor says is missing', () => {
  it('a role: the one that all denied operations need, by name', async () => {
    const { of, failed } = await examine({ replies: { '/try/listTransactions': DENIED } });
    expect(failed).toEqual(['listTransactions']);
    expect(of('listTransactions').next).toMatch(
      /add the role Finance and Accounting .*authorise the application again/,
    );
    const other = await examine({ replies: { '/try/searchOrders': DENIED } });
    expect(other.failed).toEqual(['searchOrders', 'searchOrders with tax and payment']);
    expect(other.of('searchOrders').next).toMatch(/add the role Inventory and Order Tracking/);
    expect(other.of('searchOrders with tax and payment').next).toMatch(/add the role Tax Invoicing/);
  });

  it('the region or the authorisation: when everything is denied', async () => {
    const { of, failed } = await examine({ all: DENIED });
    expect(failed).toHaveLength(7);
    expect(of('getReports').next).toMatch(/Everything is denied: .*in region EU .*authorise it again/);
    expect(of('marketplaces').next).toBe(of('getReports').next);
  });

  it('the region: when the seller takes part in none of its marketplaces', async () => {
    const { of } = await examine({
      replies: { [PARTICIPATIONS]: { body: { payload: [participation('ATVPDKIKX0DER', 'Amazon.com')] } } },
    });
    expect(of('marketplaces')).toMatchObject({
      ok: false,
      says: expect.stringMatching(/none of which is of region EU/),
    });
    expect(of('marketplaces').next).toMatch(/Name the region/);
  });

  it('a marketplace that the connection names and the seller does not take part in', async () => {
    const { of } = await examine({ settings: { marketplaces: ['A1PA6795UKMFR9', 'A13V1IB3VIYZZH'] } });
    expect(of('marketplaces')).toMatchObject({ ok: false, says: expect.stringMatching(/but not in FR/) });
    const control = await examine({ settings: { marketplaces: ['A1PA6795UKMFR9'] } });
    expect(control.of('marketplaces').ok).toBe(true);
  });

  const refuse = (error: string): Reply => ({ status: 400, body: { error } });

  it('the authorisation: when the seller’s token is refused and the application’s is issued', async () => {
    const { of, world } = await examine({
      login: (form) => (form.get('grant_type') === 'refresh_token' ? refuse('invalid_grant') : tokenReply(1)),
    });
    expect(of('login').says).toMatch(/^AMAZON_LOGIN_REVOKED/);
    expect(of('login').next).toMatch(/^The client id and secret are right.*authorise the application again/);
    expect(of('client').ok).toBe(true);
    expect(of('searchOrders').says).toMatch(/not tried/);
    expect(of('secret age').ok).toBe(true);
    expect(world.asked()).toHaveLength(0);
  });

  it('the client secret: when neither token is issued', async () => {
    const { of, world } = await examine({ login: () => ({ status: 401, body: { error: 'invalid_client' } }) });
    for (const name of ['login', 'client']) {
      expect(of(name).says).toMatch(/^AMAZON_CLIENT_REFUSED/);
      expect(of(name).next).toMatch(/rotate the secret/);
    }
    expect(world.tokenRequests()).toHaveLength(2);
  });

  it('nothing of the client when only its scope is refused: then it was recognised', async () => {
    const { of } = await examine({
      login: (form) => (form.get('grant_type') === 'refresh_token' ? tokenReply(1) : refuse('invalid_scope')),
    });
    expect(of('client')).toMatchObject({ ok: true, next: null });
    expect(of('client').says).toMatch(/knows the client id and the client secret/);
  });

  it('the client secret: when Amazon’s interface says that it has expired', async () => {
    const details = 'The LWA secret token you provided has expired.';
    const { of } = await examine({ all: { status: 403, body: { errors: [{ code: 'Unauthorized', details }] } } });
    expect(of('getReports').says).toMatch(/^AMAZON_CLIENT_SECRET_EXPIRED/);
    expect(of('getReports').next).toMatch(/rotate the LWA client secret/);
  });

  it.each([86_400_000, -86_400_000])('the clock: %i ms apart, also when everything is denied', async (ms) => {
    const { of } = await examine({ amazonMs: START_MS + ms, all: DENIED });
    expect(of('clock')).toMatchObject({ ok: false, next: expect.stringMatching(/NTP/) });
  });

  it('nothing, when only another program uses up the quota', async () => {
    const { of, failed, world } = await examine({
      replies: { '/try/searchOrders': { status: 429 }, '/try/listTransactions': { status: 429 } },
    });
    expect(of('listTransactions')).toMatchObject({ ok: true, next: null });
    // Trying the same operation once more would keep a person waiting for minutes.
    expect(failed).toEqual(['searchOrders with tax and payment']);
    expect(of('searchOrders with tax and payment').says).toMatch(/not tried/);
    expect(world.clock.nowMs()).toBe(START_MS);
    expect(of('searchOrders').says).toMatch(/^works, but another program uses up its quota: AMAZON_THROTTLED/);
  });
});

describe('the ages of what runs out', () => {
  const day = (text: string) => text as DoctorRequest['secretIssuedOn'] & string;

  it('are counted from the settings, and from what the caller knows where they say nothing', async () => {
    const request = { secretIssuedOn: day('2026-11-22'), authorisedOn: day('2026-11-22') };
    const { of } = await examine({ settings: { secretIssuedOn: day('2026-06-10') } }, request);
    expect(of('secret age')).toEqual({
      name: 'secret age',
      ok: true,
      says: 'the client secret of 2026-06-10 lasts until 2026-12-07, 14 more days',
      next: expect.stringMatching(/rotate the client secret/),
    });
    expect(of('authorisation age')).toMatchObject({ ok: true, next: null });
  });

  it('a secret that is over is a failure; an authorisation that is over is a warning, because the login decides', async () => {
    const { of } = await examine({}, { secretIssuedOn: day('2026-05-26'), authorisedOn: day('2025-11-22') });
    expect(of('secret age')).toMatchObject({ ok: false, says: expect.stringMatching(/ended on 2026-11-22/) });
    expect(of('authorisation age')).toMatchObject({ ok: true, next: expect.stringMatching(/authorise/) });
  });

  it('that are not known are said to be, with what to write where', async () => {
    const { of } = await examine();
    expect(of('secret age')).toMatchObject({ ok: true, next: expect.stringMatching(/amazon\.secretIssuedOn/) });
    expect(of('authorisation age').next).toMatch(/amazon\.authorisedOn/);
  });
});

describe('the doctor with everything it can try', () => {
  const examineAll = async (reply: Reply) => {
    const world = await createWorld(() => reply);
    return world.amazon.doctor({ withRestricted: true });
  };

  it('says that everything is denied, although some of it could not be tried for lack of anything found', async () => {
    const checks = await examineAll(DENIED);
    const denied = checks.filter(({ next }) => next?.startsWith('Everything is denied'));
    expect(denied.map(({ name }) => name)).toEqual([
      'marketplaces',
      'getReports',
      'searchOrders',
      'searchOrders with tax and payment',
      'listTransactions',
      'listSummary',
      'listBalances',
      'listPayouts',
    ]);
    const untried = checks.filter(({ says }) => says.startsWith('nothing to try'));
    expect(untried.map(({ name, says }) => `${name}: ${says}`)).toEqual([
      'getReportDocument: nothing to try: getReports did not work',
      'createReport: nothing to try: getReports did not work',
      'getReport: nothing to try: no report was asked for',
      'createRestrictedDataToken: nothing to try: getReports did not work',
      'getOrder: nothing to try: no order was found to try it with',
    ]);
  });

  it('control: says that there is no settlement report when Amazon says so', async () => {
    const checks = await examineAll({ body: { reports: [] } });
    expect(checks.find(({ name }) => name === 'getReportDocument')?.says).toBe(
      'nothing to try: Amazon lists no settlement report',
    );
  });
});
