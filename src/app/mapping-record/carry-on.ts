import type { ProblemFacts } from '../../core/index.ts';
import type { ConnectionContext } from '../context.ts';
import type { SettlementRecord } from '../ports.ts';
import { reconsiderSettlements } from '../propose-settlement.ts';
import { keepSyncLease, underSyncLease } from '../sync-lease.ts';

/** What became of the settlements that could be booked otherwise. */
export interface CarriedOn {
  readonly settlements: readonly SettlementRecord[];
  readonly problems: readonly ProblemFacts[];
}

/**
 * Looks again, with the account table of the context, at everything that is not booked, as the next sync would: what waited
 * for a version goes on. Sends nothing. Raises `SYNC_RUNNING` (conflict): then the next sync does it.
 */
export function carryOn(ungated: ConnectionContext): Promise<CarriedOn> {
  return underSyncLease(ungated, async (lease, context) => {
    const problems: ProblemFacts[] = [];
    const settlements = await reconsiderSettlements(context, {
      onProblem: (problem) => problems.push(problem),
      keepAlive: () => keepSyncLease(context, lease),
    });
    return { settlements, problems };
  });
}
