import { BusyIndicator } from '@ui5/webcomponents-react/BusyIndicator';
import type { ReportAnswer } from '../../../src/entrypoints/http/contract/report.ts';
import { useAnswer, useKept } from '../api/use-answer.ts';
import { Page } from '../components/page.tsx';
import { ReportDownloads, ReportFilter, useReportChoice } from '../components/report-filter.tsx';
import { ReportView } from '../components/report-view.tsx';
import { reportTexts } from '../texts/report.ts';
import { shellTexts } from '../texts/shell.ts';
import { useTexts } from '../texts/texts.ts';

const REPORTS = [
  'payouts',
  'ledgers',
  'continuity',
  'orders',
  'summaries',
  'order-receivable',
  'journal',
  'fees',
  'sales',
  'profit',
] as const;
/** Reports of a period that take its days, not a month alone. */
const OF_DAYS = new Set<string>(['payouts', 'ledgers', 'orders']);
const OF_MONTH = new Set<string>(['journal', 'fees', 'sales', 'profit']);

/** Orders, events, settlements, payouts and bank beside each other, and what is open between them. */
export function ReconciliationPage() {
  const shell = useTexts(shellTexts);
  const words = useTexts(reportTexts);
  const given = useReportChoice(REPORTS);
  const { report, connection, month, from, to } = given.choice;
  const takes = OF_DAYS.has(report) ? ['period'] : OF_MONTH.has(report) ? ['month'] : [];
  const query = new URLSearchParams();
  if (connection) query.set('connection', connection);
  if (takes.includes('month')) query.set('month', month);
  if (takes.includes('period') && from) query.set('from', from);
  if (takes.includes('period') && to) query.set('to', to);
  const isReport = REPORTS.some((name) => name === report);
  const path = connection && isReport ? `/reports/${report}?${query}` : undefined;
  const { data, error, isFetching } = useAnswer<ReportAnswer>(path, { refreshMs: false });
  const kept = useKept(data, { error, isFetching });
  return (
    <Page title={shell.pages.reconciliation} actions={path && <ReportDownloads path={path} />}>
      <ReportFilter reports={REPORTS} takes={takes} problem={error?.problem} {...given} />
      {!connection && <p>{words.noConnection}</p>}
      {isFetching && !kept && <BusyIndicator active delay={300} />}
      {kept && <ReportView report={kept} />}
    </Page>
  );
}
