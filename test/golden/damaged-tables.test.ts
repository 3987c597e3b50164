/**
 * Every cell, column, row and section of a good account table damaged in turn: the table is refused with the place and
 * what to do, or it is a good one still. Never a defect. What each refusal says is tested beside the reader.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isProblem, type Problem } from '../../src/core/index.ts';
import { readAccountTable } from '../../src/mapping/index.ts';

const GOOD = readFileSync(new URL('cases/eu-two-company-codes/mapping.yaml', import.meta.url), 'utf8').replace(
  /\{\s*([^}]*?),?\s*\}/g,
  (_row, cells: string) => `{ ${cells.replace(/\s+/g, ' ')} }`,
);

interface Cell {
  readonly column: string;
  readonly value: string;
  readonly at: number;
  readonly end: number;
}

/** Every `column: value` in a row in braces. */
const CELLS: readonly Cell[] = [...GOOD.matchAll(/[{,] (\w+): ([^,}]*[^,} ])/g)].map((match) => {
  const [whole, column = '', value = ''] = match;
  const at = match.index + 2;
  return { column, value, at, end: match.index + whole.length };
});

/** Columns a row can do without, so that it is a good one still. */
const OPTIONAL = ['costCenter', 'profitCenter', 'taxCode', 'validFrom', 'customer', 'text'];

const replace = (from: number, to: number, text: string) => GOOD.slice(0, from) + text + GOOD.slice(to);

function problemOf(text: string): Problem | undefined {
  try {
    readAccountTable({ name: 'table.yaml', text });
    return undefined;
  } catch (thrown) {
    if (isProblem(thrown) && thrown.kind !== 'defect') return thrown;
    throw thrown;
  }
}

/** A refusal that a person can work with: the file, a line and column, what is wrong, and a next step. */
function expectTold(problem: Problem | undefined, what: string): void {
  expect(problem, `${what} was accepted`).toBeDefined();
  expect(problem?.code, what).toBe('MAPPING_INVALID');
  expect(problem?.data, what).toMatch(/^\d+:\d+ /m);
  expect(problem?.where?.file, what).toBe('table.yaml');
  expect(problem?.next.length, what).toBeGreaterThan(20);
}

describe('an account table, damaged by hand', () => {
  it('is refused when a column is called something else, or has no value or two', () => {
    for (const { column, value, at, end } of CELLS) {
      const what = `${column}: ${value} at ${at}`;
      expectTold(problemOf(replace(at, end, `${column}s: ${value}`)), `renamed ${what}`);
      expectTold(problemOf(replace(at, end, `${column}:`)), `empty ${what}`);
      expectTold(problemOf(replace(at, end, `${column}: [${value}]`)), `list ${what}`);
      expectTold(problemOf(replace(at, end, `${column}: ${value}, ${column}: ${value}`)), `twice ${what}`);
    }
  });

  it('is refused when a value that is a key to something is another', () => {
    const nonsense = ['x'.repeat(200), '#REF!', '-1', '1e3', '41.000.000', '41000000.0'];
    for (const { column, value, at, end } of CELLS.filter((cell) => cell.column !== 'text')) {
      for (const other of nonsense) {
        const problem = problemOf(replace(at, end, `${column}: ${JSON.stringify(other)}`));
        // Names of stores are free, and a cost object may be numbered with points.
        const isFree = column === 'name' || (/Center$/.test(column) && /^41/.test(other));
        if (isFree) continue;
        expectTold(problem, `${column}: ${other} for ${value}`);
      }
    }
  });

  it('is refused without a column that it needs, and good without one that it does not', () => {
    for (const { column, value, at, end } of CELLS) {
      const isFirst = GOOD.slice(at - 2, at) === '{ ';
      const text = isFirst ? replace(at, GOOD.indexOf(', ', end) + 2, '') : replace(at - 2, end, '');
      const problem = problemOf(text);
      if (!OPTIONAL.includes(column)) expectTold(problem, `without ${column}: ${value} at ${at}`);
      else if (problem) expectTold(problem, `without ${column}`);
    }
  });

  it('is refused when a row comes twice', () => {
    for (const [row] of GOOD.matchAll(/^ {2}- \{.*\}$/gm)) {
      expectTold(problemOf(GOOD.replace(row, `${row}\n${row}`)), `twice ${row}`);
    }
  });

  it('is refused without one of its sections, or with one that has another name or shape', () => {
    for (const [heading, name = ''] of GOOD.matchAll(/^(\w+):$/gm)) {
      expectTold(problemOf(GOOD.replace(heading, `${name}x:`)), name);
      expectTold(problemOf(GOOD.replace(heading, `${name}: text\nother:`)), name);
    }
  });

  it('is refused cut off anywhere, unless what is left is a whole table', () => {
    for (let length = 0; length < GOOD.length; length += 17) {
      const problem = problemOf(GOOD.slice(0, length));
      if (problem) expectTold(problem, `cut at ${length}`);
      else expect(GOOD.slice(0, length)).toMatch(/cross-company|carry-forward|closing-debt/);
    }
  });

  it('is refused as another file than a table', () => {
    const others = [
      '',
      '\u0000',
      '{}',
      '[]',
      'null',
      'kind,glAccount\nproduct-sale,41000000\n',
      '<html></html>',
      '%PDF-1.7',
    ];
    for (const other of [...others, 'PK\u0003\u0004', '--- a\n--- b\n', '&a [*a]', '!!binary x']) {
      expectTold(problemOf(other), JSON.stringify(other));
    }
  });

  it('control: as it is, it is a table with many cells', () => {
    expect(problemOf(GOOD)).toBeUndefined();
    expect(CELLS.length).toBeGreaterThan(40);
  });
});
