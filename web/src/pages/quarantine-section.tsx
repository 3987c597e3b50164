import { Link } from 'react-router';
import type { QuarantineItem } from '../../../src/entrypoints/http/contract/settlements.ts';
import { Amount } from '../components/amount.tsx';
import { AsSaid } from '../components/as-said.tsx';
import { PlainTable, Section } from '../components/section.tsx';
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
  const { count } = useFormat();
  const mayTeach = useMay('mapping.edit');
  const service = useServiceWords();
  // Where nothing is taught and the reasons differ, each has its own next step; the page says only that of the first.
  const eachHasNext = !teach && new Set(items.map(({ next }) => next)).size > 1;
  const wordsOf = (item: QuarantineItem) =>
    [item.transactionType, item.amountType, item.amountDescription]
      .map((word) => word || words.quarantine.blank)
      .join(' | ');
  return (
    <Section title={words.sections.quarantine}>
      <div className="sl-stack">
        <div>{words.quarantine.intro}</div>
        <PlainTable
          label={words.sections.quarantine}
          rows={items}
          keyOf={(item) => `${wordsOf(item)} ${item.marketplace} ${item.code}`}
          columns={[
            {
              title: words.quarantine.value,
              cell: (item) => (
                <>
                  <div>{wordsOf(item)}</div>
                  <div className="sl-muted">
                    <AsSaid said={item.says} />
                    {eachHasNext && ` ${service.next(item)}`}
                  </div>
                </>
              ),
            },
            {
              title: words.quarantine.marketplace,
              cell: ({ marketplace }) => marketplace || words.quarantine.blank,
            },
            { title: words.quarantine.firstRow, cell: ({ firstRow }) => count(firstRow), isRight: true },
            { title: words.quarantine.count, cell: (item) => count(item.count), isRight: true },
            {
              title: words.quarantine.amount,
              cell: (item) => <Amount value={item.amount} currency={currency} />,
              isRight: true,
            },
            ...(teach && mayTeach
              ? [
                  {
                    title: '',
                    cell: (item: QuarantineItem) => (
                      <Link className="sl-link sl-nowrap" to={teachLink(item, teach)}>
                        {words.quarantine.teach}
                      </Link>
                    ),
                  },
                ]
              : []),
          ]}
        />
      </div>
    </Section>
  );
}
