import { Link } from 'react-router';
import type { TraceReport } from '../../../src/entrypoints/http/contract/trace.ts';
import { reportTexts } from '../texts/report.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { Amount } from './amount.tsx';
import { CommandLink } from './command-link.tsx';
import { CopyText } from './copy-text.tsx';
import { type DataColumn, DataTable } from './data-table.tsx';
import { tracePath } from './document-link.tsx';
import {
  alignOf,
  capital,
  filledColumns,
  type ReportCell,
  ROWS_MEASURED,
  useReportText,
  widthOf,
} from './report-cell.ts';
import { PLAIN_ROWS_MAX, PlainTable } from './section.tsx';

type ReportSection = TraceReport['sections'][number];
type Row = ReportSection['rows'][number];

const ROWS_SHOWN = 15;

interface ReportTableProps {
  readonly label: string;
  readonly section: ReportSection;
  /** Columns that say of every row what the page is about. */
  readonly without?: readonly string[] | undefined;
}

/** One table of a report, with its sum below it. What has a page of its own is a link to it. */
export function ReportTable({ label, section, without = [] }: ReportTableProps) {
  const words = useTexts(reportTexts);
  const say = useReportText();
  const service = useServiceWords();
  const { total } = section;
  const rows = total ? [...section.rows, total] : section.rows;
  const isShort = rows.length <= PLAIN_ROWS_MAX;
  const columns = filledColumns(section.columns, rows)
    .filter(({ key }) => !without.includes(key))
    .map(({ key, title, kind }) => ({
      key,
      title: capital(service.heading(title)),
      kind,
      text: (row: Row) => say(row[key], kind, key),
      cell: (row: Row) => (
        <Cell row={row} name={key} text={say(row[key], kind, key)} isTotal={row === total} isPlain={isShort} />
      ),
    }));
  if (rows.length === 0) return <div className="sl-muted">{words.noRows}</div>;
  if (isShort) {
    return (
      <PlainTable<{ readonly row: Row; readonly at: number }>
        label={label}
        rows={rows.map((row, at) => ({ row, at }))}
        keyOf={({ at }) => String(at)}
        columns={columns.map(({ title, kind, cell }) => ({
          title,
          cell: ({ row }) => cell(row),
          isRight: alignOf(kind) === 'right',
        }))}
      />
    );
  }
  return (
    <DataTable
      label={label}
      rows={rows}
      columns={columns.map(
        ({ key, title, kind, text, cell }): DataColumn<Row> => ({
          id: key,
          title,
          text,
          cell,
          align: alignOf(kind),
          minWidth: widthOf(kind, title, rows.slice(0, ROWS_MEASURED).map(text)),
        }),
      )}
      visibleRows={ROWS_SHOWN}
    />
  );
}

/** Keys of reports whose values have a page of their own. */
const LINKS: Readonly<Record<string, (value: string) => string | undefined>> = {
  settlement: (id) => `/settlements/${encodeURIComponent(id)}`,
  entry: (key) => `/entries/${encodeURIComponent(key)}`,
  postingKey: (key) => `/entries/${encodeURIComponent(key)}`,
  order: (id) => `/orders/${encodeURIComponent(id)}`,
  orderId: (id) => `/orders/${encodeURIComponent(id)}`,
  document: (name) => tracePath(name),
  origin: (origin) => {
    const id = settlementIn(origin);
    return id === null ? undefined : `/settlements/${encodeURIComponent(id)}`;
  },
};

/** The settlement that a cell names in words; `null` where it names something else. */
export function settlementIn(origin: ReportCell | undefined): string | null {
  return typeof origin === 'string' ? (/^settlement (\S+)$/.exec(origin)?.[1] ?? null) : null;
}

interface CellProps {
  readonly row: Row;
  readonly name: string;
  readonly text: string;
  readonly isTotal: boolean;
  readonly isPlain: boolean;
}

function Cell({ row, name, text, isTotal, isPlain }: CellProps) {
  const value = row[name];
  // A phone leaves out what is empty.
  if (text === '') return null;
  const cut = isPlain ? '' : 'sl-cell';
  if (isMoney(value)) {
    return (
      <span className={isTotal ? 'sl-total' : undefined}>
        <Amount value={value.amount} currency={value.currency} />
      </span>
    );
  }
  const path =
    typeof value === 'string' && value !== '' && Object.hasOwn(LINKS, name) ? LINKS[name]?.(value) : undefined;
  if (path !== undefined) {
    return (
      <Link className={`sl-link ${cut}`} to={path}>
        {text}
      </Link>
    );
  }
  if (name === 'next' && typeof value === 'string' && isPlain) {
    return (
      <>
        <CommandLink text={value} />
        <div className="sl-code sl-muted sl-command">{text}</div>
      </>
    );
  }
  const digest = DIGEST.exec(text);
  if (digest) {
    return (
      <span className={isPlain ? undefined : cut} {...(!isPlain && { title: text })}>
        {text.slice(0, digest.index)}
        <CopyText value={digest[0]} shown={digest[0].slice(0, DIGEST_SHOWN)} what="SHA-256" />
        {text.slice(digest.index + digest[0].length)}
      </span>
    );
  }
  const look = isTotal ? 'sl-total' : typeof value === 'number' ? 'sl-amount' : isPlain ? plainLook(text) : '';
  return (
    <span className={`${cut} ${look}`.trim()} {...(!isPlain && { title: text })}>
      {text}
    </span>
  );
}

/** It would widen its column; nobody reads it, and all of it is copied. */
const DIGEST = /\b[0-9a-f]{64}\b/;
const DIGEST_SHOWN = 12;

/** An address, which would widen its column. */
const LONG_CODE = 40;
const SHORT_CODE = 24;
const HAS_DIGIT_FIRST = /^\d/;

/** Numbers, days and short codes stand in one line. */
function plainLook(text: string): string {
  const isCode = !text.includes(' ');
  if (isCode && text.length > LONG_CODE) return 'sl-code';
  return text.length <= SHORT_CODE && (isCode || HAS_DIGIT_FIRST.test(text) || DAY.test(text)) ? 'sl-nowrap' : '';
}

/** `Oct 31, 2026`, `October 2026`, `März 2026`. */
const DAY = /^\p{Lu}\p{L}{2,8} \d/u;

function isMoney(cell: ReportCell | undefined): cell is { amount: string; currency: string } {
  return typeof cell === 'object' && cell !== null;
}
