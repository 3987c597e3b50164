/** Laws of account tables as rows: what is written reads back, a difference has a mirror image, and edits say what is wanted. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tableFileOf, textOfTableFile } from '../../src/entrypoints/spreadsheets/table-files.ts';
import {
  columnsOf,
  diffTables,
  editTable,
  lineKinds,
  printTable,
  readAccountTable,
  readTableContent,
  type TableCells,
  type TableContent,
  tableSections,
} from '../../src/mapping/index.ts';
import { TABLE_TEXT } from '../entrypoints/mapping-table.ts';

const RUNS = 20;
/** What an accountant may write into the text of a line, and what a spreadsheet may make something else of. */
const lineText = fc
  .oneof(
    fc.string({ minLength: 1, maxLength: 20 }),
    fc.constantFrom(
      '=1+1',
      "'=x",
      '-5',
      '@a',
      '+1',
      '1.0',
      '0001',
      'a: b',
      '{ x }',
      '# no',
      'null',
      'yes',
      '"q"',
      'ä, ö;',
    ),
  )
  .map((text) => text.replace(/[\p{C}\p{Z}]+/gu, ' ').trim())
  // The writer of workbooks takes names that every object has for cells it knows already (docs/dependencies.md).
  .filter((text) => text !== '' && text !== 'none' && !(text in {}));

const assignment = fc
  .record({
    kind: fc.constantFrom(...lineKinds()),
    marketplace: fc.constantFrom('any', 'Amazon.com'),
    validFrom: fc.option(fc.constantFrom('2026-01-01', '2027-07-01'), { nil: undefined }),
    glAccount: fc.integer({ min: 1, max: 9_999_999_999 }).map(String),
    costCenter: fc.constantFrom('default', 'CC1', undefined),
    text: lineText,
  })
  .map(
    (row): TableCells =>
      new Map(Object.entries(row).flatMap(([column, text]) => (text === undefined ? [] : [[column, text]]))),
  );

const taught = fc
  .record({ amountDescription: lineText, kind: fc.constantFrom(...lineKinds()) })
  .map((row): TableCells => new Map(Object.entries(row)));

const keyOf = (cells: TableCells) => ['kind', 'marketplace', 'validFrom'].map((column) => cells.get(column)).join();

/** The small table with other assignments and words. */
const content = fc
  .record({
    assignments: fc.uniqueArray(assignment, { selector: keyOf, maxLength: 12 }),
    vocabulary: fc.uniqueArray(taught, {
      selector: (cells) => (cells.get('amountDescription') ?? '').normalize('NFC').replaceAll('’', "'").toLowerCase(),
      maxLength: 4,
    }),
  })
  .map(({ assignments, vocabulary }): TableContent => {
    const base = new Map(readTableContent(TABLE_TEXT));
    base.set('assignments', assignments);
    base.set('vocabulary', vocabulary);
    return base;
  });

const check = (text: string) => readAccountTable({ name: 'drawn', text });
const says = (changes: ReturnType<typeof diffTables>) =>
  changes.map(({ section, row, change, columns }) => [section, row, change, columns]);

describe('an account table', () => {
  it('reads back as the same rows, as YAML, workbook and CSV, whatever its texts are', async () => {
    await fc.assert(
      fc.asyncProperty(content, fc.constantFrom('yaml', 'csv', 'xlsx'), async (drawn, format) => {
        const text = printTable(drawn);
        check(text);
        const back = await textOfTableFile(`t.${format}`, await tableFileOf(text, format as 'csv'));
        expect(says(diffTables(drawn, readTableContent(back)))).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it('differs from another one as that one differs from it, the other way round', () => {
    fc.assert(
      fc.property(content, content, (a, b) => {
        const there = diffTables(a, b);
        const back = diffTables(b, a).map((change) => ({
          ...change,
          change: change.change === 'added' ? 'removed' : change.change === 'removed' ? 'added' : 'changed',
          columns: change.columns.map(({ column, before, after }) => ({ column, before: after, after: before })),
          before: change.after,
          after: change.before,
        }));
        const bare = (changes: readonly object[]) => changes.map((change) => ({ ...change, row: '' }));
        expect(bare(back)).toEqual(bare(there));
        expect(diffTables(a, a)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it('whose text is edited has the rows that were wanted, and comments that have nothing to do with them', () => {
    fc.assert(
      fc.property(content, content, (a, b) => {
        const text = `# kept\n${printTable(a)}`;
        const edited = editTable(text, b);
        check(edited);
        expect(says(diffTables(readTableContent(edited), b))).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it('control: a table with one other cell is another table', () => {
    const before = readTableContent(TABLE_TEXT);
    for (const section of tableSections()) {
      for (const [index, cells] of (before.get(section.name) ?? []).entries()) {
        for (const column of columnsOf(section).filter((each) => cells.has(each))) {
          const rows = (before.get(section.name) ?? []).map((row, at) =>
            at === index ? new Map([...row, [column, 'ZZ']]) : row,
          );
          expect(diffTables(before, new Map([...before, [section.name, rows]])).length, column).toBeGreaterThan(0);
        }
      }
    }
  });
});
