import { InvalidArgumentError } from 'commander';
import { orderReceivableReport } from '../../app/index.ts';
import { openConnection, withBooks } from './lazy.ts';
import type { ReportCommand } from './report-commands.ts';
import { userActor } from './user.ts';

const OVERDUE_DAYS = 45;

/** `reports order-receivable`: orders that were accrued, until they are paid. */
export const ORDER_RECEIVABLE: ReportCommand = {
  name: 'order-receivable',
  description: 'orders model: what orders owe, order by order, and what was paid otherwise than accrued',
  declare: (command) => {
    command
      .argument('<connection>')
      .option('--overdue-days <days>', 'when an order that is not paid is overdue', parseDays, OVERDUE_DAYS);
  },
  make: (context, name: string, { overdueDays }: { overdueDays: number }) =>
    withBooks(context, async (workspace) => {
      const opened = await openConnection(workspace, name, { actor: userActor(context.environment) });
      try {
        return await orderReceivableReport(opened.context, { overdueDays });
      } finally {
        await opened.close();
      }
    }),
};

function parseDays(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 0) throw new InvalidArgumentError('must be a whole number of days');
  return days;
}
