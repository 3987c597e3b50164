import type { Lease, Leases } from '../app/index.ts';
import type { Database } from './database.ts';
import type { ProcessIdentity, ProcessTable } from './processes.ts';
import { sql } from './sql.ts';

interface LeaseRow {
  readonly holder: ProcessIdentity | null;
  readonly fence: bigint;
  readonly expires_at: string;
}

/** How often a takeover may fail because yet another process was faster. */
const TAKE_TRIES_MAX = 5;
/** A lease that runs for so much longer than it was asked for was taken before the clock was set back. */
const BACK_MS_MIN = 600_000;

/** Leases by the database's clock, so that machines with different clocks agree. */
export function leases(database: Database, processes: ProcessTable): Leases {
  const holder = JSON.stringify(processes.self);
  /** Leases that were given back while the database was away. Nobody would have them until they expire, we neither. */
  const givenBack = new Map<string, bigint>();

  async function release(name: string, fence: bigint): Promise<void> {
    try {
      await database.query(sql`update lease set holder = null where name = ${name} and fence = ${fence}`);
      givenBack.delete(name);
    } catch (error) {
      givenBack.set(name, fence);
      throw error;
    }
  }

  async function takeWhenFree(name: string, leaseMs: number): Promise<bigint | undefined> {
    const [row] = await database.query<{ fence: bigint }>(sql`
      insert into lease as held (name, holder, fence, expires_at)
      values (${name}, ${holder}, 1, clock_timestamp() + ${leaseMs} * interval '1 millisecond')
      on conflict (name) do update
        set holder = excluded.holder, fence = held.fence + 1, expires_at = excluded.expires_at
        where held.holder is null or held.expires_at <= clock_timestamp()
      returning fence`);
    return row?.fence;
  }

  async function takeFrom(name: string, seen: LeaseRow, leaseMs: number): Promise<bigint | undefined> {
    const [row] = await database.query<{ fence: bigint }>(sql`
      update lease set holder = ${holder}, fence = fence + 1,
        expires_at = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
      where name = ${name} and fence = ${seen.fence}
      returning fence`);
    return row?.fence;
  }

  /**
   * After the clock was set back a lease would last for as long again. Its holder, where it lives, renews it; one that does not
   * has had its whole time once more.
   */
  async function shorten(name: string, leaseMs: number): Promise<LeaseRow | undefined> {
    await database.query(sql`
      update lease set expires_at = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
      where name = ${name} and holder is not null
        and expires_at > clock_timestamp() + ${leaseMs + BACK_MS_MIN} * interval '1 millisecond'`);
    const [row] = await database.query<LeaseRow>(sql`select holder, fence, expires_at from lease where name = ${name}`);
    return row;
  }

  function held(name: string, fence: bigint, leaseMs: number): Lease {
    return {
      name,
      fence: Number(fence),
      async renew() {
        // An expired lease that nobody took is still ours: the fence has not moved.
        const rows = await database.query(sql`
          update lease set expires_at = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
          where name = ${name} and fence = ${fence} and holder is not null
          returning name`);
        return rows.length === 1;
      },
      release: () => release(name, fence),
    };
  }

  return {
    async acquire(name, leaseMs) {
      const fence = givenBack.get(name);
      if (fence !== undefined) await release(name, fence);
      let seen: LeaseRow | undefined;
      for (let tries = 0; tries < TAKE_TRIES_MAX; tries += 1) {
        const free = await takeWhenFree(name, leaseMs);
        if (free !== undefined) return held(name, free, leaseMs);
        seen = await shorten(name, leaseMs);
        if (!seen?.holder) continue;
        if ((await processes.stateOf(seen.holder)) !== 'dead') break;
        const inherited = await takeFrom(name, seen, leaseMs);
        if (inherited !== undefined) return held(name, inherited, leaseMs);
      }
      return {
        heldBy: seen?.holder ? `process ${seen.holder.pid} on ${seen.holder.host}` : 'another process',
        until: seen?.expires_at ?? '',
      };
    },
  };
}
