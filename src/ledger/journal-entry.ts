import type { CurrencyCode, LocalDate, Money } from '../core/index.ts';
import type { PostingKey } from './posting-key.ts';

declare const companyCodeBrand: unique symbol;
/** SAP's company code, 1 to 4 characters, upper case. */
export type CompanyCode = string & { readonly [companyCodeBrand]: true };

declare const glAccountBrand: unique symbol;
/** A G/L account number as the accountant writes it, 1 to 10 characters, without padding. */
export type GlAccount = string & { readonly [glAccountBrand]: true };

declare const customerNumberBrand: unique symbol;
/** SAP's customer number as the accountant writes it, 1 to 10 characters, without padding. */
export type CustomerNumber = string & { readonly [customerNumberBrand]: true };

/** VAT contained in a line's amount: `base + amount` is the line's amount, all three with the same sign. */
export interface LineTax {
  readonly taxCode: string;
  readonly base: Money;
  readonly amount: Money;
}

/** One item of an entry. */
export interface JournalLine {
  /** What the line is for: a line kind of the mapping, or one of the balancing purposes. */
  readonly kind: string;
  /** With a `customer`: the reconciliation account that SAP's customer master names. */
  readonly glAccount: GlAccount;
  /** The line goes to this customer's account (a debtor line). Absent on a G/L line, so that its digest stays the same. */
  readonly customer?: CustomerNumber;
  readonly costCenter: string | null;
  readonly profitCenter: string | null;
  readonly taxCode: string | null;
  /** Included tax, when the tax code has a rate; `null` when the tax code only labels the line or there is none. */
  readonly tax: LineTax | null;
  /** Debit positive, credit negative, tax included. May be zero: then its rows are linked here but nothing is sent. */
  readonly amount: Money;
  /** At most 50 characters. */
  readonly text: string;
  /** Which buckets of the settlement (see `mapping/settlement.ts`) this line sums; empty for balancing lines. */
  readonly buckets: readonly number[];
}

/** Which document in SAP an entry reverses, and why. */
export interface EntryReversal {
  /** Of the entry that is reversed. */
  readonly postingKey: PostingKey;
  readonly fiscalYear: string;
  readonly sapDocumentNumber: string;
  /** SAP's reversal reason, 1 or 2 characters; which there are is customizing. `01` is usual: in the current period. */
  readonly reason: string;
}

/** One balanced document: one company code, one currency, one posting date. */
export interface JournalEntry {
  readonly postingKey: PostingKey;
  readonly companyCode: CompanyCode;
  readonly documentType: string;
  readonly documentDate: LocalDate;
  readonly postingDate: LocalDate;
  readonly currency: CurrencyCode;
  /** At most 25 characters. */
  readonly headerText: string;
  /** At most 20 characters: the settlement id, which SAP shows and finds as reference 1. */
  readonly headerReference: string;
  /** `part` of `partCount` documents of the same company code and month. */
  readonly part: number;
  readonly partCount: number;
  readonly lines: readonly JournalLine[];
  /**
   * The entry reverses another one: its lines are that entry's mirror. SAP is told by its own reversal fields where its
   * release has them, otherwise the mirror is booked. Absent on all other entries.
   */
  readonly reversal?: EntryReversal;
}
