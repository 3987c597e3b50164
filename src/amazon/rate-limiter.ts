import type { QuotaKey, QuotaState, QuotaStore } from '../app/index.ts';
import { type Clock, type Randomness, traced } from '../core/index.ts';
import { abortable } from './abortable.ts';
import type { OnWait, SpApiOperation } from './exchange.ts';
import { USAGE_PLANS, type UsagePlan } from './usage-plans.ts';

/** Keeps requests within Amazon's usage plans. */
export interface RateLimiter {
  /** Resolves when one request of this operation may be sent, and counts it as sent. First come, first served. */
  acquire(operation: SpApiOperation, signal?: AbortSignal): Promise<void>;
  /** Takes over the rate Amazon says it applies, higher or lower, when it is plausible. */
  learnRate(operation: SpApiOperation, header: string | undefined): Promise<void>;
  /** After a 429: empties the bucket and holds every request of the operation back. `attempt` counts from 1. */
  punish(operation: SpApiOperation, attempt: number): Promise<void>;
}

/** The longest a refusal holds an operation back. */
const blockMsMax = 15 * 60_000;
/** A stored time further ahead than this comes from a clock that has been set back since. */
const aheadMsMax = 15 * 60_000;
/**
 * How far a bucket stays short of full. The first request carries the set-up of its connection and later ones overtake
 * it, so that at exact pace Amazon would count one too many. It costs two seconds once, not per request.
 */
const slackSeconds = 2;
/** Outside these a rate header is noise. Amazon's highest published rates are far below the upper one. */
const rateShareMin = 1 / 4;
const ratePerSecondMax = 1_000;

export interface RateLimiterOptions {
  readonly application: string;
  readonly region: string;
  readonly sellerAccount: string;
  readonly quotas: QuotaStore;
  /** For sleeping and for saying until when; what is left of an allowance goes by the store's own clock. */
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly onWait: OnWait;
}

/**
 * A token bucket per operation. The rate header is best effort and absent on refusals, so nothing depends on it.
 * Source: developer-docs.amazon.com/sp-api/docs/usage-plans-and-rate-limits.
 */
export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  return new TokenBuckets(options);
}

interface BucketWait {
  readonly reason: 'throttled' | 'usage-plan';
  readonly ms: number;
  readonly ratePerSecond: number;
}

interface BucketNow {
  readonly state: QuotaState;
  readonly plan: UsagePlan;
  /** By the store's clock. */
  readonly nowMs: number;
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
    const ratePerSecond = parseRate(header, USAGE_PLANS[operation]);
    if (ratePerSecond === undefined) return;
    await this.#update(operation, ({ state }) => ({ state: { ...state, ratePerSecond }, result: undefined }));
  }

  async punish(operation: SpApiOperation, attempt: number): Promise<void> {
    const fraction = this.#options.randomness.fraction();
    await this.#update(operation, ({ state, plan, nowMs }) => {
      // A refusal has no rate header: a higher rate learned earlier may be what was refused.
      const ratePerSecond = Math.min(state.ratePerSecond, plan.ratePerSecond);
      const oneTokenMs = 1_000 / ratePerSecond;
      const jitterMs = fraction * Math.min(blockMsMax, oneTokenMs * 2 ** (attempt - 1));
      const blockMs = Math.max(oneTokenMs, Math.min(blockMsMax, oneTokenMs + jitterMs));
      const blockedUntilMs = Math.max(state.blockedUntilMs, nowMs + Math.ceil(blockMs));
      // Below zero, because Amazon's bucket was empty when it refused: the slack has to be earned anew.
      const tokens = -slackSeconds * ratePerSecond;
      return { state: { ...state, ratePerSecond, tokens, blockedUntilMs }, result: undefined };
    });
  }

  async #take(operation: SpApiOperation, signal?: AbortSignal): Promise<void> {
    const { clock, onWait } = this.#options;
    for (;;) {
      signal?.throwIfAborted();
      const wait = await this.#update<BucketWait | undefined>(operation, ({ state, nowMs }) => {
        const { ratePerSecond } = state;
        if (state.blockedUntilMs > nowMs)
          return { state, result: { reason: 'throttled', ms: state.blockedUntilMs - nowMs, ratePerSecond } };
        if (state.tokens >= 1) return { state: { ...state, tokens: state.tokens - 1 }, result: undefined };
        const ms = Math.ceil(((1 - state.tokens) / ratePerSecond) * 1_000);
        return { state, result: { reason: 'usage-plan', ms, ratePerSecond } };
      });
      if (!wait) return;
      const untilMs = clock.nowMs() + wait.ms;
      onWait({ operation, reason: wait.reason, untilMs, says: sayWait(operation, wait) });
      await traced('amazon.wait', { operation, reason: wait.reason }, () => clock.sleep(wait.ms, signal));
    }
  }

  #update<T>(
    operation: SpApiOperation,
    change: (bucket: BucketNow) => { readonly state: QuotaState; readonly result: T },
  ): Promise<T> {
    const { application, region, sellerAccount, quotas } = this.#options;
    const key: QuotaKey = { application, region, sellerAccount, operation };
    const plan = USAGE_PLANS[operation];
    return quotas.update(key, (stored, nowMs) =>
      change({ state: refill(stored ?? full(plan, nowMs), plan, nowMs), plan, nowMs }),
    );
  }
}

/** The most a bucket holds. One token is always possible, however fast Amazon says to go. */
function capacityOf(plan: UsagePlan, ratePerSecond: number): number {
  return Math.max(1, plan.burst - slackSeconds * ratePerSecond);
}

function full(plan: UsagePlan, nowMs: number): QuotaState {
  const { ratePerSecond } = plan;
  return { tokens: capacityOf(plan, ratePerSecond), updatedAtMs: nowMs, ratePerSecond, blockedUntilMs: 0 };
}

/**
 * A clock that goes back a little adds no tokens until it has caught up; one that was set back by hours neither stalls
 * the operation nor makes a block longer than the longest there is.
 */
function refill(state: QuotaState, plan: UsagePlan, nowMs: number): QuotaState {
  const storedMs = state.updatedAtMs > nowMs + aheadMsMax ? nowMs : state.updatedAtMs;
  const elapsedMs = Math.max(0, nowMs - storedMs);
  const earned = state.tokens + (elapsedMs / 1_000) * state.ratePerSecond;
  const tokens = Math.min(capacityOf(plan, state.ratePerSecond), earned);
  const blockedUntilMs = Math.min(state.blockedUntilMs, nowMs + blockMsMax);
  return { ...state, tokens, updatedAtMs: Math.max(nowMs, storedMs), blockedUntilMs };
}

/** A plausible number, or nothing: Amazon's own mock answers "string" here. */
function parseRate(header: string | undefined, plan: UsagePlan): number | undefined {
  if (header === undefined || !/^\d+(\.\d+)?$/.test(header.trim())) return undefined;
  const rate = Number(header);
  return rate >= plan.ratePerSecond * rateShareMin && rate <= ratePerSecondMax ? rate : undefined;
}

function sayWait(operation: SpApiOperation, wait: BucketWait): string {
  const seconds = Math.ceil(wait.ms / 1_000);
  return wait.reason === 'throttled'
    ? `Amazon asked for a slower pace (429): ${operation} goes on in ${seconds} s`
    : `Amazon allows ${sayPace(operation, wait.ratePerSecond)}: next one in ${seconds} s`;
}

function sayPace(operation: SpApiOperation, ratePerSecond: number): string {
  return ratePerSecond >= 1
    ? `${Math.round(ratePerSecond)} ${operation} per second`
    : `one ${operation} per ${Math.round(1 / ratePerSecond)} s`;
}
