/** What SAP demands of a business partner and of a customer. Each check tells every fault it finds. */
import type { ODataDetail } from '../odata-error.ts';
import { findGlAccount, type PretendSapWorld } from '../world.ts';
import { findRow, type PartnerGrouping, type PartnerValues, rowsOf } from './partner-store.ts';

export const customerRoles = { ledger: 'FLCU00', sales: 'FLCU01' } as const;

const knownRoles: ReadonlySet<string> = new Set([
  ...Object.values(customerRoles),
  'FLVN00',
  'FLVN01',
  'BUP001',
  'BUP003',
  'BBP000',
]);

/** Words whose SAP number nobody has published; a class of the simulator's own keeps programs from relying on it. */
export function worded(number: string, says: string): ODataDetail {
  return { code: `PSP/${number}`, says };
}

export function required(field: string, technicalName: string): ODataDetail {
  return { code: 'CVI_API/003', says: `${field} (${technicalName}) is a required entry field` };
}

export function roleMissing(partner: string, role: string): ODataDetail {
  return { code: 'R11/657', says: `Business partner ${partner} does not have role ${role}` };
}

export function checkNames(values: PartnerValues): readonly ODataDetail[] {
  const needed: Readonly<Record<string, string>> = {
    '1': 'LastName',
    '2': 'OrganizationBPName1',
    '3': 'GroupBusinessPartnerName1',
  };
  const field = needed[String(values.BusinessPartnerCategory ?? '')];
  if (field === undefined) return [worded('001', 'Enter a business partner category: 1, 2 or 3')];
  return values[field] ? [] : [worded('002', `Enter ${field} for category ${values.BusinessPartnerCategory}`)];
}

/** The grouping decides who gives the number. */
export function checkNumber(
  world: PretendSapWorld,
  values: PartnerValues,
  grouping: PartnerGrouping | undefined,
): readonly ODataDetail[] {
  const name = String(values.BusinessPartnerGrouping ?? '');
  if (!grouping) return [worded('003', `Business partner grouping ${name || '(empty)'} is not defined`)];
  const number = String(values.BusinessPartner ?? '');
  if (grouping.numbers === 'internal') {
    if (number === '') return [];
    return [{ code: 'R1/455', says: `Grouping ${name} has internal number assignment: number ${number} not allowed` }];
  }
  if (!isInRange(number, grouping)) {
    return [{ code: 'R1/455', says: `Number ${number || '(empty)'} is outside the range of grouping ${name}` }];
  }
  const exists = findRow(world.partners, 'A_BusinessPartner', values) !== undefined;
  return exists ? [{ code: 'R1/286', says: `Business partner ${number} already exists` }] : [];
}

function isInRange(number: string, { from, to }: PartnerGrouping): boolean {
  return /^\d{1,10}$/.test(number) && BigInt(number) >= BigInt(from) && BigInt(number) <= BigInt(to);
}

export function checkRoles(roles: readonly string[]): readonly ODataDetail[] {
  const reasons: ODataDetail[] = [];
  for (const role of new Set(roles)) {
    if (!knownRoles.has(role)) reasons.push(worded('004', `Role ${role} is not defined`));
  }
  if (new Set(roles).size < roles.length) reasons.push(worded('005', 'A role is given twice'));
  return reasons;
}

export function checkAddress(values: PartnerValues): readonly ODataDetail[] {
  const country = String(values.Country ?? '');
  if (country === '') return [worded('006', 'Enter a country for the address')];
  return /^[A-Z]{2}$/.test(country) ? [] : [worded('007', `Country ${country} is not defined`)];
}

/** A customer's standard address needs a language, because letters are written in it. */
export function checkStandardAddress(addresses: readonly PartnerValues[]): readonly ODataDetail[] {
  if (addresses.length === 0) return [worded('008', 'A customer needs an address')];
  if (addresses[0]?.Language) return [];
  return [{ code: 'FSBP_ECC/030', says: "Standard address doesn't have a language, needed for customer" }];
}

export function checkEmail({ EmailAddress: address }: PartnerValues): readonly ODataDetail[] {
  const isPlausible = typeof address === 'string' && /^[^@\s]+@[^@\s]+$/.test(address);
  return isPlausible ? [] : [worded('009', 'The e-mail address is not valid')];
}

export function checkPhone({ PhoneNumber: number }: PartnerValues): readonly ODataDetail[] {
  return number ? [] : [worded('010', 'Enter a telephone number')];
}

export function checkTaxNumber(values: PartnerValues): readonly ODataDetail[] {
  if (values.BPTaxType && (values.BPTaxNumber || values.BPTaxLongNumber)) return [];
  return [worded('011', 'Enter a tax number and its category')];
}

/** Which identification types must be unique is configuration. */
export function checkIdentification(world: PretendSapWorld, values: PartnerValues): readonly ODataDetail[] {
  const { BPIdentificationType: type, BPIdentificationNumber: number } = values;
  if (!type || !number) return [worded('012', 'Enter an identification type and number')];
  if (!world.partnerRules.uniqueIdentificationTypes.has(String(type))) return [];
  const taken = rowsOf(world.partners, 'A_BuPaIdentification').some(
    (row) => row.values.BPIdentificationType === type && row.values.BPIdentificationNumber === number,
  );
  return taken ? [{ code: 'BUPA_INTERFACE/003', says: `Identification number ${number} is not unique` }] : [];
}

export function checkCustomerCompany(world: PretendSapWorld, values: PartnerValues): readonly ODataDetail[] {
  const name = String(values.CompanyCode ?? '');
  const companyCode = world.companyCodes.get(name);
  if (!companyCode) return [worded('013', `Company code ${name || '(empty)'} is not defined`)];
  const reasons: ODataDetail[] = [];
  const account = String(values.ReconciliationAccount ?? '');
  if (account === '') {
    reasons.push(required('Reconciliation account', 'KNB1-AKONT'));
  } else {
    const master = findGlAccount(world, companyCode.chartOfAccounts, account);
    const isThere = master && (master.companyCodes?.includes(name) ?? true);
    if (!isThere) reasons.push(worded('014', `Account ${account} is not defined in company code ${name}`));
    else if (master.kind !== 'balanceSheet') {
      reasons.push(worded('015', `Account ${account} is not a reconciliation account for customers`));
    }
  }
  return [...reasons, ...checkPaymentTerms(world, values.PaymentTerms)];
}

export function checkCustomerSalesArea(world: PretendSapWorld, values: PartnerValues): readonly ODataDetail[] {
  const keys = ['SalesOrganization', 'DistributionChannel', 'Division'].filter((name) => !values[name]);
  return [
    ...keys.map((name) => worded('016', `Enter ${name}`)),
    ...(values.Currency ? [] : [required('Currency', 'KNVV-WAERS')]),
    ...checkPaymentTerms(world, values.CustomerPaymentTerms),
  ];
}

function checkPaymentTerms(world: PretendSapWorld, terms: unknown): readonly ODataDetail[] {
  if (typeof terms !== 'string' || terms === '' || world.partnerRules.paymentTerms.has(terms)) return [];
  return [worded('017', `Payment terms ${terms} are not defined`)];
}
