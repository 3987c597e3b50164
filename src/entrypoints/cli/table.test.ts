import { describe, expect, it } from 'vitest';
import { type Column, fitTable, formatTable, sayTable } from './table.ts';
import { createTerminal } from './terminal.ts';
import { shorten, widthOf } from './text-width.ts';

interface Row {
  readonly id: string;
  readonly who: string;
  readonly why: string;
  readonly amount: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'who', value: ({ who }) => who, yields: 2 },
  { title: 'why', value: ({ why }) => why, yields: 1 },
  { title: 'amount', value: ({ amount }) => amount, align: 'right' },
];
const ROWS: readonly Row[] = [
  {
    id: '4711',
    who: 'Fräulein Größenwahn',
    why: 'because of a long story about a short thing',
    amount: '1,234,567.89',
  },
  { id: '4712', who: '経理の田中さん', why: 'the same', amount: '-0.01' },
];

const widths = (lines: readonly string[]) => lines.map(widthOf);

describe('a table that fits the terminal', () => {
  it('is whole where there is room, and for a pipe', () => {
    const whole = formatTable(ROWS, COLUMNS);
    expect(fitTable(ROWS, COLUMNS, { width: 500 })).toEqual({ lines: whole, hasHeading: true, leftOut: [] });
    expect(whole[1]).toContain('because of a long story about a short thing');
  });

  it.each([70, 60, 50, 45])('takes at most %i columns, shortens by turns, and never touches a number', (width) => {
    const { lines, leftOut } = fitTable(ROWS, COLUMNS, { width });
    expect(Math.max(...widths(lines))).toBeLessThanOrEqual(width);
    expect(leftOut).toEqual([]);
    expect(lines[1]).toMatch(/^4711 .*… {2,3}1,234,567\.89$/);
    expect(lines[2]).toMatch(/^4712 .* -0\.01$/);
  });

  it('leaves out what gives way first, and says so', () => {
    const { lines, leftOut } = fitTable(ROWS, COLUMNS, { width: 35 });
    expect(leftOut).toEqual(['why']);
    expect(lines).toEqual([
      'id    who                    amount',
      '4711  Fräulein Größe…  1,234,567.89',
      '4712  経理の田中さん          -0.01',
    ]);
  });

  it('becomes blocks of lines where not even what must stay has room', () => {
    const { lines, hasHeading } = fitTable(ROWS, COLUMNS, { width: 12 });
    expect(hasHeading).toBe(false);
    expect(lines).toContain('amount  1,234,567.89');
    expect(lines).toContain('who     経理の田中さん');
  });

  it('shortens the least important first: a column that gives way later is whole while the earlier one is not', () => {
    const { lines } = fitTable(ROWS, COLUMNS, { width: 66 });
    expect(lines[1]).toContain('Fräulein Größenwahn');
    expect(lines[1]).not.toContain('short thing');
  });
});

describe('what a person at a terminal sees of a table', () => {
  const shown = (options: { columns?: number; isTTY: boolean; isWide?: boolean }) => {
    let [out, err] = ['', ''];
    const terminal = createTerminal(
      { out: { ...options, write: (text) => (out += text) }, err: { isTTY: false, write: (text) => (err += text) } },
      { isJson: false, noColor: true, isWide: options.isWide ?? false },
    );
    sayTable(terminal, ROWS, COLUMNS);
    return { out, err };
  };

  it('is cut to the terminal and says what is missing; a pipe and --wide get everything', () => {
    const narrow = shown({ isTTY: true, columns: 35 });
    expect(Math.max(...widths(narrow.out.split('\n')))).toBeLessThanOrEqual(35);
    expect(narrow.err).toBe('Not shown for want of room: why; --wide shows everything.\n');
    for (const whole of [shown({ isTTY: true, columns: 35, isWide: true }), shown({ isTTY: false, columns: 35 })]) {
      expect(whole).toEqual({ out: `${formatTable(ROWS, COLUMNS).join('\n')}\n`, err: '' });
    }
  });
});

describe('the width of a text on a terminal', () => {
  it.each([
    ['abc', 3],
    ['手数料', 6],
    ['한글', 4],
    ['ＡＢ', 4],
    ['u\u0308ber', 4],
    ['🍵', 2],
    ['👩‍👩‍👧', 2],
    ['\u001b[31mred\u001b[39m', 3],
    ['', 0],
  ])('%j takes %i', (text, width) => expect(widthOf(text)).toBe(width));

  it('is kept when a text is shortened, and no wide letter is halved', () => {
    expect(shorten('手数料です', 6)).toBe('手数…');
    expect(shorten('手数料です', 7)).toBe('手数料…');
    expect(shorten('abc', 3)).toBe('abc');
  });
});
