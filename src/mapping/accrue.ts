import {
  assert,
  type CurrencyCode,
  type EpochSeconds,
  firstDayOf,
  type LocalDate,
  lastDayOf,
  localDateAt,
  type Money,
  money,
  negateMoney,
  nextYearMonth,
  type Sha256,
  sumMoney,
  type YearMonth,
  yearMonthOf,
} from '../core/index.ts';
import {
  accrualKeyOf,
  type CompanyCode,
  countDocumentLines,
  cutText,
  ENTRY_LINES_MAX,
  entriesDigest,
  HEADER_TEXT_MAX,
  type JournalEntry,
  type JournalLine,
  mirrorEntry,
  monthEndReferenceOf,
  textWithReference,
} from '../ledger/index.ts';
import type { AccountTable, CompanyCodeRule, MarketplaceRule } from './account-table.ts';
import { NO_DIMENSIONS, type RowDimensions, type RowPlace } from './account-table-dimensions.ts';
import { type AccrualLineSources, isBookedByOrders, sourcesOf, withoutBuckets } from './accrual-line-sources.ts';
import { isMultiChannelOrder, recogniseFinanceAmount } from './finance-vocabulary.ts';
import { LINE_GROUPS } from './line-group.ts';
import { type LineKind, lineKindFacts } from './line-kind.ts';
import { findMarketplaceById, isMultiChannelMarketplaceId } from './marketplace.ts';
import { documentTypeOf } from './propose-entries.ts';
import { mostFrequent } from './propose-home.ts';
import { summariseLines } from './propose-lines.ts';
import type { PlacedBucket } from './propose-rows.ts';

/** One financial event that no booked settlement contains: what a month-end accrual is computed from. */
export interface AccrualEvent {
  /** Amazon's key and our revision of it: together they name one state of the event for ever. */
  readonly key: string;
  readonly revision: number;
  readonly eventType: string;
  readonly postedAt: EpochSeconds;
  readonly marketplaceId: string | null;
  readonly orderId: string | null;
  readonly total: Money | null;
  /** The orders model has booked what it is worth to the buyer: only the rest, such as the fees, is accrued. */
  readonly isBookedByOrders: boolean;
  readonly amounts: readonly AccrualAmount[];
}

/** The amount at one leaf of Amazon's tree of breakdowns, in Amazon's sign. */
export interface AccrualAmount {
  readonly path: readonly string[];
  readonly amount: Money;
  /** `null` where Amazon does not say it of this amount. */
  readonly sku: string | null;
  readonly channel: 'AFN' | 'MFN' | null;
}

export interface AccrueInput {
  readonly month: YearMonth;
  readonly events: readonly AccrualEvent[];
  readonly table: AccountTable;
  /** Part of every posting key. */
  readonly sellerAccount: string;
  /** Part of every posting key; 0 unless the accrual of this month was withdrawn or reversed before. */
  readonly revision: number;
  /** `opening`: the month was accrued by somebody else, so only the release is booked here. */
  readonly sides: 'both' | 'opening';
  /** Told of each amount that is accrued, with the number that `lineSources` names it by: for whoever asks what is behind a line. */
  readonly onAmount?: (number: number, event: AccrualEvent, amount: AccrualAmount, kind: LineKind) => void;
}

/** One reason why amounts cannot be accrued, with the amounts it concerns summed up. */
export interface AccrualObstacle {
  readonly code: string;
  readonly eventType: string;
  /** The way down Amazon's tree, joined by ` / `. */
  readonly path: string;
  readonly marketplace: string;
  readonly count: number;
  readonly amount: Money;
  /** The first event it concerns. */
  readonly eventKey: string;
  readonly says: string;
  readonly next: string;
}

/** What a month-end accrual comes to. Entries are empty when there is an obstacle that was not left out on purpose. */
export interface AccrualDraft {
  /** For each company code and currency the accrual, then its release. */
  readonly entries: readonly JournalEntry[];
  readonly obstacles: readonly AccrualObstacle[];
  /** Company codes whose month the accrual closes: all of the table, also those in which nothing is open. */
  readonly companyCodes: readonly CompanyCode[];
  readonly events: number;
  /** Events of balances alone, such as transfers and reserves: they are never accrued. */
  readonly balanceOnly: number;
  readonly digest: Sha256;
  readonly lineSources: readonly AccrualLineSources[];
}

const NEXT_TABLE = 'then run: seller-ledger mapping check FILE';

/**
 * What the events come to at the end of a month: in each company code and currency an entry on the last day that books
 * them against the account of purpose `unsettled`, with the accounts, cost objects and tax codes their settlement will
 * use, and its mirror on the next day. Pure: the order of the events changes nothing. Events after the month, by the time zone of
 * their company code, are left out; movements of the balance with Amazon are never accrued. What is not known is an
 * obstacle with count and amount, and then there are no entries, unless `leaveOutUnknown`.
 */
export function accrueMonth(input: AccrueInput & { readonly leaveOutUnknown?: boolean }): AccrualDraft {
  const placer = new EventPlacer(input);
  for (const event of input.events.toSorted((a, b) => (a.key < b.key ? -1 : 1))) placer.place(event);
  const obstacles = placer.obstacles();
  const companyCodes = input.table.companyCodes().map((rule) => rule.companyCode);
  const facts = { obstacles, companyCodes, events: placer.eventCount, balanceOnly: placer.balanceOnly };
  if (obstacles.length > 0 && input.leaveOutUnknown !== true) {
    return { ...facts, entries: [], digest: entriesDigest([]), lineSources: [] };
  }
  const { entries, missing, lineSources } = draftAccrual(input, placer.placed());
  if (missing.length > 0) {
    const all = [...obstacles, ...missing];
    return { ...facts, obstacles: all, entries: [], digest: entriesDigest([]), lineSources: [] };
  }
  return { ...facts, entries, digest: entriesDigest(entries), lineSources };
}

interface PlacedAmount {
  readonly currency: CurrencyCode;
  readonly bucket: PlacedBucket;
}

/** Where an amount is booked, and the month it belongs to there. */
interface AmountPlace {
  readonly marketplace: MarketplaceRule;
  readonly company: CompanyCodeRule;
  readonly month: YearMonth;
  readonly row: RowDimensions & { readonly place: RowPlace };
}

interface GrowingObstacle extends AccrualObstacle {
  count: number;
  amount: Money;
}

class EventPlacer {
  readonly #input: AccrueInput;
  readonly #homes: ReadonlyMap<string, MarketplaceRule>;
  readonly #buckets = new Map<string, PlacedAmount & { bucket: { sumMinor: bigint; count: number } }>();
  readonly #obstacles = new Map<string, GrowingObstacle>();
  eventCount = 0;
  balanceOnly = 0;

  constructor(input: AccrueInput) {
    this.#input = input;
    this.#homes = homesByCurrency(input);
  }

  placed(): PlacedAmount[] {
    return [...this.#buckets.values()];
  }

  obstacles(): AccrualObstacle[] {
    return [...this.#obstacles.values()].sort((a, b) => (a.path + a.code < b.path + b.code ? -1 : 1));
  }

  place(event: AccrualEvent): void {
    const amounts = event.amounts.filter(({ amount }) => amount.minor !== 0n);
    const kinds = amounts.map((amount) => this.#kindOf(event, amount));
    if (kinds.length > 0 && kinds.every((kind) => kind !== undefined && isMovement(kind))) {
      this.balanceOnly += 1;
      return;
    }
    const isCounted = [this.#placeAmounts(event, amounts, kinds), this.#checkTotal(event)].some(Boolean);
    if (isCounted) this.eventCount += 1;
  }

  /** Whether any amount belongs to the month. */
  #placeAmounts(
    event: AccrualEvent,
    amounts: readonly AccrualAmount[],
    kinds: readonly (LineKind | undefined)[],
  ): boolean {
    let isCounted = false;
    for (const [index, amount] of amounts.entries()) {
      const kind = kinds[index];
      const place = this.#placeOf(event, amount.amount.currency);
      const own = place && this.#ownPlaceOf(event, amount, place.marketplace);
      if (((own ?? place)?.month ?? '') > this.#input.month) continue;
      isCounted = true;
      if (kind === undefined) this.#stop(event, amount, kindUnknown(event, amount));
      else if (!place) this.#stop(event, amount, marketplaceUnassigned(event, amount));
      else if (!own) this.#stop(event, amount, companyCodeMissing(place.marketplace));
      else if (!isMovement(kind) && !isBookedByOrders(event, kind)) {
        this.#add(event, amount, { kind, ...own });
      }
    }
    return isCounted;
  }

  #kindOf(event: AccrualEvent, { path }: AccrualAmount): LineKind | undefined {
    return recogniseFinanceAmount({ eventType: event.eventType, path }, { isMultiChannel: isMultiChannel(event) });
  }

  /** In whose books the store's own amounts are. */
  #placeOf(event: AccrualEvent, currency: CurrencyCode): Omit<AmountPlace, 'row'> | undefined {
    const marketplace = namedMarketplace(event, this.#input.table) ?? this.#homes.get(currency);
    const company = marketplace && this.#input.table.companyCode(marketplace.companyCode);
    if (!marketplace || !company) return undefined;
    return { marketplace, company, month: yearMonthOf(localDateAt(event.postedAt, company.timeZone)) };
  }

  /** In whose books the amount is by its channel and SKU, as its row in a settlement will be. */
  #ownPlaceOf(event: AccrualEvent, amount: AccrualAmount, marketplace: MarketplaceRule): AmountPlace | undefined {
    const { table, month } = this.#input;
    const dimensions: RowDimensions = {
      channel: isMultiChannel(event) ? 'MCF' : amount.channel,
      skuPatterns: table.matchSku(amount.sku ?? ''),
    };
    const place = table.placeOf(marketplace.name, lastDayOf(month), dimensions);
    const company = place && table.companyCode(place.companyCode);
    if (!company) return undefined;
    const own = yearMonthOf(localDateAt(event.postedAt, company.timeZone));
    return { marketplace, company, month: own, row: { ...dimensions, place } };
  }

  #add(event: AccrualEvent, amount: AccrualAmount, place: AmountPlace & { readonly kind: LineKind }): void {
    const { kind, marketplace, company, row } = place;
    const { currency, minor } = amount.amount;
    const on = lastDayOf(this.#input.month);
    const assignment = this.#input.table.assign(kind, marketplace.name, on, row);
    if (!assignment) {
      this.#stop(event, amount, accountMissing(kind, marketplace, on));
      return;
    }
    const dimensions = `${row.channel} ${row.skuPatterns.join()}`;
    const key = [company.companyCode, currency, kind, marketplace.name, dimensions].join('\n');
    const known = this.#buckets.get(key);
    const number = known?.bucket.number ?? this.#buckets.size;
    this.#input.onAmount?.(number, event, amount, kind);
    if (known) {
      known.bucket.sumMinor += minor;
      known.bucket.count += 1;
      return;
    }
    const { month } = this.#input;
    const bucket = { number, sumMinor: minor, count: 1, kind, marketplace, company, month, assignment };
    this.#buckets.set(key, { currency, bucket });
  }

  /** Amounts that do not come to the total of their event: something of it is missing, and nobody knows what. */
  #checkTotal(event: AccrualEvent): boolean {
    const { total, amounts } = event;
    if (total === null) return false;
    const sum = amounts.reduce((all, { amount }) => all + (amount.currency === total.currency ? amount.minor : 0n), 0n);
    const isWhole = sum === total.minor && amounts.every(({ amount }) => amount.currency === total.currency);
    const place = this.#placeOf(event, total.currency);
    if (isWhole || (place && place.month > this.#input.month)) return false;
    const rest = { path: ['(not broken down)'], amount: money(total.currency, total.minor - sum) };
    this.#stop(event, rest, {
      code: 'EVENT_NOT_BROKEN_DOWN',
      says: `The amounts of a ${event.eventType} event do not come to its total, so part of it has no meaning.`,
      next: LEAVE_OUT,
    });
    return true;
  }

  #stop(event: AccrualEvent, { path, amount }: Pick<AccrualAmount, 'path' | 'amount'>, why: Reason): void {
    const shownPath = path.join(' / ');
    const marketplace = event.marketplaceId ?? '';
    const key = [why.code, event.eventType, shownPath, marketplace, amount.currency].join('\n');
    const known = this.#obstacles.get(key);
    if (known) {
      known.count += 1;
      known.amount = money(amount.currency, known.amount.minor + amount.minor);
      return;
    }
    const { eventType, key: eventKey } = event;
    this.#obstacles.set(key, { ...why, eventType, path: shownPath, marketplace, count: 1, amount, eventKey });
  }
}

type Reason = Pick<AccrualObstacle, 'code' | 'says' | 'next'>;

const LEAVE_OUT =
  'Wait for a version that knows it, or accrue the rest and say why: seller-ledger accruals month NAME MONTH --leave-out-unknown --why TEXT';

function kindUnknown(event: AccrualEvent, { path }: AccrualAmount): Reason {
  return {
    code: 'EVENT_KIND_UNKNOWN',
    says: `What "${path.join(' / ')}" of a ${event.eventType || '(blank)'} event means is not known.`,
    next: LEAVE_OUT,
  };
}

function marketplaceUnassigned(event: AccrualEvent, { amount }: AccrualAmount): Reason {
  const store = event.marketplaceId === null ? undefined : findMarketplaceById(event.marketplaceId);
  const name = store?.name ?? event.marketplaceId;
  return {
    code: 'MARKETPLACE_UNASSIGNED',
    says: name
      ? `The account table does not say to which company code marketplace ${name} belongs.`
      : `The event names no marketplace, and the account table has none for currency ${amount.currency}.`,
    next: name
      ? `Add a row to marketplaces for ${name}, ${NEXT_TABLE}`
      : `Add a row to currencies for ${amount.currency}, ${NEXT_TABLE}`,
  };
}

function companyCodeMissing(marketplace: MarketplaceRule): Reason {
  return {
    code: 'COMPANY_CODE_MISSING',
    says: `By its channel or SKU an amount in ${marketplace.name} belongs to a company code that the account table does not describe.`,
    next: `Add it to companyCodes, ${NEXT_TABLE}`,
  };
}

function accountMissing(kind: LineKind, marketplace: MarketplaceRule, on: LocalDate): Reason {
  const { group, title } = lineKindFacts(kind);
  return {
    code: 'ACCOUNT_MISSING',
    says: `${title} (${kind}, group ${group} ${LINE_GROUPS[group].name}) has no account in ${marketplace.name} on ${on}.`,
    next: `Add a row to assignments for kind ${kind} and marketplace ${marketplace.name}, ${NEXT_TABLE}`,
  };
}

/** Amazon only fulfils it: it was sold elsewhere. */
function isMultiChannel({ orderId, marketplaceId }: AccrualEvent): boolean {
  return isMultiChannelOrder(orderId) || (marketplaceId !== null && isMultiChannelMarketplaceId(marketplaceId));
}

/** Money between the seller, Amazon and a bank: on the balance sheet before and after, so there is nothing to accrue. */
function isMovement(kind: LineKind): boolean {
  return lineKindFacts(kind).nature === 'balance-sheet';
}

/** `undefined` when the event names none, or one that the account table does not know. */
function namedMarketplace(event: AccrualEvent, table: AccountTable): MarketplaceRule | undefined {
  const store = event.marketplaceId === null ? undefined : findMarketplaceById(event.marketplaceId);
  return store && table.marketplace(store.name);
}

/** Where events go that name no marketplace: as in a settlement the one of the currency, else the most frequent one. */
function homesByCurrency({ events, table }: AccrueInput): ReadonlyMap<string, MarketplaceRule> {
  const counted = new Map<CurrencyCode, { rule: MarketplaceRule; count: number }[]>();
  for (const event of events) {
    const rule = namedMarketplace(event, table);
    for (const currency of new Set(event.amounts.map(({ amount }) => amount.currency))) {
      const list = counted.get(currency) ?? [];
      if (rule) list.push({ rule, count: 1 });
      counted.set(currency, list);
    }
  }
  const homes = new Map<string, MarketplaceRule>();
  for (const [currency, rules] of counted) {
    const home = table.marketplaceOfCurrency(currency) ?? mostFrequent(rules)[0];
    if (home) homes.set(currency, home);
  }
  return homes;
}

function draftAccrual(
  input: AccrueInput,
  placed: readonly PlacedAmount[],
): { entries: JournalEntry[]; missing: AccrualObstacle[]; lineSources: AccrualLineSources[] } {
  const lineSources: AccrualLineSources[] = [];
  const missing: AccrualObstacle[] = [];
  const groups = new Map<string, PlacedAmount[]>();
  for (const amount of placed) {
    const key = `${amount.bucket.company.companyCode}\n${amount.currency}`;
    groups.set(key, [...(groups.get(key) ?? []), amount]);
  }
  const entries = [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, amounts]) => {
      const drafted = draftCompany(input, amounts);
      if ('code' in drafted) missing.push(drafted);
      if ('code' in drafted) return [];
      lineSources.push(
        ...drafted.flatMap(({ entry, lines, isRelease }) => sourcesOf(entry.postingKey, { lines, isRelease })),
      );
      return drafted.map(({ entry }) => withoutBuckets(entry));
    });
  return { entries, missing, lineSources };
}

interface DraftEntry {
  readonly entry: JournalEntry;
  /** Of the accrual, with the numbers of their amounts. */
  readonly lines: readonly JournalLine[];
  readonly isRelease: boolean;
}

/** The documents of one company code and currency. */
function draftCompany(input: AccrueInput, placed: readonly PlacedAmount[]): DraftEntry[] | AccrualObstacle {
  const [first] = placed;
  assert(first !== undefined, 'a company code is accrued for an amount');
  const { currency, bucket } = first;
  const { company } = bucket;
  const { month, table } = input;
  const on = lastDayOf(month);
  const buckets = placed.map(({ bucket }) => bucket);
  const [marketplace] = mostFrequent(buckets.map(({ marketplace: rule, count }) => ({ rule, count })));
  assert(marketplace !== undefined, 'a company code is accrued for a marketplace');
  const lines = summariseLines(buckets, { currency, table, on })
    .filter(({ amount }) => amount.minor !== 0n)
    .map((line) => ({ ...line, text: textWithReference(line.text, month) }));
  if (lines.length === 0) return [];
  const account = table.assign('unsettled', marketplace.name, on, balanceRowOf(marketplace, company));
  const amounts = lines.map(({ amount }) => amount);
  const open = sumMoney(currency, amounts);
  if (!account) return unsettledMissing(marketplace, on, open);
  const { text, ...assignment } = account;
  const closing = { kind: 'unsettled', ...assignment, tax: null, text: textWithReference(text, month), buckets: [] };
  const closeLine = (amount: Money): JournalLine => ({ ...closing, amount });
  const parts = cutParts(currency, lines, closeLine);
  const keyFacts = { sellerAccount: input.sellerAccount, accrual: 'month-end', month, currency } as const;
  return parts.flatMap((partLines, index) => {
    const part = index + 1;
    const facts = { ...keyFacts, companyCode: company.companyCode, part, revision: input.revision };
    const accrual: JournalEntry = {
      postingKey: accrualKeyOf({ ...facts, side: 'accrual' }),
      companyCode: company.companyCode,
      documentType: documentTypeOf(company, partLines),
      documentDate: on,
      postingDate: on,
      currency,
      headerText: cutText(`AMZ accrual ${month}`, HEADER_TEXT_MAX),
      headerReference: monthEndReferenceOf(month),
      part,
      partCount: parts.length,
      lines: partLines,
    };
    const release: JournalEntry = {
      ...mirrorEntry(accrual, {
        postingKey: accrualKeyOf({ ...facts, side: 'release' }),
        postingDate: firstDayOf(nextYearMonth(month)),
      }),
      headerText: cutText(`AMZ release ${month}`, HEADER_TEXT_MAX),
    };
    const released = { entry: release, lines: partLines, isRelease: true };
    return input.sides === 'opening' ? [released] : [{ entry: accrual, lines: partLines, isRelease: false }, released];
  });
}

/** Cost objects of a marketplace belong to its own company code: the balances of another one carry none of them. */
function balanceRowOf({ companyCode: own }: MarketplaceRule, { companyCode }: CompanyCodeRule) {
  return companyCode === own
    ? NO_DIMENSIONS
    : { ...NO_DIMENSIONS, place: { companyCode, costCenter: null, profitCenter: null } };
}

/** As many lines as fit in each document, each closed by a line of its own. */
function cutParts(
  currency: CurrencyCode,
  lines: readonly JournalLine[],
  closeLine: (amount: Money) => JournalLine,
): JournalLine[][] {
  const parts: JournalLine[][] = [];
  let group: JournalLine[] = [];
  const close = () => {
    const sum = sumMoney(
      currency,
      group.map(({ amount }) => amount),
    );
    parts.push(sum.minor === 0n ? group : [...group, closeLine(negateMoney(sum))]);
    group = [];
  };
  for (const line of lines) {
    if (countDocumentLines([...group, line]) > ENTRY_LINES_MAX - 1) close();
    group.push(line);
  }
  if (group.length > 0) close();
  return parts;
}

function unsettledMissing(marketplace: MarketplaceRule, on: LocalDate, amount: Money): AccrualObstacle {
  return {
    code: 'ACCOUNT_MISSING',
    eventType: '',
    path: '',
    marketplace: marketplace.name,
    count: 0,
    amount: negateMoney(amount),
    eventKey: '',
    says: `There is no account for unsettled in ${marketplace.name} on ${on}, so an accrual cannot be closed.`,
    next: `Add a row to balances for purpose unsettled, ${NEXT_TABLE}`,
  };
}
