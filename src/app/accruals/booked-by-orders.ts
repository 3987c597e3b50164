import { lastDayOf, type YearMonth } from '../../core/index.ts';
import { type AccrualEvent, ORDER_EVENT_TYPES } from '../../mapping/index.ts';
import type { ConnectionContext } from '../context.ts';

/**
 * Marks the shipments that the orders model has booked by the end of the month, one by one: another shipment of the same order may be
 * open, and one that is booked later, because the month was closed, is accrued by the month. The mark
 * goes into the sources of the accrual, so that it can be computed again without asking what is booked by then.
 */
export async function markBookedByOrders(
  { books, connection }: Pick<ConnectionContext, 'books' | 'connection'>,
  events: readonly AccrualEvent[],
  month: YearMonth,
): Promise<AccrualEvent[]> {
  const keys = events.filter(({ eventType }) => ORDER_EVENT_TYPES.includes(eventType)).map(({ key }) => key);
  const accrued = await books.accruedShipments(connection.id, keys, { through: lastDayOf(month) });
  return events.map((event) => ({ ...event, isBookedByOrders: accrued.has(event.key) }));
}
