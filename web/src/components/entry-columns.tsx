import type { EntryItem } from '../../../src/entrypoints/http/contract/entries.ts';
import { entryTexts } from '../texts/entries.ts';
import { useFormat } from '../texts/format.ts';
import { useTexts } from '../texts/texts.ts';
import { Amount } from './amount.tsx';
import type { DataColumn } from './data-table.tsx';
import { DocumentLink, documentName } from './document-link.tsx';
import { StateTag, useStateWord } from './state-tag.tsx';

type ListedEntry = Pick<
  EntryItem,
  'postingKey' | 'state' | 'reverses' | 'debitTotal' | 'currency' | 'document' | 'postingDate' | 'companyCode'
>;

/** What every list of journal entries says of each, in the same words and widths. */
export function useEntryColumns() {
  const words = useTexts(entryTexts);
  const { amount, day } = useFormat();
  const stateWord = useStateWord();
  const stateOf = ({ state, reverses }: ListedEntry) =>
    reverses ? `${words.reversal}: ${stateWord(state)}` : stateWord(state);
  return {
    key: { id: 'key', title: words.key, text: ({ postingKey }) => postingKey, minWidth: 175 },
    state: {
      id: 'state',
      title: words.state,
      text: stateOf,
      cell: (entry) => <StateTag state={entry.state} text={stateOf(entry)} />,
      minWidth: 148,
    },
    debit: {
      id: 'debit',
      title: words.debitTotal,
      text: ({ debitTotal, currency }) => `${amount(debitTotal)} ${currency}`,
      cell: ({ debitTotal, currency }) => <Amount value={debitTotal} currency={currency} />,
      align: 'right',
      minWidth: 120,
    },
    document: {
      id: 'document',
      title: words.document,
      text: ({ document }) => (document ? documentName(document) : ''),
      cell: ({ document }) => document && <DocumentLink {...document} />,
      minWidth: 165,
    },
    date: { id: 'date', title: words.postingDate, text: ({ postingDate }) => day(postingDate), minWidth: 108 },
    company: { id: 'company', title: words.companyCodeShort, text: ({ companyCode }) => companyCode, minWidth: 65 },
  } satisfies Record<string, DataColumn<ListedEntry>>;
}
