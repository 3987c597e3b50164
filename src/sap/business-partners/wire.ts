/**
 * SAP's own words for business partners: sets, fields and lengths exactly as the metadata of API_BUSINESS_PARTNER (edition of
 * 2026) publishes them. Each field of ours names its field there.
 */

export const BUSINESS_PARTNER_SERVICE = 'API_BUSINESS_PARTNER';

export const SETS = {
  partner: 'A_BusinessPartner',
  role: 'A_BusinessPartnerRole',
  address: 'A_BusinessPartnerAddress',
  email: 'A_AddressEmailAddress',
  phone: 'A_AddressPhoneNumber',
  company: 'A_CustomerCompany',
  salesArea: 'A_CustomerSalesArea',
} as const;

export type Part = keyof typeof SETS;

/** Ways from one set to another, by which a deep insert and a read with `$expand` go. */
export const WAYS = {
  roles: 'to_BusinessPartnerRole',
  addresses: 'to_BusinessPartnerAddress',
  emails: 'to_EmailAddress',
  phones: 'to_PhoneNumber',
  customer: 'to_Customer',
  companies: 'to_CustomerCompany',
  salesAreas: 'to_CustomerSalesArea',
} as const;

/**
 * In which form SAP keeps a value. `upper`: in capital letters. `number`: a key that SAP fills with zeros on the left when it
 * is all digits. `dialled`: digits and a plus sign.
 */
export type Form = 'text' | 'upper' | 'number' | 'dialled';

export interface FieldSpec {
  readonly part: Part;
  readonly name: string;
  readonly lengthMax: number;
  readonly form: Form;
}

const spec = (part: Part, name: string, lengthMax: number, form: Form = 'text'): FieldSpec => ({
  part,
  name,
  lengthMax,
  form,
});

/** Fields that occur once per customer. */
export const FIELDS = {
  'name.1': spec('partner', 'OrganizationBPName1', 40),
  'name.2': spec('partner', 'OrganizationBPName2', 40),
  'name.3': spec('partner', 'OrganizationBPName3', 40),
  'name.4': spec('partner', 'OrganizationBPName4', 40),
  firstName: spec('partner', 'FirstName', 40),
  lastName: spec('partner', 'LastName', 40),
  searchTerm: spec('partner', 'SearchTerm1', 20, 'upper'),
  'address.country': spec('address', 'Country', 3, 'upper'),
  'address.language': spec('address', 'Language', 2, 'upper'),
  'address.postalCode': spec('address', 'PostalCode', 10, 'upper'),
  'address.city': spec('address', 'CityName', 40),
  'address.district': spec('address', 'District', 40),
  'address.region': spec('address', 'Region', 3, 'upper'),
  'address.street': spec('address', 'StreetName', 60),
  'address.houseNumber': spec('address', 'HouseNumber', 10),
  'address.street2': spec('address', 'StreetPrefixName', 40),
  'address.street4': spec('address', 'StreetSuffixName', 40),
  'address.careOf': spec('address', 'CareOfName', 40),
  email: spec('email', 'EmailAddress', 241),
  phone: spec('phone', 'PhoneNumber', 30, 'dialled'),
} as const satisfies Readonly<Record<string, FieldSpec>>;

/** Fields of a customer in one company code, `company.1010.…`. */
export const COMPANY_FIELDS = {
  reconciliationAccount: spec('company', 'ReconciliationAccount', 10, 'number'),
  paymentTerms: spec('company', 'PaymentTerms', 4, 'upper'),
} as const satisfies Readonly<Record<string, FieldSpec>>;

/** Fields of a customer in one sales area, `sales.1010/10/00.…`. */
export const SALES_FIELDS = {
  currency: spec('salesArea', 'Currency', 5, 'upper'),
  paymentTerms: spec('salesArea', 'CustomerPaymentTerms', 4, 'upper'),
} as const satisfies Readonly<Record<string, FieldSpec>>;

/** Keys and fixed fields, which are never cut and never changed. */
export const KEY_LENGTHS = {
  BusinessPartner: 10,
  Customer: 10,
  BusinessPartnerCategory: 1,
  BusinessPartnerGrouping: 4,
  BusinessPartnerIDByExtSystem: 20,
  BusinessPartnerRole: 6,
  AddressID: 10,
  AddressIDByExternalSystem: 20,
  Person: 10,
  OrdinalNumber: 3,
  DestinationLocationCountry: 3,
  CompanyCode: 4,
  SalesOrganization: 4,
  DistributionChannel: 2,
  Division: 2,
} as const;

export const CATEGORIES = { person: '1', organisation: '2' } as const;

/** FLCU00: a customer in accounting. FLCU01: a customer to sell to. */
export const ROLES = { finance: 'FLCU00', sales: 'FLCU01' } as const;

/** A business partner as a search shows it. */
export const FOUND_FIELDS = [
  'BusinessPartner',
  'Customer',
  'BusinessPartnerIDByExtSystem',
  'BusinessPartnerIsBlocked',
  'IsMarkedForArchiving',
] as const;

/** What SAP makes of the parts of a name. */
export const NAME_FIELDS = ['BusinessPartner', 'BusinessPartnerName'] as const;

/** Fields read besides those above, by part. */
export const READ_FIELDS: Readonly<Record<Part, readonly string[]>> = {
  partner: ['BusinessPartner', 'Customer'],
  role: ['BusinessPartner', 'BusinessPartnerRole'],
  address: ['BusinessPartner', 'AddressID', 'Person', 'AddressIDByExternalSystem'],
  email: ['AddressID', 'Person', 'OrdinalNumber', 'IsDefaultEmailAddress'],
  phone: ['AddressID', 'Person', 'OrdinalNumber', 'IsDefaultPhoneNumber'],
  company: ['Customer', 'CompanyCode'],
  salesArea: ['Customer', 'SalesOrganization', 'DistributionChannel', 'Division'],
};
