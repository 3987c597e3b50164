import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { collect, runCli, startCli } from '../kill/cli.ts';
import { runInProcess } from './in-process.ts';
import {
  DIALECTS,
  minorOf,
  readDetailRows,
  settlementBytes,
  settlementWithUnknownFee,
  smallSettlement,
} from './settlement-files.ts';

interface Preview {
  readonly settlement: Record<string, unknown>;
  readonly proofs: readonly { name: string; ok: boolean; expected: string; actual: string }[];
  readonly quarantine: readonly Record<string, unknown>[];
  readonly entries: readonly {
    companyCode: string;
    postingDate: string;
    currency: string;
    reference: string;
    lines: readonly { amount: string; text: string; kind: string; sourceRows: readonly number[] }[];
  }[];
  readonly digest: string | null;
}

const DECIMAL_TEXT = /^-?\d+(\.\d+)?$/;
const ESCAPE = '\u001b';
const folder = mkdtempSync(join(tmpdir(), 'seller-ledger-preview-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let written = 0;
function fileOf(bytes: Buffer, ending = 'txt'): string {
  written += 1;
  const path = join(folder, `settlement-${written}.${ending}`);
  writeFileSync(path, bytes);
  return path;
}

/** No database, no home: a preview must not look for either. */
const ENVIRONMENT = { SELLER_LEDGER_HOME: '/nonexistent/home', DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' };
const NOWHERE = ['--home', ENVIRONMENT.SELLER_LEDGER_HOME, '--database-url', ENVIRONMENT.DATABASE_URL];

type Ending = Awaited<ReturnType<typeof runInProcess>>;
const results = new Map<string, Ending>();

/** Files here never change, so a command line is run once for all tests that look at its result. */
async function cli(...args: string[]): Promise<Ending> {
  const line = args.join(' ');
  const result = results.get(line) ?? (await runInProcess([...NOWHERE, ...args], {}));
  results.set(line, result);
  return result;
}

/** The small settlement as a US file. */
const US_BYTES = settlementBytes(smallSettlement(DIALECTS.US), DIALECTS.US);
const US_FILE = fileOf(US_BYTES);
const UNKNOWN_FEE_FILE = fileOf(settlementBytes(settlementWithUnknownFee(DIALECTS.US), DIALECTS.US));

async function previewOf(path: string, ...more: string[]): Promise<Ending & { document: Preview }> {
  const result = await cli('preview', path, '--json', ...more);
  return { ...result, document: JSON.parse(result.out) as Preview };
}

function decimalsOf(currency: string): number {
  return currency === 'JPY' ? 0 : 2;
}

/** The laws of every preview that would post, against a reading of the file that shares nothing with the program. */
function expectLaws(document: Preview, bytes: Buffer): void {
  const decimals = decimalsOf(String(document.settlement.currency));
  const rows = new Map(readDetailRows(bytes, decimals).map((row) => [row.row, row.minor]));
  expect(document.settlement.lineCount).toBe(rows.size);
  expect(document.proofs.map(({ ok }) => ok)).not.toContain(false);
  expect(document.proofs.length).toBeGreaterThanOrEqual(4);
  const booked: number[] = [];
  for (const entry of document.entries) {
    expect(entry.lines.reduce((sum, line) => sum + minorOf(line.amount, decimals), 0n)).toBe(0n);
    for (const line of entry.lines) {
      expect(line.amount).toMatch(DECIMAL_TEXT);
      if (line.sourceRows.length === 0) continue;
      const sum = line.sourceRows.reduce((total, row) => total + rows.get(row)!, 0n);
      expect(minorOf(line.amount, decimals), `${line.text} of rows ${line.sourceRows.slice(0, 5)}`).toBe(-sum);
      booked.push(...line.sourceRows);
    }
  }
  expect([...booked].sort((a, b) => a - b)).toEqual([...rows.keys()]);
  const total = [...rows.values()].reduce((sum, minor) => sum + minor, 0n);
  expect(minorOf(String(document.settlement.totalAmount), decimals)).toBe(total);
}

describe('preview --json', () => {
  it('prints exactly the members of the contract', async () => {
    const { document, exitCode, err } = await previewOf(US_FILE);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(Object.keys(document)).toEqual(['settlement', 'proofs', 'quarantine', 'entries', 'digest']);
    expect(document.settlement).toEqual({
      settlementId: '70000000901',
      startTime: '2026-10-01T12:00:00Z',
      endTime: '2026-10-15T12:00:00Z',
      depositDate: '2026-10-17',
      currency: 'USD',
      totalAmount: '90.05',
      lineCount: 7,
    });
    expect(document.quarantine).toEqual([]);
    for (const proof of document.proofs) expect(Object.keys(proof)).toEqual(['name', 'ok', 'expected', 'actual']);
    expect(document.entries).toHaveLength(1);
    const [entry] = document.entries;
    expect(Object.keys(entry!)).toEqual(['companyCode', 'postingDate', 'currency', 'reference', 'lines']);
    expect(entry).toMatchObject({ companyCode: '1710', postingDate: '2026-10-15', currency: 'USD' });
    expect(entry!.reference).toMatch(/^[A-Z0-9]{1,16}$/);
    for (const line of entry!.lines) {
      expect(Object.keys(line)).toEqual([
        'kind',
        'glAccount',
        'costCenter',
        'profitCenter',
        'taxCode',
        'amount',
        'text',
        'sourceRows',
      ]);
    }
    expect(document.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('writes amounts as decimal text, debit positive: a sale is a credit, a fee and the payout are debits', async () => {
    const { document } = await previewOf(US_FILE);
    const amounts = Object.fromEntries(document.entries[0]!.lines.map((line) => [line.kind, line.amount]));
    expect(amounts).toMatchObject({ 'product-sale': '-125.00', 'shipping-income': '-9.00', payout: '90.05' });
    expect(Object.values(amounts).every((amount) => typeof amount === 'string')).toBe(true);
    expect(amounts['referral-fee']).toBe('18.75');
  });

  it.each(Object.entries(DIALECTS))('keeps every law for a file as %s writes it', async (_, dialect) => {
    const bytes = settlementBytes(smallSettlement(dialect), dialect);
    const { document, exitCode } = await previewOf(fileOf(bytes));
    expect(exitCode).toBe(0);
    expect(document.settlement).toMatchObject({
      currency: dialect.currency,
      totalAmount: dialect.currency === 'JPY' ? '9005' : '90.05',
    });
    expectLaws(document, bytes);
  });

  it('control: the laws notice a row that is moved to another line', async () => {
    const bytes = settlementBytes(smallSettlement(DIALECTS.US), DIALECTS.US);
    const { document } = await previewOf(fileOf(bytes));
    const lines = document.entries[0]!.lines.filter((line) => line.sourceRows.length > 0);
    const [first, second] = lines as unknown as { sourceRows: number[] }[];
    [first!.sourceRows, second!.sourceRows] = [second!.sourceRows, first!.sourceRows];
    expect(() => expectLaws(document, bytes)).toThrow();
  });

  it('reads gzip as Amazon delivers it, with the same digest', async () => {
    const bytes = settlementBytes(smallSettlement(DIALECTS.DE), DIALECTS.DE);
    const plain = await previewOf(fileOf(bytes));
    const packed = await previewOf(fileOf(gzipSync(bytes), 'gz'));
    expect(packed.document).toEqual(plain.document);
    expect(packed.exitCode).toBe(0);
  });

  it('gives the same file the same bytes in a process of its own, and says nothing else', async () => {
    const path = US_FILE;
    const [first, second] = [
      await cli('preview', path, '--json'),
      await runCli(['preview', path, '--json'], ENVIRONMENT),
    ];
    expect(second).toEqual({ ...first, signal: null });
  });

  it('control: another amount is another digest', async () => {
    const known = smallSettlement(DIALECTS.US);
    const other = {
      ...known,
      total: '91.05',
      rows: known.rows.map((row) => (row.amount === '-20.00' ? { ...row, amount: '-19.00' } : row)),
    };
    const first = await previewOf(fileOf(settlementBytes(known, DIALECTS.US)));
    const second = await previewOf(fileOf(settlementBytes(other, DIALECTS.US)));
    expect(second.exitCode).toBe(0);
    expect(second.document.digest).not.toBe(first.document.digest);
  });

  it('takes --json before and after the name of the command', async () => {
    const path = US_FILE;
    const before = await cli('--json', 'preview', path);
    expect(before.out).toBe((await cli('preview', path, '--json')).out);
    expect(before.exitCode).toBe(0);
  });

  it('quarantines an unknown kind whole: exit 3, its value, count and amount, and no digest to approve', async () => {
    const { document, exitCode } = await previewOf(UNKNOWN_FEE_FILE);
    expect(exitCode).toBe(3);
    expect(document.quarantine).toEqual([
      {
        code: 'LINE_KIND_UNKNOWN',
        transactionType: 'Order',
        amountType: 'ItemFees',
        amountDescription: 'FeeOfTomorrow',
        count: 2,
        amount: '-1.11',
        firstRow: 10,
      },
    ]);
    expect(document).toMatchObject({ entries: [], digest: null });
  });

  it('exits 3 and shows both numbers when the rows do not sum to the total', async () => {
    const bytes = settlementBytes(smallSettlement(DIALECTS.US, { total: '90.06' }), DIALECTS.US);
    const { document, exitCode } = await previewOf(fileOf(bytes));
    expect(exitCode).toBe(3);
    expect(document.proofs.find(({ name }) => name === 'rows-equal-total')).toEqual({
      name: 'rows-equal-total',
      ok: false,
      expected: '90.06',
      actual: '90.05',
    });
    expect(document.digest).toBeNull();
  });

  it.each([
    ['a file that does not exist', () => join(folder, 'missing.txt'), 'FILE_UNREADABLE'],
    ['a folder', () => folder, 'FILE_UNREADABLE'],
    ['an empty file', () => fileOf(Buffer.alloc(0)), undefined],
    ['a file that is not a settlement', () => fileOf(Buffer.from('a,b\n1,2\n')), undefined],
    [
      'an amount that cannot be read',
      () =>
        fileOf(
          settlementBytes(
            smallSettlement(DIALECTS.US, {
              rows: [
                {
                  type: 'Order',
                  amountType: 'ItemPrice',
                  description: 'Principal',
                  amount: '1.2.3',
                  day: '2026-10-03',
                },
              ],
            }),
            DIALECTS.US,
          ),
        ),
      'SETTLEMENT_AMOUNT_UNREADABLE',
    ],
    ['gzip that breaks off', () => fileOf(gzipSync(Buffer.alloc(5_000, 65)).subarray(0, 20), 'gz'), undefined],
  ])('answers %s with exit 2 and one problem as JSON', async (_, path, code) => {
    const file = path();
    const { exitCode, out, err } = await cli('preview', file, '--json');
    expect(exitCode).toBe(2);
    const document = JSON.parse(out) as { problem: Record<string, unknown> };
    expect(Object.keys(document)).toEqual(['problem']);
    expect(document.problem).toMatchObject({ kind: 'invalid', says: expect.any(String), next: expect.any(String) });
    if (code !== undefined) expect(document.problem.code).toBe(code);
    expect(err).not.toContain('    at ');
  });

  it('takes accounts from the table given with --mapping', async () => {
    const path = US_FILE;
    const template = (await cli('mapping', 'template')).out;
    const mapping = join(folder, 'accounts.yaml');
    expect(template).toContain('41000000');
    writeFileSync(mapping, template.replaceAll('41000000', '41999999'));
    const { document, exitCode } = await previewOf(path, '--mapping', mapping);
    expect(exitCode).toBe(0);
    const accounts = JSON.stringify(document.entries);
    expect(accounts).toContain('41999999');
    expect(accounts).not.toContain('41000000');
  });

  it('answers an account table with a fault with exit 2, and names the table', async () => {
    const path = US_FILE;
    const mapping = join(folder, 'broken.yaml');
    writeFileSync(mapping, 'companyCodes: 7\n');
    const { exitCode, out } = await cli('preview', path, '--json', '--mapping', mapping);
    expect(exitCode).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ problem: { kind: 'invalid' } });
    expect(out).toContain('broken.yaml');
  });

  it('reads the bytes as --charset says, and refuses a charset it does not know', async () => {
    const path = fileOf(settlementBytes(smallSettlement(DIALECTS.DE), DIALECTS.DE));
    const told = await cli('preview', path, '--charset', 'windows-1252');
    expect(told).toMatchObject({ exitCode: 0 });
    expect(told.out).toContain('windows-1252');
    const unknown = await cli('preview', path, '--json', '--charset', 'klingon');
    expect(unknown.exitCode).toBe(2);
    expect(JSON.parse(unknown.out)).toMatchObject({ problem: { kind: 'invalid' } });
  });

  it('makes the merchant id part of the posting key', async () => {
    const path = US_FILE;
    const [one, other] = [
      await previewOf(path, '--seller', 'A2EXAMPLE1234'),
      await previewOf(path, '--seller', 'A3EXAMPLE1234'),
    ];
    expect(one.document.entries[0]!.reference).not.toBe(other.document.entries[0]!.reference);
  });
});

const SAMPLES = fileURLToPath(new URL('../../../shared/samples/', import.meta.url));

describe('settlement files of others', () => {
  it.skipIf(!existsSync(SAMPLES)).each([
    ['real/us-2017-03-usd.txt', '4246.20'],
    ['third-party/us-2026-06-usd.txt', '582.89'],
    ['synthetic-v2/synthetic_us_utf8.txt', '1141.18'],
    ['synthetic-v2/synthetic_de_cp1252.txt', '1141.18'],
    ['synthetic-v2/synthetic_jp_sjis.txt', '2000'],
  ])('%s would be posted and keeps every law (skipped without ../shared/samples)', async (name, total) => {
    const path = join(SAMPLES, name);
    const { document, exitCode } = await previewOf(path);
    expect(exitCode).toBe(0);
    expect(document.settlement.totalAmount).toBe(total);
    expectLaws(document, readFileSync(path));
  });
});

describe('preview for people', () => {
  it('shows settlement, proofs, debit and credit apart, and that it would post', async () => {
    const { out, exitCode, err } = await cli('preview', US_FILE);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toMatch(
      /^Settlement 70000000901 {2}2026-10-01T12:00:00Z to 2026-10-15T12:00:00Z, deposit 2026-10-17$/m,
    );
    expect(out).toMatch(/✓ rows-equal-total +90\.05/);
    const lines = out.split('\n');
    const header = lines.find((line) => line.includes('debit') && line.includes('G/L account'))!;
    const sale = lines.find((line) => line.includes('41000000'))!;
    const payout = lines.find((line) => line.includes('Amazon payout'))!;
    expect(sale.length).toBe(header.indexOf('credit') + 'credit'.length);
    expect(payout.length).toBe(header.indexOf('debit') + 'debit'.length);
    expect(sale).toMatch(/ 125\.00$/);
    expect(out).toMatch(/Would post 1 document\. Digest [0-9a-f]{64}\n$/);
  });

  it.each(['us-month-cancels', 'eu-company-code-cancels'])(
    'shows the entry of %s that comes to nothing, with its rows, and does not count it',
    async (name) => {
      const folderOf = fileURLToPath(new URL(`../golden/cases/${name}/`, import.meta.url));
      const mapping = existsSync(join(folderOf, 'mapping.yaml')) ? ['--mapping', join(folderOf, 'mapping.yaml')] : [];
      const { document, exitCode } = await previewOf(join(folderOf, 'settlement.tsv'), ...mapping);
      expect(exitCode).toBe(0);
      expectLaws(document, readFileSync(join(folderOf, 'settlement.tsv')));
      const nothing = document.entries.filter(({ lines }) => lines.every(({ amount }) => amount === '0.00'));
      expect([document.entries.length, nothing.length, nothing[0]?.lines[0]?.sourceRows.length]).toEqual([2, 1, 2]);
      const { out } = await cli('preview', join(folderOf, 'settlement.tsv'), ...mapping);
      expect(out).toContain('Would post 1 document.');
    },
  );

  it('says what cannot be booked, how much of it there is, and what to do next', async () => {
    const { out, exitCode } = await cli('preview', UNKNOWN_FEE_FILE);
    expect(exitCode).toBe(3);
    expect(out).toMatch(/FeeOfTomorrow +Amazon\.com +2 +-1\.11 +10$/m);
    expect(out).toContain('next: ');
    expect(out).toContain('Would not post');
    expect(out).not.toContain('Would post');
  });

  it('shows the first fifty reasons and counts the rest, which --json lists', async () => {
    const rows = Array.from({ length: 60 }, (_, index) => ({
      type: 'Order',
      amountType: 'ItemFees',
      description: `\u001b[2J${index} ${'x'.repeat(5000)}`,
      amount: '1.00',
      day: '2026-10-03',
    }));
    const path = fileOf(settlementBytes(smallSettlement(DIALECTS.US, { total: '60.00', rows }), DIALECTS.US));
    const { out, exitCode } = await cli('preview', path);
    expect(exitCode).toBe(3);
    expect(out.match(/LINE_KIND_UNKNOWN/g)).toHaveLength(50);
    expect(out).toContain('  and 10 more with 10 rows; --json lists all of them\n');
    expect(out).not.toContain(ESCAPE);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThan(300);
    expect((await previewOf(path)).document.quarantine).toHaveLength(60);
  });

  it('says that a pipe cannot be read twice, instead of failing on its second half', async () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    const { err, exitCode } = await cli('preview', path);
    expect(exitCode).toBe(2);
    expect(err).toMatch(/FILE_UNREADABLE.*is a pipe.*Save the settlement to a file/s);
  });

  it('writes no colour into a pipe', async () => {
    const path = UNKNOWN_FEE_FILE;
    for (const args of [
      ['preview', path],
      ['preview', '/nonexistent'],
    ]) {
      const { out, err } = await runCli(args, ENVIRONMENT);
      expect(out + err).not.toContain(ESCAPE);
    }
  });

  it('writes a problem to standard error, in its four parts, and nothing to standard output', async () => {
    const { out, err, exitCode } = await cli('preview', '/nonexistent/file.txt');
    expect({ out, exitCode }).toEqual({ out: '', exitCode: 2 });
    expect(err).toMatch(/^Problem FILE_UNREADABLE \(invalid\)\n {2}where {2}.*\n {2}what {3}.*\n {2}next {3}.*\n$/);
  });
});

describe('the command line', () => {
  it.each([
    ['an unknown option', ['preview', '--bogus', 'file.txt']],
    ['a missing argument', ['preview']],
    ['an unknown command', ['bogus']],
    ['an argument too many', ['preview', 'a.txt', 'b.txt']],
    ['a port that is none', ['start', '--port', '99999']],
    ['a clock speed that is none', ['simulators', '--folder', '/nonexistent', '--clock-speed', 'fast']],
    ['a count that is none', ['audit', 'list', '--limit', 'many']],
  ])('answers %s with exit 2 and a sentence, not with a stack', async (_, args) => {
    const { exitCode, err, out } = await cli(...args);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toMatch(/error: |Problem [A-Z_]+ \(invalid\)/);
    expect(err).not.toContain('    at ');
  });

  it('prints its version and its help on standard output with exit 0', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect(await cli('--version')).toMatchObject({ exitCode: 0, out: `${version}\n` });
    const help = await cli('--help');
    expect(help).toMatchObject({ exitCode: 0, err: '' });
    for (const command of ['preview', 'start', 'sync', 'connections', 'settlements', 'entries', 'audit', 'mapping']) {
      expect(help.out).toContain(`\n  ${command} `);
    }
  });

  it('prints the account template as text and, with --json on either side, as one document', async () => {
    const text = await cli('mapping', 'template');
    for (const args of [
      ['--json', 'mapping', 'template'],
      ['mapping', 'template', '--json'],
    ]) {
      const { out, exitCode } = await cli(...args);
      expect(exitCode).toBe(0);
      expect((JSON.parse(out) as { text: string }).text.trimEnd()).toBe(text.out.trimEnd());
    }
  });
});

/** 30,000 rows make about a megabyte of JSON: much more than a pipe holds. */
function largeSettlement(): Buffer {
  const rows = Array.from({ length: 30_000 }, (_, index) => ({
    type: 'Order',
    amountType: 'ItemPrice',
    description: 'Principal',
    order: `302-0000001-${String(index).padStart(7, '0')}`,
    amount: '1.01',
    day: '2026-10-03',
  }));
  return settlementBytes(smallSettlement(DIALECTS.US, { total: '30300.00', rows }), DIALECTS.US);
}

describe('preview into a pipe', () => {
  const path = fileOf(largeSettlement());

  it('arrives complete when it is much larger than the pipe', async () => {
    const { out, exitCode } = await runCli(['preview', path, '--json'], ENVIRONMENT);
    const document = JSON.parse(out) as Preview;
    expect(exitCode).toBe(0);
    expect(out.length).toBeGreaterThan(300_000);
    expect(document.entries.flatMap(({ lines }) => lines.flatMap(({ sourceRows }) => sourceRows))).toHaveLength(30_000);
  });

  it('ends without a stack when the reader closes the pipe early, as `head -1` does', async () => {
    const child = startCli(['preview', path, '--json'], ENVIRONMENT);
    const ended = collect(child);
    child.stdout?.once('data', () => child.stdout?.destroy());
    const { err, exitCode, signal } = await ended;
    expect(err).toBe('');
    expect({ exitCode, signal }).toEqual({ exitCode: 0, signal: null });
  });

  it('ends without a stack when nobody reads its messages either', async () => {
    const child = startCli(['preview', '/nonexistent', '--json'], ENVIRONMENT);
    child.stdout?.destroy();
    child.stderr?.destroy();
    const [exitCode] = (await once(child, 'exit')) as [number | null];
    expect(exitCode).toBe(2);
  });
});
