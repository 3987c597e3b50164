/** What is certain after a write to one of SAP's OData services, and what is not. */
import { describe, expect, it } from 'vitest';
import { entityOf, etagOf } from '../../src/sap/odata.ts';
import { accessFor, friendly, type Reply, SapStandIn, type Script } from './sap-stand-in.ts';

const SERVICE = 'API_BUSINESS_PARTNER';
const PATH = `/sap/opu/odata/sap/${SERVICE}`;
const CHANGED = entityOf('A_BusinessPartner', { BusinessPartner: '1000123' });
const JSON_TYPE = { 'content-type': 'application/json' };
const CREATED: Reply = {
  status: 201,
  headers: JSON_TYPE,
  body: '{"d":{"__metadata":{"etag":"W/\\"1\\""},"BusinessPartner":"1000123","Customer":"","CreditLimit":12.10}}',
};

async function started(post: Script['post'], script: Partial<Script> = {}) {
  const sap = await SapStandIn.start({ ...script, post });
  const opened = accessFor(sap.url);
  const { odata } = opened.access;
  return {
    ...opened,
    sap,
    create: (times = {}) => odata.create(SERVICE, 'A_BusinessPartner', { BusinessPartnerCategory: '2' }, times),
    change: (etag = 'W/"1"') => odata.change(SERVICE, CHANGED, { SearchTerm1: 'AMAZON' }, { etag }),
  };
}

function errorBody(code: string, message: string, details: readonly object[] = []): string {
  const innererror = { transactionid: '0A1B2C', errordetails: details };
  return JSON.stringify({ error: { code, message: { lang: 'en', value: message }, innererror } });
}

describe('a new entity', () => {
  it('is sent once as JSON with session token and cookies, and comes back with its key and etag', async () => {
    const { create, sap } = await started(() => CREATED);
    expect(await create()).toMatchObject({
      outcome: 'written',
      value: { BusinessPartner: '1000123', Customer: '', CreditLimit: '12.10' },
      etag: 'W/"1"',
      remarks: [],
      exchange: { httpStatus: 201 },
    });
    const [post] = sap.of('post');
    expect(`${post!.method} ${post!.url}`).toBe(`POST ${PATH}/A_BusinessPartner`);
    expect(JSON.parse(post!.body)).toEqual({ BusinessPartnerCategory: '2' });
    expect(post!.headers).toMatchObject({ ...JSON_TYPE, accept: 'application/json', 'x-csrf-token': 'csrf-token-1==' });
    expect(post!.headers.cookie).toContain('SAP_SESSIONID_XYZ_100=abc%3d');
    expect(post!.headers['if-match']).toBeUndefined();
    expect(sap.received).toHaveLength(2);
  });

  it('prefers the etag of the header to the one within', async () => {
    const { create } = await started(() => ({ ...CREATED, headers: { ...JSON_TYPE, ETag: 'W/"header"' } }));
    expect(await create()).toMatchObject({ outcome: 'written', etag: 'W/"header"' });
  });

  it('shares the session token with postings and with other writes', async () => {
    const { access, create, sap } = await started(() => CREATED);
    await Promise.all(Array.from({ length: 10 }, () => create()));
    await access.odata.readRows({ service: SERVICE, resource: 'A_BusinessPartner', select: ['BusinessPartner'] });
    expect(sap.of('csrf')).toHaveLength(1);
  });

  it('is repeated once when SAP refuses the session token, because then nothing was done', async () => {
    let posts = 0;
    const { create, sap } = await started(() => {
      posts += 1;
      return posts === 1 ? { status: 403, headers: { 'x-csrf-token': 'Required' } } : CREATED;
    });
    expect((await create()).outcome).toBe('written');
    expect(sap.of('post')).toHaveLength(2);
  });
});

describe('a change', () => {
  it('names the state it is based on, sends only what changes, and needs no entity in the answer', async () => {
    const { change, sap } = await started(() => ({ status: 204, headers: { etag: 'W/"2"' } }));
    expect(await change()).toMatchObject({ outcome: 'written', value: null, etag: 'W/"2"' });
    const [patch] = sap.of('post');
    expect(`${patch!.method} ${patch!.url}`).toBe(`PATCH ${PATH}/A_BusinessPartner('1000123')`);
    expect(patch!.headers['if-match']).toBe('W/"1"');
    expect(JSON.parse(patch!.body)).toEqual({ SearchTerm1: 'AMAZON' });
  });

  it('based on a state that is no more is stale: nothing was done', async () => {
    const { change } = await started(() => ({ status: 412, body: errorBody('/IWFND/MED/412', 'Precondition failed') }));
    expect(await change()).toMatchObject({
      outcome: 'stale',
      problem: { code: 'SAP_RECORD_CHANGED', kind: 'conflict' },
    });
  });

  it('control: 412 for a new entity, which has no state, is a refusal or a doubt but never stale', async () => {
    const { create } = await started(() => ({ status: 412 }));
    expect((await create()).outcome).toBe('unknown');
  });

  it('whose state did not arrive says where it was lost', async () => {
    const { change } = await started(() => ({ status: 428 }));
    const outcome = await change();
    expect(outcome).toMatchObject({ outcome: 'refused', problem: { code: 'SAP_ETAG_MISSING', kind: 'defect' } });
    expect(JSON.stringify(outcome)).toContain('did not arrive');
  });

  it('without a state is a defect of the caller and is not sent', async () => {
    const { change, sap } = await started(() => ({ status: 204 }));
    await expect(change('')).rejects.toThrow('the state it is based on');
    expect(sap.received).toEqual([]);
  });
});

describe('a refused write', () => {
  const details = [
    {
      code: 'R1/286',
      message: 'Business partner 1000123 already exists',
      severity: 'error',
      propertyref: 'BusinessPartner',
    },
    {
      code: 'R1/286',
      message: 'Business partner 1000123 already exists',
      severity: 'error',
      target: 'BusinessPartner',
    },
    { code: 'R1/451', message: 'External number is used', severity: 'warning' },
    { code: '/IWBEP/CX_MGW_BUSI_EXCEPTION', message: 'An exception was raised', severity: 'error' },
  ];

  it('comes with the code of each error, its field and SAP’s words, and is not repeated', async () => {
    const { create, sap } = await started(() => ({ status: 400, body: errorBody('R1/286', 'exists', details) }));
    expect(await create()).toMatchObject({
      outcome: 'refused',
      code: 'R1/286',
      details: [{ code: 'R1/286', text: 'Business partner 1000123 already exists', target: 'BusinessPartner' }],
      problem: {
        code: 'SAP_WRITE_REFUSED',
        kind: 'rejected',
        says: `SAP did not do it: A new entry of A_BusinessPartner (${SERVICE}) (HTTP 400): Business partner 1000123 already exists.`,
        next: expect.stringContaining('0A1B2C'),
        data: 'HTTP 400, R1/286',
      },
    });
    expect(sap.of('post')).toHaveLength(1);
  });

  it.each([404, 405, 409, 413, 415, 422, 501])('HTTP %i without SAP’s words is refused too', async (status) => {
    const { create } = await started(() => ({ status, body: 'no' }));
    expect(await create()).toMatchObject({
      outcome: 'refused',
      code: '',
      problem: { code: 'SAP_WRITE_REFUSED', says: expect.stringContaining('no reason given') },
    });
  });
});

describe('a write that certainly was not done and may be tried again', () => {
  const cases: [string, Reply, string, string][] = [
    ['a refused log-on', { status: 401 }, 'SAP_LOGIN_REFUSED', 'rejected'],
    ['a missing authorisation', { status: 403, body: 'no' }, 'SAP_NOT_AUTHORISED', 'rejected'],
    ['a redirect', { status: 302, headers: { location: '/login' } }, 'SAP_REDIRECTED', 'rejected'],
    [
      'a missing service',
      { status: 403, body: errorBody('/IWFND/MED/170', 'none') },
      'SAP_SERVICE_NOT_ACTIVE',
      'rejected',
    ],
    [
      'an unknown service',
      { status: 404, body: errorBody('/IWFND/MED/170', 'no') },
      'SAP_SERVICE_NOT_ACTIVE',
      'rejected',
    ],
  ];
  it.each(cases)('%s', async (_name, reply, code, kind) => {
    const { create, sap } = await started(() => reply);
    expect(await create()).toMatchObject({ outcome: 'unavailable', problem: { code, kind } });
    expect(sap.of('post')).toHaveLength(1);
  });

  it('because SAP gave no session token: it never left, and SAP’s pause is handed on', async () => {
    const csrf = () => ({ status: 503, headers: { 'retry-after': '30' } });
    const { create, sap } = await started(() => CREATED, { csrf });
    expect(await create()).toMatchObject({ outcome: 'unavailable', exchange: null, away: { retryAfterMs: 30_000 } });
    expect(sap.of('post')).toEqual([]);
  });

  it('because its last moment had passed', async () => {
    const { clock, create, sap } = await started(() => CREATED);
    expect(await create({ leaveByMs: clock.ms - 1 })).toMatchObject({
      outcome: 'unavailable',
      problem: { code: 'SAP_SENT_TOO_LATE' },
    });
    expect(sap.of('post')).toEqual([]);
    // control: in its last moment it leaves.
    expect((await create({ leaveByMs: clock.ms })).outcome).toBe('written');
  });
});

describe('a write nobody knows the end of', () => {
  const html = { headers: { 'content-type': 'text/html' }, body: '<html>Maintenance</html>' };
  const cases: [string, Reply, string][] = [
    ['a lost connection', { delivery: 'destroy' }, 'SAP_ANSWER_LOST'],
    ['a cut answer', { ...CREATED, delivery: 'truncate' }, 'SAP_ANSWER_LOST'],
    ['a broken service', { status: 500, body: errorBody('SY/530', 'Exception') }, 'SAP_ANSWER_FAILED'],
    ['a gateway that lost SAP', { status: 502 }, 'SAP_ANSWER_FAILED'],
    ['too many requests', { status: 429, headers: { 'retry-after': '7' } }, 'SAP_ANSWER_FAILED'],
    ['a redirect to a result', { status: 303, headers: { location: '/result' } }, 'SAP_ANSWER_FAILED'],
    ['a web page with status 200', { status: 200, ...html }, 'SAP_ANSWER_HTML'],
    ['a 201 without an entity', { status: 201 }, 'SAP_ANSWER_UNREADABLE'],
    ['a 201 with something else', { status: 201, headers: JSON_TYPE, body: '{"ok":true}' }, 'SAP_ANSWER_UNREADABLE'],
  ];
  it.each(cases)('%s: it is sent once and is unknown', async (_name, reply, code) => {
    const { create, sap } = await started(() => reply);
    expect(await create()).toMatchObject({ outcome: 'unknown', problem: { code, kind: 'unknown' } });
    expect(sap.of('post')).toHaveLength(1);
  });

  it('carries the pause that SAP asks for', async () => {
    const { create } = await started(() => ({ status: 429, headers: { 'retry-after': '7' } }));
    expect(await create()).toMatchObject({ outcome: 'unknown', away: { retryAfterMs: 7_000 } });
  });

  it.each([
    ['503', { status: 503 }, { retryAfterMs: null }],
    ['a web page', { status: 200, ...html }, { retryAfterMs: null }],
    ['control: a fault of one service', { status: 500, body: errorBody('SY/530', 'Exception') }, null],
  ])('says whether SAP as a whole may be away: %s', async (_name, reply, away) => {
    const { create } = await started(() => reply);
    expect(await create()).toMatchObject({ outcome: 'unknown', away });
  });
});

describe('SAP’s remarks beside an answer (sap-message)', () => {
  const json = JSON.stringify({
    code: 'R1/451',
    message: 'External number is used for partner-name-canary',
    severity: 'warning',
    target: 'BusinessPartnerIDByExtSystem',
    details: [{ code: 'R11/657', message: 'Role is missing', severity: 'error', target: '' }],
  });
  const xml =
    '<notification xmlns:sap="http://www.sap.com/Protocols/SAPData"><code>R1/451</code><message>Used</message>' +
    '<severity>info</severity><details><detail><code>001</code><message>Two</message><severity>odd</severity></detail></details></notification>';
  it.each([
    [
      'as JSON',
      json,
      [
        { code: 'R1/451', severity: 'warning', target: 'BusinessPartnerIDByExtSystem' },
        { code: 'R11/657', severity: 'error' },
      ],
    ],
    [
      'as XML',
      xml,
      [
        { code: 'R1/451', severity: 'information', text: 'Used' },
        { code: '001', severity: 'warning', text: 'Two' },
      ],
    ],
    ['with a document type', '<!DOCTYPE x><notification/>', [{ code: 'unreadable', severity: 'warning' }]],
    ['unreadable', '{"code":', [{ code: 'unreadable', severity: 'warning', text: '{"code":' }]],
  ])('come with the outcome %s', async (_name, header, remarks) => {
    const { create } = await started(() => ({ ...CREATED, headers: { ...JSON_TYPE, 'sap-message': header } }));
    expect(await create()).toMatchObject({ outcome: 'written', remarks });
  });

  it('are logged by code and severity, never by their text', async () => {
    const { create, logged } = await started(() => ({ ...CREATED, headers: { ...JSON_TYPE, 'sap-message': json } }));
    await create();
    expect(logged.filter((line) => line.includes('sap.message'))).toHaveLength(2);
    expect(logged.join('\n')).toContain('R1/451');
    expect(logged.join('\n')).not.toContain('canary');
  });
});

it('secrets that an error page repeats do not come through, and control: other words do', async () => {
  const { create } = await started(() => ({ status: 400, body: errorBody('X/1', 'got password-canary from Smith') }));
  const outcome = JSON.stringify(await create());
  expect(outcome).not.toContain('password-canary');
  expect(outcome).toContain('from Smith');
});

it('an entity is addressed by its key, with names where the key has several fields, quoted and encoded', () => {
  expect(entityOf('A_X', { Key: "O'Neil/1" })).toBe("A_X('O''Neil%2F1')");
  expect(entityOf('A_CustomerCompany', { Customer: '1', CompanyCode: '1010' })).toBe(
    "A_CustomerCompany(Customer='1',CompanyCode='1010')",
  );
});

it('a row names its etag in its metadata, or there is none', () => {
  expect(etagOf({ __metadata: { etag: 'W/"1"' } })).toBe('W/"1"');
  expect(etagOf({ __metadata: {} })).toBeNull();
  expect(etagOf({})).toBeNull();
});

it('related entities come along with a read when asked for', async () => {
  const sap = await SapStandIn.start({ read: friendly.read });
  const { access } = accessFor(sap.url);
  const query = {
    service: SERVICE,
    resource: 'A_BusinessPartner',
    select: ['BusinessPartner'],
    expand: ['to_Customer'],
  };
  await access.odata.readRows(query);
  expect(new URL(sap.of('read')[0]!.url, sap.url).searchParams.get('$expand')).toBe('to_Customer');
});
