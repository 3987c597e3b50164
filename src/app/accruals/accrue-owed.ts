import { DAY_MS, formatMinute, Problem, type ProblemFacts, toProblem, type YearMonth } from '../../core/index.ts';
import { type ConnectionContext, SYSTEM } from '../context.ts';
import { closePeriod } from '../periods/close-period.ts';
import type { EntryRecord } from '../ports.ts';
import type { OwedMonth } from '../schedule/owed-months.ts';
import { type AccrualFeeds, accrueMonthEnd, type MonthEndAccrual } from './accrue-month.ts';
import { withdrawUnbooked } from './take-back-accrual.ts';

/** A month that cannot be accrued keeps the ones after it waiting for so long, and people have that time to mend it. */
export const ACCRUAL_PATIENCE_MS = 3 * DAY_MS;

/** What passes by itself. */
const PASSING: ReadonlySet<string> = new Set([
  'FINANCES_NOT_COMPLETE',
  'SYNC_RUNNING',
  'LEASE_LOST',
  'MONTH_NOT_OVER',
  'PERIOD_HAS_OPEN_ENTRIES',
]);

/** Whether an accrual that waits for this goes on by itself, once it has passed. */
export function isPassingForAccrual({ code }: Pick<ProblemFacts, 'code'>): boolean {
  return PASSING.has(code);
}

export interface OwedWish {
  /** In their order. */
  readonly months: readonly OwedMonth[];
  /** Since when they wait, for whatever reasons one after the other; `null`: they do not. */
  readonly waitsSince: string | null;
}

export interface OwedAccruals {
  readonly made: readonly (MonthEndAccrual & { readonly month: YearMonth })[];
  /** Months that were accrued before; one that a person took back is among them. */
  readonly known: readonly YearMonth[];
  /** Months that have no accrual and get none, with the reason: also those that an earlier try of the same turn gave up. */
  readonly passedOver: readonly ProblemFacts[];
  /** What keeps the next month waiting, and those behind it; `null`: nothing is owed any more. */
  readonly waitsFor: ProblemFacts | null;
}

/**
 * Accrues each month that is owed, in their order and once, each with its own release. A month waits for what was accrued before it
 * to be in SAP. One that cannot be accrued holds the next one up for `ACCRUAL_PATIENCE_MS` from its day and from the first try;
 * then it is closed without an accrual, or, where SAP has refused its accrual for so long and nothing else stands in the way of the
 * next one, that is withdrawn; what was open at its end is part of the next one.
 */
export async function accrueOwed(
  context: ConnectionContext,
  feeds: AccrualFeeds,
  { months, waitsSince }: OwedWish,
): Promise<OwedAccruals> {
  const { books, connection } = context;
  const made: (MonthEndAccrual & { readonly month: YearMonth })[] = [];
  const known: YearMonth[] = [];
  const left: ProblemFacts[] = [];
  const end = async (waitsFor: ProblemFacts | null): Promise<OwedAccruals> => ({
    made,
    known,
    passedOver: [...(await withdrawnByItself(context, months)), ...left],
    waitsFor,
  });
  const now = await books.sharedNowMs();
  const isOver = (dueAt: number) =>
    waitsSince !== null && now >= Math.max(dueAt, Date.parse(waitsSince)) + ACCRUAL_PATIENCE_MS;
  for (const [index, { month, dueAt }] of months.entries()) {
    const accruals = await books.listAccruals({ connectionId: connection.id, kind: 'month-end' });
    if (accruals.some(({ name }) => name === month)) {
      known.push(month);
      continue;
    }
    try {
      const stuck = { month, isOver: (since: number) => isOver(Math.max(dueAt, since)) };
      made.push({
        month,
        ...(await withoutRefused(context, stuck, () => accrueMonthEnd(context, feeds, wishFor(month)))),
      });
    } catch (thrown) {
      const problem = toProblem(thrown);
      if (problem.kind === 'defect') throw thrown;
      const next = months[index + 1];
      const isLeft =
        problem.code === 'ACCRUAL_TOO_LATE' || (next && (await mayLeave(context, month, problem, isOver(next.dueAt))));
      const after = isLeft ? await leave(context, month, problem) : { waitsFor: problem.toJSON() };
      if ('waitsFor' in after) return end(after.waitsFor);
      left.push(after.passedOver);
    }
  }
  return end(null);
}

function wishFor(month: YearMonth): Parameters<typeof accrueMonthEnd>[2] {
  return {
    month,
    sides: 'both',
    why: 'month-end accrual on the day that the schedule sets',
    isDryRun: false,
    leaveOutUnknown: false,
    mayBeIncomplete: false,
  };
}

/** Not for what passes by itself: it would stand in the way of the next month, too. */
async function mayLeave(
  { books, connection, table }: ConnectionContext,
  month: YearMonth,
  problem: Problem,
  isPatienceOver: boolean,
): Promise<boolean> {
  if (isPassingForAccrual(problem) || problem.kind === 'unavailable') return false;
  if (isPatienceOver) return true;
  // An earlier run left it, or a person closed it.
  const closed = await books.closedMonths(connection.id);
  return table.companyCodes().every(({ companyCode }) => (closed[companyCode] ?? '') >= month);
}

async function leave(
  context: ConnectionContext,
  month: YearMonth,
  problem: Problem,
): Promise<{ readonly passedOver: ProblemFacts } | { readonly waitsFor: ProblemFacts }> {
  const why = `${month} is closed without an accrual, because the next month is due (${problem.code})`;
  try {
    if (problem.code !== 'ACCRUAL_TOO_LATE') await closePeriod(context, { month, companyCode: null, why });
  } catch (thrown) {
    const other = toProblem(thrown);
    if (other.kind === 'defect') throw thrown;
    return { waitsFor: other.toJSON() };
  }
  return { passedOver: isPassedOver(month, problem.says, context.connection.name) };
}

interface StuckMonth {
  readonly month: YearMonth;
  /** Whether what stands since that moment, in epoch milliseconds, has had its time. */
  readonly isOver: (since: number) => boolean;
}

/** Tries once more without accruals that SAP refuses, where entries stand in the way and people have had their time to mend them. */
async function withoutRefused(
  context: ConnectionContext,
  stuck: StuckMonth,
  accrue: () => Promise<MonthEndAccrual>,
): Promise<MonthEndAccrual> {
  try {
    return await accrue();
  } catch (thrown) {
    if (toProblem(thrown).code !== 'PERIOD_HAS_OPEN_ENTRIES' || !(await withdrawRefused(context, stuck))) throw thrown;
  }
  return accrue();
}

/** Accruals of earlier months that SAP refuses, and nobody has mended: they would hold up every later month for ever. */
async function withdrawRefused(context: ConnectionContext, { month, isOver }: StuckMonth): Promise<boolean> {
  const { books, connection } = context;
  const rejected = await books.listEntries({ connectionId: connection.id, states: ['rejected'] });
  const accruals = await books.listAccruals({ connectionId: connection.id, kind: 'month-end', isStanding: true });
  let isAnyWithdrawn = false;
  for (const accrual of accruals) {
    const refused = rejected.filter(({ origin, entry }) => origin.key === accrual.key && !entry.reversal);
    const [first] = refused;
    if (accrual.name >= month || !first || !refused.every(({ updatedAt }) => isOver(Date.parse(updatedAt)))) continue;
    await withdrawUnbooked(context, accrual, `${sayRefused(first)} ${month} is due and waited for it.`);
    isAnyWithdrawn = true;
  }
  return isAnyWithdrawn;
}

/** By the books and not by the try that did it: people have to know it also when a later month still waits. */
async function withdrawnByItself(
  { books, connection }: ConnectionContext,
  [first]: readonly OwedMonth[],
): Promise<ProblemFacts[]> {
  if (!first) return [];
  const accruals = await books.listAccruals({ connectionId: connection.id, kind: 'month-end' });
  const told: ProblemFacts[] = [];
  for (const { key, name, revision, withdrawnAt } of accruals) {
    const isLatest = accruals.every((other) => other.name !== name || other.revision <= revision);
    if (!isLatest || withdrawnAt === null || Date.parse(withdrawnAt) < first.dueAt) continue;
    const events = await books.listEvents({ subject: `accrual/${key}` });
    const event = events.findLast(({ action }) => action === 'accrual.withdraw');
    if (event?.actor.kind !== SYSTEM.kind) continue;
    told.push(isPassedOver(name, `${event.why} It was withdrawn.`, connection.name));
  }
  return told;
}

function sayRefused({ entry, problem, updatedAt }: EntryRecord): string {
  const code = problem === null ? '' : ` (${problem.code})`;
  return `SAP refuses entry ${entry.postingKey} of its accrual since ${formatMinute(updatedAt)}${code}.`;
}

function isPassedOver(month: string, why: string, connectionName: string): ProblemFacts {
  return new Problem({
    code: 'ACCRUAL_PASSED_OVER',
    kind: 'conflict',
    says: `${month} has no accrual, and the later months went on without it: ${why}`,
    next: `Nothing to do where that is right: what was open at its end is part of the next accrual. Else take the later accruals back, open the months again and accrue them in their order: seller-ledger periods list ${connectionName}`,
    data: month,
  }).toJSON();
}
