import { assert, type Money, money } from '../core/index.ts';
import type { LineTax } from './journal-entry.ts';

/** Rates are in hundredths of a percent, so 1900n is 19 %. */
export const RATE_OF_WHOLE = 10_000n;

/**
 * Splits the tax out of an amount that includes it. Tax is rounded half away from zero to the currency's smallest
 * unit; the base is the rest, so that base and tax are the amount to the unit. `rate` must not be negative.
 */
export function splitIncludedTax(amount: Money, rule: { taxCode: string; rate: bigint }): LineTax {
  assert(rule.rate >= 0n, `tax code ${rule.taxCode} has a negative rate`);
  const size = amount.minor < 0n ? -amount.minor : amount.minor;
  const divisor = RATE_OF_WHOLE + rule.rate;
  const taxSize = (2n * size * rule.rate + divisor) / (2n * divisor);
  const tax = amount.minor < 0n ? -taxSize : taxSize;
  return {
    taxCode: rule.taxCode,
    base: money(amount.currency, amount.minor - tax),
    amount: money(amount.currency, tax),
  };
}
