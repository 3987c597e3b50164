import type {
  AmazonBalance,
  Connection,
  FeedBooks,
  FinanceEvent,
  FinanceSummary,
  Order,
  OrderBuyer,
  OrderItem,
  Payout,
  Reimbursement,
  VatLine,
} from '../../src/app/index.ts';
import { type LocalDate, money, type Sha256 } from '../../src/core/index.ts';
import { createFeedBooks, timeOf } from '../../src/store/index.ts';
import { TestClock } from '../simulation/test-clock.ts';
import { openTestBooks, type TestBooks } from './database.ts';
import { addConnection, bytesOf, EUR } from './samples.ts';

export const START = '2026-11-23T08:00:00.000Z';
export const DAY_MS = 86_400_000;

/** Feed books, books and one connection on a database of their own, in virtual time. */
export interface TestFeeds extends TestBooks {
  readonly feeds: FeedBooks;
  readonly time: TestClock;
  readonly connection: Connection;
  /** Evidence to refer to. */
  evidence(content: string): Promise<Sha256>;
}

export async function openTestFeeds(): Promise<TestFeeds> {
  const time = new TestClock(Date.parse(START));
  const test = await openTestBooks({ clock: time });
  const feeds = createFeedBooks({ ...test, readTime: timeOf(time) });
  const facts = { origin: 'test', contentType: null, headers: {} };
  return {
    ...test,
    feeds,
    time,
    connection: await addConnection(test.books, 'SELLER-FEEDS'),
    evidence: async (content) => (await test.books.putEvidence(bytesOf(content), facts)).sha256,
  };
}

export const eur = (minor: bigint) => money(EUR, minor);
export const day = (text: string) => text as LocalDate;

export function item(facts: Partial<OrderItem> = {}): OrderItem {
  return {
    orderItemId: '11',
    itemKey: '11',
    sku: 'SKU-1',
    asin: 'B000000001',
    title: 'Mug, "blue" \\ größe L',
    quantityOrdered: 2,
    quantityShipped: 1,
    isCancelled: false,
    unitPrice: eur(1_000n),
    isBusinessPrice: true,
    charges: [
      { kind: 'price', subject: 'item', amount: eur(2_000n) },
      { kind: 'price', subject: 'shipping', amount: eur(499n) },
      { kind: 'price', subject: 'gift-wrap', amount: eur(99n) },
      { kind: 'price', subject: 'cod-fee', amount: eur(7n) },
      { kind: 'tax', subject: 'item', amount: eur(380n) },
      { kind: 'tax', subject: 'shipping', amount: eur(95n) },
      { kind: 'discount', subject: 'item', amount: eur(-200n) },
    ],
    proceedsTotal: eur(2_880n),
    pointsGranted: eur(3n),
    promotionIds: ['SAVE-10', 'FREE, SHIPPING'],
    isTaxCollectedByAmazon: true,
    taxCollector: 'Amazon Services, Inc.',
    taxReportingScheme: 'UOSS',
    iossNumber: 'IM1234567890',
    ...facts,
  };
}

export function order(facts: Partial<Order> = {}): Order {
  return {
    orderId: '028-0000001-0000001',
    sellerOrderId: 'S-1',
    createdAt: '2026-11-20T10:00:00.000Z',
    lastUpdatedAt: '2026-11-21T10:00:00.000Z',
    status: 'shipped',
    amazonStatus: 'SHIPPED',
    detail: 'api',
    lacksTaxData: false,
    channel: 'amazon',
    marketplaceId: 'A1PA6795UKMFR9',
    marketplaceName: 'Amazon.de',
    fulfilledBy: 'merchant',
    serviceLevel: 'Standard',
    programs: ['AMAZON_BUSINESS', 'PRIME'],
    isBusiness: true,
    isReplacementOf: '028-0000000-0000000',
    currency: EUR,
    grandTotal: eur(2_890n),
    charges: [{ kind: 'price', subject: 'tip', amount: eur(10n) }],
    payments: [{ method: 'CREDIT', amount: eur(2_890n) }],
    taxRegistrations: [{ of: 'buyer', type: 'VAT', number: 'DE123456789' }],
    shipToCity: 'Köln',
    shipToState: 'NW',
    shipToCountry: 'DE',
    shippedAt: '2026-11-21T09:00:00.000Z',
    deliverBy: '2026-11-25T22:59:59.000Z',
    items: [item()],
    source: { orderId: '028-0000001-0000001', weights: [0.25, 1e300], nested: { b: 1, a: null } },
    ...facts,
  };
}

/** What a report says of an order in one row. */
export function reportOrder(row: number, facts: Partial<Order> = {}): Order {
  const inReport = { orderItemId: null, itemKey: `row:${row}`, iossNumber: null };
  return order({
    detail: 'report',
    grandTotal: null,
    charges: [],
    payments: [],
    taxRegistrations: [],
    isBusiness: false,
    isReplacementOf: null,
    source: null,
    items: [item({ ...inReport, sku: `SKU-${row}` })],
    ...facts,
  });
}

/** An order that Amazon names no price of yet. */
export function pendingOrder(orderId: string): Order {
  return order({
    orderId,
    status: 'pending',
    amazonStatus: 'PENDING',
    currency: null,
    grandTotal: null,
    charges: [],
    payments: [],
    shippedAt: null,
    items: [
      item({
        quantityShipped: null,
        unitPrice: null,
        charges: [],
        proceedsTotal: null,
        pointsGranted: null,
        promotionIds: [],
      }),
    ],
  });
}

export function buyer(facts: Partial<OrderBuyer> = {}): OrderBuyer {
  return {
    orderId: '028-0000001-0000001',
    name: 'CANARY Erika Mustermann',
    email: 'CANARY@marketplace.example',
    companyName: null,
    purchaseOrderNumber: 'PO-CANARY-7',
    address: { addressLine1: 'CANARY-Str. 1', city: 'Köln' },
    taxRegistrations: [{ type: 'CPF', number: 'CANARY-CPF' }],
    deleteAfter: '2026-12-20T00:00:00.000Z',
    ...facts,
  };
}

export function event(eventKey: string, facts: Partial<FinanceEvent> = {}): FinanceEvent {
  return {
    eventKey,
    eventType: 'Shipment',
    status: 'released',
    amazonStatus: 'Released',
    description: 'Order Payment',
    postedAt: '2026-11-20T12:00:00.000Z',
    total: eur(1_500n),
    accountType: 'STANDARD_ORDERS',
    marketplaceId: 'A1PA6795UKMFR9',
    orderId: '028-0000001-0000001',
    settlementId: '12345678901',
    eventGroupId: 'group-1',
    relatedIds: [{ name: 'ORDER_ID', value: '028-0000001-0000001' }],
    deferralReason: null,
    maturesAt: null,
    items: [
      { sku: 'SKU-1', channel: 'AFN', asin: null, quantity: 1, description: 'Mug', total: eur(1_500n), relatedIds: [] },
      {
        sku: null,
        channel: null,
        asin: null,
        quantity: null,
        description: null,
        total: null,
        relatedIds: [{ name: 'X', value: 'y' }],
      },
    ],
    amounts: [
      { item: 0, path: ['Sales', 'ProductCharges', 'OurPricePrincipal'], amount: eur(2_000n) },
      { item: null, path: ['Expenses', 'AmazonFees', 'Commission'], amount: eur(-500n) },
    ],
    ties: true,
    source: { transactionId: eventKey, totalAmount: { currencyAmount: '15.00' } },
    ...facts,
  };
}

export function summary(settlementId: string, facts: Partial<FinanceSummary> = {}): FinanceSummary {
  return {
    settlementId,
    accountType: 'STANDARD_ORDERS',
    marketplaceId: null,
    periodStart: day('2026-11-01'),
    periodEnd: day('2026-11-14'),
    netProceeds: eur(12_345n),
    amounts: [{ item: null, path: ['Sales'], amount: eur(12_345n) }],
    source: { settlementId },
    ...facts,
  };
}

/** What stands for "Amazon has no summary of it". */
export function emptySummary(settlementId: string): FinanceSummary {
  return summary(settlementId, { netProceeds: null, amounts: [], source: {} });
}

export function balance(facts: Partial<AmazonBalance> = {}): AmazonBalance {
  return {
    accountType: 'STANDARD_ORDERS',
    marketplaceId: 'A1PA6795UKMFR9',
    balanceType: 'available',
    amazonBalanceType: 'AVAILABLE',
    amount: eur(5_000n),
    asOf: null,
    lastUpdatedAt: '2026-11-23T07:00:00.000Z',
    ...facts,
  };
}

export function payout(payoutId: string, facts: Partial<Payout> = {}): Payout {
  return {
    payoutId,
    accountType: 'STANDARD_ORDERS',
    marketplaceId: 'A1PA6795UKMFR9',
    status: 'in-transit',
    amazonStatus: 'IN_TRANSIT',
    steps: [{ status: 'started', amazonStatus: 'STARTED', at: '2026-11-15T00:00:00.000Z', failureReason: null }],
    isOnDemand: false,
    amount: eur(12_345n),
    accountTail: '1234',
    paymentMethod: 'ACH',
    paymentRail: 'SEPA',
    traceId: 'T-1',
    createdAt: '2026-11-15T00:00:00.000Z',
    periodStart: '2026-11-01T00:00:00.000Z',
    periodEnd: '2026-11-14T23:59:59.000Z',
    settlementIds: ['222', '111'],
    source: { id: payoutId },
    ...facts,
  };
}

export function reimbursement(row: number, facts: Partial<Reimbursement> = {}): Reimbursement {
  return {
    row,
    reimbursementId: 'R1',
    approvedAt: '2026-11-10T10:00:00.000Z',
    caseId: null,
    orderId: null,
    reason: 'Lost_Warehouse',
    sku: 'SKU-1',
    asin: null,
    condition: 'Sellable',
    amountPerUnit: eur(100n),
    amountTotal: eur(200n),
    quantityCash: 2,
    quantityInventory: 0,
    originalReimbursementId: null,
    ...facts,
  };
}

export function vatLine(row: number, facts: Partial<VatLine> = {}): VatLine {
  return {
    row,
    kind: 'vat-transactions',
    lineType: 'SALE',
    orderId: '028-0000001-0000001',
    shipmentId: null,
    sku: 'SKU-1',
    quantity: 1,
    taxDay: day('2026-10-31'),
    currency: EUR,
    netTotal: eur(1_000n),
    vatTotal: eur(190n),
    grossTotal: eur(1_190n),
    vatRateText: '0.19',
    departCountry: 'DE',
    arriveCountry: 'FR',
    taxJurisdiction: null,
    sellerVatNumber: 'DE1',
    invoiceNumber: null,
    reportingScheme: 'UNION-OSS',
    isTaxCollectedByAmazon: false,
    marketplaceName: 'amazon.de',
    ...facts,
  };
}

/** Every row of every table as text, bytes as hexadecimal digits. */
export async function dumpOf({ database }: TestBooks): Promise<string> {
  const { rows: tables } = await database.pool.query<{ name: string }>(
    "select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public'",
  );
  const parts = await Promise.all(
    tables.map(({ name }) => database.pool.query<{ row: string }>(`select ${name}::text as row from ${name}`)),
  );
  return parts.flatMap(({ rows }) => rows.map(({ row }) => row)).join('\n');
}
