import { describe, expect, it } from 'vitest';
import {
  createSellerWorld,
  MARKETPLACES,
  type MarketplaceCountry,
  printSettlement,
  SETTLEMENT_COLUMNS,
  type SellerWorld,
  TRUTH_CLASSES,
  truthOf,
  type WorldAccountOptions,
  type WorldSettlement,
} from '../../sim/world/index.ts';
import { epochSecondsOfUtcMidnight, parseLocalDate, parseTimeZone, sha256Of } from '../../src/core/index.ts';
import { classOfRow, type ReadFile, readPrinted } from './sim-amazon-reader.ts';

const COUNTRIES = Object.keys(MARKETPLACES) as MarketplaceCountry[];

function worldOf(accounts: readonly WorldAccountOptions[], seed = 'seller-world-test', ordersPerDay = 6): SellerWorld {
  const from = parseLocalDate('2026-05-01');
  return createSellerWorld({
    seed,
    sellerId: 'A1SELLER',
    accounts,
    from,
    to: parseLocalDate('2026-10-01'),
    ordersPerDay,
  });
}

const world = worldOf(
  COUNTRIES.map((marketplace) => ({ marketplace, ...(marketplace === 'NL' && { unknownFeeInPeriod: 3 }) })),
);
const files = new Map(world.settlements.map((settlement) => [settlement, readPrinted(settlement)]));

function fileOf(settlement: WorldSettlement): ReadFile {
  return files.get(settlement)!;
}

function periodsOf(country: MarketplaceCountry): WorldSettlement[] {
  return world.settlements.filter((settlement) => settlement.marketplace.country === country);
}

function digestOf(settlement: WorldSettlement): string {
  return sha256Of(printSettlement(settlement).bytes);
}

/** Sum of the rows with that description, in minor units. */
function sumOf(file: ReadFile, description: string): bigint {
  return file.rows
    .filter((row) => row.cells['amount-description']?.startsWith(description))
    .reduce((sum, row) => sum + row.minor, 0n);
}

/** Each period of each account with the one after it. */
function neighbours(): { before: WorldSettlement; after: WorldSettlement }[] {
  return COUNTRIES.flatMap((country) => {
    const periods = periodsOf(country);
    return periods.slice(1).map((after, index) => ({ before: periods[index]!, after }));
  });
}

describe('a seller world', () => {
  it('prints the same bytes for the same seed', () => {
    const again = worldOf([{ marketplace: 'US' }, { marketplace: 'DE' }, { marketplace: 'JP' }], 'twice');
    const once = worldOf([{ marketplace: 'US' }, { marketplace: 'DE' }, { marketplace: 'JP' }], 'twice');
    expect(once.settlements.length).toBeGreaterThan(25);
    expect(again.settlements.map(digestOf)).toEqual(once.settlements.map(digestOf));
  });

  it('control: another seed prints other bytes', () => {
    const [one] = worldOf([{ marketplace: 'US' }], 'one').settlements;
    const [other] = worldOf([{ marketplace: 'US' }], 'other').settlements;
    expect(digestOf(one!)).not.toBe(digestOf(other!));
  });

  it('draws each account from its own stream, so that a new account moves no other one', () => {
    const alone = worldOf([{ marketplace: 'JP' }]).settlements.map(digestOf);
    expect(alone).toEqual(periodsOf('JP').map(digestOf));
  });

  it('lets every kind of truth happen, loans where special movements are asked for', () => {
    const special = worldOf([{ marketplace: 'US', hasSpecialMovements: true }]);
    const seen = new Set(
      [...world.settlements, ...special.settlements].flatMap((one) =>
        truthOf(one, parseTimeZone('UTC')).map((sum) => sum.truthClass),
      ),
    );
    expect(TRUTH_CLASSES.filter((truthClass) => !seen.has(truthClass))).toEqual([]);
  });

  it('charges the fee of an unknown kind only where it was asked for', () => {
    const strange = world.settlements.filter((one) =>
      fileOf(one).rows.some((row) => row.cells['amount-type'] === 'Warehouse Weather Surcharge'),
    );
    expect(strange.map((one) => [one.marketplace.country, one.periodIndex])).toEqual([['NL', 3]]);
  });

  it('refuses a marketplace that appears twice and a day with too many orders', () => {
    expect(() => worldOf([{ marketplace: 'US' }, { marketplace: 'US' }])).toThrow(/appears twice/);
    expect(() => worldOf([{ marketplace: 'US' }], 'x', 5_001)).toThrow(/from 1 to 5000, not 5001/);
  });
});

describe('a printed settlement', () => {
  it('sums to its total, to the smallest unit', () => {
    for (const [settlement, file] of files) {
      const sum = file.rows.reduce((total, row) => total + row.minor, 0n);
      expect(sum, settlement.settlementId).toBe(file.totalMinor);
      expect(file.totalMinor).toBe(settlement.totalMinor);
    }
    expect([...files.values()].reduce((count, file) => count + file.rows.length, 0)).toBeGreaterThan(30_000);
  });

  it('control: without one of its rows it does not sum to its total', () => {
    const file = [...files.values()].find((one) => one.rows[0]!.minor !== 0n)!;
    const sum = file.rows.slice(1).reduce((total, row) => total + row.minor, 0n);
    expect(sum).not.toBe(file.totalMinor);
  });

  it('sums to its total and continues its predecessor whatever the seed', () => {
    let debts = 0;
    for (let seed = 0; seed < 40; seed += 1) {
      const { settlements } = worldOf([{ marketplace: COUNTRIES[seed % COUNTRIES.length]! }], `any-${seed}`, 1);
      const read = settlements.map(readPrinted);
      for (const [index, file] of read.entries()) {
        expect(file.rows.reduce((total, row) => total + row.minor, 0n)).toBe(file.totalMinor);
        const next = read[index + 1];
        if (!next) continue;
        const owed = file.totalMinor < 0n ? file.totalMinor : 0n;
        if (owed < 0n) debts += 1;
        expect(next.start).toBe(file.end);
        expect(sumOf(next, 'Previous Reserve Amount Balance')).toBe(-sumOf(file, 'Current Reserve Amount'));
        expect(sumOf(next, 'Payable to Amazon')).toBe(owed);
        expect(sumOf(next, 'Successful charge')).toBe(-owed);
      }
    }
    expect(debts).toBeGreaterThan(40);
  });

  it('agrees with the truth, class by class and month by month, read by other eyes than the printer', () => {
    const timeZone = 'America/Los_Angeles';
    const months = new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit' });
    const known = new Map<number, string>();
    const monthOf = (at: number) => {
      const month = known.get(at) ?? months.format(at * 1000);
      known.set(at, month);
      return month;
    };
    for (const [settlement, file] of files) {
      const sums = new Map<string, bigint>();
      for (const row of file.rows) {
        const key = `${monthOf(row.postedAt)} ${classOfRow(row)}`;
        sums.set(key, (sums.get(key) ?? 0n) + row.minor);
      }
      const truth = truthOf(settlement, parseTimeZone(timeZone));
      expect(new Map(truth.map((sum) => [`${sum.month} ${sum.truthClass}`, sum.minor]))).toEqual(sums);
      expect(truth.reduce((sum, one) => sum + one.rowCount, 0)).toBe(file.rows.length);
    }
  });

  it('control: the time zone of the truth matters, because some rows lie near the turn of a month', () => {
    const monthly = (zone: string) => world.settlements.flatMap((one) => truthOf(one, parseTimeZone(zone)));
    expect(monthly('America/Los_Angeles')).not.toEqual(monthly('UTC'));
  });

  it('collects no sales tax that Amazon does not withhold', () => {
    const taxed = [...files.values()].filter((file) => sumOf(file, 'MarketplaceFacilitator') !== 0n);
    expect(taxed.length).toBeGreaterThan(20);
    for (const file of taxed) {
      const tax = file.rows
        .filter((row) => /Tax$|^TaxDiscount$|^Marketplace/.test(row.cells['amount-description'] ?? ''))
        .reduce((sum, row) => sum + row.minor, 0n);
      expect(tax).toBe(0n);
    }
  });
});

describe('the next settlement of an account', () => {
  it('begins exactly where the last one ended, after 14 days and not at midnight', () => {
    for (const { before, after } of neighbours()) {
      expect(fileOf(after).start).toBe(fileOf(before).end);
      const length = fileOf(before).end - fileOf(before).start;
      expect(Math.floor(length / 86_400)).toBe(14);
      expect(fileOf(after).start % 86_400).not.toBe(0);
      expect(fileOf(before).deposit).toBe(fileOf(before).end + 2 * 86_400);
    }
    expect(neighbours().length).toBeGreaterThan(90);
  });

  it('releases exactly the reserve that was held back', () => {
    let held = 0;
    for (const { before, after } of neighbours()) {
      const reserve = sumOf(fileOf(before), 'Current Reserve Amount');
      expect(sumOf(fileOf(after), 'Previous Reserve Amount Balance')).toBe(-reserve);
      if (reserve !== 0n) held += 1;
    }
    expect(held).toBeGreaterThan(50);
  });

  it('carries a negative total in as a debt, and the debt is paid to the last unit', () => {
    let debts = 0;
    for (const { before, after } of neighbours()) {
      const owed = before.totalMinor < 0n ? before.totalMinor : 0n;
      expect(sumOf(fileOf(after), 'Payable to Amazon')).toBe(owed);
      const paid =
        sumOf(fileOf(after), 'Successful charge') + sumOf(fileOf(after), 'Cross-Account Debt Adjustment against');
      expect(paid).toBe(-owed);
      if (owed !== 0n) debts += 1;
    }
    expect(debts).toBeGreaterThan(8);
  });

  it('takes a debt from a sister account with the opposite sign', () => {
    const all = (text: string) =>
      [...files.values()].flatMap((file) =>
        file.rows.filter((row) => row.cells['amount-description']?.startsWith(text)),
      );
    const covered = all('Cross-Account Debt Adjustment against').map((row) => row.minor);
    const paid = all('Cross-Account Debt Adjustment for').map((row) => -row.minor);
    expect(covered.length).toBeGreaterThan(0);
    expect(paid.sort()).toEqual(covered.sort());
  });

  it('brings a payout back that bounced', () => {
    const bounced = neighbours().filter(({ after }) => sumOf(fileOf(after), 'Transfer of funds') !== 0n);
    expect(bounced.length).toBeGreaterThan(0);
    for (const { before, after } of bounced) {
      expect(sumOf(fileOf(after), 'Transfer of funds unsuccessful: ')).toBe(before.totalMinor);
    }
  });

  it('can hold back everything, so that nothing is paid out', () => {
    expect(world.settlements.some((one) => one.totalMinor === 0n)).toBe(true);
  });
});

describe('the file layout', () => {
  const text = (country: MarketplaceCountry): string => fileOf(periodsOf(country)[2]!).text;

  it('has the 24 columns in order and 24 fields in every row', () => {
    for (const file of files.values()) {
      const lines = file.text.split('\n');
      expect(lines[0]).toBe(SETTLEMENT_COLUMNS.join('\t'));
      expect(SETTLEMENT_COLUMNS).toHaveLength(24);
      expect(lines.at(-1)).toBe('');
      const widths = new Set(lines.filter((line) => line !== '').map((line) => line.split('\t').length));
      expect([...widths]).toEqual([24]);
      expect(file.text).not.toContain('\r');
    }
  });

  it('fills dates, total and currency in the summary row only', () => {
    for (const file of files.values()) {
      const filled = file.rows.filter(
        (row) => row.cells.currency || row.cells['total-amount'] || row.cells['settlement-start-date'],
      );
      expect(filled).toEqual([]);
    }
  });

  it('writes North America in UTF-8 with ISO dates and a point', () => {
    expect(text('US').split('\n')[1]).toMatch(
      /^\d{11}(\t\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC){3}\t-?\d+\.\d\d\tUSD\t{18}$/,
    );
    expect(printSettlement(periodsOf('US')[0]!).contentType).toBe('text/plain; charset=UTF-8');
  });

  it('writes the euro stores in windows-1252 with dotted dates and a decimal comma', () => {
    expect(text('DE').split('\n')[1]).toMatch(
      /^\d{11}(\t\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d UTC){3}\t-?\d+,\d\d\tEUR\t{18}$/,
    );
    const printed = printSettlement(periodsOf('DE')[2]!);
    expect(printed.contentType).toBe('text/plain; charset=Cp1252');
    expect(Buffer.from(printed.bytes).includes(Buffer.from([0x53, 0x54, 0xdc, 0x48, 0x4c, 0x45]))).toBe(true);
    expect(text('DE')).toContain('STÜHLE-ÄÖ-01');
  });

  it('writes a character that windows-1252 has and ISO 8859-1 lacks by its own byte', () => {
    const bytes = Buffer.from(printSettlement(periodsOf('FR')[2]!).bytes);
    expect(bytes.includes(Buffer.from([0xc9, 0x54, 0xc9, 0x2d, 0x8c, 0x55, 0x46]))).toBe(true);
  });

  it('writes Japan in Shift_JIS with slashes and without decimals', () => {
    expect(text('JP').split('\n')[1]).toMatch(/^\d{11}(\t\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d UTC){3}\t-?\d+\tJPY\t{18}$/);
    const printed = printSettlement(periodsOf('JP')[2]!);
    expect(printed.contentType).toBe('text/plain; charset=Shift_JIS');
    expect(text('JP')).toContain('ヨガマット-黒');
    expect(Buffer.from(printed.bytes).includes(Buffer.from([0x83, 0x88, 0x83, 0x4b]))).toBe(true);
  });

  it('writes rows that are the same in every field, and the total needs both', () => {
    const twins = [...files.values()].filter(
      (file) => new Set(file.rows.map((row) => row.line)).size < file.rows.length,
    );
    expect(twins.length).toBeGreaterThan(10);
  });

  it('keeps the date of a deferred order although an earlier period saw it', () => {
    const early = world.settlements.flatMap((one) =>
      fileOf(one).rows.filter((row) => row.postedAt < one.startAt && row.cells['transaction-type'] === 'Order'),
    );
    const world0 = epochSecondsOfUtcMidnight(parseLocalDate('2026-05-01'));
    expect(early.length).toBeGreaterThan(100);
    expect(early.every((row) => row.postedAt >= world0)).toBe(true);
  });

  it('leaves out what Amazon leaves out', () => {
    const rows = [...files.values()].flatMap((file) => file.rows);
    const some = (what: (row: (typeof rows)[number]) => boolean) => rows.some(what);
    expect(some((row) => row.cells['transaction-type'] === 'Order' && row.cells['marketplace-name'] === '')).toBe(true);
    expect(some((row) => /^FBA[A-Z0-9]{9}$/.test(row.cells['order-id'] ?? ''))).toBe(true);
    expect(some((row) => row.cells['marketplace-name'] === 'Non-Amazon CA')).toBe(true);
    expect(
      some(
        (row) =>
          /^S0\d-\d{7}-\d{7}$/.test(row.cells['order-id'] ?? '') &&
          row.cells['merchant-order-id'] !== row.cells['order-id'],
      ),
    ).toBe(true);
    const points = rows.filter((row) => row.cells['amount-type'] === 'Points');
    expect(points.length).toBeGreaterThan(0);
    expect(points.every((row) => row.cells['order-item-code'] === '')).toBe(true);
    const reimbursed = rows.filter((row) => row.cells['amount-type'] === 'FBA Inventory Reimbursement');
    expect(
      reimbursed.every(
        (row) => row.cells['marketplace-name'] === '' && row.cells['adjustment-id']?.startsWith('amzn1:crow:'),
      ),
    ).toBe(true);
  });

  it('leaves blanks behind a Canadian card charge and an empty line below it', () => {
    const sloppy = periodsOf('CA').flatMap(
      (one) => fileOf(one).text.match(/\tSuccessful charge\t\d+\.\d\d {2}\t[^\n]*\n\n/g) ?? [],
    );
    expect(sloppy.length).toBeGreaterThan(0);
  });
});
