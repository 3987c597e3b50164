import { expect, it } from 'vitest';
import type { JobRequest } from './job-queue.ts';
import { keepRunning } from './keep-running.ts';
import type { Jobs } from './start-jobs.ts';

const REQUEST: JobRequest = { name: 'work', payload: null, key: 'k', queue: 'q' };

/** Engines that end when they are told to, and a clock on which no time passes unless somebody waits. */
function world() {
  const engines: { end(): void; readonly asked: JobRequest[] }[] = [];
  const lines: string[] = [];
  const slept: number[] = [];
  const faults: Error[] = [];
  const start = async (): Promise<Jobs> => {
    const fault = faults.shift();
    if (fault) throw fault;
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const asked: JobRequest[] = [];
    engines.push({ end, asked });
    return { enqueue: async (request) => void asked.push(request), stop: async () => end(), ended };
  };
  const clock = {
    nowMs: () => slept.reduce((sum, ms) => sum + ms, 0),
    sleep: async (ms: number) => void slept.push(ms),
  };
  const log = { write: (level: string, event: string) => void lines.push(`${level} ${event}`) };
  return { engines, lines, slept, faults, start, options: { clock, log } };
}

it('an engine that gave up is started again, later each time, until it runs; what was asked meanwhile is done', async () => {
  const { engines, lines, slept, faults, start, options } = world();
  const jobs = await keepRunning(start, options);
  faults.push(...Array.from({ length: 9 }, () => new Error('the database is away')));
  engines[0]?.end();
  await expect.poll(() => lines[0]).toBe('error jobs.engine-lost');
  await jobs.enqueue(REQUEST);
  expect(engines[1]?.asked).toEqual([REQUEST]);
  expect(slept).toEqual([250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  expect(lines.at(-1)).toBe('info jobs.engine-back');
  engines[1]?.end();
  await expect.poll(() => engines.length).toBe(3);
  await jobs.stop();
  await jobs.ended;
});

it('when it is stopped, also while the engine is away, nothing is started any more', async () => {
  const { engines, faults, start, options } = world();
  const waits: (() => void)[] = [];
  const sleep = (_ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      waits.push(resolve);
      signal?.addEventListener('abort', () => resolve());
    });
  const jobs = await keepRunning(start, { ...options, clock: { ...options.clock, sleep } });
  faults.push(new Error('away'));
  engines[0]?.end();
  await expect.poll(() => waits.length).toBe(1);
  const waiting = jobs.enqueue(REQUEST);
  await Promise.all([jobs.stop(), expect(waiting).rejects.toMatchObject({ code: 'STOPPED' })]);
  await jobs.ended;
  expect(engines).toHaveLength(1);
});

it('an engine that must not return ends the jobs', async () => {
  const { engines, start, options } = world();
  const jobs = await keepRunning(start, { ...options, mayReturn: async () => false });
  engines[0]?.end();
  await jobs.ended;
  expect(engines).toHaveLength(1);
  await jobs.stop();
});

it('a first start that fails is told at once', async () => {
  const { faults, start, options } = world();
  faults.push(new Error('no database'));
  await expect(keepRunning(start, options)).rejects.toThrow('no database');
});
