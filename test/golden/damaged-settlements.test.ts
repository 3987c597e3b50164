/**
 * Every way in which a good settlement can come damaged: each is a named problem, or stops, or comes to the same books.
 * Never a defect, and never other books. What each problem says is tested beside the reader.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCase } from './case-folder.ts';
import { type Grid, type Outcome, outcomeOf, readGrid, writeGrid } from './damage.ts';

const NAMES = ['us-crosses-month', 'de-decimal-comma', 'jp-no-decimals', 'eu-two-company-codes'];
/** One is enough for hundreds of pairs. */
const NAMES_FOR_PAIRS = ['eu-two-company-codes'];
const GOOD = NAMES.map((name) => {
  const golden = readCase(name);
  const grid = readGrid(golden);
  return { name, golden, grid, whole: outcomeOf(writeGrid(grid), golden) };
});
const [US] = GOOD;
if (!US) throw new Error('there is no case to damage');

/** A file may name no store at all; then the currency says where it belongs, so that names which are lost are not told. */
const STORE = 'marketplace-name';

type Good = (typeof GOOD)[number];

/** Describes an outcome that may not be: other books than those of the good file. */
async function wrongBooks({ golden, whole }: Good, damaged: Grid | Uint8Array): Promise<boolean> {
  const bytes = damaged instanceof Uint8Array ? damaged : writeGrid(damaged);
  const outcome = await outcomeOf(bytes, golden);
  if (outcome.is !== 'booked') return false;
  const good = await whole;
  return good.is !== 'booked' || good.books !== outcome.books;
}

const codeOf = (outcome: Outcome) =>
  outcome.is === 'problem' ? outcome.problem.code : outcome.is === 'stopped' ? outcome.reasons.join() : 'booked';

const without = <Item>(list: readonly Item[], at: number) => list.filter((_, index) => index !== at);
const swapped = (list: readonly string[], a: number, b: number) =>
  list.map((item, at) => (at === a ? (list[b] ?? '') : at === b ? (list[a] ?? '') : item));

describe.each(GOOD)('$name, damaged by hand', (good) => {
  const { grid } = good;
  const indexes = grid.columns.map((_, at) => at);

  it('comes to the same books with its columns in another order', async () => {
    for (const at of indexes.slice(1)) {
      const moved = {
        columns: swapped(grid.columns, at - 1, at),
        rows: grid.rows.map((row) => swapped(row, at - 1, at)),
      };
      expect(codeOf(await outcomeOf(writeGrid(moved), good.golden)), grid.columns[at]).toBe('booked');
      expect(await wrongBooks(good, moved), grid.columns[at]).toBe(false);
    }
  });

  it('never comes to other books when a column is gone, or is called something else', async () => {
    for (const at of indexes) {
      const gone = { columns: without(grid.columns, at), rows: grid.rows.map((row) => without(row, at)) };
      const renamed = { ...grid, columns: grid.columns.map((name, column) => (column === at ? `${name}s` : name)) };
      const emptied = { ...grid, rows: grid.rows.map((row) => row.map((cell, column) => (column === at ? '' : cell))) };
      expect(await wrongBooks(good, gone), `without ${grid.columns[at]}`).toBe(false);
      expect(await wrongBooks(good, renamed), `${grid.columns[at]} renamed`).toBe(false);
      if (grid.columns[at] === STORE) continue;
      expect(await wrongBooks(good, emptied), `${grid.columns[at]} emptied`).toBe(false);
    }
  });

  it('never comes to other books when two column names are exchanged above the same values', async () => {
    const names = grid.columns;
    if (!NAMES_FOR_PAIRS.includes(good.name)) return;
    for (const a of indexes) {
      for (const b of indexes.slice(a + 1)) {
        if ([names[a], names[b]].includes(STORE)) continue;
        const exchanged = { ...grid, columns: swapped(names, a, b) };
        expect(await wrongBooks(good, exchanged), `${names[a]} and ${names[b]}`).toBe(false);
      }
    }
  });

  it('never comes to other books when a row is gone, comes twice or has its sign turned', async () => {
    const amount = grid.columns.indexOf('amount');
    for (const at of grid.rows.keys()) {
      const row = grid.rows[at] ?? [];
      const isZero = /^-?0?[.,]?0*$/.test(row[amount] ?? '');
      const turned = row.map((cell, column) => (column === amount ? `-${cell}`.replace('--', '') : cell));
      const ways = {
        gone: without(grid.rows, at),
        twice: [...grid.rows.slice(0, at), row, ...grid.rows.slice(at)],
        turned: grid.rows.map((other, index) => (index === at ? turned : other)),
      };
      if (isZero && at > 0) continue;
      for (const [what, rows] of Object.entries(ways)) {
        if (what === 'turned' && at === 0) continue;
        const outcome = await outcomeOf(writeGrid({ ...grid, rows }), good.golden);
        expect(outcome.is, `row ${at + 2} ${what}: ${codeOf(outcome)}`).not.toBe('booked');
      }
    }
  });

  it('never comes to other books when one of its bytes is another', async () => {
    const bytes = writeGrid(grid);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: bytes.length - 1 }),
        fc.constantFrom(...Buffer.from('09aZ-.,;/ \t\n\r"\u0000\u00e9')),
        async (at, byte) => {
          const damaged = Buffer.from(bytes);
          damaged[at] = byte;
          expect(await wrongBooks(good, damaged)).toBe(false);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('a good settlement that went through other programs', () => {
  const text = writeGrid(US.grid).toString();
  const lines = text.replace(/\n$/, '').split('\n');
  const cells = lines.map((line) => line.split('\t'));
  const csv = (separator: string, quote: string) =>
    cells.map((row) => row.map((cell) => `${quote}${cell}${quote}`).join(separator)).join('\r\n');
  const column = (name: string) => US.grid.columns.indexOf(name);
  const map = (name: string, change: (cell: string) => string) =>
    cells.map((row, at) =>
      row.map((cell, index) => (at > 0 && cell !== '' && index === column(name) ? change(cell) : cell)),
    );
  const tsv = (rows: readonly (readonly string[])[]) => `${rows.map((row) => row.join('\t')).join('\n')}\n`;

  it.each([
    { what: 'with the mark of UTF-8', bytes: `\ufeff${text}` },
    { what: 'with the line ends of Windows', bytes: text.replaceAll('\n', '\r\n') },
    { what: 'with empty lines at its end', bytes: `${text}\n\n` },
    {
      what: 'with blanks around values',
      bytes: tsv(cells.map((row) => row.map((cell) => (cell ? ` ${cell} ` : cell)))),
    },
  ])('$what comes to the same books', async ({ bytes }) => {
    expect((await outcomeOf(Buffer.from(bytes), US.golden)).is).toBe('booked');
    expect(await wrongBooks(US, Buffer.from(bytes))).toBe(false);
  });

  it.each([
    { what: 'saved with commas', bytes: csv(',', ''), code: 'SETTLEMENT_FILE_RESAVED' },
    { what: 'saved with semicolons', bytes: csv(';', ''), code: 'SETTLEMENT_FILE_RESAVED' },
    { what: 'saved with quotes', bytes: csv('\t', '"'), code: 'SETTLEMENT_FILE_RESAVED' },
    { what: 'with another program’s dates', bytes: tsv(map('posted-date-time', () => '46298.3436')), code: /DATE/ },
    { what: 'with named months', bytes: tsv(map('posted-date-time', () => '3-Oct-26 08:14')), code: /DATE/ },
    { what: 'with a currency beside the amounts', bytes: tsv(map('amount', (cell) => `$${cell}`)), code: /AMOUNT/ },
    { what: 'with accountants’ brackets', bytes: tsv(map('amount', (cell) => `(${cell})`)), code: /AMOUNT/ },
    { what: 'with an error of a formula', bytes: tsv(map('amount', () => '#VALUE!')), code: /AMOUNT/ },
    { what: 'with amounts that are no number', bytes: tsv(map('amount', () => 'NaN')), code: /AMOUNT/ },
    { what: 'with endless amounts', bytes: tsv(map('amount', () => 'Infinity')), code: /AMOUNT/ },
    { what: 'with exponents', bytes: tsv(map('amount', () => '1.2E+05')), code: /AMOUNT|RESAVED/ },
    { what: 'with a rounded number', bytes: tsv(map('settlement-id', () => '2.61E+10')), code: /RESAVED|ID/ },
    { what: 'cut off in a row', bytes: text.slice(0, -20), code: /TRUNCATED|TOO_SHORT/ },
    { what: 'with its lines sorted', bytes: tsv([...cells].sort()), code: /./ },
    {
      what: 'with a total of another settlement',
      bytes: text.replace(cells[1]?.[4] ?? '', '1.00'),
      code: /rows-equal-total/,
    },
    { what: 'joined to itself', bytes: text + text, code: /TWO|HEADER/ },
    { what: 'in UTF-16', bytes: Buffer.from(`\ufeff${text}`, 'utf16le'), code: 'SETTLEMENT_CHARSET_UTF16' },
  ])('$what is refused', async ({ bytes, code }) => {
    const outcome = await outcomeOf(Buffer.from(bytes as string), US.golden);
    expect(outcome.is).not.toBe('booked');
    expect(codeOf(outcome)).toMatch(code);
    if (outcome.is !== 'problem') return;
    expect(outcome.problem.where?.file).toBe('damaged.tsv');
    expect(outcome.problem.next.length).toBeGreaterThan(20);
  });

  it('control: as it is, it comes to books', async () => {
    expect((await outcomeOf(Buffer.from(text), US.golden)).is).toBe('booked');
  });
});

/** First lines of files that people take for a settlement. */
const OTHER_REPORTS = {
  'the report of all orders':
    'amazon-order-id\tmerchant-order-id\tpurchase-date\tlast-updated-date\torder-status\n1\t\t\t\tShipped\n',
  'the date range report':
    '"Includes Amazon Marketplace, Fulfillment by Amazon (FBA), and Amazon Webstore transactions"\n"All amounts in USD, unless specified"\n"date/time","settlement id","type"\n',
  'the first layout':
    'settlement-id\tsettlement-start-date\tsettlement-end-date\tdeposit-date\ttotal-amount\tcurrency\ttransaction-type\torder-id\tprice-type\tprice-amount\titem-related-fee-type\titem-related-fee-amount\n',
  'the report of reimbursements': 'approval-date\treimbursement-id\tcase-id\tamazon-order-id\treason\tsku\n',
  'the tax report of Europe': 'UNIQUE_ACCOUNT_IDENTIFIER\tACTIVITY_PERIOD\tSALES_CHANNEL\tMARKETPLACE\n',
  'the stock report': 'sku\tasin\tprice\tquantity\nDEMO\tB00\t1\t2\n',
  'the report of returns': 'return-date\torder-id\tsku\tasin\tfnsku\tproduct-name\tquantity\n',
  'a bank statement': '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"/>',
  'a page that asks to log in': '<!DOCTYPE html><html><head><title>Sign in</title></head></html>',
  'a refusal of the storage': '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
  'an account table': 'companyCodes:\n  - { companyCode: 1010 }\n',
};

describe('another file than a settlement', () => {
  it.each(Object.entries(OTHER_REPORTS))('%s is called what it is', async (_what, content) => {
    const outcome = await outcomeOf(Buffer.from(content), US.golden);
    expect(codeOf(outcome)).toMatch(/^SETTLEMENT_(FILE_FOREIGN|LAYOUT_V1|FILE_IS_PAGE|FILE_RESAVED)$/);
    expect(outcome.is === 'problem' && outcome.problem.next).toMatch(/ownload/);
  });
});
