import type { JsonObject, Order, OrderBuyer } from '../../app/index.ts';
import { buyerDeletedAfter } from './buyer-clock.ts';
import { storableText } from './wire.ts';

const textCharsMax = 10_000;
/** Deeper than any address of Amazon. */
const depthMax = 4;

/**
 * What the answer tells about the person. `null` where it tells nothing. Of a cancelled order nothing is told, and what is due
 * at once makes the store forget what it had.
 */
export function readBuyer(raw: unknown, order: Order): OrderBuyer | null {
  const { orderId } = order;
  const nothing = { name: null, email: null, companyName: null, purchaseOrderNumber: null, address: null };
  const deleteAfter = deletedAfter(raw, order);
  if (order.status === 'cancelled') return { orderId, ...nothing, taxRegistrations: [], deleteAfter };
  const buyer = memberOf(raw, 'buyer');
  const found = {
    name: textOf(memberOf(buyer, 'buyerName')),
    email: textOf(memberOf(buyer, 'buyerEmail')),
    companyName: textOf(memberOf(buyer, 'buyerCompanyName')),
    purchaseOrderNumber: textOf(memberOf(buyer, 'buyerPurchaseOrderNumber')),
    address: readAddress(memberOf(memberOf(raw, 'recipient'), 'deliveryAddress')),
    taxRegistrations: readRegistrations(memberOf(memberOf(raw, 'tax'), 'taxRegistrations')),
  };
  const isEmpty = Object.values(found).every((value) => value === null || (Array.isArray(value) && value.length === 0));
  return isEmpty ? null : { orderId, ...found, deleteAfter };
}

function deletedAfter(raw: unknown, { createdAt, lastUpdatedAt, status, shippedAt }: Order): string {
  const moved = movedPackages(raw);
  return buyerDeletedAfter({
    createdAt,
    lastUpdatedAt,
    isCancelled: status === 'cancelled',
    isShipped: shippedAt !== null || status === 'shipped' || status === 'partially-shipped' || moved.length > 0,
    // A package without a time may have left before all others.
    shippedAt: moved.every((each) => textOf(memberOf(each, 'shipTime')) !== null) ? shippedAt : null,
  });
}

function movedPackages(raw: unknown): readonly unknown[] {
  const packages = memberOf(raw, 'packages');
  if (!Array.isArray(packages)) return [];
  return packages.filter((each: unknown) => {
    const status = memberOf(memberOf(each, 'packageStatus'), 'status');
    return status !== undefined && status !== 'PENDING' && status !== 'CANCELLED';
  });
}

function readAddress(raw: unknown): Readonly<Record<string, string>> | null {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return null;
  const { extendedFields, ...plain } = raw as Record<string, unknown>;
  const parts = [plain, typeof extendedFields === 'object' && extendedFields !== null ? extendedFields : {}];
  const entries = parts
    .flatMap((part) => Object.entries(part))
    .flatMap(([member, value]) => {
      const text = textOf(value);
      return text === null ? [] : [[storableText(member), text] as const];
    });
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

/** Those of the buyer, whole: with the name, the address and, in Brazil, the number of the person. */
function readRegistrations(raw: unknown): readonly JsonObject[] {
  if (!Array.isArray(raw)) return [];
  return raw
    .filter((each: unknown) => memberOf(each, 'entityType') === 'BUYER')
    .map((each: unknown) => storable(each, 1) as JsonObject);
}

/** The same value as far as a database takes it. */
function storable(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return storableText(value).slice(0, textCharsMax);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > depthMax) return null;
  if (Array.isArray(value)) return value.map((entry: unknown) => storable(entry, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([member, entry]) => [storableText(member), storable(entry, depth + 1)]),
  );
}

function memberOf(value: unknown, member: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, member)) return undefined;
  return (value as Record<string, unknown>)[member];
}

function textOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  return storableText(value).slice(0, textCharsMax) || null;
}
