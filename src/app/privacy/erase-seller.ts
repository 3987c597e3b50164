import { type Log, Problem } from '../../core/index.ts';
import type { Actor, Books, Connection } from '../ports.ts';
import { type HeldElsewhere, withLease } from '../with-lease.ts';
import {
  type LeftPartner,
  PASSING_KINDS,
  type PrivacyHold,
  type PrivacyStore,
  SELLER_KINDS,
  type SellerErasure,
} from './privacy-store.ts';

const LEASE_MS = 10 * 60_000;
/** Of any kind: 250 million records. */
const BATCHES_MAX = 50_000;

export interface ErasureContext {
  readonly books: Pick<Books, 'acquire' | 'listEntries'>;
  readonly privacy: PrivacyStore;
  readonly connection: Connection;
  readonly actor: Actor;
  readonly log: Log;
}

/** What an erasure has come to. */
export interface ErasureReport {
  readonly erasure: SellerErasure;
  /** Entries that stay as they are although SAP has no document of them. */
  readonly unbookedCount: number;
  /** Business partners in SAP that only a person can delete there. */
  readonly partners: readonly LeftPartner[];
}

/**
 * Removes everything of a seller that nobody has to keep: secrets, buyers, feeds, the files they came from, and the possibility
 * to work for it. Settlements, entries, what these rest on, and the audit log stay. Safe to stop at any moment: called again, it
 * goes on; a finished one is told as it was. Raises `ERASE_HELD` (conflict), `ERASE_UNFINISHED` (conflict) while SAP may hold
 * documents that are not known to be booked, and `SYNC_RUNNING` (conflict).
 */
export async function eraseSeller(context: ErasureContext, why: string): Promise<ErasureReport> {
  const { privacy, connection, actor } = context;
  const known = await privacy.findErasure(connection.id);
  if (known?.finishedAt) return reportOf(context, known);
  assertNotHeld(connection, await privacy.listHolds({ connectionId: connection.id }));
  // Who sends to SAP meanwhile could not look up any more what came of it.
  const wanted = { name: `sync:${connection.id}`, leaseMs: LEASE_MS, refuse: running(connection) };
  return withLease(context, wanted, async (lease) => {
    await assertNothingUnderWay(context);
    await privacy.beginErasure(connection.id, actor, why);
    // Secrets first: from then on nothing can be read again of what is being removed.
    for (const kind of [...SELLER_KINDS, ...PASSING_KINDS]) {
      for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
        if ((await privacy.eraseRecords(connection.id, kind)) === 0) break;
        await lease.renew();
      }
    }
    for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
      if ((await privacy.eraseFiles(connection.id)) === 0) break;
      await lease.renew();
    }
    // A hold that was placed meanwhile has kept some.
    assertNotHeld(connection, await privacy.listHolds({ connectionId: connection.id }));
    return reportOf(context, await privacy.finishErasure(connection.id, actor));
  });
}

/** What stands in the way of an erasure now, without beginning it; the same problems as `eraseSeller`. */
export async function assertErasable(context: ErasureContext): Promise<void> {
  const { privacy, connection } = context;
  assertNotHeld(connection, await privacy.listHolds({ connectionId: connection.id }));
  await assertNothingUnderWay(context);
}

async function reportOf(
  { books, privacy, connection }: ErasureContext,
  erasure: SellerErasure,
): Promise<ErasureReport> {
  const states = ['proposed', 'approved', 'rejected'] as const;
  const unbooked = await books.listEntries({ connectionId: connection.id, states });
  return { erasure, unbookedCount: unbooked.length, partners: await privacy.leftPartners(connection.id) };
}

function assertNotHeld({ name }: Connection, holds: readonly PrivacyHold[]): void {
  const [first] = holds;
  if (!first) return;
  const numbers = holds.map(({ number }) => number).join(', ');
  throw new Problem({
    code: 'ERASE_HELD',
    kind: 'conflict',
    says: `The seller of ${name} cannot be erased: hold ${numbers} keeps records of it (${first.why}, placed by ${first.placedBy.name}).`,
    next: 'Wait until nobody needs them any more, then: seller-ledger privacy hold release NUMBER --why TEXT',
    data: numbers,
  });
}

async function assertNothingUnderWay({ books, connection }: ErasureContext): Promise<void> {
  const open = await books.listEntries({ connectionId: connection.id, states: ['sending', 'unknown'] });
  const [first] = open;
  if (!first) return;
  throw new Problem({
    code: 'ERASE_UNFINISHED',
    kind: 'conflict',
    says: `${open.length} ${open.length === 1 ? 'entry' : 'entries'} of ${connection.name} may be in SAP without our knowing, the first is ${first.entry.postingKey}; without the connection's secrets nobody could look.`,
    next: `Look them up first: seller-ledger sync ${connection.name}`,
    data: first.entry.postingKey,
  });
}

function running({ name }: Connection): (held: HeldElsewhere) => Problem {
  return ({ heldBy, until }) =>
    new Problem({
      code: 'SYNC_RUNNING',
      kind: 'conflict',
      says: `Connection ${name} is being synced by ${heldBy}, whose lease runs until ${until}.`,
      next: 'Wait for it, or try again after that time.',
    });
}
