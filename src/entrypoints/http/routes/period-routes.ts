import { z } from 'zod';
import {
  accrueMonthEnd,
  closePeriod,
  type MonthEndAccrual,
  type PeriodResult,
  reopenPeriod,
} from '../../../app/index.ts';
import { formatMoney, parseYearMonth } from '../../../core/index.ts';
import { withConnection } from '../../with-connection.ts';
import { Flag } from '../contract/list.ts';
import { AccrualMade, AccrualWish, ClosedPeriods, PeriodMoved, PeriodWish } from '../contract/period.ts';
import { route } from '../route.ts';
import type { HttpOptions } from '../server.ts';

/** Months that take no more entries, and the accruals that close them. */
export function periodRoutes({ workspace }: HttpOptions) {
  const { books, feedBooks } = workspace;
  const move = (path: '/periods/close' | '/periods/reopen', summary: string, how: typeof closePeriod) =>
    route(
      { method: 'POST', path, access: 'periods.close', tag: 'Periods', summary, body: PeriodWish, answer: PeriodMoved },
      ({ body, actor }) =>
        withConnection(workspace, body.connection, { actor }, async ({ context }) =>
          movedView(
            await how(context, {
              month: parseYearMonth(body.month),
              why: body.why,
              companyCode: body.companyCode ?? null,
            }),
          ),
        ),
    );
  return [
    route(
      {
        method: 'GET',
        path: '/periods',
        access: 'books.read',
        tag: 'Periods',
        summary: 'The closed months of a connection, by company code',
        query: z.object({ connection: z.string().min(1).max(200), withReopened: Flag.default(false) }),
        answer: ClosedPeriods,
      },
      async ({ query }) => {
        const { id } = await books.getConnection(query.connection);
        const periods = await books.listClosedPeriods(id, { withReopened: query.withReopened });
        return {
          items: periods.map(({ connectionId: _, closedBy, reopened, ...period }) => ({
            ...period,
            closedBy: closedBy.name,
            reopened: reopened && { ...reopened, by: reopened.by.name },
          })),
        };
      },
    ),
    move('/periods/close', 'Close a month: what Amazon settles later goes to the next open month', closePeriod),
    move('/periods/reopen', 'Open the last closed month again', reopenPeriod),
    route(
      {
        method: 'POST',
        path: '/accruals',
        access: 'periods.close',
        tag: 'Periods',
        summary: 'Accrue what Amazon has not settled at the end of a month, and close the month',
        description: 'With `isDryRun` nothing is recorded and nothing is closed.',
        body: AccrualWish,
        answer: AccrualMade,
      },
      ({ body, actor }) =>
        withConnection(workspace, body.connection, { actor }, async ({ context }) => {
          const { connection: _, month, why = null, ...wish } = body;
          return accrualView(await accrueMonthEnd(context, feedBooks, { ...wish, why, month: parseYearMonth(month) }));
        }),
    ),
  ];
}

function movedView({ closedThrough, settlements, problems }: PeriodResult): z.input<typeof PeriodMoved> {
  return {
    closedThrough: { ...closedThrough },
    settlements: settlements.map(({ settlementId, state }) => ({ settlementId, state })),
    problems: problems.map(({ code, says, next }) => ({ code, says, next })),
  };
}

function accrualView(made: MonthEndAccrual): z.input<typeof AccrualMade> {
  const { record, draft, waiting, missing, unclear, asOf, completeUntil } = made;
  return {
    accrual: record?.name ?? null,
    asOf,
    completeUntil,
    eventCount: draft.events,
    unclear,
    quarantined: waiting.map(({ settlementId }) => settlementId),
    missing: [...missing],
    obstacles: draft.obstacles.map(({ amount, ...obstacle }) => ({
      ...obstacle,
      amount: formatMoney(amount),
      currency: amount.currency,
    })),
    entries: draft.entries.map(({ lines, headerText, companyCode, postingDate, currency }) => ({
      headerText,
      companyCode,
      postingDate,
      currency,
      lines: lines.map(({ glAccount, costCenter, profitCenter, taxCode, amount, text }) => ({
        glAccount,
        costCenter,
        profitCenter,
        taxCode,
        amount: formatMoney(amount),
        text,
      })),
    })),
  };
}
