import type { SellerReports } from './listings.ts';

/** Who asks, and when. */
export interface SellerContext {
  readonly reports: SellerReports;
  /** Signs page tokens. */
  readonly secret: string;
  readonly nowMs: number;
}
