import type { ConnectionContext } from '../context.ts';
import type { ClosedMonths } from '../ports.ts';

/** `undefined` while the connection has closed no month, so that its proposals are what they were without closings. */
export async function closedMonthsOf({
  books,
  connection,
}: Pick<ConnectionContext, 'books' | 'connection'>): Promise<ClosedMonths | undefined> {
  const months = await books.closedMonths(connection.id);
  return Object.keys(months).length > 0 ? months : undefined;
}
