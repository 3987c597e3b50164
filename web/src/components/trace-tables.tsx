import { Link } from 'react-router';
import type { TraceReport } from '../../../src/entrypoints/http/contract/trace.ts';
import { useFormat } from '../texts/format.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { Amount } from './amount.tsx';
import { AsSaid } from './as-said.tsx';
import { type DataColumn, DataTable } from './data-table.tsx';
import { KeyValues } from './key-values.tsx';
import { Section } from './section.tsx';

type ReportSection = TraceReport['sections'][number];
type Row = ReportSection['rows'][number];
type Cell = Row[string] | undefined;

/** A report of the API as tables: its facts, then each section, with what a reader has to know below it. */
export function TraceTables({ report }: { readonly report: TraceReport }) {
  const text = useCellText();
  const service = useServiceWords();
  return (
    <div className="sl-stack">
      <KeyValues
        items={report.facts.map(({ title, value }) => ({
          label: capital(service.heading(title)),
          value: text(value, title),
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
  const text = useCellText();
  const service = useServiceWords();
  const columns: readonly DataColumn<Row>[] = section.columns.map(({ key, title, kind }, index) => ({
    id: key,
    title: capital(service.heading(title)),
    text: (row) => text(row[key], key),
    cell: (row) => <CellOf row={row} name={key} text={text(row[key], key)} />,
    align: kind === 'money' || kind === 'count' ? ('right' as const) : ('left' as const),
    minWidth: 110,
    ...(index > 0 && kind !== 'money' && { popInBelow: 500 }),
  }));
  const rows = section.total ? [...section.rows, section.total] : section.rows;
  const title = service.heading(section.title);
  return (
    <Section title={title}>
      {rows.length > 0 && <DataTable label={title} rows={rows} columns={columns} visibleRows={10} />}
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

function capital(title: string): string {
  return `${title.slice(0, 1).toUpperCase()}${title.slice(1)}`;
}

function useCellText(): (cell: Cell, key: string) => string {
  const { amount, count } = useFormat();
  const service = useServiceWords();
  return (cell, key) => {
    if (cell === null || cell === undefined) return '';
    if (isMoney(cell)) return `${amount(cell.amount)} ${cell.currency}`;
    if (typeof cell === 'number') return count(cell);
    if (typeof cell === 'boolean') return cell ? '✓' : '✗';
    return service.cell(key, cell);
  };
}

function isMoney(cell: Cell): cell is { amount: string; currency: string } {
  return typeof cell === 'object' && cell !== null;
}
