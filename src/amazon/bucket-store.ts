/** Whose allowance a bucket is: Amazon counts per application, seller account and operation, in each region. */
export interface BucketKey {
  readonly application: string;
  readonly region: string;
  readonly sellerAccount: string;
  readonly operation: string;
}

/** What is left of an allowance. Plain numbers, so that a database row can hold it. */
export interface BucketState {
  /** Requests that may be sent now; grows with time up to the burst. */
  readonly tokens: number;
  readonly updatedAtMs: number;
  /** The rate Amazon last said it applies, never below its published default. Requests per second. */
  readonly ratePerSecond: number;
  /** After a refusal (429) nothing is sent before this time. */
  readonly blockedUntilMs: number;
}

/** Keeps buckets. One shared by several processes or machines keeps one seller's quota across all of them. */
export interface BucketStore {
  /**
   * Reads a bucket, replaces it by `change`'s state and returns `change`'s result, with no other change in between.
   * `change` is pure and may be called again when the store has to repeat the step.
   */
  update<T>(
    key: BucketKey,
    change: (state: BucketState | undefined) => { readonly state: BucketState; readonly result: T },
  ): Promise<T>;
}

/** Buckets of this process, full at its start. */
export function createMemoryBuckets(): BucketStore {
  const states = new Map<string, BucketState>();
  return {
    async update(key, change) {
      const name = JSON.stringify([key.application, key.region, key.sellerAccount, key.operation]);
      const { state, result } = change(states.get(name));
      states.set(name, state);
      return result;
    },
  };
}
