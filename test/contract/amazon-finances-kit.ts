/** What the tests of finances and payouts share: Amazon's paths and records as it spells them. */
import type { SpApi, SpApiRequest } from '../../src/amazon/sp-api.ts';
import { unreadableProblem } from '../../src/amazon/sp-api-problems.ts';
import type { TimeWindow } from '../../src/app/index.ts';
import type { Received, Reply } from './amazon-stand-in.ts';

export const TRANSACTIONS = '/finances/2024-06-19/transactions';
export const SUMMARY = '/finances/2024-06-19/summary';
export const BALANCES = '/finances/2024-06-19/balances';
export const PAYOUTS = '/finances/transfers/2024-06-01/payouts';

export const WINDOW: TimeWindow = { from: '2026-11-01T00:00:00.000Z', until: '2026-11-15T00:00:00.000Z' };
export const POSTED = { by: 'posted', window: WINDOW, status: null } as const;

export const eur = (currencyAmount: number | string) => ({ currencyCode: 'EUR', currencyAmount });

export function breakdown(breakdownType: string, amount: number | string, breakdowns?: object[] | null) {
  return { breakdownType, breakdownAmount: eur(amount), ...(breakdowns !== undefined && { breakdowns }) };
}

/** A shipment of one item, whose event and item each have a tree. */
export function wireEvent(transactionId: string | null, more: Readonly<Record<string, unknown>> = {}) {
  return {
    sellingPartnerMetadata: { sellingPartnerId: 'A2', accountType: 'Standard Orders', marketplaceId: 'A1PA6795UKMFR9' },
    relatedIdentifiers: [
      { relatedIdentifierName: 'ORDER_ID', relatedIdentifierValue: '305-1' },
      { relatedIdentifierName: 'SETTLEMENT_ID', relatedIdentifierValue: '123' },
      { relatedIdentifierName: 'FINANCIAL_EVENT_GROUP_ID', relatedIdentifierValue: 'G1' },
    ],
    transactionType: 'Shipment',
    ...(transactionId !== null && { transactionId }),
    transactionStatus: 'RELEASED',
    description: 'Order Payment',
    postedDate: '2026-11-05T10:00:00Z',
    totalAmount: eur(8.5),
    items: [{ description: 'A pot', totalAmount: eur(8.5), breakdowns: [breakdown('ProductCharges', 10)] }],
    breakdowns: [
      breakdown('Sales', 10, [breakdown('ProductCharges', 10, [breakdown('OurPricePrincipal', 10, [])])]),
      breakdown('Expenses', -1.5, [breakdown('AmazonFees', -1.5, [breakdown('Commission', -1.5, null)])]),
    ],
    ...more,
  };
}

export function wirePayout(id: string, more: Readonly<Record<string, unknown>> = {}) {
  return {
    id,
    partnerMetadata: { partnerId: 'A2', accountType: 'Standard Orders', marketplaceId: 'A1PA6795UKMFR9' },
    currentStatus: 'PAID',
    statusHistory: [{ status: 'PAID', lastUpdatedDate: '2026-11-07T10:00:00Z' }],
    type: 'SCHEDULED',
    amount: eur(1250.75),
    creationDate: '2026-11-05T10:00:00Z',
    ...more,
  };
}

/** Answers with these pages one after the other; the token of each is its number. */
export function pages(bodies: readonly object[], wrap: (body: object, nextToken: string | undefined) => object) {
  return (request: Received): Reply => {
    const at = Number(request.query.get('nextToken') ?? 0);
    const next = at + 1 < bodies.length ? String(at + 1) : undefined;
    return { body: wrap(bodies[at] ?? {}, next) };
  };
}

export const eventPages = (...lists: readonly (readonly unknown[])[]) =>
  pages(
    lists.map((transactions) => ({ transactions })),
    (body, nextToken) => ({ payload: { ...body, nextToken } }),
  );

/** The transport without sockets, for what cannot be seen from outside: what was asked of it, and answers of any size. */
export function scriptedApi(answer: (request: SpApiRequest<unknown>) => string | Uint8Array) {
  const asked: SpApiRequest<unknown>[] = [];
  const api = {
    get: async <T>(request: SpApiRequest<T>) => {
      asked.push(request);
      const reading = request.read(Buffer.from(answer(request)));
      if (!reading.ok) throw unreadableProblem(request.operation, 200, reading.fault);
      return { value: reading.value, date: undefined };
    },
  } as SpApi;
  return { api, asked };
}
