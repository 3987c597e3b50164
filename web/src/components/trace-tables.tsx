import { type ReactNode, useMemo } from 'react';
import { Link } from 'react-router';
import type { TraceReport } from '../../../src/entrypoints/http/contract/trace.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { tracePath } from './document-link.tsx';
import { KeyValues } from './key-values.tsx';
import { capital, useReportText } from './report-cell.ts';
import { ReportTable, settlementIn } from './report-table.tsx';
import { Notes } from './report-view.tsx';
import { Section } from './section.tsx';
import { type TracedEntry, TraceLines } from './trace-lines.tsx';

type Fact = TraceReport['facts'][number];

/** A report of the API as tables: its facts, then each section that has something, with what a reader has to know below it. */
export function TraceTables({ report }: { readonly report: TraceReport }) {
  const service = useServiceWords();
  const entries = useMemo(() => tracedEntries(report), [report]);
  return (
    <div className="sl-stack">
      <KeyValues
        items={report.facts.map((fact) => ({
          label: capital(service.heading(fact.title)),
          value: <FactValue fact={fact} />,
        }))}
      />
      {report.sections
        .filter(({ rows, notes }) => rows.length > 0 || notes.length > 0)
        .map((section) => {
          const label = service.heading(section.title);
          const entry = entries.get(section.key);
          return (
            <Section key={section.key} title={capital(label)}>
              <div className="sl-stack">
                {entry && section.rows.length > 0 ? (
                  <TraceLines label={label} section={section} entry={entry} />
                ) : (
                  <ReportTable label={label} section={section} />
                )}
                <Notes notes={section.notes} />
              </div>
            </Section>
          );
        })}
      <Notes notes={report.notes} />
    </div>
  );
}

/** By the key of the table that has its lines: `lines`, or `lines_KEY` where a number is of several documents. */
function tracedEntries({ name, sections }: TraceReport): ReadonlyMap<string, TracedEntry> {
  if (name !== 'document-trace') return new Map();
  const rows = sections.find(({ key }) => key === 'entries')?.rows ?? [];
  return new Map(
    rows.map(({ entry, origin }) => [
      rows.length > 1 ? `lines_${entry}` : 'lines',
      { postingKey: String(entry), settlementId: settlementIn(origin) },
    ]),
  );
}

/** What a fact names leads to its page; several of a kind stand one after the other. */
const LEADS_TO: Readonly<Record<string, (value: string) => string | undefined>> = {
  document: (name) => tracePath(name),
  entry: (key) => `/entries/${encodeURIComponent(key)}`,
  of: (origin) => {
    const id = settlementIn(origin);
    return id === null ? undefined : `/settlements/${encodeURIComponent(id)}`;
  },
};

function FactValue({ fact: { title, value } }: { readonly fact: Fact }): ReactNode {
  const text = useReportText();
  const said = text(value, 'text', title);
  const leadsTo = Object.hasOwn(LEADS_TO, title) ? LEADS_TO[title] : undefined;
  if (!leadsTo || typeof value !== 'string') return said;
  return value.split(', ').map((each, at) => {
    const path = leadsTo(each);
    const words = text(each, 'text', title);
    return (
      <span key={each}>
        {at > 0 && ', '}
        {path ? (
          <Link className="sl-link" to={path}>
            {words}
          </Link>
        ) : (
          words
        )}
      </span>
    );
  });
}
