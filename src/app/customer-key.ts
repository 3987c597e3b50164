import { createHash } from 'node:crypto';
import { canonicalJson, toBase32 } from '../core/index.ts';

declare const customerKeyBrand: unique symbol;
/**
 * The name of a customer that both sides know: `AMZ` and 17 base-32 characters, 20 in all, upper case. SAP keeps it with the
 * business partner, who is found by it again.
 */
export type CustomerKey = string & { readonly [customerKeyBrand]: true };

export const CUSTOMER_KEY_LENGTH = 20;

export type CustomerKind = 'marketplace' | 'buyer';

/** Facts only: no name, no address, nothing that may change. */
export interface CustomerKeyFacts {
  readonly sellerAccount: string;
  readonly kind: CustomerKind;
  /** Amazon's marketplace id, or the order id of the buyer. */
  readonly reference: string;
}

/** The same facts always give the same key. 85 bits of SHA-256: two of a thousand million customers collide with odds below 1 in 10⁷. */
export function customerKeyOf({ sellerAccount, kind, reference }: CustomerKeyFacts): CustomerKey {
  const facts = canonicalJson({ sellerAccount, kind, reference });
  const digest = createHash('sha256').update(`seller-ledger/customer/${facts}`).digest();
  return `AMZ${toBase32(digest).slice(0, CUSTOMER_KEY_LENGTH - 3)}` as CustomerKey;
}
