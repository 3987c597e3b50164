/** Every route for every role, for nobody and for tokens: let in or turned away as the table says, and as the route declares. */
import fastifyCookie from '@fastify/cookie';
import { type FastifyInstance, fastify, type InjectOptions } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addUser,
  createToken,
  openSession,
  PERMISSIONS,
  type Permission,
  permissionsOf,
  ROLES,
  type Role,
  type UserRecord,
} from '../../src/app/index.ts';
import { silentLog, toProblem } from '../../src/core/index.ts';
import type { Workspace } from '../../src/entrypoints/composition.ts';
import { allRoutes } from '../../src/entrypoints/http/all-routes.ts';
import { AnswersUnderWay } from '../../src/entrypoints/http/answers-under-way.ts';
import { type Identify, registerRoutes } from '../../src/entrypoints/http/register-routes.ts';
import type { Access, Route } from '../../src/entrypoints/http/route.ts';
import { csrfTokenOf, identifyBySignIn } from '../../src/entrypoints/http/sign-in/identify.ts';
import { signInSettingsReader } from '../../src/entrypoints/http/sign-in/read-settings.ts';
import { siteOf } from '../../src/entrypoints/http/sign-in/site.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { ANNA } from '../store/samples.ts';
import { ACCESS_TABLE } from './access-table.ts';
import { testWorkspace } from './test-page.ts';

const ASKED = { actor: ANNA, why: 'for the matrix' };
const INITIALS: Readonly<Record<string, Role>> = {
  V: 'viewer',
  A: 'accountant',
  P: 'approver',
  M: 'mapping-editor',
  S: 'administrator',
  U: 'auditor',
};
const REACHED = 'REACHED';

type Table = ReadonlyMap<string, string>;

function readTable(text: string): Table {
  const lines = text.trim().split('\n');
  return new Map(
    lines.map((line) => line.trim().split(/\s+/)).map(([method, path, who]) => [`${method} ${path}`, who!]),
  );
}

/** What the table lets in: roles, and whether nobody and tokens may. */
function rolesOf(who: string): readonly Role[] {
  return ['everybody', 'signed-in', 'self'].includes(who) ? ROLES : [...who].map((initial) => INITIALS[initial]!);
}

const nameOf = ({ facts }: Route) => `${facts.method} ${facts.path}`;
/** So that the failure of this test says what to write. */
const lineOf = (route: Route) => `${nameOf(route)} ${whoOf(route.facts.access)}`;

function whoOf(access: Access): string {
  if (access === 'public') return 'everybody';
  if (access === 'signed-in') return access;
  if (access === 'own.manage') return 'self';
  const initials = Object.entries(INITIALS).filter(([, role]) => permissionsOf([role]).has(access));
  return initials.map(([initial]) => initial).join('');
}

const underWay = new AnswersUnderWay();
let test: TestBooks;
let workspace: Workspace;
let identify: Identify;
let app: FastifyInstance;
let routes: readonly Route[];
const callers = new Map<string, Record<string, string>>();

/** The real routes with their real checks, which say that they were reached instead of doing something. */
async function serverOf(all: readonly Route[]): Promise<FastifyInstance> {
  const server = fastify();
  await server.register(fastifyCookie);
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  server.setErrorHandler((error, _request, reply) => reply.code(400).send({ code: toProblem(error).code }));
  const reached = all.map(({ facts: { params: _p, query: _q, body: _b, ...facts } }) => ({
    facts,
    handle: ({ reply }: { reply: { hijack(): void; raw: { end(text: string): void } } }) => {
      reply.hijack();
      reply.raw.end(JSON.stringify({ code: REACHED }));
      return reply;
    },
  })) as unknown as readonly Route[];
  registerRoutes(server, reached, { identify, requests: workspace.requests, log: silentLog, underWay });
  return server;
}

async function sessionOf(user: UserRecord) {
  const { secret } = await openSession(workspace, user, 'a test');
  return { cookie: `seller-ledger-session-80=${secret}`, 'x-csrf-token': csrfTokenOf(secret) };
}

async function tokenOf(user: UserRecord, scopes: readonly Permission[]) {
  const { secret } = await createToken(workspace, user, { label: 'x', scopes, days: 1 }, ASKED);
  return { authorization: `Bearer ${secret}` };
}

async function ask(route: Route, headers: Record<string, string> = {}, server = app): Promise<string> {
  const { method, path } = route.facts;
  const url = `/api/v1${path.replace(/:\w+/g, 'x')}`;
  const answer = await server.inject({ method, url, headers } as InjectOptions);
  return (JSON.parse(answer.body) as { code: string }).code;
}

beforeAll(async () => {
  test = await openTestBooks();
  workspace = testWorkspace(test);
  identify = identifyBySignIn(workspace, siteOf(undefined), signInSettingsReader(workspace));
  routes = allRoutes({ workspace, identify, port: 0, about: () => ({}), underWay });
  app = await serverOf(routes);
  const settled = async (name: string, roles: readonly Role[]) => {
    const { user } = await addUser(workspace, { name, roles }, ASKED);
    const done = { change: { mustChangePassword: false }, fact: { ...ASKED, action: 'user.password' } };
    return workspace.access.changeUser(user.id, () => done);
  };
  for (const role of ROLES) callers.set(role, await sessionOf(await settled(role, [role])));
  const everything = await settled('everything', ROLES);
  const grantable = PERMISSIONS.filter((permission) => permission !== 'own.manage');
  for (const permission of grantable) {
    callers.set(`only ${permission}`, await tokenOf(everything, [permission]));
    const others = grantable.filter((other) => other !== permission);
    callers.set(`all but ${permission}`, await tokenOf(everything, others));
  }
  callers.set('all but own.manage', await tokenOf(everything, grantable));
  const { user: newcomer } = await addUser(workspace, { name: 'newcomer', roles: [...ROLES] }, ASKED);
  callers.set('newcomer', await sessionOf(newcomer));
});
afterAll(async () => {
  await app.close();
  await test.close();
});

describe('the table', () => {
  it('has every route, and no other; what is missing is written into test/entrypoints/access-table.ts', () => {
    const table = readTable(ACCESS_TABLE);
    expect(routes.filter((route) => !table.has(nameOf(route))).map(lineOf)).toEqual([]);
    const known = new Set(routes.map(nameOf));
    expect([...table.keys()].filter((name) => !known.has(name))).toEqual([]);
  });
});

/** Who is treated otherwise than the table says. */
async function differencesFrom(table: Table, all: readonly Route[], server = app): Promise<readonly string[]> {
  const found: string[] = [];
  for (const route of all) {
    const who = table.get(nameOf(route)) ?? '';
    const allowed = rolesOf(who);
    const expectCode = async (caller: string, expected: string) => {
      const code = await ask(route, callers.get(caller), server);
      if (code !== expected) found.push(`${nameOf(route)}: ${caller} got ${code} instead of ${expected}`);
    };
    const isOpen = who === 'everybody' || who === 'signed-in';
    await Promise.all([
      ...ROLES.map((role) => expectCode(role, allowed.includes(role) ? REACHED : 'PERMISSION_MISSING')),
      expectCode('nobody', who === 'everybody' ? REACHED : 'SIGN_IN_NEEDED'),
      expectCode('newcomer', isOpen ? REACHED : 'PASSWORD_CHANGE_NEEDED'),
    ]);
  }
  return found;
}

describe('every route', () => {
  it('lets in exactly the roles of the table, nobody without sign-in, and nobody with a password that holds once', async () => {
    expect(await differencesFrom(readTable(ACCESS_TABLE), routes)).toEqual([]);
  });

  it('lets in a token with the scope it takes and no other, and none to what is a person’s own', async () => {
    for (const route of routes) {
      const { access } = route.facts;
      if (access === 'public' || access === 'signed-in') continue;
      expect(await ask(route, callers.get(`all but ${access}`)), nameOf(route)).toBe('PERMISSION_MISSING');
      if (access !== 'own.manage') expect(await ask(route, callers.get(`only ${access}`)), nameOf(route)).toBe(REACHED);
    }
  });

  it('that writes is refused without the token of the session', async () => {
    for (const route of routes.filter(({ facts }) => facts.method !== 'GET' && facts.access !== 'public')) {
      const { cookie } = callers.get('administrator') as { cookie: string };
      expect(await ask(route, { cookie }), nameOf(route)).toBe('CSRF_REFUSED');
    }
  });

  it('control: a route whose access was changed without the table is found', async () => {
    const users = routes.filter((route) => nameOf(route) === 'GET /users');
    const changed = users.map((route) => ({ ...route, facts: { ...route.facts, access: 'books.read' as const } }));
    const server = await serverOf(changed);
    const found = await differencesFrom(readTable(ACCESS_TABLE), changed, server);
    await server.close();
    expect(found).toHaveLength(ROLES.length - 1);
    expect(found).toContainEqual(expect.stringContaining('GET /users: viewer got REACHED'));
  });
});
