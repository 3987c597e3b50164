import { DAY_MS, formatInstant } from '../../src/core/index.ts';
import {
  asinOf,
  type BreakdownNode,
  balancesAt,
  breakDown,
  type FinanceItemFacts,
  financeEventsOf,
  financeStatusAt,
  isKnownMarketplaceId,
  type Marketplace,
  type SellerWorld,
  settlementIdAt,
  type WorldBalance,
  type WorldFinanceEvent,
  type WorldSettlement,
} from '../world/index.ts';
import { type Answer, invalidInput, jsonAnswer } from './answers.ts';
import type { ListFaults } from './orders-api.ts';
import { type Paging, readPageStart, writePageToken } from './page-tokens.ts';
import { cutPage, isEmptyByHabit, LastList } from './pages.ts';
import { currencyOf, listOf, momentOf, repeatedOrUnknown } from './queries.ts';
import type { SellerContext } from './seller-context.ts';

const EVENT_PARAMETERS = [
  'postedAfter',
  'postedBefore',
  'marketplaceId',
  'transactionStatus',
  'relatedIdentifierName',
  'relatedIdentifierValue',
  'nextToken',
];
const SUMMARY_PARAMETERS = [
  'marketplaceIds',
  'accountType',
  'relatedIdentifierName',
  'relatedIdentifierValue',
  'periodStart',
  'periodEnd',
  'nextToken',
];
const BALANCE_PARAMETERS = ['marketplaceIds', 'balanceType', 'accountType', 'asOfDate', 'nextToken'];
const STATUSES = ['DEFERRED', 'RELEASED', 'DEFERRED_RELEASED'];
const BALANCE_TYPES = ['AVAILABLE', 'RESERVED', 'TOTAL', 'DEFERRED', 'ACCOUNT_LEVEL_RESERVE'];
const ACCOUNT_TYPE = 'Standard Orders';
const PAGING: Paging = { operation: 'listTransactions', tokenName: 'nextToken', tokenLifeMs: 300_000 };
const pageSize = 100;
const quietMs = 120_000;
/** A longer window gets nothing, without a word. */
const windowDaysMax = 180;

interface EventSearch {
  readonly afterMs: number;
  readonly beforeMs: number;
  readonly marketplaceId: string | undefined;
  readonly eventStatus: string | undefined;
  readonly relatedName: string | undefined;
  readonly relatedValue: string | undefined;
}

/** Events, summaries and balances as the finances interface of 2024 tells them. */
export class FinancesApi {
  readonly #last = new LastList<WorldFinanceEvent>();

  events(context: SellerContext, query: URLSearchParams, faults: ListFaults): Answer {
    const problem = repeatedOrUnknown(query, EVENT_PARAMETERS);
    if (problem) return problem;
    const start = readPageStart(context, PAGING, query, faults.expiredPageToken);
    if ('status' in start) return start;
    const search = readEventSearch(query, start.asOfMs);
    if ('status' in search) return search;
    const { world } = context.reports;
    const name = `${world.sellerId} ${start.asOfMs} ${JSON.stringify(search)}`;
    const found = this.#last.of(name, () => findEvents(world, search, start.asOfMs));
    const isEmpty = faults.emptyPage || (found.length > 0 && isEmptyByHabit(`events/${name}`, start));
    const page = cutPage(found, start, pageSize, isEmpty);
    const at = start.asOfMs / 1000;
    return jsonAnswer(200, {
      payload: {
        transactions: page.items.map((event) => eventBody(world, event, at)),
        ...(page.next && { nextToken: writePageToken(context, PAGING, query, page.next) }),
      },
    });
  }

  summaries(context: SellerContext, query: URLSearchParams): Answer {
    const problem = repeatedOrUnknown(query, SUMMARY_PARAMETERS) ?? refusedMarketplaces(query);
    if (problem) return problem;
    if (query.has('nextToken')) return invalidInput('Invalid nextToken');
    const name = query.get('relatedIdentifierName');
    const fromMs = momentOf(query, 'periodStart', true);
    const untilMs = momentOf(query, 'periodEnd', true);
    if (name === null && (fromMs === undefined || untilMs === undefined)) {
      return invalidInput('Either a related identifier or periodStart and periodEnd are required.');
    }
    if (name !== null && (name !== 'SETTLEMENT_ID' || !query.get('relatedIdentifierValue'))) {
      return invalidInput('relatedIdentifierName can only be SETTLEMENT_ID, together with a value.');
    }
    if (Number.isNaN(fromMs) || Number.isNaN(untilMs)) return invalidInput('Invalid date.');
    const ids = listOf(query, 'marketplaceIds');
    const closed = context.reports.world.settlements.filter(
      (settlement) =>
        settlement.endAt * 1000 <= context.nowMs &&
        (name === null || settlement.settlementId === query.get('relatedIdentifierValue')) &&
        settlement.startAt * 1000 >= (fromMs ?? 0) &&
        settlement.endAt * 1000 <= (untilMs ?? context.nowMs) + DAY_MS &&
        (ids?.includes(settlement.marketplace.marketplaceId) ?? true) &&
        isOurAccountType(query),
    );
    return jsonAnswer(200, { summaries: closed.map(summaryBody) });
  }

  balances(context: SellerContext, query: URLSearchParams): Answer {
    const problem = repeatedOrUnknown(query, BALANCE_PARAMETERS) ?? refusedMarketplaces(query);
    if (problem) return problem;
    if (query.has('nextToken')) return invalidInput('Invalid nextToken');
    const type = query.get('balanceType');
    if (type !== null && !BALANCE_TYPES.includes(type)) return invalidInput('Invalid balanceType.');
    const dayMs = momentOf(query, 'asOfDate', true);
    const isDay = /^\d{4}-\d{2}-\d{2}$/.test(query.get('asOfDate') ?? '2026-01-01');
    if (Number.isNaN(dayMs) || !isDay) return invalidInput('Invalid asOfDate: use yyyy-MM-dd.');
    if (dayMs !== undefined && dayMs > context.nowMs) return invalidInput('asOfDate must not be in the future.');
    const atMs = dayMs === undefined ? context.nowMs : Math.min(dayMs + DAY_MS - 1000, context.nowMs);
    const ids = listOf(query, 'marketplaceIds');
    const { world } = context.reports;
    const when =
      dayMs === undefined
        ? { lastUpdatedTime: formatInstant(Math.floor(context.nowMs / 1000)) }
        : { asOfDate: query.get('asOfDate') };
    const shown = balancesAt(world, Math.floor(atMs / 1000)).filter(
      ({ marketplace }) => (ids?.includes(marketplace.marketplaceId) ?? true) && isOurAccountType(query),
    );
    return jsonAnswer(200, { balances: shown.flatMap((balance) => balanceBody(world, balance, type, when)) });
  }
}

function refusedMarketplaces(query: URLSearchParams): Answer | undefined {
  const ids = listOf(query, 'marketplaceIds') ?? [];
  return ids.every(isKnownMarketplaceId) ? undefined : invalidInput('Invalid input');
}

/** The same account is spelt differently in different places. */
function isOurAccountType(query: URLSearchParams): boolean {
  const asked = query.get('accountType')?.toUpperCase().replace(/ /g, '_');
  return asked === undefined || asked === 'STANDARD_ORDERS';
}

function readEventSearch(query: URLSearchParams, asOfMs: number): EventSearch | Answer {
  const relatedName = query.get('relatedIdentifierName') ?? undefined;
  const relatedValue = query.get('relatedIdentifierValue') ?? undefined;
  const isRelated = relatedName !== undefined;
  if (isRelated && relatedName !== 'ORDER_ID' && relatedName !== 'FINANCIAL_EVENT_GROUP_ID') {
    return invalidInput('relatedIdentifierName can only be ORDER_ID or FINANCIAL_EVENT_GROUP_ID.');
  }
  if (isRelated !== (relatedValue !== undefined)) return invalidInput('A related identifier needs a name and a value.');
  if (!isRelated && !query.has('postedAfter')) return invalidInput('Start date cannot be null');
  const latestMs = asOfMs - quietMs;
  const afterMs = momentOf(query, 'postedAfter', true) ?? 0;
  const beforeMs = momentOf(query, 'postedBefore', true) ?? latestMs;
  if (Number.isNaN(afterMs) || Number.isNaN(beforeMs)) return invalidInput('Invalid date-time: use ISO 8601.');
  if (afterMs > latestMs || beforeMs > latestMs) {
    return invalidInput('postedAfter and postedBefore must be more than two minutes before the request.');
  }
  const status = query.get('transactionStatus') ?? undefined;
  if (status !== undefined && !STATUSES.includes(status)) return invalidInput('Invalid transactionStatus.');
  return {
    afterMs,
    beforeMs,
    marketplaceId: query.get('marketplaceId') ?? undefined,
    eventStatus: status,
    relatedName,
    relatedValue,
  };
}

function findEvents(world: SellerWorld, search: EventSearch, asOfMs: number): WorldFinanceEvent[] {
  const isTooLong = search.beforeMs - search.afterMs > windowDaysMax * DAY_MS;
  if (search.relatedName === undefined && isTooLong) return [];
  const at = asOfMs / 1000;
  return financeEventsOf(world).filter((finance) => {
    const postedMs = finance.event.postedAt * 1000;
    return (
      finance.visibleAt <= at &&
      postedMs >= search.afterMs &&
      postedMs < search.beforeMs &&
      (search.eventStatus === undefined || financeStatusAt(finance, at) === search.eventStatus) &&
      isOfMarketplace(finance, search.marketplaceId) &&
      isRelated(finance, search)
    );
  });
}

/** Amazon's habit: what an American seller sends from the own stock is hidden as soon as a marketplace is named. */
function isOfMarketplace({ marketplace, event }: WorldFinanceEvent, marketplaceId: string | undefined): boolean {
  if (marketplaceId === undefined) return true;
  return marketplace.marketplaceId === marketplaceId && !(marketplace.country === 'US' && event.channel === 'MFN');
}

function isRelated(finance: WorldFinanceEvent, { relatedName, relatedValue }: EventSearch): boolean {
  if (relatedName === undefined) return true;
  return relatedName === 'ORDER_ID' ? finance.event.orderId === relatedValue : finance.eventGroupId === relatedValue;
}

function eventBody(world: SellerWorld, finance: WorldFinanceEvent, at: number): unknown {
  const { marketplace, event, deferral } = finance;
  const { currency } = marketplace;
  const settlementId = settlementIdAt(finance, at);
  const related: readonly (readonly [name: string, value: string])[] = [
    ['ORDER_ID', event.orderId],
    ['SHIPMENT_ID', event.shipmentId],
    ['REFUND_ID', event.adjustmentId],
    ['FINANCIAL_EVENT_GROUP_ID', finance.eventGroupId],
    ['SETTLEMENT_ID', settlementId ?? ''],
  ];
  return {
    sellingPartnerMetadata: {
      sellingPartnerId: world.sellerId,
      accountType: ACCOUNT_TYPE,
      marketplaceId: marketplace.marketplaceId,
    },
    relatedIdentifiers: related
      .filter(([, value]) => value !== '')
      .map(([relatedIdentifierName, relatedIdentifierValue]) => ({ relatedIdentifierName, relatedIdentifierValue })),
    transactionType: finance.transactionType,
    transactionId: finance.transactionId,
    transactionStatus: financeStatusAt(finance, at),
    description: `${finance.transactionType} of ${marketplace.name}`,
    postedDate: formatInstant(event.postedAt),
    totalAmount: currencyOf(finance.totalMinor, currency),
    marketplaceDetails: { marketplaceId: marketplace.marketplaceId, marketplaceName: marketplace.name },
    ...(finance.items.length > 0 && { items: finance.items.map((item) => eventItemBody(finance, item)) }),
    ...(deferral && {
      contexts: [
        {
          contextType: 'DeferredContext',
          deferralReason: deferral.reason,
          maturityDate: formatInstant(deferral.maturesAt),
        },
      ],
    }),
    ...(finance.tree.length > 0 && { breakdowns: finance.tree.map((node) => nodeBody(node, marketplace)) }),
  };
}

function eventItemBody({ marketplace, event }: WorldFinanceEvent, item: FinanceItemFacts): unknown {
  return {
    description: `Item ${item.sku}`,
    ...(item.orderItemId !== '' && {
      relatedIdentifiers: [
        { itemRelatedIdentifierName: 'ORDER_ADJUSTMENT_ITEM_ID', itemRelatedIdentifierValue: item.orderItemId },
      ],
    }),
    totalAmount: currencyOf(item.totalMinor, marketplace.currency),
    ...(item.tree.length > 0 && { breakdowns: item.tree.map((node) => nodeBody(node, marketplace)) }),
    contexts: [
      {
        contextType: 'ProductContext',
        asin: asinOf(item.sku),
        sku: item.sku,
        ...(item.quantity !== undefined && { quantityShipped: item.quantity }),
        ...(event.channel !== '' && { fulfillmentNetwork: event.channel }),
      },
    ],
  };
}

function nodeBody(node: BreakdownNode, marketplace: Marketplace): unknown {
  return {
    breakdownType: node.name,
    breakdownAmount: currencyOf(node.minor, marketplace.currency),
    ...(node.below.length > 0 && { breakdowns: node.below.map((below) => nodeBody(below, marketplace)) }),
  };
}

function summaryBody(settlement: WorldSettlement): unknown {
  const { marketplace } = settlement;
  const legs = settlement.events.flatMap((event) => event.legs);
  return {
    partnerMetadata: {
      partnerId: settlement.sellerId,
      accountType: ACCOUNT_TYPE,
      marketplaceId: marketplace.marketplaceId,
    },
    netProceeds: currencyOf(settlement.totalMinor, marketplace.currency),
    relatedIdentifiers: [{ relatedIdentifierName: 'SETTLEMENT_ID', relatedIdentifierValue: settlement.settlementId }],
    breakdowns: breakDown(legs, marketplace).map((node) => nodeBody(node, marketplace)),
    periodStart: formatInstant(settlement.startAt).slice(0, 10),
    periodEnd: formatInstant(settlement.endAt).slice(0, 10),
  };
}

function balanceBody(world: SellerWorld, balance: WorldBalance, type: string | null, when: object): unknown[] {
  const { marketplace } = balance;
  const partnerMetadata = {
    partnerId: world.sellerId,
    accountType: ACCOUNT_TYPE,
    marketplaceId: marketplace.marketplaceId,
  };
  const node = (balanceType: string, minor: bigint, below: readonly unknown[] = []) => ({
    balanceType,
    amount: currencyOf(minor, marketplace.currency),
    ...(below.length > 0 && { balances: below }),
  });
  const deferred = node('DEFERRED', balance.deferredMinor);
  const reserve = node('ACCOUNT_LEVEL_RESERVE', balance.reserveMinor);
  const reserved = node('RESERVED', balance.deferredMinor + balance.reserveMinor, [deferred, reserve]);
  const available = node('AVAILABLE', balance.availableMinor);
  const total = node('TOTAL', balance.totalMinor, [available, reserved]);
  return [total, available, reserved, deferred, reserve]
    .filter((one) => one.balanceType === (type ?? 'TOTAL'))
    .map((one) => ({ partnerMetadata, ...one, ...when }));
}
