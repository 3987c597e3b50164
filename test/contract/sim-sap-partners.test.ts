import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startPretendSap } from '../../sim/sap/index.ts';
import { partnerEntities } from '../../sim/sap/partners/partner-fields.ts';
import {
  createWorld,
  entryXml,
  isSharedPresent,
  masterData,
  post,
  readConfirmation,
  readShared,
  startMs,
} from './sim-sap-kit.ts';
import {
  address,
  company,
  dOf,
  marketplace,
  openService,
  type Row,
  refusalOf,
  resultsOf,
} from './sim-sap-partner-kit.ts';

describe('a deep insert', () => {
  it.each([
    ['{"results": […]}', (list: Row[]): unknown => ({ results: list })],
    ['a plain list', (list: Row[]): unknown => list],
  ])('creates the partner, its parts and the customer in one step, with collections as %s', (_how, wrap) => {
    const service = openService(createWorld());
    const sent = marketplace({
      to_BusinessPartnerAddress: wrap([
        {
          ...address,
          to_EmailAddress: wrap([{ EmailAddress: 'pay@example.com' }]),
          to_PhoneNumber: wrap([{ DestinationLocationCountry: 'DE', PhoneNumber: '891234567', PhoneNumberType: '1' }]),
        },
      ]),
      to_BusinessPartnerRole: wrap([{ BusinessPartnerRole: 'FLCU00' }]),
      to_Customer: { to_CustomerCompany: wrap([company]) },
    });
    const created = service.send('POST', 'A_BusinessPartner', sent);
    expect(created.status).toBe(201);
    expect(dOf(created)).toMatchObject({ BusinessPartner: '1000000', Customer: '1000000', SearchTerm1: 'AMZ-DE' });
    expect(created.headers.etag).toBe((dOf(created).__metadata as Row).etag);
    const expand =
      'to_BusinessPartnerAddress/to_EmailAddress,to_BusinessPartnerAddress/to_PhoneNumber,to_Customer/to_CustomerCompany';
    const read = dOf(service.get(`A_BusinessPartner('1000000')?$expand=${expand},to_BusinessPartnerRole`));
    expect(read).toMatchObject({
      BusinessPartnerIDByExtSystem: 'AMZDE0001',
      BusinessPartnerFullName: 'Amazon.de',
      to_BusinessPartnerRole: { results: [{ BusinessPartnerRole: 'FLCU00' }] },
      to_BusinessPartnerAddress: {
        results: [
          {
            PostalCode: '80331',
            to_EmailAddress: { results: [{ EmailAddress: 'pay@example.com', IsDefaultEmailAddress: true }] },
            to_PhoneNumber: { results: [{ PhoneNumber: '891234567', OrdinalNumber: '1' }] },
          },
        ],
      },
      to_Customer: {
        CustomerName: 'Amazon.de',
        to_CustomerCompany: { results: [{ Customer: '1000000', ...company }] },
      },
    });
  });

  it('is answered with what it made, and only that is expanded', () => {
    const created = dOf(openService(createWorld()).send('POST', 'A_BusinessPartner', marketplace()));
    const customer = created.to_Customer as { to_CustomerCompany: { results: Row[] }; to_CustomerSalesArea: Row };
    expect(customer.to_CustomerCompany.results).toEqual([expect.objectContaining(company)]);
    expect(customer.to_CustomerSalesArea).toEqual({ __deferred: expect.anything() });
    expect(created.to_BuPaIdentification).toEqual({ __deferred: expect.anything() });
  });

  it('that is refused changes nothing, not even the number range', () => {
    const world = createWorld();
    const service = openService(world);
    const refused = marketplace({ to_Customer: { to_CustomerCompany: [{ ...company, ReconciliationAccount: '' }] } });
    expect(refusalOf(service.send('POST', 'A_BusinessPartner', refused))).toEqual([400, 'CVI_API/003']);
    expect(resultsOf(service.get("A_BusinessPartner?$filter=OrganizationBPName1 eq 'Amazon.de'"))).toEqual([]);
    expect(dOf(service.send('POST', 'A_BusinessPartner', marketplace())).BusinessPartner).toBe('1000000');
  });

  it.each<[string, Row, ...string[]]>([
    ['a number from us in an internal range', { BusinessPartner: '77' }, 'R1/455'],
    ['no number in an external range', { BusinessPartnerGrouping: 'BP03' }, 'R1/455'],
    ['a number outside its range', { BusinessPartnerGrouping: 'BP03', BusinessPartner: '77' }, 'R1/455'],
    ['an unknown grouping', { BusinessPartnerGrouping: 'XXXX' }, 'PSP/003'],
    ['no category', { BusinessPartnerCategory: '' }, 'PSP/001'],
    ['no name', { OrganizationBPName1: '' }, 'PSP/002'],
    ['an address without a language', { to_BusinessPartnerAddress: [{ Country: 'DE' }] }, 'FSBP_ECC/030'],
    ['an address without a country', { to_BusinessPartnerAddress: [{ Language: 'EN' }] }, 'PSP/006'],
    ['no address', { to_BusinessPartnerAddress: [] }, 'PSP/008'],
    ['a customer without the role', { to_BusinessPartnerRole: [] }, 'R11/657'],
    [
      'an unknown role',
      { to_BusinessPartnerRole: [{ BusinessPartnerRole: 'FLCU00' }, { BusinessPartnerRole: 'NONE' }] },
      'PSP/004',
    ],
    ['no reconciliation account', { to_Customer: { to_CustomerCompany: [{ CompanyCode: '1010' }] } }, 'CVI_API/003'],
    [
      'an unknown company code',
      { to_Customer: { to_CustomerCompany: [{ ...company, CompanyCode: '9999' }] } },
      'PSP/013',
    ],
    [
      'unknown payment terms',
      { to_Customer: { to_CustomerCompany: [{ ...company, PaymentTerms: 'ZZZZ' }] } },
      'PSP/017',
    ],
    [
      'a revenue account to reconcile with',
      { to_Customer: { to_CustomerCompany: [{ ...company, ReconciliationAccount: '41000000' }] } },
      'PSP/015',
    ],
    [
      'a sales area without the role',
      {
        to_Customer: {
          to_CustomerSalesArea: [
            { SalesOrganization: '1010', DistributionChannel: '10', Division: '00', Currency: 'EUR' },
          ],
        },
      },
      'R11/657',
    ],
  ])('with %s is refused', (_what, options, ...codes) => {
    const service = openService(createWorld());
    expect(refusalOf(service.send('POST', 'A_BusinessPartner', marketplace(options)))).toEqual([400, ...codes]);
  });

  it('tells every reason at once', () => {
    const service = openService(createWorld());
    const area = { SalesOrganization: '1010', DistributionChannel: '10', Division: '00' };
    const refused = marketplace({
      OrganizationBPName1: '',
      to_BusinessPartnerRole: [{ BusinessPartnerRole: 'FLCU01' }],
      to_BusinessPartnerAddress: [{ Country: 'DE' }],
      to_Customer: { to_CustomerSalesArea: [area], to_CustomerCompany: [company] },
    });
    expect(refusalOf(service.send('POST', 'A_BusinessPartner', refused))).toEqual([
      400,
      'PSP/002',
      'FSBP_ECC/030',
      'R11/657',
      'CVI_API/003',
    ]);
  });

  it.each<[string, Row]>([
    ['a property nobody knows', { Invented: '1' }],
    ['a read-only property', { BusinessPartnerUUID: '0' }],
    ['a number that SAP gives', { Customer: '1' }],
    ['a text that is too long', { OrganizationBPName1: 'x'.repeat(41) }],
    ['a value of another type', { BusinessPartnerIsBlocked: 'X' }],
    ['an external number that is too long', { BusinessPartnerIDByExtSystem: 'A'.repeat(21) }],
    ['a link it does not have', { to_CustomerCompany: [] }],
    ['a deferred link', { to_BusinessPartnerRole: { __deferred: { uri: 'x' } } }],
  ])('with %s is not understood', (_what, options) => {
    const [status, code] = refusalOf(
      openService(createWorld()).send('POST', 'A_BusinessPartner', marketplace(options)),
    );
    expect([status, code]).toEqual([400, expect.stringMatching(/^[0-9A-F]{32}$/)]);
  });

  it('takes the external number of another system twice, with a warning beside the success', () => {
    const service = openService(createWorld());
    expect(service.send('POST', 'A_BusinessPartner', marketplace()).headers['sap-message']).toBeUndefined();
    const second = service.send('POST', 'A_BusinessPartner', marketplace());
    expect(second.status).toBe(201);
    expect(JSON.parse(String(second.headers['sap-message']))).toMatchObject({ code: 'R1/451', severity: 'warning' });
    const filter =
      "A_BusinessPartner?$filter=BusinessPartnerIDByExtSystem eq 'AMZDE0001'&$select=BusinessPartner,Customer";
    expect(resultsOf(service.get(filter)).map((row) => row.BusinessPartner)).toEqual(['1000000', '1000001']);
    expect(resultsOf(service.get(filter.replace('AMZDE', 'amzde')))).toEqual([]);
  });

  it('with a number of ours is refused when that partner exists', () => {
    const service = openService(createWorld());
    const external = marketplace({ BusinessPartnerGrouping: 'BP03', BusinessPartner: '5000007' });
    expect(service.send('POST', 'A_BusinessPartner', external).status).toBe(201);
    expect(refusalOf(service.send('POST', 'A_BusinessPartner', external))).toEqual([400, 'R1/286']);
  });

  it('keeps identification numbers unique where SAP was told to', () => {
    const identified = marketplace({
      to_BuPaIdentification: [{ BPIdentificationType: 'ZAMZ01', BPIdentificationNumber: 'AMZ-1' }],
    });
    const strict = openService(createWorld({ uniqueIdentificationTypes: ['ZAMZ01'] }));
    const lax = openService(createWorld());
    const statuses = [strict, lax].map((service) => {
      service.send('POST', 'A_BusinessPartner', identified);
      return service.send('POST', 'A_BusinessPartner', identified);
    });
    expect(refusalOf(statuses[0]!)).toEqual([400, 'BUPA_INTERFACE/003']);
    expect(statuses[1]!.status).toBe(201);
  });

  it.skipIf(!isSharedPresent)('takes the published examples as they are (skipped without ../shared)', () => {
    const service = openService(createWorld());
    for (const name of ['11_bp_create_org_customer.REAL', '12_bp_create_person_fi_customer.CONSTRUCTED']) {
      const sample = JSON.parse(readShared(`samples/sap/${name}.json`)) as Row;
      expect(service.send('POST', 'A_BusinessPartner', sample).status).toBe(201);
    }
  });
});

describe('the customer behind a business partner', () => {
  it('can be posted to, and no other can', () => {
    const world = createWorld();
    const lines = (customer: string) => [
      { customer, amount: '119.00', code: 'S' },
      { gl: '0041000000', amount: '-119.00', code: 'H', profitCenter: 'YB101' },
    ];
    const postTo = (customer: string) =>
      readConfirmation(post(world, entryXml({ type: 'DR', lines: lines(customer) })));
    expect(postTo('0001000000').log).toContain('102(F5): Customer 0001000000 is not defined in company code 1010');
    openService(world).send('POST', 'A_BusinessPartner', marketplace());
    expect(postTo('0001000000').maximumSeverity).toBe('1');
    expect(world.documents[0]!.lines[1]).toMatchObject({ partner: '0001000000', glAccount: '0012100000' });
  });

  it.each<[string, Row]>([
    [`A_CustomerCompany(Customer='1000000',CompanyCode='1010')`, { PhysicalInventoryBlockInd: true }],
    [`A_Customer('1000000')`, { PostingIsBlocked: true }],
    [`A_BusinessPartner('1000000')`, { BusinessPartnerIsBlocked: true }],
  ])('cannot be posted to after a block in %s', (path, change) => {
    const world = createWorld();
    const service = openService(world);
    service.send('POST', 'A_BusinessPartner', marketplace());
    expect(service.send('PATCH', path, change, { 'if-match': '*' }).status).toBe(204);
    const lines = [
      { customer: '1000000', amount: '1.00' },
      { gl: '41000000', amount: '-1.00', profitCenter: 'YB101' },
    ];
    const { log } = readConfirmation(post(world, entryXml({ type: 'DR', lines })));
    expect(log).toContain('350(F5): Account 0001000000 1010 is blocked for posting');
  });

  it('appears a moment later where the world says so, in every place at once', () => {
    const world = createWorld({ customerDelayMs: 2000 });
    const service = openService(world);
    expect(dOf(service.send('POST', 'A_BusinessPartner', marketplace()))).toMatchObject({
      Customer: '',
      to_Customer: null,
    });
    const at = (afterMs: number) => [
      dOf(service.get("A_BusinessPartner('1000000')", startMs + afterMs)).Customer,
      service.get("A_Customer('1000000')", startMs + afterMs).status,
      resultsOf(service.get('A_CustomerCompany', startMs + afterMs)).length,
    ];
    const before = resultsOf(openService(createWorld()).get('A_CustomerCompany')).length;
    expect(at(1999)).toEqual(['', 404, before]);
    expect(at(2000)).toEqual(['1000000', 200, before + 1]);
  });

  it('has a number of its own where the grouping says so', () => {
    const created = dOf(
      openService(createWorld()).send('POST', 'A_BusinessPartner', marketplace({ BusinessPartnerGrouping: 'BPCU' })),
    );
    expect([created.BusinessPartner, created.Customer]).toEqual(['2000000', '7000000']);
  });

  it('cannot be created by itself, only through its partner, a role or a company code', () => {
    const service = openService(createWorld());
    expect(service.send('POST', 'A_Customer', { Customer: '1' }).status).toBe(405);
    const bare = marketplace({ to_BusinessPartnerRole: [], to_Customer: null });
    expect(dOf(service.send('POST', 'A_BusinessPartner', bare))).toMatchObject({ Customer: '' });
    const role = { BusinessPartner: '1000000', BusinessPartnerRole: 'FLCU00' };
    expect(service.send('POST', 'A_BusinessPartnerRole', role).status).toBe(201);
    expect(dOf(service.get("A_BusinessPartner('1000000')")).Customer).toBe('1000000');
    const second = service.send('POST', 'A_CustomerCompany', { Customer: '1000000', ...company });
    expect(second.status).toBe(201);
    expect(second.headers.location).toContain("A_CustomerCompany(Customer='1000000',CompanyCode='1010')");
  });

  it('is extended to a second company code, by itself or through the link; twice is refused', () => {
    const service = openService(createWorld());
    service.send('POST', 'A_BusinessPartner', marketplace());
    const brazil = { ...company, CompanyCode: '1000' };
    expect(service.send('POST', "A_Customer('0001000000')/to_CustomerCompany", brazil).status).toBe(201);
    const again = service.send('POST', 'A_CustomerCompany', { Customer: '1000000', ...brazil });
    expect(refusalOf(again)).toEqual([400, 'CVI_EI/007']);
    expect(refusalOf(service.send('POST', 'A_CustomerCompany', { Customer: '99', ...brazil }))).toEqual([
      400,
      'PSP/023',
    ]);
    const area = {
      Customer: '1000000',
      SalesOrganization: '1010',
      DistributionChannel: '10',
      Division: '00',
      Currency: 'EUR',
    };
    expect(refusalOf(service.send('POST', 'A_CustomerSalesArea', area))).toEqual([400, 'R11/657']);
    service.send('POST', "A_BusinessPartner('1000000')/to_BusinessPartnerRole", { BusinessPartnerRole: 'FLCU01' });
    expect(refusalOf(service.send('POST', 'A_CustomerSalesArea', { ...area, Currency: '' }))).toEqual([
      400,
      'CVI_API/003',
    ]);
    expect(service.send('POST', 'A_CustomerSalesArea', area).status).toBe(201);
    expect(resultsOf(service.get("A_BusinessPartner('1000000')/to_Customer/to_CustomerCompany"))).toHaveLength(2);
  });
});

describe('reading', () => {
  it('finds a number with and without leading zeros, by key and by filter', () => {
    const service = openService(createWorld());
    service.send('POST', 'A_BusinessPartner', marketplace());
    for (const key of ["'1000000'", "'0001000000'", "BusinessPartner='1000000'"]) {
      expect(dOf(service.get(`A_BusinessPartner(${key})`)).BusinessPartner).toBe('1000000');
    }
    expect(resultsOf(service.get("A_Customer?$filter=Customer eq '0001000000'"))).toHaveLength(1);
  });

  it('selects through links, and shows the customers of the master data too', () => {
    const service = openService(createWorld());
    const path =
      "A_BusinessPartner('4711')?$select=BusinessPartner,to_Customer/to_CustomerCompany/CompanyCode&$expand=to_Customer/to_CustomerCompany";
    const { __metadata, ...read } = dOf(service.get(path));
    const shown = read.to_Customer as { to_CustomerCompany: { results: Row[] } };
    expect([read.BusinessPartner, Object.keys(read)]).toEqual(['4711', ['BusinessPartner', 'to_Customer']]);
    expect(shown.to_CustomerCompany.results).toEqual([{ __metadata: expect.anything(), CompanyCode: '1010' }]);
  });

  it('finds likely duplicates by name', () => {
    const service = openService(createWorld());
    service.send('POST', 'A_BusinessPartner', marketplace());
    const found = resultsOf(service.get("DuplicateCheck?Input='AMAZON.DE'"));
    expect(found).toEqual([expect.objectContaining({ BusinessPartner: '1000000', City: 'Munich', MatchScore: '100' })]);
    expect(service.get('DuplicateCheck?Input=x').status).toBe(400);
  });
});

describe.skipIf(!isSharedPresent)('the description of the real service (skipped without ../shared)', () => {
  it('has our links, and agrees on upper case and on what may not be written', () => {
    const sections = readShared('specs/sap/fields.txt').split(/^TYPE /m);
    const wrong: string[] = [];
    for (const { set, fields, links } of partnerEntities) {
      const section = sections.find((each) => each.startsWith(`${set}Type`)) ?? '';
      for (const { name } of links) if (!section.includes(`-> ${name}\n`)) wrong.push(`${set}: no link ${name}`);
      for (const { name, isUpperCase, access } of fields.values()) {
        const line = section.split('\n').find((each) => each.trim().replace('*', '').startsWith(`${name} `)) ?? '';
        if (line.includes('UpperCase') !== isUpperCase) wrong.push(`${set}.${name}: upper case`);
        if (line.includes('creatable=false') && access !== 'assigned') wrong.push(`${set}.${name}: read-only there`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('business partners on disk', () => {
  it('survive a restart with their numbers, so that none is given twice', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pretend-sap-'));
    const options = { ...masterData, statePath: join(folder, 'journal'), nowMs: () => startMs };
    const numbers: unknown[] = [];
    for (const _start of [1, 2]) {
      const sap = await startPretendSap(options);
      numbers.push(dOf(openService(sap.world).send('POST', 'A_BusinessPartner', marketplace())).BusinessPartner);
      numbers.push(
        resultsOf(openService(sap.world).get("A_BusinessPartner?$filter=BusinessPartnerGrouping eq 'BP02'")).length,
      );
      await sap.close();
    }
    rmSync(folder, { recursive: true });
    expect(numbers).toEqual(['1000000', 1, '1000001', 2]);
  });
});
