import { type Clock, type Log, Problem } from '../core/index.ts';
import type { JobRequest } from './job-queue.ts';
import type { Jobs } from './start-jobs.ts';

const RETURN_DELAY_MS = 250;
const RETURN_DELAY_MS_MAX = 30_000;

export interface KeepRunningOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Asked before each try; `false`: it shall not run again, and `ended` resolves. A question that fails is asked again. */
  readonly mayReturn?: (() => Promise<boolean>) | undefined;
}

/**
 * Jobs that outlive their engine, which gives up when its database goes away: it is started again until it runs. A request
 * that comes meanwhile waits, so none is lost. The first start is the caller's: when it fails, so does this.
 */
export async function keepRunning(start: () => Promise<Jobs>, options: KeepRunningOptions): Promise<Jobs> {
  const stopping = new AbortController();
  let running: Promise<Jobs> = Promise.resolve(await start());
  const watched = watch();

  async function watch(): Promise<void> {
    for (;;) {
      const engine = await running;
      await engine.ended;
      if (stopping.signal.aborted) return;
      options.log.write('error', 'jobs.engine-lost', { says: 'the job engine gave up; it is started again' });
      const away = new Waiting(stopping.signal);
      running = away.engine;
      // What it held is let go; nothing of it is waited for that needs the database.
      await engine.stop().catch(() => {});
      const next = await returnTo(start, options, stopping.signal);
      if (!next) return away.giveUp();
      away.goOn(next);
    }
  }

  let stopped: Promise<void> | undefined;
  return {
    enqueue: async (request: JobRequest) => (await running).enqueue(request),
    stop: () => {
      stopped ??= stop(() => running, stopping, watched);
      return stopped;
    },
    ended: watched,
  };
}

async function stop(running: () => Promise<Jobs>, stopping: AbortController, watched: Promise<void>): Promise<void> {
  stopping.abort(stoppingProblem());
  const engine = await running().catch(() => undefined);
  await engine?.stop();
  await watched;
}

/** `undefined` when it must not, or we are asked to stop. */
async function returnTo(
  start: () => Promise<Jobs>,
  { clock, log, mayReturn }: KeepRunningOptions,
  stopping: AbortSignal,
): Promise<Jobs | undefined> {
  const awayFromMs = clock.nowMs();
  for (let delayMs = RETURN_DELAY_MS; ; delayMs = Math.min(2 * delayMs, RETURN_DELAY_MS_MAX)) {
    await clock.sleep(delayMs, stopping).catch(() => {});
    if (stopping.aborted) return undefined;
    try {
      if (mayReturn && !(await mayReturn())) return undefined;
      const engine = await start();
      log.write('info', 'jobs.engine-back', { awayMs: clock.nowMs() - awayFromMs });
      return engine;
    } catch (error) {
      log.write('warn', 'jobs.return-failed', { error: String(error) });
    }
  }
}

/** The engine that is to come. */
class Waiting {
  readonly engine: Promise<Jobs>;
  goOn: (engine: Jobs) => void = () => {};
  #reject: (reason: unknown) => void = () => {};

  constructor(stopping: AbortSignal) {
    this.engine = new Promise((resolve, reject) => {
      this.goOn = resolve;
      this.#reject = reject;
    });
    // Nobody may be waiting for it.
    this.engine.catch(() => {});
    stopping.addEventListener('abort', () => this.#reject(stopping.reason), { once: true });
  }

  giveUp(): void {
    this.#reject(stoppingProblem());
  }
}

function stoppingProblem(): Problem {
  return new Problem({
    code: 'STOPPED',
    kind: 'unavailable',
    says: 'The service is stopping.',
    next: 'Start it again; it goes on where it stopped.',
  });
}
