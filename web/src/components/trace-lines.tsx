import { Button } from '@ui5/webcomponents-react/Button';
import { useState } from 'react';
import type { TraceReport } from '../../../src/entrypoints/http/contract/trace.ts';
import { type BehindLine, RowsDialog } from '../pages/rows-dialog.tsx';
import { entryTexts } from '../texts/entries.ts';
import { useFormat } from '../texts/format.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { Amount } from './amount.tsx';
import { PlainTable } from './section.tsx';

type Section = TraceReport['sections'][number];
type Row = Section['rows'][number];

/** The entry whose lines a table of a trace has: by its key, and the settlement that it books. */
export interface TracedEntry {
  readonly postingKey: string;
  readonly settlementId: string | null;
}

interface TraceLinesProps {
  readonly label: string;
  readonly section: Section;
  readonly entry: TracedEntry;
}

/** The lines of a traced entry, debit and credit apart as on its own page; each opens the rows of Amazon's file behind it. */
export function TraceLines({ label, section: { rows }, entry }: TraceLinesProps) {
  const words = useTexts(entryTexts);
  const service = useServiceWords();
  const [shown, setShown] = useState<BehindLine>();
  const currency = rows.map(({ amount }) => moneyOf(amount)?.currency).find(Boolean) ?? '';
  const text = (name: string) => (row: Row) => (typeof row[name] === 'string' ? row[name] : '');
  const hasTaxCode = rows.some((row) => text('taxCode')(row) !== '');
  const side = (name: 'debit' | 'credit') => ({
    title: `${words[name]} ${currency}`,
    cell: ({ amount }: Row) => <Side name={name} value={moneyOf(amount)?.amount} />,
    isRight: true,
  });
  return (
    <>
      <PlainTable<Row>
        label={label}
        rows={rows}
        keyOf={({ line }) => String(line)}
        columns={[
          { title: words.lines.line, cell: ({ line }) => String(line), isRight: true },
          { title: words.lines.account, cell: text('glAccount') },
          side('debit'),
          side('credit'),
          { title: words.lines.text, cell: text('text') },
          { title: words.lines.costObject, cell: text('costObject') },
          ...(hasTaxCode ? [{ title: words.lines.taxCode, cell: text('taxCode') }] : []),
          { title: words.lines.kind, cell: (row) => service.name('kind', text('kind')(row)) },
          {
            title: words.lines.rows,
            cell: (row) => <RowCount row={row} entry={entry} onShow={setShown} />,
            isRight: true,
          },
        ]}
      />
      {shown && entry.settlementId !== null && (
        <RowsDialog
          entry={{ id: entry.postingKey, currency, originId: entry.settlementId }}
          line={shown}
          onClose={() => setShown(undefined)}
        />
      )}
    </>
  );
}

interface RowCountProps {
  readonly row: Row;
  readonly entry: TracedEntry;
  readonly onShow: (line: BehindLine) => void;
}

function RowCount({ row, entry, onShow }: RowCountProps) {
  const words = useTexts(entryTexts);
  const { count } = useFormat();
  const amount = moneyOf(row.amount)?.amount;
  const line = Number(row.line);
  if (typeof row.rows !== 'number') return null;
  if (row.rows === 0 || amount === undefined || entry.settlementId === null) return count(row.rows);
  const says = words.lines.countOf(row.rows, count(row.rows));
  const shown = { line, text: typeof row.text === 'string' ? row.text : '', amount };
  return (
    <Button design="Transparent" accessibleName={`${says}: ${words.lines.showOf(line)}`} onClick={() => onShow(shown)}>
      {says}
    </Button>
  );
}

function Side({ name, value }: { readonly name: 'debit' | 'credit'; readonly value: string | undefined }) {
  if (value === undefined || value.startsWith('-') !== (name === 'credit')) return null;
  return <Amount value={value.replace('-', '')} />;
}

function moneyOf(cell: Row[string] | undefined): { readonly amount: string; readonly currency: string } | undefined {
  return typeof cell === 'object' && cell !== null ? cell : undefined;
}
