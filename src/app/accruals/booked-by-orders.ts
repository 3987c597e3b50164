import { type AccrualEvent, ORDER_EVENT_TYPES } from '../../mapping/index.ts';
import type { ConnectionContext } from '../context.ts';

/**
 * The events, with those marked whose order was booked when it was shipped: a month-end accrual leaves out what the order is
 * worth, and takes the fees beside it. The mark is kept with the sources, so that the accrual can be worked out again when the
 * order is settled and nothing tells any more what was open then.
 */
export async function markBookedOrders(
  { books, connection }: Pick<ConnectionContext, 'books' | 'connection'>,
  events: readonly AccrualEvent[],
): Promise<AccrualEvent[]> {
  const isShipment = ({ eventType }: AccrualEvent) => ORDER_EVENT_TYPES.includes(eventType);
  const orderIds = [...new Set(events.filter(isShipment).flatMap(({ orderId }) => orderId ?? []))];
  const accrued = await books.accruedAmong(connection.id, orderIds);
  return events.map((event) =>
    event.orderId !== null && isShipment(event) && accrued.has(event.orderId)
      ? { ...event, isOrderBooked: true }
      : event,
  );
}
