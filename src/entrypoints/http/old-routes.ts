import type { FastifyInstance } from 'fastify';
import { readSettlementFile, readSettlementRows } from '../../amazon/index.ts';
import {
  type Books,
  type Connection,
  correctionLinks,
  entriesOfFamily,
  pausedFacts,
  rowsBehind,
} from '../../app/index.ts';
import { Problem } from '../../core/index.ts';
import { assertAllowed, type Identify } from './register-routes.ts';
import type { HttpOptions } from './server.ts';
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

/** Settlements, and entries, in one answer. */
const RECORDS_SHOWN_MAX = 200;
/** Settlements, and entries, that need somebody, in one answer. */
const ATTENTION_SHOWN_MAX = 10;

interface Part {
  readonly skip?: string;
}

/** Routes of before the registry. */
export function oldRoutes(server: FastifyInstance, options: HttpOptions & { readonly identify: Identify }): void {
  void server.register(async (app) => {
    app.addHook('preValidation', async (request) => {
      if (request.url.startsWith('/api/')) assertAllowed('books.read', await options.identify(request));
    });
    routes(app, options);
  });
}

function routes(app: FastifyInstance, { workspace, about }: HttpOptions): void {
  const { books, feedBooks, reconciliation } = workspace;
  const files = { books, readSettlement: readSettlementFile, readRows: readSettlementRows };
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
  traceRoutes(app, { ...files, feeds: feedBooks, deposits: reconciliation });
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
