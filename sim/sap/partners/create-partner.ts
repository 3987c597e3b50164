/** Creates a business partner with everything its message carries, as one step: all of it or nothing. */
import type { Author, FieldValue } from '../entity-set.ts';
import type { ODataDetail } from '../odata-error.ts';
import type { PretendSapWorld } from '../world.ts';
import {
  checkAddress,
  checkCustomerCompany,
  checkCustomerSalesArea,
  checkEmail,
  checkIdentification,
  checkNames,
  checkNumber,
  checkPhone,
  checkRoles,
  checkStandardAddress,
  checkTaxNumber,
  customerRoles,
  roleMissing,
  worded,
} from './check-partner.ts';
import { type PartnerSetName, partnerEntity } from './partner-fields.ts';
import { refusePartner } from './partner-refusal.ts';
import {
  completeValues,
  countUp,
  nextStamp,
  type PartnerGrouping,
  type PartnerRow,
  type PartnerValues,
  rowsOf,
} from './partner-store.ts';
import type { PartnerBody } from './read-body.ts';

export interface PartnerWrite {
  /** The entry that was asked for. */
  readonly main: PartnerRow;
  /** Everything that came into being or changed, the main row included. */
  readonly rows: readonly PartnerRow[];
  /** Told beside a success. */
  readonly warnings: readonly ODataDetail[];
}

const bodiesOf = (body: PartnerBody | undefined, link: string): readonly PartnerBody[] =>
  body?.children.get(link) ?? [];
const valuesOf = (bodies: readonly PartnerBody[]): readonly PartnerValues[] => bodies.map(({ values }) => values);

/** Raises WriteRefusal with every reason; then nothing has changed, not even a number range. */
export function createPartner(world: PretendSapWorld, body: PartnerBody, author: Author): PartnerWrite {
  const grouping = world.partnerRules.groupings.get(String(body.values.BusinessPartnerGrouping ?? ''));
  const reasons = checkDeepInsert(world, body, grouping);
  if (reasons.length > 0 || !grouping) throw refusePartner(reasons);
  const warnings = warnings451(world, body.values);
  const number = numberOf(world, body.values, grouping);
  const roles = valuesOf(bodiesOf(body, 'to_BusinessPartnerRole'));
  const isCustomer = roles.some(({ BusinessPartnerRole: role }) => isCustomerRole(role));
  const names = { ...body.values, BusinessPartner: number };
  const customer = isCustomer ? makeCustomer(world, names, grouping, author) : undefined;
  const main = newRow(world, 'A_BusinessPartner', author, {
    ...names,
    ...namesOf(body.values),
    ...createdBy(author),
    Customer: customer?.values.Customer ?? '',
  });
  const rows: PartnerRow[] = [main];
  for (const role of roles)
    rows.push(newRow(world, 'A_BusinessPartnerRole', author, { ...role, BusinessPartner: number }));
  for (const address of bodiesOf(body, 'to_BusinessPartnerAddress')) {
    rows.push(...newAddress(world, address, number, author));
  }
  for (const values of valuesOf(bodiesOf(body, 'to_BuPaIdentification'))) {
    rows.push(newRow(world, 'A_BuPaIdentification', author, { ...values, BusinessPartner: number }));
  }
  for (const values of valuesOf(bodiesOf(body, 'to_BusinessPartnerTax'))) {
    rows.push(newRow(world, 'A_BusinessPartnerTaxNumber', author, { ...values, BusinessPartner: number }));
  }
  if (customer) rows.push(...newCustomerParts(world, body, customer, author));
  return { main, rows, warnings };
}

function checkDeepInsert(
  world: PretendSapWorld,
  body: PartnerBody,
  grouping: PartnerGrouping | undefined,
): readonly ODataDetail[] {
  const roles = valuesOf(bodiesOf(body, 'to_BusinessPartnerRole')).map((values) =>
    String(values.BusinessPartnerRole ?? ''),
  );
  const addresses = bodiesOf(body, 'to_BusinessPartnerAddress');
  const [customer] = bodiesOf(body, 'to_Customer');
  const companies = valuesOf(bodiesOf(customer, 'to_CustomerCompany'));
  const areas = valuesOf(bodiesOf(customer, 'to_CustomerSalesArea'));
  const number = String(body.values.BusinessPartner || '$');
  const lacks = (role: string): boolean => !roles.includes(role);
  return [
    ...checkNames(body.values),
    ...checkNumber(world, body.values, grouping),
    ...checkRoles(roles),
    ...valuesOf(addresses).flatMap(checkAddress),
    ...(roles.some(isCustomerRole) ? checkStandardAddress(valuesOf(addresses)) : []),
    ...addresses.flatMap((address) => valuesOf(bodiesOf(address, 'to_EmailAddress')).flatMap(checkEmail)),
    ...addresses.flatMap((address) => valuesOf(phonesOf(address)).flatMap(checkPhone)),
    ...valuesOf(bodiesOf(body, 'to_BuPaIdentification')).flatMap((values) => checkIdentification(world, values)),
    ...valuesOf(bodiesOf(body, 'to_BusinessPartnerTax')).flatMap(checkTaxNumber),
    ...(customer && !roles.some(isCustomerRole) ? [roleMissing(number, customerRoles.ledger)] : []),
    ...(companies.length > 0 && !lacks(customerRoles.sales) && lacks(customerRoles.ledger)
      ? [roleMissing(number, customerRoles.ledger)]
      : []),
    ...(areas.length > 0 && lacks(customerRoles.sales) ? [roleMissing(number, customerRoles.sales)] : []),
    ...companies.flatMap((values) => checkCustomerCompany(world, values)),
    ...areas.flatMap((values) => checkCustomerSalesArea(world, values)),
    ...checkTwice('company code', companies, ['CompanyCode']),
    ...checkTwice('sales area', areas, ['SalesOrganization', 'DistributionChannel', 'Division']),
  ];
}

function checkTwice(what: string, list: readonly PartnerValues[], keys: readonly string[]): readonly ODataDetail[] {
  const distinct = new Set(list.map((values) => keys.map((key) => String(values[key] ?? '')).join('/')));
  return distinct.size < list.length ? [worded('019', `A ${what} is given twice`)] : [];
}

/** The number of another system is no key: SAP takes the same one twice and only warns. */
function warnings451(
  world: PretendSapWorld,
  { BusinessPartnerIDByExtSystem: id }: PartnerValues,
): readonly ODataDetail[] {
  if (!id) return [];
  const taken = rowsOf(world.partners, 'A_BusinessPartner').find(
    (row) => row.values.BusinessPartnerIDByExtSystem === id,
  );
  if (!taken) return [];
  const says = `External number ${id} is already used by business partner ${taken.values.BusinessPartner}`;
  return [{ code: 'R1/451', says, severity: 'warning' }];
}

function numberOf(world: PretendSapWorld, values: PartnerValues, grouping: PartnerGrouping): string {
  if (grouping.numbers === 'external') return String(values.BusinessPartner);
  const used = world.partners.counters.get(`grouping ${grouping.grouping}`) ?? 0;
  const next = BigInt(grouping.from) + BigInt(used);
  if (next > BigInt(grouping.to)) {
    throw refusePartner([worded('018', `The number range of grouping ${grouping.grouping} is used up`)]);
  }
  countUp(world.partners, `grouping ${grouping.grouping}`);
  return next.toString();
}

export function isCustomerRole(role: FieldValue | undefined): boolean {
  return role === customerRoles.ledger || role === customerRoles.sales;
}

/** The customer that SAP makes from a business partner in a customer role, a moment later. */
export function makeCustomer(
  world: PretendSapWorld,
  partner: PartnerValues,
  { grouping, customersFrom }: PartnerGrouping,
  author: Author,
): PartnerRow {
  const number =
    customersFrom === undefined
      ? String(partner.BusinessPartner)
      : (BigInt(customersFrom) + BigInt(countUp(world.partners, `customers ${grouping}`) - 1)).toString();
  const { BusinessPartnerName: name } = namesOf(partner);
  const values = {
    Customer: number,
    CustomerName: name,
    CustomerFullName: name?.toUpperCase() ?? '',
    ...createdBy(author),
  };
  return newRow(world, 'A_Customer', author, { ...values, CustomerAccountGroup: 'CUST' });
}

function newCustomerParts(
  world: PretendSapWorld,
  body: PartnerBody,
  customer: PartnerRow,
  author: Author,
): readonly PartnerRow[] {
  const [sent] = bodiesOf(body, 'to_Customer');
  const { Customer } = customer.values;
  const part = (set: PartnerSetName, values: PartnerValues): PartnerRow =>
    newRow(world, set, author, { ...values, Customer: Customer ?? '' });
  return [
    { ...customer, values: { ...customer.values, ...sent?.values, Customer: Customer ?? '' } },
    ...valuesOf(bodiesOf(sent, 'to_CustomerCompany')).map((values) => part('A_CustomerCompany', values)),
    ...valuesOf(bodiesOf(sent, 'to_CustomerSalesArea')).map((values) => part('A_CustomerSalesArea', values)),
  ];
}

/** An address with its numbers; SAP counts them and takes the first of each kind as the default. */
export function newAddress(
  world: PretendSapWorld,
  body: PartnerBody,
  partner: string,
  author: Author,
): readonly PartnerRow[] {
  const AddressID = String(20_000 + countUp(world.partners, 'address'));
  const numbered = (set: PartnerSetName, list: readonly PartnerValues[], isDefault: string): readonly PartnerRow[] =>
    list.map((values, index) =>
      newRow(world, set, author, {
        [isDefault]: index === 0,
        ...values,
        AddressID,
        Person: '',
        OrdinalNumber: String(index + 1),
      }),
    );
  return [
    newRow(world, 'A_BusinessPartnerAddress', author, { ...body.values, BusinessPartner: partner, AddressID }),
    ...numbered('A_AddressEmailAddress', valuesOf(bodiesOf(body, 'to_EmailAddress')), 'IsDefaultEmailAddress'),
    ...numbered('A_AddressPhoneNumber', valuesOf(phonesOf(body)), 'IsDefaultPhoneNumber'),
  ];
}

export function phonesOf(address: PartnerBody): readonly PartnerBody[] {
  return [...bodiesOf(address, 'to_PhoneNumber'), ...bodiesOf(address, 'to_MobilePhoneNumber')];
}

/** A customer and its parts wait for `customerDelayMs`; everything else is there at once. */
export function newRow(
  world: PretendSapWorld,
  set: PartnerSetName,
  { nowMs }: Author,
  values: PartnerValues,
): PartnerRow {
  const waits = set.startsWith('A_Customer');
  return {
    set,
    values: completeValues(partnerEntity(set), values),
    stamp: nextStamp(world.partners, nowMs),
    visibleFromMs: waits ? nowMs + world.partnerRules.customerDelayMs : nowMs,
  };
}

/** The names that SAP puts together from their parts. */
export function namesOf(
  values: PartnerValues,
): Readonly<Record<'BusinessPartnerName' | 'BusinessPartnerFullName', string>> {
  const parts: Readonly<Record<string, readonly string[]>> = {
    '1': ['FirstName', 'LastName'],
    '2': ['OrganizationBPName1', 'OrganizationBPName2'],
    '3': ['GroupBusinessPartnerName1', 'GroupBusinessPartnerName2'],
  };
  const names = (parts[String(values.BusinessPartnerCategory)] ?? []).map((field) => values[field] ?? '');
  const name = [...names.filter((part) => part !== '').join(' ')].slice(0, 81).join('');
  return { BusinessPartnerName: name, BusinessPartnerFullName: name };
}

function createdBy({ user, nowMs }: Author): PartnerValues {
  const [day = '', time = ''] = new Date(nowMs).toISOString().split('T');
  const [hours, minutes, seconds] = time.slice(0, 8).split(':');
  return { CreatedByUser: user.slice(0, 12), CreationDate: day, CreationTime: `PT${hours}H${minutes}M${seconds}S` };
}
