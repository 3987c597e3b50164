/** Changes rows of an account table in its text, so that the comments of whoever wrote it stay. */
import { isMap, isSeq, parseDocument, type YAMLSeq } from 'yaml';
import { assert } from '../core/index.ts';
import type { SectionShape } from './account-table-rows.ts';
import {
  namingColumns,
  readTableContent,
  rowKeyOf,
  type TableCells,
  type TableContent,
  tableSections,
} from './table-content.ts';
import { diffTables, type RowChange } from './table-diff.ts';
import { printTable, printTableRow } from './table-print.ts';

/** Replaces the characters from one offset to another. */
interface TextEdit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * The text whose rows are those of `wanted`: `text` with as few of its lines changed as possible. Where its layout does not
 * allow that, the rows are written anew, without comments. `text` is one that `readAccountTable` takes.
 */
export function editTable(text: string, wanted: TableContent): string {
  const changes = diffTables(readTableContent(text), wanted);
  if (changes.length === 0) return text;
  const edited = applyEdits(text, editsFor(text, changes));
  if (edited !== undefined && isTable(edited, wanted)) return edited;
  const printed = printTable(wanted);
  assert(isTable(printed, wanted), 'a printed account table reads back as other rows');
  return printed;
}

function isTable(text: string, wanted: TableContent): boolean {
  return (
    parseDocument(text, { schema: 'failsafe' }).errors.length === 0 &&
    diffTables(readTableContent(text), wanted).length === 0
  );
}

/** `undefined` when the layout is not one that can be edited line by line. */
function editsFor(text: string, changes: readonly RowChange[]): readonly TextEdit[] | undefined {
  const root = parseDocument(text, { schema: 'failsafe' }).contents;
  if (!isMap(root)) return undefined;
  const edits: TextEdit[] = [];
  for (const section of tableSections()) {
    const own = changes.filter((change) => change.section === section.name);
    if (own.length === 0) continue;
    const node = root.get(section.name, true);
    if (node !== undefined && !isSeq(node)) return undefined;
    const made = editSection(text, { section, node, changes: own });
    if (made === undefined) return undefined;
    edits.push(...made);
  }
  return edits;
}

interface SectionToEdit {
  readonly section: SectionShape;
  readonly node: YAMLSeq | undefined;
  readonly changes: readonly RowChange[];
}

function editSection(text: string, { section, node, changes }: SectionToEdit): readonly TextEdit[] | undefined {
  const added = changes.flatMap(({ change, after }) => (change === 'added' && after ? [after] : []));
  const lines = (indent: string) => added.map((cells) => `${indent}- ${printTableRow(section, cells)}\n`).join('');
  if (node === undefined) {
    const gap = text.endsWith('\n') ? '\n' : '\n\n';
    return [{ from: text.length, to: text.length, text: `${gap}${section.name}:\n${lines('  ')}` }];
  }
  const [start = 0, end = 0] = node.range ?? [];
  if (node.items.length === 0) {
    const from = text[start - 1] === ' ' ? start - 1 : start;
    return [{ from, to: end, text: `\n${lines('  ').trimEnd()}` }];
  }
  if (node.flow) return undefined;
  const rows = rowsIn(text, section, node);
  if (rows === undefined) return undefined;
  const edits: TextEdit[] = [];
  for (const { change, before, after } of changes) {
    if (before === null) continue;
    const row = rows.find(({ cells, isTaken }) => !isTaken && isSameRow(cells, before));
    if (row === undefined) return undefined;
    row.isTaken = true;
    if (change === 'removed') edits.push({ from: row.lineFrom, to: row.lineTo, text: '' });
    else if (after) edits.push({ from: row.from, to: row.to, text: printTableRow(section, after) });
  }
  return [...edits, ...additions(section, rows, added)];
}

interface RowInText {
  readonly cells: TableCells;
  /** The row itself. */
  readonly from: number;
  readonly to: number;
  /** Its lines, with the mark of the list and the end of the last line. */
  readonly lineFrom: number;
  readonly lineTo: number;
  readonly indent: string;
  isTaken: boolean;
}

/** `undefined` when a row does not begin on a line of its own. */
function rowsIn(text: string, section: SectionShape, node: YAMLSeq): RowInText[] | undefined {
  const content = readTableContent(text).get(section.name) ?? [];
  const rows: RowInText[] = [];
  for (const [index, item] of node.items.entries()) {
    const cells = content[index];
    if (!isMap(item) || !item.range || cells === undefined) return undefined;
    const [from, valueEnd] = item.range;
    // What ends a row written over several lines may take the line break with it.
    const to = from + text.slice(from, valueEnd).trimEnd().length;
    const lineFrom = text.lastIndexOf('\n', from - 1) + 1;
    const mark = /^( *)- +$/.exec(text.slice(lineFrom, from));
    if (!mark) return undefined;
    const lineEnd = text.indexOf('\n', to);
    const lineTo = lineEnd < 0 ? text.length : lineEnd + 1;
    rows.push({ cells, from, to, lineFrom, lineTo, indent: mark[1] ?? '', isTaken: false });
  }
  return rows;
}

/** A new row stands behind the last one about the same thing, or at the end of its section. */
function additions(section: SectionShape, rows: readonly RowInText[], added: readonly TableCells[]): TextEdit[] {
  const [naming = ''] = namingColumns(section);
  const last = rows.at(-1);
  const edits = new Map<number, TextEdit>();
  for (const cells of added) {
    const beside = rows.findLast((row) => row.cells.get(naming) === cells.get(naming)) ?? last;
    if (!beside) continue;
    const known = edits.get(beside.lineTo)?.text ?? '';
    const text = `${known}${beside.indent}- ${printTableRow(section, cells)}\n`;
    edits.set(beside.lineTo, { from: beside.lineTo, to: beside.lineTo, text });
  }
  return [...edits.values()];
}

function isSameRow(a: TableCells, b: TableCells): boolean {
  return a.size === b.size && [...a].every(([column, text]) => b.get(column) === text);
}

function applyEdits(text: string, edits: readonly TextEdit[] | undefined): string | undefined {
  if (edits === undefined) return undefined;
  // From the end, so that the offsets of what is before stay true; what is added at a place comes before what ends there.
  const fromTheEnd = [...edits].sort((a, b) => b.from - a.from || b.to - a.to);
  return fromTheEnd.reduce((changed, edit) => {
    const head = changed.slice(0, edit.from);
    const gap = edit.text !== '' && edit.from === edit.to && head !== '' && !head.endsWith('\n') ? '\n' : '';
    return head + gap + edit.text + changed.slice(edit.to);
  }, text);
}

/** The content with these rows in place of those of the same name, or added where there is none. */
export function withRows(
  content: TableContent,
  rows: readonly { readonly section: string; readonly cells: TableCells }[],
): TableContent {
  const result = new Map(content);
  for (const { section: name, cells } of rows) {
    const section = tableSections().find((each) => each.name === name);
    assert(section !== undefined, `an account table has no section ${name}`);
    const key = rowKeyOf(section, cells);
    const known = result.get(name) ?? [];
    const at = known.findIndex((row) => rowKeyOf(section, row) === key);
    result.set(name, at < 0 ? [...known, cells] : known.map((row, index) => (index === at ? cells : row)));
  }
  return result;
}
