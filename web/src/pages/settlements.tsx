import { useCallback } from 'react';
import type { SettlementItem } from '../../../src/entrypoints/http/contract/settlements.ts';
import { Amount } from '../components/amount.tsx';
import { type DataColumn, ListTable } from '../components/data-table.tsx';
import { ChoiceFilter, ConnectionFilter, TextFilter, useFilters } from '../components/list-filters.tsx';
import { Page } from '../components/page.tsx';
import { StateTag, useStateWord } from '../components/state-tag.tsx';
import { useConnectionNames } from '../connection-names.ts';
import { useFormat } from '../texts/format.ts';
import { settlementTexts } from '../texts/settlements.ts';
import { useTexts } from '../texts/texts.ts';
import { toneOfProgress, useProgressWords } from './settlement-words.ts';

const STATES = ['quarantined', 'proposed', 'proven', 'received'] as const;
const FILTERS = ['text', 'state', 'connection'] as const;

/** Every settlement, the newest first. */
export function SettlementsPage() {
  const words = useTexts(settlementTexts);
  const stateWord = useStateWord();
  const connections = useConnectionNames();
  const { values, set, query, isFiltered } = useFilters(FILTERS);
  const setText = useCallback((text: string) => set('text', text), [set]);
  const columns = useColumns(connections.length > 1);
  return (
    <Page title={words.title} subtitle={words.subtitle}>
      <ListTable<SettlementItem>
        label={words.title}
        path={`/settlements${query && `?${query}`}`}
        columns={columns}
        linkOf={({ id }) => `/settlements/${id}`}
        noRows={isFiltered ? words.noneFound : words.none}
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

function useColumns(hasConnections: boolean): readonly DataColumn<SettlementItem>[] {
  const words = useTexts(settlementTexts);
  const { amount, days, count } = useFormat();
  const stateWord = useStateWord();
  const progressOf = useProgressWords();
  const forgotten = ({ forgottenInDays }: SettlementItem) =>
    forgottenInDays < 0 ? words.over : words.inDays(forgottenInDays);
  return [
    { id: 'settlement', title: words.id, text: ({ settlementId }) => settlementId, minWidth: 115 },
    {
      id: 'state',
      title: words.state,
      text: (row) => progressOf(row),
      cell: (row) => <StateTag state={row.state} tone={toneOfProgress(row)} text={progressOf(row)} />,
      minWidth: 140,
    },
    {
      id: 'total',
      title: words.total,
      text: ({ totalAmount, currency }) => `${amount(totalAmount)} ${currency}`,
      cell: ({ totalAmount, currency }) => <Amount value={totalAmount} currency={currency} />,
      align: 'right',
      minWidth: 125,
    },
    {
      id: 'period',
      title: words.period,
      text: ({ startTime, endTime }) => days(startTime, endTime),
      minWidth: 165,
    },
    {
      id: 'marketplaces',
      title: words.marketplace,
      text: ({ marketplaces }) => marketplaces.join(', '),
      minWidth: 105,
    },
    // Of one connection it is known.
    ...(hasConnections
      ? [{ id: 'connection', title: words.connection, text: (row: SettlementItem) => row.connection, minWidth: 100 }]
      : []),
    {
      id: 'documents',
      title: words.documents,
      text: ({ documents }) => documents.map(({ sapDocumentNumber }) => sapDocumentNumber).join(', '),
      cell: ({ documents }) => <Documents numbers={documents.map(({ sapDocumentNumber }) => sapDocumentNumber)} />,
      minWidth: 140,
    },
    {
      id: 'forgotten',
      title: words.forgotten,
      text: forgotten,
      cell: (row) =>
        row.forgottenInDays >= 0 && row.forgottenInDays <= 14 && row.postedCount === 0 ? (
          <StateTag state="" tone="Critical" text={forgotten(row)} />
        ) : (
          forgotten(row)
        ),
      minWidth: 130,
    },
    {
      id: 'proofs',
      title: words.proofs,
      text: (row) => stateWord(proofState(row)),
      cell: (row) => <StateTag state={proofState(row)} />,
      minWidth: 110,
      shownFrom: 1100,
    },
    { id: 'rows', title: words.rows, text: ({ lineCount }) => count(lineCount), align: 'right', shownFrom: 1100 },
  ];
}

/** The first one, and how many more there are; all of them are told to whoever points at it. */
function Documents({ numbers: [first, ...more] }: { readonly numbers: readonly string[] }) {
  const { count } = useFormat();
  return (
    <span className="sl-cell" title={[first, ...more].join(', ')}>
      {first}
      {more.length > 0 && ` (+${count(more.length)})`}
    </span>
  );
}

function proofState({ proofCount, proofsHold }: SettlementItem): string {
  if (proofCount === 0) return 'none';
  return proofsHold ? 'holds' : 'fails';
}
