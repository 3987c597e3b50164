import {
  type Actor,
  approveEntry,
  type Connection,
  type EntryId,
  type EntryRecord,
  isOfComparison,
  isOfSimulation,
  lookUpEntry,
  postApproved,
  proposeAgain,
  type SettlementKey,
  type SettlementRecord,
  standingsOf,
} from '../app/index.ts';
import { type Money, type ProblemFacts, toProblem } from '../core/index.ts';
import type { JobState, JobSummary } from '../jobs/index.ts';
import { reasonsOf, sayMessage } from '../sap/index.ts';
import { type OpenConnection, openApprovals, openConnection, type Workspace } from './composition.ts';
import { jobRecordsOf } from './job-runner.ts';
import { amountOfEntry, summed } from './waiting.ts';

/** Of each kind of record; what is beyond is in the lists of its own page. */
const RECORDS_MAX = 1_000;
const FAILED: readonly JobState[] = ['failed', 'gave-up'];

export type ExceptionKind = 'quarantined' | 'unknown' | 'rejected' | 'away' | 'held' | 'job' | 'unreadable';
/** What a person may have done again. */
export type ReplayAction = 'propose-again' | 'look-up' | 'approve-again' | 'send' | 'job';

/** One record that failed. */
export interface FailedRecord {
  readonly id: string;
  readonly name: string;
  readonly connection: string | null;
  readonly since: string;
  readonly amount: Money | null;
  readonly says: string;
}

/** Records that failed for one cause, and what to do about it. */
export interface ExceptionGroup {
  readonly key: string;
  readonly kind: ExceptionKind;
  readonly code: string;
  /** What tells it from others of the code: the value nobody knows, SAP's message, the kind of job. */
  readonly about: string;
  readonly says: string;
  readonly next: string;
  readonly replay: ReplayAction | null;
  readonly amounts: readonly Money[];
  readonly records: readonly FailedRecord[];
}

interface Failure {
  readonly kind: ExceptionKind;
  readonly code: string;
  readonly about: string;
  readonly says: string;
  readonly next: string;
  readonly replay: ReplayAction | null;
  readonly record: FailedRecord;
}

/** Everything that failed and stands still, by cause, the cause with the most records first. */
export async function exceptionGroups(workspace: Workspace): Promise<readonly ExceptionGroup[]> {
  const { books } = workspace;
  const limit = RECORDS_MAX;
  const [settlements, entries, jobs, connections] = await Promise.all([
    books.listSettlements({ state: 'quarantined', limit }),
    books.listEntries({ states: ['rejected', 'unknown', 'proposed', 'approved'], limit }),
    jobRecordsOf(workspace).then((records) => records.listJobs({ states: FAILED, limit })),
    books.listConnections(),
  ]);
  const names = new Map(connections.map(({ id, name }) => [id as string, name]));
  const unreadable = await Promise.all(connections.map((connection) => unreadableOf(workspace, connection)));
  return grouped([
    ...settlements.flatMap(settlementFailures),
    ...entries.flatMap(entryFailures),
    ...jobs.map((job) => jobFailure(job, names)),
    ...unreadable.flat(),
  ]);
}

/** By kind, code and what it is about. Pure. */
function grouped(failures: readonly Failure[]): readonly ExceptionGroup[] {
  const groups = new Map<string, { first: Failure; records: FailedRecord[] }>();
  for (const failure of failures) {
    const key = JSON.stringify([failure.kind, failure.code, failure.about]);
    const group = groups.get(key);
    if (group) group.records.push(failure.record);
    else groups.set(key, { first: failure, records: [failure.record] });
  }
  return [...groups]
    .map(([key, { first, records }]): ExceptionGroup => {
      const { record: _, ...facts } = first;
      const amounts = summed(records.flatMap(({ amount }) => (amount ? [amount] : [])));
      return { key, ...facts, amounts, records };
    })
    .sort((a, b) => b.records.length - a.records.length || (a.key < b.key ? -1 : 1));
}

/** A settlement that several values stop is under each of them: it goes on when all are known. */
function settlementFailures(settlement: SettlementRecord): readonly Failure[] {
  const { key, settlementId, connectionName, receivedAt, header, quarantine, problem } = settlement;
  const record = { id: key, name: settlementId, connection: connectionName, since: receivedAt };
  const common = { kind: 'quarantined', replay: 'propose-again' } as const;
  if (quarantine.length === 0) {
    const { code, says, next } = problem ?? NO_REASON;
    return [{ ...common, code, about: '', says, next, record: { ...record, amount: header.total, says } }];
  }
  return quarantine.map(({ code, transactionType, amountType, amountDescription, amount, says, next }) => ({
    ...common,
    code,
    about: [transactionType, amountType, amountDescription].filter((word) => word !== '').join(' / '),
    says,
    next,
    record: { ...record, amount, says },
  }));
}

/** Of a record that an older program left without its reason. */
const WITHOUT_REASON = '';
const NO_REASON = { code: WITHOUT_REASON, says: 'No reason is on record.', next: 'Look at its history.' };

/** As the run of the feed tells it. */
const UNREADABLE = 'FEED_RECORD_UNREADABLE';

function entryFailures(entry: EntryRecord): readonly Failure[] {
  const { id, connectionName, updatedAt, state, problem, messages } = entry;
  const name = entry.entry.postingKey;
  const record = { id, name, connection: connectionName, since: updatedAt, amount: amountOfEntry(entry) };
  if (state === 'rejected' || state === 'unknown') {
    const { code, says, next } = problem ?? NO_REASON;
    const [reason] = reasonsOf(messages);
    const about = state === 'rejected' && reason ? sayMessage(reason) : '';
    const replay = state === 'rejected' ? 'approve-again' : 'look-up';
    return [{ kind: state, code, about, says: about || says, next, replay, record: { ...record, says } }];
  }
  if (!entry.isCurrent || problem === null) return [];
  const { code, says, next } = problem;
  // It was on its way, and SAP certainly did not book it: a log-on, a lock, a maintenance.
  if (state === 'approved' && !isOfSimulation(problem) && !isOfComparison(problem)) {
    return [{ kind: 'away', code, about: '', says, next, replay: 'send', record: { ...record, says } }];
  }
  // What the check by master data found, a line for each fault; and what else keeps an entry from being sent.
  const [about = ''] = problem.data?.split('\n') ?? [];
  return [{ kind: 'held', code, about, says: about || says, next, replay: null, record: { ...record, says } }];
}

function jobFailure(job: JobSummary, names: ReadonlyMap<string, string>): Failure {
  const { code, says, next } = job.lastAttempt?.problem ?? NO_REASON;
  const connection = job.connectionId === null ? null : (names.get(job.connectionId) ?? null);
  const record = { id: job.id, name: job.name, connection, since: job.endedAt ?? job.requestedAt, amount: null, says };
  return { kind: 'job', code, about: job.name, says, next, replay: 'job', record };
}

async function unreadableOf({ feedBooks }: Workspace, { id, name }: Connection): Promise<readonly Failure[]> {
  const records = await feedBooks.listUnreadable(id, { limit: RECORDS_MAX });
  return records.map(({ feed, recordId, seenAt, says }) => ({
    kind: 'unreadable',
    code: UNREADABLE,
    about: `${feed}: ${says}`,
    says,
    next: `They are kept whole, and read again by a newer version of the program: seller-ledger feeds unreadable ${name} --json`,
    replay: null,
    record: { id: recordId ?? seenAt, name: recordId ?? feed, connection: name, since: seenAt, amount: null, says },
  }));
}

/** What became of one record that was done again. */
export interface ReplayResult {
  readonly id: string;
  readonly state: string | null;
  /** It came to where it was meant to, and stands still no more. */
  readonly isDone: boolean;
  /** How many more people have to approve it. */
  readonly missing: number;
  /** Why it was refused, or stands still all the same. */
  readonly problem: Told | null;
}

type Told = Pick<ProblemFacts, 'code' | 'says' | 'next'>;

/**
 * Does these records again, one after another, as the commands of one record do; one that cannot be done keeps no other from its
 * turn. Each connection is opened once.
 */
export async function replayRecords(
  workspace: Workspace,
  wish: { readonly action: ReplayAction; readonly ids: readonly string[]; readonly actor: Actor; readonly why: string },
): Promise<readonly ReplayResult[]> {
  const opened = new Map<string, OpenConnection>();
  const open = async (name: string) => {
    const known = opened.get(name) ?? (await openConnection(workspace, name, { actor: wish.actor }));
    opened.set(name, known);
    return known.context;
  };
  try {
    const results: ReplayResult[] = [];
    for (const id of wish.ids) {
      try {
        results.push({ id, missing: 0, ...(await replayOne(workspace, { ...wish, id, open })) });
      } catch (thrown) {
        const problem = toProblem(thrown);
        if (problem.kind === 'defect') throw thrown;
        results.push({ id, state: null, isDone: false, missing: 0, problem: problem.toJSON() });
      }
    }
    return results;
  } finally {
    for (const each of opened.values()) await each.close();
  }
}

interface OneReplay {
  readonly action: ReplayAction;
  readonly id: string;
  readonly actor: Actor;
  readonly why: string;
  readonly open: (connection: string) => Promise<OpenConnection['context']>;
}

type Replayed = Omit<ReplayResult, 'id' | 'missing'> & Partial<Pick<ReplayResult, 'missing'>>;

async function replayOne(workspace: Workspace, { action, id, actor, why, open }: OneReplay): Promise<Replayed> {
  const { books } = workspace;
  switch (action) {
    case 'job':
      return {
        state: (await (await jobRecordsOf(workspace)).replayJob(id, actor, why)).state,
        isDone: true,
        problem: null,
      };
    case 'propose-again': {
      const settlement = await books.getSettlement(id as SettlementKey);
      await books.record({
        actor,
        action: 'settlement.replay',
        subject: `settlement/${settlement.key}`,
        why,
        after: { state: settlement.state },
      });
      return ofSettlement(await proposeAgain(await open(settlement.connectionName), settlement));
    }
    case 'approve-again':
      return approveAgain(workspace, await books.getEntry(id as EntryId), { actor, why });
    case 'look-up': {
      const entry = await books.getEntry(id as EntryId);
      const after = await lookUpEntry(await open(entry.connectionName), entry);
      return ofEntry(after, after.state !== 'unknown');
    }
    case 'send': {
      const entry = await books.getEntry(id as EntryId);
      if (entry.state === 'approved') await postApproved(await open(entry.connectionName), entry.origin);
      const after = await books.getEntry(id as EntryId);
      return ofEntry(after, after.state === 'posted');
    }
  }
}

/** Where another person has to approve it as well, that is said: the entry looks as it did before. */
async function approveAgain(
  workspace: Workspace,
  entry: EntryRecord,
  by: { readonly actor: Actor; readonly why: string },
): Promise<Replayed> {
  const desk = await openApprovals(workspace, entry.connectionName);
  const after = await approveEntry(desk, entry, by.actor, by.why);
  if (after.state === 'approved') return ofEntry(after, true);
  const [waiting] = await standingsOf(workspace.books, [after], desk.rules);
  return { ...ofEntry(after, false), missing: waiting?.standing.missing ?? 0 };
}

function ofEntry({ state, problem }: EntryRecord, isDone: boolean): Replayed {
  return { state, isDone, problem: isDone ? null : problem };
}

function ofSettlement(settlement: SettlementRecord): Replayed {
  const [still] = settlement.state === 'quarantined' ? settlementFailures(settlement) : [];
  return { state: settlement.state, isDone: still === undefined, problem: still ?? null };
}
