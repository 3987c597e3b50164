import { Link } from 'react-router';
import type { QuarantineItem } from '../../../src/entrypoints/http/contract/settlements.ts';
import { Amount } from '../components/amount.tsx';
import { type DataColumn, DataTable } from '../components/data-table.tsx';
import { Section } from '../components/section.tsx';
import { useFormat } from '../texts/format.ts';
import { settlementTexts } from '../texts/settlements.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { useMay } from '../user.ts';

interface QuarantineSectionProps {
  readonly items: readonly QuarantineItem[];
  readonly currency: string;
  /** Where a value is taught; absent in a preview, which belongs to no connection. */
  readonly teach?: { readonly connection: string; readonly settlementId: string };
}

/** The page on which this value is given a meaning. */
export function teachLink(item: QuarantineItem, of: { readonly connection: string; readonly settlementId: string }) {
  const query = new URLSearchParams({
    connection: of.connection,
    settlement: of.settlementId,
    transactionType: item.transactionType,
    amountType: item.amountType,
    amountDescription: item.amountDescription,
    marketplace: item.marketplace,
  });
  return `/mapping?${query}`;
}

/** What stops a settlement: each value with its rows and amount, and where it is taught. */
export function QuarantineSection({ items, currency, teach }: QuarantineSectionProps) {
  const words = useTexts(settlementTexts);
  const { amount, count } = useFormat();
  const service = useServiceWords();
  const mayTeach = useMay('mapping.edit');
  const wordsOf = (item: QuarantineItem) =>
    [item.transactionType, item.amountType, item.amountDescription]
      .map((word) => word || words.quarantine.blank)
      .join(' | ');
  const columns: readonly DataColumn<QuarantineItem>[] = [
    { id: 'value', title: words.quarantine.value, text: wordsOf, minWidth: 240 },
    {
      id: 'amount',
      title: words.quarantine.amount,
      text: (item) => `${amount(item.amount)} ${currency}`,
      cell: (item) => <Amount value={item.amount} currency={currency} />,
      align: 'right',
      minWidth: 110,
    },
    {
      id: 'count',
      title: words.quarantine.count,
      text: (item) => count(item.count),
      align: 'right',
      width: 80,
      popInBelow: 500,
    },
    {
      id: 'why',
      title: words.quarantine.why,
      text: ({ says }) => service.sentence(says) ?? says,
      minWidth: 260,
      popInBelow: 900,
    },
    {
      id: 'marketplace',
      title: words.quarantine.marketplace,
      text: ({ marketplace }) => marketplace || words.quarantine.blank,
      minWidth: 110,
      popInBelow: 1000,
    },
    {
      id: 'firstRow',
      title: words.quarantine.firstRow,
      text: ({ firstRow }) => count(firstRow),
      align: 'right',
      width: 90,
      popInBelow: 1000,
    },
    ...(teach && mayTeach
      ? [
          {
            id: 'teach',
            title: words.quarantine.teach,
            text: () => words.quarantine.teach,
            cell: (item: QuarantineItem) => (
              <Link className="sl-link" to={teachLink(item, teach)}>
                {words.quarantine.teach}
              </Link>
            ),
            minWidth: 140,
            popInBelow: 500,
          },
        ]
      : []),
  ];
  return (
    <Section title={words.sections.quarantine}>
      <div className="sl-stack">
        <div>{words.quarantine.intro}</div>
        <DataTable label={words.sections.quarantine} rows={items} columns={columns} />
      </div>
    </Section>
  );
}
