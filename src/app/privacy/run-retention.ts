import { DAY_MS } from '../../core/index.ts';
import type { UtcInstant } from '../amazon-feeds.ts';
import type { Actor, Books, Connection } from '../ports.ts';
import { type DueRecords, PASSING_KINDS, type PassingKind, type PrivacyStore } from './privacy-store.ts';
import { monthsFrom, type RetentionRules, removedBefore } from './retention-rules.ts';

/** One run removes at most so many batches of a kind and connection, 10 million records; the rest comes with the next. */
const BATCHES_MAX = 2_000;

export interface RetentionContext {
  readonly books: Pick<Books, 'listConnections' | 'sharedNowMs'>;
  readonly privacy: PrivacyStore;
  readonly rules: RetentionRules;
  readonly actor: Actor;
  /** The history of jobs, where there is one: removes what ended before then and says how many. */
  readonly pruneJobs?: ((before: UtcInstant) => Promise<number>) | undefined;
}

/** Records of one kind and connection. */
export interface RetainedRecords extends DueRecords {
  readonly connectionName: string;
  readonly kind: PassingKind;
  readonly before: UtcInstant;
  readonly removedCount: number;
}

export interface RetentionRun {
  readonly at: UtcInstant;
  readonly isDryRun: boolean;
  /** Only where something is old enough. */
  readonly records: readonly RetainedRecords[];
  readonly files: { readonly before: UtcInstant; readonly count: number; readonly bytes: bigint };
  /** `null` where jobs have no history, or nothing was removed because it is a dry run. */
  readonly jobs: { readonly before: UtcInstant; readonly count: number } | null;
}

export interface RetentionOptions {
  readonly isDryRun: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Removes what is older than its time, unless a hold covers it or an entry rests on it. Books, their evidence and the audit log are
 * never touched. Safe to stop and to repeat: each batch is a database transaction of its own. What a run removed is one audit event.
 */
export async function runRetention(context: RetentionContext, options: RetentionOptions): Promise<RetentionRun> {
  const { books, privacy, rules } = context;
  const nowMs = await books.sharedNowMs();
  const records: RetainedRecords[] = [];
  for (const connection of await books.listConnections({ withErased: true })) {
    for (const kind of PASSING_KINDS) {
      const before = removedBefore(rules, kind, nowMs);
      const due = await privacy.countDue(kind, { connectionId: connection.id, before });
      if (due.dueCount + due.heldCount + due.restedOnCount === 0) continue;
      const removedCount = options.isDryRun ? 0 : await removeAll(context, { connection, kind, before }, options);
      records.push({ connectionName: connection.name, kind, before, removedCount, ...due });
    }
  }
  const files = await unusedFiles(context, monthsFrom(nowMs, -rules.unusedFilesMonths), options);
  const jobsBefore = new Date(nowMs - rules.jobHistoryDays * DAY_MS).toISOString();
  const count = options.isDryRun ? undefined : await context.pruneJobs?.(jobsBefore);
  const run: RetentionRun = {
    at: new Date(nowMs).toISOString(),
    isDryRun: options.isDryRun,
    records,
    files,
    jobs: count === undefined ? null : { before: jobsBefore, count },
  };
  if (!options.isDryRun) await record(context, run);
  return run;
}

async function removeAll(
  { privacy }: RetentionContext,
  due: { readonly connection: Connection; readonly kind: PassingKind; readonly before: UtcInstant },
  { signal }: RetentionOptions,
): Promise<number> {
  const { connection, kind, before } = due;
  let total = 0;
  for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
    signal?.throwIfAborted();
    const count = await privacy.removeRecords(kind, { connectionId: connection.id, before });
    if (count === 0) break;
    total += count;
  }
  return total;
}

async function unusedFiles({ privacy }: RetentionContext, before: UtcInstant, options: RetentionOptions) {
  if (options.isDryRun) return { before, ...(await privacy.countUnusedFiles(before)) };
  let count = 0;
  let bytes = 0n;
  for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
    options.signal?.throwIfAborted();
    const removed = await privacy.removeUnusedFiles(before, 'nothing rested on it any more and its time was over');
    if (removed.count === 0) break;
    count += removed.count;
    bytes += removed.bytes;
  }
  return { before, count, bytes };
}

/** Numbers only, and nothing where nothing was removed. */
async function record({ privacy, actor }: RetentionContext, run: RetentionRun): Promise<void> {
  const counts: Record<string, number> = {};
  const add = (name: string, count: number) => {
    if (count > 0) counts[name] = (counts[name] ?? 0) + count;
  };
  for (const { kind, removedCount, heldCount } of run.records) {
    add(kind, removedCount);
    add('held', heldCount);
  }
  add('files', run.files.count);
  add('fileBytes', Number(run.files.bytes));
  add('jobs', run.jobs?.count ?? 0);
  if (Object.keys(counts).some((name) => name !== 'held')) {
    await privacy.recordRetention(actor, 'the time for which they are kept is over', counts);
  }
}
