/** The list of a period's documents: what is asked, and that no page, window or neighbour makes another document of one. */
import { describe, expect, it } from 'vitest';
import type { LedgerDocument } from '../../src/app/index.ts';
import type { LocalDate } from '../../src/core/index.ts';
import type { CompanyCode } from '../../src/ledger/index.ts';
import { ledgerFor, type Received, type Reply, SapStandIn } from './sap-stand-in.ts';

const KEY = 'AMZABCDEFGHIJKLM';
const PERIOD = { companyCode: '1010' as CompanyCode, from: '2026-11-01' as LocalDate, to: '2026-11-30' as LocalDate };

type Period = Omit<typeof PERIOD, 'companyCode'> & { readonly companyCode: CompanyCode | null };

interface Item {
  readonly item: number;
  readonly amount: string;
  readonly document?: string;
  readonly on?: string;
  readonly reference?: string;
}

function row({ item, amount, document = '0100000042', on = '2026-11-14', reference = KEY }: Item) {
  return {
    CompanyCode: '1010',
    FiscalYear: on.slice(0, 4),
    AccountingDocument: document,
    AccountingDocumentItem: String(item).padStart(3, '0'),
    PostingDate: `/Date(${Date.parse(`${on}T00:00:00Z`)})/`,
    TransactionCurrency: 'EUR',
    AmountInTransactionCurrency: amount,
    DebitCreditCode: amount.startsWith('-') ? 'H' : 'S',
    DocumentReferenceID: reference,
    Reference1InDocumentHeader: '26100000001',
    IsReversal: false,
    IsReversed: false,
    ReverseDocument: '',
    ReverseDocumentFiscalYear: '0000',
  };
}

const rows = (results: readonly unknown[], next?: string): Reply => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ d: { results, ...(next && { __next: next }) } }),
});

const optionsOf = (request: Received): Record<string, string> =>
  Object.fromEntries(new URL(request.url, 'http://sap').searchParams);

async function list(read: (request: Received) => Reply, change: { period?: Period; isShifted?: boolean } = {}) {
  const sap = await SapStandIn.start({ read });
  const { ledger } = ledgerFor(sap.url, { fiscalYearOf: () => (change.isShifted ? 'shifted' : 'calendar') });
  const found: LedgerDocument[] = [];
  const done = (async () => {
    for await (const document of ledger.listDocuments(change.period ?? PERIOD)) found.push(document);
  })();
  return { sap, found, done };
}

/** Answers as SAP does: what `$skip` and `$top` cut out, in pages of its own with a link to the next one. */
function paged(all: readonly unknown[], pageSize: number) {
  return (request: Received): Reply => {
    const { $skip = '0', $top = '1000', $skiptoken = '0' } = optionsOf(request);
    const wanted = all.slice(Number($skip), Number($skip) + Number($top));
    const end = Number($skiptoken) + pageSize;
    const next = new URL(request.url, `http://${request.headers.host}`);
    next.searchParams.set('$skiptoken', String(end));
    return rows(wanted.slice(Number($skiptoken), end), end < wanted.length ? next.href : undefined);
  };
}

describe('listing the documents of a period', () => {
  it('asks for our keys alone, by company code, fiscal year and posting date, in an order that paging can trust', async () => {
    const { sap, done } = await list(() => rows([]));
    await done;
    expect(sap.of('read').map(optionsOf)).toMatchObject([
      {
        $filter:
          "CompanyCode eq '1010' and FiscalYear eq '2026' and PostingDate ge datetime'2026-11-01T00:00:00' and PostingDate le datetime'2026-11-30T00:00:00' and DocumentReferenceID ge 'AMZ' and DocumentReferenceID le 'AMZZZZZZZZZZZZZZ'",
        $orderby: 'PostingDate,FiscalYear,AccountingDocument,AccountingDocumentItem',
      },
    ]);
  });

  it('names no fiscal year where it is not the year of the posting date', async () => {
    const { sap, done } = await list(() => rows([]), { isShifted: true });
    await done;
    expect(optionsOf(sap.of('read')[0]!).$filter).not.toContain('FiscalYear');
  });

  it('asks for every company code where none is named, and keeps their documents apart', async () => {
    const items = ['1010', '1020'].flatMap((companyCode) =>
      [1, 2].map((item) => ({ ...row({ item, amount: item === 1 ? '1.00' : '-1.00' }), CompanyCode: companyCode })),
    );
    const { sap, found, done } = await list(() => rows(items), { period: { ...PERIOD, companyCode: null } });
    await done;
    const [asked] = sap.of('read').map(optionsOf);
    expect(asked!.$filter).not.toMatch(/CompanyCode|FiscalYear/);
    expect(asked!.$orderby).toBe('PostingDate,CompanyCode,FiscalYear,AccountingDocument,AccountingDocumentItem');
    expect(found.map(({ document, lineCount }) => [document.companyCode, lineCount])).toEqual([
      ['1010', 2],
      ['1020', 2],
    ]);
  });

  it('asks for long periods in parts without a gap or an overlap, none of which crosses a year', async () => {
    const period = { ...PERIOD, from: '2026-11-20' as LocalDate, to: '2027-02-02' as LocalDate };
    const { sap, done } = await list(() => rows([]), { period });
    await done;
    const windows = sap.of('read').map((request) => {
      const filter = optionsOf(request).$filter ?? '';
      return [...filter.matchAll(/\d{4}-\d\d-\d\d|FiscalYear eq '\d{4}'/g)].map(([text]) => text.slice(-10));
    });
    expect(windows).toEqual([
      [" eq '2026'", '2026-11-20', '2026-12-20'],
      [" eq '2026'", '2026-12-21', '2026-12-31'],
      [" eq '2027'", '2027-01-01', '2027-01-31'],
      [" eq '2027'", '2027-02-01', '2027-02-02'],
    ]);
  });

  it.each([
    ['SAP’s own pages of 7', 7],
    ['pages as long as asked', 1000],
    ['SAP’s own pages of 400, which do not divide what is asked', 400],
  ])('keeps every document whole over %s', async (_, pageSize) => {
    const items = [900, 250, 999, 2].flatMap((count, index) =>
      Array.from({ length: count }, (__, position) =>
        row({
          item: position + 1,
          amount: position % 2 ? '-1.00' : '1.00',
          document: `010000000${index}`,
          on: `2026-11-1${index}`,
        }),
      ),
    );
    const { found, done } = await list(paged(items, pageSize));
    await done;
    expect(found.map(({ lineCount, postingDate }) => [lineCount, postingDate])).toEqual([
      [900, '2026-11-10'],
      [250, '2026-11-11'],
      [999, '2026-11-12'],
      [2, '2026-11-13'],
    ]);
    expect(found.map(({ debitTotal }) => debitTotal.minor)).toEqual([45000n, 12500n, 50000n, 100n]);
  });

  it('leaves out references that a person typed, even where their document cannot be summed', async () => {
    const { found, done } = await list(() =>
      rows([
        row({ item: 1, amount: '1.005', document: '0100000041', reference: 'AMZ ADVERTISING' }),
        row({ item: 1, amount: '1.00' }),
        row({ item: 2, amount: '-1.00' }),
      ]),
    );
    await done;
    expect(found.map(({ reference }) => reference)).toEqual([KEY]);
  });

  it.each([
    ['an item of the same document', [1, 1], ['0100000042', '0100000042']],
    ['a document that was finished', [1, 1, 2], ['0100000042', '0100000043', '0100000042']],
  ])('refuses pages in which %s comes again', async (_, items, documents) => {
    const { done } = await list(() =>
      rows(items.map((item, index) => row({ item, amount: '1.00', document: documents[index] ?? '' }))),
    );
    await expect(done).rejects.toMatchObject({ code: 'SAP_PAGES_OVERLAP', kind: 'unavailable' });
  });

  it('stops at a number of pages that no month of settlements has', async () => {
    let item = 0;
    const { done } = await list((request) => {
      item += 1;
      return rows([row({ item, amount: '1.00' })], `http://${request.headers.host}/sap/next?page=${item}`);
    });
    await expect(done).rejects.toMatchObject({ code: 'SAP_TOO_MANY_ROWS' });
    expect(item).toBe(500);
  });

  it('says so when SAP cannot be asked, after the documents it gave before', async () => {
    let reads = 0;
    const { found, done } = await list((request) => {
      reads += 1;
      if (reads > 1) return { status: 403, body: 'Forbidden' };
      return rows(
        [row({ item: 1, amount: '1.00' }), row({ item: 1, amount: '1.00', document: '0100000043' })],
        `http://${request.headers.host}/sap/next`,
      );
    });
    await expect(done).rejects.toMatchObject({ code: 'SAP_NOT_AUTHORISED', kind: 'rejected' });
    expect(found).toHaveLength(1);
  });
});
