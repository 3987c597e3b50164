/** The books of one connection in memory, as far as settlements, accruals and closings ask for them; SAP takes everything at once. */
import type {
  AccrualKey,
  AccrualRecord,
  Books,
  ClosedMonths,
  Connection,
  EntryOrigin,
  EntryRecord,
  FinanceEventRecord,
  FinanceStore,
  OpenShipment,
  OrderRun,
  RecordedModelPeriod,
  SettlementKey,
  SettlementRecord,
} from '../../src/app/index.ts';
import { type Sha256, sha256Of } from '../../src/core/index.ts';
import type { JournalEntry } from '../../src/ledger/index.ts';
import type { SettledOrder } from '../../src/mapping/index.ts';

type Fake = Partial<Books> & Pick<FinanceStore, 'unsettledEvents' | 'settlementsOfEvents'>;

export interface MemoryBooks {
  readonly books: Books & Pick<FinanceStore, 'unsettledEvents' | 'settlementsOfEvents'>;
  readonly entries: readonly EntryRecord[];
  readonly accruals: readonly AccrualRecord[];
  readonly settlements: ReadonlyMap<string, SettlementRecord>;
}

/** What Amazon has told by now: asked again at every question, because statuses and settlements of events change. */
export type ToldEvents = () => readonly FinanceEventRecord[];

export function memoryBooks(options: {
  readonly connection: Connection;
  readonly nowMs: () => number;
  readonly told: ToldEvents;
  /** How far behind its last reading the finances feed is complete. */
  readonly completeUntil: () => string;
  readonly periods: readonly RecordedModelPeriod[];
}): MemoryBooks {
  const { connection, told } = options;
  const evidence = new Map<string, Uint8Array>();
  const settlements = new Map<string, SettlementRecord>();
  const runs = new Map<string, OrderRun[]>();
  const settledOrders = new Map<string, SettledOrder>();
  const entries: EntryRecord[] = [];
  const accruals: AccrualRecord[] = [];
  const shipments = new Map<string, string>();
  const accruedOrders = new Set<string>();
  const closed = new Map<string, ClosedMonths[string]>();
  const record = (origin: EntryOrigin, all: readonly JournalEntry[]) => {
    for (const entry of all) entries.push(entryRecord(connection, origin, entry));
  };
  const fake: Fake = {
    sapPauseOf: async () => undefined,
    acquire: async (name) => ({ name, fence: 1, renew: async () => true, release: async () => {} }),
    sharedNowMs: async () => options.nowMs(),
    putEvidence: async (bytes, facts) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of bytes) chunks.push(chunk);
      const whole = Buffer.concat(chunks);
      const sha256 = sha256Of(whole);
      evidence.set(sha256, whole);
      return { ...facts, sha256, byteCount: whole.length, isKnown: false };
    },
    openEvidence: async function* (sha256: Sha256) {
      yield evidence.get(sha256) ?? new Uint8Array();
    },
    describeEvidence: async () => ({ origin: '', contentType: null, headers: {}, byteCount: 0, storedAt: '' }),
    receiveSettlement: async ({ sha256, reading }) => {
      const { settlementId } = reading.header;
      const known: SettlementRecord = {
        key: `settlement/${settlementId}` as SettlementKey,
        connectionId: connection.id,
        connectionName: connection.name,
        sellerAccount: connection.sellerAccount,
        settlementId,
        sha256,
        state: 'received',
        header: reading.header,
        lineCount: 0,
        marketplaces: [],
        digest: null,
        revision: 0,
        proofs: [],
        quarantine: [],
        problem: null,
        receivedAt: '',
      };
      settlements.set(known.key, known);
      return known;
    },
    moveSettlement: async ({ key, to, proposal, quarantine = [], problem = null }) => {
      const before = settlements.get(key);
      if (!before) throw new Error(`settlement ${key} was not received`);
      const digest = proposal?.digest ?? null;
      const after: SettlementRecord = { ...before, state: to, digest, quarantine, problem };
      settlements.set(key, after);
      if (proposal) {
        for (const run of proposal.rows.runs) {
          const place = `${key} ${run.orderId}`;
          runs.set(place, [...(runs.get(place) ?? []), run]);
        }
        for (const order of proposal.orders ?? []) settledOrders.set(order.orderId, order);
        record({ kind: 'settlement', key: before.key, name: before.settlementId }, proposal.entries);
      }
      return after;
    },
    listSettlements: async () => [...settlements.values()],
    runsOfOrder: async (key, orderId) => runs.get(`${key} ${orderId}`) ?? [],
    listEntries: async ({ originKey, states, postingDates } = {}) =>
      entries.filter(
        ({ origin, state, entry }) =>
          (originKey === undefined || origin.key === originKey) &&
          (states === undefined || states.includes(state)) &&
          (postingDates === undefined ||
            (entry.postingDate >= postingDates.from && entry.postingDate <= postingDates.to)),
      ),
    closedMonths: async () => Object.fromEntries(closed),
    closeMonth: async ({ companyCodes, month }) => {
      for (const companyCode of companyCodes) closed.set(companyCode, month);
    },
    recordAccrual: async (input) => {
      const key = `accrual/${input.name}` as AccrualKey;
      const { proposal, shipments: booked = [], actor: _actor, why: _why, ...facts } = input;
      const known: AccrualRecord = {
        ...facts,
        key,
        connectionName: connection.name,
        sellerAccount: connection.sellerAccount,
        digest: proposal.digest,
        mappingSha256: proposal.mappingSha256,
        programVersion: proposal.programVersion,
        recordedAt: '',
        withdrawnAt: null,
      };
      accruals.push(known);
      for (const { eventKey, orderId } of booked) {
        shipments.set(eventKey, orderId);
        accruedOrders.add(orderId);
      }
      record({ kind: 'accrual', key, name: input.name, accrualKind: input.kind }, proposal.entries);
      return known;
    },
    listAccruals: async ({ kind, period } = {}) =>
      accruals.filter(
        (each) =>
          (kind === undefined || each.kind === kind) &&
          (period === undefined || (each.period.from <= period.to && each.period.to >= period.from)),
      ),
    listModelPeriods: async () => options.periods,
    shipmentsCompleteUntil: async () => options.completeUntil(),
    accruedAmong: async (_, orderIds) => new Set(orderIds.filter((orderId) => accruedOrders.has(orderId))),
    accruedShipments: async (_, keys) => new Set(keys.filter((key) => shipments.has(key))),
    listOpenShipments: async (_, { eventTypes, from, until, after, limit }) =>
      told()
        .filter(({ event }) => eventTypes.includes(event.eventType) && event.orderId !== null)
        .filter(({ event }) => !shipments.has(event.eventKey))
        .filter(({ event }) => settledOrders.get(event.orderId ?? '')?.isCleared !== false)
        .map((each) => toShipment(each, accruedOrders))
        .filter(({ postedAt }) => postedAt >= from && postedAt < until)
        .sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
        .filter((each) => after === null || placeOf(each) > placeOf(after))
        .slice(0, limit),
    unsettledEvents: async (_, { postedBefore, settlementIds }) => {
      const settled = new Set(settlementIds);
      const events = told();
      const groups = new Set(
        events.filter(({ event }) => settled.has(event.settlementId ?? '')).map(({ event }) => event.eventGroupId),
      );
      const isSettled = ({ event }: FinanceEventRecord) =>
        settled.has(event.settlementId ?? '') || (event.status !== 'deferred' && groups.has(event.eventGroupId));
      const found = events.filter((each) => (each.event.postedAt ?? '') < postedBefore && !isSettled(each));
      return { events: found, next: null };
    },
    settlementsOfEvents: async (_, keys) => {
      const asked = new Set(keys);
      const named = told().filter(({ event }) => asked.has(event.eventKey));
      return new Map(named.map(({ event }) => [event.eventKey, event.settlementId]));
    },
  };
  return { books: fake as MemoryBooks['books'], entries, accruals, settlements };
}

function entryRecord(connection: Connection, origin: EntryOrigin, entry: JournalEntry): EntryRecord {
  return {
    id: entry.postingKey as unknown as EntryRecord['id'],
    origin,
    connectionId: connection.id,
    connectionName: connection.name,
    state: 'posted',
    entry,
    isCurrent: true,
    revision: 0,
    reversalKey: null,
    reversedBy: null,
    digest: sha256Of(entry.postingKey),
    approvedDigest: null,
    attempt: 1,
    sendingSince: null,
    unknownSince: null,
    messageCreatedAt: null,
    document: null,
    messages: [],
    problem: null,
    updatedAt: '',
  };
}

function placeOf({ postedAt, eventKey }: Pick<OpenShipment, 'postedAt' | 'eventKey'>): string {
  return `${postedAt} ${eventKey}`;
}

function toShipment({ event }: FinanceEventRecord, accruedOrders: ReadonlySet<string>): OpenShipment {
  const orderId = event.orderId ?? '';
  const postedAt = event.postedAt ?? '';
  const channels = new Set(event.items.map(({ channel }) => channel));
  const [channel] = channels;
  return {
    eventKey: event.eventKey,
    eventType: event.eventType,
    orderId,
    postedAt,
    marketplaceId: event.marketplaceId,
    marketplaceName: null,
    fulfilledBy: channel === 'AFN' ? 'amazon' : channel === 'MFN' ? 'merchant' : null,
    ties: event.ties,
    amounts: event.amounts.map(({ item, path, amount }) => ({
      path,
      sku: item === null ? null : (event.items[item]?.sku ?? null),
      amount,
    })),
    firstPostedAt: postedAt,
    isOwned: accruedOrders.has(orderId),
  };
}
