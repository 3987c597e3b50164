/** Records of every kind for one connection, in virtual time, with what rests on what. */
import {
  type AccrualRecord,
  assertCustomerMove,
  type Connection,
  type CustomerStore,
  customerKeyOf,
  type PrivacyStore,
  type SettlementRecord,
} from '../../src/app/index.ts';
import { parseLocalDate, type Sha256 } from '../../src/core/index.ts';
import { createCustomerStore, createPrivacyStore, timeOf } from '../../src/store/index.ts';
import {
  balance,
  buyer,
  DAY_MS,
  eur,
  event,
  openTestFeeds,
  order,
  payout,
  reimbursement,
  reportOrder,
  summary,
  type TestFeeds,
  vatLine,
} from './feed-samples.ts';
import { ANNA, addConnection, entry, line, postingKey, proposalOf, propose, receive } from './samples.ts';

export interface TestPrivacy extends TestFeeds {
  readonly privacy: PrivacyStore;
  readonly customers: CustomerStore;
}

export async function openTestPrivacy(): Promise<TestPrivacy> {
  const test = await openTestFeeds();
  const readTime = timeOf(test.time);
  return {
    ...test,
    privacy: createPrivacyStore({ database: test.database, readTime }),
    customers: createCustomerStore({ ...test, assertCustomerMove, readTime }),
  };
}

let keys = 500;

/** A settlement whose entry is booked in SAP. */
export async function bookedSettlement(test: TestPrivacy, connection: Connection): Promise<SettlementRecord> {
  keys += 1;
  const received = await receive(test.books, connection, `S-${keys}`);
  const record = await propose(test.books, received, proposalOf([entry(postingKey(keys), [line(7n), line(-7n)])]));
  await bookAll(test, record.key);
  return record;
}

export async function bookAll({ books }: TestPrivacy, originKey: SettlementRecord['key'] | AccrualRecord['key']) {
  for (const { id, digest, entry: booked } of await books.listEntries({ originKey })) {
    const base = { id, actor: ANNA, why: 'test' };
    await books.moveEntry({ ...base, from: 'proposed', to: 'approved', approvedDigest: digest });
    await books.moveEntry({ ...base, from: 'approved', to: 'sending', messageCreatedAt: '2026-11-02T08:00:00Z' });
    const document = { companyCode: booked.companyCode, fiscalYear: '2026', sapDocumentNumber: `18${keys}` };
    await books.moveEntry({ ...base, from: 'sending', to: 'posted', attempt: 1, document });
  }
}

/** An accrual that booked this event of this order. */
export async function bookedAccrual(
  test: TestPrivacy,
  connection: Connection,
  shipment: { readonly eventKey: string; readonly orderId: string },
): Promise<AccrualRecord> {
  keys += 1;
  const { rows: _, revision: __, ...proposal } = proposalOf([entry(postingKey(keys), [line(3n), line(-3n)])]);
  const record = await test.books.recordAccrual({
    connectionId: connection.id,
    kind: 'orders',
    name: `accrual ${keys}`,
    revision: 0,
    period: { from: parseLocalDate('2026-10-01'), to: parseLocalDate('2026-10-31') },
    asOf: '2026-11-02T08:00:00.000Z',
    sourcesSha256: await test.evidence(`sources of accrual ${keys}`),
    sourceCount: 1,
    proposal,
    shipments: [{ ...shipment, marketplace: 'Amazon.de', amount: eur(3n) }],
    actor: ANNA,
    why: 'shipped',
  });
  await bookAll(test, record.key);
  return record;
}

export interface SellerRecords {
  readonly connection: Connection;
  readonly settlement: SettlementRecord;
  readonly accrual: AccrualRecord;
  /** Of a file that nothing but a report of orders came from. */
  readonly reportFile: Sha256;
  readonly taxFile: Sha256;
}

/** A seller with records of every kind; `${name}-kept` is the order that an accrual booked. */
export async function sellerWithRecords(test: TestPrivacy, name: string): Promise<SellerRecords> {
  const { feeds, books, customers, evidence } = test;
  const connection = await addConnection(books, `SELLER-${name}`);
  const { id } = connection;
  await books.updateConnection(
    id,
    { settings: connection.settings, secrets: { 'amazon.refreshToken': 'r' } },
    ANNA,
    'x',
  );
  const settlement = await bookedSettlement(test, connection);
  const accrual = await bookedAccrual(test, connection, { eventKey: `${name}-kept`, orderId: `${name}-kept` });
  const reportFile = await evidence(`report of ${name}`);
  const taxFile = await evidence(`taxes of ${name}`);
  await feeds.putOrders(
    id,
    [`${name}-kept`, `${name}-1`].map((orderId) => order({ orderId })),
    { reportSha256: null },
  );
  await feeds.putOrders(id, [reportOrder(3, { orderId: `${name}-2` })], { reportSha256: reportFile });
  const told = [event(`${name}-kept`, { orderId: `${name}-kept` }), event(`${name}-1`, { orderId: `${name}-1` })];
  await feeds.putFinanceEvents(id, told);
  await feeds.putFinanceEvents(id, [event(`${name}-1`, { orderId: `${name}-1`, status: 'deferred' })]);
  await feeds.putSummaries(id, [summary(`S-${name}`)]);
  await feeds.putBalances(id, new Date(test.time.nowMs()).toISOString(), [balance()]);
  await feeds.putPayouts(id, [payout(`P-${name}`)]);
  await feeds.putReimbursements(id, taxFile, [reimbursement(2)]);
  await feeds.putVatLines(id, taxFile, [vatLine(2, { orderId: `${name}-1` })]);
  const unreadable = { recordId: `${name}-9`, says: 'odd', source: { odd: name } };
  await feeds.keepUnreadable(id, 'orders', [unreadable]);
  const deleteAfter = new Date(test.time.nowMs() + 20 * DAY_MS).toISOString();
  await feeds.putBuyers(
    id,
    [`${name}-1`, `${name}-2`].map((orderId) => buyer({ orderId, deleteAfter })),
  );
  await feeds.writeCursor(id, 'orders', { watermark: '2026-11-20T00:00:00.000Z', open: null, memory: {} });
  await keptCustomer(customers, connection, `${name}-1`);
  const why = { code: 'X', kind: 'invalid', says: 'no settlement', next: 'none' } as const;
  await books.recordReportDocument({
    connectionId: id,
    reportDocumentId: `D-${name}`,
    listing: null,
    sha256: await evidence(`no settlement of ${name}`),
    problem: why,
  });
  return { connection, settlement, accrual, reportFile, taxFile };
}

async function keptCustomer(customers: CustomerStore, { id, sellerAccount }: Connection, orderId: string) {
  const key = customerKeyOf({ sellerAccount, kind: 'buyer', reference: orderId });
  const place = { connectionId: id, sapSystem: 'sap.test/100', key };
  await customers.wantCustomers(place, [{ key, kind: 'buyer', reference: orderId }], ANNA);
  const base = { ...place, actor: ANNA, why: 'test' };
  await customers.moveCustomer({ ...base, from: 'wanted', to: 'creating', intended: { name: 'print' } });
  const written = { partnerNumber: '4711', written: { name: 'print' }, intended: {} };
  await customers.moveCustomer({ ...base, from: 'creating', to: 'kept', ...written });
}

/** How many rows of a connection each table has that names one; tables without any are left out. */
export async function rowsOf({ database }: TestPrivacy, { id }: Connection): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of await connectionTables(database)) {
    const { rows } = await database.pool.query<{ n: number }>(
      `select count(*)::int as n from ${table} where connection_id = $1`,
      [id],
    );
    if (rows[0] && rows[0].n > 0) counts[table] = rows[0].n;
  }
  return counts;
}

/** Tables with a column `connection_id`. */
export async function connectionTables(database: TestPrivacy['database']): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    `select c.table_name as name from information_schema.columns c
     join information_schema.tables t using (table_schema, table_name)
     where c.table_schema = 'public' and c.column_name = 'connection_id' and t.table_type = 'BASE TABLE' order by 1`,
  );
  return rows.map(({ name }) => name);
}

export { DAY_MS };
