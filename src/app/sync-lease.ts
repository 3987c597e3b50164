import { Problem } from '../core/index.ts';
import type { ConnectionContext } from './context.ts';
import type { Lease } from './ports.ts';
import { lookAgainAfterPause, throughSapPause } from './sap-pause.ts';
import { type HeldElsewhere, withLease } from './with-lease.ts';

/**
 * Does the work while nobody else sends or looks up entries of the connection. The work gets the connection with a ledger
 * that is left alone during a pause of SAP. Raises `SYNC_RUNNING` (conflict) with the holder and the end of its lease.
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
    return work(lease, throughSapPause(context));
  });
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
