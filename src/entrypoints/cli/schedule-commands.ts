import type { Command } from 'commander';
import type { ScheduleRecord } from '../../app/index.ts';
import { formatMinute, Problem } from '../../core/index.ts';
import type { Api } from '../api-client/api.ts';
import type { Workspace } from '../composition.ts';
import { ScheduleList, type ScheduleRow, WorksAsked, WorksPicked } from '../http/contract/connections.ts';
import { Workers } from '../http/contract/jobs.ts';
import { withBooks } from './lazy.ts';
import { hereOrByService, notByService, onApi } from './on-api.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { abortWhen, whileStoppable } from './stop.ts';
import { sayTable } from './table.ts';
import type { Terminal } from './terminal.ts';
import { userActor } from './user.ts';

interface PickOptions {
  readonly work?: string;
  readonly installation?: boolean;
  readonly why: string;
}

/** Of each connection; the others stand in its settings. */
const CLOSED_DAYS_SAID = 3;

export function addScheduleCommands(program: Command, run: RunCommand): void {
  const schedule = program.command('schedule').description('what is done by itself, and when');
  schedule
    .command('show')
    .description('every work with its cadence, its last turn and its next one')
    .argument('[connection]', 'one connection; without it all, and the works of the installation')
    .addOption(jsonOption())
    .action(run(onApi(show)));
  const picking = (command: Command) =>
    command
      .argument('[connection]', 'name of the connection')
      .option('--installation', 'works of the whole installation, instead of a connection')
      .option('--work <name>', 'one work; without it all')
      .requiredOption('--why <text>', 'reason, for the audit log')
      .addOption(jsonOption());
  picking(schedule.command('pause').description('begin no turn any more; what runs goes on to its end'))
    .option('--until <time>', 'when it ends by itself: a time such as 2026-12-01T06:00Z, or 90m, 8h, 3d from now')
    .action(run(onApi(pause)));
  picking(schedule.command('resume').description('end a pause; what was missed meanwhile is one turn')).action(
    run(onApi(resume)),
  );
  picking(schedule.command('run').description('have it done now, by the running service, also during a pause'))
    .option('--here', 'in this process, not by the service')
    .action(run(runOrHere));
}

async function show({ terminal }: CommandContext, api: Api, connection: string | undefined): Promise<number> {
  const { items } = await api.ask({ path: '/schedules', query: { connection }, answer: ScheduleList });
  terminal.json(items);
  sayViews(terminal, items);
  return 0;
}

export function sayViews(terminal: Terminal, views: readonly ScheduleRow[]): void {
  sayTable(
    terminal,
    views.filter(({ isOn }) => isOn),
    [
      { title: 'connection', value: (row) => row.connection ?? '(installation)', yields: 3 },
      { title: 'work', value: (row) => row.work },
      { title: 'cadence', value: (row) => row.cadence, yields: 2 },
      { title: 'last done', value: (row) => (row.lastDoneAt ? formatMinute(row.lastDoneAt) : 'never'), yields: 2 },
      { title: 'next due', value: (row) => formatMinute(row.nextDueAt) },
      { title: 'there', value: (row) => row.nextDueLocal, yields: 1 },
      { title: 'state', value: sayState },
    ],
  );
  for (const { connection, posting, timeZone, isOn, paused } of views)
    if (posting && isOn && !paused) sayPosting(terminal, { connection, posting, timeZone });
  for (const { connection, work, problem } of views) {
    if (!problem) continue;
    terminal.say();
    terminal.say(`${connection ?? 'installation'} ${work}: ${problem.code}: ${problem.says}`);
    terminal.say(`  next: ${problem.next}`);
  }
}

function sayPosting(
  terminal: Terminal,
  { connection, posting, timeZone }: { connection: string | null; posting: PostingTimes; timeZone: string },
): void {
  const { opensLocal, closedFor, closedDays } = posting;
  terminal.say();
  const why = closedFor === null ? '' : `: ${closedFor}`;
  const when = opensLocal === null ? 'may post now' : `posts from ${opensLocal} (${timeZone}) on${why}`;
  terminal.say(`${connection ?? 'installation'} ${when}`);
  for (const each of closedDays.slice(0, CLOSED_DAYS_SAID)) terminal.say(`  closed ${each.on}  ${each.why}`);
  const others = closedDays.length - CLOSED_DAYS_SAID;
  if (others > 0) terminal.say(`  and ${others} more, later: they stand in the settings of the connection`);
}

type PostingTimes = NonNullable<ScheduleRow['posting']>;

function sayState({ state, paused, underWaySince, problem, missedTurns }: ScheduleRow): string {
  const words: string[] = [state];
  if (paused) words.push(`${paused.until ? `until ${formatMinute(paused.until)} ` : ''}by ${paused.by}: ${paused.why}`);
  if (state === 'under way' && underWaySince) words.push(`since ${formatMinute(underWaySince)}`);
  if (problem) words.push(problem.code);
  if (missedTurns > 0) words.push(`the last turn made up for ${missedTurns}`);
  return words.join(', ');
}

interface RunOptions extends PickOptions {
  readonly here?: boolean;
}

interface PauseOptions extends PickOptions {
  readonly until?: string;
}

async function pause(
  { terminal }: CommandContext,
  api: Api,
  name: string | undefined,
  options: PauseOptions,
): Promise<number> {
  const { works, until } = await askFor(api, 'pause', name, options);
  terminal.json({ works, until });
  const end = until === null ? 'until it is resumed' : `until ${formatMinute(until)}`;
  terminal.say(`Paused ${end}: ${works.join(', ')}. What runs now goes on to its end.`);
  return 0;
}

async function resume(
  { terminal }: CommandContext,
  api: Api,
  name: string | undefined,
  options: PickOptions,
): Promise<number> {
  const { works } = await askFor(api, 'resume', name, options);
  terminal.json({ works });
  terminal.say(works.length === 0 ? 'Nothing was paused.' : `Goes on: ${works.join(', ')}.`);
  return 0;
}

async function runNow(
  { terminal }: CommandContext,
  api: Api,
  name: string | undefined,
  options: PickOptions,
): Promise<number> {
  const { works, paused } = await api.ask({ ...wishOf('run', name, options), answer: WorksAsked });
  terminal.json({ works, paused });
  const { items: workers } = await api.ask({ path: '/workers', answer: Workers });
  const isTaken = workers.some(({ endedAt }) => endedAt === null);
  const then = isTaken
    ? 'A running service takes it within a minute.'
    : 'No process takes jobs at the moment: start one (seller-ledger worker), or have it done here (--here).';
  terminal.say(`Asked for: ${works.join(', ')}. ${then}`);
  if (paused.length > 0) terminal.say(`Paused, and done this once all the same: ${paused.join(', ')}.`);
  return 0;
}

function askFor(
  api: Api,
  verb: 'pause' | 'resume',
  connection: string | undefined,
  options: PauseOptions,
): Promise<WorksPicked> {
  return api.ask({ ...wishOf(verb, connection, options), answer: WorksPicked });
}

function wishOf(
  verb: 'pause' | 'resume' | 'run',
  connection: string | undefined,
  { installation = false, work, why, until }: PauseOptions,
) {
  assertTarget(connection, installation);
  const body = { connection, work, why, ...(verb === 'pause' && { until }) };
  return { method: 'POST', path: `/schedules/${verb}`, body } as const;
}

const runAsked = onApi(runNow);
const runOrHere = hereOrByService(
  (context, name: string | undefined, options: RunOptions) =>
    options.here ? runHere(context, name, options) : runAsked(context, name, options),
  (context, api, name, options) => {
    if (options.here) throw notByService('schedule run --here');
    return runNow(context, api, name, options);
  },
);

/** In this process, which takes the books themselves. */
function runHere(context: CommandContext, name: string | undefined, options: PickOptions): Promise<number> {
  assertTarget(name, options.installation ?? false);
  return withBooks(context, async (workspace) => {
    const { pickSchedule, worksToRun } = await import('../schedules.ts');
    const { work, why } = options;
    const actor = userActor(context.environment);
    const picked = await pickSchedule(workspace, { connection: name, work, actor, why });
    return runTurns(context, workspace, { name: name ?? null, wanted: await worksToRun(workspace, picked), why });
  });
}

function runTurns(
  context: CommandContext,
  workspace: Workspace,
  { name, wanted, why }: { name: string | null; wanted: readonly ScheduleRecord[]; why: string },
): Promise<number> {
  return whileStoppable(async (stopped) => {
    const { runTurnsHere } = await import('../work/run-here.ts');
    const { terminal, environment } = context;
    const ends = await runTurnsHere(workspace, {
      connection: name,
      wanted,
      actor: userActor(environment),
      why,
      signal: abortWhen(stopped),
      onEnd: ({ work, problem, tells }) => {
        terminal.say(`${work}: ${problem ? `${problem.code}: ${problem.says}` : 'done'}`);
        if (tells) terminal.say(`${tells.says} ${tells.next}`);
      },
    });
    terminal.json(ends);
    const { exitCodeOfProblems } = await import('./sync-report.ts');
    return exitCodeOfProblems(ends.flatMap(({ problem }) => (problem ? [problem] : [])));
  });
}

function assertTarget(connection: string | undefined, isInstallation: boolean): void {
  if ((connection === undefined) === isInstallation) return;
  throw targetUnclear();
}

function targetUnclear(): Problem {
  return new Problem({
    code: 'SCHEDULE_TARGET_UNCLEAR',
    kind: 'invalid',
    says: 'It is not said whose work is meant: one connection, or the installation.',
    next: 'Name a connection, or give --installation for the works of the installation.',
  });
}
