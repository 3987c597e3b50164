import { describe, expect, it } from 'vitest';
import { DEPTH_MAX, isTooDeep, placesUnwritable } from './plain-text.ts';

describe('a text that no book can hold', () => {
  it('is found where it stands, in values and in names', () => {
    const body = {
      why: 'a\u0000',
      lines: [{ text: 'fine' }, { text: '\u001b[31m' }],
      given: { 'a\u0007': 1, half: '\ud83d' },
    };
    expect(placesUnwritable(body, 10)).toEqual(['why', 'lines.1.text', 'given."a\\u0007"', 'given.half']);
    expect(placesUnwritable(body, 2)).toHaveLength(2);
    expect(placesUnwritable('\u009b', 10)).toEqual(['']);
  });

  it('control: lines, tabs, every language and whole characters of two halves are taken', () => {
    expect(placesUnwritable({ text: 'a\r\n\tб 茶 \u{1f600}', number: 1, nothing: null }, 10)).toEqual([]);
  });
});

it('a body is too deep from one group more than there may be, and as deep as one likes is no defect', () => {
  const nested = (depth: number) => {
    let value: unknown = 1;
    for (let at = 0; at < depth; at += 1) value = [value];
    return value;
  };
  expect(isTooDeep(nested(DEPTH_MAX))).toBe(false);
  expect(isTooDeep(nested(DEPTH_MAX + 1))).toBe(true);
  expect(isTooDeep(nested(200_000))).toBe(true);
});
