import {
  DAY_S,
  epochSecondsOfUtcMidnight,
  formatMoney,
  type LocalDate,
  localDateAt,
  startOfLocalDate,
  utcDayOf,
} from '../../core/index.ts';
import {
  type AccountTable,
  type ClosedThrough,
  findMarketplaceById,
  isAccruedKind,
  isMultiChannelOrder,
  ORDER_EVENT_TYPES,
  type PlacedShipment,
  placeShipment,
  recogniseFinanceAmount,
  type Shipment,
} from '../../mapping/index.ts';
import type { ConnectionContext } from '../context.ts';
import { closedMonthsOf } from '../periods/closed-months.ts';
import { type ModelPeriod, modelOn, type OpenShipment } from './orders-model.ts';

/** Shipments read at once. */
const PAGE_SHIPMENTS = 500;
/** What was shipped longer ago has been settled, or never will be. */
const LOOK_BACK_DAYS = 180;

/** An order that was shipped and is not booked, and why. */
export interface WaitingShipment {
  readonly shipment: OpenShipment;
  readonly reason: string;
  readonly says: string;
}

/** What is to become of a shipment that is not booked. */
export type ShipmentFate =
  | { readonly to: 'accrue'; readonly placed: PlacedShipment }
  /** A person has to act, or its settlement books it. */
  | { readonly to: 'wait'; readonly reason: string; readonly says: string }
  /** Its day is not known to the end. */
  | { readonly to: 'come' }
  /** It is worth nothing, of another sales channel, or was shipped in the settlement model. */
  | { readonly to: 'skip' };

/** Everything that may have to be accrued by these periods, in the order of shipping. */
export async function* openShipments(
  { books, connection }: Pick<ConnectionContext, 'books' | 'connection'>,
  { periods, until }: { readonly periods: readonly ModelPeriod[]; readonly until: string },
): AsyncGenerator<OpenShipment> {
  const first = periods.find(({ model }) => model === 'orders');
  if (!first) return;
  const sinceS = Date.parse(until) / 1000 - LOOK_BACK_DAYS * DAY_S;
  const fromS = Math.max(epochSecondsOfUtcMidnight(first.from) - DAY_S, sinceS);
  const from = new Date(fromS * 1000).toISOString();
  let after: { postedAt: string; eventKey: string } | null = null;
  for (;;) {
    const page: readonly OpenShipment[] = await books.listOpenShipments(connection.id, {
      from,
      until,
      eventTypes: ORDER_EVENT_TYPES,
      after,
      limit: PAGE_SHIPMENTS,
    });
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < PAGE_SHIPMENTS) return;
    after = { postedAt: last.postedAt, eventKey: last.eventKey };
  }
}

/** What decides about shipments in one run. */
export interface ShipmentRules {
  readonly table: AccountTable;
  readonly periods: readonly ModelPeriod[];
  /** The finances feed has been read until then. */
  readonly completeUntilS: number;
  readonly closedThrough?: ClosedThrough | undefined;
}

export async function shipmentRules(
  context: Pick<ConnectionContext, 'books' | 'connection' | 'table'>,
  periods: readonly ModelPeriod[],
  completeUntil: string,
): Promise<ShipmentRules> {
  const closed = await closedMonthsOf(context);
  return {
    table: context.table,
    periods,
    completeUntilS: Date.parse(completeUntil) / 1000,
    closedThrough: closed && ((companyCode) => closed[companyCode] ?? null),
  };
}

/** Pure: what becomes of a shipment. */
export function classifyShipment(open: OpenShipment, rules: ShipmentRules): ShipmentFate {
  const { table, periods, completeUntilS, closedThrough } = rules;
  if (isMultiChannelOrder(open.orderId)) return { to: 'skip' };
  const shipment = readShipment(open);
  if (shipment === null) return { to: 'skip' };
  const found = 'reason' in shipment ? shipment : placeShipment(shipment, table, closedThrough);
  if ('reason' in found) {
    return isOurs(open, periods, utcDayOf(Date.parse(open.firstPostedAt) / 1000))
      ? { to: 'wait', ...found }
      : { to: 'skip' };
  }
  const { timeZone } = found.company;
  if (!isOurs(open, periods, localDateAt(Date.parse(open.firstPostedAt) / 1000, timeZone))) return { to: 'skip' };
  const next = utcDayOf(epochSecondsOfUtcMidnight(found.day) + DAY_S);
  return startOfLocalDate(next, timeZone) <= completeUntilS ? { to: 'accrue', placed: found } : { to: 'come' };
}

/** Its order was first shipped in the orders model, or is booked by it already. */
function isOurs({ isOwned }: OpenShipment, periods: readonly ModelPeriod[], day: LocalDate): boolean {
  return isOwned || modelOn(periods, day)?.model === 'orders';
}

/** What Amazon says the shipment is worth, or why that is not certain; `null` when it is worth nothing. */
function readShipment(open: OpenShipment): Shipment | { readonly reason: string; readonly says: string } | null {
  if (open.ties === false) {
    const says = `The amounts of order ${open.orderId} do not add up to its total at Amazon.`;
    return { reason: 'does-not-add-up', says };
  }
  const parts: Shipment['parts'][number][] = [];
  for (const { path, sku, amount } of open.amounts) {
    const kind = recogniseFinanceAmount({ eventType: open.eventType, path }, { isMultiChannel: false });
    if (kind === undefined) {
      const says = `What "${path.join(' / ')}" of order ${open.orderId} means is not known (${formatMoney(amount)} ${amount.currency}).`;
      return { reason: 'amount-unknown', says };
    }
    if (isAccruedKind(kind) && amount.minor !== 0n) parts.push({ kind, sku, amount });
  }
  const [first] = parts;
  if (!first) return null;
  if (parts.some(({ amount }) => amount.currency !== first.amount.currency)) {
    return { reason: 'two-currencies', says: `Order ${open.orderId} was shipped in two currencies at once.` };
  }
  const store = open.marketplaceId === null ? undefined : findMarketplaceById(open.marketplaceId);
  return {
    eventKey: open.eventKey,
    orderId: open.orderId,
    marketplace: store?.name ?? open.marketplaceName,
    channel: open.fulfilledBy === null ? null : open.fulfilledBy === 'amazon' ? 'AFN' : 'MFN',
    currency: first.amount.currency,
    shippedAt: Date.parse(open.postedAt) / 1000,
    parts,
  };
}
