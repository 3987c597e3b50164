import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AmountEvidence, type AmountFormat, type DecimalMark, parseAmount, parsePlainAmount } from './amount.ts';

const POINT: AmountFormat = { decimals: 2, decimalMark: '.', groupingMark: ',' };
const COMMA: AmountFormat = { decimals: 2, decimalMark: ',', groupingMark: '.' };
const UNKNOWN: AmountFormat = { decimals: 2, decimalMark: 'none', groupingMark: undefined };

function formatOf(decimals: number, ...texts: string[]): AmountFormat {
  const evidence = new AmountEvidence();
  for (const text of texts) evidence.see(text);
  return evidence.conclude(decimals);
}

describe('reading one amount', () => {
  it.each([
    ['95.16', POINT, 9516n],
    ['-95.16', POINT, -9516n],
    ['+95.16', POINT, 9516n],
    ['- 95.16', POINT, -9516n],
    ['95', POINT, 9500n],
    ['95.1', POINT, 9510n],
    ['95.100', POINT, 9510n],
    ['0.00', POINT, 0n],
    ['-0.00', POINT, 0n],
    ['  321.69   ', POINT, 32169n],
    ['\u00a0321.69\u00a0', POINT, 32169n],
    ['1,234.56', POINT, 123456n],
    ['1,234', POINT, 123400n],
    ['12,34,567.00', POINT, 123456700n],
    ['1.234.567,89', COMMA, 123456789n],
    ['1141,18', COMMA, 114118n],
    ['1\u00a0141,18', COMMA, 114118n],
    ['1\u202f141,18', COMMA, 114118n],
    ['1 141,18', COMMA, 114118n],
    ['1.234', COMMA, 123400n],
  ])('reads %j', (text, format, expected) => {
    expect(parseAmount(text, format)).toBe(expected);
  });

  it.each([
    [''],
    ['-'],
    ['abc'],
    ['12.34.56'],
    ['1,23.45'],
    ['1,2345.00'],
    ['0,123.00'],
    ['1,234,56'],
    ['1 2 3'],
    ['1.'],
    ['.50'],
    ['95.16-'],
    ['(95.16)'],
    ['$95.16'],
    ['"95.16"'],
    ['1e3'],
    ['NaN'],
    ['--5.00'],
    ["1'234.50"],
    ['1 234,567.00'],
  ])('refuses %j as unreadable, and never reads it as zero', (text) => {
    expect(parseAmount(text, POINT)).toBe('unreadable');
  });

  it('refuses more digits than a ledger holds, and says that it is their number', () => {
    expect(parseAmount('99999999999999999999.00', POINT)).toBe('too-long');
    expect(parseAmount('9999999999999999.00', POINT)).toBe(999_999_999_999_999_900n);
  });

  it('refuses digits beyond the currency that are not zero, and rounds nothing', () => {
    expect(parseAmount('1.234', POINT)).toBe('too-precise');
    expect(parseAmount('0.001', POINT)).toBe('too-precise');
    expect(parseAmount('1.5', formatOf(0, '1.5'))).toBe('too-precise');
    expect(parseAmount('1.230', POINT)).toBe(123n);
    expect(parseAmount('1200.00', formatOf(0, '1200.00'))).toBe(1200n);
  });

  it('calls three digits after a single mark ambiguous when no other amount shows the decimal mark', () => {
    expect(parseAmount('1.234', UNKNOWN)).toBe('ambiguous');
    expect(parseAmount('1,234', UNKNOWN)).toBe('ambiguous');
  });
});

describe('how a file writes its amounts', () => {
  it('knows the decimal mark by one or two digits after a single mark', () => {
    expect(formatOf(2, '100', '7,5').decimalMark).toBe(',');
    expect(formatOf(2, '-95.16').decimalMark).toBe('.');
  });

  it('takes the last of two different marks as the decimal mark', () => {
    expect(formatOf(2, '1.234,56').decimalMark).toBe(',');
    expect(formatOf(2, '1,234.56').decimalMark).toBe('.');
  });

  it('decides three digits after a single mark by the other amounts of the file', () => {
    expect(parseAmount('1.234', formatOf(2, '1.234', '7,50'))).toBe(123400n);
    expect(parseAmount('1,234', formatOf(2, '1,234', '7.50'))).toBe(123400n);
    expect(parseAmount('1.234', formatOf(2, '1.234', '1.234.567'))).toBe(123400n);
  });

  it('takes three digits after the single mark as decimals in a currency with three', () => {
    expect(parseAmount('1.234', formatOf(3, '1.234'))).toBe(1234n);
    expect(parseAmount('1,234', formatOf(3, '1,234'))).toBe(1234n);
    expect(parseAmount('0.500', formatOf(3, '0.500'))).toBe(500n);
    expect(parseAmount('1,234.567', formatOf(3, '1,234.567'))).toBe(1234567n);
  });

  it('does not guess between two marks that both stand before three digits in such a currency', () => {
    for (const texts of [
      ['1.234', '5,678'],
      ['5,678', '1.234'],
      ['0.500', '5,678'],
    ]) {
      const format = formatOf(3, ...texts);
      expect(texts.map((text) => parseAmount(text, format))).toContain('ambiguous');
    }
  });

  it('takes marks as thousands in a currency without decimals, unless they differ', () => {
    expect(parseAmount('1,200', formatOf(0, '1,200', '50'))).toBe(1200n);
    expect(parseAmount('1.200', formatOf(0, '1.200', '50'))).toBe(1200n);
    expect(parseAmount('1,200,300', formatOf(0, '1,200,300'))).toBe(1200300n);
    const both = formatOf(0, '1,200', '3.400');
    expect([parseAmount('1,200', both), parseAmount('3.400', both)]).toEqual(['ambiguous', 'ambiguous']);
  });

  it('says none when nothing has decimals', () => {
    expect(formatOf(0, '3000', '-450').decimalMark).toBe('none');
    expect(formatOf(2, '3000', '1.234').decimalMark).toBe('none');
    expect(parseAmount('-450', formatOf(0, '3000', '-450'))).toBe(-450n);
  });
});

const LOCALES: readonly { readonly mark: DecimalMark; readonly grouping: string }[] = [
  { mark: '.', grouping: '' },
  { mark: '.', grouping: ',' },
  { mark: '.', grouping: ' ' },
  { mark: ',', grouping: '' },
  { mark: ',', grouping: '.' },
  { mark: ',', grouping: '\u00a0' },
  { mark: ',', grouping: '\u202f' },
];

function print(minor: bigint, decimals: number, { mark, grouping }: (typeof LOCALES)[number]): string {
  const digits = (minor < 0n ? -minor : minor).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(\d{3})+$)/g, grouping);
  return (minor < 0n ? '-' : '') + whole + (decimals > 0 ? mark + digits.slice(-decimals) : '');
}

const amounts = fc.array(
  fc.oneof(
    fc.bigInt({ min: -(10n ** 6n), max: 10n ** 6n }),
    fc.bigInt({ min: -(10n ** 15n) + 1n, max: 10n ** 15n - 1n }),
  ),
  { minLength: 1, maxLength: 20 },
);

describe.each([0, 2, 3])('amounts of a currency with %i decimals', (decimals) => {
  it.each(LOCALES)('are read as they were printed, with mark "$mark" and thousands "$grouping"', (locale) => {
    fc.assert(
      fc.property(amounts, (minors) => {
        const texts = minors.map((minor) => print(minor, decimals, locale));
        // A three-decimal file of nothing but `1,234` cannot show that it is not grouped; one amount below 1 does.
        const format = formatOf(decimals, ...texts, ...(decimals === 3 ? [print(7n, 3, locale)] : []));
        expect(texts.map((text) => parseAmount(text, format))).toEqual(minors);
      }),
    );
  });

  it.each<DecimalMark>(['.', ','])('are read from plain bytes when they have no thousands, with mark "%s"', (mark) => {
    const format = formatOf(decimals, print(7n, decimals, { mark, grouping: '' }));
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 11n), max: 10n ** 11n }), (minor) => {
        const bytes = Buffer.from(print(minor, decimals, { mark, grouping: '' }));
        expect(parsePlainAmount(bytes, 0, bytes.length, format) === Number(minor)).toBe(true);
      }),
    );
  });
});

describe('the short way for plain amounts', () => {
  it('agrees with the full rule wherever it answers', () => {
    const text = fc.string({ unit: fc.constantFrom(...'0123456789.,- +'), minLength: 1, maxLength: 12 });
    const formats = fc.constantFrom(POINT, COMMA, UNKNOWN, formatOf(0), formatOf(3, '0.500'), formatOf(3, '0,500'));
    let answered = 0;
    fc.assert(
      fc.property(text, formats, (written, format) => {
        const bytes = Buffer.from(written);
        const plain = parsePlainAmount(bytes, 0, bytes.length, format);
        if (Number.isNaN(plain)) return;
        answered++;
        expect(parseAmount(written, format)).toBe(BigInt(plain));
      }),
      { numRuns: 5000 },
    );
    expect(answered).toBeGreaterThan(50);
  });
});
