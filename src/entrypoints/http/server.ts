import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import fastifyCookie from '@fastify/cookie';
import fastifyStatic from '@fastify/static';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { isProblem, Problem, toProblem } from '../../core/index.ts';
import type { Workspace } from '../composition.ts';
import { packageRoot } from '../package-root.ts';
import { allRoutes } from './all-routes.ts';
import { oldRoutes } from './old-routes.ts';
import { OWN_STATUS } from './problem-status.ts';
import { type Identify, registerRoutes } from './register-routes.ts';
import { identifyBySignIn } from './sign-in/identify.ts';
import { limitSignIns } from './sign-in/limit-sign-ins.ts';
import { signInSettingsReader } from './sign-in/read-settings.ts';
import { assertOwnHost, assertReachable, LOOPBACK, siteOf } from './sign-in/site.ts';

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
}

// No inline script, no other host: what the page shows comes from this process only, and no other page may read it.
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  // None of it is used, so that nothing that got into the page could.
  'permissions-policy':
    'camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), usb=()',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
const HSTS = 'max-age=31536000';

/** Serves the page and the API. Raises `PORT_IN_USE` (conflict), `PUBLIC_URL_NEEDED` (invalid). */
export async function startHttp(options: HttpOptions): Promise<{ url: string; close(): Promise<void> }> {
  const { publicUrl, host = LOOPBACK } = options;
  assertReachable(host, publicUrl);
  const site = siteOf(publicUrl);
  const identify =
    options.identify ?? identifyBySignIn(options.workspace, site, signInSettingsReader(options.workspace));
  const app = fastify({
    logger: false,
    forceCloseConnections: true,
    frameworkErrors: answerWithProblem,
    trustProxy: options.trustedProxy ?? false,
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
    const problem = requestProblem(error) ?? toProblem(error);
    if (problem.kind === 'defect')
      options.workspace.log.write('error', 'page.failed', { path: request.url, says: problem.says });
    return sendProblem(reply, problem);
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  // Files are passed on as they come, never held as a whole.
  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
  const hasPage = await servePage(app);
  app.setNotFoundHandler((request, reply) => {
    // Every address without a dot below the page is the page: it finds its own way.
    const path = request.url.split('?')[0] ?? '';
    const isPage = request.method === 'GET' && !path.startsWith('/api/') && !path.includes('.');
    if (isPage && hasPage) return reply.sendFile('index.html');
    return sendProblem(reply, pathUnknown(request), 404);
  });
  await app.register(fastifyCookie);
  await limitSignIns(app, options.signInsPerMinute);
  registerRoutes(app, allRoutes(options), identify);
  oldRoutes(app, { ...options, identify });
  try {
    await app.listen({ host, port: options.port });
  } catch (error) {
    await app.close();
    throw portProblem(error, options.port);
  }
  const { port } = app.server.address() as AddressInfo;
  return { url: publicUrl?.origin ?? `http://localhost:${port}`, close: () => app.close() };
}

const PAGE_FOLDER = fileURLToPath(new URL('dist/web/', packageRoot()));

/** The page as `npm run build` made it. */
async function servePage(app: FastifyInstance): Promise<boolean> {
  if (!existsSync(PAGE_FOLDER)) return false;
  await app.register(fastifyStatic, { root: PAGE_FOLDER });
  return true;
}

function pathUnknown(request: FastifyRequest): Problem {
  return new Problem({
    code: 'PATH_UNKNOWN',
    kind: 'invalid',
    says: `There is nothing at ${request.method} ${request.url}.`,
    next: 'The page is at /, the API below /api/v1/.',
  });
}

/** What the HTTP library itself refuses, such as a path that is no text, before any code of ours. */
function requestProblem(error: unknown): Problem | undefined {
  const status = (error as { statusCode?: unknown }).statusCode;
  if (isProblem(error) || typeof status !== 'number' || status < 400 || status >= 500) return undefined;
  return requestInvalid(error);
}

function requestInvalid(cause?: unknown): Problem {
  return new Problem(
    { code: 'REQUEST_INVALID', kind: 'invalid', says: 'The request cannot be read.', next: 'Check its address.' },
    { cause },
  );
}

function answerWithProblem(error: unknown, _request: FastifyRequest, reply: FastifyReply): void {
  void sendProblem(reply.headers(SECURITY_HEADERS), requestProblem(error) ?? toProblem(error));
}

/** `problem+json`. */
function sendProblem(reply: FastifyReply, problem: Problem, ownStatus?: number): FastifyReply {
  const status = ownStatus ?? OWN_STATUS[problem.code] ?? problem.httpStatus;
  return reply
    .code(status)
    .type('application/problem+json')
    .send({ title: problem.code, status, detail: problem.says, ...problem.toJSON() });
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
