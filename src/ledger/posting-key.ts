import { createHash } from 'node:crypto';
import { canonicalJson, toBase32, type YearMonth } from '../core/index.ts';
import type { CompanyCode } from './journal-entry.ts';

declare const postingKeyBrand: unique symbol;
/**
 * The idempotency key of one entry: `AMZ` and 13 base-32 characters, 16 in all, upper case.
 * 16 is the length of SAP's reference field in which the key travels and by which the document is found again.
 */
export type PostingKey = string & { readonly [postingKeyBrand]: true };

export const POSTING_KEY_LENGTH = 16;

/** Facts only: never a job, an attempt, a time or a mapping version, or a retry would become a second document. */
export interface PostingKeyFacts {
  readonly sellerAccount: string;
  readonly settlementId: string;
  readonly companyCode: CompanyCode;
  readonly postingMonth: YearMonth;
  /** 1-based part of the documents of this company code and month. */
  readonly part: number;
  /** 0 for the first booking; a correction after a reversal raises it. */
  readonly revision: number;
}

/** The same facts always give the same key. 65 bits of SHA-256: one million entries collide with odds below 1 in 10⁷. */
export function postingKeyOf(facts: PostingKeyFacts): PostingKey {
  const digest = createHash('sha256')
    .update(canonicalJson({ ...facts }))
    .digest();
  return `AMZ${toBase32(digest).slice(0, 13)}` as PostingKey;
}

/** The lowest and the highest text that is a posting key, for a search by range. */
export const POSTING_KEY_RANGE = { from: 'AMZ', to: `AMZ${'Z'.repeat(POSTING_KEY_LENGTH - 3)}` } as const;

/** Whether a reference has the form of a posting key; one that a person typed has not. */
export function isPostingKey(reference: string): reference is PostingKey {
  return /^AMZ[A-Z2-7]{13}$/.test(reference);
}

/**
 * The key of the entry that reverses another one. `round` counts from 0 the reversals of that entry which came to nothing
 * before: each is a document of its own, so that what SAP refused under one key is never booked under it with another day.
 */
export function reversalKeyOf(facts: { readonly reverses: PostingKey; readonly round: number }): PostingKey {
  const digest = createHash('sha256')
    .update(canonicalJson({ ...facts }))
    .digest();
  return `AMZ${toBase32(digest).slice(0, 13)}` as PostingKey;
}
