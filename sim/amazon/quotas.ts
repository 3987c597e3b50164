/** The operations the pretend Amazon offers. `token` and `download` are outside the usage plans. */
export type ApiOperation =
  | 'getReports'
  | 'getReport'
  | 'createReport'
  | 'getReportDocument'
  | 'getMarketplaceParticipations'
  | 'searchOrders'
  | 'getOrder'
  | 'listTransactions'
  | 'listSummary'
  | 'listBalances'
  | 'listPayouts'
  | 'createRestrictedDataToken';
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
  searchOrders: { rate: 0.0056, burst: 20 },
  getOrder: { rate: 0.5, burst: 30 },
  listTransactions: { rate: 0.5, burst: 10 },
  listSummary: { rate: 0.5, burst: 10 },
  listBalances: { rate: 0.5, burst: 10 },
  listPayouts: { rate: 0.5, burst: 10 },
  createRestrictedDataToken: { rate: 1, burst: 10 },
};

export const API_OPERATIONS = Object.keys(USAGE_PLANS) as readonly ApiOperation[];

/** Of every operation of the sandbox. */
export const SANDBOX_PLAN: UsagePlan = { rate: 5, burst: 15 };

/** Token buckets per operation, seller and application, filled by the world's clock. */
export class Quotas {
  readonly #planOf: (operation: ApiOperation) => UsagePlan;
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>();
  readonly #drained = new Set<ApiOperation>();

  constructor(planOf: (operation: ApiOperation) => UsagePlan = (operation) => USAGE_PLANS[operation]) {
    this.#planOf = planOf;
  }

  /** Spends one token; false when there is none. A new bucket is full. */
  spend(operation: ApiOperation, sellerId: string, clientId: string, nowMs: number): boolean {
    const { rate, burst } = this.#planOf(operation);
    const key = `${operation} ${sellerId} ${clientId}`;
    const bucket = this.#buckets.get(key) ?? { tokens: this.#drained.has(operation) ? 0 : burst, atMs: nowMs };
    const elapsedMs = Math.max(0, nowMs - bucket.atMs);
    const tokens = Math.min(burst, bucket.tokens + (elapsedMs / 1000) * rate);
    // A millionth of a token is what adding fractions may lose.
    const isGranted = tokens >= 1 - 1e-6;
    this.#buckets.set(key, {
      tokens: isGranted ? Math.max(0, tokens - 1) : tokens,
      atMs: Math.max(bucket.atMs, nowMs),
    });
    return isGranted;
  }

  /** Somebody else has spent everything: every bucket of the operation is empty, also those nobody has used yet. */
  drain(operation: ApiOperation): void {
    this.#drained.add(operation);
    for (const [key, bucket] of this.#buckets) {
      if (key.startsWith(`${operation} `)) this.#buckets.set(key, { ...bucket, tokens: 0 });
    }
  }
}
