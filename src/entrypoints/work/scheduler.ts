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
import { elapsedMs, parseTimeZone, toProblem } from '../../core/index.ts';
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
/** Behind everything that is done for a single connection. */
const INSTALLATION_PRIORITY = 20;
/** As many of the last settlements as the rhythm is learned from, for several currencies. */
const SETTLEMENTS_READ = 40;

export interface SchedulerOptions {
  readonly workspace: Workspace;
  readonly enqueue: (request: JobRequest) => Promise<void>;
  readonly installationWorks?: readonly InstallationWork[];
}

/** Keeps the plan of every connection and hands over what is due, in turns, until `signal`. Any number may run side by side. */
export async function runScheduler(options: SchedulerOptions, signal: AbortSignal): Promise<void> {
  const { clock, log } = options.workspace;
  let plannedAtMs = Number.NEGATIVE_INFINITY;
  const unplanned = new Map<string, string>();
  while (!signal.aborted) {
    try {
      if (elapsedMs(clock) - plannedAtMs >= PLAN_EVERY_MS) {
        await planAll(options, unplanned, signal);
        plannedAtMs = elapsedMs(clock);
      }
      if (!signal.aborted) await dispatch(options);
    } catch (thrown) {
      // The database is away for a moment: what is due stays due.
      const { code, says } = toProblem(thrown);
      log.write('warn', 'schedule.turn-failed', { code, says });
    }
    await clock.sleep(TICK_MS, signal).catch(() => {});
  }
}

/** Plans every connection whose settings changed, and the works of the installation. */
export async function planAll(
  { workspace, installationWorks = INSTALLATION_WORKS }: Pick<SchedulerOptions, 'workspace' | 'installationWorks'>,
  unplanned: Map<string, string> = new Map(),
  signal?: AbortSignal,
): Promise<void> {
  const { books, log } = workspace;
  const nowMs = await books.sharedNowMs();
  const toPlan = await books.connectionsToPlan(PLAN_VERSION);
  const connections = toPlan.length === 0 ? [] : await books.listConnections();
  for (const { id, marker } of toPlan) {
    if (signal?.aborted) return;
    const connection = connections.find((each) => each.id === id);
    if (!connection) continue;
    try {
      await books.putPlans(id, marker, await planConnection(workspace, connection, nowMs));
    } catch (thrown) {
      // Settings that this program does not take keep no other connection from its work, and are told once.
      const { code, says } = toProblem(thrown);
      if (unplanned.get(id) === marker) continue;
      unplanned.set(id, marker);
      log.write('error', 'schedule.not-planned', { connection: connection.name, code, says });
    }
  }
  const calendar = { timeZone: parseTimeZone('UTC'), quietHours: [] };
  const works = installationWorks.map(({ name: work, rule }) => {
    const plan: WorkPlan = { rule, calendar, nearClosings: null, windows: [] };
    return planned(work, plan, nowMs, { isFirstDueNow: true });
  });
  await books.putPlans(null, String(PLAN_VERSION), works);
}

async function planConnection(
  { books }: Workspace,
  connection: Connection,
  nowMs: number,
): Promise<readonly PlannedWork[]> {
  const settings = settingsOf(connection);
  const wishes = scheduleWishesOf(settings.schedule);
  const table = tableOfVersion(connection, await mappingOf(books, connection, settings));
  const timeZone = zoneOf(wishes, table);
  return WORK_NAMES.flatMap((work) => {
    const plan = isWanted(work, settings) ? planWork(work, connection.id, { wishes, timeZone }) : undefined;
    // A month is closed by an accrual: it waits for its day. Everything else is done at once for a new connection.
    return plan ? [planned(work, plan, nowMs, { isFirstDueNow: work !== 'accrual' })] : [];
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

function requestOf({ key, connectionId, connectionName: connection, work, slotAt, dueAt }: DispatchedTurn): JobRequest {
  const place =
    connection !== null && isWorkName(work)
      ? { queue: queueOf(work, connection), priority: priorityOf(work) }
      : { queue: `installation:${work}`, priority: INSTALLATION_PRIORITY };
  const turn = { key, connection, connectionId, slotAt, ...(dueAt !== slotAt && { dueAt }), part: 1 };
  return requestFor(work, turn, place);
}
