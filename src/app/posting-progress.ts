import type { SettlementState } from './life-cycle.ts';
import type { BookCounts, EntryCounts, SettlementKey, SettlementRecord } from './ports.ts';

/** How far the entries of a settlement or an accrual are in SAP, as numbers and in words. */
export interface PostingProgress {
  readonly entryCount: number;
  readonly postedCount: number;
  readonly reversedCount: number;
  readonly rejectedCount: number;
  readonly unknownCount: number;
  /** `3 of 3 posted`, or the state while there are no entries. */
  readonly progress: string;
}

/**
 * How far the entries of a settlement or an accrual are in SAP: `3 of 3 posted`, or the state while it has no entries; `faults`: what
 * the check by master data holds them for. Withdrawn entries are not counted, because others took their place; nor are reversals and
 * what an earlier proposal came to, because they are no part of what the settlement is in the books.
 */
export function postingProgress(
  state: SettlementState | 'withdrawn',
  counts: EntryCounts,
  faults = 0,
): PostingProgress {
  const all = Object.values(counts).reduce<number>((sum, count = 0) => sum + count, 0);
  const numbers = {
    entryCount: all - (counts.withdrawn ?? 0),
    postedCount: counts.posted ?? 0,
    reversedCount: counts.reversed ?? 0,
    rejectedCount: counts.rejected ?? 0,
    unknownCount: counts.unknown ?? 0,
  };
  return { ...numbers, progress: progressInWords(state, numbers, faults) };
}

function progressInWords(
  state: SettlementState | 'withdrawn',
  { entryCount, postedCount, reversedCount, rejectedCount, unknownCount }: Omit<PostingProgress, 'progress'>,
  faults: number,
): string {
  if (state !== 'proposed') return state;
  if (entryCount === 0) return 'nothing to post';
  if (reversedCount === entryCount) return 'reversed';
  const others = [
    reversedCount > 0 && `${reversedCount} reversed`,
    rejectedCount > 0 && `${rejectedCount} rejected`,
    unknownCount > 0 && `${unknownCount} unknown`,
    faults > 0 && `held: ${faults} ${faults === 1 ? 'fault' : 'faults'}`,
  ];
  return [`${postedCount} of ${entryCount} posted`, ...others].filter(Boolean).join(', ');
}

/** Of each of these settlements. */
export async function postingProgresses(
  books: Pick<BookCounts, 'countEntries'>,
  settlements: readonly Pick<SettlementRecord, 'key' | 'state'>[],
): Promise<ReadonlyMap<SettlementKey, PostingProgress>> {
  const counts = await books.countEntries(settlements.map(({ key }) => key));
  return new Map(settlements.map(({ key, state }) => [key, postingProgress(state, counts.get(key) ?? {})]));
}

/** The same in words: one that is in SAP is not called proposed. */
export async function progressOf(
  ...asked: Parameters<typeof postingProgresses>
): Promise<ReadonlyMap<SettlementKey, string>> {
  return new Map([...(await postingProgresses(...asked))].map(([key, { progress }]) => [key, progress]));
}
