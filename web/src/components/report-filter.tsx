import { Button } from '@ui5/webcomponents-react/Button';
import { DatePicker } from '@ui5/webcomponents-react/DatePicker';
import { Label } from '@ui5/webcomponents-react/Label';
import { Option } from '@ui5/webcomponents-react/Option';
import { Select } from '@ui5/webcomponents-react/Select';
import { type ReactNode, useId, useState } from 'react';
import { REPORT_TITLES, type ReportName } from '../../../src/entrypoints/http/contract/report-titles.ts';
import { useConnectionChoice } from '../connection-names.ts';
import { useFormat } from '../texts/format.ts';
import { reportTexts } from '../texts/report.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { stateOf } from './field-frame.tsx';
import { type FieldClaim, useFieldProblem } from './form-problem.tsx';

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
  readonly children?: ReactNode;
}

/** Of problems that are about the month, or the days. */
const MONTH_CODES = { MONTH_UNREADABLE: undefined } as const;
const PERIOD_CODES = { PERIOD_INVALID: undefined } as const;

/** The line in which a report, a connection and a month or days are chosen. Stands in a `FormProblem` with what the service said of it. */
export function ReportFilter({ reports, takes, choice, change, connections, children }: FilterProps) {
  const words = useTexts(reportTexts);
  const service = useServiceWords();
  const day = (name: 'month' | 'from' | 'to') => ({
    name,
    onChange: (value: string) => change(name, value),
  });
  const names = connections.map((name) => [name, name] as const);
  return (
    <div className="filters">
      {reports.length > 1 && (
        <Choice
          label={words.report}
          value={choice.report}
          options={reports.map((name) => [name, service.heading(REPORT_TITLES[name])] as const)}
          onChange={(value) => change('report', value)}
        />
      )}
      <Choice
        label={words.connection}
        value={choice.connection ?? ''}
        options={names}
        onChange={(value) => change('connection', value)}
      />
      {takes.includes('month') && (
        <Day {...day('month')} label={words.month} value={choice.month} format="yyyy-MM" codes={MONTH_CODES} />
      )}
      {takes.includes('period') && (
        <>
          <Day {...day('from')} label={words.from} value={choice.from ?? ''} format="yyyy-MM-dd" codes={PERIOD_CODES} />
          <Day {...day('to')} label={words.to} value={choice.to ?? ''} format="yyyy-MM-dd" />
        </>
      )}
      {children}
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly onChange: (value: string) => void;
}

/** As many fit into a choice of the usual width. */
const CHARACTERS = 26;

/** A labelled list to choose from. */
export function Choice({ label, value, options, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <div>
      <Label for={id} showColon>
        {label}
      </Label>
      <Select
        id={id}
        className={options.some(([, text]) => text.length > CHARACTERS) ? 'sl-choice-long' : 'sl-choice'}
        accessibleName={label}
        value={value}
        onChange={(event) => onChange(event.detail.selectedOption.getAttribute('value') ?? '')}
      >
        {options.map(([name, text]) => (
          <Option key={name} value={name}>
            {text}
          </Option>
        ))}
      </Select>
    </div>
  );
}

interface DayProps extends Pick<FieldClaim, 'name' | 'codes'> {
  readonly label: string;
  readonly value: string;
  readonly format: string;
  readonly onChange: (value: string) => void;
}

/** A labelled day, or month, in the form of the API. What is none is not asked for, and said beside it. */
export function Day({ label, value, format, onChange, ...claim }: DayProps) {
  const words = useTexts(reportTexts);
  const id = useId();
  const { sampleDay } = useFormat();
  const isMonth = format === 'yyyy-MM';
  const [isWrong, setWrong] = useState(false);
  const says = useFieldProblem({ ...claim, fault: isWrong ? (isMonth ? words.noMonth : words.noDay) : undefined });
  return (
    <div data-field={claim.name ?? label} data-wrong={says ? true : undefined}>
      <Label for={id} showColon>
        {label}
      </Label>
      <DatePicker
        id={id}
        accessibleName={label}
        value={value}
        valueFormat={format}
        displayFormat={isMonth ? 'MMMM y' : 'medium'}
        {...(!isMonth && { placeholder: sampleDay() })}
        {...stateOf(says)}
        onChange={({ detail }) => {
          setWrong(!detail.valid);
          if (detail.valid) onChange(detail.value);
        }}
      />
      <div role="alert" className="form-field-problem">
        {says && `⚠ ${says}`}
      </div>
    </div>
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
