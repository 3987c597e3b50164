import { type Log, type Problem, toProblem } from '../core/index.ts';
import type { Lease, Leases } from './ports.ts';

/** Who holds a lease that could not be had, and until when. */
export interface HeldElsewhere {
  readonly heldBy: string;
  readonly until: string;
}

/**
 * Does the work while this process alone holds the lease, and gives it back whatever comes of it. Raises what `refuse` makes
 * of the one who holds it.
 */
export async function withLease<Result>(
  context: { readonly books: Leases; readonly log: Log },
  wanted: { readonly name: string; readonly leaseMs: number; readonly refuse: (held: HeldElsewhere) => Problem },
  work: (lease: Lease) => Promise<Result>,
): Promise<Result> {
  const lease = await context.books.acquire(wanted.name, wanted.leaseMs);
  if (!('fence' in lease)) throw wanted.refuse(lease);
  try {
    return await work(lease);
  } finally {
    // What the work came to is the news; a lease that cannot be given back runs out by itself.
    await lease.release().catch((thrown: unknown) => {
      const { code, says } = toProblem(thrown);
      context.log.write('warn', 'lease.not-released', { lease: lease.name, code, says });
    });
  }
}
