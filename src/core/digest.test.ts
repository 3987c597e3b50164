import { describe, expect, it } from 'vitest';
import { canonicalJson, sha256Of, toBase32 } from './digest.ts';
import { uuidFromName } from './uuid.ts';

describe('canonicalJson', () => {
  it('writes one text per value: keys in code unit order, no white space, no undefined members', () => {
    const value = { b: 1, a: [true, null, 'x'], ä: {}, B: undefined, '10': -0, '9': 'y' };
    expect(canonicalJson(value)).toBe('{"10":0,"9":"y","a":[true,null,"x"],"b":1,"ä":{}}');
  });

  it('does not depend on the order in which members were set', () => {
    expect(canonicalJson({ a: 1, b: { d: 2, c: 3 } })).toBe(canonicalJson({ b: { c: 3, d: 2 }, a: 1 }));
  });

  it('escapes text as JSON does', () => {
    expect(canonicalJson('"\\\n\u2028')).toBe(JSON.stringify('"\\\n\u2028'));
  });

  it.each([0.1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('refuses the number %s', (number) => {
    expect(() => canonicalJson({ number })).toThrow(expect.objectContaining({ kind: 'defect' }));
  });
});

describe('sha256Of', () => {
  it('agrees with the published vectors', () => {
    expect(sha256Of('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(sha256Of('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('takes text as UTF-8 and bytes as they are', () => {
    expect(sha256Of('ä')).toBe(sha256Of(Uint8Array.of(0xc3, 0xa4)));
    expect(sha256Of('ä')).not.toBe(sha256Of(Uint8Array.of(0xe4)));
  });
});

describe('toBase32', () => {
  it.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('writes %j as %s, as in RFC 4648 without padding', (text, expected) => {
    expect(toBase32(new TextEncoder().encode(text))).toBe(expected);
  });

  it('writes every byte, also those with the high bit set', () => {
    expect(toBase32(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff))).toBe('77777777');
    expect(toBase32(Uint8Array.of(0, 0, 0, 0, 0))).toBe('AAAAAAAA');
  });
});

describe('uuidFromName', () => {
  it('is the digest of the name with version 8 and the RFC 9562 variant in their places', () => {
    // SHA-256 of "abc" begins with ba7816bf8f01cfea414140de5dae2223.
    expect(uuidFromName('abc')).toBe('ba7816bf-8f01-8fea-8141-40de5dae2223');
  });

  it('is the same for the same name and another for another', () => {
    expect(uuidFromName('a')).toBe(uuidFromName('a'));
    expect(uuidFromName('a')).not.toBe(uuidFromName('b'));
  });
});
