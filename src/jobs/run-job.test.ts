import { describe, expect, it } from 'vitest';
import { type ProblemFacts, silentLog } from '../core/index.ts';
import type { AttemptEnding, JobHistory } from './job-history.ts';
import { type JobKind, RunningJobs, runJob } from './run-job.ts';

const NOTE: ProblemFacts = { code: 'MONTH_QUESTIONS_OPEN', kind: 'unproven', says: 'Still open.', next: 'Look.' };

async function endingOf(run: JobKind['run'], running = new RunningJobs()): Promise<AttemptEnding | undefined> {
  let written: AttemptEnding | undefined;
  const history = {
    begin: async () => ({ jobId: 'a', number: 1, payload: {}, failuresBefore: 0 }),
    end: async (_attempt: unknown, ending: AttemptEnding) => {
      written = ending;
      return true;
    },
  } as unknown as JobHistory;
  const worker = () => ({ id: 'w', host: 'h', pid: 1, version: '0', concurrency: 1 });
  const clock = { nowMs: () => 0, sleep: async () => {} };
  const randomness = { bytes: (count: number) => new Uint8Array(count), fraction: () => 0 };
  const kind = { name: 'accrual', run };
  const context = { history, randomness, clock, log: silentLog, worker };
  await runJob(context, running, { kind, payload: { job: 'a', placement: 1 }, rowId: '1' });
  return written;
}

describe('what a job tells people', () => {
  it('stands with an attempt that is done; control: nothing stands with one that tells nothing', async () => {
    expect(await endingOf(async (_payload, _signal, tell) => tell(NOTE))).toEqual({ outcome: 'done', problem: NOTE });
    expect(await endingOf(async () => {})).toEqual({ outcome: 'done' });
  });

  it('gives way to why it failed or was stopped', async () => {
    const failed = await endingOf(async (_payload, _signal, tell) => {
      tell(NOTE);
      throw new Error('the database is away');
    });
    expect(failed).toMatchObject({ outcome: 'failed', problem: { kind: 'defect' } });
    const running = new RunningJobs();
    const stopped = await endingOf(async (_payload, _signal, tell) => {
      tell(NOTE);
      running.stop(new Error('the worker ends'));
    }, running);
    expect(stopped).toMatchObject({ outcome: 'stopped', problem: { code: 'JOB_STOPPED' } });
  });
});
