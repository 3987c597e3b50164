import type { AddressInfo } from 'node:net';
import fastifyCookie from '@fastify/cookie';
import { errorCodes, type FastifyInstance, type FastifyRequest, fastify } from 'fastify';
import type { z } from 'zod';
import { Problem } from '../../core/index.ts';
import type { Workspace } from '../composition.ts';
import { allRoutes } from './all-routes.ts';
import { answerWriter, assertDescribedType } from './answers/check-answer.ts';
import { bodyMissing, bodyTooDeep, jsonProblem, readInput } from './answers/input-problem.ts';
import { DEPTH_MAX, isTooDeep } from './answers/plain-text.ts';
import { methodRefused, pathUnknown, problemOf, requestInvalid, sendProblem } from './answers/problem-answers.ts';
import { AnswersUnderWay } from './answers-under-way.ts';
import { begin, correlate } from './correlation.ts';
import { serveApiReader } from './description/api-reader.ts';
import { describeApi } from './description/describe-api.ts';
import { methodsAt } from './description/methods-at.ts';
import { hasPage, sendPage, servePage } from './page-files.ts';
import { type Identify, registerRoutes } from './register-routes.ts';
import type { Route } from './route.ts';
import { HSTS, SECURITY_HEADERS } from './security-headers.ts';
import { identifyBySignIn } from './sign-in/identify.ts';
import { limitSignIns } from './sign-in/limit-sign-ins.ts';
import { signInSettingsReader } from './sign-in/read-settings.ts';
import { assertOwnHost, assertReachable, LOOPBACK, type Site, siteOf } from './sign-in/site.ts';

export interface HttpOptions {
  readonly workspace: Workspace;
  /** Who asks; default: whoever signed in. */
  readonly identify?: Identify;
  readonly port: number;
  /** Where it listens; default: this machine only. */
  readonly host?: string;
  /** The address that people open; without it this machine's own. */
  readonly publicUrl?: URL | undefined;
  /** Whose word about the address of a caller counts: addresses or networks of proxies in front, with commas. */
  readonly trustedProxy?: string | undefined;
  /** Of one address; default 20. */
  readonly signInsPerMinute?: number;
  /** What kind of service this is, for the page. */
  readonly about: () => Readonly<Record<string, unknown>>;
  /** For tests: an answer with a member that its description does not name is a defect. */
  readonly isStrict?: boolean;
  /** How often a stream of events shows that it is there; default 15 s. */
  readonly beatEveryMs?: number;
  /** For tests: routes beside those of the program. */
  readonly moreRoutes?: readonly Route[];
  /** For whom it stops: how long answers that are under way may take to their end; default 10 s. */
  readonly drainMsMax?: number;
}

/** The same, once it is clear who says who asks. */
export type ServedOptions = HttpOptions & { readonly identify: Identify; readonly underWay: AnswersUnderWay };

/** How somebody asks for files of the machine. */
const HIDDEN_SLASH = /^\/(\/|%2f|%5c)/i;

/** A report of a month is made in less; who waits for a stop waits no longer. */
const DRAIN_MS_MAX = 10_000;
/** What was cut off notices it, or has its last word with the database. */
const AFTER_CUT_MS_MAX = 2_000;

/**
 * Serves the page and the API. `close` takes no new requests, ends streams of events and lets the answers that are under way come to
 * their end, or cuts them off after `drainMsMax`; the books may be closed after it. Raises `PORT_IN_USE` (conflict), `PUBLIC_URL_NEEDED` (invalid).
 */
export async function startHttp(options: HttpOptions): Promise<{ url: string; close(): Promise<void> }> {
  const { publicUrl, host = LOOPBACK } = options;
  assertReachable(host, publicUrl);
  const underWay = new AnswersUnderWay();
  const app = await buildServer(options, siteOf(publicUrl), underWay);
  try {
    await app.listen({ host, port: options.port });
  } catch (error) {
    await app.close();
    throw portProblem(error, options.port);
  }
  const { port } = app.server.address() as AddressInfo;
  return { url: publicUrl?.origin ?? `http://localhost:${port}`, close: () => stop(app, underWay) };
}

async function stop(app: FastifyInstance, underWay: AnswersUnderWay): Promise<void> {
  await app.close();
  await underWay.drain(AFTER_CUT_MS_MAX);
  underWay.giveUp();
}

async function buildServer(options: HttpOptions, site: Site, underWay: AnswersUnderWay): Promise<FastifyInstance> {
  const { workspace, isStrict = false, moreRoutes = [], drainMsMax = DRAIN_MS_MAX } = options;
  const identify = options.identify ?? identifyBySignIn(workspace, site, signInSettingsReader(workspace));
  const { log, requests, randomness, programVersion: version } = workspace;
  const app = fastify({
    logger: false,
    forceCloseConnections: true,
    trustProxy: options.trustedProxy ?? false,
    frameworkErrors: (error, request, reply) => {
      begin(request, randomness);
      void reply.headers({ ...SECURITY_HEADERS, 'x-correlation-id': request.correlationId });
      void sendProblem(request, reply, problemOf(error, request));
    },
  });
  correlate(app, workspace);
  app.addHook('onRequest', async (_request, reply) => underWay.answer(reply.raw));
  app.addHook('preClose', async () => {
    const cut = await underWay.drain(drainMsMax);
    if (cut === 0) return;
    log.write('warn', 'http.cut-off', { answers: cut });
    underWay.giveUp();
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    if (site.isHttps) reply.header('strict-transport-security', HSTS);
    // Figures of the books stay out of every cache.
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
    // Whoever looks whether the service lives may do so by any name; the answer says nothing else.
    if (request.url !== '/health') assertOwnHost(site, request);
    // PostgreSQL has no text with such a character in it, so nothing can have such a name.
    if (request.url.includes('%00')) throw requestInvalid();
  });
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error, request);
    if (problem.kind === 'defect' && !underWay.isOver)
      log.write('error', 'page.failed', { path: request.url, says: problem.says });
    return sendProblem(request, reply, problem);
  });
  takeBodies(app);
  app.setValidatorCompiler<z.ZodType>(
    ({ schema, httpPart }) =>
      (value) =>
        readInput(schema, httpPart, value),
  );
  app.setSerializerCompiler(answerWriter({ isStrict }));
  if (isStrict) app.addHook('onSend', assertDescribedType);
  const served: ServedOptions = { ...options, identify, underWay };
  const routes = [...allRoutes(served), ...moreRoutes];
  await describeApi(app, { version, routes });
  await servePage(app);
  const methods = methodsAt(routes);
  app.setNotFoundHandler((request, reply) => {
    if (isPage(request) && hasPage()) return sendPage(request, reply);
    const allowed = methods(request.url);
    // A value in the address may be too long to be one: then nothing is there, whatever the method.
    if (allowed.length === 0 || allowed.includes(request.method))
      return sendProblem(request, reply, pathUnknown(request));
    return sendProblem(request, reply.header('allow', allowed.join(', ')), methodRefused(request, allowed));
  });
  await app.register(fastifyCookie);
  await limitSignIns(app, options.signInsPerMinute);
  registerRoutes(app, routes, { identify, requests, log, underWay });
  await serveApiReader(app, { identify, randomness });
  app.get('/health', async () => ({ ok: true }));
  return app;
}

/** Every address without a dot below the page is the page: it finds its own way. */
function isPage({ method, url }: FastifyRequest): boolean {
  const path = url.split('?')[0] ?? '';
  const isOurs = !path.startsWith('/api/') && !HIDDEN_SLASH.test(path);
  return method === 'GET' && isOurs && !path.includes('.');
}

/** JSON with the place of a fault, and files as they come. */
function takeBodies(app: FastifyInstance): void {
  // It would come as one text, which is no group of fields: the answer named the body and not its type.
  app.removeContentTypeParser('text/plain');
  const readJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = String(body);
    // A request that says JSON and brings nothing, as some clients write one without a body.
    if (text === '') return request.routeOptions.schema?.body ? done(bodyMissing()) : done(null, undefined);
    if (request.routeOptions.config.facts?.takesFile) return done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE());
    let read: { readonly value: unknown } | undefined;
    readJson(request, text, (error, value) => {
      read = error ? undefined : { value };
    });
    if (!read) return done(jsonProblem(text));
    return isTooDeep(read.value) ? done(bodyTooDeep(DEPTH_MAX)) : done(null, read.value);
  });
  // Files are passed on as they come, never held as a whole.
  app.addContentTypeParser('application/octet-stream', (request, payload, done) => {
    // A stream is nothing that a schema could look at, so it is taken only where a file is.
    if (!request.routeOptions.config.facts?.takesFile) return done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE());
    return done(null, payload);
  });
}

function portProblem(error: unknown, port: number): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return error;
  return new Problem(
    {
      code: 'PORT_IN_USE',
      kind: 'conflict',
      says: `Port ${port} is taken by another program.`,
      next: 'Choose another: seller-ledger start --port 4001',
    },
    { cause: error },
  );
}
