import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { LocalDate } from '../../src/core/index.ts';
import type { CompanyCode, PostingKey } from '../../src/ledger/index.ts';
import { type SapSecrets, sapSettingsSchema } from '../../src/sap/index.ts';
import { createRedactor } from '../../src/sap/redact.ts';
import {
  accessFor,
  confirmationOf,
  ledgerFor,
  OAUTH,
  plainMessage,
  type Received,
  type Reply,
  SapStandIn,
} from './sap-stand-in.ts';

const TOKEN = 'access-token-canary';
const COOKIE = 'session-cookie-canary';
const CSRF = 'csrf-token-canary';
const API_KEY = 'gateway-key-canary';
const CANARIES = ['client-secret-canary', 'password-canary', TOKEN, COOKIE, CSRF, API_KEY];

/** A page that repeats the whole request, as careless gateways do. */
const echo = (request: Received) => JSON.stringify(request.headers) + request.body;
const errorWith = (text: string) => JSON.stringify({ error: { code: 'X/1', message: { lang: 'en', value: text } } });

const token = (): Reply => ({ body: JSON.stringify({ access_token: TOKEN, expires_in: 3600 }) });
const csrf = (): Reply => ({ headers: { 'x-csrf-token': CSRF, 'set-cookie': [`SAP_SESSIONID=${COOKIE}`] } });

const worlds: [string, Parameters<typeof SapStandIn.start>[0]][] = [
  [
    'the token server repeats the request',
    { token: (r) => ({ status: 401, body: JSON.stringify({ error: 'invalid_client', error_description: echo(r) }) }) },
  ],
  ['the token fetch is refused', { token, csrf: (r) => ({ status: 400, body: errorWith(echo(r)) }) }],
  [
    'the post is refused',
    {
      token,
      csrf,
      post: (r) => ({ status: 400, body: echo(r) }),
      read: (r) => ({ status: 400, body: errorWith(echo(r)) }),
    },
  ],
  [
    'SAP puts the request into its messages',
    {
      token,
      csrf,
      post: (r) => ({
        headers: { 'content-type': 'text/xml' },
        body: confirmationOf(r.body, {
          document: '',
          severity: '3',
          items: `<Item><TypeID>201(F5)</TypeID><SeverityCode>3</SeverityCode><Note>${r.headers.authorization} ${r.headers.cookie} ${r.headers['x-csrf-token']}</Note></Item>`,
        }),
      }),
      read: (r) => ({ body: JSON.stringify({ d: { results: [{ FiscalYear: '', note: echo(r) }] } }) }),
    },
  ],
  [
    'a fault repeats the request',
    {
      token,
      csrf,
      post: (r) => ({
        status: 500,
        body: `<E><Body><Fault><faultstring>${r.headers.authorization} ${r.headers.cookie}</faultstring></Fault></Body></E>`.replaceAll(
          'E>',
          'Envelope>',
        ),
      }),
    },
  ],
  ['connections break', { token, csrf, post: () => ({ delivery: 'destroy' }), read: () => ({ delivery: 'destroy' }) }],
];

const ways: [string, (url: string) => { settings: object; secrets: SapSecrets }][] = [
  ['OAuth', (url) => ({ settings: OAUTH.settings(url), secrets: { ...OAUTH.secrets, headers: { apikey: API_KEY } } })],
  [
    'OAuth in the body',
    (url) => ({
      settings: { authentication: { ...OAUTH.settings(url).authentication, sendCredentials: 'body' } },
      secrets: { ...OAUTH.secrets, headers: { apikey: API_KEY } },
    }),
  ],
  [
    'user and password',
    () => ({ settings: {}, secrets: { password: 'password-canary', headers: { apikey: API_KEY } } }),
  ],
];

async function everythingTold(url: string, way: { settings: object; secrets: SapSecrets }): Promise<string> {
  const { client, ledger, logged } = ledgerFor(url, way);
  const outcome = await ledger.post(plainMessage());
  const query = {
    postingKey: 'AMZABCDEFGHIJKLM' as PostingKey,
    companyCode: '1010' as CompanyCode,
    postingDate: '2026-11-14' as LocalDate,
  };
  const found = await ledger.findByPostingKey(query).catch((error: unknown) => error);
  const checks = await client.ping();
  return inspect({ outcome, found, checks, logged }, { depth: Number.POSITIVE_INFINITY, maxStringLength: null });
}

describe.each(ways)('logged on by %s', (_way, wayOf) => {
  it.each(worlds)('no secret is in an outcome, problem, check or log line when %s', async (_name, script) => {
    const sap = await SapStandIn.start(script);
    const told = await everythingTold(sap.url, wayOf(sap.url));
    const encoded = CANARIES.flatMap((canary) => [canary, encodeURIComponent(canary)]).concat(
      Buffer.from('sb-client!b1|x:client-secret-canary').toString('base64'),
      Buffer.from('AMZ_POST:password-canary').toString('base64'),
    );
    expect(encoded.filter((canary) => told.includes(canary))).toEqual([]);
  });
});

it('control: a word that is no secret does come through, so the canaries would too', async () => {
  const sap = await SapStandIn.start({ read: () => ({ status: 400, body: errorWith('no-secret-canary') }) });
  const told = await everythingTold(sap.url, { settings: {}, secrets: { password: 'password-canary' } });
  expect(told).toContain('no-secret-canary');
});

it('the log names each request without its query, once', async () => {
  const sap = await SapStandIn.start();
  const { ledger, requests } = ledgerFor(sap.url, { settings: OAUTH.settings(sap.url), secrets: OAUTH.secrets });
  await ledger.post(plainMessage());
  await ledger.findByPostingKey({
    postingKey: 'AMZABCDEFGHIJKLM' as PostingKey,
    companyCode: '1010' as CompanyCode,
    postingDate: '2026-11-14' as LocalDate,
  });
  const itemCube = '/sap/opu/odata/sap/API_OPLACCTGDOCITEMCUBE_SRV/';
  expect(requests.map(({ purpose, method, path, status }) => [purpose, method, path, status])).toEqual([
    ['token', 'POST', '/token', 200],
    ['csrf', 'HEAD', itemCube, 200],
    ['post', 'POST', '/sap/bc/srt/scs_ext/sap/journalentrycreaterequestconfi', 200],
    ['read', 'GET', `${itemCube}A_OperationalAcctgDocItemCube`, 200],
  ]);
});

describe('what is learned on the way', () => {
  /** SAP changes a cookie with every answer, so many a secret is learned after the access token. */
  async function afterManyCookies(count: number) {
    let reads = 0;
    const sap = await SapStandIn.start({
      token,
      read: (request) => {
        reads += 1;
        const headers = { 'content-type': 'application/json', 'set-cookie': `node=cookie-canary-${reads}` };
        return reads < count
          ? { headers, body: '{"d":{"results":[]}}' }
          : { status: 400, body: errorWith(`${request.headers.authorization} ${request.headers.cookie}`) };
      },
    });
    const { access } = accessFor(sap.url, { settings: OAUTH.settings(sap.url), secrets: OAUTH.secrets });
    const read = () => access.odata.readRows({ service: 'API_X', resource: 'A_X', select: ['X'] });
    for (let left = count; left > 1; left -= 1) await read();
    return access.redactor.problem(await read().catch((error) => error)).says;
  }

  it('is hidden however many cookies came after the access token', async () => {
    expect(await afterManyCookies(60)).toContain('Bearer [secret] node=[secret]');
  });

  it('is hidden while it is in use, however often other secrets of the log-on change', () => {
    const redactor = createRedactor(sapSettingsSchema.parse(ANY_SETTINGS), {});
    for (let round = 0; round < 40; round += 1) {
      redactor.learn('password-of-destination', 'log-on');
      redactor.learn(`token-of-round-${round}`, 'log-on');
    }
    expect(redactor.text('password-of-destination, token-of-round-39')).toBe('[secret], [secret]');
    // control: only so many are kept.
    expect(redactor.text('token-of-round-1')).toBe('token-of-round-1');
  });
});

const ANY_SETTINGS = {
  baseUrl: 'https://sap.example',
  journalEntryUrl: 'https://sap.example/post',
  createdByUser: 'TEST',
  authentication: { type: 'basic', user: 'TEST' },
};
