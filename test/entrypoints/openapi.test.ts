/** The description of the API: whole, valid, fresh, and what the routes do. After a change: npm run openapi -- --update */
import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { allRoutes } from '../../src/entrypoints/http/all-routes.ts';
import { problemStatusesOf } from '../../src/entrypoints/http/description/complete-document.ts';
import { TAGS } from '../../src/entrypoints/http/description/describe-api.ts';
import { isOnceForKey } from '../../src/entrypoints/http/register-routes.ts';
import type { Route } from '../../src/entrypoints/http/route.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { startTestPage, type TestPage, testWorkspace } from './test-page.ts';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly object[];
  readonly parameters?: readonly { $ref?: string; name?: string }[];
  readonly requestBody?: { readonly content: Record<string, { schema: object; example?: unknown }> };
  readonly responses: Record<
    string,
    { $ref?: string; content?: Record<string, { schema: object; example?: unknown }> }
  >;
  readonly 'x-permission': string;
}

interface Document {
  readonly openapi: string;
  readonly info: Record<string, unknown>;
  readonly tags: readonly { name: string; description: string }[];
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, object>; readonly securitySchemes: object };
}

let test: TestBooks;
let page: TestPage;
let document: Document;
let routes: readonly Route[];

beforeAll(async () => {
  test = await openTestBooks();
  page = await startTestPage(test);
  const answer = await fetch(`${page.url.replace('localhost', '127.0.0.1')}/api/v1/openapi.json`);
  document = (await answer.json()) as Document;
  routes = allRoutes({
    workspace: testWorkspace(test),
    identify: async () => undefined,
    port: 0,
    about: () => ({}),
  });
});
afterAll(async () => {
  await page.close();
  await test.close();
});

function operationOf({ facts }: Route): Operation | undefined {
  const path = `/api/v1${facts.path}`.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{*}');
  return document.paths[path]?.[facts.method.toLowerCase()];
}

describe('the description', () => {
  it('is that of docs/openapi.json', async () => {
    await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot('../../docs/openapi.json');
  });

  it('is valid by the schema of OpenAPI 3.1', async () => {
    const validator = new Validator();
    const result = await validator.validate(structuredClone(document) as never);
    expect(result.errors ?? []).toEqual([]);
    expect(validator.version).toBe('3.1');
    const broken = { ...structuredClone(document), paths: { nothing: { get: 1 } } };
    expect((await new Validator().validate(broken as never)).valid, 'control: a broken one is found').toBe(false);
  });

  it('has every schema valid by JSON Schema 2020-12, and no reference into nothing', () => {
    const ajv = new Ajv2020({ strict: false });
    for (const schema of Object.values(document.components.schemas)) expect(ajv.validateSchema(schema)).toBe(true);
    const references = JSON.stringify(document).match(/"#\/components\/[^"]+"/g) ?? [];
    for (const reference of new Set(references)) {
      const [, , kind = '', name = ''] = JSON.parse(reference).split('/');
      expect((document.components as Record<string, Record<string, object>>)[kind]?.[name], reference).toBeDefined();
    }
  });

  it('has every route of the registry, and nothing else', () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const there = routes.map(({ facts }) =>
      `${facts.method} /api/v1${facts.path}`.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{*}'),
    );
    expect(described.sort()).toEqual(there.sort());
    const ids = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('every route', () => {
  it('says what it does, in a group that is explained, and who may', () => {
    for (const each of routes) {
      const operation = operationOf(each);
      const { facts } = each;
      expect(operation, facts.path).toBeDefined();
      expect(operation?.summary.length, facts.path).toBeGreaterThan(3);
      expect(operation?.tags, facts.path).toEqual([facts.tag]);
      expect(TAGS[facts.tag], `what is the group ${facts.tag} for?`).toMatch(/\w.*\.$/);
      expect(operation?.['x-permission'], facts.path).toBe(facts.access);
      expect(operation?.security.length === 0, facts.path).toBe(facts.access === 'public');
    }
    expect(document.tags.map(({ name }) => name)).toEqual([...new Set(routes.map(({ facts }) => facts.tag))].sort());
  });

  it('describes its answer and every problem that may come instead', () => {
    for (const each of routes) {
      const { status = 200 } = each.facts;
      const responses = operationOf(each)?.responses ?? {};
      const success = responses[status];
      const type = Object.keys(success?.content ?? {});
      // One that leads a browser elsewhere answers nothing itself.
      const answersNothing = status === 204 || each.facts.answer instanceof z.ZodUndefined;
      if (!answersNothing) expect(type.length, each.facts.path).toBeGreaterThan(0);
      const expected = [...new Set([status, ...problemStatusesOf(each.facts)])].map(String).sort();
      expect(Object.keys(responses).sort(), each.facts.path).toEqual(expected);
    }
  });

  it('that writes takes a key, or says that it needs none', () => {
    const writes = routes.filter(({ facts }) => facts.method !== 'GET');
    for (const each of writes) {
      const takesKey = operationOf(each)?.parameters?.some(({ $ref }) => $ref?.endsWith('/IdempotencyKey')) ?? false;
      expect(takesKey, each.facts.path).toBe(isOnceForKey(each.facts));
    }
    expect(writes.length).toBeGreaterThan(2);
  });

  it('that sends something and takes no key is named in docs/api.md: it changes nothing, or signs in', () => {
    const without = routes.filter(({ facts }) => facts.method !== 'GET' && !isOnceForKey(facts));
    const text = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');
    const named = [...text.matchAll(/^\| `POST ([^`]+)` \|/gm)].map(([, path]) => path);
    expect(named.sort()).toEqual(without.map(({ facts }) => facts.path.replaceAll(/:(\w+)/g, '{$1}')).sort());
  });

  it('tells files by their media types, yes and no as such, what is taken as a file, and where a browser is led on', () => {
    const at = (method: string, path: string) => document.paths[`/api/v1${path}`]?.[method] as Operation;
    const typesOf = (operation: Operation, status = '200') => Object.keys(operation.responses[status]?.content ?? {});
    expect(typesOf(at('get', '/settlements/{id}/files/{sha256}'))).toEqual(['application/octet-stream']);
    expect(typesOf(at('get', '/reports/{name}'))).toEqual([
      'application/json',
      'text/csv',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'application/pdf',
    ]);
    expect(typesOf(at('get', '/mapping/{connection}/versions/{number}/file'))[0]).toBe('application/yaml');
    expect(Object.keys(at('post', '/preview').requestBody?.content ?? {})).toEqual(['application/octet-stream']);
    expect(Object.keys(at('get', '/sign-in/sso/callback').responses)).toContain('302');
    const flags = ['movements', 'withOrders', 'withTotal', 'everything', 'withReopened'];
    const parameters = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).flatMap((operation) => (operation.parameters ?? []) as { name: string; schema: object }[]),
    );
    for (const flag of flags) {
      const described = parameters.filter(({ name }) => name === flag);
      expect(described.length, flag).toBeGreaterThan(0);
      for (const { schema } of described) expect(schema, flag).toMatchObject({ type: 'boolean' });
    }
  });

  it('bounds each number that it takes, so that a client knows what is refused', () => {
    const asked = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId, parameters, requestBody }) => ({
        operationId,
        text: JSON.stringify([parameters, requestBody]),
      })),
    );
    const found = (words: string) =>
      asked.filter(({ text }) => text.includes(words)).map(({ operationId }) => operationId);
    expect(found('9007199254740991')).toEqual([]);
    expect(found('"readOnly":true'), 'what is sent is not for reading only').toEqual([]);
    expect(JSON.stringify(document), 'control: of answers nobody needs to know').toContain('9007199254740991');
  });

  it('has examples that its schemas take', () => {
    const ajv = new Ajv2020({ strict: false });
    (ajvFormats as unknown as (to: Ajv2020) => void)(ajv);
    ajv.addSchema({ $id: 'api', components: document.components });
    let count = 0;
    for (const each of routes) {
      const { requestBody, responses } = operationOf(each) ?? {};
      const contents = [requestBody, ...Object.values(responses ?? {})].flatMap((part) =>
        Object.values(part?.content ?? {}),
      );
      for (const { schema, example } of contents) {
        if (example === undefined) continue;
        const text = JSON.stringify(schema).replaceAll('"#/components/', '"api#/components/');
        expect(ajv.validate(JSON.parse(text), example), ajv.errorsText()).toBe(true);
        count += 1;
      }
    }
    expect(count).toBeGreaterThan(2);
  });
});

describe('what a program needs', () => {
  it('is told: ways to sign in, and the license', () => {
    expect(document.components.securitySchemes).toMatchObject({
      session: { type: 'apiKey', in: 'cookie' },
      token: { type: 'http', scheme: 'bearer' },
    });
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'seller-ledger' } });
  });

  it('is for whoever is signed in only', async () => {
    const closed = await startTestPage(test, { identify: async () => undefined });
    const at = closed.url.replace('localhost', '127.0.0.1');
    expect((await fetch(`${at}/api/v1/openapi.json`)).status).toBe(401);
    const reader = await fetch(`${at}/api/docs`, { redirect: 'manual' });
    expect([reader.status, reader.headers.get('location')]).toEqual([303, '/sign-in']);
    await closed.close();
  });
});
