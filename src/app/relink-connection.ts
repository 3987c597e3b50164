import { type ProblemFacts, toProblem } from '../core/index.ts';
import type { ConnectionContext } from './context.ts';
import type { EntryRecord, SettlementRecord } from './ports.ts';
import { relinkEntries } from './relink.ts';
import { resolveUnknown } from './resolve-unknown.ts';
import { keepSyncLease, underSyncLease } from './sync-lease.ts';

export interface RelinkReport {
  readonly documentsRead: number;
  /** Entries that SAP holds documents of, now on record as `posted` or `reversed`. */
  readonly adopted: readonly EntryRecord[];
  /** Entries of which SAP holds nothing: they are sent by the next sync, once they are approved. */
  readonly open: readonly EntryRecord[];
  readonly settlements: readonly SettlementRecord[];
  /** What needs somebody before the entries concerned are sent. */
  readonly problems: readonly ProblemFacts[];
}

/**
 * Compares every entry of a connection that is not posted with SAP, and sends nothing: after a database was restored. A
 * sync does the same for what it is about to send. Raises `SYNC_RUNNING` (conflict), and `unavailable` or `rejected` when
 * SAP cannot be asked.
 */
export async function relinkConnection(ungated: ConnectionContext): Promise<RelinkReport> {
  return underSyncLease(ungated, async (lease, context) => {
    const { books, connection, actor } = context;
    const keepAlive = () => keepSyncLease(context, lease);
    const unknown = await resolveAll(context, keepAlive);
    const candidates = await books.listEntries({ connectionId: connection.id, states: ['proposed', 'approved'] });
    const linked = await relinkEntries(context, candidates, { keepAlive });
    const left = await books.listEntries({ connectionId: connection.id, states: ['proposed', 'approved'] });
    const report: RelinkReport = {
      documentsRead: linked.documentsRead,
      adopted: [...unknown.adopted, ...linked.adopted],
      open: left.filter(({ id }) => linked.clear.has(id)),
      settlements: linked.settlements,
      problems: [...unknown.problems, ...linked.problems],
    };
    await books.record({
      actor,
      action: 'sap.relink',
      subject: `connection/${connection.id}`,
      why: `${report.adopted.length} entries linked to documents in SAP, ${report.open.length} not in SAP, ${report.problems.length} problems`,
      after: {
        documentsRead: report.documentsRead,
        adopted: report.adopted.map(({ entry }) => entry.postingKey),
        problems: report.problems.map(({ code }) => code),
      },
    });
    return report;
  });
}

/** Entries whose outcome is unknown are looked up one by one, as a sync does. */
async function resolveAll(context: ConnectionContext, keepAlive: () => Promise<void>) {
  const { books, connection } = context;
  const adopted: EntryRecord[] = [];
  const problems: ProblemFacts[] = [];
  for (const entry of await books.listEntries({ connectionId: connection.id, states: ['unknown'] })) {
    await keepAlive();
    try {
      const after = await resolveUnknown(context, entry);
      if (after.state === 'posted' || after.state === 'reversed') adopted.push(after);
      if (after.state === 'unknown' && after.problem) problems.push(after.problem);
    } catch (thrown) {
      const problem = toProblem(thrown);
      // One document that cannot be read says nothing about the others.
      if (problem.kind !== 'rejected') throw thrown;
      problems.push(problem.toJSON());
    }
  }
  return { adopted, problems };
}
