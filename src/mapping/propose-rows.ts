import { formatMoney, type LocalDate, type Money, money, type YearMonth } from '../core/index.ts';
import { cutText, textWithReference } from '../ledger/index.ts';
import type { AccountAssignment, AccountTable, CompanyCodeRule, MarketplaceRule } from './account-table.ts';
import { channelOf, type RowDimensions } from './account-table-dimensions.ts';
import type { SettlementBucket, SettlementSums } from './buckets.ts';
import { LINE_GROUPS } from './line-group.ts';
import { type LineKind, lineKindFacts } from './line-kind.ts';
import { isMultiChannelMarketplace } from './marketplace.ts';
import type { QuarantineItem } from './proposal.ts';
import { type ClosedThrough, type PostingCalendar, postingCalendar } from './propose-calendar.ts';
import { type MarketplaceFinder, namesStore } from './propose-home.ts';
import type { SettlementHeader, SettlementTables } from './settlement.ts';

/** A bucket whose place in the books is known. */
export interface PlacedBucket {
  readonly number: number;
  /** Amazon's sign. */
  readonly sumMinor: bigint;
  readonly count: number;
  /** `order-receivable` where the rows clear what was accrued. */
  readonly kind: LineKind | 'order-receivable';
  readonly marketplace: MarketplaceRule;
  readonly company: CompanyCodeRule;
  readonly month: YearMonth;
  readonly assignment: AccountAssignment;
}

export interface PlaceInput {
  readonly header: SettlementHeader;
  readonly tables: SettlementTables;
  readonly sums: SettlementSums;
  readonly table: AccountTable;
  readonly marketplaces: MarketplaceFinder;
  readonly closedThrough?: ClosedThrough | undefined;
}

/** Far longer than any name; keeps a sentence readable when a column was moved. */
const MARKETPLACE_SHOWN_MAX = 60;
const NEXT_PREVIEW = 'seller-ledger preview FILE --mapping my-mapping.yaml';

/** Why a bucket cannot be booked. Reasons with the same key become one item. */
interface Obstacle {
  readonly code: string;
  readonly says: string;
  readonly next: string;
}

/** Says of every bucket where it is booked, or why it cannot be. A bucket is in exactly one of the two. */
export function placeBuckets(input: PlaceInput): { placed: PlacedBucket[]; quarantine: QuarantineItem[] } {
  const placed: PlacedBucket[] = [];
  const stopped = new QuarantineList(input);
  const kinds = kindFinder(input);
  const calendars = calendarFinder(input);
  for (const [number, bucket] of input.sums.buckets().entries()) {
    const place = placeBucket(bucket, { ...input, kinds, calendars });
    if ('code' in place) stopped.add(bucket, place);
    else placed.push({ number, sumMinor: bucket.sumMinor, count: bucket.count, ...place });
  }
  return { placed, quarantine: stopped.items() };
}

type Place = Omit<PlacedBucket, 'number' | 'sumMinor' | 'count'>;

interface PlaceContext extends PlaceInput {
  readonly kinds: (bucket: SettlementBucket) => LineKind | undefined;
  readonly calendars: (company: CompanyCodeRule) => PostingCalendar;
}

function placeBucket(bucket: SettlementBucket, context: PlaceContext): Place | Obstacle {
  const { table } = context;
  const kind = context.kinds(bucket);
  if (!kind) return kindUnknown();
  const marketplace = context.marketplaces.find(bucket.marketplace);
  if (!marketplace) return marketplaceUnassigned(context, bucket);
  const row = dimensionsOf(bucket, context);
  const own = table.companyCode(marketplace.companyCode);
  if (!own) return companyCodeMissing(marketplace);
  const place = table.placeOf(marketplace.name, dateIn(own, bucket, context).on, row);
  const company = place && table.companyCode(place.companyCode);
  if (!company) return companyCodeMissing({ ...marketplace, ...place });
  const { month, on } = dateIn(company, bucket, context);
  if (bucket.isAccrued) {
    const receivable = table.assign('order-receivable', marketplace.name, on, { ...row, place });
    if (!receivable) return receivableMissing(marketplace, on);
    const text = textWithReference(receivable.text, context.header.settlementId);
    return { kind: 'order-receivable', marketplace, company, month, assignment: { ...receivable, text } };
  }
  const assignment = table.assign(kind, marketplace.name, on, { ...row, place });
  if (!assignment) return accountMissing(kind, marketplace, on);
  return { kind, marketplace, company, month, assignment };
}

function dateIn(
  company: CompanyCodeRule,
  { at }: SettlementBucket,
  { calendars }: PlaceContext,
): { readonly month: YearMonth; readonly on: LocalDate } {
  const calendar = calendars(company);
  const month = calendar.monthAt(at);
  return { month, on: calendar.postingDate(month) };
}

function dimensionsOf(
  { marketplace, channel, skuPatterns }: SettlementBucket,
  { tables }: PlaceContext,
): RowDimensions {
  return { channel: channelOf(tables.marketplaces[marketplace] ?? '', tables.channels[channel] ?? ''), skuPatterns };
}

function kindUnknown(): Obstacle {
  return {
    code: 'LINE_KIND_UNKNOWN',
    says: 'What these three words mean is not known, so nobody can say which account they belong to.',
    next: 'Find out what they mean, and teach it: seller-ledger mapping unknown (a file: section vocabulary). Until then the settlement waits, or is booked in SAP by hand, and then never here.',
  };
}

function marketplaceUnassigned({ tables, header }: PlaceContext, bucket: SettlementBucket): Obstacle {
  const name = tables.marketplaces[bucket.marketplace] ?? '';
  const isStore = namesStore(name);
  const shown = cutText(name, MARKETPLACE_SHOWN_MAX);
  const says = isStore
    ? `The account table does not say to which company code marketplace ${shown} belongs.`
    : `No row of the file names a store of the account table, and the table has none for currency ${header.currency}.`;
  const row = isStore ? `marketplaces for ${shown}` : `currencies for ${header.currency}`;
  return { code: 'MARKETPLACE_UNASSIGNED', says, next: `Add a row to ${row}, then run: ${NEXT_PREVIEW}` };
}

function companyCodeMissing(marketplace: MarketplaceRule): Obstacle {
  return {
    code: 'COMPANY_CODE_MISSING',
    says: `Marketplace ${marketplace.name} belongs to company code ${marketplace.companyCode}, which the account table does not describe.`,
    next: `Add company code ${marketplace.companyCode} to companyCodes, then run: ${NEXT_PREVIEW}`,
  };
}

function accountMissing(kind: LineKind, marketplace: MarketplaceRule, on: LocalDate): Obstacle {
  const { group, title } = lineKindFacts(kind);
  return {
    code: 'ACCOUNT_MISSING',
    says: `${title} (${kind}, group ${group} ${LINE_GROUPS[group].name}) has no account in ${marketplace.name} on ${on}.`,
    next: `Add a row to assignments for kind ${kind} and marketplace ${marketplace.name}, then run: ${NEXT_PREVIEW}`,
  };
}

function receivableMissing(marketplace: MarketplaceRule, on: LocalDate): Obstacle {
  return {
    code: 'ACCOUNT_MISSING',
    says: `Orders that were accrued have no account for order-receivable in ${marketplace.name} on ${on}.`,
    next: `Add a row to balances for purpose order-receivable, then run: ${NEXT_PREVIEW}`,
  };
}

/** Kinds by triple: thousands of buckets ask for a hundred triples. */
function kindFinder({
  tables,
  table,
}: Pick<PlaceInput, 'tables' | 'table'>): (bucket: SettlementBucket) => LineKind | undefined {
  const isMultiChannel = tables.marketplaces.map(isMultiChannelMarketplace);
  const known = [new Map<number, LineKind | undefined>(), new Map<number, LineKind | undefined>()] as const;
  return (bucket) => {
    const multiChannel = isMultiChannel[bucket.marketplace] ?? false;
    const kinds = known[multiChannel ? 1 : 0];
    if (kinds.has(bucket.triple)) return kinds.get(bucket.triple);
    const triple = tables.triples[bucket.triple];
    const kind = triple && table.kindOf(triple, { isMultiChannel: multiChannel });
    kinds.set(bucket.triple, kind);
    return kind;
  };
}

/** One calendar for each company code, within the months of the one that is paid out. */
export function calendarFinder({
  header,
  table,
  marketplaces,
  closedThrough = () => null,
}: Pick<PlaceInput, 'header' | 'table' | 'marketplaces' | 'closedThrough'>): (
  company: CompanyCodeRule,
) => PostingCalendar {
  const mainCompany = marketplaces.home && table.companyCode(marketplaces.home.companyCode);
  const main = mainCompany && postingCalendar(header, mainCompany);
  const calendars = new Map<string, PostingCalendar>();
  return (company) => {
    let calendar = calendars.get(company.companyCode);
    if (!calendar) {
      calendar = postingCalendar(header, company, { main, closedThrough: closedThrough(company.companyCode) });
      calendars.set(company.companyCode, calendar);
    }
    return calendar;
  };
}

interface GrowingItem extends QuarantineItem {
  count: number;
  amount: Money;
}

/** One item for each reason, three words and marketplace, over all channels and months. Buckets come by first row. */
class QuarantineList {
  readonly #input: PlaceInput;
  readonly #items = new Map<string, GrowingItem>();

  constructor(input: PlaceInput) {
    this.#input = input;
  }

  add(bucket: SettlementBucket, obstacle: Obstacle): void {
    const key = `${obstacle.code}\n${bucket.triple}\n${bucket.marketplace}`;
    const known = this.#items.get(key);
    if (!known) {
      this.#items.set(key, this.#newItem(bucket, obstacle));
      return;
    }
    known.count += bucket.count;
    known.amount = money(known.amount.currency, known.amount.minor + bucket.sumMinor);
  }

  /** In the order of the rows in the file. */
  items(): QuarantineItem[] {
    return [...this.#items.values()].sort((a, b) => a.firstRow - b.firstRow);
  }

  #newItem(bucket: SettlementBucket, { code, says, next }: Obstacle): GrowingItem {
    const { tables, header } = this.#input;
    const triple = tables.triples[bucket.triple];
    return {
      code,
      transactionType: triple?.transactionType ?? '',
      amountType: triple?.amountType ?? '',
      amountDescription: triple?.amountDescription ?? '',
      marketplace: tables.marketplaces[bucket.marketplace] ?? '',
      count: bucket.count,
      amount: money(header.currency, bucket.sumMinor),
      firstRow: bucket.firstRow,
      says,
      next,
    };
  }
}

/** As many rows name a store of one company code as of another: the settlement stops, at its summary row. */
export function payoutUndecided(header: SettlementHeader, undecided: readonly MarketplaceRule[]): QuarantineItem {
  const { currency, total } = header;
  const stores = undecided.map(({ name, companyCode }) => `${name} (company code ${companyCode})`).join(', ');
  return {
    code: 'PAYOUT_COMPANY_UNDECIDED',
    transactionType: '',
    amountType: '',
    amountDescription: '',
    marketplace: '',
    count: 0,
    amount: total,
    firstRow: header.row,
    says: `As many rows name each of ${stores}, and the account table does not say which of them ${formatMoney(total)} ${currency} belongs to.`,
    next: `Name one of them in currencies for ${currency}, then run: ${NEXT_PREVIEW}`,
  };
}

/** A line that no row carries has no account: the whole settlement stops, at its summary row. */
export function balanceAccountMissing(
  header: SettlementHeader,
  missing: { readonly purpose: string; readonly marketplace: string; readonly on: LocalDate; readonly amount: Money },
): QuarantineItem {
  return {
    code: 'ACCOUNT_MISSING',
    transactionType: '',
    amountType: '',
    amountDescription: '',
    marketplace: missing.marketplace,
    count: 0,
    amount: missing.amount,
    firstRow: header.row,
    says: `There is no account for ${missing.purpose} in ${missing.marketplace} on ${missing.on}, so ${formatMoney(missing.amount)} ${header.currency} cannot be closed.`,
    next: `Add a row to balances for purpose ${missing.purpose}, then run: ${NEXT_PREVIEW}`,
  };
}
