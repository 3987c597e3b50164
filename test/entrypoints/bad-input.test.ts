/** Whatever is wrong in a field of a body, a query or an address is told by name; nothing that is sent is a defect of the service. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { connectionFromFile } from '../../src/entrypoints/connection-file.ts';
import { allRoutes } from '../../src/entrypoints/http/all-routes.ts';
import { type Route, route } from '../../src/entrypoints/http/route.ts';
import { startHttp } from '../../src/entrypoints/http/server.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { type Known, sampleOf, shapeOf, type Wrong, wrongBodies, wrongQueries } from './bad-input-kit.ts';
import { connection } from './command-kit.ts';
import { localUser } from './local-user.ts';
import { type TestPage, testWorkspace } from './test-page.ts';

const KNOWN: Known = { connection: 'acme', date: '2026-10-05', reason: '01', content: 'name: acme' };
/** Of a record that is not there: what is asked for is looked at first, and nothing is asked of Amazon or SAP. */
const PARAMS: Readonly<Record<string, string>> = {
  name: 'acme',
  connection: 'acme',
  number: '1',
  row: '2',
  line: '1',
  sha256: 'a'.repeat(64),
};
/** Of `acme` they would ask Amazon or SAP. */
const ASKS_OUTSIDE = /doctor|look-up|customers|comparison/;
const AT_ONCE = 8;

/** Planted, for the control: what comes is not looked at. */
const UNCHECKED = route(
  {
    method: 'POST',
    path: '/try/unchecked',
    access: 'books.operate',
    tag: 'Service',
    summary: 'Takes anything',
    body: z.any(),
    answer: z.object({ why: z.string() }),
    isIdempotent: false,
  },
  ({ body }) => ({ why: body.why.trim() }),
);

let test: TestBooks;
let page: TestPage;
let routes: readonly Route[];
let at: string;

beforeAll(async () => {
  test = await openTestBooks();
  const workspace = testWorkspace(test);
  const place = { path: 'acme', folder: '.', readEnvironment: () => undefined };
  await test.books.addConnection(connectionFromFile(connection('acme'), place), { kind: 'user', name: 'setup' });
  const identify = localUser('anna');
  const options = { workspace, identify, port: 0, about: () => ({}), isStrict: true, signInsPerMinute: 1_000_000 };
  page = await startHttp({ ...options, moreRoutes: [UNCHECKED] });
  at = `${page.url.replace('localhost', '127.0.0.1')}/api/v1`;
  routes = allRoutes(options);
});
afterAll(async () => {
  await page.close();
  await test.close();
});

const nameOf = ({ facts }: Route) => `${facts.method} ${facts.path}`;
const paramsOf = ({ facts }: Route): Readonly<Record<string, string>> =>
  ASKS_OUTSIDE.test(facts.path) ? { ...PARAMS, name: 'none', connection: 'none' } : PARAMS;
const knownOf = ({ facts }: Route): Known => (ASKS_OUTSIDE.test(facts.path) ? { ...KNOWN, connection: 'none' } : KNOWN);
const addressOf = (each: Route) =>
  at + each.facts.path.replace(/:(\w+)/g, (_, name: string) => paramsOf(each)[name] ?? 'none').replace('*', 'none');

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly code: string | undefined;
  readonly paths: readonly string[];
}

async function ask(each: Route, init: { readonly query?: string; readonly text?: string; readonly type?: string }) {
  const { query, text, type = 'application/json' } = init;
  const answer = await fetch(`${addressOf(each)}${query === undefined ? '' : `?${query}`}`, {
    method: each.facts.method,
    redirect: 'manual',
    ...(text !== undefined && { body: text, headers: { 'content-type': type } }),
  });
  return readAnswer(answer);
}

async function readAnswer(answer: Response): Promise<Answer> {
  const type = answer.headers.get('content-type') ?? '';
  const text = await answer.text();
  const body = type.includes('problem+json') ? JSON.parse(text) : {};
  const paths = (body.fields ?? []).map(({ path }: { path: string }) => path);
  return { status: answer.status, type, code: body.code, paths };
}

/** What is wrong with an answer; `undefined`: it is as it should be. */
function faultOf(
  { what, path, mayBeTaken }: Pick<Wrong, 'what' | 'path' | 'mayBeTaken'>,
  answer: Answer,
): string | undefined {
  const { status, type, code, paths } = answer;
  const isDefect = code === 'DEFECT' || (status >= 500 && !(status === 503 && code !== undefined));
  const isProblem = type.startsWith('application/problem+json') && code !== undefined;
  const isNamed = paths.some((each) => each === path || each.startsWith(`${path}.`));
  const isFine = mayBeTaken ? status < 400 || isProblem : status === 400 && isProblem && isNamed;
  return isFine && !isDefect ? undefined : `${path} ${what}: ${status} ${code ?? ''} ${paths.join(', ')}`.trim();
}

async function faultsOf<Case>(cases: Iterable<Case>, look: (each: Case) => Promise<string | undefined>) {
  const faults: string[] = [];
  const open = [...cases];
  const one = async () => {
    for (let next = open.shift(); next !== undefined; next = open.shift()) {
      const fault = await look(next);
      if (fault) faults.push(fault);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return { faults, count: faults.length };
}

async function bodyFaults(each: Route, schema = each.facts.body as z.ZodType): Promise<string[]> {
  const { faults } = await faultsOf(wrongBodies(shapeOf(schema), knownOf(each)), async (wrong) =>
    faultOf(wrong, await ask(each, { text: JSON.stringify(wrong.body) })),
  );
  return faults.map((fault) => `${nameOf(each)}: ${fault}`);
}

const withBody = () => routes.filter(({ facts }) => facts.body);

describe('of a body', () => {
  it('the whole is taken as its schema says, so that what is refused below is refused for the one thing', async () => {
    const { faults } = await faultsOf(withBody(), async (each) => {
      const sample = sampleOf(shapeOf(each.facts.body as z.ZodType), knownOf(each));
      const { code, paths } = await ask(each, { text: JSON.stringify(sample) });
      return code === 'BODY_INVALID' || code === 'DEFECT' ? `${nameOf(each)}: ${code} ${paths.join(', ')}` : undefined;
    });
    expect(faults).toEqual([]);
    expect(withBody().length).toBeGreaterThan(40);
  });

  it('each field that is left out, null, of another type, empty, too long, out of range, unknown or no text is named', async () => {
    const faults: string[] = [];
    for (const each of withBody()) faults.push(...(await bodyFaults(each)));
    expect(faults).toEqual([]);
  });

  it('control: a route that does not look at what comes is found', async () => {
    const faults = await bodyFaults(UNCHECKED, z.strictObject({ why: z.string().max(10) }));
    expect(faults.some((fault) => fault.includes('500 DEFECT'))).toBe(true);
    expect(faults.some((fault) => fault.startsWith('POST /try/unchecked: unheardOf unknown field'))).toBe(true);
  });

  it('what is no JSON, no group, too deep or of another type is refused as a whole', async () => {
    const deep = `${'{"why":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
    const listed = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const texts = ['', '{', 'null', '[]', '7', '{"__proto__": {"why": "x"}, "why": "x"}'];
    const cases = withBody().flatMap((each) => texts.map((text) => ({ each, text })));
    // They are found before any route is looked at.
    cases.push(
      ...withBody()
        .slice(0, 3)
        .flatMap((each) => [deep, listed].map((text) => ({ each, text }))),
    );
    const { faults } = await faultsOf(cases, async ({ each, text }) => {
      const { status, code } = await ask(each, { text });
      return code === 'BODY_INVALID' && status === 400
        ? undefined
        : `${nameOf(each)} ${text.slice(0, 30)}: ${status} ${code}`;
    });
    expect(faults).toEqual([]);
    // Bytes are passed on as a stream, where a route takes them.
    const types = ['application/x-www-form-urlencoded', 'application/octet-stream'];
    const withoutFile = routes.filter(({ facts }) => facts.method !== 'GET' && !facts.takesFile);
    const ofTypes = withoutFile.flatMap((each) => types.map((type) => ({ each, type })));
    // And nothing but bytes where a file is taken.
    const withFile = routes.filter(({ facts }) => facts.takesFile);
    ofTypes.push(...withFile.map((each) => ({ each, type: 'application/json' })));
    expect(withFile.length).toBeGreaterThan(1);
    const { faults: ofType } = await faultsOf(ofTypes, async ({ each, type }) => {
      const { status, code } = await ask(each, { text: 'why=x', type });
      return status === 415 && code === 'MEDIA_TYPE_REFUSED' ? undefined : `${nameOf(each)} ${type}: ${status} ${code}`;
    });
    expect(ofType).toEqual([]);
  });

  it('one that is too large is refused, and a field that stands twice is no defect', async () => {
    const [each] = withBody().filter(({ facts }) => facts.path === '/jobs/replay');
    const large = await ask(each!, { text: JSON.stringify({ why: 'x'.repeat(1_100_000) }) });
    expect(large).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
    expect(await ask(each!, { text: '{"why": "a", "why": 7}' })).toMatchObject({
      code: 'BODY_INVALID',
      paths: ['why'],
    });
    const shadowed = await ask(each!, { text: '{"constructor": {"prototype": {"why": "x"}}, "why": "x"}' });
    expect(shadowed.code).toBe('BODY_INVALID');
  });
});

describe('of a query', () => {
  it('each parameter that is garbage, empty, too long, there twice, no text or unknown is named', async () => {
    const asked = routes.filter(({ facts }) => facts.query && !facts.path.startsWith('/sign-in'));
    const cases = asked.flatMap((each) =>
      [...wrongQueries(shapeOf(each.facts.query as z.ZodType), knownOf(each))].map((wrong) => ({ each, wrong })),
    );
    const { faults } = await faultsOf(cases, async ({ each, wrong }) => {
      const body = each.facts.body && sampleOf(shapeOf(each.facts.body as z.ZodType), knownOf(each));
      const text = body === undefined ? {} : { text: JSON.stringify(body) };
      const fault = faultOf(wrong, await ask(each, { query: String(wrong.body), ...text }));
      return fault && `${nameOf(each)}: ${fault}`;
    });
    expect(faults).toEqual([]);
    expect(cases.length).toBeGreaterThan(200);
    expect(asked.filter(({ facts }) => facts.method === 'GET').length).toBeGreaterThan(40);
  });
});

describe('of an address', () => {
  it('no value in it is a defect: too long, empty, half encoded, with control characters, or a way up', async () => {
    const values = ['x'.repeat(90), 'x'.repeat(3_000), '', '%zz', '%00', '%1b%5b31m', '..%2f..', '%f0%9f', "'--", '0'];
    const named = routes.filter(({ facts }) => /[:*]/.test(facts.path));
    const cases = named.flatMap((each) => values.map((value) => ({ each, value })));
    const { faults } = await faultsOf(cases, async ({ each, value }) => {
      const { facts } = each;
      const address = at + facts.path.replace(/:\w+|\*/g, value);
      const init = { method: facts.method, redirect: 'manual' } as const;
      const body = facts.body && { body: '{"why":"x"}', headers: { 'content-type': 'application/json' } };
      const answer = await readAnswer(await fetch(address, { ...init, ...body }));
      const isFine = answer.status < 500 || (answer.status === 503 && answer.code !== 'DEFECT');
      return isFine ? undefined : `${nameOf(each)} ${value.slice(0, 20)}: ${answer.status} ${answer.code}`;
    });
    expect(faults).toEqual([]);
    expect(cases.length).toBeGreaterThan(300);
  });
});
