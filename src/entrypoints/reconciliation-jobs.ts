import { type ConnectionFacts, gatherConnection, recordMatches, SYSTEM, watchContinuity } from '../app/index.ts';
import { toProblem } from '../core/index.ts';
import type { JobKind, JobSchedule } from '../jobs/index.ts';
import type { Workspace } from './composition.ts';
import { allConnections, reconciliationContext } from './reconciliation.ts';

/** Once a day, after the feeds of the night: Amazon's 90 days are counted in days. */
export const RECONCILIATION_SCHEDULES: readonly JobSchedule[] = [{ name: 'reconcile-all', cron: '11 6 * * *' }];

/** The kinds of work that the reconciliation adds to the service. Each is safe to repeat. */
export function reconciliationJobKinds(workspace: Workspace): readonly JobKind[] {
  return [{ name: 'reconcile-all', run: () => reconcileAll(workspace) }];
}

/** Tells of missing settlements and broken laws, and matches deposits that have become certain. */
export async function reconcileAll(workspace: Workspace): Promise<void> {
  const context = await reconciliationContext(workspace, SYSTEM);
  const known: ConnectionFacts[] = [];
  let isWhole = true;
  for (const each of await allConnections(workspace)) {
    const { name } = each.connection;
    try {
      const facts = await gatherConnection(context, each);
      known.push(facts);
      await watchContinuity(context, facts);
    } catch (thrown) {
      // One file that cannot be read any more keeps no other connection from being watched.
      const { code, says } = toProblem(thrown);
      workspace.log.write('error', 'reconcile.failed', { connection: name, code, says });
      isWhole = false;
    }
  }
  // A deposit may belong to the connection that could not be looked at.
  if (!isWhole) return;
  const { matched, ambiguous } = await recordMatches(context, known);
  workspace.log.write('info', 'reconcile.done', { matched, undecided: ambiguous.length });
}
