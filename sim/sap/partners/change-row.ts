/** Changes the fields of one entry; each part of a business partner is changed under its own key. */
import type { Author, FieldValue } from '../entity-set.ts';
import { findLock } from '../obstacles.ts';
import { type ODataDetail, WriteRefusal } from '../odata-error.ts';
import type { PretendSapWorld } from '../world.ts';
import {
  checkAddress,
  checkCustomerCompany,
  checkCustomerSalesArea,
  checkEmail,
  checkNames,
  checkPhone,
  checkStandardAddress,
  checkTaxNumber,
  worded,
} from './check-partner.ts';
import { partnerOfCustomer } from './create-part.ts';
import { namesOf, type PartnerWrite } from './create-partner.ts';
import { refusePartner, wrongMessage } from './partner-refusal.ts';
import { completeValues, findRow, nextStamp, type PartnerRow, type PartnerValues, rowsOf } from './partner-store.ts';
import type { PartnerBody } from './read-body.ts';

/** `merge` leaves fields alone that were not sent; `replace` sets them to their initial value. */
export type ChangeMode = 'merge' | 'replace';

/** Raises WriteRefusal with every reason; then nothing has changed. */
export function changeRow(
  world: PretendSapWorld,
  row: PartnerRow,
  { entity, values, children }: PartnerBody,
  mode: ChangeMode,
  author: Author,
): PartnerWrite {
  const [link] = children.keys();
  if (link !== undefined) throw wrongMessage(`Link ${link} cannot be changed together with ${entity.set}`);
  const fields = [...entity.fields.values()];
  const changed: Record<string, FieldValue> = {};
  for (const { name, access, isKey } of fields) {
    const value = values[name];
    if (value === undefined) continue;
    if (access === 'createOnly' && value !== row.values[name]) throw wrongMessage(`Property ${name} cannot be changed`);
    if (!isKey) changed[name] = value;
  }
  if (Object.keys(changed).length === 0) {
    const says = 'PATCH requests require components to be updated';
    throw new WriteRefusal({ status: 501, code: '/IWFND/CM_MGW/096', says });
  }
  const kept = fields.filter(({ access }) => mode === 'merge' || access !== 'free').map(({ name }) => name);
  const before = Object.fromEntries(kept.map((name) => [name, row.values[name] ?? null]));
  const next = completeValues(entity, { ...before, ...changed });
  const reasons = [...checkLock(world, row, author.nowMs), ...checkRow(world, row, next)];
  if (reasons.length > 0) throw refusePartner(reasons);
  const main = {
    ...row,
    values: { ...next, ...derived(row, next, author) },
    stamp: nextStamp(world.partners, author.nowMs),
  };
  return { main, rows: [main, ...renamedCustomer(world, main)], warnings: [] };
}

/** Somebody has the partner open in SAP. */
function checkLock(world: PretendSapWorld, { values }: PartnerRow, nowMs: number): readonly ODataDetail[] {
  const number = values.BusinessPartner ?? partnerOfCustomer(world, values)?.values.BusinessPartner ?? '';
  const lock = findLock(world, 'businessPartner', String(number), nowMs);
  return lock ? [worded('024', `Business partner ${number} is currently being processed by user ${lock.user}`)] : [];
}

function checkRow(world: PretendSapWorld, row: PartnerRow, next: PartnerValues): readonly ODataDetail[] {
  switch (row.set) {
    case 'A_BusinessPartner':
      return checkNames(next);
    case 'A_BusinessPartnerAddress':
      return [...checkAddress(next), ...checkIfStandard(world, row, next)];
    case 'A_AddressEmailAddress':
      return checkEmail(next);
    case 'A_AddressPhoneNumber':
      return checkPhone(next);
    case 'A_BusinessPartnerTaxNumber':
      return checkTaxNumber(next);
    case 'A_CustomerCompany':
      return checkCustomerCompany(world, next);
    case 'A_CustomerSalesArea':
      return checkCustomerSalesArea(world, next);
    case 'A_BusinessPartnerRole':
    case 'A_BuPaIdentification':
    case 'A_Customer':
      return [];
  }
}

function checkIfStandard(world: PretendSapWorld, row: PartnerRow, next: PartnerValues): readonly ODataDetail[] {
  const partner = findRow(world.partners, 'A_BusinessPartner', row.values);
  const [standard] = rowsOf(world.partners, 'A_BusinessPartnerAddress').filter(
    (address) => address.values.BusinessPartner === row.values.BusinessPartner,
  );
  const counts = Boolean(partner?.values.Customer) && standard?.values.AddressID === row.values.AddressID;
  return counts ? checkStandardAddress([next]) : [];
}

function derived({ set }: PartnerRow, next: PartnerValues, { user, nowMs }: Author): PartnerValues {
  if (set !== 'A_BusinessPartner') return {};
  const [day = '', time = ''] = new Date(nowMs).toISOString().split('T');
  const [hours, minutes, seconds] = time.slice(0, 8).split(':');
  return {
    ...namesOf(next),
    LastChangeDate: day,
    LastChangeTime: `PT${hours}H${minutes}M${seconds}S`,
    LastChangedByUser: user.slice(0, 12),
  };
}

/** A customer bears the name of its business partner. */
function renamedCustomer(world: PretendSapWorld, partner: PartnerRow): readonly PartnerRow[] {
  if (partner.set !== 'A_BusinessPartner' || !partner.values.Customer) return [];
  const customer = findRow(world.partners, 'A_Customer', partner.values);
  const name = String(partner.values.BusinessPartnerName ?? '');
  if (!customer || customer.values.CustomerName === name) return [];
  return [
    {
      ...customer,
      values: { ...customer.values, CustomerName: name.slice(0, 80), CustomerFullName: name.toUpperCase() },
    },
  ];
}

/** Whether postings to this customer are refused, and in whose words. */
export function isPostingBlocked(world: PretendSapWorld, customerCompany: PartnerValues): boolean {
  const customer = findRow(world.partners, 'A_Customer', customerCompany);
  const partner = partnerOfCustomer(world, customerCompany);
  return Boolean(
    customerCompany.PhysicalInventoryBlockInd ||
      customer?.values.PostingIsBlocked ||
      partner?.values.BusinessPartnerIsBlocked,
  );
}
