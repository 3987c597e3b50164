import { expect } from 'vitest';
import { silentLog, uuidFromName } from '../../src/core/index.ts';
import type { Identify } from '../../src/entrypoints/http/register-routes.ts';
import { prepareQueue } from '../../src/jobs/index.ts';
import { sql } from '../../src/store/index.ts';
import {
  DIALECTS,
  settlementBytes,
  settlementWithUnknownFee,
  smallSettlement,
} from '../entrypoints/settlement-files.ts';
import { openShop, type Shop } from '../entrypoints/shop.ts';
import { event, order } from '../store/feed-samples.ts';

const SETTINGS = {
  amazon: { region: 'NA', clientId: 'amzn1.test', clientSecret: 's', refreshToken: 'token', marketplaces: ['US'] },
  posting: { approval: 'review', approverNot: 'nobody', mappingApproval: 'other' },
  customers: {
    per: 'marketplace',
    grouping: 'BP02',
    companyCodes: [{ companyCode: '1710', reconciliationAccount: '12509500' }],
    marketplaces: { 'Amazon.com': { name: 'Amazon.com Services LLC', city: 'Seattle', country: 'US' } },
  },
};
const WHY = { why: 'a test' };

export interface FullShop extends Shop {
  /** Asks the API below `/api/v1/`. */
  readonly get: (path: string) => Promise<unknown>;
  readonly post: (path: string, body: object) => Promise<unknown>;
}

/** A shop that has something of everything, so that every page has something to show and every dialog can be opened. */
export async function openFullShop(seed: string, identify: Identify): Promise<FullShop> {
  const shop = await openShop(seed, SETTINGS, identify);
  const ask = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const answer = await fetch(`${shop.page.url.replace('localhost', '127.0.0.1')}/api/v1/${path}`, init);
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return answer.json();
  };
  const post = (path: string, body: object) =>
    ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const full = { ...shop, get: (path: string) => ask(path), post };
  const [posted, other] = [smallSettlement(DIALECTS.US), smallSettlement(DIALECTS.US, { deposit: '2026-10-18' })];
  await shop.receive(settlementBytes(posted, DIALECTS.US));
  await shop.receive(settlementBytes({ ...posted, settlementId: '70000000903' }, DIALECTS.US));
  await shop.receive(settlementBytes(settlementWithUnknownFee(DIALECTS.US), DIALECTS.US));
  await tellOfOrders(shop);
  await post('settlements/70000000901/approve', WHY);
  await post('settlements/70000000901/post', WHY);
  // It came again with another day: a person decides.
  await expect(shop.receive(settlementBytes(other, DIALECTS.US))).rejects.toMatchObject({
    code: 'SETTLEMENT_REISSUED',
  });
  await accrue(full);
  await post('customers/sync', { connection: 'shop' });
  const words = { transactionType: 'Order', amountType: 'ItemFees', amountDescription: 'FeeOfNextYear' };
  await shop.teach({ ...words, kind: 'referral-fee' });
  await failJobs(shop);
  const connection = await loosenRules(shop);
  const problem = {
    code: 'AMAZON_SIGN_IN_REFUSED',
    kind: 'invalid',
    says: 'Amazon lets nobody in.',
    next: 'Look.',
  } as const;
  await shop.workspace.feedBooks.stopConnection(connection.id, problem, { kind: 'user', name: 'tester' });
  return full;
}

/** An order, and events of it that no settlement has. */
async function tellOfOrders({ test, workspace }: Shop): Promise<void> {
  const [connection] = await test.books.listConnections();
  const { feedBooks } = workspace;
  const { id } = connection!;
  await feedBooks.putOrders(id, [order({ orderId: '302-0000001-0000001' })], { reportSha256: null });
  const facts = { settlementId: null, eventGroupId: null, relatedIds: [] };
  const events = ['2026-08-20', '2026-09-20'].map((day) => event(day, { ...facts, postedAt: `${day}T12:00:00.000Z` }));
  await feedBooks.putFinanceEvents(id, events);
  await feedBooks.recordFeedRun(id, 'finances', {
    startedAt: '2026-10-03T00:00:00.000Z',
    isUpToDate: true,
    completeUntil: '2026-10-03T00:00:00.000Z',
    problems: [],
  });
}

/** Somebody else took a limit back that nothing here comes near: whoever looks may accept that. */
async function loosenRules({ test: { books } }: Shop) {
  const [connection] = await books.listConnections();
  const { id, settings } = connection!;
  const posting = settings.posting as Record<string, string>;
  const strict = { ...settings, posting: { ...posting, fourEyesAbove: { USD: '1000000.00' } } };
  const olga = { kind: 'user', name: 'olga' } as const;
  await books.updateConnection(id, { settings: strict, secrets: {} }, olga, 'large amounts take two');
  await books.updateConnection(id, { settings, secrets: {} }, olga, 'one is enough');
  return connection!;
}

/** One accrual is booked, and that of the month after it waits for approval. */
async function accrue({ get, post }: FullShop): Promise<void> {
  const month = { connection: 'shop', isDryRun: false, mayBeIncomplete: true, ...WHY };
  await post('accruals', { ...month, month: '2026-08' });
  const { items } = (await get('accruals?limit=1')) as { items: readonly { id: string }[] };
  await post(`accruals/${items[0]!.id}/approve`, WHY);
  await post(`accruals/${items[0]!.id}/post`, WHY);
  await post('accruals', { ...month, month: '2026-09' });
}

/** Two that gave up for the same reason. */
async function failJobs({ test }: Shop): Promise<void> {
  await prepareQueue(test.database.pool, silentLog);
  const [connection] = await test.books.listConnections();
  const problem = JSON.stringify({
    code: 'SAP_UNREACHABLE',
    kind: 'unavailable',
    says: 'Nobody answers.',
    next: 'Wait.',
  });
  const payload = JSON.stringify({ connection: 'shop', slotAt: null });
  for (const id of ['a1', 'a2']) {
    await test.database.query(sql`
      insert into job (id, name, connection_id, payload, key, queue, priority, requested_at, due_at, state, placement, ended_at)
      values (${id}, 'sync', ${connection!.id}, ${payload}, ${`key-${id}`}, 'q', 0, now(), now(), 'gave-up', 1, now())`);
    await test.database.query(sql`
      insert into job_attempt (job_id, number, worker_id, host, pid, correlation_id, started_at, ended_at, outcome, problem)
      values (${id}, 1, 'w', 'h', 1, ${uuidFromName(id)}, now(), now(), 'failed', ${problem})`);
  }
}
