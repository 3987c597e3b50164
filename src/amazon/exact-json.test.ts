import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseCurrencyCode } from '../core/index.ts';
import { parseDecimal, readExactJson } from './exact-json.ts';
import { readJson } from './read-json.ts';

const bytes = (text: string) => Buffer.from(text, 'utf8');
const read = (text: string) => readExactJson(bytes(text), z.unknown());

/** The same value with every number as the text JSON has for it. */
function numbersAsText(value: unknown): unknown {
  if (typeof value === 'number') return JSON.stringify(value);
  if (Array.isArray(value)) return value.map(numbersAsText);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, numbersAsText(member)]));
}

describe('JSON with exact numbers', () => {
  it('keeps every digit that Amazon wrote', () => {
    expect(read('{"a":0.10,"b":[-12345678901234567.89,1E+2],"c":"1.50","d":null,"e":true}')).toEqual({
      ok: true,
      value: { a: '0.10', b: ['-12345678901234567.89', '1E+2'], c: '1.50', d: null, e: true },
    });
  });

  it('control: the reader of other answers loses them', () => {
    expect(readJson(bytes('[-12345678901234567.89]'), z.array(z.number()))).not.toEqual({
      ok: true,
      value: ['-12345678901234567.89'],
    });
  });

  it('leaves texts alone that look like numbers, names or ends of texts', () => {
    expect(read('{"a\\"1":"x 12 \\\\","1":"\\\\\\"7,8","k":"10"}')).toEqual({
      ok: true,
      value: { 'a"1': 'x 12 \\', '1': '\\"7,8', k: '10' },
    });
  });

  it('reads any JSON as the ordinary reader does, but for the numbers', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(3), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(read(text)).toEqual({ ok: true, value: numbersAsText(JSON.parse(text)) });
      }),
    );
  });

  it('takes nothing for JSON that is none, wherever it is cut or changed', () => {
    const base = '{"a":[1,-2.5e3,"x\\u00e4\\"1",{"b":null}],"c":0.5}';
    const planted = fc.constantFrom('', '"', '1', '-', 'e', '.', ':', ',', '0', ' ', '{', ']', 'N', '\\');
    fc.assert(
      fc.property(fc.nat(base.length), fc.nat(4), planted, (at, drop, added) => {
        const text = base.slice(0, at) + added + base.slice(at + drop);
        expect(read(text).ok).toBe(readJson(bytes(text), z.unknown()).ok);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    'NaN',
    'Infinity',
    '01',
    '1.',
    '.5',
    '+1',
    '1e',
    '0x1',
    '1_000',
    '{1:2}',
    '{1 \n :2}',
    '[1 2]',
    '"a"1',
    '--1',
  ])('takes %s for no JSON', (text) => {
    expect(read(`[${text}]`)).toMatchObject({ ok: false });
  });

  it('names what is wrong without quoting it', () => {
    expect(read('')).toEqual({ ok: false, fault: 'it is empty, not JSON' });
    expect(read('<html>')).toEqual({ ok: false, fault: 'it looks like a web page, not JSON' });
    expect(read('{"a":12')).toEqual({ ok: false, fault: 'it is cut short or broken, not JSON' });
    expect(readExactJson(Uint8Array.of(0x22, 0xe4, 0x22), z.unknown())).toEqual({
      ok: false,
      fault: 'it is not UTF-8',
    });
    expect(readExactJson(bytes('{"a":1}'), z.object({ a: z.array(z.string()) }))).toMatchObject({
      ok: false,
      fault: expect.stringMatching(/^member a is not as documented/),
    });
  });

  it('reads a body with a byte order mark and one of ten megabytes in a single text', () => {
    expect(read('\ufeff{"a":1}')).toEqual({ ok: true, value: { a: '1' } });
    const long = 'x\\n'.repeat(3_500_000);
    const reading = read(`{"a":"${long}","b":1}`);
    expect(reading.ok && (reading.value as { a: string; b: string }).b).toBe('1');
  });

  it('refuses what is nested so deep that nothing could walk it', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(read(nested(200)).ok).toBe(true);
    expect(read(nested(201))).toEqual({ ok: false, fault: 'it is nested more than 200 deep' });
    expect(read(nested(100_000)).ok).toBe(false);
  });

  it('reads what no database stores as text as U+FFFD, and everything else as it is', () => {
    const value = '["\\u0000a","\\ud83d","\\ude00\\ud83d","\\ud83d\\ude00","\\\\u0000","\\u00e4\\ud83d\\u0041"]';
    expect(read(value)).toEqual({
      ok: true,
      value: ['\ufffda', '\ufffd', '\ufffd\ufffd', '\u{1f600}', '\\u0000', 'ä\ufffdA'],
    });
    expect(read('{"\\u0000":1}')).toEqual({ ok: true, value: { '\ufffd': '1' } });
  });
});

describe('amounts that are numbers', () => {
  const minor = (text: string, code = 'EUR') => {
    const reading = parseDecimal(text, parseCurrencyCode(code));
    return reading.ok ? reading.value.minor : reading.fault;
  };

  it.each([
    ['10', 'EUR', 1_000n],
    ['-12.3', 'EUR', -1_230n],
    ['0.1', 'EUR', 10n],
    ['1E+2', 'EUR', 10_000n],
    ['1.5e1', 'EUR', 1_500n],
    ['1999e-2', 'EUR', 1_999n],
    ['-0', 'EUR', 0n],
    ['0E-9', 'EUR', 0n],
    ['0e9999', 'EUR', 0n],
    ['1.5000', 'EUR', 150n],
    ['1500', 'JPY', 1_500n],
    ['1500.0', 'JPY', 1_500n],
    ['1.234', 'KWD', 1_234n],
    ['9999999999999999.99', 'EUR', 999_999_999_999_999_999n],
  ])('%s %s is exact', (text, code, expected) => {
    expect(minor(text, code)).toBe(expected);
  });

  it.each([
    ['0.001', 'EUR', 'has more decimals than EUR has'],
    ['1e-3', 'EUR', 'has more decimals than EUR has'],
    ['1e-9999', 'EUR', 'has more decimals than EUR has'],
    ['0.5', 'JPY', 'has more decimals than JPY has'],
    ['99999999999999999.99', 'EUR', 'has more than 18 digits'],
    ['1e9999', 'EUR', 'has more than 18 digits'],
    ['1e999999999', 'EUR', 'is not a decimal number'],
    ['NaN', 'EUR', 'is not a decimal number'],
    ['12,50', 'EUR', 'is not a decimal number'],
    ['', 'EUR', 'is not a decimal number'],
  ])('%s %s is refused, never rounded', (text, code, fault) => {
    expect(minor(text, code)).toBe(fault);
  });

  it('any amount of any currency comes back from its own text', () => {
    const amounts = fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n });
    fc.assert(
      fc.property(amounts, fc.nat(6), (value, zeros) => {
        const digits = (value < 0n ? -value : value).toString().padStart(3, '0');
        const text = `${value < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}${'0'.repeat(zeros)}`;
        expect(minor(text)).toBe(value);
      }),
    );
  });
});
