import type { TraceReport } from '../../../src/entrypoints/http/contract/trace.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { KeyValues } from './key-values.tsx';
import { capital, useReportText } from './report-cell.ts';
import { ReportTable } from './report-table.tsx';
import { Notes } from './report-view.tsx';
import { Section } from './section.tsx';

/** A report of the API as tables: its facts, then each section that has something, with what a reader has to know below it. */
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
          <Section key={section.key} title={capital(service.heading(section.title))}>
            <div className="sl-stack">
              <ReportTable label={service.heading(section.title)} section={section} />
              <Notes notes={section.notes} />
            </div>
          </Section>
        ))}
      <Notes notes={report.notes} />
    </div>
  );
}
