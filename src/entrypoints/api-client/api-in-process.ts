import { z } from 'zod';
import { type Actor, PERMISSIONS } from '../../app/index.ts';
import { assert } from '../../core/index.ts';
import type { Workspace } from '../composition.ts';
import { readInput } from '../http/answers/input-problem.ts';
import type { Route, SignedIn } from '../http/route.ts';
import type { HttpOptions } from '../http/server.ts';
import { type Api, type Asked, assertNamesFit } from './api.ts';

/**
 * By the first word of a path, the group of routes that it belongs to. Each is loaded when it is asked for, so that a command
 * does not wait for the code of all of them.
 */
const GROUPS: Readonly<Record<string, () => Promise<(options: HttpOptions) => readonly Route[]>>> = {
  approvals: async () => (await import('../http/routes/approval-routes.ts')).approvalRoutes,
  audit: async () => (await import('../http/routes/audit-routes.ts')).auditRoutes,
  connections: async () => (await import('../http/routes/connection-routes.ts')).connectionRoutes,
  entries: async () => (await import('../http/routes/entry-routes.ts')).entryRoutes,
  jobs: async () => (await import('../http/routes/job-routes.ts')).jobRoutes,
  overview: async () => (await import('../http/routes/overview-routes.ts')).overviewRoutes,
  mapping: async () => (await import('../http/routes/mapping-routes.ts')).mappingRoutes,
  reports: async () => (await import('../http/routes/report-routes.ts')).reportRoutes,
  schedules: async () => (await import('../http/routes/schedule-routes.ts')).scheduleRoutes,
  settlements: async () => {
    const { settlementRoutes } = await import('../http/routes/settlement-routes.ts');
    const { settlementWriteRoutes } = await import('../http/routes/settlement-write-routes.ts');
    return (options) => [...settlementRoutes(options), ...settlementWriteRoutes(options)];
  },
  accruals: async () => (await import('../http/routes/accrual-routes.ts')).accrualRoutes,
  trace: async () => (await import('../http/routes/trace-routes.ts')).traceRoutes,
  workers: async () => (await import('../http/routes/job-routes.ts')).jobRoutes,
};

/**
 * The API on books that are open in this process, for whoever owns them: what a route checks of its input is checked, and the
 * answer is what would be sent. There is nobody to sign in, and no key of a write is kept.
 */
export function apiInProcess(workspace: Workspace, actor: Actor): Api {
  const options: HttpOptions = { workspace, port: 0, about: () => ({}) };
  const groups = new Map<string, Promise<readonly Route[]>>();
  const routeOf = async (asked: Asked): Promise<Route> => {
    assertNamesFit(asked);
    const { method = 'GET', path } = asked;
    const [, word = ''] = path.split('/');
    const made = groups.get(word) ?? GROUPS[word]?.().then((routes) => routes(options));
    assert(made !== undefined, `routes of ${path}`);
    groups.set(word, made);
    const found = (await made).find(({ facts }) => facts.method === method && facts.path === path);
    assert(found !== undefined, `a route ${method} ${path}`);
    return found;
  };
  const handle = async (route: Route, asked: Asked, reply: FileReply): Promise<unknown> => {
    const { params, query, body } = route.facts;
    // What is left out of an address is not in it, as over HTTP.
    const given = Object.entries(asked.query ?? {}).filter(([, value]) => value !== undefined);
    return route.handle({
      params: params && read(params, 'params', asked.params ?? {}),
      query: query && read(query, 'querystring', Object.fromEntries(given.map(([key, value]) => [key, String(value)]))),
      body: body && read(body, 'body', asked.body),
      who: ownerOf(actor),
      actor,
      signal: new AbortController().signal,
      request: undefined as never,
      reply: reply as never,
    });
  };
  return {
    async ask(ask) {
      const route = await routeOf(ask);
      const value = await handle(route, ask, new FileReply());
      return ask.answer.parse(z.encode(route.facts.answer, value as never)) as never;
    },
    async file(asked) {
      const reply = new FileReply();
      await handle(await routeOf(asked), asked, reply);
      return reply.bytes;
    },
  };
}

function read(schema: z.ZodType, part: string, value: unknown): unknown {
  const result = readInput(schema, part, value);
  if ('error' in result) throw result.error;
  return result.value;
}

/** Whoever has the books themselves may do everything with them. */
function ownerOf({ name }: Actor): SignedIn {
  const permissions = new Set(PERMISSIONS);
  return { userId: name, name, displayName: name, roles: [], permissions, via: 'token', credentialId: name };
}

/** Takes the file that a handler sends by itself. */
class FileReply {
  bytes: Uint8Array = new Uint8Array();

  header(): this {
    return this;
  }

  serializer(): this {
    return this;
  }

  send(bytes: Uint8Array): this {
    this.bytes = bytes;
    return this;
  }
}
