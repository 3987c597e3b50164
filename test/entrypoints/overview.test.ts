/** What each of several people is told: the overview counts what they may do, the audit log names what it is about. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EntryRecord, permissionsOf, type Role } from '../../src/app/index.ts';
import type { Workspace } from '../../src/entrypoints/composition.ts';
import type { AuditEventItem } from '../../src/entrypoints/http/contract/audit.ts';
import type { Overview } from '../../src/entrypoints/http/contract/overview.ts';
import { WaitingKind } from '../../src/entrypoints/http/contract/overview.ts';
import { addressed, TAKES, waitingOf } from '../../src/entrypoints/waiting.ts';
import { sql } from '../../src/store/sql.ts';
import { ACCESS_TABLE } from './access-table.ts';
import {
  DIALECTS,
  settlementBytes,
  settlementOfTwoMonths,
  settlementWithUnknownFee,
  smallSettlement,
} from './settlement-files.ts';
import { openShop, type Shop } from './shop.ts';
import { startWithSignIn, type Visitor, visitorWith } from './sign-in-kit.ts';

/** Nothing goes by itself, and everything takes two. */
const posting = { approval: 'review', fourEyesAbove: { USD: '0.01' }, approverNot: 'nobody' };
const ROLES = {
  anna: ['accountant'],
  ben: ['approver'],
  bea: ['approver'],
  mia: ['mapping-editor'],
  carl: ['administrator'],
  olga: ['auditor'],
} as const;
type Name = keyof typeof ROLES;

let shop: Shop;
let service: Awaited<ReturnType<typeof startWithSignIn>>;
const visitors = new Map<Name, Visitor>();

beforeAll(async () => {
  shop = await openShop('overview', { posting });
  service = await startWithSignIn(shop.test);
  for (const [name, roles] of Object.entries(ROLES)) {
    visitors.set(name as Name, await visitorWith(service, name, ...roles));
  }
}, 60_000);
afterAll(async () => {
  await service.close();
  await shop.close();
});

const overviewOf = async (name: Name): Promise<Overview> => (await visitors.get(name)!.get('/overview')).body;
async function rowOf(name: Name, what: Overview['waiting'][number]['what']) {
  const { needsYou, waiting } = await overviewOf(name);
  const { count, yours, waitsFor } = waiting.find((row) => row.what === what)!;
  return { needsYou, count, yours, waitsFor };
}

it('counts an entry for whoever may still approve it, and once approved for whoever may post it', async () => {
  const { needsYou, alerts, waiting } = await overviewOf('ben');
  expect([needsYou, alerts.length, waiting.map(({ count }) => count)]).toEqual([0, 0, waiting.map(() => 0)]);

  const { key } = await shop.receive(settlementBytes(smallSettlement(DIALECTS.US), DIALECTS.US));
  const entry = (await shop.test.books.listEntries({ originKey: key }))[0]!;
  const open = { count: 1, yours: 1, waitsFor: [], needsYou: 1 };
  expect(await rowOf('ben', 'approvals')).toEqual(open);
  expect(await rowOf('anna', 'approvals')).toMatchObject({ count: 1, yours: 0, waitsFor: ['approver'] });

  await visitors.get('ben')!.post(`/entries/${entry.id}/approve`, { why: 'looked at' });
  expect(await rowOf('ben', 'approvals')).toEqual({ ...open, needsYou: 0, yours: 0, waitsFor: ['another-approver'] });
  expect(await rowOf('bea', 'approvals')).toEqual(open);

  await visitors.get('bea')!.post(`/entries/${entry.id}/approve`, { why: 'looked at, too' });
  expect(await rowOf('bea', 'approvals')).toMatchObject({ count: 0, needsYou: 0 });
  expect(await rowOf('anna', 'approved')).toMatchObject({ count: 1, yours: 1, waitsFor: [] });
  expect(await rowOf('ben', 'approved')).toEqual({ ...open, needsYou: 0, yours: 0, waitsFor: ['accountant'] });
});

it('counts an unknown value for the mapping editor, with its alert, and says to others whom it waits for', async () => {
  const facts = settlementWithUnknownFee(DIALECTS.US);
  await shop.receive(settlementBytes(facts, DIALECTS.US));
  expect(await rowOf('mia', 'values')).toMatchObject({ count: 1, yours: 1, waitsFor: [] });
  expect(await rowOf('anna', 'values')).toMatchObject({ count: 1, yours: 0, waitsFor: ['mapping-editor'] });
  const alertOf = async (name: Name) =>
    (await overviewOf(name)).alerts.find(({ rule }) => rule === 'settlement-quarantined');
  expect(await alertOf('mia')).toMatchObject({ isYours: true, within: 'quarantined' });
  expect(await alertOf('anna')).toMatchObject({ isYours: false, waitsFor: ['mapping-editor'] });
  // control: an administrator has nothing to do with any of it.
  expect(await rowOf('carl', 'values')).toMatchObject({ needsYou: 0, yours: 0 });
});

it('the audit log names users, connections, settlements and entries as people call them', async () => {
  const { body } = await visitors.get('olga')!.get('/audit/events?limit=200');
  const events: AuditEventItem[] = body.items;
  const nameOf = (kind: string) =>
    new Set(events.filter(({ subject }) => subject.startsWith(`${kind}/`)).map((each) => each.subjectName));
  const [entry] = await shop.test.books.listEntries();
  expect(nameOf('user')).toEqual(new Set(Object.keys(ROLES)));
  expect(nameOf('connection')).toEqual(new Set(['shop']));
  expect(nameOf('entry')).toEqual(new Set([entry!.entry.postingKey]));
  expect(nameOf('settlement')).toEqual(new Set(['70000000902', smallSettlement(DIALECTS.US).settlementId]));
  // control: what has no name of its own has none.
  expect(nameOf('installation')).toEqual(new Set([null]));
});

it('a file that somebody tries is not stored', async () => {
  const files = async () =>
    Number((await shop.test.database.query<{ count: string }>(sql`select count(*) from evidence`))[0]?.count);
  const before = await files();
  expect(before).toBeGreaterThan(0);
  const answer = await fetch(`${shop.page.url}/api/v1/preview?name=tried.txt`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: settlementBytes(smallSettlement(DIALECTS.US, { settlementId: '70000000777' }), DIALECTS.US),
  });
  expect(await answer.json()).toMatchObject({ settlement: { settlementId: '70000000777' } });
  expect(await files()).toBe(before);
  // control: one that is received is kept.
  await shop.receive(settlementBytes(smallSettlement(DIALECTS.US, { settlementId: '70000000777' }), DIALECTS.US));
  expect(await files()).toBeGreaterThan(before);
});

it('counts loosened rules for whoever may accept them, with their alert; control: not for who loosened them', async () => {
  const patch = { posting: { ...posting, fourEyesAbove: { USD: '0.02' } }, why: 'a test' };
  expect((await visitors.get('carl')!.ask('PATCH', '/connections/shop/settings', patch)).status).toBe(200);
  expect(await rowOf('ben', 'rules')).toMatchObject({ count: 1, yours: 1, waitsFor: [] });
  expect(await rowOf('carl', 'rules')).toMatchObject({ count: 1, yours: 0, waitsFor: ['approver'] });
  const alertFor = async (name: Name) => {
    const { waiting } = await overviewOf(name);
    const facts = { key: 'k', rule: 'rules-waiting', severity: 'warning', says: 'It waits.', next: 'Look.' } as const;
    const rows = waiting.map((row) => ({ ...row, amounts: [], yourAmounts: [] }));
    return addressed([{ ...facts, connection: null }], rows, { name, permissions: permissionsOf(ROLES[name]) })[0];
  };
  expect(await alertFor('ben')).toMatchObject({ isYours: true, within: 'rules' });
  expect(await alertFor('carl')).toMatchObject({ isYours: false, waitsFor: ['approver'] });
  await visitors.get('ben')!.post('/approvals/shop/accept-rules', { why: 'agreed' });
  expect(await rowOf('ben', 'rules')).toMatchObject({ count: 0, yours: 0 });
});

it('counts nothing as yours that you may not do, however much of another state lies before it', async () => {
  const { workspace } = service;
  const [entry] = await workspace.books.listEntries();
  const originOf = (key: string) => ({ ...entry!.origin, key }) as EntryRecord['origin'];
  const of = (state: EntryRecord['state'], count: number) =>
    // Each state of its own settlement, where none holds another back.
    Array.from({ length: count }, () => ({ ...entry!, state, origin: originOf(state) }));
  const all = [...of('approved', 2_000), ...of('rejected', 5)];
  const listEntries: Workspace['books']['listEntries'] = async ({ states = [], limit = 100 } = {}) =>
    all.filter(({ state }) => states.includes(state)).slice(0, limit);
  const counts = await workspace.books.countRecords();
  const entries = { ...counts.entries, approved: 3_000, rejected: 5, unknown: 1 };
  const books = { ...workspace.books, listEntries, countRecords: async () => ({ ...counts, entries }) };
  const rowsFor = async (role: Role) => {
    const reader = { name: 'x', permissions: permissionsOf([role]) };
    const rows = await waitingOf({ ...workspace, books }, [], [], reader);
    const row = (wanted: WaitingKind) => rows.find(({ what }) => what === wanted)!;
    return (['approved', 'rejected', 'unknown'] as const).map(row).map(({ yours, waitsFor }) => [yours, ...waitsFor]);
  };
  expect(await rowsFor('viewer')).toEqual([
    [0, 'accountant'],
    [0, 'approver'],
    [0, 'accountant'],
  ]);
  expect(await rowsFor('approver')).toEqual([[0, 'accountant'], [5], [0, 'accountant']]);
  // control: whoever may do all of them has also those that were not read.
  expect(await rowsFor('accountant')).toEqual([[3_000], [0, 'approver'], [1]]);
});

it('counts an entry that others of its settlement hold back for nobody, because it is refused until those are approved', async () => {
  const file = settlementOfTwoMonths(DIALECTS.US, '70000000903');
  const { key } = await shop.receive(settlementBytes(file, DIALECTS.US));
  const entries = await shop.test.books.listEntries({ originKey: key });
  const approve = async ({ id }: EntryRecord) => {
    for (const name of ['ben', 'bea'] as const)
      await visitors.get(name)!.post(`/entries/${id}/approve`, { why: 'looked at' });
  };
  const before = await rowOf('anna', 'approved');
  const asked = (await rowOf('ben', 'approvals')).needsYou;
  await approve(entries[0]!);
  expect(entries).toHaveLength(2);
  const { needsYou, count, yours } = before;
  expect(await rowOf('anna', 'approved')).toEqual({ needsYou, count: count + 1, yours, waitsFor: ['approver'] });
  const refused = await visitors.get('anna')!.post(`/settlements/${key}/post`, { why: 'try' });
  expect(refused.body.code).toBe('SETTLEMENT_HELD_BACK');
  // The entry itself tells it, in the words of the refusal, before anybody tries.
  const heldBackOf = async ({ id }: EntryRecord) => (await visitors.get('anna')!.get(`/entries/${id}`)).body.heldBack;
  const [first, second] = entries.map(({ entry }) => entry.postingKey);
  const tried = await visitors.get('anna')!.post(`/entries/${entries[0]!.id}/post`, { why: 'try' });
  const { code, says, next } = tried.body;
  expect(await heldBackOf(entries[0]!)).toMatchObject({ code, says, next });
  expect(says).toBe(
    `Entry ${first} is not sent, because settlement 70000000903 would be in SAP by half: ${second} waits for approval.`,
  );
  // control: what nobody has approved waits for that, and not for others.
  expect(await heldBackOf(entries[1]!)).toBeNull();
  // What holds it is counted for whoever approves: not twice, and not as somebody else's.
  expect(await rowOf('ben', 'approved')).toMatchObject({ needsYou: asked - 1, yours: 0, waitsFor: ['accountant'] });

  // control: once all of it is approved, all of it is hers.
  await approve(entries[1]!);
  expect(await Promise.all(entries.map(heldBackOf))).toEqual([null, null]);
  expect(await rowOf('anna', 'approved')).toEqual({
    needsYou: needsYou + 2,
    count: count + 2,
    yours: yours + 2,
    waitsFor: [],
  });
});

const ROUTE_OF: Readonly<Record<WaitingKind, string>> = {
  approvals: 'POST /entries/:id/approve',
  tables: 'POST /mapping/:connection/versions/:number/approve',
  rules: 'POST /approvals/:connection/accept-rules',
  approved: 'POST /entries/:id/post',
  values: 'POST /mapping/:connection/versions',
  quarantined: 'POST /settlements/:id/propose',
  rejected: 'POST /entries/:id/approve',
  unknown: 'POST /entries/:id/resolve',
  jobs: 'POST /jobs/:id/replay',
  credentials: 'PUT /connections/:name/secrets/:secret',
};

it.each(WaitingKind.options)('what waits as %s is counted for those whom its route lets in', (kind) => {
  const route = (wanted: string) =>
    ACCESS_TABLE.split('\n')
      .map((line) => line.trim().split(/\s+/))
      .find(([method, path]) => `${method} ${path}` === wanted);
  const roles = Object.entries({
    V: 'viewer',
    A: 'accountant',
    P: 'approver',
    M: 'mapping-editor',
    S: 'administrator',
    U: 'auditor',
  } as const);
  const may = roles.filter(([, role]) => permissionsOf([role]).has(TAKES[kind])).map(([initial]) => initial);
  expect(may.join('')).toBe(route(ROUTE_OF[kind])?.[2]);
});
