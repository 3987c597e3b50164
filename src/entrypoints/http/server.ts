import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { readSettlementFile, readSettlementRows } from '../../amazon/index.ts';
import {
  type Books,
  type Connection,
  correctionLinks,
  entriesOfFamily,
  type FeedBooks,
  pausedFacts,
  rowsBehind,
  type TraceContext,
} from '../../app/index.ts';
import { isProblem, type Log, Problem, toProblem } from '../../core/index.ts';
import { packageRoot } from '../package-root.ts';
import { traceRoutes } from './trace-routes.ts';
import {
  accrualDetail,
  accrualWithProgress,
  entryDetail,
  entrySummary,
  sapPauseView,
  settlementDetail,
  settlementSummary,
  settlementWithProgress,
  totalOf,
} from './views.ts';

export interface HttpOptions {
  readonly books: Books;
  /** What Amazon told besides settlements; without it there are no drill-downs. */
  readonly feedBooks?: FeedBooks;
  /** What bank statements told; without it drill-downs end at Amazon's payouts. */
  readonly reconciliation?: TraceContext['deposits'];
  /** Only ever the loopback interface: the pages have no sign-in yet and show figures of the books. */
  readonly port: number;
  readonly about: () => Readonly<Record<string, unknown>>;
  readonly log: Log;
}

const LOOPBACK = '127.0.0.1';
const OWN_HOST = /^(localhost|127\.0\.0\.1)(:\d+)?$/;
/** Settlements, and entries, in one answer. */
const RECORDS_SHOWN_MAX = 200;
/** Settlements, and entries, that need somebody, in one answer. */
const ATTENTION_SHOWN_MAX = 10;

// No inline script, no other host: what the page shows comes from this process only, and no other page may read it.
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Serves the page and the read-only JSON API. Raises `PORT_IN_USE` (conflict). */
export async function startHttp(options: HttpOptions): Promise<{ url: string; close(): Promise<void> }> {
  const app = fastify({ logger: false, forceCloseConnections: true, frameworkErrors: answerWithProblem });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    // Figures of the books stay out of every cache.
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
    guardAgainstRebinding(request);
    // PostgreSQL has no text with such a character in it, so nothing can have such a name.
    if (request.url.includes('%00')) throw requestInvalid();
  });
  app.setErrorHandler((error, request, reply) => {
    const problem = requestProblem(error) ?? toProblem(error);
    if (problem.kind === 'defect') options.log.write('error', 'page.failed', { path: request.url, says: problem.says });
    return sendProblem(reply, problem);
  });
  app.setNotFoundHandler((request, reply) => sendProblem(reply, pathUnknown(request), 404));
  await app.register(fastifyStatic, { root: fileURLToPath(new URL('web/', packageRoot())) });
  routes(app, options);
  try {
    await app.listen({ host: LOOPBACK, port: options.port });
  } catch (error) {
    await app.close();
    throw portProblem(error, options.port);
  }
  const { port } = app.server.address() as AddressInfo;
  return { url: `http://localhost:${port}`, close: () => app.close() };
}

interface Part {
  readonly skip?: string;
}

function routes(app: FastifyInstance, { books, feedBooks, reconciliation, about }: HttpOptions): void {
  const files = { books, readSettlement: readSettlementFile, readRows: readSettlementRows };
  app.get('/health', async () => ({ ok: true }));
  app.get('/api/v1/overview', async () => {
    const [connections, counts, settlements, entries, attention] = await Promise.all([
      books.listConnections({ withErased: true }),
      books.countRecords(),
      settlementsFrom(books, 0),
      entriesFrom(books, 0),
      attentionOf(books),
    ]);
    return {
      about: about(),
      connections: await Promise.all(connections.map((connection) => connectionView(books, connection))),
      counts,
      settlements,
      entries,
      attention,
    };
  });
  app.get<{ Querystring: Part }>('/api/v1/settlements', async ({ query }) => {
    const skip = readSkip(query.skip);
    const settlementCount = totalOf((await books.countRecords()).settlements);
    return { settlementCount, skip, limit: RECORDS_SHOWN_MAX, settlements: await settlementsFrom(books, skip) };
  });
  app.get<{ Querystring: Part }>('/api/v1/entries', async ({ query }) => {
    const skip = readSkip(query.skip);
    const entryCount = totalOf((await books.countRecords()).entries);
    return { entryCount, skip, limit: RECORDS_SHOWN_MAX, entries: await entriesFrom(books, skip) };
  });
  app.get<{ Querystring: Part }>('/api/v1/accruals', async ({ query }) => {
    const skip = readSkip(query.skip);
    const newestFirst = (await books.listAccruals()).toReversed();
    const shown = newestFirst.slice(skip, skip + RECORDS_SHOWN_MAX);
    const counts = await books.countEntries(shown.map(({ key }) => key));
    const accruals = shown.map((accrual) => accrualWithProgress(accrual, counts.get(accrual.key) ?? {}));
    return { accrualCount: newestFirst.length, skip, limit: RECORDS_SHOWN_MAX, accruals };
  });
  app.get<{ Params: { id: string } }>('/api/v1/accruals/:id', async ({ params }) => {
    const record = await books.getAccrual(params.id);
    return accrualDetail(record, await books.listEntries({ originKey: record.key }));
  });
  app.get<{ Params: { id: string } }>('/api/v1/settlements/:id', async ({ params }) => {
    const record = await books.getSettlement(params.id);
    const [entries, files] = await Promise.all([
      books.listEntries({ originKey: record.key }),
      books.listSettlementFiles(record.key),
    ]);
    return settlementDetail(record, entries, files);
  });
  app.get<{ Params: { id: string } }>('/api/v1/entries/:id', async ({ params }) => {
    const record = await books.getEntry(params.id);
    const [attempts, history, family] = await Promise.all([
      books.listAttempts(record.id),
      books.listEvents({ subject: `entry/${record.id}` }),
      entriesOfFamily(books, record),
    ]);
    return entryDetail(record, attempts, history, correctionLinks(family).get(record.id));
  });
  app.get<{ Params: { id: string; line: string }; Querystring: Part }>(
    '/api/v1/entries/:id/lines/:line/rows',
    async ({ params, query }) =>
      rowsBehind(files, { entryRef: params.id, lineNumber: Number(params.line), skip: readSkip(query.skip) }),
  );
  if (feedBooks) traceRoutes(app, { ...files, feeds: feedBooks, ...(reconciliation && { deposits: reconciliation }) });
  app.get('/api/v1/audit/verify', async () => books.verify());
}

/** What the overview says of a connection: also after the time of a pause, until somebody has looked. */
async function connectionView(books: Books, { id, name, sellerAccount, erasedAt }: Connection) {
  const pause = await books.sapPauseOf(id);
  const problem = pause ? pausedFacts(name, pause) : null;
  return { name, sellerAccount, sapPause: sapPauseView(pause), problem, ...(erasedAt !== undefined && { erasedAt }) };
}

/** The newest settlements after that many, some at a time. */
async function settlementsFrom(books: Books, skip: number) {
  const settlements = await books.listSettlements({ limit: RECORDS_SHOWN_MAX, skip });
  const counts = await books.countEntries(settlements.map(({ key }) => key));
  return settlements.map((settlement) => settlementWithProgress(settlement, counts.get(settlement.key) ?? {}));
}

/** The newest of those that need somebody, also when they are too old to be among the newest of all. */
async function attentionOf(books: Books) {
  const limit = ATTENTION_SHOWN_MAX;
  const [settlements, entries] = await Promise.all([
    books.listSettlements({ state: 'quarantined', limit }),
    books.listEntries({ states: ['unknown', 'rejected'], limit }),
  ]);
  return { settlements: settlements.map(settlementSummary), entries: entries.map(entrySummary) };
}

/** The entries of the newest settlements after that many, some at a time. */
async function entriesFrom(books: Books, skip: number) {
  return (await books.listEntries({ limit: RECORDS_SHOWN_MAX, skip })).map(entrySummary);
}

function readSkip(text: string | undefined): number {
  const skip = Number(text ?? 0);
  if (Number.isSafeInteger(skip) && skip >= 0) return skip;
  throw new Problem({
    code: 'ROWS_SKIP_INVALID',
    kind: 'invalid',
    says: `skip=${text} is not a number of rows or records.`,
    next: 'Give a whole number from 0.',
  });
}

/** A page of another site must not reach this server through a host name of its own that points to loopback. */
function guardAgainstRebinding(request: FastifyRequest): void {
  if (OWN_HOST.test(request.headers.host ?? '')) return;
  throw new Problem({
    code: 'HOST_REFUSED',
    kind: 'invalid',
    says: 'This server answers to localhost only.',
    next: 'Open http://localhost with the same port.',
  });
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

/** `problem+json`. Two problems of this server have a status of their own in HTTP, besides the one of their kind. */
function sendProblem(reply: FastifyReply, problem: Problem, ownStatus?: number): FastifyReply {
  const status = ownStatus ?? (problem.code === 'HOST_REFUSED' ? 421 : problem.httpStatus);
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
