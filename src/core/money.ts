import { type CurrencyCode, currencyDecimals } from './currency.ts';
import { assert, Problem } from './problem.ts';

/** An exact amount. `minor` counts the currency's smallest unit: 1999n is 19.99 EUR but 1999 JPY. Debits positive. */
export interface Money {
  readonly currency: CurrencyCode;
  readonly minor: bigint;
}

export function money(currency: CurrencyCode, minor: bigint): Money {
  return { currency, minor };
}

/** Both amounts must be in the same currency; anything else is a defect, never a conversion. */
export function addMoney(left: Money, right: Money): Money {
  assert(left.currency === right.currency, `cannot add ${left.currency} to ${right.currency}`);
  return { currency: left.currency, minor: left.minor + right.minor };
}

export function negateMoney(value: Money): Money {
  return { currency: value.currency, minor: -value.minor };
}

export function sumMoney(currency: CurrencyCode, values: Iterable<Money>): Money {
  let total = money(currency, 0n);
  for (const value of values) total = addMoney(total, value);
  return total;
}

/** Decimal text with exactly the currency's decimals and a point: `-19.99`, `1999` (JPY), `1.234` (KWD). */
export function formatMoney(value: Money): string {
  return formatMinor(value.minor, currencyDecimals(value.currency));
}

export function formatMinor(minor: bigint, decimals: number): string {
  const negative = minor < 0n;
  const digits = (negative ? -minor : minor).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = decimals === 0 ? '' : `.${digits.slice(digits.length - decimals)}`;
  return `${negative ? '-' : ''}${whole}${fraction}`;
}

/**
 * Reads plain decimal text with a point (`-12.3`, `1190.000`). Trailing zeros beyond the currency's decimals are
 * accepted because they change nothing; any other excess digit is refused, never rounded. Raises `AMOUNT_UNREADABLE`.
 */
export function parseMoney(amountText: string, currency: CurrencyCode): Money {
  const match = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(amountText);
  const decimals = currencyDecimals(currency);
  const fraction = match?.[3] ?? '';
  if (!match?.[2] || /[1-9]/.test(fraction.slice(decimals))) {
    throw new Problem({
      code: 'AMOUNT_UNREADABLE',
      kind: 'invalid',
      says: `${JSON.stringify(amountText)} is not an amount in ${currency} with at most ${decimals} decimals.`,
      next: 'Write the amount with digits and a decimal point only, for example 1234.56.',
      data: amountText,
    });
  }
  const minor = BigInt(match[2] + fraction.slice(0, decimals).padEnd(decimals, '0'));
  return { currency, minor: match[1] === '-' ? -minor : minor };
}

/**
 * Splits an amount by weights without losing a unit: the parts always sum to the whole. Remainders go to the parts
 * with the largest lost fraction, earlier parts first. Weights must be non-negative and not all zero.
 */
export function allocateMoney(whole: Money, weights: readonly bigint[]): Money[] {
  const weightTotal = weights.reduce((sum, weight) => sum + weight, 0n);
  assert(weightTotal > 0n && weights.every((weight) => weight >= 0n), 'allocation needs a positive total weight');
  const sign = whole.minor < 0n ? -1n : 1n;
  const size = whole.minor * sign;
  const parts = weights.map((weight, index) => ({
    index,
    minor: (size * weight) / weightTotal,
    lost: (size * weight) % weightTotal,
  }));
  let rest = size - parts.reduce((sum, part) => sum + part.minor, 0n);
  const byLoss = [...parts].sort((a, b) => (a.lost === b.lost ? a.index - b.index : a.lost > b.lost ? -1 : 1));
  for (const part of byLoss) {
    if (rest === 0n) break;
    part.minor += 1n;
    rest -= 1n;
  }
  return parts.map((part) => money(whole.currency, part.minor * sign));
}
