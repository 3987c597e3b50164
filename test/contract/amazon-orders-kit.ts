/** What the tests of the orders adapter share: an order as Amazon writes it, with a person in it, and ways to read it. */

import type { SpApi } from '../../src/amazon/sp-api.ts';
import type { OrderQuery } from '../../src/app/index.ts';
import { Problem } from '../../src/core/index.ts';

export const ORDERS = '/orders/2026-01-01/orders';

export const eur = (amount: string) => ({ amount, currencyCode: 'EUR' });

/** Every text about the person, so that a test can look for all of them at once. */
export const CANARY = 'Canary';
export const PERSON = {
  buyer: {
    buyerName: `${CANARY} Person`,
    buyerEmail: `${CANARY}@marketplace.example`,
    buyerCompanyName: `${CANARY} GmbH`,
    buyerPurchaseOrderNumber: `${CANARY}-PO-1`,
  },
  recipient: {
    deliveryAddress: {
      name: `${CANARY} Person`,
      addressLine1: `${CANARY} street 1`,
      city: 'Berlin',
      stateOrRegion: 'BE',
      postalCode: `${CANARY}-10115`,
      countryCode: 'DE',
      phone: `${CANARY}-030`,
      extendedFields: { streetName: `${CANARY} street` },
    },
    deliveryPreference: { addressInstruction: `${CANARY} behind the house` },
  },
};

/** A shipped business order of two items with every part that accounting reads. */
export function wireOrder(more: Readonly<Record<string, unknown>> = {}) {
  return {
    orderId: '902-1111111-1111111',
    orderAliases: [{ aliasId: 'S-1', aliasType: 'SELLER_ORDER_ID' }],
    createdTime: '2026-11-20T10:00:00Z',
    lastUpdatedTime: '2026-11-21T12:00:00+01:00',
    programs: ['AMAZON_BUSINESS', 'PRIME'],
    associatedOrders: [{ orderId: '902-0000000-0000000', associationType: 'REPLACEMENT_ORIGINAL_ID' }],
    salesChannel: { channelName: 'AMAZON', marketplaceId: 'A1PA6795UKMFR9', marketplaceName: 'Amazon.de' },
    ...PERSON,
    proceeds: {
      grandTotal: eur('129.00'),
      breakdowns: [
        { type: 'ITEM', subtotal: eur('120.00') },
        { type: 'TAX', subtotal: eur('19.00') },
        { type: 'DISCOUNT', subtotal: eur('-12.00') },
        { type: 'DELIVERY_TIP', status: 'FINALIZED', subtotal: eur('2.00') },
      ],
    },
    payment: {
      paymentExecutions: [
        { paymentMethod: 'CreditCard', paymentAmount: eur('129.00'), cardBrand: CANARY, authorizationCode: CANARY },
      ],
    },
    tax: {
      taxRegistrations: [
        {
          entityType: 'BUYER',
          taxRegistrationType: 'VAT',
          taxRegistrationNumber: 'DE123456789',
          legalName: `${CANARY} GmbH`,
          taxRegistrationAddress: { addressLine1: `${CANARY} street 1` },
        },
        { entityType: 'BUYER', taxRegistrationType: 'CPF', taxRegistrationNumber: `${CANARY}-CPF` },
        { entityType: 'MARKETPLACE', taxRegistrationType: 'CNPJ', taxRegistrationNumber: '15436940' },
        { entityType: 'MERCHANT', legalName: `${CANARY} Trading` },
      ],
    },
    fulfillment: {
      fulfillmentStatus: 'SHIPPED',
      fulfilledBy: 'MERCHANT',
      fulfillmentServiceLevel: 'STANDARD',
      deliverByWindow: { latestDateTime: '2026-11-25T22:59:59Z' },
    },
    orderItems: [wireItem('1'), wireItem('2', { quantityOrdered: 3, cancellation: { cancellationExecution: {} } })],
    packages: [
      { packageReferenceId: '1', shipTime: '2026-11-21T16:00:00Z', packageStatus: { status: 'IN_TRANSIT' } },
      { packageReferenceId: '2', shipTime: '2026-11-21T11:00:00Z', trackingNumber: `${CANARY}-track` },
    ],
    ...more,
  };
}

export function wireItem(id: string, more: Readonly<Record<string, unknown>> = {}) {
  return {
    orderItemId: id,
    quantityOrdered: 1,
    product: {
      asin: 'B000000001',
      title: 'Desk lamp',
      sellerSku: `SKU-${id}`,
      price: { unitPrice: eur('60.00'), priceDesignation: 'BUSINESS_PRICE' },
      serialNumbers: [`${CANARY}-serial`],
      customization: { customizedUrl: `https://example/${CANARY}` },
    },
    proceeds: {
      proceedsTotal: eur('63.50'),
      breakdowns: [
        { type: 'ITEM', subtotal: eur('60.00') },
        { type: 'TAX', subtotal: eur('9.50'), detailedBreakdowns: [{ subtype: 'ITEM', value: eur('9.50') }] },
        { type: 'DISCOUNT', subtotal: eur('-6.00'), detailedBreakdowns: [{ subtype: 'ITEM', value: eur('6.00') }] },
      ],
    },
    expense: { pointsCost: { pointsGranted: { pointsNumber: 50, pointsMonetaryValue: eur('0.50') } } },
    promotion: { breakdowns: [{ promotionId: 'PROMO-1' }] },
    fulfillment: {
      quantityFulfilled: 1,
      quantityUnfulfilled: 0,
      packing: { giftOption: { giftMessage: `${CANARY} loves you` } },
      shipping: { internationalShipping: { iossNumber: 'IM0000000001' } },
    },
    tax: {
      taxCalculationBreakdowns: [{ reportingScheme: 'UOSS' }],
      taxCollections: [{ model: 'MARKETPLACE_FACILITATOR', responsibleParty: 'Amazon Services Europe' }],
    },
    ...more,
  };
}

export const query: OrderQuery = {
  lastUpdatedAfter: '2026-11-01T00:00:00.000Z',
  lastUpdatedBefore: null,
  marketplaceIds: ['A1PA6795UKMFR9', 'A13V1IB3VIYZZH'],
  withBuyers: false,
  withTax: true,
};

export interface AskedOf {
  readonly operation: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/** A transport that answers from memory: `find` may be answered with `undefined`, a problem is raised. */
export function fakeApi(answer: (asked: AskedOf) => unknown): { readonly api: SpApi; readonly asked: AskedOf[] } {
  const asked: AskedOf[] = [];
  const ask: SpApi['find'] = async (request) => {
    const one = { operation: request.operation, path: request.path, query: request.query ?? {} };
    asked.push(one);
    const body = answer(one);
    if (body === undefined) return undefined;
    if (body instanceof Problem) throw body;
    const reading = request.read(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
    if (!reading.ok) throw new Error(reading.fault);
    return { value: reading.value, date: undefined };
  };
  const get: SpApi['get'] = async (request) => {
    const found = await ask(request);
    if (!found) throw new Error('get was answered with nothing');
    return found;
  };
  return { api: { get, find: ask, post: () => Promise.reject(new Error('orders write nothing')) }, asked };
}
