import type { FastifyInstance } from 'fastify';
import {
  type Report,
  type TraceContext,
  traceDocument,
  traceLine,
  traceOrder,
  traceRow,
  traceSettlement,
  traceSku,
} from '../../app/index.ts';
import { reportJson } from '../reports/render-json.ts';

/** Drill-downs over HTTP, read-only: the same reports as the commands `trace …`, as JSON. */
export function traceRoutes(app: FastifyInstance, context: TraceContext): void {
  const at = <Params extends Record<string, string>>(path: string, find: (params: Params) => Promise<Report>): void => {
    app.get<{ Params: Params }>(`/api/v1/trace/${path}`, async ({ params }) =>
      reportJson(await find(params as Params)),
    );
  };
  at<{ id: string }>('orders/:id', ({ id }) => traceOrder(context, id));
  at<{ sku: string }>('skus/:sku', ({ sku }) => traceSku(context, sku));
  at<{ '*': string }>('documents/*', ({ '*': name }) => traceDocument(context, name));
  at<{ id: string }>('settlements/:id', ({ id }) => traceSettlement(context, id));
  at<{ id: string; row: string }>('settlements/:id/rows/:row', ({ id, row }) => traceRow(context, id, Number(row)));
  at<{ id: string; line: string }>('entries/:id/lines/:line', ({ id, line }) =>
    traceLine(context, { entryRef: id, lineNumber: Number(line) }),
  );
}
