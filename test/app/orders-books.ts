/** Books of a connection in the orders model, and shipments as Amazon tells of them. */
import { readSettlementFile } from '../../src/amazon/index.ts';
import { type ConnectionContext, type FinanceEvent, SYSTEM } from '../../src/app/index.ts';
import { silentLog } from '../../src/core/index.ts';
import { loadAccountTable } from '../../src/entrypoints/files.ts';
import { systemRandomness } from '../../src/entrypoints/system.ts';
import { eur, event, type TestFeeds } from '../store/feed-samples.ts';
import { addConnection } from '../store/samples.ts';

export const [ONE, TWO] = ['302-0000001-0000001', '302-0000002-0000002'] as const;
const PRINCIPAL = ['Sales', 'ProductCharges', 'OurPricePrincipal'];

/** A new connection, with all that use cases need that neither ask Amazon nor SAP. */
export async function ordersContext(test: TestFeeds, sellerAccount: string): Promise<ConnectionContext> {
  return {
    connection: await addConnection(test.books, sellerAccount),
    books: test.books,
    table: loadAccountTable(),
    posting: { bookFrom: null, leaseMs: 60_000, leaveWithinMs: 10_000 },
    readSettlement: readSettlementFile,
    clock: test.time,
    randomness: systemRandomness,
    log: silentLog,
    programVersion: 'test',
    actor: SYSTEM,
    onProgress: () => {},
  } as unknown as ConnectionContext;
}

/** An order that was sold for this, less a fee of one euro. */
export function shipped(key: string, orderId: string, minor: bigint, facts: Partial<FinanceEvent> = {}): FinanceEvent {
  return event(key, {
    orderId,
    postedAt: '2026-10-03T12:00:00.000Z',
    total: eur(minor - 100n),
    settlementId: null,
    relatedIds: [{ name: 'ORDER_ID', value: orderId }],
    items: [],
    amounts: [
      { item: null, path: PRINCIPAL, amount: eur(minor) },
      { item: null, path: ['Expenses', 'AmazonFees', 'Commission'], amount: eur(-100n) },
    ],
    ...facts,
  });
}
