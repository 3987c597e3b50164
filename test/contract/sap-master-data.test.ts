import { afterEach, describe, expect, it } from 'vitest';
import { type RunningPretendSap, startPretendSap } from '../../sim/sap/index.ts';
import type { MasterDataQuestion } from '../../src/app/index.ts';
import { createSap, type Sap, sapSettingsSchema } from '../../src/sap/index.ts';
import { halfway, ledgerFor, type Received, type Reply, SapStandIn, TestClock } from './sap-stand-in.ts';
import { masterData } from './sim-sap-kit.ts';

const always = { validFrom: '2020-01-01', validTo: '9999-12-31' };
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function pretend(
  options: Partial<Parameters<typeof startPretendSap>[0]> = {},
  settings: object = {},
): Promise<{ sim: RunningPretendSap; sap: Sap; paths: string[] }> {
  const sim = await startPretendSap({ ...masterData, ...options });
  const paths: string[] = [];
  const sap = createSap({
    settings: sapSettingsSchema.parse({
      baseUrl: sim.url,
      journalEntryUrl: `${sim.url}/sap/bc/srt/scs_ext/sap/journalentrycreaterequestconfi`,
      createdByUser: 'TEST',
      authentication: { type: 'basic', user: 'AMZ_POST' },
      ...settings,
    }),
    secrets: { password: 'secret' },
    clock: new TestClock(),
    randomness: halfway,
    log: {
      write: (_level, event, facts) =>
        void (event === 'sap.request' && facts?.purpose === 'read' && paths.push(String(facts.path))),
    },
  });
  open.push(sim, sap);
  return { sim, sap, paths };
}

describe('master data of SAP', () => {
  it('is read with keys as an accountant writes them: without leading zeros', async () => {
    const { sap } = await pretend();
    const read = <Kind extends MasterDataQuestion['kind']>(kind: Kind, scope: string, names: string[]) =>
      sap.masterData.read({ kind, scope, names });
    expect(await read('company-codes', '', ['1010', '9999'])).toEqual([
      {
        companyCode: '1010',
        name: 'DE',
        country: 'DE',
        currency: 'EUR',
        chartOfAccounts: 'YCOA',
        controllingArea: 'A000',
      },
    ]);
    expect(await read('gl-accounts', 'YCOA', ['41000000', '65000000', '99999999'])).toEqual([
      {
        glAccount: '41000000',
        name: 'Domestic revenue',
        isProfitAndLoss: true,
        isSecondary: false,
        isNonOperating: false,
        isBlocked: false,
        isMarkedForDeletion: false,
      },
      expect.objectContaining({ glAccount: '65000000', isProfitAndLoss: false, isBlocked: true }),
    ]);
    expect(await read('cost-centers', 'A000', ['OLD', '10101101', 'LOCKED'])).toEqual([
      expect.objectContaining({ costCenter: '10101101', validTo: '9999-12-31', companyCode: '1010' }),
      expect.objectContaining({ costCenter: 'LOCKED', isBlockedForCosts: true, isBlockedForRevenue: false }),
      expect.objectContaining({ costCenter: 'OLD', validFrom: '2020-01-01', validTo: '2025-12-31' }),
    ]);
    expect(await read('profit-centers', 'A000', ['YB101'])).toEqual([
      { profitCenter: 'YB101', ...always, isBlocked: false },
    ]);
  });

  it('is read in bulk: 5,000 accounts and 2,000 cost centres take a request per thousand', async () => {
    const { client, sap } = await pages({
      A_GLAccountInChartOfAccounts: Array.from({ length: 5_000 }, (_, index) => ({
        ChartOfAccounts: 'YCOA',
        GLAccount: String(40_000_000 + index).padStart(10, '0'),
        IsProfitLossAccount: true,
        AccountIsBlockedForPosting: false,
        AccountIsMarkedForDeletion: false,
      })),
      A_CostCenter: Array.from({ length: 2_000 }, (_, index) => ({
        ControllingArea: 'A000',
        CostCenter: `CC${index}`,
        ValidityStartDate: '/Date(0)/',
        ValidityEndDate: '/Date(253402214400000)/',
        CompanyCode: '1010',
        IsBlkdForPrimaryCostsPosting: '',
        IsBlockedForRevenuePosting: '',
      })),
    });
    const accounts = await client.masterData.read({ kind: 'gl-accounts', scope: 'YCOA', names: 'all' });
    const afterAccounts = sap.of('read').length;
    const centers = await client.masterData.read({ kind: 'cost-centers', scope: 'A000', names: 'all' });
    expect(new Set(accounts.map(({ glAccount }) => glAccount)).size).toBe(5_000);
    expect(new Set(centers.map(({ costCenter }) => costCenter)).size).toBe(2_000);
    // A page that is full may be the last one, which only one more question shows.
    expect(afterAccounts).toBeLessThanOrEqual(6);
    expect(sap.of('read').length - afterAccounts).toBeLessThanOrEqual(3);
  });

  it('is asked for by name in addresses of at most 2,000 characters, each name in one of them', async () => {
    const { sap, paths } = await pretend();
    const names = Array.from({ length: 300 }, (_, index) => String(41_000_000 + index));
    const rows = await sap.masterData.read({ kind: 'gl-accounts', scope: 'YCOA', names: [...names, ...names] });
    expect(rows.map(({ glAccount }) => glAccount)).toEqual(['41000000']);
    expect(paths.length).toBeGreaterThan(1);
    expect(paths.length).toBeLessThan(12);
    expect(await sap.masterData.read({ kind: 'gl-accounts', scope: 'YCOA', names: [] })).toEqual([]);
  });

  it('control: the addresses are that long and no longer, and hold every name once', async () => {
    const sap = await SapStandIn.start();
    const { client } = ledgerFor(sap.url);
    const names = Array.from({ length: 300 }, (_, index) => `O'${index}`);
    await client.masterData.read({ kind: 'cost-centers', scope: 'A000', names });
    const urls = sap.of('read').map(({ url }) => `${sap.url}${url}`);
    expect(Math.max(...urls.map((url) => url.length))).toBeLessThanOrEqual(2_000);
    expect(Math.min(...urls.slice(0, -1).map((url) => url.length))).toBeGreaterThan(1_900);
    const asked = urls.flatMap((url) => [
      ...(new URL(url).searchParams.get('$filter') ?? '').matchAll(/CostCenter eq '(O''\d+)'/g),
    ]);
    expect(asked.map(([, name]) => name?.replace("''", "'"))).toEqual(names);
  });

  it('reads a customer in its company code, which need not have been entered yet', async () => {
    const { client, sap } = await standIn({
      A_CustomerCompany: [
        {
          Customer: '0001000123',
          CompanyCode: '1010',
          ReconciliationAccount: '0012100000',
          PhysicalInventoryBlockInd: false,
          DeletionIndicator: true,
        },
      ],
    });
    const rows = await client.masterData.read({ kind: 'customers', scope: '1010', names: ['1000123'] });
    expect(rows).toEqual([
      {
        customer: '1000123',
        companyCode: '1010',
        reconciliationAccount: '12100000',
        isBlocked: false,
        isMarkedForDeletion: true,
      },
    ]);
    expect(filterOf(sap.of('read')[0])).toBe("CompanyCode eq '1010' and (Customer eq '0001000123')");
  });
});

it('customers are read from the pretend SAP in the company codes they are set up in', async () => {
  const { sap } = await pretend();
  const rows = await sap.masterData.read({ kind: 'customers', scope: '1010', names: ['4711', '4712'] });
  expect(rows).toEqual([
    {
      customer: '4711',
      companyCode: '1010',
      reconciliationAccount: '12100000',
      isBlocked: false,
      isMarkedForDeletion: false,
    },
  ]);
});

describe('views of the customer’s own', () => {
  const customViews = {
    taxCodes: { service: 'YY1_TAXCODES_CDS', set: 'YY1_TaxCodes', fields: { country: 'Country' } },
    documentTypes: { service: 'YY1_DOCTYPES_CDS', set: 'YY1_DocTypes' },
    glAccountsInCompanyCode: { service: 'YY1_GLCOMPANY_CDS', set: 'YY1_GLCompany', fields: { isBlocked: null } },
    postingPeriods: { service: 'YY1_PERIODS_CDS', set: 'YY1_Periods' },
  };

  it('are read by the names that the settings give', async () => {
    const { client, sap } = await standIn(
      {
        YY1_TaxCodes: [{ TaxCode: 'a1', Country: 'DE' }],
        YY1_DocTypes: [{ AccountingDocumentType: 'SA' }],
        YY1_GLCompany: [
          {
            CompanyCode: '1010',
            GLAccount: '0012100000',
            ReconciliationAccountType: 'D',
            IsAutomaticallyPosted: 'X',
          },
        ],
        YY1_Periods: [
          {
            CompanyCode: '1010',
            PeriodStartDate: `/Date(${Date.parse('2026-11-01T00:00:00Z')})/`,
            PeriodEndDate: `/Date(${Date.parse('2026-11-30T00:00:00Z')})/`,
            PostingPeriodIsOpen: '',
          },
        ],
      },
      { settings: { customViews } },
    );
    const { read } = client.masterData;
    expect(await read({ kind: 'tax-codes', scope: '', names: 'all' })).toEqual([{ taxCode: 'A1', country: 'DE' }]);
    expect(await read({ kind: 'document-types', scope: '', names: 'all' })).toEqual([
      { documentType: 'SA', accountTypes: '' },
    ]);
    expect(await read({ kind: 'company-gl-accounts', scope: '1010', names: ['12100000'] })).toEqual([
      {
        glAccount: '12100000',
        companyCode: '1010',
        isBlocked: false,
        isReconciliation: true,
        isPostedAutomatically: true,
      },
    ]);
    expect(await read({ kind: 'posting-periods', scope: '1010', names: 'all' })).toEqual([
      { companyCode: '1010', from: '2026-11-01', to: '2026-11-30', isOpen: false },
    ]);
    const [tax, , accounts] = sap.of('read').map(({ url }) => new URL(url, 'http://sap'));
    expect(tax?.pathname).toBe('/sap/opu/odata/sap/YY1_TAXCODES_CDS/YY1_TaxCodes');
    expect(accounts?.searchParams.get('$select')).not.toContain('AccountIsBlockedForPosting');
    expect(client.masterData.kinds).toContain('posting-periods');
  });

  it('are read from the pretend SAP by the names of its views, which are those of SAP’s own underneath', async () => {
    const view = (name: string, fields: object = {}) => ({ service: `${name}_CDS`, set: name, fields });
    const periods = { from: null, to: null, fiscalYear: 'FiscalYear', fiscalPeriod: 'FiscalPeriod' };
    const { sap } = await pretend(
      {
        nowMs: () => Date.parse('2026-11-23T07:00:00Z'),
        openPeriods: [{ from: '2026-010', to: '2026-011' }],
        customViews: {
          taxCodes: { name: 'YY1_TAX' },
          documentTypes: { name: 'YY1_TYPES' },
          openPeriods: { name: 'YY1_PERIODS' },
          glAccountsInCompanyCode: { name: 'YY1_ACCOUNTS' },
        },
      },
      {
        customViews: {
          taxCodes: view('YY1_TAX', { country: 'Country' }),
          documentTypes: view('YY1_TYPES', { accountTypes: 'AllowedFinancialAccountTypes' }),
          postingPeriods: view('YY1_PERIODS', { ...periods, fiscalYearVariant: 'FiscalYearVariant' }),
          glAccountsInCompanyCode: view('YY1_ACCOUNTS', { isPostedAutomatically: null }),
        },
      },
    );
    const { masterData: source } = sap;
    expect(await source.read({ kind: 'tax-codes', scope: '', names: ['A1'] })).toEqual([
      { taxCode: 'A1', country: 'DE' },
    ]);
    expect(await source.read({ kind: 'document-types', scope: '', names: ['SA'] })).toEqual([
      { documentType: 'SA', accountTypes: 'SDK' },
    ]);
    const accounts = await source.read({ kind: 'company-gl-accounts', scope: '1010', names: ['65000000', '66000000'] });
    expect(accounts).toMatchObject([{ glAccount: '65000000', companyCode: '1010', isBlocked: true }]);
    const openIn = async (scope: string) => {
      const rows = await source.read({ kind: 'posting-periods', scope, names: 'all' });
      return rows.filter(({ isOpen, from }) => isOpen && from !== null).map(({ from, to }) => `${from} ${to}`);
    };
    expect(await openIn('1010')).toEqual(['2026-10-01 2026-10-31', '2026-11-01 2026-11-30']);
    // A shifted fiscal year: which days its periods have is not told.
    expect(await openIn('1510')).toEqual([]);
  });

  it('are not asked for where the settings name none: SAP_MASTER_DATA_NOT_OFFERED', async () => {
    const { client, sap } = await standIn({});
    expect(client.masterData.kinds).not.toContain('tax-codes');
    await expect(client.masterData.read({ kind: 'tax-codes', scope: '', names: 'all' })).rejects.toMatchObject({
      code: 'SAP_MASTER_DATA_NOT_OFFERED',
      kind: 'rejected',
    });
    expect(sap.received).toEqual([]);
  });

  it('cannot be named with anything but names', () => {
    const settings = (service: string) =>
      sapSettingsSchema.safeParse({
        baseUrl: 'https://sap.example',
        journalEntryUrl: 'https://sap.example/x',
        createdByUser: 'TEST',
        authentication: { type: 'basic', user: 'U' },
        customViews: { taxCodes: { service, set: 'X' } },
      });
    expect(settings('YY1_TAX_CDS').success).toBe(true);
    expect(settings('../admin').success).toBe(false);
  });
});

describe('master data that SAP does not give', () => {
  it.each([
    ['a service outside the arrangement', 403, '/IWFND/MED/170', 'SAP_SERVICE_NOT_ACTIVE'],
    ['a user who may not read it', 403, 'SY/530', 'SAP_NOT_AUTHORISED'],
    ['a service that does not exist', 404, '/IWFND/MED/170', 'SAP_SERVICE_NOT_ACTIVE'],
    ['a field that the view does not have', 400, '/IWBEP/CM_MGW_RT/021', 'SAP_READ_REFUSED'],
  ])('%s', async (_, status, code, expected) => {
    const error = { error: { code, message: { lang: 'en', value: 'no' } } };
    const { client } = await standIn({}, {}, () => ({ status, headers: JSON_TYPE, body: JSON.stringify(error) }));
    await expect(read(client)).rejects.toMatchObject({ code: expected, kind: 'rejected' });
  });

  it('is unreadable, not absent, when a row lacks a field', async () => {
    const { client } = await standIn({ A_CostCenter: [{ ControllingArea: 'A000', CostCenter: 'CC' }] });
    await expect(read(client)).rejects.toMatchObject({ code: 'SAP_FIELD_UNREADABLE' });
  });

  it('never shows a secret that SAP repeats', async () => {
    const error = { error: { code: 'X/1', message: { lang: 'en', value: 'user has password-canary' } } };
    const { client } = await standIn({}, {}, () => ({ status: 400, headers: JSON_TYPE, body: JSON.stringify(error) }));
    const problem = await read(client).catch((thrown: unknown) => thrown);
    expect(JSON.stringify(problem)).toContain('[secret]');
    expect(JSON.stringify(problem)).not.toContain('canary');
  });
});

const JSON_TYPE = { 'content-type': 'application/json' };

/** A SAP that answers each set with these rows, whatever the filter says. */
async function standIn(
  sets: Readonly<Record<string, readonly object[]>>,
  change: Parameters<typeof ledgerFor>[1] = {},
  answer?: (request: Received) => Reply,
) {
  const bySet = ({ url }: Received): Reply => {
    const set = new URL(url, 'http://sap').pathname.split('/').at(-1) ?? '';
    return { headers: JSON_TYPE, body: JSON.stringify({ d: { results: sets[set] ?? [] } }) };
  };
  const sap = await SapStandIn.start({ read: answer ?? bySet });
  return { sap, ...ledgerFor(sap.url, change) };
}

/** The same with pages, as SAP answers `$top` and `$skip`. */
async function pages(sets: Readonly<Record<string, readonly object[]>>) {
  return standIn({}, {}, ({ url }) => {
    const { pathname, searchParams } = new URL(url, 'http://sap');
    const rows = sets[pathname.split('/').at(-1) ?? ''] ?? [];
    const skip = Number(searchParams.get('$skip') ?? 0);
    const results = rows.slice(skip, skip + Number(searchParams.get('$top')));
    return { headers: JSON_TYPE, body: JSON.stringify({ d: { results } }) };
  });
}

const read = ({ masterData: source }: Sap) => source.read({ kind: 'cost-centers', scope: 'A000', names: 'all' });

function filterOf(request: Received | undefined): string | null {
  return new URL(request?.url ?? '', 'http://sap').searchParams.get('$filter');
}
