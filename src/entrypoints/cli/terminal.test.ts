import { describe, expect, it } from 'vitest';
import { formatTable, legible, showInvisible } from './terminal.ts';

describe('text from a file on a terminal', () => {
  it('cannot move the cursor: what cannot be seen is written out', () => {
    expect(legible('\u001b[2J\u0007red\u009b')).toBe('\\u001b[2J\\u0007red\\u009b');
    expect(legible('\u200bOrder\u202e')).toBe('\\u200bOrder\\u202e');
    expect(showInvisible('Add a row for \u001b]0;x')).toBe('Add a row for \\u001b]0;x');
  });

  it('is cut by characters, so that no half of one is left', () => {
    const cut = legible('🍵'.repeat(30_000));
    expect([...cut]).toHaveLength(80);
    expect(cut.endsWith('🍵…')).toBe(true);
  });

  it('control: letters of any script stay as they are', () => {
    for (const text of ['Gebühr für Größe', '手数料', 'رسوم', 'x'.repeat(80)]) expect(legible(text)).toBe(text);
  });
});

describe('a table', () => {
  // A file with one unknown word per row ended in "Maximum call stack size exceeded".
  it('has as many rows as there are', () => {
    const rows = Array.from({ length: 200_000 }, (_, index) => String(index));
    const lines = formatTable(rows, [{ title: 'n', value: (row) => row, align: 'right' }]);
    expect([lines.length, lines[0], lines[1]]).toEqual([200_001, '     n', '     0']);
  });
});
