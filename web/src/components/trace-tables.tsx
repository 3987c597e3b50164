import { Link } from 'react-router';
import type { TraceReport } from '../../../src/entrypoints/http/contract/trace.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { Amount } from './amount.tsx';
import { AsSaid } from './as-said.tsx';
import { type DataColumn, DataTable } from './data-table.tsx';
import { KeyValues } from './key-values.tsx';
import { alignOf, capital, filledColumns, type ReportCell, useReportText, widthOf } from './report-cell.ts';
import { Section } from './section.tsx';

type ReportSection = TraceReport['sections'][number];
type Row = ReportSection['rows'][number];

/** A report of the API as tables: its facts, then each section, with what a reader has to know below it. */
export function TraceTables({ report }: { readonly report: TraceReport }) {
  const text = useReportText();
  const service = useServiceWords();
  return (
    <div className="sl-stack">
      <KeyValues
        items={report.facts.map(({ title, value }) => ({
          label: capital(service.heading(title)),
          value: text(value, 'text', title),
        }))}
      />
      {report.sections
        .filter(({ rows, notes }) => rows.length > 0 || notes.length > 0)
        .map((section) => (
          <ReportTable key={section.key} section={section} />
        ))}
      {report.notes.map((note) => (
        <div key={note}>
          <AsSaid said={note} />
        </div>
      ))}
    </div>
  );
}

function ReportTable({ section }: { readonly section: ReportSection }) {
  const text = useReportText();
  const service = useServiceWords();
  const heading = service.heading(section.title);
  const rows = section.total ? [...section.rows, section.total] : section.rows;
  const columns = filledColumns(section.columns, rows).map(
    ({ key, title, kind }): DataColumn<Row> => ({
      id: key,
      title: capital(service.heading(title)),
      text: (row) => text(row[key], kind, key),
      cell: (row) => <CellOf row={row} name={key} text={text(row[key], kind, key)} />,
      align: alignOf(kind),
      minWidth: widthOf(
        kind,
        service.heading(title),
        rows.map((row) => text(row[key], kind, key)),
      ),
    }),
  );
  return (
    <Section title={heading}>
      {rows.length > 0 && <DataTable label={heading} rows={rows} columns={columns} visibleRows={10} />}
      {section.notes.map((note) => (
        <div key={note} className="sl-table-count">
          <AsSaid said={note} />
        </div>
      ))}
    </Section>
  );
}

/** Keys of reports whose values have a page of their own. */
const LINKS: Readonly<Record<string, (value: string) => string>> = {
  settlement: (id) => `/settlements/${encodeURIComponent(id)}`,
  entry: (key) => `/entries/${encodeURIComponent(key)}`,
  postingKey: (key) => `/entries/${encodeURIComponent(key)}`,
};

function CellOf({ row, name, text }: { readonly row: Row; readonly name: string; readonly text: string }) {
  const value = row[name];
  const link = typeof value === 'string' && value !== '' ? LINKS[name] : undefined;
  if (isMoney(value)) return <Amount value={value.amount} currency={value.currency} />;
  if (link) {
    return (
      <Link className="sl-link sl-cell" to={link(text)}>
        {text}
      </Link>
    );
  }
  return (
    <span className="sl-cell" title={text}>
      {text}
    </span>
  );
}

function isMoney(cell: ReportCell | undefined): cell is { amount: string; currency: string } {
  return typeof cell === 'object' && cell !== null;
}
