import { Problem, type ProblemFacts, toProblem, traced } from '../core/index.ts';
import type { AccrualRecord } from './accrual-store.ts';
import { accrueShippedOrders, waitingProblem } from './accruals/accrue-orders.ts';
import { withdrawRefusedAccruals } from './accruals/remake-refused.ts';
import { refusalProblems } from './approvals/refuse-entry.ts';
import { approveAutomatically } from './approve-entry.ts';
import type { ConnectionContext } from './context.ts';
import { waitingFileProblems } from './corrections/receive-reissue.ts';
import { finishReplacements } from './corrections/replace-settlement.ts';
import { HOLDS, heldBackAmong, holdersOf, holdsOthers } from './held-back.ts';
import { endsWork } from './loaded-settings.ts';
import { sharedMoment } from './look-up.ts';
import { approveCommandOf, type OriginKey } from './origin.ts';
import type { EntryId, EntryRecord, Lease, SettlementRecord } from './ports.ts';
import type { PostResult } from './post-entry.ts';
import { collectReports } from './receive-reports.ts';
import { relinkEntries } from './relink.ts';
import { isOfComparison } from './relink-settlement.ts';
import { nextLookUpInMs, resolveUnknown } from './resolve-unknown.ts';
import { finishTakeBacks } from './reverse-settlement.ts';
import { sapPausedProblem } from './sap-pause.ts';
import { closedBy, opensAt } from './schedule/posting-windows.ts';
import { sendEntry } from './send-entry.ts';
import { adoptWhereRefused } from './send-reversal.ts';
import { assertPassesSimulation, isOfSimulation, withheldBySimulation } from './simulation/simulate-settlement.ts';
import { keepSyncLease, underSyncLease } from './sync-lease.ts';
import { findTakenBack } from './take-back.ts';
import { syncOutcome } from './work-outcome.ts';

const UNAVAILABLE_TRIES_MAX = 3;
const UNAVAILABLE_DELAY_MS = 5_000;
const UNAVAILABLE_DELAY_MS_MAX = 60_000;
/** A longer wait that SAP asks for is not spent with the lease in hand; the next sync tries again. */
const RETRY_AFTER_MS_MAX = 60_000;

export interface SyncOptions {
  /** Wait until entries with an unknown outcome are found or their quiet period is over. */
  readonly waitForUnknown: boolean;
  /** On a person's word: what is approved is sent outside the posting windows, too. */
  readonly outsideWindows?: boolean;
  readonly signal?: AbortSignal;
}

export interface SyncReport {
  readonly newDocuments: number;
  /** Why Amazon did not list its reports to the end, one of `problems`; `null`: it let us in and did. */
  readonly listProblem: ProblemFacts | null;
  readonly settlements: readonly SettlementRecord[];
  /** Entries this sync touched, in their state at its end. */
  readonly entries: readonly EntryRecord[];
  /** Those of them that stood in SAP already, from another database or an old backup: nothing was sent. */
  readonly linked: readonly EntryId[];
  /** Approved entries that were not sent because it is not the time for it; absent when none waits. */
  readonly forWindow?: {
    readonly entries: number;
    readonly opensAt: string;
    /** Where it is a closed day that holds them back: its reason. */
    readonly closedFor?: string;
  };
  /** What needs somebody: unreadable documents, re-issued settlements, an unreachable Amazon or SAP. */
  readonly problems: readonly ProblemFacts[];
}

/**
 * Brings one connection up to date: settles what an earlier run left open, fetches and books what Amazon has new.
 * Safe to stop at any moment and to call again: nothing is booked twice. Only one process syncs a connection at a
 * time; raises `SYNC_RUNNING` (conflict) with the holder and the end of its lease.
 */
export async function syncConnection(context: ConnectionContext, options: SyncOptions): Promise<SyncReport> {
  return traced('sync', { connection: context.connection.name }, async (note) => {
    const report = await underSyncLease(context, (lease, gated) => new Sync(gated, options, lease).run());
    const { newDocuments, entries, problems } = report;
    const outcome = syncOutcome(report);
    note({ newDocuments, entries: entries.length, problems: problems.length, outcome });
    return report;
  });
}

/**
 * Sends one approved entry on a person's word, under the same lease as a sync. An outcome that stays unknown is left to
 * the next sync. Raises `SYNC_RUNNING` (conflict), `ENTRY_NOT_APPROVED` (conflict) in any other state, and `SAP_PAUSED`
 * (unavailable) while SAP is left alone.
 */
export async function postOneEntry(ungated: ConnectionContext, record: EntryRecord): Promise<EntryRecord> {
  if (record.state !== 'approved') {
    throw new Problem({
      code: 'ENTRY_NOT_APPROVED',
      kind: 'conflict',
      says: `Entry ${record.entry.postingKey} is ${record.state}; only an approved entry can be posted.`,
      next:
        record.state === 'unknown'
          ? `It is looked up in SAP first: seller-ledger sync ${record.connectionName}`
          : record.state === 'proposed' || record.state === 'rejected'
            ? `Approve it first: seller-ledger entries approve ${record.entry.postingKey} --why TEXT; or all proposed ones of the same ${record.origin.kind}: ${approveCommandOf(record.origin)}`
            : `Look at it: seller-ledger entries show ${record.entry.postingKey}`,
    });
  }
  return underSyncLease(ungated, async (lease, context) => {
    const siblings = await context.books.listEntries({ originKey: record.origin.key });
    const held = heldBackAmong(record, siblings);
    if (held) throw held;
    await assertPassesSimulation(context, record);
    const keepAlive = () => keepSyncLease(context, lease);
    const { clear, problems, adopted } = await relinkEntries(context, [record], { keepAlive });
    if (clear.has(record.id)) return (await sendEntry(context, record, () => lease.renew())).record;
    const found = adopted.find(({ id }) => id === record.id);
    if (found) return found;
    const [problem] = problems;
    if (problem) throw new Problem(problem);
    return context.books.getEntry(record.id);
  });
}

const TAKEN_BACK = 'SETTLEMENT_TAKEN_BACK';
/** Of these a problem is told by every sync: a person has to act, or SAP is asked again. Approved ones wait for SAP only. */
const OPEN_STATES: readonly EntryRecord['state'][] = ['proposed', 'approved', 'rejected', 'unknown'];

class Sync {
  readonly #context: ConnectionContext;
  readonly #options: SyncOptions;
  readonly #lease: Lease;
  readonly #problems: ProblemFacts[] = [];
  readonly #touched = new Map<string, EntryRecord>();
  /** SAP was asked for these in this run and holds nothing of them. Nothing else is sent. */
  readonly #clear = new Set<EntryId>();
  readonly #proposedAgain: SettlementRecord[] = [];
  readonly #linked = new Set<EntryId>();

  constructor(context: ConnectionContext, options: SyncOptions, lease: Lease) {
    this.#context = context;
    this.#options = options;
    this.#lease = lease;
  }

  async run(): Promise<SyncReport> {
    await this.#recover();
    await this.#lookUpUnknown();
    for (const entry of await adoptWhereRefused(this.#context)) this.#touch(entry);
    const accrued = await this.#accrueOrders();
    const collected = await collectReports(this.#context, {
      onProblem: (problem) => this.#report(problem),
      keepAlive: () => this.#keepLease(),
    });
    await this.#guard(() => this.#finishTakeBacks());
    const isCompared = await this.#guard(() => this.#relink([...accrued, ...collected.settlements]));
    await approveAutomatically(this.#context, ({ id }) => this.#clear.has(id), this.#simulationOptions());
    if (isCompared) await this.#guard(() => this.#postApproved());
    if (this.#options.waitForUnknown) await this.#guard(() => this.#waitForUnknown());
    const settlements = replaceIn(collected.settlements, this.#proposedAgain);
    await this.#reportWhatIsOpen(settlements);
    return {
      newDocuments: collected.newDocuments,
      listProblem: collected.listProblem,
      settlements,
      entries: [...this.#touched.values()],
      linked: [...this.#linked],
      ...(await this.#waitingForWindow()),
      problems: this.#problems,
    };
  }

  /** `null`: entries may be sent now. Asked before each, because a window may end during a sync. */
  async #windowOpensAt(): Promise<number | null> {
    const { postingHours, books } = this.#context;
    if (!postingHours || this.#options.outsideWindows) return null;
    return opensAt(postingHours, await books.sharedNowMs());
  }

  async #waitingForWindow(): Promise<Pick<SyncReport, 'forWindow'>> {
    const { books, connection, postingHours } = this.#context;
    const opens = await this.#windowOpensAt();
    if (opens === null) return {};
    const approved = await books.listEntries({ connectionId: connection.id, states: ['approved'] });
    if (approved.length === 0) return {};
    const closed = postingHours && closedBy(postingHours, await books.sharedNowMs());
    const opensAt = new Date(opens).toISOString();
    return { forWindow: { entries: approved.length, opensAt, ...(closed && { closedFor: closed.why }) } };
  }

  #simulationOptions() {
    return { keepAlive: () => this.#keepLease(), signal: this.#options.signal };
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

  /** `false` when SAP could not say of each entry what became of it; the next sync asks again. */
  async #lookUpUnknown(): Promise<boolean> {
    let isComplete = true;
    for (const entry of await this.#unknownEntries()) {
      await this.#keepLease();
      try {
        await this.#touchWithOriginal(await resolveUnknown(this.#context, entry));
      } catch (thrown) {
        const problem = toProblem(thrown);
        if (problem.kind !== 'unavailable' && problem.kind !== 'rejected') throw thrown;
        this.#report(problem.toJSON());
        isComplete = false;
        // One document that cannot be read says nothing about the others; a SAP that is away will not answer for them.
        if (problem.kind === 'unavailable') return false;
      }
    }
    return isComplete;
  }

  /** In the orders model, before settlements come that clear them. */
  async #accrueOrders(): Promise<readonly AccrualRecord[]> {
    const { problems } = await withdrawRefusedAccruals(this.#context);
    for (const each of problems) this.#report(each);
    const { accruals, waiting } = await accrueShippedOrders(this.#context, { keepAlive: () => this.#keepLease() });
    const problem = waitingProblem(this.#context.connection.name, waiting);
    if (problem) this.#report(problem);
    return accruals;
  }

  /** What a person wants taken back and proposed anew, also from another file, and what an earlier run left open of it. */
  async #finishTakeBacks(): Promise<void> {
    if ((await this.#windowOpensAt()) !== null) return;
    const hooks = { keepAlive: () => this.#keepLease(), stillMine: () => this.#lease.renew() };
    const replaced = await finishReplacements(this.#context, hooks);
    for (const each of [...replaced, ...(await finishTakeBacks(this.#context, hooks))]) {
      for (const entry of each.entries) this.#touch(entry);
      // That of an entry is told with it.
      const told = new Set(each.entries.map(({ problem }) => problem?.says));
      for (const problem of each.problems) if (!told.has(problem.says)) this.#report(problem);
      if (each.isProposedAgain) this.#proposedAgain.push(each.settlement);
    }
  }

  /**
   * Before anything is sent that SAP was not asked for in this run: what a predecessor of this database booked is adopted.
   * That is done again in every run, because nothing tells a database that it was restored from an old backup.
   */
  async #relink(changed: readonly { readonly key: OriginKey }[]): Promise<void> {
    const { books, connection, posting } = this.#context;
    const isNew = new Set<OriginKey>([...changed, ...this.#proposedAgain].map(({ key }) => key));
    const { left } = await findTakenBack(this.#context);
    const unsent = await books.listEntries({ connectionId: connection.id, states: ['proposed', 'approved'] });
    const candidates = unsent.filter(
      ({ id, state, origin, entry, problem }) =>
        !this.#clear.has(id) &&
        (!left.has(origin.key) || entry.reversal !== undefined) &&
        (state === 'approved' || posting.approval === 'automatic' || isNew.has(origin.key) || isOfComparison(problem)),
    );
    const hooks = { keepAlive: () => this.#keepLease() };
    const { adopted, clear, settlements, problems } = await relinkEntries(this.#context, candidates, hooks);
    this.#proposedAgain.push(...settlements);
    for (const { id } of adopted) this.#linked.add(id);
    for (const entry of adopted) this.#touch(entry);
    for (const id of clear) this.#clear.add(id);
    // What is taken back is told at the end, once for each settlement and with all of its entries.
    for (const problem of problems) if (problem.code !== TAKEN_BACK) this.#report(problem);
  }

  async #postApproved(): Promise<void> {
    const { books, connection } = this.#context;
    const holding = await books.listEntries({ connectionId: connection.id, states: [...HOLDS, 'reversed', 'unknown'] });
    const approved = await books.listEntries({ connectionId: connection.id, states: ['approved'] });
    const held = holdersOf([...holding, ...approved]);
    // One that the comparison holds has another problem, and the one that has to be told.
    const sendable = approved.filter(({ id }) => this.#clear.has(id));
    const withheld = await withheldBySimulation(this.#context, sendable, this.#simulationOptions());
    for (const entry of sendable) {
      const holders = held.get(entry.origin.key);
      if (!entry.entry.reversal && (holders || withheld.has(entry.origin.key))) continue;
      if ((await this.#windowOpensAt()) !== null) return;
      const after = await this.#postGuarded(entry);
      if (holdsOthers(after)) held.set(entry.origin.key, [...(holders ?? []), after]);
    }
  }

  /** An entry that is not what it was is a problem of its own; the others are posted all the same. */
  async #postGuarded(entry: EntryRecord): Promise<EntryRecord> {
    try {
      return await this.#postWithPatience(entry);
    } catch (thrown) {
      const problem = toProblem(thrown);
      const isOfEntry = problem.kind === 'conflict' || problem.kind === 'defect';
      if (!isOfEntry || endsWork(problem)) throw thrown;
      this.#report(problem.toJSON());
      return entry;
    }
  }

  /** Tries again while SAP is away for a moment. Raises its problem when SAP is away for all entries and for longer. */
  async #postWithPatience(entry: EntryRecord): Promise<EntryRecord> {
    const { clock, onProgress } = this.#context;
    let current = entry;
    for (let tries = 1; ; tries += 1) {
      this.#options.signal?.throwIfAborted();
      onProgress({ step: 'posting', postingKey: entry.entry.postingKey });
      const { record, unavailable } = await sendEntry(this.#context, current, () => this.#lease.renew());
      current = await this.#touchWithOriginal(record);
      if (unavailable === null) return current;
      // A log-on that SAP refuses is not tried again: after a few tries SAP locks the user.
      const waitMs = record.problem?.kind === 'rejected' ? null : this.#pauseMs(tries, unavailable);
      if (waitMs === null) {
        if (unavailable.scope === 'system') throw problemOf(current);
        return current;
      }
      onProgress({ step: 'waiting', untilMs: clock.nowMs() + waitMs, says: current.problem?.says ?? 'SAP is away' });
      await clock.sleep(waitMs, this.#options.signal);
    }
  }

  /** Backoff with jitter, never shorter than SAP asks for; `null` when it is not worth waiting for. */
  #pauseMs(tries: number, unavailable: NonNullable<PostResult['unavailable']>): number | null {
    const askedMs = unavailable.retryAfterMs ?? 0;
    if (tries >= UNAVAILABLE_TRIES_MAX || askedMs > RETRY_AFTER_MS_MAX) return null;
    const delayMs = Math.min(UNAVAILABLE_DELAY_MS * 2 ** (tries - 1), UNAVAILABLE_DELAY_MS_MAX);
    return Math.max(askedMs, delayMs / 2 + (this.#context.randomness.fraction() * delayMs) / 2);
  }

  /** Looks again and again until SAP shows the document, or its quiet period proves that there is none. */
  async #waitForUnknown(): Promise<void> {
    const { books, clock, posting, onProgress } = this.#context;
    for (let lookUps = 0; ; lookUps += 1) {
      const waiting = (await this.#unknownEntries()).filter(isWaiting);
      if (waiting.length === 0) return;
      const at = { quietPeriodMs: posting.quietPeriodMs, lookUps, moment: await sharedMoment(books) };
      const waitMs = Math.min(...waiting.map((entry) => nextLookUpInMs(entry, at)));
      onProgress({
        step: 'waiting',
        untilMs: clock.nowMs() + waitMs,
        says: `${waiting.length} ${waiting.length === 1 ? 'entry' : 'entries'} sent without an answer; looking in SAP again`,
      });
      await clock.sleep(waitMs, this.#options.signal);
      if (!(await this.#lookUpUnknown())) return;
      await this.#finishTakeBacks();
      await this.#relink([]);
      await this.#postApproved();
    }
  }

  /** What an earlier sync found and nobody has mended yet is told by every sync, not only by the one that found it. */
  async #reportWhatIsOpen(touched: readonly SettlementRecord[]): Promise<void> {
    const { books, connection } = this.#context;
    const isTouched = new Set(touched.map(({ key }) => key));
    const settlements = await books.listSettlements({ connectionId: connection.id, state: 'quarantined' });
    for (const { key, problem } of settlements) if (problem && !isTouched.has(key)) this.#report(problem);
    for (const problem of await waitingFileProblems(this.#context)) this.#report(problem);
    const takenBack = await findTakenBack(this.#context);
    for (const problem of takenBack.problems.values()) this.#report(problem);
    const entries = await books.listEntries({ connectionId: connection.id, states: OPEN_STATES });
    for (const { id, problem, state, origin, entry } of entries) {
      if (problem === null || (takenBack.left.has(origin.key) && !entry.reversal)) continue;
      if (problem.code === TAKEN_BACK) {
        if (!takenBack.problems.has(origin.key)) this.#report(problem);
      } else if (!this.#touched.has(id) && (state !== 'approved' || isOfSimulation(problem))) this.#report(problem);
    }
    const proposed = entries.filter(({ state, isCurrent }) => state === 'proposed' && isCurrent);
    for (const problem of await refusalProblems(books, proposed)) this.#report(problem);
    const paused = await sapPausedProblem(this.#context);
    if (paused) this.#report(paused.toJSON());
  }

  #report(problem: ProblemFacts): void {
    const isKnown = this.#problems.some(({ code, says }) => code === problem.code && says === problem.says);
    if (!isKnown) this.#problems.push(problem);
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
      document: entry.document,
      isLinked: this.#linked.has(entry.id),
      problem: entry.problem,
    });
    return entry;
  }

  /** A reversal that ended has moved the entry it takes back, too. */
  async #touchWithOriginal(entry: EntryRecord): Promise<EntryRecord> {
    const { reversal } = entry.entry;
    if (reversal && (entry.state === 'posted' || entry.state === 'withdrawn')) {
      this.#touch(await this.#context.books.getEntry(reversal.postingKey));
    }
    return this.#touch(entry);
  }

  async #keepLease(): Promise<void> {
    this.#options.signal?.throwIfAborted();
    await keepSyncLease(this.#context, this.#lease);
  }

  /** An unreachable SAP ends a step, not the sync: what was fetched and proposed stays, the next sync goes on. `false` then. */
  async #guard(step: () => Promise<unknown>): Promise<boolean> {
    try {
      await step();
      return true;
    } catch (thrown) {
      const problem = toProblem(thrown);
      if (problem.kind !== 'unavailable' && problem.kind !== 'rejected') throw thrown;
      this.#report(problem.toJSON());
      return false;
    }
  }
}

/** Each settlement once, as it is now. */
function replaceIn(before: readonly SettlementRecord[], after: readonly SettlementRecord[]): SettlementRecord[] {
  return [...new Map([...before, ...after].map((record) => [record.key, record])).values()];
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
