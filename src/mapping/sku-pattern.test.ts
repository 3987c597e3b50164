import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareSpecificity, overlaps, SkuMatcher } from './sku-pattern.ts';

const matches = (pattern: string, sku: string) => new SkuMatcher([pattern]).match(sku).length > 0;

describe('a SKU pattern', () => {
  it('stands for what it writes out, any text for a star and one character for a question mark, without case', () => {
    expect(matches('acme-*', 'ACME-1')).toBe(true);
    expect(matches('acme-*', 'Acme-')).toBe(true);
    expect(matches('acme-*', 'XACME-1')).toBe(false);
    expect(matches('*-red', 'shirt-red')).toBe(true);
    expect(matches('a?c', 'abc')).toBe(true);
    expect(matches('a?c', 'ac')).toBe(false);
    expect(matches('a*b*c', 'a-b-b-c')).toBe(true);
    expect(matches('a*b*c', 'a-c-b')).toBe(false);
    expect(matches('acme', 'acme-1')).toBe(false);
  });

  it('never stands for a row without a SKU', () => {
    expect(matches('*', '')).toBe(false);
    expect(matches('*', '  ')).toBe(false);
  });

  it('takes a star or a question mark in a SKU for what it is', () => {
    expect(matches('a-1', 'a-?')).toBe(false);
    expect(matches('a-*', 'a-*')).toBe(true);
  });

  it('comes before others that write out less, and a written-out SKU comes first', () => {
    const matcher = new SkuMatcher(['*', 'acme-*', 'acme-1', 'acme-?', 'a*']);
    const names = ['acme-1', 'acme-?', 'acme-*', 'a*', '*'];
    expect(matcher.match('ACME-1')).toEqual(names.map((name) => matcher.numberOf(name)));
    expect(matcher.match('acme-12')).toEqual(['acme-*', 'a*', '*'].map((name) => matcher.numberOf(name)));
  });

  it('is found among others as it would be alone', () => {
    const pattern = fc.stringMatching(/^[ab*?]{1,5}$/);
    const sku = fc.stringMatching(/^[ab]{1,6}$/);
    fc.assert(
      fc.property(fc.uniqueArray(pattern, { maxLength: 8 }), sku, (patterns, text) => {
        const matcher = new SkuMatcher(patterns);
        const alone = patterns.filter((each) => matches(each, text)).map((each) => matcher.numberOf(each) ?? -1);
        expect(matcher.match(text)).toEqual(alone.sort((a, b) => a - b));
      }),
    );
  });

  it('with many stars is not slow', () => {
    expect(matches(`${'a*'.repeat(19)}b`, 'a'.repeat(40))).toBe(false);
  });
});

describe('two patterns', () => {
  const pattern = fc.stringMatching(/^[ab*?]{1,6}$/);
  const sku = fc.stringMatching(/^[ab]{1,7}$/);

  it('overlap whenever a SKU matches both', () => {
    fc.assert(
      fc.property(pattern, pattern, sku, (one, other, text) => {
        if (matches(one, text) && matches(other, text)) expect(overlaps(one, other)).toBe(true);
        expect(overlaps(one, other)).toBe(overlaps(other, one));
      }),
    );
  });

  it('control: do not overlap when no SKU can match both', () => {
    expect(overlaps('a*', 'b*')).toBe(false);
    expect(overlaps('a?', 'a')).toBe(false);
    expect(overlaps('*a', '*b')).toBe(false);
    expect(overlaps('a*', '*b')).toBe(true);
  });

  it('are as specific as each other only when neither writes out more', () => {
    expect(compareSpecificity('ab*', 'a*b')).toBe(0);
    expect(compareSpecificity('abc*', 'a*b')).toBeLessThan(0);
    expect(compareSpecificity('ab?', 'ab*')).toBeLessThan(0);
  });
});
