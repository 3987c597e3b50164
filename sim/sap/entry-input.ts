/** A journal entry as the message states it, before anything is checked against master data. */
import { childOf, childrenOf, textOf, type XmlElement } from './xml.ts';

export interface AmountInput {
  readonly text: string;
  readonly currency: string;
}

export interface LineInput {
  readonly kind: 'item' | 'debtor' | 'creditor' | 'tax' | 'withholding';
  /** How messages name the line: its position in the message, from 1. */
  readonly position: number;
  readonly reference: string;
  /** G/L account, customer or supplier; empty on tax lines. */
  readonly account: string;
  readonly amount: AmountInput | undefined;
  readonly companyCodeAmount: AmountInput | undefined;
  readonly taxBase: AmountInput | undefined;
  readonly debitCreditCode: string;
  readonly text: string;
  readonly assignment: string;
  readonly references: readonly [string, string, string];
  readonly valueDate: string;
  readonly taxCode: string;
  readonly taxGroup: string;
  readonly taxItemClassification: string;
  readonly conditionType: string;
  readonly costCenter: string;
  readonly profitCenter: string;
  readonly orderId: string;
  readonly wbsElement: string;
  readonly hasProfitabilitySupplement: boolean;
  readonly isDirectTaxPosting: boolean;
  readonly hasOneTimeDetails: boolean;
  /** A company code on the line itself; empty when it is the document's. */
  readonly companyCode: string;
}

export interface EntryInput {
  readonly messageId: string;
  readonly messageUuid: string;
  readonly entryMessageId: string;
  readonly referenceDocumentType: string;
  readonly businessTransactionType: string;
  readonly documentType: string;
  readonly documentReferenceId: string;
  readonly headerText: string;
  readonly reversalReason: string;
  readonly reversalReferenceDocument: string;
  readonly reversalDate: string;
  readonly createdByUser: string;
  readonly companyCode: string;
  readonly documentDate: string;
  readonly postingDate: string;
  readonly postingFiscalPeriod: string;
  readonly taxDeterminationDate: string;
  readonly exchangeRate: string;
  readonly reference1: string;
  readonly reference2: string;
  readonly lines: readonly LineInput[];
}

const lineElements = [
  ['Item', 'item', 'GLAccount'],
  ['DebtorItem', 'debtor', 'Debtor'],
  ['CreditorItem', 'creditor', 'Creditor'],
  ['ProductTaxItem', 'tax', undefined],
  ['WithholdingTaxItem', 'withholding', undefined],
] as const;

/** Reads one `JournalEntryCreateRequest` of a message that has passed validation. */
export function readEntry(bulkHeader: XmlElement | undefined, request: XmlElement): EntryInput {
  const header = childOf(request, 'MessageHeader');
  const entry = childOf(request, 'JournalEntry');
  const value = (name: string): string => textOf(entry, name) ?? '';
  const lines: LineInput[] = [];
  for (const [elementName, kind, accountName] of lineElements) {
    for (const element of childrenOf(entry, elementName)) {
      const account = accountName === undefined ? '' : (textOf(element, accountName) ?? '');
      lines.push(readLine(element, kind, account, lines.length + 1));
    }
  }
  return {
    messageId: textOf(bulkHeader, 'ID') ?? '',
    messageUuid: textOf(bulkHeader, 'UUID') ?? '',
    entryMessageId: textOf(header, 'ID') ?? '',
    referenceDocumentType: value('OriginalReferenceDocumentType'),
    businessTransactionType: value('BusinessTransactionType'),
    documentType: value('AccountingDocumentType'),
    documentReferenceId: value('DocumentReferenceID'),
    headerText: value('DocumentHeaderText'),
    reversalReason: value('ReversalReason'),
    reversalReferenceDocument: value('ReversalReferenceDocument'),
    reversalDate: value('ReversalDate'),
    createdByUser: value('CreatedByUser'),
    companyCode: value('CompanyCode'),
    documentDate: value('DocumentDate'),
    postingDate: value('PostingDate'),
    postingFiscalPeriod: value('PostingFiscalPeriod'),
    taxDeterminationDate: value('TaxDeterminationDate'),
    exchangeRate: value('ExchangeRate'),
    reference1: value('Reference1InDocumentHeader'),
    reference2: value('Reference2InDocumentHeader'),
    lines,
  };
}

function readLine(element: XmlElement, kind: LineInput['kind'], account: string, position: number): LineInput {
  const value = (name: string): string => textOf(element, name) ?? '';
  const tax = kind === 'tax' ? element : childOf(element, 'Tax');
  const assignment = childOf(element, 'AccountAssignment');
  return {
    kind,
    position,
    reference: value('ReferenceDocumentItem'),
    account,
    amount: readAmount(element, 'AmountInTransactionCurrency'),
    companyCodeAmount: readAmount(element, 'AmountInCompanyCodeCurrency'),
    taxBase: readAmount(element, 'TaxBaseAmountInTransCrcy'),
    debitCreditCode: value('DebitCreditCode'),
    text: kind === 'tax' ? value('ProductiveTaxText') : value('DocumentItemText'),
    assignment: value('AssignmentReference'),
    references: [
      value('Reference1IDByBusinessPartner'),
      value('Reference2IDByBusinessPartner'),
      value('Reference3IDByBusinessPartner'),
    ],
    valueDate: value('ValueDate'),
    taxCode: textOf(tax, 'TaxCode') ?? '',
    taxGroup: textOf(tax, 'TaxItemGroup') ?? '',
    taxItemClassification: value('TaxItemClassification'),
    conditionType: value('ConditionType'),
    costCenter: textOf(assignment, 'CostCenter') ?? '',
    profitCenter: textOf(assignment, 'ProfitCenter') ?? '',
    orderId: textOf(assignment, 'OrderID') ?? '',
    wbsElement: textOf(assignment, 'WBSElement') ?? '',
    hasProfitabilitySupplement: (childOf(element, 'ProfitabilitySupplement')?.children.length ?? 0) > 0,
    isDirectTaxPosting: /^(true|1)$/.test(value('IsDirectTaxPosting')),
    hasOneTimeDetails: childOf(element, 'OneTimeCustomerDetails') !== undefined,
    companyCode: value('CompanyCode'),
  };
}

function readAmount(element: XmlElement, name: string): AmountInput | undefined {
  const amount = childOf(element, name);
  if (!amount) return undefined;
  const currency = amount.attributes.find((attribute) => attribute.name === 'currencyCode')?.value.trim() ?? '';
  return { text: amount.text.trim(), currency };
}
