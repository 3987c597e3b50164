/** What stands still, over the API: by its cause, and done again with an answer that says whether it goes on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SYSTEM } from '../../src/app/index.ts';
import type { ExceptionGroup, ReplayResults } from '../../src/entrypoints/http/contract/exceptions.ts';
import { DIALECTS, settlementBytes, settlementWithUnknownFee, smallSettlement } from './settlement-files.ts';
import { openShop, type Shop } from './shop.ts';

const WHY = { why: 'a test' };
let shop: Shop;
let made = 0;

beforeAll(async () => {
  shop = await openShop('replay', { posting: { approval: 'review', fourEyesAbove: { USD: '1000.00' } } });
}, 60_000);
afterAll(() => shop.close());

async function ask<Answer>(method: string, path: string, body?: object): Promise<Answer> {
  const answer = await fetch(`${shop.page.url.replace('localhost', '127.0.0.1')}/api/v1/${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return (await answer.json()) as Answer;
}

const groups = async () => (await ask<{ items: ExceptionGroup[] }>('GET', 'exceptions')).items;
const approveAgain = async (id: string) =>
  (await ask<ReplayResults>('POST', 'exceptions/approve-again', { ids: [id], ...WHY })).items[0];
const replay = async (action: string, id: string) =>
  (await ask<ReplayResults>('POST', 'exceptions/replay', { action, ids: [id], ...WHY })).items[0];
const period = (open: boolean) => control('periods', { companyCode: '1710', fiscalYear: '2026', period: '010', open });

function control(lever: string, body: object): Promise<Response> {
  return fetch(`${shop.vendors.sap.url}/_sim/${lever}`, { method: 'POST', body: JSON.stringify(body) });
}

/** The entry of a new settlement, approved by the person who asks or by the system, and sent; what became of it. */
async function sent(by: 'person' | 'system' = 'person'): Promise<{ readonly id: string; readonly state: string }> {
  made += 1;
  const settlementId = String(72_000_000_000 + made);
  const { key } = await shop.receive(settlementBytes(smallSettlement(DIALECTS.US, { settlementId }), DIALECTS.US));
  const [entry] = await shop.test.books.listEntries({ originKey: key });
  const { id, digest: approvedDigest } = entry!;
  const move = { id, from: 'proposed', to: 'approved', actor: SYSTEM, approvedDigest, ...WHY } as const;
  if (by === 'system') await shop.test.books.moveEntry(move);
  else await ask('POST', `entries/${id}/approve`, WHY);
  const { state } = await ask<{ state: string }>('POST', `entries/${id}/post`, WHY);
  return { id, state };
}

describe('an entry that SAP refused', () => {
  it('goes on once it is approved again, and nothing is said to stand in its way any more', async () => {
    await period(false);
    const { id, state } = await sent();
    expect(state).toBe('rejected');
    expect(await groups()).toMatchObject([
      {
        kind: 'rejected',
        about: 'F5 201 Posting period 010 2026 is not open',
        replay: 'approve-again',
        records: [{ id }],
      },
    ]);
    // Control: while the period is closed, it comes back, and that is no success.
    expect(await approveAgain(id)).toMatchObject({ state: 'approved', isDone: true, problem: null });
    expect(await groups()).toEqual([]);
    expect(await replay('send', id)).toMatchObject({
      state: 'rejected',
      isDone: false,
      problem: { code: 'SAP_ENTRY_REJECTED' },
    });
    await period(true);
    await approveAgain(id);
    expect(await replay('send', id)).toMatchObject({ state: 'posted', isDone: true, problem: null });
    expect(await groups()).toEqual([]);
  });
});

describe('an entry that SAP did not take for now', () => {
  it('is told apart from one that SAP’s master data speaks against, and is sent by hand or by the next sync', async () => {
    await control('faults', { faults: [{ kind: 'locked' }] });
    const { id, state } = await sent();
    expect(state).toBe('approved');
    expect(await groups()).toContainEqual(
      expect.objectContaining({ kind: 'away', code: 'SAP_RECORD_LOCKED', replay: 'send' }),
    );
    expect(await replay('send', id)).toMatchObject({ state: 'posted', isDone: true });
  });
});

describe('a settlement in quarantine', () => {
  it('that is worked out anew and is as it was has not gone on, and the answer says why', async () => {
    const { key } = await shop.receive(settlementBytes(settlementWithUnknownFee(DIALECTS.US), DIALECTS.US));
    expect(await replay('propose-again', key)).toMatchObject({
      state: 'quarantined',
      isDone: false,
      problem: { code: 'LINE_KIND_UNKNOWN' },
    });
  });
});

describe('an entry that the system approved, and that SAP refused', () => {
  it('waits for another person where the rules have become stricter since, and the answer says so', async () => {
    await period(false);
    const { id, state } = await sent('system');
    expect(state).toBe('rejected');
    await period(true);
    await ask('PATCH', 'connections/shop/settings', { posting: { fourEyesAbove: { USD: '10.00' } }, ...WHY });
    expect(await approveAgain(id)).toMatchObject({ state: 'rejected', isDone: false, missing: 1 });
  });
});
