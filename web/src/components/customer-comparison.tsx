import './components.css';
import { BusyIndicator } from '@ui5/webcomponents-react/BusyIndicator';
import { Title } from '@ui5/webcomponents-react/Title';
import type { CustomersCompared } from '../../../src/entrypoints/http/contract/customers.ts';
import { useAnswer } from '../api/use-answer.ts';
import { customerTexts } from '../texts/customers.ts';
import { useFormat } from '../texts/format.ts';
import { useTexts } from '../texts/texts.ts';
import { ProblemStrip } from './problem-strip.tsx';
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

function Differences({ customers }: { readonly customers: readonly Compared[] }) {
  const words = useTexts(customerTexts);
  return (
    <div className="sl-scroll">
      <table className="sl-plain-table">
        <thead>
          <tr>
            <th scope="col">{words.customer}</th>
            <th scope="col">{words.inSap}</th>
            <th scope="col">{words.wanted}</th>
            <th scope="col">{words.outcome}</th>
          </tr>
        </thead>
        <tbody>
          {customers.map(({ name, partnerNumber, would, differences }) => [
            <tr key={name}>
              <th scope="row">{name}</th>
              <td colSpan={2}>{partnerNumber ?? ''}</td>
              <td>
                <StateTag state={would} text={words.would[would]} tone={TONES[would]} />
              </td>
            </tr>,
            ...differences.map(({ field, inSap, wanted, isLeftAlone }) => (
              <tr key={`${name} ${field}`} className="sl-sub">
                <th scope="row">{field}</th>
                <td>{inSap}</td>
                <td>{wanted}</td>
                <td>{isLeftAlone ? words.leftAlone : words.replaced}</td>
              </tr>
            )),
          ])}
        </tbody>
      </table>
    </div>
  );
}
