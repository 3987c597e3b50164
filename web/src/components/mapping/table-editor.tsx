import '../components.css';
import { Button } from '@ui5/webcomponents-react/Button';
import { FileUploader } from '@ui5/webcomponents-react/FileUploader';
import { MessageStrip } from '@ui5/webcomponents-react/MessageStrip';
import { type DragEvent, useState } from 'react';
import type {
  AccountTable,
  TableFault,
  TableOfFile,
  TableWords,
  VersionRecorded,
} from '../../../../src/entrypoints/http/contract/mapping.ts';
import { useAnswer, useWrite } from '../../api/use-answer.ts';
import { useFormat } from '../../texts/format.ts';
import { mappingTexts } from '../../texts/mapping.ts';
import { useTexts } from '../../texts/texts.ts';
import { useServiceWords } from '../../texts/use-service-words.ts';
import { useMay } from '../../user.ts';
import { type DataColumn, DataTable } from '../data-table.tsx';
import { ChoiceFilter, Filters, TextFilter } from '../list-filters.tsx';
import { ProblemStrip } from '../problem-strip.tsx';
import { Section } from '../section.tsx';
import { CheckResult } from './check-result.tsx';
import { RowDialog } from './row-dialog.tsx';
import { SaveDialog } from './save-dialog.tsx';
import { useCheck } from './use-check.ts';
import { type Draft, type PlacedRow, useDraft } from './use-draft.ts';

interface EditorProps {
  readonly table: AccountTable;
  readonly onRecorded: (recorded: VersionRecorded) => void;
}

/** The whole account table as a draft: nothing is recorded before it is checked and saved. */
export function TableEditor({ table, onRecorded }: EditorProps) {
  const words = useTexts(mappingTexts);
  const draft = useDraft(table);
  const may = useMay('mapping.edit');
  const { data: parts } = useAnswer<TableWords>('/mapping/words', { refreshMs: false });
  const checked = useCheck(table.connection, draft.rowsAlone, { withSap: false, withImpact: false });
  const [isSaving, setSaving] = useState(false);
  const { version, author } = table.inUse;
  return (
    <Section title={words.table}>
      <div className="sl-stack">
        <div>{words.inUse(String(version), author)}</div>
        {!may && <div>{words.noEdit}</div>}
        {draft.change && (
          <DraftBar {...{ draft, checked }} connection={table.connection} onSave={() => setSaving(true)} />
        )}
        {may && <FileDrop connection={table.connection} draft={draft} />}
        {parts && <Rows {...{ table, draft, parts, may }} faults={checked.check?.faults ?? []} />}
        {isSaving && draft.change && (
          <SaveDialog
            {...{ table, draft }}
            onRecorded={(recorded) => {
              draft.discard();
              onRecorded(recorded);
            }}
            onClose={() => setSaving(false)}
          />
        )}
      </div>
    </Section>
  );
}

interface DraftBarProps {
  readonly connection: string;
  readonly draft: Draft;
  readonly checked: ReturnType<typeof useCheck>;
  readonly onSave: () => void;
}

function DraftBar({ connection, draft, checked, onSave }: DraftBarProps) {
  const words = useTexts(mappingTexts);
  const { count } = useFormat();
  const { check, problem, isChecking } = checked;
  const faults = check?.faults.length ?? 0;
  const canSave = check !== undefined && faults === 0 && check.changes.length > 0 && !draft.isOvertaken;
  return (
    <div className="sl-stack">
      {check && (
        <MessageStrip design={faults > 0 ? 'Negative' : 'Information'} hideCloseButton role="status">
          {words.changed(count(check.changes.length))} {faults > 0 && words.faults(count(faults))}
        </MessageStrip>
      )}
      {draft.isOvertaken && (
        <MessageStrip design="Critical" hideCloseButton>
          {words.movedOn}
        </MessageStrip>
      )}
      <div className="sl-row">
        <Button design="Emphasized" disabled={!canSave || isChecking} onClick={onSave}>
          {words.save}
        </Button>
        <Button onClick={draft.discard}>{words.discard}</Button>
      </div>
      {problem && <ProblemStrip problem={problem} />}
      {check && faults > 0 && <CheckResult connection={connection} {...checked} isChecking={false} />}
    </div>
  );
}

function FileDrop({ connection, draft }: { readonly connection: string; readonly draft: Draft }) {
  const words = useTexts(mappingTexts);
  const [isOver, setOver] = useState(false);
  const { mutate, error } = useWrite<TableOfFile>();
  const take = (file: File | undefined) => {
    if (!file) return;
    const path = `/mapping/${encodeURIComponent(connection)}/rows-of-file?${new URLSearchParams({ name: file.name })}`;
    const onSuccess = ({ name, sections }: TableOfFile) => draft.take(name, sections);
    mutate({ method: 'POST', path, body: file }, { onSuccess });
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  return (
    <section
      aria-label={words.dropHere}
      className={isOver ? 'sl-row sl-drop-over-row' : 'sl-row'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <FileUploader
        hideInput
        accept=".yaml,.yml,.xlsx,.csv"
        accessibleName={words.importFile}
        onChange={(event) => take(event.detail.files?.[0])}
      >
        <Button>{words.importFile}</Button>
      </FileUploader>
      <span className="sl-currency">{words.dropHere}</span>
      {error && <ProblemStrip problem={error.problem} />}
    </section>
  );
}

interface RowsProps {
  readonly table: AccountTable;
  readonly draft: Draft;
  readonly parts: TableWords;
  readonly may: boolean;
  readonly faults: readonly TableFault[];
}

function Rows({ table, draft, parts, may, faults }: RowsProps) {
  const words = useTexts(mappingTexts);
  const [name, setName] = useState('assignments');
  const [filter, setFilter] = useState('');
  const [open, setOpen] = useState<PlacedRow>();
  const wordOf = useCellWord();
  const section = parts.sections.find((each) => each.name === name);
  if (!section) return null;
  const titles: Readonly<Record<string, string>> = words.sections;
  const all = draft.rowsOf(name).map((cells, at): PlacedRow => ({ at, cells }));
  const wanted = filter.trim().toLowerCase();
  const rows = all.filter(({ cells }) =>
    Object.entries(cells).some(
      ([column, text]) => text.toLowerCase().includes(wanted) || wordOf(column, text).toLowerCase().includes(wanted),
    ),
  );
  const faultsOf = (at: number) => faults.filter((fault) => fault.section === name && fault.row === at);
  return (
    <>
      <Filters>
        <ChoiceFilter
          name="section"
          label={words.section}
          value={name}
          options={parts.sections.map((each) => [each.name, titles[each.name] ?? each.name] as const)}
          onChange={setName}
        />
        <TextFilter name="filter" label={words.filter} value={filter} onChange={setFilter} isLocal />
        {may && <Button onClick={() => setOpen({ at: all.length, cells: {} })}>{words.add}</Button>}
      </Filters>
      <SectionTable
        key={name}
        title={titles[name] ?? name}
        columns={section.columns.filter((column) => all.some(({ cells }) => cells[column] !== undefined))}
        rows={rows}
        faultsOf={faultsOf}
        {...(may && { onRow: setOpen })}
      />
      {open && (
        <RowDialog
          connection={table.connection}
          {...{ section }}
          words={parts}
          row={open}
          isNew={open.at >= all.length}
          faults={faultsOf(open.at)}
          onApply={(cells) => draft.putRow(name, { ...open, cells })}
          onRemove={() => draft.removeRow(name, open.at)}
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  );
}

interface SectionTableProps {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly PlacedRow[];
  readonly faultsOf: (at: number) => readonly TableFault[];
  readonly onRow?: (row: PlacedRow) => void;
}

const LONG_COLUMNS: ReadonlySet<string> = new Set(['kind', 'text', 'amountDescription', 'transactionType']);

/** A cell as an accountant reads it; the words of the file are those that are edited. */
function useCellWord(): (column: string, text: string) => string {
  const { cells } = useTexts(mappingTexts);
  const service = useServiceWords();
  const own: Readonly<Record<string, string>> = cells;
  return (column, text) => {
    if (column === 'kind' || column === 'purpose') return service.name(column, text);
    if (column === 'text' || column.startsWith('amount') || column === 'transactionType') return text;
    return Object.hasOwn(own, text) ? (own[text] ?? text) : text;
  };
}

function SectionTable({ title, columns, rows, faultsOf, onRow }: SectionTableProps) {
  const words = useTexts(mappingTexts);
  const service = useServiceWords();
  const names: Readonly<Record<string, string>> = words.columns;
  const wordOf = useCellWord();
  const shown = columns.map(
    (column): DataColumn<PlacedRow> => ({
      id: column,
      title: names[column] ?? column,
      text: ({ cells }) => wordOf(column, cells[column] ?? ''),
      cell: ({ at, cells }) => {
        const fault = faultsOf(at).find((each) => each.column === column);
        const text = cells[column] ?? '';
        // The code, where the cell says it in words.
        const tip = column === 'kind' || column === 'purpose' ? text : wordOf(column, text);
        return (
          <span className={fault ? 'sl-cell sl-wrong' : 'sl-cell'} title={fault ? service.fault(fault.says) : tip}>
            {fault && '⚠ '}
            {wordOf(column, text)}
          </span>
        );
      },
      minWidth: LONG_COLUMNS.has(column) ? 220 : 110,
    }),
  );
  return (
    <DataTable
      label={title}
      rows={rows}
      columns={shown}
      noRows={words.noRows}
      visibleRows={Math.min(15, Math.max(1, rows.length))}
      {...(onRow && { onRow })}
    />
  );
}
