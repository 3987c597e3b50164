import type { LedgerDocument } from '../app/index.ts';
import { type LocalDate, parseLocalDate } from '../core/index.ts';
import { type CompanyCode, isPostingKey, POSTING_KEY_RANGE } from '../ledger/index.ts';
import { dayFrom, documentOf, type FiscalYearOf, itemTwice } from './item-cube.ts';
import { literal, type OData, type ODataRow, optionalText, textField } from './odata.ts';
import { ITEM_CUBE_FIELDS, ITEM_CUBE_SERVICE, ITEM_CUBE_SET } from './wire.ts';

export interface Listing {
  /** `null`: every company code that SAP shows. */
  readonly companyCode: CompanyCode | null;
  readonly from: LocalDate;
  readonly to: LocalDate;
}

/** So long is the period of one question, because every page costs SAP a look at all rows before it. */
const WINDOW_DAYS = 31;
/** Of one window; half a million items of one company code in a month are not settlements any more. */
const PAGES_OF_A_WINDOW_MAX = 500;

/**
 * All documents under posting keys with posting dates from `from` to `to`, in the order of their posting dates. What is
 * held at a time is one page and one document. References that only look like ours are left out.
 */
export async function* listDocuments(
  odata: OData,
  listing: Listing,
  fiscalYearOf: FiscalYearOf,
): AsyncGenerator<LedgerDocument> {
  const { companyCode } = listing;
  const isCalendar = companyCode !== null && fiscalYearOf(companyCode) === 'calendar';
  for (const window of windowsOf(listing)) {
    for await (const rows of groupByDocument(readWindow(odata, window, isCalendar))) {
      // What a person typed is not ours, and need not be readable.
      const first = rows[0] ?? {};
      if (!isPostingKey(optionalText(first, 'DocumentReferenceID'))) continue;
      yield documentOf(rows, companyCode ?? (textField(first, 'CompanyCode') as CompanyCode));
    }
  }
}

const DOCUMENT_KEY = ['CompanyCode', 'FiscalYear', 'AccountingDocument'] as const;

/** Never across a change of the calendar year, so that the fiscal year can be named where it is that year. */
function* windowsOf({ companyCode, from, to }: Listing): Generator<Listing> {
  for (let start = from; start <= to; ) {
    const [longest, yearEnd] = [dayFrom(start, WINDOW_DAYS - 1), `${start.slice(0, 4)}-12-31`];
    const end = parseLocalDate([longest, yearEnd, to].reduce((least, day) => (day < least ? day : least)));
    yield { companyCode, from: start, to: end };
    start = parseLocalDate(dayFrom(end, 1));
  }
}

async function* readWindow(
  odata: OData,
  { companyCode, from, to }: Listing,
  isCalendar: boolean,
): AsyncGenerator<ODataRow> {
  const filter = [
    ...(companyCode === null ? [] : [`CompanyCode eq ${literal(companyCode)}`]),
    ...(isCalendar ? [`FiscalYear eq ${literal(from.slice(0, 4))}`] : []),
    `PostingDate ge datetime'${from}T00:00:00'`,
    `PostingDate le datetime'${to}T00:00:00'`,
    `DocumentReferenceID ge ${literal(POSTING_KEY_RANGE.from)}`,
    `DocumentReferenceID le ${literal(POSTING_KEY_RANGE.to)}`,
  ].join(' and ');
  const pages = odata.readPages({
    service: ITEM_CUBE_SERVICE,
    resource: ITEM_CUBE_SET,
    filter,
    select: ITEM_CUBE_FIELDS,
    // The number orders within a year: SAP gives a document's items one after the other, whatever page they are on.
    orderBy: [
      'PostingDate',
      ...(companyCode === null ? ['CompanyCode'] : []),
      'FiscalYear',
      'AccountingDocument',
      'AccountingDocumentItem',
    ],
    pagesMax: PAGES_OF_A_WINDOW_MAX,
  });
  for await (const page of pages) yield* page;
}

/**
 * A document that is booked while the pages are read moves rows to a later page, where they come again: such pages are
 * refused, not summed.
 */
async function* groupByDocument(rows: AsyncIterable<ODataRow>): AsyncGenerator<readonly ODataRow[]> {
  const finished = new Set<string>();
  let current = '';
  let items = new Map<string, ODataRow>();
  for await (const row of rows) {
    const document = DOCUMENT_KEY.map((name) => textField(row, name)).join(' ');
    const item = textField(row, 'AccountingDocumentItem');
    if (document !== current) {
      if (items.size > 0) yield [...items.values()];
      finished.add(current);
      if (finished.has(document)) throw itemTwice(`${document} ${item}`);
      [current, items] = [document, new Map()];
    }
    if (items.has(item)) throw itemTwice(`${document} ${item}`);
    items.set(item, row);
  }
  if (items.size > 0) yield [...items.values()];
}
