import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { readSettlementRows } from '../../amazon/index.ts';
import type { Books } from '../../app/index.ts';
import { Problem, toProblem } from '../../core/index.ts';
import { packageRoot } from '../files.ts';
import { entryDetail, entrySummary, postingProgress, settlementDetail, settlementSummary } from './views.ts';

export interface HttpOptions {
  readonly books: Books;
  /** Only ever the loopback interface: the pages have no sign-in yet and show figures of the books. */
  readonly port: number;
  readonly about: () => Readonly<Record<string, unknown>>;
}

const LOOPBACK = '127.0.0.1';
const ROWS_SHOWN_MAX = 200;

// No inline script, no other host: what the page shows comes from this process only.
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Serves the page and the read-only JSON API. Raises `PORT_IN_USE` (conflict). */
export async function startHttp(options: HttpOptions): Promise<{ url: string; close(): Promise<void> }> {
  const app = fastify({ logger: false, forceCloseConnections: true });
  guardAgainstRebinding(app);
  app.addHook('onSend', async (_request, reply) => {
    reply.headers(SECURITY_HEADERS);
  });
  app.setErrorHandler((error, _request, reply) => sendProblem(reply, toProblem(error)));
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

function routes(app: FastifyInstance, { books, about }: HttpOptions): void {
  app.get('/health', async () => ({ ok: true }));
  app.get('/api/v1/overview', async () => {
    const [connections, settlements, entries] = await Promise.all([
      books.listConnections(),
      books.listSettlements(),
      books.listEntries(),
    ]);
    return {
      about: about(),
      connections: connections.map(({ name, sellerAccount }) => ({ name, sellerAccount })),
      settlements: settlements.map((settlement) => ({
        ...settlementSummary(settlement),
        ...postingProgress(entries.filter((entry) => entry.settlementKey === settlement.key)),
      })),
      entries: entries.map(entrySummary),
    };
  });
  app.get<{ Params: { id: string } }>('/api/v1/settlements/:id', async ({ params }) => {
    const record = await books.getSettlement(params.id);
    return settlementDetail(record, await books.listEntries({ settlementKey: record.key }));
  });
  app.get<{ Params: { id: string } }>('/api/v1/entries/:id', async ({ params }) => {
    const record = await books.getEntry(params.id);
    const [attempts, history] = await Promise.all([
      books.listAttempts(record.id),
      books.listEvents({ subject: `entry/${record.id}` }),
    ]);
    return entryDetail(record, attempts, history);
  });
  app.get<{ Params: { id: string; line: string } }>('/api/v1/entries/:id/lines/:line/rows', async ({ params }) =>
    rowsBehind(books, params.id, Number(params.line)),
  );
  app.get('/api/v1/audit/verify', async () => books.verify());
}

/** The rows of Amazon's file that one line of an entry sums, as they stand in the stored bytes. */
async function rowsBehind(books: Books, entryRef: string, lineNumber: number) {
  const record = await books.getEntry(entryRef);
  const line = record.entry.lines[lineNumber - 1];
  if (!line) {
    throw new Problem({
      code: 'ENTRY_LINE_UNKNOWN',
      kind: 'invalid',
      says: `Entry ${record.entry.postingKey} has ${record.entry.lines.length} lines; there is no line ${lineNumber}.`,
      next: 'Ask for a line that exists.',
    });
  }
  const settlement = await books.getSettlement(record.settlementKey);
  const rowNumbers = await books.rowsOfBuckets(settlement.key, line.buckets);
  const facts = await books.describeEvidence(settlement.sha256);
  const shown = rowNumbers.slice(0, ROWS_SHOWN_MAX);
  const source = {
    name: `settlement ${settlement.settlementId}`,
    contentType: facts.contentType ?? undefined,
    open: () => books.openEvidence(settlement.sha256),
  };
  return {
    evidenceSha256: settlement.sha256,
    rowCount: rowNumbers.length,
    ...(await readSettlementRows(source, shown)),
  };
}

/** A page of another site must not reach this server through a host name of its own that points to loopback. */
function guardAgainstRebinding(app: FastifyInstance): void {
  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    const host = request.hostname.replace(/:\d+$/, '');
    if (host === 'localhost' || host === LOOPBACK) return;
    await reply.code(421).send({ code: 'HOST_REFUSED', says: 'Ask for localhost.' });
  });
}

function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply
    .code(problem.httpStatus)
    .type('application/problem+json')
    .send({ title: problem.code, status: problem.httpStatus, detail: problem.says, ...problem.toJSON() });
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
