import { DAY_MS, HOUR_MS } from '../../src/core/index.ts';
import { type OrderView, ordersOf, regionOf, type SellerWorld, viewOrder } from '../world/index.ts';
import { type Answer, invalidInput, jsonAnswer, notFound } from './answers.ts';
import { type PageStart, type Paging, readPageStart, writePageToken } from './page-tokens.ts';
import { cutPage, LastList } from './pages.ts';
import { type OrderShow, orderBody } from './print-order.ts';
import { instantText, listOf, momentOf, repeatedOrUnknown } from './queries.ts';
import type { SellerContext } from './seller-context.ts';

const SEARCH_PARAMETERS = [
  'createdAfter',
  'createdBefore',
  'lastUpdatedAfter',
  'lastUpdatedBefore',
  'fulfillmentStatuses',
  'marketplaceIds',
  'fulfilledBy',
  'maxResultsPerPage',
  'paginationToken',
  'includedData',
];
const STATUSES = [
  'PENDING_AVAILABILITY',
  'PENDING',
  'UNSHIPPED',
  'PARTIALLY_SHIPPED',
  'SHIPPED',
  'CANCELLED',
  'UNFULFILLABLE',
];
const INCLUDED = [
  'BUYER',
  'RECIPIENT',
  'PROCEEDS',
  'EXPENSE',
  'PROMOTION',
  'CANCELLATION',
  'FULFILLMENT',
  'PACKAGES',
  'TAX',
  'PAYMENT',
  'FULFILLMENT_ORDERS',
];
const PAGING: Paging = { operation: 'searchOrders', tokenName: 'paginationToken', tokenLifeMs: 24 * HOUR_MS };
const marketplaceIdsMax = 50;
const pageSizeMax = 100;
/** Nothing that changed in the last two minutes is told. */
const quietMs = 120_000;
const yearsKept = 2;
const YEAR_MS = 365 * DAY_MS;

/** What the faults do to one answer. */
export interface ListFaults {
  readonly emptyPage: boolean;
  readonly expiredPageToken: boolean;
}

interface Search {
  readonly by: 'created' | 'updated';
  readonly afterMs: number;
  readonly beforeMs: number;
  readonly marketplaceIds: readonly string[] | undefined;
  readonly statuses: readonly string[] | undefined;
  readonly fulfilledBy: readonly string[] | undefined;
}

/** Orders as the orders interface of 2026 tells them. */
export class OrdersApi {
  readonly #last = new LastList<OrderView>();

  search(context: SellerContext, query: URLSearchParams, hasBuyerRole: boolean, faults: ListFaults): Answer {
    const problem = repeatedOrUnknown(query, SEARCH_PARAMETERS) ?? refusedData(query);
    if (problem) return problem;
    const start = readPageStart(context, PAGING, query, faults.expiredPageToken);
    if ('status' in start) return start;
    const search = readSearch(query, start);
    if ('status' in search) return search;
    const size = query.has('maxResultsPerPage') ? Number(query.get('maxResultsPerPage')) : pageSizeMax;
    if (!Number.isInteger(size) || size < 1 || size > pageSizeMax) {
      return invalidInput(`maxResultsPerPage must be from 1 to ${pageSizeMax}.`);
    }
    const { world } = context.reports;
    const key = `${world.sellerId} ${start.asOfMs} ${JSON.stringify(search)}`;
    const found = this.#last.of(key, () => findOrders(world, search, start.asOfMs));
    const page = cutPage(found, start, size, faults.emptyPage);
    const show = showOf(query, hasBuyerRole);
    const before = instantText(Math.floor(search.beforeMs / 1000));
    return jsonAnswer(200, {
      orders: page.items.map((view) => orderBody(world, view, show)),
      ...(page.next && { pagination: { nextToken: writePageToken(context, PAGING, query, page.next) } }),
      ...(search.by === 'updated' ? { lastUpdatedBefore: before } : { createdBefore: before }),
    });
  }

  get(context: SellerContext, orderId: string, query: URLSearchParams, hasBuyerRole: boolean): Answer {
    const problem = repeatedOrUnknown(query, ['includedData']) ?? refusedData(query);
    if (problem) return problem;
    if (!/^[\dS]\d{2}-\d{7}-\d{7}$/.test(orderId)) return invalidInput('Invalid Input');
    const { world } = context.reports;
    const order = ordersOf(world).find((one) => one.orderId === orderId);
    const view = order && viewOrder(order, context.nowMs / 1000);
    if (!view || isForgotten(view, context.nowMs)) return notFound(`Order ${orderId} was not found.`);
    return jsonAnswer(200, { order: orderBody(world, view, showOf(query, hasBuyerRole)) });
  }
}

/** Whether the request asks for what only the tax roles show. */
export function asksForTax(query: URLSearchParams): boolean {
  const data = listOf(query, 'includedData') ?? [];
  return data.includes('TAX') || data.includes('PAYMENT');
}

function showOf(query: URLSearchParams, hasBuyerRole: boolean): OrderShow {
  return { data: new Set(listOf(query, 'includedData') ?? []), hasBuyerRole };
}

function refusedData(query: URLSearchParams): Answer | undefined {
  const odd = listOf(query, 'includedData')?.find((name) => !INCLUDED.includes(name));
  return odd === undefined ? undefined : invalidInput(`includedData has no ${odd}.`);
}

function readSearch(query: URLSearchParams, start: PageStart): Search | Answer {
  const isByCreation = query.has('createdAfter');
  if (isByCreation === query.has('lastUpdatedAfter')) {
    return invalidInput('Exactly one of createdAfter and lastUpdatedAfter is required.');
  }
  const [after, before, foreign] = isByCreation
    ? (['createdAfter', 'createdBefore', 'lastUpdatedBefore'] as const)
    : (['lastUpdatedAfter', 'lastUpdatedBefore', 'createdBefore'] as const);
  if (query.has(foreign)) return invalidInput(`${foreign} cannot be combined with ${after}.`);
  const afterMs = momentOf(query, after) ?? Number.NaN;
  const latestMs = start.asOfMs - quietMs;
  const beforeMs = momentOf(query, before) ?? latestMs;
  if (Number.isNaN(afterMs) || Number.isNaN(beforeMs)) return invalidInput('Invalid date-time: use ISO 8601.');
  if (beforeMs > latestMs) return invalidInput(`${before} must be at least two minutes before the request.`);
  if (query.has(before) && beforeMs < afterMs) return invalidInput(`${before} must not be before ${after}.`);
  const marketplaceIds = listOf(query, 'marketplaceIds');
  if (marketplaceIds && marketplaceIds.length > marketplaceIdsMax) return invalidInput('Too many marketplaceIds.');
  const statuses = listOf(query, 'fulfillmentStatuses');
  const fulfilledBy = listOf(query, 'fulfilledBy');
  if (statuses?.some((one) => !STATUSES.includes(one))) return invalidInput('Invalid fulfillmentStatuses.');
  if (fulfilledBy?.some((one) => one !== 'MERCHANT' && one !== 'AMAZON')) return invalidInput('Invalid fulfilledBy.');
  return { by: isByCreation ? 'created' : 'updated', afterMs, beforeMs, marketplaceIds, statuses, fulfilledBy };
}

/** As the orders were at that moment, the one that changed first in front. */
function findOrders(world: SellerWorld, search: Search, asOfMs: number): OrderView[] {
  const momentOfView = ({ order, lastUpdatedAt }: OrderView): number =>
    (search.by === 'created' ? order.orderedAt : lastUpdatedAt) * 1000;
  return ordersOf(world)
    .flatMap((order) => viewOrder(order, asOfMs / 1000) ?? [])
    .filter((view) => {
      const at = momentOfView(view);
      const { marketplace, fulfilledBy } = view.order;
      return (
        at >= search.afterMs &&
        at <= search.beforeMs &&
        !isForgotten(view, asOfMs) &&
        (search.marketplaceIds?.includes(marketplace.marketplaceId) ?? true) &&
        (search.statuses?.includes(view.status) ?? true) &&
        (search.fulfilledBy?.includes(fulfilledBy) ?? true)
      );
    })
    .sort(
      (left, right) => momentOfView(left) - momentOfView(right) || (left.order.orderId < right.order.orderId ? -1 : 1),
    );
}

/** Two years are kept; in Japan and Australia everything. */
function isForgotten({ order }: OrderView, nowMs: number): boolean {
  return regionOf(order.marketplace) !== 'FE' && order.orderedAt * 1000 < nowMs - yearsKept * YEAR_MS;
}
