import type { EpochSeconds } from '../../src/core/index.ts';
import { DAY_S } from '../../src/core/index.ts';
import { drawAgedStockBill } from './draw-charges.ts';
import { type BusinessEvent, eventOf, portionOf, sumLegs } from './events.ts';
import type { Marketplace, MarketplaceCountry } from './marketplaces.ts';
import { DIGITS, type Random } from './random.ts';
import { planSpecialMovements, type SpecialMovements } from './special-movements.ts';

const PERIOD_DAYS = 14;
/** How long a period lasts that a requested transfer closes. */
const EARLY_DAYS = 5;
const DEPOSIT_DAYS = 2;
/** Every sixth period a yearly bill turns the balance negative. */
const LEAN_PERIOD_EVERY = 6;
const PAYOUT_FAILED = 'An unexpected issue occurred. Please contact Seller Support for more information.';

/** One closed period of one marketplace account: what becomes one settlement file. */
export interface WorldSettlement {
  readonly settlementId: string;
  readonly sellerId: string;
  readonly marketplace: Marketplace;
  /** 0 for the first period of the account. */
  readonly periodIndex: number;
  readonly startAt: EpochSeconds;
  /** Exactly the start of the next period. */
  readonly endAt: EpochSeconds;
  readonly depositAt: EpochSeconds;
  /** When the report appears in Amazon's list, some hours after the end. */
  readonly reportedAt: EpochSeconds;
  /** Minor units, positive is paid to the seller; the sum of every leg of `events`. */
  readonly totalMinor: bigint;
  readonly events: readonly BusinessEvent[];
}

/** A negative balance that Amazon takes from another account of the seller instead of the card. */
export interface SisterDebt {
  readonly debtor: MarketplaceCountry;
  readonly at: EpochSeconds;
  readonly minor: bigint;
}

export interface AccountToClose {
  readonly random: Random;
  readonly sellerId: string;
  readonly marketplace: Marketplace;
  /** What happened, in any order; opening rows, reserves and debts are added here. */
  readonly events: readonly BusinessEvent[];
  readonly firstStartAt: EpochSeconds;
  /** Periods that would end later stay open and have no settlement. */
  readonly until: EpochSeconds;
  /** Debts of sister accounts that this account pays. */
  readonly debtsToCover: readonly SisterDebt[];
  /** The account that may pay this one's debts, if there is one in the same currency. */
  readonly sister: { readonly country: MarketplaceCountry; readonly firstStartAt: EpochSeconds } | undefined;
  readonly unknownFeeInPeriod: number | undefined;
  readonly hasSpecialMovements: boolean;
}

/** What no settlement has taken up: the running period of a marketplace account. */
export interface OpenPeriod {
  readonly marketplace: Marketplace;
  /** The end of the last closed period, or the beginning of the account. */
  readonly startAt: EpochSeconds;
  /** Happened before the world's end, in the order in which they enter the balance. Some are still deferred. */
  readonly events: readonly BusinessEvent[];
}

export interface ClosedAccount {
  readonly settlements: readonly WorldSettlement[];
  readonly open: OpenPeriod;
  readonly debtsForSister: readonly SisterDebt[];
}

/** Cuts an account's life into periods of 14 days, carrying reserves and debts from each into the next. */
export function closePeriods(account: AccountToClose): ClosedAccount {
  const settlements: WorldSettlement[] = [];
  const debtsForSister: SisterDebt[] = [];
  const happened = [...account.events, ...account.debtsToCover.map(paySisterDebt)].sort(
    (left, right) => left.settledAt - right.settledAt,
  );
  const firstLean = account.random.between(1, 2);
  const special = account.hasSpecialMovements ? planSpecialMovements(account.random.derive('special')) : undefined;
  let startAt = account.firstStartAt;
  let next = 0;
  while (true) {
    const days = special?.closesEarly(settlements.length) ? EARLY_DAYS : PERIOD_DAYS;
    const endAt = startAt + days * DAY_S + account.random.between(0, 180);
    if (endAt > account.until) break;
    const events = openPeriod(
      account,
      settlements.at(-1),
      startAt,
      settlements.length === firstLean + 2,
      debtsForSister,
    );
    while (next < happened.length && (happened[next] as BusinessEvent).settledAt < endAt) {
      const event = happened[next] as BusinessEvent;
      if (event.settledAt >= startAt) events.push(event);
      next += 1;
    }
    if (special) events.push(...specialEvents(special, settlements, startAt, events));
    if (settlements.length === account.unknownFeeInPeriod) events.push(unknownFee(account, startAt));
    const isLean = settlements.length % LEAN_PERIOD_EVERY === firstLean;
    events.push(...closingEvents(account, events, endAt, isLean));
    settlements.push(settlementOf(account, settlements.length, startAt, endAt, events));
    startAt = endAt;
  }
  const isFirstBounce = settlements.length === firstLean + 2;
  const open = leaveOpen(account, settlements.at(-1), startAt, isFirstBounce, happened.slice(next));
  return { settlements, open, debtsForSister };
}

function specialEvents(
  special: SpecialMovements,
  settlements: readonly WorldSettlement[],
  startAt: EpochSeconds,
  events: readonly BusinessEvent[],
): BusinessEvent[] {
  const index = settlements.length;
  const previousMinor = settlements.at(-1)?.totalMinor ?? 0n;
  return [...special.opening(index, startAt, previousMinor), ...special.twinOf(index, events)];
}

/** The debts of the running period go to the card: a sister's periods must not depend on one that is not closed. */
function leaveOpen(
  account: AccountToClose,
  previous: WorldSettlement | undefined,
  startAt: EpochSeconds,
  payoutBounces: boolean,
  waiting: readonly BusinessEvent[],
): OpenPeriod {
  const alone = { ...account, random: account.random.derive('open'), sister: undefined };
  const events = [...openPeriod(alone, previous, startAt, payoutBounces, []), ...waiting]
    .filter((event) => event.postedAt < account.until && event.settledAt >= startAt)
    .sort((left, right) => left.settledAt - right.settledAt);
  return { marketplace: account.marketplace, startAt, events };
}

/** What the last period left behind: its reserve comes back, its debt is carried in and paid, its payout may bounce. */
function openPeriod(
  account: AccountToClose,
  previous: WorldSettlement | undefined,
  startAt: EpochSeconds,
  payoutBounces: boolean,
  debtsForSister: SisterDebt[],
): BusinessEvent[] {
  if (!previous) return [];
  const movement = (postedAt: EpochSeconds, leg: BusinessEvent['legs'][number]) =>
    eventOf({ kind: 'account movement', postedAt, legs: [leg] });
  const events: BusinessEvent[] = [];
  const reserve = previous.events.flatMap((event) => event.legs).find((leg) => leg.kind === 'reserveHeld');
  if (reserve) events.push(movement(startAt, { kind: 'reserveReleased', minor: -reserve.minor }));
  if (previous.totalMinor < 0n) {
    events.push(movement(startAt, { kind: 'debtCarriedIn', minor: previous.totalMinor }));
    events.push(...payDebt(account, -previous.totalMinor, startAt, debtsForSister));
  }
  if (payoutBounces && previous.totalMinor > 0n) {
    const at = previous.depositAt + DAY_S;
    events.push(movement(at, { kind: 'payoutReturned', minor: previous.totalMinor, detail: PAYOUT_FAILED }));
  }
  return events;
}

/** By a sister account in the same currency, or by one or two charges to the seller's card about 80 minutes later. */
function payDebt(
  account: AccountToClose,
  debt: bigint,
  startAt: EpochSeconds,
  debtsForSister: SisterDebt[],
): BusinessEvent[] {
  const { random, sister, marketplace } = account;
  const paidAt = startAt + random.between(60 * 60, 100 * 60);
  if (sister && sister.firstStartAt <= paidAt && random.chance(500)) {
    debtsForSister.push({ debtor: marketplace.country, at: paidAt, minor: debt });
    return [
      eventOf({
        kind: 'sister account debt',
        postedAt: paidAt,
        legs: [{ kind: 'debtCoveredBySister', minor: debt, detail: sister.country }],
      }),
    ];
  }
  const first = random.chance(400) ? portionOf(debt, 500) : debt;
  return [first, debt - first]
    .filter((minor) => minor !== 0n)
    .map((minor, index) =>
      eventOf({
        kind: 'account movement',
        postedAt: paidAt + index * 600,
        legs: [{ kind: 'cardCharged', minor }],
      }),
    );
}

function paySisterDebt(debt: SisterDebt): BusinessEvent {
  return eventOf({
    kind: 'sister account debt',
    postedAt: debt.at,
    legs: [{ kind: 'sisterDebtCovered', minor: -debt.minor, detail: debt.debtor }],
  });
}

function unknownFee(account: AccountToClose, startAt: EpochSeconds): BusinessEvent {
  const minor = -BigInt(account.random.between(100, 9000));
  return eventOf({
    kind: 'fee of an unknown kind',
    postedAt: startAt + 5 * DAY_S,
    legs: [{ kind: 'strangeFee', minor }],
  });
}

function closingEvents(
  account: AccountToClose,
  events: readonly BusinessEvent[],
  endAt: EpochSeconds,
  isLean: boolean,
): BusinessEvent[] {
  const earned = sumLegs(events);
  if (earned <= 0n) return [];
  if (isLean) return [drawAgedStockBill(account.random, account.marketplace, endAt - 3 * DAY_S, earned)];
  const held = drawReserve(account.random, earned);
  if (held === 0n) return [];
  const legs = [{ kind: 'reserveHeld' as const, minor: -held }];
  return [eventOf({ kind: 'account movement', postedAt: endAt - 1, legs })];
}

/** Usually a part of the balance, sometimes nothing, sometimes all of it, so that nothing is paid out. */
function drawReserve(random: Random, earned: bigint): bigint {
  if (random.chance(100)) return 0n;
  if (random.chance(80)) return earned;
  return portionOf(earned, random.between(50, 250));
}

function settlementOf(
  account: AccountToClose,
  periodIndex: number,
  startAt: EpochSeconds,
  endAt: EpochSeconds,
  events: readonly BusinessEvent[],
): WorldSettlement {
  return {
    settlementId: `${account.random.between(1, 9)}${account.random.text(10, DIGITS)}`,
    sellerId: account.sellerId,
    marketplace: account.marketplace,
    periodIndex,
    startAt,
    endAt,
    depositAt: endAt + DEPOSIT_DAYS * DAY_S,
    reportedAt: endAt + account.random.between(3 * 3600, 9 * 3600),
    totalMinor: sumLegs(events),
    events,
  };
}
