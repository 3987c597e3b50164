import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { OrderLine } from '../../../src/entrypoints/http/contract/orders.ts';
import { ApiProblem, type ProblemBody, read } from '../api/client.ts';
import { Amount } from '../components/amount.tsx';
import { type DataColumn, ListTable } from '../components/data-table.tsx';
import { ChoiceFilter, ConnectionFilter, DayFilter, TextFilter } from '../components/list-filters.tsx';
import { Page } from '../components/page.tsx';
import { StateTag, type Tone } from '../components/state-tag.tsx';
import { useConnectionChoice } from '../connection-names.ts';
import { useFormat } from '../texts/format.ts';
import { orderTexts } from '../texts/orders.ts';
import { problemText } from '../texts/service-words.ts';
import { shellTexts } from '../texts/shell.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';

const TONES: Readonly<Record<OrderLine['status'], Tone>> = {
  'pending-availability': 'Information',
  pending: 'Information',
  unshipped: 'Information',
  'partially-shipped': 'Information',
  shipped: 'Positive',
  cancelled: 'None',
  unfulfillable: 'Negative',
  other: 'None',
};

/** Orders of a connection, those placed last first. */
export function OrdersPage() {
  const shell = useTexts(shellTexts);
  const words = useTexts(orderTexts);
  const { search, change, connections, connection, areNamesKnown } = useConnectionChoice();
  const [status, from, to] = ['status', 'from', 'to'].map((name) => search.get(name) ?? '');
  const filter = new URLSearchParams({
    ...(connection && { connection }),
    ...(status && { status }),
    ...(from && { from }),
    ...(to && { to }),
  });
  const columns = useColumns();
  return (
    <Page title={shell.pages.orders}>
      <ListTable<OrderLine>
        label={shell.pages.orders}
        path={connection && `/orders?${filter}`}
        columns={columns}
        noRows={words.noOrders}
        linkOf={({ orderId }) => `/orders/${encodeURIComponent(orderId)}`}
        filters={
          <>
            <ConnectionFilter
              label={words.connection}
              value={connection ?? ''}
              names={connections}
              onChange={(value) => change('connection', value)}
            />
            <ChoiceFilter
              name="status"
              label={words.status}
              value={status ?? ''}
              options={[['', words.all], ...Object.entries(words.statuses)]}
              onChange={(value) => change('status', value)}
            />
            {(['from', 'to'] as const).map((name) => (
              <DayFilter
                key={name}
                name={name}
                label={words[name]}
                value={search.get(name) ?? ''}
                onChange={(value) => change(name, value)}
              />
            ))}
            <FindOrder />
          </>
        }
      >
        {areNamesKnown && !connection && <p>{words.noConnection}</p>}
      </ListTable>
    </Page>
  );
}

/** Leads to an order, once there is one with this id. */
function FindOrder() {
  const words = useTexts(orderTexts);
  const navigate = useNavigate();
  const service = useServiceWords();
  const queries = useQueryClient();
  const [id, setId] = useState('');
  const [problem, setProblem] = useState<ProblemBody>();
  const open = async (wanted: string) => {
    setId(wanted);
    setProblem(undefined);
    if (wanted === '') return;
    const path = `/orders/${encodeURIComponent(wanted)}`;
    try {
      await queries.fetchQuery({ queryKey: [path], queryFn: ({ signal }) => read(path, signal) });
      await navigate(path);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error.problem);
    }
  };
  return (
    <TextFilter
      name="id"
      label={words.find}
      placeholder="302-1234567-1234567"
      value={id}
      onChange={(wanted) => void open(wanted)}
      fault={problem && problemText(service, problem)}
      action={words.open}
    />
  );
}

function useColumns(): readonly DataColumn<OrderLine>[] {
  const words = useTexts(orderTexts);
  const format = useFormat();
  return [
    {
      id: 'order',
      title: words.order,
      text: ({ orderId }) => orderId,
      cell: ({ orderId }) => <code className="sl-code">{orderId}</code>,
      minWidth: 190,
    },
    { id: 'placed', title: words.placed, text: (row) => format.instant(row.createdAt), minWidth: 170 },
    {
      id: 'status',
      title: words.status,
      text: (row) => words.statuses[row.status],
      cell: (row) => <StateTag state={row.status} text={words.statuses[row.status]} tone={TONES[row.status]} />,
      minWidth: 130,
    },
    { id: 'marketplace', title: words.marketplace, text: (row) => row.marketplaceName ?? '' },
    {
      id: 'by',
      title: words.by,
      text: (row) => (row.fulfilledBy === null ? '' : words[row.fulfilledBy]),
    },
    { id: 'items', title: words.items, text: (row) => format.count(row.itemCount), align: 'right' },
    {
      id: 'charges',
      title: words.charges,
      text: ({ chargesTotal }) =>
        chargesTotal ? `${format.amount(chargesTotal.amount)} ${chargesTotal.currency}` : '',
      cell: ({ chargesTotal }) =>
        chargesTotal && <Amount value={chargesTotal.amount} currency={chargesTotal.currency} />,
      align: 'right',
    },
  ];
}
