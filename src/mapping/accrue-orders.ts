import {
  assert,
  type CurrencyCode,
  type EpochSeconds,
  firstDayOf,
  formatMoney,
  type LocalDate,
  localDateAt,
  type Money,
  money,
  nextYearMonth,
  sumMoney,
  type YearMonth,
  yearMonthOf,
} from '../core/index.ts';
import {
  cutText,
  ENTRY_LINES_MAX,
  entryBalance,
  HEADER_REFERENCE_MAX,
  HEADER_TEXT_MAX,
  hasAmount,
  type JournalEntry,
  type JournalLine,
  orderPostingKeyOf,
  ordersReferenceOf,
  type Proof,
  splitLines,
  textWithReference,
} from '../ledger/index.ts';
import type { AccountAssignment, AccountTable, CompanyCodeRule, MarketplaceRule } from './account-table.ts';
import type { RowDimensions, RowPlace } from './account-table-dimensions.ts';
import type { AccrualLineSources } from './accrual-line-sources.ts';
import type { LineKind } from './line-kind.ts';
import { findMarketplace } from './marketplace.ts';
import { isAccruedKind } from './order-kinds.ts';
import type { ClosedThrough } from './propose-calendar.ts';
import { summariseLines } from './propose-lines.ts';
import type { PlacedBucket } from './propose-rows.ts';

/** What was shipped of one order at one time, and what Amazon says it is worth. */
export interface Shipment {
  /** Amazon's number of the event. */
  readonly eventKey: string;
  readonly orderId: string;
  /** As Amazon names the store; `null` where it says none. */
  readonly marketplace: string | null;
  readonly channel: 'AFN' | 'MFN' | null;
  readonly currency: CurrencyCode;
  /** The moment that its rows in a settlement will carry. */
  readonly shippedAt: EpochSeconds;
  readonly parts: readonly ShipmentPart[];
}

export interface ShipmentPart {
  readonly kind: LineKind;
  readonly sku: string | null;
  /** Amazon's sign: positive is charged to the buyer. */
  readonly amount: Money;
}

/** A shipment whose place in the books is known. */
export interface PlacedShipment {
  readonly shipment: Shipment;
  readonly marketplace: MarketplaceRule;
  /** That of the marketplace; by channel and SKU the parts may belong to others. */
  readonly company: CompanyCodeRule;
  /** In the time zone of the company code. */
  readonly day: LocalDate;
  readonly parts: readonly PlacedPart[];
}

/** Only what the orders model books when goods are shipped. */
interface PlacedPart {
  readonly part: ShipmentPart;
  /** The day it is dated: that of shipping, or the first of the next open month. */
  readonly on: LocalDate;
  readonly company: CompanyCodeRule;
  readonly row: RowDimensions & { readonly place: RowPlace };
}

/** Why an order that was shipped is not booked yet. Nothing is lost: it is looked at again, or its settlement books it. */
export interface ShipmentObstacle {
  readonly reason: 'marketplace-unassigned' | 'company-code-missing' | 'account-missing';
  readonly says: string;
}

/** Says of a shipment where and on which day it is booked, or why it cannot be. What was shipped in a closed month is dated the first day of the next open one. */
export function placeShipment(
  shipment: Shipment,
  table: AccountTable,
  closedThrough?: ClosedThrough,
): PlacedShipment | ShipmentObstacle {
  const { marketplace: name, currency } = shipment;
  const marketplace = name === null ? table.marketplaceOfCurrency(currency) : table.marketplace(name);
  if (!marketplace) {
    const says =
      name === null
        ? `Nothing says in which store it was sold, and the account table has none for currency ${currency}.`
        : `The account table does not say to which company code marketplace ${name} belongs.`;
    return { reason: 'marketplace-unassigned', says };
  }
  const company = table.companyCode(marketplace.companyCode);
  if (!company) {
    const says = `Company code ${marketplace.companyCode} of marketplace ${marketplace.name} is not in the account table.`;
    return { reason: 'company-code-missing', says };
  }
  const day = localDateAt(shipment.shippedAt, company.timeZone);
  const parts = placeParts(shipment, { marketplace, day, table, closedThrough });
  return 'reason' in parts ? parts : { shipment, marketplace, company, day, parts };
}

/** The accounts of what was shipped on a day, or what is missing. */
function placeParts(
  { channel, parts: of }: Pick<Shipment, 'channel' | 'parts'>,
  place: {
    readonly marketplace: MarketplaceRule;
    readonly day: LocalDate;
    readonly table: AccountTable;
    readonly closedThrough: ClosedThrough | undefined;
  },
): PlacedPart[] | ShipmentObstacle {
  const { marketplace, day, table, closedThrough } = place;
  const parts: PlacedPart[] = [];
  for (const part of of.filter(({ kind }) => isAccruedKind(kind))) {
    const dimensions = { channel, skuPatterns: table.matchSku(part.sku ?? '') };
    const place = table.placeOf(marketplace.name, day, dimensions);
    const own = place && table.companyCode(place.companyCode);
    if (!own) {
      const says = `Company code ${place?.companyCode ?? ''} of ${part.sku ?? 'the order'} is not in the account table.`;
      return { reason: 'company-code-missing', says };
    }
    const row = { ...dimensions, place };
    const on = openDay(day, closedThrough?.(own.companyCode) ?? null);
    const missing = ([part.kind, 'order-receivable'] as const).find(
      (kind) => !table.assign(kind, marketplace.name, on, row),
    );
    if (missing) {
      return { reason: 'account-missing', says: `There is no account for ${missing} in ${marketplace.name} on ${on}.` };
    }
    parts.push({ part, company: own, on, row });
  }
  return parts;
}

/**
 * The shipments again that an accrual of a day was made of, from what it kept of them: to work it out anew. What they came to
 * has an account in the table they were accrued by; an obstacle means that it is another table.
 */
export function placeAccrued(
  sources: readonly AccruedPart[],
  place: { readonly day: LocalDate; readonly table: AccountTable; readonly closedThrough?: ClosedThrough },
): PlacedShipment[] | ShipmentObstacle {
  const { day, table, closedThrough } = place;
  const shipments: PlacedShipment[] = [];
  for (const { eventKey, orderId, marketplace: name, channel, ...part } of sources) {
    const marketplace = table.marketplace(name);
    const company = marketplace && table.companyCode(marketplace.companyCode);
    if (!marketplace || !company) {
      return { reason: 'marketplace-unassigned', says: `The account table has no company code for ${name}.` };
    }
    const parts = placeParts({ channel, parts: [part] }, { marketplace, day, table, closedThrough });
    if ('reason' in parts) return parts;
    const { currency } = part.amount;
    const shipment = { eventKey, orderId, marketplace: name, channel, currency, shippedAt: 0, parts: [part] };
    shipments.push({ shipment, marketplace, company, day, parts });
  }
  return shipments;
}

export interface AccrueOrdersInput {
  /** All of the same day. */
  readonly shipments: readonly PlacedShipment[];
  readonly day: LocalDate;
  /** 1 for the day's first orders; those that became known later are a batch of their own. */
  readonly batch: number;
  readonly summarise: 'day' | 'order';
  readonly table: AccountTable;
  /** Part of every posting key. */
  readonly sellerAccount: string;
  readonly revision: number;
}

export interface OrderAccrual {
  readonly entries: readonly JournalEntry[];
  readonly proofs: readonly Proof[];
  /** What it was made of, part by part: a line's bucket numbers are positions in here. */
  readonly sources: readonly AccruedPart[];
  readonly lineSources: readonly AccrualLineSources[];
}

/** One amount of one order, as it was accrued. */
export interface AccruedPart extends ShipmentPart {
  readonly eventKey: string;
  readonly orderId: string;
  readonly marketplace: string;
  readonly channel: Shipment['channel'];
}

/**
 * What orders shipped on one day come to in the books: debit the receivable of their marketplace, credit revenue and tax
 * by the same accounts as a settlement. One entry for each company code and currency, or for each order besides; cut where
 * SAP's limit asks for it. Pure: the same shipments, table and seller account give the same entries and posting keys,
 * whatever the order of the shipments.
 */
export function accrueOrders(input: AccrueOrdersInput): OrderAccrual {
  const sources = input.shipments
    .flatMap((placed) => partsOf(placed))
    .sort((a, b) => (sourceKey(a.source) < sourceKey(b.source) ? -1 : 1));
  const groups = new Map<string, NumberedPart[]>();
  for (const [number, part] of sources.entries()) {
    const { source, company } = part;
    const order = input.summarise === 'order' ? source.orderId : '';
    const key = [company.companyCode, source.amount.currency, order].join('\n');
    const group = groups.get(key);
    if (group) group.push({ ...part, number });
    else groups.set(key, [{ ...part, number }]);
  }
  const lineSources: AccrualLineSources[] = [];
  const entries = [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, parts]) => entriesOf(parts, input, lineSources))
    .filter(hasAmount);
  const found = sources.map(({ source }) => source);
  return { entries, sources: found, proofs: proveAccrual(found, entries), lineSources };
}

interface SourcePart extends Omit<PlacedPart, 'part'> {
  readonly source: AccruedPart;
  readonly marketplace: MarketplaceRule;
}

interface NumberedPart extends SourcePart {
  readonly number: number;
}

function partsOf(placed: PlacedShipment): SourcePart[] {
  const { eventKey, orderId, channel } = placed.shipment;
  const { marketplace } = placed;
  return placed.parts.map(({ part, ...place }) => ({
    source: { ...part, eventKey, orderId, marketplace: marketplace.name, channel },
    marketplace,
    ...place,
  }));
}

function sourceKey({ orderId, eventKey, kind, sku, amount }: AccruedPart): string {
  return [orderId, eventKey, kind, sku ?? '', amount.minor.toString().padStart(24, '0')].join('\n');
}

function entriesOf(
  parts: readonly NumberedPart[],
  input: AccrueOrdersInput,
  lineSources: AccrualLineSources[],
): JournalEntry[] {
  const [first] = parts;
  assert(first !== undefined, 'an entry is made of at least one amount');
  const { company } = first;
  const { currency } = first.source.amount;
  const orderId = input.summarise === 'order' ? first.source.orderId : null;
  const { on } = first;
  const lines = summariseLines(
    parts.map((part) => toBucket(part, input.table, on)),
    { currency, table: input.table, on },
  );
  const owed = receivableLines(parts, { ...input, on, orderId });
  const closing = owed.map(({ line }) => line);
  const place = first.marketplace.name;
  const reference = `${plainOrder(orderId) ?? input.day} parts`;
  const cut = splitLines({
    currency,
    lines,
    closing,
    carryLine: (amount) => {
      const carry = input.table.assign('carry-forward', place, on);
      assert(carry !== undefined, `an account table without carry-forward in ${place} is not read`);
      return balanceLine('carry-forward', carry, { amount, reference });
    },
    linesMax: ENTRY_LINES_MAX,
  });
  const { sellerAccount, day, batch, revision } = input;
  const { companyCode } = company;
  const numbers = new Map(owed.map(({ line, sources }) => [line, sources]));
  const entries = cut.map((partLines, index) => ({
    postingKey: orderPostingKeyOf({
      sellerAccount,
      day,
      batch,
      orderId,
      companyCode,
      currency,
      part: index + 1,
      revision,
    }),
    companyCode,
    documentType: partLines.some((line) => line.customer !== undefined)
      ? (company.documentTypeWithCustomer ?? company.documentType)
      : company.documentType,
    documentDate: day,
    postingDate: on,
    currency,
    headerText: cutText(`AMZ ${countryOf(place)} orders ${day}`, HEADER_TEXT_MAX),
    headerReference: cutText(orderId ?? ordersReferenceOf(day), HEADER_REFERENCE_MAX),
    part: index + 1,
    partCount: cut.length,
    lines: partLines,
  }));
  for (const { postingKey, lines: partLines } of entries) {
    for (const [index, line] of partLines.entries()) {
      const receivable = numbers.get(line);
      const sources = receivable ?? line.buckets;
      lineSources.push({ postingKey, lineNumber: index + 1, sources, sign: receivable ? 1 : -1 });
    }
  }
  return entries;
}

function openDay(day: LocalDate, closedThrough: YearMonth | null): LocalDate {
  return closedThrough !== null && yearMonthOf(day) <= closedThrough ? firstDayOf(nextYearMonth(closedThrough)) : day;
}

function toBucket(
  { number, source, marketplace, company, row }: NumberedPart,
  table: AccountTable,
  on: LocalDate,
): PlacedBucket {
  const { kind, amount } = source;
  const assignment = table.assign(kind, marketplace.name, on, row);
  assert(assignment !== undefined, `${kind} lost its account in ${marketplace.name}`);
  const month = yearMonthOf(on);
  return { number, sumMinor: amount.minor, count: 1, kind, marketplace, company, month, assignment };
}

/** One line for each marketplace and account: what its orders owe, with the numbers of the amounts it sums. */
function receivableLines(
  parts: readonly NumberedPart[],
  { table, day, on, orderId }: AccrueOrdersInput & { readonly on: LocalDate; readonly orderId: string | null },
): { readonly line: JournalLine; readonly sources: readonly number[] }[] {
  const lines = new Map<
    string,
    {
      readonly marketplace: string;
      readonly account: AccountAssignment;
      readonly amounts: Money[];
      readonly sources: number[];
    }
  >();
  for (const { number, source, marketplace: rule, row } of parts) {
    const marketplace = rule.name;
    const account = table.assign('order-receivable', marketplace, on, row);
    assert(account !== undefined, `order-receivable lost its account in ${marketplace}`);
    const key = JSON.stringify([marketplace, account]);
    const known = lines.get(key);
    if (known) {
      known.amounts.push(source.amount);
      known.sources.push(number);
    } else lines.set(key, { marketplace, account, amounts: [source.amount], sources: [number] });
  }
  return [...lines.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { marketplace, account, amounts, sources }]) => {
      const reference = plainOrder(orderId) ?? `${countryOf(marketplace)} ${day}`;
      const [first] = parts;
      assert(first !== undefined, 'a receivable is owed for at least one amount');
      const amount = sumMoney(first.source.amount.currency, amounts);
      return { line: balanceLine('order-receivable', account, { amount, reference }), sources };
    });
}

function balanceLine(
  kind: 'order-receivable' | 'carry-forward',
  { text, ...account }: AccountAssignment,
  { amount, reference }: { readonly amount: Money; readonly reference: string },
): JournalLine {
  const { glAccount, customer, costCenter, profitCenter, taxCode } = account;
  return {
    kind,
    glAccount,
    ...(customer !== undefined && { customer }),
    costCenter,
    profitCenter,
    taxCode,
    tax: null,
    amount,
    text: textWithReference(text, reference),
    buckets: [],
  };
}

/** Fits SAP's assignment field, by which open items are cleared. */
function plainOrder(orderId: string | null): string | undefined {
  return orderId?.replaceAll('-', '');
}

function countryOf(marketplace: string): string {
  return findMarketplace(marketplace)?.country ?? cutText(marketplace, 6);
}

/** The orders against their receivable, currency by currency, and debits against credits. */
function proveAccrual(sources: readonly AccruedPart[], entries: readonly JournalEntry[]): Proof[] {
  const currencies = [...new Set(sources.map(({ amount }) => amount.currency))].sort();
  return currencies.flatMap((currency): Proof[] => {
    const ofCurrency = entries.filter((entry) => entry.currency === currency);
    const worth = sumMoney(
      currency,
      sources.filter(({ amount }) => amount.currency === currency).map(({ amount }) => amount),
    );
    const owed = sumMoney(
      currency,
      ofCurrency.flatMap(({ lines }) =>
        lines.filter(({ kind }) => kind === 'order-receivable').map(({ amount }) => amount),
      ),
    );
    let open = 0n;
    for (const entry of ofCurrency) {
      const { minor } = entryBalance(entry);
      open += minor < 0n ? -minor : minor;
    }
    return [
      {
        name: 'orders-accrued',
        ok: worth.minor === owed.minor,
        expected: formatMoney(worth),
        actual: formatMoney(owed),
        says: `What Amazon says the orders are worth, against what is on their receivable, in ${currency}.`,
      },
      {
        name: 'entries-balance',
        ok: open === 0n,
        expected: formatMoney(money(currency, 0n)),
        actual: formatMoney(money(currency, open)),
        says: 'What debits and credits differ by in any entry, against nothing.',
      },
    ];
  });
}
