import { Button } from '@ui5/webcomponents-react/Button';
import { useState } from 'react';
import type { EntryDetail, EntryLine } from '../../../src/entrypoints/http/contract/entries.ts';
import { Amount } from '../components/amount.tsx';
import { type DataColumn, DataTable, PHONE_PX } from '../components/data-table.tsx';
import { Section } from '../components/section.tsx';
import { StateTag } from '../components/state-tag.tsx';
import { entryTexts } from '../texts/entries.ts';
import { useFormat } from '../texts/format.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { RowsDialog } from './rows-dialog.tsx';

/** The lines as a bookkeeper writes them, with the rows behind each. */
export function EntryLines({ entry }: { readonly entry: EntryDetail }) {
  const words = useTexts(entryTexts);
  const [shown, setShown] = useState<EntryLine>();
  const columns = useLineColumns(entry.currency, entry.lines);
  const withRows: readonly DataColumn<EntryLine>[] = [
    ...columns,
    {
      id: 'rows',
      title: words.lines.rows,
      text: ({ hasRows }) => (hasRows ? words.lines.show : ''),
      cell: (line) =>
        line.hasRows && (
          <Button design="Transparent" accessibleName={words.lines.showOf(line.line)} onClick={() => setShown(line)}>
            {words.lines.show}
          </Button>
        ),
      minWidth: 130,
    },
  ];
  return (
    <Section title={words.sections.lines} actions={<Balance lines={entry.lines} currency={entry.currency} />}>
      <DataTable label={words.sections.lines} rows={entry.lines} columns={withRows} visibleRows={LINES_SHOWN} />
      {shown && <RowsDialog entry={entry} line={shown} onClose={() => setShown(undefined)} />}
    </Section>
  );
}

/** Of a longer entry the table scrolls by itself. */
export const LINES_SHOWN = 60;

type Line = Omit<EntryLine, 'hasRows'>;

/** Pixels of the table from which there is room for the kind, too. */
const KIND_PX = 1_100;

/** Columns of journal lines, debit and credit apart; a tax code only where there is one. */
export function useLineColumns(currency: string, lines: readonly Line[]): readonly DataColumn<Line>[] {
  const words = useTexts(entryTexts);
  const service = useServiceWords();
  const { amount } = useFormat();
  const sideOf = ({ amount: text }: Line) => (text.startsWith('-') ? 'credit' : 'debit');
  const plain = ({ amount: text }: Line) => text.replace('-', '');
  const costObject = ({ costCenter, profitCenter }: Line) =>
    costCenter !== null
      ? words.lines.costCenter(costCenter)
      : profitCenter === null
        ? ''
        : words.lines.profitCenter(profitCenter);
  const side = (name: 'debit' | 'credit'): DataColumn<Line> => ({
    id: name,
    title: `${words[name]} ${currency}`,
    text: (line) => (sideOf(line) === name ? amount(plain(line)) : ''),
    cell: (line) => sideOf(line) === name && <Amount value={plain(line)} />,
    align: 'right',
    minWidth: 105,
  });
  return [
    {
      id: 'line',
      title: words.lines.line,
      text: ({ line }) => String(line),
      align: 'right',
      width: 60,
      shownFrom: PHONE_PX,
    },
    {
      id: 'account',
      title: words.lines.account,
      text: ({ glAccount, customer }) =>
        customer === null ? glAccount : `${glAccount} ${words.lines.customer(customer)}`,
      minWidth: 95,
    },
    side('debit'),
    side('credit'),
    { id: 'text', title: words.lines.text, text: ({ text }) => text, minWidth: 240 },
    { id: 'cost', title: words.lines.costObject, text: costObject, minWidth: 140 },
    ...(lines.some(({ taxCode }) => taxCode !== null)
      ? [{ id: 'tax', title: words.lines.taxCode, text: ({ taxCode }: Line) => taxCode ?? '', width: 110 }]
      : []),
    // Its text says nearly the same.
    {
      id: 'kind',
      title: words.lines.kind,
      text: ({ kind }) => service.name('kind', kind),
      minWidth: 200,
      shownFrom: KIND_PX,
    },
  ];
}

/** Whether debit and credit are equal, to the cent. */
function Balance({ lines, currency }: { readonly lines: readonly Line[]; readonly currency: string }) {
  const words = useTexts(entryTexts);
  const { amount } = useFormat();
  const digits = lines[0]?.amount.split('.')[1]?.length ?? 0;
  const minor = lines.reduce((sum, line) => sum + BigInt(line.amount.replace('.', '')), 0n);
  const zero = digits > 0 ? `0.${'0'.repeat(digits)}` : '0';
  const isEqual = minor === 0n;
  return (
    <StateTag
      state={isEqual ? 'holds' : 'fails'}
      text={isEqual ? `${words.balanced}: ${words.balance} ${amount(zero)} ${currency}` : words.unbalanced}
    />
  );
}
