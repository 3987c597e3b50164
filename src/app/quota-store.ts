/** Whose allowance a bucket is: Amazon counts per application, seller account and operation, in each region. */
export interface QuotaKey {
  readonly application: string;
  readonly region: string;
  readonly sellerAccount: string;
  readonly operation: string;
}

/** What is left of an allowance. Plain numbers, so that a database row can hold it. */
export interface QuotaState {
  readonly tokens: number;
  readonly updatedAtMs: number;
  /** The rate Amazon last said it applies. Requests per second. */
  readonly ratePerSecond: number;
  readonly blockedUntilMs: number;
}

/** Keeps buckets. One shared by several processes or machines keeps one seller's quota across all of them. */
export interface QuotaStore {
  /**
   * Reads a bucket, replaces it by `change`'s state and returns `change`'s result, with no other change in between.
   * `nowMs` is the store's own clock, so that machines whose clocks differ agree; only durations leave it. `change` is
   * pure and may be called again when the store has to repeat the step.
   */
  update<Result>(
    key: QuotaKey,
    change: (state: QuotaState | undefined, nowMs: number) => { readonly state: QuotaState; readonly result: Result },
  ): Promise<Result>;
}
