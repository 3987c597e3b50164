import './components.css';
import { BusyIndicator } from '@ui5/webcomponents-react/BusyIndicator';
import { Title } from '@ui5/webcomponents-react/Title';
import type { CustomersCompared } from '../../../src/entrypoints/http/contract/customers.ts';
import { useAnswer } from '../api/use-answer.ts';
import { customerTexts } from '../texts/customers.ts';
import { useFormat } from '../texts/format.ts';
import { useTexts } from '../texts/texts.ts';
import { ProblemStrip } from './problem-strip.tsx';
import { PlainTable } from './section.tsx';
import { StateTag, type Tone } from './state-tag.tsx';

type Compared = CustomersCompared['customers'][number];

const TONES: Readonly<Record<Compared['would'], Tone>> = {
  create: 'Information',
  find: 'Information',
  change: 'Critical',
  nothing: 'Positive',
  look: 'Negative',
};

/** What the next sync of the customers would do, asked of SAP now. */
export function CustomerComparison({ connection }: { readonly connection: string }) {
  const words = useTexts(customerTexts);
  const { count } = useFormat();
  const { data, error, isFetching } = useAnswer<CustomersCompared>(
    `/customers-compared?${new URLSearchParams({ connection })}`,
    { refreshMs: false },
  );
  return (
    <section className="sl-stack" aria-label={words.comparison}>
      <Title level="H3">{words.comparison}</Title>
      {isFetching && <BusyIndicator active delay={300} />}
      {error && <ProblemStrip problem={error.problem} />}
      {data?.buyersWaiting !== undefined && data.buyersWaiting !== null && (
        <div>{words.buyersWaiting(count(data.buyersWaiting))}</div>
      )}
      {data?.buyersWaiting === null && data.customers.length === 0 && <div>{words.nothingWanted}</div>}
      {data && data.customers.length > 0 && <Differences customers={data.customers} />}
      {data?.customers.map(
        ({ name, problem }) =>
          problem && <ProblemStrip key={name} problem={{ ...problem, data: problem.data ?? name }} />,
      )}
    </section>
  );
}

/** A customer, or a field of the one above. */
interface Difference {
  readonly key: string;
  readonly of: Compared;
  readonly differs?: Compared['differences'][number];
}

function Differences({ customers }: { readonly customers: readonly Compared[] }) {
  const words = useTexts(customerTexts);
  const rows = customers.flatMap((of): readonly Difference[] => [
    { key: of.name, of },
    ...of.differences.map((differs) => ({ key: `${of.name} ${differs.field}`, of, differs })),
  ]);
  return (
    <PlainTable
      label={words.comparison}
      rows={rows}
      keyOf={({ key }) => key}
      columns={[
        {
          title: words.customer,
          cell: ({ of, differs }) =>
            differs ? (
              <span className="sl-sub">
                <span className="sl-hidden">{of.name}: </span>
                {differs.field}
              </span>
            ) : (
              of.name
            ),
        },
        { title: words.inSap, cell: ({ of, differs }) => (differs ? differs.inSap : of.partnerNumber) },
        { title: words.wanted, cell: ({ differs }) => differs?.wanted },
        {
          title: words.outcome,
          cell: ({ of: { would }, differs }) =>
            differs ? (
              differs.isLeftAlone ? (
                words.leftAlone
              ) : (
                words.replaced
              )
            ) : (
              <StateTag state={would} text={words.would[would]} tone={TONES[would]} />
            ),
        },
      ]}
    />
  );
}
