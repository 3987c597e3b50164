import { MessageStrip } from '@ui5/webcomponents-react/MessageStrip';
import { Panel } from '@ui5/webcomponents-react/Panel';
import type { ReportAnswer } from '../../../src/entrypoints/http/contract/report.ts';
import { useFormat } from '../texts/format.ts';
import { reportTexts } from '../texts/report.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { AsSaid } from './as-said.tsx';
import { KeyValues } from './key-values.tsx';
import { capital, isForm, useReportText } from './report-cell.ts';
import { ReportTable } from './report-table.tsx';

type Section = ReportAnswer['sections'][number];

/** A report as the service made it: whether something is open, its facts, and its tables. */
export function ReportView({ report }: { readonly report: ReportAnswer }) {
  return (
    <div className="sl-stack">
      <VerdictStrip report={report} />
      <ReportSections report={report} />
    </div>
  );
}

/** Green only where everything was compared; a list says nothing of the kind. */
function VerdictStrip({ report: { verdict, compared } }: { readonly report: ReportAnswer }) {
  const words = useTexts(reportTexts);
  const format = useFormat();
  if (verdict === 'list') return null;
  const [count, of] = [format.count(compared?.count ?? 0), format.count(compared?.of ?? 0)];
  const { design, says } = {
    open: { design: 'Critical', says: words.isOpen } as const,
    ties: { design: 'Positive', says: words.isFine } as const,
    partly: { design: 'Information', says: words.partly(count, of) } as const,
    'not checked': { design: 'Information', says: words.notChecked(of) } as const,
  }[verdict];
  return (
    <MessageStrip design={design} hideCloseButton>
      {says}
    </MessageStrip>
  );
}

interface SectionsProps {
  readonly report: Omit<ReportAnswer, 'isOpen' | 'verdict' | 'compared'>;
  /** Columns by table that say of every row what the page is about. */
  readonly without?: Readonly<Record<string, readonly string[]>>;
}

/** The facts of a report, then each table, with what a reader has to know of it. An empty one is there and closed. */
export function ReportSections({ report, without = {} }: SectionsProps) {
  const say = useReportText();
  const service = useServiceWords();
  return (
    <div className="sl-stack">
      <KeyValues
        items={report.facts.map(({ title, value }) => ({
          label: capital(service.heading(title)),
          value: say(value, 'text', title),
        }))}
      />
      {report.sections
        .filter((section) => !isForm(section))
        .map((section) => (
          <SectionPanel key={section.key} section={section} without={without[section.key]} />
        ))}
      <Notes notes={report.notes} />
    </div>
  );
}

interface PanelProps {
  readonly section: Section;
  readonly without: readonly string[] | undefined;
}

function SectionPanel({ section, without }: PanelProps) {
  const title = capital(useServiceWords().heading(section.title));
  const { rows, notes } = section;
  return (
    <Panel headerText={`${title} (${rows.length})`} headerLevel="H2" collapsed={rows.length === 0}>
      <div className="sl-stack">
        <ReportTable label={title} section={section} without={without} />
        <Notes notes={notes} />
      </div>
    </Panel>
  );
}

/** How the same is found at the command line; the page has links for it. */
const IS_OF_COMMANDS = /: seller-ledger trace |^To (?:stay with|book the other)/;

/** What a reader has to know of a table or a report. */
export function Notes({ notes }: { readonly notes: readonly string[] }) {
  return notes
    .filter((note) => !IS_OF_COMMANDS.test(note))
    .map((note) => (
      <div key={note} className="sl-muted">
        <AsSaid said={note} />
      </div>
    ));
}
