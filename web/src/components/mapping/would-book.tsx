import '../components.css';
import { Title } from '@ui5/webcomponents-react/Title';
import type {
  Impact,
  LookUpAnswer,
  NewBooking,
  StoppingValue,
} from '../../../../src/entrypoints/http/contract/mapping.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { useFormat } from '../../texts/format.ts';
import { mappingTexts } from '../../texts/mapping.ts';
import { useTexts } from '../../texts/texts.ts';
import { useServiceWords } from '../../texts/use-service-words.ts';
import { Amount } from '../amount.tsx';
import { ProblemWords } from '../as-said.tsx';
import { PlainTable } from '../section.tsx';
import { wordsOf } from './unknown-values.tsx';

interface WouldBookProps {
  readonly connection: string;
  readonly impact: Pick<Impact, 'bookings' | 'stopped'>;
}

/** Where rows would go that have no place now, what of them waits for something else, and what still cannot be booked. */
export function WouldBook({ connection, impact: { bookings, stopped } }: WouldBookProps) {
  const words = useTexts(mappingTexts);
  const parts = [
    { title: words.wouldBook, rows: bookings.filter(({ isWaiting }) => !isWaiting) },
    { title: words.wouldBookLater, rows: bookings.filter(({ isWaiting }) => isWaiting) },
  ];
  return (
    <>
      {parts.map(
        ({ title, rows }) =>
          rows.length > 0 && (
            <section key={title} aria-label={title}>
              <Title level="H3">{title}</Title>
              <Bookings label={title} {...{ connection, rows }} />
            </section>
          ),
      )}
      {stopped.length > 0 && (
        <section aria-label={words.stopped}>
          <Title level="H3">{words.stopped}</Title>
          <Stopped values={stopped} />
        </section>
      )}
    </>
  );
}

interface BookingsProps {
  readonly label: string;
  readonly connection: string;
  readonly rows: readonly NewBooking[];
}

function Bookings({ label, connection, rows }: BookingsProps) {
  const words = useTexts(mappingTexts);
  const service = useServiceWords();
  const { count } = useFormat();
  const objects = ({ costCenter, profitCenter }: NewBooking['place']) =>
    [costCenter && words.costCenterPart(costCenter), profitCenter && words.profitCenterPart(profitCenter)]
      .filter(Boolean)
      .join(', ');
  return (
    <PlainTable
      label={label}
      rows={rows}
      keyOf={({ place, currency }) => JSON.stringify([place, currency])}
      columns={[
        { title: words.companyCode, cell: ({ place }) => place.companyCode },
        { title: words.glAccount, cell: ({ place }) => <AccountInSap {...{ connection, place }} /> },
        { title: words.costObject, cell: ({ place }) => objects(place) },
        { title: words.taxCode, cell: ({ place }) => place.taxCode },
        { title: words.kind, cell: ({ kinds }) => kinds.map((kind) => service.name('kind', kind)).join(', ') },
        { title: words.settlements, cell: ({ settlements }) => count(settlements.length), isRight: true },
        { title: words.rows, cell: ({ rowCount }) => count(rowCount), isRight: true },
        {
          title: words.amountOfAmazon,
          cell: ({ amount, currency }) => <Amount value={amount} currency={currency} />,
          isRight: true,
        },
      ]}
    />
  );
}

interface AccountInSapProps {
  readonly connection: string;
  readonly place: NewBooking['place'];
}

/** The account by its number, at once; its name once SAP has said it. */
function AccountInSap({ connection, place: { companyCode, glAccount, customer } }: AccountInSapProps) {
  const words = useTexts(mappingTexts);
  const query = new URLSearchParams({ kind: 'gl-accounts', companyCode, text: glAccount });
  const { data } = useAnswer<LookUpAnswer>(`/mapping/${encodeURIComponent(connection)}/look-up?${query}`, {
    refreshMs: false,
  });
  const name = data?.items.find(({ number }) => number === glAccount)?.name;
  return [[glAccount, name].filter(Boolean).join(' '), customer && words.customerPart(customer)]
    .filter(Boolean)
    .join(', ');
}

function Stopped({ values }: { readonly values: readonly StoppingValue[] }) {
  const words = useTexts(mappingTexts);
  const { count } = useFormat();
  return (
    <PlainTable
      label={words.stopped}
      rows={values}
      keyOf={(value) => JSON.stringify(value)}
      columns={[
        {
          title: words.value,
          cell: (value) => (
            <>
              {wordsOf(value, words.blank)}
              {value.rowCount > 0 && value.marketplace && <span className="sl-currency"> {value.marketplace}</span>}
            </>
          ),
        },
        { title: words.why, cell: ({ code, says }) => <ProblemWords problem={{ code, says }} /> },
        { title: words.settlements, cell: ({ settlements }) => count(settlements.length), isRight: true },
        { title: words.rows, cell: ({ rowCount }) => count(rowCount), isRight: true },
        {
          title: words.amountOfAmazon,
          cell: ({ amounts }) =>
            amounts.map(({ currency, amount }) => (
              <div key={currency}>
                <Amount value={amount} currency={currency} />
              </div>
            )),
          isRight: true,
        },
      ]}
    />
  );
}
