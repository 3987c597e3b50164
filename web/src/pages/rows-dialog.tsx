import { Bar } from '@ui5/webcomponents-react/Bar';
import { Button } from '@ui5/webcomponents-react/Button';
import { useState } from 'react';
import type { EntryDetail, EntryLine, RowsBehind } from '../../../src/entrypoints/http/contract/entries.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Amount } from '../components/amount.tsx';
import { CopyText } from '../components/copy-text.tsx';
import { type DataColumn, ListTable } from '../components/data-table.tsx';
import { TextFilter } from '../components/list-filters.tsx';
import { Modal } from '../components/modal.tsx';
import { widthOf } from '../components/report-cell.ts';
import { StateTag } from '../components/state-tag.tsx';
import { componentTexts } from '../texts/components.ts';
import { entryTexts } from '../texts/entries.ts';
import { useFormat } from '../texts/format.ts';
import { useTexts } from '../texts/texts.ts';

/** A line of an entry, as far as its rows need it. */
export type BehindLine = Pick<EntryLine, 'line' | 'text' | 'amount'>;

interface RowsDialogProps {
  /** By its id or posting key, and its settlement by either. */
  readonly entry: Pick<EntryDetail, 'id' | 'currency' | 'originId'>;
  readonly line: BehindLine;
  readonly onClose: () => void;
}

/** As many rows as say which columns have something in them. */
const ROWS_LOOKED_AT = 200;

type Row = RowsBehind['items'][number];

/** The rows of Amazon's file behind a line, as they stand there, and that they sum to it. */
export function RowsDialog({ entry, line, onClose }: RowsDialogProps) {
  const words = useTexts(entryTexts);
  const { close } = useTexts(componentTexts);
  return (
    <Modal
      stretch
      headerText={words.rows.title(line.line)}
      onClose={onClose}
      footer={
        <Bar
          design="Footer"
          endContent={
            <Button design="Transparent" onClick={onClose}>
              {close}
            </Button>
          }
        />
      }
    >
      <Rows entry={entry} line={line} />
    </Modal>
  );
}

function Rows({ entry, line }: Omit<RowsDialogProps, 'onClose'>) {
  const words = useTexts(entryTexts);
  const { count } = useFormat();
  const [text, setText] = useState('');
  const path = `/entries/${entry.id}/lines/${line.line}/rows`;
  const query = text === '' ? '' : `?text=${encodeURIComponent(text)}`;
  const { data: first } = useAnswer<RowsBehind>(`${path}?limit=${ROWS_LOOKED_AT}`, { refreshMs: false });
  const columns: readonly DataColumn<Row>[] = [
    { id: 'row', title: words.rows.row, text: ({ row }) => count(row), align: 'right', width: 80 },
    ...columnsInOrder(first)
      .map(({ name, index, isAmount }) => ({
        id: `cell-${index}`,
        title: name,
        text: ({ cells }: Row) => cells[index] ?? '',
        minWidth: widthOf('text', name, first?.items.map(({ cells }) => cells[index] ?? '') ?? []),
        ...(isAmount && { align: 'right' as const }),
      }))
      // Half of the columns of a file are for other rows than those of a line. Rows of one line are alike, so the first ones say which.
      .filter((column) => first?.items.some((row) => column.text(row) !== '')),
  ];
  return (
    <div className="sl-stack">
      <div className="sl-row">
        <strong>{line.text}</strong>
        <Amount value={line.amount} currency={entry.currency} />
      </div>
      {first && <Ties found={first} currency={entry.currency} settlementId={entry.originId} />}
      {/* Also before the first rows have come: its filter has the focus. */}
      <ListTable<Row>
        label={words.rows.title(line.line)}
        path={`${path}${query}`}
        columns={columns}
        noRows={words.rows.none}
        visibleRows={12}
        filters={<TextFilter name="text" label={words.rows.find} value={text} onChange={setText} />}
      />
    </div>
  );
}

/** The amount and what it is for, then all else as the file has it: its first columns are the same in every row. */
function columnsInOrder(found: RowsBehind | undefined) {
  const { header = [], tellingColumns = [] } = found ?? {};
  const all = header.map((_, index) => index);
  const [amountAt] = tellingColumns;
  return [...new Set([...tellingColumns, ...all])].map((index) => ({
    name: header[index] ?? '',
    index,
    isAmount: index === amountAt,
  }));
}

interface TiesProps {
  readonly found: RowsBehind;
  readonly currency: string;
  readonly settlementId: string;
}

function Ties({ found, currency, settlementId }: TiesProps) {
  const words = useTexts(entryTexts);
  const { amount } = useFormat();
  const { sum, tiesToLine, evidenceSha256 } = found;
  return (
    <div className="sl-row">
      <StateTag
        state={tiesToLine === false ? 'fails' : 'holds'}
        text={`${words.rows.sum(`${amount(sum)} ${currency}`)} ${tiesToLine === false ? words.rows.doesNotTie : words.rows.ties}`}
      />
      <CopyText value={evidenceSha256} shown={evidenceSha256.slice(0, 12)} what={words.rows.evidence} />
      <a className="sl-link" download href={`/api/v1/settlements/${settlementId}/files/${evidenceSha256}`}>
        {words.rows.download}
      </a>
    </div>
  );
}
