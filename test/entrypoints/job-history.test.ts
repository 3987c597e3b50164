/** What is written down about jobs, and what a person may do about them. No worker runs here: attempts begin and end by hand. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ProblemFacts, silentLog } from '../../src/core/index.ts';
import { replayFailed } from '../../src/entrypoints/replay-jobs.ts';
import { systemRandomness } from '../../src/entrypoints/system.ts';
import {
  graphileEngine,
  type JobHistory,
  type JobRecords,
  type JobRequest,
  prepareQueue,
  requestJob,
} from '../../src/jobs/index.ts';
import { createJobHistory, createJobRecords } from '../../src/store/index.ts';
import { type CommandLine, openCommandLine } from './command-kit.ts';

const WORKER = { id: 'pool-1', host: 'here', pid: 1, version: '0.0.0', concurrency: 1 };
const BY = { worker: WORKER, correlationId: '00000000-0000-4000-8000-000000000001' };
const ANNA = { kind: 'user', name: 'anna' } as const;
const AWAY: ProblemFacts = { code: 'SAP_UNREACHABLE', kind: 'unavailable', says: 'SAP is away.', next: 'Wait.' };

let cli: CommandLine;
let history: JobHistory;
let records: JobRecords;
beforeAll(async () => {
  cli = await openCommandLine();
  await prepareQueue(cli.database.pool, silentLog);
  history = createJobHistory({ database: cli.database, engine: graphileEngine });
  records = createJobRecords({ database: cli.database, engine: graphileEngine });
}, 60_000);
afterEach(async () => {
  await cli.database.pool.query('truncate job, job_attempt, worker, graphile_worker._private_jobs');
});
afterAll(() => cli.close());

const ask = (request: Partial<JobRequest> = {}) =>
  requestJob(
    { history, randomness: systemRandomness },
    { name: 'orders', payload: { connection: 'acme' }, key: 'k', queue: 'q', ...request },
  );

interface Placed {
  readonly id: string;
  readonly job: string;
  readonly placement: number;
}

/** What the engine would hand out. */
async function placed(): Promise<Placed[]> {
  const { rows } = await cli.database.pool.query<{ id: string; payload: { job: string; placement: number } }>(
    'select id, payload from graphile_worker._private_jobs where attempts < max_attempts order by id',
  );
  return rows.map(({ id, payload }) => ({ id, ...payload }));
}

/** Begins what the engine would hand out for a job, as the engine does: the row stays, locked. */
async function begin(id: string, by = BY) {
  const ticket = (await placed()).find(({ job }) => job === id);
  if (!ticket) throw new Error(`${id} is not placed`);
  await cli.database.pool.query(
    'update graphile_worker._private_jobs set locked_by = $2, locked_at = now(), attempts = attempts + 1 where id = $1',
    [ticket.id, by.worker.id],
  );
  const beginAgain = () => history.begin(ticket, { ...by, rowId: ticket.id });
  const attempt = await beginAgain();
  return { ticket, attempt: attempt!, beginAgain };
}

async function runThrough(id: string, how: 'done' | 'failed' = 'done'): Promise<void> {
  const { ticket, attempt } = await begin(id);
  if (how === 'done') await history.end(attempt, { outcome: 'done' });
  else await history.end(attempt, { outcome: 'failed', problem: AWAY, retryInMs: null, last: 'gave-up' });
  await cli.database.pool.query('delete from graphile_worker._private_jobs where id = $1', [ticket.id]);
}

const stateOf = async (id: string) => (await records.showJob(id)).job.state;

describe('a request with an id', () => {
  it('that many schedulers make at once is one job', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask({ id: 'orders:1:06:00' })));
    expect(answers.filter((answer) => answer === 'placed')).toHaveLength(1);
    expect(await placed()).toHaveLength(1);
  });

  it('control: requests without an id are jobs of their own, of which the last one of a key waits', async () => {
    await Promise.all(Array.from({ length: 12 }, () => ask()));
    const states = (await records.listJobs()).map(({ state }) => state);
    expect(states.filter((state) => state === 'waiting')).toHaveLength(1);
    expect(states.filter((state) => state === 'replaced')).toHaveLength(11);
    const [waiting] = await records.listJobs({ states: ['waiting'] });
    expect(await placed()).toMatchObject([{ job: waiting?.id }]);
  });

  it('is not run again when it has ended as done, was replaced or cancelled, waits or runs', async () => {
    await ask({ id: 'a' });
    expect(await ask({ id: 'a' })).toBe('known');
    const { attempt } = await begin('a');
    expect(await ask({ id: 'a' })).toBe('known');
    await history.end(attempt, { outcome: 'done' });
    expect(await ask({ id: 'a' })).toBe('known');
    await ask({ id: 'b' });
    await ask({ id: 'c' });
    expect(await ask({ id: 'b' })).toBe('known');
    await records.cancelJob('c', ANNA, 'a test');
    expect(await ask({ id: 'c' })).toBe('known');
    expect(await Promise.all(['a', 'b', 'c'].map(stateOf))).toEqual(['done', 'replaced', 'cancelled']);
  });

  it('control: is run again when it has failed', async () => {
    await ask({ id: 'a' });
    await runThrough('a', 'failed');
    expect(await ask({ id: 'a' })).toBe('placed');
    expect(await stateOf('a')).toBe('waiting');
  });
});

it('requests, beginnings and ends of one key at once never cross in the database', async () => {
  for (let round = 0; round < 5; round += 1) {
    await ask({ id: `${round}` });
    const { attempt, beginAgain } = await begin(`${round}`);
    await Promise.all([
      ask(),
      beginAgain(),
      ask(),
      history.end(attempt, { outcome: 'failed', problem: AWAY, retryInMs: 0, last: 'gave-up' }),
      history.placeMissing(),
    ]);
  }
  expect((await records.listJobs({ states: ['waiting'] })).length).toBe(1);
});

describe('an attempt', () => {
  it('that fails is followed by one at its time, and a ticket of the earlier placement runs nothing', async () => {
    await ask({ id: 'a' });
    const { ticket, attempt, beginAgain } = await begin('a');
    await history.end(attempt, { outcome: 'failed', problem: AWAY, retryInMs: 60_000, last: 'gave-up' });
    const { job, attempts } = await records.showJob('a');
    expect(job.state).toBe('waiting');
    expect(Date.parse(job.dueAt) - Date.parse(attempts[0]?.endedAt ?? '')).toBeGreaterThan(59_000);
    expect(attempts).toMatchObject([{ number: 1, outcome: 'failed', problem: AWAY, correlationId: BY.correlationId }]);
    expect(await beginAgain()).toBeUndefined();
    expect((await begin('a')).ticket.placement).toBe(ticket.placement + 1);
    expect((await records.showJob('a')).attempts).toMatchObject([{ number: 1 }, { number: 2, outcome: null }]);
  });

  it('that fails while a later request of its key waits leaves the work to that one', async () => {
    await ask({ id: 'a' });
    const { attempt } = await begin('a');
    await ask({ id: 'b' });
    await history.end(attempt, { outcome: 'failed', problem: AWAY, retryInMs: 60_000, last: 'gave-up' });
    expect((await records.showJob('a')).job).toMatchObject({ state: 'replaced', replacedBy: 'b' });
    expect(await placed()).toMatchObject([{ job: 'b' }]);
  });

  it('whose job waits for its next try is replaced by the next turn of the same work, which comes at once', async () => {
    await ask({ id: 'a' });
    const { attempt } = await begin('a');
    await history.end(attempt, { outcome: 'failed', problem: AWAY, retryInMs: 3_600_000, last: 'gave-up' });
    await ask({ id: 'b' });
    expect(await stateOf('a')).toBe('replaced');
    const { rows } = await cli.database.pool.query(
      "select payload ->> 'job' as job, run_at <= now() as is_due from graphile_worker._private_jobs where attempts < max_attempts",
    );
    expect(rows).toEqual([{ job: 'b', is_due: true }]);
  });

  it('of a worker that was thought lost counts no more: the job waits again, and only the next attempt ends it', async () => {
    await history.announce(WORKER);
    await ask({ id: 'a' });
    const { attempt, beginAgain } = await begin('a');
    expect(await history.interrupt([WORKER.id])).toBe(1);
    expect(await history.keepAlive(WORKER.id)).toBe(false);
    expect(await stateOf('a')).toBe('waiting');
    expect(await history.end(attempt, { outcome: 'done' })).toBe(false);
    const { attempt: second } = await begin('a', { ...BY, worker: { ...WORKER, id: 'pool-2' } });
    expect(second).toMatchObject({ number: 2, failuresBefore: 0 });
    // The lost one had taken the job and only now comes to begin it: it must not take it away from the other.
    await expect(beginAgain()).rejects.toThrow('given to another worker');
    expect(await history.end(second, { outcome: 'done' })).toBe(true);
    const { attempts } = await records.showJob('a');
    expect(attempts.map(({ outcome, problem }) => [outcome, problem?.code])).toEqual([
      ['interrupted', 'JOB_INTERRUPTED'],
      ['done', undefined],
    ]);
  });

  it('that was cut off ten times in a row is not begun again: the job may be what ends its workers', async () => {
    await ask({ id: 'a' });
    const { beginAgain } = await begin('a');
    for (let count = 1; count < 10; count += 1) expect(await beginAgain()).toBeDefined();
    expect(await beginAgain()).toBeUndefined();
    expect(await stateOf('a')).toBe('gave-up');
    await records.replayJob('a', ANNA, 'mended');
    expect((await begin('a')).attempt).toMatchObject({ number: 11, failuresBefore: 0 });
  });
});

it('a job that waits without being in the queue of the engine is put there again, as after a restore', async () => {
  await ask({ id: 'a' });
  await ask({ id: 'b', key: 'other' });
  await cli.database.pool.query('delete from graphile_worker._private_jobs');
  expect(await history.placeMissing()).toBe(0);
  await cli.database.pool.query("update job set due_at = due_at - interval '1 hour' where id = 'a'");
  expect(await history.placeMissing()).toBe(1);
  expect(await placed()).toMatchObject([{ job: 'a', placement: 2 }]);
  expect(await history.placeMissing()).toBe(0);
});

describe('a queue of the engine', () => {
  const queues = async (): Promise<string[]> => {
    const { rows } = await cli.database.pool.query(
      'select queue_name from graphile_worker._private_job_queues order by 1',
    );
    return rows.map((row) => row.queue_name);
  };

  it('in which nothing waits or runs is forgotten; control: one with a job stays, locked or not', async () => {
    for (const id of ['a', 'b', 'c']) await ask({ id, key: id, queue: `queue of ${id}` });
    await begin('b');
    await cli.database.pool.query("delete from graphile_worker._private_jobs where payload ->> 'job' = 'c'");
    expect(await queues()).toContain('queue of c');
    await history.dropEmptyQueues();
    expect(await queues()).toEqual(['queue of a', 'queue of b']);
  });

  it('is never dropped between the steps in which a job is put into it, so no job runs beside the others of its queue', async () => {
    const rounds = Array.from({ length: 20 }, (_, round) => round);
    const drop = async () => {
      for (const _ of rounds) await history.dropEmptyQueues();
    };
    const place = async (who: string) => {
      for (const round of rounds) await ask({ key: `${who}${round}`, queue: `${who}${round}` });
    };
    await Promise.all([place('x'), drop(), place('y'), drop(), place('z')]);
    const { rows } = await cli.database.pool.query(
      'select count(*)::int as jobs, count(job_queue_id)::int as queued from graphile_worker._private_jobs',
    );
    expect(rows).toEqual([{ jobs: 60, queued: 60 }]);
  });
});

it('of each work the last 500 that went well are kept; control: what failed, and other works, are', async () => {
  const many = (key: string, state: string) =>
    cli.database.pool.query(
      `insert into job (id, name, payload, key, queue, priority, requested_at, due_at, state, placement, ended_at)
       select $1 || each, 'alerts', '{}', $1, 'q', 0, now(), now(), $2, 1, now() - each * interval '1 minute'
       from generate_series(1, 502) as each`,
      [key, state],
    );
  await many('minutely', 'done');
  await many('broken', 'failed');
  await ask({ id: 'other', key: 'other' });
  expect(await records.pruneHistory('2020-01-01T00:00:00Z')).toBe(2);
  const { rows } = await cli.database.pool.query(
    "select id from job where id in ('minutely500', 'minutely501', 'broken502')",
  );
  expect(rows.map(({ id }) => id).sort()).toEqual(['broken502', 'minutely500']);
});

it('the history is removed up to a time, but never a job that still waits or runs', async () => {
  for (const id of ['a', 'b', 'c']) await ask({ id, key: id });
  await runThrough('a');
  await begin('b');
  const later = new Date(Date.now() + 3_600_000).toISOString();
  expect(await records.pruneHistory('2020-01-01T00:00:00Z')).toBe(0);
  expect(await records.pruneHistory(later)).toBe(1);
  expect((await records.listJobs()).map(({ id }) => id).sort()).toEqual(['b', 'c']);
});

describe('at the command line', () => {
  it('a failed job is listed with its problem, shown with its attempts, and tried again with a reason in the audit log', async () => {
    await ask({ id: 'orders:1', connectionId: '00000000-0000-4000-8000-00000000000a' });
    await runThrough('orders:1', 'failed');
    expect((await cli.run('jobs', 'list', '--state', 'gave-up', '--connection', 'acme')).out).toMatch(
      /orders:1 +orders +acme +gave-up +1 .* SAP_UNREACHABLE/,
    );
    const shown = (await cli.run('jobs', 'show', 'orders:1')).out;
    expect(shown).toContain('attempt 1: failed');
    expect(shown).toContain('next: Wait.');
    expect(await cli.run('jobs', 'replay', 'orders:1', '--why', 'SAP is back')).toMatchObject({ exitCode: 0 });
    expect(await stateOf('orders:1')).toBe('waiting');
    const events = await cli.json('audit', 'list', '--subject', 'job/orders:1');
    expect(events).toMatchObject([{ action: 'job.replay', why: 'SAP is back', actor: 'anna' }]);
  });

  it('a job that is done says what people have to know of it, and is no failure', async () => {
    const note: ProblemFacts = {
      code: 'MONTH_QUESTIONS_OPEN',
      kind: 'unproven',
      says: 'Still open: x.',
      next: 'Look.',
    };
    await ask({ id: 'a' });
    const { attempt } = await begin('a');
    await history.end(attempt, { outcome: 'done', problem: note });
    const shown = (await cli.run('jobs', 'show', 'a')).out;
    expect(shown).toContain('attempt 1: done');
    expect(shown).toContain('MONTH_QUESTIONS_OPEN (unproven): Still open: x.');
    expect(await stateOf('a')).toBe('done');
    expect(await records.listCauses()).toEqual([]);
    expect(await records.listJobs({ states: ['failed', 'gave-up'] })).toEqual([]);
  });

  it('all that failed is tried again in one go: of one work the newest, and the others are left to it', async () => {
    for (const [id, key, name] of [
      ['a', 'k1', 'orders'],
      ['b', 'k1', 'orders'],
      ['c', 'k2', 'orders'],
      ['d', 'k3', 'sync'],
    ] as const) {
      await ask({ id, key, name });
      await runThrough(id, 'failed');
    }
    const results = await cli.json('jobs', 'replay', '--all-failed', '--name', 'orders', '--why', 'mended');
    expect(results).toHaveLength(3);
    expect(await Promise.all(['a', 'b', 'c', 'd'].map(stateOf))).toEqual(['replaced', 'waiting', 'waiting', 'gave-up']);
    expect((await placed()).map(({ job }) => job).sort()).toEqual(['b', 'c']);
    const since = new Date(Date.now() + 3_600_000).toISOString();
    expect(await cli.json('jobs', 'replay', '--all-failed', '--since', since, '--why', 'x')).toEqual([]);
  });

  it('a waiting job is cancelled and leaves the queue; the next turn of its work comes', async () => {
    await ask({ id: 'a' });
    expect(await cli.run('jobs', 'cancel', 'a', '--why', 'not today')).toMatchObject({ exitCode: 0 });
    expect(await placed()).toEqual([]);
    expect(await ask({ id: 'b' })).toBe('placed');
  });

  it('a job that gave up is dismissed with a reason in the audit log, counts as failed no more, and is left out of a replay', async () => {
    await ask({ id: 'left' });
    await runThrough('left', 'failed');
    expect((await cli.run('jobs', 'show', 'left')).out).toContain(
      'Or dismiss it: seller-ledger jobs cancel left --why TEXT',
    );
    const { endedAt } = (await records.showJob('left')).job;
    expect(await cli.run('jobs', 'cancel', 'left', '--why', 'the seller left')).toMatchObject({ exitCode: 0 });
    expect((await records.showJob('left')).job).toMatchObject({ state: 'cancelled', endedAt });
    expect(await cli.json('audit', 'list', '--subject', 'job/left')).toMatchObject([
      { action: 'job.dismiss', why: 'the seller left', actor: 'anna' },
    ]);
    const { exitCode, out } = await cli.run('jobs', 'replay', '--all-failed', '--why', 'x');
    expect({ exitCode, out }).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^Nothing to try again: /) });
  });

  it('all that failed of a work is tried again by the names that the guide gives; SCHEDULE_WORK_UNKNOWN names all there are', async () => {
    for (const name of ['settlements', 'posting']) {
      await ask({ id: name, key: name, name });
      await runThrough(name, 'failed');
    }
    const again = (name: string) => cli.run('jobs', 'replay', '--all-failed', '--name', name, '--why', 'SAP is back');
    expect((await again('settlements')).out).toBe('1 job to be tried again at once.\n');
    expect([await stateOf('settlements'), await stateOf('posting')]).toEqual(['waiting', 'gave-up']);
    expect(await again('backup'), 'control: a work without a failed job').toMatchObject({ exitCode: 0 });
    expect(await again('bogus')).toMatchObject({
      exitCode: 2,
      err: expect.stringMatching(/settlements, posting, .*backup/),
    });
    await ask({ id: 'old', key: 'old', name: 'sync' });
    await runThrough('old', 'failed');
    expect((await again('sync')).out, 'a job of an older program').toContain('1 job');
  });

  it('a job that is gone when its turn in a bulk comes is counted, and the others are tried', async () => {
    for (const id of ['a', 'b']) {
      await ask({ id, key: id });
      await runThrough(id, 'failed');
    }
    const losing: JobRecords = {
      ...records,
      replayJob: async (id, person, why) => {
        if (id === 'b') await cli.database.pool.query("delete from job where id = 'b'");
        return records.replayJob(id, person, why);
      },
    };
    const results = await replayFailed(losing, {}, { person: ANNA, why: 'mended' });
    expect(results).toMatchObject([
      { id: 'b', problem: { code: 'JOB_UNKNOWN' } },
      { id: 'a', state: 'waiting' },
    ]);
  });

  it.each([
    ['JOB_UNKNOWN', ['replay', 'nothing'], 2],
    ['JOB_RUNNING', ['replay', 'runs'], 7],
    ['JOB_RUNNING', ['cancel', 'runs'], 7],
    ['JOB_DONE', ['replay', 'done'], 7],
    ['JOB_REPLACED', ['replay', 'replaced'], 7],
    ['JOB_NOT_WAITING', ['cancel', 'done'], 7],
    ['REPLAY_UNCLEAR', ['replay'], 2],
    ['REPLAY_UNCLEAR', ['replay', 'done', '--all-failed'], 2],
    ['SINCE_UNREADABLE', ['replay', '--all-failed', '--since', 'yesterday'], 2],
  ])('%s: jobs %j', async (code, args, exitCode) => {
    await ask({ id: 'done', key: '1' });
    await runThrough('done');
    await ask({ id: 'replaced', key: '2' });
    await ask({ id: 'runs', key: '2' });
    await begin('runs');
    const ending = await cli.run('jobs', ...args, '--why', 'a test', '--json');
    expect(JSON.parse(ending.out)).toMatchObject({ problem: { code } });
    expect(ending.exitCode).toBe(exitCode);
  });

  it('what failed for good is in one list, also what gave up, the newest first', async () => {
    for (const id of ['refused', 'away', 'well']) await ask({ id, key: id });
    await runThrough('refused', 'failed');
    await runThrough('away', 'failed');
    await runThrough('well');
    expect(await stateOf('away')).toBe('gave-up');
    await cli.database.pool.query("update job set state = 'failed' where id = 'refused'");
    const listed = async (...options: string[]) =>
      ((await cli.json('jobs', 'list', ...options)) as { id: string }[]).map(({ id }) => id);
    expect(await listed('--state', 'failed')).toEqual(['away', 'refused']);
    expect(await listed('--state', 'failed', '--limit', '1')).toEqual(['away']);
    expect((await cli.run('jobs', 'list', '--state', 'failed', '--limit', '1')).err).toContain('1 more');
    expect(await listed('--state', 'gave-up')).toEqual(['away']);
    expect(await listed('--state', 'done')).toEqual(['well']);
  });

  it('are listed by the connection that they are about, and an empty list says what is missing', async () => {
    expect((await cli.run('jobs', 'list')).out).toContain('No job yet. Jobs come with the service');
    await ask({
      id: 'orders:1',
      payload: { key: 'k:orders', connection: 'acme', connectionId: 'k', slotAt: '', part: 1 },
    });
    await ask({
      id: 'deposits:1',
      key: 'd',
      payload: { key: 'd', connection: null, connectionId: null, slotAt: '', part: 1 },
    });
    const { out } = await cli.run('jobs', 'list');
    expect(out).toMatch(/orders:1 +orders +acme +waiting +0 +due \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
    expect(out).toMatch(/deposits:1 +orders +\(installation\) +waiting/);
    expect((await cli.run('jobs', 'list', '--state', 'failed')).out.trim()).toBe('No such job.');
  });

  it('workers are listed with what they run; those that were lost say so', async () => {
    await history.announce(WORKER);
    await history.announce({ ...WORKER, id: 'pool-2', pid: 2 });
    await history.announce({ ...WORKER, id: 'pool-3', pid: 3 });
    await ask({ id: 'a' });
    await begin('a');
    await history.interrupt(['pool-2']);
    await history.leave('pool-3');
    const workers = (await cli.json('workers', 'list')) as { pid: number; endedHow: string | null; running: number }[];
    expect(workers.map(({ pid, endedHow, running }) => [pid, endedHow, running])).toEqual([
      [1, null, 1],
      [3, 'stopped', 0],
      [2, 'lost', 0],
    ]);
    expect((await cli.run('workers', 'list')).out).toMatch(/here +1 .* 1 of 1 +alive/);
  });

  it('CONCURRENCY_INVALID: a worker with no jobs at once is refused', async () => {
    expect(await cli.run('worker', '--concurrency', '0')).toMatchObject({ exitCode: 2 });
  });

  it('DATABASE_OLDER: a worker does not change the tables below those of an older version', async () => {
    const { pool } = cli.database;
    const { rows } = await pool.query(
      'delete from schema_migration where number = (select max(number) from schema_migration) returning *',
    );
    const ending = await cli.run('worker');
    const { number, name, sha256, applied_at } = rows[0];
    await pool.query('insert into schema_migration values ($1, $2, $3, $4)', [number, name, sha256, applied_at]);
    expect(ending.exitCode).toBe(7);
    expect(ending.err).toContain('DATABASE_OLDER');
  });
});
