/** What stands in the way of a posting for a while: records that somebody works on, and number ranges that end. */
import { convertAlpha, type PretendSapWorld } from './world.ts';

export interface RecordLock {
  readonly object: 'customer' | 'supplier' | 'glAccount' | 'businessPartner';
  readonly number: string;
  /** Who works on it. */
  readonly user: string;
  /** On the world's clock. */
  readonly untilMs: number;
}

/** `missing`: nobody maintained the range for this year. */
export type NumberRange = { readonly from: string; readonly to: string } | 'missing';

export function findLock(
  world: PretendSapWorld,
  object: RecordLock['object'],
  number: string,
  nowMs: number,
): RecordLock | undefined {
  if (world.locks.length === 0) return undefined;
  const wanted = convertAlpha(number, 10);
  return world.locks.find(
    (lock) => lock.object === object && convertAlpha(lock.number, 10) === wanted && nowMs < lock.untilMs,
  );
}
