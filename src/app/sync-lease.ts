import { elapsedMs, Problem } from '../core/index.ts';
import type { ConnectionContext } from './context.ts';
import type { Lease } from './ports.ts';
import { lookAgainAfterPause, throughSapPause } from './sap-pause.ts';
import { type HeldElsewhere, withLease } from './with-lease.ts';

/**
 * Does the work while nobody else sends or looks up entries of the connection. The work gets the connection with a SAP that is
 * left alone during its pauses, and whose reads keep the lease however long they take. Raises `SYNC_RUNNING` (conflict) with the holder and the end of its lease.
 */
export function underSyncLease<Result>(
  context: ConnectionContext,
  work: (lease: Lease, gated: ConnectionContext) => Promise<Result>,
): Promise<Result> {
  const { id, name } = context.connection;
  const refuse = (held: HeldElsewhere) =>
    new Problem({
      code: 'SYNC_RUNNING',
      kind: 'conflict',
      says: `Connection ${name} is being synced by ${held.heldBy}, whose lease runs until ${held.until}.`,
      next: `Wait for it, or try again after that time: seller-ledger sync ${name}`,
    });
  return withLease(context, { name: `sync:${id}`, leaseMs: context.posting.leaseMs, refuse }, async (lease) => {
    await lookAgainAfterPause(context);
    const since = context.since ?? new Date(await context.books.sharedNowMs()).toISOString();
    return work(lease, keepingLease(throughSapPause({ ...context, since }), lease));
  });
}

/**
 * The same connection whose reads renew the lease when it is time, document by document. In time is what leaves the longest
 * request its own part of the lease.
 */
function keepingLease(context: ConnectionContext, lease: Lease): ConnectionContext {
  const { ledger, simulation, clock, posting } = context;
  let keptAtMs = elapsedMs(clock);
  const keep = async (): Promise<void> => {
    if (elapsedMs(clock) - keptAtMs < posting.leaveWithinMs / 2) return;
    await keepSyncLease(context, lease);
    keptAtMs = elapsedMs(clock);
  };
  const keeping = <Question extends unknown[], Answer>(ask: (...question: Question) => Promise<Answer>) => {
    return async (...question: Question): Promise<Answer> => {
      await keep();
      return ask(...question);
    };
  };
  const kept: ConnectionContext['ledger'] = {
    ...ledger,
    findByPostingKey: keeping(ledger.findByPostingKey),
    findByPostingKeys: keeping(ledger.findByPostingKeys),
    findDocument: keeping(ledger.findDocument),
    async *listDocuments(query) {
      await keep();
      for await (const document of ledger.listDocuments(query)) {
        await keep();
        yield document;
      }
    },
  };
  if (!simulation) return { ...context, ledger: kept };
  const read: typeof simulation.source.read = async (question, signal) => {
    await keep();
    return simulation.source.read(question, signal);
  };
  return { ...context, ledger: kept, simulation: { ...simulation, source: { ...simulation.source, read } } };
}

/** Renews the lease between two steps. Raises `LEASE_LOST` (conflict) when another process has it by now. */
export async function keepSyncLease(context: ConnectionContext, lease: Lease): Promise<void> {
  if (await lease.renew()) return;
  throw new Problem({
    code: 'LEASE_LOST',
    kind: 'conflict',
    says: `Another process took over connection ${context.connection.name} while this one was stopped.`,
    next: 'Nothing to do: the other process goes on from here.',
  });
}
