import {
  type Connection,
  type DispatchedTurn,
  dispatchDue,
  instantOf,
  isWorkName,
  nextTurn,
  type PlannedWork,
  planWork,
  priorityOf,
  queueOf,
  spanAround,
  tableOfVersion,
  WORK_NAMES,
  type WorkName,
  type WorkPlan,
} from '../../app/index.ts';
import { elapsedMs, parseTimeZone, type Sha256, sha256Of, type TimeZone, toProblem } from '../../core/index.ts';
import type { JobRequest } from '../../jobs/index.ts';
import { mappingOf, type Workspace } from '../composition.ts';
import { type ConnectionSettings, settingsOf } from '../connection-file.ts';
import { scheduleWishesOf, zoneOf } from '../schedule-settings.ts';
import { INSTALLATION_WORKS, type InstallationWork } from './installation-works.ts';
import { requestFor } from './turn.ts';

/** Raised with every change of what is usual, so that all connections are planned anew. */
const PLAN_VERSION = 1;
const TICK_MS = 15_000;
const PLAN_EVERY_MS = 60_000;
/** Then what is due is handed over before it goes on, and what others planned meanwhile is left out. */
const PLAN_AT_ONCE = 20;
/** Behind everything that is done for a single connection. */
const INSTALLATION_PRIORITY = 20;
/** As many of the last settlements as the rhythm is learned from, for several currencies. */
const SETTLEMENTS_READ = 40;

export interface SchedulerOptions {
  readonly workspace: Workspace;
  readonly enqueue: (request: JobRequest) => Promise<void>;
  readonly installationWorks?: readonly InstallationWork[];
  /** How often it looks what is due; default 15 s. */
  readonly tickMs?: number | undefined;
}

type PlanOptions = Pick<SchedulerOptions, 'workspace' | 'installationWorks'> & {
  /** Between some connections and the next ones. */
  readonly between?: () => Promise<unknown>;
};

/** Keeps the plan of every connection and hands over what is due, in turns, until `signal`. Any number may run side by side. */
export async function runScheduler(options: SchedulerOptions, signal: AbortSignal): Promise<void> {
  const { clock, log } = options.workspace;
  let plannedAtMs = Number.NEGATIVE_INFINITY;
  const unplanned = new Map<string, string>();
  while (!signal.aborted) {
    try {
      if (elapsedMs(clock) - plannedAtMs >= PLAN_EVERY_MS) {
        await planAll({ ...options, between: () => dispatch(options) }, unplanned, signal);
        plannedAtMs = elapsedMs(clock);
      }
      if (!signal.aborted) await dispatch(options);
    } catch (thrown) {
      // The database is away for a moment: what is due stays due.
      const { code, says } = toProblem(thrown);
      log.write('warn', 'schedule.turn-failed', { code, says });
    }
    await clock.sleep(options.tickMs ?? TICK_MS, signal).catch(() => {});
  }
}

/**
 * Plans every connection whose settings changed, and the works of the installation. Several workers that do so at once share the
 * connections among them; `between` is done again and again meanwhile.
 */
export async function planAll(
  { workspace, installationWorks = INSTALLATION_WORKS, between = async () => {} }: PlanOptions,
  unplanned: Map<string, string> = new Map(),
  signal?: AbortSignal,
): Promise<void> {
  const { books } = workspace;
  const nowMs = await books.sharedNowMs();
  let waiting = await inOwnOrder(workspace, await books.connectionsToPlan(PLAN_VERSION));
  const connections = new Map(
    waiting.length === 0 ? [] : (await books.listConnections()).map((each) => [each.id, each]),
  );
  const zones = new Map<Sha256, TimeZone>();
  const held: OneToPlan[] = [];
  while (waiting.length > 0) {
    for (const { id, marker } of waiting.slice(0, PLAN_AT_ONCE)) {
      if (signal?.aborted) return;
      const connection = connections.get(id);
      if (!connection) continue;
      const one = { connection, marker, nowMs, zones, unplanned };
      if (!(await planOne(workspace, one))) held.push(one);
    }
    const others = waiting.slice(PLAN_AT_ONCE);
    if (others.length > 0) await between();
    const still = new Map(
      others.length === 0 ? [] : (await books.connectionsToPlan(PLAN_VERSION)).map(({ id, marker }) => [id, marker]),
    );
    waiting = others.filter(({ id, marker }) => still.get(id) === marker);
  }
  await planHeld(workspace, held, signal);
  const calendar = { timeZone: parseTimeZone('UTC'), quietHours: [] };
  const works = installationWorks.map(({ name: work, rule }) => {
    const plan: WorkPlan = { rule, calendar, nearClosings: null, windows: [] };
    return planned(work, plan, nowMs, { isFirstDueNow: true });
  });
  await books.putPlans(null, String(PLAN_VERSION), works);
}

/** Each worker in another order, so that they come upon different connections. */
async function inOwnOrder<Item extends { readonly id: string }>(
  { randomness }: Workspace,
  items: readonly Item[],
): Promise<readonly Item[]> {
  if (items.length <= PLAN_AT_ONCE) return items;
  const seed = randomness.fraction();
  const places = new Map(items.map((item) => [item, sha256Of(`${seed} ${item.id}`)]));
  return items.toSorted((a, b) => ((places.get(a) ?? '') < (places.get(b) ?? '') ? -1 : 1));
}

interface OneToPlan {
  readonly connection: Connection;
  readonly marker: string;
  readonly nowMs: number;
  /** Of account tables that were read already: many connections may have the same one. */
  readonly zones: Map<Sha256, TimeZone>;
  readonly unplanned: Map<string, string>;
}

/** Most are held for a moment, by who hands over their turns. The others come with the next planning, and their turns by the plan they have. */
async function planHeld(
  workspace: Workspace,
  held: readonly OneToPlan[],
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const one of held) {
    if (signal?.aborted) return;
    if (await planOne(workspace, one)) continue;
    workspace.log.write('warn', 'schedule.plan-held', {
      connection: one.connection.name,
      says: `A session of the database holds rows of ${one.connection.name} in the table schedule, so its schedule is planned anew only after that session ends; the other connections go on.`,
    });
  }
}

/** `false`: somebody holds its rows, and it is to be planned later. */
async function planOne(
  workspace: Workspace,
  { connection, marker, nowMs, zones, unplanned }: OneToPlan,
): Promise<boolean> {
  const { id, name } = connection;
  try {
    return await workspace.books.putPlans(id, marker, await planConnection(workspace, connection, { nowMs, zones }));
  } catch (thrown) {
    // Settings that this program does not take keep no other connection from its work, and are told once.
    const { code, says } = toProblem(thrown);
    if (unplanned.get(id) === marker) return true;
    unplanned.set(id, marker);
    workspace.log.write('error', 'schedule.not-planned', { connection: name, code, says });
    return true;
  }
}

async function planConnection(
  { books }: Workspace,
  connection: Connection,
  { nowMs, zones }: Pick<OneToPlan, 'nowMs' | 'zones'>,
): Promise<readonly PlannedWork[]> {
  const settings = settingsOf(connection);
  const wishes = scheduleWishesOf(settings.schedule);
  const mapping = await mappingOf(books, connection, settings);
  const timeZone = wishes.timeZone ?? zones.get(mapping.sha256) ?? zoneOf(wishes, tableOfVersion(connection, mapping));
  if (wishes.timeZone === null) zones.set(mapping.sha256, timeZone);
  return WORK_NAMES.flatMap((work) => {
    const plan = isWanted(work, settings) ? planWork(work, connection.id, { wishes, timeZone }) : undefined;
    // A month is closed by an accrual: it waits for its day. Everything else is done at once for a new connection.
    if (!plan) return [];
    const isAccrual = work === 'accrual';
    return [{ ...planned(work, plan, nowMs, { isFirstDueNow: !isAccrual }), losesNoTurn: isAccrual }];
  });
}

function isWanted(work: WorkName, { feeds, customers }: ConnectionSettings): boolean {
  switch (work) {
    case 'orders':
    case 'finances':
    case 'payouts':
    case 'reimbursements':
    case 'vat':
      return feeds[work].enabled;
    case 'customers':
      return customers.per !== 'none';
    default:
      return true;
  }
}

function planned(work: string, plan: WorkPlan, nowMs: number, first: { readonly isFirstDueNow: boolean }): PlannedWork {
  const next = nextTurn(plan, nowMs);
  const firstMs = first.isFirstDueNow ? afterQuietHours(plan, nowMs) : next;
  return {
    work,
    plan,
    firstDueAt: instantOf(firstMs),
    nextDueAt: instantOf(next),
    cadenceMs: nextTurn(plan, next) - next,
  };
}

function afterQuietHours({ calendar }: WorkPlan, nowMs: number): number {
  return spanAround(calendar.quietHours, nowMs, calendar.timeZone)?.endMs ?? nowMs;
}

/** Hands over everything that is due now. */
export function dispatch({ workspace, enqueue }: SchedulerOptions): Promise<number> {
  const { books, log } = workspace;
  return dispatchDue({
    schedules: books,
    log,
    enqueue: (turn) => enqueue(requestOf(turn)),
    closingsOf: async (connectionId) => {
      const settlements = await books.listSettlements({ connectionId, limit: SETTLEMENTS_READ });
      return settlements.map(({ header: { currency, endAt } }) => ({ currency, endAt }));
    },
  });
}

function requestOf({ isAsked, ...dispatched }: DispatchedTurn): JobRequest {
  const { key, connectionId, connectionName: connection, work, slotAt, dueAt } = dispatched;
  const place =
    connection !== null && isWorkName(work)
      ? { queue: queueOf(work, connection), priority: priorityOf(work) }
      : { queue: `installation:${work}`, priority: INSTALLATION_PRIORITY };
  const turn = {
    ...{ key, connection, connectionId, slotAt, part: 1 },
    ...(dueAt !== slotAt && { dueAt }),
    ...(isAsked && { isAsked }),
  };
  return requestFor(work, turn, place);
}
