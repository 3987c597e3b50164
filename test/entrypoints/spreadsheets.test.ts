import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { isProblem } from '../../src/core/index.ts';
import { templateText } from '../../src/entrypoints/files.ts';
import { tableFileOf, textOfTableFile } from '../../src/entrypoints/spreadsheets/table-files.ts';
import {
  columnsOf,
  diffTables,
  letterOf,
  readTableContent,
  sayRowChange,
  tableSections,
} from '../../src/mapping/index.ts';
import { TABLE_TEXT } from './mapping-table.ts';

const changesOf = (before: string, after: string) =>
  diffTables(readTableContent(before), readTableContent(after)).map(sayRowChange);

async function dataOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (thrown) {
    if (isProblem(thrown)) return `${thrown.code}: ${thrown.data ?? thrown.says}`;
    throw thrown;
  }
  return 'no problem';
}

/** A workbook whose XML is changed as a spreadsheet program or a person would. */
function editXlsx(bytes: Uint8Array, change: (name: string, xml: string) => string): Uint8Array {
  const files = Object.entries(unzipSync(bytes)).map(([name, content]): [string, Uint8Array] => [
    name,
    /\.xml$/.test(name) ? strToU8(change(name, strFromU8(content))) : content,
  ]);
  return zipSync(Object.fromEntries(files), { level: 0 });
}

let xlsx: Uint8Array;
let csv: string;
beforeAll(async () => {
  xlsx = await tableFileOf(TABLE_TEXT, 'xlsx');
  csv = Buffer.from(await tableFileOf(TABLE_TEXT, 'csv')).toString();
});

const sheetOf = (section: string) => 1 + tableSections().findIndex(({ name }) => name === section);
/** `glAccount 2` of a section as its sheet names the cell: `D2`. */
function cellOf(section: string, place: string): string {
  const [column = '', row = ''] = place.split(' ');
  const shape = tableSections().find(({ name }) => name === section)!;
  return `${letterOf(columnsOf(shape).indexOf(column))}${row}`;
}

/** The workbook with one cell of a sheet in another form. */
const withCell = (section: string, place: string, xml: string) =>
  editXlsx(xlsx, (name, text) => {
    const cell = cellOf(section, place);
    const before = new RegExp(`<c r="${cell}"[^>]*?(?:/>|>.*?</c>)`);
    return name === `xl/worksheets/sheet${sheetOf(section)}.xml`
      ? text.replace(before, xml.replace('<c', `<c r="${cell}"`))
      : text;
  });

describe('a spreadsheet of an account table', () => {
  it('of the template reads back as the same rows, as workbook and as CSV', async () => {
    for (const format of ['xlsx', 'csv'] as const) {
      const bytes = await tableFileOf(templateText(), format);
      expect(changesOf(templateText(), await textOfTableFile(`t.${format}`, bytes))).toEqual([]);
    }
  });

  it.each([
    [
      'a G/L account that became a number',
      'assignments',
      'glAccount 2',
      '<c><v>41000001</v></c>',
      ['assignments: product-sale, any marketplace: glAccount 41000000 → 41000001'],
    ],
    [
      'a number in powers of ten',
      'assignments',
      'glAccount 2',
      '<c><v>4.1000001E7</v></c>',
      ['assignments: product-sale, any marketplace: glAccount 41000000 → 41000001'],
    ],
    [
      'spaces at the ends',
      'assignments',
      'glAccount 2',
      '<c t="inlineStr"><is><t xml:space="preserve"> 41000000\u00a0</t></is></c>',
      [],
    ],
    ['a rate that became a number', 'taxCodes', 'rate 2', '<c><v>16</v></c>', ['taxCodes: tax code A1: rate 19 → 16']],
    [
      'a text in pieces',
      'assignments',
      'glAccount 2',
      '<c t="inlineStr"><is><r><t>4100</t></r><r><t>0000</t></r></is></c>',
      [],
    ],
  ])('takes %s', async (_, sheet, cell, xml, changes) => {
    expect(changesOf(TABLE_TEXT, await textOfTableFile('t.xlsx', withCell(sheet, cell, xml)))).toEqual(changes);
  });

  it.each([
    [
      'a company code that lost its zeros',
      'companyCodes',
      'companyCode 2',
      '<c><v>1</v></c>',
      'sheet companyCodes, row 2, column {}: companyCode is the number 1, which may have lost its leading zeros: write it as text',
    ],
    [
      'a formula',
      'assignments',
      'glAccount 2',
      '<c><f>41000000+1</f><v>41000001</v></c>',
      'sheet assignments, row 2, column {}: the cell holds a formula: write its value',
    ],
    [
      'an error',
      'assignments',
      'glAccount 2',
      '<c t="e"><v>#REF!</v></c>',
      'sheet assignments, row 2, column {}: the cell shows the error #REF!',
    ],
    [
      'a truth value',
      'assignments',
      'glAccount 2',
      '<c t="b"><v>1</v></c>',
      'sheet assignments, row 2, column {}: the cell is TRUE or FALSE: write a text',
    ],
    [
      'a number with decimals for a code',
      'assignments',
      'glAccount 2',
      '<c><v>41000000.5</v></c>',
      'sheet assignments, row 2, column {}: glAccount is the number 41000000.5: write it as text, digit by digit',
    ],
    [
      'a bare number for a day',
      'assignments',
      'validFrom 2',
      '<c><v>46023</v></c>',
      'sheet assignments, row 2, column {}: the number 46023 is no day: write it as a date or as 2027-01-31',
    ],
    [
      'a column that there is not',
      'assignments',
      'glAccount 1',
      '<c t="inlineStr"><is><t>glAcount</t></is></c>',
      'sheet assignments, row 1, column {}: column glAcount is not known; did you mean glAccount?',
    ],
    [
      'what the table itself refuses',
      'assignments',
      'kind 2',
      '<c t="inlineStr"><is><t>product-sales</t></is></c>',
      'sheet assignments, row 2, column {}: product-sales is not a line kind; did you mean product-sale',
    ],
  ])('SPREADSHEET_INVALID: refuses %s by sheet, row and column', async (_, sheet, cell, xml, says) => {
    const data = await dataOf(textOfTableFile('t.xlsx', withCell(sheet, cell, xml)));
    expect(data).toContain('SPREADSHEET_INVALID');
    expect(data).toContain(says.replace('{}', cellOf(sheet, cell).replace(/\d+$/, '')));
  });

  it('takes days by their format, from both calendars', async () => {
    const dated = editXlsx(withCell('assignments', 'validFrom 3', '<c s="99"><v>46388</v></c>'), (name, text) =>
      name === 'xl/styles.xml'
        ? text.replace(
            /<cellXfs[^>]*>.*<\/cellXfs>/s,
            `<cellXfs>${'<xf numFmtId="0"/>'.repeat(99)}<xf numFmtId="14"/></cellXfs>`,
          )
        : text,
    );
    const expected = 'assignments: shipping-income, any marketplace, from 2027-01-01 added: ';
    expect((await changesAfter(dated)).join('\n')).toContain(expected);
    const from1904 = editXlsx(dated, (name, text) =>
      name === 'xl/workbook.xml'
        ? text.replace(/<workbookPr[^>]*\/>|(<sheets>)/, '<workbookPr date1904="1"/>$1')
        : text,
    );
    expect((await changesAfter(from1904)).join('\n')).toContain('from 2031-01-02 added');
  });

  const changesAfter = async (bytes: Uint8Array) => changesOf(TABLE_TEXT, await textOfTableFile('t.xlsx', bytes));

  it.each([
    [
      'a hidden sheet',
      'workbook',
      (xml: string) => xml.replace('name="taxCodes"', 'name="taxCodes" state="hidden"'),
      'sheet taxCodes: the sheet is hidden',
    ],
    [
      'a sheet of another name',
      'workbook',
      (xml: string) => xml.replace('name="taxCodes"', 'name="taxcode"'),
      'sheet taxcode: the sheet is no section of an account table; did you mean taxCodes?',
    ],
    [
      'a hidden row',
      'assignments',
      (xml: string) => xml.replace('<row r="2"', '<row hidden="1" r="2"'),
      'sheet assignments, row 2: the row is hidden, perhaps by a filter',
    ],
    [
      'merged cells',
      'assignments',
      (xml: string) => xml.replace('</sheetData>', '</sheetData><mergeCells><mergeCell ref="A2:A3"/></mergeCells>'),
      'sheet assignments, row 2, column A: the cells A2:A3 are merged',
    ],
  ])('SPREADSHEET_INVALID: refuses %s, because it is not what a person sees', async (_, part, change, says) => {
    const bytes = editXlsx(xlsx, (name, xml) =>
      name === (part === 'workbook' ? 'xl/workbook.xml' : `xl/worksheets/sheet${sheetOf(part)}.xml`)
        ? change(xml)
        : xml,
    );
    expect(await dataOf(textOfTableFile('t.xlsx', bytes))).toContain(says);
  });

  it('SPREADSHEET_UNREADABLE: what is no such file is said to be none', async () => {
    expect(await dataOf(textOfTableFile('t.xlsx', Buffer.from('PK no')))).toContain('it is not a workbook');
    expect(await dataOf(textOfTableFile('t.csv', Buffer.from('a,b\n')))).toContain(
      'its first column is not named section',
    );
    expect(await dataOf(textOfTableFile('t.csv', Buffer.from('section,kind\n"open\n')))).toContain(
      'SPREADSHEET_UNREADABLE',
    );
    expect(await dataOf(textOfTableFile('t.csv', Buffer.from([0x73, 0xe4])))).toContain('save it as "CSV UTF-8"');
  });
});

describe('an account table as CSV', () => {
  const changesAfter = async (text: string) => changesOf(TABLE_TEXT, await textOfTableFile('t.csv', Buffer.from(text)));

  it('takes semicolons and tabs, and G/L accounts with decimals', async () => {
    const semicolons = csv.replaceAll(',', ';').replaceAll('41000000;', '41000000.0;');
    expect(await changesAfter(semicolons)).toEqual([]);
    expect(await changesAfter(csv.replaceAll(',', '\t'))).toEqual([]);
  });

  it('SPREADSHEET_INVALID: tells a company code that lost its zeros, and a value in a column of another section', async () => {
    const lost = csv.replace('companyCodes,0001', 'companyCodes,1');
    expect(await dataOf(textOfTableFile('t.csv', Buffer.from(lost)))).toContain(
      'row 2, column B: companyCode is the number 1',
    );
    const moved = csv.replace(/^(assignments,)/m, '$10001');
    expect(await dataOf(textOfTableFile('t.csv', Buffer.from(moved)))).toContain(
      'column B: assignments has no column companyCode',
    );
    const unnamed = csv.replace(/^assignments,/m, 'assignment,');
    expect(await dataOf(textOfTableFile('t.csv', Buffer.from(unnamed)))).toContain(
      'assignment is no section of an account table',
    );
  });

  it('a text that a spreadsheet would compute carries an apostrophe, and loses it again', async () => {
    const text = TABLE_TEXT.replace('text: sales', `text: "=HYPERLINK(\\"http://x\\")"`).replace(
      'text: fees',
      `text: "'-1"`,
    );
    const file = Buffer.from(await tableFileOf(text, 'csv')).toString();
    expect(file).toContain(`"'=HYPERLINK(""http://x"")"`);
    expect(file).toContain(`''-1`);
    expect(changesOf(text, await textOfTableFile('t.csv', Buffer.from(file)))).toEqual([]);
    // control: the text without it would be a formula.
    expect(changesOf(TABLE_TEXT, text)).toHaveLength(2);
  });
});
