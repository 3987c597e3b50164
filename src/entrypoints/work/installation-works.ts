import {
  type ConnectionFacts,
  gatherConnection,
  purgeBuyers,
  recordMatches,
  type ScheduleRule,
  SYSTEM,
} from '../../app/index.ts';
import { type Problem, toProblem } from '../../core/index.ts';
import { lookAndTell, lookThoroughly } from '../alerts/alert-work.ts';
import { runScheduledBackup } from '../backup/scheduled-backup.ts';
import type { Workspace } from '../composition.ts';
import { purgeDaily, retainDaily } from '../daily-privacy.ts';
import { allConnections, reconciliationContext } from '../reconciliation.ts';

/** A work that is done once for all connections. */
export interface InstallationWork {
  /** Also the name of its jobs. */
  readonly name: string;
  /** In UTC. */
  readonly rule: ScheduleRule;
  /** Safe to repeat. */
  run(workspace: Workspace, signal: AbortSignal): Promise<void>;
}

const dailyAt = (hour: number, minute: number): ScheduleRule => ({
  kind: 'at',
  times: [hour * 60 + minute],
  days: null,
});

/** In the order of the day. Whoever adds one names it in docs/operations.md, too. */
export const INSTALLATION_WORKS: readonly InstallationWork[] = [
  {
    name: 'alerts',
    rule: { kind: 'every', everyMs: 60_000, phaseMs: 0 },
    run: lookAndTell,
  },
  {
    // By night; twice more in case that the machine was off or the disk was full. A fresh backup is not made again.
    name: 'backup',
    rule: { kind: 'at', times: [2, 8, 20].map((hour) => hour * 60 + 37), days: null },
    run: async (workspace) => void (await runScheduledBackup(workspace)),
  },
  {
    name: 'purge-buyers',
    rule: dailyAt(3, 17),
    run: purgeDaily,
  },
  {
    name: 'retention',
    rule: dailyAt(3, 37),
    run: retainDaily,
  },
  {
    name: 'audit-checkpoint',
    rule: dailyAt(5, 3),
    run: async ({ books }) => void (await books.checkpoint(SYSTEM, 'the ends of all chains, as every day')),
  },
  {
    // After the feeds of the night: a deposit may belong to any connection, so all are looked at together.
    name: 'deposits',
    rule: dailyAt(6, 11),
    run: matchDeposits,
  },
  {
    // After the reconciliation of the night.
    name: 'alerts-thorough',
    rule: dailyAt(6, 31),
    run: lookThoroughly,
  },
];

/** Deletes the buyers whose time is over. */
export async function purge({ feedBooks }: Workspace): Promise<void> {
  await purgeBuyers({ books: feedBooks, actor: SYSTEM });
}

/**
 * Matches the deposits that have become certain. A deposit may belong to a connection that cannot be looked at: then none is
 * matched, and its problem is raised, so that people hear of it.
 */
export async function matchDeposits(workspace: Workspace, signal?: AbortSignal): Promise<void> {
  const context = await reconciliationContext(workspace, SYSTEM);
  const known: ConnectionFacts[] = [];
  let first: Problem | undefined;
  for (const each of await allConnections(workspace)) {
    signal?.throwIfAborted();
    try {
      known.push(await gatherConnection(context, each));
    } catch (thrown) {
      const problem = toProblem(thrown);
      const { code, says } = problem;
      workspace.log.write('error', 'deposits.failed', { connection: each.connection.name, code, says });
      first ??= problem;
    }
  }
  if (first) throw first;
  const { matched, ambiguous } = await recordMatches(context, known);
  workspace.log.write('info', 'deposits.done', { matched, undecided: ambiguous.length });
}
