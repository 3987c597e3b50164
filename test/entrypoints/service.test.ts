/** The service: what it does by itself for a connection, also one that Amazon lets in no more. */

import { mkdtempSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTokenCache } from '../../src/amazon/index.ts';
import { approveSettlement, assertCustomerMove, SYSTEM, type SyncReport, syncConnection } from '../../src/app/index.ts';
import { parseLocalDate, silentLog } from '../../src/core/index.ts';
import { openConnection, type Workspace } from '../../src/entrypoints/composition.ts';
import { connectionFromFile } from '../../src/entrypoints/connection-file.ts';
import { type PretendVendors, startPretendVendors } from '../../src/entrypoints/demo/pretend-vendors.ts';
import { loadAccountTable } from '../../src/entrypoints/files.ts';
import { startService } from '../../src/entrypoints/service.ts';
import { systemClock, systemRandomness } from '../../src/entrypoints/system.ts';
import { createSapSystems } from '../../src/sap/index.ts';
import {
  createAccessStore,
  createChangeStore,
  createCustomerStore,
  createFeedBooks,
  createPrivacyStore,
  createQuotaStore,
  createReconciliationStore,
  createRequestStore,
  createSecretStore,
  scryptPasswords,
} from '../../src/store/index.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { deskOf } from '../store/desk.ts';
import { QUICK_FOLDER } from '../store/quick-folder.ts';

const REFUSED = {
  code: 'AMAZON_CLIENT_REFUSED',
  kind: 'rejected',
  says: 'Amazon refused the client.',
  next: 'Check it.',
} as const;

const folder = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-service-`);
let test: TestBooks;
let vendors: PretendVendors;
let workspace: Workspace;

beforeAll(async () => {
  test = await openTestBooks();
  vendors = await startPretendVendors({
    table: loadAccountTable(),
    seed: 'service',
    from: parseLocalDate('2026-10-01'),
    to: parseLocalDate('2026-11-10'),
    folder,
    accounts: [{ marketplace: 'US' }],
    nowMs: systemClock.nowMs,
    amazonNowMs: () => Date.parse('2026-11-12T00:00:00Z'),
  });
  workspace = {
    ...test,
    feedBooks: createFeedBooks(test),
    customers: createCustomerStore({ ...test, assertCustomerMove }),
    secrets: createSecretStore(test.database, test.vault),
    access: createAccessStore(test.database),
    passwords: scryptPasswords(),
    reconciliation: createReconciliationStore(test.database),
    privacy: createPrivacyStore(test),
    quotas: createQuotaStore(test.database),
    changes: createChangeStore(test.database),
    requests: createRequestStore(test.database),
    tokenCache: createTokenCache(),
    sapSystems: createSapSystems(),
    clock: systemClock,
    randomness: systemRandomness,
    log: silentLog,
    programVersion: '0.0.0',
    close: async () => {},
  };
  const content = { ...vendors.connectionFile('one'), posting: { approval: 'review', quietPeriodSeconds: 5 } };
  await test.books.addConnection(
    connectionFromFile(content, { path: 'test', folder: '.', readEnvironment: () => undefined }),
    SYSTEM,
  );
}, 60_000);
afterAll(async () => {
  await vendors.close();
  await test.close();
  rmSync(folder, { recursive: true, force: true });
});

it('brings to an end what is under way to SAP although Amazon lets the connection in no more, and asks Amazon nothing', async () => {
  const connection = await openConnection(workspace, 'one', { actor: SYSTEM });
  await syncConnection(connection.context, { waitForUnknown: true });
  await connection.close();
  const [settlement] = await test.books.listSettlements({ state: 'proposed' });
  await approveSettlement(deskOf(test.books), settlement!, { kind: 'user', name: 'anna' }, 'test');
  await workspace.feedBooks.stopConnection(connection.context.connection.id, REFUSED, SYSTEM);
  const asked = vendors.amazon.world.log.all().length;

  const reports: SyncReport[] = [];
  const jobs = await startService({
    workspace,
    onProgress: () => {},
    onReport: (_name, report) => reports.push(report),
    onFeedReport: () => expect.unreachable('no feed of a stopped connection runs'),
  });
  try {
    await expect.poll(() => reports.length, { timeout: 60_000 }).toBeGreaterThan(0);
  } finally {
    await jobs.stop();
  }
  const entries = await test.books.listEntries({ originKey: settlement!.key });
  expect(entries.map(({ state }) => state)).toEqual(entries.map(() => 'posted'));
  expect(vendors.amazon.world.log.all()).toHaveLength(asked);
  expect(await workspace.feedBooks.stoppedBy(connection.context.connection.id)).toMatchObject({ code: REFUSED.code });
}, 120_000);

it('looks at SAP again when the time of a pause is over, without waiting for the schedule', async () => {
  const { id } = await test.books.getConnection('one');
  const problem = { code: 'SAP_HTML_PAGE', kind: 'unavailable', says: 'A page.', next: 'Nothing to do.' } as const;
  const isPaused = ({ problems }: SyncReport) => problems.some(({ code }) => code === 'SAP_PAUSED');
  let looks: readonly boolean[] = [];
  // On a busy machine a pause may be over before the service looks for the first time; then a longer one is tried.
  for (let pauseMs = 5_000; looks[0] !== true && pauseMs < 60_000; pauseMs *= 3) {
    const until = new Date((await test.books.sharedNowMs()) + pauseMs).toISOString();
    await test.books.pauseSap(id, { problem, until, looks: 1 }, SYSTEM);
    looks = await looksOf(isPaused);
  }
  expect(looks[0]).toBe(true);
  expect(await test.books.sapPauseOf(id)).toBeUndefined();
}, 240_000);

it('stops although somebody holds a table that its work waits for, and what it had runs again', async () => {
  const holder = await test.database.pool.connect();
  await holder.query('begin; lock table deposit in access exclusive mode');
  const told: string[] = [];
  const jobs = await startService({
    workspace: { ...workspace, log: { write: (_level, event) => void told.push(event) } },
    stopPatienceMs: 200,
    tickMs: 200,
    onProgress: () => {},
    onReport: () => {},
    onFeedReport: () => {},
  });
  try {
    const asked = { connectionId: null, work: 'deposits', actor: SYSTEM, why: 'a test' };
    await expect.poll(() => test.books.askForTurn(asked)).toEqual(['deposits']);
    const waits = "select from pg_locks where not granted and relation = 'deposit'::regclass";
    await expect.poll(async () => (await holder.query(waits)).rowCount, { timeout: 100_000 }).toBeGreaterThan(0);
    await jobs.stop();
    expect(told).toContain('jobs.cut-off');
  } finally {
    await holder.query('rollback');
    holder.release();
    await jobs.stop();
  }
  const { rows } = await test.database.pool.query(
    "select outcome from job_attempt join job on job.id = job_attempt.job_id where name = 'deposits' order by started_at desc limit 1",
  );
  expect(rows).toEqual([{ outcome: 'stopped' }]);
}, 180_000);

/** Runs the service until it gets through to SAP. */
async function looksOf(isPaused: (report: SyncReport) => boolean): Promise<readonly boolean[]> {
  const looks: boolean[] = [];
  const jobs = await startService({
    workspace,
    onProgress: () => {},
    onReport: (_name, report) => looks.push(isPaused(report)),
    onFeedReport: () => {},
  });
  try {
    await expect.poll(() => looks, { timeout: 100_000 }).toContain(false);
  } finally {
    await jobs.stop();
  }
  return looks;
}
