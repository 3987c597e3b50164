/** What people do about settlements and entries over the API: from a file in quarantine to documents in SAP and back. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIALECTS, settlementBytes, settlementWithUnknownFee, smallSettlement } from './settlement-files.ts';
import { openShop, type Shop } from './shop.ts';

const SMALL = settlementBytes(smallSettlement(DIALECTS.US), DIALECTS.US);
const UNKNOWN = settlementBytes(settlementWithUnknownFee(DIALECTS.US), DIALECTS.US);
const WORDS = { transactionType: 'Order', amountType: 'ItemFees', amountDescription: 'FeeOfTomorrow' };
const WHY = { why: 'agreed with the controller' };

let shop: Shop;

beforeAll(async () => {
  shop = await openShop('booking');
  await shop.receive(SMALL);
  await shop.receive(UNKNOWN);
}, 60_000);
afterAll(() => shop.close());

interface Detail {
  readonly code?: string;
  readonly state: string;
  readonly progress: string;
  readonly entries: readonly { readonly id: string; readonly postingKey: string; readonly state: string }[];
  readonly history: readonly { readonly action: string; readonly why: string; readonly actor: string }[];
  readonly files: readonly { readonly sha256: string }[];
}

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${shop.page.url.replace('localhost', '127.0.0.1')}/api/v1/${path}`, init);
}

async function get<Answer = Detail>(path: string): Promise<Answer> {
  return (await (await ask(path)).json()) as Answer;
}

async function post<Answer = Detail>(path: string, body: unknown = {}): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  return (await (await ask(path, { method: 'POST', headers, body: JSON.stringify(body) })).json()) as Answer;
}

const SETTLEMENT = 'settlements/70000000901';

describe('a settlement', () => {
  it('NOTHING_TO_POST: nothing is sent before it is approved', async () => {
    expect(await post(`${SETTLEMENT}/post`, WHY)).toMatchObject({ code: 'NOTHING_TO_POST', kind: 'conflict' });
    expect(shop.vendors.ledger()).toEqual([]);
  });

  it('is checked, approved and posted, each with its reason in the audit log', async () => {
    const simulation = await post<{ bookable: boolean; findings: unknown[] }>(`${SETTLEMENT}/simulate`);
    expect(simulation, JSON.stringify(simulation)).toMatchObject({ bookable: true });
    const approved = await post(`${SETTLEMENT}/approve`, WHY);
    expect(approved.entries.map(({ state }) => state)).toEqual(['approved']);
    const posted = await post(`${SETTLEMENT}/post`, { why: 'month end' });
    expect(posted).toMatchObject({ progress: '1 of 1 posted', documents: [{ companyCode: '1710' }] });
    expect(posted.history).toContainEqual(
      expect.objectContaining({ action: 'settlement.post', why: 'month end', actor: 'tester' }),
    );
    expect(shop.vendors.ledger()).toHaveLength(1);
  });

  it('PROPOSAL_STANDS: what is in SAP is not worked out anew, only reversed', async () => {
    expect(await post(`${SETTLEMENT}/propose`, WHY)).toMatchObject({ code: 'PROPOSAL_STANDS' });
  });

  it('is reversed, and left so', async () => {
    const reversed = await post(`${SETTLEMENT}/reverse`, { ...WHY, reason: '01' });
    expect(reversed).toMatchObject({ progress: 'reversed', reversedCount: 1, documents: [] });
    expect(shop.vendors.ledger()).toHaveLength(2);
    expect(await post(`${SETTLEMENT}/leave`, WHY)).toMatchObject({ progress: 'reversed' });
  });

  it('gives its file byte for byte, and no other one: SETTLEMENT_FILE_UNKNOWN', async () => {
    const { files } = await get(SETTLEMENT);
    const answer = await ask(`${SETTLEMENT}/files/${files[0]!.sha256}`);
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(answer.headers.get('content-disposition')).toContain('settlement-70000000901');
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(files[0]!.sha256);
    expect(bytes.equals(SMALL)).toBe(true);
    expect(await get(`${SETTLEMENT}/files/${'0'.repeat(64)}`)).toMatchObject({ code: 'SETTLEMENT_FILE_UNKNOWN' });
  });

  it('in quarantine shows how far its sales go, and is worked out anew once its value is taught', async () => {
    const path = 'settlements/70000000902';
    const { steps } = await get<{ steps: { id: string; amount: string }[] }>(`${path}/waterfall`);
    expect(steps.at(-1)).toMatchObject({ id: 'deposit', amount: '88.94' });
    expect(steps).toContainEqual(expect.objectContaining({ id: 'unknown', amount: '-1.11' }));
    expect(await post(`${path}/propose`, WHY)).toMatchObject({ state: 'quarantined' });
    await shop.teach({ ...WORDS, kind: 'referral-fee' });
    expect(await post(`${path}/propose`, WHY)).toMatchObject({ state: 'proposed', entries: [{ state: 'proposed' }] });
    const after = await get<{ steps: { id: string }[] }>(`${path}/waterfall`);
    expect(after.steps.map(({ id }) => id)).not.toContain('unknown');
  });

  it('is not approved by whoever gives no reason', async () => {
    expect((await ask('settlements/70000000902/approve', { method: 'POST' })).status).toBe(400);
    expect((await get('settlements/70000000902')).entries).toMatchObject([{ state: 'proposed' }]);
  });
});

describe('an entry', () => {
  it('is approved, refused, approved again and posted; ENTRY_NOT_UNKNOWN: nobody has to look it up', async () => {
    const { id } = (await get('settlements/70000000902')).entries[0]!;
    const path = `entries/${id}`;
    expect(await post(`${path}/approve`, WHY)).toMatchObject({ state: 'approved' });
    expect(await post(`${path}/refuse`, WHY)).toMatchObject({ state: 'proposed', approval: { refusal: WHY } });
    expect(await post(`${path}/post`, WHY)).toMatchObject({ code: 'ENTRY_NOT_APPROVED' });
    await post(`${path}/approve`, WHY);
    expect(await post(`${path}/post`, WHY)).toMatchObject({ state: 'posted', document: { companyCode: '1710' } });
    expect(await post(`${path}/resolve`)).toMatchObject({ code: 'ENTRY_NOT_UNKNOWN', kind: 'conflict' });
    expect(await post(`${path}/reverse`, { ...WHY, reason: '01' })).toMatchObject({ state: 'reversed' });
  });
});

describe('a settlement of which another file came', () => {
  const path = 'settlements/70000000903';
  const first = smallSettlement(DIALECTS.US, { settlementId: '70000000903' });
  const other = {
    ...first,
    total: '89.05',
    rows: first.rows.map((row) => (row.description === 'Commission' ? { ...row, amount: '-19.75' } : row)),
  };

  it('SAP_ENTRY_REJECTED: is not replaced where SAP does not reverse, and the answer says which entry and why', async () => {
    await shop.receive(settlementBytes(first, DIALECTS.US));
    await post(`${path}/approve`, WHY);
    const [entry] = (await post(`${path}/post`, WHY)).entries;
    const received = shop.receive(settlementBytes(other, DIALECTS.US));
    await expect(received).rejects.toMatchObject({ code: 'SETTLEMENT_REISSUED' });
    expect(await post(`${path}/replace`, { ...WHY, reason: 'ZZ' })).toMatchObject({
      code: 'SAP_ENTRY_REJECTED',
      status: 422,
      where: { path: entry!.postingKey },
      next: expect.any(String),
    });
    expect(await get(path)).toMatchObject({ postedCount: 1, reversedCount: 0, files: [{}, { state: 'wanted' }] });
    // control: with a reason that SAP has, it is reversed and worked out anew.
    expect(await post(`${path}/replace`, { ...WHY, reason: '01' })).toMatchObject({
      state: 'proposed',
      totalAmount: '89.05',
      postedCount: 0,
    });
  });
});

describe('a preview', () => {
  function preview(bytes: Uint8Array, query = '') {
    const headers = { 'content-type': 'application/octet-stream' };
    return ask(`preview?name=file.txt${query}`, { method: 'POST', headers, body: Buffer.from(bytes) });
  }

  it('shows journal, proofs and what is unknown, and stores nothing', async () => {
    const before = await shop.test.books.listSettlements();
    const shown = (await (await preview(UNKNOWN)).json()) as object;
    expect(shown).toMatchObject({
      settlement: { settlementId: '70000000902', totalAmount: '88.94' },
      quarantine: [{ amountDescription: 'FeeOfTomorrow', count: 2, amount: '-1.11' }],
      problem: { code: 'LINE_KIND_UNKNOWN', next: expect.stringMatching(/teach it/), where: { row: 10 } },
      entries: [],
      digest: null,
    });
    const unproven = Buffer.from(SMALL.toString('utf8').replace('90.05', '90.06'));
    const failed = (await (await preview(unproven)).json()) as object;
    expect(failed).toMatchObject({ problem: { code: 'PROOF_FAILED', says: expect.stringMatching(/90\.06.*90\.05/) } });
    expect(await (await preview(SMALL)).json(), 'control').toMatchObject({ problem: null });
    const whole = (await (await preview(SMALL)).json()) as { entries: { lines: unknown[] }[] };
    expect(whole.entries[0]!.lines.length).toBeGreaterThan(3);
    expect(await shop.test.books.listSettlements()).toEqual(before);
  });

  it('gives the object of `preview --json` as well, with the rows behind each line', async () => {
    const document = (await (await preview(SMALL, '&as=document')).json()) as {
      entries: { lines: { sourceRows: number[] }[] }[];
    };
    expect(document.entries[0]!.lines.some(({ sourceRows }) => sourceRows.length > 0)).toBe(true);
  });

  it('takes an account table that stands before the file, and tells what is wrong with it', async () => {
    const table = Buffer.from('not: a table');
    const both = Buffer.concat([table, SMALL]);
    const answer = await preview(both, `&tableName=own.yaml&tableBytes=${table.length}`);
    expect(await answer.json()).toMatchObject({ code: 'MAPPING_INVALID' });
  });

  it('names the row and column of what cannot be read', async () => {
    const broken = Buffer.from(SMALL.toString('utf8').replace('90.05', 'ninety'));
    expect(await (await preview(broken)).json()).toMatchObject({
      kind: 'invalid',
      where: { row: 2, column: expect.any(String) },
    });
  });

  it('PREVIEW_EMPTY: a request without a file is told so', async () => {
    const answer = await ask('preview', { method: 'POST', headers: { 'content-type': 'application/octet-stream' } });
    expect(await answer.json()).toMatchObject({ code: 'PREVIEW_EMPTY' });
  });
});
