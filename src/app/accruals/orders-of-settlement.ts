import { OrderRows, type SettlementSource } from '../../mapping/index.ts';
import type { ConnectionContext } from '../context.ts';
import type { SettlementReader } from '../evaluate-settlement.ts';

/**
 * Which orders of a settlement file stand as a receivable. Reads the file once more than the settlement model does, so that
 * memory is bounded by the orders of one file. `undefined` for a connection that never left the settlement model: nothing
 * of its settlements is read twice or recorded by order.
 */
export async function accruedOrdersOf(
  { books, connection }: Pick<ConnectionContext, 'books' | 'connection'>,
  file: { readonly source: SettlementSource; readonly readSettlement: SettlementReader },
): Promise<OrderRows | undefined> {
  const periods = await books.listModelPeriods(connection.id);
  if (!periods.some(({ model }) => model === 'orders')) return undefined;
  const orderIds = new Set<string>();
  await file.readSettlement(file.source, {
    header: () => {},
    line: (line) => {
      const orderId = line.orderId();
      if (orderId !== '') orderIds.add(orderId);
    },
  });
  const accrued = await books.accruedAmong(connection.id, [...orderIds]);
  return new OrderRows((orderId) => accrued.has(orderId));
}
