/** The account table, customers and orders over the API, on one database with a pretend SAP. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { permissionsOf, ROLES, type Role } from '../../src/app/index.ts';
import { SectionName } from '../../src/entrypoints/http/contract/mapping.ts';
import type { Identify } from '../../src/entrypoints/http/register-routes.ts';
import { tableSections } from '../../src/mapping/index.ts';
import { order } from '../store/feed-samples.ts';
import { DIALECTS, settlementBytes, settlementWithUnknownFee } from './settlement-files.ts';
import { openShop, type Shop } from './shop.ts';

/** Whoever the header names, with its role. */
const identify: Identify = async ({ headers }) => {
  const [name = 'mia', role] = String(headers['x-test-user'] ?? 'mia').split(':');
  const roles = role ? [role as Role] : ROLES;
  const permissions = permissionsOf(roles);
  return { userId: name, name, displayName: name, roles, permissions, via: 'token', credentialId: name };
};

const WORDS = { transactionType: 'Order', amountType: 'ItemFees', amountDescription: 'FeeOfTomorrow' };
const TEACH = { kind: 'teach', ...WORDS, lineKind: 'referral-fee' };
const WHY = 'agreed with the controller';
const POSTING = { approval: 'review', approverNot: 'nobody', mappingApproval: 'other' };
// The stores are named, so that nobody has to ask Amazon for them.
const AMAZON = { region: 'NA', clientId: 'amzn1.test', clientSecret: 's', refreshToken: 'token', marketplaces: ['US'] };
const CUSTOMERS = {
  per: 'marketplace',
  grouping: 'BP02',
  companyCodes: [{ companyCode: '1710', reconciliationAccount: '12509500' }],
  marketplaces: { 'Amazon.com': { name: 'Amazon.com Services LLC', city: 'Seattle', country: 'US' } },
};

let shop: Shop;

beforeAll(async () => {
  shop = await openShop('mapping-api', { posting: POSTING, customers: CUSTOMERS, amazon: AMAZON }, identify);
  await shop.receive(settlementBytes(settlementWithUnknownFee(DIALECTS.US), DIALECTS.US));
}, 60_000);
afterAll(() => shop.close());

type Answer = Record<string, unknown> & {
  readonly items: readonly Record<string, unknown>[];
  readonly faults: readonly Record<string, unknown>[];
  readonly sections: readonly { readonly name: string; readonly rows: readonly Record<string, string>[] }[];
  readonly nextCursor: string | null;
};

async function ask(path: string, init: RequestInit & { readonly as?: string } = {}): Promise<Response> {
  const { as = 'mia', ...rest } = init;
  const headers = { ...(rest.body !== undefined && { 'content-type': 'application/json' }), ...rest.headers };
  const address = `${shop.page.url.replace('localhost', '127.0.0.1')}/api/v1/${path}`;
  return fetch(address, { ...rest, headers: { 'x-test-user': as, ...headers } });
}

async function get(path: string): Promise<Answer> {
  return (await (await ask(path)).json()) as Answer;
}

async function post(path: string, body: unknown, as?: string): Promise<Answer> {
  return (await (await ask(path, { method: 'POST', body: JSON.stringify(body), ...(as && { as }) })).json()) as Answer;
}

async function draft(edit: (rows: Record<string, string>[]) => void, section = 'assignments') {
  const { sections, newest } = await get('mapping/shop');
  const rows = sections.find(({ name }) => name === section)?.rows.map((row) => ({ ...row })) ?? [];
  edit(rows);
  const others = sections.filter(({ name }) => name !== section);
  return { kind: 'table', basis: newest, name: 'a test', sections: [...others, { name: section, rows }] };
}

describe('the account table', () => {
  it('has the sections that the contract names', () => {
    expect(SectionName.options).toEqual(tableSections().map(({ name }) => name));
  });

  it('says what is not known, with amounts and a proposal', async () => {
    const { items } = await get('mapping/unknown?connection=shop');
    expect(items).toEqual([
      expect.objectContaining({
        ...WORDS,
        code: 'LINE_KIND_UNKNOWN',
        rowCount: 2,
        amounts: [{ currency: 'USD', amount: '-1.11' }],
        settlements: ['70000000902'],
      }),
    ]);
  });

  it('looks accounts up in SAP by number and by name, and says what speaks against one', async () => {
    const byNumber = await get('mapping/shop/look-up?kind=gl-accounts&text=65001400');
    expect(byNumber.items[0]).toEqual({ number: '65001400', name: 'Account 65001400', notes: [] });
    const byName = await get('mapping/shop/look-up?kind=gl-accounts&text=account%2065001400');
    expect(byName.items).toEqual([byNumber.items[0]]);
    const missing = await get('mapping/shop/look-up?kind=gl-accounts&text=99999999');
    expect(missing).toMatchObject({ items: [], matchCount: 0, isSearchable: true, problem: null });
    expect((await get('mapping/shop/look-up?kind=cost-centers')).items.length).toBeGreaterThan(0);
  });

  it('tells the cell of each fault, what SAP says, and what would move, before anything is recorded', async () => {
    const wrong = await post('mapping/shop/check', { change: { ...TEACH, lineKind: 'no-such-kind' } });
    expect(wrong.faults).toEqual([expect.objectContaining({ section: 'vocabulary', column: 'kind' })]);
    const unknownAccount = { ...TEACH, assignment: { marketplace: 'Amazon.com', glAccount: '99999999' } };
    const checked = await post('mapping/shop/check', { change: unknownAccount, withSap: true, withImpact: true });
    expect(checked).toMatchObject({ faults: [], sap: { isBookable: false } });
    expect(JSON.stringify(checked.sap)).toContain('99999999');
    const good = await post('mapping/shop/check', { change: TEACH, withSap: true, withImpact: true });
    expect(good).toMatchObject({ faults: [], sap: { isBookable: true } });
    expect(good.impact).toMatchObject({
      settlements: [expect.objectContaining({ settlementId: '70000000902', change: 'leaves-quarantine' })],
    });
    expect((await get('mapping/shop/versions')).items).toHaveLength(1);
  });

  it('MAPPING_APPROVAL_OWN: what one person teaches another one approves, and what waited goes on', async () => {
    const recorded = await post('mapping/shop/versions', { change: TEACH, why: WHY });
    expect(recorded).toMatchObject({ version: { version: 2, state: 'waiting', author: 'mia' }, settlements: [] });
    const path = 'mapping/shop/versions/2/approve';
    expect(await post(path, { why: WHY })).toMatchObject({ code: 'MAPPING_APPROVAL_OWN', kind: 'conflict' });
    expect(await post(path, { why: WHY }, 'eve:mapping-editor')).toMatchObject({ code: 'PERMISSION_MISSING' });
    const approved = await post(path, { why: 'seen' }, 'otto:approver');
    expect(approved).toMatchObject({
      version: { state: 'in-use', approvedBy: 'otto' },
      settlements: [{ settlementId: '70000000902', state: 'proposed' }],
    });
    expect((await get('mapping/unknown')).items).toEqual([]);
  });

  it('is edited as a whole, row by row; a fault has its row and column', async () => {
    const bad = await draft((rows) =>
      rows.push({ kind: 'referral-fees', marketplace: 'any', glAccount: '65001400', text: 'x' }),
    );
    const at = bad.sections.find(({ name }) => name === 'assignments')!.rows.length - 1;
    const { faults } = await post('mapping/shop/check', { change: bad });
    expect(faults).toEqual([expect.objectContaining({ section: 'assignments', row: at, column: 'kind' })]);
    expect(await post('mapping/shop/versions', { change: bad, why: WHY })).toMatchObject({ code: 'MAPPING_INVALID' });
  });

  it('moves amounts that the check tells first, and MAPPING_MOVED guards against two at once', async () => {
    const change = await draft((rows) => {
      for (const row of rows) if (row.kind === 'referral-fee') row.glAccount = '65003100';
    });
    const { impact, changes } = await post('mapping/shop/check', { change, withImpact: true });
    expect(changes).toEqual([expect.objectContaining({ section: 'assignments', change: 'changed' })]);
    expect((impact as { open: unknown[] }).open).toEqual([
      expect.objectContaining({ from: expect.anything(), to: expect.objectContaining({ glAccount: '65003100' }) }),
    ]);
    const recorded = await post('mapping/shop/versions', { change, why: WHY });
    expect(recorded).toMatchObject({ version: { version: 3, state: 'waiting' } });
    expect(await post('mapping/shop/versions', { change, why: WHY })).toMatchObject({ code: 'MAPPING_MOVED' });
    expect(await post('mapping/shop/withdraw', { why: 'a mistake' })).toMatchObject({ version: { version: 4 } });
    const diff = await get('mapping/shop/versions/3/changes');
    expect(diff).toMatchObject({ before: 2, changes: [expect.objectContaining({ change: 'changed' })] });
  });

  it('goes out as a file and comes in again without a change', async () => {
    for (const format of ['yaml', 'xlsx', 'csv']) {
      const bytes = await (await ask(`mapping/shop/versions/4/file?format=${format}`)).arrayBuffer();
      const body = new Blob([bytes]);
      const headers = { 'content-type': 'application/octet-stream' };
      const read = await ask(`mapping/shop/rows-of-file?name=a.${format}`, { method: 'POST', body, headers });
      const { sections } = (await read.json()) as Answer;
      const change = { kind: 'table', basis: 4, name: 'a', sections };
      expect(await post('mapping/shop/check', { change }), format).toMatchObject({ changes: [], faults: [] });
    }
  });

  it('TABLE_FILE_UNFIT: an empty file is no account table', async () => {
    const headers = { 'content-type': 'application/octet-stream' };
    const answer = await ask('mapping/shop/rows-of-file?name=a.csv', { method: 'POST', body: new Blob([]), headers });
    expect(await answer.json()).toMatchObject({ code: 'TABLE_FILE_UNFIT', kind: 'invalid' });
  });
});

describe('customers', () => {
  it('are compared before anything is written, then created once', async () => {
    const partners = () => [...shop.vendors.sap.world.partners.rows.values()].reduce((sum, rows) => sum + rows.size, 0);
    const before = partners();
    const compared = await get('customers-compared?connection=shop');
    expect(compared).toMatchObject({ customers: [{ name: 'Amazon.com', would: 'create', differences: [] }] });
    expect(partners()).toBe(before);
    expect(await post('customers/sync', { connection: 'shop' })).toMatchObject({ created: 1, problems: [] });
    expect(await get('customers-compared?connection=shop')).toMatchObject({ customers: [{ would: 'nothing' }] });
    const { items } = await get('customers?connection=shop');
    expect(items).toEqual([expect.objectContaining({ name: 'Amazon.com', state: 'kept' })]);
    const detail = await get(`customers/${items[0]?.key}`);
    expect((detail.history as { action: string }[]).length).toBeGreaterThan(0);
    const adopted = await post(`customers/${items[0]?.key}/adopt`, { partnerNumber: '4711', why: WHY });
    expect(adopted).toMatchObject({ code: 'CUSTOMER_NUMBER_UNKNOWN' });
  });
});

describe('orders', () => {
  it('are listed part by part by status and day, and one is told without its buyer', async () => {
    const [connection] = await shop.test.books.listConnections();
    const orders = Array.from({ length: 5 }, (_, day) =>
      order({
        orderId: `302-000000${day}-0000000`,
        createdAt: `2026-11-0${day + 1}T00:00:00.000Z`,
        status: day === 2 ? 'cancelled' : 'shipped',
      }),
    );
    await shop.workspace.feedBooks.putOrders(connection!.id, orders, { reportSha256: null });
    const seen: unknown[] = [];
    for (let cursor = ''; ; ) {
      const part = await get(`orders?connection=shop&limit=2${cursor}`);
      seen.push(...part.items.map(({ orderId }) => orderId));
      if (part.nextCursor === null) break;
      cursor = `&cursor=${part.nextCursor}`;
    }
    expect(seen).toEqual(orders.map(({ orderId }) => orderId).toReversed());
    const some = await get('orders?connection=shop&from=2026-11-02&to=2026-11-04&status=shipped');
    expect(some.items.map(({ orderId }) => orderId)).toEqual(['302-0000003-0000000', '302-0000001-0000000']);
    const one = await get('orders/302-0000001-0000000');
    expect(one).toMatchObject({ connection: 'shop', itemCount: 1 });
    expect(Object.keys(one)).not.toContain('source');
  });

  it('BUYER_GONE: a buyer is told with a reason only, and not where none is kept', async () => {
    const path = 'orders/302-0000001-0000000/buyer';
    expect(await post(path, { why: ' ' })).toMatchObject({ kind: 'invalid' });
    expect(await post(path, { why: WHY }, 'vera:viewer')).toMatchObject({ code: 'PERMISSION_MISSING' });
    expect(await post(path, { why: WHY })).toMatchObject({ code: 'BUYER_GONE' });
  });
});
