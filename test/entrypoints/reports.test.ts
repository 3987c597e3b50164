/** Reports of recorded settlements: what an accountant prints, as the program makes it from its records. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readPdf, readXlsx } from '../reports/read-back.ts';
import { type CommandLine, openCommandLine } from './command-kit.ts';
import { DIALECTS, settlementWithUnknownFee, smallSettlement } from './settlement-files.ts';

let line: CommandLine;
const run: CommandLine['run'] = (...args) => line.run(...args);
const json: CommandLine['json'] = (...args) => line.json(...args);

const november = smallSettlement(DIALECTS.US, {
  settlementId: '70000000903',
  start: '2026-10-15',
  end: '2026-11-12',
  deposit: '2026-11-14',
});
const FILES = [
  smallSettlement(DIALECTS.US),
  {
    ...november,
    rows: november.rows.map((row) => ({ ...row, day: row.day === '2026-10-03' ? '2026-10-20' : '2026-11-02' })),
  },
  settlementWithUnknownFee(DIALECTS.US),
];

beforeAll(async () => {
  line = await openCommandLine();
  for (const facts of FILES) {
    const { exitCode } = await line.importFile(facts);
    expect(exitCode).toBe(facts.settlementId === '70000000902' ? 3 : 0);
  }
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => line.close());

describe('reports settlement', () => {
  it('is the page of one settlement, from opening to payout, with proofs, entries and lines to sign', async () => {
    const { out, exitCode } = await run('reports', 'settlement', '70000000901');
    expect(exitCode).toBe(0);
    const steady = out
      .replace(/[0-9a-f]{64}/g, 'SHA-256')
      .replace(/AMZ\w{13}/g, 'KEY'.padEnd(16))
      .replace(/(program +).*/, '$1 0');
    expect(steady).toMatchInlineSnapshot(`
      "Settlement 70000000901
        connection              acme
        settlement              70000000901
        seller account          A2ACME
        from                    2026-10-01T12:00:00Z
        to                      2026-10-15T12:00:00Z
        planned deposit         2026-10-17
        total                   90.05 USD
        rows                    7
        state                   0 of 1 posted
        file, SHA-256           SHA-256
        account table, SHA-256  SHA-256
        digest of the entries   SHA-256
        program                  0

      From opening to payout
        what                                        currency  amount
        Reserve of the period before, released      USD         0.00
        Debt carried into the period                USD         0.00
        Revenue                                     USD       134.00
        Reductions of revenue                       USD         0.00
        Amazon’s fees and other costs               USD       -23.95
        Other income                                USD         0.00
        Taxes                                       USD         0.00
        Other movements of the balance with Amazon  USD         0.00
        Reserve held at the end                     USD       -20.00
        To be paid out                              USD        90.05

      By kind
        nature                                group and kind      company code  month    G/L account  cost object  tax code  rows  currency  amount
        Revenue                               10 Product sales    1710          2026-10  41000000     PC AMZUS                  1  USD       125.00
        Revenue                               11 Shipping income  1710          2026-10  41001100     PC AMZUS                  2  USD         9.00
        Amazon’s fees and other costs         30 Referral fees    1710          2026-10  65003000     CC AMZUS                  1  USD       -18.75
        Amazon’s fees and other costs         40 FBA fulfilment   1710          2026-10  65004000     CC AMZUS                  1  USD        -3.20
        Amazon’s fees and other costs         41 FBA storage      1710          2026-10  65004100     CC AMZUS                  1  USD        -2.00
        Movements of the balance with Amazon  91 Reserve held     1710          2026-10  12509100                               1  USD       -20.00
                                              Total                                                                             7  USD        90.05

      Proofs
        proof                     holds  expected  found  what is compared
        rows-equal-total          yes    90.05     90.05  The amounts of 7 rows together, against the total in the summary row.
        entries-balance           yes    0.00      0.00   What debits and credits differ by in any entry, against nothing.
        entries-equal-settlement  yes    90.05     90.05  The lines of all entries together, against the total of the settlement.
        every-row-booked-once     yes    7         7      Rows that are in exactly one journal line which is the sum of its rows, against all rows.

      Journal entries
        posting key       of                      company code  posting date  state     SAP document  reversal  lines  currency  debit total
        KEY               settlement 70000000901  1710          2026-10-15    proposed                              7  USD            134.00

      Journal lines
        posting key       company code  posting date  SAP document  line  kind                G/L account  customer  cost centre  profit centre  tax code  text                       currency  debit  credit
        KEY               1710          2026-10-15                     1  product-sale        41000000                            AMZUS                    Amazon product sales       USD              125.00
        KEY               1710          2026-10-15                     2  shipping-income     41001100                            AMZUS                    Amazon shipping income     USD                9.00
        KEY               1710          2026-10-15                     3  referral-fee        65003000               AMZUS                                 Amazon referral fees       USD       18.75
        KEY               1710          2026-10-15                     4  fba-fulfilment-fee  65004000               AMZUS                                 Amazon FBA fulfilment      USD        3.20
        KEY               1710          2026-10-15                     5  fba-storage-fee     65004100               AMZUS                                 Amazon FBA storage         USD        2.00
        KEY               1710          2026-10-15                     6  reserve-held        12509100                                                     Amazon reserve held        USD       20.00
        KEY               1710          2026-10-15                     7  payout              12509400                                                     Amazon payout 70000000901  USD       90.05

      Payout
        (none)
        Amazon has told of no payout for this settlement, or payouts are not read.

      In the bank
        (none)
        No movement of a bank account is matched with this settlement.

      Signatures
        as           name                  day           signature
        Prepared by  ____________________  ____________  ______________________________
        Reviewed by  ____________________  ____________  ______________________________
        Approved by  ____________________  ____________  ______________________________

      Amounts of rows are Amazon’s: positive is for the seller. In the journal every amount is a debit or a credit.
      "
    `);
  });

  it('comes to the total of the settlement, and counts every row once', async () => {
    const report = await json('reports', 'settlement', '70000000903');
    const section = (key: string) => report.sections.find((each: { key: string }) => each.key === key);
    expect(section('movement').total.amount).toEqual({ amount: '90.05', currency: 'USD' });
    expect(section('kinds').total).toMatchObject({ count: 7, amount: { amount: '90.05', currency: 'USD' } });
    expect(new Set(section('kinds').rows.map((row: { month: string }) => row.month))).toEqual(
      new Set(['2026-10', '2026-11']),
    );
  });

  it('names the deposit that a bank statement shows for it', async () => {
    const deposit = ['--reference', 'B-1', '--account', 'DE1', '--day', '2026-11-15', '--amount', '90.05'];
    const added = await run(
      'deposits',
      'add',
      ...deposit,
      '--currency',
      'USD',
      '--text',
      '70000000903',
      '--why',
      'test',
    );
    expect(added).toMatchObject({ exitCode: 0 });
    const report = await json('reports', 'settlement', '70000000903');
    const bank = report.sections.find(({ key }: { key: string }) => key === 'deposits');
    expect(bank.rows).toMatchObject([{ reference: 'B-1', rule: 'reference', amount: { amount: '90.05' } }]);
  });

  it('of one in quarantine says what cannot be booked, and has no entries', async () => {
    const report = await json('reports', 'settlement', '70000000902');
    const keys = report.sections.map((each: { key: string }) => each.key);
    expect(keys).toContain('quarantine');
    expect(keys).not.toContain('kinds');
    expect(report.notes[0]).toContain('LINE_KIND_UNKNOWN');
  });

  it('is printed as PDF and opened as spreadsheet with the same numbers', async () => {
    const pdf = join(line.folder, 's.pdf');
    const xlsx = join(line.folder, 's.xlsx');
    expect((await run('reports', 'settlement', '70000000901', '--output', pdf)).exitCode).toBe(0);
    expect((await run('reports', 'settlement', '70000000901', '--output', xlsx)).exitCode).toBe(0);
    const pages = readPdf(readFileSync(pdf));
    expect(pages.flat()).toEqual(expect.arrayContaining(['Settlement 70000000901', '-18.75', 'Prepared by']));
    const kinds = readXlsx(readFileSync(xlsx)).find(({ name }) => name === 'By kind');
    expect(kinds?.cells.at(-1)).toContain('90.05 #,##0.00');
  });
});

describe('reports fees, sales and profit', () => {
  it('add up the rows that are booked, by kind, marketplace and month, with their share of net sales', async () => {
    const { out } = await run('reports', 'profit', 'acme', '--from', '2026-10-01', '--to', '2026-11-30');
    expect(out).toMatchInlineSnapshot(`
      "Result with Amazon by kind
        connection          acme
        posting dates from  2026-10-01
        to                  2026-11-30
        settlements         2
        settled until       2026-11-12T12:00:00Z

      Result with Amazon by kind, all months
        currency  nature                         group and kind      rows  amount  % of net sales
        USD       Revenue                        10 Product sales       2  250.00           93.28
        USD       Revenue                        11 Shipping income     4   18.00            6.72
        USD       Amazon’s fees and other costs  30 Referral fees       2  -37.50          -13.99
        USD       Amazon’s fees and other costs  40 FBA fulfilment      2   -6.40           -2.39
        USD       Amazon’s fees and other costs  41 FBA storage         2   -4.00           -1.49
        USD                                      Sum                   12  220.10

      By marketplace
        marketplace  currency  nature                         group and kind      rows  amount  % of net sales
                     USD       Amazon’s fees and other costs  41 FBA storage         2   -4.00
        Amazon.com   USD       Revenue                        10 Product sales       2  250.00           93.28
        Amazon.com   USD       Revenue                        11 Shipping income     4   18.00            6.72
        Amazon.com   USD       Amazon’s fees and other costs  30 Referral fees       2  -37.50          -13.99
        Amazon.com   USD       Amazon’s fees and other costs  40 FBA fulfilment      2   -6.40           -2.39
                     USD                                      Sum                   12  220.10

      By month and marketplace
        month    marketplace  currency  nature                         group and kind      rows  amount  % of net sales
        2026-10               USD       Amazon’s fees and other costs  41 FBA storage         1   -2.00
        2026-10  Amazon.com   USD       Revenue                        10 Product sales       2  250.00           93.28
        2026-10  Amazon.com   USD       Revenue                        11 Shipping income     4   18.00            6.72
        2026-10  Amazon.com   USD       Amazon’s fees and other costs  30 Referral fees       2  -37.50          -13.99
        2026-10  Amazon.com   USD       Amazon’s fees and other costs  40 FBA fulfilment      2   -6.40           -2.39
        2026-11               USD       Amazon’s fees and other costs  41 FBA storage         1   -2.00
                              USD                                      Sum                   12  220.10

      Rows of settlements that are proposed or booked, under the month in which they are booked; reversed entries are not in it.
      Amounts as in Amazon’s file: positive is for the seller, with the tax that a price includes. Per cent of net sales: revenue less refunds and promotions of the same rows of this table.
      Rows that name no marketplace, such as storage, stand under an empty name.
      "
    `);
  });

  it('take no month that was not asked for, and nothing of a settlement in quarantine', async () => {
    const rows = async (...period: string[]) => (await json('reports', 'fees', 'acme', ...period)).sections[0].rows;
    const storage = (row: { kind: string }) => /storage/i.test(row.kind);
    expect((await rows('--month', '2026-10')).filter(storage)).toHaveLength(1);
    expect(await rows('--month', '2026-09')).toEqual([]);
    const all = await rows('--from', '2026-09-01', '--to', '2026-12-31');
    expect(all.find(storage)).toMatchObject({ count: 2, amount: { amount: '-4.00', currency: 'USD' } });
  });

  it.each([
    [[]],
    [['--month', '2026-13']],
    [['--from', '2026-10-02', '--to', '2026-10-01']],
    [['--month', '2026-10', '--to', '2026-10-01']],
  ])('PERIOD_INVALID: %j is no period', async (options) => {
    expect((await json('reports', 'fees', 'acme', ...options)).problem).toMatchObject({ code: 'PERIOD_INVALID' });
  });
});

describe('reports journal', () => {
  it('has every line of the period, and balances only of what is in SAP', async () => {
    const report = await json('reports', 'journal', 'acme', '--month', '2026-10');
    const [balances, entries, lines] = report.sections;
    expect(balances.rows).toEqual([]);
    expect(entries.rows).toHaveLength(2);
    const sum = (key: string) =>
      lines.rows.reduce(
        (total: number, row: Record<string, { amount: string }>) =>
          total + Math.round(Number(row[key]?.amount ?? 0) * 100),
        0,
      );
    expect(sum('debit')).toBe(sum('credit'));
    expect(report.notes).toEqual(['2 entries are not in SAP; see their states.']);
  });
});

describe('reports close', () => {
  it('is the checklist of the month with its numbers, and ends with 3 while something is open', async () => {
    const output = join(line.folder, 'close.xlsx');
    const { exitCode } = await run('reports', 'close', 'acme', '2026-10', '--output', output);
    expect(exitCode).toBe(3);
    const sheets = readXlsx(readFileSync(output));
    expect(sheets.slice(0, 4).map(({ name }) => name)).toEqual([
      'Report',
      'Checklist',
      'Signatures',
      'Settlements that touch the mont',
    ]);
    const report = await json('reports', 'close', 'acme', '2026-10');
    const states = Object.fromEntries(
      report.sections[0].rows.map((row: Record<string, string>) => [
        row.title,
        row.title?.startsWith('Reconciliation') ? 'answered' : `${row.state}: ${row.value}`,
      ]),
    );
    // What is late in the reconciliation depends on the day on which it is asked; its own tests have that.
    expect(states).toMatchInlineSnapshot(`
      {
        "Every entry dated in the month is in SAP": "open: 0 of 2",
        "Every proof holds": "done: 9 of 9",
        "No entry is refused, unknown or held": "done: 0",
        "Nothing is in quarantine": "open: 1",
        "Profit and loss is settled plus accrued less released": "open: 0 of 5 groups",
        "Reconciliation: continuity": "answered",
        "Reconciliation: ledgers": "answered",
        "Reconciliation: pairs": "answered",
        "Reconciliation: payouts": "answered",
        "Reconciliation: summaries": "answered",
        "Rows booked in another month than their own are known": "done: 0",
        "SAP has the same documents": "not checked: never",
        "Settlements cover the month, or it is accrued": "done: 3",
        "The audit chain is unbroken": "done: 17 events",
        "The month is closed for entries": "open: open",
        "What Amazon has not settled is accrued": "not checked: none",
      }
    `);
  });
});
