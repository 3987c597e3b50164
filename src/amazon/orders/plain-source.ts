import type { JsonObject } from '../../app/index.ts';
import { storableText } from './wire.ts';

/** `true` keeps one plain value or a list of plain values; an object keeps those members, of one object or of each in a list. */
interface Shape {
  readonly [member: string]: true | Shape;
}

const listEntriesMax = 1_000;

const money: Shape = { amount: true, currencyCode: true };
const window: Shape = { earliestDateTime: true, latestDateTime: true };
const breakdowns: Shape = {
  type: true,
  status: true,
  subtotal: money,
  detailedBreakdowns: { subtype: true, value: money },
};

/**
 * Amazon's members that say nothing about a person. Left out on purpose: the buyer, names, streets, postal codes and phones,
 * gift messages, customisations, cancellation texts, tracking numbers, serial numbers, cards, legal names. A member that Amazon
 * adds is left out until somebody has looked at it.
 */
const PLAIN: Shape = {
  orderId: true,
  orderAliases: { aliasId: true, aliasType: true },
  createdTime: true,
  lastUpdatedTime: true,
  programs: true,
  associatedOrders: { orderId: true, associationType: true },
  salesChannel: { channelName: true, marketplaceId: true, marketplaceName: true },
  recipient: { deliveryAddress: { city: true, stateOrRegion: true, countryCode: true } },
  proceeds: { grandTotal: money, breakdowns },
  payment: { paymentExecutions: { paymentMethod: true, paymentAmount: money } },
  tax: {
    taxRegistrations: { entityType: true, taxRegistrationType: true },
    taxInvoicing: { buyerInvoicePreference: true, invoiceStatus: true },
  },
  fulfillment: {
    fulfillmentStatus: true,
    fulfilledBy: true,
    fulfillmentServiceLevel: true,
    shipByWindow: window,
    deliverByWindow: window,
  },
  orderItems: {
    orderItemId: true,
    quantityOrdered: true,
    measurement: { unit: true, value: true },
    associatedOrderItems: { orderId: true, orderItemId: true, associationType: true },
    programs: true,
    product: {
      asin: true,
      title: true,
      sellerSku: true,
      condition: { conditionType: true, conditionSubtype: true },
      price: { unitPrice: money, priceDesignation: true },
    },
    proceeds: { proceedsTotal: money, breakdowns },
    expense: { pointsCost: { pointsGranted: { pointsNumber: true, pointsMonetaryValue: money } } },
    promotion: { breakdowns: { promotionId: true } },
    cancellation: { cancellationRequest: { requester: true }, cancellationExecution: { cancelledBy: true } },
    fulfillment: {
      quantityFulfilled: true,
      quantityUnfulfilled: true,
      shipping: { internationalShipping: { iossNumber: true } },
    },
    tax: {
      taxCalculationBreakdowns: { reportingScheme: true },
      taxCollections: { model: true, responsibleParty: true },
    },
  },
  packages: {
    packageReferenceId: true,
    createdTime: true,
    packageStatus: { status: true, detailedStatus: true },
    carrier: true,
    shipTime: true,
    shippingService: true,
    packageItems: { orderItemId: true, quantity: true },
  },
};

/** The order as Amazon wrote it, reduced to members known to say nothing about a person. Whatever it is given, it does not raise. */
export function plainSource(order: unknown): JsonObject {
  return keepObject(order, PLAIN) ?? {};
}

function keepObject(value: unknown, shape: Shape): JsonObject | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const kept: Record<string, unknown> = {};
  for (const [member, inner] of Object.entries(shape)) {
    if (!Object.hasOwn(value, member)) continue;
    const part = keep((value as Record<string, unknown>)[member], inner);
    if (part !== undefined) kept[member] = part;
  }
  return kept;
}

function keep(value: unknown, shape: true | Shape): unknown {
  if (Array.isArray(value))
    return value.slice(0, listEntriesMax).flatMap((entry: unknown) => {
      const kept = shape === true ? keepPlain(entry) : keepObject(entry, shape);
      return kept === undefined ? [] : [kept];
    });
  return shape === true ? keepPlain(value) : keepObject(value, shape);
}

/** A fraction becomes text: digests are made of whole numbers only. */
function keepPlain(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : String(value);
  return typeof value === 'boolean' || value === null ? value : undefined;
}
