import { MessageStrip } from '@ui5/webcomponents-react/MessageStrip';
import { Panel } from '@ui5/webcomponents-react/Panel';
import type { ReportAnswer } from '../../../src/entrypoints/http/contract/report.ts';
import { reportTexts } from '../texts/report.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { AsSaid } from './as-said.tsx';
import { type DataColumn, DataTable } from './data-table.tsx';
import { alignOf, capital, filledColumns, isForm, useReportText, widthOf } from './report-cell.ts';

type Section = ReportAnswer['sections'][number];

const ROWS_SHOWN = 12;

/** A report as the service made it: whether something is open, its facts, and its tables. */
export function ReportView({ report }: { readonly report: ReportAnswer }) {
  const words = useTexts(reportTexts);
  return (
    <div className="sl-stack">
      <MessageStrip design={report.isOpen ? 'Critical' : 'Positive'} hideCloseButton>
        {report.isOpen ? words.isOpen : words.isFine}
      </MessageStrip>
      <ReportSections report={report} />
    </div>
  );
}

/** The facts of a report, then each table, with what a reader has to know of it. */
export function ReportSections({ report }: { readonly report: Omit<ReportAnswer, 'isOpen'> }) {
  const say = useReportText();
  const service = useServiceWords();
  return (
    <div className="sl-stack">
      <dl className="facts">
        {report.facts.map(({ title, value }) => (
          <div key={title}>
            <dt>{capital(service.heading(title))}</dt>
            <dd>{say(value, 'text', title)}</dd>
          </div>
        ))}
      </dl>
      {report.sections
        .filter((section) => !isForm(section))
        .map((section) => (
          <SectionTable key={section.key} section={section} />
        ))}
      {report.notes.map((note) => (
        <div key={note}>
          <AsSaid said={note} />
        </div>
      ))}
    </div>
  );
}

function SectionTable({ section }: { readonly section: Section }) {
  const words = useTexts(reportTexts);
  const say = useReportText();
  const service = useServiceWords();
  const title = service.heading(section.title);
  const { total } = section;
  const rows = total ? [...section.rows, total] : section.rows;
  const columns = filledColumns(section.columns, rows).map(
    ({ key, title: heading, kind }): DataColumn<Section['rows'][number]> => ({
      id: key,
      title: capital(service.heading(heading)),
      text: (row) => say(row[key], kind, key),
      ...(total && {
        cell: (row) => (
          <span className={row === total ? 'sl-cell sl-total' : 'sl-cell'} title={say(row[key], kind, key)}>
            {say(row[key], kind, key)}
          </span>
        ),
      }),
      align: alignOf(kind),
      minWidth: widthOf(
        kind,
        service.heading(heading),
        rows.map((row) => say(row[key], kind, key)),
      ),
    }),
  );
  return (
    <Panel headerText={`${capital(title)} (${section.rows.length})`} headerLevel="H2">
      <DataTable
        label={title}
        rows={rows}
        columns={columns}
        noRows={words.noRows}
        visibleRows={Math.min(Math.max(rows.length, 1), ROWS_SHOWN)}
      />
      {section.notes.map((note) => (
        <p key={note}>
          <AsSaid said={note} />
        </p>
      ))}
    </Panel>
  );
}
