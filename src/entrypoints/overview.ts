import { type Connection, FEED_NAMES, moneyInFlight, reconcile, SYSTEM } from '../app/index.ts';
import { firstDayOf, lastDayOf, type ProblemFacts } from '../core/index.ts';
import { openAlerts } from './alerts/open-alerts.ts';
import { backupStatus } from './backup/backup-status.ts';
import type { Workspace } from './composition.ts';
import { readableSettingsOf } from './connection-file.ts';
import { dayOf } from './credential-facts.ts';
import { allConnections, reconciliationContext } from './reconciliation.ts';
import { addressed, countYours, type Reader, waitingOf } from './waiting.ts';

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

/** What this reader sees first: what needs them and others, whether everything is fresh, and how far this month is. */
export async function overviewOf(workspace: Workspace, reader: Reader) {
  const { books } = workspace;
  const connections = await books.listConnections();
  const today = dayOf(await books.sharedNowMs());
  const month = today.slice(0, 7) as Parameters<typeof firstDayOf>[0];
  const open = await openAlerts(workspace);
  const [waiting, feeds, backup, posted, counts] = await Promise.all([
    waitingOf(workspace, connections, open, reader),
    Promise.all(connections.map((connection) => freshnessOf(workspace, connection))),
    backupStatus(workspace),
    books.countPosted({ from: firstDayOf(month), to: lastDayOf(month) }),
    books.countRecords(),
  ]);
  const settlements = Object.values(counts.settlements).reduce<number>((sum, count = 0) => sum + count, 0);
  const alerts = addressed(open, waiting, reader);
  const needsYou = countYours(waiting, alerts);
  const facts = { connections: connections.length, settlements, month, posted };
  return { ...facts, needsYou, alerts, waiting, feeds: feeds.flat(), backup };
}

/** What Amazon owes, by currency, over all connections. */
export async function moneyOf(workspace: Workspace) {
  const context = await reconciliationContext(workspace, SYSTEM);
  const all = await allConnections(workspace);
  const period = { from: context.today, until: context.today };
  const found = [];
  for (const one of all) found.push(await reconcile(context, { one, all }, period));
  return moneyInFlight(found);
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
  const feeds = readableSettingsOf(connection)?.feeds;
  return FEED_NAMES.filter((feed) => feeds?.[feed].enabled);
}
