import { type CurrencyCode, type LocalDate, type Money, money } from '../../core/index.ts';
import type { SettlementKey } from '../ports.ts';
import { daysBetween } from './days.ts';

/** Balances with Amazon that return to zero by themselves, each with what clears what. */
export type LedgerName =
  | 'clearing'
  | 'card'
  | 'reserve'
  | 'debt'
  | 'carry-forward'
  | 'cross-company'
  | 'cross-marketplace'
  | 'unsettled'
  | 'order-receivable'
  | 'tax-residual'
  | 'suspense'
  | 'loan';

interface LedgerFacts {
  readonly title: string;
  /** Kinds and purposes of its lines. */
  readonly kinds: readonly string[];
  /** Whether every amount on it has to find its counterpart; otherwise only the balance is shown. */
  readonly returnsToZero: boolean;
}

/** Which kinds of lines stand on which ledger. */
export const LEDGERS: Readonly<Record<LedgerName, LedgerFacts>> = {
  clearing: {
    title: 'Payouts on their way to the bank',
    kinds: ['payout', 'payout-returned', 'payout-in-file', 'micro-deposit', 'gift-card-payout'],
    returnsToZero: true,
  },
  card: { title: 'Debts charged to a card', kinds: ['card-charge', 'card-charge-failed'], returnsToZero: true },
  reserve: { title: 'Reserve', kinds: ['reserve-held', 'reserve-released'], returnsToZero: true },
  debt: { title: 'Debt to Amazon', kinds: ['closing-debt', 'opening-debt'], returnsToZero: true },
  'carry-forward': { title: 'Carried between months', kinds: ['carry-forward'], returnsToZero: true },
  'cross-company': { title: 'Between company codes', kinds: ['cross-company'], returnsToZero: true },
  'cross-marketplace': {
    title: 'Debts set off between stores',
    kinds: ['cross-marketplace-debt'],
    returnsToZero: true,
  },
  unsettled: { title: 'Accrued and not settled', kinds: ['unsettled'], returnsToZero: true },
  'order-receivable': { title: 'Orders not settled', kinds: ['order-receivable'], returnsToZero: false },
  'tax-residual': { title: 'Residual of withheld tax', kinds: ['tax-residual'], returnsToZero: false },
  suspense: { title: 'Adjustments nobody has explained', kinds: ['balance-adjustment'], returnsToZero: false },
  loan: { title: 'Amazon loan', kinds: ['amazon-loan'], returnsToZero: false },
};

/** Every kind that stands on some ledger. */
export const LEDGER_KINDS: readonly string[] = Object.values(LEDGERS).flatMap(({ kinds }) => kinds);

const LEDGER_OF: ReadonlyMap<string, LedgerName> = new Map(
  (Object.keys(LEDGERS) as LedgerName[]).flatMap((name) => LEDGERS[name].kinds.map((kind) => [kind, name] as const)),
);

/** One line of a recorded entry that stands on a ledger. Minor units, debit positive. */
export interface LedgerLine {
  readonly postingKey: string;
  readonly companyCode: string;
  readonly currency: CurrencyCode;
  readonly postingDate: LocalDate;
  /** The settlement or accrual it comes from. */
  readonly originKey: string;
  readonly originName: string;
  readonly kind: string;
  readonly minor: bigint;
  /** `false` while it waits to be sent: it is not in SAP's books yet. */
  readonly isBooked: boolean;
}

/** Money seen in a bank account that belongs to a settlement: positive came in, negative went out. */
export interface BankMovement {
  readonly settlementKey: SettlementKey;
  readonly settlementId: string;
  readonly reference: string;
  readonly on: LocalDate;
  readonly currency: CurrencyCode;
  readonly minor: bigint;
}

/** What is known about which movement answers which. */
export interface LedgerPairs {
  /** The settlement before each, where nothing is missing between them. */
  readonly before: ReadonlyMap<string, { readonly key: SettlementKey; readonly settlementId: string }>;
  /** Payouts that came back, by the settlement that shows them: of which settlement, and how much. */
  readonly returned: ReadonlyMap<string, readonly { readonly of: SettlementKey | null; readonly minor: bigint }[]>;
  /** Legs of set-offs between stores, by settlement: the name of the pair, and how much in Amazon's sign. */
  readonly offsets: ReadonlyMap<string, readonly { readonly pair: string | null; readonly minor: bigint }[]>;
}

/** What a movement on a ledger is, and what clears it. */
export interface LedgerMovement {
  readonly companyCode: string;
  readonly currency: CurrencyCode;
  readonly on: LocalDate;
  /** Movements of one match clear each other. */
  readonly match: string;
  readonly kind: string;
  readonly originKey: string;
  readonly originName: string;
  /** Posting key of the entry, or the reference of a deposit. */
  readonly reference: string;
  readonly minor: bigint;
  readonly isBooked: boolean;
}

export interface OpenItem {
  readonly match: string;
  readonly originName: string;
  readonly originKey: string;
  readonly since: LocalDate;
  readonly ageDays: number;
  readonly amount: Money;
  readonly kinds: readonly string[];
  /** When entries or deposits after the period clear it, as far as they are known; `null` while none does. */
  readonly clearedOn: LocalDate | null;
}

/** One balance in one company code and currency over a period. */
export interface Ledger {
  readonly name: LedgerName;
  readonly title: string;
  /** `null`: over all company codes, where an amount in one is cleared in another. */
  readonly companyCode: string | null;
  readonly currency: CurrencyCode;
  readonly opening: Money;
  readonly debits: Money;
  readonly credits: Money;
  readonly closing: Money;
  readonly openItems: readonly OpenItem[];
  /** Σ open items = closing. Holds by construction; shown because an auditor asks for it. */
  readonly ties: boolean;
  readonly movements: readonly LedgerMovement[];
}

export interface LedgerInput {
  readonly lines: readonly LedgerLine[];
  readonly bank: readonly BankMovement[];
  readonly pairs: LedgerPairs;
  readonly from: LocalDate;
  readonly until: LocalDate;
}

/**
 * The ledgers of a connection from its recorded entries, with open items as at the end of the period. A deposit clears
 * the payout it was matched with: in SAP the bank statement does that, so it is shown beside the entries and is none.
 */
export function buildLedgers(input: LedgerInput): readonly Ledger[] {
  const groups = new Map<string, LedgerMovement[]>();
  const add = (name: LedgerName, movement: LedgerMovement) => {
    const code = isOverCompanies(name) ? '' : movement.companyCode;
    const key = JSON.stringify([name, code, movement.currency]);
    const group = groups.get(key);
    if (group) group.push(movement);
    else groups.set(key, [movement]);
  };
  const companyOfPayout = new Map<string, string>();
  for (const line of input.lines) {
    const name = LEDGER_OF.get(line.kind);
    if (name === undefined) continue;
    if (line.kind === 'payout' || name === 'card') companyOfPayout.set(line.originKey, line.companyCode);
    for (const movement of movementsOf(line, input.pairs)) add(name, movement);
  }
  for (const each of input.bank) {
    const companyCode = companyOfPayout.get(each.settlementKey);
    if (companyCode !== undefined) add(each.minor < 0n ? 'card' : 'clearing', bankMovement(each, companyCode));
  }
  const order = Object.keys(LEDGERS);
  return [...groups]
    .map(([key, movements]) => {
      const [name, code, currency] = JSON.parse(key) as [LedgerName, string, CurrencyCode];
      return toLedger({ name, companyCode: code === '' ? null : code, currency, movements }, input);
    })
    .sort(
      (a, b) =>
        order.indexOf(a.name) - order.indexOf(b.name) ||
        compareText(a.companyCode ?? '', b.companyCode ?? '') ||
        compareText(a.currency, b.currency),
    );
}

/** The two sides of these stand in different company codes, so only the sum of all returns to zero. */
function isOverCompanies(name: LedgerName): boolean {
  return name === 'cross-company' || name === 'cross-marketplace';
}

function movementsOf(line: LedgerLine, pairs: LedgerPairs): LedgerMovement[] {
  const facts = {
    companyCode: line.companyCode,
    currency: line.currency,
    on: line.postingDate,
    kind: line.kind,
    originKey: line.originKey,
    originName: line.originName,
    reference: line.postingKey,
    isBooked: line.isBooked,
  };
  const parts = partsOf(line, pairs);
  return parts.map(({ match, minor }) => ({ ...facts, match, minor }));
}

function partsOf(line: LedgerLine, pairs: LedgerPairs): readonly { match: string; minor: bigint }[] {
  const { kind, originKey: own, minor } = line;
  const before = pairs.before.get(own)?.key ?? `before ${own}`;
  switch (kind) {
    case 'payout':
      return [{ match: `payout ${own}`, minor }];
    case 'payout-returned':
      return (
        split(minor, pairs.returned.get(own), ({ of }) => (of === null ? `returned in ${own}` : `payout ${of}`)) ?? [
          { match: `returned in ${own}`, minor },
        ]
      );
    case 'cross-marketplace-debt':
      return (
        split(minor, pairs.offsets.get(own), ({ pair }) => pair ?? `offset in ${own}`) ?? [
          { match: `offset in ${own}`, minor },
        ]
      );
    case 'reserve-held':
      return [{ match: `reserve ${own}`, minor }];
    case 'reserve-released':
      return [{ match: `reserve ${before}`, minor }];
    case 'closing-debt':
      return [{ match: `debt ${own}`, minor }];
    case 'opening-debt':
      return [{ match: `debt ${before}`, minor }];
    // What one origin leaves another takes up, order by order or instalment by instalment: only the balance is one item.
    case 'order-receivable':
    case 'amazon-loan':
      return [{ match: kind, minor }];
    case 'card-charge':
    case 'card-charge-failed':
      return [{ match: `card ${own}`, minor }];
    default:
      return [{ match: `${kind} ${own}`, minor }];
  }
}

/**
 * A line sums all rows of its kind, so it is taken apart again where the rows are known and come to exactly the line (or to
 * its mirror, when it was reversed).
 */
function split<Row extends { readonly minor: bigint }>(
  minor: bigint,
  rows: readonly Row[] | undefined,
  matchOf: (row: Row) => string,
): readonly { match: string; minor: bigint }[] | undefined {
  const sum = rows?.reduce((total, row) => total + row.minor, 0n);
  if (!rows || (sum !== -minor && sum !== minor)) return undefined;
  const sign = sum === -minor ? -1n : 1n;
  return rows.map((row) => ({ match: matchOf(row), minor: row.minor * sign }));
}

function bankMovement(each: BankMovement, companyCode: string): LedgerMovement {
  return {
    companyCode,
    currency: each.currency,
    on: each.on,
    match: `${each.minor < 0n ? 'card' : 'payout'} ${each.settlementKey}`,
    kind: 'deposit',
    originKey: each.settlementKey,
    originName: each.settlementId,
    reference: each.reference,
    minor: -each.minor,
    isBooked: true,
  };
}

function toLedger(
  group: {
    readonly name: LedgerName;
    readonly companyCode: string | null;
    readonly currency: CurrencyCode;
    readonly movements: readonly LedgerMovement[];
  },
  { from, until }: Pick<LedgerInput, 'from' | 'until'>,
): Ledger {
  const { name, companyCode, currency } = group;
  const known = group.movements
    .filter(({ on }) => on <= until)
    .sort((a, b) => compareText(a.on, b.on) || compareText(a.reference, b.reference) || compareText(a.kind, b.kind));
  const inPeriod = known.filter(({ on }) => on >= from);
  const sum = (movements: readonly LedgerMovement[]) => movements.reduce((total, { minor }) => total + minor, 0n);
  const amount = (minor: bigint) => money(currency, minor);
  const later = group.movements.filter(({ on }) => on > until);
  const openItems = openItemsOf(known, later, until);
  const closing = sum(known);
  return {
    name,
    title: LEDGERS[name].title,
    companyCode,
    currency,
    opening: amount(sum(known.filter(({ on }) => on < from))),
    debits: amount(sum(inPeriod.filter(({ minor }) => minor > 0n))),
    credits: amount(sum(inPeriod.filter(({ minor }) => minor < 0n))),
    closing: amount(closing),
    openItems,
    ties: openItems.reduce((total, item) => total + item.amount.minor, 0n) === closing,
    movements: inPeriod,
  };
}

function openItemsOf(
  movements: readonly LedgerMovement[],
  later: readonly LedgerMovement[],
  until: LocalDate,
): OpenItem[] {
  const matches = new Map<string, LedgerMovement[]>();
  for (const movement of movements) {
    const of = matches.get(movement.match);
    if (of) of.push(movement);
    else matches.set(movement.match, [movement]);
  }
  return [...matches.values()].flatMap((of): OpenItem[] => {
    const minor = of.reduce((total, each) => total + each.minor, 0n);
    const oldest = oldestOpen(of, minor);
    if (minor === 0n || !oldest) return [];
    return [
      {
        match: oldest.match,
        originName: oldest.originName,
        originKey: oldest.originKey,
        since: oldest.on,
        ageDays: daysBetween(oldest.on, until),
        amount: money(oldest.currency, minor),
        kinds: [...new Set(of.map(({ kind }) => kind))],
        clearedOn: clearingDay(
          minor,
          later.filter(({ match }) => match === oldest.match),
        ),
      },
    ];
  });
}

/** The last day of the movements after the period, when they are what is open. */
function clearingDay(open: bigint, later: readonly LedgerMovement[]): LocalDate | null {
  const rest = later.reduce((sum, { minor }) => sum + minor, open);
  if (rest !== 0n) return null;
  return (
    later
      .map(({ on }) => on)
      .sort(compareText)
      .at(-1) ?? null
  );
}

/** The oldest movement that is not cleared, where older ones are cleared first. */
function oldestOpen(movements: readonly LedgerMovement[], open: bigint): LedgerMovement | undefined {
  let rest = open;
  for (const movement of movements.toReversed()) {
    if (movement.minor > 0n !== open > 0n) continue;
    rest -= movement.minor;
    if (rest === 0n || rest > 0n !== open > 0n) return movement;
  }
  return movements[0];
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
