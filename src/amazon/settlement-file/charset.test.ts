import { describe, expect, it } from 'vitest';
import { charsetLabelOf, charsetOfLabel, decoderOf, isValidIn } from './charset.ts';

function decode(charset: Parameters<typeof decoderOf>[0], bytes: readonly number[]): string {
  return decoderOf(charset)(Buffer.from(bytes), 0, bytes.length);
}

describe('the charset a download declares', () => {
  it.each([
    ['text/plain; charset=Cp1252', 'windows-1252'],
    ['text/plain;charset=windows-1252', 'windows-1252'],
    ['text/plain; charset=iso-8859-1', 'windows-1252'],
    ['text/plain; charset=ISO8859_1', 'windows-1252'],
    ['text/plain; charset=utf8', 'utf-8'],
    ['text/plain; charset="UTF-8"', 'utf-8'],
    ['text/plain; format=flowed; Charset=UTF-8; x=1', 'utf-8'],
    ['text/plain; charset=US-ASCII', 'utf-8'],
    ['text/plain; charset=Cp932', 'shift_jis'],
    ['text/plain; charset=MS932', 'shift_jis'],
    ['text/plain; charset=Windows-31J', 'shift_jis'],
    ['text/plain; charset=Shift_JIS', 'shift_jis'],
    ['text/plain; charset=SJIS', 'shift_jis'],
  ])('%j is understood', (contentType, charset) => {
    expect(charsetOfLabel(charsetLabelOf(contentType)!)).toBe(charset);
  });

  it('is absent when the Content-Type names none', () => {
    expect(charsetLabelOf(undefined)).toBeUndefined();
    expect(charsetLabelOf('text/plain')).toBeUndefined();
    expect(charsetLabelOf('application/octet-stream; name=x')).toBeUndefined();
    expect(charsetLabelOf('text/plain; charset=')).toBeUndefined();
  });

  it('is not stretched to encodings this program does not read', () => {
    expect(charsetOfLabel('iso-8859-15')).toBeUndefined();
    expect(charsetOfLabel('utf-16')).toBeUndefined();
  });
});

describe('texts of the three encodings', () => {
  it('windows-1252 has letters and signs where Latin-1 has control characters', () => {
    const bytes = [0x80, 0x8a, 0x92, 0x96, 0x99, 0x9f, 0xa0, 0xc4, 0xdf, 0xff];
    expect(decode('windows-1252', bytes)).toBe('€Š’–™Ÿ\u00a0Äßÿ');
  });

  it('Shift_JIS includes the Windows additions', () => {
    expect(decode('shift_jis', [0x93, 0xfa, 0x96, 0x7b, 0xb1, 0x87, 0x40, 0x5c])).toBe('日本ｱ①\\');
  });

  it('UTF-8', () => {
    expect(decode('utf-8', [...Buffer.from('Müller 日本')])).toBe('Müller 日本');
  });

  it('bytes that are no character of an encoding are noticed', () => {
    expect(isValidIn('utf-8', Buffer.from([0x4d, 0xfc, 0x6c]))).toBe(false);
    expect(isValidIn('windows-1252', Buffer.from([0x41, 0x81]))).toBe(false);
    expect(isValidIn('shift_jis', Buffer.from([0x82]))).toBe(false);
    expect(isValidIn('shift_jis', Buffer.from([0xfd, 0x41]))).toBe(false);
  });

  it('control: bytes that are characters of an encoding pass', () => {
    expect(isValidIn('utf-8', Buffer.from('Müller'))).toBe(true);
    expect(isValidIn('windows-1252', Buffer.from([0x4d, 0xfc, 0x80]))).toBe(true);
    expect(isValidIn('shift_jis', Buffer.from([0x93, 0xfa]))).toBe(true);
  });
});
