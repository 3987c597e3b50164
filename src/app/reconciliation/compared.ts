import type { Compared } from '../reports/index.ts';
import type { SummaryComparison } from './compare-summaries.ts';
import type { ConnectionFacts } from './gather.ts';
import type { MovementPair } from './pair-movements.ts';
import { isPayoutCompared, type PayoutLine } from './payout-states.ts';
import type { ProvenLedger } from './reconcile-ledgers.ts';
import type { OrderMatching } from './reconcile-orders.ts';

/** How many of them satisfy it. */
function counted<Each>(all: readonly Each[], isCompared: (each: Each) => boolean): Compared {
  return { count: all.filter(isCompared).length, of: all.length };
}

/** Settlements whose money a bank statement or another settlement shows, or should show by now. */
export function comparedPayouts(lines: readonly PayoutLine[]): Compared {
  return counted(lines, isPayoutCompared);
}

/** Settlements of which Amazon has a summary. */
export function comparedSummaries(summaries: readonly SummaryComparison[]): Compared {
  return counted(summaries, ({ summaryMinor }) => summaryMinor !== null);
}

/** Settlements beside the one before them: not where one between them is missing. */
export function comparedLinks({ chains }: Pick<ConnectionFacts, 'chains'>): Compared {
  return counted(
    chains.flatMap(({ links }) => links),
    ({ reserve }) => reserve !== null,
  );
}

/** Balances that should return to zero, without those that wait for a payout of which nothing is known. */
export function comparedLedgers(ledgers: readonly ProvenLedger[]): Compared {
  return counted(
    ledgers.filter(({ proof }) => proof !== null),
    ({ proof, openItems }) => proof?.ok === false || openItems.every(({ isCompared }) => isCompared),
  );
}

/** Movements with both sides at hand. Where there is no such movement, the settlements that were looked through for one. */
export function comparedPairs(pairs: readonly MovementPair[], settlements: number): Compared {
  if (pairs.length === 0) return { count: settlements, of: settlements };
  return counted(pairs, ({ kind, legs }) => kind === 'offset' || legs.length > 1);
}

/** Orders of the period, each of which is compared. */
export function comparedOrders({ orderCount }: Pick<OrderMatching, 'orderCount'>): Compared {
  return { count: orderCount, of: orderCount };
}
