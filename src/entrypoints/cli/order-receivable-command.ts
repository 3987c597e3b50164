import { InvalidArgumentError } from 'commander';
import { askReport, type ReportCommand } from './report-commands.ts';

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
  ask: (connection: string, { overdueDays }: { overdueDays: number }) =>
    askReport('order-receivable', { connection, overdueDays }),
};

function parseDays(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 0) throw new InvalidArgumentError('must be a whole number of days');
  return days;
}
