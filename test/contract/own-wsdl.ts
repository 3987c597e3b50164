/**
 * A small WSDL of the journal entry service, written from the published field list: only what this program sends, with
 * SAP's types, order and lengths. Stands in where SAP's own is not at hand.
 */

const token = (name: string, lengthMax: number) =>
  `<xsd:simpleType name="${name}"><xsd:restriction base="xsd:token"><xsd:minLength value="1"/><xsd:maxLength value="${lengthMax}"/></xsd:restriction></xsd:simpleType>`;
const text = (name: string, lengthMax: number) =>
  `<xsd:simpleType name="${name}"><xsd:restriction base="xsd:string"><xsd:maxLength value="${lengthMax}"/></xsd:restriction></xsd:simpleType>`;
const complex = (name: string, elements: readonly string[]) =>
  `<xsd:complexType name="${name}"><xsd:sequence>${elements.join('')}</xsd:sequence></xsd:complexType>`;
const must = (name: string, type: string) => `<xsd:element name="${name}" type="${type}"/>`;
const may = (name: string, type: string) => `<xsd:element name="${name}" minOccurs="0" type="${type}"/>`;
const many = (name: string, type: string) =>
  `<xsd:element name="${name}" minOccurs="0" maxOccurs="unbounded" type="${type}"/>`;

const SIMPLE_TYPES = [
  ...[2, 4, 5, 6, 10, 12, 16, 18, 35].map((length) => token(`Token${length}`, length)),
  text('Text25', 25),
  text('Text50', 50),
  '<xsd:simpleType name="Token3"><xsd:restriction base="xsd:token"><xsd:maxLength value="3"/></xsd:restriction></xsd:simpleType>',
  // A type made from another one, as SAP has them.
  '<xsd:simpleType name="Token20"><xsd:restriction base="Token35"><xsd:maxLength value="20"/></xsd:restriction></xsd:simpleType>',
  '<xsd:simpleType name="Code"><xsd:restriction base="xsd:token"><xsd:length value="1"/></xsd:restriction></xsd:simpleType>',
  '<xsd:simpleType name="Date"><xsd:restriction base="xsd:date"><xsd:pattern value="[0-9]{4}-[0-9]{2}-[0-9]{2}"/></xsd:restriction></xsd:simpleType>',
  '<xsd:simpleType name="UUID"><xsd:restriction base="xsd:token"><xsd:length value="36"/><xsd:pattern value="[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"/></xsd:restriction></xsd:simpleType>',
  String.raw`<xsd:simpleType name="DateTime"><xsd:restriction base="xsd:dateTime"><xsd:pattern value="[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?Z"/></xsd:restriction></xsd:simpleType>`,
  '<xsd:simpleType name="Number"><xsd:restriction base="xsd:decimal"><xsd:totalDigits value="28"/><xsd:fractionDigits value="6"/></xsd:restriction></xsd:simpleType>',
  '<xsd:complexType name="Amount"><xsd:simpleContent><xsd:extension base="Number"><xsd:attribute name="currencyCode" use="required" type="Token3"/></xsd:extension></xsd:simpleContent></xsd:complexType>',
];

const amount = [must('AmountInTransactionCurrency', 'Amount'), may('DebitCreditCode', 'Code')];
const reversal = [may('ReversalReason', 'Token2'), may('ReversalReferenceDocument', 'Token20')];

function typesOf(release: '2020' | '2024'): string {
  const types = [
    complex('Header', [may('ID', 'Token35'), may('UUID', 'UUID'), must('CreationDateTime', 'DateTime')]),
    complex('Bulk', [must('MessageHeader', 'Header'), must('JournalEntryCreateRequest', 'Request')]),
    complex('Request', [must('MessageHeader', 'Header'), must('JournalEntry', 'Entry')]),
    complex('Entry', [
      must('OriginalReferenceDocumentType', 'Token5'),
      must('BusinessTransactionType', 'Token4'),
      must('AccountingDocumentType', 'Token5'),
      may('DocumentReferenceID', 'Token16'),
      may('DocumentHeaderText', 'Text25'),
      ...(release === '2020' ? [] : reversal),
      must('CreatedByUser', 'Token12'),
      must('CompanyCode', 'Token4'),
      must('DocumentDate', 'Date'),
      must('PostingDate', 'Date'),
      may('TaxDeterminationDate', 'Date'),
      may('InvoiceReceiptDate', 'Date'),
      may('Reference1InDocumentHeader', 'Token20'),
      many('Item', 'Item'),
      many('DebtorItem', 'DebtorItem'),
      many('ProductTaxItem', 'TaxItem'),
    ]),
    complex('Item', [
      may('ReferenceDocumentItem', 'Token10'),
      must('GLAccount', 'Token10'),
      ...amount,
      may('DocumentItemText', 'Text50'),
      may('AssignmentReference', 'Token18'),
      may('Tax', 'Tax'),
      may('AccountAssignment', 'Assignment'),
    ]),
    complex('Tax', [must('TaxCode', 'Token4'), may('TaxItemGroup', 'Token6')]),
    complex('Assignment', [may('OrderID', 'Token12'), may('ProfitCenter', 'Token10'), may('CostCenter', 'Token10')]),
    complex('DebtorItem', [
      must('ReferenceDocumentItem', 'Token10'),
      must('Debtor', 'Token10'),
      ...amount,
      may('AltvRecnclnAccts', 'Token10'),
      may('DocumentItemText', 'Text50'),
      may('AssignmentReference', 'Token18'),
    ]),
    complex('TaxItem', [
      must('TaxCode', 'Token4'),
      may('TaxItemClassification', 'Token3'),
      may('ConditionType', 'Token4'),
      may('TaxItemGroup', 'Token6'),
      ...amount,
      must('TaxBaseAmountInTransCrcy', 'Amount'),
    ]),
  ];
  return [...SIMPLE_TYPES, ...types].join('\n');
}

/** Not valid by itself but whole for a reader: definitions, schema and the service's interface. */
export function ownWsdl(release: '2020' | '2024'): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<wsdl:definitions targetNamespace="http://sap.com/xi/SAPSCORE/SFIN" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
<wsdl:types>
<xsd:schema targetNamespace="http://sap.com/xi/SAPSCORE/SFIN" xmlns="http://sap.com/xi/SAPSCORE/SFIN">
<xsd:element name="JournalEntryBulkCreateRequest" type="Bulk"/>
${typesOf(release)}
</xsd:schema>
</wsdl:types>
<wsdl:portType name="JournalEntryCreateRequestConfirmation_In"/>
</wsdl:definitions>
`;
}
