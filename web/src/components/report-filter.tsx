import { Button } from '@ui5/webcomponents-react/Button';
import type { ReactNode } from 'react';
import { REPORT_TITLES, type ReportName } from '../../../src/entrypoints/http/contract/report-titles.ts';
import type { ProblemBody } from '../api/client.ts';
import { useConnectionChoice } from '../connection-names.ts';
import { reportTexts } from '../texts/report.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { ChoiceFilter, ConnectionFilter, DayFilter, Filters } from './list-filters.tsx';

/** What the address says is looked at, so that a look can be sent to somebody else. */
export function useReportChoice(reports: readonly string[]) {
  const { search, change, connections, connection } = useConnectionChoice();
  const choice = {
    report: search.get('report') ?? (reports[0] as string),
    connection,
    month: search.get('month') ?? lastMonth(),
    from: search.get('from') ?? undefined,
    to: search.get('to') ?? undefined,
  };
  return { choice, change, connections };
}

export type ReportChoice = ReturnType<typeof useReportChoice>;

/** The month that has just ended, by the clock of the reader. */
function lastMonth(): string {
  const now = new Date();
  return new Date(Date.UTC(now.getFullYear(), now.getMonth() - 1, 1)).toISOString().slice(0, 7);
}

interface FilterProps extends ReportChoice {
  readonly reports: readonly ReportName[];
  readonly takes: readonly string[];
  /** What the service said of what was asked for. */
  readonly problem: ProblemBody | undefined;
  readonly children?: ReactNode;
}

/** Of problems that are about the month, or the days. */
const MONTH_CODES = { MONTH_UNREADABLE: undefined } as const;
const PERIOD_CODES = { PERIOD_INVALID: undefined } as const;

/** The line in which a report, a connection and a month or days are chosen. */
export function ReportFilter({ reports, takes, problem, choice, change, connections, children }: FilterProps) {
  const words = useTexts(reportTexts);
  const service = useServiceWords();
  const day = (name: 'month' | 'from' | 'to') => ({
    name,
    label: words[name],
    value: choice[name] ?? '',
    onChange: (value: string) => change(name, value),
  });
  return (
    <Filters problem={problem}>
      {reports.length > 1 && (
        <ChoiceFilter
          name="report"
          label={words.report}
          value={choice.report}
          options={reports.map((name) => [name, service.heading(REPORT_TITLES[name])] as const)}
          onChange={(value) => change('report', value)}
          fault={reports.some((name) => name === choice.report) ? undefined : words.noReport}
        />
      )}
      <ConnectionFilter
        label={words.connection}
        value={choice.connection ?? ''}
        names={connections}
        onChange={(value) => change('connection', value)}
      />
      {takes.includes('month') && <DayFilter {...day('month')} codes={MONTH_CODES} isMonth />}
      {takes.includes('period') && (
        <>
          <DayFilter {...day('from')} codes={PERIOD_CODES} />
          <DayFilter {...day('to')} />
        </>
      )}
      {children}
    </Filters>
  );
}

/** Links to the same report as files. */
export function ReportDownloads({ path }: { readonly path: string }) {
  const words = useTexts(reportTexts);
  return (
    <>
      {(['xlsx', 'pdf', 'csv'] as const).map((format) => (
        <Button
          key={format}
          design="Transparent"
          accessibleName={`${words.download} ${format.toUpperCase()}`}
          onClick={() => window.location.assign(`/api/v1${path}&format=${format}`)}
        >
          {format.toUpperCase()}
        </Button>
      ))}
    </>
  );
}
