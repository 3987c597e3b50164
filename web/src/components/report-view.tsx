import { MessageStrip } from '@ui5/webcomponents-react/MessageStrip';
import { Panel } from '@ui5/webcomponents-react/Panel';
import type { ReportAnswer } from '../../../src/entrypoints/http/contract/report.ts';
import { useFormat } from '../texts/format.ts';
import { reportTexts } from '../texts/report.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { AsSaid } from './as-said.tsx';
import { type DataColumn, DataTable } from './data-table.tsx';

type Section = ReportAnswer['sections'][number];
type Cell = Section['rows'][number][string];
type Kind = Section['columns'][number]['kind'];

const ROWS_SHOWN = 12;

/** A report as the service made it: whether something is open, its facts, and its tables. */
export function ReportView({ report }: { readonly report: ReportAnswer }) {
  const words = useTexts(reportTexts);
  return (
    <>
      <MessageStrip design={report.isOpen ? 'Critical' : 'Positive'} hideCloseButton>
        {report.isOpen ? words.isOpen : words.isFine}
      </MessageStrip>
      <ReportSections report={report} />
    </>
  );
}

/** The facts of a report, then each table, with what a reader has to know of it. */
export function ReportSections({ report }: { readonly report: Omit<ReportAnswer, 'isOpen'> }) {
  const say = useCellText();
  const service = useServiceWords();
  return (
    <>
      <dl className="facts">
        {report.facts.map(({ title, value }) => (
          <div key={title}>
            <dt>{service.heading(title)}</dt>
            <dd>{say(value, 'text', title)}</dd>
          </div>
        ))}
      </dl>
      {report.sections.map((section) => (
        <SectionTable key={section.key} section={section} />
      ))}
      {report.notes.map((note) => (
        <p key={note}>
          <AsSaid said={note} />
        </p>
      ))}
    </>
  );
}

function SectionTable({ section }: { readonly section: Section }) {
  const words = useTexts(reportTexts);
  const say = useCellText();
  const service = useServiceWords();
  const title = service.heading(section.title);
  const columns = section.columns.map(
    ({ key, title: heading, kind }): DataColumn<Section['rows'][number]> => ({
      id: key,
      title: service.heading(heading),
      text: (row) => say(row[key] ?? null, kind, key),
      align: kind === 'money' || kind === 'count' || kind === 'percent' ? 'right' : 'left',
    }),
  );
  const rows = section.total ? [...section.rows, section.total] : section.rows;
  return (
    <Panel headerText={`${title} (${section.rows.length})`} headerLevel="H2">
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

/** A cell as text in the reader's language. */
export function useCellText(): (cell: Cell, kind: Kind, key?: string) => string {
  const words = useTexts(reportTexts);
  const format = useFormat();
  const service = useServiceWords();
  return (cell, kind, key = '') => {
    if (cell === null) return '';
    if (typeof cell === 'object') return `${format.amount(cell.amount)} ${cell.currency}`;
    if (typeof cell === 'boolean') return cell ? words.yes : words.no;
    if (kind === 'percent' && typeof cell === 'number') return format.percent(cell);
    if (kind === 'date' && typeof cell === 'string') return format.day(cell);
    return typeof cell === 'number' ? format.count(cell) : service.cell(key, cell);
  };
}
