/**
 * SAP's own words: service paths, field names, codes and lengths, exactly as the WSDL of the service
 * JournalEntryCreateRequestConfirmation_In (editions of 2020 and 2024) and the OData metadata publish them.
 */

export const SOAP_ENVELOPE_NAMESPACE = 'http://schemas.xmlsoap.org/soap/envelope/';
/** The schema has no elementFormDefault: only the message's root element is in this namespace, its children are in none. */
export const SFIN_NAMESPACE = 'http://sap.com/xi/SAPSCORE/SFIN';
/** Journal Entry - Post (Synchronous). */
export const SERVICE_INTERFACE = 'JournalEntryCreateRequestConfirmation_In';
export const SOAP_ACTION = `${SFIN_NAMESPACE}/${SERVICE_INTERFACE}/${SERVICE_INTERFACE}Request`;

/** Lengths in characters. Source: simple types of the WSDL. */
export const FIELD_LENGTHS = {
  'MessageHeader/ID': 35,
  AccountingDocumentType: 5,
  DocumentReferenceID: 16,
  DocumentHeaderText: 25,
  ReversalReason: 2,
  ReversalReferenceDocument: 20,
  CreatedByUser: 12,
  CompanyCode: 4,
  Reference1InDocumentHeader: 20,
  GLAccount: 10,
  Debtor: 10,
  DocumentItemText: 50,
  AssignmentReference: 18,
  TaxCode: 4,
  ProfitCenter: 10,
  CostCenter: 10,
} as const;

/** SAP's key of a document: number, company code and year in these widths, without a separator. */
export const DOCUMENT_NUMBER_LENGTH = 10;
export const COMPANY_CODE_LENGTH = 4;
export const REVERSAL_REFERENCE = /^[A-Z0-9]{10}[^ ]{4}[1-9]\d{3}$/;

/** Reference procedure and business transaction of a posting that comes from outside. */
export const ORIGINAL_REFERENCE_DOCUMENT_TYPE = 'BKPFF';
export const BUSINESS_TRANSACTION_TYPE = 'RFBU';

/** SAP numbers the items of a document with three digits (BSEG-BUZEI); tax items count (SAP message F5 727). */
export const DOCUMENT_ITEMS_MAX = 999;

/** Transaction key and condition type of a tax item. */
export const TAX_KEYS = {
  output: { TaxItemClassification: 'MWS', ConditionType: 'MWAS' },
  input: { TaxItemClassification: 'VST', ConditionType: 'MWVS' },
} as const;

export const ITEM_CUBE_SERVICE = 'API_OPLACCTGDOCITEMCUBE_SRV';
export const ITEM_CUBE_SET = 'A_OperationalAcctgDocItemCube';
/** Fields read from the item cube; the first four are its key, the entry view of a document. */
export const ITEM_CUBE_FIELDS = [
  'CompanyCode',
  'FiscalYear',
  'AccountingDocument',
  'AccountingDocumentItem',
  'PostingDate',
  'TransactionCurrency',
  'AmountInTransactionCurrency',
  'DebitCreditCode',
  'DocumentReferenceID',
  'Reference1InDocumentHeader',
  'IsReversal',
  'IsReversed',
  'ReverseDocument',
  'ReverseDocumentFiscalYear',
] as const;
/** Fields only filtered by. */
export const ITEM_CUBE_FILTER_FIELDS = ['CompanyCode', 'FiscalYear', 'PostingDate', 'DocumentReferenceID'] as const;

export const COMPANY_CODE_SERVICE = 'API_COMPANYCODE_SRV';
export const COMPANY_CODE_SET = 'A_CompanyCode';
export const COMPANY_CODE_FIELDS = [
  'CompanyCode',
  'CompanyCodeName',
  'Currency',
  'ChartOfAccounts',
  'FiscalYearVariant',
] as const;

/** `https://host` + `/sap/opu/odata/sap/API_…_SRV/`: the service root, always with its slash. */
export function serviceRoot(baseUrl: string, service: string): string {
  return `${baseUrl.replace(/\/+$/, '')}/sap/opu/odata/sap/${service}/`;
}

/** The service an address belongs to, whatever is asked of it: for OData its root, otherwise the address without its query. */
export function serviceOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + (/^.*?\/sap\/opu\/odata\/sap\/[^/]+\//.exec(`${pathname}/`)?.[0] ?? pathname);
}
