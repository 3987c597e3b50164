import { Link } from 'react-router';
import type { EntryWithLinks } from '../../../src/entrypoints/http/contract/entries.ts';
import type { ApprovalView } from '../../../src/entrypoints/http/contract/facts.ts';
import { type DataColumn, DataTable } from '../components/data-table.tsx';
import { useEntryColumns } from '../components/entry-columns.tsx';
import { ProblemStrip } from '../components/problem-strip.tsx';
import { PLAIN_ROWS_MAX, PlainTable, Section } from '../components/section.tsx';
import { entryTexts } from '../texts/entries.ts';
import { useFormat } from '../texts/format.ts';
import { settlementTexts } from '../texts/settlements.ts';
import { useTexts } from '../texts/texts.ts';

interface EntriesSectionsProps {
  readonly entries: readonly EntryWithLinks[];
  readonly approvals: readonly (ApprovalView & { readonly postingKey: string })[];
}

/** The entries of a settlement or an accrual as they stand now; reversals and those of earlier proposals. */
export function EntriesSections({ entries, approvals }: EntriesSectionsProps) {
  const words = useTexts(settlementTexts);
  const current = entries.filter(({ isCurrent, reverses }) => isCurrent && !reverses);
  const earlier = entries.filter((entry) => !current.includes(entry));
  const problems = current.flatMap(({ problem }) => (problem ? [problem] : []));
  return (
    <>
      <Section title={words.sections.entries}>
        <div className="sl-stack">
          {problems.map((problem) => (
            <ProblemStrip key={problem.says} problem={problem} />
          ))}
          <EntryTable label={words.sections.entries} entries={current} approvals={approvals} />
        </div>
      </Section>
      {earlier.length > 0 && (
        <Section title={words.sections.earlier}>
          <EntryTable label={words.sections.earlier} entries={earlier} approvals={[]} />
        </Section>
      )}
    </>
  );
}

interface EntryTableProps extends EntriesSectionsProps {
  readonly label: string;
}

function EntryTable({ label, entries, approvals }: EntryTableProps) {
  const words = useTexts(entryTexts);
  const { count } = useFormat();
  const { key, state, debit, document, date, company } = useEntryColumns();
  const waits = new Map(approvals.map((approval) => [approval.postingKey, approval]));
  const approvalOf = (entry: EntryWithLinks) => {
    const approval = waits.get(entry.postingKey);
    if (!approval) return '';
    if (approval.refusal) return words.approvals.refused(approval.refusal.person);
    if (entry.state === 'proposed' && approval.missing > 0) return words.approvals.short(approval.missing);
    return approval.given.map(({ person }) => words.approvals.given(person)).join(', ');
  };
  const columns: readonly DataColumn<EntryWithLinks>[] = [
    key,
    state,
    debit,
    document,
    date,
    company,
    {
      id: 'lines',
      title: words.sections.lines,
      text: ({ lineCount }) => count(lineCount),
      align: 'right',
      minWidth: 70,
    },
    ...(approvals.length > 0
      ? [{ id: 'approval', title: words.sections.approvals, text: approvalOf, minWidth: 160 }]
      : []),
  ];
  if (entries.length > 0 && entries.length <= PLAIN_ROWS_MAX) {
    return (
      <PlainTable<EntryWithLinks>
        label={label}
        rows={entries}
        keyOf={({ id }) => id}
        columns={columns.map(({ title, text, cell, align }, at) => ({
          title,
          cell: (row) => (at === 0 ? <EntryLink entry={row} /> : (cell ?? text)(row)),
          isRight: align === 'right',
        }))}
      />
    );
  }
  return (
    <DataTable
      label={label}
      rows={entries}
      columns={columns}
      noRows={words.none}
      linkOf={({ id }) => `/entries/${id}`}
    />
  );
}

function EntryLink({ entry: { id, postingKey } }: { readonly entry: EntryWithLinks }) {
  return (
    <Link className="sl-link sl-nowrap" to={`/entries/${id}`}>
      {postingKey}
    </Link>
  );
}
