import type { Clock, Randomness } from '../core/index.ts';
import { abortable } from './abortable.ts';
import type { BucketKey, BucketState, BucketStore } from './bucket-store.ts';
import type { OnWait, SpApiOperation } from './exchange.ts';
import { USAGE_PLANS, type UsagePlan } from './usage-plans.ts';

/** Keeps requests within Amazon's usage plans. */
export interface RateLimiter {
  /** Resolves when one request of this operation may be sent, and counts it as sent. First come, first served. */
  acquire(operation: SpApiOperation, signal?: AbortSignal): Promise<void>;
  /** Takes over the rate Amazon says it applies, when it is a number above the published default. */
  learnRate(operation: SpApiOperation, header: string | undefined): Promise<void>;
  /** After a 429: empties the bucket and holds every request of the operation back. `attempt` counts from 1. */
  punish(operation: SpApiOperation, attempt: number): Promise<void>;
}

/** The longest a refusal holds an operation back. */
const blockMsMax = 15 * 60_000;
/** Guards against a nonsensical header; Amazon's highest published rates are far below. */
const ratePerSecondMax = 1_000;

export interface RateLimiterOptions {
  readonly application: string;
  readonly region: string;
  readonly sellerAccount: string;
  readonly buckets: BucketStore;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly onWait: OnWait;
}

/**
 * A token bucket per operation. The rate a bucket learned from Amazon's header only ever raises it above the
 * published default: the header is best effort and absent on refusals, so nothing may depend on it.
 * Source: developer-docs.amazon.com/sp-api/docs/usage-plans-and-rate-limits.
 */
export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  return new TokenBuckets(options);
}

interface BucketWait {
  readonly reason: 'throttled' | 'usage-plan';
  readonly ms: number;
}

class TokenBuckets implements RateLimiter {
  readonly #options: RateLimiterOptions;
  readonly #lastInLine = new Map<SpApiOperation, Promise<void>>();

  constructor(options: RateLimiterOptions) {
    this.#options = options;
  }

  acquire(operation: SpApiOperation, signal?: AbortSignal): Promise<void> {
    // Only the first in line talks to the store; the others would wake together and fight for one token.
    const before = this.#lastInLine.get(operation) ?? Promise.resolve();
    const turn = before.then(() => this.#take(operation, signal));
    this.#lastInLine.set(
      operation,
      turn.catch(() => {}),
    );
    return abortable(turn, signal);
  }

  async learnRate(operation: SpApiOperation, header: string | undefined): Promise<void> {
    const said = parseRate(header);
    if (said === undefined) return;
    await this.#update(operation, (state, plan) => ({
      state: { ...state, ratePerSecond: Math.max(plan.ratePerSecond, Math.min(said, ratePerSecondMax)) },
      result: undefined,
    }));
  }

  async punish(operation: SpApiOperation, attempt: number): Promise<void> {
    const { clock, randomness } = this.#options;
    const fraction = randomness.fraction();
    await this.#update(operation, (state) => {
      const oneTokenMs = 1_000 / state.ratePerSecond;
      const jitterMs = fraction * Math.min(blockMsMax, oneTokenMs * 2 ** (attempt - 1));
      const blockMs = Math.max(oneTokenMs, Math.min(blockMsMax, oneTokenMs + jitterMs));
      const blockedUntilMs = Math.max(state.blockedUntilMs, clock.nowMs() + Math.ceil(blockMs));
      return { state: { ...state, tokens: 0, blockedUntilMs }, result: undefined };
    });
  }

  async #take(operation: SpApiOperation, signal?: AbortSignal): Promise<void> {
    const { clock, onWait } = this.#options;
    for (;;) {
      signal?.throwIfAborted();
      const wait = await this.#update<BucketWait | undefined>(operation, (state) => {
        const nowMs = clock.nowMs();
        if (state.blockedUntilMs > nowMs)
          return { state, result: { reason: 'throttled', ms: state.blockedUntilMs - nowMs } };
        if (state.tokens >= 1) return { state: { ...state, tokens: state.tokens - 1 }, result: undefined };
        const ms = Math.ceil(((1 - state.tokens) / state.ratePerSecond) * 1_000);
        return { state, result: { reason: 'usage-plan', ms } };
      });
      if (!wait) return;
      const untilMs = clock.nowMs() + wait.ms;
      onWait({ operation, reason: wait.reason, untilMs, says: sayWait(operation, wait) });
      await clock.sleep(wait.ms, signal);
    }
  }

  #update<T>(
    operation: SpApiOperation,
    change: (state: BucketState, plan: UsagePlan) => { readonly state: BucketState; readonly result: T },
  ): Promise<T> {
    const { application, region, sellerAccount, buckets, clock } = this.#options;
    const key: BucketKey = { application, region, sellerAccount, operation };
    const plan = USAGE_PLANS[operation];
    return buckets.update(key, (stored) =>
      change(refill(stored ?? full(plan, clock.nowMs()), plan, clock.nowMs()), plan),
    );
  }
}

function full(plan: UsagePlan, nowMs: number): BucketState {
  return { tokens: plan.burst, updatedAtMs: nowMs, ratePerSecond: plan.ratePerSecond, blockedUntilMs: 0 };
}

/** A clock that was set back adds no tokens, and makes no block longer than the longest there is. */
function refill(state: BucketState, plan: UsagePlan, nowMs: number): BucketState {
  const elapsedMs = Math.max(0, nowMs - state.updatedAtMs);
  const tokens = Math.min(plan.burst, state.tokens + (elapsedMs / 1_000) * state.ratePerSecond);
  const blockedUntilMs = Math.min(state.blockedUntilMs, nowMs + blockMsMax);
  return { ...state, tokens, updatedAtMs: nowMs, blockedUntilMs };
}

/** A number above zero, or nothing: Amazon's own mock answers "string" here. */
function parseRate(header: string | undefined): number | undefined {
  if (header === undefined || !/^\d+(\.\d+)?$/.test(header.trim())) return undefined;
  const rate = Number(header);
  return rate > 0 ? rate : undefined;
}

function sayWait(operation: SpApiOperation, wait: BucketWait): string {
  const seconds = Math.ceil(wait.ms / 1_000);
  return wait.reason === 'throttled'
    ? `Amazon asked for a slower pace (429): ${operation} goes on in ${seconds} s`
    : `Amazon allows one ${operation} per ${Math.round(1 / USAGE_PLANS[operation].ratePerSecond)} s: next one in ${seconds} s`;
}
