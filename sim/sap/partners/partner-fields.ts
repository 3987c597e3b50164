/** The entities of the business partner service: fields with lengths, what may be written, and how they hang together. */
import type { Field, FieldType } from '../entity-set.ts';

export const partnerService = 'API_BUSINESS_PARTNER';

export type PartnerSetName =
  | 'A_BusinessPartner'
  | 'A_BusinessPartnerRole'
  | 'A_BusinessPartnerAddress'
  | 'A_AddressEmailAddress'
  | 'A_AddressPhoneNumber'
  | 'A_BuPaIdentification'
  | 'A_BusinessPartnerTaxNumber'
  | 'A_Customer'
  | 'A_CustomerCompany'
  | 'A_CustomerSalesArea';

/** `createOnly` fields keep the value they were created with; `assigned` ones are SAP's own and never sent. */
export type FieldAccess = 'free' | 'createOnly' | 'assigned';

export interface PartnerField extends Field {
  readonly access: FieldAccess;
}

export interface PartnerLink {
  readonly name: string;
  readonly target: PartnerSetName;
  /** Fields that both ends share. */
  readonly by: readonly string[];
  readonly isSingle: boolean;
  /** What an entry behind this link has in common with no other of its set. */
  readonly only?: Readonly<Record<string, string>>;
  readonly except?: Readonly<Record<string, string>>;
}

export interface PartnerEntity {
  readonly set: PartnerSetName;
  readonly fields: ReadonlyMap<string, PartnerField>;
  readonly links: readonly PartnerLink[];
  /** A customer comes into being through its business partner only. */
  readonly isCreatable: boolean;
}

type Draft = Omit<PartnerField, 'name'>;

const draft = (type: FieldType, lengthMax?: number): Draft => ({
  type,
  lengthMax,
  isKey: false,
  isUpperCase: false,
  access: 'free',
});
const text = (lengthMax: number): Draft => draft('Edm.String', lengthMax);
const upper = (lengthMax: number): Draft => ({ ...text(lengthMax), isUpperCase: true });
const flag: Draft = draft('Edm.Boolean');
const date: Draft = draft('Edm.DateTime');
const moment: Draft = draft('Edm.DateTimeOffset');
const key = (field: Draft): Draft => ({ ...field, isKey: true, access: 'createOnly' });
const fixed = (field: Draft): Draft => ({ ...field, access: 'createOnly' });
const assigned = (field: Draft): Draft => ({ ...field, access: 'assigned' });
/** A number that is shown without the leading zeros it is stored with, and found with or without them. */
const number = (lengthMax: number): Draft => ({ ...upper(lengthMax), isAlpha: true });

function entity(
  set: PartnerSetName,
  fields: Readonly<Record<string, Draft>>,
  links: readonly PartnerLink[] = [],
  isCreatable = true,
): PartnerEntity {
  const named = Object.entries(fields).map(([name, field]) => [name, { name, ...field }] as const);
  return { set, fields: new Map(named), links, isCreatable };
}

const many = (name: string, target: PartnerSetName, ...by: readonly string[]): PartnerLink => ({
  name,
  target,
  by,
  isSingle: false,
});

const mobile = { PhoneNumberType: '3' };

const stamps = {
  CreatedByUser: assigned(upper(12)),
  CreationDate: assigned(date),
};

export const partnerEntities: readonly PartnerEntity[] = [
  entity(
    'A_BusinessPartner',
    {
      BusinessPartner: key(number(10)),
      Customer: assigned(number(10)),
      Supplier: assigned(number(10)),
      AcademicTitle: upper(4),
      AuthorizationGroup: upper(4),
      BusinessPartnerCategory: fixed(upper(1)),
      BusinessPartnerFullName: assigned(text(81)),
      BusinessPartnerGrouping: fixed(upper(4)),
      BusinessPartnerName: assigned(text(81)),
      CorrespondenceLanguage: text(2),
      ...stamps,
      CreationTime: assigned(draft('Edm.Time')),
      FirstName: text(40),
      FormOfAddress: upper(4),
      Industry: upper(10),
      IsNaturalPerson: upper(1),
      Language: text(2),
      LastChangeDate: assigned(date),
      LastChangeTime: assigned(draft('Edm.Time')),
      LastChangedByUser: assigned(upper(12)),
      LastName: text(40),
      LegalForm: upper(2),
      OrganizationBPName1: text(40),
      OrganizationBPName2: text(40),
      OrganizationBPName3: text(40),
      OrganizationBPName4: text(40),
      SearchTerm1: upper(20),
      SearchTerm2: upper(20),
      BusinessPartnerIsBlocked: flag,
      BusinessPartnerType: upper(4),
      ETag: assigned(text(26)),
      GroupBusinessPartnerName1: text(40),
      GroupBusinessPartnerName2: text(40),
      MiddleName: text(40),
      PersonNumber: assigned(upper(10)),
      IsMarkedForArchiving: flag,
      BusinessPartnerIDByExtSystem: upper(20),
      TradingPartner: upper(6),
    },
    [
      many('to_BusinessPartnerRole', 'A_BusinessPartnerRole', 'BusinessPartner'),
      many('to_BusinessPartnerAddress', 'A_BusinessPartnerAddress', 'BusinessPartner'),
      many('to_BuPaIdentification', 'A_BuPaIdentification', 'BusinessPartner'),
      many('to_BusinessPartnerTax', 'A_BusinessPartnerTaxNumber', 'BusinessPartner'),
      { name: 'to_Customer', target: 'A_Customer', by: ['Customer'], isSingle: true },
    ],
  ),
  entity('A_BusinessPartnerRole', {
    BusinessPartner: key(number(10)),
    BusinessPartnerRole: key(upper(6)),
    ValidFrom: moment,
    ValidTo: moment,
    AuthorizationGroup: upper(4),
  }),
  entity(
    'A_BusinessPartnerAddress',
    {
      BusinessPartner: key(number(10)),
      AddressID: assigned({ ...number(10), isKey: true }),
      ValidityStartDate: moment,
      ValidityEndDate: moment,
      AuthorizationGroup: upper(4),
      AddressTimeZone: upper(6),
      CareOfName: text(40),
      CityName: text(40),
      CompanyPostalCode: upper(10),
      Country: upper(3),
      County: text(40),
      District: text(40),
      FullName: assigned(text(80)),
      HouseNumber: text(10),
      HouseNumberSupplementText: text(10),
      Language: text(2),
      POBox: upper(10),
      POBoxPostalCode: upper(10),
      Person: assigned(upper(10)),
      PostalCode: upper(10),
      Region: upper(3),
      StreetName: text(60),
      StreetPrefixName: text(40),
      StreetSuffixName: text(40),
      TaxJurisdiction: upper(15),
      TransportZone: upper(10),
      AddressIDByExternalSystem: upper(20),
    },
    [
      many('to_EmailAddress', 'A_AddressEmailAddress', 'AddressID'),
      { ...many('to_PhoneNumber', 'A_AddressPhoneNumber', 'AddressID'), except: mobile },
      { ...many('to_MobilePhoneNumber', 'A_AddressPhoneNumber', 'AddressID'), only: mobile },
    ],
  ),
  entity('A_AddressEmailAddress', {
    AddressID: key(number(10)),
    Person: key(upper(10)),
    OrdinalNumber: assigned({ ...text(3), isKey: true }),
    IsDefaultEmailAddress: flag,
    EmailAddress: text(241),
    SearchEmailAddress: assigned(upper(20)),
    AddressCommunicationRemarkText: text(50),
  }),
  entity('A_AddressPhoneNumber', {
    AddressID: key(number(10)),
    Person: key(upper(10)),
    OrdinalNumber: assigned({ ...text(3), isKey: true }),
    DestinationLocationCountry: upper(3),
    IsDefaultPhoneNumber: flag,
    PhoneNumber: upper(30),
    PhoneNumberExtension: upper(10),
    InternationalPhoneNumber: assigned(upper(30)),
    PhoneNumberType: upper(1),
    AddressCommunicationRemarkText: text(50),
  }),
  entity('A_BuPaIdentification', {
    BusinessPartner: key(number(10)),
    BPIdentificationType: key(upper(6)),
    BPIdentificationNumber: key(upper(60)),
    BPIdnNmbrIssuingInstitute: text(40),
    Country: upper(3),
    Region: upper(3),
    AuthorizationGroup: upper(4),
  }),
  entity('A_BusinessPartnerTaxNumber', {
    BusinessPartner: key(number(10)),
    BPTaxType: key(upper(4)),
    BPTaxNumber: upper(20),
    BPTaxLongNumber: upper(60),
    AuthorizationGroup: upper(4),
  }),
  entity(
    'A_Customer',
    {
      Customer: key(number(10)),
      AuthorizationGroup: upper(4),
      BillingIsBlockedForCustomer: upper(2),
      ...stamps,
      CustomerAccountGroup: upper(4),
      CustomerClassification: upper(2),
      CustomerFullName: assigned(upper(220)),
      CustomerName: assigned(text(80)),
      DeliveryIsBlocked: upper(2),
      OrderIsBlockedForCustomer: upper(2),
      PostingIsBlocked: flag,
      DeletionIndicator: flag,
      Supplier: number(10),
    },
    [
      many('to_CustomerCompany', 'A_CustomerCompany', 'Customer'),
      many('to_CustomerSalesArea', 'A_CustomerSalesArea', 'Customer'),
    ],
    false,
  ),
  entity('A_CustomerCompany', {
    Customer: key(number(10)),
    CompanyCode: key(upper(4)),
    APARToleranceGroup: upper(4),
    AccountByCustomer: upper(12),
    AccountingClerk: upper(2),
    AlternativePayerAccount: number(10),
    AuthorizationGroup: upper(4),
    CustomerAccountNote: text(30),
    CustomerHeadOffice: number(10),
    HouseBank: upper(5),
    LayoutSortingRule: upper(3),
    PaymentBlockingReason: upper(1),
    PaymentMethodsList: upper(10),
    PaymentTerms: upper(4),
    PhysicalInventoryBlockInd: flag,
    ReconciliationAccount: number(10),
    UserAtCustomer: text(15),
    DeletionIndicator: flag,
    CashPlanningGroup: upper(10),
    CustomerAccountGroup: assigned(upper(4)),
  }),
  entity('A_CustomerSalesArea', {
    Customer: key(number(10)),
    SalesOrganization: key(upper(4)),
    DistributionChannel: key(upper(2)),
    Division: key(upper(2)),
    AccountByCustomer: upper(12),
    AuthorizationGroup: upper(4),
    BillingIsBlockedForCustomer: upper(2),
    Currency: upper(5),
    CustomerAccountAssignmentGroup: upper(2),
    CustomerGroup: upper(2),
    CustomerPaymentTerms: upper(4),
    CustomerPriceGroup: upper(2),
    CustomerPricingProcedure: upper(2),
    DeletionIndicator: flag,
    DeliveryIsBlockedForCustomer: upper(2),
    ExchangeRateType: upper(4),
    IncotermsClassification: upper(3),
    IncotermsLocation1: text(70),
    OrderIsBlockedForCustomer: upper(2),
    SalesDistrict: upper(6),
    SalesGroup: upper(3),
    SalesOffice: upper(4),
    ShippingCondition: upper(2),
    SupplyingPlant: upper(4),
    CustomerAccountGroup: assigned(upper(4)),
  }),
];

const entityBySet: ReadonlyMap<string, PartnerEntity> = new Map(partnerEntities.map((each) => [each.set, each]));

export function findPartnerEntity(set: string): PartnerEntity | undefined {
  return entityBySet.get(set);
}

export function partnerEntity(set: PartnerSetName): PartnerEntity {
  const found = entityBySet.get(set);
  if (!found) throw new Error(`no business partner entity ${set}`);
  return found;
}
