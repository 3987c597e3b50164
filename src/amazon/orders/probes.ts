import type { Clock } from '../../core/index.ts';
import { DAY_MS } from '../../core/index.ts';
import type { AmazonProbe, SpApi } from '../sp-api.ts';
import { plainSource } from './plain-source.ts';
import { getOrderRequest, includedData, searchRequest } from './search.ts';

const lookBackMs = 30 * DAY_MS;

/** Orders, orders with tax and payment, and the newest order found alone: one request each, and no buyer in any. */
export function orderProbes({ api, clock }: { readonly api: SpApi; readonly clock: Clock }): readonly AmazonProbe[] {
  let foundId: string | undefined;
  const search = async (withTax: boolean) => {
    const { value } = await api.get({
      ...searchRequest({
        lastUpdatedAfter: new Date(clock.nowMs() - lookBackMs).toISOString(),
        maxResultsPerPage: '1',
        includedData: includedData({ withBuyers: false, withTax }),
      }),
      attemptsMax: 1,
    });
    const { orderId } = plainSource(value.orders[0]);
    if (typeof orderId === 'string' && orderId !== '') foundId ??= orderId;
    return value.orders.length === 0 ? 'none was updated in the last 30 days' : 'those of the last 30 days can be read';
  };
  return [
    { name: 'searchOrders', run: () => search(false), role: 'Inventory and Order Tracking' },
    {
      name: 'searchOrders with tax and payment',
      run: () => search(true),
      role: 'Tax Invoicing or Tax Remittance',
    },
    {
      name: 'getOrder',
      run: async () => {
        if (foundId === undefined) return { says: 'nothing to try: no order was found to try it with', isTried: false };
        const show = { withBuyers: false, withTax: false };
        const found = await api.find({ ...getOrderRequest(foundId, show), attemptsMax: 1 });
        return found
          ? 'an order can be read alone'
          : 'Amazon answered, but no longer knows the order it had just listed';
      },
      role: 'Inventory and Order Tracking',
    },
  ];
}
