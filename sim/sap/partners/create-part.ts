/** Adds one part to a business partner or a customer that already exists. */
import type { Author } from '../entity-set.ts';
import type { ODataDetail } from '../odata-error.ts';
import type { PretendSapWorld } from '../world.ts';
import {
  checkAddress,
  checkCustomerCompany,
  checkCustomerSalesArea,
  checkEmail,
  checkIdentification,
  checkPhone,
  checkRoles,
  checkStandardAddress,
  checkTaxNumber,
  customerRoles,
  roleMissing,
  worded,
} from './check-partner.ts';
import { isCustomerRole, makeCustomer, newAddress, newRow, type PartnerWrite, phonesOf } from './create-partner.ts';
import { refusePartner } from './partner-refusal.ts';
import { findRow, nextStamp, type PartnerRow, type PartnerValues, rowsOf } from './partner-store.ts';
import type { PartnerBody } from './read-body.ts';

/** Raises WriteRefusal with every reason; then nothing has changed. */
export function createPart(world: PretendSapWorld, body: PartnerBody, author: Author): PartnerWrite {
  const { values, entity } = body;
  const reasons = [...checkOwner(world, body), ...checkPart(world, body)];
  if (reasons.length > 0) throw refusePartner(reasons);
  if (findRow(world.partners, entity.set, values)) throw refusePartner([alreadyThere(body)]);
  if (entity.set === 'A_BusinessPartnerAddress') {
    const rows = newAddress(world, body, String(values.BusinessPartner), author);
    return written(rows[0], rows);
  }
  if (entity.set === 'A_AddressEmailAddress' || entity.set === 'A_AddressPhoneNumber') {
    const count = rowsOf(world.partners, entity.set).filter((row) => row.values.AddressID === values.AddressID).length;
    const row = newRow(world, entity.set, author, { ...values, Person: '', OrdinalNumber: String(count + 1) });
    return written(row, [row]);
  }
  const row = newRow(world, entity.set, author, values);
  const extra = entity.set === 'A_BusinessPartnerRole' ? customerFor(world, values, author) : [];
  return written(row, [row, ...extra]);
}

function written(main: PartnerRow | undefined, rows: readonly PartnerRow[]): PartnerWrite {
  if (!main) throw new Error('nothing was written');
  return { main, rows, warnings: [] };
}

function alreadyThere({ entity, values }: PartnerBody): ODataDetail {
  const customer = String(values.Customer ?? '');
  return entity.set.startsWith('A_Customer')
    ? { code: 'CVI_EI/007', says: `Insert is not supported for existing customer ${customer}` }
    : worded('021', `This entry of ${entity.set} already exists`);
}

/** Who the part belongs to must exist, and be in the role that the part is for. */
function checkOwner(world: PretendSapWorld, { entity, values }: PartnerBody): readonly ODataDetail[] {
  if (entity.fields.has('BusinessPartner')) {
    const found = findRow(world.partners, 'A_BusinessPartner', values);
    return found ? [] : [worded('020', `Business partner ${values.BusinessPartner ?? ''} does not exist`)];
  }
  if (entity.fields.has('AddressID')) {
    const found = rowsOf(world.partners, 'A_BusinessPartnerAddress').some(
      (row) => row.values.AddressID === values.AddressID,
    );
    return found ? [] : [worded('022', `Address ${values.AddressID ?? ''} does not exist`)];
  }
  if (!findRow(world.partners, 'A_Customer', values)) {
    return [worded('023', `Customer ${values.Customer ?? ''} does not exist`)];
  }
  const partner = partnerOfCustomer(world, values);
  const role = entity.set === 'A_CustomerSalesArea' ? customerRoles.sales : customerRoles.ledger;
  const BusinessPartner = partner?.values.BusinessPartner ?? '';
  const isInRole = findRow(world.partners, 'A_BusinessPartnerRole', { BusinessPartner, BusinessPartnerRole: role });
  return isInRole ? [] : [roleMissing(String(BusinessPartner), role)];
}

export function partnerOfCustomer(world: PretendSapWorld, { Customer }: PartnerValues): PartnerRow | undefined {
  return rowsOf(world.partners, 'A_BusinessPartner').find((row) => row.values.Customer === Customer);
}

function checkPart(world: PretendSapWorld, body: PartnerBody): readonly ODataDetail[] {
  const { values, entity, children } = body;
  switch (entity.set) {
    case 'A_BusinessPartnerRole': {
      const role = String(values.BusinessPartnerRole ?? '');
      const addresses = rowsOf(world.partners, 'A_BusinessPartnerAddress').filter(
        (row) => row.values.BusinessPartner === values.BusinessPartner,
      );
      const needed = isCustomerRole(role) ? checkStandardAddress(addresses.map((row) => row.values)) : [];
      return [...checkRoles([role]), ...needed];
    }
    case 'A_BusinessPartnerAddress':
      return [
        ...checkAddress(values),
        ...(children.get('to_EmailAddress') ?? []).flatMap((email) => checkEmail(email.values)),
        ...phonesOf(body).flatMap((phone) => checkPhone(phone.values)),
      ];
    case 'A_AddressEmailAddress':
      return checkEmail(values);
    case 'A_AddressPhoneNumber':
      return checkPhone(values);
    case 'A_BuPaIdentification':
      return checkIdentification(world, values);
    case 'A_BusinessPartnerTaxNumber':
      return checkTaxNumber(values);
    case 'A_CustomerCompany':
      return checkCustomerCompany(world, values);
    case 'A_CustomerSalesArea':
      return checkCustomerSalesArea(world, values);
    case 'A_BusinessPartner':
    case 'A_Customer':
      return [];
  }
}

/** The first customer role makes a customer of a business partner that was none. */
function customerFor(world: PretendSapWorld, values: PartnerValues, author: Author): readonly PartnerRow[] {
  const partner = findRow(world.partners, 'A_BusinessPartner', values);
  if (!partner || !isCustomerRole(values.BusinessPartnerRole) || partner.values.Customer) return [];
  const grouping = world.partnerRules.groupings.get(String(partner.values.BusinessPartnerGrouping));
  if (!grouping) return [];
  const customer = makeCustomer(world, partner.values, grouping, author);
  const linked = { ...partner.values, Customer: customer.values.Customer ?? '' };
  return [customer, { ...partner, values: linked, stamp: nextStamp(world.partners, author.nowMs) }];
}
