import { z } from 'zod';
import { listOf, Why } from './facts.ts';
import { Amount, inOrder, ListQuery, partOf } from './list.ts';

export const OrderStatus = z.enum([
  'pending-availability',
  'pending',
  'unshipped',
  'partially-shipped',
  'shipped',
  'cancelled',
  'unfulfillable',
  'other',
]);

export const OrdersQuery = inOrder(
  ListQuery.extend({
    connection: z.string().min(1).max(200),
    status: OrderStatus.optional(),
    /** Placed on this day (UTC) or later. */
    from: z.iso.date().optional(),
    /** Placed on this day (UTC) or before. */
    to: z.iso.date().optional(),
  }),
);

const MoneyText = z.object({ currency: z.string(), amount: Amount });

/** An order in a list. */
export const OrderLine = z.object({
  orderId: z.string(),
  createdAt: z.string(),
  lastUpdatedAt: z.string(),
  status: OrderStatus,
  marketplaceName: z.string().nullable(),
  fulfilledBy: z.enum(['amazon', 'merchant']).nullable(),
  isBusiness: z.boolean(),
  itemCount: z.number(),
  /** What the buyer pays by the charges; `null` while Amazon names no price. */
  chargesTotal: MoneyText.nullable(),
  detail: z.enum(['report', 'api']),
});
export type OrderLine = z.infer<typeof OrderLine>;

export const Orders = partOf(OrderLine);

const Charge = z.object({ kind: z.string(), subject: z.string(), amount: MoneyText });

/** An order as Amazon tells it. Nothing in it says who the buyer is. */
export const OrderDetail = OrderLine.extend({
  connection: z.string(),
  amazonStatus: z.string(),
  sellerOrderId: z.string().nullable(),
  lacksTaxData: z.boolean(),
  serviceLevel: z.string().nullable(),
  programs: listOf(z.string()),
  isReplacementOf: z.string().nullable(),
  grandTotal: MoneyText.nullable(),
  charges: listOf(Charge),
  payments: listOf(z.object({ method: z.string(), amount: MoneyText })),
  taxRegistrations: listOf(z.object({ of: z.string(), type: z.string(), number: z.string() })),
  shipToCity: z.string().nullable(),
  shipToState: z.string().nullable(),
  shipToCountry: z.string().nullable(),
  shippedAt: z.string().nullable(),
  deliverBy: z.string().nullable(),
  firstSeenAt: z.string(),
  changedAt: z.string(),
  items: listOf(
    z.object({
      itemKey: z.string(),
      sku: z.string().nullable(),
      asin: z.string().nullable(),
      title: z.string().nullable(),
      quantityOrdered: z.number(),
      quantityShipped: z.number().nullable(),
      isCancelled: z.boolean(),
      charges: listOf(Charge),
      taxCollector: z.string().nullable(),
    }),
  ),
});
export type OrderDetail = z.infer<typeof OrderDetail>;

export const BuyerWish = Why;

/** Who bought it. Each look is written into the audit log. */
export const OrderBuyer = z.object({
  name: z.string().nullable(),
  email: z.string().nullable(),
  companyName: z.string().nullable(),
  purchaseOrderNumber: z.string().nullable(),
  address: z.record(z.string(), z.string()).nullable(),
});
export type OrderBuyer = z.infer<typeof OrderBuyer>;
