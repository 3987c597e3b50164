import { describe, expect, it } from 'vitest';
import { money, parseCurrencyCode } from '../core/index.ts';
import { splitIncludedTax } from './included-tax.ts';

const EUR = parseCurrencyCode('EUR');
const JPY = parseCurrencyCode('JPY');

function split(minor: bigint, rate: bigint, currency = EUR): [base: bigint, tax: bigint] {
  const { base, amount } = splitIncludedTax(money(currency, minor), { taxCode: 'A1', rate });
  return [base.minor, amount.minor];
}

describe('splitIncludedTax', () => {
  it('splits 119.00 at 19 % into 100.00 and 19.00, on either side', () => {
    expect(split(11_900n, 1900n)).toEqual([10_000n, 1900n]);
    expect(split(-11_900n, 1900n)).toEqual([-10_000n, -1900n]);
  });

  it('rounds half a cent of tax away from zero, on either side', () => {
    // 0.03 at 20 % holds 0.005 of tax, exactly half a cent.
    expect(split(3n, 2000n)).toEqual([2n, 1n]);
    expect(split(-3n, 2000n)).toEqual([-2n, -1n]);
    // 0.02 at 20 % holds 0.0033…: below half.
    expect(split(2n, 2000n)).toEqual([2n, 0n]);
  });

  it('rounds to whole yen where the currency has no decimals', () => {
    expect(split(1099n, 1000n, JPY)).toEqual([999n, 100n]);
  });

  it('keeps a zero rate as a zero tax on the whole amount, because a zero-rate code has a tax item too', () => {
    expect(split(500n, 0n)).toEqual([500n, 0n]);
  });

  it('refuses a negative rate', () => {
    expect(() => split(500n, -100n)).toThrow(/negative rate/);
  });
});
