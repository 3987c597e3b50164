import { type Command, Option } from 'commander';
import { formatMinute, Problem } from '../../core/index.ts';
import type { JobState } from '../../jobs/index.ts';
import { type Api, readList } from '../api-client/api.ts';
import {
  Job,
  type JobAttempt,
  JobDetail,
  JobOverview,
  JobPart,
  type JobSummary,
  Replayed,
  Workers,
} from '../http/contract/jobs.ts';
import { countOf } from '../http/views.ts';
import { FAILED_STATES } from '../replay-jobs.ts';
import { counted } from './format-entry.ts';
import { type ListOptions, limitOption, noteMore, stateOption } from './list-part.ts';
import { onApi } from './on-api.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { sayTable } from './table.ts';
import { legible, type Terminal } from './terminal.ts';

const JOBS_SHOWN = 50;
/** A record, so that the compiler misses a state that is left out. */
const STATES: Readonly<Record<JobState, true>> = {
  waiting: true,
  running: true,
  done: true,
  failed: true,
  'gave-up': true,
  cancelled: true,
  replaced: true,
};

interface FilterOptions {
  readonly connection?: string;
  readonly name?: string;
  readonly since?: string;
}

interface ReplayOptions extends FilterOptions {
  readonly allFailed?: boolean;
  readonly why: string;
}

/** The history of jobs: what ran, what failed and why, and what a person may do about it. */
export function addJobCommands(program: Command, run: RunCommand): void {
  const jobs = program.command('jobs').description('the work that the workers do: what waits, runs, ended and failed');
  filtered(jobs.command('list').description('jobs with their state and last problem, the newest first'))
    .addOption(limitOption(JOBS_SHOWN))
    .addOption(stateOption(Object.keys(STATES), 'only those in this state; failed has those that gave up, too'))
    .addOption(jsonOption())
    .action(run(onApi(list)));
  jobs
    .command('show')
    .description('one job with all its attempts and their problems')
    .argument('<id>', 'from jobs list')
    .addOption(jsonOption())
    .action(run(onApi(show)));
  filtered(jobs.command('replay').description('try a failed job again at once, or all that failed'))
    .argument('[id]', 'from jobs list')
    .option('--all-failed', 'all jobs that failed or gave up; with the options below only some of them')
    .requiredOption('--why <text>', 'reason, for the audit log')
    .addOption(jsonOption())
    .action(run(onApi(replay)));
  jobs
    .command('cancel')
    .description('take a waiting job back, or dismiss one that failed and is not to be tried again')
    .argument('<id>', 'from jobs list')
    .requiredOption('--why <text>', 'reason, for the audit log')
    .addOption(jsonOption())
    .action(run(onApi(cancel)));
}

/** The processes that run jobs. */
export function addWorkerList(workers: Command, run: RunCommand): void {
  workers
    .command('list')
    .description('workers with what they run now, and the last ones that ended')
    .addOption(jsonOption())
    .action(run(onApi(listWorkers)));
}

function filtered(command: Command): Command {
  return command
    .option('--connection <name>', 'only those of this connection')
    .option('--name <work>', 'only this kind of work, for example settlements or posting')
    .addOption(
      new Option('--since <time>', 'only those requested since, for example 2026-11-26T06:00Z').argParser(parseSince),
    );
}

function parseSince(text: string): string {
  const atMs = Date.parse(text);
  if (Number.isFinite(atMs) && /^\d{4}-\d{2}-\d{2}/.test(text)) return new Date(atMs).toISOString();
  throw new Problem({
    code: 'SINCE_UNREADABLE',
    kind: 'invalid',
    says: `${JSON.stringify(text)} is not a time.`,
    next: 'Write a day or a moment, for example 2026-11-26 or 2026-11-26T06:00Z.',
    data: text,
  });
}

async function list(
  { terminal }: CommandContext,
  api: Api,
  { limit, state, connection, name, since }: ListOptions<JobState> & FilterOptions,
): Promise<number> {
  const lists = await Promise.all(
    listedStates(state).map((each) =>
      readList(limit, (part) =>
        api.ask({ path: '/jobs', query: { ...part, state: each, connection, name, since }, answer: JobPart }),
      ),
    ),
  );
  const jobs = lists
    .flatMap(({ items }) => items)
    .sort(newestFirst)
    .slice(0, limit);
  const isFiltered = [connection, name, since].some((each) => each !== undefined);
  terminal.json(jobs);
  if (jobs.length === 0) {
    if (isFiltered || state !== undefined) terminal.say('No such job.');
    else terminal.say('No job yet. Jobs come with the service: seller-ledger start, or seller-ledger worker');
    return 0;
  }
  sayTable(terminal, jobs, COLUMNS);
  if (isFiltered) return 0;
  const { counts } = await api.ask({ path: '/jobs/summary', answer: JobOverview });
  const total = listedStates(state).reduce((sum, each) => sum + countOf(counts, each), 0);
  noteMore(terminal, { command: 'jobs list', state, shown: jobs.length, total });
  return 0;
}

/** What failed for good: a job that gave up is not done either, and whoever looks for what failed has to see it. */
function listedStates(state: JobState | undefined): readonly (JobState | undefined)[] {
  return state === 'failed' ? FAILED_STATES : [state];
}

function newestFirst(a: JobSummary, b: JobSummary): number {
  if (a.requestedAt !== b.requestedAt) return a.requestedAt < b.requestedAt ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}

const COLUMNS = [
  { title: 'job', value: (job: JobSummary) => legible(job.id) },
  { title: 'work', value: (job: JobSummary) => job.name },
  { title: 'about', value: (job: JobSummary) => legible(job.about), yields: 2 as const },
  { title: 'state', value: (job: JobSummary) => job.state },
  { title: 'tries', value: (job: JobSummary) => String(job.attemptCount), align: 'right' as const },
  { title: 'when', value: (job: JobSummary) => whenOf(job) },
  { title: 'last problem', value: (job: JobSummary) => job.lastAttempt?.problem?.code ?? '' },
];

function whenOf({ state, dueAt, endedAt, lastAttempt }: JobSummary): string {
  if (state === 'waiting') return `due ${formatMinute(dueAt)}`;
  if (state === 'running') return lastAttempt ? `since ${formatMinute(lastAttempt.startedAt)}` : '';
  return endedAt === null ? '' : formatMinute(endedAt);
}

async function show({ terminal }: CommandContext, api: Api, id: string): Promise<number> {
  const { attempts, ...job } = await api.ask({ path: '/jobs/:id', params: { id }, answer: JobDetail });
  terminal.json({ ...job, attempts });
  sayJob(terminal, job, attempts);
  return 0;
}

function sayJob(terminal: Terminal, job: Job, attempts: readonly JobAttempt[]): void {
  terminal.say(`${terminal.paint('bold', `Job ${legible(job.id)}`)}: ${job.name} ${legible(job.about)}, ${job.state}`);
  terminal.say(`  requested ${job.requestedAt}, due ${job.dueAt}${job.endedAt ? `, ended ${job.endedAt}` : ''}`);
  terminal.say(`  key ${legible(job.key)}, queue ${legible(job.queue)}, priority ${job.priority}`);
  if (job.replacedBy !== null) terminal.say(`  replaced by ${legible(job.replacedBy)}`);
  for (const attempt of attempts) {
    const { number, host, pid, startedAt, problem, correlationId } = attempt;
    terminal.say(`attempt ${number}: ${attempt.outcome ?? 'running'}, ${durationOf(attempt)}`);
    terminal.say(`  ${startedAt}, process ${pid} on ${host}, correlation id ${correlationId}`);
    if (!problem) continue;
    terminal.say(`  ${terminal.paint('red', problem.code)} (${problem.kind}): ${problem.says}`);
    terminal.say(`  next: ${problem.next}`);
  }
  if (!FAILED_STATES.includes(job.state)) return;
  terminal.say(`Try it again: seller-ledger jobs replay ${job.id} --why TEXT`);
  terminal.say(`Or dismiss it: seller-ledger jobs cancel ${job.id} --why TEXT`);
}

function durationOf({ startedAt, endedAt }: JobAttempt): string {
  if (endedAt === null) return 'not ended';
  const ms = Math.max(0, Date.parse(endedAt) - Date.parse(startedAt));
  return ms < 1_000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`;
}

async function replay(
  { terminal }: CommandContext,
  api: Api,
  id: string | undefined,
  { allFailed = false, why, connection, name, since }: ReplayOptions,
): Promise<number> {
  if ((id === undefined) !== allFailed) throw replayUnclear();
  if (id !== undefined) {
    const job = await api.ask({ method: 'POST', path: '/jobs/:id/replay', params: { id }, body: { why }, answer: Job });
    terminal.json(job);
    sayReplayed(terminal, job);
    return 0;
  }
  const body = { why, connection, name, since };
  const { items, replayed, left } = await api.ask({ method: 'POST', path: '/jobs/replay', body, answer: Replayed });
  terminal.json(items);
  if (items.length === 0) {
    terminal.say('Nothing to try again: no job that failed or gave up is meant. All of them: seller-ledger jobs list');
    return 0;
  }
  terminal.say(`${counted(replayed, 'job')} to be tried again at once.`);
  if (left > 0)
    terminal.say(`${counted(left, 'job')} left to a later one of the same work, or moved or gone meanwhile.`);
  return 0;
}

function replayUnclear(): Problem {
  return new Problem({
    code: 'REPLAY_UNCLEAR',
    kind: 'invalid',
    says: 'Either one job is to be tried again, or all that failed.',
    next: 'Name one: seller-ledger jobs replay ID --why TEXT. Or all: seller-ledger jobs replay --all-failed --why TEXT',
  });
}

function sayReplayed(terminal: Terminal, { id, state, replacedBy }: Job): void {
  if (state === 'replaced') terminal.say(`Job ${replacedBy ?? ''} waits already and does the same work.`);
  else terminal.say(`Job ${id} is tried at once by the next free worker.`);
}

async function cancel(
  { terminal }: CommandContext,
  api: Api,
  id: string,
  { why }: { readonly why: string },
): Promise<number> {
  const job = await api.ask({ method: 'POST', path: '/jobs/:id/cancel', params: { id }, body: { why }, answer: Job });
  terminal.json(job);
  terminal.say(`Job ${legible(id)} does not run any more. The next scheduled turn of its work comes as usual.`);
  return 0;
}

async function listWorkers({ terminal }: CommandContext, api: Api): Promise<number> {
  const { items: workers } = await api.ask({ path: '/workers', answer: Workers });
  terminal.json(workers);
  if (workers.length === 0) {
    terminal.say('No worker has run on this database. Start one: seller-ledger worker');
    return 0;
  }
  sayTable(terminal, workers, [
    { title: 'host', value: (row) => legible(row.host), yields: 2 },
    { title: 'process', value: (row) => String(row.pid), align: 'right' },
    { title: 'version', value: (row) => row.version, yields: 1 },
    { title: 'started', value: (row) => formatMinute(row.startedAt), yields: 1 },
    { title: 'last seen', value: (row) => formatMinute(row.lastSeenAt) },
    { title: 'runs', value: (row) => `${row.running} of ${row.concurrency}`, align: 'right' },
    { title: 'state', value: (row) => row.endedHow ?? 'alive' },
  ]);
  return 0;
}
