import {
  type Clock,
  inActivity,
  type Log,
  newUuid,
  type ProblemFacts,
  type Randomness,
  toProblem,
} from '../core/index.ts';
import { readTicket } from './engine-jobs.ts';
import type { AttemptEnding, BegunAttempt, JobHistory, JobTicket, WorkerFacts } from './job-history.ts';
import { afterFailure } from './retry.ts';

/** One kind of work. It may run more than once for one request, so it must be safe to repeat. */
export interface JobKind {
  readonly name: string;
  /**
   * Asked before the engine looks for a job: while `false`, jobs of this kind stay where they are for others. Several may be begun
   * upon one answer. Absent: always.
   */
  mayBegin?(): boolean;
  /**
   * The signal fires when the worker stops or has lost the job; what is given up then runs again later. What `tell` is told last stands
   * with an attempt that is done, for people: nothing is tried again because of it.
   */
  run(payload: unknown, signal: AbortSignal, tell: (problem: ProblemFacts) => void): Promise<void>;
}

export interface RunnerContext {
  readonly history: JobHistory;
  readonly randomness: Randomness;
  readonly clock: Clock;
  readonly log: Log;
  /** This process; known when the engine has given it a name. */
  worker(): WorkerFacts;
}

/** A database that is away for less time costs no second run of what had ended already. */
const TELL_TRIES_MAX = 30;
const TELL_AGAIN_MS = 1_000;

/** The jobs that run in this process, so that all of them can be told to give up. */
export class RunningJobs {
  readonly #running = new Set<AbortController>();
  #stopped: Error | undefined;

  /** Those that run now give up; later ones may run. */
  giveUp(reason: Error): void {
    for (const controller of this.#running) controller.abort(reason);
  }

  /** Those that run now give up, and so does whatever still begins. */
  stop(reason: Error): void {
    this.#stopped ??= reason;
    this.giveUp(reason);
  }

  async during<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const controller = new AbortController();
    if (this.#stopped) controller.abort(this.#stopped);
    this.#running.add(controller);
    try {
      return await work(controller.signal);
    } finally {
      this.#running.delete(controller);
    }
  }
}

/**
 * Runs one job that the engine hands out, in an activity of its own, and writes down what came of it. The engine sees every
 * failure as done: when and whether there is another attempt is decided here. Throws only when that cannot be written down,
 * or when the job was given to another worker meanwhile; then the engine keeps it.
 */
export async function runJob(
  context: RunnerContext,
  running: RunningJobs,
  { kind, payload, rowId }: { readonly kind: JobKind; readonly payload: unknown; readonly rowId: string },
): Promise<void> {
  const { history, randomness } = context;
  const ticket = readTicket(payload) ?? (await adopt(context, kind.name, payload));
  const correlationId = newUuid(randomness);
  const attempt = await history.begin(ticket, { worker: context.worker(), correlationId, rowId });
  if (!attempt) return;
  await inActivity({ correlationId, name: `job ${kind.name}` }, async () => {
    const ending = await running.during((signal) => attemptJob(context, { kind, attempt, signal }));
    if (await tell(context, attempt, ending)) return;
    throw new Error(`job ${attempt.jobId} was given to another worker while it ran`);
  });
}

async function attemptJob(
  { randomness, log }: RunnerContext,
  { kind, attempt, signal }: { kind: JobKind; attempt: BegunAttempt; signal: AbortSignal },
): Promise<AttemptEnding> {
  let told: ProblemFacts | undefined;
  const note = (problem: ProblemFacts) => {
    told = problem;
  };
  try {
    // The engine may hand out one more while it stops, such as the job that has just been given back. Work that waits for the
    // signal to fire would wait for ever.
    if (!signal.aborted) await kind.run(attempt.payload, signal, note);
  } catch (thrown) {
    if (!signal.aborted) {
      const problem = toProblem(thrown);
      const after = afterFailure(problem.kind, attempt.failuresBefore + 1, randomness);
      const { code, says } = problem;
      const facts = { name: kind.name, job: attempt.jobId, attempt: attempt.number, code, says };
      log.write('error', after.retryInMs === null ? `job.${after.last}` : 'job.attempt-failed', facts);
      return { outcome: 'failed', problem: problem.toJSON(), ...after };
    }
  }
  // Work that is told to give up may also return without a word, so what it says about its end counts no more.
  if (signal.aborted) return { outcome: 'stopped', problem: stoppedBy(signal.reason) };
  return told ? { outcome: 'done', problem: told } : { outcome: 'done' };
}

/** An outcome that is not written down would be worked for again. */
async function tell(context: RunnerContext, attempt: BegunAttempt, ending: AttemptEnding): Promise<boolean> {
  const { history, clock, log } = context;
  for (let tries = 1; ; tries += 1) {
    try {
      return await history.end(attempt, ending);
    } catch (error) {
      if (tries >= TELL_TRIES_MAX) throw error;
      if (tries === 1) log.write('warn', 'job.outcome-not-stored', { job: attempt.jobId, error: String(error) });
    }
    await clock.sleep(TELL_AGAIN_MS);
  }
}

function stoppedBy(reason: unknown): ProblemFacts {
  return {
    code: 'JOB_STOPPED',
    kind: 'unavailable',
    says: `The job gave up at a safe point: ${reason instanceof Error ? reason.message : String(reason)}.`,
    next: 'Nothing to do: it runs again at the next worker. With none running: seller-ledger worker',
  };
}

/** What the engine's own time table or an older program put into the queue becomes a job of the history, too. */
async function adopt({ history, randomness }: RunnerContext, name: string, payload: unknown): Promise<JobTicket> {
  const turn = (payload as { _cron?: { ts?: string } } | null)?._cron?.ts;
  const id = turn === undefined ? newUuid(randomness) : `${name}:${turn}`;
  const facts = { id, name, connectionId: null, payload, key: name, queue: name, priority: 0, delayMs: 0 };
  await history.request(facts, { isPlaced: true });
  return { job: id, placement: 1 };
}
