import type { Entry, FieldValue } from '../entity-set.ts';
import type { PretendSapWorld } from '../world.ts';
import { findRow, type PartnerRow } from './partner-store.ts';

/** A row as a reader sees it: the customer's number stays empty until the customer has been made. */
export function entryOf(world: PretendSapWorld, row: PartnerRow, nowMs: number): Entry {
  const etag = `W/"'${row.stamp}'"`;
  if (row.set !== 'A_BusinessPartner') return { value: (name) => row.values[name] ?? null, etag };
  const customer = findRow(world.partners, 'A_Customer', row.values);
  const isVisible = customer !== undefined && customer.visibleFromMs <= nowMs;
  const value = (name: string): FieldValue => {
    if (name === 'ETag') return row.stamp;
    return name === 'Customer' && !isVisible ? '' : (row.values[name] ?? null);
  };
  return { value, etag };
}
