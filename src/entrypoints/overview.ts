import {
  type Connection,
  type EntryRecord,
  FEED_NAMES,
  moneyInFlight,
  type ReconciledConnection,
  reconcile,
  SYSTEM,
  waitingApprovals,
} from '../app/index.ts';
import {
  firstDayOf,
  isProblem,
  lastDayOf,
  type Money,
  money,
  type ProblemFacts,
  parseLocalDate,
} from '../core/index.ts';
import { debitTotal } from '../ledger/index.ts';
import { openAlerts } from './alerts/open-alerts.ts';
import { waitingTableOf } from './approvals.ts';
import { backupStatus } from './backup/backup-status.ts';
import { openApprovals, type Workspace, waitingChangesOf } from './composition.ts';
import { settingsOf } from './connection-file.ts';
import { dayOf } from './credential-facts.ts';
import { reconciliationContext } from './reconciliation.ts';

/** Of each state; the count is of all. */
const RECORDS_SUMMED_MAX = 2_000;

/** Something that waits for a person: how many, and how much of each currency. */
export interface Waiting {
  readonly what: 'approvals' | 'tables' | 'rules' | 'quarantined' | 'rejected' | 'unknown' | 'jobs';
  readonly count: number;
  readonly amounts: readonly Money[];
}

/** How fresh one feed of a connection is. */
export interface Freshness {
  readonly connection: string;
  readonly feed: string;
  /** `off` feeds are left out. */
  readonly state: 'fresh' | 'more' | 'failed' | 'stopped' | 'never';
  readonly lastRunAt: string | null;
  readonly completeUntil: string | null;
  readonly problem: Pick<ProblemFacts, 'code' | 'says' | 'next'> | null;
}

/** What a person sees first: what needs them, whether everything is fresh, and how far this month is. */
export async function overviewOf(workspace: Workspace) {
  const { books } = workspace;
  const connections = await books.listConnections();
  const today = dayOf(await books.sharedNowMs());
  const month = today.slice(0, 7) as Parameters<typeof firstDayOf>[0];
  const [alerts, waiting, feeds, backup, posted, counts] = await Promise.all([
    openAlerts(workspace),
    waitingOf(workspace, connections),
    Promise.all(connections.map((connection) => freshnessOf(workspace, connection))),
    backupStatus(workspace),
    books.countPosted({ from: firstDayOf(month), to: lastDayOf(month) }),
    books.countRecords(),
  ]);
  const settlements = Object.values(counts.settlements).reduce<number>((sum, count = 0) => sum + count, 0);
  return { connections: connections.length, settlements, month, posted, alerts, waiting, feeds: feeds.flat(), backup };
}

/** What Amazon owes, by currency, over all connections. */
export async function moneyOf(workspace: Workspace) {
  const context = await reconciliationContext(workspace, SYSTEM);
  const all = (await workspace.books.listConnections()).map(reconciledConnection);
  const period = { from: context.today, until: context.today };
  const found = [];
  for (const one of all) found.push(await reconcile(context, { one, all }, period));
  return moneyInFlight(found);
}

/** Settings that cannot be read hide no money: then every settlement counts, as if all were booked here. */
function reconciledConnection(connection: Connection): ReconciledConnection {
  try {
    const { bookFrom } = settingsOf(connection).posting;
    return { connection, bookFrom: bookFrom === null ? null : parseLocalDate(bookFrom) };
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown;
    return { connection, bookFrom: null };
  }
}

async function waitingOf(workspace: Workspace, connections: readonly Connection[]): Promise<readonly Waiting[]> {
  const { books } = workspace;
  const limit = RECORDS_SUMMED_MAX;
  const [counts, quarantined, open, approvals, failedJobs] = await Promise.all([
    books.countRecords(),
    books.listSettlements({ state: 'quarantined', limit }),
    books.listEntries({ states: ['rejected', 'unknown'], limit }),
    approvalsOf(workspace, connections),
    countFailedJobs(workspace),
  ]);
  const entries = (state: 'rejected' | 'unknown'): Waiting => ({
    what: state,
    count: counts.entries[state] ?? 0,
    amounts: summed(open.filter((record) => record.state === state).map(amountOfEntry)),
  });
  return [
    { what: 'approvals', count: approvals.amounts.length, amounts: summed(approvals.amounts) },
    { what: 'tables', count: approvals.tables, amounts: [] },
    { what: 'rules', count: approvals.rules, amounts: [] },
    {
      what: 'quarantined',
      count: counts.settlements.quarantined ?? 0,
      amounts: summed(quarantined.map(({ header }) => header.total)),
    },
    entries('rejected'),
    entries('unknown'),
    { what: 'jobs', count: failedJobs, amounts: [] },
  ];
}

/** What `/approvals` lists: amounts of entries and reversals, account tables, and loosened rules of approval. */
async function approvalsOf(workspace: Workspace, connections: readonly Connection[]) {
  const amounts: Money[] = [];
  let tables = 0;
  let rules = 0;
  for (const connection of connections) {
    if (await waitingTableOf(workspace, connection)) tables += 1;
    try {
      const inForce = (await openApprovals(workspace, connection.name)).rules;
      amounts.push(...(await waitingApprovals(workspace.books, connection, inForce)).map(({ amount }) => amount));
      rules += (await waitingChangesOf(workspace, connection)).length;
    } catch (thrown) {
      // Settings that an older program wrote hide nothing of the others.
      if (!isProblem(thrown)) throw thrown;
    }
  }
  return { amounts, tables, rules };
}

async function countFailedJobs(workspace: Workspace): Promise<number> {
  const { jobRecordsOf } = await import('./job-runner.ts');
  const counts = await (await jobRecordsOf(workspace)).countJobs();
  return (counts.failed ?? 0) + (counts['gave-up'] ?? 0);
}

/** Debits of an entry: what it books. */
export function amountOfEntry({ entry }: Pick<EntryRecord, 'entry'>): Money {
  return debitTotal(entry);
}

/** One sum for each currency, in the order of the currencies. */
export function summed(amounts: readonly Money[]): readonly Money[] {
  const sums = new Map<Money['currency'], bigint>();
  for (const { currency, minor } of amounts) sums.set(currency, (sums.get(currency) ?? 0n) + minor);
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, minor]) => money(currency, minor));
}

async function freshnessOf({ books, feedBooks }: Workspace, connection: Connection): Promise<readonly Freshness[]> {
  const { id, name } = connection;
  const [runs, stoppedBy, schedules, [newest]] = await Promise.all([
    feedBooks.listFeedRuns(id),
    feedBooks.stoppedBy(id),
    books.listSchedules(id),
    books.listSettlements({ connectionId: id, limit: 1 }),
  ]);
  const stop = stoppedBy ? { code: stoppedBy.code, says: stoppedBy.says, next: stoppedBy.next } : null;
  const settlements = schedules.find(({ work }) => work === 'settlements');
  const lastRunAt = settlements?.servedAt ?? newest?.receivedAt ?? null;
  const problem = stop ?? settlements?.problem ?? null;
  const rows: Freshness[] = [
    {
      connection: name,
      feed: 'settlements',
      state: stop ? 'stopped' : problem ? 'failed' : lastRunAt === null ? 'never' : 'fresh',
      lastRunAt,
      completeUntil: newest ? endOf(newest) : null,
      problem,
    },
  ];
  for (const feed of enabledFeeds(connection)) {
    const run = runs.find((each) => each.feed === feed);
    const [first = null] = run?.problems ?? [];
    const state = stop ? 'stopped' : !run ? 'never' : first ? 'failed' : run.isUpToDate ? 'fresh' : 'more';
    const { finishedAt = null, completeUntil = null } = run ?? {};
    rows.push({ connection: name, feed, state, lastRunAt: finishedAt, completeUntil, problem: stop ?? first });
  }
  return rows;
}

function endOf({ header }: { readonly header: { readonly endAt: number } }): string {
  return new Date(header.endAt * 1000).toISOString();
}

function enabledFeeds(connection: Connection): readonly string[] {
  try {
    const { feeds } = settingsOf(connection);
    return FEED_NAMES.filter((feed) => feeds[feed].enabled);
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown;
    return [];
  }
}
