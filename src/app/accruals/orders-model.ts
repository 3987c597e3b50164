import type { LocalDate, Money } from '../../core/index.ts';
import type { UtcInstant } from '../amazon-feeds.ts';
import type { Actor, ConnectionId } from '../ports.ts';

/** `settlement`: orders are booked when they are settled. `orders`: when they are shipped; a settlement clears them. */
export type BooksModel = 'settlement' | 'orders';

/** Which model holds from a day on, until the next period begins. */
export interface ModelPeriod {
  readonly model: BooksModel;
  /** The first day of shipping it holds for, in the time zone of each company code. */
  readonly from: LocalDate;
  /** One entry for a day's orders, or for each order. */
  readonly summarise: 'day' | 'order';
}

export interface RecordedModelPeriod extends ModelPeriod {
  readonly ordinal: number;
  readonly recordedAt: string;
}

/** A shipment that is not booked, with what the orders feed knows of its order. */
export interface OpenShipment {
  readonly eventKey: string;
  readonly eventType: string;
  readonly orderId: string;
  readonly postedAt: UtcInstant;
  readonly marketplaceId: string | null;
  /** As the orders feed names it. */
  readonly marketplaceName: string | null;
  readonly fulfilledBy: 'amazon' | 'merchant' | null;
  /** `false` when Amazon's amounts do not add up. */
  readonly ties: boolean | null;
  readonly amounts: readonly {
    readonly path: readonly string[];
    readonly sku: string | null;
    readonly amount: Money;
  }[];
  /** When the first shipment of its order was posted: the order belongs to the model of that day. */
  readonly firstPostedAt: UtcInstant;
  /** Another shipment of the order is accrued, or a settlement cleared it: this one is accrued too, whatever the model. */
  readonly isOwned: boolean;
}

/** What an accrual books of one shipment. */
export interface AccruedShipment {
  readonly eventKey: string;
  readonly orderId: string;
  readonly marketplace: string;
  /** Amazon's sign. */
  readonly amount: Money;
}

/** One order of the receivable: what was accrued of it, and what settlements cleared. */
export interface ReceivableOrder {
  readonly orderId: string;
  readonly marketplace: string;
  readonly accrued: Money;
  readonly cleared: Money;
  /** Of the first accrual; `null` when it was only cleared. */
  readonly accruedOn: LocalDate | null;
}

/** Orders of one day that a settlement booked as revenue, because they were not accrued when it came. */
export interface RevenueOrder {
  readonly orderId: string;
  readonly marketplace: string;
  readonly amount: Money;
  readonly settlementId: string;
}

/** What stands on the receivable account by the entries. */
export interface ReceivableBalance {
  readonly companyCode: string;
  readonly amount: Money;
}

export interface OrdersModelStore {
  /** In the order of their days; empty for a connection that never left the settlement model. */
  listModelPeriods(connectionId: ConnectionId): Promise<readonly RecordedModelPeriod[]>;
  /** Records another model from a day on, with its audit event. Raises `MODEL_DATE_TAKEN` (conflict) unless the day is later than every earlier one. */
  recordModelPeriod(
    connectionId: ConnectionId,
    period: ModelPeriod,
    actor: Actor,
    why: string,
  ): Promise<RecordedModelPeriod>;
  /** Until when the finances feed has been read; `null` before it was. */
  shipmentsCompleteUntil(connectionId: ConnectionId): Promise<UtcInstant | null>;
  /**
   * Shipments that no accrual books and whose order no settlement booked as revenue, by their time and key. A release of
   * a deferred shipment is not one beside it.
   */
  listOpenShipments(
    connectionId: ConnectionId,
    query: {
      readonly eventTypes: readonly string[];
      readonly from: UtcInstant;
      readonly until: UtcInstant;
      readonly after: { readonly postedAt: UtcInstant; readonly eventKey: string } | null;
      readonly limit: number;
    },
  ): Promise<readonly OpenShipment[]>;
  /** Which of these orders stand as a receivable. */
  accruedAmong(connectionId: ConnectionId, orderIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Which of these events stand in an accrual of orders; with `through`, one that is dated on that day or before. */
  accruedShipments(
    connectionId: ConnectionId,
    eventKeys: readonly string[],
    options?: { readonly through?: LocalDate },
  ): Promise<ReadonlySet<string>>;
  /** Orders whose receivable is not zero, or all that were accrued; by order and marketplace behind `after`. */
  listReceivables(
    connectionId: ConnectionId,
    query: {
      readonly onlyOpen: boolean;
      readonly after: Pick<ReceivableOrder, 'orderId' | 'marketplace'> | null;
      readonly limit: number;
    },
  ): Promise<readonly ReceivableOrder[]>;
  /** Orders that settlements booked as revenue although they were shipped in the orders model, the latest settlement first. */
  listRevenueOrders(
    connectionId: ConnectionId,
    query: { readonly settledAfter: LocalDate; readonly limit: number },
  ): Promise<readonly RevenueOrder[]>;
  /** Of entries that stand, by company code and currency. */
  receivableBalances(connectionId: ConnectionId): Promise<readonly ReceivableBalance[]>;
}

/** The period that holds for a day; `undefined`: the settlement model, which needs no period. */
export function modelOn<Period extends ModelPeriod>(periods: readonly Period[], day: LocalDate): Period | undefined {
  return periods.findLast(({ from }) => from <= day);
}
