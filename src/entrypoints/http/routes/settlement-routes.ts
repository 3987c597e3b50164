import { Readable } from 'node:stream';
import { z } from 'zod';
import { readComparableRows } from '../../../amazon/index.ts';
import { compareSettlement, comparisonReport } from '../../../app/index.ts';
import { beginsAsGzip, Problem } from '../../../core/index.ts';
import { reportJson } from '../../reports/render-json.ts';
import { withConnection } from '../../with-connection.ts';
import { attachment } from '../answers/send-file.ts';
import { ById } from '../contract/facts.ts';
import { SettlementDetail, SettlementList, SettlementsQuery, SettlementWaterfall } from '../contract/settlements.ts';
import { TraceReport } from '../contract/trace.ts';
import { settlementCursor } from '../cursor.ts';
import { FILE_TYPE, FileAnswer, route } from '../route.ts';
import type { HttpOptions } from '../server.ts';
import { settlementAnswer, settlementItem, waterfallAnswer } from '../settlement-answers.ts';
import { countOf } from '../views.ts';

const READ = { access: 'books.read', tag: 'Settlements' } as const;

/** What Amazon reported for each payout period. */
export function settlementRoutes({ workspace }: HttpOptions) {
  const { books } = workspace;
  return [
    route(
      {
        ...READ,
        method: 'GET',
        path: '/settlements',
        summary: 'Settlements, the newest period first',
        query: SettlementsQuery,
        answer: SettlementList,
      },
      async ({ query }) => {
        const { cursor, limit, state, connection, posted, text, withTotal } = query;
        const connectionId = connection === undefined ? undefined : (await books.getConnection(connection)).id;
        const { items, next } = await books.partOfSettlements({
          limit,
          after: settlementCursor.read(cursor, query),
          states: state && [state],
          connectionId,
          posted,
          text: text || undefined,
        });
        const keys = items.map(({ key }) => key);
        const [counts, held, documents, nowMs] = await Promise.all([
          books.countEntries(keys),
          books.countHeldFaults(keys),
          books.listDocuments(keys),
          books.sharedNowMs(),
        ]);
        const isCounted = withTotal && connection === undefined && posted === undefined && !text;
        return {
          items: items.map((record) =>
            settlementItem(record, {
              counts: counts.get(record.key) ?? {},
              faults: held.get(record.key) ?? 0,
              documents: documents.get(record.key) ?? [],
              nowMs,
            }),
          ),
          nextCursor: settlementCursor.write(next, query),
          ...(isCounted && { total: countOf((await books.countRecords()).settlements, state) }),
        };
      },
    ),
    route(
      {
        ...READ,
        method: 'GET',
        path: '/settlements/:id',
        summary: 'One settlement with its proofs, entries, files and history',
        params: ById,
        answer: SettlementDetail,
      },
      ({ params }) => settlementAnswer(workspace, params.id),
    ),
    route(
      {
        ...READ,
        method: 'GET',
        path: '/settlements/:id/waterfall',
        summary: 'How its sales become its deposit, step by step and to the cent',
        params: ById,
        answer: SettlementWaterfall,
      },
      ({ params }) => waterfallAnswer(workspace, params.id),
    ),
    ...fileRoutes({ workspace }),
  ];
}

function fileRoutes({ workspace }: Pick<HttpOptions, 'workspace'>) {
  const { books } = workspace;
  return [
    route(
      {
        ...READ,
        method: 'GET',
        path: '/settlements/:id/comparison',
        summary: 'Its file compared with another one that came for it, row by row and in the books',
        params: ById,
        query: z.object({ with: z.string().max(64).optional() }),
        answer: TraceReport,
      },
      async ({ params, query, actor }) => {
        const record = await books.getSettlement(params.id);
        return withConnection(workspace, record.connectionName, { actor }, async ({ context }) =>
          reportJson(
            comparisonReport(
              await compareSettlement(context, record, { digest: query.with, read: readComparableRows }),
            ),
          ),
        );
      },
    ),
    route(
      {
        ...READ,
        method: 'GET',
        path: '/settlements/:id/files/:sha256',
        summary: 'The bytes of one of its files, exactly as they came',
        params: ById.extend({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
        answer: FileAnswer,
        fileTypes: [FILE_TYPE],
      },
      async ({ params, reply }) => {
        const record = await books.getSettlement(params.id);
        const file = (await books.listSettlementFiles(record.key)).find(({ sha256 }) => sha256 === params.sha256);
        if (!file) throw fileUnknown(record.settlementId, params.sha256);
        const { byteCount } = await books.describeEvidence(file.sha256);
        const isPacked = await beginsPacked(books.openEvidence(file.sha256));
        const name = `settlement-${record.settlementId}-${file.sha256.slice(0, 12)}.txt${isPacked ? '.gz' : ''}`;
        return reply
          .header('content-disposition', attachment(name))
          .header('content-length', byteCount)
          .type(FILE_TYPE)
          .send(Readable.from(books.openEvidence(file.sha256)));
      },
    ),
  ];
}

function fileUnknown(settlementId: string, sha256: string): Problem {
  return new Problem({
    code: 'SETTLEMENT_FILE_UNKNOWN',
    kind: 'invalid',
    says: `Settlement ${settlementId} has no file with SHA-256 ${sha256}.`,
    next: `Look at its files: seller-ledger settlements show ${settlementId}`,
  });
}

/** Amazon sends most of its files packed, and they are kept as they came: named as text they would open as noise. */
async function beginsPacked(bytes: AsyncIterable<Uint8Array>): Promise<boolean> {
  for await (const chunk of bytes) return beginsAsGzip(chunk);
  return false;
}
