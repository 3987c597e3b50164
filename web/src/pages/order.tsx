import { Button } from '@ui5/webcomponents-react/Button';
import { MessageStrip } from '@ui5/webcomponents-react/MessageStrip';
import { Title } from '@ui5/webcomponents-react/Title';
import { type ReactNode, useState } from 'react';
import { useParams } from 'react-router';
import type { OrderBuyer, OrderDetail } from '../../../src/entrypoints/http/contract/orders.ts';
import type { ReportAnswer } from '../../../src/entrypoints/http/contract/report.ts';
import { useAnswer, useWrite } from '../api/use-answer.ts';
import { Amount } from '../components/amount.tsx';
import { CopyText } from '../components/copy-text.tsx';
import { FactCard } from '../components/fact-card.tsx';
import { KeyValues } from '../components/key-values.tsx';
import { Page } from '../components/page.tsx';
import { ProblemStrip } from '../components/problem-strip.tsx';
import { ReasonDialog } from '../components/reason-dialog.tsx';
import { ReportSections } from '../components/report-view.tsx';
import { PlainTable } from '../components/section.tsx';
import { useFormat } from '../texts/format.ts';
import { orderTexts } from '../texts/orders.ts';
import { useTexts } from '../texts/texts.ts';
import { useMay } from '../user.ts';

/** One order: as Amazon tells it, where it is settled and booked, and on demand who bought it. */
export function OrderPage() {
  const { id = '' } = useParams();
  const words = useTexts(orderTexts);
  const { data, error } = useAnswer<OrderDetail>(`/orders/${encodeURIComponent(id)}`, { refreshMs: false });
  const trace = useAnswer<ReportAnswer>(`/trace/orders/${encodeURIComponent(id)}`, { refreshMs: false });
  // Its settlement tells of it all the same.
  const isOnlyUnread = error?.problem.code === 'ORDER_UNKNOWN' && trace.data !== undefined;
  return (
    <Page title={`${words.order} ${id}`} subtitle={<CopyText value={id} what={words.order} />}>
      <div className="sl-stack">
        {error && (isOnlyUnread ? <Unread /> : <ProblemStrip problem={error.problem} />)}
        {data && <Facts order={data} />}
        {data && <Items order={data} />}
        {data && <Buyer key={data.orderId} orderId={data.orderId} />}
        <Title level="H2">{words.trace}</Title>
        {trace.error && <ProblemStrip problem={trace.error.problem} />}
        {trace.data && <ReportSections report={withoutEmpty(trace.data)} without={WITHOUT} />}
      </div>
    </Page>
  );
}

/** The entry leads to its document. */
const WITHOUT = { rows: ['order', 'document'], lines: ['document', 'state'] };

function Unread() {
  const words = useTexts(orderTexts);
  return <MessageStrip hideCloseButton>{words.unread}</MessageStrip>;
}

/** Tables of what stands nowhere are left out: the page is about one order. */
function withoutEmpty(report: ReportAnswer): ReportAnswer {
  return { ...report, sections: report.sections.filter(({ rows }) => rows.length > 0) };
}

function Facts({ order }: { readonly order: OrderDetail }) {
  const words = useTexts(orderTexts);
  const format = useFormat();
  const money = (value: OrderDetail['grandTotal']) =>
    value && <Amount value={value.amount} currency={value.currency} />;
  const place = [order.shipToCity, order.shipToState, order.shipToCountry].filter(Boolean).join(', ');
  return (
    <>
      <FactCard
        items={[
          { label: words.status, value: words.statuses[order.status] },
          { label: words.connection, value: order.connection },
          { label: words.placed, value: format.instant(order.createdAt) },
          { label: words.changed, value: format.instant(order.lastUpdatedAt) },
          { label: words.marketplace, value: order.marketplaceName },
          { label: words.by, value: order.fulfilledBy && words[order.fulfilledBy] },
          { label: words.service, value: order.serviceLevel },
          { label: words.shippedAt, value: order.shippedAt && format.instant(order.shippedAt) },
          { label: words.deliverBy, value: order.deliverBy && format.instant(order.deliverBy) },
          { label: words.shipTo, value: place },
          { label: words.sellerOrder, value: order.sellerOrderId },
          { label: words.replaces, value: order.isReplacementOf },
          { label: words.business, value: order.isBusiness && words.yes },
          { label: words.charges, value: money(order.chargesTotal) },
          { label: words.grandTotal, value: money(order.grandTotal) },
          { label: words.told, value: words.toldBy[order.detail] },
        ]}
      />
      {order.lacksTaxData && <MessageStrip hideCloseButton>{words.lacksTax}</MessageStrip>}
    </>
  );
}

/** An item, or what is charged or paid for all of them. */
interface ItemRow {
  readonly key: string;
  readonly title: string;
  readonly sku?: string | null;
  readonly quantity?: number;
  readonly charges: ReactNode;
}

type Charge = OrderDetail['charges'][number];

function Items({ order }: { readonly order: OrderDetail }) {
  const words = useTexts(orderTexts);
  const format = useFormat();
  const rows: readonly ItemRow[] = [
    ...order.items.map((item) => ({
      key: item.itemKey,
      title: `${item.title ?? item.asin ?? item.itemKey}${item.isCancelled ? ` (${words.cancelled})` : ''}`,
      sku: item.sku,
      quantity: item.quantityOrdered,
      charges: <Charges charges={item.charges} />,
    })),
    ...(order.charges.length > 0
      ? [{ key: 'order', title: words.orderCharges, charges: <Charges charges={order.charges} /> }]
      : []),
    ...order.payments.map(({ method, amount: { amount, currency } }, at) => ({
      key: `payment ${at}`,
      title: `${words.payments}: ${method}`,
      charges: <Amount value={amount} currency={currency} />,
    })),
  ];
  return (
    <>
      <Title level="H2">{words.items}</Title>
      <PlainTable
        label={words.items}
        rows={rows}
        keyOf={({ key }) => key}
        columns={[
          { title: words.itemTitle, cell: ({ title }) => title },
          { title: words.sku, cell: ({ sku }) => sku && <code className="sl-code">{sku}</code> },
          {
            title: words.quantity,
            cell: ({ quantity }) => quantity !== undefined && format.count(quantity),
            isRight: true,
          },
          { title: words.itemCharges, cell: ({ charges }) => charges, isRight: true },
        ]}
      />
    </>
  );
}

function Charges({ charges }: { readonly charges: readonly Charge[] }) {
  const words = useTexts(orderTexts);
  const subjects: Readonly<Record<string, string>> = words.subjects;
  const kinds: Readonly<Record<string, string>> = words.kinds;
  return charges.map(({ kind, subject, amount }, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: an item may have the same charge twice
    <div key={at}>
      <span className="sl-currency">
        {subjects[subject] ?? subject}, {kinds[kind] ?? kind}{' '}
      </span>
      <Amount value={amount.amount} currency={amount.currency} />
    </div>
  ));
}

function Buyer({ orderId }: { readonly orderId: string }) {
  const words = useTexts(orderTexts);
  const may = useMay('customers.operate');
  const [isAsking, setAsking] = useState(false);
  const [buyer, setBuyer] = useState<OrderBuyer>();
  const { mutateAsync } = useWrite<OrderBuyer>();
  const path = `/orders/${encodeURIComponent(orderId)}/buyer`;
  return (
    <>
      <Title level="H2">{words.buyer}</Title>
      <div>{words.buyerSays}</div>
      {may && (
        <div className="sl-row">
          <Button onClick={() => (buyer ? setBuyer(undefined) : setAsking(true))}>
            {buyer ? words.hideBuyer : words.showBuyer}
          </Button>
        </div>
      )}
      {buyer && <BuyerFacts buyer={buyer} />}
      {isAsking && (
        <ReasonDialog
          title={words.lookTitle(orderId)}
          says={words.buyerSays}
          confirm={words.look}
          onConfirm={async (why) => setBuyer(await mutateAsync({ method: 'POST', path, body: { why } }))}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

function BuyerFacts({ buyer }: { readonly buyer: OrderBuyer }) {
  const words = useTexts(orderTexts);
  const { name, email, companyName, purchaseOrderNumber, address } = buyer;
  const all = [name, email, companyName, purchaseOrderNumber, address];
  if (all.every((each) => each === null)) return <p>{words.nothingKept}</p>;
  return (
    <KeyValues
      items={[
        { label: words.name, value: name },
        { label: words.email, value: email },
        { label: words.company, value: companyName },
        { label: words.purchaseOrder, value: purchaseOrderNumber },
        { label: words.address, value: address && Object.values(address).join(', ') },
      ]}
    />
  );
}
