import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isProblem } from '../../core/index.ts';
import { RowCells } from './cells.ts';
import { reportOf, tableOf } from './flat-file.fixture.ts';
import type { FlatFileShape } from './header.ts';
import { type FlatRecord, readFlatFile } from './read-flat-file.ts';
import type { Dialect } from './records.ts';

const COLUMNS = ['id', 'title', 'amount', 'ship-postal-code'];

function shape(dialect: Dialect): FlatFileShape {
  return { dialect, required: ['id', 'amount'], amounts: ['amount'] };
}

async function read(
  source: ReturnType<typeof reportOf>,
  dialect: Dialect = 'tsv',
): Promise<readonly (FlatRecord & { amount?: bigint | undefined })[]> {
  const all: (FlatRecord & { amount?: bigint | undefined })[] = [];
  const rows = readFlatFile(source, shape(dialect), (record, file) => {
    if ('unreadable' in record) return record;
    const cells = new RowCells(record.row, file);
    return { ...record, amount: cells.amount('amount', 'EUR' as never)?.minor };
  });
  for await (const row of rows) all.push(row);
  return all;
}

async function problemOf(work: Promise<unknown>): Promise<{ code: string; says: string; row?: number | undefined }> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (isProblem(thrown)) return { code: thrown.code, says: thrown.says, row: thrown.where?.row };
  throw thrown ?? new Error('nothing was raised');
}

const cellsOf = (records: readonly FlatRecord[]) =>
  records.map((record) => ('row' in record ? record.row.cells : record.unreadable.says));

describe('a flat file', () => {
  const text = tableOf(COLUMNS, [
    { id: '1', title: 'Zürich €', amount: '1.50' },
    { id: '2', title: 'a "quote', amount: '-2.00' },
  ]);

  it.each([1, 2, 3, 5, 4096])('is the same in pieces of %i bytes, compressed or not', async (pieceBytes) => {
    const plain = await read(reportOf(text, { pieceBytes }));
    expect(cellsOf(plain)).toEqual([
      ['1', 'Zürich €', '1.50', ''],
      ['2', 'a "quote', '-2.00', ''],
    ]);
    expect(await read(reportOf(text, { pieceBytes, gzip: true }))).toEqual(plain);
  });

  it('counts physical lines from 1 and leaves blank ones out', async () => {
    const rows = await read(reportOf('id\tamount\r\n\r\n1\t1.00\r\n\t\r\n2\t2.00'));
    expect(rows.map((record) => ('row' in record ? record.row.number : null))).toEqual([3, 5]);
    expect(cellsOf(rows)).toEqual([
      ['1', '1.00'],
      ['2', '2.00'],
    ]);
  });

  it('may have its columns in any order, in any case, and others besides', async () => {
    const rows = await read(reportOf('\ufeffAmount\tnew column\tID\n1.00\tx\t7\n'));
    expect(rows).toMatchObject([{ amount: 100n, row: { cells: ['1.00', 'x', '7'] } }]);
  });

  it.each([
    ['text/plain; charset=Cp1252', Buffer.from('id\ttitle\tamount\n1\tZ\xfcrich \x80\t1\n', 'latin1'), 'Zürich €'],
    [
      'text/plain;charset=Shift_JIS',
      Buffer.from([...Buffer.from('id\ttitle\tamount\n1\t'), 0x93, 0xfa, 0x96, 0x7b, ...Buffer.from('\t1\n')]),
      '日本',
    ],
    ['text/plain', Buffer.from('id\ttitle\tamount\n1\tZürich\t1\n', 'utf8'), 'Zürich'],
    ['text/plain', Buffer.from('id\ttitle\tamount\n1\tZ\xfcrich\t1\n', 'latin1'), 'Zürich'],
  ])('that comes as %s is read in its charset', async (contentType, bytes, title) => {
    expect(await read(reportOf(bytes, { contentType, pieceBytes: 1 }))).toMatchObject([
      { row: { cells: ['1', title, '1'] } },
    ]);
  });

  it.each([
    [
      ['1,50', '1.234,00'],
      [150n, 123_400n],
    ],
    [
      ['1.50', '1,234.00'],
      [150n, 123_400n],
    ],
    [
      ['15', '20'],
      [1500n, 2000n],
    ],
  ])('writes its amounts one way, learnt from all of them: %j', async (amounts, minors) => {
    const rows = await read(
      reportOf(
        tableOf(
          COLUMNS,
          amounts.map((amount, id) => ({ id: `${id}`, amount })),
        ),
      ),
    );
    expect(rows.map(({ amount }) => amount)).toEqual(minors);
  });

  it('in commas has cells in quotes, with commas, quotes and line ends in them', async () => {
    const csv = '"id","title","amount"\n1,"a, ""b""\nc",1.00\n2,plain "quote,2.00\n';
    for (const pieceBytes of [1, 4, 100]) {
      const rows = await read(reportOf(csv, { pieceBytes }), 'csv');
      expect(cellsOf(rows)).toEqual([
        ['1', 'a, "b"\nc', '1.00'],
        ['2', 'plain "quote', '2.00'],
      ]);
      expect(rows.map((record) => ('row' in record ? record.row.number : null))).toEqual([2, 4]);
    }
  });
});

describe('a row that cannot be read', () => {
  const good = { id: '9', amount: '1.00' };
  const around = (row: string) => `${tableOf(COLUMNS, [good])}${row}\n9\t\t1.00\t\n`;

  it.each([
    ['too few cells', '1\tx', 'row 3: it has 2 cells; the columns that are needed take 3'],
    ['a cell behind the last column', '1\tx\t1.00\t\tmore', 'row 3: it has 5 cells for 4 columns'],
    ['a zero byte', '1\tx\u0000\t1.00\t', 'row 3: it holds a zero byte'],
  ])('because of %s is kept aside, and the others are read', async (_, row, says) => {
    const rows = await read(reportOf(around(row)));
    expect(rows).toHaveLength(3);
    expect(rows[1]).toMatchObject({ unreadable: { says, source: { file: 'a report', row: 3 } } });
    expect(JSON.stringify(rows[1])).not.toContain('\\u0000');
  });

  it('because its bytes are not of the declared charset is kept aside', async () => {
    const bytes = Buffer.from(around('1\tZ\xfc\t1.00\t'), 'latin1');
    expect((await read(reportOf(bytes)))[1]).toMatchObject({ unreadable: { says: 'row 3: its bytes are not utf-8' } });
  });

  it('because a quoted cell never ends is kept aside', async () => {
    const rows = await read(reportOf('id,title,amount\n1,a,1.00\n2,"b,2.00\n'), 'csv');
    expect(rows[1]).toMatchObject({ unreadable: { says: 'row 3: the file ends within a quoted cell' } });
  });

  it('control: empty cells behind the last column are no fault', async () => {
    expect(await read(reportOf(around('1\tx\t1.00\t\t\t')))).toHaveLength(3);
    expect((await read(reportOf(around('1\tx\t1.00\t\t\t')))).some((record) => 'unreadable' in record)).toBe(false);
  });

  it('is kept without what may be about a person', async () => {
    const rows = await read(reportOf(around('1\tx\u0000\t1.00\t12345')));
    expect(rows[1]).toMatchObject({ unreadable: { source: { cells: { id: '1', title: 'x\ufffd', amount: '1.00' } } } });
    const shifted = await read(reportOf(around('1\tx\ty\t1.00\t12345')));
    expect(shifted[1]).toMatchObject({ unreadable: { source: { cells: { id: '1', title: 'x', amount: 'y' } } } });
    expect(JSON.stringify([rows[1], shifted[1]])).not.toContain('12345');
  });
});

describe('what is no flat file', () => {
  it.each([
    ['nothing', '', 'REPORT_NOT_A_TABLE'],
    ['a page', '<!doctype html><html></html>', 'REPORT_NOT_A_TABLE'],
    ['an error', '{"errors":[]}', 'REPORT_NOT_A_TABLE'],
    ['another table', 'a\tb\n1\t2\n', 'REPORT_NOT_A_TABLE'],
    ['a column twice', 'id\tamount\tid\n', 'REPORT_NOT_A_TABLE'],
    ['line ends of one carriage return', 'id\tamount\r1\t1.00\r', 'REPORT_NOT_A_TABLE'],
    ['a blank first row', '\nid\tamount\n', 'REPORT_NOT_A_TABLE'],
    ['a lost column', 'id\ttitle\n1\tx\n', 'REPORT_COLUMN_MISSING'],
    ['UTF-16', Buffer.from('\ufeffid\tamount\n', 'utf16le'), 'REPORT_CHARSET_WRONG'],
    ['UTF-16 without its mark', Buffer.from('id\tamount\n', 'utf16le'), 'REPORT_CHARSET_WRONG'],
    ['a file compressed twice', gzipSync(gzipSync('id\tamount\n')), 'REPORT_NOT_A_TABLE'],
    ['half a compressed file', gzipSync('id\tamount\n1\t1.00\n').subarray(0, 25), 'REPORT_DAMAGED'],
    ['an endless row', `id\tamount\n1\t${'x'.repeat(70_000)}`, 'REPORT_ROW_TOO_LONG'],
  ])('%s is a problem of its own', async (_, content, code) => {
    expect((await problemOf(read(reportOf(content, { pieceBytes: 1000 })))).code).toBe(code);
  });

  it('names what is missing, and the row that is too long', async () => {
    expect((await problemOf(read(reportOf('id\ttitle\n')))).says).toContain('lacks the column amount');
    const long = `id\tamount\n1\t1.00\n2\t${'x'.repeat(70_000)}\n`;
    expect(await problemOf(read(reportOf(long, { pieceBytes: 5000 })))).toMatchObject({ row: 3 });
  });

  it('a charset that nobody knows is not guessed', async () => {
    const contentType = 'text/plain; charset=utf-16le';
    expect(await problemOf(read(reportOf('id\tamount\n', { contentType })))).toMatchObject({
      code: 'REPORT_CHARSET_WRONG',
    });
  });

  it('control: a header without rows is a report without rows', async () => {
    expect(await read(reportOf('id\tamount\n'))).toEqual([]);
    expect(await read(reportOf('id\tamount'))).toEqual([]);
  });
});
