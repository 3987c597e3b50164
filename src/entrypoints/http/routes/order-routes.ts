import { z } from 'zod';
import type { OrderCharge, OrderItem, OrderRecord } from '../../../app/index.ts';
import { DAY_MS } from '../../../core/index.ts';
import { buyerGone, chargesTotal, moneyText } from '../../order-views.ts';
import { ById } from '../contract/facts.ts';
import { BuyerWish, OrderBuyer, OrderDetail, type OrderLine, Orders, OrdersQuery } from '../contract/orders.ts';
import { cursorOf } from '../cursor.ts';
import { route } from '../route.ts';
import type { HttpOptions } from '../server.ts';

const TAG = { tag: 'Orders' } as const;

const orderCursor = cursorOf('orders', z.object({ createdAt: z.iso.datetime(), orderId: z.string().max(200) }));

/** Orders as Amazon tells them; they are not booked. */
export function orderRoutes({ workspace }: HttpOptions) {
  const { books, feedBooks } = workspace;
  return [
    route(
      {
        ...TAG,
        method: 'GET',
        path: '/orders',
        access: 'books.read',
        summary: 'Orders of a connection, those placed last first',
        query: OrdersQuery,
        answer: Orders,
      },
      async ({ query }) => {
        const { connection, status, from, to, cursor, limit } = query;
        const { items, next } = await feedBooks.partOfOrders({
          connectionId: (await books.getConnection(connection)).id,
          limit,
          status,
          after: orderCursor.read(cursor, query),
          from: from && new Date(from).toISOString(),
          until: to && new Date(Date.parse(to) + DAY_MS).toISOString(),
        });
        return { items: items.map(lineOf), nextCursor: orderCursor.write(next, query) };
      },
    ),
    route(
      {
        ...TAG,
        method: 'GET',
        path: '/orders/:id',
        access: 'books.read',
        summary: 'One order with its items and charges, without its buyer',
        params: ById,
        answer: OrderDetail,
      },
      async ({ params }) => {
        const record = await feedBooks.getOrder(params.id);
        const all = await books.listConnections({ withErased: true });
        return detailOf(record, all.find(({ id }) => id === record.connectionId)?.name ?? '');
      },
    ),
    route(
      {
        ...TAG,
        method: 'POST',
        path: '/orders/:id/buyer',
        access: 'customers.operate',
        summary: 'Who bought it, where that is kept; each look is written into the audit log',
        params: ById,
        body: BuyerWish,
        answer: OrderBuyer,
        // A remembered answer would keep the buyer beyond their time.
        answersSecret: true,
      },
      async ({ params, body, actor }) => {
        const { connectionId } = await feedBooks.getOrder(params.id);
        const buyer = await feedBooks.openBuyer(connectionId, params.id, actor, body.why);
        if (!buyer) throw buyerGone(params.id);
        const { name, email, companyName, purchaseOrderNumber, address } = buyer;
        return { name, email, companyName, purchaseOrderNumber, address: address && { ...address } };
      },
    ),
  ];
}

function lineOf({ order }: OrderRecord): z.input<typeof OrderLine> {
  const { orderId, createdAt, lastUpdatedAt, status, marketplaceName, fulfilledBy, isBusiness, items, detail } = order;
  const total = chargesTotal(order);
  return {
    orderId,
    createdAt,
    lastUpdatedAt,
    status,
    marketplaceName,
    fulfilledBy,
    isBusiness,
    itemCount: items.length,
    chargesTotal: total && moneyText(total),
    detail,
  };
}

function detailOf(record: OrderRecord, connection: string): z.input<typeof OrderDetail> {
  const { order, firstSeenAt, changedAt } = record;
  const { amazonStatus, sellerOrderId, lacksTaxData, serviceLevel, programs, isReplacementOf, taxRegistrations } =
    order;
  const { shipToCity, shipToState, shipToCountry, shippedAt, deliverBy } = order;
  return {
    ...lineOf(record),
    connection,
    amazonStatus,
    sellerOrderId,
    lacksTaxData,
    serviceLevel,
    programs,
    isReplacementOf,
    grandTotal: order.grandTotal && moneyText(order.grandTotal),
    charges: order.charges.map(chargeOf),
    payments: order.payments.map(({ method, amount }) => ({ method, amount: moneyText(amount) })),
    taxRegistrations,
    shipToCity,
    shipToState,
    shipToCountry,
    shippedAt,
    deliverBy,
    firstSeenAt,
    changedAt,
    items: order.items.map(itemOf),
  };
}

function itemOf(item: OrderItem): z.input<typeof OrderDetail>['items'][number] {
  const { itemKey, sku, asin, title, quantityOrdered, quantityShipped, isCancelled, taxCollector } = item;
  const charges = item.charges.map(chargeOf);
  return { itemKey, sku, asin, title, quantityOrdered, quantityShipped, isCancelled, charges, taxCollector };
}

function chargeOf({ kind, subject, amount }: OrderCharge) {
  return { kind, subject, amount: moneyText(amount) };
}
