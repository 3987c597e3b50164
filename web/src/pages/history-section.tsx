import { Link } from 'react-router';
import type { EntryHistoryEvent, HistoryEvent } from '../../../src/entrypoints/http/contract/facts.ts';
import { ActionName } from '../components/action-name.tsx';
import { type DataColumn, DataTable } from '../components/data-table.tsx';
import { DocumentLink } from '../components/document-link.tsx';
import { PLAIN_ROWS_MAX, PlainTable, Section } from '../components/section.tsx';
import { useFormat } from '../texts/format.ts';
import { settlementTexts } from '../texts/settlements.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';

/** What happened, to the record itself or to one of its entries. */
type Happened = HistoryEvent & Partial<EntryHistoryEvent>;

/** What the audit log has of a record and its entries, the latest first; with all their words where there are not too many. */
export function HistorySection({ events }: { readonly events: readonly Happened[] }) {
  const words = useTexts(settlementTexts);
  const { instant } = useFormat();
  const service = useServiceWords();
  const isOfEntries = events.some(({ postingKey }) => postingKey);
  const columns: readonly DataColumn<Happened>[] = [
    { id: 'at', title: words.history.at, text: ({ at }) => instant(at), minWidth: 170 },
    { id: 'who', title: words.history.who, text: ({ actor }) => actor, minWidth: 110 },
    {
      id: 'what',
      title: words.history.what,
      text: ({ action }) => service.name('action', action),
      cell: ({ action }) => <ActionName action={action} />,
      minWidth: 200,
    },
    ...(isOfEntries
      ? [
          {
            id: 'entry',
            title: words.history.entry,
            text: ({ postingKey }: Happened) => postingKey ?? '',
            cell: (event: Happened) => <EntryCell event={event} />,
            minWidth: 175,
          },
        ]
      : []),
    { id: 'why', title: words.history.why, text: ({ why }) => service.reason(why), minWidth: 260 },
  ];
  return (
    <Section title={words.sections.history}>
      {events.length > 0 && events.length <= PLAIN_ROWS_MAX ? (
        <PlainTable<{ readonly event: Happened; readonly at: number }>
          label={words.sections.history}
          rows={events.toReversed().map((event, at) => ({ event, at }))}
          keyOf={({ at }) => String(at)}
          columns={columns.map(({ title, text, cell }) => ({ title, cell: ({ event }) => (cell ?? text)(event) }))}
        />
      ) : (
        <DataTable
          label={words.sections.history}
          rows={events.toReversed()}
          columns={columns}
          noRows={words.history.none}
          visibleRows={8}
        />
      )}
    </Section>
  );
}

function EntryCell({ event: { postingKey, document } }: { readonly event: Happened }) {
  if (!postingKey) return null;
  return (
    <>
      <Link className="sl-link" to={`/entries/${postingKey}`}>
        {postingKey}
      </Link>
      {document && (
        <div>
          <DocumentLink {...document} />
        </div>
      )}
    </>
  );
}
