import {
  buyerOf,
  discountOf,
  type OrderView,
  priceOf,
  proceedsOf,
  regionOf,
  type SellerWorld,
  taxOf,
  type WorldBuyer,
  type WorldOrder,
  type WorldOrderItem,
} from '../world/index.ts';
import { instantText, moneyOf } from './queries.ts';

const DAY = 86_400;

/** What an order says depends on what was asked for and on what the application may see. */
export interface OrderShow {
  /** Values of `includedData`. */
  readonly data: ReadonlySet<string>;
  /** Without the role, names, streets and the like are left out silently. */
  readonly hasBuyerRole: boolean;
}

/** An order as the orders interface writes it. */
export function orderBody(world: SellerWorld, view: OrderView, { data, hasBuyerRole }: OrderShow): unknown {
  const { order } = view;
  const buyer = buyerOf(world, order);
  const hasPrices = hasPricesIn(view);
  return {
    orderId: order.orderId,
    orderAliases: [{ aliasId: order.sellerOrderId, aliasType: 'SELLER_ORDER_ID' }],
    createdTime: instantText(order.orderedAt),
    lastUpdatedTime: instantText(view.lastUpdatedAt),
    programs: programsOf(order),
    salesChannel: order.isOtherChannel
      ? { channelName: 'NON_AMAZON', marketplaceName: order.marketplace.nameForOtherChannels }
      : {
          channelName: 'AMAZON',
          marketplaceId: order.marketplace.marketplaceId,
          marketplaceName: order.marketplace.name,
        },
    ...(data.has('BUYER') && hasBuyerRole && { buyer: buyerBody(order, buyer) }),
    ...(data.has('RECIPIENT') && { recipient: { deliveryAddress: addressBody(buyer, hasBuyerRole) } }),
    ...(data.has('PROCEEDS') && hasPrices && { proceeds: orderProceeds(order) }),
    ...(data.has('PAYMENT') && hasPrices && { payment: paymentBody(order) }),
    ...(data.has('TAX') && { tax: { taxRegistrations: registrationsOf(order, buyer, hasBuyerRole) } }),
    ...(data.has('FULFILLMENT') && { fulfillment: fulfillmentBody(view) }),
    orderItems: order.items.map((item) => itemBody(view, item, buyer, data)),
    ...(data.has('PACKAGES') && order.shippedAt !== undefined && { packages: packagesOf(view) }),
  };
}

/** Amazon shows no price before the payment is accepted, none of a cancelled order, and none of another shop's order. */
export function hasPricesIn({ order, status }: OrderView): boolean {
  return !order.isOtherChannel && (status === 'UNSHIPPED' || status === 'SHIPPED');
}

function programsOf(order: WorldOrder): string[] {
  return [...(order.isPrime ? ['PRIME'] : []), ...(order.isBusiness ? ['AMAZON_BUSINESS'] : [])];
}

function buyerBody(order: WorldOrder, buyer: WorldBuyer): unknown {
  return {
    buyerName: buyer.name,
    // Only whoever sends the parcel learns how to write to the buyer.
    ...(order.fulfilledBy === 'MERCHANT' && { buyerEmail: buyer.email }),
    ...(buyer.company !== undefined && { buyerCompanyName: buyer.company }),
    ...(buyer.purchaseOrderNumber !== undefined && { buyerPurchaseOrderNumber: buyer.purchaseOrderNumber }),
  };
}

function addressBody(buyer: WorldBuyer, hasBuyerRole: boolean): unknown {
  const place = { city: buyer.city, stateOrRegion: buyer.region, countryCode: buyer.country };
  if (!hasBuyerRole) return place;
  return {
    name: buyer.name,
    ...(buyer.company !== undefined && { companyName: buyer.company }),
    addressLine1: buyer.street,
    ...place,
    postalCode: buyer.postalCode,
    phone: buyer.phone,
    addressType: buyer.company === undefined ? 'RESIDENTIAL' : 'COMMERCIAL',
  };
}

function orderProceeds(order: WorldOrder): unknown {
  const { currency } = order.marketplace;
  const sum = (amount: (item: WorldOrderItem) => bigint): bigint =>
    order.items.reduce((total, item) => total + amount(item), 0n);
  const kinds: readonly (readonly [type: string, minor: bigint])[] = [
    ['ITEM', sum(({ charges }) => charges.item)],
    ['SHIPPING', sum(({ charges }) => charges.shipping)],
    ['GIFT_WRAP', sum(({ charges }) => charges.giftWrap)],
    ['TAX', sum(({ charges }) => taxOf(charges))],
    ['DISCOUNT', -sum(({ charges }) => discountOf(charges))],
  ];
  return {
    grandTotal: moneyOf(sum(proceedsOf), currency),
    breakdowns: kinds
      .filter(([, minor]) => minor !== 0n)
      .map(([type, minor]) => ({ type, status: 'FINALIZED', subtotal: moneyOf(minor, currency) })),
  };
}

function paymentBody(order: WorldOrder): unknown {
  const total = order.items.reduce((sum, item) => sum + proceedsOf(item), 0n);
  return {
    paymentExecutions: [{ paymentMethod: 'CreditCard', paymentAmount: moneyOf(total, order.marketplace.currency) }],
  };
}

function registrationsOf(order: WorldOrder, buyer: WorldBuyer, hasBuyerRole: boolean): unknown[] {
  const isEuropean = regionOf(order.marketplace) === 'EU';
  const ofBuyer = {
    entityType: 'BUYER',
    ...(hasBuyerRole && { legalName: buyer.company }),
    taxRegistrationType: isEuropean ? 'VAT' : 'BUSINESS',
    taxRegistrationNumber: buyer.taxNumber,
  };
  const ofMarketplace = {
    entityType: 'MARKETPLACE',
    taxRegistrationType: 'VAT',
    taxRegistrationNumber: `${order.marketplace.country}999999999`,
  };
  return [...(buyer.taxNumber === undefined ? [] : [ofBuyer]), ...(isEuropean ? [ofMarketplace] : [])];
}

function fulfillmentBody({ order, status }: OrderView): unknown {
  return {
    fulfillmentStatus: status,
    fulfilledBy: order.fulfilledBy,
    fulfillmentServiceLevel: order.isPrime ? 'SECOND_DAY' : 'STANDARD',
    shipByWindow: {
      earliestDateTime: instantText(order.orderedAt),
      latestDateTime: instantText(order.orderedAt + 4 * DAY),
    },
    deliverByWindow: {
      earliestDateTime: instantText(order.orderedAt + DAY),
      latestDateTime: instantText(order.orderedAt + 8 * DAY),
    },
  };
}

function itemBody(view: OrderView, item: WorldOrderItem, buyer: WorldBuyer, data: ReadonlySet<string>): unknown {
  const { order, status } = view;
  const { currency } = order.marketplace;
  const hasPrices = hasPricesIn(view);
  const isShipped = status === 'SHIPPED';
  return {
    orderItemId: item.orderItemId,
    quantityOrdered: item.quantity,
    product: {
      asin: item.asin,
      title: item.title,
      sellerSku: item.sku,
      condition: { conditionType: 'NEW', conditionSubtype: 'NEW' },
      ...(hasPrices && {
        price: {
          unitPrice: moneyOf(item.unitPriceMinor, currency),
          ...(order.isBusiness && { priceDesignation: 'BUSINESS_PRICE' }),
        },
      }),
    },
    ...(data.has('PROCEEDS') && hasPrices && { proceeds: itemProceeds(order, item) }),
    ...(data.has('EXPENSE') &&
      hasPrices &&
      item.pointsMinor !== 0n && {
        expense: {
          pointsCost: {
            pointsGranted: {
              pointsNumber: Number(item.pointsMinor),
              pointsMonetaryValue: moneyOf(item.pointsMinor, currency),
            },
          },
        },
      }),
    ...(data.has('PROMOTION') &&
      item.promotionIds.length > 0 && {
        promotion: { breakdowns: item.promotionIds.map((promotionId) => ({ promotionId })) },
      }),
    ...(data.has('CANCELLATION') &&
      status === 'CANCELLED' && {
        cancellation: { cancellationExecution: { cancelledBy: 'BUYER', cancelReason: 'BUYER_CANCELED' } },
      }),
    ...(data.has('FULFILLMENT') && {
      fulfillment: {
        quantityFulfilled: isShipped ? item.quantity : 0,
        quantityUnfulfilled: isShipped || status === 'CANCELLED' ? 0 : item.quantity,
        // A gift message is about a person, although it comes with data that is not.
        ...(item.charges.giftWrap > 0n && {
          packing: { giftOption: { giftMessage: buyer.giftMessage, giftWrapLevel: 'Classic' } },
        }),
      },
    }),
    ...(data.has('TAX') && order.isTaxCollectedByAmazon && { tax: itemTax(order) }),
  };
}

function itemProceeds({ marketplace }: WorldOrder, item: WorldOrderItem): unknown {
  const { charges } = item;
  const money = (minor: bigint) => moneyOf(minor, marketplace.currency);
  const plain = (type: string, minor: bigint) => (minor === 0n ? [] : [{ type, subtotal: money(minor) }]);
  const detailed = (type: string, minor: bigint, parts: readonly (readonly [subtype: string, minor: bigint])[]) =>
    minor === 0n
      ? []
      : [
          {
            type,
            subtotal: money(minor),
            detailedBreakdowns: parts
              .filter(([, part]) => part !== 0n)
              .map(([subtype, part]) => ({ subtype, value: money(part) })),
          },
        ];
  return {
    proceedsTotal: money(priceOf(charges) + taxOf(charges) - discountOf(charges)),
    breakdowns: [
      ...plain('ITEM', charges.item),
      ...plain('SHIPPING', charges.shipping),
      ...plain('GIFT_WRAP', charges.giftWrap),
      ...detailed('TAX', taxOf(charges), [
        ['ITEM', charges.itemTax],
        ['SHIPPING', charges.shippingTax],
        ['GIFT_WRAP', charges.giftWrapTax],
      ]),
      // The tax that a discount spares has no word of its own: it is in the subtotal alone.
      ...detailed('DISCOUNT', -discountOf(charges), [
        ['ITEM', -charges.itemDiscount],
        ['SHIPPING', -charges.shippingDiscount],
      ]),
    ],
  };
}

function itemTax(order: WorldOrder): unknown {
  return {
    taxCollections: [{ model: 'MARKETPLACE_FACILITATOR', responsibleParty: 'Amazon Services, Inc.' }],
    ...(regionOf(order.marketplace) === 'EU' && { taxCalculationBreakdowns: [{ reportingScheme: 'UOSS' }] }),
  };
}

function packagesOf({ order, status, isDelivered }: OrderView): unknown[] {
  if (status !== 'SHIPPED' || order.shippedAt === undefined) return [];
  return [
    {
      packageReferenceId: '1',
      createdTime: instantText(order.shippedAt - 3_600),
      packageStatus: isDelivered
        ? { status: 'DELIVERED', detailedStatus: 'DELIVERED' }
        : { status: 'SHIPPED', detailedStatus: 'PICKED_UP' },
      shipTime: instantText(order.shippedAt),
      packageItems: order.items.map((item) => ({ orderItemId: item.orderItemId, quantity: item.quantity })),
    },
  ];
}
