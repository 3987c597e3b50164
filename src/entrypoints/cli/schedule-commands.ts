import type { Command } from 'commander';
import type { ScheduleRecord } from '../../app/index.ts';
import { formatMinute, Problem } from '../../core/index.ts';
import type { Workspace } from '../composition.ts';
import type { ScheduleView } from '../schedule-view.ts';
import { withBooks } from './lazy.ts';
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

export function addScheduleCommands(program: Command, run: RunCommand): void {
  const schedule = program.command('schedule').description('what is done by itself, and when');
  schedule
    .command('show')
    .description('every work with its cadence, its last turn and its next one')
    .argument('[connection]', 'one connection; without it all, and the works of the installation')
    .addOption(jsonOption())
    .action(run((context, name: string | undefined) => show(context, name)));
  const picking = (command: Command) =>
    command
      .argument('[connection]', 'name of the connection')
      .option('--installation', 'works of the whole installation, instead of a connection')
      .option('--work <name>', 'one work; without it all')
      .requiredOption('--why <text>', 'reason, for the audit log')
      .addOption(jsonOption());
  picking(schedule.command('pause').description('begin no turn any more; what runs goes on to its end'))
    .option('--until <time>', 'when it ends by itself: a time such as 2026-12-01T06:00Z, or 90m, 8h, 3d from now')
    .action(
      run((context, name: string | undefined, options: PickOptions & { until?: string }) =>
        pause(context, name, options),
      ),
    );
  picking(schedule.command('resume').description('end a pause; what was missed meanwhile is one turn')).action(
    run((context, name: string | undefined, options: PickOptions) => resume(context, name, options)),
  );
  picking(schedule.command('run').description('have it done now, by the running service, also during a pause'))
    .option('--here', 'in this process, not by the service')
    .action(
      run((context, name: string | undefined, options: PickOptions & { here?: boolean }) =>
        runNow(context, name, options),
      ),
    );
}

function show(context: CommandContext, name: string | undefined): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { scheduleViews } = await import('../schedules.ts');
    const views = await scheduleViews(workspace, name);
    context.terminal.json(views);
    sayViews(context.terminal, views);
    return 0;
  });
}

export function sayViews(terminal: Terminal, views: readonly ScheduleView[]): void {
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
  for (const { connection, work, problem } of views) {
    if (!problem) continue;
    terminal.say();
    terminal.say(`${connection ?? 'installation'} ${work}: ${problem.code}: ${problem.says}`);
    terminal.say(`  next: ${problem.next}`);
  }
}

function sayState({ state, paused, underWaySince, problem, missedTurns }: ScheduleView): string {
  const words: string[] = [state];
  if (paused) words.push(`${paused.until ? `until ${formatMinute(paused.until)} ` : ''}by ${paused.by}: ${paused.why}`);
  if (state === 'under way' && underWaySince) words.push(`since ${formatMinute(underWaySince)}`);
  if (problem) words.push(problem.code);
  if (missedTurns > 0) words.push(`the last turn made up for ${missedTurns}`);
  return words.join(', ');
}

function pause(
  context: CommandContext,
  name: string | undefined,
  options: PickOptions & { readonly until?: string },
): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { pauseEnd } = await import('../schedules.ts');
    const picked = await pick(context, workspace, name, options);
    const until = options.until === undefined ? null : pauseEnd(options.until, await workspace.books.sharedNowMs());
    const works = await workspace.books.pauseSchedule({ ...picked, until });
    context.terminal.json({ works, until });
    const end = until === null ? 'until it is resumed' : `until ${formatMinute(until)}`;
    context.terminal.say(`Paused ${end}: ${works.join(', ')}. What runs now goes on to its end.`);
    return 0;
  });
}

function resume(context: CommandContext, name: string | undefined, options: PickOptions): Promise<number> {
  return withBooks(context, async (workspace) => {
    const works = await workspace.books.resumeSchedule(await pick(context, workspace, name, options));
    context.terminal.json({ works });
    context.terminal.say(works.length === 0 ? 'Nothing was paused.' : `Goes on: ${works.join(', ')}.`);
    return 0;
  });
}

function runNow(
  context: CommandContext,
  name: string | undefined,
  options: PickOptions & { readonly here?: boolean },
): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { terminal } = context;
    const picked = await pick(context, workspace, name, options);
    const { worksToRun } = await import('../schedules.ts');
    const wanted = await worksToRun(workspace, picked);
    if (options.here) return runHere(context, workspace, { name: name ?? null, wanted, why: options.why });
    const works = await workspace.books.askForTurn(picked);
    terminal.json({ works });
    terminal.say(`Asked for: ${works.join(', ')}. A running service takes it within a minute.`);
    return 0;
  });
}

function runHere(
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
      onEnd: (work, problem) => terminal.say(`${work}: ${problem ? `${problem.code}: ${problem.says}` : 'done'}`),
    });
    terminal.json(ends);
    const { exitCodeOfProblems } = await import('./sync-report.ts');
    return exitCodeOfProblems(ends.flatMap(({ problem }) => (problem ? [problem] : [])));
  });
}

async function pick(context: CommandContext, workspace: Workspace, name: string | undefined, options: PickOptions) {
  if ((name === undefined) !== (options.installation ?? false)) throw targetUnclear();
  const { pickSchedule } = await import('../schedules.ts');
  const { work, why } = options;
  return pickSchedule(workspace, { connection: name, work, actor: userActor(context.environment), why });
}

function targetUnclear(): Problem {
  return new Problem({
    code: 'SCHEDULE_TARGET_UNCLEAR',
    kind: 'invalid',
    says: 'It is not said whose work is meant: one connection, or the installation.',
    next: 'Name a connection, or give --installation for the works of the installation.',
  });
}
