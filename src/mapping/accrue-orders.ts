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
  type Proof,
  splitLines,
  textWithReference,
} from '../ledger/index.ts';
import type { AccountAssignment, AccountTable, CompanyCodeRule, MarketplaceRule } from './account-table.ts';
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
  readonly company: CompanyCodeRule;
  /** In the time zone of the company code. */
  readonly day: LocalDate;
}

/** Why an order that was shipped is not booked yet. Nothing is lost: it is looked at again, or its settlement books it. */
export interface ShipmentObstacle {
  readonly code: 'MARKETPLACE_UNASSIGNED' | 'COMPANY_CODE_MISSING' | 'ACCOUNT_MISSING';
  readonly says: string;
}

/** Says of a shipment where and on which day it is booked, or why it cannot be. */
export function placeShipment(shipment: Shipment, table: AccountTable): PlacedShipment | ShipmentObstacle {
  const { marketplace: name, currency } = shipment;
  const marketplace = name === null ? table.marketplaceOfCurrency(currency) : table.marketplace(name);
  if (!marketplace) {
    const says =
      name === null
        ? `Nothing says in which store it was sold, and the account table has none for currency ${currency}.`
        : `The account table does not say to which company code marketplace ${name} belongs.`;
    return { code: 'MARKETPLACE_UNASSIGNED', says };
  }
  const company = table.companyCode(marketplace.companyCode);
  if (!company) {
    const says = `Company code ${marketplace.companyCode} of marketplace ${marketplace.name} is not in the account table.`;
    return { code: 'COMPANY_CODE_MISSING', says };
  }
  const day = localDateAt(shipment.shippedAt, company.timeZone);
  const kinds = shipment.parts.map(({ kind }) => kind).filter(isAccruedKind);
  for (const kind of [...kinds, 'order-receivable'] as const) {
    if (table.assign(kind, marketplace.name, day)) continue;
    return { code: 'ACCOUNT_MISSING', says: `There is no account for ${kind} in ${marketplace.name} on ${day}.` };
  }
  return { shipment, marketplace, company, day };
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
  /** Months that take no more entries: what was shipped in them is dated the first day of the next open one. */
  readonly closedThrough?: ClosedThrough | undefined;
}

export interface OrderAccrual {
  readonly entries: readonly JournalEntry[];
  readonly proofs: readonly Proof[];
  /** What it was made of, part by part: a line's bucket numbers are positions in here. */
  readonly sources: readonly AccruedPart[];
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
    const { source, placed } = part;
    const order = input.summarise === 'order' ? source.orderId : '';
    const key = [placed.company.companyCode, source.amount.currency, order].join('\n');
    const group = groups.get(key);
    if (group) group.push({ ...part, number });
    else groups.set(key, [{ ...part, number }]);
  }
  const entries = [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, parts]) => entriesOf(parts, input))
    .filter(hasAmount);
  const found = sources.map(({ source }) => source);
  return { entries, sources: found, proofs: proveAccrual(found, entries) };
}

interface SourcePart {
  readonly source: AccruedPart;
  readonly placed: PlacedShipment;
}

interface NumberedPart extends SourcePart {
  readonly number: number;
}

function partsOf(placed: PlacedShipment): SourcePart[] {
  const { eventKey, orderId, channel, parts } = placed.shipment;
  const marketplace = placed.marketplace.name;
  return parts
    .filter(({ kind }) => isAccruedKind(kind))
    .map((part) => ({ source: { ...part, eventKey, orderId, marketplace, channel }, placed }));
}

function sourceKey({ orderId, eventKey, kind, sku, amount }: AccruedPart): string {
  return [orderId, eventKey, kind, sku ?? '', amount.minor.toString().padStart(24, '0')].join('\n');
}

function entriesOf(parts: readonly NumberedPart[], input: AccrueOrdersInput): JournalEntry[] {
  const [first] = parts;
  assert(first !== undefined, 'an entry is made of at least one amount');
  const { company } = first.placed;
  const { currency } = first.source.amount;
  const orderId = input.summarise === 'order' ? first.source.orderId : null;
  const on = openDay(input.day, input.closedThrough?.(company.companyCode) ?? null);
  const lines = summariseLines(
    parts.map((part) => toBucket(part, input.table, on)),
    { currency, table: input.table },
  );
  const closing = receivableLines(parts, { ...input, on, orderId });
  const place = first.placed.marketplace.name;
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
  return cut.map((partLines, index) => ({
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
    headerReference: cutText(orderId ?? `orders ${day}`, HEADER_REFERENCE_MAX),
    part: index + 1,
    partCount: cut.length,
    lines: partLines,
  }));
}

function openDay(day: LocalDate, closedThrough: YearMonth | null): LocalDate {
  return closedThrough !== null && yearMonthOf(day) <= closedThrough ? firstDayOf(nextYearMonth(closedThrough)) : day;
}

function toBucket({ number, source, placed }: NumberedPart, table: AccountTable, on: LocalDate): PlacedBucket {
  const { kind, amount } = source;
  const { marketplace, company, day } = placed;
  const assignment = table.assign(kind, marketplace.name, on) ?? table.assign(kind, marketplace.name, day);
  assert(assignment !== undefined, `${kind} lost its account in ${marketplace.name}`);
  const month = yearMonthOf(on);
  return { number, sumMinor: amount.minor, count: 1, kind, marketplace, company, month, assignment };
}

/** One line for each marketplace: what its orders owe. */
function receivableLines(
  parts: readonly NumberedPart[],
  { table, day, on, orderId }: AccrueOrdersInput & { readonly on: LocalDate; readonly orderId: string | null },
): JournalLine[] {
  const marketplaces = [...new Set(parts.map(({ source }) => source.marketplace))].sort();
  return marketplaces.flatMap((marketplace) => {
    const own = parts.filter(({ source }) => source.marketplace === marketplace).map(({ source }) => source.amount);
    const [first] = own;
    if (first === undefined) return [];
    const assignment =
      table.assign('order-receivable', marketplace, on) ?? table.assign('order-receivable', marketplace, day);
    assert(assignment !== undefined, `order-receivable lost its account in ${marketplace}`);
    const reference = plainOrder(orderId) ?? `${countryOf(marketplace)} ${day}`;
    return [balanceLine('order-receivable', assignment, { amount: sumMoney(first.currency, own), reference })];
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
