/** Business partners: our fields against SAP's published ones, our message against a real one, and SAP's refusals. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type CustomerFacts, customerKeyOf } from '../../src/app/index.ts';
import { createBusinessPartners } from '../../src/sap/business-partners/create-business-partners.ts';
import { encodeCreate } from '../../src/sap/business-partners/encode.ts';
import { fieldsOf } from '../../src/sap/business-partners/fields.ts';
import {
  COMPANY_FIELDS,
  FIELDS,
  type FieldSpec,
  FOUND_FIELDS,
  KEY_LENGTHS,
  NAME_FIELDS,
  READ_FIELDS,
  SALES_FIELDS,
  SETS,
  WAYS,
} from '../../src/sap/business-partners/wire.ts';
import { accessFor, type Reply, SapStandIn } from './sap-stand-in.ts';

const SHARED = new URL('../../../shared/', import.meta.url);
const EDMX = new URL('specs/sap/API_BUSINESS_PARTNER.2026.edmx', SHARED);
const SAMPLE = new URL('samples/sap/11_bp_create_org_customer.REAL.json', SHARED);
const isMissing = !existsSync(EDMX);

const KEY = customerKeyOf({ sellerAccount: 'A2SELLER', kind: 'marketplace', reference: 'A1PA6795UKMFR9' });

const FACTS: CustomerFacts = {
  nature: 'organisation',
  name: 'Acme - Trading Partner',
  searchTerm: 'AMAZON DE',
  grouping: 'BP02',
  roles: ['finance', 'sales'],
  address: {
    country: 'DE',
    language: 'EN',
    postalCode: '80331',
    city: 'Munich',
    district: null,
    region: null,
    houseNumber: null,
    streetLines: ['Marienplatz 1'],
    careOf: null,
  },
  email: null,
  phone: null,
  companyCodes: [{ companyCode: '1010', reconciliationAccount: '12100000', paymentTerms: '0004' }],
  salesAreas: [
    { salesOrganization: '1010', distributionChannel: '10', division: '00', currency: 'EUR', paymentTerms: '0004' },
  ],
  isPersonal: false,
};
const WHOLE: CustomerFacts = { ...FACTS, email: 'pay@amazon.example', phone: '+49 89 1234' };

describe.skipIf(isMissing)('against SAP’s metadata of 2026', () => {
  const edmx = isMissing ? '' : readFileSync(EDMX, 'utf8');
  const typeOf = (set: string): string => {
    const name = new RegExp(`<EntitySet Name="${set}" EntityType="API_BUSINESS_PARTNER\\.(\\w+)"`).exec(edmx)?.[1];
    return new RegExp(`<EntityType Name="${name}".*?</EntityType>`, 's').exec(edmx)?.[0] ?? '';
  };
  const propertyOf = (set: string, name: string): string | undefined =>
    new RegExp(`<Property Name="${name}"[^>]*>`).exec(typeOf(set))?.[0];

  it('every field that is written exists, has the length we believe, and is kept in the case we believe', () => {
    const specs: FieldSpec[] = [
      ...Object.values(FIELDS),
      ...Object.values(COMPANY_FIELDS),
      ...Object.values(SALES_FIELDS),
    ];
    expect(specs).toHaveLength(24);
    for (const { part, name, lengthMax, form } of specs) {
      const property = propertyOf(SETS[part], name);
      expect(property, name).toContain(`MaxLength="${lengthMax}"`);
      expect(property, name).not.toMatch(/sap:(creatable|updatable)="false"/);
      if (form === 'text') expect(property, name).not.toContain('sap:display-format="UpperCase"');
      if (form === 'number') expect(property, name).toContain('sap:display-format="UpperCase"');
    }
    // control: a field that does not exist, and one of another length, would be seen.
    expect(propertyOf(SETS.partner, 'OrganizationBPName5')).toBeUndefined();
    expect(propertyOf(SETS.partner, 'SearchTerm1')).not.toContain('MaxLength="30"');
  });

  it('every field that is read or is a key exists, with the length we believe', () => {
    for (const [part, names] of Object.entries(READ_FIELDS)) {
      const set = SETS[part as keyof typeof SETS];
      for (const name of names) expect(propertyOf(set, name), `${set}/${name}`).toBeDefined();
    }
    for (const name of [...FOUND_FIELDS, ...NAME_FIELDS]) expect(propertyOf(SETS.partner, name), name).toBeDefined();
    for (const [name, lengthMax] of Object.entries(KEY_LENGTHS)) {
      const properties = Object.values(SETS).flatMap((set) => propertyOf(set, name) ?? []);
      expect(properties.length, name).toBeGreaterThan(0);
      for (const property of properties) expect(property, name).toContain(`MaxLength="${lengthMax}"`);
    }
    expect(KEY.length).toBeLessThanOrEqual(KEY_LENGTHS.BusinessPartnerIDByExtSystem);
  });

  it('every way from one set to another exists where it is gone', () => {
    const ways = [
      [SETS.partner, WAYS.roles],
      [SETS.partner, WAYS.addresses],
      [SETS.partner, WAYS.customer],
      [SETS.address, WAYS.emails],
      [SETS.address, WAYS.phones],
      ['A_Customer', WAYS.companies],
      ['A_Customer', WAYS.salesAreas],
    ] as const;
    for (const [set, way] of ways) expect(typeOf(set), way).toContain(`<NavigationProperty Name="${way}"`);
  });

  it('our message has the form of one that a real system took', () => {
    const real = JSON.parse(readFileSync(SAMPLE, 'utf8')) as Record<string, unknown>;
    const ours = encodeCreate(KEY, FACTS) as Record<string, unknown>;
    const places = (value: unknown, at = ''): string[] =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([name, inner]) => places(inner, `${at}/${name}`))
        : [at];
    const more = places(ours).filter((place) => !places(real).includes(place));
    const fewer = places(real).filter((place) => !places(ours).includes(place));
    expect(more.sort()).toEqual([
      '/BusinessPartnerIDByExtSystem',
      '/SearchTerm1',
      '/to_BusinessPartnerAddress/results/0/AddressIDByExternalSystem',
    ]);
    expect(fewer).toEqual(['/to_Customer/to_CustomerSalesArea/results/0/CustomerGroup']);
  });
});

describe('the message that creates a business partner', () => {
  it('carries the key, only fields that say something, and the country of the number', () => {
    expect(encodeCreate(KEY, { ...WHOLE, roles: ['finance'], salesAreas: [] })).toEqual({
      BusinessPartnerCategory: '2',
      BusinessPartnerGrouping: 'BP02',
      BusinessPartnerIDByExtSystem: KEY,
      OrganizationBPName1: 'Acme - Trading Partner',
      SearchTerm1: 'AMAZON DE',
      to_BusinessPartnerRole: { results: [{ BusinessPartnerRole: 'FLCU00' }] },
      to_BusinessPartnerAddress: {
        results: [
          {
            Country: 'DE',
            Language: 'EN',
            PostalCode: '80331',
            CityName: 'Munich',
            StreetName: 'Marienplatz 1',
            AddressIDByExternalSystem: KEY,
            to_EmailAddress: { results: [{ EmailAddress: 'pay@amazon.example' }] },
            to_PhoneNumber: { results: [{ DestinationLocationCountry: 'DE', PhoneNumber: '+49891234' }] },
          },
        ],
      },
      to_Customer: {
        to_CustomerCompany: {
          results: [{ CompanyCode: '1010', ReconciliationAccount: '12100000', PaymentTerms: '0004' }],
        },
      },
    });
  });
});

describe('fields', () => {
  const unfit = (change: Partial<CustomerFacts>) => () => fieldsOf({ ...FACTS, ...change });

  it('a long name goes on in the next fields, between words, and never through a character', () => {
    const name = `${'Wort '.repeat(12)}${'𝔸'.repeat(30)} Ende`;
    const fields = fieldsOf({ ...FACTS, name });
    const parts = [fields['name.1'], fields['name.2'], fields['name.3'], fields['name.4']];
    expect(parts[0]).toBe('Wort Wort Wort Wort Wort Wort Wort Wort');
    expect(parts.join('').replaceAll(' ', '')).toBe(name.replaceAll(' ', ''));
    for (const part of parts) {
      expect(part?.length).toBeLessThanOrEqual(40);
      // Half a character cannot be encoded.
      expect(() => encodeURIComponent(part ?? '')).not.toThrow();
    }
  });

  it('CUSTOMER_FACTS_UNFIT: says every fault at once, and no value', () => {
    const change = {
      name: `secret ${'x'.repeat(200)}`,
      grouping: 'TOO-LONG',
      email: `secret@${'x'.repeat(240)}`,
      address: { ...FACTS.address, language: 'english', region: 'Bavaria' },
    };
    expect(unfit(change)).toThrow(expect.objectContaining({ code: 'CUSTOMER_FACTS_UNFIT', kind: 'invalid' }));
    try {
      unfit(change)();
    } catch (error) {
      expect(String((error as { data: string }).data).split('\n')).toHaveLength(5);
      expect(JSON.stringify(error)).not.toMatch(/secret|Bavaria|english/);
    }
  });

  it('a buyer’s region in words is left out, because a wrong key would refuse the whole address', () => {
    const address = { ...FACTS.address, region: 'Nordrhein-Westfalen' };
    expect(fieldsOf({ ...FACTS, address, isPersonal: true })['address.region']).toBe('');
    expect(fieldsOf({ ...FACTS, address: { ...address, region: 'nw' } })['address.region']).toBe('NW');
  });

  it('an extension does not become the end of a number', () => {
    const phone = (text: string) => fieldsOf({ ...FACTS, phone: text }).phone;
    expect(phone('+1 207-835-4259 ext. 03867')).toBe('+12078354259');
    expect(phone('(030) 12+34 x9')).toBe('0301234');
    expect(phone('none')).toBeUndefined();
  });

  it('control characters, half characters and spaces do not reach SAP', () => {
    expect(fieldsOf({ ...FACTS, name: ' A\u0000mazon\t\uD800 EU\u2028 ' })['name.1']).toBe('A mazon EU');
  });
});

const JSON_TYPE = { 'content-type': 'application/json' };
const refusal = (codes: readonly string[], status = 400): Reply => ({
  status,
  headers: JSON_TYPE,
  body: JSON.stringify({
    error: {
      code: codes[0],
      message: { lang: 'en', value: 'first' },
      innererror: {
        errordetails: codes.map((code) => ({ code, message: `SAP says ${code} of Erika`, severity: 'error' })),
      },
    },
  }),
});
const limits = { leaveByMs: async () => Number.MAX_SAFE_INTEGER };

async function createWith(reply: Reply, facts = FACTS) {
  const standIn = await SapStandIn.start({ post: () => reply });
  const { access } = accessFor(standIn.url);
  return createBusinessPartners(access).create(KEY, facts, limits);
}

describe('what becomes of a creation', () => {
  it.each([
    ['R1/286', 'customers adopt'],
    ['R1/455', 'customers adopt'],
    ['R11/657', 'FLCU00'],
    ['CVI_EI/007', 'Sync again'],
    ['FSBP_ECC/030', 'customers.language'],
    ['CVI_API/003', 'currency'],
    ['BUPA_INTERFACE/003', 'identification'],
    ['BS_SOA_COMMON/006', 'match'],
    ['BP_DATAREPL_FND/009', 'match'],
    ['AM/010', 'address'],
    ['/IWFND/CM_MGW/096', 'PATCH'],
    ['ZZ/999', 'administrator'],
  ])('CUSTOMER_REFUSED: %s is shown in SAP’s words, and the next step fits it', async (code, next) => {
    expect(await createWith(refusal([code]))).toEqual({
      outcome: 'refused',
      problem: {
        code: 'CUSTOMER_REFUSED',
        kind: 'rejected',
        says: `SAP refuses the customer: SAP says ${code} of Erika.`,
        next: expect.stringContaining(next),
        data: code,
      },
    });
  });

  it('of a buyer SAP’s words are not shown, whatever came of it', async () => {
    const facts = { ...FACTS, isPersonal: true };
    const outcomes = [
      await createWith(refusal(['R1/286', 'AM/010']), facts),
      await createWith(refusal(['XX/001'], 500), facts),
      await createWith(refusal(['XX/002'], 403), facts),
    ];
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['refused', 'unknown', 'unavailable']);
    expect(JSON.stringify(outcomes)).not.toContain('Erika');
    expect(outcomes[0]).toMatchObject({ problem: { says: 'SAP refuses the customer: message R1/286, AM/010.' } });
  });

  it('CUSTOMER_NUMBER_MISSING: created, but SAP does not say under which number: it is unknown, and never sent again unseen', async () => {
    const reply = { status: 201, headers: JSON_TYPE, body: '{"d":{"BusinessPartner":""}}' };
    expect(await createWith(reply)).toMatchObject({ outcome: 'unknown', problem: { code: 'CUSTOMER_NUMBER_MISSING' } });
  });

  it('a warning beside it is none of our business, an error beside it makes us look again', async () => {
    const created = (severity: string): Reply => ({
      status: 201,
      headers: {
        ...JSON_TYPE,
        'sap-message': JSON.stringify({ code: 'R1/451', message: 'already assigned', severity, target: '' }),
      },
      body: '{"d":{"BusinessPartner":"1000123","Customer":""}}',
    });
    expect(await createWith(created('warning'))).toEqual({
      outcome: 'created',
      partnerNumber: '1000123',
      customerNumber: null,
      isDoubtful: false,
    });
    expect(await createWith(created('error'))).toMatchObject({ outcome: 'created', isDoubtful: true });
  });
});

describe('a search', () => {
  it('SAP_PARTNER_UNREADABLE: never takes a stranger for our customer, also when a gateway drops the filter', async () => {
    const rows = [{ BusinessPartner: '1', Customer: '1', BusinessPartnerIDByExtSystem: 'SOMEBODY' }];
    const read = () => ({ headers: JSON_TYPE, body: JSON.stringify({ d: { results: rows } }) });
    const standIn = await SapStandIn.start({ read });
    const partners = createBusinessPartners(accessFor(standIn.url).access);
    await expect(partners.find(KEY, null)).rejects.toMatchObject({ code: 'SAP_PARTNER_UNREADABLE' });
    // control: with its number it is found, and it is said that it does not carry the key.
    expect(await partners.find(KEY, '1')).toMatchObject([{ partnerNumber: '1', carriesKey: false }]);
  });

  it('shows no row of SAP in a problem: it may be a buyer’s', async () => {
    const read = () => ({ headers: JSON_TYPE, body: '{"d":{"BusinessPartner":"1","LastName":"Erika"}}' });
    const standIn = await SapStandIn.start({ read });
    const raised = await createBusinessPartners(accessFor(standIn.url).access)
      .find(KEY, null)
      .catch((thrown: unknown) => thrown);
    expect(raised).toMatchObject({ code: 'SAP_PARTNER_UNREADABLE' });
    expect(JSON.stringify(raised)).not.toContain('Erika');
  });

  it('and a reading fit into addresses that every gateway takes', async () => {
    const standIn = await SapStandIn.start();
    const partners = createBusinessPartners(accessFor(standIn.url).access);
    await partners.find(KEY, '1000000000');
    const gone = await partners.revise(
      { partnerNumber: '1000000000', key: KEY, facts: WHOLE },
      async () => ({}),
      limits,
    );
    expect(gone).toMatchObject({ outcome: 'gone', problem: { code: 'CUSTOMER_GONE' } });
    expect(standIn.of('read')).toHaveLength(3);
    for (const { url } of standIn.of('read')) expect(url.length).toBeLessThan(2_000);
  });
});
