import type { FinanceEvent, FinanceEventStatus, FinanceItem, JsonObject } from '../../app/index.ts';
import { assertCount, isSameByPath, readLeaves, sumsTo } from './read-breakdowns.ts';
import {
  optional,
  RecordFault,
  readAccountType,
  readAmount,
  readInstant,
  readQuantity,
  readRelatedIds,
  relatedValue,
} from './read-members.ts';
import type { WireContexts, WireEvent, WireItem } from './wire.ts';

const STATUSES: Readonly<Record<string, FinanceEventStatus>> = {
  DEFERRED: 'deferred',
  RELEASED: 'released',
  DEFERRED_RELEASED: 'deferred-released',
};

/**
 * One event in our words. `keyOf` makes the key of an event that has no id. Raises a `RecordFault` where an amount or a
 * time cannot be read exactly: what is stored is what Amazon said, or it is kept aside.
 */
export function readEvent(wire: WireEvent, source: JsonObject, keyOf: (source: JsonObject) => string): FinanceEvent {
  const total = readAmount(wire.totalAmount, 'totalAmount');
  const items = (wire.items ?? []).map((item, index) => readItem(item, `items.${index}`));
  const own = readLeaves(wire.breakdowns, null);
  const ofItems = (wire.items ?? []).flatMap((item, index) => readLeaves(item.breakdowns, index));
  // Item by item they say more, but they do not always come to the whole.
  const amounts = own.length === 0 || isSameByPath(own, ofItems) ? ofItems : own;
  assertCount(amounts.length);
  const relatedIds = readRelatedIds(wire.relatedIdentifiers);
  const deferral = contextOf('DeferredContext', wire.contexts, ...(wire.items ?? []).map((item) => item.contexts));
  const amazonStatus = wire.transactionStatus ?? '';
  const event = {
    eventType: wire.transactionType ?? '',
    status: STATUSES[amazonStatus.trim().toUpperCase()] ?? 'other',
    amazonStatus,
    description: optional(wire.description),
    postedAt: readInstant(wire.postedDate, 'postedDate'),
    total,
    accountType: readAccountType(wire.sellingPartnerMetadata?.accountType),
    marketplaceId:
      optional(wire.marketplaceDetails?.marketplaceId) ?? optional(wire.sellingPartnerMetadata?.marketplaceId),
    orderId: relatedValue(relatedIds, 'ORDER_ID'),
    settlementId: relatedValue(relatedIds, 'SETTLEMENT_ID'),
    eventGroupId: relatedValue(relatedIds, 'FINANCIAL_EVENT_GROUP_ID'),
    relatedIds,
    deferralReason: optional(deferral?.deferralReason),
    maturesAt: readInstant(deferral?.maturityDate, 'contexts.maturityDate'),
    items,
    amounts,
    ties: sumsTo(total, amounts),
    source,
  } as const;
  if (Object.keys(source).length === 0) throw new RecordFault('it has no members');
  // Last, so that only events that are stored are counted.
  return { eventKey: optional(wire.transactionId) ?? keyOf(source), ...event };
}

function readItem(item: WireItem, member: string): FinanceItem {
  const product = contextOf('ProductContext', item.contexts);
  return {
    sku: optional(product?.sku),
    channel: readChannel(optional(product?.fulfillmentNetwork)),
    asin: optional(product?.asin),
    quantity: readQuantity(product?.quantityShipped, `${member}.contexts.quantityShipped`),
    description: optional(item.description),
    total: readAmount(item.totalAmount, `${member}.totalAmount`),
    relatedIds: (item.relatedIdentifiers ?? []).flatMap((each) => {
      const [name, value] = [optional(each.itemRelatedIdentifierName), optional(each.itemRelatedIdentifierValue)];
      return name === null || value === null ? [] : [{ name, value }];
    }),
  };
}

function readChannel(network: string | null): FinanceItem['channel'] {
  const word = network?.trim().toUpperCase();
  return word === 'AFN' || word === 'MFN' ? word : null;
}

function contextOf(type: string, ...places: readonly WireContexts[]) {
  return places
    .flatMap((contexts) => contexts ?? [])
    .find((context) => context.contextType?.toLowerCase() === type.toLowerCase());
}
