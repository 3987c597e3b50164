import type { LedgerDocument, SapDocumentKey } from '../app/index.ts';
import {
  addMoney,
  DAY_S,
  epochSecondsOfUtcMidnight,
  formatInstant,
  isProblem,
  type LocalDate,
  type Money,
  money,
  parseCurrencyCode,
  parseLocalDate,
  parseMoney,
} from '../core/index.ts';
import type { CompanyCode, PostingKey } from '../ledger/index.ts';
import { dateField, flagField, literal, type OData, type ODataRow, optionalText, textField } from './odata.ts';
import { SapProblem } from './sap-problem.ts';
import { ITEM_CUBE_FIELDS, ITEM_CUBE_SERVICE, ITEM_CUBE_SET } from './wire.ts';

/** `calendar`: the fiscal year is the year of the posting date. `shifted`, or not known: it may not be. */
export type FiscalYearOf = (companyCode: CompanyCode) => 'calendar' | 'shifted' | undefined;

export interface LookUp {
  readonly postingKey: PostingKey;
  readonly companyCode: CompanyCode;
  readonly postingDate: LocalDate;
}

const DAYS_OF_A_YEAR = 366;

/**
 * Documents that carry the posting key as their reference, summed over their items, in the order of year and number.
 * Reads the item cube, the only released service that knows a G/L document's reference.
 */
export async function findDocuments(
  odata: OData,
  query: LookUp,
  fiscalYearOf: FiscalYearOf,
): Promise<readonly LedgerDocument[]> {
  return readDocuments(odata, query.companyCode, filterOf(query, fiscalYearOf(query.companyCode)));
}

/** So many keys fit into the address of one question, whatever stands before SAP. */
const KEYS_OF_A_QUESTION = 40;

/** The same for many keys, some dozens at a time. */
export async function findDocumentsOf(
  odata: OData,
  query: Pick<LookUp, 'companyCode'> & {
    readonly postingKeys: readonly PostingKey[];
    readonly from: LocalDate;
    readonly to: LocalDate;
  },
  fiscalYearOf: FiscalYearOf,
): Promise<readonly LedgerDocument[]> {
  const { postingKeys, companyCode, from, to } = query;
  const within = [
    `CompanyCode eq ${literal(companyCode)}`,
    ...(fiscalYearOf(companyCode) === 'calendar'
      ? [`FiscalYear ge ${literal(from.slice(0, 4))}`, `FiscalYear le ${literal(to.slice(0, 4))}`]
      : []),
    `PostingDate ge datetime'${from}T00:00:00'`,
    `PostingDate le datetime'${to}T00:00:00'`,
  ];
  const documents: LedgerDocument[] = [];
  for (let start = 0; start < postingKeys.length; start += KEYS_OF_A_QUESTION) {
    const keys = postingKeys.slice(start, start + KEYS_OF_A_QUESTION);
    const anyOf = keys.map((key) => `DocumentReferenceID eq ${literal(key)}`).join(' or ');
    documents.push(...(await readDocuments(odata, companyCode, [...within, `(${anyOf})`].join(' and '))));
  }
  return documents;
}

/** One document by its number; `undefined` when the item cube does not show it. */
export async function findDocument(odata: OData, document: SapDocumentKey): Promise<LedgerDocument | undefined> {
  const filter = [
    `CompanyCode eq ${literal(document.companyCode)}`,
    `FiscalYear eq ${literal(document.fiscalYear)}`,
    `AccountingDocument eq ${literal(document.sapDocumentNumber)}`,
  ].join(' and ');
  const [found] = await readDocuments(odata, document.companyCode, filter);
  return found;
}

async function readDocuments(odata: OData, companyCode: CompanyCode, filter: string): Promise<LedgerDocument[]> {
  const rows = await odata.readRows({
    service: ITEM_CUBE_SERVICE,
    resource: ITEM_CUBE_SET,
    filter,
    select: ITEM_CUBE_FIELDS,
    orderBy: ['FiscalYear', 'AccountingDocument', 'AccountingDocumentItem'],
  });
  const groups = new Map<string, ODataRow[]>();
  const items = new Set<string>();
  for (const row of rows) {
    const document = [textField(row, 'FiscalYear'), textField(row, 'AccountingDocument')].join(' ');
    const item = `${document} ${textField(row, 'AccountingDocumentItem')}`;
    // An item seen twice would be summed twice, and a booked document would look like another one.
    if (items.has(item)) throw itemTwice(item);
    items.add(item);
    groups.set(document, [...(groups.get(document) ?? []), row]);
  }
  return [...groups.values()].map((group) => documentOf(group, companyCode));
}

function filterOf(query: LookUp, fiscalYear: 'calendar' | 'shifted' | undefined): string {
  const reference = `DocumentReferenceID eq ${literal(query.postingKey)}`;
  const company = `CompanyCode eq ${literal(query.companyCode)}`;
  if (fiscalYear === 'calendar') {
    return `${company} and FiscalYear eq ${literal(query.postingDate.slice(0, 4))} and ${reference}`;
  }
  // Wide enough to hold the whole fiscal year around the posting date, whenever that year begins.
  const from = dayFrom(query.postingDate, -DAYS_OF_A_YEAR);
  const to = dayFrom(query.postingDate, DAYS_OF_A_YEAR);
  return `${company} and PostingDate ge datetime'${from}T00:00:00' and PostingDate le datetime'${to}T00:00:00' and ${reference}`;
}

/** A day some days before or after another, as SAP's filters take it. */
export function dayFrom(date: LocalDate, days: number): string {
  return formatInstant(epochSecondsOfUtcMidnight(date) + days * DAY_S).slice(0, 10);
}

/** One document out of all its items, of this company code. */
export function documentOf(rows: readonly ODataRow[], companyCode: CompanyCode): LedgerDocument {
  const [first] = rows;
  if (first === undefined) throw new Error('a group of rows is never empty');
  try {
    const currency = parseCurrencyCode(textField(first, 'TransactionCurrency'));
    const debitTotal = rows
      .filter((row) => textField(row, 'DebitCreditCode') === 'S')
      .map((row): Money => parseMoney(textField(row, 'AmountInTransactionCurrency'), currencyOf(row)))
      .reduce(addMoney, money(currency, 0n));
    return {
      document: {
        companyCode,
        fiscalYear: textField(first, 'FiscalYear'),
        sapDocumentNumber: textField(first, 'AccountingDocument'),
      },
      postingDate: parseLocalDate(dateField(first, 'PostingDate')),
      currency,
      debitTotal,
      lineCount: rows.length,
      reference: optionalText(first, 'DocumentReferenceID'),
      headerReference: optionalText(first, 'Reference1InDocumentHeader'),
      isReversal: rows.some((row) => flagField(row, 'IsReversal')),
      isReversed: rows.some((row) => flagField(row, 'IsReversed')),
      reverseDocument: reverseDocumentOf(first),
    };
  } catch (error) {
    if (error instanceof SapProblem || !isProblem(error)) throw error;
    throw new SapProblem({
      code: 'SAP_FIELD_UNREADABLE',
      kind: 'rejected',
      says: `SAP's document ${textField(first, 'AccountingDocument')} cannot be summed: ${error.says}`,
      next: 'Look at the document in SAP; report it with this message.',
      ...(error.data !== undefined && { data: error.data }),
    });
  }
}

function currencyOf(row: ODataRow) {
  return parseCurrencyCode(textField(row, 'TransactionCurrency'));
}

function reverseDocumentOf(row: ODataRow): LedgerDocument['reverseDocument'] {
  const sapDocumentNumber = optionalText(row, 'ReverseDocument');
  const fiscalYear = optionalText(row, 'ReverseDocumentFiscalYear');
  return /^0*$/.test(sapDocumentNumber) ? null : { fiscalYear, sapDocumentNumber };
}

/** Pages that overlap would be summed twice, and a booked document would look like another one. */
export function itemTwice(item: string): SapProblem {
  return new SapProblem({
    code: 'SAP_PAGES_OVERLAP',
    kind: 'unavailable',
    says: `SAP gave item ${item} twice, so its pages overlap and cannot be summed.`,
    next: 'It is tried again. If it lasts, check that no gateway before SAP ignores $skip or $orderby.',
    data: item,
  });
}
