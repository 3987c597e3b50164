import { assert, DAY_S, type LocalDate, type ProblemFacts, utcDayOf } from '../../core/index.ts';
import { entriesDigest } from '../../ledger/index.ts';
import { type AccruedPart, accrueOrders, type PlacedShipment } from '../../mapping/index.ts';
import type { AccrualRecord } from '../accrual-store.ts';
import type { ConnectionContext } from '../context.ts';
import {
  classifyShipment,
  openShipments,
  type ShipmentRules,
  shipmentRules,
  type WaitingShipment,
} from './open-shipments.ts';
import { writeOrderSources } from './order-sources.ts';
import { type AccruedShipment, modelOn, type OpenShipment } from './orders-model.ts';

/** Company codes are at most 26 hours apart, so a day is over everywhere when shipments are this far behind it. */
const DAYS_APART_MAX = 3;
/** Orders shown in a problem; the rest is counted. */
const ORDERS_SHOWN_MAX = 5;

/** Of one run over what was shipped. */
export interface OrderAccruals {
  readonly accruals: readonly AccrualRecord[];
  readonly waiting: readonly WaitingShipment[];
}

/**
 * Books what was shipped since, day by day, for a connection in the orders model: each day that the finances feed knows
 * to its end becomes an accrual, and shipments of it that became known later become another. A shipment is booked in one
 * accrual at most; an order that a settlement booked as revenue is never accrued, so that revenue is booked once whichever
 * came first. Run under the sync lease, before settlements are proposed.
 */
export async function accrueShippedOrders(
  context: ConnectionContext,
  hooks: { readonly keepAlive: () => Promise<void> },
): Promise<OrderAccruals> {
  const { books, connection } = context;
  const periods = await books.listModelPeriods(connection.id);
  const completeUntil = await books.shipmentsCompleteUntil(connection.id);
  if (completeUntil === null) return { accruals: [], waiting: [] };
  const days = new DayBook(context, await shipmentRules(context, periods, completeUntil));
  for await (const shipment of openShipments(context, { periods, until: completeUntil })) {
    days.add(shipment);
    if (days.isFull) {
      await hooks.keepAlive();
      await days.recordBefore(shipment);
    }
  }
  await hooks.keepAlive();
  await days.recordAll();
  return { accruals: days.accruals, waiting: days.waiting };
}

/** What sync tells of shipments that wait; `null` when none does. */
export function waitingProblem(connectionName: string, waiting: readonly WaitingShipment[]): ProblemFacts | null {
  const [first] = waiting;
  if (!first) return null;
  const orders = [...new Set(waiting.map(({ shipment }) => shipment.orderId))];
  const more = orders.length > ORDERS_SHOWN_MAX ? ` and ${orders.length - ORDERS_SHOWN_MAX} more` : '';
  return {
    code: 'ORDERS_NOT_ACCRUED',
    kind: 'unmapped',
    says: `${orders.length} shipped ${orders.length === 1 ? 'order is' : 'orders are'} not accrued: ${orders.slice(0, ORDERS_SHOWN_MAX).join(', ')}${more}. ${first.says}`,
    next: `Put it right in the account table; what is not accrued when its settlement comes is booked by it. The list: seller-ledger reports order-receivable ${connectionName}`,
    data: first.reason,
  };
}

/** Gathers shipments by day and records each day once nothing of it can come any more. */
class DayBook {
  readonly accruals: AccrualRecord[] = [];
  readonly waiting: WaitingShipment[] = [];
  readonly #context: ConnectionContext;
  readonly #rules: ShipmentRules;
  readonly #days = new Map<LocalDate, PlacedShipment[]>();

  constructor(context: ConnectionContext, rules: ShipmentRules) {
    this.#context = context;
    this.#rules = rules;
  }

  get isFull(): boolean {
    return this.#days.size > DAYS_APART_MAX;
  }

  add(open: OpenShipment): void {
    const found = classifyShipment(open, this.#rules);
    if (found.to === 'wait') this.waiting.push({ shipment: open, reason: found.reason, says: found.says });
    if (found.to !== 'accrue') return;
    const known = this.#days.get(found.placed.day);
    if (known) known.push(found.placed);
    else this.#days.set(found.placed.day, [found.placed]);
  }

  /** Days that lie so far behind this shipment that none of theirs follows. */
  async recordBefore({ postedAt }: OpenShipment): Promise<void> {
    const limit = utcDayOf(Date.parse(postedAt) / 1000 - DAYS_APART_MAX * DAY_S);
    for (const day of [...this.#days.keys()].sort()) if (day < limit) await this.#record(day);
  }

  async recordAll(): Promise<void> {
    for (const day of [...this.#days.keys()].sort()) await this.#record(day);
  }

  async #record(day: LocalDate): Promise<void> {
    const shipments = this.#days.get(day) ?? [];
    this.#days.delete(day);
    const accrual = await recordDay(this.#context, {
      day,
      shipments,
      summarise: modelOn(this.#rules.periods, day)?.summarise ?? 'day',
    });
    if (accrual) this.accruals.push(accrual);
  }
}

async function recordDay(
  context: ConnectionContext,
  { day, shipments, summarise }: { day: LocalDate; shipments: readonly PlacedShipment[]; summarise: 'day' | 'order' },
): Promise<AccrualRecord | undefined> {
  const { books, connection, table, programVersion, actor } = context;
  const { name, batch, revision } = await nextName(context, day);
  const { entries, sources, proofs } = accrueOrders({
    shipments,
    day,
    batch,
    summarise,
    table,
    sellerAccount: connection.sellerAccount,
    revision,
  });
  const failed = proofs.find(({ ok }) => !ok);
  assert(
    failed === undefined,
    `accrual ${name} does not prove: ${failed?.says} ${failed?.expected}, ${failed?.actual}`,
  );
  const evidence = await books.putEvidence(writeOrderSources(sources), {
    origin: `accrual ${name}, revision ${revision}`,
    contentType: 'application/x-ndjson',
    headers: {},
  });
  return books.recordAccrual({
    connectionId: connection.id,
    kind: 'orders',
    name,
    revision,
    period: { from: day, to: day },
    asOf: new Date(await books.sharedNowMs()).toISOString(),
    sourcesSha256: evidence.sha256,
    sourceCount: sources.length,
    proposal: {
      digest: entriesDigest(entries),
      mappingSha256: table.sha256,
      mappingText: table.text,
      programVersion,
      entries,
    },
    shipments: shipmentsOf(sources),
    actor,
    why: `${shipments.length} ${shipments.length === 1 ? 'shipment' : 'shipments'} of ${day}`,
  });
}

/** The first name of the day under which nothing stands, and the revision after those it had. */
async function nextName(
  { books, connection }: ConnectionContext,
  day: LocalDate,
): Promise<{ name: string; batch: number; revision: number }> {
  const known = await books.listAccruals({
    connectionId: connection.id,
    kind: 'orders',
    period: { from: day, to: day },
  });
  for (let batch = 1; ; batch += 1) {
    const name = batch === 1 ? `orders ${day}` : `orders ${day}/${batch}`;
    const same = known.filter((record) => record.name === name);
    if (same.some(({ withdrawnAt }) => withdrawnAt === null)) continue;
    return { name, batch, revision: Math.max(-1, ...same.map(({ revision }) => revision)) + 1 };
  }
}

function shipmentsOf(sources: readonly AccruedPart[]): readonly AccruedShipment[] {
  const sums = new Map<string, AccruedShipment>();
  for (const { eventKey, orderId, marketplace, amount } of sources) {
    const minor = (sums.get(eventKey)?.amount.minor ?? 0n) + amount.minor;
    sums.set(eventKey, { eventKey, orderId, marketplace, amount: { currency: amount.currency, minor } });
  }
  return [...sums.values()];
}
