/** An auditor of a pretend seller's books who shares no code with the mapping: what they must be, account by account. */
import {
  eventsOf,
  financeEventsOf,
  LEG_KINDS,
  type MarketplaceCountry,
  type PlacedEvent,
  payoutsOf,
  type SellerWorld,
  type TruthClass,
} from '../../sim/world/index.ts';
import {
  localDateAt,
  nextYearMonth,
  parseLocalDate,
  parseTimeZone,
  startOfLocalDate,
  type TimeZone,
  type YearMonth,
  yearMonthOf,
} from '../../src/core/index.ts';
import { accountOf, DEBT, PAYOUT } from './truth-accounts.ts';
import { arrivesAt, type BooksPlan, completeAt, DAY_S, type Schedule } from './world-books-kit.ts';

export const RECEIVABLE = '12501000';
export const UNSETTLED = '12509700';
export const CARRY_FORWARD = '12509800';
export const CROSS_COMPANY = '12509900';
export const RESERVE = '12509100';
export const LOAN = '23009000';

const COMPANIES: Readonly<Partial<Record<MarketplaceCountry, readonly [companyCode: string, timeZone: string]>>> = {
  US: ['1710', 'America/New_York'],
  CA: ['1720', 'America/Toronto'],
  DE: ['1010', 'Europe/Berlin'],
  FR: ['1010', 'Europe/Berlin'],
  UK: ['1110', 'Europe/London'],
  JP: ['1610', 'Asia/Tokyo'],
  AU: ['1810', 'Australia/Sydney'],
};

/** What the orders model books when goods are shipped. */
const WORTH: ReadonlySet<TruthClass> = new Set<TruthClass>([
  'product sale',
  'shipping charged to buyer',
  'gift wrap charged to buyer',
  'promotion on product',
  'promotion on shipping',
  'points granted to buyer',
  'sales tax collected',
  'sales tax spared by a promotion',
]);

/** Between balance-sheet accounts, so nothing of it is accrued. */
const MOVEMENTS: ReadonlySet<TruthClass> = new Set<TruthClass>([
  'reserve held back',
  'reserve released',
  'debt carried in',
  'debt charged to card',
  'debt covered by a sister account',
  'debt of a sister account covered',
  'loan of Amazon',
  'failed payout returned',
  'product sent for another channel',
]);

/** `company currency account month` → minor units, debit positive. */
export type Sums = Map<string, bigint>;

export interface Truth {
  /** Every account and month, without accruals of a month end and without what only balances. */
  readonly booked: Sums;
  /** What an accrual makes of the months that are accrued: profit and loss by the month in which it happened. */
  readonly happened: Sums;
}

/** Company code of an event, where it is not that of its marketplace. */
export type CompanyRule = (placed: PlacedEvent) => string | undefined;

export function truthOfBooks(
  world: SellerWorld,
  plan: BooksPlan,
  schedule: Schedule,
  companyRule: CompanyRule = () => undefined,
): Truth {
  const auditor = new Auditor(world, plan, schedule, companyRule);
  for (const placed of eventsOf(world)) auditor.event(placed);
  for (const settlement of world.settlements) auditor.payout(settlement);
  return auditor;
}

class Auditor implements Truth {
  readonly booked: Sums = new Map();
  readonly happened: Sums = new Map();
  readonly #plan: BooksPlan;
  readonly #schedule: Schedule;
  readonly #companyRule: CompanyRule;
  readonly #visibleAt: ReadonlyMap<object, number>;

  constructor(world: SellerWorld, plan: BooksPlan, schedule: Schedule, companyRule: CompanyRule) {
    this.#plan = plan;
    this.#schedule = schedule;
    this.#companyRule = companyRule;
    this.#visibleAt = new Map(financeEventsOf(world).map(({ event, visibleAt }) => [event, visibleAt]));
  }

  event(placed: PlacedEvent): void {
    const { event, marketplace, settlement } = placed;
    const [home, zone] = companyOf(marketplace.country);
    const company = this.#companyRule(placed) ?? home;
    const own = yearMonthOf(localDateAt(event.postedAt, zone));
    const settledIn = settlement && this.#bookedMonth(settlement, own, zone);
    const accruedIn = this.#accruedMonth(placed, own, zone);
    for (const { kind, minor } of event.legs) {
      const { truth } = LEG_KINDS[kind];
      const account = accountOf(event.kind, truth);
      const at = (name: string, month: string) => `${company} ${marketplace.currency} ${name} ${month}`;
      const isWorth = accruedIn !== undefined && WORTH.has(truth);
      if (isWorth) {
        add(this.booked, at(account, accruedIn), -minor);
        add(this.booked, at(RECEIVABLE, accruedIn), minor);
      }
      if (settledIn !== undefined) add(this.booked, at(isWorth ? RECEIVABLE : account, settledIn), -minor);
      if (!MOVEMENTS.has(truth)) add(this.happened, at(account, own), -minor);
    }
  }

  payout(settlement: SellerWorld['settlements'][number]): void {
    const { marketplace, totalMinor, endAt } = settlement;
    const [company, zone] = companyOf(marketplace.country);
    const month = this.#bookedMonth(settlement, yearMonthOf(localDateAt(endAt, zone)), zone);
    if (month === undefined) return;
    add(this.booked, `${company} ${marketplace.currency} ${totalMinor < 0n ? DEBT : PAYOUT} ${month}`, totalMinor);
  }

  /** The month of the event within those of its settlement, and after those that were closed when its file came. */
  #bookedMonth(settlement: SellerWorld['settlements'][number], own: YearMonth, zone: TimeZone): YearMonth | undefined {
    const at = this.#schedule.syncs.find((sync) => sync >= arrivesAt(settlement));
    if (at === undefined) return undefined;
    const first = yearMonthOf(localDateAt(settlement.startAt, zone));
    const last = yearMonthOf(localDateAt(settlement.endAt, zone));
    const within = own < first ? first : own > last ? last : own;
    return this.#openMonth(within, at);
  }

  /** In which month its order was booked when it was shipped; `undefined` when its settlement was there first. */
  #accruedMonth({ event, settlement }: PlacedEvent, own: YearMonth, zone: TimeZone): YearMonth | undefined {
    if (this.#plan.model !== 'orders' || event.kind !== 'order') return undefined;
    const nextDay = localDateAt(event.postedAt, zone);
    const over = startOfLocalDate(parseLocalDate(dayAfter(nextDay)), zone);
    const visible = this.#visibleAt.get(event) ?? 0;
    const at = this.#schedule.syncs.find((sync) => sync >= visible && completeAt(sync) >= over);
    if (at === undefined) return undefined;
    const settledAt = settlement && this.#schedule.syncs.find((sync) => sync >= arrivesAt(settlement));
    return settledAt !== undefined && settledAt < at ? undefined : this.#openMonth(own, at);
  }

  #openMonth(month: YearMonth, at: number): YearMonth {
    const { closesFirst = false } = this.#plan;
    const isBefore = (closedAt: number) => closedAt < at || (closesFirst && closedAt === at);
    const closed = this.#schedule.closings.findLast((closing) => isBefore(closing.at))?.month;
    return closed !== undefined && month <= closed ? nextYearMonth(closed) : month;
  }
}

/** What of the payouts has not arrived at the bank and was not given back: the clearing account's balance after all deposits. */
export function depositsOf(world: SellerWorld): Map<string, bigint> {
  const deposits = new Map<string, bigint>();
  for (const { settlement, amountMinor, steps } of payoutsOf(world)) {
    if (steps.at(-1)?.status !== 'PAID') continue;
    const [company] = companyOf(settlement.marketplace.country);
    add(deposits, `${company} ${settlement.marketplace.currency}`, amountMinor);
  }
  return deposits;
}

/** Per company and currency what the last settlement of each account leaves open: its reserve, its debt, a payout that came to nothing; and a loan of which not all is settled. */
export function leftOpen(world: SellerWorld): { reserve: Sums; debt: Sums; payout: Sums; loan: Sums } {
  const left = { reserve: new Map(), debt: new Map(), payout: new Map(), loan: new Map() } satisfies Record<
    string,
    Sums
  >;
  for (const marketplace of world.marketplaces) {
    const last = world.settlements.findLast((one) => one.marketplace === marketplace);
    if (!last) continue;
    const [company] = companyOf(marketplace.country);
    const key = `${company} ${marketplace.currency}`;
    const held = last.events.flatMap(({ legs }) => legs).filter(({ kind }) => kind === 'reserveHeld');
    add(left.reserve, key, -held.reduce((sum, { minor }) => sum + minor, 0n));
    add(left.debt, key, last.totalMinor < 0n ? last.totalMinor : 0n);
    for (const { events, marketplace: own } of world.settlements) {
      const loans = own === marketplace ? events.flatMap(({ legs }) => legs) : [];
      for (const { kind, minor } of loans) if (LEG_KINDS[kind].truth === 'loan of Amazon') add(left.loan, key, -minor);
    }
    const status = payoutsOf(world)
      .find(({ settlement }) => settlement === last)
      ?.steps.at(-1)?.status;
    add(left.payout, key, status === 'FAILED' || status === 'CANCELLED' ? last.totalMinor : 0n);
  }
  return left;
}

export function add(sums: Map<string, bigint>, key: string, minor: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + minor);
}

function companyOf(country: MarketplaceCountry): readonly [string, TimeZone] {
  const found = COMPANIES[country];
  if (!found) throw new Error(`no company code for ${country}`);
  return [found[0], parseTimeZone(found[1])];
}

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + DAY_S * 1000).toISOString().slice(0, 10);
}
