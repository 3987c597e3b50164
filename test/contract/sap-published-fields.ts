/**
 * Fields and links of the entity sets that are read or written, with the length of each and U where SAP keeps capital letters, from
 * SAP's published metadata. A list of our own, so that a slip is seen wherever the tests run; where the metadata itself lies
 * beside the repository, the list is compared with it.
 */
const PUBLISHED: Readonly<Record<string, string>> = {
  A_BusinessPartner:
    'BusinessPartner:10U Customer:10U BusinessPartnerCategory:1U BusinessPartnerGrouping:4U BusinessPartnerIDByExtSystem:20U BusinessPartnerIsBlocked IsMarkedForArchiving OrganizationBPName1:40 OrganizationBPName2:40 OrganizationBPName3:40 OrganizationBPName4:40 FirstName:40 LastName:40 SearchTerm1:20U to_BusinessPartnerRole to_BusinessPartnerAddress to_Customer',
  A_BusinessPartnerRole: 'BusinessPartner:10U BusinessPartnerRole:6U',
  A_BusinessPartnerAddress:
    'BusinessPartner:10U AddressID:10U Person:10U AddressIDByExternalSystem:20U Country:3U Language:2 PostalCode:10U CityName:40 District:40 Region:3U StreetName:60 HouseNumber:10 StreetPrefixName:40 StreetSuffixName:40 CareOfName:40 to_EmailAddress to_PhoneNumber',
  A_AddressEmailAddress: 'AddressID:10U Person:10U OrdinalNumber:3 IsDefaultEmailAddress EmailAddress:241',
  A_AddressPhoneNumber:
    'AddressID:10U Person:10U OrdinalNumber:3 IsDefaultPhoneNumber DestinationLocationCountry:3U PhoneNumber:30U',
  A_Customer: 'Customer:10U to_CustomerCompany to_CustomerSalesArea',
  A_CustomerCompany:
    'Customer:10U CompanyCode:4U ReconciliationAccount:10U PaymentTerms:4U PhysicalInventoryBlockInd DeletionIndicator',
  A_CustomerSalesArea:
    'Customer:10U SalesOrganization:4U DistributionChannel:2U Division:2U Currency:5U CustomerPaymentTerms:4U',
  A_CompanyCode:
    'CompanyCode:4U CompanyCodeName:25 Country:3U Currency:5U ChartOfAccounts:4U FiscalYearVariant:2U ControllingArea:4U',
  A_GLAccountInChartOfAccounts:
    'ChartOfAccounts:4U GLAccount:10U IsProfitLossAccount GLAccountType:1U AccountIsBlockedForPosting AccountIsMarkedForDeletion to_Text',
  A_GLAccountText: 'ChartOfAccounts:4U GLAccount:10U Language:2 GLAccountName:20 GLAccountLongName:50',
  A_CostCenter:
    'ControllingArea:4U CostCenter:10U ValidityStartDate ValidityEndDate CompanyCode:4U IsBlkdForPrimaryCostsPosting:1U IsBlockedForRevenuePosting:1U',
  A_OperationalAcctgDocItemCube:
    'CompanyCode:4U FiscalYear:4 AccountingDocument:10U AccountingDocumentItem:3 PostingDate TransactionCurrency:5U AmountInTransactionCurrency DebitCreditCode:1U DocumentReferenceID:16U Reference1InDocumentHeader:20U IsReversal IsReversed ReverseDocument:10U ReverseDocumentFiscalYear:4',
};

export interface PublishedField {
  readonly lengthMax: number | null;
  readonly isUpperCase: boolean;
}

export const PUBLISHED_SETS = Object.keys(PUBLISHED);

/** The fields and links of one set, by name; none of a set that is not in the list. */
export function publishedFields(set: string): ReadonlyMap<string, PublishedField> {
  const words = (PUBLISHED[set] ?? '').split(' ').filter((word) => word !== '');
  return new Map(
    words.map((word) => {
      const [name = '', form = ''] = word.split(':');
      const length = Number.parseInt(form, 10);
      return [name, { lengthMax: Number.isNaN(length) ? null : length, isUpperCase: form.endsWith('U') }] as const;
    }),
  );
}
