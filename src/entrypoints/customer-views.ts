import { type CustomerRecord, customerName } from '../app/index.ts';
import { findMarketplace } from '../mapping/index.ts';

/** A line of the key map for programs, without the fingerprints, which say nothing to anybody. */
export function customerView(record: CustomerRecord) {
  const { written: _written, intended: _intended, connectionId: _connectionId, ...facts } = record;
  return { ...facts, name: customerName(record) };
}

/** A marketplace by its name; anything else as it is. */
export function customerReference(ref: string): string {
  return findMarketplace(ref)?.id ?? ref;
}
