import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ConnectionId, SellerMarketplace } from '../../src/app/index.ts';
import type { ProblemFacts } from '../../src/core/index.ts';
import { DAY_MS, day, openTestFeeds, START, type TestFeeds } from './feed-samples.ts';
import { ANNA, addConnection, EUR, SYSTEM_ACTOR } from './samples.ts';

let test: TestFeeds;
beforeAll(async () => {
  test = await openTestFeeds();
});
afterAll(() => test.close());

const REVOKED: ProblemFacts = {
  code: 'AMAZON_LOGIN_REVOKED',
  kind: 'rejected',
  says: 'It was revoked.',
  next: 'Authorise.',
};
const actionsOf = async (id: string) =>
  (await test.books.listEvents({ subject: `connection/${id}` })).map(({ action }) => action);

describe('a connection that was stopped', () => {
  it('says why and since when, and keeps the first reason', async () => {
    const { id } = await addConnection(test.books, 'STOPPED');
    expect(await test.feeds.stoppedBy(id)).toBeUndefined();
    const stoppedAt = new Date(test.time.nowMs()).toISOString();
    await test.feeds.stopConnection(id, REVOKED, SYSTEM_ACTOR);
    await test.time.sleep(1_000);
    await test.feeds.stopConnection(id, { ...REVOKED, code: 'AMAZON_CLIENT_REFUSED' }, SYSTEM_ACTOR);
    expect(await test.feeds.stoppedBy(id)).toEqual({ ...REVOKED, stoppedAt });
    expect(await actionsOf(id)).toEqual(['connection.add', 'connection.stop']);
  });

  it('goes on by a word, with its reason on record', async () => {
    const { id } = await addConnection(test.books, 'RESUMED');
    await test.feeds.stopConnection(id, REVOKED, SYSTEM_ACTOR);
    await test.feeds.resumeConnection(id, ANNA, 'the secret is new');
    await test.feeds.resumeConnection(id, ANNA, 'again');
    expect(await test.feeds.stoppedBy(id)).toBeUndefined();
    const [event] = (await test.books.listEvents({ subject: `connection/${id}` })).slice(-1);
    expect(event).toMatchObject({
      action: 'connection.resume',
      why: 'the secret is new',
      before: { code: REVOKED.code },
    });
    expect(await actionsOf(id)).toEqual(['connection.add', 'connection.stop', 'connection.resume']);
  });

  it('goes on when its settings or secrets are updated', async () => {
    const { id } = await addConnection(test.books, 'UPDATED');
    const other = await addConnection(test.books, 'NOT-UPDATED');
    for (const each of [id, other.id]) await test.feeds.stopConnection(each, REVOKED, SYSTEM_ACTOR);
    await test.books.updateConnection(id, { settings: {}, secrets: { pin: '1' } }, ANNA, 'rotated');
    expect(await test.feeds.stoppedBy(id)).toBeUndefined();
    expect(await test.feeds.stoppedBy(other.id)).toMatchObject(REVOKED);
    const [event] = (await test.books.listEvents({ subject: `connection/${id}` })).slice(-1);
    expect(event?.after).toMatchObject({ resumedFrom: REVOKED.code });
  });
});

describe('a run that began before a connection was mended', () => {
  const hourOn = async () => {
    await test.time.sleep(3_600_000);
    return new Date(test.time.nowMs()).toISOString();
  };
  const mend = {
    'by new secrets': (id: ConnectionId) =>
      test.books.updateConnection(id, { settings: {}, secrets: { pin: '2' } }, ANNA, 'rotated'),
    'by new settings': (id: ConnectionId) => test.books.updateConnection(id, { settings: {}, secrets: {} }, ANNA, 'x'),
    'on a word': (id: ConnectionId) => test.feeds.resumeConnection(id, ANNA, 'Amazon had a fault'),
  };

  it.each(Object.entries(mend))('%s does not stop it', async (how, mended) => {
    const { id } = await addConnection(test.books, `MENDED ${how}`);
    await test.feeds.stopConnection(id, REVOKED, SYSTEM_ACTOR);
    const before = await hourOn();
    await hourOn();
    await mended(id);
    const after = await hourOn();
    const actions = await actionsOf(id);
    expect(await test.feeds.stopConnection(id, REVOKED, SYSTEM_ACTOR, before)).toBe(false);
    expect(await test.feeds.stoppedBy(id)).toBeUndefined();
    expect(await actionsOf(id)).toEqual(actions);
    // control: one that began afterwards does.
    expect(await test.feeds.stopConnection(id, REVOKED, SYSTEM_ACTOR, after)).toBe(true);
    expect(await test.feeds.stoppedBy(id)).toMatchObject(REVOKED);
  });

  it('is not let through by an update that is under way', async () => {
    const { id } = await addConnection(test.books, 'MENDED-NOW');
    const before = await hourOn();
    await hourOn();
    const client = await test.database.pool.connect();
    try {
      await client.query('begin');
      await client.query('update connection set mended_at = $1 where id = $2', [await hourOn(), id]);
      const stopping = test.feeds.stopConnection(id, REVOKED, SYSTEM_ACTOR, before);
      await vi.waitFor(async () => {
        const { rows } = await test.database.pool.query(
          'select from pg_locks join pg_stat_activity using (pid) where datname = current_database() and not granted',
        );
        expect(rows.length).toBeGreaterThan(0);
      });
      await client.query('commit');
      expect(await stopping).toBe(false);
    } finally {
      client.release();
    }
  });
});

it('the day of a secret is that on which it was last entered; one of before that was counted has none', async () => {
  const secrets = { 'amazon.clientSecret': 'a', 'amazon.refreshToken': 'b' };
  const added = { name: 'aged', sellerAccount: 'AGED', settings: {}, secrets };
  const { id } = await test.books.addConnection(added, ANNA);
  const today = new Date(test.time.nowMs()).toISOString().slice(0, 10);
  await test.time.sleep(10 * DAY_MS);
  const later = new Date(test.time.nowMs()).toISOString().slice(0, 10);
  await test.books.updateConnection(id, { settings: {}, secrets: { 'amazon.clientSecret': 'c' } }, ANNA, 'rotated');
  expect(await test.feeds.secretDays(id)).toEqual({ 'amazon.clientSecret': later, 'amazon.refreshToken': today });
  await test.database.pool.query("update secret set stored_at = null where name = 'amazon.refreshToken'");
  expect(await test.feeds.secretDays(id)).toEqual({ 'amazon.clientSecret': later });
});

it('a secret that is entered again as it was stays as old as it was', async () => {
  const secrets = { 'amazon.clientSecret': 'a', 'amazon.refreshToken': 'b' };
  const { id } = await test.books.addConnection({ name: 'same', sellerAccount: 'SAME', settings: {}, secrets }, ANNA);
  const first = new Date(test.time.nowMs()).toISOString().slice(0, 10);
  await test.time.sleep(10 * DAY_MS);
  const later = new Date(test.time.nowMs()).toISOString().slice(0, 10);
  const update = (given: Record<string, string>) =>
    test.books.updateConnection(id, { settings: {}, secrets: given }, ANNA, 'the whole file again');
  await update({ ...secrets, 'amazon.refreshToken': 'c' });
  expect(await test.feeds.secretDays(id)).toEqual({ 'amazon.clientSecret': first, 'amazon.refreshToken': later });
  expect(await test.books.openSecrets(id, ANNA, 'test')).toEqual({ ...secrets, 'amazon.refreshToken': 'c' });

  // One that does not open any more is mended by entering it, and is as new as that.
  await test.database.pool.query("update secret set ciphertext = '\\x00' where name = 'amazon.clientSecret'");
  await update(secrets);
  expect(await test.feeds.secretDays(id)).toMatchObject({ 'amazon.clientSecret': later });
  expect(await test.books.openSecrets(id, ANNA, 'test')).toEqual(secrets);
});

it('a warning is given once for each credential, expiry and threshold, also when many look at once', async () => {
  const { id } = await addConnection(test.books, 'WARNED');
  const warning = { kind: 'client-secret', expiresOn: day('2026-12-23'), threshold: 30 };
  const first = await Promise.all(Array.from({ length: 5 }, () => test.feeds.warnOnce(id, warning)));
  expect(first.filter(Boolean)).toHaveLength(1);
  expect(await test.feeds.warnOnce(id, warning)).toBe(false);
  expect(await test.feeds.warnOnce(id, { ...warning, threshold: 14 })).toBe(true);
  expect(await test.feeds.warnOnce(id, { ...warning, kind: 'authorisation' })).toBe(true);
  expect(await test.feeds.warnOnce(id, { ...warning, expiresOn: day('2027-01-01') })).toBe(true);
  expect((await actionsOf(id)).filter((action) => action === 'connection.warn')).toHaveLength(4);
});

it('marketplaces are those of the last reading, and not known before the first', async () => {
  const { id } = await addConnection(test.books, 'MARKETPLACES');
  const germany: SellerMarketplace = {
    marketplaceId: 'A1PA6795UKMFR9',
    name: 'Amazon.de',
    country: 'DE',
    currency: EUR,
    timeZone: 'Europe/Berlin',
    isParticipating: true,
    hasSuspendedListings: false,
  };
  const unknown = { ...germany, marketplaceId: 'A9', name: 'New', country: 'ZZ', currency: null, timeZone: null };
  expect(await test.feeds.listMarketplaces(id)).toBeUndefined();
  await test.feeds.putMarketplaces(id, [unknown, germany]);
  expect((await test.feeds.listMarketplaces(id))?.marketplaces).toEqual([germany, unknown]);
  await test.time.sleep(7 * DAY_MS);
  await test.feeds.putMarketplaces(id, [{ ...germany, isParticipating: false }]);
  expect(await test.feeds.listMarketplaces(id)).toEqual({
    readAt: new Date(test.time.nowMs()).toISOString(),
    marketplaces: [{ ...germany, isParticipating: false }],
  });
  expect(Date.parse(START)).toBeLessThan(test.time.nowMs());
});
