/** With accruals, profit and loss of each month is what happened in it, whatever Amazon settles when. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSellerWorld, eventsOf, LEG_KINDS } from '../../sim/world/index.ts';
import {
  checkMonth,
  closePeriod,
  listCutOff,
  readSources,
  reopenPeriod,
  withdrawUnbooked,
} from '../../src/app/index.ts';
import {
  localDateAt,
  parseLocalDate,
  parseTimeZone,
  parseYearMonth,
  sumMoney,
  yearMonthOf,
} from '../../src/core/index.ts';
import { accrueMonth } from '../../src/mapping/index.ts';
import { balancesOf, type ClosingSeller, startClosing } from './month-end-kit.ts';
import { accountOf } from './truth-accounts.ts';
import { accountTable } from './vendors.ts';

const UNSETTLED = '12509700';
/** 4 revenue, 6 expense, 7 other income in the template’s chart. */
const isProfitAndLoss = (account: string) => /^[467]/.test(account);
const COMPANIES = {
  US: { companyCode: '1710', timeZone: parseTimeZone('America/New_York') },
  CA: { companyCode: '1720', timeZone: parseTimeZone('America/Toronto') },
} as const;
const MONTHS = ['2026-08', '2026-09', '2026-10'];

const world = createSellerWorld({
  seed: 'month ends',
  sellerId: 'A2CLOSING',
  accounts: [{ marketplace: 'US' }, { marketplace: 'CA' }],
  from: parseLocalDate('2026-08-03'),
  to: parseLocalDate('2026-11-10'),
  ordersPerDay: 1,
});

/** `company account month` → what happened in the month, debit positive. */
function truth(): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { event, marketplace } of eventsOf(world)) {
    const { companyCode, timeZone } = COMPANIES[marketplace.country as keyof typeof COMPANIES];
    const month = yearMonthOf(localDateAt(event.postedAt, timeZone));
    for (const leg of event.legs) {
      const account = accountOf(event.kind, LEG_KINDS[leg.kind].truth);
      const key = `${companyCode} ${account} ${month}`;
      sums.set(key, (sums.get(key) ?? 0n) - leg.minor);
    }
  }
  return sums;
}

function profitOf(balances: ReadonlyMap<string, bigint>, months: readonly string[]) {
  const shown = [...balances].filter(([key, minor]) => {
    const [, account = '', month = ''] = key.split(' ');
    return minor !== 0n && isProfitAndLoss(account) && months.includes(month);
  });
  return Object.fromEntries(shown.sort(([a], [b]) => (a < b ? -1 : 1)));
}

let seller: ClosingSeller;

/** Closes three months, each on the sixth day after it; settlements keep coming in between. */
beforeAll(async () => {
  seller = await startClosing({ world, at: '2026-08-03T06:00:00Z', since: '2026-08-01' });
  for (const month of MONTHS) {
    const next = month === '2026-10' ? '2026-11' : `2026-${String(Number(month.slice(5)) + 1).padStart(2, '0')}`;
    await seller.until(`${next}-06T09:00:00Z`);
    await seller.catchUp();
    await seller.book();
    await seller.accrue(month);
    await seller.book();
  }
  await seller.until('2026-11-12T00:00:00Z');
  await seller.catchUp();
  await seller.book();
}, 300_000);

afterAll(() => seller?.close());

describe('a seller whose months are accrued', () => {
  it('has in each month exactly the profit and loss of what happened in it, account by account', async () => {
    expect(profitOf(balancesOf(await seller.entries()), MONTHS)).toEqual(profitOf(truth(), MONTHS));
  });

  it('control: without the accruals no month is what happened in it', async () => {
    const settled = (await seller.entries()).filter(({ origin }) => origin.kind === 'settlement');
    for (const month of MONTHS) {
      expect(profitOf(balancesOf(settled), [month])).not.toEqual(profitOf(truth(), [month]));
    }
  });

  it('has nothing left on the account for what is unsettled once each accrual is released', async () => {
    const balances = [...balancesOf(await seller.entries())].filter(([key]) => key.includes(UNSETTLED));
    expect(balances.length).toBeGreaterThan(4);
    const left = balances.reduce((sum, [, minor]) => sum + minor, 0n);
    expect(left).toBe(0n);
  });

  it('passes the check of every month, group by group', async () => {
    for (const month of MONTHS) {
      const check = await checkMonth(seller.context.books, seller.context.connection, parseYearMonth(month));
      expect(check).toMatchObject({ holds: true, isClosed: true, unbooked: [] });
      expect(check.rows.length).toBeGreaterThan(8);
    }
  });

  it('control: a release that is not in SAP fails the check of its month', async () => {
    const { books, connection } = seller.context;
    const withoutRelease: typeof books = {
      ...books,
      listEntries: async (filter) =>
        (await books.listEntries(filter)).filter(
          ({ entry }) => !(entry.headerText.startsWith('AMZ release') && filter?.postingDates),
        ),
    };
    expect(await checkMonth(withoutRelease, connection, parseYearMonth('2026-09'))).toMatchObject({ holds: false });
  });

  it('comes to the same entries when an accrual is computed again from its evidence', async () => {
    const { books, connection } = seller.context;
    for (const accrual of await books.listAccruals({ kind: 'month-end' })) {
      const events = await readSources(books, accrual.sourcesSha256);
      expect(events).toHaveLength(accrual.sourceCount);
      const again = accrueMonth({
        month: parseYearMonth(accrual.name),
        events,
        table: accountTable,
        sellerAccount: connection.sellerAccount,
        revision: accrual.revision,
        sides: 'both',
      });
      expect(again.digest).toBe(accrual.digest);
    }
  });

  it('lists every row that is booked in another month than its own, and their sum', async () => {
    const october = await listCutOff(seller.context, parseYearMonth('2026-10'));
    expect(october.length).toBeGreaterThan(0);
    expect(october.every(({ isAccrued, ownMonth }) => isAccrued || ownMonth === '2026-11')).toBe(true);
    // What a settlement moved out of September is, on profit and loss, what the release of September took out of October less
    // what had been moved to November by then; here every settlement of September came in October.
    const moved = october.filter(({ ownMonth, glAccount }) => ownMonth === '2026-09' && isProfitAndLoss(glAccount));
    const { books } = seller.context;
    const september = await books.getAccrual('2026-09');
    const [release] = (await books.listEntries({ originKey: september.key })).filter(
      ({ entry }) => entry.postingDate === '2026-10-01' && entry.companyCode === '1710',
    );
    const ofUs = moved.filter(({ companyCode, bookedMonth }) => companyCode === '1710' && bookedMonth === '2026-10');
    const currency = release!.entry.currency;
    const released = release!.entry.lines.filter(({ glAccount }) => isProfitAndLoss(glAccount));
    expect(
      sumMoney(
        currency,
        ofUs.map(({ amount }) => amount),
      ).minor,
    ).toBe(
      -sumMoney(
        currency,
        released.map(({ amount }) => amount),
      ).minor,
    );
  });
});

describe('what stands in the way of closing a month', () => {
  it('is a month that is not over, one that is accrued, and one before a closed one', async () => {
    await expect(seller.accrue('2026-11')).rejects.toMatchObject({ code: 'MONTH_NOT_OVER', kind: 'invalid' });
    await expect(seller.accrue('2026-10')).rejects.toMatchObject({ code: 'ACCRUAL_EXISTS', kind: 'conflict' });
    await expect(seller.accrue('2026-06')).rejects.toMatchObject({ code: 'ACCRUAL_TOO_LATE', kind: 'conflict' });
    await expect(seller.accrue('2026-06', { mayBeIncomplete: true })).rejects.toMatchObject({
      code: 'ACCRUAL_REASON_MISSING',
    });
  });

  it('is reopening a month that is accrued, and closing one out of order', async () => {
    const { context } = seller;
    const wish = { companyCode: null, why: 'test' };
    await expect(reopenPeriod(context, { ...wish, month: parseYearMonth('2026-10') })).rejects.toMatchObject({
      code: 'PERIOD_HAS_ACCRUAL',
    });
    await expect(closePeriod(context, { ...wish, month: parseYearMonth('2026-12') })).rejects.toMatchObject({
      code: 'PERIOD_NOT_NEXT',
    });
    await expect(
      closePeriod(context, { ...wish, companyCode: '9999', month: parseYearMonth('2026-11') }),
    ).rejects.toMatchObject({ code: 'COMPANY_CODE_NOT_IN_TABLE' });
  });

  it('is an accrual that is booked: it is not withdrawn', async () => {
    const accrual = await seller.context.books.getAccrual('2026-10');
    await expect(withdrawUnbooked(seller.context, accrual, 'test')).rejects.toMatchObject({ code: 'ACCRUAL_BOOKED' });
  });
});
