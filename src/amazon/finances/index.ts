/** What Amazon says about money: events, summaries, balances, payouts. Controls, never the source of a posting. */
import type { FinancesFeed, PayoutsFeed } from '../../app/index.ts';
import type { Clock, Log } from '../../core/index.ts';
import type { AmazonProbe, SpApi } from '../sp-api.ts';
import { readBalances } from './balances.ts';
import { createEventReader } from './events.ts';
import { createPayoutReader } from './payouts.ts';
import { createProbes } from './probes.ts';
import { readSummaries } from './summaries.ts';

/** The finances of one seller. Lists are read one at a time: the events without an id are numbered along their pages. */
export function createFinancesFeed({
  api,
  log,
}: {
  readonly api: SpApi;
  readonly clock: Clock;
  readonly log: Log;
}): FinancesFeed {
  return {
    events: createEventReader(api, log),
    summaryOfSettlement: (settlementId) => readSummaries(api, settlementId),
    balances: (asOf) => readBalances(api, log, asOf),
  };
}

/** The payouts of one seller. Nothing here can start one. */
export function createPayoutsFeed({
  api,
  log,
}: {
  readonly api: SpApi;
  readonly clock: Clock;
  readonly log: Log;
}): PayoutsFeed {
  return { list: createPayoutReader(api, log) };
}

/** What the doctor tries: each of the four operations once. */
export function financeProbes({ api, clock }: { readonly api: SpApi; readonly clock: Clock }): readonly AmazonProbe[] {
  return createProbes(api, clock);
}
