import {
  type Actor,
  approveEntry,
  type Connection,
  type EntryId,
  type EntryRecord,
  lookUpEntry,
  postApproved,
  proposeAgain,
  type SettlementKey,
  type SettlementRecord,
} from '../app/index.ts';
import { type Money, type ProblemFacts, toProblem } from '../core/index.ts';
import type { JobState, JobSummary } from '../jobs/index.ts';
import { type OpenConnection, openApprovals, openConnection, type Workspace } from './composition.ts';
import { jobRecordsOf } from './job-runner.ts';
import { amountOfEntry, summed } from './overview.ts';

/** Of each kind of record; what is beyond is in the lists of its own page. */
const RECORDS_MAX = 1_000;
const FAILED: readonly JobState[] = ['failed', 'gave-up'];

export type ExceptionKind = 'quarantined' | 'unknown' | 'rejected' | 'held' | 'job' | 'unreadable';
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
    const [message] = messages;
    const about = state === 'rejected' && message ? `${message.typeId} ${message.text}`.trim() : '';
    const replay = state === 'rejected' ? 'approve-again' : 'look-up';
    return [{ kind: state, code, about, says: about || says, next, replay, record: { ...record, says } }];
  }
  if (!entry.isCurrent || problem === null) return [];
  // What the check by master data found, a line for each fault; and what else keeps an entry from being sent.
  const [about = ''] = problem.data?.split('\n') ?? [];
  const { code, says, next } = problem;
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
  readonly problem: ProblemFacts | null;
}

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
        results.push({ id, state: await replayOne(workspace, { ...wish, id, open }), problem: null });
      } catch (thrown) {
        const problem = toProblem(thrown);
        if (problem.kind === 'defect') throw thrown;
        results.push({ id, state: null, problem: problem.toJSON() });
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

async function replayOne(workspace: Workspace, { action, id, actor, why, open }: OneReplay): Promise<string> {
  const { books } = workspace;
  switch (action) {
    case 'job':
      return (await (await jobRecordsOf(workspace)).replayJob(id, actor, why)).state;
    case 'propose-again': {
      const settlement = await books.getSettlement(id as SettlementKey);
      await books.record({
        actor,
        action: 'settlement.replay',
        subject: `settlement/${settlement.key}`,
        why,
        after: { state: settlement.state },
      });
      return (await proposeAgain(await open(settlement.connectionName), settlement)).state;
    }
    case 'approve-again': {
      const entry = await books.getEntry(id as EntryId);
      return (await approveEntry(await openApprovals(workspace, entry.connectionName), entry, actor, why)).state;
    }
    case 'look-up': {
      const entry = await books.getEntry(id as EntryId);
      return (await lookUpEntry(await open(entry.connectionName), entry)).state;
    }
    case 'send': {
      const entry = await books.getEntry(id as EntryId);
      if (entry.state === 'approved') await postApproved(await open(entry.connectionName), entry.origin);
      return (await books.getEntry(id as EntryId)).state;
    }
  }
}
