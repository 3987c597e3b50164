import type { Actor, ClosedMonths, ClosedPeriod, ConnectionId, PeriodStore } from '../app/index.ts';
import { nextYearMonth, Problem, type YearMonth } from '../core/index.ts';
import type { CompanyCode } from '../ledger/index.ts';
import { appendAuditEvent } from './audit.ts';
import type { Database } from './database.ts';
import { type Session, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';

type Change = Parameters<PeriodStore['closeMonth']>[0];

interface PeriodRow {
  readonly connection_id: ConnectionId;
  readonly company_code: CompanyCode;
  readonly month: YearMonth;
  readonly why: string;
  readonly closed_by_kind: Actor['kind'];
  readonly closed_by_name: string;
  readonly closed_at: string;
  readonly reopened_why: string | null;
  readonly reopened_by_kind: Actor['kind'] | null;
  readonly reopened_by_name: string | null;
  readonly reopened_at: string | null;
}

export function periodStore(database: Database, readTime: ReadTime): PeriodStore {
  return {
    closedMonths: (connectionId) => readClosedMonths(database, connectionId),

    async listClosedPeriods(connectionId, { withReopened = false } = {}) {
      const rows = await database.query<PeriodRow>(sql`
        select * from closed_period
        where connection_id = ${connectionId} and (${withReopened}::boolean or reopened_at is null)
        order by company_code, month, id`);
      return rows.map(periodOf);
    },

    closeMonth: (change) =>
      database.transaction(async (session) => {
        const { connectionId, companyCodes, month, actor, why } = change;
        const before = await lockedMonths(session, connectionId);
        const at = await readTime(session);
        const closing = [...new Set(companyCodes)].sort().filter((code) => (before[code] ?? '') < month);
        for (const companyCode of closing) {
          const last = before[companyCode];
          if (last !== undefined && nextYearMonth(last) !== month) throw notNext(companyCode, last, month);
          await session.query(sql`
            insert into closed_period (connection_id, company_code, month, why, closed_by_kind, closed_by_name, closed_at)
            values (${connectionId}, ${companyCode}, ${month}, ${why}, ${actor.kind}, ${actor.name}, ${at})`);
        }
        if (closing.length > 0)
          await audit(session, { ...change, companyCodes: closing }, { action: 'close', before, at });
      }),

    reopenMonth: (change) =>
      database.transaction(async (session) => {
        const { connectionId, companyCodes, month, actor, why } = change;
        const before = await lockedMonths(session, connectionId);
        const at = await readTime(session);
        for (const companyCode of companyCodes) {
          if (before[companyCode] !== month) throw notLast(companyCode, before[companyCode], month);
          await session.query(sql`
            update closed_period set reopened_why = ${why}, reopened_by_kind = ${actor.kind},
              reopened_by_name = ${actor.name}, reopened_at = ${at}
            where connection_id = ${connectionId} and company_code = ${companyCode} and month = ${month}
              and reopened_at is null`);
        }
        await audit(session, change, { action: 'reopen', before, at });
      }),
  };
}

/** One at a time for each connection, so that no two closings see the same last month. */
async function lockedMonths(session: Session, connectionId: ConnectionId): Promise<ClosedMonths> {
  await session.query(sql`select from connection where id = ${connectionId} for update`);
  return readClosedMonths(session, connectionId);
}

async function readClosedMonths(session: Session, connectionId: ConnectionId): Promise<ClosedMonths> {
  const rows = await session.query<{ company_code: string; month: YearMonth }>(sql`
    select company_code, max(month) as month from closed_period
    where connection_id = ${connectionId} and reopened_at is null group by company_code order by company_code`);
  return Object.fromEntries(rows.map((row) => [row.company_code, row.month]));
}

async function audit(
  session: Session,
  { connectionId, companyCodes, month, actor, why }: Change,
  { action, before, at }: { readonly action: 'close' | 'reopen'; readonly before: ClosedMonths; readonly at: string },
): Promise<void> {
  const after = await readClosedMonths(session, connectionId);
  await appendAuditEvent(
    session,
    {
      actor,
      action: `period.${action}`,
      subject: `connection/${connectionId}`,
      why,
      before: { closedThrough: before },
      after: { month, companyCodes, closedThrough: after },
    },
    at,
  );
}

function periodOf(row: PeriodRow): ClosedPeriod {
  const { reopened_at: at, reopened_by_kind: kind, reopened_by_name: name, reopened_why: why } = row;
  return {
    connectionId: row.connection_id,
    companyCode: row.company_code,
    month: row.month,
    closedAt: row.closed_at,
    closedBy: { kind: row.closed_by_kind, name: row.closed_by_name },
    why: row.why,
    reopened: at === null || kind === null || name === null || why === null ? null : { at, by: { kind, name }, why },
  };
}

function notNext(companyCode: CompanyCode, last: YearMonth, month: YearMonth): Problem {
  const next = nextYearMonth(last);
  return new Problem({
    code: 'PERIOD_NOT_NEXT',
    kind: 'conflict',
    says: `Company code ${companyCode} is closed through ${last}, so ${next} is closed before ${month}.`,
    next: `Close the months in their order, first ${next}: seller-ledger periods close NAME ${next} --why TEXT`,
    data: month,
  });
}

function notLast(companyCode: CompanyCode, last: YearMonth | undefined, month: YearMonth): Problem {
  return new Problem({
    code: 'PERIOD_NOT_LAST_CLOSED',
    kind: 'conflict',
    says:
      last === undefined
        ? `Company code ${companyCode} has no closed month, so ${month} cannot be reopened.`
        : `The last closed month of company code ${companyCode} is ${last}, and only that one can be reopened, not ${month}.`,
    next: 'Look at the closed months: seller-ledger periods list NAME',
    data: month,
  });
}
