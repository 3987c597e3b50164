import { Button } from '@ui5/webcomponents-react/Button';
import { Input } from '@ui5/webcomponents-react/Input';
import { Label } from '@ui5/webcomponents-react/Label';
import { useId, useState } from 'react';
import { useNavigate } from 'react-router';
import type { OrderLine } from '../../../src/entrypoints/http/contract/orders.ts';
import { Amount } from '../components/amount.tsx';
import { type DataColumn, ListTable } from '../components/data-table.tsx';
import { Page } from '../components/page.tsx';
import { Choice, Day } from '../components/report-filter.tsx';
import { StateTag, type Tone } from '../components/state-tag.tsx';
import { useConnectionChoice } from '../connection-names.ts';
import { useFormat } from '../texts/format.ts';
import { orderTexts } from '../texts/orders.ts';
import { shellTexts } from '../texts/shell.ts';
import { useTexts } from '../texts/texts.ts';

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
  const statuses = Object.entries(words.statuses);
  return (
    <Page title={shell.pages.orders}>
      <div className="filters">
        <Choice
          label={words.connection}
          value={connection ?? ''}
          options={connections.map((name) => [name, name] as const)}
          onChange={(value) => change('connection', value)}
        />
        <Choice
          label={words.status}
          value={status ?? ''}
          options={[['', words.all], ...statuses]}
          onChange={(value) => change('status', value)}
        />
        <Day label={words.from} value={from ?? ''} format="yyyy-MM-dd" onChange={(value) => change('from', value)} />
        <Day label={words.to} value={to ?? ''} format="yyyy-MM-dd" onChange={(value) => change('to', value)} />
        <FindOrder />
      </div>
      {areNamesKnown && !connection && <p>{words.noConnection}</p>}
      {connection && <OrderTable path={`/orders?${filter}`} />}
    </Page>
  );
}

function FindOrder() {
  const words = useTexts(orderTexts);
  const navigate = useNavigate();
  const field = useId();
  const [id, setId] = useState('');
  const open = () => id.trim() !== '' && void navigate(`/orders/${encodeURIComponent(id.trim())}`);
  return (
    <div>
      <Label for={field} showColon>
        {words.find}
      </Label>
      <div className="sl-row">
        <Input
          id={field}
          accessibleName={words.find}
          value={id}
          placeholder="302-1234567-1234567"
          onInput={(event) => setId(event.target.value)}
          onChange={open}
        />
        <Button onClick={open}>{words.open}</Button>
      </div>
    </div>
  );
}

function OrderTable({ path }: { readonly path: string }) {
  const shell = useTexts(shellTexts);
  const words = useTexts(orderTexts);
  const format = useFormat();
  const columns: readonly DataColumn<OrderLine>[] = [
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
  return (
    <ListTable<OrderLine>
      label={shell.pages.orders}
      path={path}
      columns={columns}
      noRows={words.noOrders}
      linkOf={({ orderId }) => `/orders/${encodeURIComponent(orderId)}`}
    />
  );
}
