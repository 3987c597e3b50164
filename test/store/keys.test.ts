import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertMove, type ConnectionId } from '../../src/app/index.ts';
import { createBooks, createFeedBooks, type Database, givenKeys, keyFile, VaultKey } from '../../src/store/index.ts';
import { sealBytes } from '../../src/store/keys/cipher.ts';
import { destroyUnusedDataKeys } from '../../src/store/keys/destroy-data-keys.ts';
import { type KeyCare, openKeyCare } from '../../src/store/keys/key-care.ts';
import type { KeySource } from '../../src/store/keys/key-ring.ts';
import { openVault } from '../../src/store/keys/open-vault.ts';
import { timeOf } from '../../src/store/store-time.ts';
import type { Vault } from '../../src/store/vault.ts';
import { buyer, DAY_MS, dumpOf, openTestFeeds, type TestFeeds } from './feed-samples.ts';
import { ANNA, problemCode } from './samples.ts';

const key = (byte: number) => new VaultKey(Buffer.alloc(32, byte));
const [OLD, NEW] = [key(7), key(8)];
const SECRETS = { 'amazon.refreshToken': 'CANARY-token', 'sap.password': 'CANARY-password' };

let test: TestFeeds;
beforeAll(async () => {
  test = await openTestFeeds();
});
afterAll(() => test.close());

/** A database of its own whose vault key is {@link OLD}, for tests that change that. */
function onOwnDatabase(work: () => Promise<void>): () => Promise<void> {
  return async () => {
    const shared = test;
    test = await openTestFeeds();
    try {
      await work();
    } finally {
      await test.close();
      test = shared;
    }
  };
}

/** The program as it runs with these keys. */
async function processWith(...sources: readonly KeySource[]) {
  const readTime = timeOf(test.time);
  const { vault } = await openVault({ database: test.database, sources, readTime });
  return programOn(vault);
}

function programOn(vault: Vault) {
  const options = { ...test, vault, readTime: timeOf(test.time) };
  return { vault, books: createBooks({ ...options, assertMove }), feeds: createFeedBooks(options) };
}

const careOf = (keys: readonly VaultKey[], database: Database = test.database) =>
  openKeyCare({ database, sources: [givenKeys(keys)], readTime: timeOf(test.time) });

let named = 0;
async function addShop(books = test.books): Promise<ConnectionId> {
  named += 1;
  const name = `shop-${named}`;
  const { id } = await books.addConnection({ name, sellerAccount: `S${named}`, settings: {}, secrets: SECRETS }, ANNA);
  return id;
}

const secretsOf = (id: ConnectionId, books = test.books) => books.openSecrets(id, ANNA, 'a test');
const inDays = (days: number) => new Date(test.time.nowMs() + days * DAY_MS).toISOString();
const count = async (from: string) =>
  Number((await test.database.pool.query(`select count(*) as n from ${from}`)).rows[0].n);

/** What an older program stored: sealed by the vault key itself. */
async function sealAsBefore(id: ConnectionId, byte: number): Promise<void> {
  const sealed = (name: string, text: string) =>
    sealBytes(Buffer.alloc(32, byte), Buffer.from(JSON.stringify([id, name])), Buffer.from(text));
  for (const [name, text] of Object.entries(SECRETS)) {
    const { nonce, ciphertext, tag } = sealed(name, text);
    await test.database.pool.query(
      `update secret set key_id = $1, data_key_id = null, nonce = $2, ciphertext = $3, tag = $4
       where connection_id = $5 and name = $6`,
      [key(byte).id, nonce, ciphertext, tag, id, name],
    );
  }
  const { nonce, ciphertext, tag } = sealed('buyer/old-1', JSON.stringify(buyer({ orderId: 'old-1' })));
  await test.database.pool.query(
    `insert into order_buyer (connection_id, order_id, key_id, nonce, ciphertext, tag, delete_after)
     values ($1, 'old-1', $2, $3, $4, $5, $6)`,
    [id, key(byte).id, nonce, ciphertext, tag, inDays(10)],
  );
}

describe('the vault', () => {
  it('opens with the key of its database alone, and says so when it is opened, not at the first secret', async () => {
    expect(await problemCode(processWith(givenKeys([NEW])))).toBe('VAULT_KEY_WRONG');
    const error = await processWith(givenKeys([NEW])).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'invalid', says: expect.stringContaining(OLD.id) });
    expect(error).toMatchObject({ says: expect.stringContaining(NEW.id) });
    // control: with its own key it opens, also beside another one.
    expect((await processWith(givenKeys([NEW, OLD]))).vault).toBeDefined();
  });

  it('is not opened where the key is missing, and no other key is made there', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'keys-')), 'vault.key');
    expect(await problemCode(processWith(keyFile(path, { mayMake: true })))).toBe('VAULT_KEY_MISSING');
    expect(existsSync(path)).toBe(false);
  });

  it('holds no key and no secret in the clear', async () => {
    await addShop();
    const dump = await dumpOf(test);
    for (const bytes of [Buffer.alloc(32, 7), Buffer.from('CANARY')]) expect(dump).not.toContain(bytes.toString('hex'));
    expect(dump).not.toContain('CANARY');
    // control: the dump shows where they are kept.
    expect(dump).toContain(OLD.id);
  });

  it('seals each connection with a data key of its own, bound to it', async () => {
    const [one, two] = [await addShop(), await addShop()];
    const { rows } = await test.database.pool.query(
      'select distinct connection_id, data_key_id from secret where connection_id in ($1, $2)',
      [one, two],
    );
    expect(new Set(rows.map(({ data_key_id }) => data_key_id)).size).toBe(2);
    await test.database.pool.query(
      `update wrapped_data_key w set wrapped = s.wrapped from wrapped_data_key s, data_key t, data_key o
       where w.data_key_id = t.id and t.connection_id = $1 and s.data_key_id = o.id and o.connection_id = $2`,
      [two, one],
    );
    const fresh = await processWith(givenKeys([OLD]));
    expect(await problemCode(secretsOf(two, fresh.books))).toBe('SECRET_DAMAGED');
    expect(await secretsOf(one, fresh.books)).toEqual(SECRETS);
  });

  it('makes one data key when several begin to seal for a connection at once', async () => {
    const { id } = await test.books.addConnection(
      { name: 'empty', sellerAccount: 'E', settings: {}, secrets: {} },
      ANNA,
    );
    await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        test.books.updateConnection(id, { settings: {}, secrets: { [`s${index}`]: 'x' } }, ANNA, 'a test'),
      ),
    );
    expect(await count(`data_key where connection_id = '${id}'`)).toBe(1);
    expect(Object.keys(await secretsOf(id))).toHaveLength(6);
  });

  it('opens what an older program sealed, and seals it anew when it is written', async () => {
    const id = await addShop();
    await sealAsBefore(id, 7);
    expect(await secretsOf(id)).toEqual(SECRETS);
    expect((await test.feeds.openBuyer(id, 'old-1', ANNA, 'a test'))?.name).toBe('CANARY Erika Mustermann');
    await test.books.updateConnection(id, { settings: {}, secrets: { 'sap.password': 'next' } }, ANNA, 'a test');
    expect(await count(`secret where connection_id = '${id}' and key_id is not null`)).toBe(1);
    expect(await secretsOf(id)).toEqual({ ...SECRETS, 'sap.password': 'next' });
    await sealAsBefore(id, 9).catch(() => {});
    expect(await problemCode(secretsOf(id))).toBe('VAULT_KEY_WRONG');
    await test.books.updateConnection(id, { settings: {}, secrets: SECRETS }, ANNA, 'a test');
  });
});

/** The same database for somebody who dies when the transaction with that number would begin. */
function dyingAt(database: Database, last: number): Database {
  let begun = 0;
  return {
    ...database,
    transaction: (work) => {
      begun += 1;
      return begun > last ? Promise.reject(new Error('killed')) : database.transaction(work);
    },
  };
}

describe('a vault key', () => {
  it(
    'is rotated while processes that have only the old one run on, and retired at the end',
    onOwnDatabase(async () => {
      const id = await addShop();
      await sealAsBefore(id, 7);
      const before = await processWith(givenKeys([OLD]));
      const fingerprint = before.vault.fingerprint('text');

      const care = await careOf([NEW, OLD]);
      expect(await care.rotate(ANNA, 'a year is over')).toMatchObject({
        from: OLD.id,
        to: NEW.id,
        resealed: { secrets: 2, buyers: 1 },
      });
      // Who has the old key reads, and replaces what is sealed already; it makes no data key that nobody with the new one knows.
      expect(await secretsOf(id, before.books)).toEqual(SECRETS);
      expect(await secretsOf(id, (await processWith(givenKeys([OLD]))).books)).toEqual(SECRETS);
      await before.books.updateConnection(id, { settings: {}, secrets: SECRETS }, ANNA, 'a test');
      expect(await problemCode(addShop(before.books))).toBe('VAULT_KEY_ROTATED');
      const after = await processWith(givenKeys([NEW]));
      expect(await secretsOf(id, after.books)).toEqual(SECRETS);
      expect(after.vault.fingerprint('text')).toBe(fingerprint);
      const added = await addShop(after.books);

      expect(await care.retire(ANNA, 'all run with the new one', { fromFile: false })).toEqual([OLD.id]);
      expect(await care.retire(ANNA, 'again', { fromFile: false })).toEqual([]);
      expect(await problemCode(processWith(givenKeys([OLD])))).toBe('VAULT_KEY_WRONG');
      expect(await secretsOf(added, (await processWith(givenKeys([NEW]))).books)).toEqual(SECRETS);
      const { vaultKeys } = await care.list();
      expect(vaultKeys.find(({ id: each }) => each === OLD.id)).toMatchObject({ state: 'retired', dataKeys: 0 });
      expect(vaultKeys.find(({ id: each }) => each === NEW.id)).toMatchObject({ state: 'current', isHere: true });
      const events = await test.books.listEvents({ subject: 'installation/keys' });
      expect(events.map(({ action, why }) => [action, why])).toEqual([
        ['key.join', 'a year is over'],
        ['key.rotate', 'a year is over'],
        ['key.retire', 'all run with the new one'],
      ]);
    }),
  );

  it('is not rotated without another one that the database does not know', async () => {
    expect(await problemCode((await careOf([OLD])).rotate(ANNA, 'no'))).toBe('VAULT_KEY_NEXT_MISSING');
  });

  it(
    'is rotated and retired by whoever was killed at any step, and everything opens with the key in use all the time',
    onOwnDatabase(async () => {
      const shop = await addShop();
      const opensWith = async (...keys: VaultKey[]) => secretsOf(shop, (await processWith(givenKeys(keys))).books);
      const attempt = async (keys: VaultKey[], last: number, work: (care: KeyCare) => Promise<unknown>) =>
        work(await careOf(keys, dyingAt(test.database, last))).then(
          () => 'done',
          (error: Error) => error.message,
        );
      const outcomes: string[] = [];
      for (let last = 0; outcomes.at(-1) !== 'done' && last < 20; last += 1) {
        outcomes.push(await attempt([NEW, OLD], last, (care) => care.rotate(ANNA, 'in pieces')));
        expect(await opensWith(OLD)).toEqual(SECRETS);
      }
      // control: it was killed several times.
      expect(outcomes).toEqual(['killed', 'killed', 'killed', 'killed', 'done']);
      expect(await opensWith(NEW)).toEqual(SECRETS);
      const retire = (care: KeyCare) => care.retire(ANNA, 'in pieces', { fromFile: false });
      for (let last = 0; last < 5; last += 1) {
        await attempt([NEW], last, retire);
        expect(await opensWith(NEW)).toEqual(SECRETS);
      }
      expect(await problemCode(opensWith(OLD))).toBe('VAULT_KEY_WRONG');
      // One that was retired does not come back by mistake.
      expect(await problemCode((await careOf([NEW, OLD])).rotate(ANNA, 'no'))).toBe('VAULT_KEY_NEXT_MISSING');
    }),
  );

  it(
    'that a file holds is made there by the rotation, and found there by processes that run',
    onOwnDatabase(async () => {
      const path = join(mkdtempSync(join(tmpdir(), 'keys-')), 'vault.key');
      writeFileSync(path, `${Buffer.alloc(32, 7).toString('base64')}\n`);
      const file = keyFile(path, { mayMake: true });
      const running = await processWith(file);
      const care = await openKeyCare({ database: test.database, sources: [file] });
      const { to } = await care.rotate(ANNA, 'a new one');
      expect(await secretsOf(await addShop(running.books), running.books)).toEqual(SECRETS);
      expect(await care.retire(ANNA, 'over', { fromFile: true })).toEqual([OLD.id]);
      expect((await file.read())?.map(({ id }) => id)).toEqual([to]);
      expect(await secretsOf(await addShop(running.books), running.books)).toEqual(SECRETS);
    }),
  );
});

describe('a data key', () => {
  it('is replaced while others read and write, and nothing of the old one is left', async () => {
    const { books, feeds } = await processWith(givenKeys([OLD]));
    const id = await addShop(books);
    const orders = Array.from({ length: 450 }, (_, index) => `d-${index}`);
    const put = (from: number, to: number) =>
      feeds.putBuyers(
        id,
        orders.slice(from, to).map((orderId) => buyer({ orderId, deleteAfter: inDays(20) })),
      );
    await put(0, 450);
    const care = await careOf([OLD]);
    const [rotation, , read] = await Promise.all([
      care.rotateData(id, ANNA, 'a laptop was stolen'),
      put(100, 120),
      Promise.all(Array.from({ length: 5 }, () => secretsOf(id, books))),
    ]);
    expect(read).toEqual(Array.from({ length: 5 }, () => SECRETS));
    expect(rotation).toMatchObject({ version: 2 });
    expect(await count(`data_key where connection_id = '${id}'`)).toBe(1);
    const fresh = await processWith(givenKeys([OLD]));
    expect(await secretsOf(id, fresh.books)).toEqual(SECRETS);
    for (const orderId of ['d-0', 'd-110', 'd-449']) {
      expect((await fresh.feeds.openBuyer(id, orderId, ANNA, 'a test'))?.orderId).toBe(orderId);
    }
    const events = await books.listEvents({ subject: `connection/${id}` });
    expect(events.map(({ action }) => action)).toEqual(expect.arrayContaining(['key.rotate-data', 'key.destroy-data']));
  });

  it('is replaced by whoever was killed at any step, and everything opens all the time', async () => {
    const { books } = await processWith(givenKeys([OLD]));
    const id = await addShop(books);
    for (let last = 0; last < 5; last += 1) {
      const care = await careOf([OLD], dyingAt(test.database, last));
      await care.rotateData(id, ANNA, 'in pieces').catch(() => {});
      expect(await secretsOf(id, (await processWith(givenKeys([OLD]))).books)).toEqual(SECRETS);
    }
    expect(await count(`data_key where connection_id = '${id}'`)).toBe(1);
  });

  it('VAULT_KEY_MOVING: is replaced by one of two who do it at the same moment', async () => {
    const id = await addShop();
    const holder = await test.database.pool.connect();
    await holder.query('begin');
    await holder.query('select from data_key where connection_id = $1 for update', [id]);
    const care = await careOf([OLD]);
    const both = Promise.allSettled([care.rotateData(id, ANNA, 'one'), care.rotateData(id, ANNA, 'the other')]);
    await expect
      .poll(() => count("pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"))
      .toBe(2);
    await holder.query('commit');
    holder.release();
    const outcomes = (await both).map((outcome) =>
      outcome.status === 'fulfilled' ? outcome.value.version : outcome.reason.code,
    );
    expect(outcomes.sort()).toEqual([2, 'VAULT_KEY_MOVING']);
    expect(await secretsOf(id, (await processWith(givenKeys([OLD]))).books)).toEqual(SECRETS);
  });

  it('of the installation is replaced likewise', async () => {
    const { books } = await processWith(givenKeys([OLD]));
    await books.changeInstallation({ settings: {}, secrets: { smtp: 'CANARY' }, keptSecretNames: [] }, ANNA, 'a test');
    await (await careOf([OLD])).rotateData(null, ANNA, 'a test');
    expect(await books.openInstallationSecrets(ANNA, 'a test')).toEqual({ smtp: 'CANARY' });
  });

  it('is destroyed when it seals nothing any more, and not before', async () => {
    const { books, feeds } = await processWith(givenKeys([OLD]));
    const [gone, kept] = [await addShop(books), await addShop(books)];
    await feeds.putBuyers(gone, [buyer({ orderId: 'x', deleteAfter: inDays(20) })]);
    const destroy = () => test.database.transaction((session) => destroyUnusedDataKeys(session, gone));
    await test.database.pool.query('delete from secret where connection_id = $1', [gone]);
    expect(await destroy()).toBe(0);
    expect(await feeds.openBuyer(gone, 'x', ANNA, 'a test')).toBeDefined();
    await test.database.pool.query('delete from order_buyer where connection_id = $1', [gone]);
    expect(await destroy()).toBe(1);
    expect(await count(`data_key where connection_id = '${gone}'`)).toBe(0);
    expect(await secretsOf(kept, books)).toEqual(SECRETS);
  });
});

it(
  'what a lost vault key sealed is given up on a person’s word alone, and the books begin with another key',
  onOwnDatabase(async () => {
    const { books } = await processWith(givenKeys([OLD]));
    const id = await addShop(books);
    const lost = OLD.id;
    expect(await problemCode((await careOf([OLD])).abandon(lost, ANNA, 'no'))).toBe('VAULT_KEY_NOT_LOST');
    expect(await problemCode((await careOf([NEW])).abandon('0123456789abcdef', ANNA, 'no'))).toBe('VAULT_KEY_NOT_LOST');
    expect(await secretsOf(id, books)).toEqual(SECRETS);
    const care = await careOf([NEW]);
    expect((await care.abandon(lost, ANNA, 'the disk died')).secrets).toBe(2);
    const again = await processWith(givenKeys([NEW]));
    expect(await secretsOf(id, again.books)).toEqual({});
    await again.books.updateConnection(id, { settings: {}, secrets: SECRETS }, ANNA, 'entered again');
    expect(await secretsOf(id, again.books)).toEqual(SECRETS);
    expect(await again.books.verify()).toMatchObject({ ok: true });
  }),
);
