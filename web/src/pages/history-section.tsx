import type { HistoryEvent } from '../../../src/entrypoints/http/contract/facts.ts';
import { ActionName } from '../components/action-name.tsx';
import { type DataColumn, DataTable } from '../components/data-table.tsx';
import { PlainTable, Section } from '../components/section.tsx';
import { useFormat } from '../texts/format.ts';
import { settlementTexts } from '../texts/settlements.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';

/** So many are shown with all their words; of more only those on the screen. */
const PLAIN_EVENTS_MAX = 12;

/** What the audit log has of a record, the latest first. */
export function HistorySection({ events }: { readonly events: readonly HistoryEvent[] }) {
  const words = useTexts(settlementTexts);
  const { instant } = useFormat();
  const service = useServiceWords();
  const columns: readonly DataColumn<HistoryEvent>[] = [
    { id: 'at', title: words.history.at, text: ({ at }) => instant(at), minWidth: 170 },
    { id: 'who', title: words.history.who, text: ({ actor }) => actor, minWidth: 110 },
    {
      id: 'what',
      title: words.history.what,
      text: ({ action }) => service.name('action', action),
      cell: ({ action }) => <ActionName action={action} />,
      minWidth: 200,
    },
    { id: 'why', title: words.history.why, text: ({ why }) => service.reason(why), minWidth: 260 },
  ];
  return (
    <Section title={words.sections.history}>
      {events.length > 0 && events.length <= PLAIN_EVENTS_MAX ? (
        <PlainTable<{ readonly event: HistoryEvent; readonly at: number }>
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
