import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestBooks, type TestBooks } from './database.ts';
import { ANNA, addConnection, problemCode } from './samples.ts';

const CANARY = 'Atzr|CANARY-refresh-token-4711';

let test: TestBooks;
beforeAll(async () => {
  test = await openTestBooks();
});
afterAll(() => test.close());

it('a connection reads back as it was added, and its secrets open again', async () => {
  const settings = { region: 'eu', nested: { list: [1, 'two', null] } };
  const added = await test.books.addConnection(
    {
      name: 'shop',
      sellerAccount: 'A1',
      settings,
      secrets: { 'amazon.refreshToken': CANARY, 'sap.password': 'pässwörd' },
    },
    ANNA,
  );
  expect(await test.books.getConnection('shop')).toEqual(added);
  expect(added).toMatchObject({ name: 'shop', sellerAccount: 'A1', settings });
  expect(await test.books.openSecrets(added.id, ANNA, 'test')).toEqual({
    'amazon.refreshToken': CANARY,
    'sap.password': 'pässwörd',
  });
});

it('no table of the database holds a secret in the clear', async () => {
  const { id } = await test.books.getConnection('shop');
  await test.books.openSecrets(id, ANNA, 'to read a report');
  const dump = await dumpOf(test);
  expect(dump).not.toContain('CANARY');
  expect(dump).not.toContain(Buffer.from('CANARY').toString('hex'));
  expect(dump).not.toContain(Buffer.from('CANARY').toString('base64').slice(0, 6));
  // control: the dump shows what is there, and the secret is there as ciphertext.
  expect(dump).toContain('amazon.refreshToken');
});

it('each use of secrets is an audit event that names them and their purpose, not their values', async () => {
  const connection = await addConnection(test.books);
  await test.books.updateConnection(connection.id, { settings: {}, secrets: { pin: CANARY } }, ANNA, 'pin added');
  await test.books.openSecrets(connection.id, ANNA, 'to list reports');
  const events = await test.books.listEvents({ subject: `connection/${connection.id}` });
  expect(events.map((event) => [event.action, event.why, event.after])).toEqual([
    ['connection.add', 'connection added', expect.objectContaining({ secretNames: [] })],
    ['connection.update', 'pin added', { settings: {}, replacedSecretNames: ['pin'] }],
    ['secret.use', 'to list reports', { secretNames: ['pin'] }],
  ]);
});

it('an update replaces settings and the secrets that are given, and keeps the others', async () => {
  const { id } = await test.books.addConnection(
    { name: 'renewed', sellerAccount: 'A2', settings: { a: 1 }, secrets: { one: '1', two: '2' } },
    ANNA,
  );
  const updated = await test.books.updateConnection(
    id,
    { settings: { b: 2 }, secrets: { two: 'II' } },
    ANNA,
    'renewed',
  );
  expect(updated.settings).toEqual({ b: 2 });
  expect(await test.books.openSecrets(id, ANNA, 'test')).toEqual({ one: '1', two: 'II' });
});

it('a second connection of the same name is refused and changes nothing', async () => {
  const before = await test.books.getConnection('shop');
  const again = { name: 'shop', sellerAccount: 'OTHER', settings: {}, secrets: { 'sap.password': 'other' } };
  expect(await problemCode(test.books.addConnection(again, ANNA))).toBe('CONNECTION_EXISTS');
  expect(await test.books.getConnection('shop')).toEqual(before);
  expect(await test.books.openSecrets(before.id, ANNA, 'test')).toMatchObject({ 'sap.password': 'pässwörd' });
});

const settingsIn = (region: string) => ({ amazon: { region } });
const connect = (name: string, sellerAccount: string, region: string) =>
  test.books.addConnection({ name, sellerAccount, settings: settingsIn(region), secrets: { pin: '1' } }, ANNA);

it('SELLER_ACCOUNT_CONNECTED: a seller account has one connection in a region, and another in each other region', async () => {
  await connect('first-na', 'TWICE', 'NA');
  await expect(connect('second-na', 'TWICE', 'NA')).rejects.toMatchObject({
    code: 'SELLER_ACCOUNT_CONNECTED',
    kind: 'conflict',
    says: expect.stringMatching(/TWICE in region NA .* by first-na: .* booked once/),
    next: expect.stringContaining('--database-url'),
  });
  expect(await problemCode(test.books.getConnection('second-na'))).toBe('CONNECTION_UNKNOWN');
  // control: another region, and another seller account.
  await connect('first-eu', 'TWICE', 'EU');
  await connect('other-na', 'ONCE', 'NA');
});

it('of two connections of one seller account that are added at once, one is refused', async () => {
  const outcomes = await Promise.allSettled(['race-1', 'race-2', 'race-3'].map((name) => connect(name, 'RACE', 'FE')));
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
});

it('an update cannot move a connection into the region of another one of its seller account', async () => {
  const { id } = await test.books.getConnection('first-eu');
  const moved = test.books.updateConnection(id, { settings: settingsIn('NA'), secrets: { pin: '2' } }, ANNA, 'moved');
  expect(await problemCode(moved)).toBe('SELLER_ACCOUNT_CONNECTED');
  expect((await test.books.getConnection('first-eu')).settings).toEqual(settingsIn('EU'));
  expect(await test.books.openSecrets(id, ANNA, 'test')).toEqual({ pin: '1' });
  // control: it may be updated where it is, and moved to where there is none.
  await test.books.updateConnection(id, { settings: settingsIn('EU'), secrets: {} }, ANNA, 'as it was');
  await test.books.updateConnection(id, { settings: settingsIn('FE'), secrets: {} }, ANNA, 'moved');
});

it('an unknown connection is refused and the known ones are named', async () => {
  await expect(test.books.getConnection('shpo')).rejects.toMatchObject({
    code: 'CONNECTION_UNKNOWN',
    says: expect.stringContaining('shop'),
  });
});

it('a ciphertext moved to another connection or another name does not open', async () => {
  const secrets = { pin: '1111', puk: '2222' };
  const one = await test.books.addConnection({ name: 'one', sellerAccount: 'X', settings: {}, secrets }, ANNA);
  const two = await test.books.addConnection({ name: 'two', sellerAccount: 'X', settings: {}, secrets }, ANNA);
  await test.database.pool.query(
    `update secret t set nonce = s.nonce, ciphertext = s.ciphertext, tag = s.tag from secret s
     where t.connection_id = $1 and s.connection_id = $2 and t.name = 'pin' and s.name = 'pin'`,
    [two.id, one.id],
  );
  expect(await problemCode(test.books.openSecrets(two.id, ANNA, 'test'))).toBe('SECRET_DAMAGED');
  await test.database.pool.query(
    `update secret t set nonce = s.nonce, ciphertext = s.ciphertext, tag = s.tag from secret s
     where t.connection_id = $1 and s.connection_id = $1 and t.name = 'pin' and s.name = 'puk'`,
    [one.id],
  );
  expect(await problemCode(test.books.openSecrets(one.id, ANNA, 'test'))).toBe('SECRET_DAMAGED');
});

/** Every row of every table as text, bytes as hexadecimal digits. */
async function dumpOf({ database }: TestBooks): Promise<string> {
  const { rows: tables } = await database.pool.query<{ name: string }>(
    "select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public'",
  );
  expect(tables.length).toBeGreaterThan(15);
  const parts = await Promise.all(
    tables.map(({ name }) => database.pool.query<{ row: string }>(`select ${name}::text as row from ${name}`)),
  );
  return parts.flatMap(({ rows }) => rows.map(({ row }) => row)).join('\n');
}
