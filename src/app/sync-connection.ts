import { Problem, type ProblemFacts, toProblem } from '../core/index.ts';
import { approveAutomatically } from './approve-entry.ts';
import type { ConnectionContext } from './context.ts';
import type { EntryRecord, Lease, SettlementRecord } from './ports.ts';
import { postEntry } from './post-entry.ts';
import { collectReports } from './receive-reports.ts';
import { nextLookUpMs, resolveUnknown } from './resolve-unknown.ts';

const UNAVAILABLE_TRIES_MAX = 3;
const UNAVAILABLE_DELAY_MS = 5_000;
const UNAVAILABLE_DELAY_MS_MAX = 60_000;

export interface SyncOptions {
  /** Wait until entries with an unknown outcome are found or their quiet period is over. */
  readonly waitForUnknown: boolean;
  readonly signal?: AbortSignal;
}

export interface SyncReport {
  readonly newDocuments: number;
  readonly settlements: readonly SettlementRecord[];
  /** Entries this sync touched, in their state at its end. */
  readonly entries: readonly EntryRecord[];
  /** What needs somebody: unreadable documents, re-issued settlements, an unreachable Amazon or SAP. */
  readonly problems: readonly ProblemFacts[];
}

/**
 * Brings one connection up to date: settles what an earlier run left open, fetches and books what Amazon has new.
 * Safe to stop at any moment and to call again: nothing is booked twice. Only one process syncs a connection at a
 * time; raises `SYNC_RUNNING` (conflict) with the holder and the end of its lease.
 */
export async function syncConnection(context: ConnectionContext, options: SyncOptions): Promise<SyncReport> {
  const lease = await takeLease(context);
  try {
    return await new Sync(context, options, lease).run();
  } finally {
    await lease.release();
  }
}

/**
 * Sends one approved entry on a person's word, under the same lease as a sync. An outcome that stays unknown is left to
 * the next sync. Raises `SYNC_RUNNING` (conflict), and `ENTRY_NOT_APPROVED` (conflict) in any other state.
 */
export async function postOneEntry(context: ConnectionContext, record: EntryRecord): Promise<EntryRecord> {
  if (record.state !== 'approved') {
    throw new Problem({
      code: 'ENTRY_NOT_APPROVED',
      kind: 'conflict',
      says: `Entry ${record.entry.postingKey} is ${record.state}; only an approved entry can be posted.`,
      next:
        record.state === 'unknown'
          ? `It is looked up in SAP first: seller-ledger sync ${record.connectionName}`
          : `Look at it: seller-ledger entries show ${record.entry.postingKey}`,
    });
  }
  const lease = await takeLease(context);
  try {
    return await postEntry(context, record, () => lease.renew());
  } finally {
    await lease.release();
  }
}

async function takeLease(context: ConnectionContext): Promise<Lease> {
  const lease = await context.books.acquire(`sync:${context.connection.id}`, context.posting.leaseMs);
  if ('fence' in lease) return lease;
  throw new Problem({
    code: 'SYNC_RUNNING',
    kind: 'conflict',
    says: `Connection ${context.connection.name} is being synced by ${lease.heldBy}, whose lease runs until ${lease.until}.`,
    next: `Wait for it, or try again after that time: seller-ledger sync ${context.connection.name}`,
  });
}

class Sync {
  readonly #context: ConnectionContext;
  readonly #options: SyncOptions;
  readonly #lease: Lease;
  readonly #problems: ProblemFacts[] = [];
  readonly #touched = new Map<string, EntryRecord>();

  constructor(context: ConnectionContext, options: SyncOptions, lease: Lease) {
    this.#context = context;
    this.#options = options;
    this.#lease = lease;
  }

  async run(): Promise<SyncReport> {
    await this.#recover();
    await this.#guard(() => this.#lookUpUnknown());
    const collected = await collectReports(this.#context, {
      onProblem: (problem) => this.#problems.push(problem),
      keepAlive: () => this.#keepLease(),
    });
    await approveAutomatically(this.#context);
    await this.#guard(() => this.#postApproved());
    if (this.#options.waitForUnknown) await this.#guard(() => this.#waitForUnknown());
    return {
      newDocuments: collected.newDocuments,
      settlements: collected.settlements,
      entries: [...this.#touched.values()],
      problems: this.#problems,
    };
  }

  /** We hold the lease, so nobody is sending: what still says `sending` was left by a process that died. */
  async #recover(): Promise<void> {
    const { books, connection, actor } = this.#context;
    for (const entry of await books.listEntries({ connectionId: connection.id, states: ['sending'] })) {
      this.#touch(
        await books.moveEntry({
          id: entry.id,
          from: 'sending',
          to: 'unknown',
          attempt: entry.attempt,
          actor,
          why: 'the program stopped while it was sending: SAP may have booked it',
          problem: {
            code: 'POST_INTERRUPTED',
            kind: 'unknown',
            says: `The program stopped while sending ${entry.entry.postingKey}; SAP may or may not have booked it.`,
            next: 'Nothing to do: it is looked up in SAP before anything else happens to it.',
          },
        }),
      );
    }
  }

  async #lookUpUnknown(): Promise<number> {
    let open = 0;
    for (const entry of await this.#unknownEntries()) {
      await this.#keepLease();
      const after = await resolveUnknown(this.#context, entry);
      this.#touch(after);
      if (after.state === 'unknown') open += isWaiting(after) ? 1 : 0;
    }
    return open;
  }

  async #postApproved(): Promise<void> {
    const { books, connection } = this.#context;
    for (const entry of await books.listEntries({ connectionId: connection.id, states: ['approved'] })) {
      await this.#postWithPatience(entry);
    }
  }

  async #postWithPatience(entry: EntryRecord): Promise<void> {
    const { clock, randomness, onProgress } = this.#context;
    let current = entry;
    for (let tries = 1; current.state === 'approved'; tries += 1) {
      this.#options.signal?.throwIfAborted();
      onProgress({ step: 'posting', postingKey: entry.entry.postingKey });
      current = this.#touch(await postEntry(this.#context, current, () => this.#lease.renew()));
      if (current.state !== 'approved') return;
      if (tries >= UNAVAILABLE_TRIES_MAX) throw problemOf(current);
      const delayMs = Math.min(UNAVAILABLE_DELAY_MS * 2 ** (tries - 1), UNAVAILABLE_DELAY_MS_MAX);
      const waitMs = delayMs / 2 + (randomness.fraction() * delayMs) / 2;
      onProgress({ step: 'waiting', untilMs: clock.nowMs() + waitMs, says: current.problem?.says ?? 'SAP is away' });
      await clock.sleep(waitMs, this.#options.signal);
    }
  }

  /** Looks again and again until SAP shows the document, or its quiet period proves that there is none. */
  async #waitForUnknown(): Promise<void> {
    const { clock, posting, onProgress } = this.#context;
    for (let lookUps = 0; ; lookUps += 1) {
      const waiting = (await this.#unknownEntries()).filter(isWaiting);
      if (waiting.length === 0) return;
      const nowMs = clock.nowMs();
      const untilMs = Math.min(...waiting.map((entry) => nextLookUpMs(entry, posting.quietPeriodMs, lookUps, nowMs)));
      onProgress({
        step: 'waiting',
        untilMs,
        says: `${waiting.length} ${waiting.length === 1 ? 'entry' : 'entries'} sent without an answer; looking in SAP again`,
      });
      await clock.sleep(Math.max(0, untilMs - nowMs), this.#options.signal);
      await this.#lookUpUnknown();
      await this.#postApproved();
    }
  }

  #unknownEntries(): Promise<readonly EntryRecord[]> {
    const { books, connection } = this.#context;
    return books.listEntries({ connectionId: connection.id, states: ['unknown'] });
  }

  #touch(entry: EntryRecord): EntryRecord {
    this.#touched.set(entry.id, entry);
    this.#context.onProgress({
      step: 'entry',
      postingKey: entry.entry.postingKey,
      state: entry.state,
      says: entry.document ? `SAP document ${entry.document.sapDocumentNumber}` : (entry.problem?.says ?? ''),
    });
    return entry;
  }

  async #keepLease(): Promise<void> {
    this.#options.signal?.throwIfAborted();
    if (await this.#lease.renew()) return;
    throw new Problem({
      code: 'LEASE_LOST',
      kind: 'conflict',
      says: `Another process took over connection ${this.#context.connection.name} while this one was stopped.`,
      next: 'Nothing to do: the other process goes on from here.',
    });
  }

  /** An unreachable SAP ends a step, not the sync: what was fetched and proposed stays, the next sync goes on. */
  async #guard(step: () => Promise<unknown>): Promise<void> {
    try {
      await step();
    } catch (thrown) {
      const problem = toProblem(thrown);
      if (problem.kind !== 'unavailable' && problem.kind !== 'rejected') throw thrown;
      this.#problems.push(problem.toJSON());
    }
  }
}

/** Still within the time in which SAP may show it; one that a person must decide about is not waited for. */
function isWaiting(entry: EntryRecord): boolean {
  return entry.problem === null || entry.problem.kind === 'unknown';
}

function problemOf(entry: EntryRecord): Problem {
  return new Problem(
    entry.problem ?? {
      code: 'SAP_UNAVAILABLE',
      kind: 'unavailable',
      says: `SAP did not take entry ${entry.entry.postingKey}; nothing of it was booked.`,
      next: 'Sync again later.',
    },
  );
}
