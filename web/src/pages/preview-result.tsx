import { Button } from '@ui5/webcomponents-react/Button';
import { MessageStrip } from '@ui5/webcomponents-react/MessageStrip';
import type { Preview } from '../../../src/entrypoints/http/contract/preview.ts';
import { Amount } from '../components/amount.tsx';
import { DataTable } from '../components/data-table.tsx';
import { FactCard } from '../components/fact-card.tsx';
import { ProblemStrip } from '../components/problem-strip.tsx';
import { Section } from '../components/section.tsx';
import { Waterfall } from '../components/waterfall.tsx';
import { useFormat } from '../texts/format.ts';
import { previewTexts } from '../texts/preview.ts';
import { settlementTexts } from '../texts/settlements.ts';
import { useTexts } from '../texts/texts.ts';
import { LINES_SHOWN, useLineColumns } from './entry-lines.tsx';
import { saveFile } from './preview.tsx';
import { ProofsSection } from './proofs-section.tsx';
import { QuarantineSection } from './quarantine-section.tsx';
import { useWaterfallSteps } from './settlement-words.ts';

interface PreviewResultProps {
  readonly preview: Preview;
  /** Saves what the command line gives as JSON. */
  readonly save: () => Promise<void>;
}

/** What a file comes to: whether it would post, from sales to deposit, its proofs and its journal. */
export function PreviewResult({ preview, save }: PreviewResultProps) {
  const words = useTexts(previewTexts);
  const { sections, waterfallLabel } = useTexts(settlementTexts);
  const stepsOf = useWaterfallSteps();
  const { settlement, entries, digest, quarantine, problem, waterfall } = preview;
  return (
    <div className="sl-stack" aria-live="polite">
      <MessageStrip design={digest === null ? 'Critical' : 'Positive'} hideCloseButton>
        {digest === null ? words.wouldNotPost : words.wouldPost(entries.filter(hasAmount).length)}
      </MessageStrip>
      {problem && <ProblemStrip problem={problem} />}
      <div className="sl-actions">
        <Button onClick={() => void save()}>{words.json}</Button>
        {entries.length > 0 && (
          <Button onClick={() => saveFile(`preview-${settlement.settlementId}.csv`, 'text/csv', csvOf(preview))}>
            {words.csv}
          </Button>
        )}
      </div>
      <Facts preview={preview} />
      {quarantine.length > 0 && <QuarantineSection items={quarantine} currency={settlement.currency} />}
      <Section title={sections.waterfall}>
        <Waterfall
          label={waterfallLabel(settlement.settlementId)}
          currency={waterfall.currency}
          steps={stepsOf(waterfall.steps)}
        />
      </Section>
      <ProofsSection title={sections.proofs} proofs={preview.proofs} />
      {entries.map((entry) => (
        <Journal key={entry.reference} entry={entry} />
      ))}
    </div>
  );
}

/** An entry whose lines all come to nothing is listed and not posted. */
function hasAmount({ debitTotal }: Preview['entries'][number]): boolean {
  return /[1-9]/.test(debitTotal);
}

/** How the service calls the table that ships with it. */
const TEMPLATE = 'templates/ycoa.yaml';

function Facts({ preview: { settlement, format, table } }: { readonly preview: Preview }) {
  const words = useTexts(previewTexts);
  const { period, total, deposit } = useTexts(settlementTexts);
  const { instant, day, count } = useFormat();
  return (
    <FactCard
      items={[
        { label: words.settlement, value: settlement.settlementId },
        { label: total, value: <Amount value={settlement.totalAmount} currency={settlement.currency} /> },
        { label: period, value: `${instant(settlement.startTime)} – ${instant(settlement.endTime)}` },
        { label: deposit, value: day(settlement.depositDate) },
        { label: words.rows, value: count(settlement.lineCount) },
        { label: words.readAs, value: words.readAsText(format.charset, format.datePattern, format.decimalMark) },
        { label: words.table, value: table === TEMPLATE ? words.template : table },
      ]}
    />
  );
}

function Journal({ entry }: { readonly entry: Preview['entries'][number] }) {
  const words = useTexts(previewTexts);
  const { day } = useFormat();
  const columns = useLineColumns(entry.currency, entry.lines);
  const about = `${entry.companyCode} · ${day(entry.postingDate)} · ${entry.documentType}`;
  return (
    <Section title={words.entry(entry.reference)} actions={<span>{about}</span>}>
      <DataTable label={words.entry(entry.reference)} rows={entry.lines} columns={columns} visibleRows={LINES_SHOWN} />
    </Section>
  );
}

const CSV_COLUMNS = [
  'reference',
  'companyCode',
  'postingDate',
  'currency',
  'line',
  'kind',
  'glAccount',
  'customer',
  'costCenter',
  'profitCenter',
  'taxCode',
  'amount',
  'text',
] as const;

/** Every journal line as a row, with the mark by which Excel knows UTF-8. */
function csvOf({ entries }: Preview): string {
  const rows = entries.flatMap(({ lines, ...entry }) =>
    lines.map((line) => {
      const cells: Readonly<Record<string, unknown>> = { ...entry, ...line };
      return CSV_COLUMNS.map((column) => quoted(String(cells[column] ?? ''))).join(',');
    }),
  );
  return `\ufeff${[CSV_COLUMNS.join(','), ...rows].join('\r\n')}\r\n`;
}

/** A text that a spreadsheet would compute gets an apostrophe; an amount is a number. */
function quoted(text: string): string {
  const isSafe = /^-?\d+(\.\d+)?$/.test(text) || !/^[=+\-@\t\r]/.test(text);
  const safe = isSafe ? text : `'${text}`;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
