import type { OrdersFeed } from '../../app/index.ts';
import type { Clock, Log } from '../../core/index.ts';
import type { SpApi } from '../sp-api.ts';
import { costOfOrders } from './cost.ts';
import { getOrderRequest, searchOrders } from './search.ts';

export { postalAddressOf } from './postal-address.ts';
export { orderProbes } from './probes.ts';

/** Orders of one seller through Orders v2026-01-01. Nothing here uses the older interface, which ends in 2027. */
export function createOrdersFeed({
  api,
}: {
  readonly api: SpApi;
  readonly clock: Clock;
  readonly log: Log;
}): OrdersFeed {
  return {
    search: (query, pageToken) => searchOrders(api, query, pageToken),
    costOf: costOfOrders,
    get: async (orderId, show) => (await api.find(getOrderRequest(orderId, show)))?.value,
  };
}
