import { describe, expect, it } from 'vitest';
import {
  type CustomViews,
  type FaultRates,
  journalEntryPath,
  journalEntryService,
  odataPrefix,
  type PretendSapWorld,
} from '../../sim/sap/index.ts';
import {
  basic,
  call,
  createWorld,
  entryXml,
  masterData,
  post,
  readConfirmation,
  soapHeaders,
  startMs,
} from './sim-sap-kit.ts';

type Row = Record<string, unknown>;

function control(world: PretendSapWorld, method: string, path: string, body: object = {}): [number, Row] {
  const response = call(world, method, `/_sim/${path}`, { body: JSON.stringify(body) });
  return [response.status, JSON.parse(String(response.body)) as Row];
}

function rowsOf(world: PretendSapWorld, path: string): Row[] {
  const response = call(world, 'GET', odataPrefix + path, { headers: { accept: 'application/json' } });
  expect(response.status).toBe(200);
  return (JSON.parse(String(response.body)) as { d: { results: Row[] } }).d.results;
}

const logOf = (world: PretendSapWorld, xml = entryXml(), nowMs = startMs) =>
  readConfirmation(post(world, xml, nowMs)).log.filter((line) => !line.startsWith('609'));

describe('a user', () => {
  const users = (rights: Row) => ({ users: [{ user: 'AMZ_POST', password: 'secret', ...rights }] });

  it('who may not post is answered 403 without the header that asks for another token', () => {
    const world = createWorld({ ...users({ mayPost: false }), csrfOnSoap: false });
    const response = post(world, entryXml());
    expect([response.status, response.headers['x-csrf-token']]).toEqual([403, undefined]);
    expect(world.documents).toEqual([]);
    expect(call(world, 'GET', `${odataPrefix}API_COMPANYCODE_SRV/`).status).toBe(200);
  });

  it('whose role lacks the company code is told so in the log', () => {
    expect(logOf(createWorld(users({ postsIn: ['1000'] })))).toEqual([
      '083(F5): No authorization for posting in company code 1010',
    ]);
    expect(logOf(createWorld(users({ postsIn: ['1010'] })))[0]).toMatch(/^605/);
  });

  it('who is locked cannot log on any more, neither by password nor by a token of before', () => {
    const world = createWorld();
    const status = (authorization: string) =>
      call(world, 'GET', `${odataPrefix}API_COMPANYCODE_SRV/`, { headers: { authorization } }).status;
    world.tokens.set('token', { user: 'AMZ_POST', expiresAtMs: startMs + 1 });
    expect([status(basic), status('Bearer token')]).toEqual([200, 200]);
    expect(control(world, 'POST', 'users', { user: 'AMZ_POST', isLocked: true })).toEqual([200, {}]);
    expect([status(basic), status('Bearer token')]).toEqual([401, 401]);
    control(world, 'POST', 'users', { user: 'AMZ_POST', isLocked: null });
    expect(status(basic)).toBe(200);
  });

  it('sees the services of the own arrangement only', () => {
    const world = createWorld(users({ services: ['API_COMPANYCODE_SRV', journalEntryService] }));
    const status = (service: string) => call(world, 'GET', `${odataPrefix}${service}/`).status;
    expect([status('API_COMPANYCODE_SRV'), status('API_COSTCENTER_SRV'), post(world, entryXml()).status]).toEqual([
      200, 403, 200,
    ]);
    control(world, 'PUT', 'services', { missing: ['API_COMPANYCODE_SRV', journalEntryService] });
    expect([status('API_COMPANYCODE_SRV'), post(world, entryXml()).status]).toEqual([403, 403]);
  });
});

describe('the clock of SAP', () => {
  it('is the world’s, shown in every answer, and can go wrong', () => {
    const world = createWorld();
    const date = () => call(world, 'POST', journalEntryPath, { headers: soapHeaders, anonymous: true }).headers.date;
    expect(date()).toBe('Mon, 23 Nov 2026 07:00:00 GMT');
    control(world, 'PUT', 'clock', { skewMs: -600_000 });
    expect(date()).toBe('Mon, 23 Nov 2026 06:50:00 GMT');
    expect(control(world, 'PUT', 'clock', { skewMs: 'x' })[0]).toBe(400);
  });
});

describe('master data', () => {
  it('is changed in the fields given, added and removed, also for the read services', () => {
    const world = createWorld();
    const account = { chartOfAccounts: 'YCOA', glAccount: '11001000' };
    expect(control(world, 'POST', 'master-data', { glAccounts: [{ ...account, blockedForPosting: true }] })[0]).toBe(
      200,
    );
    expect(logOf(world)).toEqual(['350(F5): Account 0011001000 1010 is blocked for posting']);
    const filter = "API_GLACCOUNTINCHARTOFACCOUNTS_SRV/A_GLAccountInChartOfAccounts?$filter=GLAccount eq '0011001000'";
    expect(rowsOf(world, filter)).toEqual([
      expect.objectContaining({ AccountIsBlockedForPosting: true, IsBalanceSheetAccount: true }),
    ]);
    control(world, 'POST', 'master-data', { glAccounts: [{ ...account, blockedForPosting: false }] });
    expect(logOf(world)[0]).toMatch(/^605/);
    control(world, 'POST', 'master-data', { remove: { glAccounts: [account] } });
    expect(logOf(world)[0]).toMatch(/^507\(F5\)/);
    control(world, 'POST', 'master-data', { glAccounts: [{ ...account, name: 'New', kind: 'balanceSheet' }] });
    expect(logOf(world)[0]).toMatch(/^605/);
  });

  it('of cost centres, profit centres and customers can be edited too', () => {
    const world = createWorld();
    const center = { controllingArea: 'A000', profitCenter: 'YB101', validTo: '9999-12-31' };
    control(world, 'POST', 'master-data', { profitCenters: [{ ...center, blocked: true }] });
    expect(logOf(world)).toEqual(['-: Profit center A000/YB101 is locked for postings']);
    expect(world.profitCenters).toHaveLength(2);
    const customer = { companyCode: '1010', number: '815', name: 'New', reconciliationAccount: '12100000' };
    control(world, 'POST', 'master-data', { customers: [customer], profitCenters: [{ ...center, blocked: false }] });
    const lines = [
      { customer: '815', amount: '1.00' },
      { gl: '41000000', amount: '-1.00', profitCenter: 'YB101' },
    ];
    expect(logOf(world, entryXml({ type: 'DR', lines }))[0]).toMatch(/^605/);
  });

  it.each<[string, object]>([
    ['an unknown kind', { accounts: [] }],
    ['a new row that lacks a field', { glAccounts: [{ chartOfAccounts: 'YCOA', glAccount: '99' }] }],
    ['a row without its key', { costCenters: [{ costCenter: 'X' }] }],
    ['a currency nobody has', { companyCodes: [{ companyCode: '1010', currency: 'XQQ' }] }],
    ['a removal of nothing', { remove: { taxCodes: [{ country: 'DE', taxCode: 'ZZ' }] } }],
  ])('with %s is refused, and the parts that are right are not taken either', (_what, body) => {
    const world = createWorld();
    const good = { glAccounts: [{ chartOfAccounts: 'YCOA', glAccount: '11001000', blockedForPosting: true }] };
    const [status] = control(world, 'POST', 'master-data', { ...good, ...body });
    const [alone] = control(world, 'POST', 'master-data', body);
    expect([status, alone]).toEqual([400, 400]);
    expect(world.glAccounts.get('YCOA/0011001000')?.blockedForPosting).toBeUndefined();
  });
});

describe('a record that somebody works on', () => {
  const lines = [
    { customer: '4711', amount: '1.00' },
    { gl: '41000000', amount: '-1.00', profitCenter: 'YB101' },
  ];

  it.each([
    ['customer', '4711', '039(F5): Account 0000004711 is currently blocked by user MILLER'],
    ['glAccount', '0041000000', '601(MC): Object requested is currently locked by user MILLER'],
  ])('(%s) refuses postings until its end, and no others', (object, number, note) => {
    const world = createWorld();
    const until = new Date(startMs + 30_000).toISOString();
    const lock = { object, number, user: 'MILLER', until };
    expect(control(world, 'PUT', 'locks', { locks: [lock] })).toEqual([200, {}]);
    const xml = entryXml({ type: 'DR', lines });
    expect(logOf(world, xml, startMs + 29_999)).toEqual([note]);
    expect(logOf(world, xml, startMs + 30_000)[0]).toMatch(/^605/);
    control(world, 'PUT', 'locks', { locks: [{ ...lock, number: '4712' }] });
    expect(logOf(world, xml)[0]).toMatch(/^605/);
    expect(control(world, 'PUT', 'locks', { locks: [{ object }] })[0]).toBe(400);
  });
});

describe('a number range', () => {
  it('ends, and may not be maintained for the year', () => {
    const world = createWorld();
    const range = { companyCode: '1010', fiscalYear: '2026' };
    control(world, 'POST', 'number-ranges', { ...range, from: '100000000', to: '100000001' });
    const answers = [1, 2, 3].map(() => readConfirmation(post(world, entryXml())).accountingDocument);
    expect(answers).toEqual(['0100000000', '0100000001', ' ']);
    expect(logOf(world)).toEqual(['-: Number range interval 01 of company code 1010 is used up for 2026']);
    control(world, 'POST', 'number-ranges', { ...range, maintained: false });
    expect(logOf(world)[0]).toMatch(/^751\(NR\)/);
    expect(logOf(world, entryXml({ date: '2025-11-14' }))[0]).toMatch(/^605/);
    expect(control(world, 'POST', 'number-ranges', { ...range, from: 'x', to: '1' })[0]).toBe(400);
  });
});

describe('a reconciliation account', () => {
  it('is refused on a G/L line and taken behind a customer', () => {
    const world = createWorld();
    control(world, 'POST', 'master-data', {
      glAccounts: [{ chartOfAccounts: 'YCOA', glAccount: '12100000', reconciles: 'customers' }],
    });
    const against = { gl: '41000000', amount: '-1.00', profitCenter: 'YB101' };
    expect(logOf(world, entryXml({ lines: [{ gl: '12100000', amount: '1.00' }, against] }))).toEqual([
      '-: Account 0012100000 1010 cannot be directly posted to',
    ]);
    expect(logOf(world, entryXml({ type: 'DR', lines: [{ customer: '4711', amount: '1.00' }, against] }))[0]).toMatch(
      /^605/,
    );
  });
});

describe('faults by chance', () => {
  const statuses = (seed: string, faultRates: FaultRates, reads = false): string => {
    const world = createWorld({ seed, faultRates });
    const send = () => {
      if (reads) call(world, 'GET', `${odataPrefix}API_COMPANYCODE_SRV/`);
      const response = post(world, entryXml());
      return response.delivery?.kind === 'destroy' ? 'lost' : String(response.status);
    };
    return Array.from({ length: 400 }, send).join(' ');
  };
  const rates: FaultRates = { journalEntry: { dropReply: 0.05, csrfRequired: 0.05, throttle: 0.05 } };

  it('come as often as their rate says, the same for the same seed and others for another', () => {
    const seen = statuses('a', rates);
    expect(seen).toBe(statuses('a', rates));
    expect(seen).not.toBe(statuses('b', rates));
    for (const kind of ['lost', '403', '429']) {
      const count = seen.split(' ').filter((each) => each === kind).length;
      expect(count).toBeGreaterThan(8);
      expect(count).toBeLessThan(36);
    }
    expect(statuses('a', {})).toBe(Array(400).fill('200').join(' '));
  });

  it('are drawn for each kind of request by itself, so that more reading moves no post', () => {
    expect(statuses('a', rates, true)).toBe(statuses('a', rates));
  });

  it('can be changed while SAP runs, and wrong rates are refused', () => {
    const world = createWorld();
    const path = 'faults/rates';
    expect(control(world, 'PUT', path, { rates: { journalEntry: { throttle: 1 } } })[0]).toBe(200);
    expect(post(world, entryXml()).status).toBe(429);
    expect(control(world, 'GET', path)[1]).toEqual({ rates: { journalEntry: { throttle: 1 } } });
    for (const wrong of [
      { other: {} },
      { odata: { fire: 1 } },
      { odata: { throttle: 0.6, dropReply: 0.6 } },
      undefined,
    ]) {
      expect(control(world, 'PUT', path, { rates: wrong })[0]).toBe(400);
    }
    expect(() => createWorld({ faultRates: { odata: { throttle: 2 } } })).toThrow(/between 0 and 1/);
  });
});

describe('too many requests', () => {
  it('a minute are answered 429 with the wait until the next is taken', () => {
    const world = createWorld({ requestsPerMinuteMax: 6 });
    const at = (afterMs: number) => post(world, entryXml(), startMs + afterMs);
    expect(Array.from({ length: 6 }, () => at(0).status)).toEqual([200, 200, 200, 200, 200, 200]);
    const refused = at(1000);
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '9']);
    expect([at(9_999).status, at(10_000).status, at(10_001).status]).toEqual([429, 200, 429]);
    expect(world.documents).toHaveLength(7);
  });

  it('at a time are answered 429 while the others are under way', () => {
    const faults = [{ kind: 'delayReply', delayMs: 5000, times: 2 }] as const;
    const world = createWorld({ parallelRequestsMax: 2 }, faults);
    const at = (afterMs: number) => post(world, entryXml(), startMs + afterMs);
    expect([at(0).delivery?.kind, at(0).delivery?.kind]).toEqual(['delay', 'delay']);
    const refused = at(1000);
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '4']);
    expect(at(5000).status).toBe(200);
  });
});

describe('views that the customer has published', () => {
  const customViews: CustomViews = {
    taxCodes: { name: 'YY1_TAXCODE' },
    documentTypes: { name: 'YY1_DOCTYPE', fields: { AccountingDocumentType: 'DocType' } },
    openPeriods: { name: 'YY1_PERIOD' },
    glAccountsInCompanyCode: { name: 'YY1_GLACCOUNTCOCO' },
  };

  it('tell tax codes, document types, periods and accounts in a company code, under the customer’s names', () => {
    const world = createWorld({ customViews });
    expect(rowsOf(world, "YY1_TAXCODE_CDS/YY1_TAXCODE?$filter=Country eq 'DE'").map((row) => row.TaxCode)).toEqual([
      'A0',
      'A1',
    ]);
    expect(rowsOf(world, "YY1_DOCTYPE_CDS/YY1_DOCTYPE?$filter=DocType eq 'SA'")).toEqual([
      expect.objectContaining({ DocType: 'SA', AllowedFinancialAccountTypes: 'SDK' }),
    ]);
    const period =
      "YY1_PERIOD_CDS/YY1_PERIOD?$filter=CompanyCode eq '1010' and FiscalYear eq '2026' and FiscalPeriod eq '011'";
    expect(rowsOf(world, period)[0]!.PostingPeriodIsOpen).toBe(true);
    control(world, 'POST', 'periods', { companyCode: '1010', fiscalYear: '2026', period: '011', open: false });
    expect(rowsOf(world, period)[0]!.PostingPeriodIsOpen).toBe(false);
    const accounts = (company: string) =>
      rowsOf(world, `YY1_GLACCOUNTCOCO_CDS/YY1_GLACCOUNTCOCO?$filter=CompanyCode eq '${company}'`).length;
    expect([accounts('1000'), accounts('1010')]).toEqual([
      masterData.glAccounts.length,
      masterData.glAccounts.length - 1,
    ]);
  });

  it('are no service where the customer has published none', () => {
    expect(call(createWorld(), 'GET', `${odataPrefix}YY1_TAXCODE_CDS/YY1_TAXCODE`).status).toBe(403);
    expect(() => createWorld({ customViews: { taxCodes: { name: 'X', fields: { Nothing: 'Y' } } } })).toThrow(
      /Nothing/,
    );
  });
});
