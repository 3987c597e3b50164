import type { Command } from 'commander';
import {
  FEED_NAMES,
  type FeedContext,
  type FeedName,
  type FeedReport,
  parseFeedName,
  purgeBuyers,
  syncFeed,
} from '../../app/index.ts';
import { PROBLEM_KINDS, type ProblemFacts, toProblem } from '../../core/index.ts';
import { openFeeds, withBooks } from './lazy.ts';
import { limitOption } from './list-part.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { abortWhen, whileStoppable } from './stop.ts';
import { exitCodeOfProblems, feedProgressTo } from './sync-report.ts';
import { sayTable } from './table.ts';
import { legible } from './terminal.ts';
import { userActor } from './user.ts';

const UNREADABLE_SHOWN = 200;

export function addFeedCommands(program: Command, run: RunCommand): void {
  const feeds = program
    .command('feeds')
    .description('what is read besides settlements: orders, finances, payouts, reports');
  feeds
    .command('sync')
    .description('bring the feeds of a connection up to date, or one of them; safe to stop and to repeat')
    .argument('<connection>', 'name of the connection')
    .option('--feed <feed>', FEED_NAMES.join(', '), parseFeedName)
    .addOption(jsonOption())
    .action(run((context, name: string, options: { feed?: FeedName }) => sync(context, name, options.feed)));
  feeds
    .command('status')
    .description('when each feed last ran and how far it has come')
    .argument('<connection>')
    .addOption(jsonOption())
    .action(run((context, name: string) => status(context, name)));
  feeds
    .command('unreadable')
    .description('records of Amazon that could not be read; they are kept whole, and --json shows them whole')
    .argument('<connection>')
    .addOption(limitOption(UNREADABLE_SHOWN))
    .addOption(jsonOption())
    .action(run((context, name: string, { limit }: { limit: number }) => unreadable(context, name, limit)));
}

function sync(context: CommandContext, name: string, only: FeedName | undefined): Promise<number> {
  return withBooks(context, (workspace) =>
    whileStoppable(async (stopped) => {
      const signal = abortWhen(stopped);
      const feeds = await openFeeds(workspace, name, {
        actor: userActor(context.environment),
        onProgress: feedProgressTo(context.terminal, workspace.clock.nowMs),
        signal,
      });
      try {
        const { enabled } = feeds.feedContext.rules;
        const wanted = only ? [only] : FEED_NAMES.filter((feed) => enabled[feed]);
        return await syncEach(context, feeds.feedContext, { wanted, signal });
      } finally {
        await feeds.close();
      }
    }),
  );
}

/** One feed that another process is reading does not keep the others from being read. */
async function syncEach(
  context: CommandContext,
  feedContext: FeedContext,
  { wanted, signal }: { wanted: readonly FeedName[]; signal: AbortSignal },
): Promise<number> {
  const reports: FeedReport[] = [];
  const problems: ProblemFacts[] = [];
  for (const feed of wanted) {
    try {
      const report = await syncFeed(feedContext, feed, { runMsMax: null, signal });
      reports.push(report);
      problems.push(...report.problems);
      context.terminal.endProgress();
      sayReport(context, report);
    } catch (thrown) {
      const problem = toProblem(thrown);
      if (problem.code !== 'FEED_RUNNING' || wanted.length === 1) throw thrown;
      problems.push(problem.toJSON());
      context.terminal.note(`${problem.code}: ${problem.says}`);
    }
  }
  await purgeBuyers(feedContext);
  context.terminal.json({ connection: feedContext.connection.name, feeds: reports, problems });
  return exitCodeOfProblems(problems);
}

function sayReport(
  { terminal }: CommandContext,
  { feed, counts, completeUntil, isUpToDate, problems }: FeedReport,
): void {
  const { inserted, changed, unchanged, unreadable: aside } = counts;
  const light = problems.length > 0 ? terminal.paint('yellow', '!') : terminal.paint('green', '✓');
  terminal.say(
    `${light} ${feed.padEnd(15)} ${inserted} new, ${changed} changed, ${unchanged} as before${aside > 0 ? `, ${aside} unreadable` : ''}; ${completeUntil === null ? 'nothing read yet' : `complete until ${completeUntil}`}${isUpToDate ? '' : ', more to read'}`,
  );
  for (const problem of problems) {
    terminal.say(`    ${terminal.paint('red', problem.code)}: ${problem.says}`);
    terminal.say(`    next: ${problem.next}`);
  }
}

function status(context: CommandContext, name: string): Promise<number> {
  return withBooks(context, async ({ books, feedBooks }) => {
    const { terminal } = context;
    const { id } = await books.getConnection(name);
    const [runs, stoppedBy] = await Promise.all([feedBooks.listFeedRuns(id), feedBooks.stoppedBy(id)]);
    terminal.json({ connection: name, stoppedBy: stoppedBy ?? null, feeds: runs });
    if (stoppedBy) terminal.say(`${terminal.paint('red', 'stopped')} ${stoppedBy.code}: ${stoppedBy.says}`);
    if (stoppedBy) terminal.say(`  next: ${stoppedBy.next}`);
    if (runs.length === 0) terminal.say(`No feed of ${name} has run yet. Run them: seller-ledger feeds sync ${name}`);
    sayTable(terminal, runs, [
      { title: 'feed', value: (row) => row.feed },
      { title: 'last run', value: (row) => row.finishedAt, yields: 1 },
      { title: 'complete until', value: (row) => row.completeUntil ?? '' },
      { title: '', value: (row) => (row.isUpToDate ? 'up to date' : 'more to read') },
      { title: 'problem', value: (row) => row.problems.map(({ code }) => code).join(', '), yields: 2 },
    ]);
    return stoppedBy ? PROBLEM_KINDS[stoppedBy.kind].exitCode : 0;
  });
}

function unreadable(context: CommandContext, name: string, limit: number): Promise<number> {
  return withBooks(context, async ({ books, feedBooks }) => {
    const { terminal } = context;
    const { id } = await books.getConnection(name);
    const records = await feedBooks.listUnreadable(id, { limit, withSource: terminal.isJson });
    terminal.json(records);
    if (records.length === 0) terminal.say('Every record of Amazon could be read.');
    sayTable(terminal, records, [
      { title: 'feed', value: (row) => row.feed },
      { title: 'seen', value: (row) => row.seenAt },
      { title: 'id', value: (row) => legible(row.recordId ?? '(none)'), yields: 2 },
      { title: 'why', value: (row) => legible(row.says), yields: 1 },
    ]);
    return 0;
  });
}
