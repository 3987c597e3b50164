import { afterAll, beforeAll, expect, it } from 'vitest';
import { assertMove, type Lease, type Leases } from '../../src/app/index.ts';
import { createBooks, type ProcessTable } from '../../src/store/index.ts';
import { openTestBooks, type TestBooks, testOptions } from './database.ts';
import { startChild, taskOf } from './processes.ts';

const HOUR_MS = 3_600_000;

let test: TestBooks;
beforeAll(async () => {
  test = await openTestBooks();
});
afterAll(() => test.close());

/** The same books as another process sees them; `dead` are the pids that no longer run. */
function asProcess(pid: number, host = 'machine', dead: readonly number[] = []): Leases {
  const processes: ProcessTable = {
    self: { host, pid, startedAt: '1' },
    stateOf: async (process) => (process.host !== host ? 'elsewhere' : dead.includes(process.pid) ? 'dead' : 'alive'),
  };
  return createBooks({ ...test, assertMove, processes });
}

function assertHeld(result: Awaited<ReturnType<Leases['acquire']>>): asserts result is Lease {
  expect(result).toHaveProperty('fence');
}

function assertRefused(
  result: Awaited<ReturnType<Leases['acquire']>>,
): asserts result is Exclude<typeof result, Lease> {
  expect(result).toHaveProperty('heldBy');
}

it('a lease that is held is refused, and its holder and its end are named', async () => {
  assertHeld(await asProcess(1).acquire('a', HOUR_MS));
  const refused = await asProcess(2).acquire('a', HOUR_MS);
  expect(refused).toEqual({ heldBy: 'process 1 on machine', until: expect.stringMatching(/^\d{4}-.*Z$/) });
  const untilMs = Date.parse((refused as { until: string }).until);
  expect(Math.abs(untilMs - Date.now() - HOUR_MS)).toBeLessThan(60_000);
});

it('a released lease is free again and its fence rises', async () => {
  const first = await asProcess(1).acquire('b', HOUR_MS);
  assertHeld(first);
  await first.release();
  const second = await asProcess(2).acquire('b', HOUR_MS);
  assertHeld(second);
  expect(second.fence).toBeGreaterThan(first.fence);
});

it('an expired lease is taken over, and its old holder can neither renew nor release it', async () => {
  const first = await asProcess(1).acquire('c', 1);
  assertHeld(first);
  const second = await until(() => asProcess(2, 'other').acquire('c', HOUR_MS));
  expect(second.fence).toBe(first.fence + 1);
  expect(await first.renew()).toBe(false);
  await first.release();
  expect(await asProcess(3, 'third').acquire('c', HOUR_MS)).toHaveProperty('heldBy');
  expect(await second.renew()).toBe(true);
});

it('an expired lease that nobody took can still be renewed', async () => {
  const lease = await asProcess(1).acquire('d', 1);
  assertHeld(lease);
  expect(await lease.renew()).toBe(true);
});

it('a released lease cannot be renewed', async () => {
  const lease = await asProcess(1).acquire('e', HOUR_MS);
  assertHeld(lease);
  await lease.release();
  expect(await lease.renew()).toBe(false);
});

it('the lease of a dead process of this machine is taken over at once', async () => {
  assertHeld(await asProcess(1).acquire('f', HOUR_MS));
  const lease = await asProcess(2, 'machine', [1]).acquire('f', HOUR_MS);
  assertHeld(lease);
  expect(lease.fence).toBe(2);
});

it('a process of another machine is never believed dead', async () => {
  assertHeld(await asProcess(1, 'machine').acquire('g', HOUR_MS));
  expect(await asProcess(2, 'other', [1]).acquire('g', HOUR_MS)).toHaveProperty('heldBy');
});

it('a lease from before the clock was set back by hours lasts for its whole time once more, not for hours', async () => {
  const first = await asProcess(1, 'gone').acquire('k', 60_000);
  assertHeld(first);
  // What the database has stored is as far ahead as its clock was set back.
  await test.database.pool.query("update lease set expires_at = expires_at + interval '5 hours' where name = 'k'");
  const refused = await asProcess(2).acquire('k', 60_000);
  assertRefused(refused);
  expect(Date.parse(refused.until) - Date.now()).toBeLessThan(90_000);
  // Its holder, where it lives, still has it.
  expect(await first.renew()).toBe(true);
  // control: what is only as long as it was asked for is left alone.
  const again = await asProcess(2).acquire('k', 60_000);
  assertRefused(again);
  expect(Date.parse(again.until)).toBeGreaterThanOrEqual(Date.parse(refused.until));
});

it('a clock set ahead lets another one take the lease, and its holder notices before it goes on', async () => {
  const first = await asProcess(1).acquire('l', HOUR_MS);
  assertHeld(first);
  await test.database.pool.query("update lease set expires_at = expires_at - interval '5 hours' where name = 'l'");
  assertHeld(await asProcess(2, 'other').acquire('l', HOUR_MS));
  expect(await first.renew()).toBe(false);
});

it('of many that want a free lease at once, one gets it', async () => {
  const results = await Promise.all(Array.from({ length: 12 }, (_, pid) => asProcess(pid).acquire('h', HOUR_MS)));
  expect(results.filter((result) => 'fence' in result)).toHaveLength(1);
});

it('of many that find a dead holder at once, one takes over', async () => {
  assertHeld(await asProcess(99).acquire('i', HOUR_MS));
  const results = await Promise.all(
    Array.from({ length: 12 }, (_, pid) => asProcess(pid, 'machine', [99]).acquire('i', HOUR_MS)),
  );
  expect(results.filter((result) => 'fence' in result)).toHaveLength(1);
});

it('the lease of a killed process is free for the next one at once, however long it was taken for', async () => {
  const options = { ...(await testOptions()), databaseName: String(test.database.pool.options.database) };
  const holder = await startChild(taskOf(options, 'lease'));
  expect(holder.answer.done).toBe('lease');
  expect(await test.books.acquire('work', HOUR_MS)).toMatchObject({ heldBy: expect.stringContaining(`${holder.pid}`) });
  await holder.kill();
  assertHeld(await test.books.acquire('work', HOUR_MS));
});

/** Tries until the lease is had: it has expired, but by the clock of the database. */
async function until(acquire: () => ReturnType<Leases['acquire']>): Promise<Lease> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    const result = await acquire();
    if ('fence' in result) return result;
  }
  throw new Error('the lease did not expire');
}
