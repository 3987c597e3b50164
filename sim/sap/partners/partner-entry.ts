import type { Entry, FieldValue } from '../entity-set.ts';
import type { PretendSapWorld } from '../world.ts';
import { findRow, type PartnerRow, rowsOf } from './partner-store.ts';

/** A row as a reader sees it: the customer's number stays empty until the customer has been made. */
export function entryOf(world: PretendSapWorld, row: PartnerRow, nowMs: number): Entry {
  const stamp = world.partnerRules.etags === 'own' ? row.stamp : sharedStamp(world, row);
  const etag = `W/"'${stamp}'"`;
  if (row.set !== 'A_BusinessPartner') return { value: (name) => row.values[name] ?? null, etag };
  const customer = findRow(world.partners, 'A_Customer', row.values);
  const isVisible = customer !== undefined && customer.visibleFromMs <= nowMs;
  const value = (name: string): FieldValue => {
    if (name === 'ETag') return stamp;
    return name === 'Customer' && !isVisible ? '' : (row.values[name] ?? null);
  };
  return { value, etag };
}

/** The latest of all parts of the row's business partner. */
function sharedStamp({ partners }: PretendSapWorld, row: PartnerRow): string {
  const addresses = rowsOf(partners, 'A_BusinessPartnerAddress');
  const owners = rowsOf(partners, 'A_BusinessPartner');
  const ownerOf = ({ values }: PartnerRow): FieldValue | undefined =>
    values.BusinessPartner ??
    addresses.find((address) => address.values.AddressID === values.AddressID)?.values.BusinessPartner ??
    owners.find((owner) => values.Customer !== undefined && owner.values.Customer === values.Customer)?.values
      .BusinessPartner;
  const owner = ownerOf(row);
  const parts = [...partners.rows.values()].flatMap((rows) => [...rows.values()]);
  const stamps = parts.filter((part) => ownerOf(part) === owner).map(({ stamp }) => stamp);
  return stamps.sort().at(-1) ?? row.stamp;
}
