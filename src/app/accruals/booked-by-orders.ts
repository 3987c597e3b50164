import { type AccrualEvent, isAccruedKind, type LineKind, ORDER_EVENT_TYPES } from '../../mapping/index.ts';
import type { ConnectionContext } from '../context.ts';

/** Which amounts of these events the orders model has booked: a month-end accrual leaves them out, and takes the fees beside them. */
export async function bookedByOrders(
  { books, connection }: Pick<ConnectionContext, 'books' | 'connection'>,
  events: readonly AccrualEvent[],
): Promise<(event: AccrualEvent, kind: LineKind) => boolean> {
  const shipped = events.filter(({ eventType }) => ORDER_EVENT_TYPES.includes(eventType));
  const orderIds = [...new Set(shipped.flatMap(({ orderId }) => orderId ?? []))];
  const accrued = await books.accruedAmong(connection.id, orderIds);
  return ({ orderId, eventType }, kind) =>
    orderId !== null && accrued.has(orderId) && isAccruedKind(kind) && ORDER_EVENT_TYPES.includes(eventType);
}
