import { Link } from 'react-router';
import type { EntryWithLinks } from '../../../src/entrypoints/http/contract/entries.ts';
import type { ApprovalView } from '../../../src/entrypoints/http/contract/facts.ts';
import { Amount } from '../components/amount.tsx';
import { type DataColumn, DataTable } from '../components/data-table.tsx';
import { DocumentLink, documentName } from '../components/document-link.tsx';
import { ProblemStrip } from '../components/problem-strip.tsx';
import { PLAIN_ROWS_MAX, PlainTable, Section } from '../components/section.tsx';
import { StateTag, useStateWord } from '../components/state-tag.tsx';
import { entryTexts } from '../texts/entries.ts';
import { useFormat } from '../texts/format.ts';
import { settlementTexts } from '../texts/settlements.ts';
import { useTexts } from '../texts/texts.ts';

interface EntriesSectionsProps {
  readonly entries: readonly EntryWithLinks[];
  readonly approvals: readonly (ApprovalView & { readonly postingKey: string })[];
}

/** The entries of a settlement or an accrual as they stand now, and those of earlier proposals. */
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
  const { amount, day, count } = useFormat();
  const stateWord = useStateWord();
  const waits = new Map(approvals.map((approval) => [approval.postingKey, approval]));
  const approvalOf = ({ postingKey, state }: EntryWithLinks) => {
    const approval = waits.get(postingKey);
    if (!approval) return '';
    if (approval.refusal) return words.approvals.refused(approval.refusal.person);
    if (state === 'proposed' && approval.missing > 0) return words.approvals.short(approval.missing);
    return approval.given.map(({ person }) => words.approvals.given(person)).join(', ');
  };
  const columns: readonly DataColumn<EntryWithLinks>[] = [
    { id: 'key', title: words.key, text: ({ postingKey }) => postingKey, minWidth: 175 },
    {
      id: 'state',
      title: words.state,
      text: ({ state }) => stateWord(state),
      cell: ({ state }) => <StateTag state={state} />,
      minWidth: 130,
    },
    {
      id: 'debit',
      title: words.debitTotal,
      text: ({ debitTotal, currency }) => `${amount(debitTotal)} ${currency}`,
      cell: ({ debitTotal, currency }) => <Amount value={debitTotal} currency={currency} />,
      align: 'right',
      minWidth: 130,
    },
    {
      id: 'document',
      title: words.document,
      text: ({ document }) => (document ? documentName(document) : ''),
      cell: ({ document }) => document && <DocumentLink {...document} />,
      minWidth: 175,
    },
    {
      id: 'date',
      title: words.postingDate,
      text: ({ postingDate }) => day(postingDate),
      minWidth: 120,
    },
    { id: 'company', title: words.companyCode, text: ({ companyCode }) => companyCode, minWidth: 115 },
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
