/** What a person says about the number of a customer is looked up before it is believed. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { adoptCustomer } from '../../src/app/index.ts';
import { ANNA } from '../store/samples.ts';
import { type CustomerChange, type CustomerKit, GERMANY, keyOf, openCustomerKit } from './customer-kit.ts';

let kit: CustomerKit;
beforeAll(async () => {
  kit = await openCustomerKit();
});
afterAll(() => kit.close());

it('CUSTOMER_NUMBER_UNKNOWN, CUSTOMER_SYSTEM_OTHER: a number is only taken that this SAP shows', async () => {
  await kit.run();
  const record = await kit.record(keyOf(GERMANY));
  const decide = (partnerNumber: string, change: CustomerChange = {}) =>
    adoptCustomer(kit.with({ actor: ANNA, ...change }), record, { partnerNumber, why: 'x' });
  await expect(decide('999')).rejects.toMatchObject({ code: 'CUSTOMER_NUMBER_UNKNOWN', data: '999' });
  await expect(decide('1000000', { sapSystem: 'moved/100' })).rejects.toMatchObject({
    code: 'CUSTOMER_SYSTEM_OTHER',
  });
  expect(await kit.record(record.key)).toEqual(record);
  // control: one that SAP shows is taken, whoever made it.
  const other = kit.rows('A_BusinessPartner').find((row) => row.BusinessPartner !== '1000000');
  const { customer } = await decide(String(other?.BusinessPartner));
  expect(customer).toMatchObject({ partnerNumber: other?.BusinessPartner });
});
