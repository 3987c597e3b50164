/** The YAML of an account table as rows of text whose places in the file are known. */
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { didYouMean } from './nearest-names.ts';

/** One thing that is wrong, and where. */
export interface TableIssue {
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  /** For example `assignments[3].kind`. */
  readonly path: string;
  readonly says: string;
}

/** Character offset in the file. */
type Offset = number;

export interface Cell {
  readonly text: string;
  readonly at: Offset;
  readonly path: string;
}

export interface Row {
  readonly at: Offset;
  readonly path: string;
  /** Cells with a text; a column that is left empty is reported and left out. */
  readonly cells: ReadonlyMap<string, Cell>;
  /** Columns that the row has, also those whose value could not be read. */
  readonly columns: ReadonlySet<string>;
}

export interface SectionShape {
  readonly name: string;
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** A table without the section is whole. */
  readonly mayBeAbsent?: boolean;
}

/** Collects everything that is wrong in a file, so that a person can correct it in one go. */
export interface IssueList {
  add(place: { readonly at: Offset; readonly path: string }, says: string): void;
  /** In the order of the file. */
  all(): readonly TableIssue[];
}

export interface TableFile {
  readonly issues: IssueList;
  /** It is YAML with named sections; when it is not, there is nothing more to say about it than `issues` has. */
  readonly isReadable: boolean;
  hasSection(name: string): boolean;
  /** Rows of each section that could be read; problems with the others are in `issues`. */
  rowsOf(section: SectionShape): readonly Row[];
  lineOf(place: { readonly at: Offset }): number;
  /** 1-based, as an editor counts. */
  placeOf(place: { readonly at: Offset }): { readonly line: number; readonly column: number };
}

const LINE_SHOWN_MAX = 80;
const QUOTE_STAR = '; one that begins with * stands in quotes, for example "*-RED"';

/** Reads the text. Every value stays the text that is written, so that company code `0001` is not the number 1. */
export function readTableFile(text: string, sections: readonly SectionShape[]): TableFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines, prettyErrors: false });
  const issues = listIssues(lines);
  const faults = [...document.errors, ...document.warnings];
  const isDuplicate = ({ code }: (typeof faults)[number]) => code === 'DUPLICATE_KEY';
  for (const { pos } of faults.filter(isDuplicate)) issues.add({ at: pos[0], path: 'file' }, 'this key is given twice');
  // After the first place that is not YAML nothing is read as it is meant: what else is found there is noise.
  const [broken] = faults.filter((fault) => !isDuplicate(fault)).sort((a, b) => a.pos[0] - b.pos[0]);
  if (broken) issues.add({ at: broken.pos[0], path: 'file' }, sayBroken(text, lines, broken));
  const isReadable = isMap(document.contents) && faults.every(({ code }) => code === 'DUPLICATE_KEY');
  if (isReadable) checkSections(document, sections, issues);
  else if (faults.length === 0) {
    issues.add({ at: startOf(document.contents), path: 'file' }, 'an account table is a set of named sections');
  }
  return {
    issues,
    isReadable,
    hasSection: (name) => document.has(name),
    rowsOf: (section) => readSection(document, section, issues),
    lineOf: ({ at }) => lines.linePos(at).line,
    placeOf: ({ at }) => {
      const { line, col } = lines.linePos(at);
      return { line, column: col };
    },
  };
}

/** A sign of YAML in the way, in plain words, with the line as it is written. */
function sayBroken(
  text: string,
  lines: LineCounter,
  { message, pos }: { message: string; pos: [number, number] },
): string {
  const { line } = lines.linePos(pos[0]);
  const written = (text.split('\n')[Math.max(line, 1) - 1] ?? '').trim();
  const cut = written.length > LINE_SHOWN_MAX ? `${written.slice(0, LINE_SHOWN_MAX - 1)}…` : written;
  const why = message.replace(/\.?$/, '');
  return `this line, or the one before it, is not written as YAML wants it: ${JSON.stringify(cut)} (${why})`;
}

function checkSections(document: Document.Parsed, sections: readonly SectionShape[], issues: IssueList): void {
  const root = document.contents;
  if (!isMap(root)) return;
  const names = sections.map((section) => section.name);
  for (const { key } of root.items) {
    const name = textOf(key) ?? '';
    if (names.includes(name)) continue;
    issues.add({ at: startOf(key), path: name }, `section ${name} is not known${didYouMean(name, names)}`);
  }
}

function readSection(document: Document.Parsed, section: SectionShape, issues: IssueList): Row[] {
  if (!isMap(document.contents)) return [];
  const node = document.get(section.name, true) as Node | undefined;
  if (node === undefined) {
    if (section.mayBeAbsent) return [];
    issues.add({ at: 0, path: section.name }, `section ${section.name} is missing`);
    return [];
  }
  if (!isSeq(node)) {
    issues.add({ at: startOf(node), path: section.name }, `section ${section.name} is a list of rows`);
    return [];
  }
  return node.items.flatMap((item, index) => readRow(item, `${section.name}[${index}]`, section, issues) ?? []);
}

function readRow(node: unknown, path: string, section: SectionShape, issues: IssueList): Row | undefined {
  const row = { at: startOf(node), path };
  if (!isMap(node)) {
    issues.add(row, 'a row is a set of columns, for example { kind: product-sale, … }');
    return undefined;
  }
  const known = [...section.required, ...section.optional];
  const cells = new Map<string, Cell>();
  const named = new Set<string>();
  for (const { key, value } of node.items) {
    const column = textOf(key) ?? '';
    const cell = { at: startOf(value ?? key), path: `${path}.${column}` };
    named.add(column);
    const text = textOf(value);
    if (!known.includes(column)) {
      issues.add({ ...cell, at: startOf(key) }, `column ${column} is not known${didYouMean(column, known)}`);
    } else if (text === undefined) {
      issues.add(cell, `${column} is a single value, written out${isAlias(value) ? QUOTE_STAR : ''}`);
    } else if (text === '') {
      issues.add(cell, `${column} is empty: give a value, or leave the column out`);
    } else {
      cells.set(column, { ...cell, text });
    }
  }
  for (const column of section.required) {
    if (!named.has(column)) issues.add(row, `${column} is missing`);
  }
  return { ...row, cells, columns: named };
}

/** The text as written, without spaces at its ends; `undefined` for anything but a single value. */
function textOf(node: unknown): string | undefined {
  if (node === null) return '';
  return isScalar(node) ? String(node.value ?? '').trim() : undefined;
}

function startOf(node: unknown): Offset {
  return (node as Node | null)?.range?.[0] ?? 0;
}

function listIssues(lines: LineCounter): IssueList {
  const issues: TableIssue[] = [];
  return {
    add: ({ at, path }, says) => {
      const { line, col } = lines.linePos(at);
      issues.push({ line: Math.max(line, 1), column: Math.max(col, 1), path, says });
    },
    all: () => issues.toSorted((a, b) => a.line - b.line || a.column - b.column),
  };
}
