import type { EntryMessage } from '../app/index.ts';
import { addMoney, assert, formatMoney, type Money, money, Problem, sumMoney } from '../core/index.ts';
import { countDocumentLines, type EntryReversal, type JournalEntry, type JournalLine } from '../ledger/index.ts';
import { fieldInvalid, fitMessage } from './fit-message.ts';
import { canReverse, ROOT_NAME, type ServiceDefinition } from './service-definition.ts';
import {
  BUSINESS_TRANSACTION_TYPE,
  COMPANY_CODE_LENGTH,
  DOCUMENT_ITEMS_MAX,
  DOCUMENT_NUMBER_LENGTH,
  FIELD_LENGTHS,
  ORIGINAL_REFERENCE_DOCUMENT_TYPE,
  REVERSAL_REFERENCE,
  SFIN_NAMESPACE,
  SOAP_ENVELOPE_NAMESPACE,
  TAX_KEYS,
} from './wire.ts';
import { cleanText, cutText, element, writeXml, type XmlElement } from './xml-writer.ts';

/** Whether a tax code is for sales (output) or purchases (input); `undefined` for a code nobody described. */
export type TaxDirectionOf = (taxCode: string) => 'output' | 'input' | undefined;

export interface EncodeSettings {
  readonly createdByUser: string;
  readonly taxDirectionOf: TaxDirectionOf;
  /** Which elements the tenant's service has. */
  readonly service: ServiceDefinition;
}

/** Id of the one entry within its message; SAP's answer names it as `ReferenceID`. */
export function entryMessageIdOf(message: EntryMessage): string {
  return `${message.messageId}-001`;
}

/**
 * The SOAP message that posts one entry: one JournalEntry with its items, in the order of the tenant's service. The same message
 * and settings always give the same text. Lines without an amount are not sent; a line with a tax code is sent as a
 * net item and one tax item, because SAP does not compute tax.
 *
 * An entry that reverses another one carries SAP's reversal fields and no items, because SAP mirrors its own document;
 * where the service has no such fields (see `isReversedBySap`) it is sent with its lines like any other.
 *
 * Raises `SAP_FIELD_INVALID`, `SAP_SERVICE_LACKS_FIELD`, `SAP_TOO_MANY_ITEMS` (invalid) or `SAP_TAX_DIRECTION_UNKNOWN` (unmapped); nothing has
 * been sent then.
 */
export function encodeJournalEntry(message: EntryMessage, settings: EncodeSettings): string {
  assertBalanced(message.entry);
  return writeEntryMessage(message, settings);
}

/**
 * The same message without the proof that the entry balances: only for a trial, which SAP must not be able to book. It is written
 * here so that a trial meets the tenant's service exactly as an entry does.
 */
export function writeEntryMessage(message: EntryMessage, settings: EncodeSettings): string {
  const { entry, createdAt } = message;
  const header = (id: string, uuid: string) =>
    element('MessageHeader', [
      element('ID', key('MessageHeader/ID', id)),
      element('UUID', uuid),
      element('CreationDateTime', creationDateTime(createdAt)),
    ]);
  const request = element('JournalEntryCreateRequest', [
    header(entryMessageIdOf(message), message.entryMessageUuid),
    journalEntry(entry, settings),
  ]);
  const bulk = element(`sfin:${ROOT_NAME}`, [header(message.messageId, message.messageUuid), request]);
  assert(bulk !== null, 'an entry message is never empty');
  const envelope = element('soapenv:Envelope', [element('soapenv:Body', [fitMessage(bulk, settings.service)])], {
    'xmlns:soapenv': SOAP_ENVELOPE_NAMESPACE,
    'xmlns:sfin': SFIN_NAMESPACE,
  });
  assert(envelope !== null, 'an entry message is never empty');
  return writeXml(envelope);
}

/**
 * Whether SAP itself reverses the document that this entry reverses: then SAP marks both documents. Otherwise the mirror
 * is an ordinary document, and SAP shows the original as not reversed. False for an entry that reverses nothing.
 */
export function isReversedBySap(entry: JournalEntry, service: ServiceDefinition): boolean {
  // The reference is made of fields of fixed width and its type takes out repeated spaces, so a short company code
  // cannot be written in it.
  return entry.reversal !== undefined && entry.companyCode.length === COMPANY_CODE_LENGTH && canReverse(service);
}

function journalEntry(entry: JournalEntry, settings: EncodeSettings): XmlElement | null {
  const lines = entry.lines.filter((line) => line.amount.minor !== 0n);
  assertSendable(entry, lines);
  if (entry.reversal && isReversedBySap(entry, settings.service)) {
    return element('JournalEntry', [
      ...headerStart(entry),
      element('ReversalReason', key('ReversalReason', entry.reversal.reason)),
      element('ReversalReferenceDocument', reversalReference(entry, entry.reversal)),
      ...headerEnd(entry, settings),
      element('Reference1InDocumentHeader', text('Reference1InDocumentHeader', entry.headerReference)),
    ]);
  }
  const items: (XmlElement | null)[] = [];
  const taxItems: (XmlElement | null)[] = [];
  for (const [index, line] of lines.entries()) {
    const taxGroup = line.taxCode === null ? null : String(taxItems.length + 1);
    items.push(itemOf(entry, line, { number: index + 1, taxGroup }));
    if (taxGroup !== null) taxItems.push(taxItem(line, taxGroup, settings.taxDirectionOf));
  }
  return element('JournalEntry', [
    ...headerStart(entry),
    ...headerEnd(entry, settings),
    // A company code with time-dependent taxes refuses a document without it. That the others take it is assumed.
    element('TaxDeterminationDate', entry.postingDate),
    element('Reference1InDocumentHeader', text('Reference1InDocumentHeader', entry.headerReference)),
    ...items,
    ...taxItems,
  ]);
}

function headerStart(entry: JournalEntry): (XmlElement | null)[] {
  return [
    element('OriginalReferenceDocumentType', ORIGINAL_REFERENCE_DOCUMENT_TYPE),
    element('BusinessTransactionType', BUSINESS_TRANSACTION_TYPE),
    element('AccountingDocumentType', key('AccountingDocumentType', entry.documentType)),
    element('DocumentReferenceID', key('DocumentReferenceID', entry.postingKey)),
    element('DocumentHeaderText', text('DocumentHeaderText', entry.headerText)),
  ];
}

function headerEnd(entry: JournalEntry, settings: EncodeSettings): (XmlElement | null)[] {
  return [
    element('CreatedByUser', key('CreatedByUser', settings.createdByUser)),
    element('CompanyCode', key('CompanyCode', entry.companyCode)),
    element('DocumentDate', entry.documentDate),
    element('PostingDate', entry.postingDate),
  ];
}

/** Number, company code and year of the document to reverse in one text of fixed width, as SAP's own key has them. */
function reversalReference(entry: JournalEntry, { sapDocumentNumber, fiscalYear }: EntryReversal): string {
  const number = padNumeric(sapDocumentNumber, DOCUMENT_NUMBER_LENGTH);
  return key('ReversalReferenceDocument', `${number}${entry.companyCode}${fiscalYear}`, REVERSAL_REFERENCE);
}

interface ItemPlace {
  readonly number: number;
  readonly taxGroup: string | null;
}

function itemOf(entry: JournalEntry, line: JournalLine, place: ItemPlace): XmlElement | null {
  return line.customer === undefined ? glItem(entry, line, place) : debtorItem(entry, line, line.customer, place);
}

/**
 * An open item of the customer. SAP posts it to the reconciliation account of its own customer master, so the account of
 * the line is not sent, and takes neither tax nor cost object there.
 */
function debtorItem(entry: JournalEntry, line: JournalLine, customer: string, place: ItemPlace): XmlElement | null {
  assert(
    line.taxCode === null && line.costCenter === null && line.profitCenter === null,
    `the customer line ${JSON.stringify(line.text)} of entry ${entry.postingKey} has a tax code or a cost object`,
  );
  return element('DebtorItem', [
    element('ReferenceDocumentItem', String(place.number)),
    element('Debtor', padNumeric(key('Debtor', customer), FIELD_LENGTHS.Debtor)),
    amount('AmountInTransactionCurrency', line.amount),
    element('DebitCreditCode', sideOf(line.amount)),
    element('DocumentItemText', text('DocumentItemText', line.text)),
    element('AssignmentReference', text('AssignmentReference', entry.headerReference)),
  ]);
}

function glItem(entry: JournalEntry, line: JournalLine, place: ItemPlace): XmlElement | null {
  const net = line.tax ? line.tax.base : line.amount;
  return element('Item', [
    element('ReferenceDocumentItem', String(place.number)),
    element('GLAccount', padNumeric(key('GLAccount', line.glAccount), FIELD_LENGTHS.GLAccount)),
    amount('AmountInTransactionCurrency', net),
    element('DebitCreditCode', sideOf(line.amount)),
    element('DocumentItemText', text('DocumentItemText', line.text)),
    element('AssignmentReference', text('AssignmentReference', entry.headerReference)),
    line.taxCode === null || place.taxGroup === null
      ? null
      : element('Tax', [element('TaxCode', key('TaxCode', line.taxCode)), element('TaxItemGroup', place.taxGroup)]),
    element('AccountAssignment', [
      element('ProfitCenter', optionalKey('ProfitCenter', line.profitCenter)),
      element('CostCenter', optionalKey('CostCenter', line.costCenter)),
    ]),
  ]);
}

/** A tax code without a rate still needs its tax item, with the amount 0 and the whole line as base. */
function taxItem(line: JournalLine, group: string, taxDirectionOf: TaxDirectionOf): XmlElement | null {
  const taxCode = line.tax?.taxCode ?? line.taxCode ?? '';
  const direction = taxDirectionOf(taxCode);
  if (direction === undefined) {
    throw new Problem({
      code: 'SAP_TAX_DIRECTION_UNKNOWN',
      kind: 'unmapped',
      says: `Tax code ${taxCode} of the line ${JSON.stringify(line.text)} is neither known as output nor as input tax.`,
      next: `Describe tax code ${taxCode} in the tax codes of the account table, with its rate and direction.`,
      data: taxCode,
    });
  }
  const keys = TAX_KEYS[direction];
  return element('ProductTaxItem', [
    element('TaxCode', key('TaxCode', taxCode)),
    element('TaxItemClassification', keys.TaxItemClassification),
    element('ConditionType', keys.ConditionType),
    element('TaxItemGroup', group),
    amount('AmountInTransactionCurrency', line.tax?.amount ?? money(line.amount.currency, 0n)),
    element('DebitCreditCode', sideOf(line.amount)),
    amount('TaxBaseAmountInTransCrcy', line.tax?.base ?? line.amount),
  ]);
}

/** The only place that writes SAP's side codes. Sign and code always agree: otherwise SAP sees a negative posting. */
function sideOf(value: Money): 'S' | 'H' {
  return value.minor > 0n ? 'S' : 'H';
}

function amount(name: string, value: Money): XmlElement | null {
  return element(name, formatMoney(value), { currencyCode: value.currency });
}

function assertBalanced({ currency, lines, postingKey }: JournalEntry): void {
  const rest = sumMoney(
    currency,
    lines.map((line) => line.amount),
  );
  assert(rest.minor === 0n, `entry ${postingKey} does not balance: ${formatMoney(rest)} ${currency} is left`);
}

function assertSendable(entry: JournalEntry, lines: readonly JournalLine[]): void {
  for (const line of lines) {
    if (!line.tax) continue;
    const { base, amount: tax, taxCode } = line.tax;
    assert(
      addMoney(base, tax).minor === line.amount.minor && taxCode === line.taxCode,
      `the tax of ${JSON.stringify(line.text)} in entry ${entry.postingKey} does not fit its line`,
    );
  }
  assert(lines.length > 0, `entry ${entry.postingKey} has no line with an amount`);
  const itemCount = countDocumentLines(lines);
  if (itemCount <= DOCUMENT_ITEMS_MAX) return;
  throw new Problem({
    code: 'SAP_TOO_MANY_ITEMS',
    kind: 'invalid',
    says: `Entry ${entry.postingKey} has ${itemCount} items with its tax items; SAP takes at most ${DOCUMENT_ITEMS_MAX} in one document.`,
    next: 'Propose the settlement again with more lines summed up, or split into more documents.',
    data: String(itemCount),
  });
}

type FieldName = keyof typeof FIELD_LENGTHS;

/** A key is never cut, because a cut key is another key. Raises `SAP_FIELD_INVALID` (invalid). */
function key(field: FieldName, value: string, pattern = /./): string {
  const isWhole = value !== '' && value.length <= FIELD_LENGTHS[field] && cleanText(value) === value;
  if (isWhole && pattern.test(value)) return value;
  throw fieldInvalid(field, value, FIELD_LENGTHS[field]);
}

function optionalKey(field: 'CostCenter' | 'ProfitCenter', value: string | null): string | null {
  return value === null ? null : padNumeric(key(field, value), FIELD_LENGTHS[field]);
}

function text(field: FieldName, value: string): string {
  return cutText(cleanText(value), FIELD_LENGTHS[field]);
}

/** SAP stores numeric keys with leading zeros, and the service does not add them. Other keys are left alone. */
function padNumeric(value: string, length: number): string {
  return /^\d+$/.test(value) ? value.padStart(length, '0') : value;
}

/** SAP wants UTC ending in `Z` with at most seven digits of a second. */
function creationDateTime(createdAt: string): string {
  assert(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z$/.test(createdAt), `${createdAt} is not a UTC time`);
  return createdAt;
}
