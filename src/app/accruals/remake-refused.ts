import { type ProblemFacts, toProblem } from '../../core/index.ts';
import type { AccrualRecord } from '../accrual-store.ts';
import type { ConnectionContext } from '../context.ts';
import { assertNothingInSap } from '../look-up.ts';
import type { EntryRecord } from '../ports.ts';
import { currentEntries } from '../propose-settlement.ts';
import { isOfSimulation } from '../simulation/simulate-settlement.ts';

/** What was withdrawn, and why another one could not be. */
export interface RemadeAccruals {
  readonly withdrawn: readonly AccrualRecord[];
  readonly problems: readonly ProblemFacts[];
}

const UNSENT: readonly EntryRecord['state'][] = ['proposed', 'approved', 'rejected'];

/**
 * Withdraws accruals of orders that SAP refused, or would refuse, once the account table is another one than they were made with: their
 * orders are open again, and the accruals that follow are made with the table of today. As long as the table is the same, and
 * when anything of an accrual was booked, it stays. Run under the sync lease, before orders are accrued.
 */
export async function withdrawRefusedAccruals(context: ConnectionContext): Promise<RemadeAccruals> {
  const { books, connection, table, actor } = context;
  const unsent = await books.listEntries({ connectionId: connection.id, states: ['proposed', 'rejected'] });
  const keys = new Set(unsent.filter(isRefused).map(({ origin }) => origin.key));
  const withdrawn: AccrualRecord[] = [];
  const problems: ProblemFacts[] = [];
  for (const key of keys) {
    const accrual = await books.getAccrual(key);
    const entries = await currentEntries(context, accrual);
    const isUnsent = entries.every(({ state }) => UNSENT.includes(state));
    if (accrual.withdrawnAt !== null || accrual.mappingSha256 === table.sha256 || !isUnsent) continue;
    try {
      await assertNothingInSap(context, entries);
      const why = `SAP does not take it, and it is made anew with mapping ${table.name}`;
      withdrawn.push(await books.withdrawAccrual({ key: accrual.key, actor, why }));
    } catch (thrown) {
      const problem = toProblem(thrown);
      if (problem.kind === 'defect' || problem.code === 'LEASE_LOST') throw thrown;
      problems.push(problem.toJSON());
    }
  }
  return { withdrawn, problems };
}

function isRefused({ entry, origin, state, problem }: EntryRecord): boolean {
  if (origin.kind !== 'accrual' || origin.accrualKind !== 'orders' || entry.reversal) return false;
  return state === 'rejected' || isOfSimulation(problem);
}
