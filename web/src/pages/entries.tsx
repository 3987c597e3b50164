import { Button } from '@ui5/webcomponents-react/Button';
import { useCallback } from 'react';
import { useNavigate } from 'react-router';
import type { EntryItem } from '../../../src/entrypoints/http/contract/entries.ts';
import { type DataColumn, ListTable } from '../components/data-table.tsx';
import { useEntryColumns } from '../components/entry-columns.tsx';
import { ChoiceFilter, ConnectionFilter, TextFilter, useFilters } from '../components/list-filters.tsx';
import { Page } from '../components/page.tsx';
import { useStateWord } from '../components/state-tag.tsx';
import { useConnectionNames } from '../connection-names.ts';
import { entryTexts } from '../texts/entries.ts';
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
  const { key, state, debit, document, date, company } = useEntryColumns();
  return [
    key,
    state,
    debit,
    document,
    {
      id: 'books',
      title: words.books,
      text: ({ originKind, originName }) =>
        originKind === 'accrual' ? words.accrual(originName) : words.settlement(originName),
      minWidth: 182,
    },
    date,
    company,
    // Of one connection it is known.
    ...(hasConnections
      ? [{ id: 'connection', title: words.connection, text: (row: EntryItem) => row.connection, minWidth: 100 }]
      : []),
  ];
}
