/** Changes of customers in a SAP that says less, or does less, than one would like. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SYSTEM } from '../../src/app/index.ts';
import { createBusinessPartners } from '../../src/sap/business-partners/create-business-partners.ts';
import type { ODataWriter } from '../../src/sap/odata-write.ts';
import {
  type CustomerBooks,
  type CustomerKit,
  FRANCE,
  GERMANY,
  germany,
  openAccess,
  openCustomerBooks,
  openCustomerKit,
  RULES,
} from './customer-kit.ts';

let books: CustomerBooks;
beforeAll(async () => {
  books = await openCustomerBooks();
});
afterAll(() => books.test.close());
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});
async function open(world: Parameters<typeof openCustomerKit>[0] = {}): Promise<CustomerKit> {
  const kit = await openCustomerKit(world, books);
  opened.push(kit);
  return kit;
}

describe('a business partner whose parts share one state in SAP', () => {
  it('is brought up to date in all its parts, although each write outdates what was read of the others', async () => {
    const kit = await open({ partnerEtags: 'shared' });
    const details = { city: 'Berlin', email: 'a@amazon.example', phone: '+49301' };
    await kit.run({ rules: germany(details) });
    const rules = germany({ name: 'Other', city: 'Bonn', email: 'b@amazon.example', phone: '+49302' });
    const companyCodes = RULES.companyCodes.map((each) => ({ ...each, paymentTerms: '0001' }));
    expect(await kit.run({ rules: { ...rules, companyCodes } })).toMatchObject({ changed: 1, problems: [] });
    expect(kit.rows('A_BusinessPartnerAddress')).toMatchObject([{ CityName: 'Bonn' }]);
    expect(kit.rows('A_AddressEmailAddress')).toMatchObject([{ EmailAddress: 'b@amazon.example' }]);
    expect(kit.rows('A_CustomerCompany').at(-1)).toMatchObject({ PaymentTerms: '0001' });
    expect(await kit.run({ rules: { ...rules, companyCodes } })).toMatchObject({ unchanged: 1, problems: [] });
  });
});

describe('settings that change while customers are maintained', () => {
  it('SETTINGS_OUTDATED: nothing more of a customer leaves by the old ones, neither a change nor a new one', async () => {
    // With books of its own: what is stored changes under all who have read it.
    const kit = await openCustomerKit();
    opened.push(kit);
    const { connection, partners } = kit.context;
    await kit.run({ rules: germany({ city: 'Berlin' }) });
    const changing: typeof partners = {
      ...partners,
      revise: async (...args) => {
        const change = { settings: { ...connection.settings, note: 'other SAP' }, secrets: {} };
        await kit.test.books.updateConnection(connection.id, change, SYSTEM, 'other SAP');
        return partners.revise(...args);
      },
    };
    const wish = { rules: germany({ city: 'Bonn' }), takesPartIn: [GERMANY, FRANCE] };
    await expect(kit.run({ ...wish, partners: changing })).rejects.toMatchObject({ code: 'SETTINGS_OUTDATED' });
    expect(kit.rows('A_BusinessPartnerAddress')).toMatchObject([{ CityName: 'Berlin' }]);

    // Control: whoever has read what is stored goes on.
    const stored = await kit.test.books.getConnection(connection.name);
    expect(await kit.run({ ...wish, connection: stored })).toMatchObject({ changed: 1, created: 1, problems: [] });
    expect(kit.rows('A_BusinessPartnerAddress')).toContainEqual(expect.objectContaining({ CityName: 'Bonn' }));
  });
});

describe('a change that SAP says it did, with an error beside it', () => {
  /** SAP answers changes with such a remark, and does not do the first `lostCount` of them. */
  function remarking(kit: CustomerKit, lostCount: number) {
    const access = openAccess(kit.sap.url, kit.clock);
    opened.push(access);
    const { odata } = access;
    let count = 0;
    const change: ODataWriter['change'] = async (service, entity, body, options) => {
      count += 1;
      // A change of nothing that matters stands for one that SAP leaves out.
      const isLost = count <= lostCount;
      const outcome = await odata.change(service, entity, isLost ? { District: 'X' } : body, options);
      if (outcome.outcome !== 'written') return outcome;
      const remark = { code: 'AM/010', severity: 'error', text: 'City of Erika left out.', target: '' } as const;
      return { ...outcome, remarks: [remark] };
    };
    return { partners: createBusinessPartners({ ...access, odata: { ...odata, change } }), sent: () => count };
  }

  it('is read again, and what is missing is written again', async () => {
    const kit = await open();
    await kit.run({ rules: germany({ city: 'Berlin' }) });
    const { partners, sent } = remarking(kit, 1);
    expect(await kit.run({ partners, rules: germany({ city: 'Bonn' }) })).toMatchObject({ changed: 1, problems: [] });
    expect(kit.rows('A_BusinessPartnerAddress')).toMatchObject([{ CityName: 'Bonn' }]);
    expect(sent()).toBe(2);
  });

  it('control: is not written again when all of it is there', async () => {
    const kit = await open();
    await kit.run({ rules: germany({ city: 'Berlin' }) });
    const { partners, sent } = remarking(kit, 0);
    expect(await kit.run({ partners, rules: germany({ city: 'Bonn' }) })).toMatchObject({ changed: 1, problems: [] });
    expect(sent()).toBe(1);
  });

  it('CUSTOMER_CHANGE_NOT_TAKEN: is left to a person when SAP leaves it out twice', async () => {
    const kit = await open();
    await kit.run({ rules: germany({ city: 'Berlin' }) });
    const { partners, sent } = remarking(kit, 99);
    const report = await kit.run({ partners, rules: germany({ city: 'Bonn' }) });
    expect(report).toMatchObject({ changed: 0, problems: [{ code: 'CUSTOMER_CHANGE_NOT_TAKEN', kind: 'rejected' }] });
    expect(report.problems[0]?.says).toContain('City of Erika left out');
    expect(sent()).toBe(2);
  });
});
