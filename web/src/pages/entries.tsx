import { Button } from '@ui5/webcomponents-react/Button';
import { useCallback } from 'react';
import { useNavigate } from 'react-router';
import type { EntryItem } from '../../../src/entrypoints/http/contract/entries.ts';
import { Amount } from '../components/amount.tsx';
import { type DataColumn, ListTable } from '../components/data-table.tsx';
import { DocumentLink, documentName } from '../components/document-link.tsx';
import { ChoiceFilter, ConnectionFilter, TextFilter, useFilters } from '../components/list-filters.tsx';
import { Page } from '../components/page.tsx';
import { StateTag, useStateWord } from '../components/state-tag.tsx';
import { useConnectionNames } from '../connection-names.ts';
import { entryTexts } from '../texts/entries.ts';
import { useFormat } from '../texts/format.ts';
import { useTexts } from '../texts/texts.ts';

const STATES = ['proposed', 'approved', 'sending', 'unknown', 'rejected', 'posted', 'reversed', 'withdrawn'] as const;
const FILTERS = ['text', 'state', 'connection'] as const;

/** Every journal entry, those of the newest periods first. */
export function EntriesPage() {
  const words = useTexts(entryTexts);
  const stateWord = useStateWord();
  const navigate = useNavigate();
  const connections = useConnectionNames();
  const { values, set, query } = useFilters(FILTERS);
  const setText = useCallback((text: string) => set('text', text), [set]);
  const columns = useColumns(connections.length > 1);
  return (
    <Page
      title={words.title}
      subtitle={words.subtitle}
      actions={<Button onClick={() => void navigate('/trace')}>{words.trace.open}</Button>}
    >
      <ListTable<EntryItem>
        label={words.title}
        path={`/entries${query && `?${query}`}`}
        columns={columns}
        linkOf={({ id }) => `/entries/${id}`}
        noRows={words.noneFound}
        filters={
          <>
            <TextFilter name="text" label={words.search} value={values.text} onChange={setText} />
            <ChoiceFilter
              name="state"
              label={words.state}
              value={values.state}
              options={[['', words.allStates], ...STATES.map((value) => [value, stateWord(value)] as const)]}
              onChange={(state) => set('state', state)}
            />
            {(connections.length > 1 || values.connection !== '') && (
              <ConnectionFilter
                label={words.connection}
                all={words.allConnections}
                value={values.connection}
                names={connections}
                onChange={(connection) => set('connection', connection)}
              />
            )}
          </>
        }
      />
    </Page>
  );
}

function useColumns(hasConnections: boolean): readonly DataColumn<EntryItem>[] {
  const words = useTexts(entryTexts);
  const { amount, day } = useFormat();
  const stateWord = useStateWord();
  const state = ({ state: name, reverses }: EntryItem) =>
    reverses ? `${words.reversal}: ${stateWord(name)}` : stateWord(name);
  return [
    { id: 'key', title: words.key, text: ({ postingKey }) => postingKey, minWidth: 175 },
    {
      id: 'state',
      title: words.state,
      text: state,
      cell: (row) => <StateTag state={row.state} text={state(row)} />,
      minWidth: 160,
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
      minWidth: 168,
    },
    {
      id: 'books',
      title: words.books,
      text: ({ originKind, originName }) =>
        originKind === 'accrual' ? words.accrual(originName) : words.settlement(originName),
      minWidth: 190,
    },
    {
      id: 'date',
      title: words.postingDate,
      text: ({ postingDate }) => day(postingDate),
      minWidth: 120,
    },
    { id: 'company', title: words.companyCode, text: ({ companyCode }) => companyCode, minWidth: 115 },
    // Of one connection it is known.
    ...(hasConnections
      ? [{ id: 'connection', title: words.connection, text: (row: EntryItem) => row.connection, minWidth: 100 }]
      : []),
  ];
}
