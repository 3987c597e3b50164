import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/app/index.ts';
import { openService } from '../contract/sim-sap-partner-kit.ts';
import { type CustomerKit, FRANCE, GERMANY, germany, keyOf, openCustomerKit } from './customer-kit.ts';

const ITALY = 'APJ6JRA9NG5V4';
const SPAIN = 'A1RKKUPIHCS9HS';

let kit: CustomerKit;
beforeAll(async () => {
  kit = await openCustomerKit();
});
afterAll(() => kit.close());

const events = async (action: string): Promise<readonly AuditEvent[]> =>
  (await kit.test.books.listEvents()).filter((event) => event.action === action);

describe('one customer per marketplace', () => {
  it('is created once with what SAP needs, and a second run creates and changes nothing', async () => {
    const rules = germany({
      name: 'Amazon EU S.à r.l.',
      city: 'Luxembourg',
      country: 'LU',
      email: 'pay@amazon.example',
    });
    const none = { created: 0, adopted: 0, changed: 0, unchanged: 0, refused: 0, open: 0, problems: [] };
    expect(await kit.run({ rules })).toEqual({ ...none, created: 1 });
    const record = await kit.record(keyOf(GERMANY));
    expect(record).toMatchObject({ state: 'kept', attempt: 1, problem: null, edited: [], intended: {} });
    const [partner] = kit.rows('A_BusinessPartner').filter((row) => row.BusinessPartnerIDByExtSystem === record.key);
    expect(partner).toMatchObject({
      BusinessPartnerCategory: '2',
      BusinessPartnerGrouping: 'BP02',
      OrganizationBPName1: 'Amazon EU S.à r.l.',
      SearchTerm1: 'AMAZON DE',
    });
    expect(kit.rows('A_BusinessPartnerAddress')).toMatchObject([
      { Country: 'LU', Language: 'EN', CityName: 'Luxembourg', AddressIDByExternalSystem: record.key },
    ]);
    expect(kit.rows('A_AddressEmailAddress')).toMatchObject([{ EmailAddress: 'pay@amazon.example' }]);
    expect(kit.rows('A_CustomerCompany').filter((row) => row.Customer === partner?.Customer)).toMatchObject([
      { CompanyCode: '1010', ReconciliationAccount: expect.stringMatching(/^0*12100000$/), PaymentTerms: '0004' },
    ]);
    expect(record).toMatchObject({ partnerNumber: '1000000', customerNumber: '1000000' });
    const before = await kit.test.books.listEvents();
    expect(await kit.run({ rules })).toEqual({ ...none, unchanged: 1 });
    expect(await kit.test.books.listEvents()).toEqual(before);
  });

  it('follows the settings where SAP still holds what was written, each part by its own key', async () => {
    const rules = germany({
      name: 'Amazon EU S.à r.l., Niederlassung Deutschland, Marktplatz Amazon.de',
      city: 'München',
      country: 'DE',
      email: 'new@amazon.example',
      phone: '+49 89 1234',
    });
    expect(await kit.run({ rules })).toMatchObject({ changed: 1, problems: [] });
    expect(kit.rows('A_BusinessPartner').at(-1)).toMatchObject({
      OrganizationBPName1: 'Amazon EU S.à r.l., Niederlassung',
      OrganizationBPName2: 'Deutschland, Marktplatz Amazon.de',
    });
    expect(kit.rows('A_BusinessPartnerAddress')).toMatchObject([{ Country: 'DE', CityName: 'München' }]);
    expect(kit.rows('A_AddressEmailAddress')).toMatchObject([{ EmailAddress: 'new@amazon.example' }]);
    expect(kit.rows('A_AddressPhoneNumber')).toMatchObject([{ PhoneNumber: '+49891234' }]);
    const [change] = (await events('customer.change')).slice(-1);
    expect(change?.after).toMatchObject({ partnerNumber: '1000000', customerKey: keyOf(GERMANY) });
    expect(JSON.stringify(change)).not.toMatch(/München|amazon\.example|Niederlassung/);
  });

  it('leaves what a person changed in SAP, says which fields, and takes its own only on a person’s word', async () => {
    const rules = germany({ name: 'Amazon EU S.à r.l.', city: 'München', country: 'DE' });
    await kit.run({ rules });
    kit.edit('A_BusinessPartnerAddress', { CityName: 'Garching', HouseNumber: '5' });
    const report = await kit.run({ rules: germany({ name: 'Amazon EU', city: 'Berlin', country: 'DE' }) });
    expect(report).toMatchObject({ changed: 1, problems: [{ code: 'CUSTOMER_EDITED_IN_SAP', data: 'address.city' }] });
    const [problem] = report.problems;
    expect(problem?.says).toContain('Amazon.de, business partner 1000000,');
    expect(problem?.says).toContain('city "Garching", wanted "Berlin"');
    expect(problem?.next).toContain('Put what is right into the connection file');
    expect(problem?.next).toContain('--overwrite');
    expect(kit.rows('A_BusinessPartnerAddress')).toMatchObject([{ CityName: 'Garching', HouseNumber: '5' }]);
    // control: what is ours was changed by the same run.
    expect(kit.rows('A_BusinessPartner').at(-1)).toMatchObject({ OrganizationBPName1: 'Amazon EU' });
    expect(await kit.record(keyOf(GERMANY))).toMatchObject({ edited: ['address.city'] });
    expect((await events('customer.edited-in-sap')).length).toBe(1);
    const forced = await kit.run({ rules: germany({ city: 'Berlin', country: 'DE' }) }, { overwrite: true });
    expect(forced).toMatchObject({ changed: 1, problems: [] });
    // What the settings leave out is not ours to say, also when we go first.
    expect(kit.rows('A_BusinessPartnerAddress')).toMatchObject([{ CityName: 'Berlin', HouseNumber: '5' }]);
  });

  it('gets the second company code when the account table books the marketplace there', async () => {
    const table = {
      ...kit.context.table,
      marketplace: (name: string) => {
        const row = kit.context.table.marketplace(name);
        return row && { ...row, companyCode: '1000' as typeof row.companyCode };
      },
    };
    const rules = {
      companyCodes: [{ companyCode: '1000', reconciliationAccount: '12100000', paymentTerms: null, salesAreas: [] }],
    };
    expect(await kit.run({ table, rules })).toMatchObject({ changed: 1, problems: [] });
    const codes = kit.rows('A_CustomerCompany').filter((row) => String(row.Customer).endsWith('1000000'));
    expect(codes.map((row) => row.CompanyCode).sort()).toEqual(['1000', '1010']);
    expect(kit.rows('A_BusinessPartner').length).toBe(3);
  });

  it('CUSTOMER_COMPANY_CODE_MISSING: is not made up where the settings name no company code for it', async () => {
    const report = await kit.run({ takesPartIn: [FRANCE], rules: { companyCodes: [] } });
    expect(report).toMatchObject({ created: 0, problems: [{ code: 'CUSTOMER_COMPANY_CODE_MISSING' }] });
  });

  it('that a person made is taken by its key: it gets the role, the customer and the company code, and keeps the rest', async () => {
    const key = keyOf(ITALY);
    const { world } = kit.sap;
    const person = {
      BusinessPartnerCategory: '2',
      BusinessPartnerGrouping: 'BP02',
      OrganizationBPName1: 'Amazon Italia',
      BusinessPartnerIDByExtSystem: key,
      to_BusinessPartnerAddress: { results: [{ Country: 'IT', Language: 'IT', CityName: 'Milano' }] },
    };
    const nowMs = kit.clock.nowMs();
    expect(openService(world, nowMs).send('POST', 'A_BusinessPartner', person)).toMatchObject({ status: 201 });
    const first = await kit.run({ takesPartIn: [ITALY] });
    expect(first).toMatchObject({ created: 0, adopted: 1 });
    const codes = first.problems.map(({ code }) => code);
    // SAP makes the customer of the role; where that takes longer, the company code follows in the next run.
    if (codes.includes('CUSTOMER_NUMBER_PENDING')) await kit.run({ takesPartIn: [ITALY] });
    const record = await kit.record(key);
    expect(record).toMatchObject({ state: 'kept', customerNumber: expect.any(String) });
    expect(record.edited).toEqual(['name.1', 'searchTerm', 'address.language']);
    expect(kit.rows('A_CustomerCompany').find((row) => row.Customer === record.customerNumber)).toMatchObject({
      CompanyCode: '1010',
      PaymentTerms: '0004',
    });
    expect(kit.rows('A_BusinessPartner').at(-1)).toMatchObject({ OrganizationBPName1: 'Amazon Italia' });
  });

  it('can be sold to where the settings say so: role and sales area are added to one that has neither', async () => {
    const salesAreas = [
      { salesOrganization: '1010', distributionChannel: '10', division: '00', currency: 'EUR', paymentTerms: null },
    ];
    const [company] = kit.context.rules.companyCodes;
    const rules = { roles: ['finance', 'sales'] as const, companyCodes: [{ ...company!, salesAreas }] };
    await kit.run({ takesPartIn: [SPAIN] });
    const { customerNumber } = await kit.record(keyOf(SPAIN));
    const areas = () => kit.rows('A_CustomerSalesArea').filter((row) => row.Customer === customerNumber);
    expect(areas()).toEqual([]);
    expect(await kit.run({ takesPartIn: [SPAIN], rules })).toMatchObject({ changed: 1, problems: [] });
    expect(areas()).toMatchObject([
      { SalesOrganization: '1010', DistributionChannel: '10', Division: '00', Currency: 'EUR' },
    ]);
    expect(await kit.run({ takesPartIn: [SPAIN], rules })).toMatchObject({ changed: 0, unchanged: 1, problems: [] });
  });

  it('what has no place in the connection file is not to be put there', async () => {
    await kit.run({ takesPartIn: [FRANCE] });
    const { partnerNumber } = await kit.record(keyOf(FRANCE));
    kit.edit('A_BusinessPartner', { SearchTerm1: 'ANOTHER' });
    const { problems } = await kit.run({ takesPartIn: [FRANCE] });
    expect(problems).toMatchObject([{ code: 'CUSTOMER_EDITED_IN_SAP', data: 'searchTerm' }]);
    expect(problems[0]?.says).toContain(
      `Amazon.fr, business partner ${partnerNumber}, is not in SAP what is wanted: search term "ANOTHER", wanted "AMAZON FR".`,
    );
    expect(problems[0]?.next).toMatch(/^Nothing to do .* --overwrite$/);
  });

  it('CUSTOMER_NOT_WANTED: one that was never created and that nobody wants any more is told apart', async () => {
    const rules = { companyCodes: [] };
    const belgium = 'AMEN7PMS3EDWL';
    await kit.run({ takesPartIn: [belgium], rules });
    expect(await kit.record(keyOf(belgium))).toMatchObject({ problem: { code: 'CUSTOMER_COMPANY_CODE_MISSING' } });
    await kit.run();
    expect(await kit.record(keyOf(belgium))).toMatchObject({
      state: 'wanted',
      problem: { code: 'CUSTOMER_NOT_WANTED', says: expect.stringContaining('Amazon.com.be') },
    });
    expect(await kit.run({ takesPartIn: [belgium] })).toMatchObject({ created: 1, problems: [] });
    expect(await kit.record(keyOf(belgium))).toMatchObject({ state: 'kept', problem: null });
  });

  it('CUSTOMERS_OFF: nothing happens unless the connection asks for it', async () => {
    await expect(kit.run({ rules: { per: 'none' } })).rejects.toMatchObject({ code: 'CUSTOMERS_OFF' });
  });
});
