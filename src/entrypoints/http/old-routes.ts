import type { FastifyInstance } from 'fastify';
import { type Books, type Connection, pausedFacts } from '../../app/index.ts';
import { assertAllowed, type Identify } from './register-routes.ts';
import type { HttpOptions } from './server.ts';
import { entrySummary, sapPauseView, settlementSummary, settlementWithProgress } from './views.ts';

/** Settlements, and entries, in one answer. */
const RECORDS_SHOWN_MAX = 200;
/** Settlements, and entries, that need somebody, in one answer. */
const ATTENTION_SHOWN_MAX = 10;

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
  const { books } = workspace;
  app.get('/api/v1/overview', async () => {
    const [connections, counts, settlements, entries, attention] = await Promise.all([
      books.listConnections({ withErased: true }),
      books.countRecords(),
      newestSettlements(books),
      newestEntries(books),
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
}

/** What the overview says of a connection: also after the time of a pause, until somebody has looked. */
async function connectionView(books: Books, { id, name, sellerAccount, erasedAt }: Connection) {
  const pause = await books.sapPauseOf(id);
  const problem = pause ? pausedFacts(name, pause) : null;
  return { name, sellerAccount, sapPause: sapPauseView(pause), problem, ...(erasedAt !== undefined && { erasedAt }) };
}

/** The newest settlements. */
async function newestSettlements(books: Books) {
  const settlements = await books.listSettlements({ limit: RECORDS_SHOWN_MAX });
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

/** The entries of the newest settlements. */
async function newestEntries(books: Books) {
  return (await books.listEntries({ limit: RECORDS_SHOWN_MAX })).map(entrySummary);
}
