import type { CanonicalValue, CurrencyCode, Money, ProblemFacts } from '../core/index.ts';
import { assert } from '../core/index.ts';

/** JSON text for a column. Amounts are decimal text of minor units, because JSON numbers are not exact. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? item.toString() : item));
}

export interface MoneyJson {
  readonly currency: string;
  readonly minor: string;
}

export function moneyFromJson(value: MoneyJson): Money {
  return { currency: value.currency as CurrencyCode, minor: BigInt(value.minor) };
}

/** The four parts of a problem and nothing else, also when an error object is handed in. */
export function problemToJson(problem: ProblemFacts | null): string | null {
  if (problem === null) return null;
  const { code, kind, says, next, where, data } = problem;
  return JSON.stringify({ code, kind, says, next, where, data });
}

/**
 * Any JSON-like value in the form that canonical JSON accepts: `bigint` as decimal text, missing members left out.
 * Anything that JSON cannot hold exactly is a defect.
 */
export function toCanonicalValue(value: unknown): CanonicalValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(toCanonicalValue);
  assert(
    typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype,
    `an audit event holds plain values only, not ${typeof value}`,
  );
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, toCanonicalValue(item)]])),
  );
}
