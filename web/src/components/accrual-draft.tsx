import { MessageStrip } from '@ui5/webcomponents-react/MessageStrip';
import { Title } from '@ui5/webcomponents-react/Title';
import type { AccrualMade } from '../../../src/entrypoints/http/contract/period.ts';
import { useFormat } from '../texts/format.ts';
import { monthCloseTexts } from '../texts/month-close.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { type DataColumn, DataTable } from './data-table.tsx';

type Line = AccrualMade['entries'][number]['lines'][number] & { readonly currency: string };
type Obstacle = AccrualMade['obstacles'][number];

const ROWS_SHOWN = 10;

/** What a month's end would accrue: its entries, and what could not be accrued with the next step. */
export function AccrualDraft({ made }: { readonly made: AccrualMade }) {
  const words = useTexts(monthCloseTexts);
  const format = useFormat();
  return (
    <section aria-label={words.draftTitle}>
      <Title level="H2">{words.draftTitle}</Title>
      <p>
        {words.draftFacts(format.count(made.eventCount), format.instant(made.asOf))}{' '}
        {made.completeUntil === null ? words.neverRead : words.completeUntil(format.instant(made.completeUntil))}
      </p>
      {made.obstacles.length > 0 && <Obstacles obstacles={made.obstacles} />}
      {made.entries.map(({ headerText, companyCode, postingDate, currency, lines }) => (
        <EntryLines
          key={`${companyCode} ${postingDate} ${headerText}`}
          title={`${companyCode} · ${format.day(postingDate)} · ${headerText}`}
          lines={lines.map((line) => ({ ...line, currency }))}
        />
      ))}
    </section>
  );
}

function EntryLines({ title, lines }: { readonly title: string; readonly lines: readonly Line[] }) {
  const words = useTexts(monthCloseTexts);
  const format = useFormat();
  const columns: readonly DataColumn<Line>[] = [
    { id: 'glAccount', title: words.account, text: (row) => row.glAccount },
    { id: 'costCenter', title: words.costCentre, text: (row) => row.costCenter ?? '' },
    { id: 'profitCenter', title: words.profitCentre, text: (row) => row.profitCenter ?? '' },
    { id: 'taxCode', title: words.taxCode, text: (row) => row.taxCode ?? '' },
    { id: 'text', title: words.text, text: (row) => row.text },
    {
      id: 'amount',
      title: words.amount,
      text: (row) => `${format.amount(row.amount)} ${row.currency}`,
      align: 'right',
    },
  ];
  return (
    <>
      <Title level="H3">{title}</Title>
      <DataTable label={title} rows={lines} columns={columns} visibleRows={Math.min(ROWS_SHOWN, lines.length)} />
    </>
  );
}

function Obstacles({ obstacles }: { readonly obstacles: readonly Obstacle[] }) {
  const words = useTexts(monthCloseTexts);
  const service = useServiceWords();
  const format = useFormat();
  const columns: readonly DataColumn<Obstacle>[] = [
    { id: 'code', title: words.code, text: ({ code }) => [code, service.title(code)].filter(Boolean).join(': ') },
    { id: 'event', title: words.event, text: (row) => `${row.eventType} ${row.path}` },
    { id: 'count', title: words.count, text: (row) => format.count(row.count), align: 'right' },
    {
      id: 'amount',
      title: words.amount,
      text: (row) => `${format.amount(row.amount)} ${row.currency}`,
      align: 'right',
    },
    { id: 'next', title: words.next, text: (row) => service.next(row) },
  ];
  return (
    <>
      <MessageStrip design="Critical" hideCloseButton>
        {words.notAccrued}
      </MessageStrip>
      <DataTable
        label={words.notAccrued}
        rows={obstacles}
        columns={columns}
        visibleRows={Math.min(ROWS_SHOWN, obstacles.length)}
      />
    </>
  );
}
