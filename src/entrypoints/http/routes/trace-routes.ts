import { z } from 'zod';
import { readSettlementFile, readSettlementRows } from '../../../amazon/index.ts';
import {
  type Report,
  traceDocument,
  traceLine,
  traceOrder,
  traceRow,
  traceSettlement,
  traceSku,
} from '../../../app/index.ts';
import { reportJson } from '../../reports/render-json.ts';
import { LinePlace, Ordinal } from '../contract/entries.ts';
import { ById } from '../contract/facts.ts';
import { TraceReport } from '../contract/trace.ts';
import { route } from '../route.ts';
import type { HttpOptions } from '../server.ts';

/** Drill-downs over HTTP, read-only: the same reports as the commands `trace …`, as JSON. */
export function traceRoutes({ workspace }: HttpOptions) {
  const context = {
    books: workspace.books,
    feeds: workspace.feedBooks,
    deposits: workspace.reconciliation,
    readSettlement: readSettlementFile,
    readRows: readSettlementRows,
  };
  const at = <P extends z.ZodType>(
    path: string,
    summary: string,
    params: P,
    find: (params: z.output<P>) => Promise<Report>,
  ) =>
    route(
      {
        method: 'GET',
        path: `/trace/${path}`,
        access: 'books.read',
        tag: 'Trace',
        summary,
        params,
        answer: TraceReport,
      },
      async (call) => reportJson(await find(call.params as z.output<P>)),
    );
  const RowPlace = ById.extend({ row: Ordinal });
  return [
    at('orders/:id', 'Everything of an order', ById, ({ id }) => traceOrder(context, id)),
    at('skus/:sku', 'Everything of a SKU', z.object({ sku: z.string() }), ({ sku }) => traceSku(context, sku)),
    at('documents/*', 'Everything behind a document in SAP', z.object({ '*': z.string().max(200) }), (params) =>
      traceDocument(context, params['*']),
    ),
    at('settlements/:id', 'Everything of a settlement', ById, ({ id }) => traceSettlement(context, id)),
    at('settlements/:id/rows/:row', 'Where a row of a settlement is booked', RowPlace, ({ id, row }) =>
      traceRow(context, id, row),
    ),
    at('entries/:id/lines/:line', 'The rows and orders behind a line of an entry', LinePlace, ({ id, line }) =>
      traceLine(context, { entryRef: id, lineNumber: line }),
    ),
  ];
}
