import type { CustomerFields, CustomerKey } from '../../app/index.ts';
import { entityOf, etagOf, type ODataRow, optionalText } from '../odata.ts';
import type { ODataBody } from '../odata-write.ts';
import { bodyOf } from './encode.ts';
import type { PartnerView } from './read.ts';
import { type Part, ROLES, SETS } from './wire.ts';

/** One write: each part of a business partner has its own key and is written by itself. */
export type PartWrite =
  | { readonly kind: 'change'; readonly entity: string; readonly etag: string; readonly body: ODataBody }
  | { readonly kind: 'create'; readonly set: string; readonly body: ODataBody };

/** For a part that SAP gave no state for: it is changed as it is. */
const ANY_STATE = '*';

/** The writes that bring these fields into SAP, in the order in which SAP takes them: a role before what belongs to it. */
export function writesOf(view: PartnerView, changes: CustomerFields, key: CustomerKey): PartWrite[] {
  const { partnerNumber, customerNumber } = view;
  const roles = Object.entries(ROLES)
    .filter(([role]) => changes[`role.${role}`] !== undefined)
    .map(([, code]): PartWrite => createIn('role', { BusinessPartner: partnerNumber, BusinessPartnerRole: code }));
  const company = placesOf(changes, 'company').map((place) =>
    writePlace('company', view.companies.get(place), place, changes, { Customer: customerNumber, CompanyCode: place }),
  );
  const sales = placesOf(changes, 'sales').map((place) => {
    const [SalesOrganization = '', DistributionChannel = '', Division = ''] = place.split('/');
    const areaKey = { Customer: customerNumber, SalesOrganization, DistributionChannel, Division };
    return writePlace('salesArea', view.salesAreas.get(place), place, changes, areaKey);
  });
  return [
    ...roles,
    ...onePart('partner', view.partner, { BusinessPartner: partnerNumber }, changes),
    ...addressWrites(view, changes, key),
    ...company.flat(),
    ...sales.flat(),
  ];
}

function addressWrites(view: PartnerView, changes: CustomerFields, key: CustomerKey): PartWrite[] {
  const { address, email, phone, partnerNumber } = view;
  if (address === undefined) {
    const body = bodyOf(changes, 'address');
    if (body === undefined) return [];
    return [createIn('address', { BusinessPartner: partnerNumber, AddressIDByExternalSystem: key, ...body })];
  }
  const place = { AddressID: optionalText(address, 'AddressID'), Person: optionalText(address, 'Person') };
  const addressKey = { BusinessPartner: partnerNumber, AddressID: place.AddressID };
  const country = changes['address.country'] ?? view.fields['address.country'];
  return [
    ...onePart('address', address, addressKey, changes),
    ...reachWrites('email', email, { ...place, IsDefaultEmailAddress: true }, changes),
    ...reachWrites(
      'phone',
      phone,
      { ...place, DestinationLocationCountry: country, IsDefaultPhoneNumber: true },
      changes,
    ),
  ];
}

function reachWrites(
  part: 'email' | 'phone',
  row: ODataRow | undefined,
  added: ODataBody,
  changes: CustomerFields,
): PartWrite[] {
  if (row !== undefined) {
    const key = Object.fromEntries(
      ['AddressID', 'Person', 'OrdinalNumber'].map((name) => [name, optionalText(row, name)]),
    );
    return onePart(part, row, key, changes);
  }
  const body = bodyOf(changes, part);
  return body === undefined ? [] : [createIn(part, { ...added, ...body })];
}

function onePart(
  part: Part,
  row: ODataRow,
  key: Readonly<Record<string, string>>,
  changes: CustomerFields,
): PartWrite[] {
  const body = bodyOf(changes, part, undefined, true);
  return body === undefined ? [] : [changeOf(part, row, key, body)];
}

function writePlace(
  part: 'company' | 'salesArea',
  row: ODataRow | undefined,
  place: string,
  changes: CustomerFields,
  key: Readonly<Record<string, string>>,
): PartWrite[] {
  const body = bodyOf(changes, part, place, row !== undefined);
  if (body === undefined) return [];
  return [row === undefined ? createIn(part, { ...key, ...body }) : changeOf(part, row, key, body)];
}

function placesOf(changes: CustomerFields, prefix: 'company' | 'sales'): string[] {
  const places = Object.keys(changes).flatMap((field) => {
    const [first, place] = field.split('.');
    return first === prefix && place !== undefined ? [place] : [];
  });
  return [...new Set(places)];
}

function createIn(part: Part, body: ODataBody): PartWrite {
  return { kind: 'create', set: SETS[part], body };
}

function changeOf(part: Part, row: ODataRow, key: Readonly<Record<string, string>>, body: ODataBody): PartWrite {
  return { kind: 'change', entity: entityOf(SETS[part], key), etag: etagOf(row) ?? ANY_STATE, body };
}
