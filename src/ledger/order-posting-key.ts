import { createHash } from 'node:crypto';
import { type CurrencyCode, canonicalJson, type LocalDate, toBase32 } from '../core/index.ts';
import type { CompanyCode } from './journal-entry.ts';
import type { PostingKey } from './posting-key.ts';

/** Facts only, as for a settlement: what was shipped on which day, never when it was worked out. */
export interface OrderPostingFacts {
  readonly sellerAccount: string;
  /** On which the orders were shipped. */
  readonly day: LocalDate;
  /** 1 for the day's first orders; those that became known later are a batch of their own. */
  readonly batch: number;
  /** Of an entry for one order; `null` when it sums the day. */
  readonly orderId: string | null;
  readonly companyCode: CompanyCode;
  readonly currency: CurrencyCode;
  readonly part: number;
  /** 0 for the first booking; a correction after a reversal raises it. */
  readonly revision: number;
}

/** Reference 1 in the header of the documents that sum the orders of a day; that of one order carries its id. */
export function ordersReferenceOf(day: LocalDate): string {
  return `orders ${day}`;
}

/** The posting key of an entry that accrues orders. Its facts have other names than a settlement's, so that the two never meet. */
export function orderPostingKeyOf(facts: OrderPostingFacts): PostingKey {
  const digest = createHash('sha256')
    .update(canonicalJson({ accrues: 'orders', ...facts }))
    .digest();
  return `AMZ${toBase32(digest).slice(0, 13)}` as PostingKey;
}
