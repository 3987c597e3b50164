/** The operations the pretend Amazon offers. `token` and `download` are outside the usage plans. */
export type ApiOperation =
  | 'getReports'
  | 'getReport'
  | 'createReport'
  | 'getReportDocument'
  | 'getMarketplaceParticipations';
export type Operation = ApiOperation | 'token' | 'download';

export interface UsagePlan {
  /** Tokens per second. */
  readonly rate: number;
  readonly burst: number;
}

/** As published in Amazon's models. */
export const USAGE_PLANS: Readonly<Record<ApiOperation, UsagePlan>> = {
  getReports: { rate: 0.0222, burst: 10 },
  getReport: { rate: 2, burst: 15 },
  createReport: { rate: 0.0167, burst: 15 },
  getReportDocument: { rate: 0.0167, burst: 15 },
  getMarketplaceParticipations: { rate: 0.016, burst: 15 },
};

/** Token buckets per operation, seller and application, filled by the world's clock. */
export class Quotas {
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>();

  /** Spends one token; false when there is none. A new bucket is full. */
  spend(operation: ApiOperation, sellerId: string, clientId: string, nowMs: number): boolean {
    const { rate, burst } = USAGE_PLANS[operation];
    const key = `${operation} ${sellerId} ${clientId}`;
    const bucket = this.#buckets.get(key) ?? { tokens: burst, atMs: nowMs };
    const elapsedMs = Math.max(0, nowMs - bucket.atMs);
    const tokens = Math.min(burst, bucket.tokens + (elapsedMs / 1000) * rate);
    // A millionth of a token is what adding fractions may lose.
    const isGranted = tokens >= 1 - 1e-6;
    this.#buckets.set(key, { tokens: isGranted ? Math.max(0, tokens - 1) : tokens, atMs: nowMs });
    return isGranted;
  }
}
