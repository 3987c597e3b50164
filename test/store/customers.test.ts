/** The key map: its laws are the database's too, because without it a customer would be created a second time. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertCustomerMove, type CustomerPlace, type CustomerStore, customerKeyOf } from '../../src/app/index.ts';
import { createCustomerStore, timeOf } from '../../src/store/index.ts';
import { createVault } from '../../src/store/vault.ts';
import { TestClock } from '../simulation/test-clock.ts';
import { openTestBooks, type TestBooks } from './database.ts';
import { ANNA, addConnection } from './samples.ts';

const clock = new TestClock(Date.parse('2026-11-23T08:00:00.000Z'));
const key = (reference: string) => customerKeyOf({ sellerAccount: 'A2SELLER', kind: 'marketplace', reference });
let test: TestBooks;
let store: CustomerStore;
let place: CustomerPlace;
beforeAll(async () => {
  test = await openTestBooks({ clock });
  store = createCustomerStore({ ...test, assertCustomerMove, readTime: timeOf(clock) });
  const { id: connectionId } = await addConnection(test.books);
  place = { connectionId, sapSystem: 'sap.test/100', key: key('DE') };
  const wanted = ['DE', 'FR'].map((reference) => ({ key: key(reference), kind: 'marketplace' as const, reference }));
  expect(await store.wantCustomers(place, wanted, ANNA)).toBe(2);
  expect(await store.wantCustomers(place, wanted, ANNA)).toBe(0);
});
afterAll(() => test.close());

const move = (from: 'wanted' | 'creating' | 'unknown', to: 'creating' | 'unknown' | 'kept', more: object = {}) =>
  store.moveCustomer({ ...place, from, to, actor: ANNA, why: 'test', ...more });

describe('a customer key', () => {
  it('is 20 capital letters and digits, and the same for the same facts for ever', () => {
    expect(key('DE')).toMatch(/^AMZ[A-Z2-7]{17}$/);
    expect(customerKeyOf({ sellerAccount: 'A2EXAMPLE1234', kind: 'marketplace', reference: 'A1PA6795UKMFR9' })).toBe(
      'AMZZ23QWY5OX4WJ6HVNF',
    );
    expect(key('DE')).not.toBe(customerKeyOf({ sellerAccount: 'A2SELLER', kind: 'buyer', reference: 'DE' }));
  });
});

describe('the life of a customer', () => {
  it('STATE_MOVED, STATE_MOVE_IMPOSSIBLE: moves from where it is, as it may, each with its event', async () => {
    const before = (await test.books.listEvents()).length;
    await expect(move('wanted', 'unknown')).rejects.toMatchObject({ code: 'STATE_MOVE_IMPOSSIBLE' });
    await expect(move('unknown', 'kept', { partnerNumber: '1' })).rejects.toMatchObject({ code: 'STATE_MOVED' });
    expect(await move('wanted', 'creating', { intended: { field: 'print' } })).toMatchObject({ attempt: 1 });
    await clock.sleep(1_000);
    expect(await move('creating', 'unknown')).toMatchObject({
      state: 'unknown',
      intended: { field: 'print' },
      unknownSince: '2026-11-23T08:00:01.000Z',
    });
    await store.noteCustomer(place, 'unknown', { isChecked: true });
    const kept = await move('unknown', 'kept', { partnerNumber: '1000000', customerNumber: null });
    expect(kept).toMatchObject({ partnerNumber: '1000000', unknownSince: null, checkedAt: '2026-11-23T08:00:01.000Z' });
    const events = (await test.books.listEvents()).slice(before);
    expect(events.map(({ action }) => action)).toEqual(['customer.creating', 'customer.unknown', 'customer.kept']);
    expect(events.at(-1)).toMatchObject({ actor: ANNA, after: { customerKey: place.key, partnerNumber: '1000000' } });
    await expect(store.noteCustomer(place, 'wanted', {})).rejects.toMatchObject({ code: 'STATE_MOVED' });
  });

  it('CUSTOMER_UNKNOWN, CUSTOMER_AMBIGUOUS: it is found by key, number and reference, when that is one', async () => {
    for (const ref of [place.key, '1000000', 'DE'])
      expect(await store.getCustomer(ref)).toMatchObject({ key: place.key });
    await expect(store.getCustomer('nobody')).rejects.toMatchObject({ code: 'CUSTOMER_UNKNOWN' });
    const elsewhere = { ...place, sapSystem: 'other.test' };
    await store.wantCustomers(elsewhere, [{ key: place.key, kind: 'marketplace', reference: 'DE' }], ANNA);
    await expect(store.getCustomer('DE')).rejects.toMatchObject({ code: 'CUSTOMER_AMBIGUOUS' });
    // control: in the other system it is another customer.
    expect(await store.findCustomer(elsewhere)).toMatchObject({ state: 'wanted', partnerNumber: null });
  });
});

describe('the database', () => {
  const run = (statement: string) =>
    test.database.pool.query(statement).then(
      () => 'accepted',
      (error: Error) => error.message,
    );

  it.each([
    ['delete from customer', 'append-only'],
    ['truncate customer', 'append-only'],
    ["update customer set reference = 'IT' where reference = 'FR'", 'never changes'],
    ["update customer set attempt = attempt + 2 where reference = 'FR'", 'one by one'],
    [
      "update customer set partner_number = null, state = 'conflict' where partner_number is not null",
      'never forgotten',
    ],
    ["update customer set state = 'kept' where reference = 'FR'", 'kept_has_number'],
    ["update customer set partner_number = '7' where reference = 'FR'", 'wanted_has_none'],
    ["update customer set state = 'creating' where reference = 'FR'", 'sent_means_attempted'],
    ["update customer set state = 'kept', partner_number = '1000000' where reference = 'FR'", 'customer_by_partner'],
  ])('refuses: %s', async (statement, why) => {
    expect(await run(statement)).toContain(why);
  });

  it('control: what the program does is accepted', async () => {
    expect(await run("update customer set problem = null where reference = 'FR'")).toBe('accepted');
  });
});

describe('a fingerprint', () => {
  it('is the same for the same value of the same field of the same customer, with the same key only', () => {
    const print = store.fingerprint(place.key, 'address.city', 'Berlin');
    expect(print).toMatch(/^[0-9a-f]{32}$/);
    expect(store.fingerprints(place.key, { 'address.city': 'Berlin' })).toEqual({ 'address.city': print });
    const others = [
      store.fingerprint(place.key, 'address.city', 'berlin'),
      store.fingerprint(place.key, 'address.district', 'Berlin'),
      store.fingerprint(key('FR'), 'address.city', 'Berlin'),
      createCustomerStore({
        database: test.database,
        vault: createVault(test.vault, Buffer.alloc(32, 8)),
        assertCustomerMove,
      }).fingerprint(place.key, 'address.city', 'Berlin'),
    ];
    expect(others).not.toContain(print);
    expect(new Set(others).size).toBe(4);
  });
});
