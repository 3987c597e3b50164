import type { CustomerFields, CustomerKey, FoundPartner } from '../../app/index.ts';
import { isRow, literal, type OData, type ODataRow, type ODataValue, optionalText } from '../odata.ts';
import { SapProblem } from '../sap-problem.ts';
import { inForm, salesAreaKey } from './fields.ts';
import {
  BUSINESS_PARTNER_SERVICE,
  COMPANY_FIELDS,
  FIELDS,
  type FieldSpec,
  FOUND_FIELDS,
  NAME_FIELDS,
  type Part,
  READ_FIELDS,
  ROLES,
  SALES_FIELDS,
  SETS,
  WAYS,
} from './wire.ts';

/** More business partners under one key than anybody looks through. */
const FOUND_MAX = 20;

/** One business partner as SAP shows it, with what is needed to change it. */
export interface PartnerView {
  readonly fields: CustomerFields;
  readonly partner: ODataRow;
  readonly partnerNumber: string;
  /** Blank until SAP has made the customer. */
  readonly customerNumber: string;
  /** The one that is ours; `undefined` when it cannot be told or there is none. */
  readonly address: ODataRow | undefined;
  readonly email: ODataRow | undefined;
  readonly phone: ODataRow | undefined;
  readonly companies: ReadonlyMap<string, ODataRow>;
  readonly salesAreas: ReadonlyMap<string, ODataRow>;
}

/** All business partners that carry the key or have the number. */
export async function findPartners(
  odata: OData,
  key: CustomerKey,
  partnerNumber: string | null,
): Promise<readonly FoundPartner[]> {
  const byKey = `BusinessPartnerIDByExtSystem eq ${literal(key)}`;
  const rows = await odata.readRows({
    service: BUSINESS_PARTNER_SERVICE,
    resource: SETS.partner,
    filter: partnerNumber === null ? byKey : `${byKey} or BusinessPartner eq ${literal(partnerNumber)}`,
    select: FOUND_FIELDS,
    orderBy: ['BusinessPartner'],
    rowsMax: FOUND_MAX,
  });
  return rows.map((row) => {
    const carriesKey = optionalText(row, 'BusinessPartnerIDByExtSystem') === key;
    const number = numberOf(row);
    // A gateway that drops the filter would make us take a stranger for our customer.
    if (!carriesKey && number !== partnerNumber) {
      throw unreadable('SAP found a business partner that does not carry the key that was searched for.');
    }
    return {
      partnerNumber: number,
      carriesKey,
      customerNumber: optionalText(row, 'Customer') || null,
      isBlocked: isSet(row.BusinessPartnerIsBlocked) || isSet(row.IsMarkedForArchiving),
    };
  });
}

/** What SAP shows as the name; `null` when it does not know the number. */
export async function readPartnerName(odata: OData, partnerNumber: string): Promise<string | null> {
  const [row] = await odata.readRows({
    service: BUSINESS_PARTNER_SERVICE,
    resource: SETS.partner,
    filter: `BusinessPartner eq ${literal(partnerNumber)}`,
    select: NAME_FIELDS,
    orderBy: ['BusinessPartner'],
    rowsMax: 1,
  });
  return row === undefined ? null : optionalText(row, 'BusinessPartnerName');
}

/** `undefined` when SAP does not know the number. Two requests, because the address of one would be too long for some gateways. */
export async function readPartner(
  odata: OData,
  asked: { readonly partnerNumber: string; readonly key: CustomerKey; readonly wanted: CustomerFields },
): Promise<PartnerView | undefined> {
  const read = (select: readonly string[], expand: readonly string[]) =>
    odata.readRows({
      service: BUSINESS_PARTNER_SERVICE,
      resource: SETS.partner,
      filter: `BusinessPartner eq ${literal(asked.partnerNumber)}`,
      select,
      expand,
      orderBy: ['BusinessPartner'],
    });
  const [[partner, second], [places]] = await Promise.all([
    read(
      [
        ...namesOf('partner'),
        ...namesOf('address', WAYS.addresses),
        ...namesOf('email', `${WAYS.addresses}/${WAYS.emails}`),
        ...namesOf('phone', `${WAYS.addresses}/${WAYS.phones}`),
      ],
      [WAYS.addresses, `${WAYS.addresses}/${WAYS.emails}`, `${WAYS.addresses}/${WAYS.phones}`],
    ),
    read(
      [
        'BusinessPartner',
        ...namesOf('role', WAYS.roles),
        `${WAYS.customer}/Customer`,
        ...namesOf('company', `${WAYS.customer}/${WAYS.companies}`),
        ...namesOf('salesArea', `${WAYS.customer}/${WAYS.salesAreas}`),
      ],
      [WAYS.roles, WAYS.customer, `${WAYS.customer}/${WAYS.companies}`, `${WAYS.customer}/${WAYS.salesAreas}`],
    ),
  ]);
  if (partner === undefined || places === undefined) return undefined;
  if (second !== undefined) throw unreadable('SAP found several business partners under one number.');
  return viewOf(partner, places, asked);
}

function viewOf(
  partner: ODataRow,
  places: ODataRow,
  asked: { readonly key: CustomerKey; readonly wanted: CustomerFields },
): PartnerView {
  const address = ownAddress(rowsAt(partner, WAYS.addresses), asked.key);
  const email = ownReach(rowsAt(address, WAYS.emails), 'IsDefaultEmailAddress', FIELDS.email, asked.wanted.email);
  const phone = ownReach(rowsAt(address, WAYS.phones), 'IsDefaultPhoneNumber', FIELDS.phone, asked.wanted.phone);
  const customer = rowAt(places, WAYS.customer);
  const companies = new Map(
    rowsAt(customer, WAYS.companies).map((row) => [optionalText(row, 'CompanyCode'), row] as const),
  );
  const salesAreas = new Map(rowsAt(customer, WAYS.salesAreas).map((row) => [areaKeyOf(row), row] as const));
  const roles = new Set(rowsAt(places, WAYS.roles).map((row) => optionalText(row, 'BusinessPartnerRole')));
  const once = { partner, address, email, phone };
  const fields = {
    ...Object.fromEntries(
      Object.entries(FIELDS).flatMap(([field, spec]) => {
        const row = once[spec.part as keyof typeof once];
        return row === undefined ? [] : [[field, shownIn(row, spec)]];
      }),
    ),
    ...Object.fromEntries(
      Object.entries(ROLES).flatMap(([role, code]) => (roles.has(code) ? [[`role.${role}`, 'yes']] : [])),
    ),
    ...placeFields('company', companies, COMPANY_FIELDS),
    ...placeFields('sales', salesAreas, SALES_FIELDS),
  };
  const customerNumber = optionalText(partner, 'Customer') || optionalText(customer ?? {}, 'Customer');
  return {
    fields,
    partner,
    partnerNumber: numberOf(partner),
    customerNumber,
    address,
    email,
    phone,
    companies,
    salesAreas,
  };
}

/** The one that carries our key; where a person made the business partner, the only one there is. */
function ownAddress(addresses: readonly ODataRow[], key: CustomerKey): ODataRow | undefined {
  const ours = addresses.find((row) => optionalText(row, 'AddressIDByExternalSystem') === key);
  return ours ?? (addresses.length === 1 ? addresses[0] : undefined);
}

/** Of several the one that says what is wanted, else the usual one: people add numbers, and none of them is in the way. */
function ownReach(
  rows: readonly ODataRow[],
  usualMark: string,
  spec: FieldSpec,
  wanted: string | undefined,
): ODataRow | undefined {
  return rows.find((row) => shownIn(row, spec) === wanted) ?? rows.find((row) => isSet(row[usualMark])) ?? rows[0];
}

function placeFields(
  prefix: 'company' | 'sales',
  rows: ReadonlyMap<string, ODataRow>,
  specs: Readonly<Record<string, FieldSpec>>,
): CustomerFields {
  return Object.fromEntries(
    [...rows].flatMap(([place, row]) =>
      Object.entries(specs).map(([name, spec]) => [`${prefix}.${place}.${name}`, shownIn(row, spec)] as const),
    ),
  );
}

function areaKeyOf(row: ODataRow): string {
  return salesAreaKey({
    salesOrganization: optionalText(row, 'SalesOrganization'),
    distributionChannel: optionalText(row, 'DistributionChannel'),
    division: optionalText(row, 'Division'),
  });
}

function shownIn(row: ODataRow, { name, form }: FieldSpec): string {
  return inForm(optionalText(row, name), form);
}

function namesOf(part: Part, way?: string): string[] {
  const tables: readonly Readonly<Record<string, FieldSpec>>[] = [FIELDS, COMPANY_FIELDS, SALES_FIELDS];
  const own = tables.flatMap((table) => Object.values(table)).filter((spec) => spec.part === part);
  return [...READ_FIELDS[part], ...own.map(({ name }) => name)].map((name) => (way ? `${way}/${name}` : name));
}

/** What hangs on a row: a list, an object with `results`, or nothing. */
function rowsAt(row: ODataRow | undefined, way: string): readonly ODataRow[] {
  const value = row?.[way];
  const list: ODataValue | undefined = isRow(value) ? value.results : value;
  return Array.isArray(list) ? list.filter((item: ODataValue): item is ODataRow => isRow(item)) : [];
}

function rowAt(row: ODataRow, way: string): ODataRow | undefined {
  const value = row[way];
  return isRow(value) && !('__deferred' in value) ? value : undefined;
}

function isSet(value: ODataValue | undefined): boolean {
  return value === true || value === 'X' || value === 'true';
}

function numberOf(row: ODataRow): string {
  const number = optionalText(row, 'BusinessPartner');
  if (number !== '') return number;
  throw unreadable('SAP shows a business partner without its number.');
}

/** Without the row: it may name a person. */
export function unreadable(says: string): SapProblem {
  return new SapProblem({
    code: 'SAP_PARTNER_UNREADABLE',
    kind: 'rejected',
    says,
    next: 'Check that no gateway before SAP changes queries or answers; compare the service’s metadata ($metadata) with the fields this program reads.',
    data: 'API_BUSINESS_PARTNER',
  });
}
