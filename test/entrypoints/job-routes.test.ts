/** The history of jobs over HTTP: what is there, why it does not get through, and what a person does about it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog, uuidFromName } from '../../src/core/index.ts';
import { prepareQueue } from '../../src/jobs/index.ts';
import { sql } from '../../src/store/index.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { addConnection } from '../store/samples.ts';
import { startTestPage, type TestPage } from './test-page.ts';

let test: TestBooks;
let page: TestPage;
let connection: { readonly id: string; readonly name: string };

beforeAll(async () => {
  test = await openTestBooks();
  await prepareQueue(test.database.pool, silentLog);
  connection = await addConnection(test.books);
  page = await startTestPage(test);
  for (const [id, name, state, code] of [
    ['a1', 'sync', 'failed', 'SAP_UNREACHABLE'],
    ['a2', 'sync', 'gave-up', 'SAP_UNREACHABLE'],
    ['a3', 'orders', 'failed', 'AMAZON_REFUSED'],
    ['a4', 'orders', 'waiting', null],
    ['a5', 'orders', 'running', null],
  ] as const) {
    const endedAt = state === 'failed' || state === 'gave-up' ? '2026-11-26T06:00:00Z' : null;
    const payload = JSON.stringify({ connection: connection.name, slotAt: null });
    await test.database.query(sql`
      insert into job (id, name, connection_id, payload, key, queue, priority, requested_at, due_at, state, placement, ended_at)
      values (${id}, ${name}, ${connection.id}, ${payload}, ${`key-${id}`}, 'q', 0, now(), now(), ${state}, 1, ${endedAt})`);
    if (code === null) continue;
    const problem = JSON.stringify({ code, kind: 'unavailable', says: 'No.', next: 'Wait.', data: 'not shown' });
    await test.database.query(sql`
      insert into job_attempt (job_id, number, worker_id, host, pid, correlation_id, started_at, ended_at, outcome, problem)
      values (${id}, 1, 'w', 'h', 1, ${uuidFromName(id)}, now(), now(), 'failed', ${problem})`);
  }
});
afterAll(async () => {
  await page.close();
  await test.close();
});

async function ask(path: string, body?: object) {
  const answer = await fetch(`${page.url.replace('localhost', '127.0.0.1')}/api/v1${path}`, {
    ...(body && { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  return {
    status: answer.status,
    body: (await answer.json()) as Record<string, unknown> & { items: { id: string }[] },
  };
}
const idsOf = ({ body }: { body: { items: { id: string }[] } }) => body.items.map(({ id }) => id);

describe('jobs', () => {
  it('are listed part by part, the newest first, with their connection and last problem', async () => {
    const first = await ask('/jobs?limit=2');
    expect(first.body.items).toMatchObject([{ id: 'a5', state: 'running', connection: connection.name }, { id: 'a4' }]);
    const second = await ask(`/jobs?limit=3&cursor=${first.body.nextCursor}`);
    expect(idsOf(second)).toEqual(['a3', 'a2', 'a1']);
    expect(second.body.items[0]).toMatchObject({
      attemptCount: 1,
      lastAttempt: { problem: { code: 'AMAZON_REFUSED' } },
    });
    expect(second.body.nextCursor).toBeNull();
    expect(idsOf(await ask('/jobs?cause=SAP_UNREACHABLE&state=failed'))).toEqual(['a1']);
    expect(idsOf(await ask(`/jobs?connection=${connection.name}&name=sync&text=a2`))).toEqual(['a2']);
    expect((await ask('/jobs?connection=none')).body.code).toBe('CONNECTION_UNKNOWN');
    expect((await ask('/jobs?cursor=none')).body.code).toBe('CURSOR_INVALID');
  });

  it('are counted, with why they do not get through', async () => {
    expect((await ask('/jobs/summary')).body).toMatchObject({
      counts: { failed: 2, 'gave-up': 1, waiting: 1, running: 1 },
      causes: expect.arrayContaining([
        { code: 'SAP_UNREACHABLE', name: 'sync', state: 'failed', count: 1, says: 'No.' },
        { code: 'AMAZON_REFUSED', name: 'orders', state: 'failed', count: 1, says: 'No.' },
      ]),
    });
    expect((await ask('/workers')).body).toEqual({ items: [] });
  });

  it('JOB_UNKNOWN, JOB_RUNNING: are shown with their attempts; one that is not there is 404, one that runs is left alone', async () => {
    expect((await ask('/jobs/a1')).body).toMatchObject({ id: 'a1', attempts: [{ number: 1, outcome: 'failed' }] });
    expect(await ask('/jobs/none')).toMatchObject({ status: 404, body: { code: 'JOB_UNKNOWN' } });
    expect(await ask('/jobs/a5/cancel', { why: 'x' })).toMatchObject({ status: 409, body: { code: 'JOB_RUNNING' } });
    expect(await ask('/jobs/a4/cancel', { why: ' ' })).toMatchObject({ status: 400, body: { code: 'BODY_INVALID' } });
  });

  it('are cancelled and tried again by a person with a reason, one or all of one cause', async () => {
    expect((await ask('/jobs/a4/cancel', { why: 'not needed' })).body).toMatchObject({ state: 'cancelled' });
    expect((await ask('/jobs/a4/replay', { why: 'needed' })).body).toMatchObject({ state: 'waiting' });
    const many = await ask('/jobs/replay', { why: 'SAP is back', cause: 'SAP_UNREACHABLE' });
    expect(many.body).toMatchObject({ replayed: 2, left: 0 });
    expect(idsOf(many).sort()).toEqual(['a1', 'a2']);
    expect((await ask('/jobs/summary')).body).toMatchObject({ counts: { failed: 1, waiting: 3, running: 1 } });
    const { items } = await test.books.partOfEvents({ limit: 9, action: 'job.' });
    expect(items.map(({ action, actor, why }) => `${action} ${actor.name} ${why}`)).toEqual([
      'job.replay tester SAP is back',
      'job.replay tester SAP is back',
      'job.replay tester needed',
      'job.cancel tester not needed',
    ]);
    expect(items[0]?.correlationId).toBe(items[1]?.correlationId);
  });

  it('JOB_HELD_BACK: are not tried again in a pause, alone or with others, and say why; control: a turn asked for in it is', async () => {
    const plan = {
      rule: { kind: 'every', everyMs: 900_000, phaseMs: 0 },
      calendar: { timeZone: 'UTC', quietHours: [] },
    };
    await test.database.query(sql`
      insert into schedule (key, connection_id, work, is_on, plan, cadence_s, marker, planned_at, next_due_at, paused_at, paused_by, paused_why)
      values (${`${connection.id}:orders`}, ${connection.id}, 'orders', true, ${JSON.stringify(plan)}, 900, 'm', now(), now(),
        now(), '{"kind":"user","name":"ben"}', 'an upgrade')`);
    const refused = { code: 'JOB_HELD_BACK', says: expect.stringContaining('held back: paused') };
    expect(await ask('/jobs/a3/replay', { why: 'x' })).toMatchObject({ status: 409, body: refused });
    const all = await ask('/jobs/replay', { name: 'orders', why: 'x' });
    expect(all.body).toMatchObject({ replayed: 0, items: [{ id: 'a3', problem: { code: 'JOB_HELD_BACK' } }] });
    expect((await ask('/jobs/a3')).body).toMatchObject({ state: 'failed' });
    const asked = { connection: connection.name, slotAt: new Date(Date.now() + 60_000).toISOString(), isAsked: true };
    await test.database.query(sql`update job set payload = ${JSON.stringify(asked)} where id = 'a3'`);
    expect((await ask('/jobs/a3/replay', { why: 'x' })).body).toMatchObject({ state: 'waiting' });
  });
});
