/** A customer per buyer: only of what is kept of buyers, once, and without a word about them anywhere else. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Log } from '../../src/core/index.ts';
import { buyer, order } from '../store/feed-samples.ts';
import { type CustomerKit, keyOf, openCustomerKit } from './customer-kit.ts';

const CANARY = /canary/i;
const ADDRESS = {
  name: 'Canary Person',
  addressLine1: 'Canary street 1',
  city: 'Canarytown',
  postalCode: '50667',
  countryCode: 'DE',
  stateOrRegion: 'Nordrhein-Westfalen',
  phone: '+49 30 1234',
};
const ids = ['028-0000001-0000001', '028-0000002-0000002', '028-0000003-0000003', '028-0000004-0000004'] as const;
const rules = { per: 'buyer' as const };

let kit: CustomerKit;
const logged: string[] = [];
const log: Log = { write: (...line) => logged.push(JSON.stringify(line)) };
beforeAll(async () => {
  kit = await openCustomerKit();
  const { id } = kit.context.connection;
  const orders = ids.map((orderId) => order({ orderId, isReplacementOf: null }));
  await kit.feeds.putOrders(id, [orders[0]!, orders[1]!, orders[2]!, { ...orders[3]!, status: 'unshipped' }], {
    reportSha256: null,
  });
  await kit.feeds.putBuyers(id, [
    buyer({ orderId: ids[0], name: 'Canary Person', email: 'canary@marketplace.example', address: ADDRESS }),
    buyer({ orderId: ids[1], companyName: 'Canary GmbH', address: { ...ADDRESS, addressLine2: 'Hinterhaus' } }),
    buyer({ orderId: ids[2], address: null }),
    buyer({ orderId: ids[3], address: ADDRESS }),
  ]);
});
afterAll(() => kit.close());

describe('customers per buyer', () => {
  it('CUSTOMER_BUYER_INCOMPLETE: are made of shipped orders whose buyer is told, with the order as reference', async () => {
    const report = await kit.run({ rules, log });
    expect(report).toMatchObject({ created: 2, problems: [{ code: 'CUSTOMER_BUYER_INCOMPLETE', data: ids[2] }] });
    const own = (orderId: string) =>
      kit.rows('A_BusinessPartner').find((row) => row.BusinessPartnerIDByExtSystem === keyOf(orderId, 'buyer'));
    expect(own(ids[0])).toMatchObject({
      BusinessPartnerCategory: '1',
      LastName: 'Canary Person',
      SearchTerm1: ids[0],
    });
    expect(own(ids[1])).toMatchObject({ BusinessPartnerCategory: '2', OrganizationBPName1: 'Canary GmbH' });
    // Not shipped yet: it may still be cancelled.
    expect(own(ids[3])).toBeUndefined();
    expect(kit.rows('A_BusinessPartnerAddress')).toMatchObject([
      { Country: 'DE', PostalCode: '50667', StreetName: 'Canary street 1', Region: '' },
      { StreetName: 'Canary street 1', StreetPrefixName: 'Hinterhaus' },
    ]);
  });

  it('are created once, and a second run does not even open the buyers', async () => {
    const opened = async () =>
      (await kit.test.books.listEvents()).filter(({ action }) => action === 'buyer.open').length;
    const before = await opened();
    expect(await kit.run({ rules, log })).toMatchObject({ created: 0, adopted: 0, changed: 0 });
    // The one that tells too little is looked at again, because a later reading may tell more.
    expect((await opened()) - before).toBe(1);
  });

  it('leave no word of a buyer in audit, log, report or key map', async () => {
    const rows = await kit.test.database.pool.query('select * from customer');
    const events = await kit.test.books.listEvents();
    expect(JSON.stringify(events)).not.toMatch(CANARY);
    expect(JSON.stringify(rows.rows)).not.toMatch(CANARY);
    expect(logged.join()).not.toMatch(CANARY);
    // control: it was there to be found.
    expect(JSON.stringify(kit.rows('A_BusinessPartner'))).toMatch(CANARY);
  });

  it('CUSTOMER_REFUSED: SAP’s words are not shown when they may name a buyer, its codes are', async () => {
    const { id } = kit.context.connection;
    const orderId = '028-0000005-0000005';
    await kit.feeds.putOrders(id, [order({ orderId, isReplacementOf: null })], { reportSha256: null });
    await kit.feeds.putBuyers(id, [
      buyer({ orderId, name: 'Canary Person', email: 'canary is no address', address: ADDRESS }),
    ]);
    const refusing = { rules: { ...rules, grouping: 'NONE' }, log };
    const { problems } = await kit.run(refusing);
    const refusal = problems.find(({ code }) => code === 'CUSTOMER_REFUSED');
    expect(refusal).toMatchObject({
      says: expect.stringMatching(/message \S+\/\d+/),
      data: expect.stringMatching(/\/\d+/),
    });
    expect(JSON.stringify(problems)).not.toMatch(CANARY);
    expect(JSON.stringify(await kit.test.books.listEvents())).not.toMatch(CANARY);
  });

  it('CUSTOMER_BUYER_DELETED: stay known when the buyers are deleted, and who got no customer by then is told', async () => {
    await kit.clock.sleep(60 * 86_400_000);
    await kit.feeds.purgeBuyers(kit.context.actor);
    expect(await kit.run({ rules, log })).toMatchObject({
      created: 0,
      adopted: 0,
      problems: [{ code: 'CUSTOMER_BUYER_DELETED', data: expect.stringContaining(keyOf(ids[2], 'buyer')) }],
    });
    expect(await kit.record(keyOf(ids[0], 'buyer'))).toMatchObject({ state: 'kept', reference: ids[0] });
  });
});
