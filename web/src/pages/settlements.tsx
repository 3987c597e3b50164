import { useCallback } from 'react';
import type { SettlementItem } from '../../../src/entrypoints/http/contract/settlements.ts';
import { Amount } from '../components/amount.tsx';
import { type DataColumn, ListTable } from '../components/data-table.tsx';
import { ChoiceFilter, TextFilter, useFilters } from '../components/list-filters.tsx';
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
  const columns = useColumns();
  return (
    <Page title={words.title} subtitle={words.subtitle}>
      <div className="sl-stack">
        <search className="sl-filters" aria-label={words.filters}>
          <TextFilter label={words.search} value={values.text} onChange={setText} />
          <ChoiceFilter
            label={words.state}
            all={words.allStates}
            value={values.state}
            choices={STATES.map((value) => ({ value, text: stateWord(value) }))}
            onChange={(state) => set('state', state)}
          />
          <ChoiceFilter
            label={words.connection}
            all={words.allConnections}
            value={values.connection}
            choices={connections.map((value) => ({ value, text: value }))}
            onChange={(connection) => set('connection', connection)}
          />
        </search>
        <ListTable<SettlementItem>
          label={words.title}
          path={`/settlements${query && `?${query}`}`}
          columns={columns}
          linkOf={({ id }) => `/settlements/${id}`}
          noRows={isFiltered ? words.noneFound : words.none}
        />
      </div>
    </Page>
  );
}

function useColumns(): readonly DataColumn<SettlementItem>[] {
  const words = useTexts(settlementTexts);
  const { amount, day, count } = useFormat();
  const stateWord = useStateWord();
  const progressOf = useProgressWords();
  const forgotten = ({ forgottenInDays }: SettlementItem) =>
    forgottenInDays < 0 ? words.over : words.inDays(forgottenInDays);
  return [
    { id: 'settlement', title: words.id, text: ({ settlementId }) => settlementId, minWidth: 130 },
    {
      id: 'state',
      title: words.state,
      text: (row) => progressOf(row),
      cell: (row) => <StateTag state={row.state} tone={toneOfProgress(row)} text={progressOf(row)} />,
      minWidth: 170,
      popInBelow: 500,
    },
    {
      id: 'total',
      title: words.total,
      text: ({ totalAmount, currency }) => `${amount(totalAmount)} ${currency}`,
      cell: ({ totalAmount, currency }) => <Amount value={totalAmount} currency={currency} />,
      align: 'right',
      minWidth: 130,
    },
    {
      id: 'period',
      title: words.period,
      text: ({ startTime, endTime }) => `${day(startTime)} – ${day(endTime)}`,
      minWidth: 210,
      popInBelow: 620,
    },
    {
      id: 'connection',
      title: words.connection,
      text: ({ connection }) => connection,
      minWidth: 110,
      isWideOnly: true,
    },
    {
      id: 'marketplaces',
      title: words.marketplace,
      text: ({ marketplaces }) => marketplaces.join(', '),
      minWidth: 110,
      popInBelow: 700,
    },
    {
      id: 'proofs',
      title: words.proofs,
      text: (row) => stateWord(proofState(row)),
      cell: (row) => <StateTag state={proofState(row)} />,
      minWidth: 120,
      popInBelow: 860,
    },
    {
      id: 'documents',
      title: words.documents,
      text: ({ documents }) => documents.map(({ sapDocumentNumber }) => sapDocumentNumber).join(', '),
      minWidth: 120,
      popInBelow: 960,
    },
    { id: 'rows', title: words.rows, text: ({ lineCount }) => count(lineCount), align: 'right', isWideOnly: true },
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
      minWidth: 120,
      popInBelow: 1100,
    },
  ];
}

function proofState({ proofCount, proofsHold }: SettlementItem): string {
  if (proofCount === 0) return 'none';
  return proofsHold ? 'holds' : 'fails';
}
