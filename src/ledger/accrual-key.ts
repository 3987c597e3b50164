import { createHash } from 'node:crypto';
import { canonicalJson, toBase32, type YearMonth } from '../core/index.ts';
import type { CompanyCode } from './journal-entry.ts';
import type { PostingKey } from './posting-key.ts';

/** Facts of one document of a month-end accrual; like those of a settlement they never name a job, an attempt or a time. */
export interface AccrualKeyFacts {
  readonly sellerAccount: string;
  readonly accrual: 'month-end';
  readonly month: YearMonth;
  readonly companyCode: CompanyCode;
  readonly currency: string;
  /** `accrual` is dated the last day of the month, `release` the first day after it. */
  readonly side: AccrualSide;
  /** 1-based part of the documents of this company code, currency and side. */
  readonly part: number;
  /** 0 for the first booking; an accrual that is made anew after it was withdrawn or reversed raises it. */
  readonly revision: number;
}

/** Reference 1 in the header of every document of a month-end accrual. */
export function monthEndReferenceOf(month: YearMonth): string {
  return `ACCRUAL ${month}`;
}

/** An accrual is booked, and released on the next day by its mirror. */
export type AccrualSide = 'accrual' | 'release';

/** The posting key of one document of a month-end accrual: the same facts always give the same key. */
export function accrualKeyOf(facts: AccrualKeyFacts): PostingKey {
  const digest = createHash('sha256')
    .update(canonicalJson({ ...facts }))
    .digest();
  return `AMZ${toBase32(digest).slice(0, 13)}` as PostingKey;
}
