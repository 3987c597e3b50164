import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSettlementFile } from './index.ts';
import {
  COLUMNS,
  DETAIL,
  FEE,
  type Fields,
  fileText,
  readAll,
  rowText,
  SUMMARY,
  sourceOf,
  sumOf,
} from './settlement-text.fixture.ts';

const EUR: Fields = {
  ...SUMMARY,
  'settlement-start-date': '01.10.2026 22:07:18 UTC',
  'settlement-end-date': '15.10.2026 22:07:18 UTC',
  'deposit-date': '17.10.2026 22:07:18 UTC',
  'total-amount': '1141,18',
  currency: 'EUR',
};
const EUR_DETAIL: Fields = {
  ...DETAIL,
  amount: '1.141,18',
  'posted-date': '03.10.2026',
  'posted-date-time': '03.10.2026 08:14:22 UTC',
  'marketplace-name': 'Amazon.de',
};

async function read(rows: readonly (Fields | string)[], options?: Parameters<typeof fileText>[1]) {
  return readAll(sourceOf(fileText(rows, options)));
}

describe('a settlement file', () => {
  it('is read row by row with its summary apart', async () => {
    const { header, reading, lines } = await read([SUMMARY, DETAIL, FEE]);
    expect(header).toEqual({
      settlementId: '70000000001',
      startAt: Date.UTC(2026, 9, 1, 22, 7, 18) / 1000,
      endAt: Date.UTC(2026, 9, 15, 22, 7, 18) / 1000,
      depositAt: Date.UTC(2026, 9, 17, 22, 7, 18) / 1000,
      currency: 'USD',
      total: { currency: 'USD', minor: 1725n },
      row: 2,
    });
    expect(lines).toEqual([
      {
        row: 3,
        transactionType: 'Order',
        amountType: 'ItemPrice',
        amountDescription: 'Principal',
        marketplace: 'Amazon.com',
        channel: 'AFN',
        amountMinor: 2025n,
        postedAt: '2026-10-03T08:14:22.000Z',
        orderId: '111-7654321-1234567',
        sku: 'TEA-250',
      },
      expect.objectContaining({ row: 4, amountDescription: 'Commission', amountMinor: -300n }),
    ]);
    expect(reading).toMatchObject({ lineCount: 2, lastRow: 4, header });
    expect(reading.format).toEqual({
      charset: 'utf-8',
      charsetFrom: 'detected',
      decimalMark: '.',
      datePattern: 'yyyy-MM-dd',
      compression: 'none',
      columnCount: 24,
    });
  });

  it('may have its columns in any order, with others among them', async () => {
    const columns = ['new-column', ...[...COLUMNS].reverse()];
    const { lines, reading } = await read([SUMMARY, DETAIL, FEE], { columns });
    expect(sumOf(lines)).toBe(1725n);
    expect(lines[0]).toMatchObject({ orderId: '111-7654321-1234567', sku: 'TEA-250', marketplace: 'Amazon.com' });
    expect(reading.format.columnCount).toBe(25);
  });

  it('may have 23 columns, or rows that end early after the columns that are needed', async () => {
    const older = COLUMNS.slice(0, 23);
    expect((await read([SUMMARY, DETAIL, FEE], { columns: older })).reading.format.columnCount).toBe(23);
    const short = [SUMMARY, DETAIL, FEE].map((row) => rowText(row, older));
    const { reading, lines } = await read(short);
    expect(reading.format.columnCount).toBe(24);
    expect(sumOf(lines)).toBe(1725n);
  });

  it('may have a summary row that ends after its last value', async () => {
    const summary = rowText(SUMMARY, COLUMNS.slice(0, 6));
    expect(sumOf((await read([summary, DETAIL, FEE])).lines)).toBe(1725n);
  });

  it('may have its summary behind other rows', async () => {
    const { header, lines } = await read([DETAIL, SUMMARY, FEE]);
    expect(header.row).toBe(3);
    expect(lines.map((line) => line.row)).toEqual([2, 4]);
  });

  it('may have one complete last row without a line end', async () => {
    const { lines, reading } = await read([SUMMARY, DETAIL, FEE], { lastLineEnd: '' });
    expect(lines).toHaveLength(2);
    expect(reading.lastRow).toBe(4);
  });

  it('may have CRLF line ends and an empty line in the middle, which is a row without a line', async () => {
    const { lines, reading } = await read([SUMMARY, DETAIL, '', FEE], { lineEnd: '\r\n' });
    expect(lines.map((line) => line.row)).toEqual([3, 5]);
    expect(lines[0]?.sku).toBe('TEA-250');
    expect(reading).toMatchObject({ lineCount: 2, lastRow: 5 });
  });

  it('keeps identical rows, each with its own number', async () => {
    const { lines } = await read([SUMMARY, DETAIL, DETAIL, DETAIL]);
    expect(lines.map(({ row, amountMinor }) => [row, amountMinor])).toEqual([
      [3, 2025n],
      [4, 2025n],
      [5, 2025n],
    ]);
  });

  it('treats a quotation mark as a letter', async () => {
    const sku = '"3"" PIPE';
    const { lines } = await read([SUMMARY, { ...DETAIL, sku }, { ...FEE, 'amount-description': '"x' }]);
    expect(lines[0]?.sku).toBe(sku);
    expect(lines[1]?.amountDescription).toBe('"x');
  });

  it('tells the summary from a row without a transaction type, which is a line', async () => {
    const untyped = { ...DETAIL, 'transaction-type': '' };
    const nameless = { ...FEE, 'transaction-type': '', 'amount-type': '' };
    const { lines, header } = await read([SUMMARY, untyped, nameless]);
    expect(header.row).toBe(2);
    expect(lines.map((line) => [line.transactionType, line.amountType])).toEqual([
      ['', 'ItemPrice'],
      ['', ''],
    ]);
  });

  it('may repeat what its summary says on every row', async () => {
    const { 'settlement-id': _, 'total-amount': total = '', ...dates } = SUMMARY;
    const { lines } = await read([SUMMARY, { ...DETAIL, ...dates }, { ...FEE, 'total-amount': `${total} ` }]);
    expect(sumOf(lines)).toBe(1725n);
  });

  it('may have rows from two years before its start to two days after its end', async () => {
    const rows = ['2024-10-01 22:07:18 UTC', '2026-10-17 22:07:18 UTC'].map((posted) => ({
      ...DETAIL,
      'posted-date-time': posted,
    }));
    expect((await read([SUMMARY, ...rows])).lines).toHaveLength(2);
  });

  it('may be paid out on the day on which it ends, and have a number of 16 digits', async () => {
    const id = { 'settlement-id': '7'.repeat(16) };
    const { header } = await read([
      { ...SUMMARY, ...id, 'deposit-date': '2026-10-15' },
      { ...DETAIL, ...id },
    ]);
    expect(header).toMatchObject({ settlementId: '7'.repeat(16), depositAt: Date.UTC(2026, 9, 15) / 1000 });
  });

  it('may repeat its currency on every row', async () => {
    const { lines } = await read([SUMMARY, { ...DETAIL, currency: 'USD' }, { ...FEE, currency: 'USD ' }]);
    expect(lines).toHaveLength(2);
  });

  it('keeps values apart that differ in bytes and joins those that differ in spaces at their ends', async () => {
    const spaced = { ...DETAIL, 'amount-description': 'Principal ', 'marketplace-name': ' Amazon.com' };
    const other = { ...DETAIL, 'amount-description': 'principal' };
    const { reading } = await read([SUMMARY, DETAIL, spaced, other, DETAIL]);
    expect(reading.tables.triples.map((triple) => triple.amountDescription)).toEqual(['Principal', 'principal']);
    expect(reading.tables.marketplaces).toEqual(['Amazon.com']);
  });

  it('gives each line its own order and SKU, empty where the column is', async () => {
    const orders = ['111-1', '111-1', '111-2', '', 'FBA19CD9HGQ8'];
    const rows = orders.map((id, index) => ({ ...DETAIL, 'order-id': id, sku: index < 2 ? 'A' : '' }));
    const { lines } = await read([SUMMARY, ...rows]);
    expect(lines.map((line) => line.orderId)).toEqual(orders);
    expect(lines.map((line) => line.sku)).toEqual(['A', 'A', '', '', '']);
  });

  it('shows the header before the first line, and a visitor that throws stops the reading with its own error', async () => {
    const calls: string[] = [];
    const visitor = {
      header: () => void calls.push('header'),
      line: () => {
        calls.push('line');
        throw new RangeError('enough');
      },
    };
    await expect(readSettlementFile(sourceOf(fileText([SUMMARY, DETAIL, FEE])), visitor)).rejects.toThrow(RangeError);
    expect(calls).toEqual(['header', 'line']);
  });

  it('passes the failure of its source through unchanged, plain or compressed', async () => {
    const broken = (first: Uint8Array) => ({
      name: 'x',
      async *open() {
        yield first;
        throw new RangeError('the disk is gone');
      },
    });
    for (const first of [Buffer.from('settlement-id'), gzipSync('settlement-id').subarray(0, 12)]) {
      await expect(readAll(broken(first))).rejects.toThrow('the disk is gone');
    }
  });

  it('closes its source each time it stops early', async () => {
    let open = 0;
    const bytes = gzipSync(fileText([SUMMARY, DETAIL, FEE]));
    const source = {
      name: 'x',
      contentType: 'text/plain; charset=utf-8',
      async *open() {
        open++;
        try {
          for (let i = 0; i < bytes.length; i += 50) yield bytes.subarray(i, i + 50);
        } finally {
          open--;
        }
      },
    };
    await readAll(source);
    expect(open).toBe(0);
    const visitor = {
      header: () => {},
      line: () => {
        throw new Error('enough');
      },
    };
    await expect(readSettlementFile(source, visitor)).rejects.toThrow('enough');
    expect(open).toBe(0);
  });
});

describe('amounts and dates of a file', () => {
  it('are read with decimal comma and day first', async () => {
    const { header, lines, reading } = await read([EUR, EUR_DETAIL]);
    expect(header.total.minor).toBe(114118n);
    expect(lines[0]).toMatchObject({ amountMinor: 114118n, postedAt: '2026-10-03T08:14:22.000Z' });
    expect(reading.format).toMatchObject({ decimalMark: ',', datePattern: 'dd.MM.yyyy' });
  });

  it('may have spaces and no-break spaces around and between the digits, in the encoding of the file', async () => {
    const rows = [EUR, { ...EUR_DETAIL, amount: '1\u00a0141,18  ' }, { ...EUR_DETAIL, amount: '\u00a0-3,00 ' }];
    const text = fileText(rows);
    for (const bytes of [Buffer.from(text), Buffer.from(text, 'latin1')]) {
      const { lines } = await readAll(sourceOf(bytes));
      expect(lines.map((line) => line.amountMinor)).toEqual([114118n, -300n]);
    }
  });

  it('are whole in yen and have three decimals in dinar', async () => {
    const yen = await read([
      { ...SUMMARY, 'total-amount': '3,000', currency: 'JPY' },
      { ...DETAIL, amount: '3,450' },
      { ...FEE, amount: '-450' },
    ]);
    expect(yen.lines.map((line) => line.amountMinor)).toEqual([3450n, -450n]);
    expect(yen.reading.format.decimalMark).toBe('none');
    const dinar = await read([
      { ...SUMMARY, 'total-amount': '1.500', currency: 'KWD' },
      { ...DETAIL, amount: '2.125' },
      { ...FEE, amount: '-.625'.replace('-.', '-0.') },
    ]);
    expect(dinar.lines.map((line) => line.amountMinor)).toEqual([2125n, -625n]);
  });

  it('decide an unclear amount by one that comes much later', async () => {
    const many = Array.from({ length: 2000 }, () => ({ ...EUR_DETAIL, amount: '5' }));
    const rows = [{ ...EUR, 'total-amount': '1.000' }, { ...EUR_DETAIL, amount: '1.234' }, ...many];
    const { lines } = await read([...rows, { ...EUR_DETAIL, amount: '0,50' }]);
    expect(lines[0]?.amountMinor).toBe(123400n);
  });

  it('decide the order of day and month by one date that comes later', async () => {
    const slashes = (start: string, time: string): Fields[] => [
      {
        ...SUMMARY,
        'settlement-start-date': `${start} 00:00:00 UTC`,
        'settlement-end-date': `${time} 00:00:00 UTC`,
        'deposit-date': `${time} 00:00:00 UTC`,
      },
      { ...DETAIL, 'posted-date-time': `${start} 08:00:00 UTC` },
      { ...DETAIL, 'posted-date-time': `${time} 08:00:00 UTC` },
    ];
    const american = await read(slashes('03/04/2026', '03/25/2026'));
    expect(american.reading.format.datePattern).toBe('MM/dd/yyyy');
    expect(american.lines[0]?.postedAt).toBe('2026-03-04T08:00:00.000Z');
    const british = await read(slashes('03/04/2026', '25/04/2026'));
    expect(british.reading.format.datePattern).toBe('dd/MM/yyyy');
    expect(british.lines[0]?.postedAt).toBe('2026-04-03T08:00:00.000Z');
  });

  it('take the day where the row has no time, and may mix both', async () => {
    const rows = [
      { ...DETAIL, 'posted-date-time': '', 'posted-date': '2026-10-04' },
      { ...DETAIL, 'posted-date-time': ' ', 'posted-date': '2026-10-05T06:00:00+00:00' },
      { ...DETAIL, 'posted-date-time': '2026-10-06', 'posted-date': 'whatever' },
    ];
    const { lines } = await read([SUMMARY, ...rows]);
    expect(lines.map((line) => line.postedAt)).toEqual([
      '2026-10-04T00:00:00.000Z',
      '2026-10-05T06:00:00.000Z',
      '2026-10-06T00:00:00.000Z',
    ]);
    const columns = COLUMNS.filter((column) => column !== 'posted-date-time');
    expect((await read([SUMMARY, DETAIL], { columns })).lines[0]?.postedAt).toBe('2026-10-03T00:00:00.000Z');
  });
});

describe('the encoding of a file', () => {
  const german = fileText([EUR, { ...EUR_DETAIL, sku: 'MÜTZE-€', 'amount-description': 'Größe' }]);
  const cp1252 = Buffer.from(german.replace('€', '\u0080'), 'latin1');
  const japanese = [
    Buffer.from(fileText([{ ...SUMMARY, currency: 'JPY', 'total-amount': '5' }])),
    Buffer.from(`${rowText({ ...DETAIL, amount: '5', sku: '@' })}\n`),
  ];
  const shiftJis = Buffer.concat(japanese);
  const at = shiftJis.lastIndexOf('@');
  const sjisFile = Buffer.concat([
    shiftJis.subarray(0, at),
    Buffer.from([0x93, 0xfa, 0x96, 0x7b]),
    shiftJis.subarray(at + 1),
  ]);

  it.each([
    ['declared windows-1252', cp1252, 'text/plain; charset=Cp1252', 'windows-1252', 'declared', 'MÜTZE-€'],
    ['declared UTF-8', Buffer.from(german), 'text/plain; charset=utf8', 'utf-8', 'declared', 'MÜTZE-€'],
    ['declared Shift_JIS', sjisFile, 'text/plain; charset=MS932', 'shift_jis', 'declared', '日本'],
    ['UTF-8 without a Content-Type', Buffer.from(german), undefined, 'utf-8', 'detected', 'MÜTZE-€'],
    [
      'UTF-8 with a Content-Type that names no charset',
      Buffer.from(german),
      'text/plain',
      'utf-8',
      'detected',
      'MÜTZE-€',
    ],
    ['windows-1252 without a Content-Type', cp1252, undefined, 'windows-1252', 'detected', 'MÜTZE-€'],
    ['Shift_JIS without a Content-Type, in yen', sjisFile, undefined, 'shift_jis', 'detected', '日本'],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${german}`), undefined, 'utf-8', 'detected', 'MÜTZE-€'],
    [
      'a byte order mark against another declaration',
      Buffer.from(`\ufeff${german}`),
      'text/plain; charset=Cp1252',
      'utf-8',
      'detected',
      'MÜTZE-€',
    ],
  ])('%s', async (_, bytes, contentType, charset, charsetFrom, sku) => {
    const { reading, lines } = await readAll(sourceOf(bytes, contentType === undefined ? {} : { contentType }));
    expect(reading.format).toMatchObject({ charset, charsetFrom });
    expect(lines[0]?.sku).toBe(sku);
  });

  it('is believed as declared when one row is not UTF-8, or when half-width kana are UTF-8 by chance', async () => {
    const rows = [EUR, { ...EUR_DETAIL, sku: 'Ã¶' }, { ...EUR_DETAIL, sku: 'Größe' }];
    const declared = { contentType: 'text/plain; charset=Cp1252' };
    const { lines } = await readAll(sourceOf(Buffer.from(fileText(rows), 'latin1'), declared));
    expect(lines.map((line) => line.sku)).toEqual(['Ã¶', 'Größe']);
    const kana = Buffer.from(fileText([SUMMARY, { ...DETAIL, sku: '\u00c3\u00b1' }]), 'latin1');
    const japanese = await readAll(sourceOf(kana, { contentType: 'text/plain; charset=Shift_JIS' }));
    expect(japanese.lines[0]?.sku).toBe('ﾃｱ');
  });

  it('is not taken for EUC-JP because of letters side by side or a currency sign', async () => {
    const skus = ['ÄÖÜß', '¥ 5', '5 ¤'];
    const rows = [EUR, ...skus.map((sku) => ({ ...EUR_DETAIL, sku }))];
    const { lines } = await readAll(sourceOf(Buffer.from(fileText(rows), 'latin1')));
    expect(lines.map((line) => line.sku)).toEqual(skus);
  });

  it('is found although the first letter beyond ASCII comes after a hundred thousand bytes', async () => {
    const plain = Array.from({ length: 1000 }, () => EUR_DETAIL);
    const text = fileText([EUR, ...plain, { ...EUR_DETAIL, sku: 'MÜTZE' }]);
    const { reading, lines } = await readAll(sourceOf(Buffer.from(text, 'latin1'), { chunkLengths: [4096] }));
    expect(reading.format.charset).toBe('windows-1252');
    expect(lines.at(-1)?.sku).toBe('MÜTZE');
  });
});

describe('compression', () => {
  const text = fileText([SUMMARY, DETAIL, FEE]);

  it('is recognised by the bytes, not by the name', async () => {
    const { reading, lines } = await readAll(sourceOf(gzipSync(text), { name: 'settlement.txt' }));
    expect(reading.format.compression).toBe('gzip');
    expect(lines).toHaveLength(2);
    const plain = await readAll(sourceOf(text, { name: 'settlement.txt.gz' }));
    expect(plain.reading.format.compression).toBe('none');
  });

  it('may consist of several members, cut anywhere', async () => {
    const members = [text.slice(0, 700), text.slice(700, 701), text.slice(701)].map((part) => gzipSync(part));
    for (const length of [1, 7, members[0]!.length, 100_000]) {
      const { lines } = await readAll(sourceOf(Buffer.concat(members), { chunkLengths: [length] }));
      expect(sumOf(lines)).toBe(1725n);
    }
  });
});

describe('chunks', () => {
  const rows: Fields[] = [
    EUR,
    { ...EUR_DETAIL, sku: 'MÜTZE-€', 'amount-description': 'Größe' },
    { ...EUR_DETAIL, 'order-id': '', amount: '1.234' },
    { ...EUR_DETAIL, 'transaction-type': '', amount: '-7,5 ' },
    EUR_DETAIL,
    EUR_DETAIL,
  ];
  const chunkLengths = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 30 });

  it.each(['\n', '\r\n'])('cut anywhere give the same lines, with line end %j', async (lineEnd) => {
    const text = `\ufeff${fileText([...rows, ...rows.slice(1)], { lineEnd, lastLineEnd: '' })}`;
    const whole = await readAll(sourceOf(text));
    expect(whole.lines).toHaveLength(10);
    await fc.assert(
      fc.asyncProperty(chunkLengths, fc.boolean(), async (lengths, isGzip) => {
        const bytes = isGzip ? gzipSync(text) : Buffer.from(text);
        const cut = await readAll(sourceOf(bytes, { chunkLengths: lengths }));
        expect(cut.lines).toEqual(whole.lines);
        expect(cut.reading).toMatchObject({ lineCount: 10, lastRow: 12, header: whole.header });
      }),
    );
  });

  it('of a single byte, and empty ones between them, give the same lines', async () => {
    const text = fileText(rows);
    const whole = await readAll(sourceOf(text));
    expect((await readAll(sourceOf(text, { chunkLengths: [0, 1] }))).lines).toEqual(whole.lines);
    expect((await readAll(sourceOf(gzipSync(text), { chunkLengths: [1, 0, 0] }))).lines).toEqual(whole.lines);
  });
});
