/** What other programs find in the files that the program writes. */
import { inflateSync } from 'node:zlib';
import { XMLParser } from 'fast-xml-parser';
import { strFromU8, unzipSync } from 'fflate';

interface XmlNode {
  readonly [name: string]: XmlNode | readonly XmlNode[] | string | undefined;
}

export interface ReadSheet {
  readonly name: string;
  /** Numbers as numbers, text as text, with the number format behind a space: `12.5 #,##0.00`. */
  readonly cells: readonly (readonly string[])[];
  readonly frozenRows: number;
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  isArray: (name) => ['sheet', 'row', 'c', 'si', 'xf', 'numFmt', 'Relationship'].includes(name),
});

function list(node: unknown): readonly XmlNode[] {
  return (node ?? []) as readonly XmlNode[];
}

// biome-ignore lint/suspicious/noExplicitAny: a parsed document has no type
type Parsed = any;

export function readXlsx(bytes: Uint8Array): ReadSheet[] {
  const files = unzipSync(bytes);
  const xml = (name: string): Parsed => parser.parse(strFromU8(files[name] ?? new Uint8Array()));
  const strings = list(xml('xl/sharedStrings.xml').sst?.si).map(({ t }: Parsed) => String(t?.['#text'] ?? t ?? ''));
  const styles = xml('xl/styles.xml').styleSheet;
  const formats = new Map(list(styles.numFmts?.numFmt).map((each: Parsed) => [each['@numFmtId'], each['@formatCode']]));
  const formatOf = list(styles.cellXfs.xf).map((each: Parsed) => formats.get(each['@numFmtId']) ?? each['@numFmtId']);
  const targets = new Map(
    list(xml('xl/_rels/workbook.xml.rels').Relationships.Relationship).map((each: Parsed) => [
      each['@Id'],
      each['@Target'],
    ]),
  );
  return list(xml('xl/workbook.xml').workbook.sheets.sheet).map((sheet: Parsed) => {
    const { worksheet } = xml(`xl/${targets.get(sheet['@r:id'])}`);
    return {
      name: sheet['@name'],
      frozenRows: Number(worksheet.sheetViews?.sheetView?.pane?.['@ySplit'] ?? 0),
      cells: list(worksheet.sheetData.row).map((row: Parsed) =>
        list(row.c).map((cell: Parsed) => {
          const value = cell.v?.['#text'] ?? cell.v ?? '';
          if (cell['@t'] === 's') return strings[Number(value)] ?? '';
          if (cell['@t'] === 'inlineStr') return String(cell.is?.t?.['#text'] ?? cell.is?.t ?? '');
          return value === '' ? '' : `${value} ${formatOf[Number(cell['@s'] ?? 0)]}`;
        }),
      ),
    };
  });
}

/** The texts of each page, in the order in which they are drawn. */
export function readPdf(bytes: Uint8Array): string[][] {
  const text = Buffer.from(bytes).toString('latin1');
  const objects = new Map(
    [...text.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)].map(([, id = '', body = '']) => [id, body]),
  );
  const streamOf = (id: string): string => {
    const [, data = ''] = /stream\n([\s\S]*)\nendstream/.exec(objects.get(id) ?? '') ?? [];
    return inflateSync(Buffer.from(data, 'latin1')).toString('latin1');
  };
  const pages = [...objects.values()].filter((body) => /\/Type \/Page\n/.test(body));
  return pages.map((body) => {
    const resources = objects.get(/\/Resources (\d+) 0 R/.exec(body)?.[1] ?? '') ?? '';
    const fonts = new Map(
      [...resources.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name = '', id = '']) => {
        const unicode = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id) ?? '')?.[1] ?? '';
        return [name, charactersOf(streamOf(unicode))];
      }),
    );
    return drawnIn(streamOf(/\/Contents (\d+) 0 R/.exec(body)?.[1] ?? ''), fonts);
  });
}

function charactersOf(cmap: string): readonly string[] {
  return [...cmap.matchAll(/beginbfrange\n([\s\S]*?)\nendbfrange/g)].flatMap(([, range = '']) =>
    [...(/\[(.*)\]/.exec(range)?.[1] ?? '').matchAll(/<([0-9a-f ]*)>/gi)].map(([, hex = '']) =>
      Buffer.from(hex.replaceAll(' ', ''), 'hex').swap16().toString('utf16le'),
    ),
  );
}

function drawnIn(content: string, fonts: ReadonlyMap<string, readonly string[]>): string[] {
  let characters: readonly string[] = [];
  const drawn: string[] = [];
  for (const [, font, glyphs] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[(.*)\] TJ/g)) {
    if (font !== undefined) characters = fonts.get(font) ?? [];
    if (glyphs === undefined) continue;
    const ids = [...glyphs.matchAll(/<([0-9a-f]+)>/gi)].map(([, hex = '']) => hex).join('');
    drawn.push((ids.match(/.{4}/g) ?? []).map((id) => characters[Number.parseInt(id, 16)] ?? '?').join(''));
  }
  return drawn;
}
