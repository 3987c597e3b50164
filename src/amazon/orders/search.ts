import type { FeedPage, OrderQuery, OrderWithBuyer, ReadRow, UnreadableRecord } from '../../app/index.ts';
import { isProblem, Problem } from '../../core/index.ts';
import { type JsonReading, readJson } from '../read-json.ts';
import type { SpApi, SpApiRequest } from '../sp-api.ts';
import { ORDERS_PER_PAGE } from './cost.ts';
import { readOrder } from './read-order.ts';
import { getOrderAnswerSchema, readInstant, searchAnswerSchema } from './wire.ts';

const ORDERS_PATH = '/orders/2026-01-01/orders';
/** A hundred orders of many items each. */
const answerBytesMax = 32 * 1024 * 1024;

interface Show {
  readonly withBuyers: boolean;
  readonly withTax: boolean;
}

/** What is asked for. The recipient is about a person, so that even the place of delivery is only asked for with the buyers. */
export function includedData({ withBuyers, withTax }: Show): string {
  return [
    'PROCEEDS',
    'EXPENSE',
    'PROMOTION',
    'CANCELLATION',
    'FULFILLMENT',
    'PACKAGES',
    ...(withTax ? ['TAX', 'PAYMENT'] : []),
    ...(withBuyers ? ['BUYER', 'RECIPIENT'] : []),
  ].join(',');
}

/** One page. With a token every other parameter is repeated unchanged, because Amazon wants it so here. */
export async function searchOrders(
  api: SpApi,
  query: OrderQuery,
  pageToken: string | null,
): Promise<FeedPage<OrderWithBuyer>> {
  const { lastUpdatedAfter, lastUpdatedBefore, marketplaceIds } = query;
  const request = searchRequest({
    lastUpdatedAfter,
    ...(lastUpdatedBefore !== null && { lastUpdatedBefore }),
    ...(marketplaceIds.length > 0 && { marketplaceIds: marketplaceIds.join(',') }),
    maxResultsPerPage: String(ORDERS_PER_PAGE),
    includedData: includedData(query),
    ...(pageToken !== null && { paginationToken: pageToken }),
  });
  try {
    const { value } = await api.get(request);
    return {
      ...sort(value.orders.map((raw) => readOrder(raw, query))),
      nextToken: value.pagination?.nextToken || null,
      completeUntil: readInstant(value.lastUpdatedBefore),
    };
  } catch (thrown) {
    const isTokenRefused = pageToken !== null && isProblem(thrown) && thrown.code === 'AMAZON_REQUEST_REFUSED';
    throw isTokenRefused ? tokenExpired(thrown) : thrown;
  }
}

export function searchRequest(query: Readonly<Record<string, string>>) {
  return {
    operation: 'searchOrders',
    path: ORDERS_PATH,
    query,
    read: (body: Uint8Array) => readJson(body, searchAnswerSchema),
    answerBytesMax,
  } as const satisfies SpApiRequest<unknown>;
}

export function getOrderRequest(orderId: string, show: Show) {
  return {
    operation: 'getOrder',
    path: `${ORDERS_PATH}/${encodeURIComponent(orderId)}`,
    query: { includedData: includedData(show) },
    read: (body: Uint8Array): JsonReading<ReadRow<OrderWithBuyer>> => {
      const reading = readJson(body, getOrderAnswerSchema);
      return reading.ok ? { ok: true, value: readOrder(reading.value.order, show) } : reading;
    },
  } as const satisfies SpApiRequest<unknown>;
}

function sort(rows: readonly ReadRow<OrderWithBuyer>[]) {
  const items: OrderWithBuyer[] = [];
  const unreadable: UnreadableRecord[] = [];
  for (const row of rows) {
    if ('item' in row) items.push(row.item);
    else unreadable.push(row.unreadable);
  }
  return { items, unreadable };
}

function tokenExpired(cause: Problem): Problem {
  return new Problem(
    {
      code: 'AMAZON_PAGE_TOKEN_EXPIRED',
      kind: 'unavailable',
      says: 'Amazon refused the token of the next page of searchOrders; it is valid for 24 hours.',
      next: 'Sync again: the orders of this window are read from its start, and what is stored stays as it is.',
      ...(cause.data !== undefined && { data: cause.data }),
    },
    { cause },
  );
}
