/**
 * Reads the sheets of an XLSX file as they are: which cells hold formulas, what is merged and what is hidden matters here,
 * and the readers there are give values only.
 */

import { XMLParser } from 'fast-xml-parser';
import { strFromU8, unzipSync } from 'fflate';
import { DAY_MS } from '../../core/index.ts';
import { letterOf, type RawCell, type RawSheet, type RawValue, type SheetIssue } from '../../mapping/index.ts';

/** Unpacked, of one part of the file: far above any account table. */
const PART_BYTES_MAX = 64 * 1024 * 1024;

export interface XlsxReading {
  readonly sheets: readonly RawSheet[];
  /** What a person who looks at the file does not see, or sees otherwise than it is. */
  readonly issues: readonly SheetIssue[];
}

/** `undefined` when the bytes are no XLSX file. */
export function readXlsx(bytes: Uint8Array): XlsxReading | undefined {
  try {
    return new XlsxFile(unzip(bytes)).read();
  } catch (thrown) {
    // Neither library says by the type of its errors that a file is none.
    if (thrown instanceof Error) return undefined;
    throw thrown;
  }
}

function unzip(bytes: Uint8Array): ReadonlyMap<string, string> {
  const files = unzipSync(bytes, {
    filter: ({ name, originalSize }) => /\.(?:xml|rels)$/.test(name) && originalSize <= PART_BYTES_MAX,
  });
  return new Map(Object.entries(files).map(([name, content]) => [name, strFromU8(content)]));
}

type Xml = Readonly<Record<string, unknown>>;

const LISTS: ReadonlySet<string> = new Set([
  'sheet',
  'Relationship',
  'si',
  'r',
  'xf',
  'numFmt',
  'row',
  'c',
  'col',
  'mergeCell',
]);
const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '#text',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  htmlEntities: true,
  isArray: (name) => LISTS.has(name),
});

/** Formats that come without a definition and show days. */
const DATE_FORMATS: ReadonlySet<number> = new Set([
  14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58,
]);
const PERCENT_FORMATS: ReadonlySet<number> = new Set([9, 10]);
/** Day 0 of a spreadsheet, and of one that counts from 1904. */
const EPOCH_MS = Date.UTC(1899, 11, 30);
const EPOCH_1904_MS = Date.UTC(1904, 0, 1);

class XlsxFile {
  readonly #parts: ReadonlyMap<string, string>;
  readonly #texts: readonly string[];
  readonly #formats: readonly string[];
  readonly #issues: SheetIssue[] = [];
  #epochMs = EPOCH_MS;

  constructor(parts: ReadonlyMap<string, string>) {
    this.#parts = parts;
    const shared = child(this.#part('xl/sharedStrings.xml'), 'sst');
    this.#texts = list(shared, 'si').map(textOfRuns);
    this.#formats = formatsOf(child(this.#part('xl/styles.xml'), 'styleSheet'));
  }

  read(): XlsxReading {
    const workbook = child(this.#part('xl/workbook.xml'), 'workbook');
    if (workbook === undefined) throw new Error('no workbook');
    const properties = child(workbook, 'workbookPr');
    if (['1', 'true'].includes(attribute(properties, 'date1904') ?? '')) this.#epochMs = EPOCH_1904_MS;
    const targets = new Map(
      list(child(this.#part('xl/_rels/workbook.xml.rels'), 'Relationships'), 'Relationship').map((each) => [
        attribute(each, 'Id'),
        attribute(each, 'Target') ?? '',
      ]),
    );
    const sheets = list(child(workbook, 'sheets'), 'sheet').map((entry): RawSheet => {
      const name = attribute(entry, 'name') ?? '';
      const target = (targets.get(attribute(entry, 'id')) ?? '').replace(/^\/?(?:xl\/)?/, 'xl/');
      const cells = this.#readSheet(name, child(this.#part(target), 'worksheet'));
      const state = attribute(entry, 'state') ?? 'visible';
      if (state !== 'visible' && cells.length > 0)
        this.#add(name, 0, null, 'the sheet is hidden: show it or delete it');
      return { name, cells };
    });
    return { sheets, issues: this.#issues };
  }

  #readSheet(sheet: string, worksheet: Xml | undefined): RawCell[] {
    const hidden = list(child(worksheet, 'cols'), 'col').filter((each) => isOn(attribute(each, 'hidden')));
    for (const each of hidden) {
      const column = letterOf(Number(attribute(each, 'min') ?? 1) - 1);
      this.#add(sheet, 0, column, 'the column is hidden: show it or delete it');
    }
    for (const merged of list(child(worksheet, 'mergeCells'), 'mergeCell')) {
      const [first = ''] = (attribute(merged, 'ref') ?? '').split(':');
      const place = placeOf(first);
      if (place)
        this.#add(
          sheet,
          place.row,
          letterOf(place.column),
          `the cells ${attribute(merged, 'ref')} are merged: give each its own value`,
        );
    }
    const cells: RawCell[] = [];
    let row = 0;
    for (const each of list(child(worksheet, 'sheetData'), 'row')) {
      row = Number(attribute(each, 'r') ?? row + 1);
      const own = this.#readRow(each, row);
      if (own.length > 0 && isOn(attribute(each, 'hidden'))) {
        this.#add(sheet, row, null, 'the row is hidden, perhaps by a filter: show it or delete it');
      }
      cells.push(...own);
    }
    return cells;
  }

  #readRow(each: Xml, row: number): RawCell[] {
    let column = -1;
    return list(each, 'c').flatMap((cell) => {
      column = placeOf(attribute(cell, 'r') ?? '')?.column ?? column + 1;
      const value = this.#readCell(cell);
      return value === null ? [] : { row, column, value };
    });
  }

  /** `null` when it is empty. */
  #readCell(cell: Xml): RawValue | null {
    if ('f' in cell) return { kind: 'other', says: 'the cell holds a formula: write its value' };
    const written = cell.v === undefined ? null : textOf(cell.v);
    switch (attribute(cell, 't') ?? 'n') {
      case 's':
        return written === null ? null : { kind: 'text', text: this.#texts[Number(written)] ?? '' };
      case 'inlineStr':
        return { kind: 'text', text: textOfRuns(child(cell, 'is') ?? {}) };
      case 'str':
        return written === null ? null : { kind: 'text', text: written };
      case 'b':
        return { kind: 'other', says: 'the cell is TRUE or FALSE: write a text' };
      case 'e':
        return { kind: 'other', says: `the cell shows the error ${written ?? ''}` };
      case 'd':
        return { kind: 'date', text: (written ?? '').slice(0, 10) };
      default:
        return written === null || written === '' ? null : this.#readNumber(written, Number(attribute(cell, 's') ?? 0));
    }
  }

  #readNumber(written: string, style: number): RawValue {
    const format = this.#formats[style] ?? '';
    if (!isDateFormat(format)) return { kind: 'number', text: plainNumber(written), format };
    const day = new Date(this.#epochMs + Math.floor(Number(written)) * DAY_MS);
    return Number.isNaN(day.getTime())
      ? { kind: 'other', says: `the number ${written} is no day` }
      : { kind: 'date', text: day.toISOString().slice(0, 10) };
  }

  #part(name: string): Xml | undefined {
    const text = this.#parts.get(name);
    return text === undefined ? undefined : (parser.parse(text) as Xml);
  }

  #add(sheet: string, row: number, column: string | null, says: string): void {
    this.#issues.push({ sheet, row, column, says });
  }
}

/** How each style shows numbers: the format as it is written, of well-known ones a stand-in. */
function formatsOf(styles: Xml | undefined): readonly string[] {
  const own = new Map(
    list(child(styles, 'numFmts'), 'numFmt').map((each) => [
      Number(attribute(each, 'numFmtId')),
      attribute(each, 'formatCode') ?? '',
    ]),
  );
  return list(child(styles, 'cellXfs'), 'xf').map((each) => {
    const id = Number(attribute(each, 'numFmtId') ?? 0);
    if (DATE_FORMATS.has(id)) return 'yyyy-mm-dd';
    return PERCENT_FORMATS.has(id) ? '0%' : (own.get(id) ?? '');
  });
}

function isDateFormat(format: string): boolean {
  const bare = format.replace(/"[^"]*"|\\.|\[[^\]]*\]/g, '');
  return /[yd]/i.test(bare);
}

/** `6.5003E7` is how a file may write 65003000; what is not whole stays as it is written. */
function plainNumber(written: string): string {
  if (!/e/i.test(written)) return written;
  const value = Number(written);
  return Number.isSafeInteger(value) ? String(value) : written;
}

/** `C5` as row 5, column 2. */
function placeOf(reference: string): { readonly row: number; readonly column: number } | undefined {
  const match = /^\$?([A-Z]{1,3})\$?(\d+)$/.exec(reference);
  if (!match) return undefined;
  const column = [...(match[1] ?? '')].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
  return { row: Number(match[2]), column };
}

function isOn(value: string | undefined): boolean {
  return value === '1' || value === 'true';
}

function child(parent: Xml | undefined, name: string): Xml | undefined {
  const value = parent?.[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Xml) : undefined;
}

function list(parent: Xml | undefined, name: string): readonly Xml[] {
  const value = parent?.[name];
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  return items.map((item) => (typeof item === 'object' && item !== null ? (item as Xml) : { '#text': item }));
}

function attribute(parent: Xml | undefined, name: string): string | undefined {
  const value = parent?.[`@${name}`];
  return typeof value === 'string' ? value : undefined;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const text = typeof value === 'object' && value !== null ? (value as Xml)['#text'] : '';
  return typeof text === 'string' ? text : '';
}

/** A text may be in pieces, each with its own look. */
function textOfRuns(item: Xml): string {
  const runs = list(item, 'r');
  return runs.length > 0 ? runs.map((run) => textOf(run.t)).join('') : textOf(item.t);
}
