import type { OrdersFeed } from '../../app/index.ts';
import { assert, type Clock, type Log } from '../../core/index.ts';
import type { AmazonProbe, SpApi } from '../sp-api.ts';

export function createOrdersFeed(_options: {
  readonly api: SpApi;
  readonly clock: Clock;
  readonly log: Log;
}): OrdersFeed {
  const notBuilt = () => assert(false, 'not built yet') as never;
  return { search: notBuilt, costOf: notBuilt, get: notBuilt };
}

export function orderProbes(_options: { readonly api: SpApi; readonly clock: Clock }): readonly AmazonProbe[] {
  return [];
}
