import type { CurrencyCode, LocalDate, Sha256, TimeZone } from '../core/index.ts';
import type { CompanyCode, CustomerNumber, GlAccount } from '../ledger/index.ts';
import type { RowDimensions, RowPlace } from './account-table-dimensions.ts';
import type { LineKind } from './line-kind.ts';
import type { LineMeanings } from './line-meanings.ts';
import type { SkuMatch } from './sku-pattern.ts';

/**
 * Purposes of lines that no row of Amazon's file carries; they make an entry balance.
 * `payout`: what Amazon pays out, on the clearing account. `closing-debt`: a negative total, owed to Amazon.
 * `carry-forward`: between the months of one settlement. `cross-company`: between company codes of one settlement.
 * `unsettled`: what Amazon owes at a month end without having settled it; a table may be without it until a month is accrued.
 * `order-receivable`: orders that were booked when they were shipped, until a settlement pays them; only in the orders model.
 * `tax-residual`: what is left where Amazon withheld another tax than was collected; a table need not have it.
 */
export type BalancePurpose = RequiredPurpose | OptionalPurpose;

/** No settlement can be booked without these. */
export type RequiredPurpose = 'payout' | 'closing-debt' | 'carry-forward' | 'cross-company';

/** Missed only where something needs them. */
export type OptionalPurpose = 'unsettled' | 'order-receivable' | 'tax-residual';

/** Where one kind of line goes in one marketplace. */
export interface AccountAssignment {
  /** With a `customer`: the reconciliation account of that customer. */
  readonly glAccount: GlAccount;
  /** The lines are this customer's open items. Then there is neither a cost object nor a tax code. */
  readonly customer?: CustomerNumber;
  /** At most one of the two is set: cost lines carry a cost centre, revenue lines a profit centre. */
  readonly costCenter: string | null;
  readonly profitCenter: string | null;
  readonly taxCode: string | null;
  /** At most 50 characters. */
  readonly text: string;
}

/** VAT that prices include, by tax code. Rate in hundredths of a percent: 1900n is 19 %. */
export interface TaxCodeRule {
  readonly taxCode: string;
  /** The rate holds from this posting date; `null` from always. */
  readonly validFrom: LocalDate | null;
  readonly rate: bigint;
  readonly direction: 'output' | 'input';
}

export interface MarketplaceRule {
  /** The name as Amazon writes it in the file, for example `Amazon.de`; compared without case. */
  readonly name: string;
  readonly companyCode: CompanyCode;
}

export interface CompanyCodeRule {
  readonly companyCode: CompanyCode;
  readonly timeZone: TimeZone;
  readonly documentType: string;
  /** For documents with a customer's line; absent when it is the same. */
  readonly documentTypeWithCustomer?: string;
  /** `calendar`: the fiscal year is the year of the posting date. `shifted`: it is not, so SAP is asked by date. */
  readonly fiscalYear: 'calendar' | 'shifted';
}

/** One version of the account assignment: flat, effective-dated data that an accountant edits. */
export interface AccountTable extends LineMeanings {
  readonly name: string;
  /** The file as read, and its digest: the mapping version of a proposal. */
  readonly text: string;
  readonly sha256: Sha256;
  /**
   * `undefined` when no row of the table applies: the line is then not bookable and stops its settlement. What `default`
   * means is the marketplace's own, or that of `place` where the line has one.
   */
  assign(
    kind: LineKind | BalancePurpose,
    marketplace: string,
    on: LocalDate,
    row?: RowDimensions & { readonly place?: RowPlace },
  ): AccountAssignment | undefined;
  /**
   * In whose books rows of a marketplace belong: the marketplace's company code and cost objects, or what the most
   * specific rule of the section `dimensions` says instead. `on` is a posting date in the marketplace's own company code.
   */
  placeOf(marketplace: string, on: LocalDate, row: RowDimensions): RowPlace | undefined;
  /** Whether any row of the table is for some SKUs only. Without one nobody needs to read a SKU. */
  readonly hasSkuPatterns: boolean;
  matchSku(sku: string): SkuMatch;
  /** By the name in the file, without case; also `Non-Amazon…` names through their prefix rule. */
  marketplace(name: string): MarketplaceRule | undefined;
  /** Where rows go when neither they nor any other row of the file name a marketplace. */
  marketplaceOfCurrency(currency: CurrencyCode): MarketplaceRule | undefined;
  companyCode(code: CompanyCode): CompanyCodeRule | undefined;
  companyCodes(): readonly CompanyCodeRule[];
  /** With the rate that holds on a posting date. */
  taxCode(code: string, on: LocalDate): TaxCodeRule | undefined;
  taxDirection(code: string): TaxCodeRule['direction'] | undefined;
}
