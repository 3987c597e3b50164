import { type LocalDate, localDateAt, type Money, money, Problem } from '../../core/index.ts';
import type { ConnectionContext } from '../context.ts';
import { underSyncLease } from '../sync-lease.ts';
import { classifyShipment, openShipments, shipmentRules, type WaitingShipment } from './open-shipments.ts';
import { type ModelPeriod, modelOn, type ReceivableBalance, type RecordedModelPeriod } from './orders-model.ts';

/** What a change of the model means, before it is made. */
export interface ModelSwitch {
  readonly periods: readonly RecordedModelPeriod[];
  readonly to: ModelPeriod;
  /** Until when Amazon's events have been read; `null`: the finances feed never ran, and nothing is accrued before it does. */
  readonly completeUntil: string | null;
  /** Shipments known by now that the next sync would accrue, and what they are worth by currency. */
  readonly ready: { readonly shipments: number; readonly amounts: readonly Money[] };
  readonly waiting: readonly WaitingShipment[];
  /** Settlements that are not booked yet: what was shipped before the day is revenue in them, the rest is cleared. */
  readonly openSettlements: number;
  /** What orders still owe: settlements clear it in either model. */
  readonly receivable: readonly ReceivableBalance[];
}

/**
 * Says what a change of the model would do. Raises `MODEL_UNCHANGED` (invalid) when it holds already, and
 * `MODEL_DATE_BOOKED` (conflict) for a day of which something is booked by the other model.
 */
export async function previewModelSwitch(context: ConnectionContext, to: ModelPeriod): Promise<ModelSwitch> {
  const { books, connection } = context;
  const periods = await books.listModelPeriods(connection.id);
  assertChanges(connection.name, periods, to);
  await assertNotBooked(context, to);
  const completeUntil = await books.shipmentsCompleteUntil(connection.id);
  const { ready, waiting } = await surveyShipments(context, [...periods, to], completeUntil);
  const settlements = await books.listSettlements({ connectionId: connection.id });
  return {
    periods,
    to,
    completeUntil,
    ready,
    waiting,
    openSettlements: settlements.filter(({ state }) => state !== 'proposed').length,
    receivable: await books.receivableBalances(connection.id),
  };
}

/**
 * Lets another model hold from a day on, under the lease of a sync, so that nothing is booked in between. What was shipped before
 * keeps its model: orders that are accrued are cleared by their settlements whatever comes after. Raises the problems of
 * the preview, `MODEL_DATE_TAKEN` (conflict) and `SYNC_RUNNING` (conflict).
 */
export function switchModel(ungated: ConnectionContext, to: ModelPeriod, why: string): Promise<ModelSwitch> {
  return underSyncLease(ungated, async (_lease, context) => {
    const found = await previewModelSwitch(context, to);
    await context.books.recordModelPeriod(context.connection.id, to, context.actor, why);
    return found;
  });
}

/** What the next sync would accrue of what is known by now, and what would wait. */
export async function surveyShipments(
  context: ConnectionContext,
  periods: readonly ModelPeriod[],
  completeUntil: string | null,
): Promise<Pick<ModelSwitch, 'ready' | 'waiting'>> {
  const sums = new Map<Money['currency'], bigint>();
  const waiting: WaitingShipment[] = [];
  let shipments = 0;
  if (completeUntil !== null) {
    const rules = await shipmentRules(context, periods, completeUntil);
    for await (const shipment of openShipments(context, { periods, until: completeUntil })) {
      const fate = classifyShipment(shipment, rules);
      if (fate.to === 'wait') waiting.push({ shipment, reason: fate.reason, says: fate.says });
      if (fate.to !== 'accrue') continue;
      shipments += 1;
      for (const { part } of fate.placed.parts) {
        const { currency, minor } = part.amount;
        sums.set(currency, (sums.get(currency) ?? 0n) + minor);
      }
    }
  }
  const amounts = [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, minor]) => money(currency, minor));
  return { ready: { shipments, amounts }, waiting };
}

function assertChanges(connectionName: string, periods: readonly RecordedModelPeriod[], to: ModelPeriod): void {
  const before = periods.at(-1);
  const isSame =
    (before?.model ?? 'settlement') === to.model && (to.model === 'settlement' || before?.summarise === to.summarise);
  if (!isSame) return;
  throw new Problem({
    code: 'MODEL_UNCHANGED',
    kind: 'invalid',
    says: `Connection ${connectionName} is in the ${to.model} model already${before ? `, from ${before.from}` : ''}.`,
    next: `Nothing to do. Look at its history: seller-ledger connections model ${connectionName}`,
  });
}

/** A day that the other model has booked stays with it, or its revenue would be booked twice or not at all. */
async function assertNotBooked(context: ConnectionContext, to: ModelPeriod): Promise<void> {
  const booked = to.model === 'orders' ? await lastSettled(context) : await lastAccrued(context);
  const { bookFrom } = context.posting;
  if (to.model === 'orders' && bookFrom !== null && to.from < bookFrom) {
    throw dateBooked(to, bookFrom as LocalDate, `settlements that ended before ${bookFrom} are booked by hand`, 'from');
  }
  if (booked && to.from <= booked.day) throw dateBooked(to, booked.day, booked.says, 'after');
}

interface Booked {
  readonly day: LocalDate;
  readonly says: string;
}

async function lastSettled({ books, connection, table }: ConnectionContext): Promise<Booked | undefined> {
  const settlements = await books.listSettlements({ connectionId: connection.id, state: 'proposed' });
  const zones = table.companyCodes().map(({ timeZone }) => timeZone);
  let last: Booked | undefined;
  for (const { settlementId, header } of settlements) {
    for (const zone of zones) {
      const day = localDateAt(header.endAt, zone);
      if (!last || day > last.day)
        last = { day, says: `settlement ${settlementId} books what was shipped until ${day}` };
    }
  }
  return last;
}

async function lastAccrued({ books, connection }: ConnectionContext): Promise<Booked | undefined> {
  const accruals = await books.listAccruals({ connectionId: connection.id, kind: 'orders', isStanding: true });
  const last = accruals.at(-1);
  return last && { day: last.period.to, says: `accrual ${last.name} books what was shipped on ${last.period.to}` };
}

function dateBooked(to: ModelPeriod, day: LocalDate, because: string, choose: 'after' | 'from'): Problem {
  return new Problem({
    code: 'MODEL_DATE_BOOKED',
    kind: 'conflict',
    says: `The ${to.model} model cannot hold from ${to.from}: ${because}.`,
    next: choose === 'after' ? `Choose a day after ${day}.` : `Choose ${day} or a later day.`,
    data: day,
  });
}

/** The model of a day, which is the settlement model where nobody chose. */
export function modelNow(periods: readonly ModelPeriod[], day: LocalDate): ModelPeriod['model'] {
  return modelOn(periods, day)?.model ?? 'settlement';
}
