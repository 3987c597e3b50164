import { z } from 'zod';
import { parseLocalDate, parseYearMonth } from '../../../core/index.ts';
import { reportJson } from '../../reports/render-json.ts';
import { CATALOGUE, makeReport } from '../../reports/report-catalogue.ts';
import { renderReport } from '../../reports/write-report.ts';
import { sendFile } from '../answers/send-file.ts';
import { ConnectionNames, ReportAnswer, ReportKinds, ReportQuery } from '../contract/report.ts';
import { REPORT_TITLES, type ReportName } from '../contract/report-titles.ts';
import { route } from '../route.ts';
import type { HttpOptions } from '../server.ts';

const MEDIA_TYPES = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pdf: 'application/pdf',
} as const;

/** Every report, as JSON or as a file to keep. */
export function reportRoutes({ workspace }: HttpOptions) {
  return [
    route(
      {
        method: 'GET',
        path: '/reports',
        access: 'books.read',
        tag: 'Reports',
        summary: 'The reports there are, and what each takes',
        answer: ReportKinds,
      },
      () => ({
        items: (Object.keys(CATALOGUE) as ReportName[]).map((name) => ({
          name,
          title: REPORT_TITLES[name],
          takes: [...CATALOGUE[name].takes],
        })),
      }),
    ),
    route(
      {
        method: 'GET',
        path: '/connection-names',
        access: 'books.read',
        tag: 'Connections',
        summary: 'The connections by name, to choose from',
        answer: ConnectionNames,
      },
      async () => ({ items: (await workspace.books.listConnections()).map(({ name }) => ({ name })) }),
    ),
    route(
      {
        method: 'GET',
        path: '/reports/:name',
        access: 'books.read',
        tag: 'Reports',
        summary: 'One report',
        description: 'With `format` csv, xlsx or pdf the answer is the file; the same books give the same bytes.',
        params: z.object({ name: z.string().max(100) }),
        query: ReportQuery,
        answer: ReportAnswer,
        fileTypes: Object.values(MEDIA_TYPES),
      },
      async ({ params, query, actor, reply }) => {
        const { month, from, to, format, ...rest } = query;
        const made = await makeReport({ workspace, actor }, params.name, {
          ...rest,
          month: month === undefined ? undefined : parseYearMonth(month),
          from: from === undefined ? undefined : parseLocalDate(from),
          to: to === undefined ? undefined : parseLocalDate(to),
        });
        if (format === 'json')
          return { ...reportJson(made.report), isOpen: made.isOpen } as z.input<typeof ReportAnswer>;
        const bytes = await renderReport(made.report, format);
        const name = `${fileNameOf(params.name, query)}.${format}`;
        return sendFile(reply, { name, type: MEDIA_TYPES[format], bytes });
      },
    ),
  ];
}

/** What tells the file from that of another connection or month, of what the report goes by. */
function fileNameOf(report: string, { connection, settlement, month, from, to }: ReportQuery): string {
  const takes = CATALOGUE[report as ReportName].takes;
  const period = from === undefined && to === undefined ? month : [from, to].filter(Boolean).join('-to-');
  const parts = [
    takes.includes('settlement') && settlement,
    takes.includes('connection') && connection,
    takes.includes('month') && month,
    takes.includes('period') && period,
  ];
  return [report, ...parts].filter(Boolean).join('-');
}
