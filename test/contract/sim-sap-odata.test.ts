import { describe, expect, it } from 'vitest';
import { odataPrefix, type PretendSapWorld } from '../../sim/sap/index.ts';
import { entitySets } from '../../sim/sap/odata-service.ts';
import { readFields } from './sim-sap-descriptions.ts';
import {
  call,
  createWorld,
  entryXml,
  isSharedPresent,
  post,
  readShared,
  startMs,
  type TestLine,
} from './sim-sap-kit.ts';

const cube = `${odataPrefix}API_OPLACCTGDOCITEMCUBE_SRV/A_OperationalAcctgDocItemCube`;

type Row = Record<string, unknown>;

function get(world: PretendSapWorld, url: string, nowMs = startMs) {
  const response = call(world, 'GET', url, { headers: { accept: 'application/json' }, nowMs });
  const body = response.body === '' ? {} : (JSON.parse(String(response.body)) as { d?: Row; error?: Row });
  return { status: response.status, d: body.d ?? {}, error: body.error ?? {} };
}

function rowsOf(world: PretendSapWorld, url: string, nowMs = startMs): Row[] {
  const { status, d } = get(world, url, nowMs);
  expect(status).toBe(200);
  return d.results as Row[];
}

function query(options: Record<string, string>): string {
  return `?${Object.entries(options)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')}`;
}

/** Three documents: one with tax, one in yen, one reversed by a fourth. */
function createBooks(options: Parameters<typeof createWorld>[0] = {}): PretendSapWorld {
  const world = createWorld(options);
  const taxed: TestLine[] = [
    { gl: '11001000', amount: '1190.00', assignment: 'Mixed-Case' },
    { gl: '41000000', amount: '-1000.00', profitCenter: 'YB101', tax: 'A1', group: '1', text: "O'Brien & Co" },
    { tax: 'A1', group: '1', amount: '-190.00', base: '-1000.00' },
  ];
  const yen: TestLine[] = [
    { gl: '11001000', amount: '1999', currency: 'JPY' },
    { gl: '41000000', amount: '-1999', currency: 'JPY', profitCenter: 'YB101' },
  ];
  post(world, entryXml({ reference: 'amz-tax', lines: taxed }));
  post(world, entryXml({ reference: 'AMZ-JPY', lines: yen, date: '2026-10-31' }));
  post(world, entryXml({ reference: 'AMZ-REV' }));
  post(world, entryXml({ reference: 'AMZ-REV', reverses: '010000000210102026', date: '2026-11-23' }));
  expect(world.documents).toHaveLength(4);
  return world;
}

describe('the item cube', () => {
  it('finds a document by its reference, with each line and its tax lines', () => {
    const filter = "CompanyCode eq '1010' and FiscalYear eq '2026' and DocumentReferenceID eq 'AMZ-TAX'";
    const select =
      'AccountingDocument,AccountingDocumentItem,GLAccount,DebitCreditCode,AmountInTransactionCurrency,TaxCode';
    const rows = rowsOf(createBooks(), cube + query({ $filter: filter, $select: select, $format: 'json' }));
    expect(rows.map(({ __metadata, ...row }) => Object.values(row))).toEqual([
      ['0100000000', '001', 'S', '', '0011001000', '1190.000'],
      ['0100000000', '002', 'H', 'A1', '0041000000', '-1000.000'],
      ['0100000000', '003', 'H', 'A1', '0022000000', '-190.000'],
    ]);
    expect(Object.keys(rows[0]!)).toHaveLength(7);
  });

  it('stores references in upper case, so that a search in lower case finds nothing; assignments keep their case', () => {
    const world = createBooks();
    const count = (filter: string) => rowsOf(world, cube + query({ $filter: filter })).length;
    expect(count("DocumentReferenceID eq 'AMZ-TAX'")).toBe(3);
    expect(count("DocumentReferenceID eq 'amz-tax'")).toBe(0);
    expect(count("AssignmentReference eq 'Mixed-Case'")).toBe(1);
    expect(count("AssignmentReference eq 'MIXED-CASE'")).toBe(0);
  });

  it('writes dates as milliseconds, amounts as text with three decimals, flags as booleans', () => {
    const [row] = rowsOf(
      createBooks(),
      cube + query({ $filter: "DocumentReferenceID eq 'AMZ-JPY' and DebitCreditCode eq 'S'" }),
    );
    expect(row).toMatchObject({
      PostingDate: '/Date(1793404800000)/',
      AmountInTransactionCurrency: '1999.000',
      TransactionCurrency: 'JPY',
      AmountInCompanyCodeCurrency: '12.490',
      CompanyCodeCurrency: 'EUR',
      ClearingDate: null,
      IsReversed: false,
      CreationTime: 'PT07H00M00S',
      ReferenceDocumentType: 'BKPFF',
      OriginalReferenceDocument: '010000000110102026',
      PostingKey: '40',
      FiscalPeriod: '010',
    });
    expect(new Date(1793404800000).toISOString()).toBe('2026-10-31T00:00:00.000Z');
  });

  it('marks the reversed document and its reversal, each with the number of the other', () => {
    const url = cube + query({ $filter: "DocumentReferenceID eq 'AMZ-REV' and AccountingDocumentItem eq '001'" });
    const rows = rowsOf(createBooks(), url);
    expect(
      rows.map((row) => [
        row.AccountingDocument,
        row.IsReversed,
        row.IsReversal,
        row.ReverseDocument,
        row.ReversalReason,
      ]),
    ).toEqual([
      ['0100000002', true, false, '0100000003', '01'],
      ['0100000003', false, true, '0100000002', '01'],
    ]);
  });

  it('shows a document only after the delay, and its reversal only after its own', () => {
    const world = createWorld({ itemCubeDelayMs: 5000 });
    post(world, entryXml(), startMs);
    post(world, entryXml({ reverses: '010000000010102026', date: '2026-11-23' }), startMs + 2000);
    const flags = (nowMs: number) => rowsOf(world, cube, nowMs).map((row) => `${row.IsReversed}/${row.IsReversal}`);
    expect(flags(startMs + 4999)).toEqual([]);
    expect(flags(startMs + 5000)).toEqual(['false/false', 'false/false']);
    expect(flags(startMs + 7000)).toEqual(['true/false', 'true/false', 'false/true', 'false/true']);
  });

  it('delivers pages behind __next until everything has come once', () => {
    const world = createBooks({ pageSizeMax: 4 });
    const seen: string[] = [];
    const sizes: number[] = [];
    let url: string | undefined =
      cube + query({ $inlinecount: 'allpages', $select: 'AccountingDocument,AccountingDocumentItem' });
    while (url !== undefined && sizes.length < 10) {
      const { d } = get(world, url);
      const rows = d.results as Row[];
      expect(d.__count).toBe('9');
      seen.push(...rows.map((row) => `${row.AccountingDocument}/${row.AccountingDocumentItem}`));
      sizes.push(rows.length);
      url = d.__next as string | undefined;
    }
    expect(sizes).toEqual([4, 4, 1]);
    expect(new Set(seen).size).toBe(9);
    expect(seen).toEqual([...seen].sort());
  });

  it('sorts, skips and takes as asked, across pages too', () => {
    const world = createBooks({ pageSizeMax: 2 });
    const url =
      cube +
      query({
        $orderby: 'AmountInTransactionCurrency desc',
        $skip: '1',
        $top: '3',
        $select: 'AmountInTransactionCurrency',
      });
    const first = get(world, url).d;
    const amounts = (d: Row) => (d.results as Row[]).map((row) => row.AmountInTransactionCurrency);
    expect(amounts(first)).toEqual(['1190.000', '119.000']);
    const second = get(world, String(first.__next)).d;
    expect(amounts(second)).toEqual(['119.000']);
    expect(second.__next).toBeUndefined();
    expect(get(world, cube + query({ $top: '0' })).d.results).toEqual([]);
  });

  it.each<[string, number]>([
    ["PostingDate ge datetime'2026-11-01T00:00:00' and PostingDate le datetime'2026-11-22T00:00:00'", 5],
    ["PostingDate lt datetime'2026-11-01T00:00:00'", 2],
    ["(CompanyCode eq '1010' or CompanyCode eq '9999') and not (TransactionCurrency eq 'JPY')", 7],
    ["CompanyCode eq '9999' or CompanyCode eq '1010' and TransactionCurrency eq 'JPY'", 2],
    ["DocumentItemText eq 'O''Brien & Co'", 1],
    ['IsReversed eq true', 2],
    ['AmountInTransactionCurrency gt 1000.000', 2],
    ['AmountInTransactionCurrency le -1000M', 2],
    ["startswith(DocumentReferenceID,'AMZ-R') eq true", 4],
    ["substringof('TAX',DocumentReferenceID)", 3],
    ['ClearingDate eq null', 9],
    ["GLAccount ne '0011001000'", 5],
  ])('filters by %s', (filter, count) => {
    expect(rowsOf(createBooks(), cube + query({ $filter: filter }))).toHaveLength(count);
  });

  it.each([
    [{ $filter: "Invented eq '1'" }, 'Property Invented not found in type A_OperationalAcctgDocItemCubeType'],
    [{ $filter: 'CompanyCode eq 1010' }, 'Incompatible types string and number in $filter'],
    [{ $filter: "PostingDate eq '2026-11-14'" }, 'Incompatible types date and string in $filter'],
    [{ $filter: "CompanyCode eq '1010" }, 'Invalid character at position 15 of $filter'],
    [{ $filter: "(CompanyCode eq '1010'" }, "Invalid token 'end' in $filter"],
    [{ $filter: "CompanyCode eq '1010' CompanyCode eq '1010'" }, "Invalid token 'CompanyCode' in $filter"],
    [{ $filter: "PostingDate eq datetime'14.11.2026'" }, "Invalid literal datetime'14.11.2026'"],
    [{ $select: 'Invented' }, 'Property Invented not found in type A_OperationalAcctgDocItemCubeType'],
    [{ $orderby: 'CompanyCode up' }, "Invalid $orderby 'CompanyCode up'"],
    [{ $top: '-1' }, "Invalid value '-1' for $top"],
    [{ $search: 'x' }, "The system query option '$search' is not defined"],
    [{ $expand: 'to_Nothing' }, 'Property to_Nothing not found in type A_OperationalAcctgDocItemCubeType'],
  ])('answers 400 with the reason to %j', (options, says) => {
    const { status, error } = get(createWorld(), cube + query(options));
    expect([status, (error.message as Row).value]).toEqual([400, says]);
    expect(error.code).toMatch(/^[0-9A-F]{32}$/);
  });
});

describe('master data', () => {
  const companyCodes = `${odataPrefix}API_COMPANYCODE_SRV/A_CompanyCode`;
  const accounts = `${odataPrefix}API_GLACCOUNTINCHARTOFACCOUNTS_SRV/A_GLAccountInChartOfAccounts`;
  const costCenters = `${odataPrefix}API_COSTCENTER_SRV/A_CostCenter`;
  const profitCenters = `${odataPrefix}API_PROFITCENTER_SRV/A_ProfitCenter`;
  const world = createWorld();

  it('is read by key in both forms', () => {
    const short = get(world, `${companyCodes}('1010')`).d;
    expect(short).toMatchObject({
      CompanyCode: '1010',
      Currency: 'EUR',
      ChartOfAccounts: 'YCOA',
      FiscalYearVariant: 'K4',
      ControllingArea: 'A000',
    });
    expect(get(world, `${companyCodes}(CompanyCode='1010')`).d).toEqual(short);
    const long = `(ControllingArea='A000',CostCenter='0010101101',ValidityEndDate=datetime'9999-12-31T00:00:00')`;
    expect(get(world, costCenters + encodeURIComponent(long)).d).toMatchObject({
      CostCenter: '0010101101',
      ProfitCenter: 'YB101',
    });
    expect(get(world, `${companyCodes}('1510')`).d.FiscalYearVariant).toBe('V3');
  });

  it('that does not exist is answered 404, a key of another shape 400', () => {
    expect(get(world, `${companyCodes}('9999')`)).toMatchObject({
      status: 404,
      error: { code: '/IWBEP/CM_MGW_RT/020' },
    });
    expect(get(world, `${companyCodes}(1010)`).status).toBe(400);
    expect(get(world, `${accounts}('11001000')`).status).toBe(400);
    expect(get(world, `${odataPrefix}API_COMPANYCODE_SRV/A_Invented`).status).toBe(404);
  });

  it('of G/L accounts comes padded, with its block and its texts', () => {
    const filter = "ChartOfAccounts eq 'YCOA' and GLAccount eq '0061000000'";
    const [row] = rowsOf(world, accounts + query({ $filter: filter, $expand: 'to_Text' }));
    expect(row).toMatchObject({
      GLAccount: '0061000000',
      IsProfitLossAccount: true,
      AccountIsBlockedForPosting: false,
      GLAccountType: 'P',
    });
    const text = {
      Language: 'EN',
      GLAccountName: 'Marketplace fees wit',
      GLAccountLongName: 'Marketplace fees with a long name for texts',
    };
    expect((row!.to_Text as { results: Row[] }).results).toEqual([expect.objectContaining(text)]);
    const [plain] = rowsOf(world, accounts + query({ $filter: filter }));
    const link = String((plain!.to_Text as { __deferred: { uri: string } }).__deferred.uri);
    expect(rowsOf(world, link)).toEqual([expect.objectContaining(text)]);
    const [selected] = rowsOf(
      world,
      accounts + query({ $filter: filter, $expand: 'to_Text', $select: 'GLAccount,to_Text/GLAccountName' }),
    );
    expect(Object.keys((selected!.to_Text as { results: Row[] }).results[0]!)).toEqual(['__metadata', 'GLAccountName']);
    expect(
      rowsOf(world, accounts + query({ $filter: 'AccountIsBlockedForPosting eq true' })).map((each) => each.GLAccount),
    ).toEqual(['0065000000']);
  });

  it('of cost centres is filtered by the day it must be valid on', () => {
    const on = (day: string) =>
      rowsOf(
        world,
        costCenters +
          query({
            $filter: `CompanyCode eq '1010' and ValidityStartDate le datetime'${day}T00:00:00' and ValidityEndDate ge datetime'${day}T00:00:00'`,
          }),
      ).map((row) => row.CostCenter);
    expect(on('2025-12-31')).toEqual(['0010101101', 'LOCKED', 'OLD']);
    expect(on('2026-01-01')).toEqual(['0010101101', 'LOCKED']);
    const [locked] = rowsOf(world, costCenters + query({ $filter: "CostCenter eq 'LOCKED'" }));
    expect([locked!.IsBlkdForPrimaryCostsPosting, locked!.IsBlockedForRevenuePosting]).toEqual(['X', '']);
    expect(
      rowsOf(
        world,
        `${costCenters}(ControllingArea='A000',CostCenter='OLD',ValidityEndDate=datetime'2025-12-31T00:00:00')/to_Text`,
      ),
    ).toEqual([expect.objectContaining({ CostCenterName: 'Closed' })]);
    expect(rowsOf(world, profitCenters).map((row) => row.ProfitCenter)).toEqual(['PC1000', 'YB101']);
  });
});

describe('a service', () => {
  const world = createBooks();

  it('lists its entity sets and describes their fields', () => {
    expect(get(world, `${odataPrefix}API_COSTCENTER_SRV/`).d).toEqual({
      EntitySets: ['A_CostCenter', 'A_CostCenterText'],
    });
    const metadata = String(call(world, 'GET', `${odataPrefix}API_COSTCENTER_SRV/$metadata`).body);
    expect(metadata).toContain(
      '<Property Name="CostCenter" Type="Edm.String" Nullable="false" MaxLength="10" sap:display-format="UpperCase"/>',
    );
    expect(call(world, 'GET', `${cube}/$count`).body).toBe('9');
  });

  it('answers Atom XML to whoever does not ask for JSON', () => {
    const response = call(world, 'GET', cube + query({ $top: '1' }));
    expect(response.headers['content-type']).toMatch(/xml/);
    expect(response.body).toContain('<d:AmountInTransactionCurrency>1190.000</d:AmountInTransactionCurrency>');
    expect(call(world, 'GET', cube + query({ $top: '1', $format: 'json' })).headers['content-type']).toMatch(
      /^application\/json/,
    );
  });

  it('that is in no communication arrangement is answered 403 /IWFND/MED/170', () => {
    const { status, error } = get(world, `${odataPrefix}API_INVENTED_SRV/`);
    expect([status, error.code]).toEqual([403, '/IWFND/MED/170']);
    expect(error.innererror).toMatchObject({
      application: { service_id: 'API_INVENTED_SRV', service_namespace: '/SAP/' },
      transactionid: expect.stringMatching(/^[0-9A-F]{32}$/),
      timestamp: '20261123070000.0000000',
      errordetails: [],
    });
  });

  it.skipIf(!isSharedPresent)(
    'has only fields of the real service, with their types and lengths (skipped without ../shared)',
    () => {
      const real = readFields(readShared('specs/sap/fields.txt'));
      const wrong: string[] = [];
      for (const set of entitySets) {
        const type = real.get(`${set.name}Type`);
        for (const { name, type: edm, lengthMax, isKey } of set.fields.values()) {
          const ours = `${isKey ? '*' : ''}${edm.slice('Edm.'.length)} ${lengthMax ?? ''}`.trim();
          if (type?.get(name) !== ours) wrong.push(`${set.name}.${name}: ours ${ours}, real ${type?.get(name)}`);
        }
        for (const [name, field] of type ?? []) {
          if (field.startsWith('*') && !set.fields.has(name)) wrong.push(`${set.name}: no key ${name}`);
        }
      }
      expect(wrong).toEqual([]);
      expect(entitySets).toHaveLength(17);
    },
  );

  it.skipIf(!isSharedPresent)('answers an error in the shape of the real one (skipped without ../shared)', () => {
    const real = JSON.parse(readShared('samples/sap/09_odata_v2_error_403_MED170.REAL-SHAPE.json')) as { error: Row };
    const ours = get(world, `${odataPrefix}API_INVENTED_SRV/`).error;
    expect(keysOf(ours)).toEqual(keysOf(real.error));
  });
});

function keysOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return '';
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, keysOf(inner)]));
}
