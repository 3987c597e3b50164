/** A report looks the same in every format: nothing is lost, nothing is computed, and the same report is the same file. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { parse } from 'csv-parse/sync';
import { afterAll, describe, expect, it } from 'vitest';
import { toProblem } from '../../src/core/index.ts';
import { createTerminal } from '../../src/entrypoints/cli/terminal.ts';
import {
  REPORT_FORMATS,
  type ReportOptions,
  renderReport,
  writeReport,
} from '../../src/entrypoints/reports/write-report.ts';
import { QUICK_FOLDER } from '../store/quick-folder.ts';
import { readPdf, readXlsx } from './read-back.ts';
import { SAMPLE } from './sample-report.ts';

const folder = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-reports-`);
afterAll(() => rmSync(folder, { recursive: true }));

const textOf = async (...args: Parameters<typeof renderReport>) => Buffer.from(await renderReport(...args)).toString();

describe('the same report', () => {
  it.each(REPORT_FORMATS)('gives the same bytes every time as %s', async (format) => {
    const first = await renderReport(SAMPLE, format);
    expect(first.length).toBeGreaterThan(100);
    expect(Buffer.from(await renderReport(SAMPLE, format)).equals(first)).toBe(true);
  });

  it.each(REPORT_FORMATS)('control: another amount gives another %s', async (format) => {
    const [fees, ...rest] = SAMPLE.sections;
    const rows = (fees?.rows ?? []).map((row, index) => (index === 0 ? { ...row, count: 1235 } : row));
    const other = { ...SAMPLE, sections: [{ ...fees, rows } as (typeof SAMPLE.sections)[number], ...rest] };
    expect(Buffer.from(await renderReport(other, format)).equals(await renderReport(SAMPLE, format))).toBe(false);
  });
});

describe('a table', () => {
  it('has its facts above, numbers to the right, currencies in a column and its total below', async () => {
    expect(await textOf(SAMPLE, 'table')).toMatchInlineSnapshot(`
      "Sample: fees, “quoted”
        connection  acme
        from        2026-10-01
        total       1,234,567.89 EUR
        open        

      Fees by kind
        SKU                day         count  % of sales  currency                 amount  open
        =HYPERLINK("x")    2026-10-31  1,234       12.50  EUR                       -0.01  yes
        -A, "B"\\u000aC     2026-02-28      0       -0.05  EUR                    1,234.56  no
        Größe Ελλάδα 日本                  7        0.00  JPY                       1,999
        0012                               7        0.00  EUR       12,345,678,901,234.56
        total                          1,248
        Without advertising.

      Moved: from/to
        before currency  before  after currency  after
        EUR                1.00  JPY                 7

      Moved: from/to
        (none)

      Complete until 2026-10-31.
      "
    `);
  });
});

describe('CSV', () => {
  it('defuses what a spreadsheet would compute, quotes what needs it and ends lines as RFC 4180 says', async () => {
    const text = await textOf(SAMPLE, 'csv', { section: 'fees' });
    expect(text).toMatchInlineSnapshot(`
      "SKU,day,count,% of sales,currency,amount,open
      "'=HYPERLINK(""x"")",2026-10-31,1234,12.50,EUR,-0.01,yes
      "'-A, ""B""
      C",2026-02-28,0,-0.05,EUR,1234.56,no
      Größe Ελλάδα 日本,,7,0.00,JPY,1999,
      0012,,7,0.00,EUR,12345678901234.56,
      total,,1248,,,,
      "
    `);
    expect(text.split('\r\n').at(-1)).toBe('');
  });

  it('is read back as it was, and negative amounts stay numbers', async () => {
    const records = parse(await textOf(SAMPLE, 'csv', { section: 'fees', bom: true }), { bom: true, columns: true });
    expect(records).toHaveLength(5);
    expect(records[0]).toMatchObject({ SKU: '\'=HYPERLINK("x")', amount: '-0.01', currency: 'EUR', day: '2026-10-31' });
    expect(records[1]).toMatchObject({ SKU: '\'-A, "B"\nC', '% of sales': '-0.05' });
    expect(records[3]).toMatchObject({ SKU: '0012', amount: '12345678901234.56' });
  });

  it('without a section has all tables with their titles, facts and notes', async () => {
    const records = parse(await textOf(SAMPLE, 'csv'), { relaxColumnCount: true, skipEmptyLines: false }) as string[][];
    expect(records.map(([first]) => first)).toEqual(
      expect.arrayContaining([SAMPLE.title, 'connection', 'Fees by kind', 'Without advertising.', 'Moved: from/to']),
    );
  });

  it('names the tables there are when another one is asked for', async () => {
    const problem = await renderReport(SAMPLE, 'csv', { section: 'fee' }).catch(toProblem);
    expect(problem).toMatchObject({
      code: 'REPORT_SECTION_UNKNOWN',
      next: expect.stringContaining('fees, moved, none'),
    });
  });
});

describe('JSON', () => {
  it('has amounts as decimal text with their currency', async () => {
    const json = JSON.parse(await textOf(SAMPLE, 'json'));
    expect(json.facts[2]).toEqual({ title: 'total', value: { amount: '1234567.89', currency: 'EUR' } });
    expect(json.sections[0].rows[3]).toEqual({
      sku: '0012',
      day: null,
      count: 7,
      share: 0,
      amount: { amount: '12345678901234.56', currency: 'EUR' },
      isOpen: null,
    });
  });
});

describe('a spreadsheet', () => {
  it('has a sheet per table with a frozen heading, and numbers and days that can be computed with', async () => {
    const [front, fees, moved, none] = readXlsx(await renderReport(SAMPLE, 'xlsx'));
    expect([front, fees, moved, none].map((sheet) => sheet?.name)).toEqual([
      'Report',
      'Fees by kind',
      'Moved  from to',
      'Moved  from to 2',
    ]);
    expect(front?.cells.flat()).toEqual(
      expect.arrayContaining([SAMPLE.title, 'acme', '1234567.89 EUR', ...SAMPLE.notes]),
    );
    expect(fees?.frozenRows).toBe(1);
    expect(fees?.cells[0]).toEqual(['SKU', 'day', 'count', '% of sales', 'currency', 'amount', 'open']);
    expect(fees?.cells[1]).toEqual([
      '=HYPERLINK("x")',
      '46326 yyyy-mm-dd',
      '1234 #,##0',
      '12.5 0.00',
      'EUR',
      '-0.01 #,##0.00',
      'yes',
    ]);
    expect(fees?.cells[3]?.slice(-2)).toEqual(['JPY', '1999 #,##0']);
    expect(moved?.cells[0]).toEqual(['before currency', 'before', 'after currency', 'after']);
  });

  it('keeps an amount with more digits than a spreadsheet keeps as text, and text that looks like a number as text', async () => {
    const [, fees] = readXlsx(await renderReport(SAMPLE, 'xlsx'));
    expect(fees?.cells[4]).toContain('12345678901234.56');
    expect(fees?.cells[4]?.[0]).toBe('0012');
  });
});

describe('a PDF', () => {
  it('has every value, its pages numbered, and a box with a note for what its font cannot show', async () => {
    const [page = [], ...more] = readPdf(await renderReport(SAMPLE, 'pdf'));
    expect(more).toEqual([]);
    const text = page.join('\n');
    for (const value of [
      '-0.01',
      '1,234.56',
      '1,999',
      '12,345,678,901,234.56',
      '2026-10-31',
      '12.50',
      'Größe Ελλάδα □□',
    ]) {
      expect(text).toContain(value);
    }
    expect(text).toContain('2 characters are not in the font');
    expect(text).toContain('Page 1 of 1');
  });

  it('breaks a long text into lines and leaves headings and numbers whole', async () => {
    const sku = 'A text that is far too long for its column '.repeat(6).trim();
    const [fees] = SAMPLE.sections;
    const rows = [{ ...fees?.rows[1], sku }];
    const wide = { ...SAMPLE, sections: [{ ...fees, rows } as (typeof SAMPLE.sections)[number]] };
    const drawn = readPdf(await renderReport(wide, 'pdf')).flat();
    expect(drawn).toEqual(expect.arrayContaining(['% of sales', 'currency', '2026-02-28', '1,234.56']));
    expect(drawn).not.toContain(sku);
    expect(drawn.join(' ').replace(/ +/g, ' ')).toContain(sku);
  });

  it('repeats title and headings on every page, and no row is lost between pages', async () => {
    const rows = Array.from({ length: 200 }, (_, index) => ({ sku: `SKU-${index}`, count: index }));
    const [fees] = SAMPLE.sections;
    const long = { ...SAMPLE, sections: [{ ...fees, rows } as (typeof SAMPLE.sections)[number]] };
    const pages = readPdf(await renderReport(long, 'pdf', { paper: 'letter' }));
    expect(pages.length).toBeGreaterThan(2);
    const drawn = pages.flat();
    expect(rows.filter(({ sku }) => !drawn.includes(sku))).toEqual([]);
    for (const [index, page] of pages.entries()) {
      expect(page).toContain(`Page ${index + 1} of ${pages.length}`);
      expect(page).toContain('SKU');
      expect(page.join(' ')).toContain(SAMPLE.title);
    }
  });
});

describe('where a report goes', () => {
  async function write(options: ReportOptions, isJson = false) {
    let out = '';
    const stream = { write: (text: string) => (out += text) };
    const terminal = createTerminal({ out: stream, err: stream }, { isJson, noColor: true });
    const problem = await writeReport(terminal, SAMPLE, options).then(() => undefined, toProblem);
    return { out, problem };
  }

  it('the terminal gets a table, CSV or JSON, with --json nothing but JSON', async () => {
    expect((await write({})).out).toBe(await textOf(SAMPLE, 'table'));
    expect((await write({ format: 'csv' })).out).toBe(await textOf(SAMPLE, 'csv'));
    expect((await write({ format: 'json' })).out).toBe(await textOf(SAMPLE, 'json'));
    expect((await write({}, true)).out).toBe(await textOf(SAMPLE, 'json'));
  });

  it('a file gets what its name says, whole, and its SHA-256 is told', async () => {
    for (const name of ['a.txt', 'a.csv', 'a.json', 'a.xlsx', 'a.PDF']) {
      const output = join(folder, name);
      const { out } = await write({ output }, true);
      expect(JSON.parse(out)).toMatchObject({ file: output, bytes: readFileSync(output).length });
    }
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it.each([
    ['REPORT_OUTPUT_MISSING', { format: 'pdf' }, false],
    ['REPORT_OUTPUT_MISSING', { format: 'csv' }, true],
    ['REPORT_FORMAT_UNCLEAR', { output: join(folder, 'report.doc') }, false],
    ['FILE_NOT_WRITTEN', { output: join(folder, 'no', 'such.csv') }, false],
  ] as const)('%s says what to do', async (code, options, isJson) => {
    const { problem, out } = await write(options, isJson);
    expect(problem).toMatchObject({ code, kind: 'invalid' });
    expect(out).toBe('');
  });
});

it('a command of the frame takes arguments, options and formats', async () => {
  const { addReportCommand } = await import('../../src/entrypoints/cli/report-commands.ts');
  const seen: unknown[] = [];
  const program = new Command();
  addReportCommand(
    program,
    (work) =>
      async (...args) =>
        void (await work(
          {
            terminal: createTerminal(
              { out: { write: () => 0 }, err: { write: () => 0 } },
              { isJson: false, noColor: true },
            ),
          } as never,
          ...(args as never[]),
        )),
    {
      name: 'sample',
      description: 'a sample',
      declare: (command) => command.argument('<month>').option('--by <what>'),
      make: async (_context, month: string, options: { by?: string }) => {
        seen.push(month, options.by);
        return SAMPLE;
      },
    },
  );
  const output = join(folder, 'by-command.csv');
  await program.parseAsync(['node', 'x', 'sample', '2026-10', '--by', 'sku', '--section', 'fees', '--output', output]);
  expect(seen).toEqual(['2026-10', 'sku']);
  expect(readFileSync(output, 'utf8')).toBe(await textOf(SAMPLE, 'csv', { section: 'fees' }));
});
