import { describe, expect, it } from 'vitest';
import { InternTable, RepeatedText } from './intern-table.ts';
import { Row } from './row.ts';

function tableOf(columns: readonly number[], valuesMax = 1000): { table: InternTable; added: string[][] } {
  const added: string[][] = [];
  const table = new InternTable({
    columns,
    decode: (bytes, from, to) => bytes.toString('utf8', from, to),
    add: (texts) => added.push([...texts]),
    valuesMax,
    onTooMany: () => {
      throw new RangeError('too many');
    },
  });
  return { table, added };
}

function rowOf(...fields: string[]): Row {
  const row = new Row();
  const bytes = Buffer.from(`${fields.join('\t')}\n`);
  row.take(bytes, 0, bytes.length);
  return row;
}

/** FNV-1a over one field, as the table computes it. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return Math.imul(hash ^ 0x09, 0x01000193);
}

function findCollision(): [string, string] {
  const seen = new Map<number, string>();
  for (let i = 0; ; i++) {
    const text = `Fee ${Math.imul(i, 0x9e3779b1) >>> 0}`;
    const known = seen.get(hashOf(text));
    if (known !== undefined) return [known, text];
    seen.set(hashOf(text), text);
  }
}

describe('numbering of distinct values', () => {
  it('gives the same value the same number in any sequence', () => {
    const { table, added } = tableOf([0]);
    const values = ['a', 'b', 'a', 'c', 'b', 'b', 'a', 'a', 'c'];
    expect(values.map((value) => table.indexOf(rowOf(value)))).toEqual([0, 1, 0, 2, 1, 1, 0, 0, 2]);
    expect(added).toEqual([['a'], ['b'], ['c']]);
  });

  it('keeps two values with the same hash apart', () => {
    const [one, other] = findCollision();
    expect(hashOf(one)).toBe(hashOf(other));
    const { table, added } = tableOf([0]);
    expect([one, other, other, one].map((value) => table.indexOf(rowOf(value)))).toEqual([0, 1, 1, 0]);
    expect(added).toEqual([[one], [other]]);
  });

  it('does not confuse columns: "ab" + "c" is not "a" + "bc"', () => {
    const { table } = tableOf([0, 2]);
    expect(table.indexOf(rowOf('ab', '-', 'c'))).toBe(0);
    expect(table.indexOf(rowOf('a', '-', 'bc'))).toBe(1);
    expect(table.indexOf(rowOf('ab', '+', 'c'))).toBe(0);
  });

  it('stops at its limit, which also counts spellings that differ in spaces', () => {
    const { table } = tableOf([0], 2);
    expect(table.indexOf(rowOf('a'))).toBe(0);
    expect(table.indexOf(rowOf('a '))).toBe(0);
    expect(() => table.indexOf(rowOf(' a'))).toThrow(RangeError);
  });
});

describe('texts that repeat', () => {
  it('are decoded once while their bytes stay the same, wherever those are', () => {
    let decoded = 0;
    const texts = new RepeatedText((bytes, from, to) => {
      decoded++;
      return bytes.toString('latin1', from, to);
    });
    const bytes = Buffer.from('111-1 111-1 111-2 ');
    expect([0, 6, 12, 6].map((from) => texts.read(bytes, from, from + 5))).toEqual([
      '111-1',
      '111-1',
      '111-2',
      '111-1',
    ]);
    expect(decoded).toBe(3);
    bytes.write('999-9', 6);
    expect(texts.read(bytes, 6, 11)).toBe('999-9');
    expect(texts.read(bytes, 0, 0)).toBe('');
  });
});
