/** The doctor of SAP: each thing that can be missing has its own words and its own way out. */
import { describe, expect, it } from 'vitest';
import type { LocalDate } from '../../src/core/index.ts';
import { loadAccountTable } from '../../src/entrypoints/files.ts';
import { trialPlaceOf } from '../../src/entrypoints/trial-place.ts';
import type { CompanyCode, GlAccount } from '../../src/ledger/index.ts';
import { readAccountTable } from '../../src/mapping/index.ts';
import type { FoundDestination, SapDoctorCheck } from '../../src/sap/index.ts';
import { type ElementDefinition, serviceOfRelease } from '../../src/sap/service-definition.ts';
import {
  confirmationOf,
  ledgerFor,
  OAUTH,
  type Received,
  type Reply,
  SapStandIn,
  type Script,
  TestClock,
} from './sap-stand-in.ts';

const CODE = '1010' as CompanyCode;
const TRIAL = { companyCode: CODE, documentType: 'SA', glAccount: '11001000' as GlAccount };
const NOW = new Date(new TestClock().nowMs()).toUTCString();
const JSON_TYPE = { 'content-type': 'application/json', date: NOW };
const ROW =
  '{"CompanyCode":"1010","CompanyCodeName":"DE","Currency":"EUR","ChartOfAccounts":"YCOA","FiscalYearVariant":"K4"}';
const rows = (row: string): Reply => ({ headers: JSON_TYPE, body: `{"d":{"results":[${row}]}}` });
const notActive: Reply = {
  status: 403,
  headers: JSON_TYPE,
  body: '{"error":{"code":"/IWFND/MED/170","message":{"lang":"en","value":"No service found"}}}',
};
const html = (status: number): Reply => ({ status, headers: { 'content-type': 'text/html' }, body: '<html></html>' });
const isEndpoint = ({ url }: Received) => url.includes('journalentrycreate');
const isService = ({ url }: Received, name: string) => url.includes(`/${name}/A_`);

type Refusal = readonly [typeId: string, note: string];
const refusedFor =
  (...refusals: readonly Refusal[]) =>
  (request: Received) => ({
    headers: { 'content-type': 'text/xml' },
    body: confirmationOf(request.body, {
      document: ' ',
      year: '0000',
      severity: '3',
      items: [['609(RW)', 'Error in document'], ...refusals]
        .map(([id, note]) => `<Item><TypeID>${id}</TypeID><SeverityCode>3</SeverityCode><Note>${note}</Note></Item>`)
        .join(''),
    }),
  });
const refusedWith = (...refusal: Refusal) => refusedFor(refusal);
const NOT_BALANCED: Refusal = ['033(RW)', 'Balance in transaction currency'];
const unbalanced = refusedFor(NOT_BALANCED);

/** A SAP in which everything works, and that refuses what is out of balance. */
const healthy: Partial<Script> = {
  read: (request) => {
    if (isEndpoint(request)) return { status: 405, headers: { date: NOW } };
    return rows(isService(request, 'API_OPLACCTGDOCITEMCUBE_SRV') ? '' : ROW);
  },
  post: unbalanced,
};
const reading = (answer: (request: Received) => Reply | undefined): Partial<Script> => ({
  read: (request) => answer(request) ?? (healthy.read as Script['read'])(request),
});

async function examine(script: Partial<Script>, settings: Parameters<typeof ledgerFor>[1] = {}) {
  const sap = await SapStandIn.start({ ...healthy, ...script });
  const checks = await ledgerFor(sap.url, settings).client.doctor({ companyCodes: [CODE], trial: TRIAL });
  return { sap, checks };
}
const named = (checks: readonly SapDoctorCheck[], name: string) => checks.find((check) => check.name === name);

/** Cents of an amount in a message. */
const centsOf = ([, text = '']: RegExpMatchArray) => Number(text.replace('.', ''));

const NAMES = [
  'log-on',
  'session',
  'clock',
  'company code 1010',
  'company codes',
  'documents by reference',
  'G/L accounts',
  'cost centres',
  'profit centres',
  'business partners',
  'customers in company codes',
  'journal entry service',
  'posting',
];

it('control: where everything works each check says so, and one entry was sent that cannot be booked', async () => {
  const { sap, checks } = await examine({});
  expect(checks.map(({ name }) => name)).toEqual(NAMES);
  expect(checks.filter(({ ok, code, next }) => !ok || code !== null || next !== null)).toEqual([]);
  const [sent, second] = sap.of('post');
  expect(second).toBeUndefined();
  const amounts = [...(sent?.body.matchAll(/TransactionCurrency currencyCode="EUR">([-\d.]+)</g) ?? [])].map(centsOf);
  expect(amounts.reduce((sum, cents) => sum + cents, 0)).toBe(1);
  expect(sent?.body).toMatch(/<DocumentReferenceID>TRIAL-[0-9A-Z]{1,10}</);
});

it('sends nothing that could change SAP unless it is asked to try a posting', async () => {
  const sap = await SapStandIn.start(healthy);
  const checks = await ledgerFor(sap.url).client.doctor({ companyCodes: [CODE], trial: null });
  expect(checks.map(({ name }) => name)).toEqual(NAMES.slice(0, -1));
  expect(sap.received.filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
});

type Failure = [what: string, script: Partial<Script>, name: string, code: string, says: string, next: string];

describe('each failure has its own message and its own way out', () => {
  it.each<Failure>([
    [
      'user and password',
      { csrf: () => ({ status: 401 }) },
      'session',
      'SAP_LOGIN_REFUSED',
      'HTTP 401',
      'user and password',
    ],
    ['maintenance', { csrf: () => html(503) }, 'session', 'SAP_HTML_PAGE', 'web page', 'maintenance window'],
    ['a wrong host', { csrf: () => ({ status: 302 }) }, 'session', 'SAP_REDIRECTED', 'redirects', '-api'],
    [
      'the service of the session token',
      { csrf: () => notActive },
      'session',
      'SAP_SERVICE_NOT_ACTIVE',
      '/IWFND/MED/170',
      'fetched from the service API_OPLACCTGDOCITEMCUBE_SRV',
    ],
    [
      'the clock of this machine',
      reading(() => ({ ...rows(ROW), headers: { ...JSON_TYPE, date: 'Mon, 23 Nov 2026 06:56:00 GMT' } })),
      'clock',
      'SAP_CLOCK_SKEW',
      '240 s ahead',
      'NTP',
    ],
    [
      'a company code',
      reading((request) => (isService(request, 'API_COMPANYCODE_SRV') ? rows('') : undefined)),
      'company code 1010',
      'SAP_COMPANY_CODE_UNKNOWN',
      'no company code 1010',
      'account table',
    ],
    [
      'the service of company codes',
      reading((request) => (isService(request, 'API_COMPANYCODE_SRV') ? notActive : undefined)),
      'company codes',
      'SAP_SERVICE_NOT_ACTIVE',
      'not active',
      'API_COMPANYCODE_SRV, in communication scenario usually SAP_COM_0084',
    ],
    [
      'the service that looks documents up',
      reading((request) => (isService(request, 'API_OPLACCTGDOCITEMCUBE_SRV') ? notActive : undefined)),
      'documents by reference',
      'SAP_SERVICE_NOT_ACTIVE',
      'not active',
      'SAP_COM_0303',
    ],
    [
      'the authorisation for a service',
      reading((request) =>
        isService(request, 'API_OPLACCTGDOCITEMCUBE_SRV') ? { status: 403, headers: JSON_TYPE } : undefined,
      ),
      'documents by reference',
      'SAP_NOT_AUTHORISED',
      'HTTP 403',
      'give the user the authorisation',
    ],
    [
      'the address of the journal entry service',
      reading((request) => (isEndpoint(request) ? { status: 404 } : undefined)),
      'journal entry service',
      'SAP_SERVICE_NOT_FOUND',
      'HTTP 404',
      'SAP_COM_0002',
    ],
    [
      'the journal entry service in the arrangement',
      reading((request) => (isEndpoint(request) ? { status: 403 } : undefined)),
      'journal entry service',
      'SAP_NOT_AUTHORISED',
      'use the journal entry service',
      'communication arrangement',
    ],
    [
      'a log-on page in place of the journal entry service',
      reading((request) => (isEndpoint(request) ? html(200) : undefined)),
      'journal entry service',
      'SAP_HTML_PAGE',
      'log-on page',
      'check baseUrl',
    ],
    [
      'the address of the journal entry service, which leads elsewhere',
      reading((request) => (isEndpoint(request) ? { status: 302, headers: { location: '/log-on' } } : undefined)),
      'journal entry service',
      'SAP_REDIRECTED',
      'HTTP 302',
      'Copy journalEntryUrl',
    ],
    [
      'every company code',
      reading((request) => (isService(request, 'API_COMPANYCODE_SRV') ? rows('') : undefined)),
      'company codes',
      'SAP_COMPANY_CODE_HIDDEN',
      'no company code',
      'authorisation to read company codes',
    ],
    [
      'the log-on of the journal entry service',
      reading((request) => (isEndpoint(request) ? { status: 401 } : undefined)),
      'journal entry service',
      'SAP_LOGIN_REFUSED',
      'HTTP 401',
      'user and password',
    ],
    [
      'the right to post at all',
      { post: () => ({ status: 403 }) },
      'posting',
      'SAP_NOT_AUTHORISED',
      'post journal entries',
      'communication arrangement',
    ],
    [
      'the right to post into the company code',
      { post: refusedWith('083(F5)', 'No authorization for company code 1010') },
      'posting',
      'SAP_TRIAL_NOT_AUTHORISED',
      'No authorization for company code 1010',
      'authorisation that SAP names',
    ],
    [
      'an open period',
      { post: refusedWith('201(F5)', 'Posting period 011 2026 is not open') },
      'posting',
      'SAP_TRIAL_REFUSED_OTHERWISE',
      'F5 201 Posting period 011 2026 is not open',
      'Manage Posting Periods',
    ],
    [
      'an open period, told beside the balance',
      { post: refusedFor(['201(F5)', 'Period 011 2026 is not open'], ['100(KI)', 'No authorization'], NOT_BALANCED) },
      'posting',
      'SAP_TRIAL_REFUSED_OTHERWISE',
      'F5 201 Period 011 2026 is not open; KI 100 No authorization',
      'Manage Posting Periods',
    ],
    [
      'the right to post, told beside the balance',
      { post: refusedFor(NOT_BALANCED, ['083(F5)', 'No authorization for company code 1010']) },
      'posting',
      'SAP_TRIAL_NOT_AUTHORISED',
      'No authorization for company code 1010',
      'authorisation that SAP names',
    ],
    [
      'a reason why it is refused',
      { post: refusedFor() },
      'posting',
      'SAP_TRIAL_REFUSED_OTHERWISE',
      'RW 609 Error in document',
      'G/L account 11001000',
    ],
    [
      'what a message means that nobody knows',
      { post: refusedWith('123(ZZ)', 'Own check') },
      'posting',
      'SAP_TRIAL_REFUSED_OTHERWISE',
      'ZZ 123 Own check',
      'G/L account 11001000',
    ],
    [
      'an answer to the trial',
      { post: () => ({ delivery: 'destroy' }), ...reading((r) => (r.url.includes('TRIAL-') ? rows('') : undefined)) },
      'posting',
      'SAP_TRIAL_UNKNOWN',
      'SAP shows no document with reference TRIAL-',
      'reverse it',
    ],
    [
      'a check in SAP that entries balance',
      { post: (request) => ({ headers: { 'content-type': 'text/xml' }, body: confirmationOf(request.body) }) },
      'posting',
      'SAP_TRIAL_POSTED',
      'document 0100000042/1010/2026',
      'Reverse this document in SAP at once',
    ],
  ])('%s', async (_what, script, name, code, says, next) => {
    const { checks } = await examine(script);
    expect(named(checks, name)).toMatchObject({
      ok: false,
      isNeeded: true,
      code,
      says: expect.stringContaining(says),
      next: expect.stringContaining(next),
    });
  });

  it('a trial that SAP booked although its answer was lost is found by its reference', async () => {
    const item =
      '{"CompanyCode":"1010","FiscalYear":"2026","AccountingDocument":"0100000099","AccountingDocumentItem":"001","PostingDate":"/Date(1795392000000)/","TransactionCurrency":"EUR","AmountInTransactionCurrency":"10.00","DebitCreditCode":"S","DocumentReferenceID":"TRIAL-X","Reference1InDocumentHeader":"","IsReversal":false,"IsReversed":false,"ReverseDocument":"","ReverseDocumentFiscalYear":""}';
    const { checks } = await examine({
      post: () => ({ delivery: 'destroy' }),
      ...reading(({ url }) => (url.includes('TRIAL-') ? rows(item) : undefined)),
    });
    expect(named(checks, 'posting')).toMatchObject({
      code: 'SAP_TRIAL_POSTED',
      says: expect.stringContaining('0100000099'),
    });
  });
});

describe('the token server', () => {
  const withOauth = async (token: Script['token']) => {
    const sap = await SapStandIn.start({ ...healthy, token });
    const { client } = ledgerFor(sap.url, { settings: OAUTH.settings(sap.url), secrets: OAUTH.secrets });
    return client.doctor({ companyCodes: [CODE], trial: TRIAL });
  };

  it('that refuses the client leaves the rest untried, and no secret is told', async () => {
    const body = `{"error":"invalid_client","error_description":"${OAUTH.secrets.clientSecret} is wrong"}`;
    const [first, ...others] = await withOauth(() => ({ status: 401, headers: JSON_TYPE, body }));
    expect(first).toMatchObject({
      name: 'log-on',
      ok: false,
      code: 'SAP_TOKEN_REFUSED',
      says: expect.stringContaining('[secret] is wrong'),
      next: expect.stringContaining('authentication.clientId'),
    });
    expect(others.map(({ name }) => name)).toEqual(NAMES.slice(1));
    expect(others.every(({ ok, says }) => !ok && says === 'Not tried, because log-on failed.')).toBe(true);
  });

  it('that is away is told as that', async () => {
    const [first] = await withOauth(() => ({ status: 503 }));
    expect(first).toMatchObject({ code: 'SAP_TOKEN_UNAVAILABLE', says: expect.stringContaining('HTTP 503') });
  });
});

describe('what gave the log-on', () => {
  const logOnBy = async (found: FoundDestination) => {
    const sap = await SapStandIn.start(healthy);
    const settings = { authentication: { type: 'destination' as const, name: 'S4' } };
    const findDestination = async () => ({ ...found, url: sap.url });
    const { client } = ledgerFor('', { settings, secrets: {}, findDestination });
    return (await client.doctor({ companyCodes: [CODE], trial: null }))[0]?.says;
  };

  it('is said as it is: a destination by what it gives, and its want of a log-on is no client certificate', async () => {
    const basic = { authentication: 'BasicAuthentication', username: 'AMZ_POST', password: 'destination-canary' };
    expect(await logOnBy(basic)).toMatch(/^The destination S4 gives user and password;/);
    expect(await logOnBy({ authentication: 'NoAuthentication' })).toMatch(
      /gives no more than a client certificate, if any/,
    );
  });
});

describe('the views of a connection', () => {
  const customViews = {
    taxCodes: { service: 'ZTAX', set: 'ZTaxCode' },
    postingPeriods: { service: 'ZPERIOD', set: 'ZOpenPeriod' },
  };

  it('are tried with all their fields, and one that is not there is named as its own', async () => {
    const { sap, checks } = await examine(
      reading(({ url }) => (url.includes('/ZTAX/') ? notActive : undefined)),
      { settings: { customViews } },
    );
    expect(checks.filter(({ ok }) => !ok)).toMatchObject([
      { name: 'tax codes', isNeeded: false, next: expect.stringContaining('ZTaxCode of the service ZTAX') },
    ]);
    const [periods] = sap.received.filter(({ url }) => url.includes('/ZPERIOD/ZOpenPeriod'));
    expect(decodeURIComponent(periods?.url ?? '')).toContain(
      'CompanyCode,PeriodStartDate,PeriodEndDate,PostingPeriodIsOpen',
    );
    expect(named(checks, 'posting periods')).toMatchObject({ ok: true });
  });

  it('control: a connection without views has none to try', async () => {
    const { checks } = await examine({});
    expect(checks.map(({ name }) => name)).toEqual(NAMES);
  });
});

describe('a service that posting does not need', () => {
  it.each([
    ['G/L accounts', 'API_GLACCOUNTINCHARTOFACCOUNTS_SRV', 'SAP_COM_0241'],
    ['cost centres', 'API_COSTCENTER_SRV', 'SAP_COM_0084'],
    ['profit centres', 'API_PROFITCENTER_SRV', 'SAP_COM_0084'],
    ['business partners', 'API_BUSINESS_PARTNER', 'SAP_COM_0008', 'A_BusinessPartner'],
    ['customers in company codes', 'API_BUSINESS_PARTNER', 'SAP_COM_0008', 'A_CustomerCompany'],
  ])(
    '%s: is named with its scenario and with what does not work without it, and stops nothing',
    async (name, service, scenario, set = 'A_') => {
      const { checks } = await examine(
        reading(({ url }) => (url.includes(`/${service}/${set}`) ? notActive : undefined)),
      );
      expect(checks.filter(({ ok }) => !ok)).toEqual([
        {
          name,
          ok: false,
          isNeeded: false,
          code: 'SAP_SERVICE_NOT_ACTIVE',
          kind: 'rejected',
          says: expect.stringMatching(`The OData service ${service} is not active .* It is needed only for`),
          next: expect.stringMatching(`The service is ${service}, in communication scenario .*${scenario}`),
        },
      ]);
    },
  );
});

describe('a trial', () => {
  it('promises no more than that nothing but the balance was wrong', async () => {
    const both = refusedFor(NOT_BALANCED, ['016(FINS_FI_POSTING_IF)', 'Balance must be zero']);
    for (const post of [unbalanced, both]) {
      const { checks } = await examine({ post });
      expect(named(checks, 'posting')).toMatchObject({ ok: true, says: expect.stringContaining('balance check') });
    }
  });

  it('is written for the service of the tenant, as an entry is', async () => {
    const { root } = serviceOfRelease('2024');
    const without = (element: ElementDefinition): ElementDefinition => ({
      ...element,
      lengthMax: element.name === 'DocumentHeaderText' ? 5 : element.lengthMax,
      children: element.children.filter(({ name }) => name !== 'TaxDeterminationDate').map(without),
    });
    const journalEntryService = { says: 'its WSDL', root: without(root) };
    const { sap } = await examine({}, { settings: { journalEntryService } });
    const [fitted] = sap.of('post');
    expect(fitted?.body).toContain('<DocumentHeaderText>Trial</DocumentHeaderText>');
    expect(fitted?.body).not.toContain('TaxDeterminationDate');
    // control: the service as published has both.
    const [published] = (await examine({})).sap.of('post');
    expect(published?.body).toContain('<DocumentHeaderText>Trial, cannot be booked</DocumentHeaderText>');
    expect(published?.body).toContain('TaxDeterminationDate');
  });

  it('is not sent where its company code cannot be read or the service does not answer', async () => {
    const hidden = await examine(
      reading((request) => (isService(request, 'API_COMPANYCODE_SRV') ? rows('') : undefined)),
    );
    expect(named(hidden.checks, 'posting')).toMatchObject({ ok: false, next: 'Mend company code 1010 first.' });
    const absent = await examine(reading((request) => (isEndpoint(request) ? { status: 404 } : undefined)));
    expect(named(absent.checks, 'posting')).toMatchObject({ ok: false, next: 'Mend journal entry service first.' });
    expect([...hidden.sap.of('post'), ...absent.sap.of('post')]).toEqual([]);
  });

  it('goes into the company code that the connection books into, otherwise into the first of the table, on its account for payouts', () => {
    const table = loadAccountTable();
    const on = '2026-11-23' as LocalDate;
    expect(trialPlaceOf(table, on, '1710' as CompanyCode).companyCode).toBe('1710');
    const place = trialPlaceOf(table, on);
    expect(place.companyCode).toBe(table.companyCodes()[0]?.companyCode);
    expect(place.glAccount).toBe('12509400');
    const text = table.text.replace(
      'companyCodes:',
      'companyCodes:\n  - { companyCode: 9999, timeZone: UTC, documentType: SA, fiscalYear: calendar }',
    );
    // control: a company code into which no marketplace books has no account to try.
    const unused = readAccountTable({ name: 'unused', text });
    expect(() => trialPlaceOf(unused, '2026-11-23' as LocalDate)).toThrow('SAP_TRIAL_NO_ACCOUNT');
  });
});

describe('a host that cannot be reached', () => {
  it('is told by its cause', async () => {
    const sap = await SapStandIn.start();
    await sap.close();
    const [logOn, session, ...others] = await ledgerFor(sap.url).client.doctor({ companyCodes: [CODE], trial: null });
    expect(logOn?.ok).toBe(true);
    expect(session).toMatchObject({
      code: 'SAP_UNREACHABLE',
      says: expect.stringContaining('ECONNREFUSED'),
      next: 'The host is there, but nothing listens at this port: check the port of the address. The session token is fetched from the service API_OPLACCTGDOCITEMCUBE_SRV.',
    });
    expect(others.every(({ says }) => says === 'Not tried, because session failed.')).toBe(true);
  });
});

it('a SAP that does not say what time it is is not blamed for its clock', async () => {
  const { checks } = await examine(
    reading((r) => (isEndpoint(r) ? undefined : { ...rows(ROW), headers: { ...JSON_TYPE, date: 'never' } })),
  );
  expect(named(checks, 'clock')).toMatchObject({ ok: true, says: expect.stringContaining('cannot be compared') });
});
