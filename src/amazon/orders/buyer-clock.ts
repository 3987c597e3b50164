import { DAY_MS } from '../../core/index.ts';

/** Amazon's policy: gone 30 days after delivery. An order is never delivered before it is shipped. */
const DAYS_AFTER_SHIPPING = 30;
/** Of an order that is never shipped. */
const DAYS_AFTER_CREATION = 60;

/** What an answer of Amazon says about the way of an order. Times are ISO 8601 UTC. */
export interface OrderWay {
  readonly createdAt: string;
  /** The answer holds as of then. */
  readonly lastUpdatedAt: string;
  readonly isCancelled: boolean;
  /** Something of it has left, or may have. */
  readonly isShipped: boolean;
  /** When the first package left; `null` where Amazon does not say it of every package that left. */
  readonly shippedAt: string | null;
}

/**
 * Until when a buyer may be kept, so that it is never later than 30 days after a delivery, whatever happens to the order after this
 * answer and whether or not it is ever read again. The delivery itself is often not told, so what counts is the earliest moment at
 * which it could have been: of an order that has left, its shipping; of one that has not, the answer. Never shipped: 60 days.
 */
export function buyerDeletedAfter(way: OrderWay): string {
  const createdMs = Date.parse(way.createdAt);
  const toldMs = Date.parse(way.lastUpdatedAt);
  if (way.isCancelled) return way.lastUpdatedAt;
  if (!way.isShipped) {
    const lastMs = createdMs + DAYS_AFTER_CREATION * DAY_MS;
    return toIso(Math.min(lastMs, toldMs + DAYS_AFTER_SHIPPING * DAY_MS));
  }
  const leftMs = way.shippedAt === null ? createdMs : Date.parse(way.shippedAt);
  return toIso(leftMs + DAYS_AFTER_SHIPPING * DAY_MS);
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
