import { describe, expect, it } from 'vitest';
import { currencyDecimals, isCurrencyCode, parseCurrencyCode } from './currency.ts';
import {
  addMoney,
  allocateMoney,
  formatMinor,
  formatMoney,
  money,
  negateMoney,
  parseMoney,
  sumMoney,
} from './money.ts';

const EUR = parseCurrencyCode('EUR');
const JPY = parseCurrencyCode('JPY');
const KWD = parseCurrencyCode('KWD');

describe('a currency', () => {
  it('decides the decimals: 2 for EUR, none for JPY, 3 for KWD', () => {
    expect([EUR, JPY, KWD].map(currencyDecimals)).toEqual([2, 0, 3]);
  });

  it.each(['', 'eur', 'EU', 'EURO', 'ZZZ', 'BTC', 'constructor'])(
    '%j is refused rather than given two decimals',
    (text) => {
      expect(isCurrencyCode(text)).toBe(false);
      expect(() => parseCurrencyCode(text)).toThrow(expect.objectContaining({ code: 'CURRENCY_UNKNOWN', data: text }));
    },
  );

  it.each('USD CAD MXN BRL EUR GBP SEK PLN EGP TRY SAR AED INR SGD AUD JPY ZAR'.split(' '))(
    '%s of one of Amazon’s stores is known',
    (code) => {
      expect(isCurrencyCode(code)).toBe(true);
    },
  );
});

describe('formatMoney', () => {
  it.each([
    [EUR, 0n, '0.00'],
    [EUR, -1n, '-0.01'],
    [EUR, 5n, '0.05'],
    [EUR, -19_99n, '-19.99'],
    [EUR, 123_456_789_012_345_678_901n, '1234567890123456789.01'],
    [JPY, 0n, '0'],
    [JPY, -1999n, '-1999'],
    [KWD, 7n, '0.007'],
    [KWD, -1234n, '-1.234'],
  ])('writes %s %s as %s', (currency, minor, text) => {
    expect(formatMoney(money(currency, minor))).toBe(text);
  });

  it('writes any number of decimals', () => {
    expect(formatMinor(-12n, 4)).toBe('-0.0012');
  });
});

describe('parseMoney', () => {
  it.each([
    ['12.3', EUR, 1230n],
    ['-0.01', EUR, -1n],
    ['+5', EUR, 500n],
    ['1190.000', EUR, 119_000n],
    ['007.10', EUR, 710n],
    ['-0', EUR, 0n],
    ['1999', JPY, 1999n],
    ['1999.00', JPY, 1999n],
    ['1.234', KWD, 1234n],
  ])('reads %j in %s as %s', (text, currency, minor) => {
    expect(parseMoney(text, currency)).toEqual({ currency, minor });
  });

  it.each([
    ['0.001', EUR],
    ['1.5', JPY],
    ['1.2345', KWD],
    ['', EUR],
    ['-', EUR],
    ['.5', EUR],
    ['5.', EUR],
    ['1,234.00', EUR],
    ['1e3', EUR],
    [' 1', EUR],
    ['1\n', EUR],
    ['١', EUR],
    ['0x10', EUR],
  ])('refuses %j in %s: nothing is rounded and nothing is guessed', (text, currency) => {
    expect(() => parseMoney(text, currency)).toThrow(
      expect.objectContaining({ code: 'AMOUNT_UNREADABLE', data: text }),
    );
  });
});

describe('arithmetic', () => {
  it('adds within a currency and refuses to add across', () => {
    expect(addMoney(money(EUR, 1n), money(EUR, -3n))).toEqual(money(EUR, -2n));
    expect(() => addMoney(money(EUR, 1n), money(JPY, 1n))).toThrow(expect.objectContaining({ kind: 'defect' }));
    expect(sumMoney(EUR, [])).toEqual(money(EUR, 0n));
    expect(() => sumMoney(EUR, [money(JPY, 0n)])).toThrow(/cannot add EUR to JPY/);
    expect(negateMoney(money(EUR, 0n)).minor).toBe(0n);
  });
});

describe('allocateMoney', () => {
  const parts = (minor: bigint, ...weights: bigint[]) =>
    allocateMoney(money(EUR, minor), weights).map((part) => part.minor);

  it('gives the remainder to the parts that lost most, the earlier ones first', () => {
    expect(parts(100n, 1n, 1n, 1n)).toEqual([34n, 33n, 33n]);
    expect(parts(-100n, 1n, 1n, 1n)).toEqual([-34n, -33n, -33n]);
    expect(parts(10n, 1n, 2n)).toEqual([3n, 7n]);
  });

  it('gives nothing to a weight of zero', () => {
    expect(parts(5n, 0n, 3n, 0n)).toEqual([0n, 5n, 0n]);
  });

  it('refuses weights that say nothing', () => {
    expect(() => parts(5n)).toThrow(/positive total weight/);
    expect(() => parts(5n, 0n, 0n)).toThrow(/positive total weight/);
    expect(() => parts(5n, 2n, -1n)).toThrow(/positive total weight/);
  });
});
