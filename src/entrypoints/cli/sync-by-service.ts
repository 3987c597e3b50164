import { z } from 'zod';
import { isProblem, PROBLEM_KINDS, Problem, type ProblemFacts, type ProblemKind } from '../../core/index.ts';
import type { ServiceApi } from '../api-client/api-over-http.ts';
import type { ServiceEvent } from '../api-client/read-events.ts';
import { ScheduleList, WorksPicked } from '../http/contract/connections.ts';
import { ProblemFacts as ProblemFactsAnswer } from '../http/contract/facts.ts';
import { JobDetail, JobPart, Workers } from '../http/contract/jobs.ts';
import { counted } from './format-entry.ts';
import { notByService } from './on-api.ts';
import type { CommandContext } from './program.ts';
import { whileStoppable } from './stop.ts';
import { exitCodeOfProblems } from './sync-report.ts';

/** Of the schedule: fetching settlements, and taking them as far as they may go. */
const WORK = 'settlements';
/** Lists with a state that does not go on by itself. */
const NEEDS_SOMEBODY = [
  ['/settlements', 'quarantined'],
  ['/entries', 'rejected'],
  ['/entries', 'unknown'],
] as const;
const LEFT_SHOWN = 20;
const Problems = z.object({ items: z.array(z.object({ problem: ProblemFactsAnswer.nullable() })) });

/**
 * Has a service sync one connection now, and tells how it goes until the turn is over. Whoever stops it stops looking: the service goes
 * on. Raises `SERVICE_WITHOUT_WORKER` and `SERVICE_EVENTS_ENDED` (both unavailable).
 */
export function syncByService(
  context: CommandContext,
  api: ServiceApi,
  name: string,
  { wait, now = false }: { readonly wait: boolean; readonly now?: boolean },
): Promise<number> {
  if (now || !wait) throw notByService(now ? 'sync --now' : 'sync --no-wait');
  return whileStoppable(async (stopped) => {
    const leaving = new AbortController();
    void stopped.then(() => leaving.abort());
    try {
      const job = await followTurn(context, api, name, leaving.signal);
      return job ? await sayTurn(context, api, name, job) : 0;
    } finally {
      leaving.abort();
    }
  });
}

async function followTurn(
  { terminal }: CommandContext,
  api: ServiceApi,
  name: string,
  signal: AbortSignal,
): Promise<JobDetail | undefined> {
  await assertWorker(api);
  const before = await newestTurn(api, name);
  const changed = new Map<string, ServiceEvent>();
  for await (const event of until(signal, api.events(signal))) {
    // Asked for once one listens, so that nothing of it is missed.
    if (event.type === 'hello') await askForTurn(api, name);
    if (event.type === 'entry' || event.type === 'settlement') changed.set(`${event.type} ${event.id}`, event);
    terminal.progress(`the service syncs ${name}${sayChanges([...changed.values()])}`);
    if (!['hello', 'beat', 'reset', 'job'].includes(event.type)) continue;
    const newest = await newestTurn(api, name);
    if (newest === undefined || newest === before) continue;
    const job = await api.ask({ path: '/jobs/:id', params: { id: newest }, answer: JobDetail });
    if (job.state !== 'running' && job.attempts.some(({ endedAt }) => endedAt !== null)) return job;
    if (job.endedAt !== null && job.state !== 'replaced') return job;
  }
  if (signal.aborted) {
    terminal.note('Not waited for any longer; the service goes on.');
    return undefined;
  }
  throw new Problem({
    code: 'SERVICE_EVENTS_ENDED',
    kind: 'unavailable',
    says: `The service stopped telling what changes while it syncs ${name}; what it began goes on.`,
    next: `Look how it ended: seller-ledger jobs list --connection ${name} --name ${WORK}`,
  });
}

/** Ends where the signal says so, or where the service is gone, and not with the error of the network. */
async function* until<Item>(signal: AbortSignal, items: AsyncIterable<Item>): AsyncGenerator<Item> {
  try {
    yield* items;
  } catch (error) {
    if (!signal.aborted && isProblem(error)) throw error;
  }
}

async function askForTurn(api: ServiceApi, connection: string): Promise<void> {
  const body = { connection, work: WORK, why: 'asked for at the command line' };
  await api.ask({ method: 'POST', path: '/schedules/run', body, answer: WorksPicked });
}

async function newestTurn(api: ServiceApi, connection: string): Promise<string | undefined> {
  const query = { connection, name: WORK, limit: 1 };
  const { items } = await api.ask({ path: '/jobs', query, answer: JobPart });
  return items[0]?.id;
}

async function assertWorker(api: ServiceApi): Promise<void> {
  const { items } = await api.ask({ path: '/workers', answer: Workers });
  if (items.some(({ endedAt }) => endedAt === null)) return;
  throw new Problem({
    code: 'SERVICE_WITHOUT_WORKER',
    kind: 'unavailable',
    says: 'No process of the service runs jobs at the moment, so nobody would sync.',
    next: 'Start one there: seller-ledger worker. Which there were: seller-ledger workers list',
  });
}

function sayChanges(events: readonly ServiceEvent[]): string {
  const states = new Map<string, number>();
  for (const { type, state } of events) states.set(`${type} ${state}`, (states.get(`${type} ${state}`) ?? 0) + 1);
  const words = [...states].map(([what, count]) => {
    const [type = '', state = ''] = what.split(' ');
    return `${counted(count, type, type === 'entry' ? 'entries' : 'settlements')} ${state}`;
  });
  return words.length === 0 ? '' : `: ${words.join(', ')}`;
}

/** What needs somebody at this connection, the first of each kind. */
async function problemsLeft(api: ServiceApi, connection: string): Promise<readonly ProblemFacts[]> {
  const left: ProblemFacts[] = [];
  for (const [path, state] of NEEDS_SOMEBODY) {
    const { items } = await api.ask({ path, query: { connection, state, limit: LEFT_SHOWN }, answer: Problems });
    left.push(...items.flatMap(({ problem }) => (problem ? [problem as ProblemFacts] : [])));
  }
  return left;
}

async function sayTurn(
  { terminal }: CommandContext,
  api: ServiceApi,
  connection: string,
  job: JobDetail,
): Promise<number> {
  const { items } = await api.ask({ path: '/schedules', query: { connection }, answer: ScheduleList });
  const told = items.find(({ work }) => work === WORK)?.problem ?? null;
  const failed = job.attempts.findLast(({ endedAt }) => endedAt !== null)?.problem ?? null;
  const problem = failed ?? told;
  // A turn is done also where SAP refused an entry or nothing is known of a row.
  const left = await problemsLeft(api, connection);
  terminal.endProgress();
  terminal.json({ job, problem, problems: left });
  terminal.say(`Sync of ${connection} by the service: ${job.state}, job ${job.id}`);
  for (const { code, says } of left) terminal.say(`${terminal.paint('yellow', code)}  ${says}`);
  if (!problem) return job.state === 'done' ? exitCodeOfProblems(left) : PROBLEM_KINDS.unavailable.exitCode;
  terminal.say(`${terminal.paint('red', problem.code)}: ${problem.says}`);
  terminal.say(`  next: ${problem.next}`);
  return PROBLEM_KINDS[(failed?.kind ?? 'unavailable') as ProblemKind].exitCode;
}
