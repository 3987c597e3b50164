import { join } from 'node:path';
import { type Clock, Problem } from '../../core/index.ts';
import type { ProcessTable } from '../processes.ts';
import { type LockFile, tryLock } from './lock-file.ts';

export interface GateOptions {
  readonly cluster: string;
  readonly processes: ProcessTable;
  readonly clock: Clock;
}

const POLL_MS = 25;
/** Longer than any start that is not stuck (see `START_MS_MAX` of the server). */
const GATE_WAIT_MS_MAX = 330_000;

/**
 * One process at a time decides whether the server of a cluster starts or stops, and connects for the first time, so
 * that nobody connects to a server that is about to stop. Raises `DATABASE_BUSY` (unavailable) and names the holder.
 */
export async function passGate<Result>(
  { cluster, processes, clock }: GateOptions,
  work: (lock: LockFile) => Promise<Result>,
): Promise<Result> {
  const deadline = clock.nowMs() + GATE_WAIT_MS_MAX;
  for (;;) {
    const lock = await tryLock({ directory: cluster, name: 'gate', processes, clock });
    if (!('heldBy' in lock)) {
      try {
        return await work(lock);
      } finally {
        await lock.release();
      }
    }
    if (clock.nowMs() >= deadline) {
      throw new Problem({
        code: 'DATABASE_BUSY',
        kind: 'unavailable',
        says: `Process ${lock.heldBy.pid} on ${lock.heldBy.host} has been starting or stopping the database in ${cluster} for ${GATE_WAIT_MS_MAX / 1000} s.`,
        next: `Look at that process and at ${join(cluster, 'server.log')}, then run the command again.`,
      });
    }
    await clock.sleep(POLL_MS);
  }
}
