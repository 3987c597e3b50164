/** What holds for every route of the API: problems, ids of requests, and keys of writes. */
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { currentActivity, type Log, Problem, sha256Of } from '../../src/core/index.ts';
import { bodyDigestOf } from '../../src/entrypoints/http/idempotency.ts';
import type { Identify } from '../../src/entrypoints/http/register-routes.ts';
import { type Route, route } from '../../src/entrypoints/http/route.ts';
import { sql } from '../../src/store/index.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { SYSTEM_ACTOR } from '../store/samples.ts';
import { localUser } from './local-user.ts';
import { startTestPage, type TestPage } from './test-page.ts';

const SECRET = 'hunter2-hunter2';
const KEY = '9f0c4a3e-3a52-4f0e-8a44-6d6c3f0b7a11';

let test: TestBooks;
let page: TestPage;
let times = 0;
let gate = Promise.resolve();
const entered: (() => void)[] = [];
const logged: Parameters<Log['write']>[] = [];

/** `x-as: nobody`, `viewer` or a name with every right. */
const identify: Identify = async (request) => {
  const name = String(request.headers['x-as'] ?? 'anna');
  if (name === 'nobody') return undefined;
  const who = await localUser(name)(request);
  return (
    who && {
      ...who,
      userId: name,
      ...(name === 'viewer' && { roles: ['viewer'], permissions: new Set(['books.read'] as const) }),
    }
  );
};

function thingUnknown(id: string): Problem {
  return new Problem({ code: 'THING_UNKNOWN', kind: 'invalid', says: `There is no thing ${id}.`, next: 'Look.' });
}

const Body = z.object({
  name: z.string().min(1).max(20),
  password: z.string().min(30).optional(),
  kind: z.enum(['a', 'b']).default('a'),
  lines: z.array(z.strictObject({ day: z.iso.date(), count: z.int().max(9) })).default([]),
});
const Done = z.object({ times: z.int(), activity: z.string().nullable() });

const facts = { tag: 'Service', access: 'books.operate', answer: Done } as const;

const ROUTES: readonly Route[] = [
  route({ ...facts, method: 'POST', path: '/try/body', summary: 'Body', body: Body }, async ({ body }) => {
    times += 1;
    if (body.name === 'taken')
      throw new Problem({ code: 'STATE_MOVED', kind: 'conflict', says: 'Moved.', next: 'Look.' });
    if (body.name === 'lost') throw new Problem({ code: 'SENT_LOST', kind: 'unknown', says: 'Lost.', next: 'Wait.' });
    entered.shift()?.();
    await gate;
    await test.books.record({ actor: SYSTEM_ACTOR, action: 'try', subject: 'installation/try', why: body.name });
    return { times, activity: currentActivity()?.correlationId ?? null };
  }),
  route(
    {
      ...facts,
      method: 'POST',
      path: '/try/secret',
      summary: 'Secret',
      answersSecret: true,
      answer: z.object({ token: z.string() }),
    },
    () => ({ token: SECRET }),
  ),
  route(
    {
      ...facts,
      method: 'DELETE',
      path: '/try/gone/:id',
      summary: 'Nothing',
      status: 204,
      params: z.object({ id: z.string() }),
      answer: z.undefined(),
    },
    () => {
      times += 1;
      return undefined;
    },
  ),
  route(
    {
      ...facts,
      method: 'GET',
      access: 'books.read',
      path: '/try/things/:id',
      summary: 'Thing',
      params: z.object({ id: z.string() }),
      query: z.object({ limit: z.coerce.number().int().max(5).optional() }),
    },
    ({ params }) => {
      throw thingUnknown(params.id);
    },
  ),
  route({ ...facts, method: 'GET', path: '/try/more', summary: 'More than it says' }, () => {
    return { times: 1, activity: null, beyond: 1 } as never;
  }),
  route({ ...facts, method: 'GET', path: '/try/less', summary: 'Less than it says' }, () => ({ times: 1 }) as never),
];

beforeAll(async () => {
  test = await openTestBooks();
  page = await startTestPage(test, {
    identify,
    moreRoutes: ROUTES,
    log: { write: (...line) => void logged.push(line) },
  });
});
afterAll(async () => {
  await page.close();
  await test.close();
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
  readonly text: string;
}

async function ask(path: string, init: RequestInit = {}): Promise<Answer> {
  const answer = await fetch(`${page.url.replace('localhost', '127.0.0.1')}/api/v1${path}`, init);
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, body: text === '' ? {} : JSON.parse(text) };
}

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return ask(path, { method: 'POST', body: text, headers: { 'content-type': 'application/json', ...headers } });
}

describe('a body that cannot be taken', () => {
  it('BODY_INVALID: names each field with what is wrong with it, in words of people, and no value', async () => {
    const { status, headers, body, text } = await post('/try/body', {
      name: '',
      password: SECRET,
      kind: SECRET,
      lines: [{ day: SECRET, count: 10, [SECRET.length]: 1 }, { day: '2026-11-26' }, 7],
    });
    expect(status).toBe(400);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body).toMatchObject({ code: 'BODY_INVALID', kind: 'invalid', title: 'BODY_INVALID', status: 400 });
    expect(body.fields).toEqual([
      { path: 'name', code: 'FIELD_TOO_SMALL', says: 'This must not be empty.' },
      { path: 'password', code: 'FIELD_TOO_SMALL', says: 'At least 30 characters are needed.' },
      { path: 'kind', code: 'FIELD_NOT_OFFERED', says: 'One of these is expected: a, b.' },
      { path: 'lines.0.day', code: 'FIELD_MALFORMED', says: 'A day is expected, for example 2026-11-26.' },
      { path: 'lines.0.count', code: 'FIELD_TOO_LARGE', says: 'At most 9 can be taken.' },
      { path: `lines.0.${SECRET.length}`, code: 'FIELD_UNKNOWN', says: 'There is no such field.' },
      { path: 'lines.1.count', code: 'FIELD_MISSING', says: 'This is needed.' },
      { path: 'lines.2', code: 'FIELD_INVALID', says: 'This has to be a group of fields.' },
    ]);
    expect(text).not.toContain(SECRET);
  });

  it.each([
    ['{"name": "a",\n "b": x}', 2, '7'],
    ['{"name": "a",}', 1, '14'],
    ['', undefined, undefined],
    [`["${SECRET}"`, 1, '19'],
    ['[1] 2', 1, '5'],
    [`{"name": "${SECRET}`, 1, '10'],
    ['[01]', 1, '3'],
  ])('BODY_INVALID: %j is no JSON, and the place is told, but nothing of it', async (sent, row, column) => {
    const { status, body, text } = await post('/try/body', sent);
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'BODY_INVALID' });
    if (row !== undefined) expect(body.where).toEqual({ row, column });
    expect(text).not.toContain(SECRET);
  });

  it('BODY_INVALID: a member that would change the type of all objects is refused', async () => {
    expect((await post('/try/body', '{"__proto__": {"a": 1}, "name": "a"}')).body.code).toBe('BODY_INVALID');
  });

  it('BODY_TOO_LARGE, MEDIA_TYPE_REFUSED: its size and its type have a status of their own', async () => {
    const large = await post('/try/body', { name: 'x'.repeat(1_100_000) });
    expect({ status: large.status, code: large.body.code }).toEqual({ status: 413, code: 'BODY_TOO_LARGE' });
    for (const type of ['application/x-www-form-urlencoded', 'text/plain']) {
      const other = await post('/try/body', '{"name": "a"}', { 'content-type': type });
      expect({ status: other.status, code: other.body.code }).toEqual({ status: 415, code: 'MEDIA_TYPE_REFUSED' });
    }
  });

  it('QUERY_INVALID: a query is told in the same way', async () => {
    const { status, body } = await ask('/try/things/1?limit=9');
    expect({ status, code: body.code, fields: body.fields }).toEqual({
      status: 400,
      code: 'QUERY_INVALID',
      fields: [{ path: 'limit', code: 'FIELD_TOO_LARGE', says: 'At most 5 can be taken.' }],
    });
  });
});

describe('a problem', () => {
  it('has the status 404 where the address names a record that is not there', async () => {
    const { status, body } = await ask('/try/things/7');
    expect({ status, code: body.code }).toEqual({ status: 404, code: 'THING_UNKNOWN' });
  });

  it('METHOD_REFUSED: another method of an address is told those that there are', async () => {
    const { status, body, headers } = await ask('/try/things/7', { method: 'PUT' });
    expect({ status, code: body.code, allow: headers.get('allow') }).toEqual({
      status: 405,
      code: 'METHOD_REFUSED',
      allow: 'GET',
    });
    expect((await ask('/try/none', { method: 'PUT' })).status).toBe(404);
  });

  it('SIGN_IN_NEEDED, PERMISSION_MISSING: who may not ask learns nothing of what was sent', async () => {
    const nobody = await post('/try/body', {}, { 'x-as': 'nobody' });
    expect({ status: nobody.status, code: nobody.body.code }).toEqual({ status: 401, code: 'SIGN_IN_NEEDED' });
    expect(nobody.headers.get('www-authenticate')).toContain('Bearer');
    const viewer = await post('/try/body', {}, { 'x-as': 'viewer' });
    expect({ status: viewer.status, code: viewer.body.code }).toEqual({ status: 403, code: 'PERMISSION_MISSING' });
  });

  it('HOST_REFUSED and what the library refuses before any route have an id and the headers too', async () => {
    const status = await new Promise<{ code: number; id: unknown; policy: unknown }>((resolve) => {
      const { port } = new URL(page.url);
      httpRequest({ host: '127.0.0.1', port, path: '/api/v1/%zz' }, (answer) => {
        answer.resume();
        const { headers } = answer;
        resolve({
          code: answer.statusCode ?? 0,
          id: headers['x-correlation-id'],
          policy: headers['content-security-policy'],
        });
      }).end();
    });
    expect(status).toEqual({
      code: 400,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      policy: expect.stringContaining("default-src 'none'"),
    });
  });
});

describe('every request has an id', () => {
  it('in its answer, in the audit event, in its log line and around the work, also after a body was read', async () => {
    logged.length = 0;
    const { headers, body } = await post('/try/body', { name: 'traced' });
    const id = headers.get('x-correlation-id');
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(body.activity).toBe(id);
    const [event] = (await test.books.partOfEvents({ limit: 1, action: 'try' })).items;
    expect(event).toMatchObject({ correlationId: id, why: 'traced' });
    await expect
      .poll(() => logged.find(([, name]) => name === 'http.answered'))
      .toMatchObject([
        'info',
        'http.answered',
        { method: 'POST', route: '/api/v1/try/body', status: 200, correlationId: id, user: 'anna' },
      ]);
  });

  it('that is in the problem too', async () => {
    const { headers, body } = await ask('/try/things/7');
    expect(body.correlationId).toBe(headers.get('x-correlation-id'));
  });
});

describe('an answer', () => {
  it.each([
    ['/try/more', 'beyond: not in the schema'],
    ['/try/less', 'activity: '],
  ])('of %s that is not what its description says is a defect in tests', async (path, says) => {
    const { status, body } = await ask(path);
    expect({ status, code: body.code }).toEqual({ status: 500, code: 'DEFECT' });
    expect(body.says).toContain(says);
  });
});

describe('a write with a key', () => {
  const withKey = (key: string, name: string, as = 'anna') =>
    post('/try/body', { name }, { 'idempotency-key': key, 'x-as': as });
  const replayed = ({ headers }: Answer) => headers.get('idempotency-replayed');

  it('is done once, and asked again gets the first answer', async () => {
    const before = times;
    const first = await withKey(KEY, 'one');
    const second = await withKey(KEY, 'one');
    expect(times).toBe(before + 1);
    expect(second.text).toBe(first.text);
    expect([replayed(first), replayed(second)]).toEqual([null, 'true']);
    expect(second.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const other = await withKey(KEY, 'one', 'bert');
    expect([replayed(other), times]).toEqual([null, before + 2]);
  });

  it('control: without a key it is done as often as it is asked for', async () => {
    const before = times;
    await post('/try/body', { name: 'one' });
    await post('/try/body', { name: 'one' });
    expect(times).toBe(before + 2);
  });

  it('IDEMPOTENCY_KEY_REUSED: with another body or address it is refused', async () => {
    expect((await withKey(KEY, 'other')).body).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED', status: 409 });
    const { body } = await post('/try/secret', {}, { 'idempotency-key': KEY });
    expect(body.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  it('IDEMPOTENT_REQUEST_RUNS: while the first one runs a second is told so, of a hundred one is done', async () => {
    let open = () => {};
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const before = times;
    const isIn = new Promise<void>((resolve) => entered.push(resolve));
    const first = withKey('run', 'run');
    await isIn;
    const others = await Promise.all(Array.from({ length: 20 }, () => withKey('run', 'run')));
    expect(new Set(others.map(({ body }) => body.code))).toEqual(new Set(['IDEMPOTENT_REQUEST_RUNS']));
    open();
    expect((await first).status).toBe(200);
    expect(times).toBe(before + 1);
    expect(replayed(await withKey('run', 'run'))).toBe('true');
  });

  it('whose process has ended without a word may be tried again after its lease, and one that renews it may not', async () => {
    const insert = (key: string, ends: string) =>
      test.database.query(sql`
        insert into idempotent_request (user_id, key, route, body_sha256, claim, claimed_at, expires_at)
        select 'anna', ${sha256Of(key)}, route, ${bodyDigestOf({ name: 'run' }, key)}, 1, now(), now() + ${ends}::interval
        from idempotent_request where key = ${sha256Of('run')}`);
    await insert('crashed', '-1 second');
    await insert('alive', '50 seconds');
    expect((await withKey('crashed', 'run')).status).toBe(200);
    expect((await withKey('alive', 'run')).body.code).toBe('IDEMPOTENT_REQUEST_RUNS');
  });

  it('that was refused leaves its key free; one whose outcome is not known keeps its answer', async () => {
    expect((await withKey('refused', 'taken')).body.code).toBe('STATE_MOVED');
    expect(replayed(await withKey('refused', 'taken'))).toBeNull();
    const lost = await withKey('lost', 'lost');
    expect({ status: lost.status, code: lost.body.code }).toEqual({ status: 202, code: 'SENT_LOST' });
    const again = await withKey('lost', 'lost');
    expect({ replayed: replayed(again), type: again.headers.get('content-type'), text: again.text }).toEqual({
      replayed: 'true',
      type: 'application/problem+json',
      text: lost.text,
    });
  });

  it('IDEMPOTENT_ANSWER_NOT_KEPT: an answer that holds a secret is written down nowhere', async () => {
    const headers = { 'idempotency-key': 'secret' };
    expect((await post('/try/secret', {}, headers)).body).toEqual({ token: SECRET });
    expect((await post('/try/secret', {}, headers)).body).toMatchObject({ code: 'IDEMPOTENT_ANSWER_NOT_KEPT' });
    const rows = await test.database.query(
      sql`select r::text as row from idempotent_request r where r::text like ${`%${SECRET}%`}`,
    );
    expect(rows).toEqual([]);
  });

  it('that answers nothing is replayed as nothing', async () => {
    const before = times;
    const go = () => ask('/try/gone/1', { method: 'DELETE', headers: { 'idempotency-key': 'gone' } });
    expect([(await go()).status, (await go()).status, times]).toEqual([204, 204, before + 1]);
  });

  it.each(['', ' ', 'x'.repeat(201), 'ä'])('IDEMPOTENCY_KEY_INVALID: %j is none', async (key) => {
    expect((await withKey(key, 'one')).body).toMatchObject({ code: 'IDEMPOTENCY_KEY_INVALID', status: 400 });
  });

  it('is forgotten after a day, but not while it runs', async () => {
    await test.database.query(sql`update idempotent_request set claimed_at = now() - interval '25 hours'`);
    const before = times;
    expect(replayed(await withKey(KEY, 'one'))).toBeNull();
    expect(times).toBe(before + 1);
    const left = await test.database.query<{ key: string }>(sql`select key from idempotent_request order by key`);
    expect(left.map(({ key }) => key)).toEqual([KEY, 'alive'].map(sha256Of).sort());
  });
});
