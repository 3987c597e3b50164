import { describe, expect, it } from 'vitest';
import type { LocalDate } from '../../src/core/index.ts';
import type { CompanyCode, PostingKey } from '../../src/ledger/index.ts';
import { ledgerFor, OAUTH, type Received, type Reply, SapStandIn } from './sap-stand-in.ts';

const QUERY = {
  postingKey: 'AMZABCDEFGHIJKLM' as PostingKey,
  companyCode: '1010' as CompanyCode,
  postingDate: '2026-11-14' as LocalDate,
};
const POSTED_ON = `/Date(${Date.parse('2026-11-14T00:00:00Z')})/`;

function row(item: number, amount: string, change: Record<string, unknown> = {}) {
  return {
    CompanyCode: '1010',
    FiscalYear: '2026',
    AccountingDocument: '0100000042',
    AccountingDocumentItem: String(item).padStart(3, '0'),
    PostingDate: POSTED_ON,
    TransactionCurrency: 'EUR',
    AmountInTransactionCurrency: amount,
    DebitCreditCode: amount.startsWith('-') ? 'H' : 'S',
    DocumentReferenceID: QUERY.postingKey,
    Reference1InDocumentHeader: '26100000001',
    IsReversal: false,
    IsReversed: false,
    ReverseDocument: '',
    ReverseDocumentFiscalYear: '0000',
    ...change,
  };
}

const rows = (results: unknown[], next?: string): Reply => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ d: { results, ...(next && { __next: next }) } }),
});

async function ask(read: (request: Received) => Reply, rules: Parameters<typeof ledgerFor>[1] = {}) {
  const sap = await SapStandIn.start({ read });
  const wired = ledgerFor(sap.url, rules);
  return { sap, ...wired, answer: wired.ledger.findByPostingKey(QUERY) };
}

function optionsOf(request: Received | undefined): Record<string, string> {
  return Object.fromEntries(new URL(request?.url ?? '', 'http://sap').searchParams);
}

describe('looking a document up by its posting key', () => {
  it('sums its items: debit total, number of items, currency, posting date', async () => {
    const { answer } = await ask(() =>
      rows([row(1, '1071.000'), row(2, '-1000.000'), row(3, '119.000'), row(4, '-190.000')]),
    );
    expect(await answer).toEqual([
      {
        document: { companyCode: '1010', fiscalYear: '2026', sapDocumentNumber: '0100000042' },
        postingDate: '2026-11-14',
        currency: 'EUR',
        debitTotal: { currency: 'EUR', minor: 119000n },
        lineCount: 4,
        reference: QUERY.postingKey,
        headerReference: '26100000001',
        isReversal: false,
        isReversed: false,
        reverseDocument: null,
      },
    ]);
  });

  it('keeps amounts exact that a binary float would lose, written as text or as a number', async () => {
    const { answer } = await ask(() => ({
      body: JSON.stringify({ d: { results: [row(1, 'BIG'), row(2, '0.100')] } }).replace('"BIG"', '90071992547409.93'),
    }));
    expect((await answer)[0]!.debitTotal.minor).toBe(9007199254740993n + 10n);
    // control: through JSON.parse alone the same number is another one.
    expect(String(JSON.parse('90071992547409.93'))).not.toBe('90071992547409.93');
  });

  it('reads yen without decimals although SAP writes three', async () => {
    const { answer } = await ask(() =>
      rows([row(1, '1500.000', { TransactionCurrency: 'JPY' }), row(2, '-1500.000', { TransactionCurrency: 'JPY' })]),
    );
    expect((await answer)[0]!.debitTotal).toEqual({ currency: 'JPY', minor: 1500n });
  });

  it('keeps documents apart and says which are reversed or reversals', async () => {
    const { answer } = await ask(() =>
      rows([
        row(1, '1.00', { IsReversed: true }),
        row(2, '-1.00', { IsReversed: true }),
        row(1, '1.00', { AccountingDocument: '0100000043', IsReversal: 'X' }),
        row(1, '1.00', { FiscalYear: '2027', IsReversal: '' }),
      ]),
    );
    expect(
      (await answer).map((one) => [
        one.document.sapDocumentNumber,
        one.document.fiscalYear,
        one.lineCount,
        one.isReversal,
        one.isReversed,
      ]),
    ).toEqual([
      ['0100000042', '2026', 2, false, true],
      ['0100000043', '2026', 1, true, false],
      ['0100000042', '2027', 1, false, false],
    ]);
  });

  it('asks by company code, fiscal year and reference where the fiscal year is the calendar year', async () => {
    const { sap, answer } = await ask(() => rows([]), { fiscalYearOf: () => 'calendar' });
    expect(await answer).toEqual([]);
    expect(sap.of('read')[0]!.url).toMatch(
      /^\/sap\/opu\/odata\/sap\/API_OPLACCTGDOCITEMCUBE_SRV\/A_OperationalAcctgDocItemCube\?/,
    );
    expect(optionsOf(sap.of('read')[0])).toMatchObject({
      $filter: "CompanyCode eq '1010' and FiscalYear eq '2026' and DocumentReferenceID eq 'AMZABCDEFGHIJKLM'",
      $orderby: 'FiscalYear,AccountingDocument,AccountingDocumentItem',
      $top: '1000',
      $format: 'json',
    });
  });

  it.each([['shifted' as const], [undefined]])(
    'asks by posting dates that hold the whole fiscal year where the year is %s',
    async (fiscalYear) => {
      const { sap, answer } = await ask(() => rows([]), { fiscalYearOf: () => fiscalYear });
      await answer;
      expect(optionsOf(sap.of('read')[0]).$filter).toBe(
        "CompanyCode eq '1010' and PostingDate ge datetime'2025-11-13T00:00:00' and PostingDate le datetime'2027-11-15T00:00:00' and DocumentReferenceID eq 'AMZABCDEFGHIJKLM'",
      );
    },
  );

  it('doubles and encodes a quote in a literal', async () => {
    const sap = await SapStandIn.start();
    const { ledger } = ledgerFor(sap.url, { fiscalYearOf: () => 'calendar' });
    await ledger.findByPostingKey({ ...QUERY, postingKey: "O'B & C" as PostingKey });
    expect(sap.of('read')[0]!.url).toContain('%20eq%20%27O%27%27B%20%26%20C%27&');
  });
});

describe('pages', () => {
  it('are asked for until one is not full', async () => {
    const all = Array.from({ length: 1500 }, (_, index) =>
      row((index % 999) + 1, '1.00', { AccountingDocument: `01000000${index < 999 ? '01' : '02'}` }),
    );
    const { sap, answer } = await ask((request) => {
      const skip = Number(optionsOf(request).$skip ?? 0);
      return rows(all.slice(skip, skip + 1000));
    });
    expect((await answer).map(({ lineCount }) => lineCount)).toEqual([999, 501]);
    expect(sap.of('read').map((request) => optionsOf(request).$skip)).toEqual([undefined, '1000']);
  });

  it('are followed where SAP names the next one, word for word', async () => {
    const next = '/sap/opu/odata/sap/API_OPLACCTGDOCITEMCUBE_SRV/A_OperationalAcctgDocItemCube?$skiptoken=7';
    const { sap, answer } = await ask((request) =>
      request.url === next ? rows([row(2, '-1.00')]) : rows([row(1, '1.00')], `http://${request.headers.host}${next}`),
    );
    expect((await answer)[0]!.lineCount).toBe(2);
    expect(sap.of('read')).toHaveLength(2);
  });

  it('are never followed to another host', async () => {
    const stranger = await SapStandIn.start();
    const { answer } = await ask(() => rows([row(1, '1.00')], `${stranger.url}/next`));
    await expect(answer).rejects.toMatchObject({ code: 'SAP_NEXT_PAGE_ELSEWHERE', kind: 'rejected' });
    expect(stranger.received).toEqual([]);
  });

  it('that never end are stopped', async () => {
    let count = 0;
    const { sap, answer } = await ask((request) => {
      count += 1;
      return rows([row(count, '1.00')], `http://${request.headers.host}/sap/next?page=${count}`);
    });
    await expect(answer).rejects.toMatchObject({ code: 'SAP_TOO_MANY_ROWS' });
    expect(sap.of('read')).toHaveLength(20);
  });

  it('that overlap are refused, because an item would be summed twice', async () => {
    const { answer } = await ask(() => rows([row(1, '1.00'), row(1, '1.00')]));
    await expect(answer).rejects.toMatchObject({ code: 'SAP_PAGES_OVERLAP', kind: 'unavailable' });
  });
});

describe('reads that fail', () => {
  const error = (code: string, details: unknown[] = []) =>
    JSON.stringify({
      error: {
        code,
        message: { lang: 'en', value: 'General words' },
        innererror: { transactionid: 'ABCDEF0123456789ABCDEF0123456789', errordetails: details },
      },
    });

  it('are repeated with growing pauses and full jitter, then given up', async () => {
    const { sap, clock, answer } = await ask(() => ({ status: 502 }));
    await expect(answer).rejects.toMatchObject({ code: 'SAP_READ_UNAVAILABLE', kind: 'unavailable' });
    expect(sap.of('read')).toHaveLength(4);
    expect(clock.slept).toEqual([250, 500, 1000]);
  });

  it('succeed when SAP comes back', async () => {
    let reads = 0;
    const { answer, clock } = await ask(() => {
      reads += 1;
      if (reads === 1) return { delivery: 'destroy' };
      if (reads === 2) return { status: 429, headers: { 'retry-after': '3' } };
      return rows([row(1, '1.00')]);
    });
    expect(await answer).toHaveLength(1);
    expect(clock.slept).toEqual([250, 3500]);
  });

  it('pause also where SAP names no time at all: after 0 seconds', async () => {
    const { answer, clock } = await ask(() => ({ status: 503, headers: { 'retry-after': '0' } }));
    await expect(answer).rejects.toMatchObject({ kind: 'unavailable' });
    expect(clock.slept).toEqual([250, 500, 1000]);
  });

  it('are left to the caller when SAP asks for a long pause', async () => {
    const at = new Date(Date.parse('2026-11-23T07:10:00Z')).toUTCString();
    const { sap, answer } = await ask(() => ({ status: 503, headers: { 'retry-after': at } }));
    await expect(answer).rejects.toMatchObject({ kind: 'unavailable', retryAfterMs: 600_000 });
    expect(sap.of('read')).toHaveLength(1);
  });

  const refusals: [string, Reply, string, string][] = [
    ['403 /IWFND/MED/170', { status: 403, body: error('/IWFND/MED/170') }, 'SAP_SERVICE_NOT_ACTIVE', 'rejected'],
    ['403', { status: 403, body: 'Forbidden' }, 'SAP_NOT_AUTHORISED', 'rejected'],
    ['401', { status: 401 }, 'SAP_LOGIN_REFUSED', 'rejected'],
    ['404', { status: 404 }, 'SAP_READ_REFUSED', 'rejected'],
    ['302', { status: 302, headers: { location: '/login' } }, 'SAP_REDIRECTED', 'rejected'],
    ['HTML', { headers: { 'content-type': 'text/html' }, body: '<html></html>' }, 'SAP_HTML_PAGE', 'unavailable'],
    ['not OData', { body: '{"value":[]}' }, 'SAP_ANSWER_NOT_ODATA', 'unavailable'],
    ['cut JSON', { body: '{"d":{"results":[{"Comp' }, 'SAP_ANSWER_NOT_ODATA', 'unavailable'],
    ['no date', rows([row(1, '1.00', { PostingDate: '2026-11-14' })]), 'SAP_FIELD_UNREADABLE', 'rejected'],
    ['no amount', rows([row(1, '1.00', { AmountInTransactionCurrency: null })]), 'SAP_FIELD_UNREADABLE', 'rejected'],
    ['half a cent', rows([row(1, '1.005')]), 'SAP_FIELD_UNREADABLE', 'rejected'],
    [
      'two currencies',
      rows([row(1, '1.00'), row(2, '1.00', { TransactionCurrency: 'USD' })]),
      'SAP_FIELD_UNREADABLE',
      'rejected',
    ],
  ];
  it.each(refusals)('%s', async (_name, reply, code, kind) => {
    const { answer } = await ask(() => reply);
    await expect(answer).rejects.toMatchObject({ code, kind });
  });

  it('show SAP’s own words, each once, without the generic exception line', async () => {
    const details = [
      { code: '56/393', message: 'Company code 1010 is locked', severity: 'error' },
      { code: '56/393', message: 'Company code 1010 is locked', severity: 'error' },
      { code: '56/001', message: 'Only a warning', severity: 'warning' },
      { code: '/IWBEP/CX_MGW_BUSI_EXCEPTION', message: 'An exception was raised', severity: 'error' },
    ];
    const { answer } = await ask(() => ({ status: 400, body: error('56/393', details) }));
    await expect(answer).rejects.toMatchObject({
      says: 'SAP refused to read (HTTP 400, service API_OPLACCTGDOCITEMCUBE_SRV): Company code 1010 is locked.',
      data: 'HTTP 400, 56/393, transaction ABCDEF0123456789ABCDEF0123456789',
    });
  });
});

describe('the connection test', () => {
  const COMPANY = {
    CompanyCode: '1010',
    CompanyCodeName: 'Demo',
    Currency: 'EUR',
    ChartOfAccounts: 'YCOA',
    FiscalYearVariant: 'K4',
  };
  const isEndpoint = ({ url }: Received) => url.includes('journalentrycreate');
  const read = (request: Received): Reply => {
    if (isEndpoint(request)) return { status: 405 };
    return request.url.includes('A_CompanyCode') ? rows([COMPANY]) : rows([]);
  };
  const CODES = { companyCodes: ['1010' as CompanyCode] };
  const NAMES = ['log-on', 'session', 'company code 1010', 'documents by reference', 'journal entry service'];

  it('names every step and what it found, and posts nothing', async () => {
    const sap = await SapStandIn.start({ read });
    const checks = await ledgerFor(sap.url).client.ping(CODES);
    expect(checks.map(({ name, ok }) => [name, ok])).toEqual(NAMES.map((name) => [name, true]));
    expect(checks[2]!.says).toBe(
      'Company code 1010 (Demo): currency EUR, chart of accounts YCOA, fiscal year variant K4.',
    );
    expect(sap.of('post')).toEqual([]);
  });

  it('says which service is missing and how to add it, and tries the rest', async () => {
    const sap = await SapStandIn.start({
      read: (request) =>
        request.url.includes('API_COMPANYCODE_SRV') ? { status: 403, body: error('/IWFND/MED/170') } : read(request),
    });
    const checks = await ledgerFor(sap.url).client.ping(CODES);
    expect(checks.filter(({ ok }) => !ok)).toMatchObject([
      { name: 'company code 1010', says: expect.stringContaining('API_COMPANYCODE_SRV') },
    ]);
    expect(checks).toHaveLength(NAMES.length);
  });

  it('asks whether there is a company code at all where none is named, and says so when there is none', async () => {
    const sap = await SapStandIn.start({ read });
    const checks = await ledgerFor(sap.url).client.ping();
    expect(checks.map(({ name, ok }) => [name, ok])[2]).toEqual(['company codes', true]);
    const empty = await SapStandIn.start();
    expect((await ledgerFor(empty.url).client.ping())[2]).toMatchObject({
      ok: false,
      says: 'SAP shows no company code to this user.',
    });
  });

  it('tells that the journal entry service refuses a token which OData takes, as the service is never asked to post', async () => {
    const withToken = (readIt: typeof read) =>
      SapStandIn.start({ read: readIt }).then(async (sap) => {
        const { client } = ledgerFor(sap.url, { settings: OAUTH.settings(sap.url), secrets: OAUTH.secrets });
        return { sap, last: (await client.ping(CODES)).at(-1) };
      });
    const refusing = await withToken((request) => (isEndpoint(request) ? { status: 401 } : read(request)));
    expect(refusing.last).toMatchObject({
      name: 'journal entry service',
      code: 'SAP_OAUTH_NOT_TAKEN',
      says: 'This service of SAP refuses the access token (HTTP 401) that another service takes; nothing was done.',
      next: expect.stringContaining('basic or certificate'),
    });
    expect(refusing.sap.of('post')).toEqual([]);
    // control: a token that no service takes any more has run out, which says nothing about this one.
    let hasRunOut = false;
    const expired = await withToken((request) => {
      hasRunOut ||= isEndpoint(request);
      return hasRunOut ? { status: 401 } : read(request);
    });
    expect(expired.last).toMatchObject({ name: 'journal entry service', code: 'SAP_TOKEN_EXPIRED' });
    // control: user and password are refused as such.
    const sap = await SapStandIn.start({ read: (request) => (isEndpoint(request) ? { status: 401 } : read(request)) });
    expect((await ledgerFor(sap.url).client.ping(CODES)).at(-1)).toMatchObject({ code: 'SAP_LOGIN_REFUSED' });
  });

  it('says what it did not try after a refused log-on', async () => {
    const sap = await SapStandIn.start({ csrf: () => ({ status: 401 }) });
    const checks = await ledgerFor(sap.url).client.ping(CODES);
    expect(checks.map(({ name, ok, says }) => [name, ok, says])).toEqual([
      ['log-on', true, 'Logs on by user and password; the next check shows whether SAP takes them.'],
      ['session', false, 'SAP refused the log-on (HTTP 401).'],
      ...NAMES.slice(2).map((name) => [name, false, 'Not tried, because session failed.']),
    ]);
  });

  const error = (code: string) => JSON.stringify({ error: { code, message: { lang: 'en', value: 'No service' } } });
});

describe('looking documents up by many posting keys', () => {
  const KEYS = Array.from(
    { length: 41 },
    (_, index) => `AMZABCDEFGHIJK${String(index).padStart(2, '0')}` as PostingKey,
  );
  const WANTED = {
    postingKeys: KEYS,
    companyCode: QUERY.companyCode,
    from: '2026-11-01' as LocalDate,
    to: '2027-01-31' as LocalDate,
  };

  it('asks for some dozens at a time, over the years between the two days', async () => {
    const sap = await SapStandIn.start({ read: () => rows([row(1, '1.00'), row(2, '-1.00')]) });
    const { ledger } = ledgerFor(sap.url, { fiscalYearOf: () => 'calendar' });
    expect((await ledger.findByPostingKeys(WANTED)).map(({ lineCount }) => lineCount)).toEqual([2, 2]);
    const filters = sap.of('read').map((request) => optionsOf(request).$filter);
    expect(filters).toHaveLength(2);
    expect(filters[1]).toBe(
      `CompanyCode eq '1010' and FiscalYear ge '2026' and FiscalYear le '2027' and PostingDate ge datetime'2026-11-01T00:00:00' and PostingDate le datetime'2027-01-31T00:00:00' and (DocumentReferenceID eq '${KEYS[40]}')`,
    );
    expect(filters[0]?.match(/DocumentReferenceID eq/g)).toHaveLength(40);
  });

  it('names no fiscal year where it is not the year of the posting date, and asks nothing for no key', async () => {
    const sap = await SapStandIn.start({ read: () => rows([]) });
    const { ledger } = ledgerFor(sap.url, { fiscalYearOf: () => 'shifted' });
    expect(await ledger.findByPostingKeys({ ...WANTED, postingKeys: [] })).toEqual([]);
    expect(sap.of('read')).toEqual([]);
    await ledger.findByPostingKeys(WANTED);
    expect(optionsOf(sap.of('read')[0]).$filter).not.toContain('FiscalYear');
  });
});
