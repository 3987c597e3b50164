import type { FinancesFeed, PayoutsFeed } from '../../app/index.ts';
import { assert, type Clock, type Log } from '../../core/index.ts';
import type { AmazonProbe, SpApi } from '../sp-api.ts';

const notBuilt = () => assert(false, 'not built yet') as never;

export function createFinancesFeed(_options: {
  readonly api: SpApi;
  readonly clock: Clock;
  readonly log: Log;
}): FinancesFeed {
  return { events: notBuilt, summaryOfSettlement: notBuilt, balances: notBuilt };
}

export function createPayoutsFeed(_options: {
  readonly api: SpApi;
  readonly clock: Clock;
  readonly log: Log;
}): PayoutsFeed {
  return { list: notBuilt };
}

export function financeProbes(_options: { readonly api: SpApi; readonly clock: Clock }): readonly AmazonProbe[] {
  return [];
}
